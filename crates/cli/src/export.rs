//! `consentry export`: the receipts of a site, or of one visitor, as a file. Reads the ledger, whether or not a server runs.

mod destination;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use consentry::model::config::{Config, SiteKey};
use consentry::model::receipt::{Subject, Time};
use consentry_backend::check_has_receipts;
use consentry_export::{About, Covers, Day, Entry, Export, Format, Period, Target};
use consentry_ledger::walk::Walk;
use consentry_ledger::{Ledger, StoredReceipt};
use consentry_sites::{LAST_GOOD, last_good_configuration};
use serde_json::json;

use self::destination::Destination;
use crate::database_argument::DatabaseArgument;
use crate::progress::Progress;
use crate::{Failure, configuration};

#[derive(clap::Args)]
pub struct ExportArguments {
    /// The directory of the ledger, as given to `consentry serve`
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    database: DatabaseArgument,
    /// The site whose receipts they are
    #[arg(long, value_name = "KEY", value_parser = parse_site)]
    site: SiteKey,
    /// One visitor's receipts alone: the hash that stands in them as `subject`
    #[arg(long, value_name = "HEX", value_parser = parse_subject)]
    subject: Option<Subject>,
    /// The first day on which they came, such as 2026-11-01 (UTC)
    #[arg(long, value_name = "DATE", conflicts_with = "subject")]
    from: Option<Day>,
    /// The last day, which is included
    #[arg(long, value_name = "DATE", conflicts_with = "subject")]
    to: Option<Day>,
    /// json, csv, xlsx, or ts27560: consent records of ISO/IEC TS 27560 as JSON-LD
    #[arg(long, value_name = "FORMAT")]
    format: Format,
    /// Where to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The site's configuration, which says who is responsible and what for; by default what the server last had in force
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Say what was written as JSON; on standard error where the export itself is on standard output
    #[arg(long)]
    json: bool,
}

fn parse_site(text: &str) -> Result<SiteKey, String> {
    SiteKey::new(text).ok_or_else(|| "expected a site key such as shop".into())
}

fn parse_subject(text: &str) -> Result<Subject, String> {
    Subject::new(text).ok_or_else(|| "expected 32 lower-case hexadecimal digits".into())
}

pub fn run(arguments: &ExportArguments) -> Result<(), Failure> {
    let place = arguments.database.place(arguments.data.clone());
    let period = Period::new(arguments.from, arguments.to).map_err(Failure::because)?;
    let config = config(arguments)?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().map_err(Failure::because)?;
    runtime.block_on(async {
        let ledger = place.open_to_read().await.map_err(Failure::because)?;
        if config.is_none() {
            check_has_receipts(ledger.as_ref(), &arguments.site).await.map_err(Failure::because)?;
        }
        let (site, subject) = (arguments.site.clone(), arguments.subject.clone());
        let (walk, covers) = match subject {
            Some(subject) => (Walk::of_subject(site.clone(), subject.clone()), Covers::Subject(subject)),
            None => {
                let walk = Walk::of_site(ledger.as_ref(), site.clone(), period.start(), period.end()).await;
                (walk.map_err(Failure::because)?, Covers::Site(period))
            }
        };
        let about = About { site, config, exported: now(), covers, log: None };
        write(ledger.as_ref(), walk, about, arguments).await
    })
}

/// What the site's configuration says, as far as it is known.
fn config(arguments: &ExportArguments) -> Result<Option<Config>, Failure> {
    let Some(path) = &arguments.config else {
        return Ok(last_good_configuration(&arguments.data.join(LAST_GOOD), &arguments.site));
    };
    let config = configuration::read(path)?;
    if config.site.as_ref() == Some(&arguments.site) {
        return Ok(Some(config));
    }
    let found = config.site.map_or("none".to_owned(), |site| format!("\"{site}\""));
    let (path, expected) = (path.display(), &arguments.site);
    Err(Failure::because(format!("{path}: site: found {found}, expected \"{expected}\"")))
}

async fn write(
    ledger: &dyn Ledger,
    mut walk: Walk,
    about: About,
    arguments: &ExportArguments,
) -> Result<(), Failure> {
    let (format, path) = (arguments.format, &arguments.out);
    let failed = |error: io::Error| Failure::because(format!("{}: {error}", path.display()));
    let out = Destination::open(path).map_err(failed)?;
    let temporary = out.folder();
    let mut export = Export::begin(about, Target { format, out, temporary }).map_err(failed)?;
    // A visitor has few receipts.
    let bar = arguments.subject.is_none().then(|| Progress::new("receipts gone through"));
    let mut receipts: u64 = 0;
    while let Some(page) = walk.next_page(ledger).await.map_err(Failure::because)? {
        for stored in page {
            let StoredReceipt { receipt, received, leaf, .. } = stored;
            export.add(&Entry { receipt, received, leaf, proof: None }).map_err(failed)?;
            receipts += 1;
        }
        let (done, all) = walk.progress();
        bar.iter().for_each(|bar| bar.set(done, all));
    }
    drop(bar);
    let making = (format == Format::Xlsx).then(|| Progress::waiting("making the workbook"));
    let bytes = export.finish().and_then(Destination::put_in_place).map_err(failed)?;
    drop(making);
    report(arguments, receipts, bytes).map_err(failed)
}

fn report(arguments: &ExportArguments, receipts: u64, bytes: u64) -> io::Result<()> {
    let (site, format) = (&arguments.site, arguments.format);
    let is_on_stdout = arguments.out.as_os_str() == "-";
    let line = match arguments.json {
        true => {
            let file = (!is_on_stdout).then(|| arguments.out.display().to_string());
            let said = json!({
                "site": site, "format": format.name(), "receipts": receipts, "bytes": bytes, "file": file,
            });
            said.to_string()
        }
        false => {
            format!("{}: {receipts} receipts of {site} as {format}, {bytes} bytes", arguments.out.display())
        }
    };
    match is_on_stdout {
        // What is asked to be machine-readable is said; a pipe is told nothing else.
        true if arguments.json => writeln!(io::stderr(), "{line}"),
        true => Ok(()),
        false => writeln!(io::stdout(), "{line}"),
    }
}

fn now() -> Time {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}
