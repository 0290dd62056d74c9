//! The unit that a file means where a row names none: a line between the rows, a line above the table, the sheet, the title.

use std::{collections::HashMap, sync::Arc};

use kernel::{Refusal, UnitId};
use tabular::{Origin, Row};

use super::{Found, Index};
use crate::imports::Question;

/// What a line, a sheet or a title says of the unit of the rows under it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing: the rows belong to the unit that the import is for.
    Nothing,
    /// This unit.
    One(UnitId),
    /// A text that fits several units.
    Several(String, Vec<UnitId>),
    /// A unit that a title mentions, which may be chance.
    Mentioned(String, UnitId),
    /// A line that names no unit here.
    Unknown(String),
}

/// What a row of one cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineOf {
    /// Data like any other row.
    Data,
    /// A line that says the unit of the rows under it.
    Unit,
    /// Neither: it can't be read.
    Unclear,
}

/// Goes through the rows of a table in their order, and keeps what was said of their unit last.
#[derive(Debug)]
pub struct Placing<'i> {
    index: &'i Index,
    home: UnitId,
    origin: Option<Arc<Origin>>,
    of_sheet: Said,
    of_line: Option<Said>,
    known: HashMap<String, Found>,
}

/// Labels before a unit.
const LABELS: [&str; 16] = [
    "单位",
    "填报单位",
    "报送单位",
    "所属单位",
    "工作单位",
    "所在单位",
    "单位名称",
    "主办单位",
    "部门",
    "所属部门",
    "街道",
    "社区",
    "村",
    "小组",
    "所属小组",
    "组织单位",
];

/// Words that units have in their names, and people hardly.
const WORDS: [&str; 22] = [
    "社区",
    "街道",
    "居委会",
    "村委会",
    "委员会",
    "妇联",
    "机关",
    "小组",
    "支部",
    "公司",
    "中心",
    "学校",
    "医院",
    "办公室",
    "联合会",
    "园区",
    "开发区",
    "管委会",
    "镇",
    "乡",
    "村",
    "局",
];

impl<'i> Placing<'i> {
    /// For the rows of a file that is imported for `home`.
    pub fn new(index: &'i Index, home: UnitId) -> Self {
        Self { index, home, origin: None, of_sheet: Said::Nothing, of_line: None, known: HashMap::new() }
    }

    /// Looks at the next row. `is_data` says whether a text that stands in it alone may be the row's data.
    pub fn next(&mut self, row: &Row, is_data: impl Fn(&str) -> bool) -> LineOf {
        if self.origin.as_ref().is_none_or(|origin| !Arc::ptr_eq(origin, &row.origin)) {
            self.of_sheet = self.said_above(&row.origin);
            self.of_line = None;
            self.origin = Some(Arc::clone(&row.origin));
        }
        let Some(text) = row.lone_text() else { return LineOf::Data };
        let (name, is_marked) = bare(&text);
        let is_named = is_marked || WORDS.iter().any(|word| name.ends_with(word));
        match self.find(&name) {
            Found::One(unit) if is_named || !is_data(&text) => self.of_line = Some(Said::One(unit)),
            Found::Several(units) if is_named || !is_data(&text) => self.of_line = Some(Said::Several(name, units)),
            _ if is_data(&text) && !is_marked => return LineOf::Data,
            _ => {
                self.of_line = Some(Said::Unknown(text));
                return LineOf::Unclear;
            }
        }
        LineOf::Unit
    }

    /// Whether a line between the rows says the unit of those under it.
    pub fn is_under_line(&self) -> bool {
        self.of_line.is_some()
    }

    /// The unit of the rows at this place, or the question which one it is.
    pub fn unit(&self, chosen: &mut impl Iterator<Item = usize>) -> Result<UnitId, Question> {
        let path = |unit: UnitId| Refusal::new("choice-unit").with("path", self.index.path(unit));
        let (text, fits) = match self.of_line.as_ref().unwrap_or(&self.of_sheet) {
            Said::Nothing => return Ok(self.home),
            Said::One(unit) => return Ok(*unit),
            Said::Several(name, fits) => {
                (Refusal::new("unit-fits-several").with("name", name).with("count", fits.len()), fits.clone())
            }
            Said::Mentioned(title, unit) => {
                (Refusal::new("unit-in-title").with("title", title), vec![*unit, self.home])
            }
            Said::Unknown(line) => (Refusal::new("unit-line-unknown").with("line", line), vec![self.home]),
        };
        match chosen.next().and_then(|choice| fits.get(choice)) {
            Some(unit) => Ok(*unit),
            None => Err(Question { text, choices: fits.into_iter().map(path).collect() }),
        }
    }

    fn find(&mut self, name: &str) -> Found {
        if name.is_empty() {
            return Found::None;
        }
        self.known.entry(name.to_owned()).or_insert_with(|| self.index.find(name)).clone()
    }

    /// What a sheet says of all of its rows: a labelled line above the header, its name, its title.
    fn said_above(&mut self, origin: &Origin) -> Said {
        if let Some(name) = origin.above.iter().flat_map(|line| labelled(line)).next() {
            return match self.find(&name) {
                Found::One(unit) => self.unless_home(Said::One(unit)),
                Found::Several(units) => Said::Several(name, units),
                Found::None => Said::Unknown(name),
            };
        }
        let is_long = |text: &str| text.chars().count() >= 3;
        if is_long(&origin.sheet) {
            match self.find(&bare(&origin.sheet).0) {
                Found::One(unit) => return self.unless_home(Said::One(unit)),
                Found::Several(units) => return Said::Several(origin.sheet.clone(), units),
                Found::None => {}
            }
        }
        let Some(title) = &origin.title else { return Said::Nothing };
        // The longest beginning that names a unit: 某街道某社区青年名单.
        let folded: Vec<char> = tabular::fold(title).chars().collect();
        let start = folded.iter().take_while(|letter| letter.is_ascii_digit() || "年度月".contains(**letter)).count();
        for end in (start + 3..=folded.len().min(start + 40)).rev() {
            let beginning: String = folded.iter().take(end).skip(start).collect();
            if let Found::One(unit) = self.find(&beginning) {
                return self.unless_home(Said::Mentioned(title.clone(), unit));
            }
        }
        Said::Nothing
    }

    fn unless_home(&self, said: Said) -> Said {
        match said {
            Said::One(unit) | Said::Mentioned(_, unit) if unit == self.home => Said::Nothing,
            said => said,
        }
    }
}

/// The unit in a line, without its label, its number and a count behind it, and whether there was a label or a count:
/// `单位：某社区`, `一、某社区（2人）`.
fn bare(line: &str) -> (String, bool) {
    let folded = tabular::fold(line);
    let (text, labelled) = match folded.split_once(':') {
        Some((label, rest)) if LABELS.contains(&label.trim()) => (rest.trim(), true),
        _ => (folded.trim(), false),
    };
    let text = text.trim_end_matches(':');
    let unnumbered = text
        .split_once(['、', '.'])
        .filter(|(number, _)| {
            !number.is_empty()
                && number.chars().all(|letter| letter.is_ascii_digit() || "一二三四五六七八九十".contains(letter))
        })
        .map_or(text, |(_, rest)| rest.trim());
    let (name, counted) = match unnumbered.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((name, note)) if note.chars().any(|letter| letter.is_ascii_digit()) || note.ends_with('人') => {
            (name, true)
        }
        _ => (unnumbered, false),
    };
    let name = ["青年理论学习小组", "学习小组", "小组"].iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name);
    (name.trim().to_owned(), labelled || counted)
}

/// The units that labels name in a line above a table, in the label's cell or in the next one.
fn labelled(line: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for (at, cell) in line.iter().enumerate() {
        let folded = tabular::fold(cell);
        let Some((label, rest)) = folded.split_once(':') else { continue };
        if !LABELS.contains(&label.trim()) {
            continue;
        }
        // `填报单位：某社区 填报时间：…` in one cell.
        let value: Vec<&str> = rest.split_whitespace().take_while(|word| !word.contains(':')).collect();
        let value = value.join(" ");
        let next = || line.get(at + 1).map(|next| tabular::fold(next)).filter(|next| !next.contains(':'));
        names.extend(Some(value).filter(|value| !value.is_empty()).or_else(next));
    }
    // 填报单位：（盖章） is a place for a stamp, 单位：人次 says what is counted.
    let is_name = |name: &String| {
        let letters = name.split('(').next().unwrap_or_default().chars();
        letters.filter(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter)).count() > 2
    };
    names.retain(is_name);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_its_unit_with_label_number_and_count() {
        for (line, name, marked) in [
            ("单位：刘家门社区居委会", "刘家门社区居委会", true),
            ("长新社区居委会（2人）", "长新社区居委会", true),
            ("一、长新社区", "长新社区", false),
            ("2.长新社区（共3人）", "长新社区", true),
            ("长新社区青年理论学习小组", "长新社区", false),
            ("梁见微", "梁见微", false),
            ("备注：一式两份", "备注:一式两份", false),
        ] {
            assert_eq!(bare(line), (name.to_owned(), marked), "{line}");
        }
        let line = ["填报单位：长新社区  填报时间：2025年".to_owned(), "部门：".to_owned(), "刘家门社区".to_owned()];
        assert_eq!(labelled(&line), ["长新社区", "刘家门社区"]);
    }
}
