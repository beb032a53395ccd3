import { loadMicroApp } from "qiankun";
window.loadMicroApp = loadMicroApp;
