// Comments below an article, in an app that shows one article after the other.
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { DiscussionEmbed } from "disqus-react";

const root = createRoot(document.getElementById("comments"));
window.showArticle = (identifier) =>
  root.render(
    createElement(DiscussionEmbed, { shortname: "shop-example", config: { identifier, url: location.href } }),
  );
