//! Checks the typeset pages: lines, characters, margins, page numbers, glyphs.

use std::collections::BTreeMap;

use typst::layout::Point;

use super::*;
use crate::fonts::tests::fonts;
use crate::model::{Align, Block, Date, Inline, Signature, Table};

/// The type area, in points.
const LEFT: f64 = 28.0 * MM;
const RIGHT: f64 = (210.0 - 26.0) * MM;
const TOP: f64 = 37.0 * MM;
const BOTTOM: f64 = (297.0 - 35.0) * MM;
const MM: f64 = 72.0 / 25.4;
const PITCH: f64 = 225.0 * MM / 22.0;

/// A line of a page: its characters and where it begins and ends.
#[derive(Debug)]
struct Line {
    text: String,
    left: f64,
    right: f64,
}

/// The lines of a page by their baselines, in tenths of a point.
fn lines(frame: &Frame) -> BTreeMap<i64, Line> {
    let mut lines = BTreeMap::new();
    collect(frame, Point::zero(), &mut lines);
    lines
}

#[expect(clippy::cast_possible_truncation, reason = "tenths of a point on a page")]
fn collect(frame: &Frame, origin: Point, lines: &mut BTreeMap<i64, Line>) {
    for (place, item) in frame.items() {
        let place = origin + *place;
        match item {
            FrameItem::Group(group) => collect(&group.frame, place, lines),
            FrameItem::Text(text) => {
                // The tracking added between characters also follows the last one, where it doesn't count.
                let (all, last) = (text.width(), text.glyphs.last().expect("a glyph"));
                let natural = text.font.x_advance(last.id).unwrap_or(last.x_advance);
                let (left, right) =
                    (place.x.to_pt(), (place.x + all + (natural - last.x_advance).at(text.size)).to_pt());
                let line = lines.entry((place.y.to_pt() * 10.0).round() as i64).or_insert_with(|| Line {
                    text: String::new(),
                    left,
                    right,
                });
                line.text.push_str(&text.text);
                line.left = line.left.min(left);
                line.right = line.right.max(right);
            }
            _ => {}
        }
    }
}

fn writer() -> PdfWriter {
    PdfWriter::new(fonts())
}

fn set(document: &Document) -> PagedDocument {
    writer().set(document).expect("pages")
}

/// The lines within the type area, and the one under it.
fn body_and_foot(page: &Page) -> (Vec<Line>, Line) {
    let mut all: Vec<(i64, Line)> = lines(&page.frame).into_iter().collect();
    let (at, foot) = all.pop().expect("a page number");
    assert!(at as f64 / 10.0 > BOTTOM, "the last line is the page number");
    (all.into_iter().map(|(_, line)| line).collect(), foot)
}

fn all_text(paged: &PagedDocument) -> String {
    paged.pages().iter().flat_map(|page| lines(&page.frame).into_values()).map(|line| line.text).collect()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![text.into()])
}

#[test]
fn a_full_page_has_22_lines_of_28_characters_within_the_margins() {
    let document = Document { blocks: vec![paragraph(&"青".repeat(28 * 22 * 3))], ..Document::default() };
    let paged = set(&document);
    for (number, page) in paged.pages().iter().enumerate().take(3) {
        let (body, _) = body_and_foot(page);
        assert_eq!(body.len(), 22);
        for (index, line) in body.iter().enumerate() {
            let (indent, blank) = if (number, index) == (0, 0) { (2, 2.0 * 156.0 * MM / 28.0) } else { (0, 0.0) };
            assert_eq!(line.text.chars().count(), 28 - indent, "line {index} of page {number}");
            assert!((line.left - LEFT - blank).abs() < 0.1, "{line:?}");
            assert!((line.right - RIGHT).abs() < 0.5, "{line:?}");
        }
        let baselines: Vec<i64> = lines(&page.frame).into_keys().take(22).collect();
        assert!(
            baselines.windows(2).all(|two| ((two[1] - two[0]) as f64 / 10.0 - PITCH).abs() < 0.11),
            "{baselines:?}"
        );
        // The box of the first line begins at the top of the type area; its baseline is 0.88 em below.
        assert!((baselines[0] as f64 / 10.0 - TOP - 0.88 * 16.0).abs() < 0.11, "{baselines:?}");
    }
}

#[test]
fn paragraphs_and_headings_keep_to_the_lines_of_the_page() {
    let mut blocks = Vec::new();
    for number in 0..60 {
        blocks.push(Block::Heading {
            level: number % 4 + 1,
            run_in: number % 3 == 0,
            content: vec!["学习情况".into()],
        });
        blocks.push(paragraph("按照年度学习计划，举办集中学习41场（含专题研讨），参加1341人次，参与率93.0%；“学什么、怎么学”逐月安排，昇祎玥等主持。"));
    }
    let paged = set(&Document { title: "汇报".into(), blocks, ..Document::default() });
    let count = paged.pages().len();
    assert!(count > 4);
    for (index, page) in paged.pages().iter().enumerate() {
        let (body, _) = body_and_foot(page);
        // The last character of a broken line keeps its tracking of -0.2 pt, hence the tolerance to the right.
        // The title page has one more blank line; a heading that would come last moves to the next page.
        let full = if index == 0 { 21 } else { 22 };
        assert!(
            body.len() == full || body.len() == full - 1 || index + 1 == count,
            "{} lines on page {index}",
            body.len()
        );
        let baselines: Vec<i64> =
            lines(&page.frame).into_keys().skip(usize::from(index == 0)).take(body.len() - 1).collect();
        for two in baselines.windows(2) {
            assert!(((two[1] - two[0]) as f64 / 10.0 - PITCH).abs() < 0.11, "{} on page {index}", two[1] - two[0]);
        }
        assert!(body.iter().all(|line| line.left > LEFT - 0.1 && line.right < RIGHT + 0.3), "{body:?}");
    }
}

#[test]
fn punctuation_keeps_its_width_everywhere() {
    // Each line ends with a mark or holds two in a row; none is squeezed, so each has 28 characters.
    let line = format!("{}）。{}，", "青".repeat(13), "蓝".repeat(12));
    let document =
        Document { blocks: vec![paragraph(&format!("{}{}", "青".repeat(26), line.repeat(5)))], ..Document::default() };
    let (body, _) = body_and_foot(&set(&document).pages()[0]);
    for line in &body[1..6] {
        assert_eq!(line.text.chars().count(), 28, "{body:#?}");
        assert!((line.right - RIGHT).abs() < 0.5, "{line:?}");
    }
}

#[test]
fn page_numbers_are_on_the_outer_side_7_mm_under_the_type_area() {
    let document = Document {
        blocks: vec![paragraph("一"), Block::PageBreak, paragraph("二"), Block::PageBreak, paragraph("三")],
        ..Document::default()
    };
    let paged = set(&document);
    for (index, page) in paged.pages().iter().enumerate() {
        let (_, foot) = body_and_foot(page);
        assert_eq!(foot.text, format!("— {} —", index + 1));
        let edge = if index % 2 == 0 { (RIGHT - 14.0 - foot.right).abs() } else { (foot.left - LEFT - 14.0).abs() };
        assert!(edge < 0.2, "{foot:?}");
        let baseline = lines(&page.frame).into_keys().last().expect("a line") as f64 / 10.0;
        assert!((baseline - 0.88 * 14.0 - BOTTOM - 7.0 * MM).abs() < 0.2, "{baseline}");
    }
}

#[test]
fn text_that_looks_like_markup_is_printed_as_it_is() {
    let odd = r#"#panic("x") *a* _b_ `c` $d$ \e "f" <g> @h = i [j] {k} // l ~ -- '' #eval ]] //* "#;
    let table = Table {
        caption: Some(vec![odd.into()]),
        head: vec![vec![odd.into()]],
        rows: vec![vec![vec![Inline::Bold(odd.into())]]],
        ..Table::default()
    };
    let document = Document {
        title: format!("{odd}\n= {odd}"),
        addressee: Some(odd.into()),
        blocks: vec![
            Block::Heading { level: 1, run_in: false, content: vec![odd.into()] },
            Block::Heading { level: 2, run_in: true, content: vec![odd.into()] },
            paragraph(odd),
            Block::Table(table),
            Block::Note(vec![odd.into()]),
        ],
        attachments: vec![odd.into(), odd.into()],
        signature: Some(Signature { agency: odd.into(), date: Date::new(2026, 1, 5), sealed: false }),
        ..Document::default()
    };
    let text: String = all_text(&set(&document)).split_whitespace().collect();
    let wanted: String = odd.split_whitespace().collect();
    assert_eq!(text.matches(&wanted).count(), 13, "{text}");
}

#[test]
fn a_character_without_glyph_is_an_error_that_names_it() {
    let document = Document {
        blocks: vec![paragraph("昇祎玥婳喆堃"), paragraph("前面的字𓀀后面的字")],
        ..Document::default()
    };
    let error = writer().pdf(&document).expect_err("no face has it");
    let DocumentError::MissingGlyph { chars, near } = error else { panic!("{error}") };
    assert_eq!((chars, near), (vec!['𓀀'], "前面的字𓀀后面的字".to_owned()));
}

#[test]
fn rare_characters_in_names_use_the_fallback_faces() {
    let names = "昇祎玥婳喆堃";
    let heading = |level| Block::Heading { level, run_in: false, content: vec![names.into()] };
    let document =
        Document { title: names.into(), blocks: vec![heading(1), heading(2), paragraph(names)], ..Document::default() };
    assert_eq!(all_text(&set(&document)).matches(names).count(), 4);
}

#[test]
fn invisible_characters_are_no_error() {
    let document = Document {
        blocks: vec![paragraph("张\u{200b}三\u{feff}\u{fe0f}\t李\u{a0}四\u{3000}王\u{0}")],
        ..Document::default()
    };
    assert!(writer().pdf(&document).is_ok());
}

#[test]
fn equal_documents_give_equal_bytes() {
    let document = Document { title: "汇报".into(), blocks: vec![paragraph("文")], ..Document::default() };
    assert_eq!(writer().pdf(&document).expect("pdf"), writer().pdf(&document).expect("pdf"));
}

#[test]
fn a_table_over_pages_repeats_its_head_and_splits_no_row() {
    let row = |number: usize| {
        vec![vec![format!("第{number}行").into()], vec!["集中学习、专题研讨和读书分享".repeat(2).into()]]
    };
    let table = Table {
        head: vec![vec!["序号".into()], vec!["类型".into()]],
        rows: (0..60).map(row).collect(),
        align: vec![Align::Center],
        widths: Some(vec![1, 2]),
        ..Table::default()
    };
    let paged = set(&Document { blocks: vec![paragraph("文"), Block::Table(table)], ..Document::default() });
    assert!(paged.pages().len() > 2);
    for page in paged.pages() {
        let (body, _) = body_and_foot(page);
        assert_eq!(body.iter().filter(|line| line.text == "序号类型").count(), 1);
        assert!(lines(&page.frame).into_keys().rev().nth(1).is_some_and(|last| (last as f64 / 10.0) < BOTTOM));
    }
}

#[test]
fn the_signature_is_placed_as_the_standard_requires() {
    let place = |agency: &str, sealed| {
        let signature = Some(Signature { agency: agency.into(), date: Date::new(2026, 1, 5), sealed });
        let (body, _) = body_and_foot(&set(&Document { signature, ..Document::default() }).pages()[0]);
        let of = |wanted: &str| {
            body.iter().find(|line| line.text == wanted).map(|line| (line.left, line.right)).expect("the line")
        };
        (of(agency), of("2026年1月5日"))
    };
    let char = 156.0 * MM / 28.0;
    let (agency, date) = place("双山街道妇女联合会", false);
    assert!(
        (RIGHT - agency.1 - 2.0 * char).abs() < 0.5 && (date.0 - agency.0 - 2.0 * char).abs() < 0.5,
        "{agency:?} {date:?}"
    );
    let (agency, date) = place("妇联", false);
    assert!(
        (RIGHT - date.1 - 2.0 * char).abs() < 0.5 && (date.0 - agency.0 - 2.0 * char).abs() < 0.5,
        "{agency:?} {date:?}"
    );
    let (agency, date) = place("双山街道妇联", true);
    assert!(
        (RIGHT - date.1 - 4.0 * char).abs() < 0.5 && (date.0 + date.1 - agency.0 - agency.1).abs() < 0.5,
        "{agency:?} {date:?}"
    );
}

fn signed(blocks: Vec<Block>) -> Document {
    let signature = Some(Signature { agency: "双山街道妇联".into(), date: Date::new(2026, 1, 5), sealed: false });
    Document { blocks, signature, ..Document::default() }
}

#[test]
fn an_attachment_begins_a_page_after_the_signature_with_its_mark_at_the_top_left() {
    let heading = || Block::Heading { level: 1, run_in: false, content: vec!["学习".into()] };
    let attachment = |title: &str| Block::Attachment { title: title.into() };
    let blocks = vec![
        heading(),
        paragraph("文"),
        attachment("青年理论学习小组一览表"),
        heading(),
        heading(),
        Block::PageBreak,
        attachment("活动台账"),
        heading(),
    ];
    let names = vec!["青年理论学习小组一览表".into(), "活动台账".into()];
    let paged = set(&Document { attachments: names, ..signed(blocks) });
    let read: Vec<(Vec<String>, String)> = paged
        .pages()
        .iter()
        .map(|page| {
            let (body, foot) = body_and_foot(page);
            (body.into_iter().map(|line| line.text).collect(), foot.text)
        })
        .collect();
    let wanted: [&[&str]; 3] = [
        &["一、学习", "文", "附件：1.青年理论学习小组一览表", "2.活动台账", "双山街道妇联", "2026年1月5日"],
        &["附件1", "青年理论学习小组一览表", "一、学习", "二、学习"],
        &["附件2", "活动台账", "一、学习"],
    ];
    assert_eq!(read.len(), wanted.len(), "{read:?}");
    for (index, ((body, foot), wanted)) in read.iter().zip(wanted).enumerate() {
        assert_eq!(body, wanted);
        assert_eq!(*foot, format!("— {} —", index + 1));
    }
    let lines: Vec<(i64, Line)> = lines(&paged.pages()[1].frame).into_iter().collect();
    let line_of = |at: i64| (at as f64 / 10.0 - TOP - 0.88 * 16.0) / PITCH;
    assert!(line_of(lines[0].0).abs() < 0.01 && (lines[0].1.left - LEFT).abs() < 0.1, "{lines:?}");
    assert!((line_of(lines[1].0) - 2.0).abs() < 0.2, "the title stands in the third line: {lines:?}");
    assert!((lines[1].1.left + lines[1].1.right - LEFT - RIGHT).abs() < 0.5, "the title is centred: {lines:?}");
    assert!((lines[1].1.right - lines[1].1.left - 11.0 * 22.0).abs() < 0.5, "the title is of 22 pt: {lines:?}");
    assert!((line_of(lines[2].0) - 4.0).abs() < 0.01, "the text keeps to the lines of the page: {lines:?}");
}

#[test]
fn the_last_line_of_the_text_stays_with_the_signature() {
    for last in 17..=24 {
        let blocks = vec![paragraph("文"), paragraph(&"青".repeat(28 * (last - 1) - 2))];
        let paged = set(&signed(blocks));
        let bodies: Vec<Vec<Line>> = paged.pages().iter().map(|page| body_and_foot(page).0).collect();
        let counts: Vec<usize> = bodies.iter().map(Vec::len).collect();
        // A blank line and two lines of signature follow the text, whose lines stay in place otherwise.
        let wanted = match last {
            ..=19 => vec![last + 2],
            20..=22 => vec![last - 1, 3],
            _ => vec![22, last - 22 + 2],
        };
        assert_eq!(counts, wanted, "{last} lines of text");
        let baselines: Vec<i64> = lines(&paged.pages()[counts.len() - 1].frame).into_keys().collect();
        let text = counts[counts.len() - 1] - 2;
        let gap = (baselines[text] - baselines[text - 1]) as f64 / 10.0;
        assert!((gap - 2.0 * PITCH).abs() < 0.11, "one blank line before the signature, not {gap} pt");
    }
}

#[test]
fn an_english_document_is_set_in_latin_letters() {
    let document = Document {
        lang: Lang::En,
        title: "Report on the Youth Study Groups".into(),
        blocks: vec![
            Block::Heading { level: 1, run_in: false, content: vec!["Study".into()] },
            paragraph("Groups held 41 sessions."),
        ],
        ..Document::default()
    };
    let paged = set(&document);
    assert!(all_text(&paged).contains("1. Study"));
    let (body, _) = body_and_foot(&paged.pages()[0]);
    assert!(body.iter().all(|line| line.right < RIGHT + 0.3));
}

#[test]
fn the_file_says_that_its_chinese_is_of_the_mainland() {
    let document = Document { blocks: vec![paragraph("文")], ..Document::default() };
    let bytes = writer().pdf(&document).expect("pdf");
    let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
    assert!(holds(b"zh-CN") && !holds(b"zh-TW"));
}

#[test]
fn an_empty_document_is_a_page() {
    assert_eq!(set(&Document::default()).pages().len(), 1);
}
