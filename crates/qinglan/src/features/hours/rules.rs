//! Pure functions: how many tenths of a learning hour a session or a number of minutes is worth.

use chrono::{NaiveDate, NaiveTime};
use kernel::{PersonId, Refusal, UnitId};
use ledger::{Entry, Facets};

use super::Conversion;

/// Minutes between two times such as `09:00`; `None` if one is missing or the second is not after the first.
fn between(from: Option<&str>, until: Option<&str>) -> Option<i64> {
    let time = |text: Option<&str>| NaiveTime::parse_from_str(text?, "%H:%M").ok();
    let minutes = (time(until)? - time(from)?).num_minutes();
    (minutes > 0).then_some(minutes)
}

impl Conversion {
    /// Tenths of an hour that minutes are worth, rounded to the nearest; 0 if nothing is counted.
    pub fn tenths(self, minutes: i64) -> i64 {
        if self.hour_minutes <= 0 { 0 } else { (minutes * 20 + self.hour_minutes) / (2 * self.hour_minutes) }
    }

    /// Tenths that a session between two times is worth; for one without times the setting applies.
    pub fn of_session(self, from: Option<&str>, until: Option<&str>) -> i64 {
        self.tenths(between(from, until).unwrap_or(self.session_minutes))
    }
}

/// Parses typed hours to tenths: `2`, `1.5`, `4学时`.
pub fn typed(text: &str) -> Result<i64, Refusal> {
    let plain: String = tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect();
    let plain = plain.trim_end_matches("学时").trim_end_matches("课时");
    let (whole, decimals) = plain.split_once('.').unwrap_or((plain, "0"));
    let tenths = match (whole.parse::<i64>(), decimals.as_bytes()) {
        (Ok(whole), [tenth @ b'0'..=b'9']) if whole >= 0 => {
            whole.checked_mul(10).map(|tens| tens + i64::from(tenth - b'0'))
        }
        (Ok(whole), [tenth @ b'0'..=b'9', b'0']) if whole >= 0 => {
            whole.checked_mul(10).map(|tens| tens + i64::from(tenth - b'0'))
        }
        _ => None,
    };
    tenths.ok_or_else(|| Refusal::new("learning-hours-unreadable").with("text", text))
}

/// Whom an entry is for: the person, the unit that it is counted for, and the person's facets on that day.
#[derive(Clone, Copy, Debug)]
pub struct Learner<'l> {
    /// The person.
    pub person: PersonId,
    /// The unit.
    pub unit: UnitId,
    /// The unit's level.
    pub level: &'l str,
    /// Party member on that day.
    pub party: &'l str,
    /// Youth on that day.
    pub youth: &'l str,
    /// Sex.
    pub sex: &'l str,
}

/// The entry of learning time; `None` if nothing is counted.
pub fn entry(learner: Learner<'_>, day: NaiveDate, source: &str, tenths: i64) -> Option<Entry> {
    let facets = || {
        Facets::none()
            .with("source", source)
            .with("level", learner.level)
            .with("party", learner.party)
            .with("youth", learner.youth)
            .with("sex", learner.sex)
    };
    (tenths > 0).then(|| Entry {
        day,
        unit: learner.unit,
        person: Some(learner.person),
        kind: super::TIME.into(),
        facets: facets(),
        quantity: tenths,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_worth_its_minutes_or_what_is_set() {
        let usual = Conversion { hour_minutes: 45, session_minutes: 90 };
        for (from, until, tenths) in [
            (Some("09:00"), Some("11:15"), 30),
            (Some("09:00"), Some("09:45"), 10),
            (Some("14:00"), Some("16:00"), 27),
            (Some("14:00"), None, 20),
            (None, None, 20),
            (Some("16:00"), Some("14:00"), 20),
        ] {
            assert_eq!(usual.of_session(from, until), tenths, "{from:?} {until:?}");
        }
        assert_eq!(Conversion { hour_minutes: 0, session_minutes: 90 }.of_session(Some("09:00"), Some("11:15")), 0);
        assert_eq!(usual.tenths(22), 5);
    }

    #[test]
    fn typed_hours_have_one_decimal_at_the_most() {
        for (text, tenths) in
            [("2", 20), ("1.5", 15), ("4学时", 40), ("０．５", 5), (" 3.0 ", 30), ("2.50", 25), ("0", 0)]
        {
            assert_eq!(typed(text).ok(), Some(tenths), "{text}");
        }
        for text in ["-1", "2.25", "两", "1.", ".5", "99999999999999999999", ""] {
            assert_eq!(
                typed(text).map_err(|refusal| refusal.code),
                Err("learning-hours-unreadable".to_owned()),
                "{text}"
            );
        }
    }
}
