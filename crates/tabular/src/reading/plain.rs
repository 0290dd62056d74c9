//! Reads delimited text in the encodings and with the separators that office programs write.

use csv::ReaderBuilder;

use super::{Grid, OtherKind, ReadError, Room, Stop, go_on};
use crate::cell::{Cell, Sheet};

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// GB18030, which includes GBK and GB2312.
    Gb18030,
}

/// The encoding, and the length of the byte order mark. `whole` means that no character is cut off at the end.
pub(crate) fn detect(bytes: &[u8], whole: bool) -> (Encoding, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
        _ => match std::str::from_utf8(bytes) {
            Ok(_) => (Encoding::Utf8, 0),
            Err(error) if !whole && error.error_len().is_none() => (Encoding::Utf8, 0),
            Err(_) => (Encoding::Gb18030, 0),
        },
    }
}

impl Encoding {
    pub(crate) fn coder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Gb18030 => encoding_rs::GB18030,
        }
    }
}

pub(super) fn sheets(name: &str, bytes: &[u8], stop: Stop<'_>) -> Result<Vec<Sheet>, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let mut text = decoded(bytes).ok_or(ReadError::NotASpreadsheet)?;
    if let Some(fault) = of_another_kind(&text) {
        return Err(fault);
    }
    go_on(stop)?;
    text = with_plain_ends(text);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let (separator, declared) = separator(&text);
    if let Some(line) = open_quote(&text, separator) {
        return Err(ReadError::OpenQuote { line });
    }
    let mut rows = Grid::new(name);
    let mut room = Room::default();
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut row, mut line) = (0, 1);
    while reader.read_record(&mut record).map_err(|error| ReadError::Broken(error.to_string()))? {
        // Blank lines are skipped without a word; they show in the line count, and rows must keep their numbers.
        go_on(stop)?;
        let next_line = reader.position().line();
        let inside = record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        row += usize::try_from((next_line - line).saturating_sub(inside + 1)).unwrap_or(usize::MAX);
        line = next_line;
        for (column, field) in record.iter().enumerate() {
            if !(row == 0 && declared) {
                rows.set((row, column), Cell::from_text(unguarded(field)), &mut room)?;
            }
        }
        row += 1;
    }
    Ok(vec![Sheet { plain: true, ..rows.into_sheet(false) }])
}

/// The line in which a quotation mark opens a field that isn't closed as it should be: never, or with text behind the mark. What the reader
/// would make of it swallows rows. `None` if every field is closed.
fn open_quote(text: &str, separator: u8) -> Option<u64> {
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let separator = char::from(separator);
    let (mut line, mut opened, mut at) = (1, 1, At::Start);
    for letter in text.chars() {
        at = match (at, letter) {
            (At::Start, '"') => {
                opened = line;
                At::Quoted
            }
            (At::Quoted, '"') => At::Closed,
            // Doubled, it stands for itself.
            (At::Closed, '"') | (At::Quoted, _) => At::Quoted,
            (_, '\n') => At::Start,
            (_, letter) if letter == separator => At::Start,
            (At::Closed, ' ') => At::Closed,
            (At::Closed, _) => return Some(opened),
            _ => At::Plain,
        };
        line += u64::from(letter == '\n');
    }
    matches!(at, At::Quoted).then_some(opened)
}

/// A field without what systems write around a text so that spreadsheet programs leave it as it is: `="013800"`, `'013800`.
fn unguarded(field: &str) -> &str {
    let inner = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    if let Some(inner) = inner.filter(|inner| !inner.contains('"')) {
        return inner;
    }
    match field.strip_prefix('\'') {
        Some(rest) if !rest.is_empty() && !rest.ends_with('\'') => rest,
        _ => field,
    }
}

/// The text with every line ended by `\n`; one that has no other ends is not copied.
pub(super) fn with_plain_ends(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    let mut plain = String::with_capacity(text.len() + 1);
    let mut after_return = false;
    for letter in text.chars() {
        match letter {
            '\r' => plain.push('\n'),
            '\n' if after_return => {}
            letter => plain.push(letter),
        }
        after_return = letter == '\r';
    }
    plain
}

pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = detect(bytes, true);
    let text = encoding.coder().decode_without_bom_handling_and_without_replacement(bytes.get(mark..)?)?;
    let is_binary =
        text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{1A}'));
    (!is_binary).then(|| text.trim_end_matches('\u{1A}').to_owned())
}

/// Web pages and XML are often saved with the extension of a spreadsheet or a document; PDF and RTF have no control character at their
/// beginning.
fn of_another_kind(text: &str) -> Option<ReadError> {
    let head: String = text.trim_start().chars().take(4_000).collect::<String>().to_lowercase();
    if head.starts_with("%pdf") {
        return Some(ReadError::Other(OtherKind::Pdf));
    }
    if head.starts_with("mime-version:")
        || (head.contains("mime-version:") && head.contains("content-type: multipart/"))
    {
        return Some(ReadError::Other(OtherKind::WebPage));
    }
    let is_word = ["progid=\"word.document\"", "<w:worddocument", "<pkg:package"].iter().any(|tag| head.contains(tag));
    if head.starts_with("{\\rtf") || (head.starts_with('<') && is_word) {
        return Some(ReadError::Other(OtherKind::OldWord));
    }
    if head.starts_with('<') {
        let is_page =
            ["<html", "<!doctype html", "<table", "<head", "<body", "<meta"].iter().any(|tag| head.contains(tag));
        let is_sheet = head.contains("urn:schemas-microsoft-com:office:spreadsheet") && !head.contains("<html");
        let kind = if is_sheet { Some(OtherKind::Xml2003) } else { is_page.then_some(OtherKind::WebPage) };
        return Some(kind.map_or(ReadError::NotASpreadsheet, ReadError::Other));
    }
    head.starts_with(['{', '[']).then_some(ReadError::NotASpreadsheet)
}

/// The separator, and whether the first line declares it (`sep=;`).
fn separator(text: &str) -> (u8, bool) {
    let first = text.lines().next().unwrap_or_default();
    if let Some([separator @ (b',' | b';' | b'\t' | b'|')]) =
        first.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes)
    {
        return (*separator, true);
    }
    let scored = [b',', b'\t', b';'].map(|separator| (score(text, separator), separator));
    // The first one if scores are equal, so that text without any separator counts as separated by commas.
    let best = scored.iter().rev().max_by_key(|(score, _)| *score);
    (best.map_or(b',', |(_, separator)| *separator), false)
}

/// How many of the first records have the commonest number of fields above one, and that number.
fn score(text: &str, separator: u8) -> (usize, usize) {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    for record in reader.into_records().take(30).flatten() {
        match counts.iter_mut().find(|(_, fields)| *fields == record.len()) {
            Some((times, _)) => *times += 1,
            None => counts.push((1, record.len())),
        }
    }
    counts.into_iter().filter(|(_, fields)| *fields > 1).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_found() {
        for (text, line) in [
            ("a,b\n\"c,d\n", Some(2)),
            ("a,\"b\nc\n", Some(1)),
            ("a\n\"b\"c,d\n", Some(2)),
            // Closed by the mark that opens the next field: the rows between would be one field.
            ("a,b\n\"c,d\ne,\"f\"\n", Some(2)),
            ("a,\"b\"\n", None),
            ("\"a\",\"b\nc\",\"d\"\"e\"\n", None),
            ("a\"b,c\n=\"1\",d\n", None),
            ("\"a\" ,b\n", None),
        ] {
            assert_eq!(open_quote(text, b','), line, "{text}");
        }
        let refused = sheets("a.csv", "姓名,单位\n\"张三,甲\n李四,乙\n".as_bytes(), &|| false);
        assert!(matches!(refused, Err(ReadError::OpenQuote { line: 2 })), "{refused:?}");
    }

    #[test]
    fn guards_around_a_text_are_no_part_of_it() {
        for (field, text) in [
            ("=\"013800\"", "013800"),
            ("=\"\"", ""),
            ("'013800", "013800"),
            ("'+86 138", "+86 138"),
            ("'张三'", "'张三'"),
            ("'", "'"),
            ("=1+1", "=1+1"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("张三", "张三"),
        ] {
            assert_eq!(unguarded(field), text);
        }
    }
}
