//! Receipts as CSV. No cell is ever a formula: see `safe_cell`.

use std::io::{self, Write};

use csv::{QuoteStyle, Writer, WriterBuilder};

use crate::Entry;
use crate::columns::{COLUMNS, Cell};
use crate::safe_cell::safe_cell;

pub struct CsvExport<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> CsvExport<W> {
    pub fn begin(out: W) -> io::Result<CsvExport<W>> {
        let builder = &mut WriterBuilder::new();
        let builder = builder.quote_style(QuoteStyle::Necessary).terminator(csv::Terminator::CRLF);
        let mut writer = builder.from_writer(out);
        writer.write_record(COLUMNS.iter().map(|column| column.title))?;
        Ok(CsvExport { writer })
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        for column in &COLUMNS {
            match (column.cell)(entry) {
                Cell::Text(text) => self.writer.write_field(safe_cell(&text).as_bytes())?,
                Cell::Time(time) => self.writer.write_field(time.to_string())?,
                Cell::Number(number) => self.writer.write_field(number.to_string())?,
                Cell::Empty => self.writer.write_field("")?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}
