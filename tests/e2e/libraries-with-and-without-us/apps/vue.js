// A component of Vue: lists, conditions and HTML as text.
import { createApp, ref } from "vue/dist/vue.esm-bundler.js";

createApp({
  setup() {
    const names = ref(["one", "two"]);
    const isShown = ref(true);
    window["act"] = () => {
      names.value = ["two", "three"];
      isShown.value = false;
    };
    return { names, isShown, vendor: window["vendor"], log: window["log"] };
  },
  template: `<section>
    <img v-for="name in names" :key="name" alt="" :src="vendor(name + '.gif')" @error="log('error', name)">
    <iframe v-if="isShown" title="frame" :src="vendor('frame.html')"></iframe>
    <object v-else :data="vendor('object.gif')" type="image/gif"></object>
    <component :is="'script'" async :src="vendor('made.js')"></component>
    <div v-html="'<img alt=\\'\\' src=\\'' + vendor('text.gif') + '\\'>'"></div>
  </section>`,
}).mount("#app");
