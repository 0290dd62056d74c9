//! Pure functions: the entries that a stint should have, and how parts, days and hours are read.

use chrono::{Days, NaiveDate};
use federation::themes;
use kernel::{PersonId, Refusal};
use ledger::{Desired, Entry, Facets};
use tabular::{Cell, DateError};

use super::model::{Handed, Part, State, Stint};

/// The most characters of a task, a place or a result.
pub(super) const TEXT: usize = 200;
/// The most characters of a note or a reason.
pub(super) const NOTE: usize = 500;
/// More tenths of an hour are a typing error.
pub(super) const MOST: i64 = 100_000;

/// The entries that a stint should have, once it is checked: it begins, it ends, its hours.
pub(super) fn entries_of(stint: &Stint) -> Desired {
    if stint.state != State::Checked {
        return Desired { record: stint.id, entries: Vec::new() };
    }
    let entry = |kind: &'static str, day: NaiveDate, quantity: i64| Entry {
        day,
        unit: stint.unit,
        person: Some(stint.person),
        kind: kind.into(),
        facets: themes::facet(Facets::none(), stint.theme.as_deref())
            .with("part", stint.part.as_str())
            .with("volunteered", if stint.volunteered { "yes" } else { "no" })
            .with("level", &stint.level)
            .with("party", &stint.party)
            .with("youth", &stint.youth)
            .with("sex", &stint.sex),
        quantity,
    };
    let mut entries = vec![entry("practice.stint", stint.days.from, 1)];
    let after = stint.days.to.and_then(|last| last.checked_add_days(Days::new(1)));
    entries.extend(after.map(|day| entry("practice.stint", day, -1)));
    entries.extend(stint.hours.filter(|hours| *hours > 0).map(|hours| entry("practice.hours", stint.days.from, hours)));
    Desired { record: stint.id, entries }
}

/// A text without differences of spelling: width, dashes, dots, quotation marks, white space, case.
pub(super) fn plain(text: &str) -> String {
    const MARKS: &str = "-‐‑‒–—―−－﹣_·・.“”\"'‘’《》「」『』〈〉";
    let letters = tabular::fold(text);
    letters
        .chars()
        .filter(|letter| !letter.is_whitespace() && !MARKS.contains(*letter))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The part that a text means: by its name, else by the only part of whose words it contains one. A text that names two parts
/// means none of them.
pub(super) fn find_part(text: &str) -> Option<Part> {
    let text = plain(text);
    let exact = |part: &&Part| part.as_str() == text || plain(part.zh()) == text || plain(part.en()) == text;
    if let Some(part) = Part::ALL.iter().find(exact) {
        return Some(*part);
    }
    let mut named = Part::ALL.into_iter().filter(|part| part.contained().iter().any(|word| text.contains(word)));
    let part = named.next()?;
    named.next().is_none().then_some(part)
}

/// The refusal of a text that means no part, which lists the known ones.
pub(super) fn unknown_part(text: &str) -> Refusal {
    let known: Vec<&str> = Part::ALL.iter().map(|part| part.zh()).collect();
    Refusal::new("stint-part-unknown").with("text", text).with("known", known.join("、"))
}

/// Whether a text of a file says that a person came forward; `None` if it can't be read.
pub(super) fn is_yes(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "是" | "有" | "√" | "主动" | "主动请缨" | "自愿" | "yes" | "y" | "1" => Some(true),
        "否" | "无" | "组织安排" | "组织选派" | "选派" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// First and last day of a stint.
pub(super) type Span = (NaiveDate, Option<NaiveDate>);

/// Reads the days of a cell in any spelling: `2025-06-01至2025-08-31`, `2025年1月至12月`, `2025.3至今`. Months count whole.
pub(super) fn span(cell: &Cell, year: Option<i32>) -> Result<Span, Refusal> {
    if tabular::month_in_doubt(cell) {
        return Err(Refusal::new("stint-days-in-doubt").with("text", cell.shown()));
    }
    match tabular::period(cell, year) {
        Ok((first, last)) => Ok((first, Some(last))),
        Err(DateError::NoEnd { first }) => Ok((first, None)),
        Err(DateError::Reversed { first, last }) => Err(reversed(first, last)),
        Err(fault) => Err(federation::imports::cell_fault("起止时间", cell, &fault)),
    }
}

/// Reads the days of two cells; a month begins with its first and ends with its last day, and the end may be blank, or stand in
/// the first cell.
pub(super) fn span_of(from: &Cell, to: &Cell, year: Option<i32>) -> Result<Span, Refusal> {
    let whole = span(from, year)?;
    if to.is_blank() && tabular::has_two_ends(from) {
        return Ok(whole);
    }
    let first = whole.0;
    if to.is_blank() || matches!(plain(&to.shown()).as_str(), "至今" | "今" | "现在" | "目前") {
        return Ok((first, None));
    }
    let last = span(to, year)?.1;
    match last {
        Some(last) if last < first => Err(reversed(first, last)),
        last => Ok((first, last)),
    }
}

fn reversed(first: NaiveDate, last: NaiveDate) -> Refusal {
    Refusal::new("stint-reversed").with("from", first).with("to", last)
}

/// Hours in tenths: `8`, `7.5`, `7.5小时`; `None` if the text is empty.
pub(super) fn hours(text: &str) -> Result<Option<i64>, Refusal> {
    let odd = || Refusal::new("stint-hours").with("text", text).with("most", MOST / 10);
    let folded = tabular::fold(text);
    let bare = ["个小时", "小时", "学时", "h"]
        .iter()
        .fold(folded.trim(), |text, unit| text.strip_suffix(unit).unwrap_or(text).trim_end());
    if bare.is_empty() {
        return if folded.trim().is_empty() { Ok(None) } else { Err(odd()) };
    }
    let (whole, tenth) = bare.split_once('.').unwrap_or((bare, "0"));
    let digits = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
    if !digits(whole) || !digits(tenth) || tenth.trim_end_matches('0').len() > 1 {
        return Err(odd());
    }
    let tenth: i64 = tenth[..1].parse().map_err(|_| odd())?;
    let tenths = whole.parse::<i64>().ok().and_then(|whole| whole.checked_mul(10)?.checked_add(tenth));
    tenths.filter(|tenths| *tenths <= MOST).map(Some).ok_or_else(odd)
}

/// What identifies a stint among others: who, in which part, called what, from which day.
pub(super) type Key = (PersonId, Part, String, NaiveDate);

/// The key of a stint that is handed in.
pub(super) fn key(handed: &Handed) -> Key {
    (handed.person, handed.part, plain(&handed.task), handed.from)
}

/// The key of a stored stint.
pub(super) fn key_of(stint: &Stint) -> Key {
    (stint.person, stint.part, plain(&stint.task), stint.days.from)
}

/// What has to agree for a stint to be repeated: the last day, the place, the result, the hours.
pub(super) type Content = (Option<NaiveDate>, String, String, Option<i64>);

/// The content of a stint that is handed in.
pub(super) fn content(handed: &Handed) -> Content {
    let text = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
    (handed.to, text(&handed.place), text(&handed.result), handed.hours)
}

/// The content of a stored stint.
pub(super) fn content_of(stint: &Stint) -> Content {
    let text = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
    (stint.days.to, text(&stint.place), text(&stint.result), stint.hours)
}

/// Whether two spans have a day in common.
pub(super) fn overlap((from, to): Span, (other_from, other_to): Span) -> bool {
    to.is_none_or(|to| other_from <= to) && other_to.is_none_or(|to| from <= to)
}

/// Refuses an end before its start and days to come.
pub(super) fn validate_span((from, to): Span, today: NaiveDate) -> Result<(), Refusal> {
    if let Some(to) = to.filter(|to| *to < from) {
        return Err(reversed(from, to));
    }
    if from > today {
        return Err(Refusal::new("stint-ahead").with("day", from));
    }
    Ok(())
}

/// Refuses hours that can't be, and texts that are too long.
pub(super) fn validate_rest(hours: Option<i64>, result: Option<&str>) -> Result<(), Refusal> {
    if let Some(odd) = hours.filter(|hours| !(0..=MOST).contains(hours)) {
        return Err(Refusal::new("stint-hours").with("text", ledger::in_parts(odd, 10)).with("most", MOST / 10));
    }
    if result.is_some_and(|result| result.chars().count() > TEXT) {
        return Err(Refusal::new("stint-result-long").with("most", TEXT));
    }
    Ok(())
}

/// Refuses invalid stints: without a task, too long, an end before its start, one that has not begun.
pub(super) fn validate(handed: &Handed, today: NaiveDate) -> Result<(), Refusal> {
    if handed.task.trim().is_empty() || handed.task.chars().count() > TEXT {
        return Err(Refusal::new("stint-task").with("most", TEXT));
    }
    if handed.place.as_ref().is_some_and(|place| place.chars().count() > TEXT) {
        return Err(Refusal::new("stint-place-long").with("most", TEXT));
    }
    if handed.note.as_ref().is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Refusal::new("stint-note-long").with("most", NOTE));
    }
    validate_span((handed.from, handed.to), today)?;
    validate_rest(handed.hours, handed.result.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::parse_day;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    #[test]
    fn a_part_is_found_by_the_only_word_that_names_one() {
        for (typed, part) in [
            ("一线志愿服务", Some(Part::Volunteer)),
            ("重点项目专班", Some(Part::TaskForce)),
            ("大会筹备专班", Some(Part::TaskForce)),
            ("乡村振兴工作队", Some(Part::WorkTeam)),
            ("驻村第一书记", Some(Part::FirstSecretary)),
            ("到村 挂职", Some(Part::Placed)),
            ("volunteer", Some(Part::Volunteer)),
            ("到村挂职或任第一书记", None),
            ("轮岗", None),
            ("", None),
        ] {
            assert_eq!(find_part(typed), part, "{typed}");
        }
    }

    #[test]
    fn days_are_read_in_all_spellings_and_months_count_whole() {
        let of = |from: &str, to: &str| Ok((day(from), Some(day(to))));
        for (typed, read) in [
            ("2025-06-01至2025-08-31", of("2025-06-01", "2025-08-31")),
            ("2025年1月至12月", of("2025-01-01", "2025-12-31")),
            ("2025.3-2025.9", of("2025-03-01", "2025-09-30")),
            ("3月至今", Ok((day("2025-03-01"), None))),
        ] {
            assert_eq!(span(&Cell::from_text(typed), Some(2025)), read, "{typed}");
        }
        for (typed, code) in [
            ("2025-08-31至2025-06-01", "stint-reversed"),
            ("", "date-missing"),
            ("去年", "date-unreadable"),
            ("2025-02-30至2025-03-01", "date-no-such-day"),
        ] {
            assert_eq!(span(&Cell::from_text(typed), None).expect_err("refused").code, code, "{typed}");
        }
        assert_eq!(span(&Cell::Number(2025.1), None).expect_err("refused").code, "stint-days-in-doubt");
        let two = |from: &str, to: &str| span_of(&Cell::from_text(from), &Cell::from_text(to), None);
        assert_eq!(two("2025年3月", "2025年9月"), of("2025-03-01", "2025-09-30"));
        assert_eq!(two("2025-03-05", ""), Ok((day("2025-03-05"), None)));
        assert_eq!(two("2025-03-05", "2025-03-04").expect_err("refused").code, "stint-reversed");
    }

    #[test]
    fn hours_are_read_to_the_tenth() {
        for (typed, tenths) in
            [("", None), ("8", Some(80)), ("７.５小时", Some(75)), ("7.50", Some(75)), ("0", Some(0))]
        {
            assert_eq!(hours(typed), Ok(tenths), "{typed}");
        }
        for typed in ["-1", "7.55", "许多", "小时", "99999", "1e3"] {
            assert_eq!(hours(typed).expect_err("refused").code, "stint-hours", "{typed}");
        }
    }

    #[test]
    fn two_spans_overlap_where_they_have_a_day_in_common() {
        let of = |from: &str, to: Option<&str>| (day(from), to.map(day));
        let march = of("2025-03-01", Some("2025-03-31"));
        for (other, expected) in [
            (of("2025-03-31", Some("2025-04-30")), true),
            (of("2025-04-01", None), false),
            (of("2025-01-01", Some("2025-02-28")), false),
            (of("2025-01-01", None), true),
        ] {
            assert_eq!((overlap(march, other), overlap(other, march)), (expected, expected), "{other:?}");
        }
    }
}
