document.body.append("Shop");
