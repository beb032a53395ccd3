// Owns what the filter list does: it hides the banner with a style of the visitor's, as blockers do, which no
// style of a page outdoes.
chrome.runtime.onMessage.addListener((message, { tab, frameId }) => {
  chrome.scripting.insertCSS({
    target: { tabId: tab.id, frameIds: [frameId] },
    css: "consentry-banner { display: none !important }",
    origin: "USER",
  });
});
