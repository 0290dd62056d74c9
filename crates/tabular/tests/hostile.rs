//! Refuses workbooks that are small as files and large in memory, before the memory is taken.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::io::Write;

use tabular::{MAX_HELD, ReadError};
use zip::write::SimpleFileOptions;

const FULL: ReadError = ReadError::TooFull { limit: MAX_HELD };
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn read(bytes: &[u8]) -> Result<Vec<tabular::Sheet>, ReadError> {
    tabular::read("file", bytes)
}

fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of sheets as XML, with further parts.
fn workbook(sheets: &[String], further: &[(&str, String)]) -> Vec<u8> {
    let (mut listed, mut related) = (String::new(), String::new());
    for number in 1..=sheets.len() {
        write!(listed, r#"<sheet name="s{number}" sheetId="{number}" r:id="r{number}"/>"#).unwrap();
        let target = format!("worksheets/sheet{number}.xml");
        write!(related, r#"<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" Target="{target}"/>"#).unwrap();
    }
    let of_file = format!(
        r#"<Relationships><Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        ("_rels/.rels".to_owned(), of_file),
        ("xl/workbook.xml".to_owned(), format!(r#"<workbook xmlns:r="r"><sheets>{listed}</sheets></workbook>"#)),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{related}</Relationships>")),
    ];
    parts.extend(
        sheets.iter().enumerate().map(|(at, sheet)| (format!("xl/worksheets/sheet{}.xml", at + 1), sheet.clone())),
    );
    parts.extend(further.iter().map(|(name, content)| ((*name).to_owned(), content.clone())));
    zipped(&parts)
}

fn sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

fn shared(texts: &[String]) -> (&'static str, String) {
    let texts: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    ("xl/sharedStrings.xml", format!("<sst>{texts}</sst>"))
}

fn open_document(content: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="a"><table:table-row>{content}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let parts = [("mimetype", kind), ("META-INF/manifest.xml", "<manifest:manifest></manifest:manifest>")];
    let mut parts: Vec<(String, String)> = parts.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    parts.push(("content.xml".to_owned(), content));
    zipped(&parts)
}

#[test]
fn a_text_that_many_cells_of_many_sheets_share_counts_each_time() {
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(50);
    let sheets = vec![sheet(&format!("<row>{cells}</row>").repeat(300)); 8];
    let bytes = workbook(&sheets, &[shared(&["x".repeat(32_000)])]);
    assert!(bytes.len() < 300_000, "{}", bytes.len());
    assert_eq!(read(&bytes), Err(FULL));
    // No sheet alone is too full.
    let sheets = vec![sheet(&format!("<row>{cells}</row>")); 80];
    assert_eq!(read(&workbook(&sheets[..50], &[shared(&["x".repeat(32_000)])])).unwrap().len(), 50);
    let sheets = vec![sheet(&format!("<row>{cells}</row>")); 90];
    assert_eq!(read(&workbook(&sheets, &[shared(&["x".repeat(32_000)])])), Err(FULL));
}

#[test]
fn a_sheet_is_not_laid_out_by_the_size_that_it_announces() {
    let cells = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>"#;
    let announced = format!(r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{cells}</sheetData></worksheet>"#);
    assert_eq!(read(&workbook(&[announced], &[])).unwrap()[0].rows.len(), 2);
}

#[test]
fn what_a_workbook_announces_or_refers_to_is_counted_before_it_is_held() {
    let one = [sheet(r#"<row><c t="s"><v>0</v></c></row>"#)];
    let many = |text: &str| text.repeat(10_000);
    for (name, content) in [
        ("xl/sharedStrings.xml", r#"<sst uniqueCount="100000000000"><si><t>a</t></si></sst>"#.to_owned()),
        (
            "xl/sharedStrings.xml",
            format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "x".repeat(3_500_000)).repeat(40)),
        ),
        // Each style gets the name of its font and the code of its format.
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet><fonts><font><name val="{}"/></font></fonts><cellXfs>{}</cellXfs></styleSheet>"#,
                "x".repeat(100_000),
                many(r#"<xf fontId="0"/>"#)
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{}"/></numFmts><cellXfs>{}</cellXfs></styleSheet>"#,
                "0".repeat(100_000),
                many(r#"<xf numFmtId="200"/>"#)
            ),
        ),
        // One piece of markup, one of text, and a text in many pieces.
        ("xl/sharedStrings.xml", format!("<sst><si><t>{}</t></si></sst>", "x".repeat(5 << 20))),
        ("xl/sharedStrings.xml", format!(r#"<sst><si><t a="{}">a</t></si></sst>"#, "x".repeat(5 << 20))),
        (
            "xl/sharedStrings.xml",
            format!("<sst><si>{}</si></sst>", format!("<r><t>{}</t></r>", "x".repeat(1 << 20)).repeat(5)),
        ),
    ] {
        let length = content.len();
        assert_eq!(read(&workbook(&one, &[(name, content)])), Err(FULL), "{name} {length}");
    }
    let inline =
        format!(r#"<row><c t="inlineStr"><is>{}</is></c></row>"#, format!("<t>{}</t>", "x".repeat(1 << 20)).repeat(5));
    assert_eq!(read(&workbook(&[sheet(&inline)], &[])), Err(FULL));
    assert_eq!(read(&workbook(&vec![sheet(""); 2_001], &[])), Err(FULL));
}

#[test]
fn repeats_in_an_open_document_are_multiplied() {
    for content in [
        r#"<table:table-cell office:value-type="string"><text:p>a<text:s text:c="4000000000"/>b</text:p></table:table-cell>"#.to_owned(),
        format!(
            r#"<table:table-cell table:number-columns-repeated="16000" office:value-type="string" office:string-value="{}"/>"#,
            "x".repeat(32_000)
        ),
        format!(
            r#"<table:table-cell table:number-columns-repeated="16000" table:formula="{}"/>"#,
            "x".repeat(32_000)
        ),
        format!(
            r#"<table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>{}</text:p></table:table-cell>"#,
            "&amp;".repeat(32_000)
        ),
        format!(r#"<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>"#, "x".repeat(5 << 20)),
    ] {
        assert_eq!(read(&open_document(&content)), Err(FULL), "{}", &content[..100]);
    }
}

#[test]
fn a_document_is_bounded_like_a_workbook() {
    let document = |body: &str| zipped(&[("word/document.xml".to_owned(), format!("<w:body>{body}</w:body>"))]);
    let table = |rows: &str| format!("<w:tbl>{rows}</w:tbl>");
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let piece = "x".repeat(1 << 20);
    let full = [
        // One piece of text, one of markup, a cell and a paragraph in many pieces, cells and paragraphs that are too many together.
        table(&format!("<w:tr>{}</w:tr>", cell(&piece.repeat(5)))),
        table(&format!(r#"<w:tr><w:tc w:a="{}"/></w:tr>"#, piece.repeat(5))),
        table(&format!("<w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr>", format!("<w:r><w:t>{piece}</w:t></w:r>").repeat(5))),
        format!("<w:p>{}</w:p>", format!("<w:r><w:t>{piece}</w:t></w:r>").repeat(5)),
        table(&format!("<w:tr>{}</w:tr>", cell(&piece.repeat(3))).repeat(50)),
        format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", piece.repeat(3)).repeat(50),
        table("").repeat(2_001),
        format!("{}{}", "<w:sdt>".repeat(1_000), "</w:sdt>".repeat(1_000)),
        // A merged cell that covers more rows than there is room for.
        {
            let begins = r#"<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr></w:tc>"#.repeat(900);
            let goes_on = "<w:tc><w:tcPr><w:vMerge/></w:tcPr></w:tc>".repeat(900) + &cell("x");
            table(&format!("<w:tr>{begins}</w:tr>{}", format!("<w:tr>{goes_on}</w:tr>").repeat(3_000)))
        },
    ];
    for body in full {
        let read = read(&document(&body));
        let is_full = matches!(read, Err(ReadError::TooFull { .. } | ReadError::TooManyCells { .. }));
        assert!(is_full, "{read:?} {}", &body[..body.len().min(100)]);
    }
    let wide = table(&format!(
        r#"<w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999999999999999"/></w:tcPr></w:tc><w:tc><w:tcPr><w:gridSpan
        w:val="9999999999"/></w:tcPr></w:tc>{}</w:tr>"#,
        cell("x")
    ));
    assert!(matches!(read(&document(&wide)), Err(ReadError::TooManyColumns { .. })));
    let cut = read(&zipped(&[("word/document.xml".to_owned(), "<w:body><w:tbl><w:tr>".to_owned())]));
    assert!(matches!(cut, Err(ReadError::Broken(_))), "{cut:?}");
}

#[test]
fn an_archive_in_an_archive_is_not_opened() {
    let inner = workbook(&[sheet("<row><c><v>1</v></c></row>")], &[]);
    let mut outer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    outer.start_file("inner.xlsx", SimpleFileOptions::default()).unwrap();
    outer.write_all(&inner).unwrap();
    assert_eq!(read(&outer.finish().unwrap().into_inner()), Err(ReadError::NotASpreadsheet));
    // Nor is one in a workbook, which counts by its bytes alone, with what stands beside it.
    let blank = " ".repeat(33 << 20);
    let one = [sheet("<row><c><v>1</v></c></row>")];
    assert!(read(&workbook(&one, &[("xl/embeddings/a.zip", "PK\u{3}\u{4}".repeat(10))])).is_ok());
    let too_large = read(&workbook(&one, &[("xl/embeddings/a.zip", blank)]));
    assert!(matches!(too_large, Err(ReadError::TooLarge { .. })), "{too_large:?}");
    let many: Vec<(String, String)> = (0..10_001).map(|number| (number.to_string(), String::new())).collect();
    assert!(matches!(read(&zipped(&many)), Err(ReadError::Broken(_))));
}

#[test]
fn a_large_register_is_read_whole() {
    let texts: Vec<String> = (0..20_000).map(|number| format!("古沟街道第{number}社区妇联")).collect();
    let mut rows = String::new();
    for row in 0..20_000 {
        let cells = format!(r#"<c t="s"><v>{row}</v></c>"#).repeat(10);
        write!(rows, r#"<row r="{}">{cells}</row>"#, row + 1).unwrap();
    }
    let sheets = read(&workbook(&[sheet(&rows)], &[shared(&texts)])).unwrap();
    assert_eq!((sheets[0].rows.len(), sheets[0].rows[19_999].len()), (20_000, 10));
    assert_eq!(sheets[0].rows[19_999][9].shown(), "古沟街道第19999社区妇联");
}

#[test]
fn nobody_waits_for_a_file_that_was_given_up() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/");
    let mut files: Vec<Vec<u8>> =
        ["roster.xls", "roster.ods"].iter().map(|name| std::fs::read(format!("{folder}{name}")).unwrap()).collect();
    files.push(workbook(&[sheet("<row><c><v>1</v></c></row>")], &[]));
    let row = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>".to_owned();
    files.push(zipped(&[("word/document.xml".to_owned(), row)]));
    files.push(b"a,b\n1,2\n".to_vec());
    for bytes in files {
        // Asked a few times, it goes on; then it stops, wherever it is.
        for times in 0..4 {
            let asked = std::sync::atomic::AtomicUsize::new(0);
            let stop = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= times;
            assert_eq!(tabular::read_until("file", &bytes, &stop), Err(ReadError::Stopped));
        }
    }
}
