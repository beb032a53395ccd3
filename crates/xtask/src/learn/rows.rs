//! What the model learns from: labelled cookies as they were seen, the same by their names alone, and the tables' own
//! names.

use consentry_classify::features::{Evidence, features};
use consentry_classify::lines::{Kind as LineKind, Says, read};
use consentry_classify::model::place;
use consentry_classify::{Classifier, Kind, Subject, row};
use consentry_policy::category::Category;

use crate::{Outcome, root};

/// The labelled cookies lie beside the project and are no part of it.
pub const FILE: &str = "../shared/data/cookies_labelled.csv";

/// A cookie with the category that its site declared.
pub struct Row {
    fields: Vec<(String, String)>,
    pub label: Category,
}

impl Row {
    pub fn subject(&self) -> Subject<'_> {
        row::subject(|column| self.field(column), &mut |_| ())
    }

    pub fn field(&self, column: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str())
    }

    pub fn site(&self) -> &str {
        self.field("site").unwrap_or_default()
    }
}

/// Every labelled cookie, in the file's order.
pub fn labelled() -> Outcome<Vec<Row>> {
    let fault = |error: csv::Error| format!("{FILE}: {error}");
    let mut reader = csv::Reader::from_path(root().join(FILE)).map_err(fault)?;
    let columns = reader.headers().map_err(fault)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(fault)?;
        let fields: Vec<_> =
            columns.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
        let label =
            fields.iter().find(|(name, _)| name == "label").and_then(|(_, value)| Category::named(value));
        rows.push(Row { fields, label: label.ok_or_else(|| format!("{FILE}: a line without a label"))? });
    }
    Ok(rows)
}

/// Places of features, the category, and how much it counts.
pub struct Example {
    pub places: Vec<usize>,
    pub label: usize,
    pub weight: f64,
}

impl Example {
    fn new(subject: &Subject<'_>, evidence: &Evidence, label: Category, weight: f64) -> Example {
        let mut places = Vec::new();
        features(subject, evidence, &mut |hash| places.push(place(hash)));
        places.sort_unstable();
        places.dedup();
        Example { places, label: label as usize, weight }
    }
}

/// What a cookie of which only the name is known counts, and a name of a table.
const NAME_ALONE: f64 = 0.1;
const OF_TABLE: f64 = 0.5;

pub fn examples(tables: &Classifier, rows: &[&Row]) -> Vec<Example> {
    let mut examples = Vec::new();
    for row in rows {
        let whole = row.subject();
        let alone = Subject::new(Kind::Cookie, whole.name);
        for (subject, weight) in [(whole, 1.0), (alone, NAME_ALONE)] {
            examples.push(Example::new(&subject, &tables.evidence(&subject), row.label, weight));
        }
    }
    examples
}

/// Each name of the registries as a cookie that no table knows: so that what is learned of it is how it looks.
pub fn from_tables() -> Vec<Example> {
    let texts = [
        include_str!("../../../classify/tables/open-cookie-database.txt"),
        include_str!("../../../classify/tables/prebid.txt"),
    ];
    let lines = texts.into_iter().flat_map(|text| read(text).flatten());
    lines
        .filter(|line| line.kind == LineKind::Name)
        .filter_map(|line| {
            let Says::Category(category) = line.says else { return None };
            let name = line.pattern.trim_end_matches('*');
            let subject = Subject { domain: line.host, ..Subject::new(Kind::Cookie, name) };
            Some(Example::new(&subject, &Evidence::default(), category, OF_TABLE))
        })
        .collect()
}
