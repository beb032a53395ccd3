//! The page `/verify` as HTML. Its scripts lie beside it; what a receipt may hold is in it as data.

use consentry::model::receipt::{Action, MOST_SERVICES, Receipt};
use consentry_ledger::proof::{EXPORT_KEYS, EXPORT_VERSION, EXPORTED_RECEIPT_KEYS};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::SCRIPTS;

/// The whole page. Its addresses are relative: it also works under a path, and saved to a disk.
pub fn html() -> Markup {
    let rules = rules().to_string().replace('<', "\\u003c");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Check a receipt" }
                link rel="stylesheet" href="verify/verify.css";
                script #rules type="application/json" { (PreEscaped(rules)) }
                @for (name, _) in SCRIPTS {
                    script defer src={ "verify/" (name) } {}
                }
            }
            body {
                main {
                    h1 { "Check a receipt" }
                    p {
                        "A receipt says what somebody chose about cookies and trackers on a site, and when. Here you see \
                         whether it is what the site recorded then, and not changed since."
                    }
                    p .faint {
                        "Your browser does all of it. Nothing is sent anywhere: the page is not allowed to, and works without a \
                         network once it is open."
                    }
                    noscript { p { "This page needs JavaScript. Without it: " code { "consentry verify receipt.json" } } }
                    div #drop {
                        label for="file" { "The file that you downloaded" }
                        input #file type="file" accept=".json,application/json" aria-describedby="chosen";
                        p #chosen .faint { "All your receipts as JSON, from a site's preferences, or a single one. You can also drop the file here." }
                    }
                    div .key {
                        label for="key" { "Key (optional)" }
                        input #key type="text" autocomplete="off" autocapitalize="off" spellcheck="false"
                            aria-describedby="about-key";
                        p #about-key .faint {
                            "The key that must have signed, if you have it, as " code { "consent.example.com/v1/log/shop+0123abcd+A…" }
                        }
                    }
                    section #result hidden aria-labelledby="verdict" {
                        h2 #verdict {}
                        div #findings {}
                    }
                    p #announcement .unseen role="status" {}
                    h2 .more { "What it shows" }
                    p {
                        "That a receipt was in the site's log, just so, when the log was signed. The log only grows: a receipt that \
                         is changed, taken out or put elsewhere no longer fits it."
                    }
                    p {
                        "It does not show who the visitor is: a receipt holds no name and no address. Nor does it show that \
                         the site has told everybody of the same log: for that, compare checkpoints."
                    }
                }
            }
        }
    }
}

/// What a receipt and an export may hold, for the page's scripts: the schema, and the numbers and words that no schema can tell.
fn rules() -> Value {
    let needs_notice = |name: &&&str| Action::named(name).is_some_and(Action::needs_notice);
    json!({
        "schema": Receipt::schema(),
        "exportVersion": EXPORT_VERSION,
        "exportKeys": EXPORT_KEYS,
        "exportedReceiptKeys": EXPORTED_RECEIPT_KEYS,
        "mostServices": MOST_SERVICES,
        "needNotice": Action::NAMES.iter().filter(needs_notice).collect::<Vec<_>>(),
    })
}
