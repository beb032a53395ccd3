//! What an export is of: whose receipts, from which days, and what the site's configuration says about the decisions in them.

use std::fmt;
use std::str::FromStr;

use consentry::model::config::{Config, Service, SiteKey, Text};
use consentry::model::receipt::{Subject, Time};
use serde::Serialize;
use serde_json::{Value, json};

const DAY: u64 = 86_400_000;

/// What an export is of.
#[derive(Clone, Debug)]
pub struct About {
    pub site: SiteKey,
    /// The site's configuration as it is now, where it is known: who is responsible, and what its services are for.
    pub config: Option<Config>,
    /// When the export is made.
    pub exported: Time,
    pub covers: Covers,
    /// What all proofs in the export end at, where it carries proofs. Only the JSON form has them.
    pub log: Option<SignedLog>,
}

/// A site's log as it was signed.
#[derive(Clone, Debug, Serialize)]
pub struct SignedLog {
    /// The signed note.
    pub checkpoint: String,
    /// The keys that sign it, as signed-note writes them.
    pub keys: Vec<String>,
}

/// Whose receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Covers {
    /// One visitor's.
    Subject(Subject),
    /// All that came in these days.
    Site(Period),
}

/// A day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Time);

impl Day {
    /// Its first moment.
    pub fn start(self) -> Time {
        self.0
    }

    /// The first moment of the next day.
    pub fn end(self) -> Time {
        Time::from_millis(self.0.millis() + DAY)
    }
}

impl FromStr for Day {
    type Err = String;

    /// Reads exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Day, String> {
        let day = Time::parse(&format!("{text}T00:00:00.000Z")).map(Day);
        day.ok_or_else(|| format!("found {text:?}, expected a day such as 2026-11-21"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.day())
    }
}

/// Days from one to another, both included; without one there is no end on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    from: Option<Day>,
    to: Option<Day>,
}

impl Period {
    /// # Errors
    /// The first day is after the last.
    pub fn new(from: Option<Day>, to: Option<Day>) -> Result<Period, String> {
        match (from, to) {
            (Some(from), Some(to)) if from > to => {
                Err(format!("found from {from} to {to}, expected the earlier day first"))
            }
            _ => Ok(Period { from, to }),
        }
    }

    /// Its first day, if it has one.
    pub fn first(&self) -> Option<Day> {
        self.from
    }

    /// Its last day, if it has one.
    pub fn last(&self) -> Option<Day> {
        self.to
    }

    /// The first moment in it.
    pub fn start(&self) -> Time {
        self.from.map_or(Time::from_millis(0), Day::start)
    }

    /// The first moment after it, if it ends.
    pub fn end(&self) -> Option<Time> {
        self.to.map(Day::end)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("all days"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(to)) => write!(f, "until {to}"),
            (Some(from), Some(to)) => write!(f, "{from} to {to}"),
        }
    }
}

impl About {
    /// What to call the file, without anything of the visitor in it: `consentry-shop-2026-11-21`.
    pub fn file_stem(&self) -> String {
        format!("consentry-{}-{}", self.site, self.exported.day())
    }

    /// The declared services.
    pub(crate) fn services(&self) -> &[Service] {
        self.config.as_ref().map(|config| config.services.as_slice()).unwrap_or_default()
    }

    /// A text of the owner in English, or in the first of the site's languages that it has.
    pub(crate) fn text<'a>(&'a self, text: &'a Text) -> &'a str {
        let order = self.config.as_ref().map(|config| config.languages.as_slice()).unwrap_or_default();
        text.in_language("en", order)
    }

    /// Who is responsible, by what is said of them.
    pub(crate) fn controller(&self) -> Vec<(&'static str, &str)> {
        let Some(config) = &self.config else { return Vec::new() };
        let controller = &config.controller;
        let said = [
            ("name", &controller.name),
            ("address", &controller.address),
            ("contact", &controller.contact),
            ("dpo", &controller.dpo),
            ("authority", &controller.authority),
        ];
        said.into_iter().filter_map(|(key, text)| Some((key, self.text(text.as_ref()?)))).collect()
    }

    /// What a configuration says of one service, in words. Nothing that it does not say is there.
    pub(crate) fn described(&self, service: &Service) -> Value {
        let mut described = json!({
            "id": service.id, "name": self.text(&service.name), "category": service.category.name(),
        });
        let mut say = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                described[key] = value;
            }
        };
        let text = |text: &Option<Text>| text.as_ref().map(|text| self.text(text).into());
        let basis = crate::ts27560::legal_basis(service);
        say("legalBasis", basis.map(|basis| basis.name().into()));
        say("purpose", text(&service.purpose));
        let recipients: Vec<_> = service.recipients.iter().map(|text| self.text(text)).collect();
        say("recipients", (!recipients.is_empty()).then(|| recipients.into()));
        say("retention", text(&service.retention));
        say("transfers", text(&service.transfers));
        described
    }
}
