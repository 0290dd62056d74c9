//! Markdown: headings begin chapters; links and pictures are reduced to their text; HTML in it is shown as text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{MOST_DEPTH, MOST_TEXT, Section, TextError, Writer, escaped, go_on};
use crate::stop::Stop;

/// Signs and line ends that may be in a text: the parser holds some sixty bytes for each from the first to the last.
const MOST_SIGNS: usize = 1_500_000;

/// The HTML element of a block.
fn element(tag: &Tag<'_>) -> Option<&'static str> {
    Some(match tag {
        Tag::Paragraph => "p",
        Tag::BlockQuote(_) => "blockquote",
        Tag::CodeBlock(_) => "pre",
        Tag::List(Some(_)) => "ol",
        Tag::List(None) => "ul",
        Tag::Item => "li",
        Tag::Table(_) => "table",
        Tag::TableHead | Tag::TableRow => "tr",
        Tag::TableCell => "td",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        _ => return None,
    })
}

pub(super) fn sections(text: &str, stop: Stop<'_>) -> Result<Vec<Section>, TextError> {
    if text.bytes().filter(|byte| byte.is_ascii_punctuation() || *byte == b'\n').count() > MOST_SIGNS {
        return Err(TextError::TooLarge);
    }
    let mut writer = Writer::default();
    let (mut html, mut letters, mut open) = (String::new(), 0, Vec::new());
    let mut heading: Option<(usize, String)> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        go_on(stop)?;
        if html.len() > MOST_TEXT || open.len() > MOST_DEPTH {
            return Err(TextError::TooLarge);
        }
        match event {
            Event::Start(Tag::Heading { level, .. }) => heading = Some((level as usize, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, words)) = heading.take() {
                    writer.heading(level, &words)?;
                }
            }
            Event::Start(tag) => {
                let element = element(&tag);
                open.push(element);
                if let (Some(element), None) = (element, &heading) {
                    html.push_str(&format!("<{element}>"));
                }
            }
            Event::End(_) => {
                if let (Some(Some(element)), None) = (open.pop(), &heading) {
                    html.push_str(&format!("</{element}>"));
                }
                if open.is_empty() && !html.is_empty() {
                    writer.block(&std::mem::take(&mut html), std::mem::take(&mut letters))?;
                }
            }
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&words);
                } else {
                    letters += words.chars().count();
                    html.push_str(&escaped(&words));
                }
            }
            Event::SoftBreak | Event::HardBreak if heading.is_none() => html.push_str("<br>"),
            _ => {}
        }
    }
    writer.sections()
}
