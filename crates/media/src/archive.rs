//! Opening archives whose lists of contents are no trap.

use std::io::Cursor;

use zip::{ZipArchive, result::ZipError};

pub(crate) type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// More parts than any office program or publisher writes.
const MOST_PARTS: usize = 10_000;
/// Ends of a list of contents. An archive has one, those that are stored in it have theirs.
const MOST_ENDS: usize = 500;

/// Opens an archive. The library holds some hundred bytes for each part, and tries each end that it finds: both are counted first.
pub(crate) fn open(bytes: &[u8]) -> Result<Archive<'_>, ZipError> {
    let (mut parts, mut ends) = (0, 0);
    for mark in bytes.windows(4).filter(|four| four.starts_with(b"PK")) {
        match mark {
            b"PK\x01\x02" => parts += 1,
            b"PK\x05\x06" => ends += 1,
            _ => {}
        }
    }
    if parts > MOST_PARTS || ends > MOST_ENDS {
        return Err(ZipError::UnsupportedArchive("too many parts"));
    }
    ZipArchive::new(Cursor::new(bytes))
}
