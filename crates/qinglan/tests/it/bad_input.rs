//! Bad input is refused with the reason, and nothing is stored.

use desk::{
    app::App,
    error::{AppError, Result},
};
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, actions},
    units,
};
use kernel::Refusal;
use tabular::{Cell, Sheet};

use crate::{
    sample::{CITY, ROSTER, import},
    support::{On, Place, file, on_both},
};

on_both!(
    odd_trees_are_judged_line_by_line,
    a_row_without_a_level_is_refused_whatever_levels_are_called,
    odd_cells_are_judged_row_by_row,
    files_that_are_no_spreadsheets_are_refused
);

async fn judge(app: &App, kind: Kind, source: &Source) -> Result<Summary> {
    let answers = Answers::new();
    let unit = if kind.is_tree() { None } else { Some(units::find_by_code_or_name(&app.db, "9901").await?.id) };
    let progress = |_, _| ();
    let context = Context {
        source,
        unit,
        year: Some(2025),
        answers: &answers,
        from: None,
        today: app.today(),
        only: None,
        progress: &progress,
    };
    actions::preview(app, &app.operator(), kind, &context).await
}

fn tree(text: &str) -> Source {
    Source { name: "tree.csv".to_owned(), bytes: text.as_bytes().to_vec(), ..Source::default() }
}

fn codes(summary: &Summary) -> Vec<(usize, Vec<String>)> {
    summary
        .refused()
        .into_iter()
        .map(|(row, reasons)| {
            let code =
                |reason: Refusal| reason.details.first().map_or(reason.code.clone(), |detail| detail.code.clone());
            (row, reasons.into_iter().map(code).collect())
        })
        .collect()
}

async fn odd_trees_are_judged_line_by_line(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let source = tree(
        "code,name,level,parent_code\n\
         1,市,city,\n\
         11,东区,district,1\n\
         11,西区,district,1\n\
         1,市,city,\n\
         12,甲,district,13\n\
         13,乙,district,12\n\
         14,丙,district,12\n\
         15,丁,district,99\n\
         16,戊,galaxy,1\n\
         17,,district,1\n\
         18,己,street,16\n",
    );
    let summary = judge(&app, federation::units::import::KIND, &source).await.unwrap();
    assert_eq!((summary.read, summary.taken, summary.repeated), (11, 2, 1));
    let refused = codes(&summary);
    let of = |row: usize| refused.iter().find(|(number, _)| *number == row).map(|(_, codes)| codes[0].as_str());
    assert_eq!(of(4), Some("tree-code-twice"));
    assert!(matches!(of(6), Some("tree-loop" | "tree-parent-refused")));
    assert!(matches!(of(7), Some("tree-loop" | "tree-parent-refused")));
    assert_eq!(of(8), Some("tree-parent-refused"));
    assert_eq!(of(9), Some("tree-no-parent"));
    assert_eq!(of(10), Some("level-unknown"));
    assert_eq!(of(11), Some("unit-without-name"));
    assert_eq!(of(12), Some("tree-parent-refused"));
    for odd in ["", "a,b\n1,2\n", "code,name,level,parent_code\n1,\"x\n"] {
        assert!(judge(&app, federation::units::import::KIND, &tree(odd)).await.is_err(), "{odd:?}");
    }
}

fn sheet(kind: Kind, rows: Vec<Vec<Cell>>) -> Source {
    let head: Vec<Cell> = if kind == federation::people::import::KIND {
        ["姓名", "出生年月", "政治面貌", "工作单位", "联系电话"].map(Cell::from_text).to_vec()
    } else {
        ["活动时间", "活动主题", "活动形式", "主办单位", "参加人数", "参加人员"].map(Cell::from_text).to_vec()
    };
    let rows = std::iter::once(head).chain(rows).collect();
    let sheets = vec![Sheet { name: "表".to_owned(), rows, ..Sheet::default() }];
    Source { name: "表.xlsx".to_owned(), sheets, ..Source::default() }
}

async fn a_row_without_a_level_is_refused_whatever_levels_are_called(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    let levels = units::store::levels(&app.db).await.unwrap();
    let city = levels.iter().find(|level| level.code == "city").unwrap().version();
    units::actions::set_level(&app, &app.operator(), "city", ["市", "city", ""], city).await.unwrap();
    let summary =
        judge(&app, federation::units::import::KIND, &tree("code,name,level,parent_code\n1,市,市,\n2,乙,,\n"))
            .await
            .unwrap();
    assert_eq!(summary.taken, 1);
    assert_eq!(codes(&summary), [(3, vec!["level-unknown".to_owned()])]);
}

async fn odd_cells_are_judged_row_by_row(on: On) {
    let place = Place::new(on).await;
    let app = place.open().await;
    import(&app, federation::units::import::KIND, CITY, &Answers::new()).await;
    import(&app, federation::people::import::KIND, ROSTER, &Answers::new()).await;
    let text = |cells: &[&str]| -> Vec<Cell> { cells.iter().map(|cell| Cell::from_text(*cell)).collect() };
    let mut broken = text(&["2025年3月5日", "学习", "集中学习", "古沟街道", "", ""]);
    broken[4] = Cell::Error("#REF!".to_owned());
    let activities = sheet(
        qinglan::features::activities::import::KIND,
        vec![
            text(&["2205年3月5日", "学习", "集中学习", "古沟街道", "3", ""]),
            text(&["2025年2月30日", "学习", "集中学习", "古沟街道", "3", ""]),
            text(&["2025年3月5日", "学习", "跳舞", "古沟街道", "3", ""]),
            text(&["2025年3月5日", "学习", "集中学习", "和平", "3", ""]),
            text(&["2025年3月5日", "学习", "集中学习", "古沟街道", "约30人", ""]),
            text(&["2025年3月5日", "学习", "集中学习", "古沟街道", "1", "何诺芳、邓欣芳"]),
            broken,
            text(&["2025年3月5日", "", "集中学习", "古沟街道", "3", ""]),
            text(&["3月5日", "学习", "集中学习", "古沟街道", "3", "何诺芳"]),
        ],
    );
    let summary = judge(&app, qinglan::features::activities::import::KIND, &activities).await.unwrap();
    let refused: Vec<String> = codes(&summary).into_iter().map(|(_, codes)| codes[0].clone()).collect();
    assert_eq!(
        refused,
        [
            "date-out-of-range",
            "date-no-such-day",
            "type-unknown",
            "unit-fits-several",
            "count-unreadable",
            "audience-below-list",
            "cell-error",
            "activity-without-title"
        ]
    );
    assert_eq!(summary.taken, 1, "the good row is taken, with the year given");
    let roster = sheet(
        federation::people::import::KIND,
        vec![
            text(&["张三", "生日不详", "群众", "古沟街道", ""]),
            text(&["张三", "1990.3", "好人", "古沟街道", ""]),
            text(&["", "1990.3", "群众", "古沟街道", "1"]),
            text(&["<b>张三</b>", "1990.3", "群众", "古沟街道", ""]),
            text(&["张三", "1990.3", "群众", "天上街道", ""]),
        ],
    );
    let summary = judge(&app, federation::people::import::KIND, &roster).await.unwrap();
    let refused: Vec<String> = codes(&summary).into_iter().map(|(_, codes)| codes[0].clone()).collect();
    assert_eq!(refused[..3], ["date-unreadable", "party-unknown", "name-missing"]);
    assert_eq!(refused.last().unwrap(), "unit-not-under");
}

/// A workbook whose texts take more than 128 MB once they are unpacked.
fn full_workbook() -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let texts = format!("<sst>{}</sst>", format!("<si><t>{}</t></si>", "x".repeat(3_500_000)).repeat(40));
    for (name, content) in [("xl/workbook.xml", "<workbook/>"), ("xl/sharedStrings.xml", &texts)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

async fn files_that_are_no_spreadsheets_are_refused(_: On) {
    let folder = std::env::temp_dir().join(format!("qinglan-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let code = |path: &std::path::Path| match Source::read(path, federation::people::import::KIND) {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    let picture = folder.join("picture.xlsx");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    assert_eq!(code(&picture), "file-not-a-spreadsheet");
    let large = folder.join("large.xlsx");
    std::fs::File::create(&large).unwrap().set_len(200 << 20).unwrap();
    assert_eq!(code(&large), "file-too-large");
    let empty = folder.join("empty.csv");
    std::fs::write(&empty, b"").unwrap();
    assert_eq!(code(&empty), "file-empty");
    assert_eq!(code(&folder.join("missing.xlsx")), "file-unreadable");
    let full = folder.join("full.xlsx");
    std::fs::write(&full, full_workbook()).unwrap();
    assert_eq!(code(&full), "file-too-full");
    let locked = file("crates/tabular/tests/files/locked.xlsx");
    assert_eq!(code(&locked), "file-locked");
    std::fs::remove_dir_all(&folder).unwrap();
}
