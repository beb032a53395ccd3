//! The two files of one site: its configuration, and `<site>.declared.json` beside it with what was declared
//! in `/admin`. Knows neither of other sites nor of when a file changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use consentry::lint::{Allowed, reasons_needed};
use consentry::model::config::Config;
use consentry::model::declaration::Declaration;

use crate::{DeclareError, ReadError, replace_file};

/// How the names of declared documents end.
const DECLARED_SUFFIX: &str = ".declared.json";

/// The configuration in a file, with what was declared beside it.
///
/// # Errors
/// A file cannot be read, or every fault of the first of the two that has any.
pub fn read_configuration(path: &Path) -> Result<Config, ReadError> {
    SiteFiles::read(path)?.join()
}

/// A configuration that was read, and where the declared document of its site lies.
#[derive(Debug)]
pub struct SiteFiles {
    path: PathBuf,
    configuration: Config,
    declared_path: Option<PathBuf>,
}

impl SiteFiles {
    /// Reads the configuration alone.
    ///
    /// # Errors
    /// It cannot be read, or has faults.
    pub fn read(path: &Path) -> Result<SiteFiles, ReadError> {
        let json = fs::read_to_string(path)
            .map_err(|error| ReadError::Unreadable { path: path.to_owned(), error })?;
        SiteFiles::parse(path, &json)
    }

    /// The configuration that a file says.
    pub(crate) fn parse(path: &Path, json: &str) -> Result<SiteFiles, ReadError> {
        let configuration = Config::parse(json)
            .map_err(|faults| ReadError::Configuration { path: path.to_owned(), faults })?;
        let key = configuration.site.as_ref();
        let declared_path = key.map(|key| path.with_file_name(format!("{key}{DECLARED_SUFFIX}")));
        Ok(SiteFiles { path: path.to_owned(), configuration, declared_path })
    }

    /// Where the configuration lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The configuration without what was declared.
    pub fn configuration(&self) -> &Config {
        &self.configuration
    }

    /// Where the declared document lies, whether or not there is one. A site without a key has none.
    pub fn declared_path(&self) -> Option<&Path> {
        self.declared_path.as_deref()
    }

    /// The configuration with what was declared. Reads the declared document, if there is one.
    ///
    /// # Errors
    /// The declared document cannot be read, or has faults.
    pub fn join(&self) -> Result<Config, ReadError> {
        let declared = self.declared_path.as_deref().map(read_declared).transpose()?.flatten();
        self.join_with(declared.as_deref())
    }

    /// The configuration with what a declared document says.
    pub(crate) fn join_with(&self, declared: Option<&str>) -> Result<Config, ReadError> {
        let Some(json) = declared else { return Ok(self.configuration.clone()) };
        self.configuration.with_declared(json).map_err(|faults| {
            let path = self.declared_path.as_ref().unwrap_or(&self.path);
            ReadError::Declared { path: path.clone(), faults }
        })
    }

    /// The reasons that the configuration needs to be put to use. What was declared in `/admin` is not asked: a click
    /// there must not end what the site does.
    ///
    /// # Errors
    /// The lint finds errors in it that are not allowed.
    pub fn reasons_needed(&self, allowed: &Allowed) -> Result<Allowed, ReadError> {
        reasons_needed(&self.configuration, allowed)
            .map_err(|reports| ReadError::Refused { path: self.path.clone(), reports })
    }

    /// Saves one more declaration to the site's declared document. Does not write where the document says it
    /// already.
    ///
    /// # Errors
    /// The configuration no longer has the key `site`, the document is not good as it is or would not be, or
    /// it cannot be written. Nothing was changed.
    pub fn declare(&self, site: &str, declaration: &Declaration) -> Result<(), DeclareError> {
        let has_key = self.configuration.site.as_ref().is_some_and(|key| key.as_str() == site);
        let Some(path) = self.declared_path.as_ref().filter(|_| has_key) else {
            return Err(DeclareError::KeyChanged { path: self.path.clone(), site: site.to_owned() });
        };
        let before = read_declared(path)?.unwrap_or_else(|| "{}".to_owned());
        let after = self
            .configuration
            .declare(&before, declaration)
            .map_err(|faults| ReadError::Declared { path: path.clone(), faults })?;
        if after == before {
            return Ok(());
        }
        replace_file(path, after.as_bytes())
            .map_err(|error| DeclareError::Unwritable { path: path.clone(), error })
    }
}

/// Whether a file's name is one of a declared document.
pub(crate) fn is_declared_document(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(DECLARED_SUFFIX))
}

/// The declared document, if there is one.
pub(crate) fn read_declared(path: &Path) -> Result<Option<String>, ReadError> {
    match fs::read_to_string(path) {
        Ok(json) => Ok(Some(json)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError::Unreadable { path: path.to_owned(), error }),
    }
}
