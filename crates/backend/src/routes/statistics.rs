//! `GET /v1/sites/{site}/stats`: what a site's receipts add up to, over a period and along it. `?from=` and `?to=` are days, both
//! included; without them it is the last 30 days. `?by=` adds the numbers by what tells receipts apart. Small numbers are held back
//! (`crate::statistics`).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use consentry_ledger::day::Day;
use consentry_ledger::sums::{Grouping, Tally};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use utoipa::{PartialSchema, ToSchema};

use super::openapi::OwnerRefusals;
use super::parameters::{Path, Query};
use super::response::{self, ErrorAnswer, Refusal, refuse};
use super::{AppState, now, openapi};
use crate::statistics::{Group, Part, Period, Report, SMALLEST, rate};

/// How many days there are where none are asked for.
const USUAL_DAYS: u32 = 30;

#[derive(Deserialize)]
pub struct StatisticsQuery {
    from: Option<String>,
    to: Option<String>,
    by: Option<String>,
}

/// `GET /v1/sites/{site}/stats`: what a site's receipts add up to, over a period and along it.
#[utoipa::path(
    get,
    path = "/v1/sites/{site}/stats",
    tag = openapi::OWNER,
    security(("token" = []), ("session" = [])),
    params(
        ("site" = String, Path, description = "The key of a site"),
        ("from" = Option<String>, Query, format = Date, description = "The first day; 30 days before the last without it"),
        ("to" = Option<String>, Query, format = Date, description = "The last day; today without it"),
        ("by" = inline(Option<GroupingWord>), Query, description = "Adds the numbers by this"),
    ),
    responses(
        (status = 200, description = "The numbers, small ones held back", body = Numbers),
        (status = 400, description = "The request cannot be read", body = ErrorAnswer),
        (status = 404, description = "No such site is served", body = ErrorAnswer),
        OwnerRefusals,
    )
)]
pub async fn get(
    State(state): State<Arc<AppState>>,
    Path(site): Path<String>,
    Query(query): Query<StatisticsQuery>,
) -> Response {
    let today = Day::of(now());
    let told = async {
        let sites = state.sites.current();
        let served = sites.get(&site).ok_or_else(|| Box::new(response::not_found()))?;
        let (period, by) = (period(&query, today)?, grouping(query.by.as_deref())?);
        let report =
            state.statistics.report(state.ledger.as_ref(), &served.site.key, Some(period), today).await;
        let report = report.map_err(|error| Box::new(response::ledger_error(&error)))?;
        Ok::<_, Refusal>(response::json(StatusCode::OK, &report_json(&site, &report, by)))
    };
    told.await.unwrap_or_else(|refusal| *refusal)
}

fn bad_query(message: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, "bad-query", message)
}

/// The days that are asked for.
fn period(query: &StatisticsQuery, today: Day) -> Result<Period, Refusal> {
    let day = |name: &str, text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => Day::parse(text)
            .map(Some)
            .ok_or_else(|| bad_query(&format!("{name}: found {text:?}, expected a day such as 2026-11-21"))),
    };
    let to = day("to", &query.to)?.unwrap_or(today);
    let from = day("from", &query.from)?.unwrap_or(Period::of_days(USUAL_DAYS, to).from);
    if from > to {
        return Err(bad_query(&format!("from: found {from}, expected a day that is not after to, {to}")));
    }
    Ok(Period { from, to })
}

fn grouping(by: Option<&str>) -> Result<Option<Grouping>, Refusal> {
    let Some(word) = by else { return Ok(None) };
    let known = Grouping::ALL.map(Grouping::name).join(", ");
    let unknown = || bad_query(&format!("by: found {word:?}, expected one of {known}"));
    Grouping::named(word).map(Some).ok_or_else(unknown)
}

fn report_json(site: &str, report: &Report, by: Option<Grouping>) -> Value {
    let mut json = json!({
        "site": site,
        "from": report.period.from.to_string(),
        "to": report.period.to.to_string(),
    });
    json = with_tally(json, report.all);
    json["smallest"] = SMALLEST.into();
    json["series"] = report.parts.iter().map(|part| with_tally(days(part), part.tally)).collect();
    if let Some(by) = by {
        let told = report.groups(by);
        json["by"] = by.name().into();
        json["groups"] = told.groups.iter().map(|group| group_json(by, group)).collect();
        json["heldBack"] = told.holds_back.into();
    }
    json
}

/// The days of a part.
fn days(part: &Part) -> Value {
    json!({ "from": part.period.from.to_string(), "to": part.period.to.to_string() })
}

fn group_json(by: Grouping, Group { value, tally, parts }: &Group) -> Value {
    let with_numbers = |mut json: Value, tally: Tally| match by {
        Grouping::Action => {
            json["receipts"] = tally.decided.into();
            json
        }
        _ => with_tally(json, tally),
    };
    let mut json = with_numbers(json!({ "value": value }), *tally);
    if !parts.is_empty() {
        json["series"] = parts.iter().map(|part| with_numbers(days(part), part.tally)).collect();
    }
    json
}

/// Adds how many decided, how many of them accepted, and the share of these, from 0 to 1, or null where nobody decided.
fn with_tally(mut value: Value, tally: Tally) -> Value {
    value["decided"] = tally.decided.into();
    value["accepted"] = tally.accepted.into();
    value["rate"] = rate(tally).into();
    value
}

/// One of the words for what receipts are told apart by.
struct GroupingWord;

impl PartialSchema for GroupingWord {
    fn schema() -> RefOr<Schema> {
        let words = Grouping::ALL.map(Grouping::name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl ToSchema for GroupingWord {}

/// What a site's receipts add up to.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct Numbers {
    site: String,
    /// The first day, `YYYY-MM-DD`.
    from: String,
    to: String,
    /// How many visitors decided.
    decided: u64,
    /// How many of them granted something.
    accepted: u64,
    /// The share of these, from 0 to 1; null where nobody decided.
    rate: Option<f64>,
    /// The smallest number of receipts that is told.
    smallest: u64,
    /// The period in equal parts, the oldest first.
    series: Vec<PartNumbers>,
    /// What `?by=` asked for.
    #[schema(required = false, nullable = false)]
    by: Option<String>,
    #[schema(required = false, nullable = false)]
    groups: Option<Vec<GroupNumbers>>,
    /// Whether there are receipts that are not told apart, since there are too few of them.
    #[schema(rename = "heldBack", required = false, nullable = false)]
    held_back: Option<bool>,
}

/// The same of a part of the period.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct PartNumbers {
    from: String,
    to: String,
    decided: u64,
    accepted: u64,
    rate: Option<f64>,
}

/// The same of receipts that have a value in common. Of an action only how many receipts there are.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct GroupNumbers {
    value: String,
    #[schema(required = false, nullable = false)]
    receipts: Option<u64>,
    #[schema(required = false, nullable = false)]
    decided: Option<u64>,
    #[schema(required = false, nullable = false)]
    accepted: Option<u64>,
    #[schema(required = false)]
    rate: Option<f64>,
    /// The same in the parts of the period, which add up to it: of the five largest groups, where it can be told.
    #[schema(required = false, nullable = false)]
    series: Option<Vec<GroupPartNumbers>>,
}

/// The same of a part of the period. What is held back is told in a later part.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is made as JSON")]
struct GroupPartNumbers {
    from: String,
    to: String,
    #[schema(required = false, nullable = false)]
    receipts: Option<u64>,
    #[schema(required = false, nullable = false)]
    decided: Option<u64>,
    #[schema(required = false, nullable = false)]
    accepted: Option<u64>,
    #[schema(required = false)]
    rate: Option<f64>,
}
