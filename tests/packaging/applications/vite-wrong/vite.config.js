import consentry from "consentry/vite";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [consentry({ config: { site: "shop", languages: ["en"] } })] });
