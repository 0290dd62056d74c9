//! Reads the tables of Word documents as sheets, with merged cells and the paragraphs around them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;

use tabular::{Cell, Merged, OtherKind, ReadError, Sheet};
use zip::write::SimpleFileOptions;

fn document(body: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    write!(archive, r#"<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#).unwrap();
    archive.finish().unwrap().into_inner()
}

fn read(body: &str) -> Result<Vec<Sheet>, ReadError> {
    tabular::read("五月.docx", &document(body))
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn cell(text: &str) -> String {
    format!("<w:tc>{}</w:tc>", paragraph(text))
}

/// A cell with what its properties say.
fn cell_with(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text))
}

fn row(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

fn table(rows: &[&[&str]]) -> String {
    let rows: String = rows.iter().map(|cells| row(&cells.iter().map(|text| cell(text)).collect::<Vec<_>>())).collect();
    format!("<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid>{rows}</w:tbl>")
}

/// The rows of a sheet: cells divided by `|`, lines by `/`.
fn shown(sheet: &Sheet) -> Vec<String> {
    let text = |cell: &Cell| cell.shown().replace('\n', "/");
    sheet.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn what_is_shown_of_a_cell_is_its_text() {
    for (content, text) in [
        ("<w:p><w:r><w:t>a</w:t></w:r><w:r><w:tab/><w:t xml:space=\"preserve\"> b</w:t></w:r></w:p>", "a  b"),
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>c</w:t></w:r></w:p>", "a/b/c"),
        ("<w:p><w:r><w:t>a&amp;b&#x5B66;</w:t></w:r></w:p>", "a&b学"),
        // Deleted, moved away, a field's code and its result, the reading of a character.
        (
            "<w:p><w:del><w:r><w:delText>x</w:delText><w:tab/></w:r></w:del><w:ins><w:r><w:t>a</w:t></w:r></w:ins></w:p>",
            "a",
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>x</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>a</w:t></w:r></w:moveTo></w:p>",
            "a",
        ),
        ("<w:p><w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:t>5月</w:t></w:r></w:p>", "5月"),
        (
            "<w:p><w:ruby><w:rt><w:r><w:t>wen</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>温</w:t></w:r></w:rubyBase></w:ruby></w:p>",
            "温",
        ),
        // A text box, which stands in the file twice.
        (
            "<w:p><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
            <mc:Fallback><w:txbxContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:p>",
            "a",
        ),
        // A content control with a text, and one that shows its hint.
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>a</w:t></w:r></w:p></w:sdtContent></w:sdt>", "a"),
        (
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>单击输入</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "",
        ),
        // A symbol can't be read, and is no blank; a table in the cell is lines of it.
        ("<w:p><w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FC\"/></w:r></w:p>", "\u{F0FC}"),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>",
            "a/b",
        ),
    ] {
        let sheets =
            read(&format!("<w:tbl><w:tr>{}<w:tc>{content}</w:tc>{}</w:tr></w:tbl>", cell("1"), cell("2"))).unwrap();
        assert_eq!(shown(&sheets[0]), [format!("1|{text}|2")], "{content}");
    }
    let sheets = read(&table(&[&["#REF!"]])).unwrap();
    assert_eq!(sheets[0].rows[0], [Cell::Error("#REF!".to_owned())]);
}

#[test]
fn merged_cells_hold_as_in_a_workbook() {
    let begins = r#"<w:vMerge w:val="restart"/>"#;
    let goes_on = "<w:vMerge/>";
    let rows = [
        row(&[cell_with(r#"<w:gridSpan w:val="3"/>"#, "一"), cell("二")]),
        row(&[cell_with(begins, "三"), cell("四"), cell_with(begins, "五"), cell_with(goes_on, "")]),
        row(&[cell_with(goes_on, ""), cell("六"), cell_with(goes_on, ""), cell("七")]),
        row(&[cell_with(goes_on, ""), cell("八"), cell_with(begins, "九"), cell("")]),
        format!(r#"<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>{}{}</w:tr>"#, cell_with(goes_on, ""), cell("十")),
    ];
    let sheets = read(&format!("<w:tbl>{}</w:tbl>", rows.concat())).unwrap();
    assert_eq!(shown(&sheets[0]), ["一|||二", "三|四|五", "|六||七", "|八|九", "|||十"]);
    let mut merged = sheets[0].merged.clone();
    merged.sort_by_key(|area| (area.column, area.first));
    let area = |first, last, column| Merged { first, last, column };
    assert_eq!(merged, [area(1, 3, 0), area(1, 2, 2), area(3, 4, 2)]);
}

#[test]
fn each_table_is_a_sheet_with_the_paragraphs_above_it() {
    type Case = (String, &'static [(&'static str, &'static [&'static str])]);
    let (one, two) = (table(&[&["时间", "5月8日"]]), table(&[&["时间", "6月5日"]]));
    let p = paragraph;
    let cases: [Case; 8] = [
        // Of one table, also the paragraphs below it.
        (
            format!("{}{}{one}{}", p("会议记录"), p("地点：会议室"), p("记录人：温以宁")),
            &[("五月.docx", &["会议记录", "地点：会议室", "时间|5月8日", "", "记录人：温以宁"])],
        ),
        (format!("{one}<w:p/>{two}"), &[("表1", &["时间|5月8日"]), ("表2", &["时间|6月5日"])]),
        // A title begins what belongs to the table below; a label, a date or a stamp before it belongs to the one above.
        (
            format!(
                "{}{one}{}{}{}{}{two}",
                p("五月"),
                p("记录人：温以宁"),
                p("2025年5月8日"),
                p("六月"),
                p("地点：会议室")
            ),
            &[
                ("表1", &["五月", "时间|5月8日", "", "记录人：温以宁", "2025年5月8日"]),
                ("表2", &["六月", "地点：会议室", "时间|6月5日"]),
            ],
        ),
        (
            format!("{one}{}{}{two}", p("（盖章）"), p("2025年5月8日")),
            &[("表1", &["时间|5月8日", "", "（盖章）", "2025年5月8日"]), ("表2", &["时间|6月5日"])],
        ),
        // Without a title nobody knows which of the two a label belongs to.
        (
            format!("{one}{}{two}", p("记录人：温以宁")),
            &[("表1", &["时间|5月8日"]), ("表1与表2之间", &["记录人：温以宁"]), ("表2", &["时间|6月5日"])],
        ),
        // A content control around everything.
        (
            format!("<w:sdt><w:sdtContent>{}{one}</w:sdtContent></w:sdt>", p("会议记录")),
            &[("五月.docx", &["会议记录", "时间|5月8日"])],
        ),
        // No table, but labels with values.
        (
            format!("{}{}<w:p/>{}{}", p("会议记录"), p("会议时间：2025年5月8日"), p("主题: 学条例"), p("一、读条例")),
            &[("五月.docx", &["会议记录", "会议时间：2025年5月8日", "主题: 学条例", "一、读条例"])],
        ),
        // Cells without a text are no rows that follow.
        (format!("{}{}", table(&[&["", ""], &["a"]]), p("b")), &[("五月.docx", &["", "a", "", "b"])]),
    ];
    for (body, expected) in cases {
        let sheets = read(&body).unwrap();
        let sheets: Vec<(&str, Vec<String>)> = sheets.iter().map(|sheet| (sheet.name.as_str(), shown(sheet))).collect();
        let expected: Vec<(&str, Vec<String>)> =
            expected.iter().map(|(name, rows)| (*name, rows.iter().map(ToString::to_string).collect())).collect();
        assert_eq!(sheets, expected, "{body}");
    }
}

#[test]
fn a_document_without_a_table_says_so() {
    for body in [
        String::new(),
        paragraph("关于开展学习的通知"),
        paragraph("各单位：") + &paragraph("请于五月报材料，内容如下：一、学条例；二、读书。"),
    ] {
        assert_eq!(read(&body), Err(ReadError::Other(OtherKind::WordWithoutTable)), "{body}");
    }
    assert_eq!(read(&table(&[&["", ""]])), Err(ReadError::Empty));
}
