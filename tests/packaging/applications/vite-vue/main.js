import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import App from "./App.vue";
import FirstPage from "./FirstPage.vue";
import SecondPage from "./SecondPage.vue";

const routes = [
  { path: "/second", component: SecondPage },
  { path: "/:rest(.*)", component: FirstPage },
];
createApp(App)
  .use(createRouter({ history: createWebHistory(), routes }))
  .mount("#root");
