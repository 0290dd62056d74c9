//! Finds tables in sheets as people lay them out, and drops only rows that are not data.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use tabular::{Cell, Column, Dropped, Layout, Sheet, Table, TableError, find_table, find_table_as, outline};

const fn required(key: &'static str, names: &'static [&'static str]) -> Column {
    Column { key, names, required: true }
}

const fn optional(key: &'static str, names: &'static [&'static str]) -> Column {
    Column { key, names, required: false }
}

const ACTIVITIES: [Column; 6] = [
    required("date", &["日期", "活动时间", "时间"]),
    required("title", &["名称", "活动主题"]),
    optional("time", &["时间"]),
    optional("expected", &["应到"]),
    optional("attended", &["实到", "参加人数"]),
    optional("note", &["备注"]),
];

fn sheet(name: &str, lines: &[&str]) -> Sheet {
    let cell = |text: &str| text.parse().map_or_else(|_| Cell::from_text(text), Cell::Number);
    let rows = lines.iter().map(|line| line.split('|').map(cell).collect()).collect();
    Sheet { name: name.to_owned(), hidden: false, rows, merged: Vec::new() }
}

fn table(lines: &[&str]) -> Table {
    find_table(&[sheet("Sheet1", lines)], &ACTIVITIES).unwrap()
}

fn numbers(table: &Table) -> Vec<usize> {
    table.rows.iter().map(|row| row.number).collect()
}

#[test]
fn headings_match_through_spaces_breaks_colons_and_units() {
    let found = table(&[
        "附件1",
        "2025年度活动台账",
        "填报单位：某区妇联||填报时间：2026年1月5日",
        "序号|活 动\n时间：|*活动主题|参加人数（人）|其他",
        "1|3月5日|读书|12|x",
    ]);
    assert_eq!((found.title.as_deref(), found.title_year, found.header_row), (Some("2025年度活动台账"), Some(2025), 4));
    assert_eq!(found.unmapped, ["序号", "其他"]);
    assert_eq!(found.heading("attended"), Some("参加人数（人）"));
    assert_eq!(found.rows[0].text("attended").as_deref(), Some("12"));
    assert_eq!(found.rows[0].cell("note"), &Cell::Empty);
}

#[test]
fn a_header_may_have_two_rows() {
    let found = table(&[
        "活动台账",
        "序号|日期|名称|出勤情况|||备注",
        "|||应到|实到|请假|",
        "1|2025.3.5|读书|12|10|2|",
        "2|2025.3.6|党课|9|9|0|",
    ]);
    assert_eq!((found.header_row, numbers(&found)), (3, vec![4, 5]));
    assert_eq!(found.headings[4], "出勤情况 实到");
    assert_eq!(
        (found.rows[0].text("expected"), found.rows[0].text("attended")),
        (Some("12".into()), Some("10".into()))
    );
    assert_eq!(found.column("note"), Some(6));
}

#[test]
fn the_first_name_of_a_column_wins_and_a_required_column_comes_first() {
    let found = table(&["日期|时间|名称", "2025.3.5|9:00|读书"]);
    assert_eq!((found.column("date"), found.column("time")), (Some(0), Some(1)));
    let found = table(&["时间|名称", "2025.3.5|读书"]);
    assert_eq!((found.column("date"), found.column("time")), (Some(0), None));
}

#[test]
fn a_heading_that_occurs_twice_is_an_error_unless_its_neighbour_distinguishes_them() {
    let error = find_table(&[sheet("a", &["日期|名称|备注|备注", "2025.3.5|读书||"])], &ACTIVITIES).unwrap_err();
    assert_eq!(error, TableError::DuplicateColumn { key: "note", heading: "备注".into(), first: 3, second: 4 });
    let talks = [
        required("by", &["谈话人"]),
        required("with", &["对象"]),
        optional("by_post", &["谈话人职务"]),
        optional("with_post", &["对象职务"]),
    ];
    let found = find_table(&[sheet("a", &["谈话人|职务|对象|职务", "甲乙|主任|丙丁|科员"])], &talks).unwrap();
    assert_eq!((found.column("by_post"), found.column("with_post")), (Some(1), Some(3)));
}

#[test]
fn only_what_is_no_data_is_dropped() {
    let found = table(&[
        "活动台账",
        "序号|日期|名称|参加人数|备注",
        "1|2025.3.5|读书|12|",
        "|　|||",
        "小　计|||12|",
        "序号|日期|名称|参加人数|备注",
        "活动台账||||",
        "2|2025.3.6|合计工作培训|9|",
        "3|2025.3.7|合计|9|",
        "合计|2025.3.8|读书|9|",
        "|||7|",
        "4|||#REF!|",
        "合计（场）|2场||30|",
        "总计：30人||||",
        "填表人：张三|||审核人：|李四",
        "注：本表一式两份||||",
        "备注||||",
    ]);
    assert_eq!(numbers(&found), [3, 8, 9, 10, 11, 12, 17]);
    assert_eq!(found.dropped, Dropped { blank: 1, totals: 3, headers: 2, footers: 2 });
}

#[test]
fn the_fullest_sheet_that_is_shown_is_taken_and_the_others_are_named() {
    let mut hidden = sheet("旧", &["日期|名称|参加人数|备注", "2024.3.5|读书|1|"]);
    hidden.hidden = true;
    let one = sheet("1月", &["日期|名称|参加人数", "2025.1.5|读书|1"]);
    let two = sheet("2月", &["日期|名称|参加人数", "2025.2.5|读书|1", "2025.2.6|读书|1"]);
    let found = find_table(&[hidden, sheet("说明", &["请如实填写"]), one, two], &ACTIVITIES).unwrap();
    assert_eq!((found.sheet.as_str(), found.other_sheets), ("2月", vec!["旧".to_owned(), "1月".to_owned()]));
}

#[test]
fn the_year_comes_from_the_title_the_sheet_or_the_lines_above() {
    let year = |name: &str, first: &str, second: &str| {
        let found = find_table(&[sheet(name, &[first, second, "日期|名称", "3月5日|读书"])], &ACTIVITIES).unwrap();
        found.title_year
    };
    assert_eq!(year("2024年", "2025年度活动台账", "填报日期：2026年1月5日"), Some(2025));
    assert_eq!(year("2024年", "活动台账", "填报日期：2026年1月5日"), Some(2024));
    assert_eq!(year("Sheet1", "活动台账", "填报日期：2026年1月5日"), Some(2026));
    assert_eq!(year("Sheet1", "活动台账", "填报单位：某区"), None);
}

#[test]
fn no_header_and_no_rows_are_different_errors() {
    assert_eq!(
        find_table(&[sheet("a", &["请如实填写", "甲|乙"])], &ACTIVITIES),
        Err(TableError::NoHeader { best: vec![], missing: vec!["日期", "名称"] })
    );
    assert_eq!(
        find_table(&[sheet("a", &["日期|备注", "2025.3.5|x"])], &ACTIVITIES),
        Err(TableError::NoHeader { best: vec!["日期".into(), "备注".into()], missing: vec!["名称"] })
    );
    assert_eq!(
        find_table(&[sheet("a", &["日期|名称", "合计|"])], &ACTIVITIES),
        Err(TableError::NoRows { sheet: "a".into(), header_row: 1 })
    );
}

fn chosen(columns: &[(&str, usize)]) -> Vec<(String, usize)> {
    columns.iter().map(|(key, place)| ((*key).to_owned(), *place)).collect()
}

#[test]
fn another_sheet_can_be_chosen() {
    let sheets = [sheet("一", &["日期|名称|备注", "2025.3.5|读书|"]), sheet("二", &["日期|名称", "2025.3.6|党课"])];
    let of = |name: &str| Layout { sheet: Some(name.to_owned()), ..Layout::default() };
    assert_eq!(find_table(&sheets, &ACTIVITIES).unwrap().sheet, "一");
    let found = find_table_as(&sheets, &ACTIVITIES, &of("二")).unwrap();
    assert_eq!((found.sheet.as_str(), found.rows[0].text("title").as_deref()), ("二", Some("党课")));
    let known = vec!["一".to_owned(), "二".to_owned()];
    let unknown = TableError::NoSheet { sheet: "三".to_owned(), known };
    assert_eq!(find_table_as(&sheets, &ACTIVITIES, &of("三")), Err(unknown));
    assert_eq!(outline(&sheets, &ACTIVITIES, &of("三")), None);
}

#[test]
fn columns_can_be_set_by_hand_or_left_out() {
    let sheets = [sheet("a", &["哪天|名称|备注|做了什么", "2025.3.5|一号楼|x|读书"])];
    assert!(matches!(find_table(&sheets, &ACTIVITIES), Err(TableError::NoHeader { .. })));
    let seen = outline(&sheets, &ACTIVITIES, &Layout::default()).unwrap();
    assert_eq!((seen.sheet, seen.header_row, seen.missing.as_slice()), (0, 1, ["日期"].as_slice()));
    assert_eq!((seen.column("title"), seen.column("date")), (Some(1), None));
    let layout = Layout { columns: Some(chosen(&[("date", 0), ("title", 3)])), ..Layout::default() };
    let found = find_table_as(&sheets, &ACTIVITIES, &layout).unwrap();
    assert_eq!(
        (found.heading("date"), found.heading("title"), found.heading("note")),
        (Some("哪天"), Some("做了什么"), None)
    );
    assert_eq!(found.rows[0].text("title").as_deref(), Some("读书"));
    assert_eq!(found.unmapped, ["名称", "备注"]);
    let layout = Layout { columns: Some(chosen(&[("title", 3)])), ..Layout::default() };
    assert_eq!(find_table_as(&sheets, &ACTIVITIES, &layout), Err(TableError::NotPut { missing: vec!["日期"] }));
}

#[test]
fn the_header_row_can_be_chosen_and_there_may_be_none() {
    let lines = ["活动|||", "编号|甲|乙|", "1|2025.3.5|读书|", "2|2025.3.6|党课|"];
    let sheets = [sheet("a", &lines)];
    let seen = outline(&sheets, &ACTIVITIES, &Layout::default()).unwrap();
    assert_eq!((seen.header_row, seen.headings[1].as_str()), (2, "甲"), "the row with the most texts");
    let columns = Some(chosen(&[("date", 1), ("title", 2)]));
    let layout = Layout { header_row: Some(2), columns: columns.clone(), ..Layout::default() };
    let found = find_table_as(&sheets, &ACTIVITIES, &layout).unwrap();
    assert_eq!((found.title.as_deref(), numbers(&found)), (Some("活动"), vec![3, 4]));
    let bare = [sheet("a", &lines[2..])];
    let layout = Layout { header_row: Some(0), columns, ..Layout::default() };
    let found = find_table_as(&bare, &ACTIVITIES, &layout).unwrap();
    assert_eq!((found.header_row, numbers(&found)), (0, vec![1, 2]));
    let two = [sheet("a", &["序号|日期|名称|出勤情况||备注", "|||应到|实到|", "1|2025.3.5|读书|12|10|"])];
    let layout = Layout { header_row: Some(2), ..Layout::default() };
    assert_eq!(find_table_as(&two, &ACTIVITIES, &layout).unwrap().column("attended"), Some(4));
    let layout = Layout { header_row: Some(9), ..Layout::default() };
    assert!(find_table_as(&two, &ACTIVITIES, &layout).is_err(), "a row that isn't there");
}

#[test]
fn a_merged_cell_holds_for_every_row_that_it_covers() {
    let mut merged = sheet(
        "Sheet1",
        &["日期|活动主题|备注", "2025-03-05|甲|一", "|乙|", "|丙|自己的", "|丁", "2025-04-01|戊|二", "||", "|己|"],
    );
    let area = |first, last, column| tabular::Merged { first, last, column };
    // The dates of four rows and of the last two, with a blank one between; a note of three rows; the header and what is below it.
    merged.merged = vec![area(1, 4, 0), area(5, 7, 0), area(1, 3, 2), area(0, 4, 1)];
    let found = find_table(&[merged], &ACTIVITIES).unwrap();
    let text = |key: &str| -> Vec<String> { found.rows.iter().map(|row| row.text(key).unwrap_or_default()).collect() };
    assert_eq!(numbers(&found), [2, 3, 4, 5, 6, 8]);
    assert_eq!(text("date"), ["2025-03-05", "2025-03-05", "2025-03-05", "2025-03-05", "2025-04-01", "2025-04-01"]);
    assert_eq!(text("title"), ["甲", "乙", "丙", "丁", "戊", "己"]);
    assert_eq!(text("note"), ["一", "一", "自己的", "", "二", ""]);
}
