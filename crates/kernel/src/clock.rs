//! The clock is passed in as a parameter; only the entry point reads the system time.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

/// A moment as it is stored: UTC, RFC 3339 to the millisecond, the same text on every database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub String);

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;

    /// The present instant in the form in which it is stored.
    fn moment(&self) -> Moment {
        Moment(self.now().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// The system clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still, for tests and generated data.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// The federation's zone: days are counted in it.
#[derive(Clone, Copy, Debug)]
pub struct Zone(FixedOffset);

impl Default for Zone {
    /// UTC+8.
    fn default() -> Self {
        Zone(FixedOffset::east_opt(8 * 3600).expect("eight hours are a valid offset"))
    }
}

impl Zone {
    /// Today in this zone.
    pub fn today(self, clock: &dyn Clock) -> NaiveDate {
        clock.now().with_timezone(&self.0).date_naive()
    }

    /// An instant as this zone's clocks show it.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// The instant at which this zone's clocks show a time. A day begins at `00:00`.
    pub fn instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        let offset = Duration::seconds(i64::from(self.0.local_minus_utc()));
        DateTime::from_naive_utc_and_offset(local - offset, Utc)
    }
}
