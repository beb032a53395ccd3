//! The examples that the model is fitted to: labelled cookies as they were seen, the same by their names
//! alone, and the names in the tables.

use consentry_classify::features::{Evidence, features};
use consentry_classify::lines::{PatternKind, Says, read};
use consentry_classify::model::place;
use consentry_classify::{Classifier, Subject, SubjectKind, csv_row};
use consentry_policy::category::Category;

use crate::workspace::{Outcome, root};

/// The labelled cookies lie beside the project and are no part of it.
pub const FILE: &str = "../shared/data/cookies_labelled.csv";

/// A cookie with the category that its site declared.
pub struct LabelledCookie {
    fields: Vec<(String, String)>,
    pub label: Category,
}

impl LabelledCookie {
    /// The cookie as the classifier is asked about it.
    pub fn subject(&self) -> Subject<'_> {
        csv_row::subject(|column| self.field(column), &mut |_| ())
    }

    /// What stands in a column.
    pub fn field(&self, column: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str())
    }

    /// The site that it was seen on.
    pub fn site(&self) -> &str {
        self.field("site").unwrap_or_default()
    }
}

/// Every labelled cookie, in the file's order.
pub fn labelled_cookies() -> Outcome<Vec<LabelledCookie>> {
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
        rows.push(LabelledCookie {
            fields,
            label: label.ok_or_else(|| format!("{FILE}: a line without a label"))?,
        });
    }
    Ok(rows)
}

/// What the regression sees of a cookie.
pub struct Example {
    /// Where its features stand in the model.
    pub places: Vec<usize>,
    /// The category's number.
    pub label: usize,
    /// How much it counts.
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

/// How much an example counts of which only the name is known, where a whole cookie counts 1.
const WEIGHT_OF_NAME: f64 = 0.1;
/// How much a name of a table counts.
const WEIGHT_OF_TABLE: f64 = 0.5;

/// Two examples of each cookie: as it was seen, and by its name alone.
pub fn examples_from_cookies(tables: &Classifier, cookies: &[&LabelledCookie]) -> Vec<Example> {
    let mut examples = Vec::new();
    for cookie in cookies {
        let whole = cookie.subject();
        let alone = Subject::new(SubjectKind::Cookie, whole.name);
        for (subject, weight) in [(whole, 1.0), (alone, WEIGHT_OF_NAME)] {
            examples.push(Example::new(&subject, &tables.evidence(&subject), cookie.label, weight));
        }
    }
    examples
}

/// Each name of the registries as a cookie that no table knows, so that the model goes by how it looks.
pub fn examples_from_tables() -> Vec<Example> {
    let texts = [
        include_str!("../../../classify/tables/open-cookie-database.txt"),
        include_str!("../../../classify/tables/prebid.txt"),
    ];
    let lines = texts.into_iter().flat_map(|text| read(text).flatten());
    lines
        .filter(|line| line.kind == PatternKind::Name)
        .filter_map(|line| {
            let Says::Category(category) = line.says else { return None };
            let name = line.pattern.trim_end_matches('*');
            let subject = Subject { domain: line.host, ..Subject::new(SubjectKind::Cookie, name) };
            Some(Example::new(&subject, &Evidence::default(), category, WEIGHT_OF_TABLE))
        })
        .collect()
}
