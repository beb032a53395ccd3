//! Elements whose content decides: style sheets, modules, import maps, speculation rules, `<noscript>`.

use consentry::bundle::script_safe;
use serde_json::{Map, Value};

use crate::tag::Tag;
use crate::{css, entities, loads, module};

/// What an element's content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Style,
    /// A style element of a type that browsers do not apply.
    Text,
    Module,
    Map,
    Speculation,
    Noscript,
}

impl Content {
    /// What is to be read in this element, if anything.
    pub fn of(tag: &Tag) -> Option<Content> {
        match tag.name.as_str() {
            "style" if matches!(loads::kind(tag).as_str(), "" | "text/css") => Some(Content::Style),
            "style" => Some(Content::Text),
            "noscript" if tag.html => Some(Content::Noscript),
            "script" => match loads::kind(tag).as_str() {
                "module" => Some(Content::Module),
                "importmap" => Some(Content::Map),
                "speculationrules" => Some(Content::Speculation),
                _ => None,
            },
            _ => None,
        }
    }

    /// The URLs for which the browser asks as soon as it has read this content. `raw`: character
    /// references in it are text, as in HTML and not in SVG.
    pub fn urls(self, content: &[u8], raw: bool) -> Vec<String> {
        let text = String::from_utf8_lossy(content);
        let mut urls = self.urls_of(&text);
        if !raw {
            urls.extend(self.urls_of(&entities::decode_text(&text)));
            urls.extend(self.urls_of(&entities::decode_text(&text_alone(&text))));
        }
        urls
    }

    fn urls_of(self, text: &str) -> Vec<String> {
        match self {
            Content::Style | Content::Text => css::urls(text),
            Content::Module => module::imports(text),
            Content::Speculation => module::speculated(text),
            Content::Map | Content::Noscript => Vec::new(),
        }
    }

    /// Whether the gate finds this URL where it looks for one in such a text (`named` in `doors/text.js`).
    pub fn is_plain(self, text: &str, url: &str) -> bool {
        let begins = ["http://", "https://", "//"].iter().any(|start| url.starts_with(start));
        let seen = |at: usize| {
            let before = text.get(..at).unwrap_or_default();
            let quoted = before.strip_suffix(['"', '\'']);
            match self {
                Content::Module => quoted.is_some_and(|it| {
                    let it = it.trim_end();
                    it.ends_with("import") || it.ends_with("from")
                }),
                _ => {
                    let open = before.trim_end();
                    quoted.is_some()
                        || open
                            .len()
                            .checked_sub(4)
                            .and_then(|from| open.get(from..))
                            .is_some_and(|it| it.eq_ignore_ascii_case("url("))
                }
            }
        };
        begins && text.match_indices(url).any(|(at, _)| seen(at))
    }
}

/// The text of an element in SVG, where comments, character data sections and tags are not part of it.
fn text_alone(content: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(content.len()), content);
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (inside, skipped) = match after {
            it if it.starts_with("!--") => ("", it.split_once("-->")),
            it if it.starts_with("![CDATA[") => {
                let section = it.get(8..).unwrap_or_default();
                let (inside, after) = section.split_once("]]>").unwrap_or((section, ""));
                (inside, Some(("", after)))
            }
            it => ("", it.split_once('>')),
        };
        text.push_str(inside);
        rest = skipped.map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

/// Whether the tokenizer takes what is in this element for text.
pub(crate) fn is_text(tag: &Tag) -> bool {
    const NAMES: &[&str] =
        &["style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"];
    NAMES.contains(&tag.name.as_str())
}

/// Whether the element's content would run, or be applied, as it stands.
pub(crate) fn is_code(tag: &Tag) -> bool {
    match tag.name.as_str() {
        "script" => !loads::attributes(tag).is_empty() || Content::of(tag).is_some(),
        _ => Content::of(tag) == Some(Content::Style),
    }
}

/// An import map in two.
pub(crate) struct Split {
    /// As JSON in ASCII that can stand in a script element.
    pub live: String,
    pub held: String,
    /// What the held one maps, and to what.
    pub mapped: Vec<(String, String)>,
}

/// Splits an import map by where its entries lead; nothing if none leads to a held host, or it is no map.
pub(crate) fn split_map(text: &[u8], holds: impl Fn(&str) -> bool) -> Option<Split> {
    let mut live: Map<String, Value> = serde_json::from_str(&String::from_utf8_lossy(text)).ok()?;
    let (mut held, mut mapped) = (Map::new(), Vec::new());
    let mut part = |entries: &mut Map<String, Value>| {
        let leads = |value: &Value| value.as_str().is_some_and(&holds);
        let (out, stay): (Map<_, _>, Map<_, _>) =
            std::mem::take(entries).into_iter().partition(|(_, value)| leads(value));
        mapped.extend(out.iter().filter_map(|(name, url)| Some((name.clone(), url.as_str()?.to_owned()))));
        *entries = stay;
        (!out.is_empty()).then_some(Value::Object(out))
    };
    if let Some(Value::Object(imports)) = live.get_mut("imports") {
        held.extend(part(imports).map(|out| ("imports".to_owned(), out)));
    }
    if let Some(Value::Object(scopes)) = live.get_mut("scopes") {
        let scopes = scopes.iter_mut().filter_map(|(scope, entries)| {
            let Value::Object(entries) = entries else { return None };
            Some((scope.clone(), part(entries)?))
        });
        let scopes: Map<_, _> = scopes.collect();
        held.extend((!scopes.is_empty()).then_some(("scopes".to_owned(), Value::Object(scopes))));
    }
    let [live, held] = [live, held].map(|map| (!map.is_empty()).then(|| script_safe(&Value::Object(map))));
    Some(Split { live: live.unwrap_or_else(|| "{}".to_owned()), held: held?, mapped })
}
