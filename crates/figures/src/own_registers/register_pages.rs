//! Pages of registers: the list, defining one, what it asks and costs, opening and closing it, who handed in.

use std::collections::BTreeMap;

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit, language::Words},
};
use federation::{files::accept, scope::places, units};
use kernel::{GroupId, Period, Refusal, UnitId, parse_day};
use ledger::OWN;
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions::{self, Defining},
    import::VALUES,
    model::{Definition, Every, FieldKind, FilledBy, Register, State},
    presets,
    row_pages::{PICKED, describe_log},
    rules::{self, Draft, DraftField},
    store, uploads,
};
use crate::{metrics::Address, registers};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/own-registers", list),
        page("/own-registers/new", new),
        act("/own-registers", define),
        act("/own-registers/presets", install),
        page("/own-registers/{id}", show),
        page("/own-registers/{id}/edit", edit_form),
        act("/own-registers/{id}", revise),
        act("/own-registers/{id}/open", open),
        act("/own-registers/{id}/close", close),
        act("/own-registers/{id}/delete", delete),
        page("/own-registers/{id}/standing", standing),
        act("/own-registers/{id}/nothing", nothing),
    ]
}

#[derive(Serialize)]
struct Line {
    id: i64,
    code: String,
    name: String,
    unit: String,
    is_draft: bool,
    state: String,
    filled_by: String,
    every: String,
    rows: i64,
}

async fn list(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    let query = visit.query();
    let find = query.text("q");
    let words = site.pages.words(visit.language);
    let all = store::all(&site.app.db).await?;
    let known: Vec<String> = all.iter().map(|register| register.stored.code.clone()).collect();
    let fits = |register: &Register| {
        find.is_empty()
            || ledger::db::text_contains(&register.definition.name, find)
            || ledger::db::text_contains(&register.stored.code, find)
    };
    let mut seen = actions::seen_among(&site.app, &visit.actor, all).await?;
    seen.retain(fits);
    let keys: Vec<i64> = seen.iter().map(|register| register.stored.id).collect();
    let counts = store::row_counts(&site.app.db, &keys).await?;
    let unit_ids: Vec<UnitId> = seen.iter().map(|register| register.stored.unit).collect();
    let named = units::by_ids(&site.app.db, &unit_ids).await?;
    let lines: Vec<Line> = seen
        .iter()
        .map(|Register { stored, definition }| Line {
            id: stored.id,
            code: stored.code.clone(),
            name: definition.name.clone(),
            unit: named.get(&stored.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            is_draft: stored.state == State::Draft,
            state: words.message(stored.state.message(), &[]),
            filled_by: words.message(definition.filled_by.message(), &[]),
            every: words.message(definition.every.message(), &[]),
            rows: counts.get(&stored.id).copied().unwrap_or(0),
        })
        .collect();
    let offered: Vec<Value> = presets::all()
        .iter()
        .filter(|preset| !known.contains(&preset.code))
        .map(|preset| {
            let fields: Vec<&str> = preset.draft.fields.iter().map(|field| field.name.as_str()).collect();
            context! { code => preset.code.clone(), name => preset.draft.name.clone(), fields => fields.join("、") }
        })
        .collect();
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! {
        form => Serde(&form), lines => Serde(&lines), defines => visit.may(Action::Write), presets => offered,
        filtered => !find.is_empty(),
    };
    visit.page(&site, "own_registers/list.html", context)
}

/// How many fields a form can hand in: some more than a register may have, so that too many are refused in words.
const ROWS: usize = 25;
/// The names of the parts of each field in the form of a definition.
const NAMES: [&str; ROWS] = [
    "p1_name", "p2_name", "p3_name", "p4_name", "p5_name", "p6_name", "p7_name", "p8_name", "p9_name", "p10_name",
    "p11_name", "p12_name", "p13_name", "p14_name", "p15_name", "p16_name", "p17_name", "p18_name", "p19_name",
    "p20_name", "p21_name", "p22_name", "p23_name", "p24_name", "p25_name",
];
/// How many fields a new form shows, and how many it shows beside those that are filled in.
const FIRST: usize = 6;
const SPARE: usize = 3;

/// The draft in a form, and the place in the form of each of its fields.
fn draft_in(fields: &Fields) -> (Draft, Vec<usize>) {
    let mut draft = Draft {
        name: fields.text("name").to_owned(),
        note: fields.text("note").to_owned(),
        filled_by: FilledBy::from_code(fields.text("filled_by")).unwrap_or_default(),
        levels: fields.every("level").filter(|level| !level.is_empty()).map(str::to_owned).collect(),
        every: Every::from_code(fields.text("every")).unwrap_or_default(),
        due_day: fields.key("due_day").and_then(|day| u32::try_from(day).ok()),
        due_after: fields.text("due_month") == "after",
        lasts: fields.ticked("lasts"),
        day_name: fields.text("day_name").to_owned(),
        fields: Vec::new(),
    };
    let mut places = Vec::new();
    for place in 1..=ROWS {
        let part = |name: &str| fields.text(&format!("p{place}_{name}")).to_owned();
        let (name, choices) = (part("name"), part("choices"));
        if name.is_empty() && choices.is_empty() {
            continue;
        }
        draft.fields.push(DraftField {
            code: Some(part("code")).filter(|code| !code.is_empty()),
            name,
            kind: FieldKind::from_code(&part("kind")).unwrap_or_default(),
            required: fields.ticked(&format!("p{place}_required")),
            measure: part("measure"),
            decimals: part("decimals").parse().unwrap_or(0),
            choices: choices.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
        });
        places.push(place);
    }
    for asked in fields.every("bank") {
        if let Some(field) = bank_field(asked) {
            draft.fields.push(field);
            places.push(ROWS);
        }
    }
    (draft, places)
}

/// A field of the bank as a form hands it in: `项目|text|`.
fn bank_field(text: &str) -> Option<DraftField> {
    let mut parts = text.split('|');
    let name = parts.next()?.to_owned();
    let kind = FieldKind::from_code(parts.next()?)?;
    let measure = parts.next().unwrap_or_default().to_owned();
    let choices = parts.next().unwrap_or_default();
    let choices = choices.split('/').filter(|choice| !choice.is_empty()).map(str::to_owned).collect();
    Some(DraftField { name, kind, measure, choices, ..DraftField::default() })
}

/// The fields of a form with a draft.
fn fields_of(draft: &Draft) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = vec![
        ("name".to_owned(), draft.name.clone()),
        ("note".to_owned(), draft.note.clone()),
        ("filled_by".to_owned(), draft.filled_by.as_str().to_owned()),
        ("every".to_owned(), draft.every.as_str().to_owned()),
        ("due_day".to_owned(), draft.due_day.map(|day| day.to_string()).unwrap_or_default()),
        ("due_month".to_owned(), if draft.due_after { "after" } else { "same" }.to_owned()),
        ("lasts".to_owned(), if draft.lasts { "on" } else { "" }.to_owned()),
        ("day_name".to_owned(), draft.day_name.clone()),
    ];
    pairs.extend(draft.levels.iter().map(|level| ("level".to_owned(), level.clone())));
    for (place, field) in draft.fields.iter().enumerate() {
        let part = |name: &str| format!("p{}_{name}", place + 1);
        pairs.extend([
            (part("name"), field.name.clone()),
            (part("code"), field.code.clone().unwrap_or_default()),
            (part("kind"), field.kind.as_str().to_owned()),
            (part("required"), if field.required { "on" } else { "" }.to_owned()),
            (part("measure"), field.measure.clone()),
            (part("decimals"), field.decimals.to_string()),
            (part("choices"), field.choices.join("\n")),
        ]);
    }
    pairs
}

/// The faults of a draft at the fields of its form.
fn faults_at(refusal: Refusal, places: &[usize]) -> Faults {
    let mut faults = Faults::new();
    let details = refusal.details.clone();
    let first = Refusal { details: Vec::new(), ..refusal };
    for fault in std::iter::once(first).chain(details) {
        let place =
            fault.args.iter().find(|(name, _)| name == "field").and_then(|(_, place)| place.parse::<usize>().ok());
        let at = place.and_then(|place| NAMES.get(places.get(place.checked_sub(1)?)?.checked_sub(1)?));
        let field = at.copied().unwrap_or(match fault.code.as_str() {
            "own-name-missing" => "name",
            "own-code-odd" | "own-code-taken" => "code",
            "own-due-odd" => "due_day",
            "own-lasts-changed" => "lasts",
            "own-filled-by-changed" => "filled_by",
            _ => "",
        });
        faults.add(field, fault);
    }
    faults
}

#[derive(Serialize)]
struct BankField {
    value: String,
    name: String,
    kind: String,
    users: usize,
}

/// Fields that are often asked, offered where no register asks them yet: name, kind, unit of measure.
const BANK: [(&str, FieldKind, &str); 17] = [
    ("项目", FieldKind::Text, ""),
    ("主题", FieldKind::Text, ""),
    ("内容", FieldKind::Long, ""),
    ("地点", FieldKind::Text, ""),
    ("负责人", FieldKind::Person, ""),
    ("参加人员", FieldKind::Persons, ""),
    ("人数", FieldKind::Number, "人"),
    ("场次", FieldKind::Number, "场"),
    ("时长", FieldKind::Number, "小时"),
    ("服务对象", FieldKind::Text, ""),
    ("对口单位", FieldKind::Unit, ""),
    ("是否完成", FieldKind::YesNo, ""),
    ("完成时间", FieldKind::Day, ""),
    ("所属活动", FieldKind::Activity, ""),
    ("附件", FieldKind::File, ""),
    ("专题", FieldKind::Theme, ""),
    ("备注", FieldKind::Text, ""),
];

/// The bank of fields: those that other registers ask, the most often asked first, then usual ones.
fn bank(others: &[Register], words: &Words) -> Vec<BankField> {
    let mut asked: BTreeMap<(String, &'static str), (usize, String)> = BTreeMap::new();
    for field in others.iter().flat_map(|register| register.definition.asked()) {
        let choices: Vec<&str> =
            field.choices.iter().filter(|choice| !choice.retired).map(|choice| choice.name.as_str()).collect();
        let value = format!("{}|{}|{}|{}", field.name, field.kind.as_str(), field.measure, choices.join("/"));
        let line = asked.entry((field.name.clone(), field.kind.as_str())).or_insert((0, value));
        line.0 += 1;
    }
    for (name, kind, measure) in BANK {
        let usual = (0, format!("{name}|{}|{measure}|", kind.as_str()));
        asked.entry((name.to_owned(), kind.as_str())).or_insert(usual);
    }
    let mut bank: Vec<BankField> = asked
        .into_iter()
        .map(|((name, kind), (users, value))| BankField {
            value,
            name,
            kind: FieldKind::from_code(kind).map(|kind| words.message(kind.message(), &[])).unwrap_or_default(),
            users,
        })
        .collect();
    bank.sort_by(|one, other| other.users.cmp(&one.users).then_with(|| one.name.cmp(&other.name)));
    bank
}

async fn level_choices(site: &Site, visit: &Visit) -> Result<Vec<(String, String)>> {
    let chinese = site.pages.words(visit.language).language == desk::ui::language::Language::Chinese;
    let levels = units::levels(&site.app.db).await?;
    Ok(levels.into_iter().map(|level| (level.code, if chinese { level.zh } else { level.en })).collect())
}

/// The form of a definition.
async fn definition_form(site: &Site, visit: &Visit, state: &FormState, register: Option<&Register>) -> Answer {
    let words = site.pages.words(visit.language);
    let stored = register.map(|register| {
        let pairs = fields_of(&Draft::from(&register.definition));
        (Fields::from_pairs(pairs), register.stored.version)
    });
    let form = match &stored {
        None => state.form(site, visit),
        Some((fields, version)) => state.form_with(site, visit, (fields, *version), |_, value| value.to_owned()),
    };
    let typed = if state.fields().pairs().next().is_none() {
        stored.as_ref().map(|(fields, _)| fields)
    } else {
        Some(state.fields())
    };
    let filled = typed.map_or(0, |typed| {
        (1..=ROWS).rev().find(|place| !typed.text(&format!("p{place}_name")).is_empty()).unwrap_or(0)
    });
    let shown = (filled + SPARE).max(FIRST).min(if filled > rules::MOST_FIELDS { ROWS } else { rules::MOST_FIELDS });
    let levels = level_choices(site, visit).await?;
    let chosen: Vec<&str> = typed.map(|typed| typed.every("level").collect()).unwrap_or_default();
    let others: Vec<Register> = store::all(&site.app.db)
        .await?
        .into_iter()
        .filter(|other| register.is_none_or(|register| register.stored.id != other.stored.id))
        .collect();
    let visible = actions::seen_among(&site.app, &visit.actor, others).await?;
    let kinds: Vec<(&str, String)> =
        FieldKind::ALL.iter().map(|kind| (kind.as_str(), words.message(kind.message(), &[]))).collect();
    let context = context! {
        form => Serde(&form), id => register.map(|register| register.stored.id),
        register_name => register.map(|register| register.definition.name.clone()),
        draft => register.is_none_or(|register| register.stored.state == State::Draft),
        places => (1..=shown).collect::<Vec<usize>>(), kinds => Serde(&kinds), levels => Serde(&levels),
        chosen_levels => Serde(&chosen), bank => Serde(&bank(&visible, words)),
        presets_used => register.is_none(),
    };
    visit.page_as(site, state.status(), "own_registers/form.html", context)
}

fn may_define(visit: &Visit) -> Result<()> {
    if visit.may(Action::Write) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// The unit that a register is usually defined for: the one that the account is working for, else the top one for those who may write
/// everywhere.
async fn defining_unit(site: &Site, visit: &Visit) -> Result<Option<UnitId>> {
    if visit.unit().is_none() && visit.actor.scope(Action::Write).all {
        return Ok(places::tops(&site.app.db).await?.first().copied());
    }
    Ok(visit.unit())
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    may_define(&visit)?;
    let mut pairs = vec![("filled_by".to_owned(), "units".to_owned()), ("every".to_owned(), "happening".to_owned())];
    if let Some(unit) = defining_unit(&site, &visit).await? {
        let name = places::name(&site.app.db, unit).await?.unwrap_or_default();
        pairs.extend([("unit".to_owned(), name), ("unit_id".to_owned(), unit.to_string())]);
    }
    definition_form(&site, &visit, &FormState::filled(Fields::from_pairs(pairs)), None).await
}

/// Adding fields of the bank, or empty lines, shows the form again without storing anything.
fn only_adds(fields: &Fields) -> bool {
    !fields.text("more").is_empty()
}

fn with_added(fields: &Fields) -> FormState {
    let (draft, _) = draft_in(fields);
    let mut pairs = fields_of(&draft);
    for name in ["code", "unit", "unit_id", "version"] {
        pairs.push((name.to_owned(), fields.raw(name).to_owned()));
    }
    FormState::filled(Fields::from_pairs(pairs))
}

/// The unit in a form: by key, or by name where there is no script.
async fn unit_in(site: &Site, fields: &Fields) -> Result<UnitId> {
    let unit = units::in_field(&site.app.db, fields, "unit").await?;
    Ok(unit.ok_or_else(|| Refusal::new("field-missing"))?)
}

/// What an action on a draft refused, at its fields.
fn at_fields<T>(done: Result<T>, places: &[usize]) -> FormResult<T> {
    done.map_err(|error| match error {
        desk::error::AppError::Refused(refusal)
            if !refusal.is_forbidden() && !refusal.is_conflict() && refusal.code.starts_with("own-") =>
        {
            desk::ui::send::FormError::Faults(faults_at(refusal, places))
        }
        other => desk::ui::send::FormError::Other(other),
    })
}

async fn define(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    may_define(&visit)?;
    if only_adds(&fields) {
        return definition_form(&site, &visit, &with_added(&fields), None).await;
    }
    let define = async |_| {
        let (draft, draft_places) = draft_in(&fields);
        let mut faults = Faults::new();
        let unit = faults.found("unit", unit_in(&site, &fields).await)?;
        faults.check()?;
        let Some(unit) = unit else { return Err(Refusal::new("field-missing").into()) };
        let defining = Defining { code: fields.text("code").to_owned(), unit, draft };
        let id = at_fields(actions::define(&site.app, &visit.actor, defining).await, &draft_places)?;
        Ok(Done::new(format!("/own-registers/{id}"), "own-register-defined-done"))
    };
    let page = async |state: FormState| definition_form(&site, &visit, &state, None).await;
    Send::new(&site, &visit, &fields).run(define, page).await
}

async fn install(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    may_define(&visit)?;
    let install = async |_| {
        let preset = presets::by_code(fields.text("preset"))?;
        let unit = defining_unit(&site, &visit).await?.ok_or_else(|| Refusal::new("unit-none-yet"))?;
        let defining = Defining { code: preset.code, unit, draft: preset.draft };
        let id = actions::define(&site.app, &visit.actor, defining).await?;
        Ok(Done::new(format!("/own-registers/{id}"), "own-register-installed-done"))
    };
    Send::new(&site, &visit, &fields).press(install).await
}

/// A field of the form as it will be filled in.
#[derive(Serialize)]
pub(super) struct Shown {
    /// Its name among the form's fields.
    pub(super) name: &'static str,
    label: String,
    pub(super) kind: &'static str,
    kind_name: String,
    required: bool,
    measure: String,
    pub(super) choices: Vec<(String, String)>,
    /// The name of the hidden fields with the people who were picked, and those people; for a field for several.
    pub(super) picked_as: &'static str,
    pub(super) chosen: Vec<(String, String)>,
    /// The files that it has already: key, name, whether it is kept.
    pub(super) files: Vec<(String, String, bool)>,
    /// The endings of the files that it takes.
    accept: String,
    /// The code of the field.
    #[serde(skip)]
    pub(super) code: String,
}

/// The fields of a definition for its form.
pub(super) fn shown_fields(definition: &Definition, words: &Words) -> Vec<Shown> {
    let each = definition.asked().zip(VALUES.into_iter().zip(PICKED)).map(|(field, (name, picked_as))| Shown {
        name,
        picked_as,
        code: field.code.clone(),
        chosen: Vec::new(),
        files: Vec::new(),
        accept: if field.kind == FieldKind::File { accept(uploads::KINDS) } else { String::new() },
        label: field.name.clone(),
        kind: field.kind.as_str(),
        kind_name: words.message(field.kind.message(), &[]),
        required: field.required,
        measure: field.measure.clone(),
        choices: field
            .choices
            .iter()
            .filter(|choice| !choice.retired)
            .map(|choice| (choice.code.clone(), choice.name.clone()))
            .collect(),
    });
    each.collect()
}

/// Who asks a field of the same name already: other registers of an office, and the registers that follow from records.
async fn asked_already(
    site: &Site,
    visit: &Visit,
    register: &Register,
    words: &Words,
) -> Result<Vec<(String, String)>> {
    let mut others = store::all(&site.app.db).await?;
    others.retain(|other| other.stored.id != register.stored.id && other.stored.state == State::Open);
    let others = actions::seen_among(&site.app, &visit.actor, others).await?;
    let derived = registers::Register::all(site.app.features);
    let usual = ["序号", "单位", "姓名", "日期", "时间", "备注"];
    let each = register.definition.asked().filter(|field| !usual.contains(&field.name.as_str())).filter_map(|field| {
        let name = rules::squeezed(&field.name);
        let own =
            others.iter().filter(|other| other.definition.asked().any(|known| rules::squeezed(&known.name) == name));
        let mut askers: Vec<String> = own.map(|other| other.definition.name.clone()).collect();
        let heads = |facts: &&registers::Facts| facts.heads.iter().any(|head| rules::squeezed(head) == name);
        let facts = derived.iter().map(|register| register.facts());
        for name in facts.filter(heads).map(|facts| words.message(facts.word, &[])) {
            if !askers.contains(&name) {
                askers.push(name);
            }
        }
        (!askers.is_empty()).then(|| (field.name.clone(), askers.join("、")))
    });
    Ok(each.collect())
}

/// The figures of a register for a unit and this year.
fn figures(register: &Register, unit: UnitId, period: Period, site: &Site, words: &Words) -> Vec<Value> {
    let prefix = format!("{OWN}{}.", register.stored.code);
    let metrics = site.app.metrics();
    let of_register = metrics.all().filter(|metric| metric.key.starts_with(&prefix));
    let each = of_register.map(|metric| {
        let filter = ledger::Filter::default();
        let address = Address {
            key: &metric.key,
            place: unit.into(),
            period,
            filter: &filter,
            position: None,
            version: None,
            report: None,
        };
        context! { name => words.pick(&metric.name), href => address.href(), key => metric.key.clone() }
    });
    each.collect()
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    register_page(&site, &visit, id, &FormState::opened()).await
}

/// Whether the visitor may fill a register in for anybody. For whom is asked when it is sent.
pub(super) fn may_fill(visit: &Visit, register: &Register) -> bool {
    match register.definition.filled_by {
        FilledBy::Persons => visit.actor.person.is_some() || visit.may(Action::Write),
        FilledBy::Groups => visit.may(Action::Lead),
        FilledBy::Units => visit.may(Action::Write),
    }
}

/// What all pages of a register show: its name, its tabs, what may be done with it.
pub(super) async fn head(site: &Site, visit: &Visit, register: &Register, tab: &str) -> Result<Value> {
    let Register { stored, definition } = register;
    let words = site.pages.words(visit.language);
    let defines = actions::may_define(&site.app.db, &visit.actor, stored.unit).await?;
    let fills = stored.state == State::Open && may_fill(visit, register);
    Ok(context! {
        id => stored.id, code => stored.code.clone(), name => definition.name.clone(), state => stored.state.as_str(),
        state_name => words.message(stored.state.message(), &[]),
        filled_by_name => words.message(definition.filled_by.message(), &[]),
        every_name => words.message(definition.every.message(), &[]),
        filled_by => definition.filled_by.as_str(), every => definition.every.as_str(), lasts => definition.lasts,
        day_name => definition.day_name.clone(), note => definition.note.clone(), defines, fills, tab,
        owes => definition.every != Every::Happening && definition.filled_by != FilledBy::Persons,
        imports => fills && visit.may(Action::Write), kind => format!("{OWN}{}", stored.code),
        people => visit.may(Action::People),
    })
}

async fn register_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    let words = site.pages.words(visit.language);
    let Register { stored, definition } = &register;
    let today = site.app.today();
    let unit = places::name(&site.app.db, stored.unit).await?;
    let year = Period::year(chrono::Datelike::year(&today)).unwrap_or(Period { from: today, to: today });
    let current = rules::period_of(definition.every, today).unwrap_or(year);
    let fillers = match definition.filled_by {
        FilledBy::Persons => None,
        _ => Some(store::filler_count(&site.app.db, &register, current).await?),
    };
    let asked = definition.asked().count();
    let times = definition.every.times_a_year();
    let levels = level_choices(site, visit).await?;
    let level_names: Vec<String> =
        levels.into_iter().filter(|(code, _)| definition.levels.contains(code)).map(|(_, name)| name).collect();
    let retired: Vec<&str> =
        definition.fields.iter().filter(|field| field.retired).map(|field| field.name.as_str()).collect();
    let figures = if visit.may(Action::Figures) && stored.state != State::Draft {
        let top = visit.unit().unwrap_or(stored.unit);
        figures(&register, top, year, site, words)
    } else {
        Vec::new()
    };
    let form = state.form_with(site, visit, (&Fields::default(), stored.version), |_, value| value.to_owned());
    let context = context! {
        unit, version => stored.current, fields => Serde(&shown_fields(definition, words)), fillers, asked, times,
        cost => fillers.map(|fillers| fillers * asked * times.max(1)), level_names => level_names.join("、"),
        due_day => definition.due_day, due_after => definition.due_after, retired => retired.join("、"), figures,
        asked_already => Serde(&asked_already(site, visit, &register, words).await?),
        rows => store::row_counts(&site.app.db, &[id]).await?.get(&id).copied().unwrap_or(0),
        history => describe_log(words, store::history(&site.app.db, "own_register", id).await?, visit.may(Action::People)),
        form => Serde(&form), ..head(site, visit, &register, "about").await?
    };
    visit.page_as(site, state.status(), "own_registers/show.html", context)
}

async fn definable(site: &Site, visit: &Visit, id: i64) -> Result<Register> {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    actions::must_define(&site.app.db, &visit.actor, register.stored.unit).await?;
    Ok(register)
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let register = definable(&site, &visit, id).await?;
    definition_form(&site, &visit, &FormState::opened(), Some(&register)).await
}

async fn revise(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let register = definable(&site, &visit, id).await?;
    if only_adds(&fields) {
        return definition_form(&site, &visit, &with_added(&fields), Some(&register)).await;
    }
    let save = async |sent: Sent| {
        let (draft, draft_places) = draft_in(&fields);
        at_fields(actions::revise(&site.app, &visit.actor, id, sent.version(), &draft).await, &draft_places)?;
        Ok(Done::new(format!("/own-registers/{id}"), "own-register-saved"))
    };
    let page = async |state: FormState| {
        let now = definable(&site, &visit, id).await?;
        definition_form(&site, &visit, &state, Some(&now)).await
    };
    Send::new(&site, &visit, &fields).run(save, page).await
}

async fn open(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let open = async |sent: Sent| {
        actions::open(&site.app, &visit.actor, id, sent.version()).await?;
        Ok(Done::new(format!("/own-registers/{id}"), "own-register-opened-done"))
    };
    let page = async |state: FormState| register_page(&site, &visit, id, &state).await;
    Send::new(&site, &visit, &fields).run(open, page).await
}

async fn close(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let close = async |sent: Sent| {
        actions::close(&site.app, &visit.actor, id, sent.version()).await?;
        Ok(Done::new(format!("/own-registers/{id}"), "own-register-closed-done"))
    };
    let page = async |state: FormState| register_page(&site, &visit, id, &state).await;
    Send::new(&site, &visit, &fields).run(close, page).await
}

async fn delete(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let delete = async |sent: Sent| {
        actions::delete(&site.app, &visit.actor, id, sent.version()).await?;
        Ok(Done::new("/own-registers", "own-register-deleted-done"))
    };
    let page = async |state: FormState| register_page(&site, &visit, id, &state).await;
    Send::new(&site, &visit, &fields).run(delete, page).await
}

/// The period of a register's standing: the one in which a day lies, by default today's.
fn period_in(query: &Fields, register: &Register, today: chrono::NaiveDate) -> Option<Period> {
    let day = query.some("day").and_then(|day| parse_day(day).ok()).unwrap_or(today);
    rules::period_of(register.definition.every, day)
}

async fn standing(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    standing_page(&site, &visit, id, &visit.query(), &FormState::opened()).await
}

async fn standing_page(site: &Site, visit: &Visit, id: i64, query: &Fields, state: &FormState) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    let today = site.app.today();
    let nothing_owed = || Refusal::new("own-nothing-owed").with("name", &register.definition.name);
    let period = period_in(query, &register, today).ok_or_else(nothing_owed)?;
    if register.definition.filled_by == FilledBy::Persons {
        return Err(nothing_owed().into());
    }
    let scope = visit.actor.scope(Action::Read);
    let fillers = store::fillers(&site.app.db, &scope, &register, period).await?;
    let due = rules::due_on(&register.definition, period);
    let late = due.is_some_and(|due| today > due);
    let done = fillers.iter().filter(|filler| filler.has_handed_in()).count();
    let only_open = query.ticked("open");
    let writes = visit.actor.scope(match register.definition.filled_by {
        FilledBy::Groups => Action::Lead,
        _ => Action::Write,
    });
    let unit_ids: Vec<UnitId> = fillers.iter().map(|filler| UnitId(filler.unit_id)).collect();
    let places_of: BTreeMap<UnitId, i64> = store::places_of(&site.app.db, &unit_ids).await?.into_iter().collect();
    let lines: Vec<Value> = fillers
        .iter()
        .filter(|filler| !only_open || !filler.has_handed_in())
        .map(|filler| {
            let place = places_of.get(&UnitId(filler.unit_id)).copied();
            let says = register.stored.state == State::Open
                && filler.row_count == 0
                && writes.covers_record(place, filler.group_id.map(GroupId));
            context! {
                unit_id => filler.unit_id, unit => filler.unit.clone(), group_id => filler.group_id,
                group => filler.group_name.clone(), sharing => filler.sharing.clone(), rows => filler.row_count, nothing => filler.nothing_at.is_some(), says,
                done => filler.has_handed_in(),
            }
        })
        .collect();
    let before = period.before();
    let after = period.to.succ_opt().filter(|day| *day <= today);
    let form = state.form(site, visit);
    let context = context! {
        lines, all => fillers.len(), handed_in => done, open => fillers.len() - done, late, only_open,
        due => due.map(|due| due.to_string()), from => period.from.to_string(), to => period.to.to_string(),
        before => before.map(|before| before.from.to_string()), after => after.map(|after| after.to_string()),
        form => Serde(&form), ..head(site, visit, &register, "standing").await?
    };
    visit.page_as(site, state.status(), "own_registers/standing.html", context)
}

async fn nothing(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    let say = async |_| {
        let period = period_in(&fields, &register, site.app.today())
            .ok_or_else(|| Refusal::new("own-nothing-owed").with("name", &register.definition.name))?;
        let unit = fields.key("unit_id").map(UnitId).ok_or_else(|| Refusal::new("field-missing"))?;
        let group = fields.key("group_id").map(GroupId);
        let says = fields.text("nothing") == "yes";
        actions::set_nothing(&site.app, &visit.actor, id, (unit, group), period, says).await?;
        let here = format!("/own-registers/{id}/standing?day={}", period.from);
        Ok(Done::new(here, if says { "own-nothing-said-done" } else { "own-nothing-taken-back-done" }))
    };
    let page = async |state: FormState| {
        let query = Fields::from_pairs([("day", fields.text("day"))]);
        standing_page(&site, &visit, id, &query, &state).await
    };
    Send::new(&site, &visit, &fields).run(say, page).await
}
