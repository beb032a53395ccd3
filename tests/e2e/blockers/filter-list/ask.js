// Owns the moment at which a page gets the filter list's style: its very beginning.
chrome.runtime.sendMessage("hide");
