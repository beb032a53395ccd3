import { svelte } from "@sveltejs/vite-plugin-svelte";
import consentry from "consentry/vite";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [svelte(), consentry({ config: "../consentry.json" })] });
