//! Checks an OLE file before it is read: whether it is a workbook, locked, or built to exhaust memory.
//!
//! The reader of old workbooks allocates each sheet in full, from its first to its last filled cell, before it can be asked
//! for its size. Two cells far apart would be enough to exhaust memory, so the extents are measured here first.
//! Sources: MS-CFB 2.2 to 2.6, MS-XLS 2.3 and 2.4.

use super::{MAX_CELLS, ReadError};

pub(super) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Sector numbers from here on are special values, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
const MAX_SHEETS: usize = 256;

/// Refuses an OLE file that is no workbook, needs a password, or has more than [`MAX_CELLS`] cells between its corners.
pub(super) fn check(bytes: &[u8]) -> Result<(), ReadError> {
    let file = Compound::open(bytes).ok_or_else(|| ReadError::Broken("compound file without directory".to_owned()))?;
    if file.entry("EncryptedPackage").is_some() || file.entry("EncryptionInfo").is_some() {
        return Err(ReadError::Locked);
    }
    let entries: Vec<&Entry> = ["Workbook", "Book"].iter().filter_map(|name| file.entry(name)).collect();
    if entries.is_empty() {
        return Err(ReadError::NotASpreadsheet);
    }
    let broken = || ReadError::Broken("workbook stream breaks off".to_owned());
    file.small().ok_or_else(broken)?;
    for entry in entries {
        check_workbook(&file.stream(entry).ok_or_else(broken)?)?;
    }
    Ok(())
}

fn check_workbook(stream: &[u8]) -> Result<(), ReadError> {
    let starts = sheet_starts(stream)?;
    if starts.len() > MAX_SHEETS {
        return Err(ReadError::Broken(format!("{} sheets", starts.len())));
    }
    let mut cells = 0_u64;
    for start in starts {
        cells = cells.saturating_add(extent(stream.get(start..).unwrap_or_default()));
    }
    if cells > MAX_CELLS as u64 { Err(ReadError::TooManyCells { limit: MAX_CELLS }) } else { Ok(()) }
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
