//! Pages of rows: the list of a register's rows, one row, its form.

use std::collections::{BTreeSet, HashSet};

use axum::extract::{Path, Request, State as Extract};
use chrono::NaiveDate;
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Page, Send, Sent, Visit,
        export::{Format, export_file, must_fit},
        language::Words,
        list::order,
        rows::{COUNTED, Slice},
    },
};
use document::SheetOut;
use federation::{files, scope::places, themes};
use kernel::{FileId, GroupId, PersonId, RecordId, Refusal, UnitId};
use minijinja::{Value as Shown, context, value::Serde};
use tabular::Cell;
use web::Fields;

use super::{
    actions::{self, Seen},
    import::VALUES,
    model::{Definition, Entered, Field, FieldKind, FilledBy, Register, Row, Value},
    register_pages::{head, may_fill, shown_fields},
    rows::{Lookup, Named, Unread, cells, headings, names_in, retired, value_of, values_of},
    sessions::{Sessions, titles_in},
    store::{self, Line, ORDERS},
    uploads::{self, uploads_in},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/own-registers/{id}/rows", list),
        page("/own-registers/{id}/rows/export", export),
        page("/own-registers/{id}/rows/new", new),
        act("/own-registers/{id}/rows", enter),
        page("/own-rows/{id}", show),
        page("/own-rows/{id}/edit", edit_form),
        act("/own-rows/{id}", edit),
        act("/own-rows/{id}/void", void),
    ]
}

/// Lines on a page.
const LINES: u64 = 30;
/// How many fields the list shows.
const COLUMNS: usize = 4;

/// What was done, in words. An account may be a person's own, so it is named only to those who may see people.
pub(super) fn describe_log(words: &Words, done: Vec<store::Done>, accounts: bool) -> Vec<Shown> {
    let each = done.into_iter().map(|line| {
        let account = if accounts { line.account } else { words.message("own-hidden", &[]) };
        let args: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line.args).unwrap_or_default();
        let args: Vec<(&str, &str)> =
            args.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())).collect();
        context! { at => line.at, account, text => words.message(&format!("log-{}", line.what), &args) }
    });
    each.collect()
}

/// The query with the register among its conditions.
fn of_register(query: &Fields, id: i64) -> Fields {
    let mut pairs: Vec<(String, String)> =
        query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    pairs.retain(|(name, _)| name != "register");
    pairs.push(("register".to_owned(), id.to_string()));
    Fields::from_pairs(pairs)
}

/// Rows of a list, in its order, each with whether its people and texts may be shown: those who may see people by name where the row
/// counts, and whoever entered it.
pub(super) async fn with_rights(site: &Site, visit: &Visit, lines: &[i64]) -> Result<Vec<(Row, bool)>> {
    let ids: Vec<RecordId> = lines.iter().map(|id| RecordId(*id)).collect();
    let mut rows = store::rows_by_ids(&site.app.db, &ids).await?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.head.id));
    let unit_ids: Vec<UnitId> = rows.iter().map(|row| row.head.unit).collect::<BTreeSet<_>>().into_iter().collect();
    let scope = visit.actor.scope(Action::People);
    let mut shown: HashSet<UnitId> = HashSet::new();
    for (unit, place) in store::places_of(&site.app.db, &unit_ids).await? {
        if scope.covers(Some(place)) {
            shown.insert(unit);
        }
    }
    let each = rows.into_iter().map(|row| {
        let own = row.head.person.is_some() && row.head.person == visit.actor.person;
        let sees = scope.all
            || own
            || shown.contains(&row.head.unit)
            || row.head.group.is_some_and(|group| scope.groups.contains(&group));
        (row, sees)
    });
    Ok(each.collect())
}

fn line_of(line: &Line, (row, sees): &(Row, bool), definition: &Definition, named: &Named, words: &Words) -> Shown {
    let values: Vec<String> = definition
        .asked()
        .take(COLUMNS)
        .map(|field| match row.values.get(&field.code) {
            Some(_) if field.kind.names_people() && !sees => words.message("own-hidden", &[]),
            Some(value) => named.text(field, value, words),
            None => String::new(),
        })
        .collect();
    let who = match definition.filled_by {
        FilledBy::Units => String::new(),
        FilledBy::Groups => row.head.group.map(|group| named.group(group)).unwrap_or_default(),
        FilledBy::Persons if *sees => row.head.person.map(|person| named.person(person)).unwrap_or_default(),
        FilledBy::Persons => words.message("own-hidden", &[]),
    };
    context! {
        id => line.id, unit => line.unit.clone(), day => line.day.to_string(), who, values, void => line.void,
        until => line.until_day.map(|until| until.to_string()),
    }
}

async fn list(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    let words = site.pages.words(visit.language);
    let query = of_register(&visit.query(), id);
    let (scope, named) = (visit.actor.scope(Action::Read), visit.actor.scope(Action::People));
    let slice = Slice::from_query(&query, ORDERS, LINES).counted(COUNTED);
    let found = store::list(&site.app.db, (&scope, &named), (&query, site.app.today()), &slice).await?;
    let (total, filtered) = (found.total, found.filtered);
    let Page { rows: lines, next, query: base_query, first } = found.page(&query);
    let rows = with_rights(&site, &visit, &lines.iter().map(|line| line.id).collect::<Vec<_>>()).await?;
    let definition = &register.definition;
    let named =
        Named::load(&site.app, &visit.actor, &rows.iter().map(|(row, _)| row).collect::<Vec<_>>(), true).await?;
    let shown: Vec<Shown> =
        lines.iter().zip(&rows).map(|(line, row)| line_of(line, row, definition, &named, words)).collect();
    let columns: Vec<Shown> = definition
        .asked()
        .take(COLUMNS)
        .map(|field| context! { name => field.name.clone(), number => field.kind == FieldKind::Number })
        .collect();
    let form = visit.form(&site, &query, &Faults::new());
    let context = context! {
        form => Serde(&form), lines => shown, columns, next, query => base_query, first, filtered,
        order => order(&query, ORDERS), total => total.map(|total| total.min(COUNTED)),
        beyond => total.is_some_and(|total| total > COUNTED),
        unit_name => places::name_from_query(&site.app.db, &query).await?,
        period => query.text("period"), ..head(&site, &visit, &register, "rows").await?
    };
    visit.page(&site, "own_registers/rows.html", context)
}

async fn export(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    let words = site.pages.words(visit.language);
    let query = of_register(&visit.query(), id);
    let (scope, named) = (visit.actor.scope(Action::Read), visit.actor.scope(Action::People));
    let slice = Slice::from_query(&query, ORDERS, site.app.most_exported);
    let lines =
        store::list(&site.app.db, (&scope, &named), (&query, site.app.today()), &slice).await?.whole(&site.app)?;
    must_fit(&site.app, lines.len())?;
    let turn = site.exports.turn().await?;
    let rows = with_rights(&site, &visit, &lines.iter().map(|line| line.id).collect::<Vec<_>>()).await?;
    let named =
        Named::load(&site.app, &visit.actor, &rows.iter().map(|(row, _)| row).collect::<Vec<_>>(), true).await?;
    let definition = &register.definition;
    let former = retired(definition, &rows);
    let mut columns = headings(definition);
    let no_more = words.message("own-field-retired", &[]);
    columns.extend(former.iter().map(|field| format!("{}（{no_more}）", field.name)));
    let sheet = SheetOut {
        name: definition.name.clone(),
        title: Some(definition.name.clone()),
        columns: columns.iter().map(|heading| heading.as_str().into()).collect(),
        rows: cells(definition, &former, &rows, &named, words),
    };
    export_file(&site, &visit, ("nav-own-registers", &definition.name), Format::Xlsx, (turn, sheet)).await
}

/// A field that people or units are picked for, with what is chosen.
fn picked(form: &Fields, name: &str, named: &Named) -> Vec<(String, String)> {
    let ids = form.every(name).filter_map(|id| id.parse::<i64>().ok());
    ids.map(|id| (id.to_string(), named.person(PersonId(id)))).collect()
}

/// The files that a field has already, each with its key, its name and whether it is kept.
fn files_in(value: Option<&Value>, named: &Named, form: &Fields, name: &str) -> Vec<(String, String, bool)> {
    let Some(Value::Files(files)) = value else { return Vec::new() };
    let boxes = format!("{name}{KEPT}");
    let kept: Vec<&str> = form.every(&boxes).collect();
    let each = files.iter().filter_map(|file| {
        let key = file.to_string();
        let is_kept = kept.contains(&key.as_str());
        Some((key, named.file(*file)?.name.clone(), is_kept))
    });
    each.collect()
}

/// The names of the hidden fields that hold the people of a field for several.
pub(super) const PICKED: [&str; super::rules::MOST_FIELDS] = [
    "v1_people",
    "v2_people",
    "v3_people",
    "v4_people",
    "v5_people",
    "v6_people",
    "v7_people",
    "v8_people",
    "v9_people",
    "v10_people",
    "v11_people",
    "v12_people",
    "v13_people",
    "v14_people",
    "v15_people",
    "v16_people",
    "v17_people",
    "v18_people",
    "v19_people",
    "v20_people",
];

/// The end of the name of the boxes for the files that a field has already: `v3_kept`.
const KEPT: &str = "_kept";

/// The fields of a form with a row.
fn fields_of(words: &Words, named: &Named, row: &Row, definition: &Definition) -> Fields {
    let mut pairs: Vec<(String, String)> = vec![
        ("unit".to_owned(), named.unit(row.head.unit)),
        ("unit_id".to_owned(), row.head.unit.to_string()),
        ("day".to_owned(), row.head.day.to_string()),
        ("until".to_owned(), row.head.until.map(|until| until.to_string()).unwrap_or_default()),
    ];
    if let Some(group) = row.head.group {
        pairs.push(("group".to_owned(), named.group(group)));
        pairs.push(("group_id".to_owned(), group.to_string()));
    }
    if let Some(person) = row.head.person {
        pairs.push(("person".to_owned(), named.person(person)));
        pairs.push(("person_id".to_owned(), person.to_string()));
    }
    for (place, field) in definition.asked().enumerate() {
        let name = VALUES[place];
        let value = row.values.get(&field.code);
        match value {
            Some(Value::People(people)) if field.kind == FieldKind::Persons => {
                pairs.extend(people.iter().map(|person| (PICKED[place].to_owned(), person.to_string())));
            }
            Some(Value::People(people)) => {
                pairs.push((name.to_owned(), people.iter().map(|person| named.person(*person)).collect()));
                pairs.push((format!("{name}_id"), people.iter().map(PersonId::to_string).collect()));
            }
            Some(Value::Unit(unit)) => {
                pairs.push((name.to_owned(), named.unit(*unit)));
                pairs.push((format!("{name}_id"), unit.to_string()));
            }
            Some(Value::Group(group)) => {
                pairs.push((name.to_owned(), named.group(*group)));
                pairs.push((format!("{name}_id"), group.to_string()));
            }
            Some(Value::Activity(session)) => {
                pairs.extend(value.map(|value| (name.to_owned(), named.text(field, value, words))));
                pairs.push((format!("{name}_id"), session.to_string()));
            }
            Some(Value::Files(files)) => {
                pairs.extend(files.iter().map(|file| (format!("{name}{KEPT}"), file.to_string())));
            }
            Some(Value::Choice(code) | Value::Theme(code)) => pairs.push((name.to_owned(), code.clone())),
            Some(Value::YesNo(yes)) => pairs.push((name.to_owned(), if *yes { "yes" } else { "no" }.to_owned())),
            Some(Value::Span(from, to)) => pairs.push((name.to_owned(), format!("{from}至{to}"))),
            Some(value) => pairs.push((name.to_owned(), named.text(field, value, words))),
            None => pairs.push((name.to_owned(), String::new())),
        }
    }
    Fields::from_pairs(pairs)
}

/// The unit, group or person of a form; a member fills in for themselves.
async fn filler(
    site: &Site,
    visit: &Visit,
    register: &Register,
    fields: &Fields,
    lookup: &Lookup,
    day: NaiveDate,
    faults: &mut Faults,
) -> Result<Option<(UnitId, Option<GroupId>, Option<PersonId>)>> {
    let none = &mut std::iter::empty();
    let unread = |unread: Unread| match unread {
        Unread::Refused(refusal) => refusal,
        Unread::Asked(question) => question.text,
    };
    match register.definition.filled_by {
        FilledBy::Units => {
            let unit = match (fields.key("unit_id"), fields.some("unit")) {
                (Some(id), _) => Ok(UnitId(id)),
                (None, Some(name)) => lookup.unit(name, none).map_err(unread),
                (None, None) => visit.unit().ok_or_else(|| Refusal::new("field-missing")),
            };
            Ok(faults.take("unit", unit).map(|unit| (unit, None, None)))
        }
        FilledBy::Groups => {
            let group = match (fields.key("group_id").map(GroupId), fields.some("group")) {
                (Some(id), _) => {
                    let known = federation::groups::store::by_ids(&site.app.db, &[id]).await?.remove(&id);
                    known.map(|group| (id, group.unit)).ok_or_else(|| Refusal::new("own-group-missing"))
                }
                (None, Some(name)) => lookup.group(name, None, none).map_err(unread),
                (None, None) => Err(Refusal::new("own-group-missing")),
            };
            Ok(faults.take("group", group).map(|(group, unit)| (unit, Some(group), None)))
        }
        FilledBy::Persons => {
            let person = match (fields.key("person_id").map(PersonId), fields.some("person")) {
                (Some(id), _) => Some(id),
                (None, Some(name)) if visit.may(Action::Write) => {
                    faults.take("person", lookup.person(name, register.stored.unit, day, none).map_err(unread))
                }
                (None, _) => visit.actor.person,
            };
            let Some(person) = person else {
                if faults.is_empty() {
                    faults.add("person", Refusal::new("own-person-missing"));
                }
                return Ok(None);
            };
            let unit = faults.found("day", actions::unit_on(&site.app, person, day).await)?;
            Ok(unit.map(|unit| (unit, None, Some(person))))
        }
    }
}

/// Where the names that a form types are looked for.
async fn lookup_for(
    site: &Site,
    visit: &Visit,
    register: &Register,
    definition: &Definition,
    typed: &[Cell],
    more: Option<&str>,
) -> Result<Lookup> {
    let (db, today) = (&site.app.db, site.app.today());
    let codes: Vec<&str> = definition.asked().map(|field| field.code.as_str()).collect();
    let cells = |field: &Field| {
        let place = codes.iter().position(|code| *code == field.code);
        place.and_then(|place| typed.get(place)).into_iter().collect()
    };
    let mut names = names_in(definition, cells);
    names.extend(more.map(str::to_owned));
    let known = match Sessions::of(&site.app) {
        Some(sessions) => sessions.titled(db, &visit.actor.scope(Action::Read), titles_in(definition, cells)).await?,
        None => Vec::new(),
    };
    Ok(Lookup::load(db, register.stored.unit, (today, today), names).await?.with_sessions(known))
}

/// The row in a form of a definition.
async fn read(
    site: &Site,
    visit: &Visit,
    register: &Register,
    definition: &Definition,
    fields: &Fields,
) -> FormResult<Entered> {
    let mut faults = Faults::new();
    let day = faults.need("day", fields.day("day"));
    let until = if definition.lasts { faults.take("until", fields.day("until")).flatten() } else { None };
    let Some(day) = day else { return Err(faults.into()) };
    let typed: Vec<Cell> = VALUES.iter().map(|name| Cell::from_text(fields.text(name))).collect();
    let lookup = lookup_for(site, visit, register, definition, &typed, fields.some("person")).await?;
    let filler = filler(site, visit, register, fields, &lookup, day, &mut faults).await?;
    let at = (filler.map_or(register.stored.unit, |(unit, ..)| unit), day);
    let values = values_of(definition, |place, field| {
        let name = VALUES[place];
        let key = fields.key(&format!("{name}_id"));
        let picked: Vec<PersonId> =
            fields.every(PICKED[place]).filter_map(|id| id.parse().ok().map(PersonId)).collect();
        Ok(match (field.kind, key) {
            (FieldKind::Unit, Some(id)) => Some(Value::Unit(UnitId(id))),
            (FieldKind::Group, Some(id)) => Some(Value::Group(GroupId(id))),
            (FieldKind::Person, Some(id)) => Some(Value::People(vec![PersonId(id)])),
            (FieldKind::Activity, Some(id)) => Some(Value::Activity(RecordId(id))),
            (FieldKind::File, _) => {
                let kept = format!("{name}{KEPT}");
                let kept: Vec<FileId> = fields.every(&kept).filter_map(|id| id.parse().ok().map(FileId)).collect();
                Some(Value::Files(kept)).filter(|value| *value != Value::Files(Vec::new()))
            }
            (FieldKind::Persons, _) if !picked.is_empty() => {
                let mut people = picked;
                // Names typed beside those picked.
                if let Some(Value::People(more)) =
                    value_of(field, &typed[place], None, &lookup, at, &mut std::iter::empty())?
                {
                    people.extend(more);
                }
                let mut seen = BTreeSet::new();
                people.retain(|person| seen.insert(*person));
                Some(Value::People(people))
            }
            _ => value_of(field, &typed[place], None, &lookup, at, &mut std::iter::empty())?,
        })
    });
    let values = match values {
        Ok(values) => values,
        Err((of_values, question)) => {
            for (place, fault) in of_values {
                faults.add(VALUES[place], fault);
            }
            if let Some(question) = question {
                faults.add("", question.text);
            }
            return Err(faults.into());
        }
    };
    let Some((unit, group, person)) = filler else { return Err(faults.into()) };
    faults.check()?;
    Ok(Entered { unit, group, person, day, until, values })
}

/// The refusals of an action that are shown beside a field of the row.
fn at_fields<T>(done: Result<T>, definition: &Definition) -> FormResult<T> {
    done.map_err(|error| match error {
        desk::error::AppError::Refused(refusal) if !refusal.is_forbidden() && !refusal.is_conflict() => {
            let code = refusal.args.iter().find(|(name, _)| name == "field").map(|(_, code)| code.clone());
            let place = code.and_then(|code| definition.asked().position(|field| field.code == code));
            let field = match (place, refusal.code.as_str()) {
                (Some(place), _) => VALUES[place],
                (None, "own-day-ahead" | "own-person-elsewhere") => "day",
                (None, "own-until-before") => "until",
                (None, "own-unit-outside" | "own-unit-closed" | "own-level-other") => "unit",
                (None, "own-group-missing") => "group",
                (None, "own-person-missing") => "person",
                _ => "",
            };
            let mut faults = Faults::new();
            faults.add(field, refusal);
            desk::ui::send::FormError::Faults(faults)
        }
        other => desk::ui::send::FormError::Other(other),
    })
}

/// The form of a row: new, or one that exists, in the form of a definition.
async fn row_form(
    site: &Site,
    visit: &Visit,
    state: &FormState,
    (register, definition, form_version): (&Register, &Definition, i64),
    old: Option<&Row>,
    to_present: bool,
) -> Answer {
    let words = site.pages.words(visit.language);
    let of_old = Named::load(&site.app, &visit.actor, &old.into_iter().collect::<Vec<_>>(), true).await?;
    let stored = old.map(|old| (fields_of(words, &of_old, old, definition), old.head.version));
    let typed = if state.fields().pairs().next().is_none() {
        stored.as_ref().map(|(fields, _)| fields)
    } else {
        Some(state.fields())
    };
    let empty = Fields::default();
    let typed = typed.unwrap_or(&empty);
    let people: Vec<PersonId> =
        PICKED.iter().flat_map(|name| typed.every(name)).filter_map(|id| id.parse().ok().map(PersonId)).collect();
    let named = Named::of_people(&site.app, &visit.actor, &people, old).await?;
    let form = match &stored {
        None => state.form(site, visit),
        Some((fields, version)) => state.form_with(site, visit, (fields, *version), |name, value| {
            let place = VALUES.iter().position(|known| *known == name);
            let picked = PICKED.contains(&name);
            let choice = place.and_then(|place| definition.asked().nth(place)).and_then(|field| {
                field.choices.iter().find(|choice| choice.code == value).map(|choice| choice.name.clone())
            });
            match value.parse::<i64>() {
                Ok(id) if picked => named.person(PersonId(id)),
                Ok(id) if name.ends_with(KEPT) => {
                    of_old.file(FileId(id)).map(|file| file.name.clone()).unwrap_or_default()
                }
                _ => choice.unwrap_or_else(|| value.to_owned()),
            }
        }),
    };
    let themes = if definition.asked().any(|field| field.kind == FieldKind::Theme) {
        let unit = typed.key("unit_id").map(UnitId).or(old.map(|old| old.head.unit)).or_else(|| visit.unit());
        let chosen = old.and_then(|old| {
            old.values.values().find_map(|value| match value {
                Value::Theme(code) => Some(code.as_str()),
                _ => None,
            })
        });
        themes::pages::choices(site, visit, unit, chosen).await?
    } else {
        Vec::new()
    };
    let fields: Vec<Shown> = shown_fields(definition, words)
        .into_iter()
        .enumerate()
        .map(|(place, mut field)| {
            field.chosen = picked(typed, PICKED[place], &named);
            if field.kind == FieldKind::Theme.as_str() {
                field.choices.clone_from(&themes);
            }
            field.files = files_in(old.and_then(|old| old.values.get(&field.code)), &of_old, typed, field.name);
            Shown::from(Serde(&field))
        })
        .collect();
    let name = &register.definition.name;
    let context = context! {
        has_files => definition.asked().any(|field| field.kind == FieldKind::File),
        form => Serde(&form), fields, row => old.map(|old| old.head.id.0), form_version, to_present,
        older => old.is_some() && form_version != register.stored.current,
        writes => visit.may(Action::Write), own => visit.actor.person.is_some(), title => name.clone(),
        ..head(site, visit, register, "rows").await?
    };
    visit.page_as(site, state.status(), "own_registers/row-form.html", context)
}

async fn new(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    if !may_fill(&visit, &register) {
        return Err(Refusal::forbidden().into());
    }
    let mut pairs = vec![("day".to_owned(), site.app.today().to_string())];
    if let (FilledBy::Units, Some(unit)) = (register.definition.filled_by, visit.unit()) {
        let name = places::name(&site.app.db, unit).await?.unwrap_or_default();
        pairs.extend([("unit".to_owned(), name), ("unit_id".to_owned(), unit.to_string())]);
    }
    if let (FilledBy::Groups, [group]) =
        (register.definition.filled_by, visit.actor.scope(Action::Lead).groups.as_slice())
    {
        let known = federation::groups::store::by_ids(&site.app.db, &[*group]).await?.remove(group);
        pairs.push(("group".to_owned(), known.map(|group| group.name).unwrap_or_default()));
        pairs.push(("group_id".to_owned(), group.to_string()));
    }
    let query = visit.query();
    for (name, value) in query.pairs().filter(|(_, value)| !value.is_empty()) {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.to_owned(), value.to_owned()));
    }
    let state = FormState::filled(Fields::from_pairs(pairs));
    row_form(&site, &visit, &state, (&register, &register.definition, register.stored.current), None, false).await
}

async fn enter(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    let register = actions::seen(&site.app, &visit.actor, id).await?;
    if !may_fill(&visit, &register) {
        return Err(Refusal::forbidden().into());
    }
    let mut handed = files::receive(&site.app, request, uploads::KINDS).await?;
    let fields = std::mem::take(&mut handed.fields);
    let enter = async |_| {
        let form = fields.key("form_version").unwrap_or(0);
        if form != register.stored.current {
            return Err(Refusal::conflict("own-form-changed").with("name", &register.definition.name).into());
        }
        let entered = read(&site, &visit, &register, &register.definition, &fields).await?;
        let day = entered.day;
        let uploads = uploads_in(&register.definition, &mut handed);
        let row = actions::enter_with(&site.app, &visit.actor, (id, form), entered, uploads).await;
        let row = at_fields(row, &register.definition)?;
        let to = if fields.text("next").is_empty() {
            format!("/own-rows/{row}")
        } else {
            format!("/own-registers/{id}/rows/new?day={day}")
        };
        Ok(Done::new(to, "own-row-entered-done"))
    };
    let page = async |state: FormState| {
        let now = actions::seen(&site.app, &visit.actor, id).await?;
        row_form(&site, &visit, &state, (&now, &now.definition, now.stored.current), None, false).await
    };
    Send::new(&site, &visit, &fields).run(enter, page).await
}

/// The links of a value: to its session, to its files.
fn links(site: &Site, words: &Words, named: &Named, row: i64, value: &Value) -> Vec<Shown> {
    match value {
        Value::Activity(session) => {
            let href = Sessions::of(&site.app).map(|sessions| (sessions.href)(*session));
            let of = named.session(*session);
            let void = of.is_some_and(|session| session.void).then(|| words.message("own-void", &[]));
            of.map(|session| context! { text => session.text(), href, beside => void }).into_iter().collect()
        }
        Value::Files(files) => {
            let each = files.iter().filter_map(|file| named.file(*file));
            let size = |size: u64| format!("{:.1} MB", (size as f64 / 1_048_576.0).max(0.1));
            let link = |file: &files::Stored| {
                let href = format!("/own-rows/{row}/files/{}", file.id);
                context! { text => file.name.clone(), href, beside => size(file.size) }
            };
            each.map(link).collect()
        }
        _ => Vec::new(),
    }
}

async fn show(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    row_page(&site, &visit, id, &FormState::opened()).await
}

async fn row_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let Seen { row, register, form } = actions::row(&site.app, &visit.actor, RecordId(id)).await?;
    let words = site.pages.words(visit.language);
    let seen = Seen { row: row.clone(), register: register.clone(), form: form.clone() };
    let changes = !row.head.void
        && register.stored.state == super::model::State::Open
        && match actions::must_change(&site.app, &visit.actor, &seen).await {
            Ok(()) => true,
            Err(desk::error::AppError::Refused(_)) => false,
            Err(other) => return Err(other),
        };
    let sees = with_rights(site, visit, &[id]).await?.first().is_some_and(|(_, sees)| *sees);
    let named = Named::load(&site.app, &visit.actor, &[&row], true).await?;
    let values: Vec<Shown> = form
        .fields
        .iter()
        .filter(|field| !field.retired || row.values.contains_key(&field.code))
        .map(|field| {
            let value = match row.values.get(&field.code) {
                Some(_) if field.kind.names_people() && !sees => words.message("own-hidden", &[]),
                Some(value) => named.text(field, value, words),
                None => String::new(),
            };
            context! {
                name => field.name.clone(), value, measure => field.measure.clone(), retired => field.retired,
                long => field.kind == FieldKind::Long,
                links => row.values.get(&field.code).filter(|_| sees || !field.kind.names_people())
                    .map(|value| links(site, words, &named, id, value)),
            }
        })
        .collect();
    let sent = state.form_with(site, visit, (&Fields::default(), row.head.version), |_, value| value.to_owned());
    let context = context! {
        row => id, unit => named.unit(row.head.unit), unit_id => row.head.unit.0,
        group => row.head.group.map(|group| named.group(group)),
        person => row.head.person.filter(|_| sees).map(|person| named.person(person)),
        day => row.head.day.to_string(), until => row.head.until.map(|until| until.to_string()), values,
        void => row.head.void, changes,
        reason => row.head.void_reason.as_ref().filter(|_| sees).map(|reason| words.message(reason, &[])),
        older => row.head.form != register.stored.current, form_name => form.name.clone(), form_version => row.head.form,
        history => describe_log(words, store::history(&site.app.db, "own_row", id).await?, sees),
        form => Serde(&sent), ..head(site, visit, &register, "rows").await?
    };
    visit.page_as(site, state.status(), "own_registers/row.html", context)
}

/// A row that the visitor may change, with the form in which it is shown: its own, or the present one.
async fn changeable(site: &Site, visit: &Visit, id: i64, to_present: bool) -> Result<(Seen, Definition, i64)> {
    let seen = actions::row(&site.app, &visit.actor, RecordId(id)).await?;
    actions::must_change(&site.app, &visit.actor, &seen).await?;
    if seen.row.head.void {
        return Err(Refusal::new("own-row-void").into());
    }
    let (definition, number) = if to_present {
        (seen.register.definition.clone(), seen.register.stored.current)
    } else {
        (seen.form.clone(), seen.row.head.form)
    };
    Ok((seen, definition, number))
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let to_present = visit.query().ticked("present");
    let (seen, definition, number) = changeable(&site, &visit, id, to_present).await?;
    let of = (&seen.register, &definition, number);
    row_form(&site, &visit, &FormState::opened(), of, Some(&seen.row), to_present).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    changeable(&site, &visit, id, false).await?;
    let mut handed = files::receive(&site.app, request, uploads::KINDS).await?;
    let fields = std::mem::take(&mut handed.fields);
    let to_present = fields.ticked("to_present");
    let (seen, definition, number) = changeable(&site, &visit, id, to_present).await?;
    let save = async |sent: Sent| {
        if fields.key("form_version") != Some(number) {
            return Err(Refusal::conflict("own-form-changed").with("name", &definition.name).into());
        }
        let entered = read(&site, &visit, &seen.register, &definition, &fields).await?;
        let uploads = uploads_in(&definition, &mut handed);
        let of = (RecordId(id), sent.version());
        let done = actions::edit_with(&site.app, &visit.actor, of, to_present, entered, uploads).await;
        at_fields(done, &definition)?;
        Ok(Done::new(format!("/own-rows/{id}"), "own-row-saved"))
    };
    let page = async |state: FormState| {
        let (now, definition, number) = changeable(&site, &visit, id, to_present).await?;
        row_form(&site, &visit, &state, (&now.register, &definition, number), Some(&now.row), to_present).await
    };
    Send::new(&site, &visit, &fields).run(save, page).await
}

async fn void(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let void = async |sent: Sent| {
        actions::void(&site.app, &visit.actor, RecordId(id), sent.version(), fields.text("reason")).await?;
        Ok(Done::new(format!("/own-rows/{id}"), "own-row-voided-done"))
    };
    let page = async |state: FormState| row_page(&site, &visit, id, &state).await;
    Send::new(&site, &visit, &fields).run(void, page).await
}
