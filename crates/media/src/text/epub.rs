//! E-books (EPUB): the files of the spine in their order, each parsed into headings, paragraphs, lists and tables.

use std::collections::{HashMap, HashSet};

use super::{MOST_DEPTH, MOST_LISTED, MOST_TEXT, MOST_UNPACKED, Parts, Section, TextError, Writer, escaped, xml};
use crate::stop::Stop;

/// Files that a book may list, and those that its spine may name.
const MOST_FILES: usize = 10_000;

pub(super) fn sections(bytes: &[u8], stop: Stop<'_>) -> Result<Vec<Section>, TextError> {
    let mut parts = Parts::open(bytes)?;
    let missing = |what: &str| TextError::Unreadable(format!("{what} is missing"));
    let container = parts.text("META-INF/container.xml", MOST_LISTED)?.ok_or_else(|| missing("container"))?;
    let mut package = None;
    xml::walk(&container, stop, |step| {
        if let xml::Step::Open(name, attributes) = step
            && name == "rootfile"
        {
            package = package.take().or_else(|| xml::value(&attributes, "full-path").map(str::to_owned));
        }
        Ok(())
    })?;
    let package = package.ok_or_else(|| missing("package"))?;
    let text = parts.text(&package, MOST_LISTED)?.ok_or_else(|| missing("package"))?;
    let (mut files, mut spine) = (HashMap::new(), Vec::new());
    xml::walk(&text, stop, |step| {
        let xml::Step::Open(name, attributes) = step else { return Ok(()) };
        let value = |name| xml::value(&attributes, name).map(str::to_owned);
        match name.as_str() {
            "item" => {
                files.extend(value("id").zip(value("href")));
            }
            "itemref" => spine.extend(value("idref")),
            _ => {}
        }
        if files.len().max(spine.len()) > MOST_FILES { Err(TextError::TooLarge) } else { Ok(()) }
    })?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut writer = Writer::default();
    let mut read = HashSet::new();
    for href in spine.iter().filter_map(|id| files.get(id)) {
        let name = joined(folder, href);
        // A spine names each file once; a book that names one again gets no longer by it.
        if !read.insert(name.clone()) {
            continue;
        }
        if let Some(text) = parts.text(&name, MOST_UNPACKED)? {
            page(&mut writer, &text, stop)?;
        }
    }
    writer.sections()
}

/// Resolves an address relative to the package's folder to the name of an archive entry.
fn joined(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = href.bytes();
    while let Some(byte) = rest.next() {
        let pair: Vec<u8> = if byte == b'%' { rest.clone().take(2).collect() } else { Vec::new() };
        match std::str::from_utf8(&pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) if pair.len() == 2 => {
                bytes.push(decoded);
                rest.nth(1);
            }
            _ => bytes.push(byte),
        }
    }
    let href = String::from_utf8_lossy(&bytes).into_owned();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in href.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "" | "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// One file of the spine.
fn page(writer: &mut Writer, text: &str, stop: Stop<'_>) -> Result<(), TextError> {
    let (mut html, mut letters, mut hidden) = (String::new(), 0usize, 0usize);
    let (mut blocks, mut heading): (Vec<String>, Option<(usize, String)>) = (Vec::new(), None);
    xml::walk(text, stop, |step| {
        match step {
            xml::Step::Open(name, _) => match name.as_str() {
                "head" | "script" | "style" | "svg" | "math" | "nav" => hidden += 1,
                _ if hidden > 0 => {}
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                    heading = Some((usize::from(name.as_bytes()[1] - b'0'), String::new()));
                }
                "br" => html.push_str("<br>"),
                "p" | "ul" | "ol" | "li" | "blockquote" | "table" | "tr" | "td" | "th" if heading.is_none() => {
                    html.push_str(&format!("<{name}>"));
                    blocks.push(name);
                }
                "em" | "i" | "strong" | "b" if heading.is_none() => html.push_str(inline(&name).0),
                _ => {}
            },
            xml::Step::Words(words) if hidden == 0 => match &mut heading {
                Some((_, title)) => title.push_str(&words),
                // Words outside of any block are a paragraph by themselves; blanks between blocks are none.
                None if blocks.is_empty() && words.trim().is_empty() => {}
                None => {
                    let words = words.replace(['\n', '\r', '\t'], " ");
                    letters += words.chars().count();
                    html.push_str(&escaped(&words));
                }
            },
            xml::Step::Words(_) => {}
            xml::Step::Close(name) => match name.as_str() {
                "head" | "script" | "style" | "svg" | "math" | "nav" => hidden = hidden.saturating_sub(1),
                _ if hidden > 0 => {}
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                    if let Some((level, title)) = heading.take() {
                        writer.heading(level, &title)?;
                    }
                }
                "em" | "i" | "strong" | "b" if heading.is_none() => html.push_str(inline(&name).1),
                _ if blocks.last() == Some(&name) => {
                    blocks.pop();
                    // In place: what stands around this block may be long, and hold many such.
                    html.truncate(html.trim_end().len());
                    html.push_str(&format!("</{name}>"));
                    if blocks.is_empty() {
                        let block = std::mem::take(&mut html);
                        let counted = std::mem::take(&mut letters);
                        if counted > 0 && has_words(&block) {
                            writer.block(&block, counted)?;
                        }
                    }
                }
                "div" | "section" | "body" if blocks.is_empty() && !html.trim().is_empty() => {
                    writer.block(&format!("<p>{}</p>", std::mem::take(&mut html)), std::mem::take(&mut letters))?;
                }
                _ => {}
            },
        }
        if html.len() > MOST_TEXT || blocks.len() > MOST_DEPTH { Err(TextError::TooLarge) } else { Ok(()) }
    })
}

fn has_words(html: &str) -> bool {
    html.split('<').any(|part| part.split_once('>').is_some_and(|(_, words)| !words.trim().is_empty()))
}

fn inline(name: &str) -> (&'static str, &'static str) {
    if matches!(name, "em" | "i") { ("<em>", "</em>") } else { ("<strong>", "</strong>") }
}
