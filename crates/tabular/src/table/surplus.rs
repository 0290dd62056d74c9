//! Finds the rows under a header that are not data: blank ones, totals, repeated headers, remarks and signatures.
//!
//! A row with a value of its own in a required column is data, whatever else it looks like.

use super::heading::plain;
use crate::cell::Cell;
use crate::day::day;
use crate::numeral::chinese_number;
use crate::text::{compact, fold, tidy};

/// Why a row is not data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Total,
    Header,
    Footer,
}

/// What is needed to judge a row.
pub(super) struct Surplus<'a> {
    pub(super) headings: &'a [String],
    pub(super) title: Option<&'a str>,
    /// The places of the required columns.
    pub(super) required: &'a [usize],
    /// The places of the columns in which dates are data, by [`dated`].
    pub(super) dated: Vec<usize>,
}

/// How many rows are looked at for dates.
const LOOKED_AT: usize = 50;

/// The places at which rows with other cells beside have a date: one alone in such a column may be a row that isn't filled in yet.
pub(super) fn dated(rows: &[Vec<Cell>]) -> Vec<usize> {
    let signs = |cell: &Cell| {
        let text = fold(&cell.shown());
        is_label(&text) || is_ending(&text)
    };
    let is_data =
        |cells: &&Vec<Cell>| cells.iter().filter(|cell| !cell.is_blank()).count() > 1 && !cells.iter().any(signs);
    let mut places = Vec::new();
    for cells in rows.iter().take(LOOKED_AT).filter(is_data) {
        let found = cells.iter().enumerate().filter(|(_, cell)| is_date(cell)).map(|(at, _)| at);
        for at in found {
            if !places.contains(&at) {
                places.push(at);
            }
        }
    }
    places
}

/// A day with its year, however it is written.
fn is_date(cell: &Cell) -> bool {
    !matches!(cell, Cell::Number(_)) && day(cell, None).is_ok()
}

const TOTALS: [&str; 8] = ["合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计", "总合计"];

/// The beginnings of signature lines and remarks.
const LABELS: [&str; 42] = [
    "填表",
    "填报",
    "制表",
    "审核",
    "复核",
    "审批",
    "经办",
    "报送",
    "上报",
    "联系人",
    "联系电话",
    "联系方式",
    "电话",
    "负责人",
    "单位负责人",
    "部门负责人",
    "分管领导",
    "主管领导",
    "统计",
    "签字",
    "签名",
    "盖章",
    "单位盖章",
    "公章",
    "单位",
    "部门",
    "日期",
    "时间",
    "年度",
    "说明",
    "填写说明",
    "注",
    "备注",
    "附注",
    "附",
    "制单",
    "录入",
    "编制",
    "校对",
    "记录人",
    "主要负责人",
    "领导签字",
];

impl Surplus<'_> {
    /// Why a row is not data; `None` if it is data.
    pub(super) fn kind(&self, cells: &[Cell]) -> Option<Kind> {
        let filled: Vec<(usize, &Cell)> = cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()).collect();
        if filled.is_empty() {
            Some(Kind::Blank)
        } else if self.is_header(&filled) {
            Some(Kind::Header)
        } else if self.is_total(&filled) {
            Some(Kind::Total)
        } else if self.is_footer(&filled) {
            Some(Kind::Footer)
        } else {
            None
        }
    }

    fn is_header(&self, filled: &[(usize, &Cell)]) -> bool {
        if let ([(_, Cell::Text(text))], Some(title)) = (filled, self.title)
            && tidy(text) == title
        {
            return true;
        }
        let repeats = |(at, cell): &(usize, &Cell)| {
            let (Some(heading), Cell::Text(text)) = (self.headings.get(*at), cell) else { return false };
            let text = plain(text);
            // The two rows of a header are repeated one by one, each with a part of the heading.
            !text.is_empty() && (plain(heading) == text || heading.split(' ').any(|part| plain(part) == text))
        };
        filled.len() >= 2.min(self.headings.len()) && filled.iter().all(repeats)
    }

    /// A total word in the first or second filled cell, and nothing but figures in the required columns.
    fn is_total(&self, filled: &[(usize, &Cell)]) -> bool {
        let Some((word_at, _)) = filled.iter().take(2).find(|(_, cell)| is_total_word(cell)) else { return false };
        let mut others = filled.iter().filter(|(at, _)| at != word_at);
        others.all(|(at, cell)| !self.required.contains(at) || is_figure(cell))
    }

    /// Labels, each with its value after it or in the next cell, words that end a page, and the date of a signature, in an
    /// otherwise empty row.
    fn is_footer(&self, filled: &[(usize, &Cell)]) -> bool {
        if let [(_, Cell::Text(text))] = filled
            && names_unit(&fold(text))
        {
            return false;
        }
        let mut awaits_value = false;
        let mut ends = 0;
        let mut dates = 0;
        for (at, cell) in filled {
            let text = fold(&cell.shown());
            if matches!(cell, Cell::Text(_)) && is_label(&text) {
                ends += 1;
                awaits_value = text.ends_with(':');
            } else if matches!(cell, Cell::Text(_)) && is_ending(&text) {
                ends += 1;
                awaits_value = false;
            } else if awaits_value {
                awaits_value = false;
            } else if is_date(cell) && !self.dated.contains(at) {
                dates += 1;
            } else {
                return false;
            }
        }
        ends > 0 || (dates > 0 && filled.len() == 1)
    }
}

/// A line such as `单位：某街道`, under which the rows of that unit may follow. The text is folded.
fn names_unit(text: &str) -> bool {
    const UNITS: [&str; 5] = ["单位", "部门", "所属单位", "所在单位", "工作单位"];
    text.split_once(':').is_some_and(|(label, value)| {
        UNITS.contains(&label.trim()) && !value.trim().is_empty() && !is_ending(value.trim())
    })
}

/// What stands alone under a table: `以下空白`, `（盖章）`, `第1页 共2页`, `共12人`. The text is folded.
pub(crate) fn is_ending(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "以下空白",
        "以下无正文",
        "此页无正文",
        "本页无正文",
        "以下为空",
        "表尾",
        "完",
        "end",
        "盖章处",
        "公章",
        "签字",
        "盖章",
    ];
    const SIGNED: [&str; 5] = ["盖章", "签章", "签字", "公章", "签名"];
    let text = compact(text).to_lowercase();
    let bare = text.trim_matches(|c: char| "()[]【】<>《》-—_=*.。".contains(c));
    if WORDS.contains(&bare) || (bare.chars().count() <= 12 && SIGNED.iter().any(|word| bare.ends_with(word))) {
        return true;
    }
    let undigited: String = bare.chars().filter(|c| !c.is_ascii_digit() && !" ,，/、".contains(*c)).collect();
    if undigited.len() < bare.len() && ["第页共页", "第页", "共页", "共页第页"].contains(&undigited.as_str())
    {
        return true;
    }
    let counted = ["共计", "合计", "总计", "共", "计"].iter().find_map(|word| bare.strip_prefix(word));
    let number = counted.and_then(|rest| {
        ["人次", "人", "名", "户", "行", "条", "个", "项", "场", "次"].iter().find_map(|unit| rest.strip_suffix(unit))
    });
    number.is_some_and(|number| {
        !number.is_empty() && (number.chars().all(|c| c.is_ascii_digit()) || chinese_number(number).is_some())
    })
}

fn is_total_word(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let text = plain(text);
    let rest = TOTALS.iter().filter_map(|word| text.strip_prefix(word)).min_by_key(|rest| rest.len());
    rest.is_some_and(|rest| rest.is_empty() || is_figure_text(rest))
}

fn is_figure(cell: &Cell) -> bool {
    match cell {
        Cell::Number(_) | Cell::Error(_) => true,
        Cell::Text(text) => is_figure_text(text),
        Cell::Empty | Cell::Date(_) | Cell::Bool(_) => false,
    }
}

/// A figure with its unit (`250人`, `共1,044人次`, `95.2%`) or a dash, and not a date.
fn is_figure_text(text: &str) -> bool {
    let text = compact(&fold(text));
    if matches!(text.as_str(), "-" | "—" | "——" | "/" | "--") {
        return true;
    }
    let words = text.chars().filter(|c| !c.is_ascii_digit() && !".,%".contains(*c));
    text.contains(|c: char| c.is_ascii_digit())
        && !text.contains(['年', '月', '日', '号', '/', '-', ':'])
        && words.count() <= 3
}

/// A text that begins with the label of a signature line or a remark, up to its colon. The text is folded.
pub(super) fn is_label(text: &str) -> bool {
    const SIGNING: [&str; 7] = ["签字", "签名", "盖章", "签章", "填表人", "经办人", "审核人"];
    let Some((label, _)) = text.split_once(':') else { return false };
    let label = plain(label);
    let length = label.chars().count();
    (length <= 8 && LABELS.iter().any(|known| label.starts_with(known)))
        || (length <= 14 && SIGNING.iter().any(|known| label.ends_with(known)))
}
