//! The section with what was observed on a site, a form for each thing that can be declared. Asks no store.

use consentry::model::category::Category;
use consentry::model::config::Service;
use consentry::model::observation::{Observation, ObservationKind};
use consentry_sites::Site;
use maud::{Markup, html};

use super::form::key_field;
use super::outside_text::OutsideText;
use super::site_observations::SiteObservations;
use crate::suggestion::{Suggestion, suggest};
use consentry_ledger::StoredObservation;

/// How many observations the list shows; the rest follows as these are declared.
const MAX_SHOWN: usize = 200;
/// How many a site's page shows.
const NEWEST: usize = 3;

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What was seen first most lately, hosts before names.
    Newest,
    All,
}

/// The section of a site. Without the key of its forms it has none: its reader may only look.
pub fn observed_section(observed: &SiteObservations, form_key: Option<&str>, shown: Shown) -> Markup {
    let site = &observed.served.site;
    let key = OutsideText(site.key.as_str());
    let mut undeclared: Vec<&StoredObservation> = observed.undeclared.iter().collect();
    let left = &observed.left;
    let most = match shown {
        Shown::All => MAX_SHOWN,
        Shown::Newest => NEWEST,
    };
    if shown == Shown::Newest {
        let is_name = |stored: &StoredObservation| stored.observation.kind() != ObservationKind::Host;
        undeclared.sort_by(|one, other| {
            is_name(one)
                .cmp(&is_name(other))
                .then_with(|| other.first.cmp(&one.first))
                .then_with(|| other.last.cmp(&one.last))
        });
    }
    let more = undeclared.len().saturating_sub(most);
    html! {
        section #observed .card aria-labelledby="observed-name" {
            h2 #observed-name { "Observed, not declared" }
            p {
                "What acted on your pages though your configuration does not speak of it. "
                "One click declares it; pages get that when they load next. "
                a href="/admin/observations.json" { "As JSON" }
            }
            @if !site.config.observe {
                p {
                    "This site does not observe: its configuration does not say "
                    code { "\"observe\": true" } "."
                }
            } @else if undeclared.is_empty() {
                p { "Nothing undeclared was seen." }
            }
            @if observed.is_full {
                p { "There is no room for more: what is new takes the place of what was reported once, until some are declared or forgotten." }
            }
            @for stored in undeclared.iter().take(most) { (undeclared_article(site, stored, form_key)) }
            @if more > 0 && shown == Shown::All { p { "And " (more) " more, which follow as these are declared." } }
            @if !left.is_empty() && shown == Shown::All { (left_list(left)) }
            @if shown == Shown::Newest && (more > 0 || !left.is_empty() || !site.declared_services().is_empty()) {
                p { a href={ "/admin/observed?site=" (key) } { "All that was observed or declared here (" (observed.undeclared.len() + left.len()) " observed)" } }
            }
            @if shown == Shown::All {
                @if let Some(form_key) = form_key.filter(|_| !undeclared.is_empty() || !left.is_empty()) {
                    form method="post" action="/admin/forget" {
                        (key_field(form_key))
                        input type="hidden" name="site" value=(key);
                        button { "Forget what was observed" }
                    }
                }
                @if !site.declared_services().is_empty() { (declared_details(site, form_key)) }
            }
        }
    }
}

fn undeclared_article(site: &Site, stored: &StoredObservation, form_key: Option<&str>) -> Markup {
    let observation = &stored.observation;
    let suggestion = suggest(observation);
    let facts = [
        ("First seen", stored.first.clone()),
        ("Last seen", stored.last.clone()),
        ("Reports", stored.reports.to_string()),
    ];
    html! {
        article {
            (title(observation))
            dl .facts {
                @for (name, value) in &facts {
                    div {
                        dt { (name) }
                        dd { (OutsideText(value)) }
                    }
                }
            }
            @if let Some(suggestion) = &suggestion { (suggested(suggestion)) }
            @if let Some(pattern) = observation.pattern() {
                @if pattern != observation.name() {
                    p {
                        "Declares " code { (OutsideText(&pattern)) }
                        @if observation.kind() == ObservationKind::Host { " and all below it" }
                    }
                }
                @if let Some(key) = form_key {
                    (declare_form(site, observation, None, suggestion.as_ref(), key))
                }
            } @else {
                p { "One click would declare too much here: name it in the configuration." }
            }
        }
    }
}

fn suggested(suggestion: &Suggestion) -> Markup {
    let vendor = suggestion.vendor.as_ref().map(|vendor| format!("{vendor}: "));
    let reason = format!("{}{}", vendor.unwrap_or_default(), suggestion.reason);
    html! {
        p { "Suggested: " b { (suggestion.category.name()) } " (" (OutsideText(&reason)) ")" }
    }
}

fn title(observation: &Observation) -> Markup {
    let kind = match observation.kind() {
        ObservationKind::Storage => "storage key",
        kind => kind.name(),
    };
    html! {
        h3 {
            code { (OutsideText(observation.name())) } " "
            small { (kind) }
        }
    }
}

/// A form with one button for each of the site's categories. The button of the category that is declared
/// already is disabled.
fn declare_form(
    site: &Site,
    observation: &Observation,
    declared: Option<Category>,
    suggestion: Option<&Suggestion>,
    form_key: &str,
) -> Markup {
    let name = OutsideText(observation.name());
    let suggested = suggestion.map(|suggestion| suggestion.category);
    html! {
        form method="post" action="/admin/declare" {
            (key_field(form_key))
            input type="hidden" name="site" value=(OutsideText(site.key.as_str()));
            input type="hidden" name="kind" value=(observation.kind().name());
            input type="hidden" name="name" value=(name);
            @for category in site.config.categories.iter().map(|(category, _)| *category) {
                button name="category" value=(category.name())
                    aria-label={ (category.name()) ": " (name) }
                    class=[(suggested == Some(category)).then_some("suggested")]
                    disabled[declared == Some(category)] { (category.name()) }
            }
        }
    }
}

/// What a withdrawal could not remove. No declaration would change that, so there is no form.
fn left_list(left: &[StoredObservation]) -> Markup {
    html! {
        h3 { "Left after a withdrawal" }
        p { "What could not be removed in the visitor's browser." }
        ul {
            @for stored in left.iter().take(MAX_SHOWN) {
                li {
                    code { (OutsideText(stored.observation.name())) } " "
                    small { "last seen " (OutsideText(&stored.last)) ", reports: " (stored.reports) }
                }
            }
        }
    }
}

/// What was declared here, so that a wrong click can be mended by another one.
fn declared_details(site: &Site, form_key: Option<&str>) -> Markup {
    html! {
        details {
            summary { "Declared in " (OutsideText(site.key.as_str())) ".declared.json" }
            @for service in site.declared_services() {
                @for (observation, pattern) in declared_observations(service) {
                    article {
                        (title(&observation))
                        p { (OutsideText(service.id.as_str())) ": " b { (service.category.name()) } }
                        // What was written by hand may be a pattern that no click declares.
                        @if let Some(key) = form_key.filter(|_| observation.pattern().as_deref() == Some(pattern)) {
                            (declare_form(site, &observation, Some(service.category), None, key))
                        }
                    }
                }
            }
        }
    }
}

/// The hosts, cookies and storage keys of a service as observations, each with the pattern that says it.
fn declared_observations(service: &Service) -> impl Iterator<Item = (Observation, &str)> {
    let hosts = service.hosts.iter().map(|host| (ObservationKind::Host, host.as_str()));
    let cookies = service.cookies.iter().map(|cookie| (ObservationKind::Cookie, cookie.name.as_str()));
    let keys = service.storage.iter().map(|key| (ObservationKind::Storage, key.name.as_str()));
    let patterns = hosts.chain(cookies).chain(keys);
    patterns.filter_map(|(kind, pattern)| Some((Observation::new(kind, pattern)?, pattern)))
}
