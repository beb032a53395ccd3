//! The section of `/admin` with what was observed, a form for each thing that can be declared.

use std::fmt::Write;

use consentry::model::category::Category;
use consentry::model::config::Service;
use consentry::model::observation::{Observation, ObservationKind};

use super::html::escape;
use super::observed::SiteObserved;
use crate::sites::Site;
use crate::store::Observed;
use crate::suggestion::{Suggestion, suggestion};

/// How many a site shows; the rest follows as these are declared.
const SHOWN: usize = 200;

pub fn observed(html: &mut String, sites: &[SiteObserved]) {
    if sites.is_empty() {
        return;
    }
    html.push_str(
        "<section id=\"observed\">\n<h2>Observed, not declared</h2>\n\
         <p>What acted on your pages though your configuration does not speak of it. One click declares it; pages get \
         that when they load next. \
         <a href=\"/admin/observations.json\">As JSON</a></p>\n",
    );
    for site in sites {
        of_site(html, site);
    }
    html.push_str("</section>\n");
}

fn of_site(html: &mut String, observed: &SiteObserved) {
    let site = &*observed.site;
    let key = escape(site.key.as_str());
    let _ = writeln!(html, "<h3>{key}</h3>");
    if !site.config.observe {
        html.push_str("<p>This site does not observe: its configuration does not say <code>\"observe\": true</code>.</p>\n");
    } else if observed.undeclared.is_empty() {
        html.push_str("<p>Nothing undeclared was seen.</p>\n");
    }
    if observed.full {
        html.push_str("<p>There is no room for more: what is new is dropped until some are declared or forgotten.</p>\n");
    }
    for entry in observed.undeclared.iter().take(SHOWN) {
        undeclared(html, site, entry);
    }
    if let Some(more) = observed.undeclared.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(html, "<p>And {more} more, which follow as these are declared.</p>");
    }
    left(html, &observed.left);
    if !observed.undeclared.is_empty() || !observed.left.is_empty() {
        let _ = writeln!(
            html,
            "<form method=\"post\" action=\"/admin/forget\"><input type=\"hidden\" name=\"site\" value=\"{key}\">\
             <button>Forget what was observed</button></form>"
        );
    }
    declared(html, site);
}

fn undeclared(html: &mut String, site: &Site, observed: &Observed) {
    let observation = &observed.observation;
    title(html, observation);
    let (first, last) = (escape(&observed.first), escape(&observed.last));
    let _ = write!(
        html,
        "<dl class=\"facts\">\n<div><dt>First seen</dt><dd>{first}</dd></div>\n<div><dt>Last seen</dt><dd>{last}</dd></div>\n\
         <div><dt>Reports</dt><dd>{}</dd></div>\n</dl>\n",
        observed.reports
    );
    let suggestion = suggestion(observation);
    if let Some(suggestion) = &suggestion {
        let vendor = suggestion.vendor.as_ref().map(|vendor| format!("{vendor}: "));
        let reason = format!("{}{}", vendor.unwrap_or_default(), suggestion.reason);
        let _ = writeln!(html, "<p>Suggested: <b>{}</b> ({})</p>", suggestion.category, escape(&reason));
    }
    match observation.pattern() {
        Some(pattern) => {
            if pattern != observation.name() {
                let below =
                    if observation.kind() == ObservationKind::Host { " and all below it" } else { "" };
                let _ = writeln!(html, "<p>Declares <code>{}</code>{below}</p>", escape(&pattern));
            }
            form(html, site, observation, None, suggestion.as_ref());
        }
        None => {
            html.push_str("<p>One click would declare too much here: name it in the configuration.</p>\n")
        }
    }
    html.push_str("</article>\n");
}

fn title(html: &mut String, observation: &Observation) {
    let kind = if observation.kind() == ObservationKind::Storage {
        "storage key"
    } else {
        observation.kind().name()
    };
    let _ = writeln!(
        html,
        "<article>\n<h4><code>{}</code> <small>{kind}</small></h4>",
        escape(observation.name())
    );
}

/// One button for each of the site's categories.
fn form(
    html: &mut String,
    site: &Site,
    observation: &Observation,
    declared: Option<Category>,
    suggestion: Option<&Suggestion>,
) {
    let name = escape(observation.name());
    let _ = write!(
        html,
        "<form method=\"post\" action=\"/admin/declare\">\n<input type=\"hidden\" name=\"site\" value=\"{}\">\
         <input type=\"hidden\" name=\"kind\" value=\"{}\"><input type=\"hidden\" name=\"name\" value=\"{name}\">\n",
        escape(site.key.as_str()),
        observation.kind().name()
    );
    for (category, _) in &site.config.categories {
        let class = match suggestion.is_some_and(|it| it.category == *category) {
            true => " class=\"suggested\"",
            false => "",
        };
        let state = if declared == Some(*category) { " disabled" } else { "" };
        let _ = writeln!(
            html,
            "<button name=\"category\" value=\"{category}\" aria-label=\"{category}: {name}\"{class}{state}>{category}</button>"
        );
    }
    html.push_str("</form>\n");
}

/// What a withdrawal could not remove is no matter of a declaration.
fn left(html: &mut String, left: &[Observed]) {
    if left.is_empty() {
        return;
    }
    html.push_str("<h4>Left after a withdrawal</h4>\n<p>What could not be removed in the visitor's browser.</p>\n<ul>\n");
    for observed in left.iter().take(SHOWN) {
        let (name, last) = (escape(observed.observation.name()), escape(&observed.last));
        let _ = writeln!(
            html,
            "<li><code>{name}</code> <small>last seen {last}, reports: {}</small></li>",
            observed.reports
        );
    }
    html.push_str("</ul>\n");
}

/// What was declared here, so that a wrong click can be mended by another.
fn declared(html: &mut String, site: &Site) {
    let services = site.declared();
    if services.is_empty() {
        return;
    }
    let _ = writeln!(
        html,
        "<details>\n<summary>Declared in {}.declared.json</summary>",
        escape(site.key.as_str())
    );
    for service in services {
        for (kind, pattern) in patterns(service) {
            let Some(observation) = Observation::new(kind, pattern) else { continue };
            title(html, &observation);
            let _ = writeln!(html, "<p>{}: <b>{}</b></p>", escape(service.id.as_str()), service.category);
            // What was written by hand may say what no observation does.
            if observation.pattern().as_deref() == Some(pattern) {
                form(html, site, &observation, Some(service.category), None);
            }
            html.push_str("</article>\n");
        }
    }
    html.push_str("</details>\n");
}

fn patterns(service: &Service) -> impl Iterator<Item = (ObservationKind, &str)> {
    let hosts = service.hosts.iter().map(|host| (ObservationKind::Host, host.as_str()));
    let cookies = service.cookies.iter().map(|it| (ObservationKind::Cookie, it.name.as_str()));
    hosts.chain(cookies).chain(service.storage.iter().map(|it| (ObservationKind::Storage, it.name.as_str())))
}
