//! Texts in sections: each is an HTML fragment generated here from a few elements and escaped text, and contains nothing else.

mod docx;
mod epub;
mod markdown;
mod plain;
mod xml;

use std::io::{Cursor, Read};

use crate::Media;

/// Number of characters after which a section ends at the next paragraph, so that a phone loads a long chapter in pieces.
const LONG: usize = 6000;
/// The longest title of a chapter that is stored, in characters.
pub const LONGEST_TITLE: usize = 200;
/// The most bytes that one part of an archive may unpack to.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;

/// A piece of a text. Those with a title begin a chapter, those without continue the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The chapter's title.
    pub title: Option<String>,
    /// Paragraphs, headings, lists and tables.
    pub html: String,
}

/// A text that can't be shown.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// It is not the kind of file that it should be.
    #[error("the text can't be read: {0}")]
    Unreadable(String),
    /// It unpacks to more than the limit.
    #[error("the text is too large")]
    TooLarge,
    /// It contains no text.
    #[error("there is no text")]
    Empty,
}

impl From<quick_xml::Error> for TextError {
    fn from(error: quick_xml::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<zip::result::ZipError> for TextError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// The sections of a text; empty for kinds that are not shown as text, such as PDF.
pub fn sections(bytes: &[u8], media: Media) -> Result<Vec<Section>, TextError> {
    let sections = match media {
        Media::Text => {
            let text = decoded(bytes);
            let marked = text.lines().any(|line| line.starts_with('#'));
            if marked { markdown::sections(&text) } else { plain::sections(&text) }
        }
        Media::Docx => docx::sections(bytes)?,
        Media::Epub => epub::sections(bytes)?,
        _ => return Ok(Vec::new()),
    };
    if sections.is_empty() { Err(TextError::Empty) } else { Ok(sections) }
}

/// Decodes UTF-8, or the encoding of older Chinese files.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

type Archive<'b> = zip::ZipArchive<Cursor<&'b [u8]>>;

/// An entry of an archive as text; `None` if there is no such entry.
fn entry(archive: &mut Archive<'_>, name: &str) -> Result<Option<String>, TextError> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(fault) => return Err(fault.into()),
    };
    let mut text = Vec::new();
    let read = file.take(MOST_UNPACKED + 1).read_to_end(&mut text);
    read.map_err(|fault| TextError::Unreadable(fault.to_string()))?;
    if text.len() as u64 > MOST_UNPACKED {
        return Err(TextError::TooLarge);
    }
    Ok(Some(decoded(&text)))
}

/// Escapes text for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Collects blocks into sections.
#[derive(Debug, Default)]
struct Writer {
    done: Vec<Section>,
    now: Section,
    letters: usize,
}

impl Writer {
    /// Adds a heading; those of the first two levels begin a chapter.
    fn heading(&mut self, level: usize, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        if level <= 2 {
            self.end();
            self.now.title = Some(text.chars().take(LONGEST_TITLE).collect());
        }
        // The page's own title is already `h1`.
        let element = (level + 1).clamp(2, 5);
        self.now.html.push_str(&format!("<h{element}>{}</h{element}>\n", escaped(&text)));
    }

    /// Adds a block that is HTML already, with the number of its characters.
    fn block(&mut self, html: &str, letters: usize) {
        if self.letters > 0 && self.letters + letters > LONG {
            self.end();
        }
        self.now.html.push_str(html);
        self.now.html.push('\n');
        self.letters += letters;
    }

    /// Adds a paragraph of plain text.
    fn paragraph(&mut self, text: &str) {
        let text = text.trim_matches(|letter: char| letter.is_whitespace());
        if !text.is_empty() {
            let html = escaped(text).replace('\n', "<br>");
            self.block(&format!("<p>{html}</p>"), text.chars().count());
        }
    }

    fn end(&mut self) {
        let section = std::mem::take(&mut self.now);
        self.letters = 0;
        if !section.html.is_empty() {
            self.done.push(section);
        }
    }

    fn sections(mut self) -> Vec<Section> {
        self.end();
        self.done
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::io::Write;

    use super::*;

    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn titles(sections: &[Section]) -> Vec<&str> {
        sections.iter().filter_map(|section| section.title.as_deref()).collect()
    }

    #[test]
    fn markdown_becomes_chapters_without_foreign_markup() {
        let text = "# 总则\n\n第一段**要点**，<script>alert(1)</script>\n\n- 一\n- 二\n\n## 第一章 学习\n\n\
             [链接](javascript:alert(1))\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n<img src=x onerror=alert(1)>\n";
        let sections = sections(text.as_bytes(), Media::Text).unwrap();
        assert_eq!(titles(&sections), ["总则", "第一章 学习"]);
        let html: String = sections.iter().map(|section| section.html.as_str()).collect();
        assert!(html.contains("<strong>要点</strong>") && html.contains("<li>一</li>") && html.contains("<td>2</td>"));
        for foreign in ["<script", "<img", "<a", "href", "javascript:"] {
            assert!(!html.contains(foreign), "{foreign} in {html}");
        }
    }

    #[test]
    fn a_law_without_markup_is_cut_at_its_chapters() {
        let mut law =
            "中华人民共和国某法\n\n第一章 总则\n　　第一条 为了规范<某事>，制定本法。\n第二章　附则\n".to_owned();
        for number in 0..400 {
            law.push_str(&format!("第{number}条 {}\n", "一".repeat(60)));
        }
        let (text, _, _) = encoding_rs::GB18030.encode(&law);
        let sections = sections(&text, Media::Text).unwrap();
        assert_eq!(titles(&sections), ["第一章 总则", "第二章 附则"]);
        assert!(sections.len() > 4, "a long chapter is cut: {}", sections.len());
        assert!(sections.iter().all(|section| section.html.chars().count() < 2 * LONG));
        assert!(sections[1].html.contains("<p>第一条 为了规范&lt;某事&gt;，制定本法。</p>"), "{}", sections[1].html);
    }

    #[test]
    fn a_word_document_is_cut_at_its_headings() {
        let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>"#;
        let document = r#"<w:document xmlns:w="w"><w:body>
            <w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>讲话</w:t></w:r></w:p>
            <w:p><w:r><w:t>同志们：</w:t></w:r><w:r><w:t xml:space="preserve"> A &amp; B</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>
            <w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>结语</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            </w:body></w:document>"#;
        let docx = archive(&[("word/styles.xml", styles), ("word/document.xml", document)]);
        let sections = sections(&docx, Media::Docx).unwrap();
        assert_eq!(titles(&sections), ["讲话", "结语"]);
        assert!(sections[0].html.contains("<p>同志们： A &amp; B</p>"), "{}", sections[0].html);
        assert!(sections[1].html.contains("<p>格</p>") && !sections[0].html.contains("删去"));
    }

    #[test]
    fn a_book_is_read_along_its_spine() {
        let container = r#"<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"#;
        let book = r#"<package><manifest><item id="b" href="b.xhtml"/><item id="a" href="t/a%20a.xhtml"/></manifest>
            <spine><itemref idref="a"/><itemref idref="b"/></spine></package>"#;
        let a = "<html><head><title>x</title><style>p{}</style></head><body><h1>第一&nbsp;章</h1><p>甲<em>乙</em>\n<script>bad()</script></p></body></html>";
        let b =
            "<html><body><h2>第二章</h2><ul><li>丙</li></ul><p onclick='x'>丁<img src='http://x'/></p></body></html>";
        let epub = archive(&[
            ("META-INF/container.xml", container),
            ("OEBPS/book.opf", book),
            ("OEBPS/t/a a.xhtml", a),
            ("OEBPS/b.xhtml", b),
        ]);
        let sections = sections(&epub, Media::Epub).unwrap();
        assert_eq!(titles(&sections), ["第一 章", "第二章"]);
        let html: String = sections.iter().map(|section| section.html.as_str()).collect();
        assert!(html.contains("<p>甲<em>乙</em></p>") && html.contains("<li>丙</li>"), "{html}");
        assert!(!html.contains("bad") && !html.contains("onclick") && !html.contains("http") && !html.contains("p{}"));
    }

    #[test]
    fn a_file_without_text_is_an_error() {
        assert!(matches!(sections(b" \n", Media::Text), Err(TextError::Empty)));
        assert!(sections(b"PK\x03\x04", Media::Docx).is_err());
        assert!(sections(&archive(&[("word/document.xml", "<w:document><w:p>")]), Media::Docx).is_err());
    }
}
