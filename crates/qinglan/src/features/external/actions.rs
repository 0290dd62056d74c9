//! Actions on external results: submit, attest, return, edit, void, confirm again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups,
    people::{self, Standings},
    scope, settings,
    themes::{self, actions::Chosen},
};
use kernel::{ImportId, Period, PersonId, RecordId, Refusal, UnitId, last_of_month};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Earned, Handed, State},
    rules::{self, entries_of},
    store,
};

/// The reason of a result that was replaced by an import: a message id.
pub(super) const REPLACED: &str = "external-was-replaced";
/// The reason of a result that was voided in a merge of two people because of another one of the same month.
pub(super) const MERGED: &str = "external-was-double";
/// The reason of a result whose import was undone.
pub(super) const UNDONE: &str = "external-was-undone";

/// A result to be stored.
#[derive(Clone, Debug)]
pub(super) struct Entering {
    /// The submitted data.
    pub(super) handed: Handed,
    /// The result that it replaces.
    pub(super) replaces: Option<RecordId>,
}

/// Whether a result is the actor's own: nobody attests these.
fn own(actor: &Actor, person: PersonId) -> bool {
    actor.person == Some(person)
}

/// Stores results within a transaction that goes on; those of others are attested, one's own wait. The caller checks the
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
    let locked = people::store::lock(tx, &people).await?;
    if let Some(missing) = people.iter().find(|person| !locked.contains(person)) {
        return Err(Refusal::new("person-unknown").with("name", missing).into());
    }
    let replaced: Vec<RecordId> = entering.iter().filter_map(|entering| entering.replaces).collect();
    store::lock(tx, &replaced).await?;
    let states: HashMap<RecordId, State> =
        store::by_ids(tx, &replaced).await?.into_iter().map(|earned| (earned.id, earned.state)).collect();
    store::set_void(tx, &replaced, REPLACED).await?;
    let records = groups::store::new_records(tx, entering.len()).await?;
    let hour_percent = settings::store::read(tx).await?.external_percent;
    let mut results = Vec::with_capacity(entering.len());
    for (Entering { handed, replaces }, id) in entering.into_iter().zip(records) {
        let attested = !own(actor, handed.person);
        results.push(Earned {
            id,
            person: handed.person,
            platform: handed.platform,
            month: handed.month,
            day: rules::not_ahead(handed.month, today).ok().and_then(rules::first_day).unwrap_or(today),
            amounts: handed.amounts,
            note: handed.note,
            theme: handed.theme,
            state: if attested { State::Attested } else { State::HandedIn },
            reason: None,
            handed_in_by: actor.account,
            handed_in_at: actor.at.0.clone(),
            attested_by: attested.then_some(actor.account),
            attested_at: attested.then(|| actor.at.0.clone()),
            unit: UnitId(0),
            level: String::new(),
            party: String::new(),
            youth: String::new(),
            sex: String::new(),
            replaces,
            replaced_state: replaces.and_then(|id| states.get(&id).copied()),
            hour_percent,
            version: 1,
        });
    }
    refuse_doubles(tx, &results).await?;
    let standings = Standings::read(tx, &people).await?;
    let mut results = confirmed_as(results, &standings)?;
    results.sort_by_key(|earned| earned.id);
    serve_themes(tx, actor, &results, None).await?;
    store::insert(tx, &results, import).await?;
    let mut desired: Vec<Desired> = results.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, None).await?;
    desired = replaced.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    Ok(results.into_iter().map(|earned| earned.id).collect())
}

/// Checks the themes that results are to serve; `kept` is the one that a result has already. A month is enough of the theme's days.
async fn serve_themes(tx: &DatabaseTransaction, actor: &Actor, results: &[Earned], kept: Option<&str>) -> Result<()> {
    let chosen = results.iter().map(|earned| {
        let days = Period { from: earned.day, to: last_of_month(earned.day) };
        Chosen { code: earned.theme.as_deref(), old: kept, unit: earned.unit, days }
    });
    themes::actions::choose(tx, actor, &chosen.collect::<Vec<_>>()).await
}

/// A person has only one live result for a platform and month. The people are locked.
async fn refuse_doubles(tx: &DatabaseTransaction, results: &[Earned]) -> Result<()> {
    let people: BTreeSet<PersonId> = results.iter().map(|earned| earned.person).collect();
    let months = || results.iter().map(|earned| earned.month);
    let span = (months().min().unwrap_or(0), months().max().unwrap_or(0));
    let live = store::live_of(tx, &people.into_iter().collect::<Vec<_>>(), span).await?;
    let mut known: HashMap<(PersonId, &str, i64), RecordId> =
        live.iter().map(|earned| ((earned.person, earned.platform.as_str(), earned.month), earned.id)).collect();
    for earned in results {
        let other = known.insert((earned.person, earned.platform.as_str(), earned.month), earned.id);
        if other.is_some_and(|other| other != earned.id) {
            let month = rules::shown_month(earned.month);
            return Err(Refusal::new("external-there-already").with("month", month).into());
        }
    }
    Ok(())
}

/// Each person's standing in the month: on its first day, or on the first later day in the month for which something is known.
fn confirmed_as(results: Vec<Earned>, standings: &Standings) -> Result<Vec<Earned>> {
    let confirm = |mut earned: Earned| -> Result<Earned> {
        let standing = standings
            .on_or_first_until(earned.person, earned.day, last_of_month(earned.day))
            .ok_or_else(|| Refusal::new("external-not-posted").with("month", rules::shown_month(earned.month)))?;
        earned.unit = standing.unit;
        earned.level = standing.level;
        standing.party.clone_into(&mut earned.party);
        standing.youth.clone_into(&mut earned.youth);
        standing.sex.clone_into(&mut earned.sex);
        Ok(earned)
    };
    results.into_iter().map(confirm).collect()
}

/// Refuses an actor who may not maintain this person's results of a month: neither at the unit they are counted for nor in
/// a group of the person.
async fn must_keep(app: &App, conn: &impl ConnectionTrait, actor: &Actor, handed: &Handed) -> Result<()> {
    let scope = actor.scope(Action::Lead);
    if scope.all {
        return Ok(());
    }
    // A month that doesn't exist is refused only after the permission check.
    let day = rules::first_day(handed.month).unwrap_or(app.today());
    let standings = Standings::read(conn, &[handed.person]).await?;
    let standing = standings.on_or_first_until(handed.person, day, last_of_month(day));
    let place = match standing {
        Some(standing) => scope::places::of_unit(conn, standing.unit).await?.map(|(place, _)| place),
        None => None,
    };
    if scope.covers(place) || store::led(conn, &scope.groups, handed.person, [app.today(), day]).await? {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// Refuses a platform that is not in use.
async fn must_know(conn: &impl ConnectionTrait, handed: &Handed, before: Option<&str>) -> Result<()> {
    let platforms = super::PLATFORMS.in_use(conn).await?;
    if before == Some(handed.platform.as_str()) || platforms.iter().any(|platform| platform.code == handed.platform) {
        return Ok(());
    }
    Err(super::PLATFORMS.refuse(&platforms, &handed.platform).into())
}

/// Refuses an actor who may enter a result neither for themselves nor for this person.
async fn must_enter(app: &App, conn: &impl ConnectionTrait, actor: &Actor, handed: &Handed) -> Result<()> {
    if own(actor, handed.person) { Ok(()) } else { must_keep(app, conn, actor, handed).await }
}

/// Stores one result: the actor's own, which then waits for somebody to attest it, or that of somebody whose results the
/// actor maintains, which is thereby attested.
pub async fn add(app: &App, actor: &Actor, handed: Handed) -> Result<RecordId> {
    must_enter(app, &app.db, actor, &handed).await?;
    must_know(&app.db, &handed, None).await?;
    let tx = db::begin(&app.db).await?;
    people::store::lock(&tx, &[handed.person]).await?;
    must_enter(app, &tx, actor, &handed).await?;
    let month = rules::shown_month(handed.month);
    let ids = enter(app, &tx, actor, vec![Entering { handed, replaces: None }], None).await?;
    let id = ids.first().copied().ok_or_else(|| Refusal::unknown("external-unknown").with("id", 0))?;
    log::write(&tx, actor, "external-entered", Object::new("external", id.0), None, &[("month", &month)]).await?;
    tx.commit().await?;
    Ok(id)
}

/// Stores many at once, all or none.
pub async fn add_all(app: &App, actor: &Actor, handed: Vec<Handed>) -> Result<Vec<RecordId>> {
    for handed in &handed {
        must_keep(app, &app.db, actor, handed).await?;
    }
    let platforms = super::PLATFORMS.in_use(&app.db).await?;
    if let Some(unknown) = handed.iter().find(|handed| !platforms.iter().any(|known| known.code == handed.platform)) {
        return Err(super::PLATFORMS.refuse(&platforms, &unknown.platform).into());
    }
    let tx = db::begin(&app.db).await?;
    let people: BTreeSet<PersonId> = handed.iter().map(|handed| handed.person).collect();
    people::store::lock(&tx, &people.into_iter().collect::<Vec<_>>()).await?;
    for handed in &handed {
        must_keep(app, &tx, actor, handed).await?;
    }
    let entering = handed.into_iter().map(|handed| Entering { handed, replaces: None }).collect();
    let ids = enter(app, &tx, actor, entering, None).await?;
    tx.commit().await?;
    Ok(ids)
}

/// A result whose row is locked, and its person before that.
async fn held(tx: &DatabaseTransaction, id: RecordId) -> Result<Earned> {
    let unknown = || Refusal::unknown("external-unknown").with("id", id);
    let person = store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?.person;
    people::store::lock(tx, &[person]).await?;
    store::lock(tx, &[id]).await?;
    Ok(store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?)
}

/// Refuses a result that was changed since the given version.
fn must_be_current(earned: &Earned, version: i64) -> Result<(), Refusal> {
    if earned.version == version {
        return Ok(());
    }
    Err(db::changed_meanwhile(rules::shown_month(earned.month)))
}

/// Whether the actor maintains a result: at its unit, or in a group of its person.
pub(super) async fn keeps(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<bool> {
    let scope = actor.scope(Action::Lead);
    Ok(scope.all || store::within(conn, &scope, &[id], app.today()).await?.contains(&id))
}

/// The relation of an actor to a result that the actor may see.
#[derive(Clone, Copy, Debug)]
struct Relation {
    /// It is the actor's own.
    own: bool,
    /// The actor maintains it.
    keeps: bool,
}

/// The actor's relation to a result; one that the actor may not see is refused as unknown.
async fn relation(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<(Earned, Relation)> {
    let unknown = || Refusal::unknown("external-unknown").with("id", id);
    let earned = store::by_ids(conn, &[id]).await?.pop().ok_or_else(unknown)?;
    let seen = store::within(conn, &actor.scope(Action::People), &[id], app.today()).await?;
    if !seen.contains(&id) {
        return Err(unknown().into());
    }
    let relation = Relation { own: own(actor, earned.person), keeps: keeps(app, conn, actor, id).await? };
    Ok((earned, relation))
}

/// Refuses what is not permitted.
fn must(permitted: bool) -> Result<()> {
    if permitted { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// Refuses an actor who may not change a result: only its person and its maintainers may, and nobody once it is attested or
/// void.
pub(crate) async fn must_change(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<()> {
    let (earned, relation) = relation(app, conn, actor, id).await?;
    must(relation.own || relation.keeps)?;
    if matches!(earned.state, State::HandedIn | State::Returned) { Ok(()) } else { Err(settled(&earned).into()) }
}

/// Refuses an actor who may not attest these results: they must be maintained by the actor, and not be the actor's own.
async fn must_attest(app: &App, conn: &impl ConnectionTrait, actor: &Actor, ids: &[RecordId]) -> Result<()> {
    let seen = store::within(conn, &actor.scope(Action::People), ids, app.today()).await?;
    if let Some(missing) = ids.iter().find(|id| !seen.contains(id)) {
        return Err(Refusal::unknown("external-unknown").with("id", missing).into());
    }
    let maintained = store::within(conn, &actor.scope(Action::Lead), ids, app.today()).await?;
    must(ids.iter().all(|id| maintained.contains(id)))?;
    if store::by_ids(conn, ids).await?.iter().any(|earned| own(actor, earned.person)) {
        return Err(Refusal::new("external-own").into());
    }
    Ok(())
}

fn settled(earned: &Earned) -> Refusal {
    Refusal::new("external-settled").with("month", rules::shown_month(earned.month))
}

/// Changes a result that is submitted or was returned; a change by its own person submits it again.
pub async fn edit(app: &App, actor: &Actor, id: RecordId, version: i64, handed: Handed) -> Result<()> {
    let (_, first) = relation(app, &app.db, actor, id).await?;
    must(first.own || first.keeps)?;
    rules::validate(&handed, app.today())?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.own || now.keeps)?;
    if !now.own {
        // In another month the result may be counted for another unit.
        must_keep(app, &tx, actor, &Handed { person: before.person, ..handed.clone() }).await?;
    }
    must_be_current(&before, version)?;
    if !matches!(before.state, State::HandedIn | State::Returned) {
        return Err(settled(&before).into());
    }
    must_know(&tx, &handed, Some(&before.platform)).await?;
    let day = rules::first_day(handed.month).unwrap_or(before.day);
    let after = Earned {
        platform: handed.platform,
        month: handed.month,
        day,
        amounts: handed.amounts,
        note: handed.note,
        theme: handed.theme,
        state: State::HandedIn,
        reason: None,
        ..before.clone()
    };
    refuse_doubles(&tx, std::slice::from_ref(&after)).await?;
    let standings = Standings::read(&tx, &[after.person]).await?;
    for after in confirmed_as(vec![after], &standings)? {
        let kept = before.theme.as_deref().filter(|_| before.unit == after.unit);
        serve_themes(&tx, actor, std::slice::from_ref(&after), kept).await?;
        store::update(&tx, &after).await?;
        let month = rules::shown_month(after.month);
        let object = Object::new("external", id.0);
        log::write(&tx, actor, "external-edited", object, Some(after.unit), &[("month", &month)]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Attests waiting results, all or none, each in the version that was looked at; never the actor's own.
pub async fn attest(app: &App, actor: &Actor, wanted: &[(RecordId, i64)]) -> Result<usize> {
    let wanted: BTreeMap<RecordId, i64> = wanted.iter().copied().collect();
    let ids: Vec<RecordId> = wanted.keys().copied().collect();
    must_attest(app, &app.db, actor, &ids).await?;
    if ids.is_empty() {
        return Err(Refusal::new("external-none-chosen").into());
    }
    let tx = db::begin(&app.db).await?;
    let people: BTreeSet<PersonId> = store::by_ids(&tx, &ids).await?.iter().map(|earned| earned.person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    people::store::lock(&tx, &people).await?;
    store::lock(&tx, &ids).await?;
    let results = store::by_ids(&tx, &ids).await?;
    must_attest(app, &tx, actor, &ids).await?;
    for earned in &results {
        let month = rules::shown_month(earned.month);
        if wanted.get(&earned.id) != Some(&earned.version) {
            return Err(db::changed_meanwhile(month).into());
        }
        if earned.state != State::HandedIn {
            return Err(Refusal::new("external-not-waiting").with("month", month).into());
        }
    }
    let standings = Standings::read(&tx, &people).await?;
    let mut results = confirmed_as(results, &standings)?;
    store::set_stood(&tx, &results.iter().collect::<Vec<_>>()).await?;
    store::set_attested(&tx, &ids, actor.account, &actor.at.0).await?;
    for earned in &mut results {
        earned.state = State::Attested;
    }
    let desired: Vec<Desired> = results.iter().map(entries_of).collect();
    book(&tx, &app.kinds(), actor.by(), &desired, None).await?;
    for earned in &results {
        let month = rules::shown_month(earned.month);
        let object = Object::new("external", earned.id.0);
        log::write(&tx, actor, "external-attested-by", object, Some(earned.unit), &[("month", &month)]).await?;
    }
    tx.commit().await?;
    Ok(results.len())
}

/// Why something is returned or made void: required, and not too long.
fn validate_reason(reason: &str, missing: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new(missing).into());
    }
    if reason.chars().count() > rules::NOTE {
        return Err(Refusal::new("external-note-long").with("most", rules::NOTE).into());
    }
    Ok(reason.to_owned())
}

/// Returns a result with a reason, so that it can be corrected and submitted again; the entries of an attested one are
/// reversed.
pub async fn give_back(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    must(relation(app, &app.db, actor, id).await?.1.keeps)?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.keeps)?;
    if now.own {
        return Err(Refusal::new("external-own").into());
    }
    must_be_current(&before, version)?;
    if !matches!(before.state, State::HandedIn | State::Attested) {
        return Err(settled(&before).into());
    }
    let reason = validate_reason(reason, "return-without-reason")?;
    let after =
        Earned { state: State::Returned, reason: Some(reason.clone()), attested_by: None, attested_at: None, ..before };
    settle(app, tx, actor, &after, "external-returned-by", Reason { code: ReasonCode::Edit, note: Some(reason) }).await
}

/// Makes a result void with a reason; its own person only as long as it isn't attested.
pub async fn void(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    let may = |earned: &Earned, relation: Relation| relation.keeps || (relation.own && earned.state != State::Attested);
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
    let after = Earned { state: State::Void, reason: Some(reason.clone()), ..before };
    settle(app, tx, actor, &after, "external-voided-by", Reason { code: ReasonCode::Void, note: Some(reason) }).await
}

async fn settle(
    app: &App,
    tx: db::Transaction,
    actor: &Actor,
    after: &Earned,
    what: &'static str,
    reason: Reason,
) -> Result<()> {
    store::update(&tx, after).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(after)], Some(&reason)).await?;
    let month = rules::shown_month(after.month);
    let object = Object::new("external", after.id.0);
    log::write(&tx, actor, what, object, Some(after.unit), &[("month", &month)]).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the results of an undone import void; those that they replaced are restored, and confirmed with the current facts
/// about their people.
pub(super) async fn undo(app: &App, tx: &DatabaseTransaction, actor: &Actor, results: &[Earned]) -> Result<()> {
    let people: BTreeSet<PersonId> = results.iter().map(|earned| earned.person).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    people::store::lock(tx, &people).await?;
    let replaced: Vec<(RecordId, State)> =
        results.iter().filter_map(|earned| Some((earned.replaces?, earned.replaced_state?))).collect();
    let ids: Vec<RecordId> = results.iter().map(|earned| earned.id).collect();
    store::lock(tx, &ids.iter().copied().chain(replaced.iter().map(|(id, _)| *id)).collect::<Vec<_>>()).await?;
    store::set_void(tx, &ids, UNDONE).await?;
    store::revive(tx, &replaced).await?;
    let desired: Vec<Desired> = ids.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
    if replaced.is_empty() {
        return Ok(());
    }
    confirm_of_people(people::Change { app, tx, actor }, &people, &Reason::new(ReasonCode::Undo)).await
}

/// Locks the results of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(crate) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let ids: Vec<RecordId> = store::of_people(tx, people).await?.iter().map(|earned| earned.id).collect();
    Ok(store::lock(tx, &ids).await?)
}

/// Confirms again the results of people whose postings or states were corrected; the caller has locked them.
pub(crate) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::of_people(tx, people).await?;
    if before.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(tx, people).await?;
    let after = confirmed_as(before.clone(), &standings)?;
    let changed: Vec<&Earned> =
        before.iter().zip(&after).filter(|(before, after)| before != after).map(|(_, after)| after).collect();
    store::set_stood(tx, &changed).await?;
    let desired: Vec<Desired> = after.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the results of a person would have if these were the spans of the person's memberships.
pub(crate) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(kernel::GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let results = store::of_people(conn, &[person]).await?;
    if results.is_empty() {
        return Ok(Vec::new());
    }
    let mut standings = Standings::read(conn, &[person]).await?;
    standings.set_spans(person, spans);
    Ok(confirmed_as(results, &standings)?.iter().map(entries_of).collect())
}

/// Of two people's results: those to be voided in favour of the other person's for the same platform and month. An attested
/// one has precedence over one that isn't, then the larger one.
pub(crate) async fn doubles(
    conn: &impl ConnectionTrait,
    loser: PersonId,
    survivor: PersonId,
) -> Result<(usize, Vec<RecordId>)> {
    let results = store::of_people(conn, &[loser, survivor]).await?;
    let moved = results.iter().filter(|earned| earned.person == loser).count();
    let mut best: HashMap<(&str, i64), &Earned> = HashMap::new();
    let mut lost = Vec::new();
    let rank = |earned: &Earned| {
        let of = earned.amounts;
        (earned.state == State::Attested, of.points, of.minutes, of.classes, earned.person == survivor)
    };
    for earned in &results {
        let key = (earned.platform.as_str(), earned.month);
        match best.get(&key) {
            Some(other) if rank(other) >= rank(earned) => lost.push(earned.id),
            Some(other) => {
                lost.push(other.id);
                best.insert(key, earned);
            }
            None => {
                best.insert(key, earned);
            }
        }
    }
    Ok((moved, lost))
}

/// Assigns a merged person's results to the survivor; of two for the same platform and month the larger one stays. Returns
/// those that became void: the caller reverses their entries once everything is locked.
pub(crate) async fn repoint(tx: &DatabaseTransaction, loser: PersonId, survivor: PersonId) -> Result<Vec<RecordId>> {
    let (_, lost) = doubles(tx, loser, survivor).await?;
    store::set_void(tx, &lost, MERGED).await?;
    store::repoint(tx, loser, survivor).await?;
    Ok(lost)
}

/// Reverses the entries of results that a merge made void.
pub(crate) async fn take_back(change: people::Change<'_>, ids: &[RecordId]) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let desired: Vec<Desired> = ids.iter().map(|record| Desired { record: *record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Merge))).await?;
    Ok(())
}

/// The entries that every result and class should have, for `reconcile`.
pub(crate) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    let mut desired: Vec<Desired> = store::all(conn).await?.iter().map(entries_of).collect();
    desired.extend(super::classes::all_desired(conn).await?);
    Ok(desired)
}
