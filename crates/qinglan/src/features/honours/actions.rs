//! Actions on honours: enter, check, return, edit, void, confirm again.

use std::collections::{BTreeSet, HashMap};

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
    settings::choices::{self, Choice},
    units,
};
use kernel::{GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{For, Handed, Honour, Recipient, State},
    rules::{self, Content, Key, entries_of},
    store,
};

/// The reason of an honour that was replaced by an import: a message id.
pub(super) const REPLACED: &str = "honour-was-replaced";
/// The reason of an honour that was voided in a merge of two people because the other one has the same.
pub(super) const MERGED: &str = "honour-was-double";
/// The reason of an honour whose import was undone.
pub(super) const UNDONE: &str = "honour-was-undone";

/// An honour to be stored.
#[derive(Clone, Debug)]
pub(super) struct Entering {
    /// The submitted data.
    pub(super) handed: Handed,
    /// The honour that it replaces.
    pub(super) replaces: Option<RecordId>,
}

/// Whether an honour is the actor's own: nobody checks these.
fn own(actor: &Actor, of: For) -> bool {
    matches!((actor.person, of), (Some(own), For::Person(person)) if own == person)
}

fn people_of<'h>(of: impl IntoIterator<Item = &'h For>) -> Vec<PersonId> {
    let people = of.into_iter().filter_map(|one| if let For::Person(person) = one { Some(*person) } else { None });
    people.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Locks recipients until the transaction ends: people first, then the units of groups and those awarded themselves.
async fn hold_recipients(tx: &DatabaseTransaction, of: &[For]) -> Result<()> {
    let people = people_of(of);
    let locked = people::store::lock(tx, &people).await?;
    if let Some(missing) = people.iter().find(|person| !locked.contains(person)) {
        return Err(Refusal::new("person-unknown").with("name", missing).into());
    }
    let ids: Vec<GroupId> =
        of.iter().filter_map(|one| if let For::Group(group) = one { Some(*group) } else { None }).collect();
    let known = groups::store::by_ids(tx, &ids).await?;
    let held = of.iter().filter_map(|one| match one {
        For::Person(_) => None,
        For::Group(group) => known.get(group).map(|group| group.unit),
        For::Unit(unit) => Some(*unit),
    });
    let held: BTreeSet<UnitId> = held.collect();
    units::store::lock(tx, &held.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}

/// Stores honours within a transaction that goes on; those of others are checked, one's own wait. The caller checks the
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
    let of: Vec<For> = entering.iter().map(|entering| entering.handed.of).collect();
    hold_recipients(tx, &of).await?;
    let replaced: Vec<RecordId> = entering.iter().filter_map(|entering| entering.replaces).collect();
    store::lock(tx, &replaced).await?;
    let states: HashMap<RecordId, State> =
        store::by_ids(tx, &replaced).await?.into_iter().map(|honour| (honour.id, honour.state)).collect();
    store::set_void(tx, &replaced, REPLACED).await?;
    let known = super::TITLE_GROUPS.all(tx).await?;
    let all: Vec<&Handed> = entering.iter().map(|entering| &entering.handed).collect();
    refuse_doubles(tx, &all, None).await?;
    let records = groups::store::new_records(tx, entering.len()).await?;
    let mut honours = Vec::with_capacity(entering.len());
    for (Entering { handed, replaces }, id) in entering.into_iter().zip(records) {
        let checked = !own(actor, handed.of);
        let title_group = title_group(&known, &handed, None)?;
        let (recipient, person, group, unit) = match handed.of {
            For::Person(person) => (Recipient::Person, Some(person), None, UnitId(0)),
            For::Group(group) => (Recipient::Group, None, Some(group), UnitId(0)),
            For::Unit(unit) => (Recipient::Unit, None, None, unit),
        };
        honours.push(Honour {
            id,
            recipient,
            person,
            group,
            unit,
            title: handed.title,
            title_group,
            level: handed.level,
            conferrer: handed.conferrer,
            day: handed.day,
            certificate: handed.certificate,
            note: handed.note,
            state: if checked { State::Checked } else { State::Pending },
            reason: None,
            entered_by: actor.account,
            entered_at: actor.at.0.clone(),
            checked_by: checked.then_some(actor.account),
            checked_at: checked.then(|| actor.at.0.clone()),
            party: String::new(),
            youth: String::new(),
            sex: String::new(),
            replaces,
            replaced_state: replaces.and_then(|id| states.get(&id).copied()),
            version: 1,
        });
    }
    let mut honours = placed(tx, honours).await?;
    honours.sort_by_key(|honour| honour.id);
    store::insert(tx, &honours, import).await?;
    let mut desired: Vec<Desired> = honours.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, None).await?;
    desired = replaced.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    Ok(honours.into_iter().map(|honour| honour.id).collect())
}

/// The title group that was chosen, else the one that the title names. One that is no longer used only stays where it is.
fn title_group(known: &[Choice], handed: &Handed, before: Option<&str>) -> Result<String, Refusal> {
    let Some(chosen) = &handed.title_group else { return Ok(rules::group_of_title(known, &handed.title).to_owned()) };
    let used = known.iter().any(|group| group.code == *chosen && (!group.retired || before == Some(chosen)));
    if used { Ok(chosen.clone()) } else { Err(super::TITLE_GROUPS.refuse(known, chosen)) }
}

/// The same title of the same recipient in the same year is asked about; with the same day, level and conferrer it is refused,
/// whatever was answered. The recipients are locked; `changed` is the honour that is edited.
async fn refuse_doubles(tx: &DatabaseTransaction, all: &[&Handed], changed: Option<RecordId>) -> Result<()> {
    let of: BTreeSet<For> = all.iter().map(|handed| handed.of).collect();
    let live = store::live_of(tx, &of.into_iter().collect::<Vec<_>>()).await?;
    let mut known: HashMap<Key, Vec<Content>> = HashMap::new();
    for there in live.iter().filter(|there| Some(there.id) != changed) {
        let key = rules::key(there.of(), &there.title, there.day);
        known.entry(key).or_default().push(rules::content_of(there));
    }
    for handed in all {
        let there = known.entry(rules::key(handed.of, &handed.title, handed.day)).or_default();
        let content = rules::content(handed);
        if there.contains(&content) {
            let refusal = Refusal::new("honour-there-already").with("title", &handed.title);
            return Err(refusal.with("day", handed.day).into());
        }
        if let Some((day, ..)) = there.first().filter(|_| !handed.another) {
            return Err(Refusal::new("honour-there-alike").with("title", &handed.title).with("day", day).into());
        }
        there.push(content);
    }
    Ok(())
}

/// Each honour with its unit and its person's standing on the day: the unit of a group, the unit itself.
async fn placed(conn: &impl ConnectionTrait, honours: Vec<Honour>) -> Result<Vec<Honour>> {
    let of_groups: Vec<GroupId> = honours.iter().filter_map(|honour| honour.group).collect();
    let groups = groups::store::by_ids(conn, &of_groups).await?;
    let of_units: Vec<UnitId> =
        honours.iter().filter(|honour| honour.recipient == Recipient::Unit).map(|honour| honour.unit).collect();
    let units = units::by_ids(conn, &of_units).await?;
    let people: Vec<PersonId> = honours.iter().filter_map(|honour| honour.person).collect();
    let standings = Standings::read(conn, &people).await?;
    let mut placed = Vec::with_capacity(honours.len());
    for mut honour in honours {
        match honour.of() {
            For::Person(_) => {}
            For::Group(id) => {
                let group = groups.get(&id).filter(|group| !group.void);
                let group = group.ok_or_else(|| Refusal::new("group-unknown").with("id", id))?;
                if group.closed_on.is_some_and(|last| last < honour.day) {
                    return Err(Refusal::new("honour-closed").with("name", &group.name).into());
                }
                honour.unit = group.unit;
            }
            For::Unit(id) => {
                let unit = units.get(&id).filter(|unit| !unit.void);
                let unit = unit.ok_or_else(|| Refusal::new("unit-unknown").with("name", id))?;
                if unit.closed_on.is_some_and(|last| last < honour.day) {
                    return Err(Refusal::new("honour-closed").with("name", &unit.name).into());
                }
            }
        }
        if honour.person.is_none() {
            for facet in [&mut honour.party, &mut honour.youth, &mut honour.sex] {
                "unknown".clone_into(facet);
            }
        }
        placed.push(honour);
    }
    confirmed_as(placed, &standings)
}

/// The honours of people with their standing on the day.
fn confirmed_as(honours: Vec<Honour>, standings: &Standings) -> Result<Vec<Honour>> {
    let confirm = |mut honour: Honour| -> Result<Honour> {
        let Some(person) = honour.person else { return Ok(honour) };
        let standing = standings
            .on(person, honour.day, None)
            .ok_or_else(|| Refusal::new("honour-not-posted").with("day", honour.day))?;
        honour.unit = standing.unit;
        standing.party.clone_into(&mut honour.party);
        standing.youth.clone_into(&mut honour.youth);
        standing.sex.clone_into(&mut honour.sex);
        Ok(honour)
    };
    honours.into_iter().map(confirm).collect()
}

/// Refuses an actor who may not maintain honours of this recipient: neither at the unit they are counted for nor in a group.
async fn must_keep(app: &App, conn: &impl ConnectionTrait, actor: &Actor, handed: &Handed) -> Result<()> {
    let scope = actor.scope(Action::Lead);
    if scope.all {
        return Ok(());
    }
    let (unit, group) = match handed.of {
        For::Person(person) => {
            let standings = Standings::read(conn, &[person]).await?;
            (standings.on(person, handed.day, None).map(|standing| standing.unit), None)
        }
        For::Group(id) => (groups::store::by_ids(conn, &[id]).await?.get(&id).map(|group| group.unit), Some(id)),
        For::Unit(unit) => (Some(unit), None),
    };
    let place = match unit {
        Some(unit) => scope::places::of_unit(conn, unit).await?.map(|(place, _)| place),
        None => None,
    };
    if scope.covers_record(place, group) {
        return Ok(());
    }
    if let For::Person(person) = handed.of
        && store::led(conn, &scope.groups, [app.today(), handed.day]).await?.contains(&person)
    {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// Refuses an actor who may enter an honour neither of their own nor for this recipient.
async fn must_enter(app: &App, conn: &impl ConnectionTrait, actor: &Actor, handed: &Handed) -> Result<()> {
    if own(actor, handed.of) { Ok(()) } else { must_keep(app, conn, actor, handed).await }
}

/// Stores an honour: the actor's own, which then waits to be checked, or that of somebody whose honours the actor maintains,
/// which is thereby checked.
pub async fn add(app: &App, actor: &Actor, handed: Handed) -> Result<RecordId> {
    must_enter(app, &app.db, actor, &handed).await?;
    let tx = db::begin(&app.db).await?;
    hold_recipients(&tx, &[handed.of]).await?;
    must_enter(app, &tx, actor, &handed).await?;
    let title = handed.title.clone();
    let ids = enter(app, &tx, actor, vec![Entering { handed, replaces: None }], None).await?;
    let id = ids.first().copied().ok_or_else(|| Refusal::unknown("honour-unknown").with("id", 0))?;
    let unit = store::by_ids(&tx, &[id]).await?.first().map(|honour| honour.unit);
    log::write(&tx, actor, "honour-entered", Object::new("honour", id.0), unit, &[("title", &title)]).await?;
    tx.commit().await?;
    Ok(id)
}

/// An honour whose row is locked, and its recipient before that.
async fn held(tx: &DatabaseTransaction, id: RecordId) -> Result<Honour> {
    let unknown = || Refusal::unknown("honour-unknown").with("id", id);
    let of = store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?.of();
    hold_recipients(tx, &[of]).await?;
    store::lock(tx, &[id]).await?;
    Ok(store::by_ids(tx, &[id]).await?.pop().ok_or_else(unknown)?)
}

/// Refuses an honour that was changed since the given version.
fn must_be_current(honour: &Honour, version: i64) -> Result<(), Refusal> {
    if honour.version == version { Ok(()) } else { Err(db::changed_meanwhile(&honour.title)) }
}

/// Whether the actor maintains an honour: at its unit, or in a group of its recipient.
pub(super) async fn keeps(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<bool> {
    let scope = actor.scope(Action::Lead);
    Ok(scope.all || store::is_within(conn, &scope, id, app.today()).await?)
}

/// The relation of an actor to an honour that the actor may see.
#[derive(Clone, Copy, Debug)]
struct Relation {
    /// It is the actor's own.
    own: bool,
    /// The actor maintains it.
    keeps: bool,
}

/// The actor's relation to an honour; one that the actor may not see is refused as unknown.
async fn relation(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<(Honour, Relation)> {
    let unknown = || Refusal::unknown("honour-unknown").with("id", id);
    let honour = store::by_ids(conn, &[id]).await?.pop().ok_or_else(unknown)?;
    if !store::is_within(conn, &actor.scope(Action::People), id, app.today()).await? {
        return Err(unknown().into());
    }
    let relation = Relation { own: own(actor, honour.of()), keeps: keeps(app, conn, actor, id).await? };
    Ok((honour, relation))
}

/// Refuses what is not permitted.
fn must(permitted: bool) -> Result<()> {
    if permitted { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// Refuses an actor who may not change an honour: only its person and its maintainers may, and nobody once it is checked or
/// void.
pub(crate) async fn must_change(app: &App, conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<()> {
    let (honour, relation) = relation(app, conn, actor, id).await?;
    must(relation.own || relation.keeps)?;
    if honour.state.is_open() { Ok(()) } else { Err(settled(&honour).into()) }
}

fn settled(honour: &Honour) -> Refusal {
    Refusal::new("honour-settled").with("title", &honour.title)
}

/// Changes an honour that is pending or was returned; its recipient stays. A change hands it in again.
pub async fn edit(app: &App, actor: &Actor, id: RecordId, version: i64, handed: Handed) -> Result<()> {
    let (_, first) = relation(app, &app.db, actor, id).await?;
    must(first.own || first.keeps)?;
    rules::validate(&handed, app.today())?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.own || now.keeps)?;
    let handed = Handed { of: before.of(), ..handed };
    if !now.own {
        // On another day the honour may be counted for another unit.
        must_keep(app, &tx, actor, &handed).await?;
    }
    must_be_current(&before, version)?;
    if !before.state.is_open() {
        return Err(settled(&before).into());
    }
    refuse_doubles(&tx, &[&handed], Some(id)).await?;
    let known = super::TITLE_GROUPS.all(&tx).await?;
    let after = Honour {
        title_group: title_group(&known, &handed, Some(&before.title_group))?,
        title: handed.title,
        level: handed.level,
        conferrer: handed.conferrer,
        day: handed.day,
        certificate: handed.certificate,
        note: handed.note,
        state: State::Pending,
        reason: None,
        ..before
    };
    for after in placed(&tx, vec![after]).await? {
        store::update(&tx, &after).await?;
        let object = Object::new("honour", id.0);
        log::write(&tx, actor, "honour-edited", object, Some(after.unit), &[("title", &after.title)]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Checks a pending honour in the version that was looked at; never the actor's own.
pub async fn check(app: &App, actor: &Actor, id: RecordId, version: i64) -> Result<()> {
    must(relation(app, &app.db, actor, id).await?.1.keeps)?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.keeps)?;
    if now.own {
        return Err(Refusal::new("honour-own").into());
    }
    must_be_current(&before, version)?;
    if before.state != State::Pending {
        return Err(Refusal::new("honour-not-pending").with("title", &before.title).into());
    }
    for honour in placed(&tx, vec![before]).await? {
        store::set_stood(&tx, &[&honour]).await?;
        store::set_checked(&tx, id, actor.account, &actor.at.0).await?;
        let checked = Honour { state: State::Checked, ..honour };
        book(&tx, &app.kinds(), actor.by(), &[entries_of(&checked)], None).await?;
        let object = Object::new("honour", id.0);
        log::write(&tx, actor, "honour-checked-by", object, Some(checked.unit), &[("title", &checked.title)]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Why something is returned or made void: required, and not too long.
fn validate_reason(reason: &str, missing: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new(missing).into());
    }
    if reason.chars().count() > rules::NOTE {
        return Err(Refusal::new("honour-note-long").with("most", rules::NOTE).into());
    }
    Ok(reason.to_owned())
}

/// Returns an honour with a reason, so that it can be corrected and handed in again; the entry of a checked one is reversed.
pub async fn give_back(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    must(relation(app, &app.db, actor, id).await?.1.keeps)?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    let (_, now) = relation(app, &tx, actor, id).await?;
    must(now.keeps)?;
    if now.own {
        return Err(Refusal::new("honour-own").into());
    }
    must_be_current(&before, version)?;
    if !matches!(before.state, State::Pending | State::Checked) {
        return Err(settled(&before).into());
    }
    let reason = validate_reason(reason, "return-without-reason")?;
    let after =
        Honour { state: State::Returned, reason: Some(reason.clone()), checked_by: None, checked_at: None, ..before };
    settle(app, tx, actor, &after, "honour-returned-by", Reason { code: ReasonCode::Edit, note: Some(reason) }).await
}

/// Makes an honour void with a reason; its own person only as long as it isn't checked.
pub async fn void(app: &App, actor: &Actor, id: RecordId, version: i64, reason: &str) -> Result<()> {
    let may = |honour: &Honour, relation: Relation| relation.keeps || (relation.own && honour.state != State::Checked);
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
    let after = Honour { state: State::Void, reason: Some(reason.clone()), ..before };
    settle(app, tx, actor, &after, "honour-voided-by", Reason { code: ReasonCode::Void, note: Some(reason) }).await
}

async fn settle(
    app: &App,
    tx: db::Transaction,
    actor: &Actor,
    after: &Honour,
    what: &'static str,
    reason: Reason,
) -> Result<()> {
    store::update(&tx, after).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(after)], Some(&reason)).await?;
    let object = Object::new("honour", after.id.0);
    log::write(&tx, actor, what, object, Some(after.unit), &[("title", &after.title)]).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the honours of an undone import void; those that they replaced are restored, and confirmed with the current facts
/// about their people.
pub(super) async fn undo(app: &App, tx: &DatabaseTransaction, actor: &Actor, honours: &[Honour]) -> Result<()> {
    let of: Vec<For> = honours.iter().map(Honour::of).collect();
    hold_recipients(tx, &of).await?;
    let replaced: Vec<(RecordId, State)> =
        honours.iter().filter_map(|honour| Some((honour.replaces?, honour.replaced_state?))).collect();
    let ids: Vec<RecordId> = honours.iter().map(|honour| honour.id).collect();
    let restored: Vec<RecordId> = replaced.iter().map(|(id, _)| *id).collect();
    store::lock(tx, &ids.iter().chain(&restored).copied().collect::<Vec<_>>()).await?;
    store::set_void(tx, &ids, UNDONE).await?;
    store::revive(tx, &replaced).await?;
    let reason = Reason::new(ReasonCode::Undo);
    let desired: Vec<Desired> = ids.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&reason)).await?;
    let restored = placed(tx, store::by_ids(tx, &restored).await?).await?;
    store::set_stood(tx, &restored.iter().collect::<Vec<_>>()).await?;
    let desired: Vec<Desired> = restored.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&reason)).await?;
    Ok(())
}

/// Locks the honours of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(super) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let ids: Vec<RecordId> = store::of_people(tx, people).await?.iter().map(|honour| honour.id).collect();
    Ok(store::lock(tx, &ids).await?)
}

/// Confirms again the honours of people whose postings or states were corrected; the caller has locked them.
pub(super) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::of_people(tx, people).await?;
    if before.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(tx, people).await?;
    let after = confirmed_as(before.clone(), &standings)?;
    let changed: Vec<&Honour> =
        before.iter().zip(&after).filter(|(before, after)| before != after).map(|(_, after)| after).collect();
    store::set_stood(tx, &changed).await?;
    let desired: Vec<Desired> = after.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the honours of a person would have if these were the spans of the person's memberships.
pub(super) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let honours = store::of_people(conn, &[person]).await?;
    if honours.is_empty() {
        return Ok(Vec::new());
    }
    let mut standings = Standings::read(conn, &[person]).await?;
    standings.set_spans(person, spans);
    Ok(confirmed_as(honours, &standings)?.iter().map(entries_of).collect())
}

/// Of two people's honours: how many the first one has, and those to be voided because the other one has the same on the same
/// day. A checked one has precedence over one that isn't, then that of the survivor, then the earlier one.
pub(super) async fn doubles(
    conn: &impl ConnectionTrait,
    loser: PersonId,
    survivor: PersonId,
) -> Result<(usize, Vec<RecordId>)> {
    let mut honours = store::of_people(conn, &[loser, survivor]).await?;
    let moved = honours.iter().filter(|honour| honour.person == Some(loser)).count();
    honours.sort_by_key(|honour| (honour.state != State::Checked, honour.person != Some(survivor), honour.id));
    let mut known = BTreeSet::new();
    let mut lost = Vec::new();
    for honour in &honours {
        let (day, level, conferrer) = rules::content_of(honour);
        if !known.insert((choices::plain(&honour.title), day, level.as_str(), conferrer)) {
            lost.push(honour.id);
        }
    }
    Ok((moved, lost))
}

/// Assigns a merged person's honours to the survivor; of two that are the same one stays, and the entries of the other are
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

/// The entries that every honour should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all(conn).await?.iter().map(entries_of).collect())
}
