//! The period of a page: 本月, 本季, 上半年, 全年, 去年, or one chosen freely. A form offers 上月, 上季 and single months too.

use chrono::{Datelike, NaiveDate};
use kernel::{Period, Refusal, last_of_month};
use serde::Serialize;
use web::Fields;

use super::language::Words;

/// A chosen period, for its page and its buttons (`ui/period.html`).
#[derive(Clone, Debug, Serialize)]
pub struct Chosen {
    #[serde(skip)]
    /// The period.
    pub period: Period,
    /// `month`, `last-month`, `quarter`, `last-quarter`, `half`, `year`, `last-year`, `own`.
    pub key: &'static str,
    choices: Vec<Choice>,
    own: bool,
    from: String,
    to: String,
    kept: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize)]
struct Choice {
    key: &'static str,
    label: String,
    chosen: bool,
}

/// The key and the message of each button.
const CHOICES: [(&str, &str); 5] = [
    ("month", "period-month"),
    ("quarter", "period-quarter"),
    ("half", "period-half"),
    ("year", "period-year"),
    ("last-year", "period-last-year"),
];

/// What a form offers beside the buttons.
const MORE: [(&str, &str); 2] = [("last-month", "period-last-month"), ("last-quarter", "period-last-quarter")];

/// The period of a key today.
fn meant(key: &str, today: NaiveDate) -> Option<Period> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
    let (year, month) = (today.year(), today.month());
    let span = |from: NaiveDate, last_month: u32| -> Option<Period> {
        let last = day(from.year(), last_month, 1)?;
        Some(Period { from, to: last_of_month(last) })
    };
    let before = |first: NaiveDate| first.pred_opt();
    match key {
        "last-month" => meant("month", before(day(year, month, 1)?)?),
        "last-quarter" => meant("quarter", before(meant("quarter", today)?.from)?),
        "month" => span(day(year, month, 1)?, month),
        "quarter" => {
            let first = (month - 1) / 3 * 3 + 1;
            span(day(year, first, 1)?, first + 2)
        }
        "half" => span(day(year, 1, 1)?, 6),
        "year" => span(day(year, 1, 1)?, 12),
        "last-year" => span(day(year - 1, 1, 1)?, 12),
        _ => None,
    }
}

/// The period that `period`, `from` and `to` of a query select; what is missing is taken from `usual`.
pub fn from_query(query: &Fields, usual: &'static str, today: NaiveDate) -> Result<Period, Refusal> {
    Ok(from_query_with_key(query, usual, today)?.1)
}

/// A single month: `2025-03`.
fn month(text: &str) -> Option<Period> {
    let from = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
    (text.len() == 7).then(|| Period { from, to: last_of_month(from) })
}

/// The periods that a form offers, as pairs of value and label: those of the buttons, 上月 and 上季, and the months of this and
/// the last year up to this one, latest first.
pub fn offered(today: NaiveDate, words: &Words) -> Vec<(String, String)> {
    let named = ["month", "last-month", "quarter", "last-quarter", "half", "year", "last-year", "own"];
    let message = |key: &str| {
        let known = CHOICES.iter().chain(&MORE).find(|(of, _)| *of == key);
        words.message(known.map_or("period-own", |(_, message)| *message), &[])
    };
    let months = (1..=today.month()).rev().map(|month| (today.year(), month));
    let months = months.chain((1..=12).rev().map(|month| (today.year() - 1, month)));
    let single = months.map(|(year, month)| {
        let label = words.message("period-single-month", &[("year", &year.to_string()), ("month", &month.to_string())]);
        (format!("{year}-{month:02}"), label)
    });
    named.iter().map(|key| ((*key).to_owned(), message(key))).chain(single).collect()
}

/// The same, with its key.
fn from_query_with_key(
    query: &Fields,
    usual: &'static str,
    today: NaiveDate,
) -> Result<(&'static str, Period), Refusal> {
    let requested = query.some("period").unwrap_or(usual);
    if requested == "own" {
        let year = meant("year", today).unwrap_or(Period { from: today, to: today });
        let (from, to) = (query.day("from")?.unwrap_or(year.from), query.day("to")?.unwrap_or(today));
        return Ok(("own", Period::new(from, to)?));
    }
    if let Some(period) = month(requested) {
        return Ok(("own", period));
    }
    let key = CHOICES.iter().chain(&MORE).map(|(key, _)| *key).find(|key| *key == requested).unwrap_or(usual);
    Ok((key, meant(key, today).ok_or_else(|| Refusal::new("period-unknown").with("period", requested))?))
}

impl Chosen {
    /// Reads `period`, `from` and `to` of a query; what is missing is taken from `usual`.
    pub fn read(query: &Fields, usual: &'static str, today: NaiveDate, words: &Words) -> Result<Self, Refusal> {
        let (key, period) = from_query_with_key(query, usual, today)?;
        let own = key == "own";
        let choices = CHOICES.iter().map(|(of, message)| Choice {
            key: of,
            label: words.message(message, &[]),
            chosen: *of == key,
        });
        let others =
            query.pairs().filter(|(name, value)| !matches!(*name, "period" | "from" | "to") && !value.is_empty());
        Ok(Self {
            period,
            key,
            choices: choices.collect(),
            own,
            from: period.from.to_string(),
            to: period.to.to_string(),
            kept: others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }

    /// The part of an address that selects it: `from=2025-01-01&to=2025-12-31&period=own`.
    pub fn query(&self) -> String {
        format!("period=own&from={}&to={}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_mean_whole_months() {
        let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
        for (key, from, to) in [
            ("month", "2024-02-01", "2024-02-29"),
            ("quarter", "2024-01-01", "2024-03-31"),
            ("half", "2024-01-01", "2024-06-30"),
            ("year", "2024-01-01", "2024-12-31"),
            ("last-year", "2023-01-01", "2023-12-31"),
            ("last-month", "2024-01-01", "2024-01-31"),
            ("last-quarter", "2023-10-01", "2023-12-31"),
        ] {
            assert_eq!(meant(key, day("2024-02-10")), Some(Period { from: day(from), to: day(to) }), "{key}");
        }
        assert_eq!(meant("week", day("2024-02-10")), None);
        assert_eq!(month("2024-02"), Some(Period { from: day("2024-02-01"), to: day("2024-02-29") }));
        for odd in ["2024-13", "2024-2", "month", "2024-02-01"] {
            assert_eq!(month(odd), None, "{odd}");
        }
    }
}
