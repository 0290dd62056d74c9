//! A session in one line, or in a notice: what is recognised is put into the fields of the form, the rest stays in the title.
//! What can be read in two ways is asked. Nothing is lost, and nothing is stored before the form is confirmed.

mod days;
mod hours;
mod parts;
mod text;

use chrono::{Datelike, NaiveDate};

use super::model::ActivityType;
use text::Text;

/// The form fields that a line fills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Understood {
    /// The day.
    pub(crate) day: Option<NaiveDate>,
    /// The days that it may be, if there are several.
    pub(crate) days: Vec<NaiveDate>,
    /// When it begins.
    pub(crate) time: Option<String>,
    /// When it ends.
    pub(crate) until: Option<String>,
    /// The code of its type.
    pub(crate) kind: Option<String>,
    /// After 在 or 地点, or the name of a room.
    pub(crate) place: Option<String>,
    /// After 主讲.
    pub(crate) speakers: Option<String>,
    /// After 主持.
    pub(crate) chair: Option<String>,
    /// `42人`: a head-count.
    pub(crate) audience: Option<i64>,
    /// After `参加：`, as they are written.
    pub(crate) names: Option<String>,
    /// The rest, or what a label calls the title.
    pub(crate) title: String,
    /// Whether a label calls it that.
    pub(crate) is_titled: bool,
    /// Text of a notice that is in no field.
    pub(crate) left: Option<String>,
    /// What has to be asked or said, with the words of the line that it is about.
    pub(crate) remarks: Vec<(Remark, String)>,
}

ledger::codes! {
    /// What has to be asked or said about a line.
    pub(crate) enum Remark {
        /// The day may be one of two.
        DayEither = "day_either",
        /// No calendar has the day.
        DayNone = "day_none",
        /// The day of the week isn't that of the day.
        Weekday = "weekday",
        /// Several days, of which the first is filled in.
        DaysSeveral = "days_several",
        /// The half of the day was concluded.
        Half = "half",
        /// A time that may be of this day or the next, or an end before the beginning.
        TimeOdd = "time_odd",
        /// A part of the day without a time.
        PartOnly = "part_only",
        /// A number of people that isn't exact.
        CountVague = "count_vague",
        /// More days that may be meant.
        DayOther = "day_other",
    }
}

impl Remark {
    /// Whether the day has to be given.
    pub(crate) fn asks_day(self) -> bool {
        matches!(self, Self::DayEither | Self::DayNone | Self::Weekday)
    }
}

/// What days of a line are counted from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    /// Today.
    pub(crate) today: NaiveDate,
    /// The first and the last day between which a day without a year lies, if that is known.
    pub(crate) within: Option<(NaiveDate, NaiveDate)>,
}

/// Letters of a text that is read at the most: a long notice. Of a longer one everything is left.
pub(crate) const MOST_LETTERS: usize = 5_000;

/// Reads a line or a notice.
pub(crate) fn read(typed: &str, types: &[ActivityType], calendar: Calendar) -> Understood {
    let mut found = Understood::default();
    if typed.chars().nth(MOST_LETTERS).is_some() {
        found.left = Some(typed.to_owned());
        return found;
    }
    let mut text = Text::new(typed);
    let after = read_day(&mut text, &mut found, calendar);
    read_time(&mut text, &mut found, after);
    parts::read(&mut text, &mut found, types);
    if found.title.is_empty()
        && let Some(kind) = found.kind.as_ref().and_then(|code| types.iter().find(|kind| kind.code == *code))
    {
        found.title.clone_from(&kind.name);
    }
    found
}

/// Reads the day of the session; the one under a notice is that of the notice. Returns where it ends.
fn read_day(text: &mut Text, found: &mut Understood, calendar: Calendar) -> usize {
    let days = days::all(text, calendar);
    // The day under a notice, the last thing in it.
    let signature = days.len() > 1
        && days.last().is_some_and(|last| {
            text.letters[last.to..].iter().all(|letter| *letter == ' ') && hours::first(text, last.from).is_none()
        });
    let of_session = if signature { &days[..days.len() - 1] } else { &days[..] };
    let timed = |day: &&days::Found| hours::first_within(text, day.to, day.to + 3).is_some();
    let Some(day) = of_session.iter().find(timed).or(of_session.first()) else { return 0 };
    let written = text.typed(day.from, day.to);
    match &day.what {
        days::What::Day(date) => {
            found.day = Some(*date);
            if day.weekday.is_some_and(|weekday| weekday != date.weekday().num_days_from_monday()) {
                found.day = None;
                found.days = vec![*date];
                found.remarks.push((Remark::Weekday, written.clone()));
            }
        }
        days::What::Either(days) => {
            found.days.clone_from(days);
            found.remarks.push((Remark::DayEither, written.clone()));
        }
        days::What::NoSuch => found.remarks.push((Remark::DayNone, written.clone())),
    }
    if day.several {
        found.remarks.push((Remark::DaysSeveral, written));
    }
    let to = day.to;
    text.take(day.from, to);
    for other in of_session.iter().filter(|other| other.from != day.from && other.what != day.what) {
        // 周三（12月2日）: the same day in other words.
        let same = matches!(&other.what, days::What::Either(days) if found.day.is_some_and(|day| days.contains(&day)));
        if same {
            text.take(other.from, other.to);
        } else {
            found.remarks.push((Remark::DayOther, text.typed(other.from, other.to)));
        }
    }
    to
}

fn read_time(text: &mut Text, found: &mut Understood, after: usize) {
    let shown = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let Some(time) = hours::first(text, after).or_else(|| hours::first(text, 0)) else {
        let blanks = text.letters[after..].iter().take_while(|letter| **letter == ' ').count();
        if after > 0
            && let Some(to) = hours::part_only(text, after + blanks)
        {
            found.remarks.push((Remark::PartOnly, text.typed(after + blanks, to)));
            text.take(after + blanks, to);
        }
        return;
    };
    found.time = time.begins.map(shown);
    found.until = time.ends.map(shown);
    let written = text.typed(time.from, time.to);
    if time.begins.is_none() || time.odd_end {
        found.remarks.push((Remark::TimeOdd, written));
    } else if time.concluded {
        found.remarks.push((Remark::Half, written));
    }
    text.take(time.from, time.to);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The types that ship: code, name, other names.
    const TYPES: [(&str, &str, &str); 8] = [
        ("study", "集中学习", "集体学习 理论学习"),
        ("seminar", "专题研讨", "研讨 交流研讨 专题交流"),
        ("reading", "读书分享", "读书会 读书分享会"),
        ("party_lecture", "专题党课", "党课 党课学习"),
        ("training", "业务培训", "培训 专题培训"),
        ("visit", "观摩学习", "现场观摩 观摩"),
        ("warning", "警示教育", "警示教育片 警示教育活动"),
        ("practice", "实践活动", "志愿服务 实践锻炼活动"),
    ];

    fn on(day: &str) -> Calendar {
        Calendar { today: day.parse().expect("a day"), within: None }
    }

    fn types() -> Vec<ActivityType> {
        let each = TYPES.into_iter().map(|(code, name, aliases)| ActivityType {
            code: code.to_owned(),
            name: name.to_owned(),
            en: String::new(),
            pillar: String::new(),
            aliases: aliases.to_owned(),
            retired: false,
            learning: true,
        });
        each.collect()
    }

    fn shown(found: &Understood) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut add = |name: &str, value: Option<String>| lines.extend(value.map(|value| format!("{name} {value}")));
        add("day", found.day.map(|day| day.to_string()));
        for day in &found.days {
            add("day?", Some(day.to_string()));
        }
        add("from", found.time.clone());
        add("until", found.until.clone());
        add("type", found.kind.clone());
        add("place", found.place.clone());
        add("speakers", found.speakers.clone());
        add("chair", found.chair.clone());
        add("audience", found.audience.map(|count| count.to_string()));
        add("names", found.names.clone());
        add("title", Some(found.title.clone()));
        add("left", found.left.clone());
        for (remark, words) in &found.remarks {
            add("ask", Some(format!("{} {words}", remark.as_str())));
        }
        lines
    }

    #[test]
    fn lines_fill_the_form_and_what_is_left_is_the_title() {
        let cases = include_str!("../../../../../../fixtures/chat-cases/lines.txt");
        let today = on("2026-11-29");
        let mut wrong = Vec::new();
        let mut count = 0;
        for case in cases.split("\n==\n").skip(1) {
            let (line, expected) = case.split_once("\n--\n").expect("a line and its fields");
            let found = shown(&read(line, &types(), today));
            let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
            count += 1;
            if found != expected {
                wrong.push(format!("{line}\n  found    {found:?}\n  expected {expected:?}"));
            }
        }
        assert!(count > 80, "{count} lines");
        assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n\n"));
    }

    #[test]
    fn a_day_without_a_year_lies_within_the_days_that_are_known() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let within = Some((day("2025-12-20"), day("2026-02-10")));
        let calendar = Calendar { within, ..on("2025-11-29") };
        for (line, expected) in [
            ("12月28日 古沟街道", Some("2025-12-28")),
            ("1月5日 14:00 古沟街道", Some("2026-01-05")),
            ("1.5 古沟街道", Some("2026-01-05")),
            ("明天 古沟街道", Some("2025-11-30")),
            ("3月5日 古沟街道", Some("2025-03-05")),
        ] {
            let found = read(line, &[], calendar);
            assert_eq!(found.day, expected.map(day), "{line}");
            assert_eq!(found.title, "古沟街道", "{line}");
        }
    }

    #[test]
    fn a_day_of_the_month_that_is_not_soon_may_be_of_two_months() {
        let days = |line: &str, today: &str| {
            let found = read(line, &[], on(today));
            let shown: Vec<String> = found.day.iter().chain(&found.days).map(ToString::to_string).collect();
            (shown.join(" "), found.remarks.iter().any(|(remark, _)| *remark == Remark::DayEither))
        };
        for (line, today, expected, asked) in [
            ("28日 座谈", "2026-12-02", "2026-11-28 2026-12-28", true),
            ("5日 座谈", "2026-12-02", "2026-12-05", false),
            ("2日 座谈", "2026-12-02", "2026-12-02", false),
            ("1日 座谈", "2026-12-02", "2026-12-01 2027-01-01", true),
            ("本月28日 座谈", "2026-12-02", "2026-12-28", false),
        ] {
            assert_eq!(days(line, today), (expected.to_owned(), asked), "{line} on {today}");
        }
    }

    #[test]
    fn a_title_with_a_label_is_not_left_over() {
        for (line, is_titled) in [("11月18日 主题：公文写作", true), ("11月18日 公文写作", false)] {
            let found = read(line, &types(), on("2026-11-29"));
            assert_eq!((found.title.as_str(), found.is_titled), ("公文写作", is_titled), "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_a_value_stays_in_the_title() {
        let today = on("2026-11-23");
        for line in ["9:61 参加 几百人 在", "读书 分享", "", "3号楼 座谈", "公文写作2.0", "第18次 座谈"]
        {
            assert_eq!(
                read(line, &[], today),
                Understood { title: line.to_owned(), ..Understood::default() },
                "{line}"
            );
        }
    }

    #[test]
    fn a_line_of_one_piece_over_and_over_is_read_at_once() {
        const PIECES: [&str; 36] = [
            "(",
            ")",
            "（兰依妍",
            "【",
            "“",
            "、",
            "，",
            "。",
            ";",
            "/",
            " ",
            "\t",
            "\n",
            ":",
            "-",
            "一",
            "1",
            "1月",
            "1月1日",
            "1日、",
            "周三",
            "下午",
            "9点",
            "9-",
            "9:00-",
            "于",
            "在",
            "在三楼开展",
            "今天",
            "兰依妍",
            "兰依妍、",
            "42人",
            "等",
            "关于",
            "的通知",
            "请",
        ];
        let labels = super::parts::labels();
        let labelled = labels.iter().flat_map(|label| [label.clone(), format!("{label}："), format!("{label}：三楼 ")]);
        for piece in PIECES.into_iter().map(str::to_owned).chain(labelled) {
            let most = MOST_LETTERS / piece.chars().count();
            for count in [most, 20_000, 200_000] {
                let line = piece.repeat(count);
                let begun = std::time::Instant::now();
                let found = read(&line, &types(), on("2026-11-29"));
                let took = begun.elapsed();
                assert!(took.as_secs() < 3, "{piece:?} {count} times: {took:?}");
                assert!(count == most || found.left.as_deref() == Some(line.as_str()), "{piece:?} {count} times");
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..Default::default()
        })]

        /// Whatever is written, each letter of it stands in a field, in what is left or in a remark.
        #[test]
        fn no_letter_of_a_line_vanishes(parts in proptest::collection::vec(0_usize..28, 1..12)) {
            const PARTS: [&str; 28] = [
                "11月18日", "周三", "下午3点", "14:00-16:00", " ", "，", "。", "在三楼会议室", "地点：", "主讲：甲", "参加：", "兰依妍、吴明雯",
                "共42人", "业务培训", "公文写作", "（第二讲）", "：", "在线学习", "约40人", "12月1日前", "下午", "类型：", "集中学习", "主题：",
                "请假：", "等12人", "关于开展", "的通知",
            ];
            let line: String = parts.iter().map(|part| PARTS[*part]).collect();
            let found = read(&line, &types(), on("2026-11-29"));
            let mut kept = shown(&found).join(" ");
            kept.extend(found.kind.iter().filter_map(|code| TYPES.iter().find(|kind| kind.0 == code)).map(|kind| kind.1));
            for part in ["甲", "公文写作", "第二讲", "在线", "约40人", "三楼会议室", "吴明雯", "下午"] {
                let timed = part == "下午" && (line.contains("下午3点") || found.time.is_some());
                proptest::prop_assert!(!line.contains(part) || kept.contains(part) || timed, "{part} in {line}: {kept}");
            }
        }
    }
}
