//! Actions on own registers: define, change, open, close, delete; enter, change and void rows.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups,
    people::reach,
    scope::{must_openly, places},
    themes::{self, actions::Chosen},
    units,
};
use kernel::{GroupId, ImportId, Period, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Metrics, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    counted::{self, entries_of},
    fillers::Fillers,
    model::{Definition, Entered, Every, FilledBy, Register, Row, RowHead, State, Stored, Value, Values},
    owing::{self, Touched},
    rules::{self, Draft},
    sessions::Sessions,
    store,
    uploads::{self, Upload},
};

/// The reason of a row whose import was undone: a message id.
pub(super) const UNDONE: &str = "own-row-was-undone";

fn unknown(id: impl std::fmt::Display) -> Refusal {
    Refusal::unknown("own-register-unknown").with("name", id)
}

fn unknown_row(id: RecordId) -> Refusal {
    Refusal::unknown("own-row-unknown").with("id", id)
}

/// Refuses an actor who may not define registers for a unit and those under it.
pub async fn must_define(conn: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<()> {
    must_openly(conn, actor, Action::Write, unit).await
}

/// Whether the actor may define registers of a unit.
pub async fn may_define(conn: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<bool> {
    match must_define(conn, actor, unit).await {
        Ok(()) => Ok(true),
        Err(desk::error::AppError::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Those of some registers that the actor sees: defines, fills in, or whose figures the actor sees there or under it. Drafts are seen by
/// those who define them.
pub async fn seen_among(app: &App, actor: &Actor, registers: Vec<Register>) -> Result<Vec<Register>> {
    let tops: Vec<UnitId> = registers.iter().map(|register| register.stored.unit).collect();
    let spans = store::spans_of(&app.db, &tops).await?;
    let writes = actor.scope(Action::Write);
    let reads = [Action::Read, Action::Figures].map(|action| actor.scope(action));
    let led = groups::store::by_ids(&app.db, &reads[0].groups).await?;
    let mut own: Vec<UnitId> = led.into_values().map(|group| group.unit).collect();
    if let Some(person) = actor.person {
        own.extend(unit_of_person(&app.db, person, app.today()).await?);
    }
    let own: Vec<i64> = places::of_all(&app.db, &own).await?.into_iter().map(|(place, _)| place).collect();
    let sees = |register: &Register| {
        let Some((first, last)) = spans.get(&register.stored.unit).copied() else { return writes.all };
        if writes.covers(Some(first)) {
            return true;
        }
        let within = |place: &i64| (first..=last).contains(place);
        let overlaps = |(from, to): &(i64, i64)| within(from) || (*from..=*to).contains(&first);
        register.stored.state != State::Draft
            && (reads.iter().any(|scope| scope.all || scope.places.iter().any(overlaps)) || own.iter().any(within))
    };
    Ok(registers.into_iter().filter(sees).collect())
}

/// The unit that a person belongs to on a day.
async fn unit_of_person(conn: &impl ConnectionTrait, person: PersonId, day: NaiveDate) -> Result<Option<UnitId>> {
    let standings = federation::people::Standings::read(conn, &[person]).await?;
    Ok(standings.on(person, day, None).map(|standing| standing.unit))
}

/// A register that the actor sees; any other is refused as unknown.
pub async fn seen(app: &App, actor: &Actor, id: i64) -> Result<Register> {
    let register = store::by_id(&app.db, id).await?.ok_or_else(|| unknown(id))?;
    Ok(seen_among(app, actor, vec![register]).await?.pop().ok_or_else(|| unknown(id))?)
}

/// The register with a code, or a refusal that names those there are.
pub async fn by_code(app: &App, code: &str) -> Result<Register> {
    match store::by_code(&app.db, code.strip_prefix(ledger::OWN).unwrap_or(code)).await? {
        Some(register) => Ok(register),
        None => Err(unknown(code).into()),
    }
}

fn one_refusal(faults: Vec<Refusal>) -> Refusal {
    let mut faults = faults.into_iter();
    let first = faults.next().unwrap_or_else(|| Refusal::new("own-no-fields"));
    first.because(faults)
}

async fn check_levels(conn: &impl ConnectionTrait, levels: &[String]) -> Result<()> {
    let known = units::levels(conn).await?;
    match levels.iter().find(|code| known.iter().all(|level| level.code != **code)) {
        Some(code) => {
            let names: Vec<&str> = known.iter().map(|level| level.code.as_str()).collect();
            Err(Refusal::new("level-unknown").with("level", code).with("known", names.join(" ")).into())
        }
        None => Ok(()),
    }
}

/// A definition and the version of the register that it is made for.
#[derive(Clone, Debug)]
pub struct Defining {
    /// The code; it can't be changed later.
    pub code: String,
    /// The unit.
    pub unit: UnitId,
    /// The definition.
    pub draft: Draft,
}

/// Defines a register as a draft: nothing is asked of anybody yet.
pub async fn define(app: &App, actor: &Actor, defining: Defining) -> Result<i64> {
    let Defining { code, unit, draft } = defining;
    must_define(&app.db, actor, unit).await?;
    rules::check_code(&code)?;
    let definition = rules::settle(None, &draft).map_err(one_refusal)?;
    let tx = db::begin(&app.db).await?;
    must_define(&tx, actor, unit).await?;
    check_levels(&tx, &draft.levels).await?;
    let id = db::take_range(&tx, "own_register", 1).await?;
    if store::by_code(&tx, &code).await?.is_some() {
        return Err(Refusal::new("own-code-taken").with("code", code).into());
    }
    let stored = Stored { id, code, unit, state: State::Draft, current: 1, version: 1 };
    store::insert(&tx, &stored).await?;
    store::set_version(&tx, id, 1, &definition, &actor.at).await?;
    let args = [("name", definition.name.as_str())];
    log::write(&tx, actor, "own-register-defined", Object::new("own_register", id), Some(unit), &args).await?;
    tx.commit().await?;
    Ok(id)
}

/// A register whose row is locked, for an actor who may define it, at the version that was read.
async fn held(tx: &DatabaseTransaction, actor: &Actor, id: i64, version: i64) -> Result<Register> {
    store::lock(tx, id).await?;
    let register = store::by_id(tx, id).await?.ok_or_else(|| unknown(id))?;
    must_define(tx, actor, register.stored.unit).await?;
    if register.stored.version != version {
        return Err(db::changed_meanwhile(&register.definition.name).into());
    }
    Ok(register)
}

/// Saves kinds and figures of a definition.
async fn save_kinds(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    code: &str,
    definition: &Definition,
) -> Result<()> {
    let mut kinds = app.kinds().as_ref().clone();
    for kind in counted::kinds_of(code, definition) {
        kinds = kinds.save(tx, &kind, &actor.at).await?;
    }
    for metric in counted::metrics_of(code, definition) {
        Metrics::save(tx, &kinds, &metric, &actor.at).await?;
    }
    Ok(())
}

/// Changes a definition. A draft is replaced; of an open register this makes a new version, and rows keep theirs.
pub async fn revise(app: &App, actor: &Actor, id: i64, version: i64, draft: &Draft) -> Result<()> {
    let before = store::by_id(&app.db, id).await?.ok_or_else(|| unknown(id))?;
    must_define(&app.db, actor, before.stored.unit).await?;
    let tx = db::begin(&app.db).await?;
    let Register { stored, definition: former } = held(&tx, actor, id, version).await?;
    check_levels(&tx, &draft.levels).await?;
    let is_draft = stored.state == State::Draft;
    let definition = rules::settle(Some(&former).filter(|_| !is_draft), draft).map_err(one_refusal)?;
    if definition == former {
        tx.commit().await?;
        return Ok(());
    }
    let current = if is_draft { stored.current } else { stored.current + 1 };
    store::set_version(&tx, id, current, &definition, &actor.at).await?;
    let stored = Stored { current, ..stored };
    store::update(&tx, &stored, &definition.name).await?;
    if !is_draft {
        save_kinds(app, &tx, actor, &stored.code, &definition).await?;
        settle_all_of(app, &tx, actor, stored.id).await?;
    }
    let args = [("name", definition.name.as_str())];
    log::write(&tx, actor, "own-register-revised", Object::new("own_register", id), Some(stored.unit), &args).await?;
    tx.commit().await?;
    app.reload().await
}

/// Opens a draft or a closed register: from now on it takes rows, and its figures exist.
pub async fn open(app: &App, actor: &Actor, id: i64, version: i64) -> Result<()> {
    set_state(app, actor, id, version, State::Open).await
}

/// Closes a register: it takes no more rows, and those that exist count as before.
pub async fn close(app: &App, actor: &Actor, id: i64, version: i64) -> Result<()> {
    set_state(app, actor, id, version, State::Closed).await
}

async fn set_state(app: &App, actor: &Actor, id: i64, version: i64, state: State) -> Result<()> {
    let before = store::by_id(&app.db, id).await?.ok_or_else(|| unknown(id))?;
    must_define(&app.db, actor, before.stored.unit).await?;
    let tx = db::begin(&app.db).await?;
    let Register { stored, definition } = held(&tx, actor, id, version).await?;
    let from_draft = stored.state == State::Draft;
    if stored.state == state || (from_draft && state == State::Closed) {
        return Err(Refusal::new("own-state-already").with("name", &definition.name).into());
    }
    let stored = Stored { state, ..stored };
    store::update(&tx, &stored, &definition.name).await?;
    if from_draft {
        save_kinds(app, &tx, actor, &stored.code, &definition).await?;
    }
    settle_all_of(app, &tx, actor, id).await?;
    let what = if state == State::Open { "own-register-opened" } else { "own-register-closed" };
    let args = [("name", definition.name.as_str())];
    log::write(&tx, actor, what, Object::new("own_register", id), Some(stored.unit), &args).await?;
    tx.commit().await?;
    app.reload().await
}

/// Deletes a draft. A register that has been out can only be closed.
pub async fn delete(app: &App, actor: &Actor, id: i64, version: i64) -> Result<()> {
    let before = store::by_id(&app.db, id).await?.ok_or_else(|| unknown(id))?;
    must_define(&app.db, actor, before.stored.unit).await?;
    let tx = db::begin(&app.db).await?;
    let Register { stored, definition } = held(&tx, actor, id, version).await?;
    if stored.state != State::Draft {
        let code = if store::has_rows(&tx, id).await? { "own-register-has-rows" } else { "own-register-was-open" };
        return Err(Refusal::new(code).with("name", &definition.name).into());
    }
    store::delete(&tx, id).await?;
    let args = [("name", definition.name.as_str())];
    log::write(&tx, actor, "own-register-deleted", Object::new("own_register", id), Some(stored.unit), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses an actor who may not fill in a register for a unit, group or person.
async fn must_fill(conn: &impl ConnectionTrait, actor: &Actor, register: &Register, entered: &Entered) -> Result<()> {
    let allowed = match register.definition.filled_by {
        FilledBy::Persons if actor.person.is_some() && actor.person == entered.person => true,
        FilledBy::Groups => {
            let scope = actor.scope(Action::Lead);
            let place = places::of_unit(conn, entered.unit).await?.map(|(place, _)| place);
            scope.covers_record(place, entered.group)
        }
        FilledBy::Units | FilledBy::Persons => return must_openly(conn, actor, Action::Write, entered.unit).await,
    };
    if allowed { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// The unit that a person's row counts to: that of the posting on the day.
pub async fn unit_on(app: &App, person: PersonId, day: NaiveDate) -> Result<UnitId> {
    let unit = unit_of_person(&app.db, person, day).await?;
    unit.ok_or_else(|| Refusal::new("own-person-elsewhere").with("day", day).into())
}

/// The people whom some values name.
fn people_in(values: &Values) -> Vec<PersonId> {
    let people = values.values().filter_map(|value| match value {
        Value::People(people) => Some(people.iter().copied()),
        _ => None,
    });
    let mut people: Vec<PersonId> = people.flatten().collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// Locks the people of rows; somebody who doesn't exist is refused.
async fn lock_people(tx: &DatabaseTransaction, entered: &[&Entered]) -> Result<()> {
    let mut people: Vec<PersonId> = entered.iter().flat_map(|entered| people_in(&entered.values)).collect();
    people.extend(entered.iter().filter_map(|entered| entered.person));
    people.sort_unstable();
    people.dedup();
    let locked = federation::people::store::lock(tx, &people).await?;
    match people.iter().find(|person| !locked.contains(person)) {
        Some(missing) => Err(Refusal::unknown("person-unknown").with("name", missing).into()),
        None => Ok(()),
    }
}

/// Refuses a form of another version than the present one: its fields were changed meanwhile.
fn must_be_present(register: &Register, form: i64) -> Result<(), Refusal> {
    if register.stored.state != State::Open {
        return Err(Refusal::new("own-not-open").with("name", &register.definition.name));
    }
    if register.stored.current != form {
        return Err(Refusal::conflict("own-form-changed").with("name", &register.definition.name));
    }
    Ok(())
}

fn text_of_search(values: &Values) -> String {
    let texts = values.values().filter_map(|value| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// The theme that a row serves.
fn theme_of(values: &Values) -> Option<&str> {
    values.values().find_map(|value| match value {
        Value::Theme(code) => Some(code.as_str()),
        _ => None,
    })
}

/// Checks the themes that rows are to serve; `former` is the row that is changed.
async fn serve_themes(tx: &DatabaseTransaction, actor: &Actor, rows: &[Row], former: Option<&Row>) -> Result<()> {
    let former = former.and_then(|former| Some((former.head.unit, theme_of(&former.values)?)));
    let chosen = rows.iter().map(|row| Chosen {
        code: theme_of(&row.values),
        old: former.filter(|(unit, _)| *unit == row.head.unit).map(|(_, theme)| theme),
        unit: row.head.unit,
        days: Period { from: row.head.day, to: row.head.until.unwrap_or(row.head.day) },
    });
    themes::actions::choose(tx, actor, &chosen.collect::<Vec<_>>()).await
}

/// Enters rows in a transaction that goes on; the caller checks the permission.
pub(super) async fn enter_in(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    (register, form): (i64, i64),
    entered: Vec<Entered>,
    import: Option<ImportId>,
) -> Result<Vec<RecordId>> {
    // Shared with whoever enters a row meanwhile: a change of the definition waits for it.
    store::lock(tx, register).await?;
    let register = store::by_id(tx, register).await?.ok_or_else(|| unknown(register))?;
    must_be_present(&register, form)?;
    lock_people(tx, &entered.iter().collect::<Vec<_>>()).await?;
    let ids = groups::store::new_records(tx, entered.len()).await?;
    let fillers = Fillers::load(tx, &register, &entered.iter().collect::<Vec<_>>()).await?;
    let mut rows = Vec::with_capacity(entered.len());
    for (entered, id) in entered.into_iter().zip(ids) {
        rules::validate(&register.definition, &entered, None, app.today())?;
        let level = fillers.check(&register.definition, &entered, None)?;
        let head = RowHead {
            id,
            register: register.stored.id,
            form,
            unit: entered.unit,
            level,
            group: entered.group,
            person: entered.person,
            day: entered.day,
            until: entered.until,
            values_text: store::values_text(&entered.values)?,
            searched: text_of_search(&entered.values),
            void: false,
            void_reason: None,
            entered_by: actor.account,
            entered_at: actor.at.0.clone(),
            version: 1,
        };
        rows.push(Row { head, values: entered.values });
    }
    serve_themes(tx, actor, &rows, None).await?;
    store::insert_rows(tx, &rows, import).await?;
    let mut desired: Vec<Desired> =
        rows.iter().map(|row| entries_of(&register.stored.code, &register.definition, row)).collect();
    desired.extend(settle_rows(app, tx, actor, &register, &rows).await?);
    book(tx, &app.kinds(), actor.by(), &desired, None).await?;
    Ok(rows.into_iter().map(|row| row.head.id).collect())
}

/// Refuses people whom the actor may not choose: those who are neither at the row's unit nor within the actor's scope on the day, and
/// whom the row didn't name before.
async fn check_people(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    entered: &Entered,
    former: Option<&Values>,
) -> Result<()> {
    let before = former.map(people_in).unwrap_or_default();
    let mut people = people_in(&entered.values);
    people.retain(|person| !before.contains(person));
    let scope = actor.scope(Action::People);
    let reached = reach::filter_reached(conn, &scope, &[entered.unit], &people, entered.day).await?;
    match people.iter().find(|person| !reached.contains(person)) {
        Some(_) => Err(Refusal::new("own-person-unreached").with("day", entered.day).into()),
        None => Ok(()),
    }
}

/// Refuses sessions that the actor doesn't see, and that the row didn't name before.
async fn check_sessions(
    app: &App,
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (entered, former): (&Entered, Option<&Values>),
) -> Result<()> {
    let named = |(code, value): (&String, &Value)| match value {
        Value::Activity(id) if former.and_then(|former| former.get(code)) != Some(value) => Some((code.clone(), *id)),
        _ => None,
    };
    let named: Vec<(String, RecordId)> = entered.values.iter().filter_map(named).collect();
    let ids: Vec<RecordId> = named.iter().map(|(_, id)| *id).collect();
    let seen = match Sessions::of(app) {
        Some(sessions) if !ids.is_empty() => sessions.within(conn, &actor.scope(Action::Read), &ids).await?,
        _ => HashMap::new(),
    };
    match named.iter().find(|(_, id)| seen.get(id).is_none_or(|session| session.void)) {
        Some((code, _)) => Err(Refusal::new("own-activity-unseen").with("field", code).into()),
        None => Ok(()),
    }
}

/// Enters a row in the form of a version of the definition, which has to be the present one.
pub async fn enter(app: &App, actor: &Actor, register: i64, form: i64, entered: Entered) -> Result<RecordId> {
    enter_with(app, actor, (register, form), entered, Vec::new()).await
}

/// The same with files.
pub async fn enter_with(
    app: &App,
    actor: &Actor,
    (register, form): (i64, i64),
    mut entered: Entered,
    uploads: Vec<Upload>,
) -> Result<RecordId> {
    let known = seen(app, actor, register).await?;
    must_fill(&app.db, actor, &known, &entered).await?;
    let unit = entered.unit;
    let kept = uploads::keep(app, &known.definition, uploads).await?;
    let tx = db::begin(&app.db).await?;
    must_fill(&tx, actor, &known, &entered).await?;
    check_people(&tx, actor, &entered, None).await?;
    check_sessions(app, &tx, actor, (&entered, None)).await?;
    uploads::enter(&tx, actor, &mut entered, None, &kept).await?;
    let ids = enter_in(app, &tx, actor, (register, form), vec![entered], None).await?;
    let id = ids.first().copied().ok_or_else(|| unknown_row(RecordId(0)))?;
    let args = [("name", known.definition.name.as_str())];
    log::write(&tx, actor, "own-row-entered", Object::new("own_row", id.0), Some(unit), &args).await?;
    tx.commit().await?;
    Ok(id)
}

/// A row that the actor sees, with its register and the version of the definition in which it was filled in.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The row.
    pub row: Row,
    /// The register, with its present definition.
    pub register: Register,
    /// The definition in which the row was filled in.
    pub form: Definition,
}

async fn load_row(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<Seen> {
    let row = store::rows_by_ids(conn, &[id]).await?.pop().ok_or_else(|| unknown_row(id))?;
    if !store::within(conn, &actor.scope(Action::Read), id).await? {
        return Err(unknown_row(id).into());
    }
    let register = store::by_id(conn, row.head.register).await?.ok_or_else(|| unknown_row(id))?;
    let form = store::versions(conn, &[row.head.register]).await?.remove(&(row.head.register, row.head.form));
    Ok(Seen { row, register, form: form.ok_or_else(|| unknown_row(id))? })
}

/// A row that the actor sees; any other is refused as unknown.
pub async fn row(app: &App, actor: &Actor, id: RecordId) -> Result<Seen> {
    load_row(&app.db, actor, id).await
}

/// What a row says as it would be entered.
pub fn entered_of(row: &Row) -> Entered {
    Entered {
        unit: row.head.unit,
        group: row.head.group,
        person: row.head.person,
        day: row.head.day,
        until: row.head.until,
        values: row.values.clone(),
    }
}

/// Refuses an actor who may not change a row.
pub async fn must_change(app: &App, actor: &Actor, seen: &Seen) -> Result<()> {
    must_fill(&app.db, actor, &seen.register, &entered_of(&seen.row)).await
}

/// Changes a row. With `to_present` it is brought to the present form: values of fields that are asked no more stay with it, unseen.
pub async fn edit(
    app: &App,
    actor: &Actor,
    id: RecordId,
    version: i64,
    to_present: bool,
    entered: Entered,
) -> Result<()> {
    edit_with(app, actor, (id, version), to_present, entered, Vec::new()).await
}

/// The same with more files. Those that it had and names no more are given up.
pub async fn edit_with(
    app: &App,
    actor: &Actor,
    (id, version): (RecordId, i64),
    to_present: bool,
    mut entered: Entered,
    uploads: Vec<Upload>,
) -> Result<()> {
    let before = row(app, actor, id).await?;
    must_change(app, actor, &before).await?;
    must_fill(&app.db, actor, &before.register, &entered).await?;
    let shown = if to_present { &before.register.definition } else { &before.form };
    let kept = uploads::keep(app, shown, uploads).await?;
    let tx = db::begin(&app.db).await?;
    store::lock(&tx, before.row.head.register).await?;
    lock_people(&tx, &[&entered, &entered_of(&before.row)]).await?;
    store::lock_rows(&tx, &[id]).await?;
    let Seen { row: former, register, form } = load_row(&tx, actor, id).await?;
    must_fill(&tx, actor, &register, &entered_of(&former)).await?;
    must_fill(&tx, actor, &register, &entered).await?;
    if former.head.version != version {
        return Err(db::changed_meanwhile(&register.definition.name).into());
    }
    if former.head.void {
        return Err(Refusal::new("own-row-void").into());
    }
    if register.stored.state != State::Open {
        return Err(Refusal::new("own-not-open").with("name", &register.definition.name).into());
    }
    check_people(&tx, actor, &entered, Some(&former.values)).await?;
    check_sessions(app, &tx, actor, (&entered, Some(&former.values))).await?;
    uploads::enter(&tx, actor, &mut entered, Some(&former.values), &kept).await?;
    let (number, definition) =
        if to_present { (register.stored.current, &register.definition) } else { (former.head.form, &form) };
    // What the form doesn't ask stays as it was.
    for (code, value) in &former.values {
        if definition.field(code).is_some_and(|field| field.retired) {
            entered.values.entry(code.clone()).or_insert_with(|| value.clone());
        }
    }
    rules::validate(definition, &entered, Some(&former.values), app.today())?;
    let fillers = Fillers::load(&tx, &register, &[&entered]).await?;
    let level = fillers.check(&register.definition, &entered, Some(former.head.unit))?;
    let after = Row {
        head: RowHead {
            form: number,
            unit: entered.unit,
            level,
            group: entered.group,
            person: entered.person,
            day: entered.day,
            until: entered.until,
            values_text: store::values_text(&entered.values)?,
            searched: text_of_search(&entered.values),
            ..former.head.clone()
        },
        values: entered.values,
    };
    serve_themes(&tx, actor, std::slice::from_ref(&after), Some(&former)).await?;
    store::update_row(&tx, &after).await?;
    uploads::release(&tx, actor, (&former.values, &after.values)).await?;
    let mut desired = vec![entries_of(&register.stored.code, definition, &after)];
    let unit = after.head.unit;
    desired.extend(settle_rows(app, &tx, actor, &register, &[former, after]).await?);
    book(&tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    let args = [("name", register.definition.name.as_str())];
    log::write(&tx, actor, "own-row-edited", Object::new("own_row", id.0), Some(unit), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes a row void: it stays in the history with its reason, and counts no more.
pub async fn void(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    let before = row(app, actor, id).await?;
    must_change(app, actor, &before).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new("own-void-reason-missing").into());
    }
    Refusal::too_long("own-text-long", &[("reason", reason, 200)])?;
    let tx = db::begin(&app.db).await?;
    store::lock(&tx, before.row.head.register).await?;
    store::lock_rows(&tx, &[id]).await?;
    let Seen { row: former, register, .. } = load_row(&tx, actor, id).await?;
    must_fill(&tx, actor, &register, &entered_of(&former)).await?;
    if former.head.version != version {
        return Err(db::changed_meanwhile(&register.definition.name).into());
    }
    if former.head.void {
        return Err(Refusal::new("own-row-void").into());
    }
    store::set_void(&tx, &[id], reason).await?;
    let unit = former.head.unit;
    let mut desired = vec![Desired { record: id, entries: Vec::new() }];
    desired.extend(settle_rows(app, &tx, actor, &register, &[former]).await?);
    book(&tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Void))).await?;
    let args = [("name", register.definition.name.as_str())];
    log::write(&tx, actor, "own-row-voided", Object::new("own_row", id.0), Some(unit), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the rows of an undone import void.
pub(super) async fn void_in(app: &App, tx: &DatabaseTransaction, actor: &Actor, ids: &[RecordId]) -> Result<()> {
    let rows = store::rows_by_ids(tx, ids).await?;
    let registers: BTreeSet<i64> = rows.iter().map(|row| row.head.register).collect();
    for register in &registers {
        store::lock(tx, *register).await?;
    }
    store::set_void(tx, ids, UNDONE).await?;
    let mut desired: Vec<Desired> = ids.iter().map(|id| Desired { record: *id, entries: Vec::new() }).collect();
    for register in registers {
        if let Some(register) = store::by_id(tx, register).await? {
            let of_register = |row: &&Row| row.head.register == register.stored.id;
            let rows: Vec<Row> = rows.iter().filter(of_register).cloned().collect();
            desired.extend(settle_rows(app, tx, actor, &register, &rows).await?);
        }
    }
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
    Ok(())
}

/// What is owed to a register follows a change of the register itself.
async fn settle_all_of(app: &App, tx: &DatabaseTransaction, actor: &Actor, id: i64) -> Result<()> {
    if let Some(register) = store::by_id(tx, id).await? {
        let desired = owing::settle(app, tx, actor, &register, Touched::ALL).await?;
        book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    }
    Ok(())
}

/// What is owed to a register follows rows that were entered, changed or made void; returns the entries of the duties.
async fn settle_rows(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    register: &Register,
    rows: &[Row],
) -> Result<Vec<Desired>> {
    let units: BTreeSet<UnitId> = rows.iter().map(|row| row.head.unit).collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    let from = rows.iter().map(|row| row.head.day).min();
    // A row that lasts may hold in every period from its first day on.
    let last = |row: &Row| if register.definition.lasts { NaiveDate::MAX } else { row.head.day };
    let (Some(from), Some(to)) = (from, rows.iter().map(last).max()) else { return Ok(Vec::new()) };
    let touched = Touched { units: Some(&units), days: Some(Period { from, to }) };
    owing::settle(app, tx, actor, register, touched).await
}

/// Books the rows of some records anew, after people were merged.
pub(super) async fn book_again(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    ids: &[RecordId],
    reason: &Reason,
) -> Result<()> {
    let desired = desired_of(tx, store::rows_by_ids(tx, ids).await?).await?;
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

async fn desired_of(conn: &impl ConnectionTrait, rows: Vec<Row>) -> Result<Vec<Desired>> {
    let registers: HashMap<i64, Register> =
        store::all(conn).await?.into_iter().map(|register| (register.stored.id, register)).collect();
    let versions = store::versions(conn, &registers.keys().copied().collect::<Vec<_>>()).await?;
    let desired = rows.iter().filter_map(|row| {
        let register = registers.get(&row.head.register)?;
        let form = versions.get(&(row.head.register, row.head.form))?;
        Some(entries_of(&register.stored.code, form, row))
    });
    Ok(desired.collect())
}

/// The entries that all rows should have.
pub(super) async fn all_desired(app: &App) -> Result<Vec<Desired>> {
    desired_of(&app.db, store::live(&app.db).await?).await
}

/// Notes that a unit or group has nothing to enter in a period (零报告), or takes it back.
pub async fn set_nothing(
    app: &App,
    actor: &Actor,
    register: i64,
    (unit, group): (UnitId, Option<GroupId>),
    period: Period,
    nothing: bool,
) -> Result<()> {
    let known = seen(app, actor, register).await?;
    let group = group.filter(|_| known.definition.filled_by == FilledBy::Groups);
    let filling = Entered { unit, group, person: None, day: period.from, until: None, values: Values::default() };
    must_fill(&app.db, actor, &known, &filling).await?;
    if known.definition.every == Every::Happening || known.stored.state != State::Open {
        return Err(Refusal::new("own-nothing-owed").with("name", &known.definition.name).into());
    }
    let is_period = rules::period_of(known.definition.every, period.from) == Some(period);
    if !is_period || period.from > app.today() || known.definition.filled_by == FilledBy::Persons {
        return Err(Refusal::new("own-nothing-owed").with("name", &known.definition.name).into());
    }
    let tx = db::begin(&app.db).await?;
    must_fill(&tx, actor, &known, &filling).await?;
    store::lock(&tx, register).await?;
    Fillers::load(&tx, &known, &[&filling]).await?.check(&known.definition, &filling, None)?;
    if nothing {
        let by = (actor.account.0, actor.at.0.as_str());
        store::set_nothing(&tx, register, (unit, group), period, by).await?;
    } else {
        store::clear_nothing(&tx, register, (unit, group), period).await?;
    }
    if let Some(stored) = store::by_id(&tx, register).await? {
        let touched = Touched { units: Some(&[unit]), days: Some(period) };
        let desired = owing::settle(app, &tx, actor, &stored, touched).await?;
        book(&tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    }
    let what = if nothing { "own-nothing-said" } else { "own-nothing-taken-back" };
    let from = period.from.to_string();
    let args = [("name", known.definition.name.as_str()), ("from", &from)];
    log::write(&tx, actor, what, Object::new("own_register", register), Some(unit), &args).await?;
    tx.commit().await?;
    Ok(())
}
