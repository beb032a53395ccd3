// Owns the two buttons of a privacy page for the visitor's own records, in the page's language.
const words = document.documentElement.lang.startsWith("sv")
  ? {
      absent: "Consentry finns inte på sidan",
      notDone: "Det gick inte",
      file: "mina-samtycken.json",
      exported: "Dina uppgifter har laddats ner.",
      erased: "Dina uppgifter hos servern är raderade.",
    }
  : {
      absent: "Consentry is not on this page",
      notDone: "Not done",
      file: "my-consent.json",
      exported: "Your records were downloaded.",
      erased: "Your records at the backend were erased.",
    };
const answer = document.getElementById("my-answer");

/** Runs an action when its button is pressed, and shows its answer, or why it was not done. */
const runOnClick = (id, action) =>
  document.getElementById(id).addEventListener("click", async () => {
    try {
      if (!window.consentry) throw new Error(words.absent);
      answer.textContent = await action();
    } catch (error) {
      answer.textContent = `${words.notDone}: ${error.message}`;
    }
  });

runOnClick("my-export", async () => {
  const data = await window.consentry.exportData();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(
    new Blob([typeof data === "string" ? data : JSON.stringify(data, null, 2)], { type: "application/json" }),
  );
  link.download = words.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return words.exported;
});
runOnClick("my-erase", async () => {
  await window.consentry.erase();
  return words.erased;
});
