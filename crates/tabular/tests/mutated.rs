//! Files of every kind, damaged at random: nothing panics, nothing takes a minute or 2 GiB.
//!
//! `cargo xtask fuzz-imports --minutes 60` runs it for longer. A file that fails is left in the folder for temporary files;
//! `QINGLAN_MUTATED_FROM=N` begins with that number.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tabular::{Cell, Column, Layout, Sheet};
use zip::write::SimpleFileOptions;

/// After how long reading is told to stop, as it is while the application reads.
const PATIENCE: Duration = Duration::from_secs(50);
/// The longest that a file may take.
const LONGEST: Duration = Duration::from_mins(1);
/// The most memory that the process may ever take.
const MOST_MEMORY: u64 = 2 << 30;

const COLUMNS: &[Column] = &[
    Column { key: "name", names: &["姓名", "名称", "主题"], required: true },
    Column { key: "date", names: &["日期", "出生年月", "时间"], required: false },
    Column { key: "unit", names: &["单位", "主办单位", "工作单位"], required: false },
    Column { key: "names", names: &["参加人员", "实到名单"], required: false },
];

/// Chance with a seed: the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.next(256)).unwrap()
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let first = self.next(length + 1);
        let most = if self.next(4) == 0 { length } else { 64 };
        first..length.min(first + self.next(most + 1))
    }
}

/// Every file of the folders of samples, and open documents with repeats, merged cells and folded rows.
fn samples() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/files", "../../fixtures/import-cases", "../../fixtures/ledgers-sample"];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending != "md" && ending != "json"))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut samples: Vec<(String, Vec<u8>)> =
        files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect();
    let kinds = ["xlsx", "xls", "ods", "csv"];
    assert!(kinds.iter().all(|kind| samples.iter().any(|(name, _)| name.ends_with(kind))), "a kind is missing");
    samples.push(("repeats.ods".to_owned(), open_document()));
    samples.push(("minutes.docx".to_owned(), document()));
    samples.push(("binary.xlsb".to_owned(), zipped(&[("xl/workbook.bin".to_owned(), vec![0; 64])])));
    samples
}

fn open_document() -> Vec<u8> {
    let mut rows = String::new();
    for row in 0..6 {
        write!(
            rows,
            r#"<table:table-row table:visibility="{}" table:number-rows-repeated="{}"><table:table-cell
            table:number-rows-spanned="{}" table:number-columns-spanned="2" office:value-type="string"><text:p>姓名<text:s
            text:c="3"/></text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell
            office:value-type="date" office:date-value="2025-03-0{}"/></table:table-row>"#,
            if row % 2 == 0 { "filter" } else { "visible" },
            row + 1,
            row + 1,
            row + 1
        )
        .unwrap();
    }
    let rows = rows.replace('\n', " ");
    let content = format!(
        r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="表"><table:table-row-group table:display="false">{rows}</table:table-row-group></table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype".to_owned(), b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml".to_owned(), b"<manifest:manifest></manifest:manifest>".to_vec()),
        ("content.xml".to_owned(), content.into_bytes()),
    ])
}

/// A Word document with two tables, merged cells and a content control.
fn document() -> Vec<u8> {
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t><w:tab/></w:r></w:p>");
    let mut body = paragraph("五月会议记录");
    for merge in ["restart", "continue"] {
        let cells = ["姓名", "日期", "参加人员"].map(|text| {
            let properties = format!(r#"<w:tcPr><w:gridSpan w:val="2"/><w:vMerge w:val="{merge}"/></w:tcPr>"#);
            format!("<w:tc>{properties}{}</w:tc>", paragraph(text))
        });
        let row = format!(r#"<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{}</w:tr>"#, cells.concat());
        write!(body, "<w:tbl>{}</w:tbl>", row.repeat(3)).unwrap();
        body.push_str(&paragraph("记录人：温以宁"));
        write!(body, "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", paragraph("六月")).unwrap();
    }
    zipped(&[(
        "word/document.xml".to_owned(),
        format!("<w:document><w:body>{body}</w:body></w:document>").into_bytes(),
    )])
}

fn zipped(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn parts(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).ok()?;
        let mut content = Vec::new();
        part.read_to_end(&mut content).ok()?;
        parts.push((part.name().to_owned(), content));
    }
    Some(parts)
}

/// Numbers that programs stumble over.
const NUMBERS: [&str; 12] = [
    "0",
    "-1",
    "1048576",
    "1048577",
    "16384",
    "65536",
    "2147483648",
    "4294967295",
    "18446744073709551615",
    "1e308",
    "NaN",
    "99999999999999999999999",
];
/// Markup, dates and signs that programs stumble over.
const PIECES: [&str; 17] = [
    "<row r=\"1\"/>",
    "<c r=\"XFD1048576\" t=\"s\"><v>0</v></c>",
    "<mergeCell ref=\"A1:XFD1048576\"/>",
    "<mergeCell ref=\"B9:A1\"/>",
    "<f>A1</f>",
    "</sheetData>",
    "<table:table-cell table:number-columns-repeated=\"4294967295\"/>",
    "<w:tbl><w:tr><w:tc>",
    "<w:gridSpan w:val=\"4294967295\"/>",
    "<w:vMerge/>",
    "&#x10FFFF;",
    "&amp;amp;",
    "\"\n\"",
    "2025年13月40日",
    "张三、李四等99999999999人（请假）",
    "\u{FEFF}",
    "\t;,",
];

/// Damages bytes in one way.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice, other: &[u8]) {
    let length = bytes.len();
    match dice.next(10) {
        0 | 1 => {
            for _ in 0..=dice.next(8) {
                if let Some(byte) = bytes.get_mut(dice.next(length)) {
                    *byte ^= 1 << dice.next(8);
                }
            }
        }
        2 => {
            if let Some(byte) = bytes.get_mut(dice.next(length)) {
                *byte = dice.byte();
            }
        }
        3 => {
            let range = dice.range(length);
            bytes.drain(range);
        }
        4 => bytes.truncate(dice.next(length + 1)),
        5 => {
            let piece = bytes[dice.range(length)].to_vec();
            let at = dice.next(bytes.len() + 1);
            for _ in 0..=dice.next(20) {
                bytes.splice(at..at, piece.iter().copied());
                if bytes.len() > 4 << 20 {
                    break;
                }
            }
        }
        6 => {
            let piece = other[dice.range(other.len())].to_vec();
            let range = dice.range(length);
            bytes.splice(range, piece);
        }
        7 => {
            // A number becomes another one.
            let digits: Vec<usize> = (0..length).filter(|at| bytes[*at].is_ascii_digit()).collect();
            if let Some(first) = digits.get(dice.next(digits.len())).copied() {
                let behind = bytes[first..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let number = NUMBERS[dice.next(NUMBERS.len())];
                bytes.splice(first..first + behind, number.bytes());
            }
        }
        8 => {
            let piece = PIECES[dice.next(PIECES.len())];
            // Before a tag or at the end of a line, where it may be read.
            let places: Vec<usize> = (0..length).filter(|at| matches!(bytes[*at], b'<' | b'\n' | b',')).collect();
            let at = places.get(dice.next(places.len())).copied().unwrap_or(0);
            bytes.splice(at..at, piece.bytes());
        }
        _ => {
            let value = if dice.next(2) == 0 { [0xFF; 4] } else { [0, 0, 0, 0x80] };
            let at = dice.next(length + 1);
            for (byte, value) in bytes.iter_mut().skip(at).zip(value) {
                *byte = value;
            }
        }
    }
}

/// A damaged file, of which one part is damaged if it is packed.
fn mutated(samples: &[(String, Vec<u8>)], number: u64) -> (String, Vec<u8>) {
    let mut dice = Dice(number);
    let (name, bytes) = &samples[dice.next(samples.len())];
    let other = &samples[dice.next(samples.len())].1;
    let times = 1 + dice.next(4);
    let mut bytes = bytes.clone();
    let packed = if dice.next(5) == 0 { None } else { parts(&bytes) };
    if let Some(mut parts) = packed {
        let others = self::parts(other).unwrap_or_default();
        for _ in 0..times {
            let at = dice.next(parts.len());
            let piece = others.get(dice.next(others.len())).map_or(other.as_slice(), |(_, content)| content);
            match dice.next(20) {
                0 => drop(parts.remove(at)),
                1 => parts[at].0.make_ascii_uppercase(),
                2 => parts[at].1 = piece.to_vec(),
                _ => damage(&mut parts[at].1, &mut dice, piece),
            }
            if parts.is_empty() {
                break;
            }
        }
        bytes = zipped(&parts);
    } else {
        for _ in 0..times {
            damage(&mut bytes, &mut dice, other);
        }
    }
    (format!("{number}-{name}"), bytes)
}

/// Reads a file and everything in it in every way that the importers do.
fn read_through(bytes: &[u8], started: Instant) {
    let Ok(sheets) = tabular::read_until("file", bytes, &|| started.elapsed() > PATIENCE) else { return };
    for layout in [
        Layout::default(),
        Layout { all_sheets: true, ..Layout::default() },
        Layout { header_row: Some(1), columns: Some(vec![("name".to_owned(), 0)]), ..Layout::default() },
    ] {
        let _ = tabular::outline(&sheets, COLUMNS, &layout);
        let is_day = |cell: &Cell, year: Option<i32>| tabular::day(cell, year).is_ok();
        let _ = tabular::find_across(&sheets, COLUMNS, &layout, 1, is_day);
        let _ = tabular::find_days_across(&sheets, COLUMNS, &layout);
        let _ = tabular::find_across(&sheets, COLUMNS, &layout, 0, |_, _| false);
        let Ok(table) = tabular::find_table_as(&sheets, COLUMNS, &layout) else { continue };
        let _ = table.unread();
        for row in table.rows.iter().take(2_000) {
            let _ = (row.lone_text(), row.text("unit"), row.unread().count());
        }
    }
    cells(&sheets);
}

fn cells(sheets: &[Sheet]) {
    for cell in sheets.iter().flat_map(|sheet| &sheet.rows).flatten().take(20_000) {
        let text = cell.shown();
        let _ = (tabular::day(cell, Some(2025)), tabular::month(cell, None), tabular::period(cell, Some(2025)));
        let _ = (tabular::count(cell), tabular::code(cell), tabular::names(&text), tabular::person_name(&text));
        let _ = (tabular::chinese_number(&text), tabular::year_in(&text));
    }
}

/// The most memory that this process has ever taken, in bytes, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn damaged_files_of_every_kind_do_no_harm() {
    let samples = samples();
    let first = number("QINGLAN_MUTATED_FROM").unwrap_or(0);
    let long = Duration::from_secs(number("QINGLAN_MUTATED_SECONDS").unwrap_or(30));
    let begun = Instant::now();
    let (mut slowest, mut count) = ((Duration::ZERO, 0), 0_u64);
    // What the reader of workbooks says when it panics is caught as an error of the file.
    std::panic::set_hook(Box::new(|_| {}));
    let mut fault = None;
    while begun.elapsed() < long && fault.is_none() {
        let at = first + count;
        let (name, bytes) = mutated(&samples, at);
        let started = Instant::now();
        let ended = catch_unwind(AssertUnwindSafe(|| read_through(&bytes, started)));
        let took = started.elapsed();
        if took > slowest.0 {
            slowest = (took, at);
        }
        let what = match ended {
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                Some(format!("panics: {}", text.unwrap_or_default()))
            }
            Ok(()) if took > LONGEST => Some(format!("takes {took:?}")),
            Ok(()) => peak().filter(|peak| *peak > MOST_MEMORY).map(|peak| format!("takes {} MiB", peak >> 20)),
        };
        fault = what.map(|what| {
            let file = std::env::temp_dir().join(&name);
            std::fs::write(&file, &bytes).unwrap();
            format!("{} {what}", file.display())
        });
        count += 1;
    }
    let _ = std::panic::take_hook();
    assert_eq!(fault, None, "number {}", first + count - 1);
    let memory = peak().map_or_else(|| "unknown".to_owned(), |peak| format!("{} MiB", peak >> 20));
    println!(
        "{count} files from number {first} in {:?}; the slowest is {} with {:?}; at the most {memory}",
        begun.elapsed(),
        slowest.1,
        slowest.0
    );
}
