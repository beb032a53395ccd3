//! The files that pages load: those of the build, held once for all sites, and those that a site's configuration makes,
//! made when they are first asked for and held as long as there is room. Knows no request.
//!
//! The script asks for all others in a folder named by their content: `<build><texts>`, twelve hexadecimal digits each.
//! What a page of an hour ago asks for under other texts is still served, as it is now; under another build it is not, since
//! its script could do nothing with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use consentry::bundle::{BUILT_FILES, script, text_files};
use consentry::lint::Allowed;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::Component;
use super::compressed_file::CompressedFile;
use super::compressor::Compressor;
use super::served_site::{ServedSite, Texts};
use crate::short_digest::short_digest;

/// The name of the script, the one file that is asked for beside that folder.
pub const SCRIPT: &str = "consentry.js";
/// How many bytes all files that sites made may take together: the scripts of some 240 sites, in both codings.
const ROOM: u64 = 12 << 20;
/// How many hexadecimal digits of a hash name the build, or the texts.
const DIGITS: usize = 12;

/// How long what was found may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// The address means this content alone.
    Endless,
    /// The address has another content after a change.
    Short,
}

/// Every file that pages load.
pub struct ServedFiles {
    component: Component,
    built: Result<BuiltFiles, String>,
    made: Cache<(u64, String), Arc<CompressedFile>, Weight>,
    compressor: Compressor,
}

/// What every site has alike.
struct BuiltFiles {
    files: BTreeMap<&'static str, Arc<CompressedFile>>,
    digest: String,
}

impl ServedFiles {
    /// Takes the build's files, and starts the thread that compresses.
    pub fn new(component: Component) -> ServedFiles {
        let built = BuiltFiles::new(&component);
        if let Err(reason) = &built {
            tracing::warn!("no files are served: {reason}");
        }
        let made = Cache::with_weighter(1000, ROOM, Weight);
        ServedFiles { component, built, made, compressor: Compressor::start() }
    }

    /// A file of a site, asked for in a folder or in none, if it is there or can be had without any work.
    pub fn at_hand(
        &self,
        site: &ServedSite,
        folder: Option<&str>,
        name: &str,
    ) -> Option<(Arc<CompressedFile>, Life)> {
        let built = self.built.as_ref().ok()?;
        let life = life(built, site.texts.get()?, folder, name)?;
        let file = built.files.get(name).cloned();
        Some((file.or_else(|| self.made.get(&(site.number, name.to_owned())))?, life))
    }

    /// A file of a site, asked for in a folder or in none; none if there is no such file. Takes milliseconds where it must be
    /// made; who asks for the same one meanwhile waits for it.
    ///
    /// # Errors
    /// A sentence for the operator: the component is not what the build makes.
    pub fn find(
        &self,
        site: &ServedSite,
        folder: Option<&str>,
        name: &str,
    ) -> Result<Option<(Arc<CompressedFile>, Life)>, String> {
        let built = self.built.as_ref().map_err(Clone::clone)?;
        let texts = self.texts(site)?;
        let Some(life) = life(built, texts, folder, name) else { return Ok(None) };
        if let Some(file) = built.files.get(name) {
            return Ok(Some((Arc::clone(file), life)));
        }
        let is_ours = name == SCRIPT || texts.names.iter().any(|known| known == name);
        if !is_ours && (name != Allowed::FILE || site.site.reasons.is_empty()) {
            return Ok(None);
        }
        let make = || {
            let content = self.make(site, &format!("{}{}/", built.digest, texts.digest), name)?;
            let file = Arc::new(CompressedFile::new(&content).map_err(|error| error.to_string())?);
            self.compressor.add(&file);
            Ok::<_, String>(file)
        };
        Ok(Some((self.made.get_or_insert_with(&(site.number, name.to_owned()), make)?, life)))
    }

    /// Makes a site's script before somebody asks for it.
    pub fn prepare(&self, site: &ServedSite) {
        if let Err(reason) = self.find(site, None, SCRIPT)
            && self.built.is_ok()
        {
            tracing::warn!("{}: its files are not served: {reason}", site.site.key);
        }
    }

    /// Has the build's files with brotli too, once the thread has the time, where the build did not compress them.
    pub fn compress_built(&self) {
        self.built.iter().flat_map(|built| built.files.values()).for_each(|file| self.compressor.add(file));
    }

    fn make(&self, site: &ServedSite, folder: &str, name: &str) -> Result<Vec<u8>, String> {
        let config = &site.site.config;
        let component = |name: &str| (self.component)(name).map(|file| file.content.into_owned());
        if name == Allowed::FILE {
            return Ok(site.site.reasons.to_json().into_bytes());
        }
        if name == SCRIPT {
            return script(config, &site.observed_hosts, folder, &component)
                .map_err(|error| error.to_string());
        }
        let texts = text_files(config, &component).map_err(|error| error.to_string())?;
        let text = texts.into_iter().find(|(known, _)| known == name);
        text.map(|(_, content)| content)
            .ok_or_else(|| format!("found no {name}, expected it beside {SCRIPT}"))
    }

    fn texts<'a>(&self, site: &'a ServedSite) -> Result<&'a Texts, String> {
        if let Some(texts) = site.texts.get() {
            return Ok(texts);
        }
        let component = |name: &str| (self.component)(name).map(|file| file.content.into_owned());
        let files = text_files(&site.site.config, &component);
        let files = files.map_err(|error| error.to_string())?;
        let digest = digest(files.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
        let names = files.into_iter().map(|(name, _)| name).collect();
        Ok(site.texts.get_or_init(|| Texts { digest, names }))
    }
}

impl BuiltFiles {
    fn new(component: &Component) -> Result<BuiltFiles, String> {
        let find = |name: &str| {
            component(name)
                .ok_or_else(|| consentry::bundle::BundleError::Missing(name.to_owned()).to_string())
        };
        let mut files = BTreeMap::new();
        for name in BUILT_FILES {
            let file = CompressedFile::built(find(name)?).map_err(|error| format!("{name}: {error}"))?;
            files.insert(name, Arc::new(file));
        }
        let script = find(SCRIPT)?.content;
        let tags = files.iter().map(|(name, file)| (*name, file.etag.as_bytes()));
        let digest = digest(tags.chain([(SCRIPT, &*script)]));
        Ok(BuiltFiles { files, digest })
    }
}

/// How long a file of this name may be kept that was asked for in this folder; none if it is not to be had there.
fn life(built: &BuiltFiles, texts: &Texts, folder: Option<&str>, name: &str) -> Option<Life> {
    let Some(folder) = folder else { return Some(Life::Short) };
    let asked = folder.strip_prefix(built.digest.as_str()).filter(|_| name != SCRIPT)?;
    if asked == texts.digest {
        return Some(Life::Endless);
    }
    let is_a_digest = asked.len() == DIGITS && asked.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_a_digest.then_some(Life::Short)
}

/// The name of these files together.
fn digest<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let each: String = files.map(|(name, content)| format!("{name} {}\n", short_digest(content))).collect();
    short_digest(each).chars().take(DIGITS).collect()
}

/// A file weighs what it takes in memory.
#[derive(Clone)]
struct Weight;

impl Weighter<(u64, String), Arc<CompressedFile>> for Weight {
    fn weight(&self, (_, name): &(u64, String), file: &Arc<CompressedFile>) -> u64 {
        (file.most_bytes() + name.len()) as u64
    }
}
