//! When a session of a register was held: its day, and the time in the same cell or in one of its own.

use chrono::{Duration, NaiveTime, Timelike};
use federation::imports::cell_fault;
use kernel::Refusal;
use tabular::{Cell, DateError, DayPart, DayTime, day, names_its_days, period};

/// When a session was held, with what is doubtful about its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// The day, and the time as far as it is known.
    pub(super) at: DayTime,
    /// What has to be asked.
    pub(super) doubt: Option<Doubt>,
}

/// What is doubtful about a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It can't be read.
    Unreadable(String),
    /// It is 2:30 without a word that says whether that is at night.
    Night,
    /// The cell of the day says another time.
    Disagrees(String),
}

/// Why a cell gives no day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoDay {
    /// It says a month or a year, and no day.
    Month,
    /// It is no date at all.
    Fault(DateError),
}

/// Why a cell gives no day, in words; `year` is why its year isn't known.
pub(super) fn no_day(cell: &Cell, fault: &NoDay, year: Option<Refusal>) -> Refusal {
    match fault {
        NoDay::Month => Refusal::new("date-no-day").with("column", "活动时间").with("text", cell.shown()),
        NoDay::Fault(DateError::NoYear { .. }) if year.is_some() => {
            year.unwrap_or_else(|| cell_fault("活动时间", cell, &DateError::Empty))
        }
        NoDay::Fault(fault) => cell_fault("活动时间", cell, fault),
    }
}

/// The day of a cell; a range of days counts on its first one.
pub(super) fn day_of(date: &Cell, year: Option<i32>) -> Result<chrono::NaiveDate, NoDay> {
    read(date, year).map(|at| at.date)
}

fn read(date: &Cell, year: Option<i32>) -> Result<DayTime, NoDay> {
    match day(date, year) {
        Ok(at) => Ok(at),
        Err(DateError::NotADate { text }) => match period(date, year) {
            Ok(_) if !names_its_days(date) => Err(NoDay::Month),
            Ok((first, _)) => Ok(DayTime { date: first, time: None, part: None, end: None }),
            Err(_) => Err(NoDay::Fault(DateError::NotADate { text })),
        },
        Err(fault) => Err(NoDay::Fault(fault)),
    }
}

/// The day and time of a session; `time` is the text of the column for it.
pub(super) fn when(date: &Cell, time: Option<String>, year: Option<i32>) -> Result<When, NoDay> {
    let first = read(date, year)?;
    // A dash or 无 leaves the cell empty.
    let time = time.filter(|text| !text.chars().all(|letter| "-—–/无 ".contains(letter)));
    let Some(text) = time else { return Ok(When { at: first, doubt: at_night(first) }) };
    let of_column = |text: &str| day(&Cell::from_text(format!("{} {text}", first.date)), year).ok();
    // 下午 may stand with the day, and 2:30 in the other column.
    let part = first.part.map(|part| match part {
        DayPart::Morning => "上午",
        DayPart::Afternoon => "下午",
        DayPart::Evening => "晚上",
    });
    let own = of_column(&text).filter(|own| own.time.is_some() || own.part.is_some());
    let own = match (own, part) {
        (Some(own), Some(part)) if own.part.is_none() => of_column(&format!("{part}{text}")).or(Some(own)),
        (own, _) => own,
    };
    let Some(own) = own else {
        let whole_day = tabular::fold(&text) == "全天";
        return Ok(When { at: first, doubt: (!whole_day).then_some(Doubt::Unreadable(text)) });
    };
    match (first.time, own.time) {
        (Some(one), Some(other)) if one != other => Ok(When { at: first, doubt: Some(Doubt::Disagrees(text)) }),
        (Some(_), _) => {
            let at = DayTime { end: first.end.or(own.end), ..first };
            Ok(When { at, doubt: at_night(at) })
        }
        (None, _) => {
            let at = DayTime { part: own.part.or(first.part), ..own };
            Ok(When { at, doubt: at_night(at) })
        }
    }
}

/// Nobody meets from one to six at night; a clock of twelve hours says the same.
fn at_night(at: DayTime) -> Option<Doubt> {
    let is_early = at.time.is_some_and(|time| (1..6).contains(&time.hour()));
    (is_early && at.part.is_none()).then_some(Doubt::Night)
}

/// The same, meant as a time of the afternoon.
pub(super) fn half_a_day_later(at: DayTime) -> DayTime {
    let later = |time: NaiveTime| if time.hour() < 12 { time + Duration::hours(12) } else { time };
    DayTime { time: at.time.map(later), end: at.end.map(later), part: Some(DayPart::Afternoon), ..at }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(date: &str, time: Option<&str>) -> String {
        let when = when(&Cell::from_text(date), time.map(str::to_owned), Some(2025)).expect("a day");
        let time = |time: Option<NaiveTime>| time.map_or("-".to_owned(), |time| time.format("%H:%M").to_string());
        let doubt = when.doubt.map(|doubt| format!(" {doubt:?}")).unwrap_or_default();
        format!("{} {}{doubt}", time(when.at.time), time(when.at.end))
    }

    #[test]
    fn a_time_is_read_or_doubted() {
        for (date, time, expected) in [
            ("2025.5.8", None, "- -"),
            ("2025.5.8", Some("9-11点"), "09:00 11:00"),
            ("2025.5.8", Some("14.30"), "14:30 -"),
            ("2025.5.8", Some("下午2:30"), "14:30 -"),
            ("2025.5.8下午", Some("2:30-4:00"), "14:30 16:00"),
            ("2025.5.8", Some("2:30"), "02:30 - Night"),
            ("2025.5.8 2:30", None, "02:30 - Night"),
            ("2025.5.8", Some("凌晨2:30"), "02:30 -"),
            ("2025.5.8", Some("15:00-14:00"), "- - Unreadable(\"15:00-14:00\")"),
            ("2025.5.8", Some("两小时"), "- - Unreadable(\"两小时\")"),
            ("2025.5.8", Some("全天"), "- -"),
            ("2025.5.8", Some("—"), "- -"),
            ("2025.5.8", Some("下午"), "- -"),
            ("2025.5.8 9:00", Some("9:00-10:30"), "09:00 10:30"),
            ("2025.5.8 9:00", Some("15:00"), "09:00 - Disagrees(\"15:00\")"),
        ] {
            assert_eq!(shown(date, time), expected, "{date} {time:?}");
        }
        let at = when(&Cell::from_text("2025.5.8"), Some("2:30-4:00".to_owned()), None).expect("a day").at;
        let later = half_a_day_later(at);
        assert_eq!((later.time, later.end), (NaiveTime::from_hms_opt(14, 30, 0), NaiveTime::from_hms_opt(16, 0, 0)));
    }

    #[test]
    fn a_month_is_no_day() {
        for cell in [Cell::Text("2025年3月".to_owned()), Cell::Number(2025.1), Cell::Text("2025年3月至5月".to_owned())]
        {
            assert_eq!(day_of(&cell, None), Err(NoDay::Month), "{cell:?}");
        }
        assert!(day_of(&Cell::Text("3月5日至7日".to_owned()), Some(2025)).is_ok());
    }
}
