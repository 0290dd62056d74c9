//! Checks an OLE file before it is read: whether it is a workbook, locked, or built to exhaust memory.
//!
//! The reader of old workbooks allocates each sheet in full, from its first to its last filled cell, before it can be asked
//! for its size. Two cells far apart would be enough to exhaust memory, so the extents are measured here first.
//! Sources: MS-CFB 2.2 to 2.6, MS-XLS 2.3 and 2.4.

use super::{CELL, MAX_CELLS, OtherKind, ReadError, Room, TEXT};

pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Sector numbers from here on are special values, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
const MAX_SHEETS: usize = 256;
/// How many times a cell is held: by the reader as the file has it, with its place, and laid out; and in its row.
const HELD: u64 = 4;
/// How often a formula is copied while it is put together, at the most: each of its parts may copy all that stand before it.
const MAX_COPIED: u64 = 20_000_000_000;

/// Refuses an OLE file that is no workbook, needs a password, has more than [`MAX_CELLS`] cells between its corners, or for whose
/// cells and texts there is no room. Returns the indexes of the hidden rows of each sheet, in the order of the sheets.
pub(super) fn check(bytes: &[u8], room: &mut Room) -> Result<Vec<Vec<usize>>, ReadError> {
    let file = Compound::open(bytes).ok_or_else(|| ReadError::Broken("compound file without directory".to_owned()))?;
    if file.entry("EncryptedPackage").is_some() || file.entry("EncryptionInfo").is_some() {
        return Err(ReadError::Locked);
    }
    let entries: Vec<&Entry> = ["Workbook", "Book"].iter().filter_map(|name| file.entry(name)).collect();
    if entries.is_empty() {
        let is_word = file.entry("WordDocument").is_some();
        return Err(if is_word { ReadError::Other(OtherKind::OldWord) } else { ReadError::NotASpreadsheet });
    }
    let broken = || ReadError::Broken("workbook stream breaks off".to_owned());
    file.small().ok_or_else(broken)?;
    // Of two, the reader takes the first.
    let mut hidden = None;
    for entry in entries {
        let stream = file.stream(entry).ok_or_else(broken)?;
        check_workbook(&stream, room)?;
        if hidden.is_none() {
            let starts = sheet_starts(&stream)?.into_iter();
            let of_sheet = starts.map(|start| hidden_rows(stream.get(start..).unwrap_or_default(), room));
            hidden = Some(of_sheet.collect::<Result<_, _>>()?);
        }
    }
    Ok(hidden.unwrap_or_default())
}

/// The indexes of the rows of a sheet whose ROW record says that they are hidden. Source: MS-XLS 2.4.221.
fn hidden_rows(stream: &[u8], room: &mut Room) -> Result<Vec<usize>, ReadError> {
    let mut hidden = Vec::new();
    let mut depth = 0_usize;
    for (kind, data) in Records(stream) {
        match kind {
            0x0809 => depth += 1,
            0x000A if depth <= 1 => break,
            0x000A => depth -= 1,
            0x0208 if depth == 1 && u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                room.take_bytes(size_of::<usize>() as u64)?;
                hidden.extend(u16_at(data, 0).map(usize::from));
            }
            _ => {}
        }
    }
    hidden.sort_unstable();
    hidden.dedup();
    Ok(hidden)
}

fn check_workbook(stream: &[u8], room: &mut Room) -> Result<(), ReadError> {
    let starts = sheet_starts(stream)?;
    if starts.len() > MAX_SHEETS {
        return Err(ReadError::Broken(format!("{} sheets", starts.len())));
    }
    let shared = Shared::read(stream);
    room.take_bytes(shared.lengths.iter().map(|length| length + CELL + TEXT).sum())?;
    let (mut cells, mut texts, mut copied) = (0_u64, 0_u64, 0_u64);
    for start in starts {
        let sheet = stream.get(start..).unwrap_or_default();
        cells = cells.saturating_add(extent(sheet));
        let of_sheet = shared.of_sheet(sheet);
        texts = texts.saturating_add(of_sheet.0);
        copied = copied.saturating_add(of_sheet.1);
    }
    if cells > MAX_CELLS as u64 {
        return Err(ReadError::TooManyCells { limit: MAX_CELLS });
    }
    if copied > MAX_COPIED {
        return Err(ReadError::Broken("formulas that are too long".to_owned()));
    }
    room.take_bytes(cells.saturating_mul(CELL * HELD))?;
    // Once by the reader, once in the row.
    room.take_bytes(texts.saturating_mul(2))
}

/// What cells only point at: texts, and the names in formulas.
struct Shared {
    /// Bytes of each text, at the most.
    lengths: Vec<u64>,
    /// Bytes of the longest name, at the most.
    longest_name: u64,
}

impl Shared {
    fn read(stream: &[u8]) -> Self {
        let mut records = Records(stream).peekable();
        let mut shared = Self { lengths: Vec::new(), longest_name: 0 };
        while let Some((kind, data)) = records.next() {
            match kind {
                0x00FC => {
                    let mut pieces = vec![data.get(8..).unwrap_or_default()];
                    while let Some((_, data)) = records.next_if(|(kind, _)| *kind == 0x003C) {
                        pieces.push(data);
                    }
                    // It takes the place of one before it. What can't be read ends it here, and the whole file for the reader.
                    shared.lengths = Texts::new(pieces).collect();
                }
                0x0018 | 0x0085 => shared.longest_name = shared.longest_name.max(data.len() as u64 * 3),
                0x000A => break,
                _ => {}
            }
        }
        shared
    }

    /// Bytes of the texts of a sheet, and how many are copied to put its formulas together.
    fn of_sheet(&self, stream: &[u8]) -> (u64, u64) {
        let (mut texts, mut copied, mut depth) = (0_u64, 0_u64, 0_usize);
        for (kind, data) in Records(stream) {
            let size = data.len() as u64;
            let text = match kind {
                0x0809 => {
                    depth += 1;
                    0
                }
                0x000A if depth <= 1 => break,
                0x000A => {
                    depth -= 1;
                    0
                }
                0x00FD => {
                    let index = u32_at(data, 6).and_then(|index| usize::try_from(index).ok());
                    index.and_then(|index| self.lengths.get(index)).map_or(0, |length| length + TEXT)
                }
                // A letter of one byte may become three.
                0x0204 | 0x00D6 | 0x0207 => size * 3 + TEXT,
                0x0006 => {
                    // A name takes three bytes and more, its mark among them; a cell's place takes five and has twelve letters.
                    let marks = [0x23, 0x43, 0x63, 0x39, 0x59, 0x79, 0x3A, 0x5A, 0x7A, 0x3B, 0x5B, 0x7B];
                    let names = data.iter().skip(20).filter(|byte| marks.contains(*byte)).count() as u64;
                    let long = size * 6 + names * self.longest_name;
                    copied = copied.saturating_add(long.saturating_mul(size));
                    long
                }
                _ => 0,
            };
            texts = texts.saturating_add(text);
        }
        (texts, copied)
    }
}

/// The lengths of the texts in a table of them. It may be continued in further records, also within a text, whose rest then says
/// anew how wide its letters are.
struct Texts<'a> {
    data: &'a [u8],
    further: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Texts<'a> {
    fn new(pieces: Vec<&'a [u8]>) -> Self {
        Self { data: &[], further: pieces.into_iter() }
    }

    fn more(&mut self) -> Option<()> {
        self.data = self.further.next()?;
        Some(())
    }

    fn skip(&mut self, mut length: usize) -> Option<()> {
        while length > 0 {
            if self.data.is_empty() {
                self.more()?;
            }
            let here = length.min(self.data.len());
            self.data = self.data.get(here..)?;
            length -= here;
        }
        Some(())
    }
}

impl Iterator for Texts<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.data.is_empty() {
            self.more()?;
        }
        if self.data.is_empty() {
            return Some(0);
        }
        let letters = usize::from(u16_at(self.data, 0)?);
        let flags = *self.data.get(2)?;
        self.data = self.data.get(3..)?;
        let mut behind = 0;
        if flags & 0x8 != 0 {
            behind += usize::from(u16_at(self.data, 0)?) * 4;
            self.data = self.data.get(2..)?;
        }
        if flags & 0x4 != 0 {
            behind = usize::try_from(u32_at(self.data, 0)?).ok()?.checked_add(behind)?;
            self.data = self.data.get(4..)?;
        }
        let (mut left, mut wide) = (letters, flags & 1 != 0);
        while left > 0 {
            let width = if wide { 2 } else { 1 };
            let here = left.min(self.data.len() / width);
            self.data = self.data.get(here * width..)?;
            left -= here;
            if left > 0 {
                self.more()?;
                wide = *self.data.first()? & 1 != 0;
                self.data = self.data.get(1..)?;
            }
        }
        self.skip(behind)?;
        Some(letters as u64 * 3)
    }
}

/// Where the sheets begin in the workbook stream. A FILEPASS record says that the rest is encrypted.
fn sheet_starts(stream: &[u8]) -> Result<Vec<usize>, ReadError> {
    let mut starts = Vec::new();
    for (kind, data) in Records(stream) {
        match kind {
            0x002F if data.first_chunk() != Some(&[0, 0]) => return Err(ReadError::Locked),
            0x0085 => starts.extend(u32_at(data, 0).and_then(|at| usize::try_from(at).ok())),
            0x000A => break,
            _ => {}
        }
    }
    Ok(starts)
}

/// The number of cells between the corners of a sheet: the declared or the actual one, whichever is larger.
fn extent(stream: &[u8]) -> u64 {
    let (mut rows, mut columns) = (Span::default(), Span::default());
    let mut declared = 0;
    let mut depth = 0_usize;
    for (kind, data) in Records(stream) {
        match kind {
            0x0809 => depth += 1,
            0x000A if depth <= 1 => break,
            0x000A => depth -= 1,
            _ if depth > 1 => {}
            0x0200 => declared = declared_extent(data).max(declared),
            // The text result of a formula; without a formula before it, it would belong to the first cell.
            0x0207 if rows.0.is_none() => {
                rows.take(0);
                columns.take(0);
            }
            // NUMBER, LABEL, RSTRING, BOOLERR, RK, LABELSST, MULRK, FORMULA.
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x00BD | 0x0006 => {
                if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
                    rows.take(row);
                    columns.take(column);
                }
                if kind == 0x00BD
                    && let Some(last) = data.last_chunk()
                {
                    columns.take(u16::from_le_bytes(*last));
                }
            }
            _ => {}
        }
    }
    declared.max(rows.length() * columns.length())
}

/// DIMENSIONS: the rows as four bytes each (two in older files), then the columns, each end exclusive.
///
/// Ends before their beginnings count as too many cells, since the reader allocates their difference.
fn declared_extent(data: &[u8]) -> u64 {
    let ends = if data.len() >= 14 {
        (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10))
    } else {
        (u16_at(data, 0).map(u32::from), u16_at(data, 2).map(u32::from), u16_at(data, 4), u16_at(data, 6))
    };
    let (Some(top), Some(bottom), Some(left), Some(right)) = ends else { return 0 };
    if bottom == 0 || right == 0 {
        return 1;
    }
    let left = if left > 0xFF || right < left { 0 } else { left };
    bottom.checked_sub(top).map_or(u64::MAX, |rows| u64::from(rows).saturating_mul(u64::from(right - left)))
}

#[derive(Default)]
struct Span(Option<(u16, u16)>);

impl Span {
    fn take(&mut self, at: u16) {
        let (first, last) = self.0.unwrap_or((at, at));
        self.0 = Some((first.min(at), last.max(at)));
    }

    fn length(&self) -> u64 {
        self.0.map_or(0, |(first, last)| u64::from(last - first) + 1)
    }
}

/// The records of a workbook stream: kind, length, data.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = u16_at(self.0, 0)?;
        let length = usize::from(u16_at(self.0, 2)?);
        let data = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length..)?;
        Some((kind, data))
    }
}

/// As much of a compound file as is needed to read one stream.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    next: Vec<u32>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
    /// Whether it declares 4 GiB or more.
    huge: bool,
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Self { bytes, sector, next: Vec::new(), entries: Vec::new() };
        for table in file.table_sectors()? {
            let sector = file.sector(table)?;
            file.next.extend(sector.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0)));
        }
        let directory = file.chain(u32_at(bytes, 48)?)?;
        file.entries = directory.chunks_exact(128).filter_map(entry).collect();
        Some(file)
    }

    /// The sectors of the sector table: 109 named in the header, the others in a chain of their own.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let header = self.bytes.get(76..512)?;
        let mut sectors: Vec<u32> = header.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0)).collect();
        let mut further = u32_at(self.bytes, 68)?;
        for _ in 0..=self.bytes.len() / self.sector {
            if further >= MARKS {
                break;
            }
            sectors.extend(self.sector(further)?.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0)));
            further = sectors.pop()?;
        }
        sectors.retain(|sector| *sector < MARKS);
        (sectors.len() <= self.bytes.len() / self.sector).then_some(sectors)
    }

    /// One sector; the last of a file may be cut short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut data = Vec::new();
        let mut at = start;
        while at < MARKS {
            if data.len() > self.bytes.len() {
                return None;
            }
            data.extend_from_slice(self.sector(at)?);
            at = *self.next.get(usize::try_from(at).ok()?)?;
        }
        Some(data)
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream. One of less than 4096 bytes is packed into the small sectors.
    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        if entry.huge || entry.size > self.bytes.len() {
            return None;
        }
        let mut data = if entry.size < 4096 { self.small_chain(entry.start)? } else { self.chain(entry.start)? };
        data.truncate(entry.size);
        Some(data)
    }

    /// The small sectors, which the root entry contains, and their table; `None` if they are larger than the file.
    fn small(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let root = self.entries.first()?;
        let table_sectors = usize::try_from(u32_at(self.bytes, 64)?).ok()?;
        if table_sectors == 0 {
            return Some((Vec::new(), Vec::new()));
        }
        let fits = !root.huge && root.size <= self.bytes.len() && table_sectors <= self.bytes.len() / self.sector;
        if !fits {
            return None;
        }
        Some((self.chain(root.start)?, self.chain(u32_at(self.bytes, 60)?)?))
    }

    fn small_chain(&self, start: u32) -> Option<Vec<u8>> {
        let (sectors, table) = self.small()?;
        let mut data = Vec::new();
        let mut at = start;
        while at < MARKS && data.len() <= 4096 {
            let index = usize::try_from(at).ok()?;
            let from = index.checked_mul(64)?;
            data.extend_from_slice(sectors.get(from..sectors.len().min(from.checked_add(64)?))?);
            at = u32_at(&table, index.checked_mul(4)?)?;
        }
        Some(data)
    }
}

/// The name ends at its first zero, whatever its length field says: the reader does the same.
fn entry(bytes: &[u8]) -> Option<Entry> {
    let units: Vec<u16> = bytes.get(..64)?.chunks_exact(2).filter_map(|chunk| u16_at(chunk, 0)).collect();
    let name = units.split(|unit| *unit == 0).next().unwrap_or_default();
    Some(Entry {
        name: String::from_utf16_lossy(name),
        start: u32_at(bytes, 116)?,
        size: usize::try_from(u32_at(bytes, 120)?).ok()?,
        huge: u32_at(bytes, 124)? != 0,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::MAX_HELD;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    /// A table of one text of 3,000 narrow letters, cut within the text, and of one of two wide letters.
    fn texts() -> Vec<u8> {
        let begun = [&[0; 8][..], &3_000_u16.to_le_bytes(), &[0], &[b'x'; 1_000]].concat();
        let rest = [&[0][..], &[b'x'; 2_000], &2_u16.to_le_bytes(), &[0x9], &1_u16.to_le_bytes(), &[b'x'; 8]].concat();
        [record(0x00FC, &begun), record(0x003C, &rest)].concat()
    }

    fn workbook(cells: usize) -> Vec<u8> {
        let head = record(0x0809, &[0; 16]);
        let texts = texts();
        let start = u32::try_from(head.len() + 4 + 8 + texts.len() + 4).unwrap();
        let sheet = record(0x0085, &[&start.to_le_bytes()[..], &[0, 0, 1, b'a']].concat());
        let cells: Vec<u8> = (0..cells)
            .flat_map(|row| {
                let row = u16::try_from(row).unwrap().to_le_bytes();
                record(0x00FD, &[&row[..], &[0; 8]].concat())
            })
            .collect();
        let end = record(0x000A, &[]);
        [head, sheet, texts, end.clone(), record(0x0809, &[0; 16]), cells, end].concat()
    }

    #[test]
    fn texts_are_measured_across_continued_records() {
        assert_eq!(Shared::read(&workbook(1)).lengths, [9_000, 6]);
    }

    #[test]
    fn a_text_that_many_cells_share_counts_each_time() {
        let stream = workbook(1_000);
        assert_eq!(check_workbook(&stream, &mut Room::default()), Ok(()));
        let stream = workbook(10_000);
        assert!(stream.len() < 200_000, "{}", stream.len());
        assert_eq!(check_workbook(&stream, &mut Room::default()), Err(ReadError::TooFull { limit: MAX_HELD }));
    }
}
