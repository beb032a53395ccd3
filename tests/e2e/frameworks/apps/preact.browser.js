import { h, hydrate } from "preact";
import { Body } from "./preact-body.js";

hydrate(h(Body, window["site"]), document.body);
