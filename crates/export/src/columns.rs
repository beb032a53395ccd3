//! The columns of a table of receipts: what each says, and what that means. CSV and workbooks have the same.

use std::borrow::Cow;

use consentry::model::layer::Layer;
use consentry::model::receipt::{ClockFlag, Scope, Time};

use crate::Entry;

/// A column.
pub struct Column {
    /// What stands over it.
    pub title: &'static str,
    /// What it means, for somebody who has never heard of receipts.
    pub meaning: &'static str,
    /// How wide a sheet shows it, in characters.
    pub width: u16,
    /// What it says of a receipt.
    pub cell: fn(&Entry) -> Cell<'_>,
}

/// A cell.
pub enum Cell<'a> {
    Text(Cow<'a, str>),
    Time(Time),
    Number(u64),
    Empty,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Cell<'a> {
        Cell::Text(Cow::Borrowed(text))
    }
}

/// The columns in their order.
pub const COLUMNS: [Column; 15] = [
    column("Decided (UTC)", "When it was decided, by the clock of the visitor's device.", 24, |entry| {
        Cell::Time(entry.receipt.time)
    }),
    column(
        "Action",
        "What happened: accept-all, reject-all, save (some of it) or withdraw, by the visitor; expire: a decision ended by age \
         or by a new revision; gpc: the browser's Global Privacy Control ended it; api: a program of the site decided, which \
         proves no act of a person.",
        12,
        |entry| entry.receipt.action.name().into(),
    ),
    column(
        "Granted",
        "What was allowed: categories, and services that were decided by themselves.",
        36,
        |entry| scopes(&entry.receipt.granted),
    ),
    column("Denied", "What was refused, in the same words.", 36, |entry| scopes(&entry.receipt.denied)),
    column(
        "Revision",
        "The version of the site's configuration that was in force on the page.",
        14,
        |entry| entry.receipt.revision.as_str().into(),
    ),
    column("Language", "The language in which it was asked.", 10, |entry| {
        entry.receipt.language.as_str().into()
    }),
    column(
        "Shown",
        "Where it was decided: on the banner, in the preferences, or with nothing of ours shown.",
        13,
        |entry| layer(entry.receipt.layer).into(),
    ),
    column("Valid until (UTC)", "When the decision ends by age.", 24, |entry| {
        Cell::Time(entry.receipt.valid_until)
    }),
    column("Received (UTC)", "When it was stored, by the server's clock. The time to go by.", 24, |entry| {
        Cell::Time(entry.received)
    }),
    column(
        "Clock",
        "Empty where both times are within a day. late: the page could not send it earlier; behind, ahead: the device's clock \
         was wrong, or it was sent more than 30 days later.",
        8,
        |entry| match ClockFlag::of(entry.receipt.time, entry.received) {
            Some(flag) => flag.name().into(),
            None => Cell::Empty,
        },
    ),
    column("Receipt", "The receipt's own number.", 38, |entry| entry.receipt.id.as_str().into()),
    column("Notice", "The hash of exactly what was shown; empty where nothing was.", 40, |entry| {
        entry.receipt.notice.as_ref().map_or(Cell::Empty, |notice| notice.as_str().into())
    }),
    column(
        "Place in log",
        "Which leaf of the site's signed log it is, counted from 0; empty until the log has it.",
        12,
        |entry| entry.leaf.map_or(Cell::Empty, Cell::Number),
    ),
    column("Replaces", "The receipt before it, by the same visitor.", 38, |entry| {
        entry.receipt.previous.as_ref().map_or(Cell::Empty, |previous| previous.as_str().into())
    }),
    column(
        "Visitor",
        "A hash that stands for the visitor's browser. Who has only ever refused has another one each time.",
        34,
        |entry| entry.receipt.subject.as_str().into(),
    ),
];

const fn column(
    title: &'static str,
    meaning: &'static str,
    width: u16,
    cell: fn(&Entry) -> Cell<'_>,
) -> Column {
    Column { title, meaning, width, cell }
}

fn scopes(scopes: &[Scope]) -> Cell<'_> {
    if scopes.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(Cow::Owned(scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(", ")))
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::None => "nothing",
        Layer::First => "banner",
        Layer::Second => "preferences",
    }
}
