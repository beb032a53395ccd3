// The package as a developer gets it: packed, and installed from its tarball beside the applications of these tests.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const here = import.meta.dirname;
export const root = path.join(here, "../..");
/** Where the package lies once it is installed. */
export const installed = path.join(here, "node_modules/consentry");

/** The applications, and the configuration of all of them as their tools are given it. */
export const applications = path.join(here, "applications");
export const CONFIG = ["--config", path.join(applications, "consentry.json")];
/** An installed program. */
export const bin = (name) => path.join(here, "node_modules/.bin", name);

/** What a command prints; throws with all of it where the command fails. */
export function run(command, words, options = {}) {
  try {
    return execFileSync(command, words, { encoding: "utf8", stdio: "pipe", cwd: here, ...options });
  } catch (error) {
    throw new Error(`${command} ${words.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/**
 * Packs the package, installs the tarball in an empty folder, and puts what npm made there beside what is installed here:
 * here npm would look through every other package first.
 * @returns {{ tarball: Uint8Array, files: { path: string, size: number }[], size: number }} what was packed, in bytes
 */
export function packAndInstall() {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-package-"));
  try {
    const [packed] = JSON.parse(
      run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: path.join(root, "pkg") }),
    );
    const file = path.join(folder, packed.filename);
    run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, file], { cwd: folder });
    for (const name of ["consentry", ".bin/consentry"]) {
      const place = path.join(here, "node_modules", name);
      rmSync(place, { recursive: true, force: true });
      cpSync(path.join(folder, "node_modules", name), place, { recursive: true, verbatimSymlinks: true });
    }
    return { tarball: readFileSync(file), files: packed.files, size: packed.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
