//! Where an export is written: a file that takes its name only when it is whole, or standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

pub struct Destination {
    to: To,
    /// How many bytes were written.
    bytes: u64,
}

enum To {
    /// A file beside the one whose name it will take. It is gone if it does not. What is in it concerns people: its owner alone
    /// may read it.
    File(BufWriter<NamedTempFile>, PathBuf),
    /// What is no file and keeps its name: a pipe, a device.
    Other(BufWriter<File>),
    Stdout(BufWriter<Stdout>),
}

impl Destination {
    /// `-` is standard output.
    pub fn open(path: &Path) -> io::Result<Destination> {
        let to = match fs::metadata(path) {
            _ if path.as_os_str() == "-" => To::Stdout(BufWriter::new(io::stdout())),
            Ok(known) if known.is_dir() => {
                return Err(io::Error::other("found a directory, expected a file to write"));
            }
            Ok(known) if !known.is_file() => {
                To::Other(BufWriter::new(File::options().write(true).open(path)?))
            }
            known => {
                // A link stays a link.
                let path = if known.is_ok() { fs::canonicalize(path)? } else { path.to_owned() };
                let mut prefix = std::ffi::OsString::from(".");
                prefix.push(path.file_name().unwrap_or_default());
                let mut builder = tempfile::Builder::new();
                let file = builder.prefix(&prefix).suffix(".part").tempfile_in(folder_of(&path))?;
                To::File(BufWriter::new(file), path)
            }
        };
        Ok(Destination { to, bytes: 0 })
    }

    /// A folder for what is only needed meanwhile: on the disk that has to have room anyway.
    pub fn folder(&self) -> PathBuf {
        match &self.to {
            To::File(_, path) => folder_of(path).to_owned(),
            To::Other(_) | To::Stdout(_) => std::env::temp_dir(),
        }
    }

    /// Gives the file its name; how many bytes it has.
    pub fn put_in_place(self) -> io::Result<u64> {
        match self.to {
            To::File(writer, path) => {
                let file = writer.into_inner().map_err(|error| error.into_error())?;
                file.as_file().sync_all()?;
                file.persist(path).map_err(|error| error.error)?;
            }
            To::Other(mut writer) => writer.flush()?,
            To::Stdout(mut writer) => writer.flush()?,
        }
        Ok(self.bytes)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.to {
            To::File(writer, _) => writer.write(bytes)?,
            To::Other(writer) => writer.write(bytes)?,
            To::Stdout(writer) => writer.write(bytes)?,
        };
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::File(writer, _) => writer.flush(),
            To::Other(writer) => writer.flush(),
            To::Stdout(writer) => writer.flush(),
        }
    }
}
