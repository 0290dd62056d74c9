//! Finds the rows under a header that are not data: blank ones, totals, repeated headers, remarks and signatures.
//!
//! A row with a value of its own in a required column is data, whatever else it looks like.

use super::heading::plain;
use crate::cell::Cell;
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
        } else if Self::is_footer(&filled) {
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

    /// Labels, each with its value after it or in the next cell, in an otherwise empty row.
    fn is_footer(filled: &[(usize, &Cell)]) -> bool {
        let mut awaits_value = false;
        let mut labels = 0;
        for (_, cell) in filled {
            let text = fold(&cell.shown());
            if matches!(cell, Cell::Text(_)) && is_label(&text) {
                labels += 1;
                awaits_value = text.ends_with(':');
            } else if awaits_value {
                awaits_value = false;
            } else {
                return false;
            }
        }
        labels > 0
    }
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
    let Some((label, _)) = text.split_once(':') else { return false };
    let label = plain(label);
    label.chars().count() <= 8 && LABELS.iter().any(|known| label.starts_with(known))
}
