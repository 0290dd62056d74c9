//! Lists of units, people, groups, activities and imports, and actions on single ones.

use chrono::{Months, NaiveDate};
use desk::{
    app::App,
    error::Result,
    ui::{
        list::{Asked, List},
        rows::Slice,
    },
};
use federation::{
    groups::{
        self,
        actions::{Change, Opening},
    },
    imports, people,
    settings::choices,
    themes,
    training_fields::{self, FIELDS},
    units::{self, actions::Addition},
};
use figures::metrics;
use kernel::{DayRange, GroupId, Period, PersonId, RecordId, Refusal, UnitId};
use ledger::Tree;
use serde_json::{Value, json};
use web::Fields;

use super::{
    arguments::{Activities, Facts, Groups, Imports, Page, People, Said, Units},
    out::Out,
};
use crate::features::activities::{
    self, SpokePart,
    actions::{Draft, Handed},
};

/// Prints lines as JSON objects or as a table, one page; says if there are more.
pub(super) fn page(out: &Out<'_>, fields: &[(&str, &str)], lines: Vec<Vec<Value>>, page: Page) -> Result<()> {
    let all = lines.len();
    let shown = lines.into_iter().skip(page.skip).take(limit(out, page).unwrap_or(usize::MAX)).collect();
    table(out, fields, shown, (all, page))
}

/// All lines.
pub(super) const WHOLE: Page = Page { skip: 0, limit: Some(usize::MAX) };

/// The most lines to print.
pub(super) fn limit(out: &Out<'_>, page: Page) -> Option<usize> {
    page.limit.or((!out.json).then_some(1000))
}

/// A printed field of a declared list: its name in JSON, the message of its heading, its value.
pub(super) type Field<L> = (&'static str, &'static str, fn(&L) -> Value);

/// Prints a declared list, filtered by the parameters of its address: one page, with the total count.
pub(super) async fn list<L: List>(
    app: &App,
    out: &Out<'_>,
    asked: &[(&str, &str)],
    fields: &[Field<L::Line>],
    page: Page,
) -> Result<()> {
    let (query, actor) = (Fields::from_pairs(asked.iter().copied()), app.operator());
    let asked = Asked { app, actor: &actor, words: out.words, query: &query };
    let most = limit(out, page).map_or(u64::MAX, |limit| page.skip.saturating_add(limit) as u64);
    let rows = L::find(&asked, &Slice::from_query(&query, L::ORDERS, most).counted(u64::MAX)).await?;
    let all = rows.total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
    let line = |line: L::Line| fields.iter().map(|(_, _, value)| value(&line)).collect();
    let shown = rows.lines().into_iter().skip(page.skip).map(line).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(field, head, _)| (*field, *head)).collect();
    table(out, &fields, shown, (all, page))
}

/// Prints the lines of a page, and how many more there are.
pub(super) fn table(
    out: &Out<'_>,
    fields: &[(&str, &str)],
    shown: Vec<Vec<Value>>,
    (all, page): (usize, Page),
) -> Result<()> {
    let next = page.skip + shown.len();
    let rest = all.saturating_sub(next);
    if out.json {
        let objects: Vec<Value> = shown
            .into_iter()
            .map(|line| fields.iter().map(|(field, _)| (*field).to_owned()).zip(line).collect())
            .collect();
        out.json(&objects)?;
    } else {
        let rows: Vec<Vec<String>> = shown
            .into_iter()
            .map(|line| {
                let text = |(value, (field, _)): (Value, &(&str, &str))| match value {
                    Value::Null => String::new(),
                    Value::String(text) => word(out, field, text),
                    other => other.to_string(),
                };
                line.into_iter().zip(fields).map(text).collect()
            })
            .collect();
        out.table(&fields.iter().map(|(_, code)| *code).collect::<Vec<_>>(), &rows);
    }
    if rest > 0 {
        out.note("list-more", &[("rest", &rest.to_string()), ("skip", &next.to_string())]);
    }
    Ok(())
}

/// The fields whose stored values are shown in words.
const STORED: [&str; 53] = [
    "risk-high",
    "risk-medium",
    "risk-low",
    "linkage-none",
    "linkage-vertical",
    "linkage-horizontal",
    "linkage-both",
    "state-draft",
    "state-announced",
    "state-held",
    "state-closed",
    "state-void",
    "sex-female",
    "sex-male",
    "party-member",
    "party-probationary",
    "party-league",
    "party-other",
    "party-masses",
    "level-province",
    "level-city",
    "level-district",
    "level-street",
    "level-community",
    "level-outside",
    "kind-units",
    "kind-roster",
    "kind-activities",
    "kind-external",
    "kind-honours",
    "kind-practice",
    "part-placed",
    "part-seconded",
    "part-first_secretary",
    "part-work_team",
    "part-task_force",
    "part-volunteer",
    "part-other",
    "state-open",
    "state-completed",
    "state-withdrawn",
    "step-waiting",
    "step-selected",
    "step-declined",
    "step-withdrawn",
    "state-pending",
    "state-checked",
    "state-returned",
    "level-national",
    "level-provincial",
    "level-municipal",
    "level-county",
    "level-unit",
];

/// The word for a stored value; JSON has the value itself.
fn word(out: &Out<'_>, field: &str, value: String) -> String {
    let code = format!("{field}-{value}");
    if STORED.contains(&code.as_str()) { out.words.message(&code, &[]) } else { value }
}

const EVERYTHING: Page = Page { limit: Some(usize::MAX), skip: 0 };

/// Today's tree, under a unit or all of it.
async fn tree(app: &App, unit: Option<&str>) -> Result<Tree> {
    let root = match unit {
        Some(unit) => Some(unit_id(app, unit).await?),
        None => None,
    };
    Ok(Tree::load(&app.db, root, app.today(), ledger::position(&app.db).await?).await?)
}

/// The key of a unit, for a list's `unit_id`; empty for no unit.
pub(super) async fn key_of_unit(app: &App, unit: Option<&str>) -> Result<String> {
    match unit {
        Some(unit) => Ok(unit_id(app, unit).await?.to_string()),
        None => Ok(String::new()),
    }
}

async fn unit_id(app: &App, unit: &str) -> Result<UnitId> {
    Ok(units::find_by_code_or_name(&app.db, unit).await?.id)
}

pub(super) async fn units(app: &App, out: &Out<'_>, what: Units) -> Result<()> {
    let actor = app.operator();
    match what {
        Units::List { unit, search, page: shown } => {
            let tree = tree(app, unit.as_deref()).await?;
            let known = units::store::by_ids(&app.db, tree.all()).await?;
            let fits = |text: &str| search.as_deref().is_none_or(|search| text.contains(search));
            let in_tree = tree.all().iter().filter_map(|id| known.get(id));
            let outside = if unit.is_none() { units::store::outside(&app.db).await? } else { Vec::new() };
            let lines = in_tree
                .chain(&outside)
                .filter(|unit| !unit.void)
                .filter(|unit| fits(&unit.name) || unit.code.as_deref().is_some_and(fits))
                .map(|unit| {
                    let parent = tree.parent(unit.id).and_then(|parent| known.get(&parent));
                    vec![
                        json!(unit.id),
                        json!(unit.code),
                        json!(unit.name),
                        json!(unit.level.as_deref().unwrap_or("outside")),
                        json!(parent.map(|parent| &parent.name)),
                        json!(unit.closed_on),
                    ]
                })
                .collect();
            let fields = [
                ("id", "col-id"),
                ("code", "col-code"),
                ("name", "col-name"),
                ("level", "col-level"),
                ("parent", "col-parent"),
                ("closed_on", "col-closed"),
            ];
            return page(out, &fields, lines, shown);
        }
        Units::Add { name, level, under, code, outside, from } => {
            let parent = match under {
                Some(under) => Some(unit_id(app, &under).await?),
                None => None,
            };
            let addition = Addition { name, level, parent, code, outside, from };
            let id = units::actions::add(app, &actor, addition).await?;
            done(out, "unit-added", id.0)?;
        }
        Units::Rename { unit, name } => {
            let id = unit_id(app, &unit).await?;
            units::actions::rename(app, &actor, id, &name).await?;
            done(out, "unit-renamed", id.0)?;
        }
        Units::Move { unit, under, from } => {
            let id = unit_id(app, &unit).await?;
            let parent = unit_id(app, &under).await?;
            units::actions::move_under(app, &actor, id, Some(parent), from).await?;
            done(out, "unit-moved", id.0)?;
        }
        Units::Close { unit, on } => {
            let id = unit_id(app, &unit).await?;
            units::actions::close(app, &actor, id, on).await?;
            done(out, "unit-closed", id.0)?;
        }
        Units::Merge { unit, into, from } => {
            let id = unit_id(app, &unit).await?;
            let survivor = unit_id(app, &into).await?;
            units::actions::merge(app, &actor, id, survivor, from).await?;
            done(out, "unit-merged", id.0)?;
        }
    }
    Ok(())
}

/// Prints what was done and to which object.
fn done(out: &Out<'_>, code: &str, id: i64) -> Result<()> {
    if out.json {
        return out.json(&json!({ "id": id }));
    }
    out.print(code, &[("id", &id.to_string())]);
    Ok(())
}

async fn list_people(
    app: &App,
    out: &Out<'_>,
    (unit, search, on): (Option<String>, Option<String>, Option<NaiveDate>),
    page: Page,
) -> Result<()> {
    let unit = key_of_unit(app, unit.as_deref()).await?;
    let on = on.map(|day| day.to_string()).unwrap_or_default();
    let asked = [("unit_id", unit.as_str()), ("q", search.as_deref().unwrap_or_default()), ("on", &on)];
    let fields: [Field<people::list::Line>; 11] = [
        ("id", "col-id", |line| json!(line.id)),
        ("name", "col-person", |line| json!(line.name)),
        ("staff_no", "col-staff-no", |line| json!(line.staff_no)),
        ("sex", "col-sex", |line| json!(line.sex)),
        ("birth", "col-birth", |line| {
            json!(line.birth_month.map(|month| format!("{}-{:02}", month / 100, month % 100)))
        }),
        ("party", "col-party", |line| json!(line.party)),
        ("unit", "col-unit", |line| json!(line.unit)),
        ("duty", "col-duty", |line| json!(line.duty)),
        ("education", "col-education", |line| json!(line.education)),
        ("phone", "col-phone", |line| json!(line.phone)),
        ("since", "col-since", |line| json!(line.since)),
    ];
    list::<people::pages::People>(app, out, &asked, &fields, page).await
}

pub(super) async fn people(app: &App, out: &Out<'_>, what: People) -> Result<()> {
    let actor = app.operator();
    match what {
        People::List { unit, search, on, page } => return list_people(app, out, (unit, search, on), page).await,
        People::Add { name, unit, from, staff_no, sex, birth, party, held } => {
            let unit = unit_id(app, &unit).await?;
            let said = people::import::Said { staff_no, sex, birth, party, held: held.said() };
            let person = people::import::by_hand(&name, unit, said)?;
            let id = people::actions::add(app, &actor, person, from).await?;
            done(out, "person-added", id.0)?;
        }
        People::Edit { person, said } => {
            let Facts { name, staff_no, sex, birth, education, phone, held, note } = *said;
            let held = held.said();
            let said = people::import::SaidFacts { name, staff_no, sex, birth, education, phone, held, note };
            let edit = people::import::edit_by_hand(people::actions::edit_of(app, PersonId(person)).await?, said)?;
            people::actions::edit(app, &actor, PersonId(person), edit).await?;
            done(out, "person-edited", person)?;
        }
        People::Transfer { person, to, from, held } => {
            let to = unit_id(app, &to).await?;
            let held = people::import::held_by_hand(held.said())?;
            people::actions::transfer(app, &actor, PersonId(person), to, &held, from).await?;
            done(out, "person-transferred", person)?;
        }
        People::Join { person, group, from } => {
            people::actions::join(app, &actor, PersonId(person), GroupId(group), from).await?;
            done(out, "person-joined", person)?;
        }
        People::Second { person, home, to, from, until } => {
            let (home, to) = (unit_id(app, &home).await?, unit_id(app, &to).await?);
            people::actions::second(app, &actor, PersonId(person), home, to, DayRange { from, to: until }).await?;
            done(out, "person-seconded", person)?;
        }
        People::Absence { person, from, until } => {
            let days = DayRange { from, to: until };
            people::actions::leave_of_absence(app, &actor, PersonId(person), days).await?;
            done(out, "person-absent", person)?;
        }
        People::Party { person, status, from } => {
            let party = people::import::parse_party(&status)?;
            people::actions::set_party(app, &actor, PersonId(person), party, from).await?;
            done(out, "person-party", person)?;
        }
        People::Leave { person, on } => {
            people::actions::leave(app, &actor, PersonId(person), on).await?;
            done(out, "person-left", person)?;
        }
        People::Merge { person, into } => {
            people::actions::merge(app, &actor, PersonId(person), PersonId(into)).await?;
            done(out, "person-merged", into)?;
        }
    }
    Ok(())
}

pub(super) async fn groups(app: &App, out: &Out<'_>, what: Groups) -> Result<()> {
    match what {
        Groups::List { unit, search, page } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            let asked = [("unit_id", unit.as_str()), ("q", search.as_deref().unwrap_or_default()), ("state", "any")];
            let fields: [Field<groups::store::Line>; 8] = [
                ("id", "col-id", |line| json!(line.id)),
                ("name", "col-name", |line| json!(line.name)),
                ("brand", "col-brand", |line| json!(line.brand)),
                ("unit", "col-unit", |line| json!(line.unit)),
                ("age_limit", "col-age-limit", |line| json!(line.age_limit)),
                ("least_sessions_month", "col-least", |line| json!(line.least)),
                ("opened_on", "col-since", |line| json!(line.opened_on)),
                ("closed_on", "col-closed", |line| json!(line.closed_on)),
            ];
            list::<groups::pages::Groups>(app, out, &asked, &fields, page).await
        }
        Groups::Add { name, unit, from, brand, shared_by } => {
            let unit = unit_id(app, &unit).await?;
            let mut sharing = Vec::new();
            for other in shared_by {
                sharing.push(unit_id(app, &other).await?);
            }
            let opening = Opening { name, brand, unit, shared_by: sharing, from };
            let id = groups::actions::open(app, &app.operator(), opening).await?;
            done(out, "group-opened", id.0)
        }
        Groups::Change { group, name, brand, age_limit, least_sessions, least_hours, least_rate, closed_on } => {
            let change = Change {
                name,
                brand,
                age_limit,
                least_sessions_month: least_sessions,
                least_hours_year: least_hours,
                least_rate,
                closed_on,
                version: None,
            };
            groups::actions::change(app, &app.operator(), GroupId(group), change).await?;
            done(out, "group-changed", group)
        }
    }
}

pub(super) async fn activities(app: &App, out: &Out<'_>, what: Activities) -> Result<()> {
    let actor = app.operator();
    match what {
        Activities::List { unit, from, to, search, page: shown } => {
            let unit = key_of_unit(app, unit.as_deref()).await?;
            // A period needs both ends: a missing one is replaced by a day outside all data.
            let period = if from.is_some() || to.is_some() { "own" } else { "any" };
            let from = from.unwrap_or(kernel::DAY_ONE).to_string();
            let to = to.unwrap_or_else(|| kernel::DAY_ONE + Months::new(12 * 9998)).to_string();
            let asked = [
                ("q", search.as_deref().unwrap_or_default()),
                ("unit_id", &unit),
                ("state", "any"),
                ("period", period),
                ("from", &from),
                ("to", &to),
            ];
            let fields: [Field<activities::pages::Shown>; 10] = [
                ("id", "col-id", |shown| json!(shown.line.id)),
                ("day", "col-day", |shown| json!(shown.line.day)),
                ("type", "col-type", |shown| json!(shown.line.type_name)),
                ("title", "col-title", |shown| json!(shown.line.title)),
                ("unit", "col-unit", |shown| json!(shown.line.unit)),
                ("place", "col-place", |shown| json!(shown.line.place)),
                ("present", "col-present", |shown| json!(shown.line.present)),
                ("audience", "col-audience", |shown| json!(shown.line.audience)),
                ("linkage", "col-linkage", |shown| json!(shown.line.linkage)),
                ("state", "col-state", |shown| json!(shown.line.state)),
            ];
            list::<activities::pages::Activities>(app, out, &asked, &fields, shown).await
        }
        Activities::Types => {
            let types = activities::store::types(&app.db).await?;
            let language = out.words.language;
            let lines = types
                .iter()
                .map(|kind| {
                    vec![
                        json!(kind.code),
                        json!(kind.name),
                        json!(if out.json { &kind.pillar } else { metrics::label("pillar", &kind.pillar, language) }),
                        json!(kind.aliases),
                    ]
                })
                .collect();
            let fields =
                [("code", "col-code"), ("name", "col-name"), ("pillar", "col-pillar"), ("aliases", "col-aliases")];
            page(out, &fields, lines, EVERYTHING)
        }
        Activities::Show { id } => show_activity(app, out, RecordId(id)).await,
        Activities::Roll(list) => super::roll::run(app, out, list).await,
        Activities::Type { name, en, pillar, alias, learning, retire } => {
            let said = activities::actions::TypeSaid {
                name: &name,
                en: en.as_deref(),
                pillar: pillar.as_deref(),
                aliases: &alias,
                learning,
                retired: retire,
            };
            let code = activities::actions::set_type(app, &actor, said).await?;
            if out.json {
                return out.json(&json!({ "code": code }));
            }
            out.print("type-set", &[("name", &name), ("code", &code)]);
            Ok(())
        }
        Activities::Add { title, kind, on, unit, said } => {
            let unit = unit_id(app, &unit).await?;
            let kind = activities::import::type_by_hand(app, &kind).await?;
            let mut draft = Draft::new(&kind, &title, on, unit);
            apply(app, &mut draft, *said).await?;
            let id = activities::actions::add(app, &actor, draft).await?;
            done(out, "activity-added", id.0)
        }
        Activities::Edit { id, title, kind, on, reason, said } => {
            let mut draft = activities::actions::draft_of(app, RecordId(id)).await?;
            if let Some(kind) = kind {
                draft.activity.type_code = activities::import::type_by_hand(app, &kind).await?;
                draft.activity.pillar.clear();
            }
            draft.activity.title = title.unwrap_or(draft.activity.title);
            draft.activity.day = on.unwrap_or(draft.activity.day);
            apply(app, &mut draft, *said).await?;
            activities::actions::edit(app, &actor, draft, reason).await?;
            done(out, "activity-edited", id)
        }
        Activities::MadeUp { id, person, on } => {
            activities::actions::make_up(app, &actor, RecordId(id), PersonId(person), on).await?;
            done(out, "activity-made-up", id)
        }
        Activities::Close { id } => {
            activities::actions::close(app, &actor, RecordId(id)).await?;
            done(out, "activity-closed", id)
        }
        Activities::Void { id, reason } => {
            activities::actions::void(app, &actor, RecordId(id), &reason).await?;
            done(out, "activity-voided", id)
        }
    }
}

/// Applies the given values of a session to its draft; values that are not given stay.
async fn apply(app: &App, draft: &mut Draft, said: Said) -> Result<()> {
    if let Some(names) = &said.names {
        let activity = &draft.activity;
        let handed = activities::import::names_by_hand(app, names, activity.host, activity.day).await?;
        let present = |list: &[Handed]| list.iter().filter(|handed| handed.stands.status.present()).count() as i64;
        // A head-count that was only computed from the list is computed again from the new one.
        let followed = draft.activity.audience.is_none_or(|audience| audience == present(&draft.attendance));
        if followed {
            draft.activity.audience = Some(present(&handed)).filter(|present| *present > 0);
        }
        draft.attendance = handed;
    }
    for (part, list) in
        [(SpokePart::Led, &said.led), (SpokePart::Lectured, &said.lectured), (SpokePart::Spoke, &said.spoke)]
    {
        if let Some(names) = list {
            let activity = &draft.activity;
            let handed = activities::import::names_by_hand(app, names, activity.host, activity.day).await?;
            draft.spoke.retain(|(_, of)| *of != part);
            draft.spoke.extend(handed.into_iter().map(|handed| (handed.person, part)));
        }
    }
    for partner in &said.partners {
        draft.partners.push(unit_id(app, partner).await?);
    }
    let activity = &mut draft.activity;
    match said.theme.as_deref() {
        None => {}
        Some(themes::NONE) => activity.theme = None,
        Some(name) => {
            let (all, days) = (themes::store::all(&app.db).await?, Period { from: activity.day, to: activity.day });
            activity.theme = Some(all.find(name, activity.host, days)?.code.clone());
        }
    }
    match said.field.as_deref() {
        None => {}
        Some(training_fields::NONE) => activity.field = None,
        Some(name) => {
            let known = FIELDS.in_use(&app.db).await?;
            let field = choices::find(&known, name).ok_or_else(|| FIELDS.refuse(&known, name))?;
            activity.field = Some(field.code.clone());
        }
    }
    activity.audience = said.audience.or(activity.audience);
    if let Some(state) = &said.state {
        activity.state = activities::State::from_code(state)
            .filter(|state| {
                matches!(state, activities::State::Draft | activities::State::Announced | activities::State::Held)
            })
            .ok_or_else(|| Refusal::new("state-unknown").with("state", state))?;
    }
    for (field, said) in [
        (&mut activity.place, said.place),
        (&mut activity.speakers, said.speakers),
        (&mut activity.topic, said.topic),
        (&mut activity.minutes, said.minutes),
        (&mut activity.resolutions, said.resolutions),
        (&mut activity.notice_ref, said.notice),
    ] {
        if said.is_some() {
            *field = said;
        }
    }
    Ok(())
}

async fn show_activity(app: &App, out: &Out<'_>, id: RecordId) -> Result<()> {
    let activity = activities::store::by_ids(&app.db, &[id])
        .await?
        .pop()
        .ok_or_else(|| Refusal::unknown("activity-unknown").with("id", id))?;
    let mut person_ids: Vec<PersonId> = activity.attendance.iter().map(|attended| attended.person).collect();
    person_ids.extend(activity.spoke.iter().map(|spoke| spoke.person));
    let people = people::store::by_ids(&app.db, &person_ids).await?;
    let mut unit_ids: Vec<UnitId> = activity.attendance.iter().map(|attended| attended.unit).collect();
    unit_ids.extend(activity.partners.iter().map(|partner| partner.unit));
    unit_ids.push(activity.host);
    let units = units::store::by_ids(&app.db, &unit_ids).await?;
    let name = |unit: &UnitId| units.get(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let attendance: Vec<Value> = activity
        .attendance
        .iter()
        .map(|attended| {
            json!({
                "person": attended.person,
                "name": people.get(&attended.person).map(|person| &person.name),
                "unit": name(&attended.unit),
                "status": attended.status.as_str(),
                "made_up_on": attended.made_up_on,
            })
        })
        .collect();
    let spoke = activity.spoke.iter().map(|spoke| {
        let name = people.get(&spoke.person).map(|person| &person.name);
        json!({ "person": spoke.person, "name": name, "part": spoke.part.as_str() })
    });
    let spoke: Vec<Value> = spoke.collect();
    if out.json {
        return out.json(&json!({
            "spoke": spoke, "id": activity.id, "type": activity.type_code, "title": activity.title, "day": activity.day,
            "host": name(&activity.host), "place": activity.place, "speakers": activity.speakers,
            "partners": activity.partners.iter().map(|partner| name(&partner.unit)).collect::<Vec<_>>(),
            "linkage": activity.linkage.as_str(), "levels": activity.levels, "audience": activity.audience,
            "state": activity.state.as_str(), "version": activity.version, "attendance": attendance,
        }));
    }
    let language = out.words.language;
    let partners: Vec<String> = activity.partners.iter().map(|partner| name(&partner.unit)).collect();
    let present = activity.attendance.iter().filter(|attended| attended.status.present()).count();
    out.print(
        "activity-shown",
        &[
            ("title", &activity.title),
            ("day", &activity.day.to_string()),
            ("host", &name(&activity.host)),
            ("place", activity.place.as_deref().unwrap_or("—")),
            ("partners", &if partners.is_empty() { "—".to_owned() } else { partners.join("、") }),
            ("linkage", metrics::label("linkage", activity.linkage.as_str(), language)),
            ("levels", &activity.levels.to_string()),
            ("present", &present.to_string()),
            ("audience", &activity.audience.map_or_else(|| "—".to_owned(), |audience| audience.to_string())),
            ("state", &out.words.message(&format!("state-{}", activity.state.as_str()), &[])),
        ],
    );
    let rows: Vec<Vec<String>> = activity
        .attendance
        .iter()
        .map(|attended| {
            vec![
                attended.person.to_string(),
                people.get(&attended.person).map(|person| person.name.clone()).unwrap_or_default(),
                name(&attended.unit),
                metrics::label("status", attended.status.as_str(), language).to_owned(),
                attended.made_up_on.map(|day| day.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    out.table(&["col-id", "col-person", "col-unit", "col-status", "col-made-up"], &rows);
    Ok(())
}

pub(super) async fn imports(app: &App, out: &Out<'_>, what: &Imports) -> Result<()> {
    let Imports::List = what;
    let fields: [Field<imports::store::Import>; 8] = [
        ("id", "col-id", |line| json!(line.id)),
        ("kind", "col-kind", |line| json!(line.kind)),
        ("file", "col-file", |line| json!(line.file_name)),
        ("taken", "col-taken", |line| json!(line.taken)),
        ("repeated", "col-repeated", |line| json!(line.repeated)),
        ("refused", "col-refused", |line| json!(line.refused)),
        ("recorded_at", "col-recorded", |line| json!(line.recorded_at)),
        ("undone_at", "col-undone", |line| json!(line.undone_at)),
    ];
    list::<imports::pages::Imports>(app, out, &[], &fields, EVERYTHING).await
}
