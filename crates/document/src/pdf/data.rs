//! The document as data for the template, and the check that the available faces have all of its characters.

use std::collections::HashMap;

use serde::Serialize;

use crate::error::DocumentError;
use crate::flow::{self, Piece, clean};
use crate::fonts::{Fonts, Role};
use crate::model::{Align, Document, Inline, Lang};

/// All data of the template.
#[derive(Serialize)]
pub(super) struct Data {
    lang: &'static str,
    region: Option<&'static str>,
    latin: bool,
    /// What each page says of a draft.
    draft: Option<&'static str>,
    bold: bool,
    name: String,
    author: Vec<String>,
    subject: Option<String>,
    fonts: Families,
    red: Option<Red>,
    title: Vec<String>,
    addressee: Option<String>,
    pieces: Vec<PieceData>,
    attachments: Option<Attachments>,
    signature: Option<SignatureData>,
    imprint: Option<ImprintData>,
}

#[derive(Serialize)]
struct Families {
    title: Vec<&'static str>,
    body: Vec<&'static str>,
    kai: Vec<&'static str>,
    hei: Vec<&'static str>,
    song: Vec<&'static str>,
}

#[derive(Serialize)]
struct Red {
    agency: String,
    number: Option<String>,
}

/// A run: its text, whether it is bold, its link.
#[derive(Serialize, Clone)]
struct Run {
    t: String,
    b: bool,
    u: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum PieceData {
    Heading {
        level: u8,
        runs: Vec<Run>,
    },
    RunIn {
        level: u8,
        runs: Vec<Run>,
        body: Vec<Run>,
    },
    Paragraph {
        runs: Vec<Run>,
    },
    Note {
        runs: Vec<Run>,
    },
    Break,
    /// The place of the attachment note and the signature.
    Closing,
    Attachment {
        mark: String,
        title: Vec<String>,
    },
    Table {
        caption: Option<Vec<Run>>,
        head: Vec<Vec<Run>>,
        rows: Vec<Vec<Vec<Run>>>,
        align: Vec<&'static str>,
        shares: Vec<f64>,
        small: bool,
        dense: bool,
    },
}

#[derive(Serialize)]
struct Attachments {
    lead: &'static str,
    names: Vec<AttachmentName>,
}

#[derive(Serialize)]
struct AttachmentName {
    number: String,
    name: String,
}

#[derive(Serialize)]
struct SignatureData {
    agency: String,
    date: String,
    sealed: bool,
}

#[derive(Serialize)]
struct ImprintData {
    copies: Option<String>,
    issuer: String,
    issued: String,
}

impl Data {
    /// Extracts from a document what the template needs.
    pub(super) fn from_document(document: &Document, fonts: &Fonts) -> Result<Self, DocumentError> {
        let lang = document.lang;
        let chain = |role| fonts.require(role, lang).map(|()| fonts.chain(role, lang));
        let families = Families {
            title: chain(Role::Title)?,
            body: chain(Role::Body)?,
            kai: chain(Role::Kai)?,
            hei: chain(Role::Hei)?,
            song: chain(Role::Song)?,
        };
        let signature = flow::signature(document).map(|place| SignatureData {
            agency: place.agency,
            date: place.date,
            sealed: document.signature.as_ref().is_some_and(|signature| signature.sealed),
        });
        Ok(Self {
            lang: if lang == Lang::En { "en" } else { "zh" },
            region: (lang == Lang::ZhCn).then_some("tw"),
            latin: lang == Lang::En,
            draft: flow::draft(document),
            bold: document.options.bold_headings,
            name: flow::title_in_one(document),
            author: document.properties.author.iter().map(|author| clean(author)).collect(),
            subject: document.properties.subject.as_deref().map(clean),
            fonts: families,
            red: document
                .options
                .red_head
                .as_ref()
                .map(|red| Red { agency: clean(&red.agency), number: red.number.as_deref().map(clean) }),
            title: flow::title(document),
            addressee: flow::addressee(document),
            pieces: flow::pieces(document).iter().filter_map(piece).collect(),
            attachments: flow::attachments(document).map(|(lead, names)| Attachments {
                lead,
                names: names.into_iter().map(|(number, name)| AttachmentName { number, name }).collect(),
            }),
            signature,
            imprint: flow::imprint(document).map(|lines| ImprintData {
                copies: lines.copies,
                issuer: lines.issuer,
                issued: lines.issued,
            }),
        })
    }

    /// Returns an error if no face of its chain has a glyph for some character.
    pub(super) fn check_glyphs(&self, fonts: &Fonts) -> Result<(), DocumentError> {
        let mut check = GlyphCheck { fonts, known: HashMap::new(), missing: Vec::new(), near: None };
        let Families { title, body, kai, hei, song } = &self.fonts;
        let whole = |runs: &[Run]| runs.iter().map(|run| run.t.as_str()).collect::<String>();
        self.title.iter().for_each(|line| check.text(title, line));
        check.text(hei, self.draft.unwrap_or_default());
        if let Some(red) = &self.red {
            check.text(title, &red.agency);
            check.text(body, red.number.as_deref().unwrap_or_default());
        }
        check.text(song, "— 0123456789 —");
        check.text(body, self.addressee.as_deref().unwrap_or_default());
        for piece in &self.pieces {
            match piece {
                PieceData::Heading { level, runs } => {
                    check.text([hei, kai, body, body][usize::from(*level) - 1], &whole(runs));
                }
                PieceData::RunIn { level, runs, body: rest } => {
                    check.text([hei, kai, body, body][usize::from(*level) - 1], &whole(runs));
                    check.text(body, &whole(rest));
                }
                PieceData::Paragraph { runs } | PieceData::Note { runs } => check.text(body, &whole(runs)),
                PieceData::Break | PieceData::Closing => {}
                PieceData::Attachment { mark, title: lines } => {
                    check.text(hei, mark);
                    for line in lines {
                        check.text(title, line);
                    }
                }
                PieceData::Table { caption, head, rows, .. } => {
                    caption.iter().chain(head).for_each(|runs| check.text(hei, &whole(runs)));
                    rows.iter().flatten().for_each(|runs| check.text(body, &whole(runs)));
                }
            }
        }
        if let Some(Attachments { lead, names }) = &self.attachments {
            check.text(body, lead);
            for AttachmentName { number, name } in names {
                check.text(body, number);
                check.text(body, name);
            }
        }
        if let Some(signature) = &self.signature {
            check.text(body, &signature.agency);
            check.text(body, &signature.date);
        }
        if let Some(imprint) = &self.imprint {
            check.text(body, imprint.copies.as_deref().unwrap_or_default());
            check.text(body, &format!("{} {}", imprint.issuer, imprint.issued));
        }
        check.verdict()
    }
}

fn piece(piece: &Piece<'_>) -> Option<PieceData> {
    Some(match piece {
        Piece::Heading { level, mark, content } => PieceData::Heading { level: *level, runs: runs(mark, content, "") },
        Piece::RunIn { level, mark, content, stop, body } => {
            PieceData::RunIn { level: *level, runs: runs(mark, content, stop), body: runs("", body, "") }
        }
        Piece::Paragraph(content) => PieceData::Paragraph { runs: runs("", content, "") },
        Piece::Note(content) => PieceData::Note { runs: runs("", content, "") },
        Piece::PageBreak => PieceData::Break,
        Piece::Closing => PieceData::Closing,
        Piece::Attachment { mark, title } => PieceData::Attachment { mark: mark.clone(), title: title.clone() },
        Piece::Table(table) => {
            let count = flow::columns(table);
            if count == 0 {
                return None;
            }
            let row = |cells: &Vec<Vec<Inline>>| -> Vec<Vec<Run>> {
                (0..count).map(|column| cells.get(column).map_or_else(Vec::new, |cell| runs("", cell, ""))).collect()
            };
            let align = (0..count).map(|column| match table.align.get(column).copied().unwrap_or_default() {
                Align::Left => "left",
                Align::Center => "center",
                Align::Right => "right",
            });
            PieceData::Table {
                caption: table.caption.as_ref().map(|caption| runs("", caption, "")),
                head: if table.head.is_empty() { Vec::new() } else { row(&table.head) },
                rows: table.rows.iter().map(row).collect(),
                align: align.collect(),
                shares: flow::shares(table),
                small: count > flow::WIDE_TABLE,
                dense: table.dense,
            }
        }
    })
}

/// The runs of a line; equal neighbours are joined, since a line of few runs is typeset faster.
fn runs(mark: &str, inlines: &[Inline], stop: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(inlines.len() + 2);
    let mut push = |text: &str, bold: bool, link: Option<&str>| {
        let text = clean(text);
        match runs.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.b == bold && last.u.as_deref() == link => last.t.push_str(&text),
            _ => runs.push(Run { t: text, b: bold, u: link.map(ToOwned::to_owned) }),
        }
    };
    push(mark, false, None);
    for inline in inlines {
        match inline {
            Inline::Text(text) => push(text, false, None),
            Inline::Bold(text) => push(text, true, None),
            Inline::Figure { text, href, .. } => push(text, false, flow::absolute(href.as_deref())),
        }
    }
    push(stop, false, None);
    runs
}

/// Collects the characters that the faces lack, over a whole document.
struct GlyphCheck<'a> {
    fonts: &'a Fonts,
    known: HashMap<(&'static str, char), bool>,
    missing: Vec<char>,
    near: Option<String>,
}

impl GlyphCheck<'_> {
    /// Checks a text that is set in a chain of faces. A chain is identified by its first face.
    fn text(&mut self, chain: &[&'static str], text: &str) {
        for (at, c) in text.char_indices() {
            if c.is_whitespace() || is_ignorable(c) {
                continue;
            }
            let key = (chain.first().copied().unwrap_or_default(), c);
            if *self.known.entry(key).or_insert_with(|| self.fonts.covers(chain, c)) {
                continue;
            }
            if !self.missing.contains(&c) {
                self.missing.push(c);
            }
            self.near.get_or_insert_with(|| around(text, at));
        }
    }

    fn verdict(self) -> Result<(), DocumentError> {
        match self.near {
            Some(near) => Err(DocumentError::MissingGlyph { chars: self.missing, near }),
            None => Ok(()),
        }
    }
}

/// Variation selectors: they choose a form of the character before them and have no glyph of their own.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Ten characters before and after a place in a text.
fn around(text: &str, at: usize) -> String {
    const EACH_SIDE: usize = 10;
    let skipped = text[..at].chars().count().saturating_sub(EACH_SIDE);
    let length = text[..at].chars().count() - skipped + 1 + EACH_SIDE;
    text.chars().skip(skipped).take(length).collect()
}
