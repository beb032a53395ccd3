//! One site: its configuration with what was declared beside it, its rules, and its pages.

use std::sync::Arc;

use consentry::bundle;
use consentry::classify::rules::Rules;
use consentry::lint::output::{ConfigurationFile, Entry};
use consentry::lint::{Allowed, Page, Place, Subject, lint, reasons_needed};
use consentry::model::config::{Config, Fault, HostPattern};
use consentry_classify::{Subject as Named, SubjectKind};
use consentry_mark::consent::Consent;
use consentry_mark::{Encoding, Marker, csp, survey};
use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::values::{Classified, LintResult, refusal, to_js};

/// A site as described by its files.
#[wasm_bindgen]
pub struct Site {
    /// The configuration with what was declared, or what is wrong with one of them.
    joined: Result<Config, Vec<Fault>>,
    /// The configuration by itself, if it is valid.
    own: Option<Config>,
    /// Whether there is a configuration; if not, the built-in rules apply.
    is_configured: bool,
    hosts: Vec<HostPattern>,
    file: ConfigurationFile,
    pages: Vec<Page>,
}

#[wasm_bindgen]
impl Site {
    /// `json`: the configuration; `path`: where it lies, for messages. Without a path there is no configuration, and the lint
    /// finds nothing in it. `hosts`: those that serve the site, beside the hosts of `backend.origins`.
    ///
    /// # Errors
    /// `bad-value`: a host is not valid. A bad configuration is no error here: the lint tells what is wrong with it.
    #[wasm_bindgen(constructor)]
    pub fn new(path: Option<String>, json: &str, hosts: Vec<String>) -> Result<Site, JsValue> {
        let hosts = hosts.iter().map(|host| {
            let reason = "expected a host such as www.example.com, without scheme, port and path";
            HostPattern::new(host).ok_or_else(|| bad_value(format!("--host: found {host:?}, {reason}")))
        });
        let hosts = hosts.collect::<Result<_, _>>()?;
        let joined = Config::parse(json);
        let own = joined.as_ref().ok().cloned();
        let is_configured = path.is_some();
        let file = path.map(|path| ConfigurationFile::new(path, json, None)).unwrap_or_default();
        Ok(Site { joined, own, is_configured, hosts, file, pages: Vec::new() })
    }

    /// The site's key: `<key>.declared.json` beside the configuration belongs to it.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> Option<String> {
        Some(self.own.as_ref()?.site.as_ref()?.as_str().to_owned())
    }

    /// Adds what was declared in `/admin`: the content of `<key>.declared.json`, and where it lies. If that has faults, they
    /// are what the lint tells.
    #[wasm_bindgen(js_name = addDeclared)]
    pub fn add_declared(&mut self, path: String, json: &str) {
        let Some(own) = &self.own else { return };
        self.joined = own.with_declared(json);
        match &self.joined {
            Ok(_) => self.file.set_declared_path(path),
            Err(_) => self.file = ConfigurationFile::new(path, json, None),
        }
    }

    /// Adds a page to what is linted, in place of an earlier one of that path; whether `fix` would change it. If the
    /// configuration has faults, only those are told, and nothing is added.
    #[wasm_bindgen(js_name = addPage)]
    pub fn add_page(&mut self, path: &str, html: &[u8]) -> bool {
        let Ok(config) = &self.joined else { return false };
        let page = survey(path, html, &self.enforcing_rules(config));
        let would_be_marked = page.tags.iter().any(|tag| tag.would_be_marked);
        self.pages.retain(|known| known.path != page.path);
        self.pages.push(page);
        would_be_marked
    }

    /// What the rules find in the configuration, and in the pages if any were added; `allow` has a `RULE=REASON` each.
    /// `{ fails, findings, lines, sarif }`.
    ///
    /// # Errors
    /// `bad-value`: `allow` names no rule or no reason.
    pub fn lint(&self, allow: Vec<String>) -> Result<JsValue, JsValue> {
        let allowed = read_allowed(&allow)?;
        let entries: Vec<_> = match &self.joined {
            Err(faults) => faults.iter().map(|fault| Entry::of_fault(fault, &self.file)).collect(),
            Ok(config) => {
                let pages = (!self.pages.is_empty()).then_some(&self.pages[..]);
                let own_services = self.own.as_ref().map_or(0, |own| own.services.len());
                let mut reports = lint(&Subject { config, own_services, pages, visit: None });
                reports.retain(|report| self.is_configured || !matches!(report.finding.place, Place::Key(_)));
                reports.iter().map(|report| Entry::of(report, &self.file, &allowed)).collect()
            }
        };
        to_js(&LintResult::of(&entries))
    }

    /// The files of the site, `consentry.js` first: arrays of a name and bytes. `component` gives the built file of a name
    /// as bytes, or nothing. The reasons in `allow` that were needed are one of the files.
    ///
    /// # Errors
    /// `invalid-config`; `refused`: the lint finds errors that are not allowed, in what the configuration itself says;
    /// `bad-value` as `lint`; `incomplete`: a file of the component is missing.
    pub fn bundle(&self, allow: Vec<String>, component: &Function) -> Result<Array, JsValue> {
        let config = self.config()?;
        let allowed = read_allowed(&allow)?;
        // What was declared in /admin is not checked: a click there must not end the site's build.
        let needed = reasons_needed(self.own.as_ref().unwrap_or(config), &allowed);
        let needed = needed.map_err(|reports| {
            let lines: Vec<_> = reports.iter().map(|report| report.line()).collect();
            refusal("refused", &lines)
        })?;
        let mut files = bundle::bundle(config, &[], &built_file(component))
            .map_err(|error| refusal("incomplete", &[error.to_string()]))?;
        if !needed.is_empty() {
            files.push((Allowed::FILE.to_owned(), needed.to_json().into_bytes()));
        }
        let files = files.into_iter();
        Ok(files.map(|(name, bytes)| Array::of2(&name.into(), &Uint8Array::from(&bytes[..]))).collect())
    }

    /// A page with its static tags held from a visitor without a choice, and how many are: an array of bytes and a number.
    /// `charset`: what the server says in `Content-Type`.
    ///
    /// # Errors
    /// `invalid-config`; `bad-value`: there is no such encoding.
    pub fn mark(&self, html: &[u8], charset: Option<String>) -> Result<Array, JsValue> {
        let rules = Arc::new(Rules::new(self.config()?, &self.hosts));
        marked(html, &rules, charset)
    }

    /// As `mark`, but also where the configured gate only reports.
    ///
    /// # Errors
    /// `invalid-config`.
    pub fn fix(&self, html: &[u8]) -> Result<Array, JsValue> {
        marked(html, &self.enforcing_rules(self.config()?), None)
    }

    /// The value of the header `Content-Security-Policy` for a visitor with these grants: names with commas between.
    ///
    /// # Errors
    /// `invalid-config`; `bad-value`: a name is not in the configuration.
    pub fn csp(&self, granted: &str, denied: &str) -> Result<String, JsValue> {
        let config = self.config()?;
        csp::policy_by_names(config, &Rules::new(config, &self.hosts), granted, denied).map_err(bad_value)
    }

    /// What `<consentry-declaration>` shows, as HTML to stand inside it. `component` as for `bundle`.
    ///
    /// # Errors
    /// `invalid-config`; `bad-value`: the site has no such language.
    pub fn declaration(&self, language: Option<String>, component: &Function) -> Result<String, JsValue> {
        bundle::declaration(self.config()?, language.as_deref(), &built_file(component)).map_err(bad_value)
    }

    /// What a cookie, a storage key or a URL is for, the owner's word first:
    /// `{ category, confidence, rule, pattern, vendor, source }`.
    ///
    /// # Errors
    /// `invalid-config`; `bad-value`: `kind` is none of `cookie`, `storage` and `url`.
    pub fn classify(&self, kind: &str, name: &str, domain: Option<String>) -> Result<JsValue, JsValue> {
        let kind = SubjectKind::named(kind)
            .ok_or_else(|| bad_value(format!("found {kind:?}, expected cookie, storage or url")))?;
        let subject = Named { domain: domain.as_deref(), ..Named::new(kind, name) };
        let answer = consentry::classify::answer(Some(self.config()?), &subject);
        to_js(&Classified::from(&answer))
    }
}

impl Site {
    fn config(&self) -> Result<&Config, JsValue> {
        self.joined.as_ref().map_err(|faults| {
            let lines: Vec<_> = faults.iter().map(|fault| format!("error {} {fault}", fault.code)).collect();
            refusal("invalid-config", &lines)
        })
    }

    /// The rules, as a gate that holds and does not only report.
    fn enforcing_rules(&self, config: &Config) -> Arc<Rules> {
        Arc::new(Rules::new(config, &self.hosts).that_hold())
    }
}

fn bad_value(reason: String) -> JsValue {
    refusal("bad-value", &[reason])
}

fn marked(html: &[u8], rules: &Arc<Rules>, charset: Option<String>) -> Result<Array, JsValue> {
    let mut marker = Marker::new(Arc::clone(rules), &Consent::default().grants(rules));
    if let Some(label) = charset {
        let expected = "expected the label of an encoding, such as utf-8";
        let encoding = Encoding::for_label_no_replacement(label.as_bytes())
            .ok_or_else(|| bad_value(format!("--charset: found {label:?}, {expected}")))?;
        marker = marker.in_encoding(encoding);
    }
    let mut out = Vec::with_capacity(html.len());
    marker.write(html, &mut out);
    let held = marker.end(&mut out);
    Ok(Array::of2(&Uint8Array::from(&out[..]), &JsValue::from_f64(held as f64)))
}

fn read_allowed(allow: &[String]) -> Result<Allowed, JsValue> {
    let parts = allow.iter().map(|text| Allowed::parse(text));
    let parts = parts.collect::<Result<Vec<_>, _>>();
    Ok(Allowed::all(parts.map_err(|reason| bad_value(format!("--allow: {reason}")))?))
}

/// The component's files, as the caller's function returns them.
fn built_file(component: &Function) -> impl Fn(&str) -> Option<Vec<u8>> + '_ {
    |name| {
        let bytes = component.call1(&JsValue::NULL, &name.into()).ok()?;
        Some(bytes.dyn_into::<Uint8Array>().ok()?.to_vec())
    }
}
