// The oldest Vite and React that the package names as its peers.
import consentry from "consentry/vite";
import path from "node:path";

const root = path.join(import.meta.dirname, "../../../../node_modules");

export default {
  esbuild: { jsx: "automatic" },
  resolve: {
    alias: ["react", "react-dom"].map((name) => ({
      find: new RegExp(`^${name}(?=$|/)`),
      replacement: path.join(root, `${name}-18`),
    })),
  },
  plugins: [consentry({ config: "../consentry.json" })],
};
