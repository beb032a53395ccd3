// Owns the privacy page's two buttons for the visitor's own records.
const answer = document.getElementById("my-answer");
const act = (id, run) =>
  document.getElementById(id).addEventListener("click", async () => {
    try {
      if (!window.consentry) throw new Error("Consentry is not on this page");
      answer.textContent = await run();
    } catch (error) {
      answer.textContent = `Not done: ${error.message}`;
    }
  });

act("my-export", async () => {
  const data = await consentry.exportData();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(
    new Blob([typeof data === "string" ? data : JSON.stringify(data, null, 2)], { type: "application/json" }),
  );
  link.download = "my-consent.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return "Your records were downloaded.";
});
act("my-erase", async () => {
  await consentry.erase();
  return "Your records at the backend were erased.";
});
