//! The document as PDF, typeset by Typst: 22 lines of 28 characters.

mod data;
mod world;

use std::str::FromStr;

use typst::diag::{Severity, SourceDiagnostic};
use typst::ecow::EcoVec;
use typst::foundations::Smart;
use typst::layout::{Frame, FrameItem};
use typst::model::Document as _;
use typst::text::{Lang as TextLang, Locale, Region};
use typst_layout::{Page, PagedDocument};
use typst_pdf::PdfOptions;

use crate::error::DocumentError;
use crate::fonts::Fonts;
use crate::model::{Document, Lang};
use world::{Setter, Sheet};

/// Typesets documents as PDF. Reuse one writer: it caches fonts and intermediate results.
pub struct PdfWriter {
    setter: Setter,
}

impl std::fmt::Debug for PdfWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PdfWriter").finish_non_exhaustive()
    }
}

impl PdfWriter {
    /// Creates a writer with these fonts.
    pub fn new(fonts: Fonts) -> Self {
        Self { setter: Setter::new(fonts) }
    }

    /// The document as the bytes of a PDF file. Equal documents give equal bytes.
    ///
    /// # Errors
    ///
    /// [`DocumentError::MissingGlyph`] if the text contains a character that no face has: a PDF never shows a box for it.
    pub fn pdf(&self, document: &Document) -> Result<Vec<u8>, DocumentError> {
        let paged = self.set(document)?;
        let options = PdfOptions {
            ident: Smart::Custom(IDENT.to_owned()),
            creator: Smart::Custom(Some("Qinglan".to_owned())),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&paged, &options).map_err(|errors| DocumentError::Typeset(describe(&errors)));
        // What the last few documents did not use is dropped, or memory would grow with each text.
        typst::comemo::evict(8);
        bytes
    }

    /// Typesets the document as pages.
    fn set(&self, document: &Document) -> Result<PagedDocument, DocumentError> {
        let fonts = self.setter.fonts();
        let data = data::Data::from_document(document, fonts)?;
        data.check_glyphs(fonts)?;
        let sheet = Sheet::new(&self.setter, serde_json::to_vec(&data)?);
        let result = typst::compile::<PagedDocument>(&sheet);
        if let Some(error) = fonts.unreadable() {
            return Err(error);
        }
        let paged = result.output.map_err(|errors| DocumentError::Typeset(describe(&errors)))?;
        if !result.warnings.is_empty() {
            // The template causes no warnings, so a warning means that a face or a setting is not what the template expects.
            return Err(DocumentError::Typeset(describe(&result.warnings)));
        }
        paged.pages().iter().try_for_each(|page| refuse_boxes(&page.frame))?;
        Ok(relabelled(&paged, document))
    }
}

/// Part of the identifier of every file; the rest comes from its content.
const IDENT: &str = "qinglan-document";

/// The messages of the typesetter in one line.
fn describe(diagnostics: &[SourceDiagnostic]) -> String {
    let messages = diagnostics.iter().map(|diagnostic| {
        let kind = if diagnostic.severity == Severity::Error { "" } else { "warning: " };
        let hints = diagnostic.hints.iter().map(|hint| hint.v.as_str()).collect::<Vec<_>>().join(", ");
        if hints.is_empty() {
            format!("{kind}{}", diagnostic.message)
        } else {
            format!("{kind}{} ({hints})", diagnostic.message)
        }
    });
    messages.collect::<Vec<_>>().join("; ")
}

/// The pages, with the region of their texts corrected.
///
/// The template sets Chinese as that of the region TW: there the typesetter leaves each punctuation mark its full width, on
/// which 28 characters in a line depend, while for CN it squeezes them at the ends of lines and beside each other. The file
/// has to say CN.
fn relabelled(typeset: &PagedDocument, document: &Document) -> PagedDocument {
    let mut pages: EcoVec<Page> = typeset.pages().iter().cloned().collect();
    let mut info = typeset.info().clone();
    if document.lang == Lang::ZhCn {
        let region = Region::from_str("CN").ok();
        pages.make_mut().iter_mut().for_each(|page| mark_region(&mut page.frame, region));
        info.locale = Smart::Custom(Locale::new(TextLang::CHINESE, region));
    }
    PagedDocument::new(pages, info)
}

fn mark_region(frame: &mut Frame, region: Option<Region>) {
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => mark_region(&mut group.frame, region),
            FrameItem::Text(text) => text.region = region,
            _ => {}
        }
        true
    });
}

/// A last check: a glyph 0 in the finished pages is a box, whatever the tables of the faces promised.
fn refuse_boxes(frame: &Frame) -> Result<(), DocumentError> {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => refuse_boxes(&group.frame)?,
            FrameItem::Text(text) => {
                let boxes = text.glyphs.iter().filter(|glyph| glyph.id == 0);
                let chars: Vec<char> = boxes.filter_map(|glyph| text.text[glyph.range()].chars().next()).collect();
                if !chars.is_empty() {
                    return Err(DocumentError::MissingGlyph { chars, near: text.text.to_string() });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
