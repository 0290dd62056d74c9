//! How long somebody was in a video meeting: the rows of one person together, and what follows for the roll.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use kernel::Refusal;
use tabular::fold;

/// The session that a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Session {
    pub(in super::super) day: NaiveDate,
    pub(in super::super) from: Option<NaiveTime>,
    pub(in super::super) to: Option<NaiveTime>,
}

impl Session {
    /// How long it is, if both its times are known.
    fn length(self) -> Option<Duration> {
        self.from.zip(self.to).map(|(from, to)| to - from).filter(|length| *length > Duration::zero())
    }

    /// The part of a span that lies within the session, as far as its times are known.
    fn within(self, (from, to): (NaiveDateTime, NaiveDateTime)) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let from = self.from.map_or(from, |begins| from.max(self.day.and_time(begins)));
        let to = self.to.map_or(to, |ends| to.min(self.day.and_time(ends)));
        (from < to).then_some((from, to))
    }
}

/// How long somebody has to be in a meeting to be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Least {
    Minutes(i64),
    /// Per cent of the session.
    Share(i64),
}

impl Least {
    /// Half of the session: what stands in the form at first.
    pub(in super::super) const DEFAULT: &'static str = "50%";

    /// Reads `30`, `30分钟`, `50%`.
    pub(in super::super) fn from_text(text: &str) -> Result<Self, Refusal> {
        let folded: String = fold(text).chars().filter(|letter| !letter.is_whitespace()).collect();
        let number = |text: &str, most: i64| text.parse().ok().filter(|number| (0..=most).contains(number));
        let read = if let Some(share) = folded.strip_suffix('%') {
            number(share, 100).map(Self::Share)
        } else {
            let bare = ["分钟", "分", "min"].iter().find_map(|unit| folded.strip_suffix(unit)).unwrap_or(&folded);
            number(bare, 24 * 60).map(Self::Minutes)
        };
        read.ok_or_else(|| Refusal::new("least-odd").with("text", text.trim()))
    }
}

/// What is wrong with a time in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Doubt {
    /// It is less than was asked for.
    Short,
    /// All of it lies on other days than the session.
    OtherDay,
    /// No time, or none that can be read.
    Unreadable,
    /// Times and lengths that contradict each other, or may count the same time twice.
    Unclear,
}

impl Doubt {
    pub(in super::super) fn as_str(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::OtherDay => "day_other",
            Self::Unreadable => "unreadable",
            Self::Unclear => "unclear",
        }
    }
}

/// How long somebody was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Stay {
    /// Whole minutes within the session, as far as they are certain.
    pub(in super::super) minutes: i64,
    pub(in super::super) doubt: Option<Doubt>,
    pub(in super::super) late: bool,
}

/// One row of somebody: when they came and went, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) joined: Option<NaiveDateTime>,
    pub(super) left: Option<NaiveDateTime>,
    pub(super) length: Option<Duration>,
    /// A cell that is filled and can't be read.
    pub(super) odd: bool,
}

/// What programs round away.
const ROUNDED: Duration = Duration::seconds(60);

impl Line {
    /// From when to when, if the row leaves no doubt.
    fn span(self) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let (joined, left) = (self.joined?, self.left);
        match (left, self.length) {
            (Some(left), None) => Some((joined, left)),
            (Some(left), Some(length)) => ((left - joined - length).abs() <= ROUNDED).then_some((joined, left)),
            (None, Some(length)) => Some((joined, joined + length)),
            (None, None) => None,
        }
    }

    /// Whether the row says two things that can't both be.
    fn contradicts(self) -> bool {
        let lasted = self.joined.zip(self.left).map(|(joined, left)| left - joined);
        lasted.is_some_and(|lasted| {
            lasted < Duration::zero() || self.length.is_some_and(|length| length > lasted + ROUNDED)
        })
    }

    /// Whether it lies on another day than the session.
    fn is_of_another_day(self, session: Session) -> bool {
        let days = [self.joined, self.left].into_iter().flatten().map(|at| at.date());
        let mut days = days.peekable();
        days.peek().is_some() && days.all(|day| day != session.day)
    }
}

/// The time that spans cover together; what overlaps counts once.
fn covered(mut spans: Vec<(NaiveDateTime, NaiveDateTime)>) -> Duration {
    spans.sort_unstable();
    let mut sum = Duration::zero();
    let mut until: Option<NaiveDateTime> = None;
    for (from, to) in spans {
        let from = until.map_or(from, |until| from.max(until));
        if to > from {
            sum += to - from;
            until = Some(to);
        }
    }
    sum
}

/// What several rows of one person come to, before it is asked how much is enough.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum {
    /// What is certain.
    time: Duration,
    first: Option<NaiveDateTime>,
    doubt: Option<Doubt>,
    /// Whether it may be more.
    more: bool,
}

/// Adds up the rows of one person.
pub(super) fn sum(lines: &[Line], session: Session) -> Sum {
    let of_day: Vec<Line> = lines.iter().copied().filter(|line| !line.is_of_another_day(session)).collect();
    let spans = of_day.iter().filter_map(|line| session.within(line.span()?)).collect();
    // A length without its span, or with breaks that nobody knows the place of: the longest of them is certain, not their sum.
    let loose = of_day.iter().filter(|line| line.span().is_none() && !line.contradicts()).filter_map(|line| {
        let at_most = match line.joined.zip(line.left) {
            Some(span) => session.within(span).map_or(Duration::zero(), |(from, to)| to - from),
            None => session.length().unwrap_or(Duration::MAX),
        };
        Some(line.length?.min(at_most))
    });
    let loose: Vec<Duration> = loose.collect();
    let exact = covered(spans);
    let time = loose.iter().copied().fold(exact, Duration::max);
    let more = !loose.is_empty() && lines.len() > 1;
    let has_time = |line: &Line| line.length.is_some() || line.span().is_some();
    let doubt = if of_day.is_empty() && !lines.is_empty() {
        Some(Doubt::OtherDay)
    } else if of_day.iter().any(|line| line.contradicts()) {
        Some(Doubt::Unclear)
    } else if of_day.iter().any(|line| line.odd || !has_time(line)) {
        Some(Doubt::Unreadable)
    } else {
        None
    };
    Sum { time, first: of_day.iter().filter_map(|line| line.joined).min(), doubt, more }
}

impl Sum {
    /// The time, for the longest stay of a list.
    pub(super) fn time(&self) -> Duration {
        self.time
    }

    /// What follows for the roll, where this much is needed.
    pub(super) fn judged(&self, needed: Duration, session: Session) -> Stay {
        let enough = self.time >= needed && self.time > Duration::zero();
        // Enough is enough, whatever else a row says.
        let doubt = match self.doubt {
            _ if enough && self.doubt != Some(Doubt::Unclear) => None,
            Some(doubt) => Some(doubt),
            None if self.more => Some(Doubt::Unclear),
            None => Some(Doubt::Short),
        };
        let begins = session.from.map(|from| session.day.and_time(from));
        let late = begins.zip(self.first).is_some_and(|(begins, first)| first > begins);
        Stay { minutes: self.time.num_minutes(), doubt, late: late && doubt.is_none() }
    }
}

/// How long somebody has to be there: a share is one of the session, or of the longest stay where its times aren't known.
pub(super) fn needed(least: Least, session: Session, longest: Duration) -> Duration {
    match least {
        Least::Minutes(minutes) => Duration::minutes(minutes),
        Least::Share(share) => session.length().unwrap_or(longest) * i32::try_from(share).unwrap_or(100) / 100,
    }
}

/// A moment: `2026-05-08 14:31:20`, `2026/5/8 下午2:31`, `14:31`. A time without a day is on the session's.
pub(super) fn moment(text: &str, day: NaiveDate) -> Option<NaiveDateTime> {
    let folded = fold(text).replace('T', " ");
    let (date, clock) = match folded.split_once(' ') {
        Some((first, rest)) if first.contains(['-', '/', '.', '年']) => (Some(first.to_owned()), rest.to_owned()),
        _ => match folded.split_once('日') {
            Some((date, rest)) => (Some(format!("{date}日")), rest.to_owned()),
            None => (None, folded),
        },
    };
    let date = match date {
        None => day,
        Some(date) => {
            let forms = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"];
            forms.iter().find_map(|form| NaiveDate::parse_from_str(&date, form).ok())?
        }
    };
    Some(date.and_time(time_of_day(&clock)?))
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    const MORNING: [&str; 4] = ["上午", "凌晨", "早上", "am"];
    const LATER: [&str; 4] = ["下午", "晚上", "中午", "pm"];
    let mut bare = text.trim().to_ascii_lowercase();
    let mut part = None;
    for (words, later) in [(MORNING, false), (LATER, true)] {
        if let Some(word) = words.iter().find(|word| bare.contains(**word)) {
            part = Some(later);
            bare = bare.replacen(word, "", 1);
        }
    }
    let bare = bare.trim();
    let time = ["%H:%M:%S", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(bare, form).ok())?;
    let (noon, half) = (NaiveTime::from_hms_opt(12, 0, 0)?, Duration::hours(12));
    let before_noon = time < noon;
    Some(match part {
        Some(true) if before_noon => time + half,
        // 12:10 am is ten minutes past midnight.
        Some(false) if !before_noon => time - half,
        _ => time,
    })
}

/// A length: `45`, `45分钟`, `1小时12分`, `0:45:10`, `2700秒`. A bare number is in the unit that the heading names, else in minutes.
/// `1:20` may be hours or minutes, and is none.
pub(super) fn length(text: &str, heading: &str) -> Option<Duration> {
    let folded: String = fold(text).to_ascii_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
    let whole = |text: &str| text.parse::<i64>().ok().filter(|number| (0..=1_000_000).contains(number));
    if folded.is_empty() {
        return None;
    }
    if folded.contains(':') {
        let parts: Vec<i64> = folded.split(':').map(whole).collect::<Option<_>>()?;
        let [hours, minutes, seconds] = parts.as_slice() else { return None };
        let fits = *minutes < 60 && *seconds < 60;
        return fits.then(|| Duration::seconds(hours * 3600 + minutes * 60 + seconds));
    }
    let heading = heading.to_ascii_lowercase();
    let unit = if heading.contains('秒') || heading.contains("second") {
        1.0
    } else if heading.contains("小时") || heading.contains("hour") {
        3600.0
    } else {
        60.0
    };
    let seconds_of = |number: f64, unit: f64| {
        let seconds = number * unit;
        // A length of days is none.
        (0.0..=604_800.0).contains(&seconds).then(|| Duration::milliseconds((seconds * 1000.0).round() as i64))
    };
    if let Ok(number) = folded.parse::<f64>() {
        return seconds_of(number, unit);
    }
    const UNITS: [(&str, f64); 12] = [
        ("小时", 3600.0),
        ("hours", 3600.0),
        ("hour", 3600.0),
        ("h", 3600.0),
        ("分钟", 60.0),
        ("分", 60.0),
        ("minutes", 60.0),
        ("mins", 60.0),
        ("min", 60.0),
        ("m", 60.0),
        ("秒", 1.0),
        ("s", 1.0),
    ];
    let (mut rest, mut sum) = (folded.as_str(), Duration::zero());
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let (unit, of_unit) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
        sum += seconds_of(number, *of_unit)?;
        rest = &rest[unit.len()..];
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").expect("a time")
    }

    fn session(times: Option<(&str, &str)>) -> Session {
        let day = NaiveDate::from_ymd_opt(2026, 5, 8).expect("a day");
        Session { day, from: times.map(|(from, _)| time(from)), to: times.map(|(_, to)| time(to)) }
    }

    fn stay(rows: &[(&str, &str, &str)], least: &str, times: Option<(&str, &str)>) -> String {
        let session = session(times);
        let line = |(joined, left, lasted): &(&str, &str, &str)| Line {
            joined: moment(joined, session.day),
            left: moment(left, session.day),
            length: length(lasted, "参会时长"),
            odd: false,
        };
        let lines: Vec<Line> = rows.iter().map(line).collect();
        let sum = sum(&lines, session);
        let least = Least::from_text(least).expect("a least time");
        let stay = sum.judged(needed(least, session, Duration::minutes(80)), session);
        let doubt = stay.doubt.map_or("ok", Doubt::as_str);
        format!("{} {doubt}{}", stay.minutes, if stay.late { " late" } else { "" })
    }

    #[test]
    fn minutes_are_added_and_counted_once() {
        let hours = Some(("14:30", "16:00"));
        for (rows, least, times, expected) in [
            (&[("14:20", "16:05", "")][..], "50%", hours, "90 ok"),
            (&[("14:40", "16:05", "")], "50%", hours, "80 ok late"),
            // Twice in the meeting, and twice at once with two devices.
            (&[("14:30", "14:50", ""), ("15:10", "15:40", "")], "50%", hours, "50 ok"),
            (&[("14:30", "15:00", ""), ("14:40", "15:00", "")], "50%", hours, "30 short"),
            (&[("14:30", "15:00", ""), ("14:40", "15:10", "")], "40", hours, "40 ok"),
            // Before it began nobody was in the session.
            (&[("13:30", "14:35", "")], "10", hours, "5 short"),
            (&[("13:30", "14:35", "")], "10", None, "65 ok"),
            // First in, last out, and a shorter time: breaks that nobody knows the place of.
            (&[("14:30", "16:00", "50")], "50%", hours, "50 ok"),
            (&[("14:30", "16:00", "40")], "50%", hours, "40 short"),
            (&[("", "", "40"), ("", "", "30")], "50%", hours, "40 unclear"),
            (&[("", "", "45"), ("", "", "30")], "50%", hours, "45 ok"),
            (&[("14:30", "15:00", "50")], "10", hours, "0 unclear"),
            (&[("15:00", "14:00", "")], "10", hours, "0 unclear"),
            (&[("14:30", "", "")], "10", hours, "0 unreadable"),
            (&[("14:30", "", "0:50:00")], "50%", hours, "50 ok"),
            (&[("2026-05-07 14:30", "2026-05-07 16:00", "")], "10", hours, "0 day_other"),
            (&[("2026-05-07 14:30", "2026-05-07 16:00", ""), ("14:31", "16:00", "")], "10", hours, "89 ok late"),
            (&[("14:30", "15:10", "")], "50%", None, "40 ok"),
            (&[("14:30", "15:09", "")], "50%", None, "39 short"),
            (&[], "0", hours, "0 short"),
        ] {
            assert_eq!(stay(rows, least, times), expected, "{rows:?} {least} {times:?}");
        }
    }

    #[test]
    fn moments_and_lengths_are_read_as_programs_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 8).expect("a day");
        for (text, expected) in [
            ("2026-05-08 14:31:20", Some("2026-05-08 14:31:20")),
            ("2026/5/8 14:31", Some("2026-05-08 14:31:00")),
            ("2026年5月8日14:31", Some("2026-05-08 14:31:00")),
            ("2026-05-07T09:00:00", Some("2026-05-07 09:00:00")),
            ("2026/05/08 02:31:20 PM", Some("2026-05-08 14:31:20")),
            ("下午2:31", Some("2026-05-08 14:31:00")),
            ("12:10 AM", Some("2026-05-08 00:10:00")),
            ("14:31", Some("2026-05-08 14:31:00")),
            // Nobody knows which is the month.
            ("05/08/2026 14:31", None),
            ("刚才", None),
            ("", None),
        ] {
            assert_eq!(moment(text, day).map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
        for (text, heading, seconds) in [
            ("45", "参会时长", Some(2700)),
            ("45.5", "时长（分钟）", Some(2730)),
            ("2700", "时长(秒)", Some(2700)),
            ("1.5", "时长（小时）", Some(5400)),
            ("45分钟", "", Some(2700)),
            ("1小时12分", "", Some(4320)),
            ("1小时2分3秒", "", Some(3723)),
            ("1h 20m", "", Some(4800)),
            ("0:45:10", "", Some(2710)),
            ("1:20", "", None),
            ("约一小时", "", None),
            ("-3", "", None),
            ("", "", None),
        ] {
            assert_eq!(length(text, heading).map(|length| length.num_seconds()), seconds, "{text} {heading}");
        }
        for (text, read) in [
            ("30", Some(Least::Minutes(30))),
            ("３０ 分钟", Some(Least::Minutes(30))),
            ("50%", Some(Least::Share(50))),
            ("150%", None),
            ("一半", None),
        ] {
            assert_eq!(Least::from_text(text).ok(), read, "{text}");
        }
    }
}
