// The package as a developer gets it: packed, and installed from its tarball beside the applications of these tests.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const here = import.meta.dirname;
export const root = path.join(here, "../..");
/** Where the package lies once it is installed. */
export const installed = path.join(here, "node_modules/consentry");

/** What a command prints; throws with all of it where the command fails. */
export function run(command, words, options = {}) {
  try {
    return execFileSync(command, words, { encoding: "utf8", stdio: "pipe", cwd: here, ...options });
  } catch (error) {
    throw new Error(`${command} ${words.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/**
 * Packs the package and installs the tarball in this folder.
 * @returns {{ tarball: Uint8Array, files: { path: string, size: number }[], size: number }} what was packed, in bytes
 */
export function packAndInstall() {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-package-"));
  try {
    const [packed] = JSON.parse(
      run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: path.join(root, "pkg") }),
    );
    const file = path.join(folder, packed.filename);
    const install = [
      "install",
      "--no-save",
      "--no-package-lock",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
    ];
    run("npm", [...install, file]);
    return { tarball: readFileSync(file), files: packed.files, size: packed.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
