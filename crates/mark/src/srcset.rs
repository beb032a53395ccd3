//! The addresses of a source set (HTML standard, 4.8.4.2.2). Decides nothing about them.

/// The addresses in their order: one ends with white space or with the comma before it, its descriptor with
/// a comma that stands in no parentheses.
pub(crate) fn addresses(value: &str) -> Vec<String> {
    let is_space = |c: char| c.is_ascii_whitespace();
    let (mut rest, mut addresses) = (value, Vec::new());
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == ',');
        if rest.is_empty() {
            return addresses;
        }
        let (word, after) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
        let address = word.trim_end_matches(',');
        addresses.push(address.to_owned());
        rest = if address.len() < word.len() { after } else { after_descriptors(after) };
    }
}

fn after_descriptors(text: &str) -> &str {
    let mut in_parentheses = false;
    let comma = text.find(|c: char| {
        in_parentheses = (in_parentheses || c == '(') && c != ')';
        c == ',' && !in_parentheses
    });
    comma.and_then(|at| text.get(at + 1..)).unwrap_or_default()
}
