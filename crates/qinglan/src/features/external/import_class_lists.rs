//! Lists of people with the classes they took part in, as a table with a class to a row: a row for each person and class, or a person to
//! a row with a column for each class.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;
use federation::imports::Context;
use kernel::Refusal;
use tabular::{
    Across, Cell, Column, Layout, Origin, Row, Table, chinese_number, day, find_across, fold, person_name, tidy,
};

/// The key of the names of those who took part, one a line.
const DONE: &str = "done";
/// The key of the names of those who didn't.
const MISSED: &str = "missed";
/// The key of the names of those of whom it says nothing.
const BLANK: &str = "blank";
/// The key of marks that can't be read.
const UNCLEAR: &str = "unclear";
/// The key of the first day on which somebody took part.
const FIRST: &str = "first";
/// The key of whether the list says of anybody that they missed it, or could say so.
const SAYS: &str = "says";

/// The columns of a file with a person and a class to a row.
const PERSONS: &[Column] = &[
    Column {
        key: "name", names: &["姓名", "名字", "学员", "学员姓名", "团员", "团员姓名", "name"], required: true
    },
    Column {
        key: "state",
        names: &[
            "学习情况",
            "学习状态",
            "是否学习",
            "是否完成",
            "完成情况",
            "完成状态",
            "是否参学",
            "状态",
            "参学情况",
        ],
        required: false,
    },
    Column {
        key: "learned",
        names: &["学习时间", "学习日期", "完成时间", "完成日期", "参学时间", "参与时间", "提交时间"],
        required: false,
    },
];

/// Words and marks for somebody who took part, and who didn't.
const YES: [&str; 17] = [
    "√",
    "✓",
    "✔",
    "☑",
    "是",
    "已学",
    "已完成",
    "完成",
    "已学习",
    "已参学",
    "参学",
    "学习",
    "○",
    "1",
    "y",
    "yes",
    "已参与",
];
const NO: [&str; 15] =
    ["×", "✗", "✘", "x", "否", "未学", "未完成", "未学习", "未参学", "没学", "缺", "0", "n", "no", "未参与"];

/// Those on the list of a class.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    /// Who took part.
    pub(super) done: Vec<String>,
    /// Who didn't.
    pub(super) missed: Vec<String>,
    /// Of whom the list says nothing, though it says something of others.
    pub(super) blank: Vec<String>,
    /// Marks that can't be read.
    pub(super) unclear: Vec<String>,
    /// The first day on which somebody took part.
    pub(super) first_day: Option<NaiveDate>,
    /// Whether the list says of people that they missed it.
    pub(super) says_missed: bool,
}

impl Members {
    /// Those of a row; `None` for one with numbers.
    pub(super) fn of(row: &Row) -> Option<Self> {
        if !row.has(DONE) {
            return None;
        }
        let lines = |key: &str| -> Vec<String> {
            row.lines(key).map(|text| text.lines().map(str::to_owned).collect()).unwrap_or_default()
        };
        let first_day = row.text(FIRST).and_then(|text| kernel::parse_day(&text).ok());
        let says_missed = row.text(SAYS).is_some();
        let [done, missed, blank, unclear] = [DONE, MISSED, BLANK, UNCLEAR].map(lines);
        Some(Self { done, missed, blank, unclear, first_day, says_missed })
    }

    /// All names.
    pub(super) fn every(&self) -> Vec<String> {
        self.done.iter().chain(&self.missed).chain(&self.blank).cloned().collect()
    }

    fn add(&mut self, name: String, mark: Mark) {
        match mark {
            Mark::Done => self.done.push(name),
            Mark::Missed => self.missed.push(name),
            Mark::Blank => self.blank.push(name),
            Mark::Unclear(text) => self.unclear.push(format!("{name} {text}")),
        }
    }
}

enum Mark {
    Done,
    Missed,
    Blank,
    Unclear(String),
}

fn mark(cell: &Cell) -> Mark {
    let text = fold(&cell.shown()).trim().to_lowercase();
    if YES.contains(&text.as_str()) {
        Mark::Done
    } else if NO.contains(&text.as_str()) {
        Mark::Missed
    } else if text.is_empty() {
        Mark::Blank
    } else if day(cell, Some(2000)).is_ok() {
        // The day on which somebody took part.
        Mark::Done
    } else {
        Mark::Unclear(text)
    }
}

/// Season and issue of a row, in one column or in two; the title says the season where the row doesn't.
pub(super) fn season_and_issue(row: &Row) -> Result<(String, String), Refusal> {
    let text = row.text("issue").unwrap_or_default();
    let (of_issue, issue) = split(&text);
    let season = row.text("season").map(|text| numbered(&text, '季').unwrap_or(text));
    let title = || row.origin.title.as_deref().and_then(|title| numbered(title, '季'));
    match (season.or(of_issue).or_else(title), issue) {
        (Some(season), Some(issue)) => Ok((season, issue)),
        (None, _) => Err(Refusal::new("class-no-season").with("text", text)),
        (_, None) => Err(Refusal::new("class-no-issue").with("text", text)),
    }
}

/// `2025年第三季第十二期` as `2025年第3季` and `第12期`; a text of figures alone is an issue.
fn split(text: &str) -> (Option<String>, Option<String>) {
    let issue = numbered(text, '期').map(|issue| match issue.split_once('第') {
        Some((_, number)) => format!("第{number}"),
        None => issue,
    });
    let bare = fold(text);
    let issue = issue.or_else(|| {
        let number = bare.trim();
        (!number.is_empty() && number.len() <= 3 && number.chars().all(|digit| digit.is_ascii_digit()))
            .then(|| format!("第{}期", number.trim_start_matches('0')))
    });
    let season = numbered(text, '季').or_else(|| {
        // Without seasons the year is one.
        let year = tabular::year_in(text)?;
        issue.as_ref().map(|_| format!("{year}年"))
    });
    (season, issue)
}

/// `2025年第三季` of a text, with the number in figures.
fn numbered(text: &str, unit: char) -> Option<String> {
    let text = fold(text);
    let (before, _) = text.split_once(unit)?;
    let start = before.rfind('第')? + '第'.len_utf8();
    let number = before.get(start..)?.trim();
    let number: u32 = number.parse().ok().or_else(|| chinese_number(number)?.try_into().ok())?;
    let year = tabular::year_in(before).map(|year| format!("{year}年")).unwrap_or_default();
    Some(format!("{year}第{number}{unit}"))
}

/// The table of classes in a file that lists people.
pub(super) fn table(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    let beside = columns.iter().filter(|column| column.key != "participants");
    let columns: Vec<Column> = PERSONS.iter().chain(beside).copied().collect();
    match context.table(&columns) {
        Ok(table) => Some(of_rows(context, table)),
        Err(_) => of_columns(context, &columns),
    }
}

/// What identifies a class: unit, platform, season, issue, day and how many were expected, as they are written.
type Key = [String; 6];

const KEYS: [&str; 6] = ["unit", "platform", "season", "issue", "day", "base"];

/// A person and a class to a row.
fn of_rows(context: &Context<'_>, table: Table) -> Table {
    let mut classes: BTreeMap<usize, (Arc<Origin>, Key, Members)> = BTreeMap::new();
    let mut numbers: BTreeMap<Key, usize> = BTreeMap::new();
    for row in &table.rows {
        let key = KEYS.map(|key| row.text(key).unwrap_or_default());
        let number = *numbers.entry(key.clone()).or_insert(row.number);
        let (_, _, members) =
            classes.entry(number).or_insert_with(|| (Arc::clone(&row.origin), key, Members::default()));
        let text = row.text("name").unwrap_or_default();
        let state = if row.has("state") { mark(row.cell("state")) } else { Mark::Done };
        match person_name(&text) {
            Some(name) => members.add(name, state),
            None => members.unclear.push(format!("{}: {text}", tabular::row_in_sheet(row.number))),
        }
        members.says_missed |= row.has("state");
        let learned = day(row.cell("learned"), context.year_of(row).ok().flatten()).ok().map(|read| read.date);
        members.first_day = [members.first_day, learned].into_iter().flatten().min();
    }
    let made = classes.into_iter().map(|(number, (origin, key, members))| (number, origin, cells((key, members))));
    table.remade(&MADE, &HEADINGS, made.collect())
}

/// A person to a row, with a column for each class.
fn of_columns(context: &Context<'_>, columns: &[Column]) -> Option<Table> {
    let layout = Layout { year: context.year, ..context.source.layout.clone() };
    let is_class =
        |cell: &Cell, _: Option<i32>| split(&tidy(&cell.shown())).1.is_some() && matches!(cell, Cell::Text(_));
    let across = find_across(&context.source.sheets, columns, &layout, 1, is_class)?;
    let mut classes: BTreeMap<usize, (Key, Members)> = BTreeMap::new();
    let mut numbers: HashMap<Key, usize> = HashMap::new();
    let headings = across.columns.iter().map(|column| {
        let topic = column.topic.clone().unwrap_or_default();
        // Another row of the header may say the season or the day.
        let is_day = day(&Cell::from_text(&*topic), context.year.or(across.origin.year)).is_ok();
        let season = numbered(&topic, '季').unwrap_or_default();
        [season, tidy(&column.heading.shown()), if is_day { topic } else { String::new() }]
    });
    let headings: Vec<[String; 3]> = headings.collect();
    for person in &across.people {
        let unit = person.unit.clone().unwrap_or_default();
        for (column, [season, heading, opened]) in across.columns.iter().zip(&headings) {
            let [season, heading, opened] = [season, heading, opened].map(String::clone);
            let key = [unit.clone(), String::new(), season, heading, opened, String::new()];
            let own = || Across::number(person.number, column.place);
            let number = *numbers.entry(key.clone()).or_insert_with(own);
            let (_, members) = classes.entry(number).or_insert_with(|| (key, Members::default()));
            members.says_missed = true;
            members.add(person.name.clone(), mark(person.cell(column.place)));
        }
    }
    for name in &across.odd {
        for (_, members) in classes.values_mut() {
            members.unclear.push(name.clone());
        }
    }
    let rows = classes.into_iter().map(|(number, class)| (number, cells(class)));
    Some(across.into_table(&MADE, &HEADINGS, rows.collect()))
}

const MADE: [&str; 12] =
    ["unit", "platform", "season", "issue", "day", "base", DONE, MISSED, BLANK, UNCLEAR, FIRST, SAYS];
const HEADINGS: [&str; 12] = [
    "单位",
    "平台",
    "季",
    "期",
    "开课日期",
    "应参学人次",
    "参学名单",
    "未学名单",
    "没写的",
    "读不出的",
    "最早学习日期",
    "名单写明未学",
];

fn cells((key, members): (Key, Members)) -> Vec<Cell> {
    let lists = [&members.done, &members.missed, &members.blank, &members.unclear]
        .map(|names| Cell::from_text(names.join("\n")));
    let first = members.first_day.map_or(Cell::Empty, |day| Cell::from_text(day.to_string()));
    let says = if members.says_missed { Cell::from_text("是") } else { Cell::Empty };
    key.into_iter().map(Cell::from_text).chain(lists).chain([first, says]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn season_and_issue_are_read_from_one_text() {
        let of = |text: &str| Some(text.to_owned());
        for (text, season, issue) in [
            ("2025年第三季第十二期", of("2025年第3季"), of("第12期")),
            ("第十一季第5期", of("第11季"), of("第5期")),
            ("“青年大学习”第11季第05期", of("第11季"), of("第5期")),
            ("2025年第5期", of("2025年"), of("第5期")),
            ("第5期", None, of("第5期")),
            ("05", None, of("第5期")),
            ("学习强国", None, None),
            ("", None, None),
        ] {
            assert_eq!(split(text), (season, issue), "{text}");
        }
    }
}
