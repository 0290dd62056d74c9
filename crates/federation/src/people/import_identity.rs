//! What a roster's 身份证号 says of month of birth and sex, and its 工号. The identity number is used while the file is judged, and
//! stored nowhere.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use desk::error::Result;
use kernel::{PersonId, Refusal};
use sea_orm::ConnectionTrait;
use tabular::{Cell, IdFault, IdNumber, Row, Table, id_number, month_in_doubt};

use super::{
    matching::People,
    model::{Person, Posting, Sex},
    rules, store,
};
use crate::imports::{Question, Unread};

/// Month of birth and sex of a row, from its columns and from its identity number.
#[derive(Debug)]
pub(super) struct Identity {
    /// The number, if it is valid.
    pub(super) number: Option<IdNumber>,
    /// 出生年月 as 199003.
    pub(super) birth_month: Option<i64>,
    /// 性别.
    pub(super) sex: Option<Sex>,
}

/// Reads a row's identity number beside the month and the sex in the row's columns. What can't be read, and what disagrees, is asked.
pub(super) fn identity(
    row: &Row,
    (birth_month, sex): (Option<i64>, Option<Sex>),
    from: NaiveDate,
    chosen: &mut impl Iterator<Item = usize>,
) -> Result<Identity, Unread> {
    let number = match id_number(row.cell("id_number")) {
        // With month and sex beside it, nothing is missing.
        Some(Err(IdFault::Masked)) if birth_month.is_some() && sex.is_some() => None,
        Some(Err(fault)) => {
            if chosen.next() != Some(0) {
                let choices = vec![Refusal::new("id-number-without")];
                return Err(Unread::Asked(Question { text: unreadable(fault), choices }));
            }
            None
        }
        Some(Ok(number)) => Some(number),
        None => None,
    };
    let Some(number) = number else {
        let birth_month = settled_month(row.cell("birth"), birth_month, chosen)?;
        return Ok(Identity { number: None, birth_month, sex });
    };
    let month = i64::from(number.birth.year()) * 100 + i64::from(number.birth.month());
    rules::refuse_birth(month, from)?;
    let of_number = if number.is_female { Sex::Female } else { Sex::Male };
    let in_words = |sex: Sex| if sex == Sex::Female { "女" } else { "男" };
    let sex = match sex {
        Some(written) if written != of_number => {
            let text = Refusal::new("id-number-other-sex").with("written", in_words(written));
            let text = text.with("number", in_words(of_number));
            let choice = |sex| Refusal::new("choice-sex").with("sex", in_words(sex));
            let choices = vec![choice(of_number), choice(written)];
            match chosen.next() {
                Some(0) => Some(of_number),
                Some(1) => Some(written),
                _ => return Err(Unread::Asked(Question { text, choices })),
            }
        }
        _ => Some(of_number),
    };
    let birth_month = match birth_month {
        // 1990.1 may have been typed as 1990.10, which the number settles.
        Some(written) if written != month && !(month_in_doubt(row.cell("birth")) && month == written + 9) => {
            let text = Refusal::new("id-number-other-birth").with("written", rules::shown_month(written));
            let text = text.with("number", rules::shown_month(month));
            match chosen.next() {
                Some(0) => Some(month),
                Some(1) => Some(written),
                _ => {
                    let choices = vec![month_choice(month), month_choice(written)];
                    return Err(Unread::Asked(Question { text, choices }));
                }
            }
        }
        _ => Some(month),
    };
    Ok(Identity { number: Some(number), birth_month, sex })
}

fn month_choice(month: i64) -> Refusal {
    Refusal::new("choice-month").with("year", month / 100).with("month", month % 100)
}

/// A number 1990.1 in a cell may have been typed as 1990.10.
fn settled_month(
    cell: &Cell,
    month: Option<i64>,
    chosen: &mut impl Iterator<Item = usize>,
) -> Result<Option<i64>, Unread> {
    let Some(month) = month.filter(|_| month_in_doubt(cell)) else { return Ok(month) };
    match chosen.next() {
        Some(0) => Ok(Some(month)),
        Some(1) => Ok(Some(month + 9)),
        _ => {
            let text = Refusal::new("birth-in-doubt").with("text", cell.shown());
            Err(Unread::Asked(Question { text, choices: vec![month_choice(month), month_choice(month + 9)] }))
        }
    }
}

/// What is wrong with an identity number. The number itself stands in none of these texts, since they are stored.
fn unreadable(fault: IdFault) -> Refusal {
    match fault {
        IdFault::Masked => Refusal::new("id-number-masked"),
        IdFault::Rounded => Refusal::new("id-number-rounded"),
        IdFault::Length(length) => Refusal::new("id-number-length").with("length", length),
        IdFault::Letter(letter) => Refusal::new("id-number-letter").with("letter", letter),
        IdFault::NoSuchDay => Refusal::new("id-number-no-day"),
        IdFault::CheckDigit => Refusal::new("id-number-check-digit"),
    }
}

/// The 工号 of a row.
pub(super) fn staff_no(row: &Row) -> Result<Option<String>, Refusal> {
    match tabular::code(row.cell("staff_no")).or_else(|| row.text("staff_no")) {
        Some(text) => rules::staff_no(&text),
        None => Ok(None),
    }
}

/// The people with these names, and those whose staff numbers stand in the rows, with their postings.
pub async fn list_named(
    conn: &impl ConnectionTrait,
    rows: &[&Row],
    names: impl IntoIterator<Item = String>,
) -> Result<Vec<(Person, Posting)>> {
    let mut named = store::list_by_names(conn, &names.into_iter().collect::<Vec<_>>()).await?;
    let numbers: HashSet<String> = rows.iter().filter_map(|row| staff_no(row).ok().flatten()).collect();
    let numbered = store::list_by_numbers(conn, &numbers.into_iter().collect::<Vec<_>>()).await?;
    let known: HashSet<i64> = named.iter().map(|(_, posting)| posting.id).collect();
    named.extend(numbered.into_iter().filter(|(_, posting)| !known.contains(&posting.id)));
    Ok(named)
}

/// The person whom a row means: whoever has its staff number, if somebody has; else whoever `by_name` finds, if not with another number.
/// `is_here` says of a posting whether it counts.
pub fn person_of<C: Iterator<Item = usize>>(
    people: &People,
    (row, name): (&Row, &str),
    is_here: impl Fn(&Posting) -> bool,
    chosen: &mut C,
    by_name: impl FnOnce(&mut C) -> Result<PersonId, Unread>,
) -> Result<PersonId, Unread> {
    let Some(number) = staff_no(row)? else { return by_name(chosen) };
    let postings = people.with_number(&number);
    if postings.is_empty() {
        let person = by_name(chosen)?;
        if people.number_of(person).is_some() {
            return Err(Refusal::new("staff-no-other").with("name", name).with("number", number).into());
        }
        return Ok(person);
    }
    let Some((known, posting)) = postings.iter().find(|(_, posting)| is_here(posting)) else {
        return Err(Refusal::new("staff-no-not-here").with("number", number).into());
    };
    if known != name && chosen.next() != Some(0) {
        let text = Refusal::new("staff-no-other-name").with("number", number).with("known", known).with("name", name);
        let choices = vec![Refusal::new("staff-no-same").with("known", known)];
        return Err(Unread::Asked(Question { text, choices }));
    }
    Ok(posting.person)
}

/// Whether a column 编号 counts the rows, like 序号: then it holds no numbers of people.
pub(super) fn counts_rows(table: &Table) -> bool {
    if table.heading("staff_no").map(tabular::tidy).as_deref() != Some("编号") {
        return false;
    }
    let numbers = table.rows.iter().filter_map(|row| tabular::code(row.cell("staff_no")));
    let numbers: Option<Vec<usize>> = numbers.map(|text| text.parse().ok()).collect();
    // From one on, though a row may be missing, or follow from another sheet.
    numbers.is_some_and(|numbers| {
        numbers.windows(2).all(|pair| pair[0] < pair[1] || pair[1] == 1)
            && numbers.iter().all(|number| *number <= 2 * table.rows.len())
    })
}
