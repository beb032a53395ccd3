import { hydrateRoot } from "react-dom/client";
import { App } from "./app.jsx";
import { Page } from "./page.jsx";

hydrateRoot(
  document,
  <Page>
    <App />
  </Page>,
);
