//! Days in a line, as people write them: 11月18日, 11.18, 本月18日, 昨日, 下周二.

use chrono::{Datelike, Days, Months, NaiveDate};
use tabular::chinese_number;

use super::{
    Calendar,
    text::{Text, divides},
};

/// A day in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) what: What,
    /// Whether it is the first of several days.
    pub(super) several: bool,
    /// The day of the week that stands beside it.
    pub(super) weekday: Option<u32>,
}

/// Which day it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// That day.
    Day(NaiveDate),
    /// One of these.
    Either(Vec<NaiveDate>),
    /// No calendar has it.
    NoSuch,
}

/// Days ahead in which a day of the month without the month is that of this month.
const SOON: i64 = 7;

const WEEKDAYS: &str = "一二三四五六日天";

/// All days of a line, but those before which something has to be done (12月1日前).
pub(super) fn all(text: &Text, calendar: Calendar) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.letters.len() {
        let Some(mut day) = begins(text, at).then(|| at_place(text, at, calendar)).flatten() else {
            at += 1;
            continue;
        };
        beside(text, &mut day);
        several(text, &mut day);
        at = day.to.max(at + 1);
        let deadline =
            ["前", "之前", "以前", "截止", "止", "24时前", "24点前"].iter().any(|word| text.starts(day.to, word));
        let until = ["截至", "截止", "截止到"].iter().any(|word| ends_with(text, day.from, word));
        if !deadline && !until {
            found.push(day);
        }
    }
    found
}

fn ends_with(text: &Text, at: usize, word: &str) -> bool {
    let length = word.chars().count();
    at >= length && text.starts(at - length, word)
}

/// Whether a day may begin here: at the beginning of a part, or behind a word such as 定于. 学习10月16日讲话 names no day of a session.
fn begins(text: &Text, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| text.letters[before]) else { return true };
    let introduces =
        matches!(before, '于' | '在' | '为' | ':' | '(' | '到' | '至' | '是' | '约' | '订' | '间' | '期' | '#' | '、');
    (divides(before) || introduces) && may_begin(text.letters[at])
}

/// Whether a day may begin with a letter: a number, or the first letter of a word for a day, a week, a month or a year.
fn may_begin(letter: char) -> bool {
    letter.is_ascii_digit()
        || "〇零○一二三四五六七八九十两".contains(letter)
        || "大今昨前明后上下这本当星礼周去来ty".contains(letter)
}

/// Digits or a Chinese numeral, at most so many, and where they end.
fn number(text: &Text, at: usize, most: usize) -> Option<(u32, usize, usize)> {
    let digits = text.letters[at.min(text.letters.len())..].iter().take_while(|letter| letter.is_ascii_digit()).count();
    if digits > 0 {
        let value = text.folded(at, at + digits).parse().ok().filter(|_| digits <= most)?;
        return Some((value, at + digits, digits));
    }
    let numerals = text.letters[at.min(text.letters.len())..]
        .iter()
        .take_while(|letter| "〇零○一二三四五六七八九十两".contains(**letter))
        .count();
    let value = chinese_number(&text.folded(at, at + numerals)).filter(|_| (1..=4).contains(&numerals))?;
    Some((value.try_into().ok()?, at + numerals, if value > 99 { 4 } else { 2 }))
}

fn at_place(text: &Text, at: usize, calendar: Calendar) -> Option<Found> {
    let today = calendar.today;
    relative(text, at, today)
        .or_else(|| of_week(text, at, today))
        .or_else(|| of_month(text, at, today))
        .or_else(|| written(text, at, calendar))
        .map(|(what, to)| Found { from: at, to, what, several: false, weekday: None })
}

fn relative(text: &Text, at: usize, today: NaiveDate) -> Option<(What, usize)> {
    const WORDS: [(&str, i64, usize); 23] = [
        ("大前天", -3, 3),
        ("大后天", 3, 3),
        ("今天", 0, 2),
        ("今日", 0, 2),
        ("昨天", -1, 2),
        ("昨日", -1, 2),
        ("前天", -2, 2),
        ("前日", -2, 2),
        ("明天", 1, 2),
        ("明日", 1, 2),
        ("后天", 2, 2),
        ("后日", 2, 2),
        // Of these the part of the day stays for the time.
        ("今晚", 0, 1),
        ("今早", 0, 1),
        ("今晨", 0, 1),
        ("今上午", 0, 1),
        ("今下午", 0, 1),
        ("昨晚", -1, 1),
        ("明晚", 1, 1),
        ("明早", 1, 1),
        ("today", 0, 5),
        ("yesterday", -1, 9),
        ("tomorrow", 1, 8),
    ];
    let (_, days, length) = WORDS.iter().find(|(word, ..)| text.starts(at, word))?;
    Some((What::Day(shift(today, *days)?), at + length))
}

fn shift(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let length = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(length) } else { day.checked_add_days(length) }
}

/// 周三, 下周二, 上个星期五. A day of the week alone may be the last or the next one.
fn of_week(text: &Text, at: usize, today: NaiveDate) -> Option<(What, usize)> {
    const BEFORE: [(&str, i64); 14] = [
        ("上上个", -2),
        ("上上", -2),
        ("下下个", 2),
        ("下下", 2),
        ("上一", -1),
        ("下一", 1),
        ("上个", -1),
        ("下个", 1),
        ("这个", 0),
        ("本", 0),
        ("这", 0),
        ("上", -1),
        ("下", 1),
        ("当", 0),
    ];
    let before = BEFORE.iter().find(|(word, _)| text.starts(at, word));
    let start = at + before.map_or(0, |(word, _)| word.chars().count());
    let (weekday, to) = weekday(text, start)?;
    let monday = shift(today, -i64::from(today.weekday().num_days_from_monday()))?;
    let of = |week: i64| shift(monday, week * 7 + i64::from(weekday));
    if let Some((_, week)) = before {
        return Some((What::Day(of(*week)?), to));
    }
    let this = of(0)?;
    if this == today {
        return Some((What::Day(today), to));
    }
    let (last, next) = if this < today { (this, of(1)?) } else { (of(-1)?, this) };
    Some((What::Either(vec![last, next]), to))
}

/// 周三, 星期三, 礼拜三: days from Monday.
fn weekday(text: &Text, at: usize) -> Option<(u32, usize)> {
    let word = ["星期", "礼拜", "周"].iter().find(|word| text.starts(at, word))?;
    let place = at + word.chars().count();
    let day = WEEKDAYS.chars().position(|day| text.letters.get(place) == Some(&day))?;
    Some((u32::try_from(day.min(6)).ok()?, place + 1))
}

/// 本月18日, 下月3号, 18日.
fn of_month(text: &Text, at: usize, today: NaiveDate) -> Option<(What, usize)> {
    const BEFORE: [(&str, i32); 8] =
        [("本月", 0), ("这个月", 0), ("当月", 0), ("上个月", -1), ("上月", -1), ("下个月", 1), ("下月", 1), ("", 0)];
    let (word, months) = BEFORE.iter().find(|(word, _)| text.starts(at, word))?;
    let start = at + word.chars().count();
    let (day, to, length) = number(text, start, 2)?;
    let marked = text.letters.get(to).is_some_and(|sign| "日号".contains(*sign));
    if !marked || length > 2 {
        return None;
    }
    let to = to + 1;
    let first = today.with_day(1)?;
    let month = |more: i32| {
        if more < 0 {
            first.checked_sub_months(Months::new(more.unsigned_abs()))
        } else {
            first.checked_add_months(Months::new(more.unsigned_abs()))
        }
    };
    if word.is_empty() {
        // 3号楼 is a house.
        let goes_on = text
            .letters
            .get(to)
            .is_some_and(|next| !divides(*next) && !"上下中早晚周星礼(0123456789-至到、在凌傍前止".contains(*next));
        if goes_on {
            return None;
        }
        let this = month(0)?.with_day(day);
        return Some(match this {
            None => (What::NoSuch, to),
            // 28日 on the 2nd may be that of the month before.
            Some(this) if (0..=SOON).contains(&(this - today).num_days()) => (What::Day(this), to),
            Some(this) if this > today => {
                (What::Either([month(-1)?.with_day(day), Some(this)].into_iter().flatten().collect()), to)
            }
            Some(this) => (What::Either([Some(this), month(1)?.with_day(day)].into_iter().flatten().collect()), to),
        });
    }
    Some((month(*months)?.with_day(day).map_or(What::NoSuch, What::Day), to))
}

/// With a month, and a year if there is one.
fn written(text: &Text, at: usize, calendar: Calendar) -> Option<(What, usize)> {
    const YEARS: [(&str, i32); 6] = [("今年", 0), ("本年", 0), ("去年", -1), ("上年", -1), ("明年", 1), ("来年", 1)];
    if let Some((word, years)) = YEARS.iter().find(|(word, _)| text.starts(at, word)) {
        let (month, day, to) = month_and_day(text, at + word.chars().count())?;
        return Some((of_year(calendar.today.year() + years, month, day), to));
    }
    let (first, to, length) = number(text, at, 8)?;
    let sign = text.letters.get(to).copied();
    if length == 8 {
        let day = of_year(i32::try_from(first / 10_000).ok()?, first / 100 % 100, first % 100);
        return Some((day, to)).filter(|(what, _)| *what != What::NoSuch);
    }
    if length == 4 {
        let year = i32::try_from(first).ok()?;
        if sign == Some('年') {
            let (month, day, to) = month_and_day(text, to + 1)?;
            return Some((of_year(year, month, day), to));
        }
        let sign = sign.filter(|sign| "./-".contains(*sign))?;
        let (month, to, _) = number(text, to + 1, 2)?;
        let (day, to, _) = (text.letters.get(to) == Some(&sign)).then(|| number(text, to + 1, 2)).flatten()?;
        return Some((of_year(year, month, day), to));
    }
    let (month, day, to) = month_and_day(text, at)?;
    Some((without_year(month, day, calendar), to))
}

/// 11月18日, 11月18, 11.18, 11-18, 11/18.
fn month_and_day(text: &Text, at: usize) -> Option<(u32, u32, usize)> {
    let (month, to, length) = number(text, at, 2)?;
    let sign = text.letters.get(to).copied()?;
    if sign == '月' {
        let (day, to, _) = number(text, to + 1, 2)?;
        let marked = text.letters.get(to).is_some_and(|sign| "日号".contains(*sign));
        let ends = marked || text.letters.get(to).is_none_or(|next| divides(*next) || "(、-".contains(*next));
        return ends.then_some((month, day, to + usize::from(marked)));
    }
    if !"./-".contains(sign) || length > 2 || !(1..=12).contains(&month) {
        return None;
    }
    let (day, to, _) = number(text, to + 1, 2)?;
    let next = text.letters.get(to).copied();
    // 3.8妇女节, 1.2.3, 9-11点 and 11/2人 are no days of a session.
    let ends = next.is_none_or(|next| divides(next) || "(上下中早晚周星礼日号-至到、在".contains(next));
    let marked = next.is_some_and(|sign| "日号".contains(sign));
    ((1..=31).contains(&day) && ends).then_some((month, day, to + usize::from(marked)))
}

fn of_year(year: i32, month: u32, day: u32) -> What {
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1900..=2100).contains(&year)).map_or(What::NoSuch, What::Day)
}

/// A day without a year is in this one; if that is more than half a year away, it may be meant in another.
fn without_year(month: u32, day: u32, calendar: Calendar) -> What {
    const HALF: i64 = 183;
    let today = calendar.today;
    if let Some((first, last)) = calendar.within {
        let years = first.year()..=last.year();
        let days: Vec<NaiveDate> = years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day)).collect();
        let inside: Vec<NaiveDate> = days.iter().copied().filter(|day| (first..=last).contains(day)).collect();
        return match (inside.as_slice(), days.first()) {
            ([one], _) | ([], Some(one)) => What::Day(*one),
            ([], None) => What::NoSuch,
            _ => What::Either(inside),
        };
    }
    let of = |years: i32| NaiveDate::from_ymd_opt(today.year() + years, month, day);
    let Some(this) = of(0) else {
        // The 29th of February of another year.
        let near: Vec<NaiveDate> = [of(-1), of(1)].into_iter().flatten().collect();
        return if near.is_empty() { What::NoSuch } else { What::Either(near) };
    };
    let away = (this - today).num_days();
    let other = if away < -HALF {
        of(1)
    } else if away > HALF {
        of(-1)
    } else {
        None
    };
    match other {
        Some(other) => What::Either(vec![this.min(other), this.max(other)]),
        None => What::Day(this),
    }
}

/// 11月18日-20日, 11.18-11.20, 11月18日、19日: the day is the first of them.
fn several(text: &Text, day: &mut Found) {
    let signs = text.letters[day.to..].iter().take_while(|sign| "-—–~至到、 ".contains(**sign)).count();
    let sign: String = text.folded(day.to, day.to + signs);
    if signs == 0 || sign.trim().is_empty() {
        return;
    }
    let at = day.to + signs;
    let full = month_and_day(text, at).map(|(.., to)| to);
    let bare =
        number(text, at, 2).filter(|(_, to, _)| text.letters.get(*to).is_some_and(|sign| "日号".contains(*sign)));
    if let Some(to) = full.or(bare.map(|(_, to, _)| to + 1)) {
        day.to = to;
        day.several = true;
        let weekday = day.weekday;
        beside(text, day);
        day.weekday = weekday;
    }
}

/// （周三）beside a day.
fn beside(text: &Text, day: &mut Found) {
    let blanks = text.letters[day.to..].iter().take_while(|letter| **letter == ' ').count();
    let bracket = text.letters.get(day.to + blanks) == Some(&'(');
    let Some((number, to)) = weekday(text, day.to + blanks + usize::from(bracket)) else { return };
    let closed = text.letters.get(to) == Some(&')');
    if bracket == closed && !matches!(day.what, What::Either(_)) {
        day.to = to + usize::from(closed);
        day.weekday = Some(number);
    }
}
