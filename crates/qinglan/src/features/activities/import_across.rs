//! Attendance sheets: people down and sessions across, or the list of one session with what stands above it. Either becomes a table
//! of sessions, as a register has it.

use federation::imports::Context;
use tabular::{Across, Cell, Layout, Mark, Table, day, find_across, fold, names, tidy};

/// The columns of the tables that are made, with their headings.
const COLUMNS: [(&str, &str); 12] = [
    ("date", "日期"),
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
];
/// The key of the names without a mark.
pub(super) const BLANK: &str = "blank_marks";
/// The key of the marks that can't be read.
pub(super) const ODD: &str = "odd_marks";

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
const WORDS: [(&str, Said); 26] = [
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
const SIGNS: &str = "√✓✔☑×✗✘xX△▲○◯●◎☆★#*※Φφ/\\-—〇+";

/// What the marks of a sheet mean, from its lines: `√出勤 ×缺勤 △事假`.
struct Legend(Vec<(char, Said, String)>);

impl Legend {
    fn of(lines: &[String]) -> Self {
        let mut marks = Vec::new();
        for line in lines {
            let letters: Vec<char> = fold(line).chars().filter(|letter| !letter.is_whitespace()).collect();
            for (at, sign) in letters.iter().enumerate().filter(|(_, letter)| SIGNS.contains(**letter)) {
                let rest: String = letters.iter().skip(at + 1).collect();
                let rest = rest.trim_start_matches([':', '=', '-', '—', '“', '”', '"', '」', '）', ')']);
                let rest = ["表示", "代表", "为", "是"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
                let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
                marks.extend(word.map(|(word, said)| (*sign, *said, (*word).to_owned())));
            }
        }
        Self(marks)
    }

    /// What a mark says, and the word for it that may give a reason; `None` if nobody can know.
    fn read(&self, text: &str) -> Option<(Said, String)> {
        let text: String = fold(text).chars().filter(|letter| !letter.is_whitespace()).collect();
        if let Some((_, said, word)) = self.0.iter().find(|(sign, ..)| text.chars().eq([*sign])) {
            return Some((*said, word.clone()));
        }
        let sign = match text.as_str() {
            "√" | "✓" | "✔" | "☑" | "1" | "是" | "到" | "有" => Some(Said::Present),
            "×" | "✗" | "✘" | "x" | "X" | "否" | "旷" | "缺" => Some(Said::Absent),
            "假" => Some(Said::Leave),
            _ => None,
        };
        let word = || {
            WORDS.iter().find(|(word, _)| text.starts_with(word) || (text.chars().count() <= 8 && text.contains(word)))
        };
        sign.map(|said| (said, text.clone())).or_else(|| word().map(|(_, said)| (*said, text.clone())))
    }
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
}

impl Lists {
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
fn cells(facts: [Cell; 5], lists: Lists) -> Vec<Cell> {
    let joined = |names: Vec<String>| Cell::from_text(names.join("、"));
    let Lists { present, leave, absent, late, observers, blank, odd } = lists;
    let lists = [present, leave, absent, late, observers, blank, odd].map(joined);
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
    let is_day =
        |cell: &Cell, year: Option<i32>| !matches!(cell, Cell::Number(_)) && day(cell, year.or(context.year)).is_ok();
    if let Some(across) = find_across(sheets, columns, &layout, 1, is_day) {
        return Some(of_days(across));
    }
    find_across(sheets, columns, &layout, 0, |_, _| false).and_then(of_one_session)
}

/// A session for each column.
fn of_days(across: Across) -> Table {
    let legend = Legend::of(&across.lines);
    let of_sheet = across.origin.title.as_deref().and_then(bare_title);
    let rows = across.columns.iter().map(|column| {
        let mut lists = Lists { odd: across.odd.clone(), ..Lists::default() };
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
        let topic = column.topic.clone().unwrap_or_default();
        let is_time = ["上午", "下午", "晚上"].contains(&topic.as_str());
        let (time, title) = if is_time || topic.is_empty() {
            (topic, of_sheet.clone().unwrap_or_default())
        } else {
            (String::new(), topic)
        };
        let facts = [column.heading.clone(), Cell::from_text(time), Cell::from_text(title), Cell::Empty, Cell::Empty];
        (Across::number(across.header_row, column.place), cells(facts, lists))
    });
    let rows = rows.collect();
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
    const SIGNED: [&str; 11] =
        ["签名", "签到", "签字", "签到时间", "签到情况", "是否签到", "出勤", "出勤情况", "考勤", "状态", "入会时间"];
    let date = labelled(&across, "date")?;
    let signed = across.others.iter().find(|(_, heading)| SIGNED.contains(&heading.as_str())).map(|(place, _)| *place);
    let note = across.others.iter().find(|(_, heading)| heading == "备注").map(|(place, _)| *place);
    let legend = Legend::of(&across.lines);
    let mut lists = Lists { odd: across.odd.clone(), ..Lists::default() };
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
            // Whatever is written is a signature, unless it says otherwise.
            (sign, _) => {
                let said = legend.read(sign).unwrap_or((Said::Present, String::new()));
                lists.add(&person.name, Some(said), sign);
            }
        }
    }
    across.others.retain(|(place, _)| Some(*place) != signed && Some(*place) != note);
    let title = labelled(&across, "title").or_else(|| across.origin.title.as_deref().and_then(bare_title));
    let texts = [title, labelled(&across, "place"), labelled(&across, "chair")];
    let [title, place, chair] = texts.map(|text| Cell::from_text(text.unwrap_or_default()));
    let facts = [Cell::from_text(date), Cell::Empty, title, place, chair];
    let rows = vec![(across.header_row, cells(facts, lists))];
    let (keys, headings): (Vec<&str>, Vec<&str>) = COLUMNS.into_iter().unzip();
    Some(across.into_table(&keys, &headings, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legend_gives_marks_their_meaning() {
        let legend = Legend::of(&["√出勤  ×：缺勤 △表示事假".to_owned(), "○ 迟到".to_owned()]);
        for (mark, said) in [
            ("√", Some(Said::Present)),
            ("×", Some(Said::Absent)),
            ("△", Some(Said::Leave)),
            ("○", Some(Said::Late)),
            ("病假", Some(Said::Leave)),
            ("◎", None),
            ("？", None),
        ] {
            assert_eq!(legend.read(mark).map(|(said, _)| said), said, "{mark}");
        }
        let without = Legend::of(&[]);
        assert!(without.read("△").is_none() && without.read("○").is_none(), "nobody can know");
        assert_eq!(without.read("×").map(|(said, _)| said), Some(Said::Absent));
    }

    #[test]
    fn a_title_loses_the_words_for_its_sheet() {
        assert_eq!(bare_title("五月学习签到表").as_deref(), Some("五月学习"));
        assert_eq!(bare_title("2025年5月学习考勤统计表").as_deref(), Some("2025年5月学习"));
        assert_eq!(bare_title("签到表"), None);
    }
}
