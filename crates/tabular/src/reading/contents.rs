//! Looks into the XML of a packed workbook before the reader does, and counts what that will hold.
//!
//! The reader can't be asked how much it is about to hold: it keeps all shared texts, all styles with the names and formats that
//! they refer to, and a piece of markup or text as a whole, however long. All of it is counted here, in a pass that holds one
//! piece at a time and none beyond [`MAX_PIECE`].

use std::cell::Cell as Shared;
use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{CELL, MAX_CELLS, MAX_HELD, ReadError, Room, Stop, TEXT, Told, go_on};

/// Bytes of one tag, and of the texts of one cell: a cell of Excel has 32,767 letters.
pub(super) const MAX_PIECE: u64 = 4 * 1024 * 1024;
/// What the reader makes of a style, beside the names in it.
const STYLE: u64 = 512;
/// What the reader makes of one of the entries that it lists: names, relations, fonts.
pub(super) const ENTRY: u64 = 256;
/// More sheets than anybody leafs through.
pub(super) const MAX_SHEETS: usize = 2_000;

/// A source that ends with an error once a piece of it was too long.
pub(super) struct Pieces<R> {
    source: R,
    left: PieceLeft,
}

/// What is left of a piece; shared with who begins the next.
#[derive(Clone)]
pub(super) struct PieceLeft(Rc<Shared<u64>>);

impl PieceLeft {
    pub(super) fn begin(&self) {
        self.0.set(MAX_PIECE);
    }

    fn is_used_up(&self) -> bool {
        self.0.get() == 0
    }

    /// What an error of the XML is: of the file, or of this bound.
    pub(super) fn error(&self, error: &quick_xml::Error) -> ReadError {
        if self.is_used_up() { too_full() } else { ReadError::Broken(error.to_string()) }
    }
}

impl<R: BufRead> Pieces<R> {
    pub(super) fn new(source: R) -> (Self, PieceLeft) {
        let left = PieceLeft(Rc::new(Shared::new(MAX_PIECE)));
        (Self { source, left: left.clone() }, left)
    }
}

impl<R: BufRead> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left.is_used_up() {
            return Err(io::Error::other("a piece is too long"));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left.0.set(self.left.0.get().saturating_sub(amount as u64));
        self.source.consume(amount);
    }
}

pub(super) fn too_full() -> ReadError {
    ReadError::TooFull { limit: MAX_HELD }
}

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// A cell, which is counted once it is put into its row.
    Cell,
    /// What is held until the end: a shared text, or what a name stands for.
    Held,
    Other,
}

/// What the parts that were looked into hold.
pub(super) struct Contents<'r> {
    room: &'r mut Room,
    sheets: usize,
    /// The longest name of a font and code of a format so far, of which each style gets a copy.
    longest_name: u64,
    /// Bytes of text since a cell or a shared text began.
    text: u64,
    /// The path of the part that is looked into.
    part: String,
    /// How many rows of it were begun, and the number of the last one.
    row: usize,
    /// The cell that is looked into.
    cell: OpenCell,
    /// What was noticed in a part, by its path.
    told: HashMap<String, Told>,
    /// The name of each sheet, and the key of its part.
    names: Vec<(String, String)>,
    /// The paths of the workbook's parts, by their keys.
    paths: HashMap<String, String>,
}

#[expect(clippy::struct_excessive_bools, reason = "what was seen of the cell, each by itself")]
/// A cell of which it isn't known yet whether it holds a value.
#[derive(Default)]
struct OpenCell {
    /// Its place, such as `B2`.
    place: String,
    /// Whether its value is a text, which may be empty.
    is_text: bool,
    has_formula: bool,
    in_value: bool,
    has_value: bool,
}

impl OpenCell {
    fn begin(&mut self, element: &BytesStart<'_>) {
        self.place.clear();
        (self.is_text, self.has_formula, self.in_value, self.has_value) = (false, false, false, false);
        for attribute in element.attributes().flatten() {
            match attribute.key.as_ref() {
                "r" => self.place.push_str(&attribute.value),
                "t" => self.is_text = attribute.value == "str",
                _ => {}
            }
        }
    }

    /// Its row and column, counted from 0, if it holds a formula and no value.
    fn uncalculated(&self) -> Option<(usize, usize)> {
        if !self.has_formula || self.has_value {
            return None;
        }
        let digits = self.place.find(|letter: char| letter.is_ascii_digit())?;
        let (letters, number) = self.place.split_at(digits);
        let column = letters.chars().try_fold(0_usize, |column, letter| {
            let value = letter.to_ascii_uppercase().to_digit(36).filter(|value| *value >= 10)?;
            column.checked_mul(26)?.checked_add(value as usize - 9)
        })?;
        Some((number.parse::<usize>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
    }
}

/// An attribute, by its name without a prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
}

impl<'r> Contents<'r> {
    pub(super) fn new(room: &'r mut Room) -> Self {
        let (part, row) = (String::new(), 0);
        let (cell, told, names, paths) = (OpenCell::default(), HashMap::new(), Vec::new(), HashMap::new());
        Self { room, sheets: 0, longest_name: 0, text: 0, part, row, cell, told, names, paths }
    }

    /// Looks into a part. What is no sound XML is left to the reader, which stops at the same place if it reads it at all.
    pub(super) fn check(&mut self, path: &str, part: impl BufRead, stop: Stop<'_>) -> Result<(), ReadError> {
        path.clone_into(&mut self.part);
        self.row = 0;
        let (source, piece) = Pieces::new(part);
        let mut reader = Reader::from_reader(source);
        reader.config_mut().check_end_names = false;
        let mut buffer = Vec::new();
        let (mut within, mut in_styles) = (Within::Other, false);
        loop {
            go_on(stop)?;
            piece.begin();
            buffer.clear();
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Eof) => return Ok(()),
                Ok(Event::Start(element)) => {
                    match element.local_name().as_ref() {
                        "c" => within = Within::Cell,
                        "si" | "definedName" => within = Within::Held,
                        "cellXfs" => in_styles = true,
                        "v" | "t" => self.cell.in_value = true,
                        _ => {}
                    }
                    self.begin(&element, in_styles)?;
                }
                Ok(Event::Empty(element)) => self.begin(&element, in_styles)?,
                Ok(Event::End(element)) => match element.local_name().as_ref() {
                    "v" | "t" => self.cell.in_value = false,
                    "c" => {
                        within = Within::Other;
                        self.note_uncalculated()?;
                    }
                    "si" | "definedName" => within = Within::Other,
                    "cellXfs" => in_styles = false,
                    _ => {}
                },
                Ok(Event::Text(text)) => self.words(text.len(), within)?,
                Ok(Event::CData(text)) => self.words(text.len(), within)?,
                Ok(Event::GeneralRef(reference)) => self.words(reference.len(), within)?,
                Ok(_) => {}
                Err(_) if piece.is_used_up() => return Err(too_full()),
                Err(_) => return Ok(()),
            }
        }
    }

    fn begin(&mut self, element: &BytesStart<'_>, in_styles: bool) -> Result<(), ReadError> {
        match element.local_name().as_ref() {
            "c" => {
                self.text = 0;
                self.cell.begin(element);
            }
            "f" => self.cell.has_formula = true,
            "v" if self.cell.is_text => self.cell.has_value = true,
            "si" => {
                self.text = 0;
                self.room.take_bytes(CELL + TEXT)?;
            }
            // Room is made for as many as are announced.
            "sst" => {
                let announced =
                    element.attributes().flatten().find(|attribute| attribute.key.as_ref() == "uniqueCount");
                let announced = announced.and_then(|attribute| attribute.value.trim().parse::<u64>().ok());
                if announced.is_some_and(|announced| announced > MAX_CELLS as u64) {
                    return Err(too_full());
                }
            }
            "sheet" | "table" => {
                self.sheets += 1;
                if self.sheets > MAX_SHEETS {
                    return Err(too_full());
                }
                self.room.take_bytes(element.len() as u64 + ENTRY)?;
                self.names.extend(attribute(element, "name").zip(attribute(element, "id")));
            }
            "row" => {
                let number = attribute(element, "r").and_then(|number| number.parse().ok());
                self.row = number.unwrap_or(self.row.saturating_add(1));
                if attribute(element, "hidden").is_some_and(|hidden| matches!(hidden.as_str(), "1" | "true")) {
                    self.room.take_bytes(size_of::<usize>() as u64)?;
                    let told = self.told.entry(self.part.clone()).or_default();
                    told.hidden_rows.push(self.row.saturating_sub(1));
                }
            }
            "Relationship" if self.part.ends_with("workbook.xml.rels") => {
                self.room.take_bytes(element.len() as u64 + ENTRY)?;
                self.paths.extend(attribute(element, "Id").zip(attribute(element, "Target")));
            }
            "mergeCell" => {
                self.room.merges = true;
                self.room.take_bytes(ENTRY)?;
            }
            "name" | "numFmt" => {
                self.longest_name = self.longest_name.max(element.len() as u64);
                self.room.take_bytes(element.len() as u64 + ENTRY)?;
            }
            "xf" if in_styles => self.room.take_bytes(STYLE + 2 * self.longest_name)?,
            "definedName" => {
                self.text = 0;
                self.room.take_bytes(element.len() as u64 + ENTRY)?;
            }
            "font" | "fill" | "border" | "Relationship" | "style" | "named-range" | "named-expression"
            | "file-entry" => self.room.take_bytes(element.len() as u64 + ENTRY)?,
            _ => {}
        }
        Ok(())
    }

    /// Tells what only all parts together show: which sheet has which hidden rows.
    pub(super) fn finish(self) {
        let mut told = self.told;
        for (name, key) in self.names {
            // A path is given from the workbook's folder or, with a slash before it, from the root.
            let Some(path) = self.paths.get(&key).map(|path| path.trim_start_matches('/').to_lowercase()) else {
                continue;
            };
            let part = told.keys().find(|part| part.ends_with(&path)).cloned();
            if let Some(of_sheet) = part.and_then(|part| told.remove(&part)) {
                self.room.told.insert(name, of_sheet);
            }
        }
    }

    fn note_uncalculated(&mut self) -> Result<(), ReadError> {
        if let Some(place) = self.cell.uncalculated() {
            self.room.take_bytes(size_of::<(usize, usize)>() as u64)?;
            self.told.entry(self.part.clone()).or_default().uncalculated.push(place);
        }
        Ok(())
    }

    fn words(&mut self, length: usize, within: Within) -> Result<(), ReadError> {
        if within == Within::Other {
            return Ok(());
        }
        self.cell.has_value |= self.cell.in_value && length > 0;
        self.text += length as u64;
        // All texts within one are put together.
        if self.text > MAX_PIECE {
            return Err(too_full());
        }
        if within == Within::Held { self.room.take_bytes(length as u64) } else { Ok(()) }
    }
}
