//! Detects the kind of a zip file, and measures it before anything unpacks it.

use std::io::{self, BufReader, Cursor, Read};

use zip::ZipArchive;

use super::contents::Contents;
use super::{MAX_UNPACKED, OtherKind, ReadError, Room, Stop, go_on, spread};

/// More parts than any office program writes.
const MAX_PARTS: usize = 10_000;
/// Ends of a list of contents. An archive has one, those that are stored in it have theirs.
const MAX_ENDS: usize = 500;
/// The most that a part which is no XML may unpack to, in bytes.
const MAX_OTHER: u64 = 32 * 1024 * 1024;

/// The kinds of zipped files that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Xlsx,
    Ods,
    Docx,
}

/// The kind of a zip file, once it is known to unpack to no more than [`MAX_UNPACKED`], and what its parts hold to fit.
pub(super) fn kind(bytes: &[u8], room: &mut Room, stop: Stop<'_>) -> Result<Kind, ReadError> {
    kind_within(bytes, MAX_UNPACKED, room, stop)
}

fn kind_within(bytes: &[u8], limit: u64, room: &mut Room, stop: Stop<'_>) -> Result<Kind, ReadError> {
    let mut archive = open(bytes)?;
    let names: Vec<String> = archive.file_names().map(|name| name.replace('\\', "/").to_lowercase()).collect();
    let kind = if names.iter().any(|name| name.starts_with("xl/") && name.ends_with("workbook.xml")) {
        Kind::Xlsx
    } else if names.iter().any(|name| name == "content.xml") && is_ods(&mut archive) {
        Kind::Ods
    } else if names.iter().any(|name| is_document(name)) {
        Kind::Docx
    } else if names.iter().any(|name| name == "xl/workbook.bin") {
        return Err(ReadError::Other(OtherKind::Xlsb));
    } else {
        return Err(ReadError::NotASpreadsheet);
    };
    measure(&mut archive, limit, room, stop)?;
    if kind == Kind::Ods {
        let content = archive.by_name("content.xml").map_err(|error| ReadError::Broken(error.to_string()))?;
        let told = spread::check(BufReader::new(content), room, stop)?;
        room.told = told;
    }
    Ok(kind)
}

/// Whether a part is the text of a Word document.
pub(super) fn is_document(name: &str) -> bool {
    name.replace('\\', "/").eq_ignore_ascii_case("word/document.xml")
}

/// Opens an archive. The library holds some hundred bytes for each part, and tries each end that it finds: both are counted first.
pub(super) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ReadError> {
    let (mut parts, mut ends) = (0, 0);
    for mark in bytes.windows(4).filter(|four| four.starts_with(b"PK")) {
        match mark {
            b"PK\x01\x02" => parts += 1,
            b"PK\x05\x06" => ends += 1,
            _ => {}
        }
    }
    if parts > MAX_PARTS || ends > MAX_ENDS {
        return Err(ReadError::Broken(format!("{parts} parts, {ends} ends")));
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| ReadError::Broken(error.to_string()))
}

fn is_ods(archive: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let Ok(part) = archive.by_name("mimetype") else { return false };
    let mut kind = String::new();
    part.take(200).read_to_string(&mut kind).is_ok()
        && kind.starts_with("application/vnd.oasis.opendocument.spreadsheet")
}

/// Sums the sizes that the parts declare and, as those may lie, the sizes they really unpack to; and looks into each on the way.
fn measure(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    limit: u64,
    room: &mut Room,
    stop: Stop<'_>,
) -> Result<(), ReadError> {
    let too_large = |bytes| ReadError::TooLarge { bytes, limit };
    let broken = |error: io::Error| ReadError::Broken(error.to_string());
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|error| ReadError::Broken(error.to_string()))?;
        if part.encrypted() {
            return Err(ReadError::Locked);
        }
        declared = declared.saturating_add(part.size());
    }
    if declared > limit {
        return Err(too_large(declared));
    }
    let mut unpacked = 0_u64;
    let mut contents = Contents::new(room);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| ReadError::Broken(error.to_string()))?;
        let name = part.name().to_lowercase();
        let is_xml = name.rsplit('.').next().is_some_and(|ending| ["xml", "rels"].contains(&ending));
        let allowed = limit - unpacked;
        let mut part = BufReader::new(part.take(allowed + 1));
        if is_xml {
            contents.check(&name, &mut part, stop)?;
        }
        while io::copy(&mut part.by_ref().take(1024 * 1024), &mut io::sink()).map_err(broken)? > 0 {
            go_on(stop)?;
        }
        let size = allowed + 1 - part.into_inner().limit();
        unpacked += size;
        if unpacked > limit {
            return Err(too_large(unpacked));
        }
        // Such as pictures. One that the workbook takes for a sheet nevertheless can't be large enough to do harm.
        if !is_xml && size > MAX_OTHER {
            return Err(ReadError::TooLarge { bytes: size, limit: MAX_OTHER });
        }
    }
    contents.finish();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A workbook of 100,000 spaces, that declares `declared` of them in its directory.
    fn packed(declared: u32) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
        archive.write_all(&vec![b' '; 100_000]).unwrap();
        let mut bytes = archive.finish().unwrap().into_inner();
        let entry = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
        bytes[entry + 24..entry + 28].copy_from_slice(&declared.to_le_bytes());
        bytes
    }

    #[test]
    fn what_unpacks_to_little_is_let_through() {
        assert_eq!(kind(&packed(100_000), &mut Room::default(), &|| false), Ok(Kind::Xlsx));
    }

    #[test]
    fn declared_sizes_are_believed_when_large() {
        let size = u64::from(u32::MAX - 1);
        assert_eq!(
            kind(&packed(u32::MAX - 1), &mut Room::default(), &|| false),
            Err(ReadError::TooLarge { bytes: size, limit: MAX_UNPACKED })
        );
    }

    #[test]
    fn declared_sizes_are_not_believed_when_small() {
        assert_eq!(
            kind_within(&packed(10), 50_000, &mut Room::default(), &|| false),
            Err(ReadError::TooLarge { bytes: 50_001, limit: 50_000 })
        );
    }
}
