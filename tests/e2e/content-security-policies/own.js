// The page's own script: what it does that the browser checks goes through a policy of its own.
(window.__ran ??= {}).own = (window.__ran.own || 0) + 1;
const same = { createHTML: (given) => given, createScriptURL: (given) => given };
const trust = window.trustedTypes?.createPolicy("page", same) ?? same;
window.insert = (name) => {
  const script = document.createElement("script");
  script.src = trust.createScriptURL("https://stats.analytics-example.net/" + name + ".js");
  document.head.append(script);
};
window.fill = (html) => (document.getElementById("box").innerHTML = trust.createHTML(html));
window.insert("made");
document.cookie = "cart=1; path=/";
document.cookie = "stat_id=1; path=/";
localStorage.setItem("basket", "1");
