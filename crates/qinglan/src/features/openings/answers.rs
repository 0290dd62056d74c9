//! Actions on those who come forward: coming forward, withdrawing; selecting with a reason, telling who was not selected, taking that back;
//! beginning the work, which is a stint.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups,
    people::{self, Standings},
};
use kernel::{GroupId, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    actions::{self, must_be_open, must_write},
    model::{Candidate, Opening, Selecting, Step},
    rules::{self, entries_of_candidate},
    store,
};
use crate::features::stints;

/// The reason of a candidate who was withdrawn in a merge of two people because both came forward: a message id.
pub(super) const MERGED: &str = "candidate-was-double";

fn unknown(id: RecordId) -> Refusal {
    Refusal::unknown("candidate-unknown").with("id", id)
}

fn settled(opening: &Opening) -> Refusal {
    Refusal::new("candidate-settled").with("title", &opening.title)
}

/// Refuses an actor who is neither the person nor maintains what is recorded of the person.
async fn must_enter(app: &App, conn: &impl ConnectionTrait, actor: &Actor, person: PersonId) -> Result<()> {
    if actor.person == Some(person) {
        return Ok(());
    }
    stints::actions::must_keep(app, conn, actor, (person, app.today())).await
}

/// Locks a person until the transaction ends.
async fn hold_person(tx: &DatabaseTransaction, person: PersonId) -> Result<()> {
    if people::store::lock(tx, &[person]).await?.contains(&person) {
        return Ok(());
    }
    Err(Refusal::new("person-unknown").with("name", person).into())
}

async fn written(
    tx: &DatabaseTransaction,
    actor: &Actor,
    what: &'static str,
    (candidate, opening): (&Candidate, &Opening),
) -> Result<()> {
    let object = Object::new("candidate", candidate.id.0);
    log::write(tx, actor, what, object, Some(candidate.unit), &[("title", &opening.title)]).await
}

/// The candidates with their people's standing on the day on which they came forward.
fn confirmed_as(candidates: Vec<Candidate>, standings: &Standings) -> Result<Vec<Candidate>> {
    let confirm = |mut candidate: Candidate| -> Result<Candidate> {
        let standing = standings
            .on(candidate.person, candidate.came, None)
            .ok_or_else(|| Refusal::new("candidate-not-posted").with("day", candidate.came))?;
        candidate.unit = standing.unit;
        candidate.level = standing.level;
        standing.party.clone_into(&mut candidate.party);
        standing.youth.clone_into(&mut candidate.youth);
        standing.sex.clone_into(&mut candidate.sex);
        Ok(candidate)
    };
    candidates.into_iter().map(confirm).collect()
}

/// Somebody comes forward for an opening: the actor, or a person whose records the actor maintains. Each person once.
pub async fn come_forward(
    app: &App,
    actor: &Actor,
    opening: RecordId,
    (person, words): (PersonId, &str),
) -> Result<RecordId> {
    actions::seen(app, actor, opening).await?;
    must_enter(app, &app.db, actor, person).await?;
    let words = rules::required(words, "candidate-words")?;
    let tx = db::begin(&app.db).await?;
    hold_person(&tx, person).await?;
    must_enter(app, &tx, actor, person).await?;
    let opening = actions::held(&tx, opening).await?;
    must_be_open(&opening)?;
    if !opening.takes(app.today()) {
        return Err(Refusal::new("opening-is-over").with("closes", opening.closes).into());
    }
    if store::candidate_of(&tx, opening.id, person).await?.is_some() {
        return Err(Refusal::new("candidate-there-already").with("title", &opening.title).into());
    }
    let candidate = Candidate {
        id: groups::store::new_records(&tx, 1).await?[0],
        opening: opening.id,
        person,
        words,
        came: app.today(),
        step: Step::Waiting,
        reason: None,
        entered_by: actor.account,
        entered_at: actor.at.0.clone(),
        decided_by: None,
        decided_at: None,
        stint: None,
        part: opening.part,
        theme: opening.theme.clone(),
        unit: UnitId(0),
        level: String::new(),
        party: String::new(),
        youth: String::new(),
        sex: String::new(),
        version: 1,
    };
    let standings = Standings::read(&tx, &[person]).await?;
    let candidate = confirmed_as(vec![candidate], &standings)?.remove(0);
    if !store::stands_under(&tx, candidate.unit, opening.unit).await? {
        return Err(Refusal::new("candidate-elsewhere").with("title", &opening.title).into());
    }
    store::insert_candidate(&tx, &candidate).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of_candidate(&candidate)], None).await?;
    written(&tx, actor, "candidate-came", (&candidate, &opening)).await?;
    tx.commit().await?;
    Ok(candidate.id)
}

/// What an actor may do with a candidate whom the actor sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relation {
    /// It is the actor.
    pub(super) own: bool,
    /// The actor maintains what is recorded of the person.
    pub(super) keeps: bool,
    /// The actor may write at the unit that asks.
    pub(super) writes: bool,
}

/// A candidate whom the actor sees, with the opening; any other is refused as unknown.
pub(super) async fn seen(
    app: &App,
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: RecordId,
) -> Result<(Candidate, Opening, Relation)> {
    let candidate = store::candidate(conn, id).await?.ok_or_else(|| unknown(id))?;
    if !store::is_seen(conn, actor, id, app.today()).await? {
        return Err(unknown(id).into());
    }
    let opening = store::by_id(conn, candidate.opening).await?.ok_or_else(|| unknown(id))?;
    let relation = Relation {
        own: actor.person == Some(candidate.person),
        keeps: stints::actions::must_keep(app, conn, actor, (candidate.person, candidate.came)).await.is_ok(),
        writes: must_write(conn, actor, &opening).await.is_ok(),
    };
    Ok((candidate, opening, relation))
}

/// Refuses what is not permitted.
fn must(permitted: bool) -> Result<()> {
    if permitted { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// Holds a candidate's person, opening and row until the transaction ends.
pub(super) async fn hold(tx: &DatabaseTransaction, id: RecordId) -> Result<()> {
    let candidate = store::candidate(tx, id).await?.ok_or_else(|| unknown(id))?;
    hold_person(tx, candidate.person).await?;
    actions::held(tx, candidate.opening).await?;
    Ok(store::lock_candidates(tx, &[id]).await?)
}

/// Changes a candidate in a transaction that holds the person, the opening and the candidate, if it has the version that was read, and books
/// what follows. The stint that `make` enters is in the same transaction.
async fn change(
    app: &App,
    actor: &Actor,
    (id, version): (RecordId, i64),
    may: fn(Relation) -> bool,
    what: &'static str,
    make: impl AsyncFnOnce(&DatabaseTransaction, Candidate, &Opening) -> Result<Candidate>,
) -> Result<()> {
    must(may(seen(app, &app.db, actor, id).await?.2))?;
    let tx = db::begin(&app.db).await?;
    hold(&tx, id).await?;
    let (before, opening, relation) = seen(app, &tx, actor, id).await?;
    must(may(relation))?;
    if before.version != version {
        return Err(db::changed_meanwhile(&opening.title).into());
    }
    let after = make(&tx, before, &opening).await?;
    store::update_candidate(&tx, &after, &opening.title).await?;
    let reason = Reason::new(if after.step == Step::Withdrawn { ReasonCode::Void } else { ReasonCode::Edit });
    book(&tx, &app.kinds(), actor.by(), &[entries_of_candidate(&after)], Some(&reason)).await?;
    written(&tx, actor, what, (&after, &opening)).await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody who waits withdraws, or is withdrawn by whoever maintains the person's records.
pub async fn withdraw(app: &App, actor: &Actor, at: (RecordId, i64)) -> Result<()> {
    let make = async |_: &DatabaseTransaction, before: Candidate, opening: &Opening| {
        if before.step != Step::Waiting {
            return Err(settled(opening).into());
        }
        Ok(Candidate { step: Step::Withdrawn, ..before })
    };
    change(app, actor, at, |relation| relation.own || relation.keeps, "candidate-withdrew", make).await
}

/// Whether somebody who was selected has a stint for it; one that was made void is none.
async fn has_begun(conn: &impl ConnectionTrait, candidate: &Candidate) -> Result<bool> {
    let stint: Vec<RecordId> = candidate.stint.into_iter().collect();
    Ok(!store::live_stints(conn, &stint).await?.is_empty())
}

/// The stint of somebody in an opening.
fn stint_of(candidate: &Candidate, opening: &Opening, selecting: &Selecting) -> stints::Handed {
    stints::Handed {
        person: candidate.person,
        part: opening.part,
        volunteered: true,
        task: opening.title.clone(),
        place: opening.place.clone(),
        place_unit: opening.place_unit,
        from: selecting.from.unwrap_or(opening.days.from),
        to: opening.days.to,
        hours: None,
        result: None,
        note: None,
        theme: opening.theme.clone(),
        overlapping: selecting.overlapping,
    }
}

/// Refuses to place somebody twice at once unless this was confirmed: beside a stint, and beside what the person was selected for and has not
/// begun.
async fn refuse_double(tx: &DatabaseTransaction, handed: &stints::Handed, opening: &Opening) -> Result<()> {
    stints::actions::refuse_double(tx, handed).await?;
    if handed.overlapping || !handed.part.is_placement() {
        return Ok(());
    }
    let meets = |other: &Opening| {
        let ends = |days: &kernel::DayRange, from: NaiveDate| days.to.is_none_or(|to| from <= to);
        other.part.is_placement() && ends(&other.days, handed.from) && handed.to.is_none_or(|to| other.days.from <= to)
    };
    match store::awaited(tx, handed.person, opening.id).await?.iter().find(|other| meets(other)) {
        Some(other) => {
            Err(Refusal::new("candidate-overlaps").with("task", &other.title).with("day", other.days.from).into())
        }
        None => Ok(()),
    }
}

/// The stint of somebody who begins on a day that has come; none while that day is still to come.
async fn begin(app: &App, tx: &DatabaseTransaction, actor: &Actor, handed: stints::Handed) -> Result<Option<RecordId>> {
    if handed.from > app.today() {
        return Ok(None);
    }
    Ok(Some(stints::actions::place(app, tx, actor, handed).await?))
}

/// Selects somebody who waits, or was not selected before, with a reason. Where the day of beginning has come, the person has a stint with
/// it; otherwise that is entered on arrival. The last place is filled once: the opening is held before the places are counted.
pub async fn select(app: &App, actor: &Actor, at: (RecordId, i64), selecting: Selecting) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, before: Candidate, opening: &Opening| {
        if !matches!(before.step, Step::Waiting | Step::Declined) {
            return Err(settled(opening).into());
        }
        must_be_open(opening)?;
        let reason = rules::required(&selecting.reason, "candidate-without-reason")?;
        if store::count(tx, opening.id, Step::Selected).await? >= opening.places {
            return Err(Refusal::new("opening-full")
                .with("title", &opening.title)
                .with("places", opening.places)
                .into());
        }
        let handed = stint_of(&before, opening, &selecting);
        refuse_double(tx, &handed, opening).await?;
        let stint = begin(app, tx, actor, handed).await?;
        Ok(Candidate {
            step: Step::Selected,
            reason: Some(reason),
            decided_by: Some(actor.account),
            decided_at: Some(actor.at.0.clone()),
            stint,
            ..before
        })
    };
    change(app, actor, at, |relation| relation.writes, "candidate-selected-by", make).await
}

/// Tells somebody who waits that the person was not selected, with a word or without.
pub async fn decline(app: &App, actor: &Actor, at: (RecordId, i64), words: Option<String>) -> Result<()> {
    let make = async |_: &DatabaseTransaction, before: Candidate, opening: &Opening| {
        if before.step != Step::Waiting {
            return Err(settled(opening).into());
        }
        Ok(Candidate {
            step: Step::Declined,
            reason: rules::optional(words)?,
            decided_by: Some(actor.account),
            decided_at: Some(actor.at.0.clone()),
            ..before
        })
    };
    change(app, actor, at, |relation| relation.writes, "candidate-declined-by", make).await
}

/// Takes a selection or its refusal back, while the opening is open and the person has not begun.
pub async fn reconsider(app: &App, actor: &Actor, at: (RecordId, i64)) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, before: Candidate, opening: &Opening| {
        if !matches!(before.step, Step::Selected | Step::Declined) {
            return Err(settled(opening).into());
        }
        must_be_open(opening)?;
        if has_begun(tx, &before).await? {
            return Err(Refusal::new("candidate-begun").with("title", &opening.title).into());
        }
        Ok(Candidate { step: Step::Waiting, reason: None, decided_by: None, decided_at: None, stint: None, ..before })
    };
    change(app, actor, at, |relation| relation.writes, "candidate-reconsidered", make).await
}

/// Somebody who was selected begins the work on a day: the person has a stint from then on.
pub async fn arrive(
    app: &App,
    actor: &Actor,
    at: (RecordId, i64),
    (from, overlapping): (NaiveDate, bool),
) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, before: Candidate, opening: &Opening| {
        if before.step != Step::Selected || has_begun(tx, &before).await? {
            return Err(settled(opening).into());
        }
        let selecting = Selecting { reason: String::new(), from: Some(from), overlapping };
        let handed = stint_of(&before, opening, &selecting);
        refuse_double(tx, &handed, opening).await?;
        // A day that has not come is refused by the stint itself.
        let stint = Some(stints::actions::place(app, tx, actor, handed).await?);
        Ok(Candidate { stint, ..before })
    };
    change(app, actor, at, |relation| relation.writes, "candidate-arrived", make).await
}

/// Locks the candidates of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(super) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let ids: Vec<RecordId> = store::of_people(tx, people).await?.iter().map(|candidate| candidate.id).collect();
    Ok(store::lock_candidates(tx, &ids).await?)
}

/// Confirms again the candidates of people whose postings or states were corrected; the caller has locked them.
pub(super) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::of_people(tx, people).await?;
    if before.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(tx, people).await?;
    let after = confirmed_as(before.clone(), &standings)?;
    let changed: Vec<&Candidate> =
        before.iter().zip(&after).filter(|(before, after)| before != after).map(|(_, after)| after).collect();
    store::set_stood(tx, &changed).await?;
    let desired: Vec<Desired> = after.iter().map(entries_of_candidate).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the candidates of a person would have if these were the spans of the person's memberships.
pub(super) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let candidates = store::of_people(conn, &[person]).await?;
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let mut standings = Standings::read(conn, &[person]).await?;
    standings.set_spans(person, spans);
    Ok(confirmed_as(candidates, &standings)?.iter().map(entries_of_candidate).collect())
}

/// Of two people who came forward: how often the first one did, and those to be withdrawn because both did for one opening. One who was
/// selected has precedence, with a stint before one without, then one who waits; then that of the survivor, then the earlier one.
pub(super) async fn doubles(
    conn: &impl ConnectionTrait,
    loser: PersonId,
    survivor: PersonId,
) -> Result<(usize, Vec<RecordId>)> {
    let mut candidates = store::of_people(conn, &[loser, survivor]).await?;
    let moved = candidates.iter().filter(|candidate| candidate.person == loser).count();
    let stints: Vec<RecordId> = candidates.iter().filter_map(|candidate| candidate.stint).collect();
    let live = store::live_stints(conn, &stints).await?;
    candidates.sort_by_key(|candidate| {
        let begun = candidate.stint.is_some_and(|stint| live.contains(&stint));
        let step = match candidate.step {
            Step::Selected => 0,
            Step::Waiting => 1,
            Step::Declined | Step::Withdrawn => 2,
        };
        (step, !begun, candidate.person != survivor, candidate.id)
    });
    let mut kept: BTreeMap<RecordId, RecordId> = BTreeMap::new();
    let mut lost = Vec::new();
    for candidate in &candidates {
        if *kept.entry(candidate.opening).or_insert(candidate.id) != candidate.id {
            lost.push(candidate.id);
        }
    }
    Ok((moved, lost))
}

/// Gives a merged person's candidates to the survivor; of two for one opening one stays, and the entry of the other is reversed.
pub(super) async fn repoint(change: people::Change<'_>, loser: PersonId, survivor: PersonId) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let (_, lost) = doubles(tx, loser, survivor).await?;
    store::set_withdrawn(tx, &lost, MERGED).await?;
    store::repoint(tx, loser, survivor).await?;
    let desired: Vec<Desired> = lost.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Merge))).await?;
    Ok(())
}

/// The entries that everybody who came forward should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all_candidates(conn).await?.iter().map(entries_of_candidate).collect())
}
