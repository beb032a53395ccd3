import react from "@vitejs/plugin-react";
import consentry from "consentry/vite";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [react(), consentry({ config: "../consentry.json" })] });
