//! `consentry lint`: reads the configuration, pages and a running address, and prints what the rules find. What the
//! rules are is said in `consentry::lint`.

mod browser;
mod pages;
mod visit;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use consentry::classify::rules::Rules;
use consentry::lint::output::{ConfigurationFile, Entry, sarif_log};
use consentry::lint::{Place, Subject, lint};
use consentry::model::config::{Config, HostPattern};
use consentry_sites::{ReadError, SiteFiles};
use serde_json::json;

use self::visit::VisitError;
use crate::allow_arguments::AllowArguments;
use crate::{Failure, configuration, site_arguments};

#[derive(clap::Args)]
pub struct LintArguments {
    /// The configuration file
    #[arg(value_name = "CONFIG", required_unless_present_any = ["html", "url"])]
    config: Option<PathBuf>,
    /// A folder with the site's pages (*.html, *.htm), or one page
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// A running page to look at, in the installed Chromium
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// A host that serves the site, beside those of backend.origins; may be given more than once
    #[arg(long = "host", value_name = "HOST", value_parser = site_arguments::parse_host)]
    hosts: Vec<HostPattern>,
    /// How to print: for people, as JSON, or as SARIF 2.1.0 for other programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Mend what can be mended for certain: marks tags in the pages that are unmarked or half marked
    #[arg(long, requires = "html")]
    fix: bool,
    #[command(flatten)]
    allow: AllowArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
}

/// There is no browser, or the page could not be looked at.
const NOT_JUDGED: u8 = 2;

pub fn run(arguments: &LintArguments) -> Result<ExitCode, Failure> {
    let mut entries = Vec::new();
    let mut is_judged = true;
    if let Some(site) = read_site(arguments, &mut entries)? {
        // What a gate that only reports would hold is told too.
        let rules = Arc::new(Rules::new(&site.config, &arguments.hosts).that_hold());
        let pages =
            arguments.html.as_deref().map(|folder| pages::read(folder, &rules, arguments.fix)).transpose()?;
        let visit = arguments.url.as_deref().map(|url| visit::visit(url, &rules)).transpose();
        let visit = visit.unwrap_or_else(|VisitError(reason)| {
            eprintln!("error: {reason}");
            is_judged = false;
            None
        });
        let subject = Subject {
            config: &site.config,
            own_services: site.own_services,
            pages: pages.as_deref(),
            visit: visit.as_ref(),
        };
        let mut reports = lint(&subject);
        // Without a configuration there is none to judge.
        reports.retain(|report| arguments.config.is_some() || !matches!(report.finding.place, Place::Key(_)));
        let allowed = arguments.allow.allowed();
        entries.extend(reports.iter().map(|report| Entry::of(report, &site.file, &allowed)));
    }
    print(&entries, arguments.format);
    let fails = entries.iter().any(Entry::fails);
    Ok(match (is_judged, fails) {
        (false, _) => ExitCode::from(NOT_JUDGED),
        (true, true) => ExitCode::FAILURE,
        (true, false) => ExitCode::SUCCESS,
    })
}

/// A site as its files say.
struct Site {
    config: Config,
    own_services: usize,
    file: ConfigurationFile,
}

/// Reads the configuration; of one with faults these are all there is to say.
fn read_site(arguments: &LintArguments, entries: &mut Vec<Entry>) -> Result<Option<Site>, Failure> {
    let Some(path) = &arguments.config else {
        let config = Config::parse("{}").map_err(|faults| Failure::faults(&faults))?;
        return Ok(Some(Site { config, own_services: 0, file: ConfigurationFile::default() }));
    };
    let read = SiteFiles::read(path).and_then(|files| Ok((files.join()?, files)));
    match read {
        Ok((config, files)) => Ok(Some(Site {
            config,
            own_services: files.configuration().services.len(),
            file: configuration_file(path, files.declared_path()),
        })),
        Err(ReadError::Configuration { path, faults } | ReadError::Declared { path, faults }) => {
            let file = configuration_file(&path, None);
            entries.extend(faults.iter().map(|fault| Entry::of_fault(fault, &file)));
            Ok(None)
        }
        Err(other) => Err(configuration::failure(other)),
    }
}

/// What findings say of the configuration's file.
fn configuration_file(path: &Path, declared: Option<&Path>) -> ConfigurationFile {
    let shown = |path: &Path| path.display().to_string();
    let json = fs::read_to_string(path).unwrap_or_default();
    ConfigurationFile::new(shown(path), &json, declared.map(shown))
}

fn print(entries: &[Entry], format: Format) {
    match format {
        Format::Text => entries.iter().for_each(|entry| println!("{}", entry.line())),
        Format::Json => {
            let findings: Vec<_> = entries.iter().map(Entry::to_json).collect();
            println!("{:#}", json!({ "findings": findings }));
        }
        Format::Sarif => println!("{:#}", sarif_log(entries)),
    }
}
