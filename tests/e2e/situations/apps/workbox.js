import { Workbox } from "workbox-window";
window.Workbox = Workbox;
