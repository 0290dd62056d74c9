//! Streams a large delimited table with a known header, such as the tree of all divisions, without holding it in memory.

use std::io::{self, Chain, Cursor, Read};

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::Decoder;

use crate::reading::detect;
use crate::text::{compact, fold};

/// How many bytes are inspected to detect the encoding.
const FIRST_CHUNK: u64 = 64 * 1024;

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The header lacks columns that were asked for.
    #[error("columns missing: {}", missing.join(", "))]
    MissingColumns {
        /// Those columns.
        missing: Vec<String>,
    },
    /// A line has a different number of fields than the header, or is not text.
    #[error("malformed record in line {line}")]
    Malformed {
        /// The line, counted from 1.
        line: u64,
    },
    /// The source could not be read.
    #[error("cannot read records")]
    Io(#[source] io::Error),
}

/// Begins to read comma-separated text in UTF-8 (with or without a byte order mark), UTF-16 with one, or GB18030.
///
/// `columns` must all be in the header, in any order and among others, each under one of its names; fields come back in the order of
/// `columns`. A missing column is reported with all of its names.
pub fn read_rows_csv<R: Read>(mut source: R, columns: &[&[&str]]) -> Result<Records<R>, RecordError> {
    let mut head = Vec::new();
    source.by_ref().take(FIRST_CHUNK).read_to_end(&mut head).map_err(RecordError::Io)?;
    let (encoding, mark) = detect(&head, (head.len() as u64) < FIRST_CHUNK);
    head.drain(..mark);
    let decoded = Decoding {
        source: Cursor::new(head).chain(source),
        decoder: encoding.coder().new_decoder_without_bom_handling(),
        raw: Vec::new(),
        text: Vec::new(),
        taken: 0,
        ended: false,
    };
    let mut reader = ReaderBuilder::new().from_reader(decoded);
    let header = reader.headers().map_err(malformed)?;
    let heading = |text: &str| compact(&fold(text)).to_lowercase();
    let place = |names: &&[&str]| {
        // The first name wins.
        names.iter().find_map(|name| header.iter().position(|found| heading(found) == heading(name)))
    };
    let missing: Vec<String> =
        columns.iter().filter(|names| place(names).is_none()).map(|names| names.join("/")).collect();
    if !missing.is_empty() {
        return Err(RecordError::MissingColumns { missing });
    }
    let places = columns.iter().filter_map(place).collect();
    Ok(Records { header: header.clone(), places, reader, record: StringRecord::new() })
}

/// The records of a delimited table, one at a time.
pub struct Records<R: Read> {
    reader: csv::Reader<Decoding<R>>,
    header: StringRecord,
    places: Vec<usize>,
    record: StringRecord,
}

impl<R: Read> Records<R> {
    /// The headings as the file has them.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// The next record, or `None` at the end. It borrows the one buffer that all records share.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend its buffer")]
    pub fn next(&mut self) -> Result<Option<Record<'_>>, RecordError> {
        if !self.reader.read_record(&mut self.record).map_err(malformed)? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        Ok(Some(Record { line, places: &self.places, fields: &self.record }))
    }
}

/// One record of a delimited table.
pub struct Record<'a> {
    /// The line it begins in, counted from 1.
    pub line: u64,
    places: &'a [usize],
    fields: &'a StringRecord,
}

impl<'a> Record<'a> {
    /// The trimmed field of a column, by its index among the requested columns; empty if there is none.
    pub fn field(&self, column: usize) -> &'a str {
        self.places.get(column).and_then(|place| self.fields.get(*place)).unwrap_or_default().trim()
    }
}

fn malformed(error: csv::Error) -> RecordError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => RecordError::Io(error),
        _ => RecordError::Malformed { line },
    }
}

/// Converts text of any encoding to UTF-8 while it is read.
struct Decoding<R> {
    source: Chain<Cursor<Vec<u8>>, R>,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> Decoding<R> {
    fn fill(&mut self) -> io::Result<()> {
        let buffered = self.raw.len();
        self.raw.resize(buffered + 16 * 1024, 0);
        let read = self.source.read(self.raw.get_mut(buffered..).unwrap_or_default());
        self.raw.truncate(buffered + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        self.text.resize(self.raw.len() * 3 + 16, 0);
        let (_, used, written, damaged) = self.decoder.decode_to_utf8(&self.raw, &mut self.text, self.ended);
        if damaged {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "bytes that are no text in the encoding of the beginning",
            ));
        }
        self.raw.drain(..used);
        self.text.truncate(written);
        // The line count would be wrong with line ends of two bytes.
        self.text.retain(|byte| *byte != b'\r');
        self.taken = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken >= self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = self.text.get(self.taken..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.taken += length;
        Ok(length)
    }
}
