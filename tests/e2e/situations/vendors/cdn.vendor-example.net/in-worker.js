document.body.dataset.vendor = "ran";
