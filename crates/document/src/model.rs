//! The document model: the content of a report, independent of any format.

use serde::{Deserialize, Serialize};

/// A document in the shape of GB/T 9704-2012: title, addressee, body, attachments, signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// The language of the text; it decides marks, dates and punctuation that the writers add.
    pub lang: Lang,
    /// The title. It is broken into lines by [`title_lines`](crate::title_lines), unless it holds line feeds: then those decide.
    pub title: String,
    /// Whom the document is for, without the colon.
    pub addressee: Option<String>,
    /// The body.
    pub blocks: Vec<Block>,
    /// Names of the attachments for the note after the body (附件：…). Writers number them if there are two or more (GB/T
    /// 9704-2012, 7.3.4). The note comes before the first [`Block::Attachment`]; a document that has one of the two must
    /// have both.
    pub attachments: Vec<String>,
    /// Who signs and when. It comes after the attachment note, before the first [`Block::Attachment`].
    pub signature: Option<Signature>,
    /// Options that depend on local custom.
    pub options: Options,
    /// The properties of the file.
    pub properties: Properties,
    /// Whether it is a draft: each page of a file says so.
    #[serde(default, skip_serializing_if = "is_false")]
    pub draft: bool,
}

impl Document {
    /// Calls a function on each piece of running text: of headings, paragraphs, notes, and tables with their captions.
    pub fn each_inline(&mut self, mut change: impl FnMut(&mut Inline)) {
        for block in &mut self.blocks {
            match block {
                Block::Heading { content, .. } | Block::Paragraph(content) | Block::Note(content) => {
                    content.iter_mut().for_each(&mut change);
                }
                Block::Table(table) => {
                    let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
                    table.caption.iter_mut().chain(cells).flatten().for_each(&mut change);
                }
                Block::PageBreak | Block::Attachment { .. } => {}
            }
        }
    }
}

/// The language of a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// The tag of the language as HTML and DOCX write it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }
}

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// A heading. The writers number it: `一、`, `（一）`, `1.`, `（1）`.
    Heading {
        /// 1 to 4; other numbers count as the nearest of them.
        level: u8,
        /// Whether the following paragraph continues in the heading's line: `（一）标题。正文…`. The writers add the full stop.
        run_in: bool,
        /// The text without its number.
        content: Vec<Inline>,
    },
    /// A paragraph, its first line indented by two characters.
    Paragraph(Vec<Inline>),
    /// A table.
    Table(Table),
    /// Small text: sources, definitions, remarks.
    Note(Vec<Inline>),
    /// The next block begins on a new page.
    PageBreak,
    /// The next blocks are an attachment, after the signature and on a new page (GB/T 9704-2012, 7.3.7): the mark `附件`,
    /// numbered if there are several, then its title. The numbering of headings begins again; page numbers continue.
    Attachment {
        /// Its title, broken into lines like the document's.
        title: String,
    },
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Emphasised text.
    Bold(String),
    /// A counted figure that links to its rows.
    Figure {
        /// The caller's id for the figure; HTML has it as `data-figure`.
        id: String,
        /// The figure as it is printed.
        text: String,
        /// The address of its rows. DOCX and PDF link only absolute addresses (`http:`, `https:`).
        href: Option<String>,
        /// What the figure means; HTML shows it on hover.
        title: Option<String>,
        /// How the figure compares with the current records.
        state: FigureState,
    },
}

impl Inline {
    /// The text as it is printed.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Bold(text) | Self::Figure { text, .. } => text,
        }
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// How a figure compares with the current records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FigureState {
    /// It equals the current value.
    #[default]
    Plain,
    /// It has changed since the document was issued.
    Drift,
    /// There is no data for it.
    None,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// The text above it.
    pub caption: Option<Vec<Inline>>,
    /// The cells of the heading row, repeated on each page of the table. Empty if it has none.
    pub head: Vec<Vec<Inline>>,
    /// The rows, each a list of cells. Short rows are filled with empty cells.
    pub rows: Vec<Vec<Vec<Inline>>>,
    /// The alignment of each column; columns beyond the list are aligned left.
    pub align: Vec<Align>,
    /// Relative widths of the columns; computed from their content if not given.
    pub widths: Option<Vec<u32>>,
    /// Whether it is set small and its rows only as high as their text, as suits many short rows in an attachment.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dense: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Align {
    /// Flush left.
    #[default]
    Left,
    /// Centred.
    Center,
    /// Flush right.
    Right,
}

/// Who signs a document, and its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The signing agency.
    pub agency: String,
    /// The date.
    pub date: Date,
    /// Whether a seal will be put on it, which moves both lines.
    pub sealed: bool,
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// The full year.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// The day with this year, month and day.
    pub fn new(year: i32, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }

    /// The date as documents write it: `2026年5月4日`, `4 May 2026`.
    pub fn written(self, lang: Lang) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        match lang {
            Lang::ZhCn => format!("{}年{}月{}日", self.year, self.month, self.day),
            Lang::En => {
                let month = MONTHS.get(usize::from(self.month).saturating_sub(1)).copied().unwrap_or_default();
                format!("{} {month} {}", self.day, self.year)
            }
        }
    }
}

/// A moment in UTC, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp {
    /// The day.
    pub date: Date,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

impl Timestamp {
    /// The moment as `2026-05-04T08:00:00Z`.
    pub fn iso(self) -> String {
        let Date { year, month, day } = self.date;
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", self.hour, self.minute, self.second)
    }
}

/// Options that depend on local custom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Bold headings. The standard has none.
    pub bold_headings: bool,
    /// The red head above the title.
    pub red_head: Option<RedHead>,
    /// The imprint (版记) at the bottom of the last page.
    pub imprint: Option<Imprint>,
}

/// The red head (版头) above the title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedHead {
    /// The mark of the issuing agency (发文机关标志).
    pub agency: String,
    /// The document's number (发文字号).
    pub number: Option<String>,
}

/// The imprint (版记): copies, issuing office, date of issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imprint {
    /// Who gets a copy (抄送), if anyone.
    pub copies_to: Vec<String>,
    /// The office that prints it (印发机关).
    pub issuer: String,
    /// The date of printing (印发日期).
    pub issued: Date,
}

/// The properties of a file. Nothing here is taken from the clock, so that equal documents give equal bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Properties {
    /// Who made it.
    pub author: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
}
