//! Reads an exact number of persons or things out of a cell.

use crate::cell::Cell;
use crate::numeral::chinese_number;
use crate::text::{compact, fold};

/// Why a cell is no exact count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// The cell is empty.
    #[error("empty cell")]
    Empty,
    /// It can't be read as a number.
    #[error("not a count: {text}")]
    NotACount {
        /// The text of the cell.
        text: String,
    },
    /// It is a number only roughly: `约30人`, `100余人`, `1.2万`.
    #[error("not an exact count: {text}")]
    NotExact {
        /// The text of the cell.
        text: String,
    },
    /// It has a fraction.
    #[error("not a whole count: {text}")]
    NotWhole {
        /// The text of the cell.
        text: String,
    },
    /// It is below zero.
    #[error("negative count: {text}")]
    Negative {
        /// The text of the cell.
        text: String,
    },
    /// It is above [`u32::MAX`].
    #[error("count too large: {text}")]
    TooLarge {
        /// The text of the cell.
        text: String,
    },
    /// The formula in the cell failed.
    #[error("cell error: {text}")]
    CellError {
        /// The error, as it is in the file.
        text: String,
    },
}

/// Units that may follow a number. Longer words first.
const UNITS: [&str; 34] = [
    "人次", "学时", "小时", "课时", "分钟", "人", "名", "位", "次", "场", "期", "批", "篇", "份", "件", "个", "条",
    "项", "户", "天", "节", "组", "家", "处", "册", "本", "张", "轮", "岁", "分", "条次", "场次", "件次", "户次",
];

const VAGUE: [&str; 13] = ["约", "近", "余", "多", "左右", "以上", "以下", "上下", "不少于", "超", "几", "数", "大概"];

/// Reads a count: `12人`, `1,203`, `１２`, `十二`, `12.0`. Rounded and rough figures are refused, never rounded further.
pub fn count(cell: &Cell) -> Result<u32, CountError> {
    match cell {
        Cell::Empty => Err(CountError::Empty),
        Cell::Error(text) => Err(CountError::CellError { text: text.clone() }),
        Cell::Number(number) if number.is_finite() => count_of_text(&cell.shown()),
        Cell::Bool(_) | Cell::Date(_) | Cell::Number(_) => Err(CountError::NotACount { text: cell.shown() }),
        Cell::Text(text) => count_of_text(text),
    }
}

fn count_of_text(typed: &str) -> Result<u32, CountError> {
    let text = || typed.trim().to_owned();
    let clean = compact(&fold(typed));
    if clean.is_empty() {
        return Err(CountError::Empty);
    }
    if VAGUE.iter().any(|word| clean.contains(word)) || clean.contains(['+', '~', '≥', '>', '<', '≈']) {
        return Err(CountError::NotExact { text: text() });
    }
    let bare = without_unit(clean.strip_prefix('共').unwrap_or(&clean));
    if let Some(value) = chinese_number(bare) {
        return u32::try_from(value).map_err(|_| CountError::TooLarge { text: text() });
    }
    let (negative, digits) = match bare.strip_prefix(['-', '−', '－']) {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    if digits.strip_suffix('万').is_some_and(|rest| rest.parse::<f64>().is_ok()) {
        return Err(CountError::NotExact { text: text() });
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = without_grouping(whole)
        .filter(|_| !digits.ends_with('.'))
        .ok_or_else(|| CountError::NotACount { text: text() })?;
    if !fraction.chars().all(|c| c.is_ascii_digit()) {
        return Err(CountError::NotACount { text: text() });
    }
    let is_zero = whole.chars().chain(fraction.chars()).all(|c| c == '0');
    if negative && !is_zero {
        return Err(CountError::Negative { text: text() });
    }
    if fraction.contains(|c| c != '0') {
        return Err(CountError::NotWhole { text: text() });
    }
    whole.parse().map_err(|_| CountError::TooLarge { text: text() })
}

fn without_unit(text: &str) -> &str {
    // 人次 ends in 次 as well: the longest unit is the right one.
    let unit = UNITS.iter().filter(|unit| text.ends_with(**unit)).max_by_key(|unit| unit.len());
    unit.and_then(|unit| text.strip_suffix(unit)).unwrap_or(text)
}

/// The digits, with commas allowed only between groups of three.
fn without_grouping(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let grouped = text.contains(',');
    let first_fits = !first.is_empty() && (!grouped || first.len() <= 3);
    let digits: String = text.chars().filter(|c| *c != ',').collect();
    (first_fits && groups.all(|group| group.len() == 3) && digits.chars().all(|c| c.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_exact_count_is_read() {
        for (typed, value) in [
            ("12人", 12),
            ("1,203", 1203),
            ("1，203人次", 1203),
            ("１２", 12),
            ("十二", 12),
            ("十二人", 12),
            ("两名", 2),
            ("12.0", 12),
            ("共12人", 12),
            ("0", 0),
            (" 1029 ", 1029),
            ("6 学时", 6),
        ] {
            assert_eq!(count(&Cell::Text(typed.to_owned())), Ok(value), "{typed}");
        }
        assert_eq!(count(&Cell::Number(1044.0)), Ok(1044));
    }

    #[test]
    fn what_is_no_exact_count_says_why() {
        let text = |text: &str| text.to_owned();
        for (cell, expected) in [
            (Cell::Text("约30人".into()), CountError::NotExact { text: text("约30人") }),
            (Cell::Text("100余人".into()), CountError::NotExact { text: text("100余人") }),
            (Cell::Text("1.2万".into()), CountError::NotExact { text: text("1.2万") }),
            (Cell::Text("12.5".into()), CountError::NotWhole { text: text("12.5") }),
            (Cell::Number(12.5), CountError::NotWhole { text: text("12.5") }),
            (Cell::Text("-3".into()), CountError::Negative { text: text("-3") }),
            (Cell::Number(-3.0), CountError::Negative { text: text("-3") }),
            (Cell::Text("1,2".into()), CountError::NotACount { text: text("1,2") }),
            (Cell::Text("全体".into()), CountError::NotACount { text: text("全体") }),
            (Cell::Text("12.".into()), CountError::NotACount { text: text("12.") }),
            (Cell::Text("人".into()), CountError::NotACount { text: text("人") }),
            (Cell::Number(1e12), CountError::TooLarge { text: text("1000000000000") }),
            (Cell::Number(f64::NAN), CountError::NotACount { text: text("NaN") }),
            (Cell::Error("#DIV/0!".into()), CountError::CellError { text: text("#DIV/0!") }),
            (Cell::Empty, CountError::Empty),
        ] {
            assert_eq!(count(&cell), Err(expected), "{cell:?}");
        }
    }
}
