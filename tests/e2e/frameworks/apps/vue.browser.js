import { createHead } from "unhead/client";
import { appOf } from "./vue-page.js";

appOf(window["site"], createHead()).mount("#app");
