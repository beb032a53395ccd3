//! `consentry classify`: what something is for, with its reason; or every line of a table (CSV).

mod line_numbers;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use consentry::classify::answer;
use consentry::model::config::Config;
use consentry_classify::csv_row::subject;
use consentry_classify::{Answer, Subject, SubjectKind};
use csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use crate::{Failure, configuration};

#[derive(clap::Args)]
pub struct ClassifyArguments {
    /// What it is: cookie, storage or url
    #[arg(value_parser = parse_kind, required_unless_present_any = ["csv", "notices"])]
    kind: Option<SubjectKind>,
    /// The cookie's name, the storage key, the URL or the host
    #[arg(required_unless_present_any = ["csv", "notices"])]
    name: Option<String>,
    /// The site's configuration: what it declares comes first
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The cookie's domain
    #[arg(long, value_name = "HOST")]
    domain: Option<String>,
    /// The host of the page
    #[arg(long, value_name = "HOST")]
    site: Option<String>,
    /// The host of the script that set it
    #[arg(long, value_name = "HOST")]
    setter: Option<String>,
    /// The value
    #[arg(long)]
    value: Option<String>,
    /// Read a table instead, with the columns kind, name, cookie_domain, site, setter, third_party, path,
    /// lifetime_s, session, http_only, host_only, secure, same_site and value (all but name may be missing);
    /// print it with category, confidence, rule and vendor appended; `-` reads standard input
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["kind", "name", "domain", "site", "setter", "value"]
    )]
    csv: Option<PathBuf>,
    /// Print whose work the tables and the model are made from
    #[arg(long, conflicts_with_all = ["kind", "name", "csv"])]
    notices: bool,
}

fn parse_kind(word: &str) -> Result<SubjectKind, String> {
    SubjectKind::named(word).ok_or_else(|| "expected cookie, storage or url".to_owned())
}

pub fn run(arguments: &ClassifyArguments) -> Result<(), Failure> {
    if arguments.notices {
        return is_still_read(io::stdout().write_all(consentry_classify::NOTICES.as_bytes())).map(drop);
    }
    let config = arguments.config.as_deref().map(configuration::read).transpose()?;
    if let Some(path) = &arguments.csv {
        return classify_table(path, config.as_ref());
    }
    let subject = Subject {
        domain: arguments.domain.as_deref(),
        site: arguments.site.as_deref(),
        setter: arguments.setter.as_deref(),
        value: arguments.value.as_deref(),
        ..Subject::new(arguments.kind.unwrap_or_default(), arguments.name.as_deref().unwrap_or_default())
    };
    let answer = answer(config.as_ref(), &subject);
    let rows = [
        ("category", answer.category_name()),
        ("confidence", &confidence(&answer)),
        ("rule", answer.rule.name()),
        ("pattern", &answer.pattern),
        ("vendor", &answer.vendor),
        ("source", &answer.source),
    ];
    let mut out = io::stdout().lock();
    for (name, value) in rows {
        let value = if value.is_empty() { "-" } else { value };
        if !is_still_read(writeln!(out, "{name:<11}{value}"))? {
            break;
        }
    }
    Ok(())
}

/// The confidence as it is printed, from 0.00 to 1.00.
fn confidence(answer: &Answer) -> String {
    format!("{:.2}", f64::from(answer.confidence) / 100.0)
}

/// Whether somebody still reads what is written. Whoever closed the pipe has read enough: that is no failure.
fn is_still_read(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::because(error)),
    }
}

/// Says on standard error what is wrong. That it may be closed is no reason to stop.
fn warn(warning: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{warning}");
}

/// Answers line by line. A line with too few fields is answered by those that it has; one with a field that
/// cannot be read is answered without it, and named on standard error.
fn classify_table(path: &Path, config: Option<&Config>) -> Result<(), Failure> {
    let name = path.display();
    let input: Box<dyn io::Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(|error| {
            Failure::because(format!("{name}: expected a readable file, found: {error}"))
        })?),
    };
    let (input, mut line_numbers) = line_numbers::count_lines(input);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(input);
    let fault = |error: csv::Error| Failure::because(format!("{name}: {error}"));
    let header = reader.byte_headers().map_err(fault)?.clone();
    let line = line_numbers.line_of(&header, reader.position().byte());
    let titles: Vec<String> = header
        .iter()
        .map(|title| {
            String::from_utf8_lossy(title).trim_start_matches('\u{feff}').trim().to_ascii_lowercase()
        })
        .collect();
    if !titles.iter().any(|title| title == "name") {
        let found =
            titles.iter().map(|title| title.chars().take(40).collect()).collect::<Vec<String>>().join(", ");
        return Err(Failure::because(format!(
            "{name} line {line}: found the columns \"{found}\", expected one called name"
        )));
    }
    let mut writer = WriterBuilder::new().flexible(true).from_writer(BufWriter::new(io::stdout().lock()));
    let mut write = |record: &ByteRecord, appended: [&str; 4]| {
        let appended = appended.iter().map(|field| field.as_bytes());
        let written = writer.write_record(record.iter().chain(appended));
        match written.map_err(|error| error.into_kind()) {
            Err(csv::ErrorKind::Io(error)) => is_still_read(Err(error)),
            _ => Ok(true),
        }
    };
    let mut is_read = write(&header, ["category", "confidence", "rule", "vendor"])?;
    let mut record = ByteRecord::new();
    while is_read && reader.read_byte_record(&mut record).map_err(fault)? {
        let line = line_numbers.line_of(&record, reader.position().byte());
        let fields: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        let field = |column: &str| {
            let index = titles.iter().position(|title| title == column)?;
            fields.get(index).map(AsRef::as_ref)
        };
        let subject = subject(field, &mut |bad| warn(format_args!("{name} line {line}: {bad}")));
        let answer = answer(config, &subject);
        // As many fields as columns, so that what is appended stands under its title.
        if record.len() > titles.len() {
            warn(format_args!(
                "{name} line {line}: found {} fields, expected {}: the last are left out",
                record.len(),
                titles.len()
            ));
            record.truncate(titles.len());
        }
        while record.len() < titles.len() {
            record.push_field(b"");
        }
        let appended = [answer.category_name(), &confidence(&answer), answer.rule.name(), &answer.vendor];
        is_read = write(&record, appended)?;
    }
    is_still_read(writer.flush()).map(|_| ())
}
