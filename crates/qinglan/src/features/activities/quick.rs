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
    pub(super) kind: Option<String>,
    pub(super) place: Option<String>,
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
        if found.time.is_none() && chrono::NaiveTime::parse_from_str(word, "%H:%M").is_ok() {
            found.time = Some(format!("{word:0>5}"));
            continue;
        }
        if found.place.is_none()
            && let Some(place) = ["地点：", "地点:", "地点", "在"].iter().find_map(|before| word.strip_prefix(before))
            && !place.is_empty()
        {
            found.place = Some(place.to_owned());
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
            ("昨天 座谈 地点：社区书屋 12人", "2026-11-22", "", "", "社区书屋", "座谈 12人"),
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
            };
            assert_eq!(read(text, &types, today), expected, "{text}");
        }
    }
}
