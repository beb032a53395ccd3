//! Texts in which the other managers allow HTML, and ours does not. No parser of documents: enough for what stands in a
//! sentence.

/// The text without tags, its character references read.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        text.push_str(before);
        let begins_a_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        match tag.find('>').filter(|_| begins_a_tag) {
            Some(end) => {
                if separates(&tag[1..end]) {
                    text.push(' ');
                }
                rest = &tag[end + 1..];
            }
            None => {
                text.push('<');
                rest = &tag[1..];
            }
        }
    }
    text.push_str(rest);
    htmlize::unescape(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether what stands before and after a tag is not one word.
fn separates(tag: &str) -> bool {
    let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    !["a", "abbr", "b", "bdi", "code", "em", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u"]
        .contains(&name.to_ascii_lowercase().as_str())
}
