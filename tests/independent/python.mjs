// Python with the packages that the checks here need, each set of them in a folder of its own below `target`.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * Makes an environment where it is not there, or older than what it should hold. Gives its folder of programs.
 * @param {string} list the file with the packages
 */
export function preparePython(list = "requirements.txt") {
  const requirements = path.join(here, list);
  const environment = path.join(here, "../../target/independent", path.parse(list).name);
  const programs = path.join(environment, "bin");
  const made = path.join(environment, "pyvenv.cfg");
  if (existsSync(made) && statSync(made).mtimeMs > statSync(requirements).mtimeMs) return programs;
  rmSync(environment, { recursive: true, force: true });
  const run = (program, ...words) => execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  try {
    run("python3", "-m", "venv", environment);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    const exactly = ["--require-hashes", "--only-binary=:all:", "--requirement", requirements];
    run(path.join(programs, "python"), ...pip, ...exactly);
  } catch (error) {
    rmSync(environment, { recursive: true, force: true });
    throw new Error("Python 3.11 or newer with venv is needed (Debian: python3-venv)", { cause: error });
  }
  return programs;
}

/**
 * Runs one of the scripts here, with the packages of requirements.txt.
 * @param {string} script
 * @param {string[]} words
 */
export const runPython = (script, words) =>
  runProgram(path.join(preparePython(), "python"), [path.join(here, script), ...words]);

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} words
 * @param {import("node:child_process").ExecFileOptions} [options]
 * @returns {Promise<{ok: boolean, said: string}>}
 */
export function runProgram(program, words, options = {}) {
  return new Promise((done) =>
    execFile(program, words, { maxBuffer: 1 << 26, ...options }, (error, printed, complaints) =>
      done({ ok: !error, said: String(printed) + String(complaints) }),
    ),
  );
}
