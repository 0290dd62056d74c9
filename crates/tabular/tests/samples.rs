//! Reads all of the sample ledgers and compares the figures with those they were generated from.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tabular::{Cell, Column, DateError, Mark, Row, Table};

const fn column(key: &'static str, names: &'static [&'static str]) -> Column {
    Column { key, names, required: true }
}

fn sample(name: &str, columns: &[Column]) -> Table {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers-sample").join(name);
    tabular::find_table(&tabular::read_file(&path).unwrap(), columns).unwrap()
}

const ROSTER: [Column; 5] = [
    column("name", &["姓名"]),
    column("born", &["出生年月"]),
    column("unit", &["单位", "工作单位"]),
    column("phone", &["电话", "联系电话"]),
    Column { key: "note", names: &["备注"], required: false },
];

const ACTIVITIES: [Column; 6] = [
    column("date", &["日期", "活动时间"]),
    column("title", &["名称", "活动主题"]),
    column("kind", &["类型", "活动形式"]),
    column("unit", &["单位", "主办单位"]),
    column("attended", &["实到", "参加人数"]),
    column("people", &["名单", "参加人员"]),
];

#[test]
fn the_roster_is_read_whole() {
    let table = sample("01-roster.xlsx", &ROSTER);
    assert_eq!(table.title.as_deref(), Some("青年理论学习小组成员花名册"));
    assert_eq!((table.sheet.as_str(), table.title_year, table.header_row), ("汇总", None, 3));
    assert_eq!(table.unmapped, ["序号", "性别", "政治面貌", "职务", "学历"]);
    assert_eq!((table.dropped.blank, table.dropped.totals, table.dropped.headers, table.dropped.footers), (1, 1, 0, 0));
    assert_eq!(table.rows.len(), 249);
    assert_eq!((table.rows[0].number, table.rows[248].number), (4, 253));
    let unread: Vec<_> = table.rows.iter().filter(|row| tabular::month(row.cell("born"), None).is_err()).collect();
    assert_eq!(unread.len(), 1);
    assert_eq!(tabular::month(unread[0].cell("born"), None), Err(DateError::NotADate { text: "生日不详".to_owned() }));
    for row in &table.rows {
        let name = tabular::person_name(&row.text("name").unwrap()).unwrap();
        assert!((2..=3).contains(&name.chars().count()) && !name.contains(char::is_whitespace), "{name}");
        let phone = tabular::code(row.cell("phone")).unwrap();
        assert!(phone.len() == 11 || phone == "1380000", "{phone}");
    }
    let found = |number: usize| tabular::month(table.rows[number - 1].cell("born"), None).unwrap();
    assert_eq!((found(10).year, found(10).month), (1987, 10));
    assert_eq!((found(39).year, found(39).month), (1990, 12));
    assert_eq!((found(48).year, found(48).month), (1990, 1));
}

#[test]
fn the_activities_add_up() {
    let table = sample("02-activities.xlsx", &ACTIVITIES);
    assert_eq!(table.title_year, Some(2025));
    assert_eq!((table.dropped.totals, table.rows.len()), (1, 265));
    let read = |row: &Row| tabular::day(row.cell("date"), table.title_year);
    let unread: Vec<usize> = table.rows.iter().filter(|row| read(row).is_err()).map(|row| row.number).collect();
    assert_eq!(unread, [267]);
    assert_eq!(read(&table.rows[263]), Err(DateError::NoSuchDay { year: 2025, month: 13, day: 40 }));
    let (mut audience, mut times, mut leave, mut persons) = (0, 0, 0, BTreeSet::new());
    let mut kinds = BTreeMap::new();
    // The last rows repeat others or are meant to be refused.
    for row in table.rows.iter().take(260) {
        audience += tabular::count(row.cell("attended")).unwrap();
        *kinds.entry(row.text("kind").unwrap()).or_insert(0) += 1;
        let list = tabular::names(&row.text("people").unwrap_or_default());
        assert!(list.unreadable.is_empty() && list.repeated.is_empty(), "{list:?}");
        assert!(list.marked.iter().all(|(mark, _)| *mark == Mark::Leave), "{list:?}");
        leave += list.with(Mark::Leave).len();
        times += list.present.len();
        persons.extend(list.present);
    }
    assert_eq!((audience, times, leave), (1044, 1027, 27));
    assert_eq!((kinds["集中学习"], kinds["联学活动"]), (32, 34));
    assert!(persons.len() > 200, "{}", persons.len());
}

#[test]
fn the_points_in_gbk_add_up() {
    let columns = [
        column("name", &["姓名"]),
        column("unit", &["单位"]),
        column("platform", &["平台"]),
        column("month", &["月份"]),
        column("points", &["积分"]),
    ];
    let table = sample("03-external-points.csv", &columns);
    assert_eq!((table.sheet.as_str(), table.rows.len(), table.rows[0].number), ("03-external-points", 2165, 2));
    let sum: u32 = table.rows.iter().map(|row| tabular::count(row.cell("points")).unwrap()).sum();
    assert_eq!(sum, 1_627_528);
    assert!(table.rows.iter().all(|row| tabular::month(row.cell("month"), None).is_ok_and(|month| month.year == 2025)));
}

#[test]
fn the_other_ledgers_are_read_whole() {
    let dates =
        [column("name", &["姓名", "作者"]), column("unit", &["单位"]), column("date", &["提交时间", "授予时间"])];
    for (name, rows) in [("04-research.xlsx", 72), ("08-honours.xlsx", 31)] {
        let table = sample(name, &dates);
        assert_eq!((table.title_year, table.rows.len()), (Some(2025), rows));
        for row in &table.rows {
            assert!(tabular::day(row.cell("date"), table.title_year).is_ok(), "{row:?}");
        }
    }
    let table = sample("05-risk-points.xlsx", &[column("unit", &["单位"]), column("grade", &["等级", "风险等级"])]);
    assert_eq!((table.rows.len(), table.title_year), (58, Some(2025)), "the year stands in the sheet's name alone");
    let table = sample("06-mottos.csv", &[column("name", &["姓名"]), column("motto", &["廉政座右铭"])]);
    assert_eq!((table.rows.len(), table.rows[0].text("name").as_deref()), (180, Some("孙雅曦")));
    let table = sample("07-practice.xlsx", &[column("name", &["姓名"]), column("period", &["起止时间"])]);
    assert_eq!(table.rows.len(), 46);
    for row in &table.rows {
        assert!(tabular::period(row.cell("period"), None).is_ok(), "{row:?}");
        assert!(matches!(row.cell("period"), Cell::Text(_)));
    }
}

#[test]
fn a_missing_column_is_named_with_the_nearest_header() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers-sample/06-mottos.csv");
    let sheets = tabular::read_file(&path).unwrap();
    let error = tabular::find_table(&sheets, &ROSTER).unwrap_err();
    let tabular::TableError::NoHeader { best, missing } = error else { panic!("{error:?}") };
    assert_eq!(best, ["姓名", "单位", "廉政座右铭"]);
    assert_eq!(missing, ["出生年月", "电话"]);
}
