//! `consentry-classify.wasm`: what a page asks about names and hosts, fetched only when it asks. Converts
//! types; the rules are those of `consentry` and `consentry-classify`, so that a page, the command line and
//! the backend answer alike.
//!
//! ```text
//! crates/gate/js/after ─> explain ─> consentry::classify ─> consentry-classify
//!                                └─> consentry::model::observation
//! ```

#![cfg(target_arch = "wasm32")]

use consentry::classify::{Address, Declared, OwnersWord, answer_by, host_of};
use consentry::model::category::Category;
use consentry::model::observation::{self, ObservationKind};
use consentry_classify::csv_row::subject;
use consentry_classify::{Answer, Subject, SubjectKind};
use wasm_bindgen::prelude::*;
use web_sys::Url;

/// A page downloads the allocator too: this one is a fifth of the usual one's size.
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// What the owner of one site says. The page's configuration reaches it pattern by pattern: it was checked
/// when it was bundled, and a page must get along with one that was not.
#[wasm_bindgen]
pub struct Site {
    word: OwnersWord<'static>,
    /// What relative addresses are relative to.
    base: String,
}

#[wasm_bindgen]
impl Site {
    /// A site whose owner has said nothing yet, on a page with this base address.
    #[wasm_bindgen(constructor)]
    pub fn new(base: String) -> Site {
        Site { word: OwnersWord::default(), base }
    }

    /// The owner says that a cookie, a storage key or a host (`kind`) is a service's. What has no kind or no
    /// category declares nothing.
    pub fn declare(&mut self, kind: &str, pattern: &str, category: &str, vendor: String, service: String) {
        if let (Some(kind), Some(category)) = (SubjectKind::named(kind), Category::named(category)) {
            let pattern = pattern.trim().to_owned().into();
            let (vendor, service) = (vendor.into(), service.into());
            self.word.declared.push(Declared { kind, pattern, category, vendor, service });
        }
    }

    /// A host of the site's own, or that the owner lets load, with all below it.
    #[wasm_bindgen(js_name = addOwnHost)]
    pub fn add_own_host(&mut self, host: String) {
        self.word.own_hosts.push(host.into());
    }

    /// The answer on a cookie, a storage key or a URL, as [`classify`] gives it; the owner's word comes
    /// first.
    pub fn classify(&self, kind: &str, name: &str) -> Vec<String> {
        let read = |text: &str| host_of(text, parse).or_else(|| self.relative(text));
        if name.is_empty() {
            return parts_of(&Answer::unclassified(String::new(), ""));
        }
        let subject = Subject::new(SubjectKind::named(kind).unwrap_or_default(), name);
        parts_of(&answer_by(&self.word, &subject, read))
    }

    /// The host of an address that is relative to the page's.
    fn relative(&self, text: &str) -> Option<String> {
        let url = Url::new_with_base(Some(text.trim()).filter(|text| !text.is_empty())?, &self.base);
        address(&url.ok()?).contacted()
    }
}

/// The answer of the tables and the model: its category, confidence (0 to 100), rule, pattern, vendor and
/// source. Of a URL `name` is the host. `more`: what else is known, a line `column=value` each, with the
/// columns of
/// [`consentry_classify::csv_row::COLUMNS`].
#[wasm_bindgen]
pub fn classify(kind: &str, name: &str, more: &str) -> Vec<String> {
    let field = |column: &str| more.lines().find_map(|line| line.strip_prefix(column)?.strip_prefix('='));
    let kind = SubjectKind::named(kind).unwrap_or_default();
    parts_of(&consentry_classify::classify(&Subject { kind, name, ..subject(field, &mut |_| ()) }))
}

/// The number of the category of a host in lower case, as in `consentry-policy`; 4 is unclassified.
#[wasm_bindgen(js_name = categoryOfHost)]
pub fn category_of_host(host: &str) -> u32 {
    consentry_classify::category_of_host(host).map_or(4, |category| category as u32)
}

/// A name (`kind` is `cookie`, `storage` or `left`) or a host (`host`) with `*` for what could be somebody's
/// identifier; nothing where it is no name. The host is one that the browser has read out of an address.
#[wasm_bindgen(js_name = withoutIdentifiers)]
pub fn without_identifiers(kind: &str, name: &str) -> Option<String> {
    observation::without_identifiers(ObservationKind::named(kind)?, name)
}

/// What an answer consists of, in the order that is promised above.
fn parts_of(answer: &Answer) -> Vec<String> {
    let confidence = answer.confidence.to_string();
    let parts: [&str; 6] = [
        answer.category_name(),
        &confidence,
        answer.rule.name(),
        &answer.pattern,
        &answer.vendor,
        &answer.source,
    ];
    parts.map(str::to_owned).into()
}

fn parse(text: &str) -> Option<Address> {
    Some(address(&Url::new(text).ok()?))
}

fn address(url: &Url) -> Address {
    Address { href: url.href(), username: url.username(), host: url.hostname() }
}
