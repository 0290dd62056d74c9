//! Texts in sections: each is an HTML fragment generated here from a few elements and escaped text, and contains nothing else.

mod docx;
mod epub;
mod markdown;
mod plain;
mod xml;

use std::io::Read;

use crate::{Media, archive, stop::Stop};

/// Number of characters after which a section ends at the next paragraph, so that a phone loads a long chapter in pieces.
const LONG: usize = 6000;
/// The longest title of a chapter that is stored, in characters.
pub const LONGEST_TITLE: usize = 200;
/// Bytes of all sections of a text: a novel has two million.
pub const MOST_TEXT: usize = 20 * 1024 * 1024;
/// Sections of a text.
pub const MOST_SECTIONS: usize = 10_000;
/// Bytes that the parts of an archive which are read may unpack to, all of them together.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
/// Bytes of a part that only says where things are or what they look like.
const MOST_LISTED: u64 = 8 * 1024 * 1024;
/// Elements that may stand in each other.
const MOST_DEPTH: usize = 200;

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
    /// It unpacks to more than is read, makes a longer text than is kept, or is put together in a way that no program does.
    #[error("the text is too large")]
    TooLarge,
    /// Reading was told to stop.
    #[error("reading the text was stopped")]
    Stopped,
    /// There is no word in it.
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

/// The sections of a text; none of what is shown otherwise, such as PDF.
pub fn sections(bytes: &[u8], media: Media, stop: Stop<'_>) -> Result<Vec<Section>, TextError> {
    let sections = match media {
        Media::Text => {
            let text = decoded(bytes);
            let marked = text.lines().any(|line| line.starts_with('#'));
            if marked { markdown::sections(&text, stop)? } else { plain::sections(&text, stop)? }
        }
        Media::Docx => docx::sections(bytes, stop)?,
        Media::Epub => epub::sections(bytes, stop)?,
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

/// Gives up where nobody waits for the text any more.
fn go_on(stop: Stop<'_>) -> Result<(), TextError> {
    if stop() { Err(TextError::Stopped) } else { Ok(()) }
}

/// An archive, and what more may be unpacked of it: however often a part is asked for, it counts each time.
struct Parts<'b> {
    archive: archive::Archive<'b>,
    left: u64,
}

impl<'b> Parts<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, TextError> {
        Ok(Self { archive: archive::open(bytes)?, left: MOST_UNPACKED })
    }

    /// A part as text, of at most so many bytes; none where there is no such part.
    fn text(&mut self, name: &str, most: u64) -> Result<Option<String>, TextError> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(fault) => return Err(fault.into()),
        };
        let most = most.min(self.left);
        let mut text = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut text);
        read.map_err(|fault| TextError::Unreadable(fault.to_string()))?;
        if text.len() as u64 > most {
            return Err(TextError::TooLarge);
        }
        self.left -= text.len() as u64;
        // What is UTF-8 already is not copied.
        Ok(Some(match String::from_utf8(text) {
            Ok(text) => text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text),
            Err(other) => decoded(other.as_bytes()),
        }))
    }
}

/// Escapes text for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Puts blocks together into sections, as long as there is room for them.
#[derive(Debug, Default)]
struct Writer {
    done: Vec<Section>,
    now: Section,
    letters: usize,
    /// Bytes of all sections.
    text: usize,
}

impl Writer {
    /// A heading; those of the first two levels begin a chapter.
    fn heading(&mut self, level: usize, text: &str) -> Result<(), TextError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Ok(());
        }
        if level <= 2 {
            self.end()?;
            self.now.title = Some(text.chars().take(LONGEST_TITLE).collect());
        }
        // The page's own title is already `h1`.
        let element = (level + 1).clamp(2, 5);
        self.add(&format!("<h{element}>{}</h{element}>", escaped(&text)))
    }

    /// A block that is markup already, with the number of its letters.
    fn block(&mut self, html: &str, letters: usize) -> Result<(), TextError> {
        if self.letters > 0 && self.letters + letters > LONG {
            self.end()?;
        }
        self.add(html)?;
        self.letters += letters;
        Ok(())
    }

    /// A paragraph of plain words.
    fn paragraph(&mut self, text: &str) -> Result<(), TextError> {
        let text = text.trim_matches(|letter: char| letter.is_whitespace());
        if text.is_empty() {
            return Ok(());
        }
        let html = escaped(text).replace('\n', "<br>");
        self.block(&format!("<p>{html}</p>"), text.chars().count())
    }

    fn add(&mut self, html: &str) -> Result<(), TextError> {
        self.text += html.len() + 1;
        if self.text > MOST_TEXT {
            return Err(TextError::TooLarge);
        }
        self.now.html.push_str(html);
        self.now.html.push('\n');
        Ok(())
    }

    fn end(&mut self) -> Result<(), TextError> {
        let section = std::mem::take(&mut self.now);
        self.letters = 0;
        if !section.html.is_empty() {
            self.done.push(section);
        }
        if self.done.len() > MOST_SECTIONS { Err(TextError::TooLarge) } else { Ok(()) }
    }

    fn sections(mut self) -> Result<Vec<Section>, TextError> {
        self.end()?;
        Ok(self.done)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::io::{Cursor, Write};

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
        let sections = sections(text.as_bytes(), Media::Text, &|| false).unwrap();
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
        let sections = sections(&text, Media::Text, &|| false).unwrap();
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
        let sections = sections(&docx, Media::Docx, &|| false).unwrap();
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
        let sections = sections(&epub, Media::Epub, &|| false).unwrap();
        assert_eq!(titles(&sections), ["第一 章", "第二章"]);
        let html: String = sections.iter().map(|section| section.html.as_str()).collect();
        assert!(html.contains("<p>甲<em>乙</em></p>") && html.contains("<li>丙</li>"), "{html}");
        assert!(!html.contains("bad") && !html.contains("onclick") && !html.contains("http") && !html.contains("p{}"));
    }

    #[test]
    fn what_holds_no_text_is_told() {
        assert!(matches!(sections(b" \n", Media::Text, &|| false), Err(TextError::Empty)));
        assert!(sections(b"PK\x03\x04", Media::Docx, &|| false).is_err());
        assert!(sections(&archive(&[("word/document.xml", "<w:document><w:p>")]), Media::Docx, &|| false).is_err());
    }

    /// A book whose spine names files by their numbers.
    fn book(spine: &[usize], files: &[String]) -> Vec<u8> {
        let items: String = (0..files.len()).map(|at| format!("<item id='i{at}' href='{at}.xhtml'/>")).collect();
        let spine: String = spine.iter().map(|at| format!("<itemref idref='i{at}'/>")).collect();
        let package = format!("<package><manifest>{items}</manifest><spine>{spine}</spine></package>");
        let names: Vec<String> = (0..files.len()).map(|at| format!("{at}.xhtml")).collect();
        let container = "<container><rootfiles><rootfile full-path='b.opf'/></rootfiles></container>";
        let mut entries = vec![("META-INF/container.xml", container), ("b.opf", &package)];
        entries.extend(names.iter().map(String::as_str).zip(files.iter().map(String::as_str)));
        archive(&entries)
    }

    fn paragraphs(count: usize, length: usize) -> String {
        format!("<html><body>{}</body></html>", format!("<p>{}</p>", "a".repeat(length)).repeat(count))
    }

    #[test]
    fn a_file_that_the_spine_names_many_times_stands_once_in_the_text() {
        let file = paragraphs(800, 1000);
        let book = book(&[0; 400], std::slice::from_ref(&file));
        assert!(book.len() < 16_000, "{}", book.len());
        let sections = sections(&book, Media::Epub, &|| false).unwrap();
        assert!(sections.iter().map(|section| section.html.len()).sum::<usize>() < 2 * file.len());
    }

    #[test]
    fn a_text_that_unpacks_to_more_than_is_kept_is_refused() {
        let refused = |bytes: &[u8], media| matches!(sections(bytes, media, &|| false), Err(TextError::TooLarge));
        // Many files of a book, each of them within the bounds.
        let file = paragraphs(3_000, 1000);
        assert!(refused(&book(&[0, 1, 2, 3, 4, 5, 6, 7, 8], &vec![file; 9]), Media::Epub));
        // Parts that hold no text at all, but are unpacked.
        let blank = format!("<html><head>{}</head></html>", " ".repeat(9 << 20));
        assert!(refused(&book(&[0, 1, 2, 3, 4, 5, 6, 7], &vec![blank; 8]), Media::Epub));
        // Words that grow as they are written: one byte becomes five.
        let document = format!("<w:document><w:p><w:t><![CDATA[{}]]></w:t></w:p></w:document>", "&".repeat(5 << 20));
        assert!(refused(&archive(&[("word/document.xml", &document)]), Media::Docx));
        let styles = "<w:styles>".to_owned() + &" ".repeat(9 << 20) + "</w:styles>";
        assert!(refused(&archive(&[("word/styles.xml", &styles), ("word/document.xml", "<w/>")]), Media::Docx));
        // More sections than anybody leafs through.
        assert!(refused("# a\n".repeat(MOST_SECTIONS + 2).as_bytes(), Media::Text));
        // What the parser of Markdown would hold sixty bytes for each of.
        assert!(refused(format!("# a\n{}", "*".repeat(2_000_000)).as_bytes(), Media::Text));
        assert!(refused(format!("# a\n{}b", ">".repeat(5_000)).as_bytes(), Media::Text));
    }

    #[test]
    fn a_document_that_is_nested_without_end_is_refused() {
        for nested in ["<div>".repeat(1000), "<blockquote>".repeat(1000)] {
            let book = book(&[0], &[format!("<html><body>{nested}a")]);
            assert!(matches!(sections(&book, Media::Epub, &|| false), Err(TextError::TooLarge)));
        }
        // Entities that stand for each other are not replaced, so that they can't grow.
        let lol = "<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;'>]><html><body><p>x&b;</p></body></html>";
        let sections = sections(&book(&[0], &[lol.to_owned()]), Media::Epub, &|| false).unwrap();
        assert_eq!(sections[0].html, "<p>x</p>\n");
    }

    #[test]
    fn many_blocks_in_one_are_copied_once() {
        // Where each block copies all before it, this is a matter of minutes, from a book of three kilobytes.
        let file = format!("<html><body><blockquote>{}</blockquote></body></html>", "<p>a</p>".repeat(200_000));
        let read = sections(&book(&[0], &[file]), Media::Epub, &|| false).unwrap();
        assert_eq!(read[0].html.matches("<p>a</p>").count(), 200_000);
    }

    #[test]
    fn an_archive_of_very_many_parts_is_not_opened() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..10_001 {
            zip.start_file(format!("{number}"), zip::write::SimpleFileOptions::default()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(crate::archive::open(&bytes).is_err() && crate::of_archive(&bytes).is_none());
    }

    #[test]
    fn nobody_waits_for_a_text_that_was_given_up() {
        let book = book(&[0], &[paragraphs(10, 10)]);
        let document = archive(&[("word/document.xml", "<w:document><w:p/></w:document>")]);
        let cases: [(&[u8], Media); 4] =
            [(&book, Media::Epub), (&document, Media::Docx), (b"a\n", Media::Text), (b"# a\n", Media::Text)];
        for (bytes, media) in cases {
            assert!(matches!(sections(bytes, media, &|| true), Err(TextError::Stopped)), "{media:?}");
        }
    }
}
