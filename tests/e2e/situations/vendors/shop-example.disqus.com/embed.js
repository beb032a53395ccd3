(() => {
  const show = (identifier) => {
    document.getElementById("disqus_thread").textContent = "comments on " + identifier;
  };
  const read = (configure) => {
    const context = { page: {}, callbacks: {} };
    for (const name of [
      "preData",
      "preInit",
      "onInit",
      "onReady",
      "afterRender",
      "preReset",
      "onIdentify",
      "beforeComment",
      "onNewComment",
      "onPaginate",
    ])
      context.callbacks[name] = [];
    configure.call(context);
    return context.page.identifier;
  };
  window.embeds = (window.embeds ?? 0) + 1;
  window.DISQUS = { reset: ({ config }) => show(read(config)) };
  show(read(window.disqus_config));
})();
