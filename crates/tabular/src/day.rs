//! Reads the day, and the time if there is one, from a cell.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::cell::Cell;
use crate::date::{DateError, date_of, not_a_date, prepared, serial, whole};
use crate::scan::Scan;

/// A day, with as much about its time as the cell contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTime {
    /// The day.
    pub date: NaiveDate,
    /// The time, or the time it began.
    pub time: Option<NaiveTime>,
    /// The part of the day, if a word names it.
    pub part: Option<DayPart>,
    /// The time it ended.
    pub end: Option<NaiveTime>,
}

/// A part of the day named by a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayPart {
    /// 上午, 早上.
    Morning,
    /// 下午.
    Afternoon,
    /// 晚上, 傍晚.
    Evening,
}

/// Reads a day. `year` is used for spellings without one (`3月12日下午`); usually it is the year in the table's title.
pub fn day(cell: &Cell, year: Option<i32>) -> Result<DayTime, DateError> {
    match cell {
        Cell::Empty => Err(DateError::Empty),
        Cell::Error(text) => Err(DateError::CellError { text: text.clone() }),
        Cell::Bool(_) => Err(not_a_date(&cell.shown())),
        Cell::Date(at) => from_parts(*at),
        Cell::Number(number) => match (whole(*number), serial(*number)) {
            (Some(packed @ 10_000_000..), _) => day_of_text(&packed.to_string(), year),
            (_, Some(at)) => from_parts(at),
            _ => Err(not_a_date(&cell.shown())),
        },
        Cell::Text(text) => day_of_text(text, year),
    }
}

fn from_parts(at: NaiveDateTime) -> Result<DayTime, DateError> {
    let date = date_of(at.year(), at.month(), at.day())?;
    let time = Some(at.time()).filter(|time| *time != NaiveTime::MIN);
    Ok(DayTime { date, time, part: None, end: None })
}

fn day_of_text(text: &str, year: Option<i32>) -> Result<DayTime, DateError> {
    let clean = prepared(text);
    if clean.is_empty() {
        return Err(DateError::Empty);
    }
    let wrong = || not_a_date(text.trim());
    let mut scan = Scan::new(&clean);
    let (found_year, month, day) = date_parts(&mut scan).ok_or_else(wrong)?;
    let times = times(&mut scan).ok_or_else(wrong)?;
    if !scan.is_done() {
        return Err(wrong());
    }
    let year = found_year.or(year).ok_or(DateError::NoYear { month, day: Some(day) })?;
    let date = date_of(year, month, day)?;
    Ok(DayTime { date, time: times.start, part: times.part, end: times.end })
}

/// Year (if there is one), month and day, not yet checked against the calendar.
fn date_parts(scan: &mut Scan) -> Option<(Option<i32>, u32, u32)> {
    let (first, length) = scan.digits()?;
    match length {
        8 => Some((Some(first.div_euclid(10_000).try_into().ok()?), first / 100 % 100, first % 100)),
        4 => {
            let year = first.try_into().ok()?;
            let mark = scan.eat(&['年', '.', '/', '-'])?;
            let month = scan.short()?;
            scan.eat(&[if mark == '年' { '月' } else { mark }])?;
            let day = scan.short()?;
            scan.eat(&['日', '号']);
            Some((Some(year), month, day))
        }
        1 | 2 => {
            scan.eat(&['月'])?;
            let day = scan.short()?;
            scan.eat(&['日', '号'])?;
            Some((None, first, day))
        }
        _ => None,
    }
}

#[derive(Default)]
struct Times {
    part: Option<DayPart>,
    start: Option<NaiveTime>,
    end: Option<NaiveTime>,
}

/// Which half of the day the hour of a clock time belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Unsaid,
    Night,
    Morning,
    /// As [`Self::Morning`], but 12 AM is midnight, which nobody means.
    Am,
    Noon,
    Afternoon,
    Evening,
}

const HALVES: [(&str, Half); 25] = [
    ("上午", Half::Morning),
    ("早上", Half::Morning),
    ("早晨", Half::Morning),
    ("清晨", Half::Morning),
    ("凌晨", Half::Night),
    ("中午", Half::Noon),
    ("下午", Half::Afternoon),
    ("午后", Half::Afternoon),
    ("傍晚", Half::Evening),
    ("晚上", Half::Evening),
    ("晚间", Half::Evening),
    ("夜间", Half::Evening),
    ("晚", Half::Evening),
    ("AM", Half::Am),
    ("am", Half::Am),
    ("A.M.", Half::Am),
    ("a.m.", Half::Am),
    ("A.M", Half::Am),
    ("a.m", Half::Am),
    ("PM", Half::Afternoon),
    ("pm", Half::Afternoon),
    ("P.M.", Half::Afternoon),
    ("p.m.", Half::Afternoon),
    ("P.M", Half::Afternoon),
    ("p.m", Half::Afternoon),
];

/// The times after a date, if any; `None` if they make no sense.
fn times(scan: &mut Scan) -> Option<Times> {
    scan.eat(&['T', ',', '，']);
    if scan.word(&[("全天", ())]).is_some() {
        return Some(Times::default());
    }
    let half = scan.word(&HALVES).unwrap_or(Half::Unsaid);
    let part = part_of(half);
    if let Some(hours) = full_hours(scan, half) {
        let (start, end) = hours?;
        return (start < end).then_some(Times { part, start: Some(start), end: Some(end) });
    }
    let Some(start) = clock(scan)? else { return Some(Times { part, ..Times::default() }) };
    let half = if half == Half::Unsaid { scan.word(&HALVES).unwrap_or(half) } else { half };
    let part = part_of(half);
    if matches!(half, Half::Morning | Half::Am) && start.hour() > 12 {
        return None;
    }
    let start = in_half(start, half)?;
    let Some(end) = end_time(scan, half)? else {
        // A date exported with a time of 0:00:00 has no time.
        let bare_midnight = start == NaiveTime::MIN && half == Half::Unsaid;
        return Some(Times { part, start: (!bare_midnight).then_some(start), end: None });
    };
    (start < end).then_some(Times { part, start: Some(start), end: Some(end) })
}

/// `9-11点`: only the end says that these are hours. `None` for anything else.
#[expect(clippy::option_option, reason = "outer: whether there are such hours; inner: whether they exist")]
fn full_hours(scan: &mut Scan, half: Half) -> Option<Option<(NaiveTime, NaiveTime)>> {
    let mut ahead = scan.clone();
    let (start, 1 | 2) = ahead.digits()? else { return None };
    ahead.eat(&['-', '–', '—', '~', '至', '到'])?;
    ahead.eat(&['-', '—']);
    let of_end = ahead.word(&HALVES).unwrap_or(half);
    let (end, 1 | 2) = ahead.digits()? else { return None };
    ahead.eat(&['点', '时'])?;
    let minute = minute_after_hour(&mut ahead);
    *scan = ahead;
    let time = |hour, minute, half| in_half(NaiveTime::from_hms_opt(hour, minute, 0)?, half);
    Some(time(start, 0, half).zip(time(end, minute, of_end)))
}

fn part_of(half: Half) -> Option<DayPart> {
    match half {
        Half::Morning | Half::Am | Half::Night => Some(DayPart::Morning),
        Half::Afternoon => Some(DayPart::Afternoon),
        Half::Evening => Some(DayPart::Evening),
        Half::Unsaid | Half::Noon => None,
    }
}

#[expect(clippy::option_option, reason = "outer: readable at all; inner: whether an end is given")]
fn end_time(scan: &mut Scan, half: Half) -> Option<Option<NaiveTime>> {
    if scan.eat(&['-', '–', '—', '~', '至', '到']).is_none() {
        return Some(None);
    }
    scan.eat(&['-', '—']);
    let half = scan.word(&HALVES).unwrap_or(half);
    let end = clock(scan)??;
    let half = scan.word(&HALVES).unwrap_or(half);
    in_half(end, half).map(Some)
}

/// `14:30`, `14:30:00`, `2点`, `2点半`, `14时30分`.
#[expect(clippy::option_option, reason = "outer: readable at all; inner: whether a time is given")]
fn clock(scan: &mut Scan) -> Option<Option<NaiveTime>> {
    let Some((hour, 1 | 2)) = scan.digits() else { return Some(None) };
    let (minute, second) = match scan.eat(&[':', '点', '时', '.'])? {
        // 14.30; a time of one digit after the dot is none.
        '.' => {
            let (minute, 2) = scan.digits()? else { return None };
            (minute, 0)
        }
        ':' => {
            let minute = scan.short()?;
            let second = if scan.eat(&[':']).is_some() { scan.short()? } else { 0 };
            (minute, second)
        }
        _ => (minute_after_hour(scan), 0),
    };
    NaiveTime::from_hms_opt(hour, minute, second).map(Some)
}

fn minute_after_hour(scan: &mut Scan) -> u32 {
    if let Some(minute) = scan.word(&[("半", 30), ("整", 0), ("一刻", 15), ("三刻", 45)]) {
        return minute;
    }
    let minute = scan.short();
    if minute.is_some() {
        scan.eat(&['分']);
    }
    minute.unwrap_or(0)
}

fn in_half(time: NaiveTime, half: Half) -> Option<NaiveTime> {
    let hour = match (half, time.hour()) {
        (Half::Afternoon, hour @ 1..=11) | (Half::Noon, hour @ 1..=2) | (Half::Evening, hour @ 5..=11) => hour + 12,
        // `晚上12点` could belong to this day or the next, and the first hours of a day are not evening.
        (Half::Evening, 0..=4 | 12) | (Half::Am, 12) => return None,
        (_, hour) => hour,
    };
    time.with_hour(hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn shown(found: &DayTime) -> String {
        let time = found.time.map(|t| t.format(" %H:%M").to_string()).unwrap_or_default();
        let end = found.end.map(|t| t.format("-%H:%M").to_string()).unwrap_or_default();
        let part = found.part.map(|p| format!(" {p:?}")).unwrap_or_default();
        format!("{}{time}{end}{part}", found.date)
    }

    #[test]
    fn every_spelling_of_a_day_is_read() {
        for (typed, expected) in [
            ("2025年3月5日上午", "2025-03-05 Morning"),
            ("3月12日下午", "2025-03-12 Afternoon"),
            ("2025.3.5", "2025-03-05"),
            ("2025.03.01", "2025-03-01"),
            ("2025/3/23", "2025-03-23"),
            ("2025-03-05", "2025-03-05"),
            ("20250305", "2025-03-05"),
            ("２０２５年１月６日上午", "2025-01-06 Morning"),
            ("２０２５．０３．０１", "2025-03-01"),
            ("2025 年 3 月 5 日", "2025-03-05"),
            ("2025年3月5日14:30", "2025-03-05 14:30"),
            ("2025年3月5日14：30", "2025-03-05 14:30"),
            ("2025-03-05 09:00", "2025-03-05 09:00"),
            ("2025-03-05T09:00:00", "2025-03-05 09:00"),
            ("2025-03-05 00:00:00", "2025-03-05"),
            ("3月5日（周三）下午2点", "2025-03-05 14:00 Afternoon"),
            ("3月5日星期三下午两点半", "2025-03-05 14:30 Afternoon"),
            ("2025年3月5日 14:00-16:00", "2025-03-05 14:00-16:00"),
            ("2025年3月5日上午9:00—11:30", "2025-03-05 09:00-11:30 Morning"),
            ("2025年3月5日上午9时至下午5时", "2025-03-05 09:00-17:00 Morning"),
            ("2025年3月5日晚7点", "2025-03-05 19:00 Evening"),
            ("2025年3月5日14时30分", "2025-03-05 14:30"),
            ("2025/3/5 2:00 PM", "2025-03-05 14:00 Afternoon"),
            ("二〇二五年三月五日", "2025-03-05"),
            ("二〇二五年十二月二十一日上午", "2025-12-21 Morning"),
            ("2025年3月5号全天", "2025-03-05"),
            ("3月5日中午12点", "2025-03-05 12:00"),
            ("2025-05-08 9-11点", "2025-05-08 09:00-11:00"),
            ("2025-05-08 下午2-4点半", "2025-05-08 14:00-16:30 Afternoon"),
            ("2025-05-08 14.30", "2025-05-08 14:30"),
            ("2025-05-08 2:30 p.m.", "2025-05-08 14:30 Afternoon"),
            ("2025-05-08 9:00 a.m.-11:30 a.m.", "2025-05-08 09:00-11:30 Morning"),
            ("2025-05-08 p.m. 2:30", "2025-05-08 14:30 Afternoon"),
            ("2025-05-08 下午2:30", "2025-05-08 14:30 Afternoon"),
        ] {
            let found = day(&text(typed), Some(2025));
            assert_eq!(found.as_ref().map(shown), Ok(expected.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_day_says_why() {
        let no_day = |year, month, day| DateError::NoSuchDay { year, month, day };
        for (typed, expected) in [
            ("　", DateError::Empty),
            ("2025年13月40日", no_day(2025, 13, 40)),
            ("2025-02-29", no_day(2025, 2, 29)),
            ("20251332", no_day(2025, 13, 32)),
            ("2205.3.5", DateError::OutOfRange { year: 2205 }),
            ("3月12日", DateError::NoYear { month: 3, day: Some(12) }),
            ("2025.3", not_a_date("2025.3")),
            ("2025年3月", not_a_date("2025年3月")),
            ("生日不详", not_a_date("生日不详")),
            ("25.3.5", not_a_date("25.3.5")),
            ("2025.3.5左右", not_a_date("2025.3.5左右")),
            ("2025年3月5日25:00", not_a_date("2025年3月5日25:00")),
            ("2025年3月5日16:00-14:00", not_a_date("2025年3月5日16:00-14:00")),
            ("2025/3-5", not_a_date("2025/3-5")),
            ("2025-05-08 9.5", not_a_date("2025-05-08 9.5")),
            ("2025-05-08 上午15:00", not_a_date("2025-05-08 上午15:00")),
            ("2025-05-08 12:30 AM", not_a_date("2025-05-08 12:30 AM")),
            ("2025-05-08 9-25点", not_a_date("2025-05-08 9-25点")),
        ] {
            assert_eq!(day(&text(typed), None), Err(expected), "{typed}");
        }
    }

    #[test]
    fn numbers_and_date_cells_are_days() {
        let at = NaiveDate::from_ymd_opt(2025, 3, 13).unwrap().and_hms_opt(9, 0, 0).unwrap();
        for (cell, expected) in [
            (Cell::Date(at), Some("2025-03-13 09:00")),
            (Cell::Number(45_721.0), Some("2025-03-05")),
            (Cell::Number(45_721.625), Some("2025-03-05 15:00")),
            (Cell::Number(20_250_305.0), Some("2025-03-05")),
            (Cell::Number(202_503.0), None),
            (Cell::Number(2025.3), None),
            (Cell::Number(12.0), None),
            (Cell::Number(f64::INFINITY), None),
            (Cell::Bool(true), None),
        ] {
            assert_eq!(day(&cell, None).ok().map(|found| shown(&found)).as_deref(), expected, "{cell:?}");
        }
        assert_eq!(day(&Cell::Error("#REF!".into()), None), Err(DateError::CellError { text: "#REF!".into() }));
    }
}
