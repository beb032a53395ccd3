// Python with the packages that the checks need, in a folder of its own below `target`.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const environment = path.join(here, "../../target/independent");
const python = path.join(environment, "bin/python");
const made = path.join(environment, "pyvenv.cfg");
const requirements = path.join(here, "requirements.txt");

/** Makes the environment where it is not there, or older than what it should hold. */
export function preparePython() {
  if (existsSync(made) && statSync(made).mtimeMs > statSync(requirements).mtimeMs) return;
  rmSync(environment, { recursive: true, force: true });
  const run = (program, ...words) => execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    run("python3", "-m", "venv", environment);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(python, ...pip, "--require-hashes", "--only-binary=:all:", "--requirement", requirements);
  } catch (error) {
    rmSync(environment, { recursive: true, force: true });
    throw new Error("Python 3.11 or newer with venv is needed (Debian: python3-venv)", { cause: error });
  }
}

/**
 * Runs one of the scripts here.
 * @param {string} script
 * @param {string[]} words
 * @returns {Promise<{ok: boolean, said: string}>}
 */
export function runPython(script, words) {
  return new Promise((done) =>
    execFile(python, [path.join(here, script), ...words], (error, printed, complaints) =>
      done({ ok: !error, said: printed + complaints }),
    ),
  );
}
