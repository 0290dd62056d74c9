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
    Sheet { name: name.to_owned(), rows, ..Sheet::default() }
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
        Err(TableError::NoHeader { best: vec!["甲".into(), "乙".into()], missing: vec!["日期", "名称"] })
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

const ROSTER: [Column; 4] = [
    required("name", &["姓名"]),
    optional("sex", &["性别"]),
    optional("unit", &["单位"]),
    optional("birth", &["出生年月"]),
];

fn roster(lines: &[&str]) -> Table {
    find_table(&[sheet("名册", lines)], &ROSTER).unwrap()
}

#[test]
fn lines_that_end_a_page_are_dropped_in_any_column_and_named() {
    let found = roster(&[
        "姓名|性别|出生年月|单位",
        "甲某|女|1995.01|某街道",
        "共1人",
        "|共计十二人||",
        "（盖章）",
        "|||（单位公章）",
        "2025年5月8日",
        "||2025-05-08|",
        "主要领导签字：||分管领导签字：",
        "第1页 共1页",
        "以下空白",
        "||（盖章）|2025年5月8日",
    ]);
    assert_eq!((numbers(&found), found.dropped.footers), (vec![2], 10));
    assert_eq!(found.left_out, (3..=12).collect::<Vec<_>>());
    // In a column of dates a date alone may be a row that isn't filled in yet.
    let found = table(&["日期|名称|参加人数", "2025.3.5|读书|12", "2025.3.6||"]);
    assert_eq!(numbers(&found), [2, 3]);
    // What has more to it than such words is no end.
    let found = roster(&["姓名|性别|单位", "盖章|女|某街道", "共产|女|", "签字组|女|"]);
    assert_eq!(numbers(&found), [2, 3, 4]);
}

#[test]
fn a_line_of_one_cell_between_the_rows_is_told_from_them() {
    let found = roster(&["姓名|性别|单位", "单位：某社区||", "甲某|女|", "某村（2人）||", "乙某|男|"]);
    let lone: Vec<Option<String>> = found.rows.iter().map(tabular::Row::lone_text).collect();
    assert_eq!(lone, [Some("单位：某社区".to_owned()), None, Some("某村（2人）".to_owned()), None]);
    let only = roster(&["姓名", "甲某", "乙某"]);
    assert!(only.rows.iter().all(|row| row.lone_text().is_none()), "a list of names alone");
}

#[test]
fn headings_of_surveys_are_headings() {
    let found = roster(&["序号|提交时间|1、您的姓名：|2. 您的性别|3）请填写单位", "1|2025/5/8|甲某|女|某街道"]);
    assert_eq!((found.column("name"), found.column("sex"), found.column("unit")), (Some(2), Some(3), Some(4)));
    assert_eq!(found.unread(), ["提交时间"]);
}

#[test]
fn one_heading_is_enough_where_no_other_is_required() {
    let found = roster(&["某街道名单", "序号|姓名|科室", "1|甲某|办公室"]);
    assert_eq!((found.column("name"), found.unread()), (Some(1), vec!["科室".to_owned()]));
    let found = roster(&["姓名|性别||", "甲某|女||x"]);
    assert_eq!(found.unread(), ["D"], "a column without a heading is named by its letters");
}

#[test]
fn a_form_is_no_table() {
    for lines in
        [&["姓名|甲某|性别|女", "出生年月|1993.03|单位|某街道"][..], &["登记表", "姓名|甲某|性别|女", "单位|某街道||"]]
    {
        let found = find_table(&[sheet("a", lines)], &ROSTER);
        assert!(matches!(found, Err(TableError::Form { .. })), "{found:?}");
    }
}

#[test]
fn tables_beside_each_other_are_read_one_after_the_other() {
    let lines =
        ["成员名单", "姓名|单位|电话||姓名|单位|电话", "甲某|某街道|1||丙某|某街道|3", "乙某|某街道|2||丁某|某街道|4"];
    let found = roster(&lines);
    let names: Vec<Option<String>> = found.rows.iter().map(|row| row.text("name")).collect();
    assert_eq!(names, ["甲某", "乙某", "丙某", "丁某"].map(|name| Some(name.to_owned())));
    let at: Vec<usize> = found.rows.iter().map(|row| tabular::row_in_sheet(row.number)).collect();
    assert_eq!((at, found.unread()), (vec![3, 4, 3, 4], vec!["电话".to_owned()]));
    let mut numbers: Vec<usize> = numbers(&found);
    numbers.dedup();
    assert_eq!(numbers.len(), 4, "no number twice");
    assert_eq!(found.rows[2].origin.title.as_deref(), Some("成员名单"));
    // The rows of a table are of one table, so that a line between them holds for those below it.
    assert!(std::sync::Arc::ptr_eq(&found.rows[2].origin, &found.rows[3].origin));
    assert!(!std::sync::Arc::ptr_eq(&found.rows[0].origin, &found.rows[2].origin));
    // What stands beyond the last heading is named; to the left of the first table nobody knows for whom it holds.
    let beyond = roster(&["姓名|电话|姓名|电话|", "甲某|1|丙某|3|x"]);
    assert_eq!(beyond.unread(), ["电话", "E"]);
    let left = find_table(&[sheet("a", &["部门|姓名|单位|姓名|单位", "某科|甲某|某街道|丙某|某街道"])], &ROSTER);
    assert!(matches!(left, Err(TableError::DuplicateColumn { .. })), "{left:?}");
    // The second lacks what is required: which one is meant isn't known.
    let twice = find_table(&[sheet("a", &["日期|名称|日期|备注", "2025.3.5|读书|2025.3.6|x"])], &ACTIVITIES);
    assert!(matches!(twice, Err(TableError::DuplicateColumn { .. })), "{twice:?}");
}

#[test]
fn all_sheets_are_read_if_that_is_wanted() {
    let sheets = [
        sheet("1月", &["2025年1月", "日期|名称", "1月5日|读书"]),
        sheet("说明", &["请如实填写"]),
        sheet("2月", &["2024年2月", "名称|日期|地点", "党课|2月5日|某楼"]),
    ];
    let layout = Layout { all_sheets: true, ..Layout::default() };
    let found = find_table_as(&sheets, &ACTIVITIES, &layout).unwrap();
    assert_eq!(
        (found.sheets.as_slice(), found.other_sheets.as_slice()),
        (&["1月", "2月"].map(String::from)[..], &["说明".to_owned()][..])
    );
    let read: Vec<_> = found.rows.iter().map(|row| (row.text("title").unwrap(), row.origin.year)).collect();
    assert_eq!(read, [("读书".to_owned(), Some(2025)), ("党课".to_owned(), Some(2024))]);
    assert_ne!(found.rows[0].number, found.rows[1].number);
    assert_eq!(found.unread(), ["地点"]);
}

#[test]
fn the_sheet_of_the_year_comes_first() {
    let sheets =
        [sheet("2024", &["日期|名称", "3月5日|读书", "3月6日|读书"]), sheet("2025", &["日期|名称", "3月5日|党课"])];
    let of = |year| find_table_as(&sheets, &ACTIVITIES, &Layout { year, ..Layout::default() }).unwrap();
    assert_eq!((of(None).sheet, of(Some(2025)).sheet), ("2024".to_owned(), "2025".to_owned()));
    let years = find_table(&[sheet("2024", &["2025年台账", "日期|名称", "3月5日|读书"])], &ACTIVITIES).unwrap().years;
    assert_eq!(years, [2025, 2024], "title and sheet disagree");
}

#[test]
fn headings_can_be_put_to_columns_and_values_given() {
    let sheets = [sheet("a", &["哪天|名称|做了什么", "2025.3.5|一号楼|读书"])];
    let named = vec![("哪天".to_owned(), "date".to_owned()), ("C".to_owned(), "title".to_owned())];
    let found = find_table_as(&sheets, &ACTIVITIES, &Layout { named, ..Layout::default() }).unwrap();
    assert_eq!(
        (found.column("date"), found.column("title"), found.unread()),
        (Some(0), Some(2), vec!["名称".to_owned()])
    );
    let named = vec![("哪日".to_owned(), "date".to_owned())];
    let unknown = find_table_as(&sheets, &ACTIVITIES, &Layout { named, ..Layout::default() });
    assert!(matches!(unknown, Err(TableError::NoHeading { .. })), "{unknown:?}");
    let given = vec![("date".to_owned(), "2025.3.5".to_owned()), ("note".to_owned(), "x".to_owned())];
    let sheets = [sheet("a", &["名称|备注", "读书|", "党课|y"])];
    let found = find_table_as(&sheets, &ACTIVITIES, &Layout { given, ..Layout::default() }).unwrap();
    let texts: Vec<_> = found.rows.iter().map(|row| (row.text("date").unwrap(), row.text("note").unwrap())).collect();
    assert_eq!(texts, [("2025.3.5".to_owned(), "x".to_owned()), ("2025.3.5".to_owned(), "y".to_owned())]);
}
