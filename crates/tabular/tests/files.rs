//! Reads every kind of file, and refuses what is no spreadsheet, is locked or would exhaust memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use tabular::{Cell, Column, OtherKind, ReadError, Table};
use zip::write::SimpleFileOptions;

const COLUMNS: [Column; 3] = [
    Column { key: "name", names: &["姓名"], required: true },
    Column { key: "born", names: &["出生年月"], required: false },
    Column { key: "joined", names: &["入会时间"], required: false },
];

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

fn read(bytes: &[u8]) -> Result<Vec<tabular::Sheet>, ReadError> {
    tabular::read("file", bytes)
}

fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
    read(bytes).unwrap()[0].rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect()
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn old_workbooks_and_open_documents_read_like_new_ones() {
    for name in ["roster.xls", "roster.ods"] {
        let sheets = tabular::read_file(&file(name)).unwrap();
        let table: Table = tabular::find_table(&sheets, &COLUMNS).unwrap();
        assert_eq!((table.sheet.as_str(), table.title_year, table.header_row), ("花名册", Some(2025), 2), "{name}");
        assert_eq!((table.rows.len(), table.dropped.totals), (2, 1), "{name}");
        let days: Vec<_> = table.rows.iter().map(|row| tabular::day(row.cell("joined"), None).unwrap()).collect();
        assert_eq!(days[0].date.to_string(), "2025-03-05", "{name}");
        assert_eq!(days[0].time.unwrap().to_string(), "09:00:00", "{name}");
        assert_eq!((days[1].date.to_string().as_str(), days[1].time), ("2025-03-06", None), "{name}");
        assert_eq!(tabular::code(&table.rows[0].cells[4]).as_deref(), Some("15640234045"), "{name}");
    }
}

#[test]
fn written_cells_come_back_with_their_types() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let at = ExcelDateTime::parse_from_str("2025-03-05 09:00:00").unwrap();
    sheet.write_datetime_with_format(1, 0, &at, &Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\";@")).unwrap();
    sheet.write_number_with_format(1, 1, 0.604_166_666_7, &Format::new().set_num_format("h:mm")).unwrap();
    sheet.write_boolean(1, 2, true).unwrap();
    sheet.write_number(1, 3, 12.0).unwrap();
    sheet.write_formula(1, 4, rust_xlsxwriter::Formula::new("=A9/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(3, 0, "　").unwrap();
    book.add_worksheet().set_hidden(true).write_string(0, 0, "x").unwrap();
    let sheets = read(&book.save_to_buffer().unwrap()).unwrap();
    let row = &sheets[0].rows[1];
    assert_eq!(row[0].shown(), "2025-03-05 09:00");
    assert_eq!(row[1].shown(), "14:30");
    assert_eq!((&row[2], &row[3]), (&Cell::Bool(true), &Cell::Number(12.0)));
    assert!(matches!(&row[4], Cell::Error(error) if error == "#DIV/0!"), "{:?}", row[4]);
    assert_eq!((sheets[0].rows.len(), sheets[0].hidden, sheets[1].hidden), (2, false, true));
}

#[test]
fn text_is_read_in_any_encoding_with_any_separator() {
    let rows = [["姓名", "单位"], ["张三", "古沟街道,妇联"]];
    for separator in [",", ";", "\t"] {
        let text = format!("姓名{separator}单位\r\n张三{separator}\"古沟街道,妇联\"\r\n");
        let marked = |text: &str| format!("\u{FEFF}{text}");
        let wide = |text: &str| marked(text).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let wide_big = |text: &str| marked(text).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        for bytes in [
            text.clone().into_bytes(),
            marked(&text).into_bytes(),
            encoding_rs::GBK.encode(&text).0.into_owned(),
            wide(&text),
            wide_big(&text),
            text.replace("\r\n", "\r").into_bytes(),
            text.trim_end().to_owned().into_bytes(),
        ] {
            assert_eq!(texts(&bytes), rows, "{separator:?} {bytes:x?}");
        }
    }
    assert_eq!(texts(&encoding_rs::GB18030.encode("姓名\n昇祎玥婳喆堃𠮷").0), [["姓名"], ["昇祎玥婳喆堃𠮷"]]);
}

#[test]
fn rows_of_a_text_keep_their_numbers() {
    let rows = texts("a,b\r\n\r\n\"c\r\nd\",e\r\n\r\n\r\nf,g".as_bytes());
    let filled: Vec<usize> = rows.iter().enumerate().filter(|(_, row)| !row.is_empty()).map(|(at, _)| at + 1).collect();
    assert_eq!((filled, rows.len()), (vec![1, 3, 6], 6));
    assert_eq!(texts(b"sep=;\na;b,c\n"), [vec![], vec!["a".to_owned(), "b,c".to_owned()]]);
}

#[test]
fn a_text_that_is_an_error_is_one_in_any_text_file() {
    for text in ["姓名,单位\n#REF!,\"#N/A\"\n", "姓名\t单位\n#REF! \t#N/A\n", "姓名,单位\n=\"#REF!\",'#N/A\n"]
    {
        let sheets = read(text.as_bytes()).unwrap();
        let errors = ["#REF!", "#N/A"].map(|text| Cell::Error(text.to_owned()));
        assert_eq!(sheets[0].rows[1], errors, "{text}");
    }
    assert_eq!(texts("姓名\n见#REF!\n".as_bytes())[1], ["见#REF!"]);
}

#[test]
fn what_is_no_spreadsheet_is_refused() {
    for bytes in [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
        b"\x00\x01\x02\x03",
        b"{\"a\": 1}",
        &zipped(&[("ppt/presentation.xml", b"<p/>"), ("[Content_Types].xml", b"<Types/>")]),
        &zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<a/>")]),
    ] {
        assert_eq!(read(bytes), Err(ReadError::NotASpreadsheet), "{bytes:x?}");
    }
    for (bytes, kind) in [
        (b"%PDF-1.7 text".as_slice(), OtherKind::Pdf),
        (b"<html><table><tr><td>1</td></tr></table></html>", OtherKind::WebPage),
        (b"<!DOCTYPE html>\n<body>", OtherKind::WebPage),
        (b"From: <Saved by X>\nMIME-Version: 1.0\nContent-Type: multipart/related\n", OtherKind::WebPage),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", OtherKind::Xml2003),
        (&zipped(&[("xl/workbook.bin", b"x")]), OtherKind::Xlsb),
        (b"{\\rtf1\\ansi text}", OtherKind::OldWord),
        (b"<?xml version='1.0'?><?mso-application progid=\"Word.Document\"?><a/>", OtherKind::OldWord),
        (&zipped(&[("word/document.xml", b"<w:body><w:p/></w:body>")]), OtherKind::WordWithoutTable),
    ] {
        assert_eq!(read(bytes), Err(ReadError::Other(kind)));
    }
    assert_eq!(read(b""), Err(ReadError::Empty));
    assert_eq!(read("\u{FEFF} \r\n,,\r\n　".as_bytes()), Err(ReadError::Empty));
    assert!(matches!(read(b"PK\x03\x04 cut off"), Err(ReadError::Broken(_))));
    assert!(matches!(tabular::read_file(&file("nowhere.xlsx")), Err(ReadError::Io(_))));
}

/// A compound file whose directory has an entry of this name.
fn compound(name: &str) -> Vec<u8> {
    let mut header = vec![0xFF; 512];
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    header[30..32].copy_from_slice(&9_u16.to_le_bytes());
    header[48..52].copy_from_slice(&1_u32.to_le_bytes());
    header[76..80].copy_from_slice(&0_u32.to_le_bytes());
    let mut directory = vec![0; 512];
    for (at, unit) in name.encode_utf16().enumerate() {
        directory[2 * at..2 * at + 2].copy_from_slice(&unit.to_le_bytes());
    }
    [header, vec![0xFF; 512], directory].concat()
}

#[test]
fn an_old_document_is_told_from_other_compound_files() {
    assert_eq!(read(&compound("WordDocument")), Err(ReadError::Other(OtherKind::OldWord)));
    // A document with a password is packed as a workbook with one is.
    assert_eq!(read(&compound("EncryptedPackage")), Err(ReadError::Locked));
    assert_eq!(read(&compound("PowerPoint Document")), Err(ReadError::NotASpreadsheet));
}

#[test]
fn a_locked_workbook_is_reported_as_locked() {
    assert_eq!(tabular::read_file(&file("locked.xlsx")), Err(ReadError::Locked));
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="a">{rows}</table:table>
        </office:spreadsheet></office:body></office:document-content>"#
    );
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    let manifest = b"<manifest:manifest></manifest:manifest>";
    zipped(&[("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content.as_bytes())])
}

#[test]
fn an_open_document_that_ends_within_a_table_is_refused() {
    // Left to itself, the reader would look for the end of the table for ever.
    let row =
        "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>姓名</text:p></table:table-cell>";
    let whole =
        format!("<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\">{row}");
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    let manifest = b"<manifest:manifest></manifest:manifest>";
    let document = |content: &str| {
        zipped(&[("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content.as_bytes())])
    };
    for content in [
        whole.as_str(),
        &format!("{whole}</table:table-row>"),
        // Ended, and not by its own name.
        &format!(
            "{whole}</table:table-row></table:tablx></office:spreadsheet></office:body></office:document-content>"
        ),
    ] {
        assert!(matches!(read(&document(content)), Err(ReadError::Broken(_))), "{content}");
    }
}

#[test]
fn blank_cells_repeated_to_the_end_of_the_sheet_do_no_harm() {
    let bytes = ods(
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16383"></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"> </table:table-cell></table:table-row>"#,
    );
    assert_eq!(texts(&bytes), [["x"]]);
}

#[test]
fn cells_far_apart_take_no_memory() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "a").unwrap();
    sheet.write_string(1_048_575, 16_383, "b").unwrap();
    assert!(matches!(read(&book.save_to_buffer().unwrap()), Err(ReadError::TooManyRows { .. })));
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 16_383, "b").unwrap();
    assert!(matches!(read(&book.save_to_buffer().unwrap()), Err(ReadError::TooManyColumns { .. })));
    assert_eq!(
        tabular::read_file(&file("far-corners.xls")),
        Err(ReadError::TooManyCells { limit: tabular::MAX_CELLS })
    );
    let spread = ods(
        r#"<table:table-row table:number-rows-repeated="6000"><table:table-cell table:number-columns-repeated="16383"/>
        <table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>"#,
    );
    assert_eq!(read(&spread), Err(ReadError::TooManyCells { limit: tabular::MAX_CELLS }));
}

#[test]
fn a_large_tree_streams_with_its_line_numbers() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/divisions-jinan.csv");
    let mut records =
        tabular::read_rows_csv(std::fs::File::open(path).unwrap(), &[&["code"], &["name"], &["parent_code"]]).unwrap();
    let (mut read, mut last) = (0, 0);
    while let Some(record) = records.next().unwrap() {
        assert!(!record.field(0).is_empty() && !record.field(1).is_empty());
        assert_eq!(record.line, last.max(1) + 1);
        (read, last) = (read + 1, record.line);
    }
    assert!(read > 1000, "{read}");
    let gbk = encoding_rs::GBK.encode("名称,code\n古沟街道,1\n").0.into_owned();
    let mut records = tabular::read_rows_csv(gbk.as_slice(), &[&["代码", "code"], &["名称"]]).unwrap();
    let record = records.next().unwrap().unwrap();
    assert_eq!((record.field(0), record.field(1)), ("1", "古沟街道"));
    let missing = tabular::read_rows_csv(b"a,b\n".as_slice(), &[&["code", "代码"]]);
    assert!(matches!(missing, Err(tabular::RecordError::MissingColumns { .. })));
}

fn damaged(name: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let bytes = std::fs::read(file(name)).unwrap();
    let length = bytes.len();
    prop::collection::vec((0..length, any::<u8>()), 1..20).prop_map(move |changes| {
        let mut bytes = bytes.clone();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat());
        let _ = read(&[b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &bytes].concat());
    }

    #[test]
    fn no_damage_makes_reading_panic(xls in damaged("roster.xls"), ods in damaged("roster.ods"), locked in damaged("locked.xlsx")) {
        for bytes in [xls, ods, locked] {
            let _ = read(&bytes);
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "[0-9０-９年月日号.．/:：~至到()（）、，;·上下午点半 　一二十百万等人请假\\-—张三\u{0}-\u{10FFFF}]{0,24}", year in prop::option::of(any::<i32>())) {
        let cell = Cell::Text(text.clone());
        let _ = (tabular::day(&cell, year), tabular::month(&cell, year), tabular::period(&cell, year));
        let _ = (tabular::count(&cell), tabular::names(&text), tabular::person_name(&text), tabular::code(&cell));
        let _ = (tabular::year_in(&text), tabular::chinese_number(&text), tabular::tidy(&text));
    }

    #[test]
    fn no_number_makes_a_parser_panic(number in any::<f64>()) {
        let cell = Cell::Number(number);
        let _ = (tabular::day(&cell, None), tabular::month(&cell, None), tabular::period(&cell, None), tabular::count(&cell), cell.shown());
    }
}

/// The table of an open document, of which rows are hidden and cells are merged.
const TOLD: &str = r#"<table:table table:name="花名&amp;册">
<table:table-row><table:table-cell office:value-type="string"><text:p>单位</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:number-rows-spanned="3" office:value-type="string"><text:p>古沟街道</text:p>
</table:table-cell><table:table-cell office:value-type="string"><text:p>张三</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility="filter"><table:covered-table-cell/>
<table:table-cell office:value-type="string"><text:p>李四</text:p></table:table-cell></table:table-row>
<table:table-row-group table:display="false"><table:table-row><table:covered-table-cell/>
<table:table-cell office:value-type="string"><text:p>王五</text:p></table:table-cell></table:table-row></table:table-row-group>
<table:table-row table:visibility="collapse" table:number-rows-repeated="1048572"><table:table-cell/></table:table-row>
</table:table>"#;

#[test]
fn hidden_rows_and_merged_cells_of_an_open_document_are_told() {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>",
        TOLD.replace('\n', "")
    );
    let bytes = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest></manifest:manifest>"),
        ("content.xml", content.as_bytes()),
    ]);
    let sheets = read(&bytes).unwrap();
    assert_eq!((sheets[0].name.as_str(), sheets[0].hidden_rows.as_slice()), ("花名&册", [2, 3].as_slice()));
    let columns = [
        Column { key: "unit", names: &["单位"], required: true },
        Column { key: "name", names: &["姓名"], required: true },
    ];
    let table = tabular::find_table(&sheets, &columns).unwrap();
    let rows: Vec<_> = table.rows.iter().map(|row| (row.text("unit").unwrap(), row.text("name").unwrap())).collect();
    let expected = ["张三", "李四", "王五"].map(|name| ("古沟街道".to_owned(), name.to_owned()));
    assert_eq!(rows, expected);
    assert_eq!(table.hidden, [3, 4]);
}

#[test]
fn hidden_rows_of_an_old_workbook_are_told() {
    let mut bytes = std::fs::read(file("roster.xls")).unwrap();
    assert_eq!(read(&bytes).unwrap()[0].hidden_rows, [] as [usize; 0]);
    // The ROW record of the third row.
    let record = [0x08, 0x02, 0x10, 0x00, 0x02, 0x00];
    let at = bytes.windows(record.len()).position(|window| window == record).unwrap();
    bytes[at + 4 + 12] |= 0x20;
    let sheets = read(&bytes).unwrap();
    assert_eq!(sheets[0].hidden_rows, [2]);
    assert_eq!(tabular::find_table(&sheets, &COLUMNS).unwrap().hidden, [3]);
}
