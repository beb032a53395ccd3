//! Tables of cookies in the preferences. Their columns are the owner's own: what a column says is told by its key and by
//! its header.

use serde_json::{Map, Value};

use crate::convert::draft::Draft;
use crate::convert::remark::UNKNOWN;
use crate::model::shape::quoted;

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    /// The cookie's name, or an expression.
    pub name: &'a str,
    pub is_expression: bool,
    pub path: Option<&'a Value>,
    pub description: Option<&'a Value>,
    pub duration: Option<&'a Value>,
}

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Domain,
    Duration,
    Description,
}

/// Words in keys and headers; beginnings of words where `*` follows.
const WORDS: [(Column, &str); 4] = [
    (
        Column::Duration,
        "expir* duration* lifetime* lifespan retention* period exp maxage ttl dauer laufzeit ablauf* speicherdauer \
        durée duración scadenza durata varaktighet lagringstid utgår varighed varighet looptijd bewaartermijn",
    ),
    (
        Column::Description,
        "desc* purpose* usage use info* what beschreibung zweck beskrivning syfte descripción finalidad finalité \
        descrizione scopo formål beskrivelse doel omschrijving opis cel",
    ),
    (
        Column::Domain,
        "domain* host* provider* vendor* service* company party setby anbieter domäne leverantör proveedor fournisseur \
        fornitore udbyder aanbieder domaine dominio",
    ),
    (Column::Name, "name* cookie* key id namn nom nombre nome naam nazwa navn"),
];

/// Rows with the headers of their columns. `special`: keys that say something of a row by themselves.
pub(super) fn rows<'a>(
    path: &str,
    headers: &[(&'a str, &'a str)],
    body: &'a [Value],
    special: &[&str],
    draft: &mut Draft,
) -> Vec<Row<'a>> {
    let objects: Vec<&Map<String, Value>> = body.iter().filter_map(Value::as_object).collect();
    let mut columns: Vec<(&str, &str, Option<Column>)> =
        headers.iter().map(|(key, header)| (*key, *header, column(key).or_else(|| column(header)))).collect();
    for key in objects.iter().flat_map(|row| row.keys()) {
        if !columns.iter().any(|(known, ..)| known == key) && !special.contains(&key.as_str()) {
            columns.push((key, key, column(key)));
        }
    }
    // In version 2 the first column is the name, whatever its header; in version 3 it mostly is.
    if !columns.iter().any(|(_, _, column)| *column == Some(Column::Name))
        && let Some(first) = columns.first_mut()
    {
        first.2 = Some(Column::Name);
    }
    for (key, header, column) in &columns {
        let has_values = || {
            objects.iter().any(|row| {
                row.get(*key).and_then(Value::as_str).is_some_and(|it| !it.is_empty() && it != UNKNOWN)
            })
        };
        match column {
            Some(Column::Domain) if has_values() => {
                let advice =
                    "who sets a cookie follows from the hosts of its service: name them in services[].hosts";
                draft.remark(path, format!("the column {}", quoted(header)), advice);
            }
            None if has_values() => {
                let advice =
                    "cookies have a name, a purpose and a duration here; put the rest into the purpose";
                draft.remark(path, format!("the column {}", quoted(header)), advice);
            }
            _ => {}
        }
    }
    let key_of =
        |wanted: Column| columns.iter().find(|(_, _, column)| *column == Some(wanted)).map(|(key, ..)| *key);
    let (name, description, duration) =
        (key_of(Column::Name), key_of(Column::Description), key_of(Column::Duration));
    let row = |row: &'a Map<String, Value>| {
        let value = |key: Option<&str>| row.get(key?);
        Some(Row {
            name: value(name)?.as_str()?,
            is_expression: row.get("is_regex") == Some(&Value::Bool(true)),
            path: row.get("path"),
            description: value(description),
            duration: value(duration),
        })
    };
    objects.into_iter().filter_map(row).collect()
}

/// What a column of this key or header says.
fn column(title: &str) -> Option<Column> {
    let title = title.to_lowercase();
    let words: Vec<_> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is = |word: &&str| match word.strip_suffix('*') {
        Some(start) => words.iter().any(|found| found.starts_with(start)),
        None => words.contains(word) || words.concat() == **word,
    };
    // "Cookie name" and "Cookie description" both name a cookie, so the name comes last.
    let found = WORDS.iter().find(|(_, list)| list.split_whitespace().any(|word| is(&word)));
    found.map(|(column, _)| *column)
}

/// The names in a cell: several stand with commas between, and `<id>`, `{id}`, `[id]` and a row of `X` or `#` stand for anything.
pub(super) fn names_in(cell: &str) -> impl Iterator<Item = String> + '_ {
    cell.split([',', ';']).map(str::trim).filter(|name| !name.is_empty()).map(with_star)
}

fn with_star(name: &str) -> String {
    let mut text = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '<' => Some('>'),
            '{' => Some('}'),
            '[' => Some(']'),
            _ => None,
        };
        let placeholder = closing.and_then(|closing| rest.find(closing)).map(|end| end + 1);
        let same = rest.chars().take_while(|c| *c == first).map(char::len_utf8).sum::<usize>();
        let filler = ((matches!(first, 'X' | 'x') && same >= 3) || first == '#').then_some(same);
        match placeholder.or(filler) {
            Some(length) => {
                text.push('*');
                rest = rest.get(length..).unwrap_or_default();
            }
            None => {
                text.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    // Of several stars one is left, and all between them.
    match (text.find('*'), text.rfind('*')) {
        (Some(first), Some(last)) if first != last => format!("{}{}", &text[..first], &text[last..]),
        _ => text,
    }
}
