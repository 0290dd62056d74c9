//! Pure functions: a person's facets during a membership, the membership's entries in the ledger, how cells are parsed.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use kernel::{DayRange, Refusal, UnitId};
use ledger::{Desired, Entry, Facets};

use super::model::{
    Appointment, Edit, Education, Facts, Membership, NewPerson, Party, Posting, Rank, Sex, Span, StaffSpan, Staffed,
};

/// The entries that a membership should have: +1 where a span begins, -1 on the day after it ends.
pub(super) fn entries_of(membership: &Membership) -> Desired {
    let mut entries = Vec::new();
    if !membership.void {
        for span in &membership.spans {
            let entry = |day, quantity| Entry {
                day,
                unit: span.unit,
                person: Some(membership.person),
                kind: "people.membership".into(),
                facets: facets(span)
                    .with("education", span.education.as_str())
                    .with("rank", span.rank.as_str())
                    .with("appointment", appointment_code(span.appointment)),
                quantity,
            };
            entries.push(entry(span.days.from, 1));
            entries.extend(span.days.to.and_then(|last| last.succ_opt()).map(|after| entry(after, -1)));
        }
    }
    Desired { record: membership.id, entries }
}

/// The entries that a posting should have, counted to its unit: +1 where a stretch begins, -1 on the day after it ends.
pub(super) fn entries_of_posting(posting: &Staffed) -> Desired {
    let mut entries = Vec::new();
    for span in posting.spans.iter().filter(|_| !posting.void) {
        let facets = Facets::none()
            .with("level", &span.level)
            .with("party", span.party)
            .with("youth", span.youth)
            .with("sex", span.sex)
            .with("member", span.member)
            .with("education", span.education.as_str())
            .with("rank", span.rank.as_str())
            .with("appointment", appointment_code(span.appointment));
        let entry = |day, quantity| Entry {
            day,
            unit: posting.unit,
            person: Some(posting.person),
            kind: "people.staff".into(),
            facets: facets.clone(),
            quantity,
        };
        entries.push(entry(span.days.from, 1));
        entries.extend(span.days.to.and_then(|last| last.succ_opt()).map(|after| entry(after, -1)));
    }
    Desired { record: posting.record, entries }
}

/// 变动类型 as a facet.
fn appointment_code(appointment: Option<Appointment>) -> &'static str {
    appointment.map_or("unknown", Appointment::as_str)
}

/// A span's facets; attendance has the same.
pub(super) fn facets(span: &Span) -> Facets {
    Facets::none().with("level", &span.level).with("party", span.party).with("youth", span.youth).with("sex", span.sex)
}

/// A person's facets on a day: party, youth, sex.
pub(super) fn standing(facts: &FactsOnDay, age_limit: i32) -> (&'static str, &'static str, &'static str) {
    (facts.party, youth(facts.birth_month, age_limit, facts.day), facts.sex)
}

/// The known facts about a person for one day.
#[derive(Clone, Copy, Debug)]
pub(super) struct FactsOnDay {
    day: NaiveDate,
    party: &'static str,
    birth_month: Option<i64>,
    sex: &'static str,
}

impl Facts {
    pub(super) fn on(&self, day: NaiveDate) -> FactsOnDay {
        let party = self.party.iter().rev().find(|(from, _)| *from <= day).map(|(_, party)| *party);
        FactsOnDay {
            day,
            party: match party {
                Some(party) if party.counts() => "yes",
                Some(_) => "no",
                None => "unknown",
            },
            birth_month: self.birth_month,
            sex: self.sex.map_or("unknown", Sex::as_str),
        }
    }

    /// The borrowing unit on a day.
    pub(super) fn borrowed_by(&self, day: NaiveDate) -> Option<UnitId> {
        self.secondments.iter().rev().find(|(days, _)| days.contains(day)).map(|(_, unit)| *unit)
    }

    /// 职级 and 变动类型 of the posting of a day; of several, the one that began last.
    pub(super) fn held_on(&self, day: NaiveDate) -> (Rank, Option<Appointment>) {
        let posting = self.postings.iter().rev().find(|(days, ..)| days.contains(day));
        posting.map_or((Rank::Unknown, None), |(_, rank, appointment)| (*rank, *appointment))
    }
}

/// The first day on which a person born in that month is older than the limit.
///
/// Rosters have the month, not the day: somebody who turns limit + 1 in a month is youth until the end of it.
fn over_limit_from(birth_month: i64, age_limit: i32) -> Option<NaiveDate> {
    let year = i32::try_from(birth_month / 100).ok()? + age_limit + 1;
    match u32::try_from(birth_month % 100).ok()? {
        12 => NaiveDate::from_ymd_opt(year + 1, 1, 1),
        month => NaiveDate::from_ymd_opt(year, month + 1, 1),
    }
}

fn youth(birth_month: Option<i64>, age_limit: i32, day: NaiveDate) -> &'static str {
    match birth_month.and_then(|month| over_limit_from(month, age_limit)) {
        Some(from) if day < from => "yes",
        Some(_) => "no",
        None => "unknown",
    }
}

/// Cuts a membership into stretches during which nothing changes; known future changes are cut too.
pub(super) fn spans(
    days: DayRange,
    unit: UnitId,
    age_limit: i32,
    facts: &Facts,
    level: impl Fn(UnitId, NaiveDate) -> String,
) -> Vec<Span> {
    let mut cuts: BTreeSet<NaiveDate> = BTreeSet::from([days.from]);
    cuts.extend(facts.party.iter().map(|(from, _)| *from));
    cuts.extend(facts.birth_month.and_then(|month| over_limit_from(month, age_limit)));
    let postings = facts.postings.iter().map(|(days, ..)| days);
    for stay in facts.secondments.iter().map(|(days, _)| days).chain(postings) {
        cuts.insert(stay.from);
        cuts.extend(stay.to.and_then(|last| last.succ_opt()));
    }
    let cuts: Vec<NaiveDate> = cuts.into_iter().filter(|cut| days.contains(*cut)).collect();
    let mut spans: Vec<Span> = Vec::new();
    for (place, from) in cuts.iter().enumerate() {
        let to = cuts.get(place + 1).and_then(chrono::NaiveDate::pred_opt).or(days.to);
        let unit = facts.borrowed_by(*from).unwrap_or(unit);
        let (party, youth, sex) = standing(&facts.on(*from), age_limit);
        let (days, education) = (DayRange { from: *from, to }, facts.education);
        let (rank, appointment) = facts.held_on(*from);
        let span = Span { days, unit, level: level(unit, *from), party, youth, sex, education, rank, appointment };
        match spans.last_mut() {
            Some(last) if (Span { days: span.days, ..last.clone() }) == span => last.days.to = to,
            _ => spans.push(span),
        }
    }
    spans
}

/// Cuts a posting into stretches during which nothing changes; known future changes are cut too. `memberships` are those of
/// the person, each with its group's age limit: the first one that holds on a day decides who is youth, without one the
/// programme's limit.
pub(super) fn staff_spans(
    days: DayRange,
    level: &str,
    memberships: &[(DayRange, i32)],
    (age_limit, facts): (i32, &Facts),
    (rank, appointment): (Rank, Option<Appointment>),
) -> Vec<StaffSpan> {
    let mut cuts: BTreeSet<NaiveDate> = BTreeSet::from([days.from]);
    cuts.extend(facts.party.iter().map(|(from, _)| *from));
    let limits = memberships.iter().map(|(_, limit)| *limit).chain([age_limit]);
    cuts.extend(limits.filter_map(|limit| over_limit_from(facts.birth_month?, limit)));
    for (member, _) in memberships {
        cuts.insert(member.from);
        cuts.extend(member.to.and_then(|last| last.succ_opt()));
    }
    let cuts: Vec<NaiveDate> = cuts.into_iter().filter(|cut| days.contains(*cut)).collect();
    let mut spans: Vec<StaffSpan> = Vec::new();
    for (place, from) in cuts.iter().enumerate() {
        let to = cuts.get(place + 1).and_then(chrono::NaiveDate::pred_opt).or(days.to);
        let group = memberships.iter().find(|(member, _)| member.contains(*from));
        let (party, youth, sex) = standing(&facts.on(*from), group.map_or(age_limit, |(_, limit)| *limit));
        let member = if group.is_some() { "yes" } else { "no" };
        let (days, education) = (DayRange { from: *from, to }, facts.education);
        let span = StaffSpan { days, level: level.to_owned(), party, youth, sex, member, education, rank, appointment };
        match spans.last_mut() {
            Some(last) if (StaffSpan { days: span.days, ..last.clone() }) == span => last.days.to = to,
            _ => spans.push(span),
        }
    }
    spans
}

/// Parses 政治面貌 as written in rosters.
pub(super) fn party(text: &str) -> Option<Party> {
    Some(match text {
        "中共党员" | "党员" | "中国共产党党员" => Party::Member,
        "中共预备党员" | "预备党员" | "中国共产党预备党员" => Party::Probationary,
        "共青团员" | "团员" | "中国共产主义青年团团员" => Party::League,
        "群众" | "普通公民" => Party::Masses,
        "民革党员" | "民盟盟员" | "民建会员" | "民进会员" | "农工党党员" | "致公党党员" | "九三学社社员"
        | "台盟盟员" | "无党派人士" | "无党派" => Party::Other,
        _ => return None,
    })
}

/// Parses 性别 as written in rosters.
pub(super) fn sex(text: &str) -> Option<Sex> {
    match text {
        "女" | "女性" => Some(Sex::Female),
        "男" | "男性" => Some(Sex::Male),
        _ => None,
    }
}

/// The class of 学历 or 学位 as written in rosters, the highest that is named. What somebody is still studying for, and what is not
/// recognised, is unknown.
pub(super) fn education(text: &str) -> Education {
    let text = tabular::fold(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["在读", "在学", "就读", "肄业", "结业", "退学"]) {
        Education::Unknown
    } else if has(&["博士"]) {
        Education::Doctor
    } else if has(&["硕士", "研究生"]) {
        Education::Master
    } else if has(&["大专", "专科", "高职"]) && !has(&["本科", "学士"]) {
        Education::College
    } else if has(&["本科", "学士", "大学"]) {
        Education::Bachelor
    } else if has(&["高中", "中专", "中技", "职高", "技校", "初中", "小学"]) {
        Education::Other
    } else {
        Education::Unknown
    }
}

/// The class of 职级 as it is written: 一级主任科员, 副处级, 管理岗位八级. What is none of these classes is another rank.
pub(super) fn rank(text: &str) -> Rank {
    let text = tabular::fold(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if text.is_empty() || NOBODY.contains(&text.as_str()) {
        Rank::Unknown
    } else if has(&["厅", "局级", "巡视员"]) {
        Rank::Bureau
    } else if has(&["处", "县级", "调研员"]) {
        Rank::Division
    } else if has(&["主任科员", "科级", "正科", "副科", "乡级"]) {
        Rank::Section
    } else if has(&["科员", "办事员", "股级"]) {
        Rank::Clerk
    } else if has(&["职员", "管理"]) {
        // The grades of management in institutions stand beside those of civil servants.
        match text.chars().find(|letter| "三四五六七八九十".contains(*letter)) {
            Some('三' | '四') => Rank::Bureau,
            Some('五' | '六') => Rank::Division,
            Some('七' | '八') => Rank::Section,
            Some(_) => Rank::Clerk,
            None => Rank::Other,
        }
    } else {
        Rank::Other
    }
}

/// Parses 变动类型 as written in rosters; none for a text such as 无.
pub(super) fn appointment(text: &str) -> Result<Option<Appointment>, Refusal> {
    let text = tabular::fold(text);
    if text.is_empty() || matches!(text.as_str(), "/" | "-" | "—" | "无变动") || NOBODY.contains(&text.as_str()) {
        return Ok(None);
    }
    Ok(Some(match text.as_str() {
        "任职" | "任命" | "新任" | "初任" | "录用" | "新录用" | "招录" | "新进" => {
            Appointment::Appointed
        }
        "提拔" | "提任" | "晋升" | "提拔任职" => Appointment::Promoted,
        "调整" | "调动" | "平调" | "交流" | "转任" | "调任" | "轮岗" | "平级调整" => {
            Appointment::Reassigned
        }
        "离任" | "免职" | "离职" | "辞职" | "退休" | "调出" => {
            return Err(Refusal::new("appointment-leaves").with("text", text));
        }
        _ => return Err(Refusal::new("appointment-unknown").with("text", text)),
    }))
}

/// The postings that others lie within, of which these are given up (`doubled`, by key), with what they lack and the others have.
pub(super) fn completed(postings: &[Posting], doubled: &[i64]) -> Vec<Posting> {
    let (within, kept): (Vec<&Posting>, Vec<&Posting>) =
        postings.iter().partition(|posting| doubled.contains(&posting.id));
    let holds = |kept: &Posting, posting: &Posting| {
        let ends = kept.days.to.is_none_or(|end| posting.days.to.is_some_and(|last| last <= end));
        kept.unit == posting.unit && kept.days.contains(posting.days.from) && ends
    };
    let completed = kept.into_iter().map(|kept| {
        let mut full = kept.clone();
        for posting in within.iter().filter(|posting| holds(kept, posting)) {
            full.duty = full.duty.or_else(|| posting.duty.clone());
            full.rank = full.rank.or_else(|| posting.rank.clone());
            full.appointment = full.appointment.or(posting.appointment);
            full.post = full.post.or(posting.post);
        }
        (kept, full)
    });
    completed.filter(|(kept, full)| *kept != full).map(|(_, full)| full).collect()
}

/// Marks behind a name that say nothing of who somebody is, as offices write them into lists.
const MARKS: [&str; 14] = [
    "组长",
    "副组长",
    "秘书",
    "书记",
    "副书记",
    "主任",
    "副主任",
    "主席",
    "副主席",
    "负责人",
    "联络员",
    "女",
    "男",
    "党员",
];
/// What stands in the place of a name that nobody has.
const NOBODY: [&str; 8] = ["空缺", "暂缺", "待定", "待补", "无", "缺", "暂无", "空"];

/// The name in a cell of a roster, compared as [`tabular::person_name`] does, without marks such as `(组长)` and `*`; empty for an
/// empty cell. Refused is what is no one's name, what names two people, and a mark that isn't known.
pub(super) fn name_in_cell(text: &str) -> Result<String, Refusal> {
    let folded = tabular::fold(text);
    let starless = folded.trim_matches(['*', '★', '☆', ' ', '\n', '\t']);
    let (bare, mark) = match starless.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((bare, mark)) => (bare.trim(), Some(mark.trim())),
        None => (starless, None),
    };
    let placeholder = |letter: char| matches!(letter, '×' | '✕' | 'x' | 'X' | '*' | '-' | '—' | '_' | '/' | '?' | '某');
    if NOBODY.contains(&bare) || (!folded.is_empty() && bare.chars().all(placeholder)) {
        return Err(Refusal::new("name-of-nobody").with("text", text));
    }
    if let Some(mark) = mark.filter(|mark| !MARKS.contains(mark)) {
        return Err(Refusal::new("name-mark-unknown").with("name", bare).with("mark", mark));
    }
    let parts: Vec<&str> = bare.split(|letter: char| letter.is_whitespace() || "、,;/".contains(letter)).collect();
    let names: Vec<&&str> = parts.iter().filter(|part| !part.is_empty()).collect();
    if names.len() > 1 && names.iter().all(|name| name.chars().count() > 1) {
        return Err(Refusal::new("name-of-two").with("text", text));
    }
    Ok(tabular::person_name(bare).unwrap_or_default())
}

/// Somebody younger is no young member of the staff, but a slip of the year.
const YOUNGEST: i64 = 14;

/// Refuses a month of birth that lies ahead of a day, or too shortly before it.
pub(super) fn refuse_birth(month: i64, day: NaiveDate) -> Result<(), Refusal> {
    let at = i64::from(day.year()) * 100 + i64::from(day.month());
    if month > at {
        return Err(Refusal::new("birth-ahead").with("month", shown_month(month)).with("day", day));
    }
    if month > at - YOUNGEST * 100 {
        let refusal = Refusal::new("birth-too-young").with("month", shown_month(month)).with("day", day);
        return Err(refusal.with("least", YOUNGEST));
    }
    Ok(())
}

/// A month as a page submits it, `1990-03`, as 199003: not before 1900 and not after this month.
pub(super) fn birth_month(text: &str, today: NaiveDate) -> Result<i64, Refusal> {
    let (year, month) = text.split_once('-').unwrap_or((text, ""));
    let read = match (year.parse::<i64>(), month.parse::<i64>()) {
        (Ok(year @ 1900..=2100), Ok(month @ 1..=12)) => Some(year * 100 + month),
        _ => None,
    };
    let this_month = i64::from(today.year()) * 100 + i64::from(today.month());
    read.filter(|month| *month <= this_month).ok_or_else(|| Refusal::new("birth-month-odd").with("text", text))
}

/// A month as pages show it.
pub(super) fn shown_month(month: i64) -> String {
    format!("{}-{:02}", month / 100, month % 100)
}

/// A name that looks like one person's: at most 30 characters, no digits.
pub(super) fn name(text: &str) -> Result<String, Refusal> {
    tabular::person_name(text)
        .filter(|name| name.chars().count() <= 30 && !name.chars().any(|letter| letter.is_ascii_digit()))
        .ok_or_else(|| Refusal::new("name-odd").with("text", text))
}

/// The most characters of a 工号.
const STAFF_NO: usize = 32;

/// A 工号 as it is stored: its letters and digits folded, without white space; none for a text such as 无.
pub(super) fn staff_no(text: &str) -> Result<Option<String>, Refusal> {
    let number = tabular::code(&tabular::Cell::from_text(text)).unwrap_or_default();
    if NOBODY.contains(&number.as_str()) || number.chars().all(|letter| matches!(letter, '-' | '—' | '/')) {
        return Ok(None);
    }
    if number.chars().count() > STAFF_NO {
        return Err(Refusal::new("staff-no-long").with("most", STAFF_NO));
    }
    Ok(Some(number))
}

/// The most characters of a person's texts, by the key of a roster's column.
pub(super) const ROOM: [(&str, usize); 5] =
    [("duty", 100), ("rank", 32), ("education", 64), ("phone", 32), ("note", 500)];

/// Validates a person entered by hand, by the same rules as an edit of an existing one.
pub(super) fn validate_new(new: NewPerson, today: NaiveDate) -> Result<NewPerson, Refusal> {
    let NewPerson { name, staff_no, sex, birth_month, party, unit, held, education, phone, note } = new;
    let edit = validate(Edit { version: 0, name, staff_no, sex, birth_month, education, phone, held, note }, today)?;
    let Edit { name, staff_no, sex, birth_month, education, phone, held, note, .. } = edit;
    Ok(NewPerson { name, staff_no, sex, birth_month, party, unit, held, education, phone, note })
}

/// Validates facts before they are written: a name that looks like one, nothing longer than its column.
pub(super) fn validate(edit: Edit, today: NaiveDate) -> Result<Edit, Refusal> {
    let name = name(&edit.name)?;
    let staff_no = staff_no(edit.staff_no.as_deref().unwrap_or_default())?;
    if let Some(month) = edit.birth_month {
        birth_month(&shown_month(month), today)?;
    }
    for (field, most) in ROOM {
        let (text, code) = match field {
            "education" => (&edit.education, "education-long"),
            "phone" => (&edit.phone, "phone-long"),
            "duty" => (&edit.held.duty, "duty-long"),
            "rank" => (&edit.held.rank, "rank-long"),
            _ => (&edit.note, "note-long"),
        };
        if text.as_ref().is_some_and(|text| text.chars().count() > most) {
            return Err(Refusal::new(code).with("most", most));
        }
    }
    Ok(Edit { name, staff_no, ..edit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::parse_day;

    use super::super::model::Held;

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    fn cut(facts: &Facts, from: &str) -> Vec<(String, Option<String>, i64, &'static str, &'static str)> {
        let days = DayRange { from: day(from), to: None };
        spans(days, UnitId(1), 40, facts, |_, _| "street".to_owned())
            .into_iter()
            .map(|span| {
                (span.days.from.to_string(), span.days.to.map(|to| to.to_string()), span.unit.0, span.party, span.youth)
            })
            .collect()
    }

    #[test]
    fn a_month_of_birth_lies_between_1900_and_now() {
        let today = day("2026-01-05");
        for (text, month) in [
            ("1990-03", Some(199_003)),
            ("1900-01", Some(190_001)),
            ("2026-01", Some(202_601)),
            ("2026-02", None),
            ("1899-12", None),
            ("1990-13", None),
            ("1990-0", None),
            ("1990", None),
            ("九零年三月", None),
        ] {
            assert_eq!(birth_month(text, today).ok(), month, "{text}");
        }
    }

    #[test]
    fn ranks_are_read_in_coarse_classes() {
        for (text, class) in [
            ("二级巡视员", Rank::Bureau),
            ("副厅级", Rank::Bureau),
            ("副处级", Rank::Division),
            ("四级调研员", Rank::Division),
            ("一级主任科员", Rank::Section),
            ("正科级", Rank::Section),
            ("一级科员", Rank::Clerk),
            ("办事员", Rank::Clerk),
            ("管理岗位八级", Rank::Section),
            ("九级职员", Rank::Clerk),
            ("专业技术十级", Rank::Other),
            ("无", Rank::Unknown),
            ("", Rank::Unknown),
        ] {
            assert_eq!(rank(text), class, "{text}");
        }
    }

    #[test]
    fn how_somebody_came_to_a_posting_is_read_or_refused() {
        assert_eq!(appointment("提拔"), Ok(Some(Appointment::Promoted)));
        assert_eq!(appointment(" 平调 "), Ok(Some(Appointment::Reassigned)));
        assert_eq!(appointment("录用"), Ok(Some(Appointment::Appointed)));
        assert_eq!((appointment("无"), appointment("")), (Ok(None), Ok(None)));
        assert_eq!(appointment("退休").expect_err("it ends").code, "appointment-leaves");
        assert_eq!(appointment("其他").expect_err("not known").code, "appointment-unknown");
    }

    #[test]
    fn a_membership_is_cut_where_a_posting_gives_another_rank() {
        let range = |from: &str, to: Option<&str>| DayRange { from: day(from), to: to.map(day) };
        let facts = Facts {
            postings: vec![
                (range("2024-01-01", Some("2025-06-30")), Rank::Clerk, None),
                (range("2025-07-01", None), Rank::Section, Some(Appointment::Promoted)),
            ],
            ..Facts::default()
        };
        let cut: Vec<_> = spans(range("2025-01-01", None), UnitId(1), 40, &facts, |_, _| "street".to_owned())
            .into_iter()
            .map(|span| (span.days.from.to_string(), span.rank, span.appointment))
            .collect();
        let expected = [
            ("2025-01-01".to_owned(), Rank::Clerk, None),
            ("2025-07-01".to_owned(), Rank::Section, Some(Appointment::Promoted)),
        ];
        assert_eq!(cut, expected);
    }

    #[test]
    fn education_is_read_in_coarse_classes() {
        for (text, class) in [
            ("博士研究生", Education::Doctor),
            ("硕士", Education::Master),
            ("在职研究生", Education::Master),
            ("全日制大学本科", Education::Bachelor),
            ("大学", Education::Bachelor),
            ("大学专科", Education::College),
            ("大专（在职本科）", Education::Bachelor),
            ("中专", Education::Other),
            ("高中及以下", Education::Other),
            ("硕士在读", Education::Unknown),
            ("无", Education::Unknown),
            ("", Education::Unknown),
        ] {
            assert_eq!(education(text), class, "{text}");
        }
    }

    #[test]
    fn an_edit_with_a_text_that_is_too_long_is_refused() {
        let edit = |name: &str| Edit {
            version: 1,
            name: name.to_owned(),
            staff_no: None,
            sex: None,
            birth_month: None,
            education: None,
            phone: None,
            held: Held::default(),
            note: None,
        };
        let today = day("2026-01-05");
        let code = |edit: Edit| validate(edit, today).err().map(|refusal| refusal.code);
        assert_eq!(code(edit("何诺芳")), None);
        assert_eq!(code(edit("  ")).as_deref(), Some("name-odd"));
        assert_eq!(code(edit("何诺芳1")).as_deref(), Some("name-odd"));
        assert_eq!(code(edit(&"何".repeat(31))).as_deref(), Some("name-odd"));
        let long = |text: usize| Some("长".repeat(text));
        assert_eq!(code(Edit { note: long(501), ..edit("何诺芳") }).as_deref(), Some("note-long"));
        assert_eq!(code(Edit { note: long(500), ..edit("何诺芳") }), None);
        assert_eq!(code(Edit { phone: long(33), ..edit("何诺芳") }).as_deref(), Some("phone-long"));
        assert_eq!(code(Edit { staff_no: long(33), ..edit("何诺芳") }).as_deref(), Some("staff-no-long"));
        assert_eq!(
            code(Edit { held: Held { duty: long(101), ..Held::default() }, ..edit("何诺芳") }).as_deref(),
            Some("duty-long")
        );
        assert_eq!(code(Edit { birth_month: Some(202_602), ..edit("何诺芳") }).as_deref(), Some("birth-month-odd"));
    }

    #[test]
    fn youth_ends_with_the_month_of_the_birthday_over_the_limit() {
        let facts = Facts { birth_month: Some(198_412), ..Facts::default() };
        assert_eq!(
            cut(&facts, "2025-01-01"),
            [
                ("2025-01-01".to_owned(), Some("2025-12-31".to_owned()), 1, "unknown", "yes"),
                ("2026-01-01".to_owned(), None, 1, "unknown", "no"),
            ]
        );
    }

    #[test]
    fn a_secondment_counts_to_the_borrowing_unit_and_ends() {
        let seconded = DayRange { from: day("2025-03-01"), to: Some(day("2025-05-31")) };
        let facts = Facts {
            birth_month: Some(199_001),
            party: vec![(day("2020-01-01"), Party::League), (day("2025-04-10"), Party::Probationary)],
            secondments: vec![(seconded, UnitId(2))],
            ..Facts::default()
        };
        let starts: Vec<_> =
            cut(&facts, "2025-01-01").into_iter().map(|(from, _, unit, party, _)| (from, unit, party)).collect();
        assert_eq!(
            starts,
            [
                ("2025-01-01".to_owned(), 1, "no"),
                ("2025-03-01".to_owned(), 2, "no"),
                ("2025-04-10".to_owned(), 2, "yes"),
                ("2025-06-01".to_owned(), 1, "yes"),
                ("2031-02-01".to_owned(), 1, "yes"),
            ]
        );
    }

    #[test]
    fn staff_are_cut_where_they_join_or_leave_a_group_and_are_youth_by_its_rule() {
        let facts = Facts { birth_month: Some(198_801), ..Facts::default() };
        let days = DayRange { from: day("2025-01-01"), to: Some(day("2025-12-31")) };
        let spans = |memberships: &[(DayRange, i32)], limit| -> Vec<(String, Option<String>, &str, &str)> {
            staff_spans(days, "street", memberships, (limit, &facts), (Rank::Unknown, None))
                .into_iter()
                .map(|span| {
                    let to = span.days.to.map(|to| to.to_string());
                    (span.days.from.to_string(), to, span.youth, span.member)
                })
                .collect()
        };
        let end = Some("2025-12-31".to_owned());
        assert_eq!(spans(&[], 40), [("2025-01-01".to_owned(), end.clone(), "yes", "no")]);
        assert_eq!(spans(&[], 35), [("2025-01-01".to_owned(), end.clone(), "no", "no")]);
        let member = DayRange { from: day("2025-03-01"), to: Some(day("2025-05-31")) };
        assert_eq!(
            spans(&[(member, 35)], 40),
            [
                ("2025-01-01".to_owned(), Some("2025-02-28".to_owned()), "yes", "no"),
                ("2025-03-01".to_owned(), Some("2025-05-31".to_owned()), "no", "yes"),
                ("2025-06-01".to_owned(), end.clone(), "yes", "no"),
            ]
        );
        let always = DayRange { from: day("2024-01-01"), to: None };
        assert_eq!(spans(&[(always, 40), (member, 35)], 35), [("2025-01-01".to_owned(), end, "yes", "yes")]);
    }

    #[test]
    fn changes_before_the_membership_cut_nothing() {
        let facts = Facts { party: vec![(day("2019-01-01"), Party::Member)], ..Facts::default() };
        assert_eq!(cut(&facts, "2025-01-01").len(), 1);
    }

    #[test]
    fn a_cell_holds_the_name_of_one_person() {
        for (cell, name) in [
            ("梁见微(组长)", "梁见微"),
            ("苏沐言（副组长）", "苏沐言"),
            ("苏沐言*", "苏沐言"),
            ("张　三", "张三"),
            ("欧阳 修", "欧阳修"),
            ("阿依古丽·买买提", "阿依古丽·买买提"),
            ("", ""),
            ("  ", ""),
        ] {
            assert_eq!(name_in_cell(cell).as_deref(), Ok(name), "{cell}");
        }
        for (cell, code) in [
            ("宋昭宁 许南枝", "name-of-two"),
            ("宋昭宁、许南枝", "name-of-two"),
            ("宋昭宁\n许南枝", "name-of-two"),
            ("空缺", "name-of-nobody"),
            ("×××", "name-of-nobody"),
            ("——", "name-of-nobody"),
            ("待定", "name-of-nobody"),
            ("何雨桐(借调)", "name-mark-unknown"),
        ] {
            assert_eq!(name_in_cell(cell).map_err(|refusal| refusal.code), Err(code.to_owned()), "{cell}");
        }
    }

    #[test]
    fn a_staff_number_is_folded_and_a_placeholder_is_none() {
        for (text, number) in [
            ("A-0037", Some("A-0037")),
            (" Ａ００ ３７", Some("A0037")),
            ("'0037", Some("0037")),
            ("", None),
            ("无", None),
            ("——", None),
            ("/", None),
        ] {
            assert_eq!(staff_no(text).expect("a number").as_deref(), number, "{text}");
        }
    }

    #[test]
    fn nobody_on_a_roster_is_a_child() {
        let day = kernel::parse_day("2025-01-01").expect("a day");
        let code = |month| refuse_birth(month, day).map_err(|refusal| refusal.code);
        assert_eq!(code(202_506), Err("birth-ahead".to_owned()));
        assert_eq!(code(202_401), Err("birth-too-young".to_owned()));
        assert_eq!(code(201_102), Err("birth-too-young".to_owned()));
        assert_eq!((code(201_101), code(199_003)), (Ok(()), Ok(())));
    }
}
