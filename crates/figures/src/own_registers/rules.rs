//! Pure functions: what a definition and a row may be, how a number is read, when a register is due.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use kernel::{Period, Refusal, last_of_month};
use serde::Deserialize;

use super::model::{Choice, Definition, Entered, Every, Field, FieldKind, FilledBy, Value, Values};

/// The most fields that a form asks.
pub(super) const MOST_FIELDS: usize = 20;
/// The most choices of a field.
const MOST_CHOICES: usize = 40;
/// The most characters of a name.
const NAME: usize = 40;
/// The most characters of what a form says above its fields.
const NOTE: usize = 500;
/// The most characters of a short text.
const TEXT: usize = 200;
/// The most characters of a long text.
const LONG: usize = 2000;
/// The most files in one field.
pub(super) const MOST_FILES: usize = 10;
/// The most people in one field.
const MOST_PEOPLE: usize = 500;
/// The largest number, in its smallest unit.
const LARGEST: i64 = 1_000_000_000_000;

/// Words that a field's name must not have: what offices may not collect in registers of their own. Health, family, discipline.
const FORBIDDEN: [&str; 26] = [
    "健康状况",
    "病史",
    "疾病",
    "病情",
    "诊断",
    "残疾",
    "怀孕",
    "孕期",
    "生育",
    "心理状况",
    "家庭成员",
    "家庭关系",
    "婚姻",
    "配偶",
    "子女",
    "离异",
    "父母",
    "处分",
    "违纪",
    "违法",
    "犯罪",
    "信访举报",
    "宗教",
    "身份证号",
    "银行卡",
    "家庭住址",
];

/// A definition as somebody types it: codes of fields are given where they exist already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The name.
    pub name: String,
    /// What the form says above its fields.
    #[serde(default)]
    pub note: String,
    /// Who fills it in.
    #[serde(default)]
    pub filled_by: FilledBy,
    /// The codes of the levels; all if there are none.
    #[serde(default)]
    pub levels: Vec<String>,
    /// How often.
    #[serde(default)]
    pub every: Every,
    /// The day of the month by which it is handed in.
    #[serde(default)]
    pub due_day: Option<u32>,
    /// Whether that is the month after the period.
    #[serde(default)]
    pub due_after: bool,
    /// Whether a row lasts.
    #[serde(default)]
    pub lasts: bool,
    /// The name of the day.
    #[serde(default)]
    pub day_name: String,
    /// The fields that are asked.
    #[serde(default, rename = "field")]
    pub fields: Vec<DraftField>,
}

/// A field as somebody types it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftField {
    /// The code of a field that exists already; one with the same name is found without it.
    #[serde(default)]
    pub code: Option<String>,
    /// The name.
    pub name: String,
    /// What it holds.
    #[serde(default)]
    pub kind: FieldKind,
    /// Whether a row must have it.
    #[serde(default)]
    pub required: bool,
    /// The unit of measure of a number.
    #[serde(default)]
    pub measure: String,
    /// The decimals of a number.
    #[serde(default)]
    pub decimals: u32,
    /// The names of the choices.
    #[serde(default)]
    pub choices: Vec<String>,
}

impl From<&Definition> for Draft {
    fn from(definition: &Definition) -> Self {
        let fields = definition.asked().map(|field| DraftField {
            code: Some(field.code.clone()),
            name: field.name.clone(),
            kind: field.kind,
            required: field.required,
            measure: field.measure.clone(),
            decimals: field.decimals,
            choices: field.choices.iter().filter(|choice| !choice.retired).map(|choice| choice.name.clone()).collect(),
        });
        Self {
            name: definition.name.clone(),
            note: definition.note.clone(),
            filled_by: definition.filled_by,
            levels: definition.levels.clone(),
            every: definition.every,
            due_day: definition.due_day,
            due_after: definition.due_after,
            lasts: definition.lasts,
            day_name: definition.day_name.clone(),
            fields: fields.collect(),
        }
    }
}

/// Refuses a code that can't name kinds and figures, or is too long for the files that are imported by it.
pub(super) fn check_code(code: &str) -> Result<(), Refusal> {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let fits = (2..=12).contains(&code.len())
        && code.bytes().all(letter)
        && code.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if fits { Ok(()) } else { Err(Refusal::new("own-code-odd").with("code", code)) }
}

/// The definition that a draft makes of the former one: fields and choices that were left out retire, those that are new get
/// codes that were never used. Refused with every fault; the argument `field` of a fault is the field's place, from 1.
pub(super) fn settle(former: Option<&Definition>, draft: &Draft) -> Result<Definition, Vec<Refusal>> {
    let mut faults = Vec::new();
    let name = draft.name.trim();
    let day_name = Some(draft.day_name.trim()).filter(|name| !name.is_empty());
    let day_name = day_name.unwrap_or(if draft.lasts { "开始日期" } else { "日期" });
    if name.is_empty() {
        faults.push(Refusal::new("own-name-missing"));
    }
    if let Err(long) = Refusal::too_long(
        "own-text-long",
        &[("name", name, NAME), ("note", draft.note.trim(), NOTE), ("day_name", day_name, NAME)],
    ) {
        faults.push(long);
    }
    faults.extend(faults_of_form(former, draft));
    let former_fields = former.map(|former| former.fields.as_slice()).unwrap_or_default();
    let mut seen = headings_of_form(draft, day_name);
    let mut fields: Vec<Field> = Vec::new();
    for (place, field) in draft.fields.iter().enumerate() {
        let place = place + 1;
        let fault = |code: &str| Refusal::new(code).with("field", place).with("name", &field.name);
        let of_code = field.code.as_ref().and_then(|code| former_fields.iter().find(|known| known.code == *code));
        let fits = |known: &&Field| {
            let number = known.kind == FieldKind::Number;
            let same_number = known.decimals == field.decimals && known.measure == field.measure.trim();
            known.name == field.name.trim() && known.kind == field.kind && (!number || same_number)
        };
        let of_name = || former_fields.iter().find(fits);
        let known = of_code.or_else(of_name).filter(|known| fields.iter().all(|field| field.code != known.code));
        if field.name.trim().is_empty() || field.name.trim().chars().count() > NAME {
            faults.push(fault("own-field-name-odd").with("most", NAME));
            continue;
        }
        if !seen.insert(squeezed(&field.name)) {
            faults.push(fault("own-field-twice"));
        }
        if let Some(word) = FORBIDDEN.iter().find(|word| field.name.contains(**word)) {
            faults.push(fault("own-field-forbidden").with("word", word));
        }
        if known.is_some_and(|known| known.kind != field.kind) {
            faults.push(fault("own-field-kind-changed"));
        }
        if known.is_some_and(|known| known.kind == FieldKind::Number && known.decimals != field.decimals) {
            faults.push(fault("own-field-decimals-changed"));
        }
        let other_measure = |known: &Field| !known.measure.is_empty() && known.measure != field.measure.trim();
        if known.is_some_and(|known| known.kind == FieldKind::Number && other_measure(known)) {
            faults.push(fault("own-field-measure-changed"));
        }
        if field.decimals > 2 || field.measure.trim().chars().count() > 10 {
            faults.push(fault("own-field-number-odd"));
        }
        let choices = if field.kind == FieldKind::Choice {
            choices_of(known, field).unwrap_or_else(|code| {
                faults.push(fault(code).with("most", MOST_CHOICES));
                Vec::new()
            })
        } else {
            Vec::new()
        };
        fields.push(Field {
            code: known.map_or_else(String::new, |known| known.code.clone()),
            name: field.name.trim().to_owned(),
            kind: field.kind,
            required: field.required,
            retired: false,
            measure: if field.kind == FieldKind::Number { field.measure.trim().to_owned() } else { String::new() },
            decimals: if field.kind == FieldKind::Number { field.decimals } else { 0 },
            choices,
        });
    }
    // A row serves one theme; a field that retired had it before.
    let former = former_fields.iter().filter(|former| former.kind == FieldKind::Theme && former.retired);
    if former.count() + fields.iter().filter(|field| field.kind == FieldKind::Theme).count() > 1 {
        faults.push(Refusal::new("own-theme-once"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut last = highest(former_fields.iter().map(|field| field.code.as_str()));
    for field in fields.iter_mut().filter(|field| field.code.is_empty()) {
        last += 1;
        field.code = format!("f{last}");
    }
    let gone = former_fields.iter().filter(|known| fields.iter().all(|field| field.code != known.code));
    let gone: Vec<Field> = gone.map(|known| Field { retired: true, ..known.clone() }).collect();
    fields.extend(gone);
    Ok(Definition {
        name: name.to_owned(),
        note: draft.note.trim().to_owned(),
        filled_by: draft.filled_by,
        levels: draft.levels.clone(),
        every: draft.every,
        due_day: draft.due_day.filter(|_| draft.every != Every::Happening),
        due_after: draft.due_after,
        lasts: draft.lasts,
        day_name: day_name.to_owned(),
        fields,
    })
}

/// What is wrong with a draft apart from its texts and fields.
fn faults_of_form(former: Option<&Definition>, draft: &Draft) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if draft.fields.is_empty() {
        faults.push(Refusal::new("own-no-fields"));
    }
    if draft.fields.len() > MOST_FIELDS {
        let many = Refusal::new("own-too-many-fields").with("count", draft.fields.len());
        faults.push(many.with("most", MOST_FIELDS));
    }
    if draft.due_day.is_some_and(|day| !(1..=31).contains(&day)) {
        faults.push(Refusal::new("own-due-odd"));
    }
    if former.is_some_and(|former| former.lasts != draft.lasts) {
        faults.push(Refusal::new("own-lasts-changed"));
    }
    if former.is_some_and(|former| former.filled_by != draft.filled_by) {
        faults.push(Refusal::new("own-filled-by-changed"));
    }
    faults
}

/// The headings that the form has by itself, which no field may have.
fn headings_of_form(draft: &Draft, day_name: &str) -> BTreeSet<String> {
    let of_filler = match draft.filled_by {
        FilledBy::Units => None,
        FilledBy::Groups => Some("小组"),
        FilledBy::Persons => Some("姓名"),
    };
    let end = draft.lasts.then_some("结束日期");
    ["单位", "序号", day_name].into_iter().chain(of_filler).chain(end).map(squeezed).collect()
}

/// A text by which names are compared: widths made alike, without spaces.
pub(super) fn squeezed(text: &str) -> String {
    tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// The highest number behind the letter of some codes: 7 of `f2`, `f7`.
fn highest<'c>(codes: impl Iterator<Item = &'c str>) -> u32 {
    codes.filter_map(|code| code.get(1..)?.parse().ok()).max().unwrap_or(0)
}

/// The choices of a field: those of before that are no longer named retire. The error is a refusal's code.
fn choices_of(known: Option<&Field>, field: &DraftField) -> Result<Vec<Choice>, &'static str> {
    let names: Vec<&str> = field.choices.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    let different: BTreeSet<String> = names.iter().map(|name| squeezed(name)).collect();
    if names.len() < 2 || names.len() > MOST_CHOICES {
        return Err("own-choices-odd");
    }
    if different.len() < names.len() || names.iter().any(|name| name.chars().count() > NAME) {
        return Err("own-choice-twice");
    }
    let known = known.map(|known| known.choices.as_slice()).unwrap_or_default();
    let mut last = highest(known.iter().map(|choice| choice.code.as_str()));
    let mut choices: Vec<Choice> = Vec::new();
    for name in names {
        let code = known.iter().find(|choice| choice.name == name).map(|choice| choice.code.clone());
        let code = code.unwrap_or_else(|| {
            last += 1;
            format!("c{last}")
        });
        choices.push(Choice { code, name: name.to_owned(), retired: false });
    }
    let gone = known.iter().filter(|choice| choices.iter().all(|of| of.code != choice.code));
    let gone: Vec<Choice> = gone.map(|choice| Choice { retired: true, ..choice.clone() }).collect();
    choices.extend(gone);
    Ok(choices)
}

/// Refuses a row that its form doesn't allow. `former` has the values of before: a choice that retired may be kept.
pub(super) fn validate(
    definition: &Definition,
    entered: &Entered,
    former: Option<&Values>,
    today: NaiveDate,
) -> Result<(), Refusal> {
    if entered.day > today {
        return Err(Refusal::new("own-day-ahead").with("day", entered.day));
    }
    if entered.until.is_some_and(|until| until < entered.day) {
        return Err(Refusal::new("own-until-before").with("from", entered.day));
    }
    for field in definition.asked() {
        let fault = |code: &str| Refusal::new(code).with("field", &field.code).with("name", &field.name);
        let value = entered.values.get(&field.code);
        if field.required && value.is_none() {
            return Err(fault("own-value-missing"));
        }
        match (field.kind, value) {
            (_, None)
            | (FieldKind::Day, Some(Value::Day(_)))
            | (FieldKind::Month, Some(Value::Month(_)))
            | (FieldKind::YesNo, Some(Value::YesNo(_)))
            | (FieldKind::Unit, Some(Value::Unit(_)))
            | (FieldKind::Group, Some(Value::Group(_)))
            | (FieldKind::Activity, Some(Value::Activity(_)))
            | (FieldKind::Theme, Some(Value::Theme(_))) => {}
            (FieldKind::Text | FieldKind::Long, Some(Value::Text(text))) => {
                let most = if field.kind == FieldKind::Text { TEXT } else { LONG };
                if text.chars().count() > most {
                    return Err(fault("own-value-long").with("most", most));
                }
            }
            (FieldKind::Number, Some(Value::Number(number))) => {
                if !(0..=LARGEST).contains(number) {
                    return Err(fault("own-number-range"));
                }
            }
            (FieldKind::Span, Some(Value::Span(from, to))) => {
                if to < from {
                    return Err(fault("own-span-reversed"));
                }
            }
            (FieldKind::Choice, Some(value @ Value::Choice(code))) => {
                let choice = field.choices.iter().find(|choice| choice.code == *code);
                let kept = former.and_then(|former| former.get(&field.code)) == Some(value);
                if !choice.is_some_and(|choice| !choice.retired || kept) {
                    return Err(fault("own-choice-unknown"));
                }
            }
            (FieldKind::Person, Some(Value::People(people))) if people.len() == 1 => {}
            (FieldKind::Persons, Some(Value::People(people))) if (1..=MOST_PEOPLE).contains(&people.len()) => {}
            (FieldKind::File, Some(Value::Files(files))) if (1..=MOST_FILES).contains(&files.len()) => {}
            (FieldKind::File, Some(Value::Files(_))) => return Err(fault("own-files-many").with("most", MOST_FILES)),
            (_, Some(_)) => return Err(fault("own-value-odd")),
        }
    }
    match entered.values.keys().find(|code| definition.field(code).is_none()) {
        Some(code) => Err(Refusal::new("own-field-unknown").with("field", code)),
        None => Ok(()),
    }
}

/// A number as it is typed, in the smallest unit of its field: `3`, `3 场` where it is counted in 场, `１２.5`. A number in another unit
/// is refused.
pub(super) fn parse_number(field: &Field, text: &str) -> Result<i64, Refusal> {
    let fault = |code: &str| {
        let refusal = Refusal::new(code).with("name", &field.name).with("text", text).with("measure", &field.measure);
        refusal.with("decimals", field.decimals)
    };
    let tidy = squeezed(text);
    let digits = tidy.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let measure = &tidy[digits.len()..];
    if !measure.is_empty() && measure != squeezed(&field.measure) {
        return Err(fault("own-number-other-measure"));
    }
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: String = whole.chars().filter(|letter| *letter != ',' && *letter != '，').collect();
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(&whole) || !plain(part) {
        return Err(fault("own-number-unreadable"));
    }
    let part = part.trim_end_matches('0');
    let decimals = field.decimals as usize;
    if part.len() > decimals {
        return Err(fault("own-number-decimals"));
    }
    let number: Option<i64> = format!("{whole}{part:0<decimals$}").parse().ok();
    number.filter(|number| *number <= LARGEST).ok_or_else(|| fault("own-number-range"))
}

/// The period of a register in which a day lies.
pub(super) fn period_of(every: Every, day: NaiveDate) -> Option<Period> {
    let months = every.months();
    let first = day.month0().checked_div(months)? * months + 1;
    let from = NaiveDate::from_ymd_opt(day.year(), first, 1)?;
    let last_month = NaiveDate::from_ymd_opt(day.year(), first + months - 1, 1)?;
    Some(Period { from, to: last_of_month(last_month) })
}

/// The day by which a register is handed in for a period.
pub(super) fn due_on(definition: &Definition, period: Period) -> Option<NaiveDate> {
    let day = definition.due_day?;
    let first = if definition.due_after { period.to.succ_opt()? } else { period.to.with_day(1)? };
    Some(first.with_day(day).unwrap_or_else(|| last_of_month(first)))
}

#[cfg(test)]
pub(super) mod tests {
    use kernel::parse_day;

    use super::*;

    pub(in super::super) fn draft(fields: &[(&str, FieldKind)]) -> Draft {
        let fields = fields.iter().map(|(name, kind)| DraftField {
            name: (*name).to_owned(),
            kind: *kind,
            choices: if *kind == FieldKind::Choice {
                vec!["社区".to_owned(), "乡村".to_owned()]
            } else {
                Vec::new()
            },
            ..DraftField::default()
        });
        Draft { name: "志愿服务".to_owned(), fields: fields.collect(), ..Draft::default() }
    }

    fn codes(settled: Result<Definition, Vec<Refusal>>) -> Vec<String> {
        settled.expect_err("refused").into_iter().map(|fault| fault.code).collect()
    }

    fn day(text: &str) -> NaiveDate {
        parse_day(text).expect("a day")
    }

    #[test]
    fn a_definition_keeps_the_codes_of_its_fields_and_loses_none() {
        let first = settle(None, &draft(&[("项目", FieldKind::Text), ("类型", FieldKind::Choice)])).expect("settled");
        let seen: Vec<(&str, &str)> =
            first.fields.iter().map(|field| (field.code.as_str(), field.name.as_str())).collect();
        assert_eq!(seen, [("f1", "项目"), ("f2", "类型")]);
        let mut later = draft(&[("项目名称", FieldKind::Text), ("人数", FieldKind::Number)]);
        later.fields[0].code = Some("f1".to_owned());
        let second = settle(Some(&first), &later).expect("settled");
        let seen: Vec<(&str, &str, bool)> =
            second.fields.iter().map(|field| (field.code.as_str(), field.name.as_str(), field.retired)).collect();
        assert_eq!(seen, [("f1", "项目名称", false), ("f3", "人数", false), ("f2", "类型", true)]);
        let mut back = draft(&[("项目名称", FieldKind::Text), ("类型", FieldKind::Choice)]);
        back.fields[1].choices = vec!["乡村".to_owned(), "学校".to_owned()];
        let third = settle(Some(&second), &back).expect("settled");
        let of_type = third.field("f2").expect("the field of before");
        let seen: Vec<(&str, &str, bool)> =
            of_type.choices.iter().map(|choice| (choice.code.as_str(), choice.name.as_str(), choice.retired)).collect();
        assert_eq!(seen, [("c2", "乡村", false), ("c3", "学校", false), ("c1", "社区", true)]);
        assert!(!of_type.retired && third.field("f3").is_some_and(|field| field.retired));
        for (former, later) in [(&first, &second), (&second, &third)] {
            for (old, new) in
                super::super::counted::kinds_of("v", former).iter().zip(super::super::counted::kinds_of("v", later))
            {
                assert_eq!(new.check_growth(old), Ok(()));
                assert_eq!(new.check(), Ok(()));
            }
        }
    }

    #[test]
    fn a_definition_that_can_not_be_is_refused_with_every_fault() {
        assert_eq!(codes(settle(None, &Draft::default())), ["own-name-missing", "own-no-fields"]);
        let many: Vec<String> = (0..21).map(|number| format!("项{number}")).collect();
        let many: Vec<(&str, FieldKind)> = many.iter().map(|name| (name.as_str(), FieldKind::Text)).collect();
        assert_eq!(codes(settle(None, &draft(&many))), ["own-too-many-fields"]);
        let odd = draft(&[("人数", FieldKind::Number), ("人 数", FieldKind::Text), ("日期", FieldKind::Day)]);
        assert_eq!(codes(settle(None, &odd)), ["own-field-twice", "own-field-twice"]);
        let private = draft(&[("本人及配偶情况", FieldKind::Text)]);
        assert_eq!(codes(settle(None, &private)), ["own-field-forbidden"]);
        let mut one = draft(&[("类型", FieldKind::Choice)]);
        one.fields[0].choices.pop();
        assert_eq!(codes(settle(None, &one)), ["own-choices-odd"]);
        let former = settle(None, &draft(&[("人数", FieldKind::Number)])).expect("settled");
        let mut other = draft(&[("人数", FieldKind::Text)]);
        other.fields[0].code = Some("f1".to_owned());
        assert_eq!(codes(settle(Some(&former), &other)), ["own-field-kind-changed"]);
        let lasting = Draft { lasts: true, ..draft(&[("人数", FieldKind::Number)]) };
        assert_eq!(codes(settle(Some(&former), &lasting)), ["own-lasts-changed"]);
        let mut measured = draft(&[("人数", FieldKind::Number)]);
        measured.fields[0].measure = "人".to_owned();
        let former = settle(None, &measured).expect("settled");
        let mut other = Draft::from(&former);
        other.fields[0].measure = "户".to_owned();
        assert_eq!(codes(settle(Some(&former), &other)), ["own-field-measure-changed"]);
        // Without its code it is another field of the same name, beside the one of before.
        other.fields[0].code = None;
        let beside = settle(Some(&former), &other).expect("settled");
        assert_eq!((beside.fields.len(), beside.fields[1].retired), (2, true));
        let by_person = Draft { filled_by: FilledBy::Persons, ..measured.clone() };
        assert_eq!(codes(settle(Some(&former), &by_person)), ["own-filled-by-changed"]);
        let named = Draft { filled_by: FilledBy::Persons, ..draft(&[("姓名", FieldKind::Text)]) };
        assert_eq!(codes(settle(None, &named)), ["own-field-twice"]);
        for (code, fits) in [("ab", true), ("a_1", true), ("a", false), ("1a", false), ("Ab", false), ("a-b", false)] {
            assert_eq!(check_code(code).is_ok(), fits, "{code}");
        }
    }

    #[test]
    fn numbers_are_read_with_their_own_unit_alone() {
        let field = |measure: &str, decimals| Field {
            measure: measure.to_owned(),
            decimals,
            ..settle(None, &draft(&[("场次", FieldKind::Number)])).expect("settled").fields.remove(0)
        };
        let read = |field: &Field, text: &str| parse_number(field, text).map_err(|refusal| refusal.code);
        let times = field("场", 0);
        assert_eq!(read(&times, "3 场"), Ok(3));
        assert_eq!(read(&times, "１，２００"), Ok(1200));
        assert_eq!(read(&times, "3.0"), Ok(3));
        assert_eq!(read(&times, "3 人"), Err("own-number-other-measure".to_owned()));
        assert_eq!(read(&times, "3.5"), Err("own-number-decimals".to_owned()));
        assert_eq!(read(&times, "三"), Err("own-number-other-measure".to_owned()));
        assert_eq!(read(&times, "-3"), Err("own-number-unreadable".to_owned()));
        assert_eq!(read(&field("小时", 1), "2.5小时"), Ok(25));
        assert_eq!(read(&field("小时", 2), "2.5"), Ok(250));
        assert_eq!(read(&times, "99999999999999999999"), Err("own-number-range".to_owned()));
    }

    #[test]
    fn a_register_is_due_on_its_day_or_the_months_last() {
        let of = |every, due_day, due_after| {
            let draft = Draft { every, due_day: Some(due_day), due_after, ..draft(&[("项目", FieldKind::Text)]) };
            let definition = settle(None, &draft).expect("settled");
            let period = period_of(every, day("2025-05-17"))?;
            Some((period.from.to_string(), period.to.to_string(), due_on(&definition, period)?.to_string()))
        };
        let made = |from: &str, to: &str, due: &str| Some((from.to_owned(), to.to_owned(), due.to_owned()));
        assert_eq!(of(Every::Month, 25, false), made("2025-05-01", "2025-05-31", "2025-05-25"));
        assert_eq!(of(Every::Month, 31, true), made("2025-05-01", "2025-05-31", "2025-06-30"));
        assert_eq!(of(Every::Quarter, 5, true), made("2025-04-01", "2025-06-30", "2025-07-05"));
        assert_eq!(of(Every::HalfYear, 31, false), made("2025-01-01", "2025-06-30", "2025-06-30"));
        assert_eq!(of(Every::Year, 10, true), made("2025-01-01", "2025-12-31", "2026-01-10"));
        assert_eq!(of(Every::Happening, 10, true), None);
    }
}
