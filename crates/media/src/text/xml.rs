//! Reads XML leniently: names without their prefixes, and only the few entities that documents use.

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{MOST_DEPTH, TextError, go_on};
use crate::stop::Stop;

/// Attributes of an element that are read.
const MOST_ATTRIBUTES: usize = 50;

/// One step through a document.
pub(super) enum Step {
    Open(String, Vec<(String, String)>),
    Close(String),
    Words(String),
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_lowercase()
}

fn opened(start: &BytesStart<'_>) -> (String, Vec<(String, String)>) {
    let mut given = start.attributes();
    let attributes = given.with_checks(false).flatten().take(MOST_ATTRIBUTES).map(|attribute| {
        let value = attribute.value.clone().into_owned();
        let value = quick_xml::escape::unescape(&value).map_or_else(|_| value.clone(), std::borrow::Cow::into_owned);
        (local(attribute.key.as_ref()), value)
    });
    (local(start.name().as_ref()), attributes.collect())
}

fn entity(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string();
    }
    let known = match reference.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" | "ensp" | "emsp" => " ",
        "ldquo" => "“",
        "rdquo" => "”",
        "lsquo" => "‘",
        "rsquo" => "’",
        "mdash" => "—",
        "ndash" => "–",
        "hellip" => "…",
        "middot" => "·",
        _ => "",
    };
    known.to_owned()
}

/// Walks a document; its end before its elements are closed is an error. Entities that it declares itself are left out.
pub(super) fn walk(
    text: &str,
    stop: Stop<'_>,
    mut each: impl FnMut(Step) -> Result<(), TextError>,
) -> Result<(), TextError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut depth = 0usize;
    loop {
        go_on(stop)?;
        match reader.read_event()? {
            Event::Start(start) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(TextError::TooLarge);
                }
                let (name, attributes) = opened(&start);
                each(Step::Open(name, attributes))?;
            }
            Event::Empty(start) => {
                let (name, attributes) = opened(&start);
                each(Step::Open(name.clone(), attributes))?;
                each(Step::Close(name))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                each(Step::Close(local(end.name().as_ref())))?;
            }
            Event::Text(words) => each(Step::Words(words.as_ref().to_owned()))?,
            Event::CData(words) => each(Step::Words(words.as_ref().to_owned()))?,
            Event::GeneralRef(reference) => each(Step::Words(entity(&reference)))?,
            Event::Eof if depth > 0 => return Err(TextError::Unreadable("it ends in the middle".to_owned())),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The value of an attribute.
pub(super) fn value<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
}
