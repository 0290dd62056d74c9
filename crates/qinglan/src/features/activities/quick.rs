//! A session in one line: what is recognised is put into the fields of the form, the rest stays in the title. Nothing is
//! lost, and nothing is stored before the form is confirmed.

use chrono::{Datelike, NaiveDate};
use tabular::Cell;

use super::model::ActivityType;

/// The form fields that a line fills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Understood {
    /// The day.
    pub(crate) day: Option<NaiveDate>,
    /// When it begins.
    pub(crate) time: Option<String>,
    /// When it ends.
    pub(crate) until: Option<String>,
    /// The code of its type.
    pub(crate) kind: Option<String>,
    /// After 在.
    pub(crate) place: Option<String>,
    /// After 主讲.
    pub(crate) speakers: Option<String>,
    /// `42人`: a head-count.
    pub(crate) audience: Option<i64>,
    /// After `参加：`, as they are written.
    pub(crate) names: Option<String>,
    /// The rest.
    pub(crate) title: String,
}

/// Reads a line; dates without a year are in this year.
pub(crate) fn read(text: &str, types: &[ActivityType], today: NaiveDate) -> Understood {
    let folded = tabular::fold(text);
    let mut found = Understood::default();
    let mut rest: Vec<&str> = Vec::new();
    let mut waiting: Vec<&str> = folded.split_whitespace().rev().collect();
    while let Some(word) = waiting.pop() {
        if found.day.is_none()
            && let Some((day, behind)) = day_of(word, today)
        {
            found.day = Some(day);
            waiting.extend(Some(behind).filter(|behind| !behind.is_empty()));
            continue;
        }
        if found.time.is_none()
            && let Some((from, until, behind)) = times(word)
        {
            (found.time, found.until) = (Some(from), until);
            waiting.extend(Some(behind).filter(|behind| !behind.is_empty()));
            continue;
        }
        if let Some(place) = text_after(word, &["地点", "在"]).filter(|_| found.place.is_none()) {
            found.place = Some(place);
            continue;
        }
        if let Some(speakers) =
            text_after(word, &["主讲：", "主讲:", "主讲人", "宣讲人"]).filter(|_| found.speakers.is_none())
        {
            found.speakers = Some(speakers);
            continue;
        }
        if let Some(names) = text_after(word, &["参加：", "参加:", "参加人员", "人员：", "人员:"]) {
            found.names = Some(found.names.map_or_else(|| names.clone(), |before| format!("{before}、{names}")));
            continue;
        }
        // `孟晓宁、李若彤等12人`.
        let list = tabular::names(word);
        if let Some(count) = list.and_others.filter(|_| list.present.len() > 1 && found.names.is_none()) {
            found.names = Some(list.present.join("、"));
            found.audience = found.audience.or(Some(i64::from(count)));
            continue;
        }
        if let Some(count) =
            word.strip_suffix('人').and_then(|count| count.parse().ok()).filter(|_| found.audience.is_none())
        {
            found.audience = Some(count);
            continue;
        }
        let of = |kind: &&ActivityType| kind.name == word || kind.aliases.split(' ').any(|alias| alias == word);
        if found.kind.is_none()
            && let Some(kind) = types.iter().find(of)
        {
            found.kind = Some(kind.code.clone());
            continue;
        }
        // `业务培训：怎样写信`: the type is recognised, and all of it is the title.
        if found.kind.is_none() {
            let begins = types.iter().filter(|kind| word.starts_with(kind.name.as_str()));
            found.kind = begins.max_by_key(|kind| kind.name.len()).map(|kind| kind.code.clone());
        }
        rest.push(word);
    }
    found.title = rest.join(" ");
    if found.title.is_empty()
        && let Some(kind) = found.kind.as_ref().and_then(|code| types.iter().find(|kind| kind.code == *code))
    {
        found.title.clone_from(&kind.name);
    }
    found
}

/// The text after one of these words, with or without a colon; `None` if there is none.
fn text_after(word: &str, before: &[&str]) -> Option<String> {
    let rest = before.iter().find_map(|before| word.strip_prefix(before))?;
    let rest = rest.trim_start_matches(['：', ':']);
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// A day at the beginning of a word, and the text after it: `11月18日14:00`, `今天下午3点`.
fn day_of(word: &str, today: NaiveDate) -> Option<(NaiveDate, &str)> {
    let relative = [
        ("今天", Some(today)),
        ("昨天", today.pred_opt()),
        ("明天", today.succ_opt()),
        ("today", Some(today)),
        ("yesterday", today.pred_opt()),
        ("tomorrow", today.succ_opt()),
    ];
    if let Some((behind, day)) = relative.iter().find_map(|(name, day)| Some((word.strip_prefix(name)?, (*day)?))) {
        return Some((day, behind));
    }
    if !word.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let ends = word.char_indices().map(|(place, letter)| place + letter.len_utf8());
    ends.rev().find_map(|end| {
        let (date, behind) = word.split_at(end);
        // If a number or a time continues after it, the day doesn't end there.
        if behind.starts_with(|letter: char| letter.is_ascii_digit() || ".-/:年月".contains(letter))
            && !date.ends_with(['日', '号'])
        {
            return None;
        }
        let slashed = date
            .split_once('/')
            .filter(|(month, day)| [month, day].iter().all(|part| part.len() < 3 && part.parse::<u32>().is_ok()));
        let text = slashed.map_or_else(|| date.to_owned(), |(month, day)| format!("{month}月{day}日"));
        let read = tabular::day(&Cell::Text(text), Some(today.year())).ok()?;
        (read.time.is_none() && read.part.is_none()).then_some((read.date, behind))
    })
}

/// `9:00`, `09:00-11:00`, `下午2点至4点半`, and the text after it.
fn times(word: &str) -> Option<(String, Option<String>, &str)> {
    let (from, behind) = clock(word)?;
    let shown = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let goes_on = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit() || letter == ':');
    let Some(rest) = ["-", "—", "–", "~", "至", "到"].iter().find_map(|sign| behind.strip_prefix(sign)) else {
        return (!goes_on(behind)).then(|| (shown(from), None, behind));
    };
    let (until, behind) = clock(rest.trim_start_matches('—'))?;
    // `下午2点至4点`: the part of the day applies to both times.
    let until = if until < from && until < 12 * 60 && from >= 12 * 60 { until + 12 * 60 } else { until };
    (!goes_on(behind)).then(|| (shown(from), Some(shown(until)), behind))
}

/// A time at the beginning of a text, in minutes of the day, and the text after it.
fn clock(text: &str) -> Option<(u32, &str)> {
    let parts = [("上午", 0), ("早上", 0), ("中午", 12), ("下午", 12), ("晚上", 12)];
    let part = parts.iter().find_map(|(name, more)| Some((text.strip_prefix(name)?, *more)));
    let (text, more) = part.unwrap_or((text, 0));
    let number = |text: &str| -> Option<(u32, usize)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (1..=2).contains(&digits).then(|| Some((text[..digits].parse().ok()?, digits)))?
    };
    let (hour, digits) = number(text)?;
    let text = &text[digits..];
    let (minute, text) = if let Some(text) = text.strip_prefix(':') {
        let (minute, digits) = number(text).filter(|(_, digits)| *digits == 2)?;
        (minute, &text[digits..])
    } else {
        let text = text.strip_prefix('点').or_else(|| text.strip_prefix('时'))?;
        match (text.strip_prefix('半'), number(text)) {
            (Some(text), _) => (30, text),
            (None, Some((minute, digits))) => (minute, text[digits..].trim_start_matches('分')),
            (None, None) => (0, text),
        }
    };
    let hour = if hour < 12 { hour + more } else { hour };
    (hour < 24 && minute < 60).then_some((hour * 60 + minute, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fills_the_form_and_the_rest_is_the_title() {
        let kind = |code: &str, name: &str, aliases: &str| ActivityType {
            code: code.to_owned(),
            name: name.to_owned(),
            en: String::new(),
            pillar: String::new(),
            aliases: aliases.to_owned(),
            retired: false,
            learning: true,
        };
        let types = [kind("study", "集中学习", "集体学习 理论学习"), kind("training", "业务培训", "培训")];
        let today: NaiveDate = "2026-11-23".parse().expect("a day");
        for (text, day, time, code, place, title) in [
            ("11月18日 集中学习 社区服务案例 在三楼会议室", "2026-11-18", "", "study", "三楼会议室", "社区服务案例"),
            ("2026-11-20 14:30 培训 公文写作", "2026-11-20", "14:30", "training", "", "公文写作"),
            ("今天 9:00 集体学习", "2026-11-23", "09:00", "study", "", "集中学习"),
            ("昨天 座谈 地点：社区书屋 等12人", "2026-11-22", "", "", "社区书屋", "座谈 等12人"),
            ("读书 分享", "", "", "", "", "读书 分享"),
            ("", "", "", "", "", ""),
            ("１１月１８日 业务培训", "2026-11-18", "", "training", "", "业务培训"),
            ("明天 理论学习 孟晓宁等12人", "2026-11-24", "", "study", "", "孟晓宁等12人"),
        ] {
            let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let expected = Understood {
                day: some(day).map(|day| day.parse().expect("a day")),
                time: some(time),
                kind: some(code),
                place: some(place),
                title: title.to_owned(),
                ..Understood::default()
            };
            assert_eq!(read(text, &types, today), expected, "{text}");
        }
    }

    #[test]
    fn times_head_counts_speakers_and_names_are_recognised_by_their_keywords() {
        let today: NaiveDate = "2026-11-23".parse().expect("a day");
        let line = "今天 9:00-11:00 反诈宣传 主讲：李若彤 42人 参加：孟晓宁、王倩（请假） 参加：赵思涵";
        let found = read(line, &[], today);
        assert_eq!(found.title, "反诈宣传");
        assert_eq!((found.time.as_deref(), found.until.as_deref()), (Some("09:00"), Some("11:00")));
        assert_eq!((found.speakers.as_deref(), found.audience), (Some("李若彤"), Some(42)));
        assert_eq!(found.names.as_deref(), Some("孟晓宁、王倩(请假)、赵思涵"));
        let others = read("今天 座谈 孟晓宁、李若彤等12人", &[], today);
        assert_eq!((others.names.as_deref(), others.audience), (Some("孟晓宁、李若彤"), Some(12)));
        assert_eq!(others.title, "座谈");
        for (line, day, from, until, title) in [
            ("12月1日上午9点-11点 专题", "2026-12-01", "09:00", "11:00", "专题"),
            ("昨天下午3点 读书分享 论语", "2026-11-22", "15:00", "", "读书分享 论语"),
            ("2026年11月20日14:00至16:00集中学习某某", "2026-11-20", "14:00", "16:00", "集中学习某某"),
            ("11/18 下午2点半至4点 座谈", "2026-11-18", "14:30", "16:00", "座谈"),
            ("2月30日 座谈", "", "", "", "2月30日 座谈"),
            ("11月18日14:00—16:00 座谈", "2026-11-18", "14:00", "16:00", "座谈"),
            ("9点半 座谈", "", "09:30", "", "座谈"),
        ] {
            let found = read(line, &[], today);
            let text = |of: &Option<String>| of.clone().unwrap_or_default();
            let shown =
                (found.day.map(|day| day.to_string()).unwrap_or_default(), text(&found.time), text(&found.until));
            assert_eq!(shown, (day.to_owned(), from.to_owned(), until.to_owned()), "{line}");
            assert_eq!(found.title, title, "{line}");
        }
        // What only looks like a value stays in the title.
        let plain = read("9:61 参加 几百人 在", &[], today);
        assert_eq!(plain, Understood { title: "9:61 参加 几百人 在".to_owned(), ..Understood::default() });
    }
}
