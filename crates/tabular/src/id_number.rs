//! Reads 身份证号: the day of birth and the sex in it, once its check digit was verified; and masks such numbers in texts.

use std::{collections::BTreeSet, fmt};

use chrono::NaiveDate;

use crate::{
    cell::{Cell, Sheet, code},
    text::fold,
};

/// A valid number. Its debug text doesn't contain the number, which is nowhere to be stored.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber {
    /// The number with 18 digits, whichever way it was written.
    digits: String,
    /// The day of birth.
    pub birth: NaiveDate,
    /// 女.
    pub is_female: bool,
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdNumber").finish_non_exhaustive()
    }
}

/// Why a cell is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFault {
    /// Some of its digits were replaced by `*`.
    Masked,
    /// The cell is a number, of which a spreadsheet keeps 15 digits: the last ones are lost.
    Rounded,
    /// It has neither 15 nor 18 characters, but this many.
    Length(usize),
    /// A character is no digit.
    Letter(char),
    /// It contains no day of the calendar.
    NoSuchDay,
    /// The check digit at the end doesn't fit the others.
    CheckDigit,
}

/// The number in a cell; `None` for an empty cell.
pub fn id_number(cell: &Cell) -> Option<Result<IdNumber, IdFault>> {
    let text = match cell {
        Cell::Empty => return None,
        Cell::Number(number) if number.abs() >= 1e15 => return Some(Err(IdFault::Rounded)),
        cell => code(cell).or_else(|| Some(cell.shown()).filter(|text| !text.is_empty()))?,
    };
    Some(read(&text.to_uppercase()))
}

fn read(text: &str) -> Result<IdNumber, IdFault> {
    let length = text.chars().count();
    if text.contains(['*', '×', '＊']) {
        return Err(IdFault::Masked);
    }
    if text.contains("E+") {
        return Err(IdFault::Rounded);
    }
    if !matches!(length, 15 | 18) {
        return Err(IdFault::Length(length));
    }
    // The 18th may be an X.
    if let Some(odd) = text.chars().take(17).find(|letter| !letter.is_ascii_digit()) {
        return Err(IdFault::Letter(odd));
    }
    // A number of 15 digits has no century, since nobody born later has one, and no check digit.
    let body = if length == 15 { format!("{}19{}", &text[..6], &text[6..]) } else { text[..17].to_owned() };
    let birth = NaiveDate::parse_from_str(&body[6..14], "%Y%m%d").map_err(|_| IdFault::NoSuchDay)?;
    let digits = format!("{body}{}", check_digit(&body));
    if length == 18 && digits != text {
        return Err(match text.chars().last() {
            Some(last) if !last.is_ascii_digit() && last != 'X' => IdFault::Letter(last),
            _ => IdFault::CheckDigit,
        });
    }
    let is_female = body.bytes().last().is_some_and(|digit| (digit - b'0').is_multiple_of(2));
    Ok(IdNumber { digits, birth, is_female })
}

/// The check digit of 17 digits, by GB 11643 (ISO 7064, MOD 11-2).
fn check_digit(body: &str) -> char {
    let remainder = body.bytes().fold(0, |sum, digit| ((sum + u32::from(digit - b'0')) * 2) % 11);
    match (12 - remainder) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('X'),
    }
}

/// A text in which the digits of such numbers are replaced by `*`, but for the last four, whether the number is right or not. `all` are
/// digits that are known to be such a number, whatever their length.
pub fn mask_id_numbers(text: &str, all: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut masked = letters.clone();
    let mut at = 0;
    while at < letters.len() {
        let digits = letters[at..].iter().take_while(|letter| letter.is_ascii_digit()).count();
        let ends_in_x = letters.get(at + digits).is_some_and(|letter| matches!(letter, 'x' | 'X' | 'Ｘ' | 'ｘ'));
        let length = digits + usize::from(ends_in_x && digits > 0);
        let run: String = letters[at..at + digits].iter().collect();
        if (all && length > 4) || has_birthday(&run, length) {
            masked[at..at + length - 4].fill('*');
        }
        at += length.max(1);
    }
    masked.into_iter().collect()
}

/// Whether a column with this heading holds such numbers, right or wrong.
pub fn is_id_heading(text: &str) -> bool {
    let text = fold(text);
    ["身份证", "公民身份", "证件号"].iter().any(|word| text.contains(word))
}

/// The sheets with such numbers masked; `None` if they contain none.
pub fn without_id_numbers(sheets: &[Sheet]) -> Option<Vec<Sheet>> {
    let mut masked = sheets.to_vec();
    for sheet in &mut masked {
        let headed = sheet.rows.iter().take(ROWS_LOOKED_AT).flat_map(|cells| {
            cells.iter().enumerate().filter(|(_, cell)| is_id_heading(&cell.shown())).map(|(place, _)| place)
        });
        let headed: BTreeSet<usize> = headed.collect();
        for cells in &mut sheet.rows {
            for (place, cell) in cells.iter_mut().enumerate() {
                if matches!(cell, Cell::Text(_) | Cell::Number(_)) {
                    let shown = cell.shown();
                    let hidden = mask_id_numbers(&shown, headed.contains(&place));
                    if hidden != shown {
                        *cell = Cell::Text(hidden);
                    }
                }
            }
        }
    }
    (masked != sheets).then_some(masked)
}

/// In how many rows the heading is looked for.
const ROWS_LOOKED_AT: usize = 40;

/// Whether digits have the length of an identity number, and a day of birth where it has one.
fn has_birthday(digits: &str, length: usize) -> bool {
    let day = match length {
        18 => digits[6..14].to_owned(),
        15 => format!("19{}", &digits[6..12]),
        _ => return false,
    };
    matches!(&day[..2], "19" | "20") && NaiveDate::parse_from_str(&day, "%Y%m%d").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<(String, bool), IdFault> {
        let number = id_number(&Cell::from_text(text)).unwrap();
        number.map(|number| (number.birth.to_string(), number.is_female))
    }

    #[test]
    fn a_number_holds_the_day_of_birth_and_the_sex() {
        for (text, day, is_female) in [
            // The example of the standard, and others whose check digits were computed by hand.
            ("11010519491231002X", "1949-12-31", true),
            ("440524188001010014", "1880-01-01", false),
            ("１１０１０５１９４９１２３１００２ｘ", "1949-12-31", true),
            ("110105 19491231 002X", "1949-12-31", true),
            ("'11010519491231002X", "1949-12-31", true),
            ("110105491231002", "1949-12-31", true),
            ("130503670401001", "1967-04-01", false),
        ] {
            assert_eq!(of(text), Ok((day.to_owned(), is_female)), "{text}");
        }
        assert_eq!(
            id_number(&Cell::Number(110_105_491_231_002.0)).unwrap(),
            id_number(&Cell::from_text("11010519491231002X")).unwrap(),
            "the same person's old and new number are equal"
        );
        assert_eq!(id_number(&Cell::Empty), None);
    }

    #[test]
    fn a_wrong_number_is_said_to_be_wrong_for_what_it_is() {
        for (text, fault) in [
            ("110105194912310021", IdFault::CheckDigit),
            ("110105194912310029", IdFault::CheckDigit),
            ("11010519491331002X", IdFault::NoSuchDay),
            ("110105490231002", IdFault::NoSuchDay),
            ("1101051949123100", IdFault::Length(16)),
            ("无", IdFault::Length(1)),
            ("11010519491231002A", IdFault::Letter('A')),
            ("1101051949123100X2", IdFault::Letter('X')),
            ("110105********002X", IdFault::Masked),
            ("1.10105E+17", IdFault::Rounded),
        ] {
            assert_eq!(of(text), Err(fault), "{text}");
        }
        assert_eq!(id_number(&Cell::Number(110_105_194_912_310_020.0)), Some(Err(IdFault::Rounded)));
    }

    #[test]
    fn numbers_are_masked_wherever_they_stand() {
        for (text, masked) in [
            ("11010519491231002X", "**************002X"),
            ("号码：110105194912310021。", "号码：**************0021。"),
            ("110105491231002", "***********1002"),
            ("15694810961", "15694810961"),
            ("913701020000000001", "913701020000000001"),
            ("梁见微", "梁见微"),
            ("X", "X"),
        ] {
            assert_eq!(mask_id_numbers(text, false), masked, "{text}");
        }
        assert_eq!(mask_id_numbers("1101051949123100", true), "************3100");
        let rows = |id: &str, other: &str| {
            let of = |cells: [&str; 2]| cells.map(Cell::from_text).to_vec();
            vec![Sheet { rows: vec![of(["身份证号", "备注"]), of([id, other])], ..Sheet::default() }]
        };
        let held = without_id_numbers(&rows("1101051949123100", "11010519491231002X")).unwrap();
        assert_eq!(held, rows("************3100", "**************002X"));
        assert_eq!(without_id_numbers(&rows("无", "15694810961")), None);
        assert!(!format!("{:?}", id_number(&Cell::from_text("11010519491231002X"))).contains("1949"));
    }
}
