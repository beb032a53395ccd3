// Owns the privacy page's two buttons for the visitor's own records.
const answer = document.getElementById("my-answer");

/** Runs an action when its button is pressed, and shows its answer, or why it was not done. */
const runOnClick = (id, action) =>
  document.getElementById(id).addEventListener("click", async () => {
    try {
      if (!window.consentry) throw new Error("Consentry is not on this page");
      answer.textContent = await action();
    } catch (error) {
      answer.textContent = `Not done: ${error.message}`;
    }
  });

runOnClick("my-export", async () => {
  const data = await window.consentry.exportData();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(
    new Blob([typeof data === "string" ? data : JSON.stringify(data, null, 2)], { type: "application/json" }),
  );
  link.download = "my-consent.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return "Your records were downloaded.";
});
runOnClick("my-erase", async () => {
  await window.consentry.erase();
  return "Your records at the backend were erased.";
});
