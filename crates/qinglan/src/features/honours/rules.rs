//! Pure functions: the entries that an honour should have, when two are the same, and how levels, days and titles are read.

use chrono::{Datelike, NaiveDate};
use federation::settings::choices::{Choice, plain};
use kernel::Refusal;
use ledger::{Desired, Entry, Facets};
use tabular::{Cell, DateError};

use super::model::{For, Handed, Honour, Level, State};

/// The most characters of a title or a conferrer.
pub(super) const TITLE: usize = 200;
/// The most characters of a certificate's number.
pub(super) const CERTIFICATE: usize = 64;
/// The most characters of a note or a reason.
pub(super) const NOTE: usize = 500;
/// The title group of titles that name no other one.
pub(super) const OTHER: &str = "other";

/// The entries that an honour should have: one, once it is checked.
pub(super) fn entries_of(honour: &Honour) -> Desired {
    let entry = || Entry {
        day: honour.day,
        unit: honour.unit,
        person: honour.person,
        kind: "honours.awarded".into(),
        facets: Facets::none()
            .with("level", honour.level.as_str())
            .with("group", &honour.title_group)
            .with("recipient", honour.recipient.as_str())
            .with("party", &honour.party)
            .with("youth", &honour.youth)
            .with("sex", &honour.sex),
        quantity: 1,
    };
    let entries = if honour.state == State::Checked { vec![entry()] } else { Vec::new() };
    Desired { record: honour.id, entries }
}

/// What makes two honours probably the same: who, which title, in which year.
pub(super) type Key = (For, String, i32);

/// The key of an honour.
pub(super) fn key(of: For, title: &str, day: NaiveDate) -> Key {
    (of, plain(title), day.year())
}

/// What has to agree for an honour to be repeated: the day, the level, who conferred it.
pub(super) type Content = (NaiveDate, Level, String);

/// The content of an honour that is handed in.
pub(super) fn content(handed: &Handed) -> Content {
    (handed.day, handed.level, plain(&handed.conferrer))
}

/// The content of a stored honour.
pub(super) fn content_of(honour: &Honour) -> Content {
    (honour.day, honour.level, plain(&honour.conferrer))
}

/// The level that a text means.
pub(super) fn find_level(text: &str) -> Option<Level> {
    let text = plain(text);
    let named = |level: &&Level| {
        level.as_str() == text
            || plain(level.zh()) == text
            || plain(level.en()) == text
            || level.others().iter().any(|other| plain(other) == text)
    };
    Level::ALL.iter().find(named).copied()
}

/// The refusal of an unknown level, which lists the known ones.
pub(super) fn unknown_level(text: &str) -> Refusal {
    let known: Vec<&str> = Level::ALL.iter().map(|level| level.zh()).collect();
    Refusal::new("honour-level-unknown").with("text", text).with("known", known.join("、"))
}

/// The code of the group that a title names: of the longest name or word that the title contains, else that of other honours.
pub(super) fn group_of_title<'g>(groups: &'g [Choice], title: &str) -> &'g str {
    let title = plain(title);
    let words = groups.iter().filter(|group| !group.retired && group.code != OTHER).flat_map(|group| {
        std::iter::once(group.name.as_str()).chain(group.aliases.split(' ')).map(move |word| (plain(word), group))
    });
    let named = words.filter(|(word, _)| !word.is_empty() && title.contains(word.as_str()));
    named.max_by_key(|(word, _)| word.chars().count()).map_or(OTHER, |(_, group)| group.code.as_str())
}

/// When an honour was awarded, as far as a cell says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// On this day.
    Day(NaiveDate),
    /// On any day of a month or a year: its first and its last one.
    Within(NaiveDate, NaiveDate),
}

/// Reads the day of a cell in any spelling; `year` is used if it has none.
pub(super) fn when(cell: &Cell, year: Option<i32>) -> Result<When, Refusal> {
    let unreadable = |fault: &DateError| federation::imports::cell_fault("授予时间", cell, fault);
    match tabular::day(cell, year) {
        Ok(at) => Ok(When::Day(at.date)),
        Err(DateError::NotADate { text }) => match tabular::period(cell, year) {
            Ok((first, last)) if first == last => Ok(When::Day(first)),
            Ok((first, last)) => Ok(When::Within(first, last)),
            Err(_) => Err(unreadable(&DateError::NotADate { text })),
        },
        Err(fault) => Err(unreadable(&fault)),
    }
}

/// Refuses invalid honours: without a title or a conferrer, too long, of a day to come.
pub(super) fn validate(handed: &Handed, today: NaiveDate) -> Result<(), Refusal> {
    if handed.title.trim().is_empty() || handed.title.chars().count() > TITLE {
        return Err(Refusal::new("honour-title").with("most", TITLE));
    }
    if handed.conferrer.trim().is_empty() || handed.conferrer.chars().count() > TITLE {
        return Err(Refusal::new("honour-conferrer").with("most", TITLE));
    }
    if handed.certificate.as_ref().is_some_and(|number| number.chars().count() > CERTIFICATE) {
        return Err(Refusal::new("honour-certificate-long").with("most", CERTIFICATE));
    }
    if handed.note.as_ref().is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Refusal::new("honour-note-long").with("most", NOTE));
    }
    if handed.day > today {
        return Err(Refusal::new("honour-day-ahead").with("day", handed.day));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::parse_day;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    fn group(code: &str, name: &str, aliases: &str) -> Choice {
        Choice {
            code: code.to_owned(),
            name: name.to_owned(),
            en: String::new(),
            aliases: aliases.to_owned(),
            retired: false,
        }
    }

    #[test]
    fn a_level_is_found_in_all_its_spellings() {
        for (typed, level) in [
            ("国家级", Some(Level::National)),
            ("全国", Some(Level::National)),
            ("省 级", Some(Level::Provincial)),
            ("省部级", Some(Level::Provincial)),
            ("市级", Some(Level::Municipal)),
            ("县级", Some(Level::County)),
            ("街道/单位级", Some(Level::Unit)),
            ("county", Some(Level::County)),
            ("最高级", None),
            ("", None),
        ] {
            assert_eq!(find_level(typed), level, "{typed}");
        }
    }

    #[test]
    fn a_title_belongs_to_the_group_whose_longest_word_it_contains() {
        let groups = [
            group("party_member", "优秀共产党员", "优秀党员"),
            group("flag", "三八红旗手", ""),
            group("flag_unit", "三八红旗手标兵", ""),
            group("other", "其他荣誉", "其他"),
        ];
        for (title, code) in [
            ("优秀共产党员", "party_member"),
            ("全市“优秀 共产党员”", "party_member"),
            ("2025年度优秀党员", "party_member"),
            ("三八红旗手", "flag"),
            ("全国三八红旗手标兵", "flag_unit"),
            ("其他", "other"),
            ("乡村振兴工作表现突出个人", "other"),
        ] {
            assert_eq!(group_of_title(&groups, title), code, "{title}");
        }
    }

    #[test]
    fn a_day_is_read_in_all_spellings_and_a_month_is_no_day() {
        for (typed, read) in [
            ("2025年12月6日", When::Day(day("2025-12-06"))),
            ("2025.01.28", When::Day(day("2025-01-28"))),
            ("1月6日下午", When::Day(day("2025-01-06"))),
            ("２０２５年４月１８日上午", When::Day(day("2025-04-18"))),
            ("2025年3月", When::Within(day("2025-03-01"), day("2025-03-31"))),
            ("2025年", When::Within(day("2025-01-01"), day("2025-12-31"))),
        ] {
            assert_eq!(when(&Cell::from_text(typed), Some(2025)), Ok(read), "{typed}");
        }
        assert_eq!(when(&Cell::Number(45770.375), None), Ok(When::Day(day("2025-04-23"))));
        for (typed, code) in [
            ("", "date-missing"),
            ("春天", "date-unreadable"),
            ("2025-02-30", "date-no-such-day"),
            ("3月8日", "date-no-year"),
        ] {
            assert_eq!(when(&Cell::from_text(typed), None).expect_err("refused").code, code, "{typed}");
        }
    }
}
