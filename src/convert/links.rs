//! Links in texts of the other managers, to find the one that leads to the privacy policy.

use super::html::without_tags;

/// A link in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub href: String,
    pub text: String,
}

impl Link {
    /// Whether it leads to a privacy policy, by its words in some languages of Europe.
    pub fn leads_to_a_policy(&self) -> bool {
        const WORDS: [&str; 12] = [
            "privacy",
            "datenschutz",
            "integritet",
            "confidential",
            "privacidad",
            "privacidade",
            "personvern",
            "privatliv",
            "tietosuoja",
            "prywatno",
            "osobních údajů",
            "gdpr",
        ];
        let words = format!("{} {}", self.href, self.text).to_lowercase();
        WORDS.iter().any(|word| words.contains(word))
    }
}

/// The links of a text that lead somewhere: not those that are a bare `#…`.
pub(super) fn links_in(html: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = html;
    while let Some((_, element)) = rest.split_once("<a") {
        let Some((attributes, after)) = element.split_once('>') else { break };
        rest = after;
        if !attributes.starts_with(char::is_whitespace) {
            continue;
        }
        let text = after.split_once("</a").map_or(after, |(text, _)| text);
        if let Some(href) = href_among(attributes).filter(|href| !href.is_empty() && !href.starts_with('#')) {
            links.push(Link { href, text: without_tags(text) });
        }
    }
    links
}

fn href_among(attributes: &str) -> Option<String> {
    let value = attributes.split_once("href=").map(|(_, value)| value)?;
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let href = match quote {
        Some(quote) => value[1..].split(quote).next()?,
        None => value.split_whitespace().next()?,
    };
    Some(htmlize::unescape_attribute(href.trim()).into_owned())
}
