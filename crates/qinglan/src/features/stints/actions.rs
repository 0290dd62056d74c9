//! Actions on stints: enter, check, finish, return, edit, void, confirm again.

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
    people::{self, Standings},
    scope,
    themes::{self, actions::Chosen},
    units,
};
use kernel::{DayRange, GroupId, ImportId, Period, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Finish, Handed, Part, State, Stint},
    rules::{self, Key, Span, entries_of},
    store,
};

/// The reason of a stint that was replaced by an import: a message id.
pub(super) const REPLACED: &str = "stint-was-replaced";
/// The reason of a stint that was voided in a merge of two people because the other one has the same.
pub(super) const MERGED: &str = "stint-was-double";
/// The reason of a stint whose import was undone.
pub(super) const UNDONE: &str = "stint-was-undone";

/// A stint to be stored.
#[derive(Clone, Debug)]
pub(super) struct Entering {
    /// The submitted data.
    pub(super) handed: Handed,
    /// The stint that it replaces.
    pub(super) replaces: Option<RecordId>,
    /// Whether it keeps its theme, also one that has ended: what it comes from has it.
    pub(super) keeps_theme: bool,
}

/// Whether a stint is the actor's own: nobody checks these.
fn own(actor: &Actor, person: PersonId) -> bool {
    actor.person == Some(person)
}

/// Locks people until the transaction ends.
async fn hold_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let locked = people::store::lock(tx, people).await?;
    match people.iter().find(|person| !locked.contains(person)) {
        Some(missing) => Err(Refusal::new("person-unknown").with("name", missing).into()),
        None => Ok(()),
    }
}

/// Stores stints within a transaction that goes on; those of others are checked, one's own wait. The caller checks the
/// permission.
pub(super) async fn enter(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    entering: Vec<Entering>,
    import: Option<ImportId>,
) -> Result<Vec<RecordId>> {
    let today = app.today();
    entering.iter().try_for_each(|entering| rules::validate(&entering.handed, today))?;
    let people: BTreeSet<PersonId> = entering.iter().map(|entering| entering.handed.person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    hold_people(tx, &people).await?;
    let replaced: Vec<RecordId> = entering.iter().filter_map(|entering| entering.replaces).collect();
    store::lock(tx, &replaced).await?;
    let states: HashMap<RecordId, State> =
        store::by_ids(tx, &replaced).await?.into_iter().map(|stint| (stint.id, stint.state)).collect();
    store::set_void(tx, &replaced, REPLACED).await?;
    let all: Vec<&Handed> = entering.iter().map(|entering| &entering.handed).collect();
    must_know_places(tx, &all).await?;
    refuse_doubles(tx, &all, None).await?;
    let records = groups::store::new_records(tx, entering.len()).await?;
    let mut stints = Vec::with_capacity(entering.len());
    let themes: HashMap<RecordId, String> = entering
        .iter()
        .zip(&records)
        .filter(|(entering, _)| entering.keeps_theme)
        .filter_map(|(entering, id)| Some((*id, entering.handed.theme.clone()?)))
        .collect();
    for (Entering { handed, replaces, .. }, id) in entering.into_iter().zip(records) {
        let checked = !own(actor, handed.person);
        stints.push(Stint {
            id,
            person: handed.person,
            part: handed.part,
            volunteered: came_forward(&handed),
            task: handed.task,
            place: handed.place,
            place_unit: handed.place_unit,
            days: DayRange { from: handed.from, to: handed.to },
            hours: handed.hours,
            result: handed.result,
            note: handed.note,
            theme: handed.theme,
            state: if checked { State::Checked } else { State::Pending },
            reason: None,
            entered_by: actor.account,
            entered_at: actor.at.0.clone(),
            checked_by: checked.then_some(actor.account),
            checked_at: checked.then(|| actor.at.0.clone()),
            unit: UnitId(0),
            level: String::new(),
            party: String::new(),
            youth: String::new(),
            sex: String::new(),
            replaces,
            replaced_state: replaces.and_then(|id| states.get(&id).copied()),
            version: 1,
        });
    }
    let standings = Standings::read(tx, &people).await?;
    let mut stints = confirmed_as(stints, &standings)?;
    stints.sort_by_key(|stint| stint.id);
    serve_themes(tx, actor, &stints, |stint| themes.get(&stint.id).map(String::as_str)).await?;
    store::insert(tx, &stints, import).await?;
    let mut desired: Vec<Desired> = stints.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, None).await?;
    desired = replaced.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    Ok(stints.into_iter().map(|stint| stint.id).collect())
}

/// Checks the themes that stints are to serve; `kept` gives the one that a stint has already.
async fn serve_themes<'t>(
    tx: &DatabaseTransaction,
    actor: &Actor,
    stints: &'t [Stint],
    kept: impl Fn(&Stint) -> Option<&'t str>,
) -> Result<()> {
    let chosen = stints.iter().map(|stint| {
        let days = Period { from: stint.days.from, to: stint.days.to.unwrap_or(NaiveDate::MAX) };
        Chosen { code: stint.theme.as_deref(), old: kept(stint), unit: stint.unit, days }
    });
    themes::actions::choose(tx, actor, &chosen.collect::<Vec<_>>()).await
}

/// Whether the person came forward: volunteering is always so.
fn came_forward(handed: &Handed) -> bool {
    handed.volunteered || handed.part == Part::Volunteer
}

/// Refuses a place that is no unit.
async fn must_know_places(conn: &impl ConnectionTrait, all: &[&Handed]) -> Result<()> {
    let places: Vec<UnitId> = all.iter().filter_map(|handed| handed.place_unit).collect();
    let known = units::by_ids(conn, &places).await?;
    match places.iter().find(|place| known.get(place).is_none_or(|unit| unit.void)) {
        Some(missing) => Err(Refusal::new("unit-unknown").with("name", missing).into()),
        None => Ok(()),
    }
}

/// A person has a stint of the same part, name and first day once, and is placed twice at once only where that was confirmed.
/// The people are locked; `changed` is the stint that is edited.
async fn refuse_doubles(tx: &DatabaseTransaction, all: &[&Handed], changed: Option<RecordId>) -> Result<()> {
    let people: BTreeSet<PersonId> = all.iter().map(|handed| handed.person).collect();
    let live = store::of_people(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    let mut placed: HashMap<PersonId, Vec<(Span, String)>> = HashMap::new();
    for stint in live.into_iter().filter(|stint| Some(stint.id) != changed) {
        keys.insert(rules::key_of(&stint));
        if stint.part.is_placement() {
            placed.entry(stint.person).or_default().push(((stint.days.from, stint.days.to), stint.task));
        }
    }
    for handed in all {
        if !keys.insert(rules::key(handed)) {
            let refusal = Refusal::new("stint-there-already").with("task", &handed.task);
            return Err(refusal.with("day", handed.from).into());
        }
        if !handed.part.is_placement() {
            continue;
        }
        let (span, there) = ((handed.from, handed.to), placed.entry(handed.person).or_default());
        let other = there.iter().find(|(other, _)| rules::overlap(*other, span)).filter(|_| !handed.overlapping);
        if let Some(((from, _), task)) = other {
            return Err(Refusal::new("stint-overlaps").with("task", task).with("day", from).into());
        }
        there.push((span, handed.task.clone()));
    }
    Ok(())
}

/// A placement is not prolonged into another one.
async fn refuse_longer(tx: &DatabaseTransaction, before: &Stint, to: Option<NaiveDate>) -> Result<()> {
    let (was, span) = ((before.days.from, before.days.to), (before.days.from, to));
    let others = store::of_people(tx, &[before.person]).await?.into_iter();
    let mut others = others.filter(|other| other.id != before.id && other.part.is_placement());
    let newly = |other: &Stint| {
        let other = (other.days.from, other.days.to);
        rules::overlap(other, span) && !rules::overlap(other, was)
    };
    match others.find(newly).filter(|_| before.part.is_placement()) {
        Some(other) => {
            Err(Refusal::new("stint-overlaps").with("task", &other.task).with("day", other.days.from).into())
        }
        None => Ok(()),
    }
}

/// Each stint with its person's standing on the first day.
fn confirmed_as(stints: Vec<Stint>, standings: &Standings) -> Result<Vec<Stint>> {
    let confirm = |mut stint: Stint| -> Result<Stint> {
        let standing = standings
            .on(stint.person, stint.days.from, None)
            .ok_or_else(|| Refusal::new("stint-not-posted").with("day", stint.days.from))?;
        stint.unit = standing.unit;
        stint.level = standing.level;
        standing.party.clone_into(&mut stint.party);
        standing.youth.clone_into(&mut stint.youth);
        standing.sex.clone_into(&mut stint.sex);
        Ok(stint)
    };
    stints.into_iter().map(confirm).collect()
}

/// Refuses an actor who may not maintain what is recorded of a person from a day on: neither at the unit it is counted for nor in a group.
pub(crate) async fn must_keep(
    app: &App,
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (person, from): (PersonId, NaiveDate),
) -> Result<()> {
    let scope = actor.scope(Action::Lead);
    if scope.all {
        return Ok(());
    }
    let standings = Standings::read(conn, &[person]).await?;
    let place = match standings.on(person, from, None) {
        Some(standing) => scope::places::of_unit(conn, standing.unit).await?.map(|(place, _)| place),
        None => None,
    };
    if scope.covers(place) || store::led(conn, &scope.groups, [app.today(), from]).await?.contains(&person) {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// Refuses an actor who may enter a stint neither of their own nor for this person.
async fn must_enter(app: &App, conn: &impl ConnectionTrait, actor: &Actor, handed: &Handed) -> Result<()> {
    if own(actor, handed.person) {
        return Ok(());
    }
    must_keep(app, conn, actor, (handed.person, handed.from)).await
}

/// Stores a stint: the actor's own, which then waits to be checked, or that of somebody whose stints the actor maintains, which
/// is thereby checked.
pub async fn add(app: &App, actor: &Actor, handed: Handed) -> Result<RecordId> {
    must_enter(app, &app.db, actor, &handed).await?;
    let tx = db::begin(&app.db).await?;
    hold_people(&tx, &[handed.person]).await?;
    must_enter(app, &tx, actor, &handed).await?;
    let id = enter_one(app, &tx, actor, Entering { handed, replaces: None, keeps_theme: false }).await?;
    tx.commit().await?;
    Ok(id)
}

/// Stores a stint, and notes it in the log.
async fn enter_one(app: &App, tx: &DatabaseTransaction, actor: &Actor, entering: Entering) -> Result<RecordId> {
    let task = entering.handed.task.clone();
    let ids = enter(app, tx, actor, vec![entering], None).await?;
    let id = ids.first().copied().ok_or_else(|| Refusal::unknown("stint-unknown").with("id", 0))?;
    let unit = store::by_ids(tx, &[id]).await?.first().map(|stint| stint.unit);
    log::write(tx, actor, "stint-entered", Object::new("stint", id.0), unit, &[("task", &task)]).await?;
    Ok(id)
}

/// Stores the stint of somebody who was selected for something, in the transaction that selects: the caller holds the person and has checked
/// the permission. It keeps the theme of what the person was selected for. The actor's own waits to be checked, as always.
pub(crate) async fn place(app: &App, tx: &DatabaseTransaction, actor: &Actor, handed: Handed) -> Result<RecordId> {
    enter_one(app, tx, actor, Entering { handed, replaces: None, keeps_theme: true }).await
}

/// Refuses a stint that the person has already, or that places the person twice at once unless this was confirmed. The caller holds the
/// person.
pub(crate) async fn refuse_double(tx: &DatabaseTransaction, handed: &Handed) -> Result<()> {
    refuse_doubles(tx, &[handed], None).await
}

/// A stint whose row is locked, and its person before that.
async fn held(tx: &DatabaseTransaction, id: RecordId) -> Result<Stint> {
    let unknown = || Refusal::unknown("stint-unknown").with("id", id);
    let person = store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?.person;
    hold_people(tx, &[person]).await?;
    store::lock(tx, &[id]).await?;
    Ok(store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?)
}

/// Refuses a stint that was changed since the given version.
fn must_be_current(stint: &Stint, version: i64) -> Result<(), Refusal> {
    if stint.version == version { Ok(()) } else { Err(db::changed_meanwhile(&stint.task)) }
}

/// Whether the actor maintains a stint: at its unit, or in a group of its person.
pub(super) async fn keeps(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<bool> {
    let scope = actor.scope(Action::Lead);
    Ok(scope.all || store::is_within(conn, &scope, id, app.today()).await?)
}

/// The relation of an actor to a stint that the actor may see.
#[derive(Clone, Copy, Debug)]
struct Relation {
    /// It is the actor's own.
    own: bool,
    /// The actor maintains it.
    keeps: bool,
}

/// The actor's relation to a stint; one that the actor may not see is refused as unknown.
async fn relation(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<(Stint, Relation)> {
    let unknown = || Refusal::unknown("stint-unknown").with("id", id);
    let stint = store::by_ids(conn, &[id]).await?.pop().ok_or_else(unknown)?;
    if !store::is_within(conn, &actor.scope(Action::People), id, app.today()).await? {
        return Err(unknown().into());
    }
    let relation = Relation { own: own(actor, stint.person), keeps: keeps(app, conn, actor, id).await? };
    Ok((stint, relation))
}

/// Refuses what is not permitted.
fn must(permitted: bool) -> Result<()> {
    if permitted { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

fn settled(stint: &Stint) -> Refusal {
    Refusal::new("stint-settled").with("task", &stint.task)
}

/// Changes a stint that is pending or was returned; its person stays. A change hands it in again.
pub async fn edit(app: &App, actor: &Actor, id: RecordId, version: i64, handed: Handed) -> Result<()> {
    let (_, first) = relation(app, &app.db, actor, id).await?;
    must(first.own || first.keeps)?;
    rules::validate(&handed, app.today())?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.own || now.keeps)?;
    let handed = Handed { person: before.person, ..handed };
    if !now.own {
        // From another day on the stint may be counted for another unit.
        must_keep(app, &tx, actor, (handed.person, handed.from)).await?;
    }
    must_be_current(&before, version)?;
    if !before.state.is_open() {
        return Err(settled(&before).into());
    }
    must_know_places(&tx, &[&handed]).await?;
    refuse_doubles(&tx, &[&handed], Some(id)).await?;
    let after = Stint {
        part: handed.part,
        volunteered: came_forward(&handed),
        task: handed.task,
        place: handed.place,
        place_unit: handed.place_unit,
        days: DayRange { from: handed.from, to: handed.to },
        hours: handed.hours,
        result: handed.result,
        note: handed.note,
        theme: handed.theme,
        state: State::Pending,
        reason: None,
        ..before.clone()
    };
    let standings = Standings::read(&tx, &[after.person]).await?;
    for after in confirmed_as(vec![after], &standings)? {
        let kept = before.theme.as_deref().filter(|_| before.unit == after.unit);
        serve_themes(&tx, actor, std::slice::from_ref(&after), |_| kept).await?;
        store::update(&tx, &after).await?;
        let object = Object::new("stint", id.0);
        log::write(&tx, actor, "stint-edited", object, Some(after.unit), &[("task", &after.task)]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Checks a pending stint in the version that was looked at; never the actor's own.
pub async fn check(app: &App, actor: &Actor, id: RecordId, version: i64) -> Result<()> {
    must(relation(app, &app.db, actor, id).await?.1.keeps)?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.keeps)?;
    if now.own {
        return Err(Refusal::new("stint-own").into());
    }
    must_be_current(&before, version)?;
    if before.state != State::Pending {
        return Err(Refusal::new("stint-not-pending").with("task", &before.task).into());
    }
    let standings = Standings::read(&tx, &[before.person]).await?;
    for stint in confirmed_as(vec![before], &standings)? {
        store::set_stood(&tx, &[&stint]).await?;
        store::set_checked(&tx, id, actor.account, &actor.at.0).await?;
        let checked = Stint { state: State::Checked, ..stint };
        book(&tx, &app.kinds(), actor.by(), &[entries_of(&checked)], None).await?;
        let object = Object::new("stint", id.0);
        log::write(&tx, actor, "stint-checked-by", object, Some(checked.unit), &[("task", &checked.task)]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Records how a stint that isn't void ended: its last day, hours and result. By its maintainers it stays as checked as it was;
/// by the person, whose hours count only once somebody else has checked them, it is handed in again.
pub async fn finish(app: &App, actor: &Actor, id: RecordId, version: i64, finish: Finish) -> Result<()> {
    let may = |relation: Relation| relation.keeps || relation.own;
    must(may(relation(app, &app.db, actor, id).await?.1))?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(may(now))?;
    must_be_current(&before, version)?;
    if before.state == State::Void {
        return Err(settled(&before).into());
    }
    rules::validate_span((before.days.from, finish.to), app.today())?;
    rules::validate_rest(finish.hours, finish.result.as_deref())?;
    refuse_longer(&tx, &before, finish.to).await?;
    let stays = now.keeps && !now.own;
    let after = Stint {
        days: DayRange { from: before.days.from, to: finish.to },
        hours: finish.hours,
        result: finish.result,
        state: if stays { before.state } else { State::Pending },
        reason: before.reason.filter(|_| stays),
        checked_by: before.checked_by.filter(|_| stays),
        checked_at: before.checked_at.filter(|_| stays),
        ..before
    };
    settle(app, tx, actor, &after, "stint-finished-by", Reason::new(ReasonCode::Edit)).await
}

/// Why something is returned or made void: required, and not too long.
fn validate_reason(reason: &str, missing: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new(missing).into());
    }
    if reason.chars().count() > rules::NOTE {
        return Err(Refusal::new("stint-note-long").with("most", rules::NOTE).into());
    }
    Ok(reason.to_owned())
}

/// Returns a stint with a reason, so that it can be corrected and handed in again; the entries of a checked one are reversed.
pub async fn give_back(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    must(relation(app, &app.db, actor, id).await?.1.keeps)?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.keeps)?;
    if now.own {
        return Err(Refusal::new("stint-own").into());
    }
    must_be_current(&before, version)?;
    if !matches!(before.state, State::Pending | State::Checked) {
        return Err(settled(&before).into());
    }
    let reason = validate_reason(reason, "return-without-reason")?;
    let after =
        Stint { state: State::Returned, reason: Some(reason.clone()), checked_by: None, checked_at: None, ..before };
    settle(app, tx, actor, &after, "stint-returned-by", Reason { code: ReasonCode::Edit, note: Some(reason) }).await
}

/// Makes a stint void with a reason; its own person only as long as it isn't checked.
pub async fn void(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    let may = |stint: &Stint, relation: Relation| relation.keeps || (relation.own && stint.state != State::Checked);
    let (seen, first) = relation(app, &app.db, actor, id).await?;
    must(may(&seen, first))?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(may(&before, now))?;
    must_be_current(&before, version)?;
    if before.state == State::Void {
        return Err(settled(&before).into());
    }
    let reason = validate_reason(reason, "void-without-reason")?;
    let after = Stint { state: State::Void, reason: Some(reason.clone()), ..before };
    settle(app, tx, actor, &after, "stint-voided-by", Reason { code: ReasonCode::Void, note: Some(reason) }).await
}

async fn settle(
    app: &App,
    tx: db::Transaction,
    actor: &Actor,
    after: &Stint,
    what: &'static str,
    reason: Reason,
) -> Result<()> {
    store::update(&tx, after).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(after)], Some(&reason)).await?;
    let object = Object::new("stint", after.id.0);
    log::write(&tx, actor, what, object, Some(after.unit), &[("task", &after.task)]).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the stints of an undone import void; those that they replaced are restored, and confirmed with the current facts about
/// their people.
pub(super) async fn undo(app: &App, tx: &DatabaseTransaction, actor: &Actor, stints: &[Stint]) -> Result<()> {
    let people: BTreeSet<PersonId> = stints.iter().map(|stint| stint.person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    people::store::lock(tx, &people).await?;
    let replaced: Vec<(RecordId, State)> =
        stints.iter().filter_map(|stint| Some((stint.replaces?, stint.replaced_state?))).collect();
    let ids: Vec<RecordId> = stints.iter().map(|stint| stint.id).collect();
    let restored: Vec<RecordId> = replaced.iter().map(|(id, _)| *id).collect();
    store::lock(tx, &ids.iter().chain(&restored).copied().collect::<Vec<_>>()).await?;
    store::set_void(tx, &ids, UNDONE).await?;
    store::revive(tx, &replaced).await?;
    let reason = Reason::new(ReasonCode::Undo);
    let desired: Vec<Desired> = ids.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&reason)).await?;
    if replaced.is_empty() {
        return Ok(());
    }
    confirm_of_people(people::Change { app, tx, actor }, &people, &reason).await
}

/// Locks the stints of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(super) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let ids: Vec<RecordId> = store::of_people(tx, people).await?.iter().map(|stint| stint.id).collect();
    Ok(store::lock(tx, &ids).await?)
}

/// Confirms again the stints of people whose postings or states were corrected; the caller has locked them.
pub(super) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::of_people(tx, people).await?;
    if before.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(tx, people).await?;
    let after = confirmed_as(before.clone(), &standings)?;
    let changed: Vec<&Stint> =
        before.iter().zip(&after).filter(|(before, after)| before != after).map(|(_, after)| after).collect();
    store::set_stood(tx, &changed).await?;
    let desired: Vec<Desired> = after.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the stints of a person would have if these were the spans of the person's memberships.
pub(super) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let stints = store::of_people(conn, &[person]).await?;
    if stints.is_empty() {
        return Ok(Vec::new());
    }
    let mut standings = Standings::read(conn, &[person]).await?;
    standings.set_spans(person, spans);
    Ok(confirmed_as(stints, &standings)?.iter().map(entries_of).collect())
}

/// Of two people's stints: how many the first one has, and those to be voided because the other one has the same. A checked one
/// has precedence over one that isn't, then that of the survivor, then the earlier one.
pub(super) async fn doubles(
    conn: &impl ConnectionTrait,
    loser: PersonId,
    survivor: PersonId,
) -> Result<(usize, Vec<RecordId>)> {
    let mut stints = store::of_people(conn, &[loser, survivor]).await?;
    let moved = stints.iter().filter(|stint| stint.person == loser).count();
    stints.sort_by_key(|stint| (stint.state != State::Checked, stint.person != survivor, stint.id));
    let mut known: BTreeSet<(&str, String, chrono::NaiveDate)> = BTreeSet::new();
    let mut lost = Vec::new();
    for stint in &stints {
        let (_, part, task, from) = rules::key_of(stint);
        if !known.insert((part.as_str(), task, from)) {
            lost.push(stint.id);
        }
    }
    Ok((moved, lost))
}

/// Assigns a merged person's stints to the survivor; of two that are the same one stays, and the entries of the other are
/// reversed.
pub(super) async fn repoint(change: people::Change<'_>, loser: PersonId, survivor: PersonId) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let (_, lost) = doubles(tx, loser, survivor).await?;
    store::set_void(tx, &lost, MERGED).await?;
    store::repoint(tx, loser, survivor).await?;
    let desired: Vec<Desired> = lost.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Merge))).await?;
    Ok(())
}

/// The entries that every stint should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all(conn).await?.iter().map(entries_of).collect())
}
