//! Detects the kind of a zip file, and measures it before anything unpacks it.

use std::io::{self, BufReader, Cursor, Read};

use zip::ZipArchive;

use super::{MAX_UNPACKED, ReadError, spread};

/// More parts than any office program writes.
const MAX_PARTS: usize = 10_000;

/// The kinds of zipped spreadsheets that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Xlsx,
    Ods,
}

/// The kind of a zip file, after checking that it unpacks to no more than [`MAX_UNPACKED`].
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, ReadError> {
    kind_within(bytes, MAX_UNPACKED)
}

fn kind_within(bytes: &[u8], limit: u64) -> Result<Kind, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ReadError::Broken(error.to_string()))?;
    if archive.len() > MAX_PARTS {
        return Err(ReadError::Broken(format!("{} parts", archive.len())));
    }
    let names: Vec<String> = archive.file_names().map(|name| name.replace('\\', "/").to_lowercase()).collect();
    let kind = if names.iter().any(|name| name.starts_with("xl/") && name.ends_with("workbook.xml")) {
        Kind::Xlsx
    } else if names.iter().any(|name| name == "content.xml") && is_ods(&mut archive) {
        Kind::Ods
    } else {
        return Err(ReadError::NotASpreadsheet);
    };
    measure(&mut archive, limit)?;
    if kind == Kind::Ods {
        let content = archive.by_name("content.xml").map_err(|error| ReadError::Broken(error.to_string()))?;
        spread::check(BufReader::new(content))?;
    }
    Ok(kind)
}

fn is_ods(archive: &mut ZipArchive<Cursor<&[u8]>>) -> bool {
    let Ok(part) = archive.by_name("mimetype") else { return false };
    let mut kind = String::new();
    part.take(200).read_to_string(&mut kind).is_ok()
        && kind.starts_with("application/vnd.oasis.opendocument.spreadsheet")
}

/// Adds up the sizes that the parts declare and, since those may be wrong, the sizes they really unpack to.
fn measure(archive: &mut ZipArchive<Cursor<&[u8]>>, limit: u64) -> Result<(), ReadError> {
    let too_large = |bytes| ReadError::TooLarge { bytes, limit };
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
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| ReadError::Broken(error.to_string()))?;
        let allowed = limit - unpacked;
        unpacked += io::copy(&mut part.take(allowed + 1), &mut io::sink())
            .map_err(|error| ReadError::Broken(error.to_string()))?;
        if unpacked > limit {
            return Err(too_large(unpacked));
        }
    }
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
        assert_eq!(kind(&packed(100_000)), Ok(Kind::Xlsx));
    }

    #[test]
    fn declared_sizes_are_believed_when_large() {
        let size = u64::from(u32::MAX - 1);
        assert_eq!(kind(&packed(u32::MAX - 1)), Err(ReadError::TooLarge { bytes: size, limit: MAX_UNPACKED }));
    }

    #[test]
    fn declared_sizes_are_not_believed_when_small() {
        assert_eq!(kind_within(&packed(10), 50_000), Err(ReadError::TooLarge { bytes: 50_001, limit: 50_000 }));
    }
}
