// Plays the Intercom chat: the widget script sets its id cookies, asks its API and shows a chat button.
import { json, script } from "./stand-in.mjs";

export default {
  name: "intercom",
  hosts: ["widget.intercom.io", "js.intercomcdn.com", "api-iam.intercom.io"],
  answer({ host, path }) {
    if (host === "api-iam.intercom.io") return json({ app: {}, user: {} });
    return script("intercom", widget, path.split("/").pop());
  },
};

/* Browser code. */
function widget({ countRun, setWidestCookie, randomNumber }, app) {
  countRun();
  setWidestCookie(`intercom-id-${app}`, `${randomNumber()}-${randomNumber()}`, 270);
  setWidestCookie(`intercom-session-${app}`, "", 7);
  setWidestCookie(`intercom-device-id-${app}`, `${randomNumber()}`, 270);
  fetch("https://api-iam.intercom.io/messenger/web/ping", { method: "POST", body: `app_id=${app}` }).catch(
    () => {},
  );
  const show = () => {
    const button = document.createElement("button");
    button.id = "intercom-stand-in";
    button.textContent = "Chat";
    button.title = "Intercom stand-in";
    (document.querySelector("[data-chat]") || document.body).appendChild(button);
  };
  if (document.body) show();
  else addEventListener("DOMContentLoaded", show);
}
