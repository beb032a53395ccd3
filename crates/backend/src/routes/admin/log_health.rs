//! The part of a site's page on its log: how long it is, until where it is signed, since when, and whether signing works; and when
//! records past their periods were last looked for.

use std::time::{Duration, SystemTime};

use consentry::model::receipt::Time;
use consentry_ledger::{LedgerError, LogState};
use maud::{Markup, html};

use super::page::number;
use crate::routes::{AppState, now};
use crate::sites::ServedSite;

/// How a site's log is.
pub struct LogHealth {
    /// How many leaves it has.
    pub size: u64,
    /// How many of them are signed.
    sealed: u64,
    /// How long ago this node signed it.
    age: Option<Duration>,
    /// How long ago records past their periods were looked for.
    last_run: Option<Duration>,
    works: bool,
    is_public: bool,
    site: String,
}

/// Asks for the log of a site.
pub async fn of(state: &AppState, served: &ServedSite) -> Result<LogHealth, LedgerError> {
    let site = &served.site;
    let log = state.ledger.log(site.key.clone()).await?;
    let LogState { size, sealed } = log.unwrap_or(LogState { size: 0, sealed: None });
    let signed_at = state.seals.signed_at(&site.key);
    let last_run = state.ledger.retention_runs(1).await?.pop();
    let since = |time: Time| Duration::from_millis(now().millis().saturating_sub(time.millis()));
    Ok(LogHealth {
        size,
        sealed: sealed.map_or(0, |sealed| sealed.size),
        age: signed_at.map(|at| SystemTime::now().duration_since(at).unwrap_or_default()),
        last_run: last_run.map(|run| since(run.at)),
        works: state.seals.work(),
        is_public: site.config.log.public,
        site: site.key.to_string(),
    })
}

/// The section.
pub fn log_section(health: &LogHealth) -> Markup {
    let LogHealth { size, sealed, age, last_run, works, is_public, site } = health;
    let state = match (works, size - size.min(sealed)) {
        (false, _) => {
            "Signing fails: the server's log says why. Receipts are stored all the same.".to_owned()
        }
        (true, _) if *size == 0 => "Empty until the first receipt comes.".to_owned(),
        (true, 0) => "All of it is signed.".to_owned(),
        (true, waiting) => format!("{} of it wait to be signed, for a second or two.", number(waiting)),
    };
    html! {
        section #log .card aria-labelledby="log-name" {
            h2 #log-name { "Log" }
            p .state .wrong[!works] { (state) }
            dl .facts {
                div { dt { "Entries" } dd { (number(*size)) } }
                div { dt { "Signed" } dd { (number(*sealed)) } }
                @if let Some(age) = age.filter(|_| *sealed > 0) { div { dt { "Signed last" } dd { (ago(age)) } } }
                @if let Some(last_run) = last_run { div { dt { "Periods applied" } dd { (ago(*last_run)) } } }
            }
            @if *is_public && *sealed > 0 {
                p {
                    a href={ "/v1/log/" (site) "/checkpoint" } { "Checkpoint" } " · "
                    a href={ "/v1/log/" (site) "/key" } { "Key" }
                }
            }
        }
    }
}

/// How long ago something was, in its largest unit.
fn ago(age: Duration) -> String {
    let seconds = age.as_secs();
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{} {unit}{} ago", number(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ago;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let cases =
            [(0, "0 seconds ago"), (61, "1 minute ago"), (7200, "2 hours ago"), (200_000, "2 days ago")];
        for (seconds, text) in cases {
            assert_eq!(ago(Duration::from_secs(seconds)), text);
        }
    }
}
