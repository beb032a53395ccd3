import consentry from "consentry/vite";
import { defineConfig } from "vite";

export default defineConfig({
  build: { rollupOptions: { input: ["index.html", "deeper/index.html"] } },
  plugins: [consentry({ config: "../consentry.json" })],
});
