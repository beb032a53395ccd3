window.hcaptcha = { render: () => "widget" };
window[new URL(document.currentScript.src).searchParams.get("onload")]();
