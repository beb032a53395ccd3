// Owns which faults eslint looks for in the project's JavaScript.
// Types are the work of tsc (tsconfig.*.json), line breaks and quotes that of prettier.
import { builtinRules } from "eslint/use-at-your-own-risk";
import importX, { createNodeResolver } from "eslint-plugin-import-x";

// The rules that eslint itself recommends, as the package `@eslint/js` would list them.
const recommended = Object.fromEntries(
  [...builtinRules].filter(([, rule]) => rule.meta.docs.recommended).map(([name]) => [name, "error"]),
);

// Lines that the formatter cannot break: a literal, a regular expression, an address.
const lineLength = {
  code: 130,
  ignoreUrls: true,
  ignoreStrings: true,
  ignoreTemplateLiterals: true,
  ignoreRegExpLiterals: true,
};

export default [
  // The pages of the harmless tests are read byte for byte: their integrity hashes depend on it. Astro's router is Astro's.
  {
    ignores: [
      "**/node_modules/",
      "target/",
      "pkg/dist/",
      "pkg/tools/",
      "tests/e2e/harmless/*/",
      "tests/packaging/applications/",
    ],
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createNodeResolver()] },
    languageOptions: { ecmaVersion: 2025, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...recommended,
      "no-undef": "off", // tsc knows the same for every file, and each folder's globals with their types
      "import-x/no-cycle": "error",
      "import-x/no-unresolved": ["error", { ignore: ["^\\./tools/glue\\.js$"] }], // it is built
      "import-x/named": "error",
      "import-x/export": "error",
      "no-unused-vars": ["error", { caughtErrors: "none" }],
      "no-empty": ["error", { allowEmptyCatch: true }],
      "prefer-const": ["error", { destructuring: "all" }],
      "max-len": ["error", lineLength],
    },
  },
  {
    files: [
      "www/demo/{traxmate,trackmondo,nordic,worxmate,itrace}/*.js",
      "crates/backend/src/routes/verify/*.js",
    ],
    languageOptions: { sourceType: "script" },
  },
];
