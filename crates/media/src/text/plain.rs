//! Plain text, such as a law: each line is a paragraph; 第X章 and similar lines begin chapters.

use super::{Section, TextError, Writer, go_on};
use crate::stop::Stop;

/// The most characters of a line that can still be a heading.
const HEADING: usize = 40;

/// The heading level of a line that begins a part of a law (第X章 and the like); `None` for any other line.
pub(super) fn level(line: &str) -> Option<usize> {
    let line = line.trim();
    let rest = line.strip_prefix('第')?;
    let digits = |letter: char| letter.is_ascii_digit() || "〇零一二三四五六七八九十百千两".contains(letter);
    let unit = rest.trim_start_matches(digits);
    if unit.len() == rest.len() || line.chars().count() > HEADING || line.ends_with(['。', '；', '，']) {
        return None;
    }
    match unit.chars().next()? {
        '编' | '篇' | '部' => Some(1),
        '章' | '讲' | '回' => Some(2),
        '节' => Some(3),
        _ => None,
    }
}

pub(super) fn sections(text: &str, stop: Stop<'_>) -> Result<Vec<Section>, TextError> {
    let mut writer = Writer::default();
    for line in text.lines() {
        go_on(stop)?;
        match level(line) {
            Some(level) => writer.heading(level, line)?,
            None => writer.paragraph(line)?,
        }
    }
    writer.sections()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_laws_are_distinguished_from_sentences() {
        for (line, expected) in [
            ("第一章 总则", Some(2)),
            ("　第十二章　法律责任", Some(2)),
            ("第2节 程序", Some(3)),
            ("第一编 总则", Some(1)),
            ("第一条 为了规范", None),
            ("第一章已经说明了这一点。", None),
            ("第章", None),
            ("章程", None),
        ] {
            assert_eq!(level(line), expected, "{line}");
        }
    }
}
