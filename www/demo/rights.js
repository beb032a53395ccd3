// Owns the two buttons of a privacy page for the visitor's own records, in the page's language.
const words = document.documentElement.lang.startsWith("sv")
  ? {
      absent: "Consentry finns inte på sidan",
      notDone: "Det gick inte",
      exported: "Dina uppgifter har laddats ner som en Excelfil.",
      nothing: "Ingenting är sparat om dina val.",
      erased: "Så många uppgifter raderades hos servern",
    }
  : {
      absent: "Consentry is not on this page",
      notDone: "Not done",
      exported: "Your records were downloaded as an Excel file.",
      nothing: "Nothing is recorded of your choices.",
      erased: "Records erased at the backend",
    };
const answer = document.getElementById("my-answer");

/** Runs an action when its button is pressed, and shows its answer, or why it was not done. */
const runOnClick = (id, action) =>
  document.getElementById(id).addEventListener("click", async () => {
    try {
      if (!window.consentry) throw new Error(words.absent);
      answer.textContent = await action();
    } catch (error) {
      answer.textContent = error.code == "no-records" ? words.nothing : `${words.notDone}: ${error.message}`;
    }
  });

runOnClick("my-export", async () => {
  const file = await window.consentry.exportData("xlsx");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return words.exported;
});
runOnClick("my-erase", async () => {
  return `${words.erased}: ${await window.consentry.erase()}`;
});
