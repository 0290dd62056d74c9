//! Attendance sheets: people down and sessions across, or the list of one session with what stands above it. Either becomes a table
//! of sessions, as a register has it.

use std::collections::HashSet;

use federation::imports::Context;
use tabular::{
    Across, Cell, Layout, Mark, MonthDay, Row, Table, find_across, find_days_across, fold, month_day, names, tidy,
};

/// The columns of the tables that are made, with their headings.
const COLUMNS: [(&str, &str); 14] = [
    ("date", "日期"),
    (EITHER, "可能的日期"),
    ("time", "时间"),
    ("title", "名称"),
    ("place", "地点"),
    ("chair", "主持人"),
    ("names", "参加人员"),
    ("on_leave", "请假人员"),
    ("absent", "缺席人员"),
    ("late", "迟到人员"),
    ("observers", "列席人员"),
    (BLANK, "没有标记的人员"),
    (ODD, "读不出的标记"),
    (TWICE, "写了两行的人员"),
];
/// The key of two days, of which nobody knows which is meant.
const EITHER: &str = "either_day";
/// The key of the names without a mark.
pub(super) const BLANK: &str = "blank_marks";
/// The key of the marks that can't be read.
pub(super) const ODD: &str = "odd_marks";
/// The key of the names that stand on several rows.
pub(super) const TWICE: &str = "names_twice";

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Present,
    Leave,
    Absent,
    Late,
    Observer,
}

/// Words for what a mark says; a longer one stands before those that it contains.
const WORDS: [(&str, Said); 27] = [
    ("未出席", Said::Absent),
    ("未请假", Said::Absent),
    ("未出勤", Said::Absent),
    ("未参加", Said::Absent),
    ("未签到", Said::Absent),
    ("未签", Said::Absent),
    ("未到", Said::Absent),
    ("缺席", Said::Absent),
    ("缺勤", Said::Absent),
    ("缺课", Said::Absent),
    ("旷课", Said::Absent),
    ("旷会", Said::Absent),
    ("请假", Said::Leave),
    ("事假", Said::Leave),
    ("病假", Said::Leave),
    ("产假", Said::Leave),
    ("公假", Said::Leave),
    ("年假", Said::Leave),
    ("出差", Said::Leave),
    ("因公", Said::Leave),
    ("迟到", Said::Late),
    ("列席", Said::Observer),
    ("出勤", Said::Present),
    ("出席", Said::Present),
    ("参加", Said::Present),
    ("已到", Said::Present),
    ("签到", Said::Present),
];

/// Marks that may stand for anything that a legend says.
const SIGNS: &str = "√✓✔☑×✗✘xX△▲○◯●◎☆★#*※Φφ";
/// Marks that are punctuation too: in a legend only where nothing stands directly before them.
const STROKES: &str = "/\\+";
/// What connects a mark with its word in a legend.
const LINKS: &str = ":=-—“”\"「」()";

/// What the marks of a sheet mean, from its lines: `√出勤 ×缺勤 △事假` or `出勤√ 缺勤× 事假△`.
struct Legend {
    marks: Vec<(char, Said, String)>,
    /// Marks to which lines give several meanings.
    doubtful: Vec<char>,
}

/// A part of a legend's line.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Sign(char),
    Word(&'static str, Said),
    /// Anything else: what stands on both sides of it doesn't belong together.
    Other,
}

/// The marks and words of a line; what connects or separates them is left out.
fn parts(line: &str) -> Vec<Part> {
    let folded = fold(line);
    let mut parts: Vec<Part> = Vec::new();
    let (mut rest, mut after_gap) = (folded.as_str(), true);
    while let Some(letter) = rest.chars().next() {
        let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        let link = ["表示", "代表", "为", "是"].iter().find(|link| rest.starts_with(**link));
        let length = word.map(|(word, _)| word.len()).or(link.map(|link| link.len())).unwrap_or(letter.len_utf8());
        let is_gap = letter.is_whitespace() || "、,;。.".contains(letter);
        match (word, link) {
            (Some((word, said)), _) => parts.push(Part::Word(word, *said)),
            (None, Some(_)) => {}
            _ if SIGNS.contains(letter) || (STROKES.contains(letter) && after_gap) => parts.push(Part::Sign(letter)),
            _ if is_gap || LINKS.contains(letter) => {}
            _ => parts.push(Part::Other),
        }
        after_gap = is_gap;
        rest = &rest[length..];
    }
    parts
}

impl Legend {
    fn from_lines<'l>(lines: impl Iterator<Item = &'l String>) -> Self {
        let mut legend = Self { marks: Vec::new(), doubtful: Vec::new() };
        for line in lines {
            for run in parts(line).split(|part| *part == Part::Other) {
                legend.add(run);
            }
        }
        legend
    }

    /// Marks and words that follow each other: all marks before their words, or all behind them. Anything else says nothing.
    fn add(&mut self, run: &[Part]) {
        let pairs = run.chunks(2);
        for pair in pairs {
            let (sign, word, said) = match pair {
                [Part::Sign(sign), Part::Word(word, said)] | [Part::Word(word, said), Part::Sign(sign)]
                    if pair.first().map(std::mem::discriminant) == run.first().map(std::mem::discriminant) =>
                {
                    (*sign, *word, *said)
                }
                _ => {
                    // The marks from here on may belong to either side.
                    self.doubtful.extend(run.iter().filter_map(|part| match part {
                        Part::Sign(sign) if run.len() > 1 => Some(*sign),
                        _ => None,
                    }));
                    continue;
                }
            };
            if self.marks.iter().any(|(other, meant, _)| *other == sign && *meant != said) {
                self.doubtful.push(sign);
            }
            self.marks.push((sign, said, word.to_owned()));
        }
    }

    /// What a mark says, and the word for it that may give a reason; `None` if nobody can know.
    fn read(&self, text: &str) -> Option<(Said, String)> {
        let text: String = fold(text).chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut letters = text.chars();
        if let (Some(sign), None) = (letters.next(), letters.next()) {
            if self.doubtful.contains(&sign) {
                return None;
            }
            if let Some((_, said, word)) = self.marks.iter().find(|(other, ..)| *other == sign) {
                return Some((*said, word.clone()));
            }
        }
        let sign = match text.as_str() {
            "√" | "✓" | "✔" | "☑" | "1" | "是" | "到" | "有" => Some(Said::Present),
            "×" | "✗" | "✘" | "x" | "X" | "否" | "旷" | "缺" => Some(Said::Absent),
            "假" => Some(Said::Leave),
            _ => None,
        };
        let word = || {
            let found = WORDS
                .iter()
                .find(|(word, _)| text.starts_with(word) || (text.chars().count() <= 8 && text.contains(word)))?;
            // 不参加, 没签到: the word is denied, and nobody knows whether with leave.
            (!is_denied(&text) || found.0.starts_with('未')).then_some(found)
        };
        sign.map(|said| (said, text.clone())).or_else(|| word().map(|(_, said)| (*said, text.clone())))
    }
}

/// Whether a text denies something.
fn is_denied(text: &str) -> bool {
    text.contains(['未', '不', '没', '无', '非', '否'])
}

/// Whether a text in a column of signatures may be one: a name, a time; no mark that can't be read, no denial.
fn is_signature(text: &str) -> bool {
    let has_letter = text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    !is_denied(text) && (has_letter || text.chars().any(|letter| letter.is_ascii_digit()))
}

/// Names that stand on several rows.
fn names_twice(across: &Across) -> Vec<String> {
    let (mut seen, mut twice) = (HashSet::new(), Vec::new());
    for person in &across.people {
        if !seen.insert(&person.name) && !twice.contains(&person.name) {
            twice.push(person.name.clone());
        }
    }
    twice
}

/// The lists of one session, as its row gets them.
#[derive(Default)]
struct Lists {
    present: Vec<String>,
    leave: Vec<String>,
    absent: Vec<String>,
    late: Vec<String>,
    observers: Vec<String>,
    blank: Vec<String>,
    odd: Vec<String>,
    twice: Vec<String>,
}

impl Lists {
    fn new(across: &Across) -> Self {
        Self { odd: across.odd.clone(), twice: names_twice(across), ..Self::default() }
    }

    fn add(&mut self, name: &str, said: Option<(Said, String)>, text: &str) {
        let Some((said, word)) = said else {
            self.odd.push(format!("{name}（{text}）"));
            return;
        };
        match said {
            Said::Present => self.present.push(name.to_owned()),
            Said::Absent => self.absent.push(name.to_owned()),
            Said::Late => self.late.push(name.to_owned()),
            Said::Observer => self.observers.push(name.to_owned()),
            // The reason stands behind the name, as in a register.
            Said::Leave => {
                let with_reason = names(&format!("{name}（{word}）")).with(Mark::Leave).len() == 1;
                self.leave.push(if with_reason { format!("{name}（{word}）") } else { name.to_owned() });
            }
        }
    }
}

/// The cells of a session's row, in the order of [`COLUMNS`].
fn cells(facts: [Cell; 6], lists: Lists) -> Vec<Cell> {
    let joined = |names: Vec<String>| Cell::from_text(names.join("、"));
    let Lists { present, leave, absent, late, observers, blank, odd, twice } = lists;
    let lists = [present, leave, absent, late, observers, blank, odd, twice].map(joined);
    facts.into_iter().chain(lists).collect()
}

/// A title without the words for a sheet of attendance: `五月学习签到表` is 五月学习.
fn bare_title(title: &str) -> Option<String> {
    const SHEETS: [&str; 12] = [
        "签到表",
        "签到册",
        "签到",
        "考勤表",
        "考勤",
        "出勤表",
        "出勤",
        "统计表",
        "登记表",
        "情况表",
        "一览表",
        "名单",
    ];
    let mut bare = tidy(title);
    while let Some(shorter) = SHEETS.iter().find_map(|word| bare.strip_suffix(word)) {
        bare.truncate(shorter.trim_end_matches(['-', '—', '_', ' ']).len());
    }
    Some(bare).filter(|bare| !bare.is_empty())
}

/// The table of an attendance sheet; `None` if the file is none.
pub(super) fn table(context: &Context<'_>, columns: &[tabular::Column]) -> Option<Table> {
    let layout = Layout { year: context.year, ..context.source.layout.clone() };
    let sheets = &context.source.sheets;
    if let Some(across) = find_days_across(sheets, columns, &layout) {
        return Some(of_days(across));
    }
    find_across(sheets, columns, &layout, 0, |_, _| false).and_then(of_one_session)
}

/// The legend in the lines above and below a table; its title is none.
fn legend(across: &Across) -> Legend {
    Legend::from_lines(across.lines.iter().filter(|line| Some(*line) != across.origin.title.as_ref()))
}

/// Headings over the days that name no session.
const GENERAL: [&str; 12] = [
    "日期",
    "时间",
    "学习时间",
    "学习日期",
    "活动时间",
    "活动日期",
    "出勤情况",
    "出勤",
    "考勤情况",
    "考勤",
    "签到情况",
    "签到",
];

/// The cells that say the day of a row: one, or those that a heading such as 5.1 may mean.
pub(super) fn days(row: &Row) -> Vec<Cell> {
    match row.text(EITHER) {
        Some(days) => days.split('、').map(Cell::from_text).collect(),
        None => vec![row.cell("date").clone()],
    }
}

/// A session for each column.
fn of_days(mut across: Across) -> Table {
    let legend = legend(&across);
    let of_sheet = across.origin.title.as_deref().and_then(bare_title);
    let rows = across.columns.iter().map(|column| {
        let mut lists = Lists::new(&across);
        for person in &across.people {
            let cell = person.cell(column.place);
            let text = tidy(&cell.shown());
            if text.is_empty() {
                lists.blank.push(person.name.clone());
            } else {
                lists.add(&person.name, legend.read(&text), &text);
            }
        }
        // 上午 and 下午 divide a day, anything else names the session.
        let topic = column.topic.clone().filter(|topic| !GENERAL.contains(&topic.as_str())).unwrap_or_default();
        let is_time = ["上午", "下午", "晚上"].contains(&topic.as_str());
        let (time, title) = if is_time || topic.is_empty() {
            (topic, of_sheet.clone().unwrap_or_default())
        } else {
            (String::new(), topic)
        };
        let (date, either) = match month_day(&column.heading, across.plain) {
            Some(MonthDay::Day(text)) => (Cell::Text(text), Cell::Empty),
            Some(MonthDay::Either(days)) => (Cell::Text(column.heading.shown()), Cell::Text(days.join("、"))),
            None => (column.heading.clone(), Cell::Empty),
        };
        let facts = [date, either, Cell::from_text(time), Cell::from_text(title), Cell::Empty, Cell::Empty];
        (Across::number(across.header_row, column.place), cells(facts, lists))
    });
    let rows = rows.collect();
    across.others.extend(across.unit.take());
    let (keys, headings): (Vec<&str>, Vec<&str>) = COLUMNS.into_iter().unzip();
    across.into_table(&keys, &headings, rows)
}

/// The labels above a sign-in sheet, by the column that they are for.
const LABELS: [(&str, &[&str]); 4] = [
    ("date", &["时间", "日期", "活动时间", "会议时间", "活动日期", "学习时间", "会议日期"]),
    ("title", &["活动", "主题", "活动名称", "活动主题", "会议名称", "会议主题", "学习内容", "内容", "会议"]),
    ("place", &["地点", "活动地点", "会议地点"]),
    ("chair", &["主持人", "主持"]),
];

/// What a label above the table says, in its cell or in the next one.
fn labelled(across: &Across, key: &str) -> Option<String> {
    let labels = LABELS.iter().find(|(of, _)| *of == key).map(|(_, labels)| *labels)?;
    across.origin.above.iter().find_map(|line| {
        line.iter().enumerate().find_map(|(at, cell)| {
            let folded = fold(cell);
            let (label, rest) = folded.split_once(':')?;
            let label: String = label.chars().filter(|letter| !letter.is_whitespace()).collect();
            let rest = Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty());
            let next = || line.get(at + 1).map(|next| fold(next)).filter(|next| !next.contains(':'));
            if labels.contains(&label.as_str()) { rest.or_else(next) } else { None }
        })
    })
}

/// One session, if a day stands above the list.
fn of_one_session(mut across: Across) -> Option<Table> {
    const SIGNATURES: [&str; 5] = ["签名", "签到", "签字", "签到时间", "入会时间"];
    const MARKS: [&str; 6] = ["签到情况", "是否签到", "出勤", "出勤情况", "考勤", "状态"];
    let date = labelled(&across, "date")?;
    let column = across
        .others
        .iter()
        .find(|(_, heading)| SIGNATURES.contains(&heading.as_str()) || MARKS.contains(&heading.as_str()));
    let signed = column.map(|(place, _)| *place);
    let takes_signatures = column.is_some_and(|(_, heading)| SIGNATURES.contains(&heading.as_str()));
    let note = across.others.iter().find(|(_, heading)| heading == "备注").map(|(place, _)| *place);
    let legend = legend(&across);
    let mut lists = Lists::new(&across);
    for person in &across.people {
        let text = |place: Option<usize>| place.map(|place| tidy(&person.cell(place).shown())).unwrap_or_default();
        let (sign, remark) = (text(signed), text(note));
        let of_remark = legend.read(&remark).filter(|_| !remark.is_empty());
        match (sign.as_str(), of_remark) {
            // 事假 in the remarks of somebody who signed contradicts the signature.
            ("", Some(said)) => lists.add(&person.name, Some(said), &remark),
            ("", None) => lists.blank.push(person.name.clone()),
            (_, Some((Said::Leave | Said::Absent, _))) => {
                lists.odd.push(format!("{}（{sign}，{remark}）", person.name));
            }
            (_, Some((Said::Late, word))) => lists.add(&person.name, Some((Said::Late, word)), &remark),
            (sign, _) => {
                let signature = || (takes_signatures && is_signature(sign)).then(|| (Said::Present, String::new()));
                lists.add(&person.name, legend.read(sign).or_else(signature), sign);
            }
        }
    }
    across.others.retain(|(place, _)| Some(*place) != signed && Some(*place) != note);
    across.others.extend(across.unit.take());
    let title = labelled(&across, "title").or_else(|| across.origin.title.as_deref().and_then(bare_title));
    let texts = [title, labelled(&across, "place"), labelled(&across, "chair")];
    let [title, place, chair] = texts.map(|text| Cell::from_text(text.unwrap_or_default()));
    let facts = [Cell::from_text(date), Cell::Empty, Cell::Empty, title, place, chair];
    let rows = vec![(across.header_row, cells(facts, lists))];
    let (keys, headings): (Vec<&str>, Vec<&str>) = COLUMNS.into_iter().unzip();
    Some(across.into_table(&keys, &headings, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legend(lines: &[&str]) -> Legend {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        Legend::from_lines(lines.iter())
    }

    fn meaning(legend: &Legend, mark: &str) -> Option<Said> {
        legend.read(mark).map(|(said, _)| said)
    }

    #[test]
    fn a_legend_gives_marks_their_meaning() {
        use Said::{Absent, Late, Leave, Present};
        for (lines, expected) in [
            (["√出勤  ×：缺勤 △表示事假", "○ 迟到"].as_slice(), [Some(Present), Some(Absent), Some(Leave), Some(Late)]),
            (&["出勤√ 缺勤× 事假△ 迟到○"], [Some(Present), Some(Absent), Some(Leave), Some(Late)]),
            (&["出勤（√）、缺勤（×）、病假（△）、迟到（○）"], [Some(Present), Some(Absent), Some(Leave), Some(Late)]),
            (&["说明：√—出勤；×—缺勤；△—请假；○—迟到。"], [Some(Present), Some(Absent), Some(Leave), Some(Late)]),
            (&["备注：○为请假，△为病假"], [Some(Present), Some(Absent), Some(Leave), Some(Leave)]),
            // Marks that may belong to either side, or have two meanings, say nothing.
            (&["√出勤 缺勤× 事假△"], [None, None, None, None]),
            (&["△事假", "△迟到"], [Some(Present), Some(Absent), None, None]),
            (&["△公休"], [Some(Present), Some(Absent), None, None]),
            (&["出席/缺席情况"], [Some(Present), Some(Absent), None, None]),
        ] {
            let legend = legend(lines);
            let found = ["√", "×", "△", "○"].map(|mark| meaning(&legend, mark));
            assert_eq!(found, expected, "{lines:?}");
        }
        let without = legend(&["出席/缺席情况", "某街道-签到"]);
        for mark in ["/", "-", "△", "○", "◎", "？", "N"] {
            assert_eq!(meaning(&without, mark), None, "{mark}");
        }
    }

    #[test]
    fn what_is_denied_is_never_present() {
        let legend = legend(&[]);
        for (text, expected) in [
            ("出席", Some(Said::Present)),
            ("已签到", Some(Said::Present)),
            ("未出席", Some(Said::Absent)),
            ("未到", Some(Said::Absent)),
            ("不参加", None),
            ("没签到", None),
            ("未能出席", None),
            ("病假", Some(Said::Leave)),
        ] {
            assert_eq!(meaning(&legend, text), expected, "{text}");
        }
        for (text, expected) in [("梁见微", true), ("14:02", true), ("没有", false), ("△", false), ("N", false)]
        {
            assert_eq!(is_signature(text), expected, "{text}");
        }
    }

    #[test]
    fn a_title_loses_the_words_for_its_sheet() {
        assert_eq!(bare_title("五月学习签到表").as_deref(), Some("五月学习"));
        assert_eq!(bare_title("2025年5月学习考勤统计表").as_deref(), Some("2025年5月学习"));
        assert_eq!(bare_title("签到表"), None);
    }
}
