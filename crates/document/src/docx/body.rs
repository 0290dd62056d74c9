//! The body of a DOCX: paragraphs, runs, tables and the section properties at its end.

use std::fmt::Write as _;

use super::parts::{HEAD, R, W, link_id};
use crate::flow::{self, Piece};
use crate::markup::Markup;
use crate::model::{Align, Document, Inline, Table};

/// The width of the type area, in twentieths of a point.
const WIDTH: f64 = 8845.0;
/// One character of the body with its spacing, in twentieths of a point.
const CHAR: f64 = 315.0;
/// The pitch of the lines, in twentieths of a point.
const PITCH: u32 = 579;

/// The page: A4, margins 37, 26, 35 and 28 mm, 22 lines. The distance of the footer from the page edge is 35 mm less 7 mm
/// less its own 14 pt.
const SECTION: &str = concat!(
    r#"<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>"#,
    r#"<w:pgSz w:w="11906" w:h="16838"/>"#,
    r#"<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1307" w:gutter="0"/>"#,
    r#"<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>"#
);

/// The formatting of a run where it differs from its paragraph.
#[derive(Clone, Copy, Default)]
struct Look<'a> {
    /// The id of a character style; empty if it has none.
    style: &'a str,
    bold: bool,
    /// The size of the letters in half points, if it isn't the style's.
    size: Option<u8>,
}

/// A run formatted like its paragraph.
const PLAIN: Look<'static> = Look { style: "", bold: false, size: None };

/// Keeps a paragraph, or the end of it, on the page of the one that follows.
const KEEP: &str = "<w:keepNext/>";

/// The main part, and the addresses that it links to.
pub(super) fn body(document: &Document) -> (String, Vec<String>) {
    let mut writer = Body { out: Markup::new(HEAD), links: Vec::new(), after_table: false };
    writer.out.open("w:document", &[("xmlns:w", W), ("xmlns:r", R)]).raw("<w:body>");
    writer.head(document);
    let mut pieces = flow::pieces(document).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let signed = document.signature.is_some() && matches!(pieces.peek(), Some(Piece::Closing));
        writer.piece(document, &piece, if signed { KEEP } else { "" });
    }
    writer.imprint(document);
    if writer.after_table {
        writer.paragraph("Normal", "", |_| ());
    }
    writer.out.raw(SECTION).raw("</w:body></w:document>");
    (writer.out.finish(), writer.links)
}

struct Body {
    out: Markup,
    links: Vec<String>,
    /// Whether a table was written last: two tables without a paragraph between them would become one.
    after_table: bool,
}

impl Body {
    fn head(&mut self, document: &Document) {
        if let Some(red) = &document.options.red_head {
            self.line("RedHead", "", &red.agency);
            self.blank();
            self.line("DocumentNumber", "", red.number.as_deref().unwrap_or_default());
            self.blank();
        }
        let title = flow::title(document);
        for line in &title {
            self.line("Title", "", line);
        }
        if !title.is_empty() {
            self.blank();
        }
        if let Some(addressee) = flow::addressee(document) {
            self.line("Salutation", "", &addressee);
        }
    }

    /// Writes a piece; `keep` goes to the properties of its paragraph.
    fn piece(&mut self, document: &Document, piece: &Piece<'_>, keep: &str) {
        match piece {
            Piece::Heading { level, mark, content } => self.paragraph(&format!("Heading{level}"), "", |body| {
                body.run(mark, PLAIN);
                body.inlines(content, PLAIN);
            }),
            Piece::RunIn { level, mark, content, stop, body: text } => self.paragraph("BodyText", keep, |body| {
                let style = format!("Heading{level}Char");
                let look = Look { style: &style, ..PLAIN };
                body.run(mark, look);
                body.inlines(content, look);
                body.run(stop, look);
                body.inlines(text, PLAIN);
            }),
            Piece::Paragraph(content) => self.paragraph("BodyText", keep, |body| body.inlines(content, PLAIN)),
            Piece::Note(content) => self.paragraph("Note", keep, |body| body.inlines(content, PLAIN)),
            Piece::Table(table) => self.table(table),
            Piece::PageBreak => self.paragraph("Normal", r#"<w:spacing w:line="20" w:lineRule="exact"/>"#, |body| {
                body.out.raw(r#"<w:r><w:br w:type="page"/></w:r>"#);
            }),
            Piece::Closing => self.closing(document),
            Piece::Attachment { mark, title } => self.attachment(mark, title),
        }
    }

    fn attachment(&mut self, mark: &str, title: &[String]) {
        self.line("AttachmentMark", "", mark);
        if title.is_empty() {
            return;
        }
        self.blank();
        // One paragraph for all lines of the title, so that the file's outline lists it once.
        self.paragraph("AttachmentTitle", "", |body| {
            for (index, line) in title.iter().enumerate() {
                body.out.raw(if index > 0 { "<w:r><w:br/></w:r>" } else { "" });
                body.run(line, PLAIN);
            }
        });
        self.blank();
    }

    /// Writes the attachment note and the signature, kept together on one page.
    fn closing(&mut self, document: &Document) {
        let place = flow::signature(document);
        let keep = if place.is_some() { KEEP } else { "" };
        if let Some((lead, names)) = flow::attachments(document) {
            self.paragraph("Normal", keep, |_| ());
            let indent = 2.0 + flow::chars_wide(lead);
            for (index, (number, name)) in names.iter().enumerate() {
                let lead = if index == 0 { lead } else { "" };
                // The names begin at the same place in each line: their indent is the width of the lead and the number
                // together.
                let (lead_width, number_width) =
                    (flow::chars_wide(lead), number.chars().map(|c| if c == '.' { 0.25 } else { 0.5 }).sum::<f64>());
                let (left, hanging) = (twips(indent + number_width), twips(lead_width + number_width));
                self.line(
                    "Attachment",
                    &format!(r#"{keep}<w:ind w:left="{left}" w:hanging="{hanging}"/>"#),
                    &format!("{lead}{number}{name}"),
                );
            }
        }
        if let Some(place) = place {
            self.paragraph("Normal", KEEP, |_| ());
            let right =
                |chars: f64| format!(r#"<w:ind w:rightChars="{:.0}" w:right="{}"/>"#, chars * 100.0, twips(chars));
            self.line("Signature", &format!("{KEEP}{}", right(place.agency_right)), &place.agency);
            self.line("Signature", &right(place.date_right), &place.date);
        }
    }

    /// Writes a paragraph of plain text.
    fn line(&mut self, style: &str, properties: &str, text: &str) {
        self.paragraph(style, properties, |body| body.run(text, PLAIN));
    }

    fn blank(&mut self) {
        self.paragraph("Normal", "", |_| ());
    }

    /// Writes a paragraph; `properties` follow its style in the order of the schema.
    fn paragraph(&mut self, style: &str, properties: &str, content: impl FnOnce(&mut Self)) {
        self.after_table = false;
        self.out.raw("<w:p><w:pPr>").empty("w:pStyle", &[("w:val", style)]).raw(properties).raw("</w:pPr>");
        content(self);
        self.out.raw("</w:p>");
    }

    fn run(&mut self, text: &str, look: Look<'_>) {
        if text.is_empty() {
            return;
        }
        self.out.raw("<w:r>");
        if !look.style.is_empty() || look.bold || look.size.is_some() {
            self.out.raw("<w:rPr>");
            if !look.style.is_empty() {
                self.out.empty("w:rStyle", &[("w:val", look.style)]);
            }
            self.out.raw(if look.bold { "<w:b/><w:bCs/>" } else { "" });
            if let Some(size) = look.size {
                self.out.raw(&format!(r#"<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>"#));
            }
            self.out.raw("</w:rPr>");
        }
        self.out.leaf("w:t", &[("xml:space", "preserve")], text).raw("</w:r>");
    }

    fn inlines(&mut self, inlines: &[Inline], look: Look<'_>) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.run(text, look),
                Inline::Bold(text) => self.run(text, Look { bold: true, ..look }),
                Inline::Figure { text, href, title, .. } => match flow::absolute(href.as_deref()) {
                    Some(href) => self.link(href, title.as_deref(), text, look),
                    None => self.run(text, look),
                },
            }
        }
    }

    fn link(&mut self, href: &str, title: Option<&str>, text: &str, look: Look<'_>) {
        let index = self.links.iter().position(|known| known == href).unwrap_or_else(|| {
            self.links.push(href.to_owned());
            self.links.len() - 1
        });
        let id = link_id(index);
        let mut attributes = vec![("r:id", id.as_str())];
        attributes.extend(title.map(|title| ("w:tooltip", title)));
        attributes.push(("w:history", "1"));
        self.out.open("w:hyperlink", &attributes);
        self.run(text, if look.style.is_empty() { Look { style: "Figure", ..look } } else { look });
        self.out.raw("</w:hyperlink>");
    }

    fn table(&mut self, table: &Table) {
        if self.after_table {
            self.blank();
        }
        if let Some(caption) = &table.caption {
            self.paragraph("Caption", "", |body| body.inlines(caption, PLAIN));
        }
        let widths = whole_widths(&flow::shares(table));
        if widths.is_empty() {
            return;
        }
        let total: u32 = widths.iter().sum();
        let mut opening = format!(
            r#"<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="45" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>"#
        );
        for width in &widths {
            let _ = write!(opening, r#"<w:gridCol w:w="{width}"/>"#);
        }
        self.out.raw(&opening).raw("</w:tblGrid>");
        if !table.head.is_empty() {
            self.row(table, &widths, &table.head, true);
        }
        for row in &table.rows {
            self.row(table, &widths, row, false);
        }
        self.out.raw("</w:tbl>");
        self.after_table = true;
    }

    fn row(&mut self, table: &Table, widths: &[u32], cells: &[Vec<Inline>], head: bool) {
        self.out.raw("<w:tr><w:trPr><w:cantSplit/>");
        if head {
            // The heading row gets its height from its paragraphs: with a fixed height LibreOffice loses the rows after a
            // heading row that just fits on a page by itself.
            self.out.raw("<w:tblHeader/></w:trPr>");
        } else if table.dense {
            self.out.raw("</w:trPr>");
        } else {
            self.out.raw(&format!(r#"<w:trHeight w:val="{PITCH}" w:hRule="atLeast"/></w:trPr>"#));
        }
        for (column, width) in widths.iter().enumerate() {
            self.out.raw(&format!(
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>"#
            ));
            let (style, properties) = match (head, table.align.get(column)) {
                (true, _) => ("TableHead", ""),
                (false, Some(Align::Center)) => ("TableText", r#"<w:jc w:val="center"/>"#),
                (false, Some(Align::Right)) => ("TableText", r#"<w:jc w:val="right"/>"#),
                (false, _) => ("TableText", ""),
            };
            let size = match table {
                table if table.dense => Some(18),
                _ if widths.len() > flow::WIDE_TABLE => Some(21),
                _ => None,
            };
            let look = Look { size, ..PLAIN };
            let cell = cells.get(column).map_or(&[][..], Vec::as_slice);
            self.paragraph(style, properties, |body| body.inlines(cell, look));
            self.out.raw("</w:tc>");
        }
        self.out.raw("</w:tr>");
    }

    /// Writes the imprint, as a table at the bottom of the type area. Word places it there; `LibreOffice` lets it follow
    /// the text.
    fn imprint(&mut self, document: &Document) {
        const MARGIN: u32 = 280;
        let Some(imprint) = flow::imprint(document) else { return };
        let width = whole(WIDTH);
        self.out.raw(&format!(
            r#"<w:tbl><w:tblPr><w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="left" w:tblpYSpec="bottom"/><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="auto"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="auto"/><w:insideH w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>"#
        ));
        let tabs = format!(r#"<w:tabs><w:tab w:val="right" w:pos="{}"/></w:tabs>"#, width - MARGIN);
        let copies = imprint.copies.iter().map(|copies| (copies, None));
        for (text, date) in copies.chain([(&imprint.issuer, Some(&imprint.issued))]) {
            self.out.raw(&format!(
                r#"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>"#
            ));
            self.paragraph("Imprint", &tabs, |body| {
                body.run(text, PLAIN);
                if let Some(date) = date {
                    body.out.raw("<w:r><w:tab/></w:r>");
                    body.run(date, PLAIN);
                }
            });
            self.out.raw("</w:tc></w:tr>");
        }
        self.out.raw("</w:tbl>");
        // A body must not end with a table, so a paragraph of no height follows.
        self.paragraph("Normal", r#"<w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/>"#, |_| ());
    }
}

/// Converts a number of body characters to twentieths of a point.
fn twips(chars: f64) -> u32 {
    whole(chars * CHAR)
}

/// The widths of columns in twentieths of a point; together they fill the type area.
fn whole_widths(shares: &[f64]) -> Vec<u32> {
    let mut sum = 0.0;
    let mut done = 0;
    let widths = shares.iter().map(|share| {
        sum += share * WIDTH;
        let width = whole(sum) - done;
        done += width;
        width
    });
    widths.collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths on a page are small and not negative"
)]
fn whole(length: f64) -> u32 {
    length.round().max(0.0) as u32
}
