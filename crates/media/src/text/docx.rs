//! Word documents: paragraphs, cut into sections at headings, found by style, by outline level, or by the words of a law.
//! Deleted text (tracked changes) is left out.

use std::collections::HashMap;

use super::{MOST_LISTED, MOST_TEXT, MOST_UNPACKED, Parts, Section, TextError, Writer, plain, xml};
use crate::stop::Stop;

/// More styles than Word allows.
const MOST_STYLES: usize = 10_000;

/// The levels of styles that are headings.
fn heading_styles(text: &str, stop: Stop<'_>) -> Result<HashMap<String, usize>, TextError> {
    let (mut styles, mut style) = (HashMap::new(), String::new());
    xml::walk(text, stop, |step| {
        let xml::Step::Open(name, attributes) = step else { return Ok(()) };
        match name.as_str() {
            "style" => xml::value(&attributes, "styleid").unwrap_or_default().clone_into(&mut style),
            "name" => {
                let name = xml::value(&attributes, "val").unwrap_or_default().to_lowercase();
                let level = name.strip_prefix("heading ").or_else(|| name.strip_prefix("标题 "));
                if let Some(level) = level.and_then(|level| level.trim().parse().ok()) {
                    styles.insert(style.clone(), level);
                } else if name == "title" {
                    styles.insert(style.clone(), 1);
                }
            }
            "outlinelvl" => {
                let level = xml::value(&attributes, "val").and_then(|level| level.parse::<usize>().ok());
                if let Some(level) = level.filter(|level| *level < 9) {
                    styles.entry(style.clone()).or_insert(level + 1);
                }
            }
            _ => {}
        }
        if styles.len() > MOST_STYLES { Err(TextError::TooLarge) } else { Ok(()) }
    })?;
    Ok(styles)
}

pub(super) fn sections(bytes: &[u8], stop: Stop<'_>) -> Result<Vec<Section>, TextError> {
    let mut parts = Parts::open(bytes)?;
    let styles = match parts.text("word/styles.xml", MOST_LISTED)? {
        Some(text) => heading_styles(&text, stop)?,
        None => HashMap::new(),
    };
    let missing = || TextError::Unreadable("no document in it".to_owned());
    let document = parts.text("word/document.xml", MOST_UNPACKED)?.ok_or_else(missing)?;
    let (mut writer, mut words, mut level, mut in_words) = (Writer::default(), String::new(), None, false);
    xml::walk(&document, stop, |step| {
        match step {
            xml::Step::Open(name, attributes) => match name.as_str() {
                "p" => {
                    words.clear();
                    level = None;
                }
                "pstyle" => {
                    level = level.or(xml::value(&attributes, "val").and_then(|style| styles.get(style)).copied());
                }
                "outlinelvl" => {
                    let own = xml::value(&attributes, "val").and_then(|level| level.parse::<usize>().ok());
                    level = own.filter(|level| *level < 9).map(|level| level + 1).or(level);
                }
                "t" => in_words = true,
                "tab" => words.push(' '),
                "br" | "cr" => words.push('\n'),
                _ => {}
            },
            xml::Step::Words(text) if in_words => words.push_str(&text),
            xml::Step::Words(_) => {}
            xml::Step::Close(name) => match name.as_str() {
                "t" => in_words = false,
                "p" => match level.take().or_else(|| plain::level(&words)) {
                    Some(level) => writer.heading(level, &std::mem::take(&mut words))?,
                    None => writer.paragraph(&std::mem::take(&mut words))?,
                },
                _ => {}
            },
        }
        if words.len() > MOST_TEXT { Err(TextError::TooLarge) } else { Ok(()) }
    })?;
    writer.sections()
}
