//! The types of a growth record.

use chrono::NaiveDate;
use kernel::{Period, PersonId};
use serde::Serialize;

ledger::codes! {
    /// The parts of a growth record: the four pillars, and what came of it.
    pub enum Part {
        /// 理论学习（方向盘）.
        Wheel = "wheel",
        /// 能力提升（加油站）.
        Station = "station",
        /// 实践锻炼（大舞台）.
        Stage = "stage",
        /// 廉洁教育（防火墙）.
        Firewall = "firewall",
        /// 成效: honours.
        Outcome = "outcome",
    }
}

/// Something on the time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its day, or the first of its days.
    pub day: NaiveDate,
    /// The last day of what lasts.
    pub until: Option<NaiveDate>,
    /// Whether it lasts and has no end yet.
    pub goes_on: bool,
    /// The part that it belongs to.
    #[serde(serialize_with = "as_code")]
    pub part: Part,
    /// The message that says what it was: took part, lectured, finished.
    pub what: &'static str,
    /// What it is called.
    pub title: String,
    /// Its page.
    pub href: Option<String>,
    /// Its amount, if it has one: points, tenths of hours.
    pub amount: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
fn as_code<S: serde::Serializer>(part: &Part, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(part.as_str())
}

/// What is counted of a person in a period: made of the items of the time line, but for the hours, which have entries of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Sessions attended.
    pub sessions: usize,
    /// Learning hours in tenths.
    pub hours: i64,
    /// Sessions in which the person led.
    pub led: usize,
    /// Sessions in which the person lectured.
    pub lectured: usize,
    /// Sessions in which the person spoke.
    pub spoke: usize,
    /// Plan items finished.
    pub readings: usize,
    /// Notes handed in.
    pub notes: usize,
    /// Points of other platforms.
    pub points: i64,
    /// Stints.
    pub stints: usize,
    /// Days of practice, a day of several stints once, up to today.
    pub practice_days: i64,
    /// Confirmed hours of practice in tenths.
    pub practice_hours: i64,
    /// Honours.
    pub honours: usize,
}

/// What the rules still ask of a person this year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The message.
    pub what: &'static str,
    /// What is there: tenths of hours, or per cent.
    pub has: String,
    /// What is wanted.
    pub wanted: String,
    /// What it concerns: the group's name, the text to be read.
    pub of: String,
}

/// A day on which somebody else looked at a growth record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    /// The day.
    pub day: NaiveDate,
    /// Who.
    pub account: String,
}

/// The person's words on a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The year.
    pub year: i64,
    /// The text.
    pub words: String,
    /// Raised by every change.
    pub version: i64,
}

/// A growth record.
#[derive(Clone, Debug)]
pub struct Growth {
    /// The person.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// Unit, duty, first and last day of each posting, the latest first.
    pub postings: Vec<(String, Option<String>, NaiveDate, Option<NaiveDate>)>,
    /// The days that it covers.
    pub period: Period,
    /// The years in which anything is recorded, whatever the period, and the last one; the latest first.
    pub years: Vec<i32>,
    /// The time line, the latest first.
    pub items: Vec<Item>,
    /// What is counted.
    pub totals: Totals,
    /// The person's words on the years of the period.
    pub words: Vec<Words>,
    /// What the rules still ask; only where today is covered.
    pub asked: Vec<Asked>,
}
