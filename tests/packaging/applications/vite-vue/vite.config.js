import vue from "@vitejs/plugin-vue";
import consentry from "consentry/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    vue({ template: { compilerOptions: { isCustomElement: (name) => name.startsWith("consentry-") } } }),
    consentry({ config: "../consentry.json" }),
  ],
});
