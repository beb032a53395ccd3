//! One site: its configuration with what was declared beside it, its rules, and its pages.

use std::sync::Arc;

use consentry::bundle;
use consentry::classify::rules::Rules;
use consentry::lint::output::{ConfigurationFile, Entry};
use consentry::lint::{Allowed, Page, Subject, lint, reasons_needed};
use consentry::model::config::{Config, Fault, HostPattern};
use consentry_classify::{Subject as Named, SubjectKind};
use consentry_mark::consent::Consent;
use consentry_mark::{Encoding, Marker, csp, survey};
use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::values::{Classified, LintResult, to_js};

/// A site as its files say.
#[wasm_bindgen]
pub struct Site {
    /// The configuration with what was declared, or what is wrong with one of them.
    joined: Result<Config, Vec<Fault>>,
    /// How many services the configuration itself declares.
    own_services: usize,
    /// The key under which the document of declared services lies.
    key: Option<String>,
    hosts: Vec<HostPattern>,
    file: ConfigurationFile,
    pages: Vec<Page>,
}

#[wasm_bindgen]
impl Site {
    /// `json`: the configuration; `path`: where it lies, for messages. `hosts`: those that serve the site, beside the
    /// hosts of `backend.origins`.
    ///
    /// # Errors
    /// A host is none. A bad configuration is no error here: the lint tells what is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(path: String, json: &str, hosts: Vec<String>) -> Result<Site, JsError> {
        let hosts = hosts.iter().map(|host| {
            let reason = "expected a host such as www.example.com, without scheme, port and path";
            HostPattern::new(host).ok_or_else(|| JsError::new(&format!("--host: found {host:?}, {reason}")))
        });
        let hosts = hosts.collect::<Result<_, _>>()?;
        let joined = Config::parse(json);
        let (own_services, key) = match &joined {
            Ok(config) => (config.services.len(), config.site.as_ref().map(|key| key.as_str().to_owned())),
            Err(_) => (0, None),
        };
        let file = ConfigurationFile::new(path, json, None);
        Ok(Site { joined, own_services, key, hosts, file, pages: Vec::new() })
    }

    /// The site's key, by which `<key>.declared.json` beside the configuration is its own.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> Option<String> {
        self.key.clone()
    }

    /// Adds what was declared in `/admin`: the content of `<key>.declared.json`, and where it lies.
    pub fn declare(&mut self, path: String, json: &str) {
        let Ok(config) = &self.joined else { return };
        self.joined = config.with_declared(json);
        match &self.joined {
            Ok(_) => self.file.set_declared_path(path),
            Err(_) => self.file = ConfigurationFile::new(path, json, None),
        }
    }

    /// Adds a page to what is linted; whether `mark` would change it.
    ///
    /// # Errors
    /// The configuration has faults.
    #[wasm_bindgen(js_name = addPage)]
    pub fn add_page(&mut self, path: &str, html: &[u8]) -> Result<bool, JsError> {
        let rules = Arc::new(Rules::new(self.config()?, &self.hosts).that_hold());
        let page = survey(path, html, &rules);
        let would_be_marked = page.tags.iter().any(|tag| tag.would_be_marked);
        self.pages.retain(|known| known.path != page.path);
        self.pages.push(page);
        Ok(would_be_marked)
    }

    /// What the rules find in the configuration, and in the pages if any were added; `allow` has a `RULE=REASON` each.
    /// `{ fails, findings, lines, sarif }`.
    ///
    /// # Errors
    /// `allow` names no rule or no reason.
    pub fn lint(&self, allow: Vec<String>) -> Result<JsValue, JsValue> {
        let allowed = read_allowed(&allow)?;
        let entries: Vec<_> = match &self.joined {
            Err(faults) => faults.iter().map(|fault| Entry::of_fault(fault, &self.file)).collect(),
            Ok(config) => {
                let pages = (!self.pages.is_empty()).then_some(&self.pages[..]);
                let subject = Subject { config, own_services: self.own_services, pages, visit: None };
                lint(&subject).iter().map(|report| Entry::of(report, &self.file, &allowed)).collect()
            }
        };
        to_js(&LintResult::of(&entries))
    }

    /// The files of the site, `consentry.js` first: arrays of a name and bytes. `component` gives the built file of a name
    /// as bytes, or nothing. The reasons in `allow` that were needed are one of the files.
    ///
    /// # Errors
    /// The configuration has faults, the lint finds errors that are not allowed, or the component is not whole.
    pub fn bundle(&self, allow: Vec<String>, component: &Function) -> Result<Array, JsError> {
        let config = self.config()?;
        let allowed = read_allowed(&allow)?;
        let needed = reasons_needed(config, &allowed).map_err(|reports| {
            let lines: Vec<_> = reports.iter().map(|report| report.line()).collect();
            JsError::new(&lines.join("\n"))
        })?;
        let mut files = bundle::bundle(config, &[], &built_file(component))
            .map_err(|error| JsError::new(&error.to_string()))?;
        if !needed.is_empty() {
            files.push((Allowed::FILE.to_owned(), needed.to_json().into_bytes()));
        }
        let files = files.into_iter();
        Ok(files.map(|(name, bytes)| Array::of2(&name.into(), &Uint8Array::from(&bytes[..]))).collect())
    }

    /// A page with its static tags held, and how many are: an array of bytes and a number. `charset`: what the server says.
    ///
    /// # Errors
    /// The configuration has faults, or there is no such encoding.
    pub fn mark(&self, html: &[u8], charset: Option<String>) -> Result<Array, JsError> {
        let rules = Arc::new(Rules::new(self.config()?, &self.hosts));
        let mut marker = Marker::new(Arc::clone(&rules), &Consent::default().grants(&rules));
        if let Some(label) = charset {
            let encoding = Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
                JsError::new(&format!(
                    "--charset: found {label:?}, expected the label of an encoding, such as utf-8"
                ))
            })?;
            marker = marker.in_encoding(encoding);
        }
        let mut out = Vec::with_capacity(html.len());
        marker.write(html, &mut out);
        let held = marker.end(&mut out);
        Ok(Array::of2(&Uint8Array::from(&out[..]), &JsValue::from_f64(held as f64)))
    }

    /// The value of the header `Content-Security-Policy` for a visitor with these grants: names with commas between.
    ///
    /// # Errors
    /// The configuration has faults, or no such name.
    pub fn csp(&self, granted: &str, denied: &str) -> Result<String, JsError> {
        let config = self.config()?;
        let policy = csp::policy_by_names(config, &Rules::new(config, &self.hosts), granted, denied);
        policy.map_err(|reason| JsError::new(&reason))
    }

    /// What `<consentry-declaration>` shows, as HTML to stand inside it. `component` as for `bundle`.
    ///
    /// # Errors
    /// The configuration has faults, the site has no such language, or the component is not whole.
    pub fn declaration(&self, language: Option<String>, component: &Function) -> Result<String, JsError> {
        let html = bundle::declaration(self.config()?, language.as_deref(), &built_file(component));
        html.map_err(|reason| JsError::new(&reason))
    }

    /// What a cookie, a storage key or a URL is for, the owner's word first:
    /// `{ category, confidence, rule, pattern, vendor, source }`.
    ///
    /// # Errors
    /// `kind` is none of `cookie`, `storage` and `url`, or the configuration has faults.
    pub fn classify(&self, kind: &str, name: &str, domain: Option<String>) -> Result<JsValue, JsValue> {
        let kind = SubjectKind::named(kind)
            .ok_or_else(|| JsError::new(&format!("found {kind:?}, expected cookie, storage or url")))?;
        let subject = Named { domain: domain.as_deref(), ..Named::new(kind, name) };
        let answer = consentry::classify::answer(Some(self.config()?), &subject);
        to_js(&Classified::from(&answer))
    }
}

impl Site {
    fn config(&self) -> Result<&Config, JsError> {
        self.joined.as_ref().map_err(|faults| {
            let lines: Vec<_> = faults.iter().map(|fault| format!("error {} {fault}", fault.code)).collect();
            JsError::new(&lines.join("\n"))
        })
    }
}

fn read_allowed(allow: &[String]) -> Result<Allowed, JsError> {
    let parts = allow.iter().map(|text| Allowed::parse(text));
    let parts = parts.collect::<Result<Vec<_>, _>>();
    Ok(Allowed::all(parts.map_err(|reason| JsError::new(&format!("--allow: {reason}")))?))
}

/// The component's files as a function of the caller's gives them.
fn built_file(component: &Function) -> impl Fn(&str) -> Option<Vec<u8>> + '_ {
    |name| {
        let bytes = component.call1(&JsValue::NULL, &name.into()).ok()?;
        Some(bytes.dyn_into::<Uint8Array>().ok()?.to_vec())
    }
}
