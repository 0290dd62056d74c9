//! The required contents of a DOCX, read back from its bytes.

use std::io::{Cursor, Read};

use super::*;
use crate::model::{Block, Date, FigureState, Imprint, Inline, Options, Signature, Table};

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    zip.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    text
}

fn body_of(document: &Document) -> String {
    part(&docx(document).expect("docx"), "word/document.xml")
}

fn sample() -> Document {
    let figure = |href: &str| Inline::Figure {
        id: "a".into(),
        text: "41".into(),
        href: Some(href.into()),
        title: Some("场次".into()),
        state: FigureState::Plain,
    };
    Document {
        title: "汇报 & <总结>".into(),
        addressee: Some("市妇联".into()),
        blocks: vec![
            Block::Heading { level: 1, run_in: false, content: vec!["学习".into()] },
            Block::Heading { level: 2, run_in: true, content: vec!["集中".into()] },
            Block::Paragraph(vec![
                "举办".into(),
                figure("https://a.cn/1?x=1&y=2"),
                figure("/relative"),
                Inline::Bold("场".into()),
            ]),
            Block::Table(Table {
                head: vec![vec!["甲".into()]],
                rows: vec![vec![vec!["1".into()]]],
                ..Table::default()
            }),
            Block::Table(Table { rows: vec![vec![vec!["2".into()]]], ..Table::default() }),
            Block::Note(vec!["注".into()]),
            Block::PageBreak,
        ],
        attachments: vec!["名册".into(), "台账".into()],
        signature: Some(Signature { agency: "双山街道妇联".into(), date: Date::new(2026, 5, 4), sealed: false }),
        ..Document::default()
    }
}

#[test]
fn every_part_is_well_formed() {
    let bytes = docx(&sample()).expect("docx");
    let zip = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a zip");
    let names: Vec<String> = zip.file_names().map(ToOwned::to_owned).collect();
    assert_eq!(names.len(), 11);
    for name in names {
        let text = part(&bytes, &name);
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        let mut depth = 0_i32;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "{name}");
    }
}

#[test]
fn equal_documents_give_equal_bytes() {
    assert_eq!(docx(&sample()).expect("docx"), docx(&sample()).expect("docx"));
}

#[test]
fn texts_are_escaped() {
    assert!(body_of(&sample()).contains("汇报 &amp; &lt;总结&gt;"));
}

#[test]
fn only_absolute_addresses_become_links() {
    let bytes = docx(&sample()).expect("docx");
    let body = part(&bytes, "word/document.xml");
    assert_eq!(body.matches("<w:hyperlink").count(), 1);
    assert!(part(&bytes, "word/_rels/document.xml.rels").contains(r#"Target="https://a.cn/1?x=1&amp;y=2""#));
}

#[test]
fn a_run_in_heading_is_part_of_its_paragraph() {
    let body = body_of(&sample());
    let at = body.find("Heading2Char").expect("the heading's style");
    let end = body[at..].find("</w:p>").expect("the end of its paragraph") + at;
    assert!(body[at..end].contains("。") && body[at..end].contains("举办"));
}

#[test]
fn a_table_repeats_its_head_and_splits_no_row() {
    let body = body_of(&sample());
    assert_eq!(body.matches("<w:tblHeader/>").count(), 1);
    assert_eq!(body.matches("<w:cantSplit/>").count(), 3);
    assert!(!body.contains("</w:tbl><w:tbl>"), "two tables must not touch");
}

fn with_attachments() -> Document {
    let mut document = sample();
    document.blocks.pop();
    for title in ["学习小组名册", "活动台账"] {
        document.blocks.extend([
            Block::Attachment { title: title.into() },
            Block::Heading { level: 1, run_in: false, content: vec![format!("{title}说明").into()] },
        ]);
    }
    document
}

#[test]
fn attachments_follow_the_signature_on_pages_of_their_own() {
    let bytes = docx(&with_attachments()).expect("docx");
    let body = part(&bytes, "word/document.xml");
    let mut rest = body.as_str();
    for wanted in [
        ">一、<",
        ">附件：1.名册<",
        ">双山街道妇联<",
        ">2026年5月4日<",
        r#"<w:pStyle w:val="AttachmentMark"/>"#,
        ">附件1<",
        r#"<w:pStyle w:val="AttachmentTitle"/>"#,
        ">学习小组名册<",
        ">一、<",
        ">学习小组名册说明<",
        ">附件2<",
        ">活动台账<",
        ">一、<",
        ">活动台账说明<",
    ] {
        let at = rest.find(wanted).unwrap_or_else(|| panic!("{wanted} in its place in {body}"));
        rest = &rest[at + wanted.len()..];
    }
    assert_eq!(body.matches(r#"<w:pStyle w:val="Signature"/>"#).count(), 2);
    let styles = part(&bytes, "word/styles.xml");
    let at = styles.find(r#"w:styleId="AttachmentMark""#).expect("the style of the mark");
    let style = &styles[at..at + styles[at..].find("</w:style>").expect("its end")];
    assert!(style.contains("<w:pageBreakBefore/>") && style.contains(r#"w:eastAsia="黑体""#), "{style}");
}

#[test]
fn the_last_paragraph_is_kept_with_the_signature() {
    // The note of the sample, two blank lines, two names of attachments, the agency.
    assert_eq!(body_of(&with_attachments()).matches("<w:keepNext/>").count(), 6);
    assert_eq!(body_of(&Document { signature: None, ..with_attachments() }).matches("<w:keepNext/>").count(), 0);
}

#[test]
fn the_page_and_its_numbers_follow_the_standard() {
    let bytes = docx(&sample()).expect("docx");
    let body = part(&bytes, "word/document.xml");
    assert!(body.contains(r#"w:top="2098" w:right="1474" w:bottom="1984" w:left="1587""#));
    assert!(body.contains(r#"<w:docGrid w:type="lines" w:linePitch="579"/>"#));
    assert!(part(&bytes, "word/settings.xml").contains("<w:evenAndOddHeaders/>"));
    assert!(part(&bytes, "word/footer1.xml").contains(r#"<w:jc w:val="right"/>"#));
    assert!(part(&bytes, "word/footer2.xml").contains(r#"<w:jc w:val="left"/>"#));
}

#[test]
fn headings_are_bold_only_where_that_is_the_habit() {
    let styles = |bold_headings| {
        let options = Options { bold_headings, ..Options::default() };
        part(&docx(&Document { options, ..sample() }).expect("docx"), "word/styles.xml")
    };
    assert_eq!(styles(false).matches("<w:b/>").count(), 0);
    assert_eq!(styles(true).matches("<w:b/>").count(), 8);
    assert!(!styles(true).contains("{{"));
}

#[test]
fn the_imprint_is_held_at_the_bottom() {
    let imprint =
        Imprint {
            copies_to: vec!["甲".into(), "乙".into()], issuer: "办公室".into(), issued: Date::new(2026, 1, 6)
        };
    let options = Options { imprint: Some(imprint), ..Options::default() };
    let body = body_of(&Document { options, ..sample() });
    assert_eq!(body.matches(r#"w:tblpYSpec="bottom""#).count(), 1);
    assert!(body.contains("抄送：甲，乙。") && body.contains("2026年1月6日印发"));
}
