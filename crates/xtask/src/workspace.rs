//! The workspace's folder: reads and writes its files, and runs programs in it. What lies there is other
//! files' matter.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::read::GzEncoder;

/// What stopped a command, as it is printed for the person who ran it.
pub type Outcome<T = ()> = Result<T, String>;

/// The workspace's folder.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Reads a file of the workspace.
pub fn read(path: &str) -> Outcome<String> {
    std::fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// Reads a file of the workspace that is no text.
pub fn read_bytes(path: &str) -> Outcome<Vec<u8>> {
    std::fs::read(root().join(path)).map_err(|error| format!("{path}: {error}"))
}

/// Writes a file of the workspace, its folders too.
pub fn write(path: &str, content: impl AsRef<[u8]>) -> Outcome {
    let full = root().join(path);
    let folder = full.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder.and_then(|()| std::fs::write(&full, content)).map_err(|error| format!("{path}: {error}"))
}

/// The names of what lies in a folder of the workspace, sorted.
pub fn names_in(folder: &str) -> Outcome<Vec<String>> {
    let listed = std::fs::read_dir(root().join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut names: Vec<_> =
        listed.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// Runs a program in the workspace's folder and waits; what it prints is shown.
pub fn run(program: &str, arguments: &[&str]) -> Outcome {
    run_with(program, arguments, &[])
}

/// The same with additions to the environment.
pub fn run_with(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(program);
    let status = command.args(arguments).envs(environment.iter().copied()).current_dir(root()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program} {}` ended with {status}", arguments.join(" "))),
        Err(error) => Err(format!("`{program}` could not be started: {error}")),
    }
}

/// Runs a program in the workspace's folder and waits; gives what it printed, and whether it succeeded.
pub fn run_quietly(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> (String, bool) {
    let mut command = Command::new(program);
    command.args(arguments).envs(environment.iter().copied()).current_dir(root());
    match command.output() {
        Ok(done) => {
            let printed = [done.stdout, done.stderr].concat();
            (String::from_utf8_lossy(&printed).into_owned(), done.status.success())
        }
        Err(error) => (format!("`{program}` could not be started: {error}"), false),
    }
}

/// What a program prints, or nothing where it fails.
pub fn output_of(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).current_dir(root()).stderr(Stdio::null()).output();
    done.map_or_else(|_| String::new(), |done| String::from_utf8_lossy(&done.stdout).into_owned())
}

/// What these bytes are as gzip, at its best.
pub fn gzip(raw: &[u8]) -> Outcome<Vec<u8>> {
    let mut packed = Vec::new();
    let mut encoder = GzEncoder::new(raw, Compression::best());
    encoder.read_to_end(&mut packed).map_err(|error| error.to_string())?;
    Ok(packed)
}

/// What these bytes are as brotli (quality 11).
pub fn brotli(raw: &[u8]) -> Outcome<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &parameters).map_err(|error| error.to_string())?;
    Ok(packed)
}
