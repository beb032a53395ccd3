//! Receipts as a workbook: sheets with the table, and a last one that explains it. Texts are written as texts, never as
//! formulas or links, whatever they begin with. Rows go to the disk as they come.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::columns::{COLUMNS, Cell};
use crate::{About, Covers, Entry};

/// How many rows a sheet can have (ECMA-376, as Excel limits it).
const MAX_ROWS: u32 = 1_048_576;
/// How many UTF-16 units a cell can have, as Excel limits it.
const MAX_CELL: usize = 32_767;
/// A day in milliseconds.
const DAY: f64 = 86_400_000.0;
/// How many days before 1970 a sheet begins to count.
const DAYS_BEFORE_1970: f64 = 25_569.0;
/// What ends a cell that is cut off.
const CUT_OFF: &str = " … and more: the exports as JSON and CSV have all of it";

pub struct XlsxExport<W: Write + Send> {
    about: About,
    out: W,
    workbook: Workbook,
    formats: Formats,
    /// How many rows a sheet may have.
    max_rows: u32,
    /// The sheet that rows are added to, and its next row.
    sheet: usize,
    row: u32,
    count: u64,
}

struct Formats {
    heading: Format,
    time: Format,
    wrapped: Format,
}

impl<W: Write + Send> XlsxExport<W> {
    pub fn begin(about: About, out: W, temporary: &Path) -> io::Result<XlsxExport<W>> {
        XlsxExport::with_rows(about, out, temporary, MAX_ROWS)
    }

    fn with_rows(about: About, out: W, temporary: &Path, max_rows: u32) -> io::Result<XlsxExport<W>> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(temporary).map_err(failed)?;
        workbook.use_zip_large_file(true); // a sheet of a million receipts may be larger than 4 GiB
        let formats = Formats {
            heading: Format::new().set_bold(),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
            wrapped: Format::new().set_text_wrap(),
        };
        let mut export = XlsxExport { about, out, workbook, formats, max_rows, sheet: 0, row: 0, count: 0 };
        export.begin_sheet("Receipts")?;
        Ok(export)
    }

    fn begin_sheet(&mut self, name: &str) -> io::Result<()> {
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).and_then(|sheet| sheet.set_freeze_panes(1, 0)).map_err(failed)?;
        for (at, column) in (0..).zip(&COLUMNS) {
            sheet.set_column_width(at, column.width).map_err(failed)?;
            sheet.write_string_with_format(0, at, column.title, &self.formats.heading).map_err(failed)?;
        }
        self.row = 1;
        Ok(())
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        with_room(|| self.add_row(entry))
    }

    fn add_row(&mut self, entry: &Entry) -> io::Result<()> {
        if self.row == self.max_rows {
            self.sheet += 1;
            self.begin_sheet(&format!("Receipts {}", self.sheet + 1))?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheet).map_err(failed)?;
        for (at, column) in (0..).zip(&COLUMNS) {
            write(sheet, self.row, at, &(column.cell)(entry), &self.formats).map_err(failed)?;
        }
        self.row += 1;
        self.count += 1;
        Ok(())
    }

    pub fn flush(&mut self) -> io::Result<()> {
        Ok(()) // it is written at the end
    }

    pub fn finish(mut self) -> io::Result<W> {
        with_room(|| {
            self.explain().map_err(failed)?;
            self.workbook.save_to_writer(&mut self.out).map_err(failed)
        })?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Adds the sheet that says what the others mean.
    fn explain(&mut self) -> Result<(), XlsxError> {
        let mut rows = vec![
            vec!["Receipts of the site".to_owned(), self.about.site.to_string()],
            vec!["Exported (UTC)".to_owned(), self.about.exported.to_string()],
            match &self.about.covers {
                Covers::Subject(subject) => vec!["Of the visitor".to_owned(), subject.to_string()],
                Covers::Site(period) => vec!["Received on".to_owned(), period.to_string()],
            },
            vec!["Receipts".to_owned(), self.count.to_string()],
        ];
        for (key, text) in self.about.controller() {
            rows.push(vec![format!("Controller: {key}"), text.to_owned()]);
        }
        rows.push(Vec::new());
        let columns = rows.len();
        rows.push(vec!["Column".to_owned(), "Meaning".to_owned()]);
        rows.extend(COLUMNS.iter().map(|column| vec![column.title.to_owned(), column.meaning.to_owned()]));
        rows.push(Vec::new());
        let services = rows.len();
        let keys =
            ["id", "name", "category", "legalBasis", "purpose", "recipients", "retention", "transfers"];
        let titles =
            ["Service", "Name", "Category", "Legal basis", "Purpose", "Recipients", "Retention", "Transfers"];
        if !self.about.services().is_empty() {
            rows.push(titles.map(str::to_owned).to_vec());
        }
        for service in self.about.services() {
            let described = self.about.described(service);
            rows.push(keys.iter().map(|key| words(&described[*key])).collect());
        }
        let sheet = self.workbook.add_worksheet();
        sheet.set_name("Explanation")?;
        for (at, width) in (0..).zip([26_u16, 70, 14, 18, 40, 30, 20, 30]) {
            sheet.set_column_width(at, width)?;
        }
        for (row, cells) in rows.iter().enumerate() {
            let is_heading = row == columns || row == services;
            let format = if is_heading { &self.formats.heading } else { &self.formats.wrapped };
            let row = u32::try_from(row).unwrap_or(MAX_ROWS);
            for (at, text) in (0..).zip(cells) {
                sheet.write_string_with_format(row, at, cut_off(text), format)?;
            }
        }
        Ok(())
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    cell: &Cell<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => sheet.write_string(row, at, cut_off(text))?,
        Cell::Time(time) => {
            let days = time.millis() as f64 / DAY + DAYS_BEFORE_1970;
            sheet.write_number_with_format(row, at, days, &formats.time)?
        }
        Cell::Number(number) => sheet.write_number(row, at, *number as f64)?,
        Cell::Empty => sheet,
    };
    Ok(())
}

/// A value of JSON that is a text, a list of them or nothing.
fn words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(texts) => texts.iter().map(words).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    }
}

/// The text as far as a cell can hold it.
fn cut_off(text: &str) -> String {
    if text.encode_utf16().count() <= MAX_CELL {
        return text.to_owned();
    }
    let room = MAX_CELL - CUT_OFF.encode_utf16().count();
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= room
    };
    let begun: String = text.chars().take_while(fits).collect();
    // Half a name would be another one.
    let end = [", ", "; "].iter().filter_map(|between| begun.rfind(between)).max();
    let whole = end.map_or(begun.as_str(), |end| &begun[..end]);
    format!("{whole}{CUT_OFF}")
}

/// Does what writes rows to the disk. The library that writes them panics where there is no room for one; the workbook is of no
/// use then and is given up by whoever gets the error.
fn with_room<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let reason = "found no room for a workbook's rows, expected some in the folder of temporary files";
        Err(io::Error::new(io::ErrorKind::StorageFull, reason))
    })
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use consentry::model::config::SiteKey;
    use consentry::model::receipt::{Receipt, Time};

    use super::XlsxExport;
    use crate::{About, Covers, Entry, Period};

    #[test]
    fn rows_that_no_sheet_has_room_for_go_to_the_next() {
        let about = About {
            site: SiteKey::new("shop").unwrap(),
            config: None,
            exported: Time::from_millis(0),
            covers: Covers::Site(Period::default()),
            log: None,
        };
        let receipt =
            Receipt::parse(include_str!("../../../tests/cases/receipt/v1-accept-all.json")).unwrap();
        let entry = Entry { receipt, received: Time::from_millis(0), leaf: Some(0), proof: None };
        for (rows, sheets) in [(2, "Receipts"), (3, "Receipts 2"), (4, "Receipts 2"), (5, "Receipts 3")] {
            let temporary = std::env::temp_dir();
            let mut export = XlsxExport::with_rows(about.clone(), Vec::new(), &temporary, 3).unwrap();
            for _ in 0..rows {
                export.add(&entry).unwrap();
            }
            let names: Vec<_> = export.workbook.worksheets().iter().map(|sheet| sheet.name()).collect();
            assert_eq!(names.last().unwrap(), sheets, "{rows} rows");
            assert!(export.finish().unwrap().starts_with(b"PK"));
        }
    }
}
