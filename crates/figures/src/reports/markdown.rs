//! Converts the rendered Markdown to a document: headings, paragraphs, tables, and a figure for each mark.

use std::collections::BTreeSet;

use chrono::Datelike;
use document::{Align, Block, Document, FigureState, Inline, Table};
use kernel::{Period, Refusal, last_of_month};
use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{engine::MARKS, model::Cell};

/// The kind of period that a template is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October on.
    Quarter,
    /// Six months from January or July on.
    Half,
    /// A calendar year.
    Year,
}

impl Span {
    fn from_text(text: &str) -> Option<Self> {
        match text {
            "month" => Some(Self::Month),
            "quarter" => Some(Self::Quarter),
            "half" => Some(Self::Half),
            "year" => Some(Self::Year),
            _ => None,
        }
    }

    /// Refuses a period of another kind, since the template's words would be false of it.
    pub(super) fn refuse_other(self, period: Period) -> Result<(), Refusal> {
        let (months, code) = match self {
            Self::Month => (1, "report-period-month"),
            Self::Quarter => (3, "report-period-quarter"),
            Self::Half => (6, "report-period-half"),
            Self::Year => (12, "report-period-year"),
        };
        let Period { from, to } = period;
        let whole = from.day() == 1 && from.month0() % months == 0 && period.months().len() == months as usize;
        if whole && to == last_of_month(to) {
            return Ok(());
        }
        Err(Refusal::new(code).with("from", from).with("to", to))
    }
}

/// The front matter between two lines of `---`: `title`, `addressee`, `agency`, `period`.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub(super) title: String,
    pub(super) addressee: Option<String>,
    pub(super) agency: Option<String>,
    /// The kind of period that the template takes; any if it doesn't say.
    pub(super) span: Option<Span>,
}

/// Separates the front matter from the text.
pub(super) fn front(text: &str) -> Result<(Front, &str), Refusal> {
    let mut front = Front::default();
    let Some(rest) = text.trim_start().strip_prefix("---\n") else {
        return Err(Refusal::new("template-no-front"));
    };
    let Some((head, body)) = rest.split_once("\n---\n") else { return Err(Refusal::new("template-no-front")) };
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let Some((name, value)) = line.split_once(':') else {
            return Err(Refusal::new("template-odd-front").with("line", line));
        };
        let value = unescaped(value.trim());
        match name.trim() {
            "title" => front.title = value,
            "addressee" => front.addressee = Some(value).filter(|value| !value.is_empty()),
            "agency" => front.agency = Some(value).filter(|value| !value.is_empty()),
            "period" => {
                let odd = || Refusal::new("template-odd-front").with("line", line);
                front.span = Some(Span::from_text(&value).ok_or_else(odd)?);
            }
            other => return Err(Refusal::new("template-odd-front").with("line", other)),
        }
    }
    if front.title.is_empty() {
        return Err(Refusal::new("template-no-front"));
    }
    Ok((front, body))
}

/// The front matter is not Markdown: removes the backslashes that were added for it.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\\' && letters.peek().is_some_and(char::is_ascii_punctuation) {
            continue;
        }
        plain.push(letter);
    }
    plain
}

/// How the figures of marks are inserted.
pub(super) struct Marked<'a> {
    pub(super) cells: &'a [Cell],
    /// Number of the cell and its printed text, mark by mark.
    pub(super) marks: &'a [(usize, String)],
    /// The address of a figure's rows; `None` if there are no links.
    pub(super) href: &'a dyn Fn(&Cell) -> Option<String>,
}

impl Marked<'_> {
    /// Adds text, with its marks replaced by figures.
    fn inlines(&self, text: &str, bold: bool, into: &mut Vec<Inline>) {
        let plain = |text: &str| {
            let text = text.to_owned();
            if bold { Inline::Bold(text) } else { Inline::Text(text) }
        };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MARKS[0]) {
            if !before.is_empty() {
                into.push(plain(before));
            }
            let (number, after) = after.split_once(MARKS[1]).unwrap_or((after, ""));
            if let Some((cell, text)) = number.parse().ok().and_then(|number: usize| {
                let (place, text) = self.marks.get(number)?;
                Some((self.cells.get(*place)?, text))
            }) {
                into.push(self.figure(cell, text));
            }
            rest = after;
        }
        if !rest.is_empty() {
            into.push(plain(rest));
        }
    }

    fn figure(&self, cell: &Cell, text: &str) -> Inline {
        Inline::Figure {
            id: cell.id.clone(),
            text: text.to_owned(),
            href: (self.href)(cell),
            title: Some(format!("{}：{}", cell.metric.name.zh, cell.metric.definition.zh)),
            state: if cell.missing() { FigureState::None } else { FigureState::Plain },
        }
    }
}

/// The blocks of the text.
pub(super) fn blocks(text: &str, marked: &Marked<'_>) -> Vec<Block> {
    let mut builder = Builder { marked, blocks: Vec::new(), inlines: Vec::new(), table: None, bold: 0, item: false };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        builder.event(event);
    }
    builder.end_paragraph();
    builder.blocks
}

struct Builder<'a> {
    marked: &'a Marked<'a>,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    table: Option<Table>,
    bold: usize,
    item: bool,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Strong | Tag::Emphasis) => self.bold += 1,
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => self.bold = self.bold.saturating_sub(1),
            Event::Start(Tag::Table(columns)) => {
                let align = columns
                    .iter()
                    .map(|column| match column {
                        Alignment::Right => Align::Right,
                        Alignment::Center => Align::Center,
                        Alignment::Left | Alignment::None => Align::Left,
                    })
                    .collect();
                self.table = Some(Table { align, ..Table::default() });
            }
            Event::Start(Tag::TableRow) => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Event::End(TagEnd::TableCell) => self.end_cell(),
            Event::End(TagEnd::Table) => self.blocks.extend(self.table.take().map(Block::Table)),
            Event::Start(Tag::Item) => self.item = true,
            Event::End(TagEnd::Item) => {
                self.end_paragraph();
                self.item = false;
            }
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock) => self.end_paragraph(),
            Event::End(TagEnd::Heading(level)) => self.end_heading(level),
            Event::Rule => self.blocks.push(Block::PageBreak),
            Event::Text(text) | Event::Code(text) => {
                self.marked.inlines(&text, self.bold > 0, &mut self.inlines);
            }
            // HTML in a template is text: none of it gets into a page as HTML.
            Event::Html(text) | Event::InlineHtml(text) => {
                self.marked.inlines(text.trim_end(), self.bold > 0, &mut self.inlines);
            }
            // Lines are joined without a space, as is usual in Chinese.
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.inlines);
        if let Some(table) = &mut self.table {
            match table.rows.last_mut() {
                Some(row) => row.push(cell),
                None => table.head.push(cell),
            }
        }
    }

    fn end_paragraph(&mut self) {
        let content = std::mem::take(&mut self.inlines);
        if !content.is_empty() {
            self.blocks.push(Block::Paragraph(content));
        }
    }

    /// A heading that ends with a full stop runs in with the paragraph after it.
    fn end_heading(&mut self, level: HeadingLevel) {
        let mut content = std::mem::take(&mut self.inlines);
        let mut run_in = false;
        if let Some(Inline::Text(last)) = content.last_mut()
            && let Some(shorter) = last.strip_suffix('。')
        {
            *last = shorter.to_owned();
            run_in = true;
        }
        self.blocks.push(Block::Heading { level: (level as u8).min(4), run_in, content });
    }
}

/// Where `XX` is left or figures without data are: by heading and the words around.
pub(super) fn hindrances(document: &Document, cells: &[Cell]) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut heading = document.title.clone();
    let agency = document.signature.as_ref().map(|signature| &signature.agency);
    for line in [Some(&document.title), document.addressee.as_ref(), agency].into_iter().flatten() {
        leftover(line, &heading, &mut found);
    }
    for block in &document.blocks {
        let lines: Vec<&Vec<Inline>> = match block {
            Block::Heading { content, .. } => {
                heading = content.iter().map(Inline::text).collect();
                vec![content]
            }
            Block::Paragraph(content) | Block::Note(content) => vec![content],
            Block::Table(table) => table.head.iter().chain(table.rows.iter().flatten()).collect(),
            Block::PageBreak | Block::Attachment { .. } => vec![],
        };
        for line in lines {
            let text: String = line.iter().map(Inline::text).collect();
            leftover(&text, &heading, &mut found);
            for inline in line {
                if let Inline::Figure { id, state: FigureState::None, .. } = inline
                    && let Some(cell) = cells.iter().find(|cell| cell.id == *id)
                {
                    let code = if cell.figure.no_data { "figure-missing" } else { "figure-no-share" };
                    found.push(
                        Refusal::new(code)
                            .with("name", &cell.metric.name.zh)
                            .with("key", &cell.ask.key)
                            .with("unit", &cell.unit_name)
                            .with("heading", &heading),
                    );
                }
            }
        }
    }
    found.dedup();
    found
}

fn leftover(text: &str, heading: &str, found: &mut Vec<Refusal>) {
    for mark in ["XX", "ＸＸ", "××"] {
        if let Some(place) = text.find(mark) {
            let before: Vec<char> = text[..place].chars().rev().take(10).collect();
            let after: String = text[place..].chars().take(12).collect();
            let around: String = before.into_iter().rev().collect::<String>() + &after;
            found.push(Refusal::new("leftover-xx").with("around", around).with("heading", heading));
            return;
        }
    }
}

/// A figure that was printed must be in the document: a template that cuts its mark is refused.
pub(super) fn refuse_lost(document: &Document, cells: &[Cell]) -> Result<(), Refusal> {
    let mut present = BTreeSet::new();
    for block in &document.blocks {
        let lines: Vec<&Vec<Inline>> = match block {
            Block::Heading { content, .. } | Block::Paragraph(content) | Block::Note(content) => vec![content],
            Block::Table(table) => table.head.iter().chain(table.rows.iter().flatten()).collect(),
            Block::PageBreak | Block::Attachment { .. } => vec![],
        };
        present.extend(lines.into_iter().flatten().filter_map(|inline| match inline {
            Inline::Figure { id, .. } => Some(id.as_str()),
            _ => None,
        }));
    }
    match cells.iter().find(|cell| cell.printed && !present.contains(cell.id.as_str())) {
        Some(lost) => {
            Err(Refusal::new("template-figure-lost").with("name", &lost.metric.name.zh).with("key", &lost.ask.key))
        }
        None => Ok(()),
    }
}
