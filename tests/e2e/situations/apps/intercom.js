import { Intercom, show } from "@intercom/messenger-js-sdk";
Intercom({ app_id: "shop" });
window.openChat = show;
