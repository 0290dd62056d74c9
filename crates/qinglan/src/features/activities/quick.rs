//! A session in one line: what is recognised goes into the fields of the form, the rest stays in the title. Nothing is lost,
//! and nothing is entered before the form is confirmed.

use chrono::{Datelike, NaiveDate};
use tabular::Cell;

use super::model::ActivityType;

/// The form's fields that a line fills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Understood {
    pub(super) day: Option<NaiveDate>,
    pub(super) time: Option<String>,
    pub(super) until: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) place: Option<String>,
    pub(super) speakers: Option<String>,
    /// `42人`: a head-count.
    pub(super) audience: Option<i64>,
    /// Behind `参加：`, as they are written.
    pub(super) names: Option<String>,
    pub(super) title: String,
}

/// Reads a line; dates without a year are of this year.
pub(super) fn read(text: &str, types: &[ActivityType], today: NaiveDate) -> Understood {
    let folded = tabular::fold(text);
    let mut found = Understood::default();
    let mut rest: Vec<&str> = Vec::new();
    for word in folded.split_whitespace() {
        if found.day.is_none() {
            let relative = match word {
                "今天" | "today" => Some(today),
                "昨天" | "yesterday" => today.pred_opt(),
                "明天" | "tomorrow" => today.succ_opt(),
                _ => None,
            };
            let written = || {
                let begins = word.starts_with(|letter: char| letter.is_ascii_digit());
                begins.then(|| tabular::day(&Cell::Text(word.to_owned()), Some(today.year())).ok()).flatten()
            };
            if let Some(day) = relative {
                found.day = Some(day);
                continue;
            }
            if let Some(read) = written() {
                found.day = Some(read.date);
                found.time = found.time.or_else(|| read.time.map(|time| time.format("%H:%M").to_string()));
                continue;
            }
        }
        if found.time.is_none()
            && let Some((from, until)) = times(word)
        {
            (found.time, found.until) = (Some(from), until);
            continue;
        }
        if let Some(place) = behind(word, &["地点", "在"]).filter(|_| found.place.is_none()) {
            found.place = Some(place);
            continue;
        }
        if let Some(speakers) =
            behind(word, &["主讲：", "主讲:", "主讲人", "宣讲人"]).filter(|_| found.speakers.is_none())
        {
            found.speakers = Some(speakers);
            continue;
        }
        if let Some(names) = behind(word, &["参加：", "参加:", "参加人员", "人员：", "人员:"]) {
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
        if found.kind.is_none()
            && let Some(kind) =
                types.iter().find(|kind| kind.name == word || kind.aliases.split(' ').any(|alias| alias == word))
        {
            found.kind = Some(kind.code.clone());
            continue;
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

/// What stands behind one of these words, with or without a colon; nothing where nothing is there.
fn behind(word: &str, before: &[&str]) -> Option<String> {
    let rest = before.iter().find_map(|before| word.strip_prefix(before))?;
    let rest = rest.trim_start_matches(['：', ':']);
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// `9:00`, `09:00-11:00`, `14:00—16:00`.
fn times(word: &str) -> Option<(String, Option<String>)> {
    let clock = |text: &str| {
        let known = chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok();
        known.then(|| format!("{text:0>5}"))
    };
    let mut parts = word.split(['-', '—', '–', '~', '至']).filter(|part| !part.is_empty());
    let from = clock(parts.next()?)?;
    match (parts.next(), parts.next()) {
        (None, _) => Some((from, None)),
        (Some(until), None) => Some((from, Some(clock(until)?))),
        _ => None,
    }
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
    fn times_head_counts_speakers_and_names_are_told_by_their_words() {
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
        // What only looks like one stays in the title.
        let plain = read("9:61 参加 几百人 在", &[], today);
        assert_eq!(plain, Understood { title: "9:61 参加 几百人 在".to_owned(), ..Understood::default() });
    }
}
