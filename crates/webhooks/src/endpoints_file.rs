//! The file `webhooks.json` in the data directory: the endpoints with their secrets, for the program's own account alone.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use consentry::model::config::SiteKey;
use consentry_ledger::event::Event;
use consentry_sites::replace_file;
use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;
use crate::secret::Secret;
use crate::url::EndpointUrl;

/// The file's name.
pub const FILE: &str = "webhooks.json";
/// Held by whoever changes the file, so that of two changes at once none is lost.
const LOCK: &str = "webhooks.lock";
/// The version of its shape.
const VERSION: u32 = 1;

/// The endpoints in a data directory.
#[derive(Clone)]
pub struct EndpointsFile {
    path: PathBuf,
    lock: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    v: u32,
    endpoints: Vec<StoredEndpoint>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEndpoint {
    id: String,
    site: String,
    url: String,
    events: Vec<String>,
    secret: String,
}

impl EndpointsFile {
    pub fn new(data: &Path) -> EndpointsFile {
        EndpointsFile { path: data.join(FILE), lock: data.join(LOCK) }
    }

    /// The endpoints; none where there is no file.
    ///
    /// # Errors
    /// A sentence for the operator: the file, the place in it, what was found and what was expected. Never a secret.
    pub fn read(&self) -> Result<Vec<Endpoint>, String> {
        match fs::read_to_string(&self.path) {
            // It was made, and not written yet.
            Ok(text) if text.is_empty() => Ok(Vec::new()),
            Ok(text) => parse(&text).map_err(|fault| format!("{}: {fault}", self.path.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.unusable(&error)),
        }
    }

    /// Changes the endpoints, and writes them where the change succeeds: whole, and for nobody else to read.
    ///
    /// # Errors
    /// As with `read`; or the change refuses, or the file cannot be written.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<Endpoint>) -> Result<T, String>,
    ) -> Result<T, String> {
        let lock = private_file(&self.lock).and_then(|file| file.lock().map(|()| file));
        let _lock = lock.map_err(|error| self.unusable(&error))?;
        let mut endpoints = self.read()?;
        let changed = change(&mut endpoints)?;
        let stored = Stored { v: VERSION, endpoints: endpoints.iter().map(stored).collect() };
        let text = serde_json::to_string_pretty(&stored).map_err(|error| error.to_string())? + "\n";
        // What replaces it gets the same rights.
        let written = private_file(&self.path).and_then(|_| replace_file(&self.path, text.as_bytes()));
        written.map_err(|error| self.unusable(&error))?;
        Ok(changed)
    }

    fn unusable(&self, error: &io::Error) -> String {
        format!("{}: expected a file to read and write, found: {error}", self.path.display())
    }
}

/// Opens a file, makes it where it is not there, and takes the rights of others from it.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

fn stored(endpoint: &Endpoint) -> StoredEndpoint {
    StoredEndpoint {
        id: endpoint.id.clone(),
        site: endpoint.site.to_string(),
        url: endpoint.url.as_str().to_owned(),
        events: endpoint.events.iter().map(|event| event.name().to_owned()).collect(),
        secret: endpoint.secret.text(),
    }
}

fn parse(text: &str) -> Result<Vec<Endpoint>, String> {
    let Stored { v, endpoints } = serde_json::from_str(text).map_err(|error| {
        // What it says may have a value in it.
        format!(
            "line {}, column {}: found no list of endpoints of version {VERSION}",
            error.line(),
            error.column()
        )
    })?;
    if v != VERSION {
        return Err(format!("v: found {v}, expected {VERSION}"));
    }
    let mut read: Vec<Endpoint> = Vec::with_capacity(endpoints.len());
    for (at, stored) in endpoints.into_iter().enumerate() {
        let endpoint = read_endpoint(stored).map_err(|fault| format!("endpoints[{at}].{fault}"))?;
        if read.iter().any(|earlier| earlier.id == endpoint.id) {
            return Err(format!("endpoints[{at}].id: found {:?} again, expected another", endpoint.id));
        }
        read.push(endpoint);
    }
    Ok(read)
}

fn read_endpoint(stored: StoredEndpoint) -> Result<Endpoint, String> {
    let StoredEndpoint { id, site, url, events, secret } = stored;
    if id.len() != 8 || !id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(format!("id: found {id:?}, expected 8 hexadecimal digits in lower case"));
    }
    let site = SiteKey::new(&site).ok_or_else(|| format!("site: found {site:?}, expected a site key"))?;
    let url = EndpointUrl::parse(&url).map_err(|fault| format!("url: {fault}"))?;
    let known = events.iter().map(|name| {
        Event::named(name).ok_or_else(|| format!("events: found {name:?}, expected erased or withdrawn"))
    });
    let events: Vec<Event> = known.collect::<Result<_, _>>()?;
    let secret = Secret::parse(&secret).map_err(|fault| format!("secret: {fault}"))?;
    Ok(Endpoint { id, site, url, events, secret })
}
