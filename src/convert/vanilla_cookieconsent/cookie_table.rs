//! Tables of cookies in the preferences. Their columns are the owner's own: what a column says is told by its key and by
//! its header.

use serde_json::{Map, Value};

use crate::convert::draft::Draft;
use crate::convert::remark::UNKNOWN;
use crate::model::shape::quoted;

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Where it stands.
    pub path: String,
    /// The cookie's name, or an expression.
    pub name: &'a str,
    pub is_expression: bool,
    pub cookie_path: Option<&'a Value>,
    pub domain: Option<&'a Value>,
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

/// Keys that say something of a row by themselves, where they have no header.
const ROW_KEYS: [&str; 3] = ["is_regex", "path", "domain"];

/// The rows of a table. Its headers are an object by column, or, in version 2, a list of these.
pub(super) fn rows<'a>(
    path: &str,
    headers: Option<&'a Value>,
    body: Option<&'a Value>,
    draft: &mut Draft,
) -> Vec<Row<'a>> {
    let body = draft.items(path, body);
    let mut columns: Vec<(&str, &str, Option<Column>)> = Vec::new();
    for (key, header) in match headers {
        Some(Value::Array(columns)) => columns.iter().filter_map(Value::as_object).flatten().collect(),
        headers => headers.and_then(Value::as_object).into_iter().flatten().collect::<Vec<_>>(),
    } {
        let header = header.as_str().unwrap_or_default();
        columns.push((key, header, column(key).or_else(|| column(header))));
    }
    let is_domain_shown = columns.iter().any(|(key, ..)| *key == "domain");
    for key in body.iter().filter_map(|(_, row)| row.as_object()).flat_map(Map::keys) {
        if !columns.iter().any(|(known, ..)| known == key) && !ROW_KEYS.contains(&key.as_str()) {
            columns.push((key, key, column(key)));
        }
    }
    // In version 2 the first column is the name, whatever its header; in version 3 it mostly is.
    let has_name = columns.iter().any(|(_, _, column)| *column == Some(Column::Name));
    if let Some(first) = columns.first_mut().filter(|_| !has_name || matches!(headers, Some(Value::Array(_))))
    {
        first.2 = Some(Column::Name);
    }
    let key_of =
        |wanted: Column| columns.iter().find(|(_, _, column)| *column == Some(wanted)).map(|(key, ..)| *key);
    for (key, header, column) in &columns {
        let says = |row: &Value| {
            row.get(*key).and_then(Value::as_str).is_some_and(|it| !it.is_empty() && it != UNKNOWN)
        };
        let advice = match column {
            Some(Column::Domain) => {
                "who sets a cookie follows from the hosts of its service: name them in services[].hosts"
            }
            Some(column) if key_of(*column) == Some(*key) => continue,
            _ => "cookies have one name, one purpose and one duration here; put the rest into the purpose",
        };
        if body.iter().any(|(_, row)| says(row)) {
            draft.remark(path, format!("the column {}", quoted(header)), advice);
        }
    }
    let mut rows = Vec::new();
    for (path, row) in body {
        let value = |column| key_of(column).and_then(|key| row.get(key));
        let Some(name) = value(Column::Name).and_then(Value::as_str) else {
            draft.remark_value(&path, row, "expected a row with the name of a cookie");
            continue;
        };
        rows.push(Row {
            path,
            name,
            is_expression: row.get("is_regex") == Some(&Value::Bool(true)),
            cookie_path: row.get("path"),
            domain: row.get("domain").filter(|_| !is_domain_shown),
            description: value(Column::Description),
            duration: value(Column::Duration),
        });
    }
    rows
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

/// The names in a cell: several stand with commas or `<br>` between, and `<id>`, `{id}`, `[id]` and a row of `X` or `#` stand for anything.
pub(super) fn names_in(cell: &str) -> Vec<String> {
    let cell = ["<br>", "<br/>", "<br />"].iter().fold(cell.to_owned(), |cell, tag| cell.replace(tag, ","));
    cell.split([',', ';']).map(str::trim).filter(|name| !name.is_empty()).map(with_star).collect()
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
