//! Actions on openings: entering, changing, closing, opening again, withdrawing.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups,
    scope::{must, must_openly, places},
    themes::{
        self,
        actions::{Chosen, Sight},
    },
    units,
};
use kernel::{DayRange, Period, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Closing, Handed, Opening, State, Step},
    rules::{self, entries_of, entries_of_candidate},
    store,
};

/// What those are told who wait for an opening that is withdrawn: a message id.
pub(super) const WITHDRAWN: &str = "candidate-opening-withdrawn";

fn unknown(id: RecordId) -> Refusal {
    Refusal::unknown("opening-unknown").with("id", id)
}

/// An opening that the actor sees: of a unit that is seen, or that stands above one, or the actor came forward for it. Any other is refused as
/// unknown.
pub async fn seen(app: &App, actor: &Actor, id: RecordId) -> Result<Opening> {
    let opening = store::by_id(&app.db, id).await?.ok_or_else(|| unknown(id))?;
    if let Some(span) = places::of_unit(&app.db, opening.unit).await?
        && Sight::of(app, actor).await?.reaches(span)
    {
        return Ok(opening);
    }
    match actor.person {
        Some(person) if store::candidate_of(&app.db, id, person).await?.is_some() => Ok(opening),
        _ => Err(unknown(id).into()),
    }
}

/// Refuses an actor who may not change an opening that the actor sees.
pub(super) async fn must_write(conn: &impl ConnectionTrait, actor: &Actor, opening: &Opening) -> Result<()> {
    must_openly(conn, actor, Action::Write, opening.unit).await
}

/// An opening whose row is locked.
pub(super) async fn held(tx: &DatabaseTransaction, id: RecordId) -> Result<Opening> {
    store::lock(tx, id).await?;
    Ok(store::by_id(tx, id).await?.ok_or_else(|| unknown(id))?)
}

/// Refuses an opening that isn't open.
pub(super) fn must_be_open(opening: &Opening) -> Result<(), Refusal> {
    match opening.state {
        State::Open => Ok(()),
        State::Closed => Err(Refusal::new("opening-is-closed").with("title", &opening.title)),
        State::Withdrawn => Err(Refusal::new("opening-is-withdrawn").with("title", &opening.title)),
    }
}

/// Checks the theme that an opening is to serve; `kept` is the one that it has already.
async fn serve(tx: &DatabaseTransaction, actor: &Actor, opening: &Opening, kept: Option<&str>) -> Result<()> {
    let chosen = |days| Chosen { code: opening.theme.as_deref(), old: kept, unit: opening.unit, days };
    let days = Period { from: opening.days.from, to: opening.days.to.unwrap_or(NaiveDate::MAX) };
    // The theme doesn't end while people may come forward.
    let closes = Period { from: opening.closes, to: NaiveDate::MAX };
    themes::actions::choose(tx, actor, &[chosen(days), chosen(closes)]).await
}

/// Refuses a place that is no unit.
async fn must_know_place(conn: &impl ConnectionTrait, place: Option<UnitId>) -> Result<()> {
    let Some(place) = place else { return Ok(()) };
    match units::by_ids(conn, &[place]).await?.remove(&place).filter(|unit| !unit.void) {
        Some(_) => Ok(()),
        None => Err(Refusal::new("unit-unknown").with("name", place).into()),
    }
}

async fn written(tx: &DatabaseTransaction, actor: &Actor, what: &'static str, opening: &Opening) -> Result<()> {
    let object = Object::new("opening", opening.id.0);
    log::write(tx, actor, what, object, Some(opening.unit), &[("title", &opening.title)]).await
}

/// Enters an opening of a unit.
pub async fn add(app: &App, actor: &Actor, unit: UnitId, handed: Handed) -> Result<RecordId> {
    must(&app.db, actor, Action::Write, unit).await?;
    let handed = rules::validate(handed)?;
    rules::validate_closes(handed.closes, app.today())?;
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, unit).await?;
    units::lock(&tx, &[unit]).await?;
    let of = units::by_ids(&tx, &[unit]).await?.remove(&unit).filter(|of| !of.void);
    let of = of.ok_or_else(|| Refusal::unknown("unit-unknown").with("name", unit))?;
    if let Some(last) = of.closed_on.filter(|last| *last < app.today()) {
        return Err(Refusal::new("unit-closed-by-then").with("name", &of.name).with("last", last).into());
    }
    must_know_place(&tx, handed.place_unit).await?;
    let id = groups::store::new_records(&tx, 1).await?[0];
    let opening = Opening {
        id,
        unit,
        level: of.level.unwrap_or_else(|| "outside".to_owned()),
        part: handed.part,
        title: handed.title,
        place: handed.place,
        place_unit: handed.place_unit,
        places: handed.places,
        needs: handed.needs,
        days: DayRange { from: handed.from, to: handed.to },
        contact: handed.contact,
        closes: handed.closes,
        theme: handed.theme,
        state: State::Open,
        reason: None,
        opened_on: app.today(),
        opened_by: actor.account,
        version: 1,
    };
    serve(&tx, actor, &opening, None).await?;
    store::insert(&tx, &opening).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&opening)], None).await?;
    written(&tx, actor, "opening-added", &opening).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes an opening in a transaction that holds it, if it has the version that was read, and books what follows. `make` may lock and
/// change those who came forward for it.
async fn change(
    app: &App,
    actor: &Actor,
    (id, version): (RecordId, i64),
    (what, code): (&'static str, ReasonCode),
    make: impl AsyncFnOnce(&DatabaseTransaction, Opening) -> Result<(Opening, Vec<Desired>)>,
) -> Result<()> {
    let before = seen(app, actor, id).await?;
    must_write(&app.db, actor, &before).await?;
    let tx = db::begin(&app.db).await?;
    let before = held(&tx, id).await?;
    must_write(&tx, actor, &before).await?;
    if before.version != version {
        return Err(db::changed_meanwhile(&before.title).into());
    }
    let (after, mut desired) = make(&tx, before).await?;
    store::update(&tx, &after).await?;
    desired.push(entries_of(&after));
    let reason = Reason { code, note: after.reason.clone() };
    book(&tx, &app.kinds(), actor.by(), &desired, Some(&reason)).await?;
    written(&tx, actor, what, &after).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes an open opening; those who came forward stay.
pub async fn edit(app: &App, actor: &Actor, at: (RecordId, i64), handed: Handed) -> Result<()> {
    let today = app.today();
    let make = async |tx: &DatabaseTransaction, before: Opening| {
        must_be_open(&before)?;
        let handed = rules::validate(handed)?;
        if handed.closes != before.closes {
            rules::validate_closes(handed.closes, today)?;
        }
        let selected = store::count(tx, before.id, Step::Selected).await?;
        if handed.places < selected {
            return Err(Refusal::new("opening-places-taken").with("count", selected).into());
        }
        must_know_place(tx, handed.place_unit).await?;
        let kept = before.theme.clone();
        let after = Opening {
            part: handed.part,
            title: handed.title,
            place: handed.place,
            place_unit: handed.place_unit,
            places: handed.places,
            needs: handed.needs,
            days: DayRange { from: handed.from, to: handed.to },
            contact: handed.contact,
            closes: handed.closes,
            theme: handed.theme,
            ..before
        };
        serve(tx, actor, &after, kept.as_deref()).await?;
        let candidates = store::candidates_of(tx, after.id).await?;
        let ids: Vec<RecordId> = candidates.iter().map(|candidate| candidate.id).collect();
        store::lock_candidates(tx, &ids).await?;
        store::set_facets(tx, &after).await?;
        let candidates = store::candidates_of(tx, after.id).await?;
        Ok((after, candidates.iter().map(entries_of_candidate).collect()))
    };
    change(app, actor, at, ("opening-changed", ReasonCode::Edit), make).await
}

/// Closes an opening: nobody may still wait, unless they are told with it that they were not selected.
pub async fn close(app: &App, actor: &Actor, at: (RecordId, i64), closing: Closing) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, before: Opening| {
        must_be_open(&before)?;
        let words = rules::optional(closing.words)?;
        let waiting = store::count(tx, before.id, Step::Waiting).await?;
        if waiting > 0 && !closing.declines {
            return Err(Refusal::new("opening-unanswered").with("count", waiting).into());
        }
        store::decline_waiting(tx, actor, before.id, words.as_deref()).await?;
        Ok((Opening { state: State::Closed, ..before }, Vec::new()))
    };
    change(app, actor, at, ("opening-closed", ReasonCode::Edit), make).await
}

/// Opens an opening again, until a day: one that was closed, or withdrawn by mistake.
pub async fn reopen(app: &App, actor: &Actor, at: (RecordId, i64), closes: NaiveDate) -> Result<()> {
    let today = app.today();
    let make = async |tx: &DatabaseTransaction, before: Opening| {
        if before.state == State::Open {
            return Err(Refusal::new("opening-is-open").with("title", &before.title).into());
        }
        rules::validate_closes(closes, today)?;
        if let Some(to) = before.days.to.filter(|to| *to < closes) {
            return Err(Refusal::new("opening-closes-late").with("closes", closes).with("to", to).into());
        }
        let after = Opening { state: State::Open, reason: None, closes, ..before };
        serve(tx, actor, &after, None).await?;
        Ok((after, Vec::new()))
    };
    change(app, actor, at, ("opening-reopened", ReasonCode::Edit), make).await
}

/// Withdraws an opening with a reason: it counts no more. Refused once somebody was selected; those who wait are told.
pub async fn withdraw(app: &App, actor: &Actor, at: (RecordId, i64), reason: &str) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, before: Opening| {
        if before.state == State::Withdrawn {
            return Err(Refusal::new("opening-is-withdrawn").with("title", &before.title).into());
        }
        let reason = rules::required(reason, "opening-without-reason")?;
        let selected = store::count(tx, before.id, Step::Selected).await?;
        if selected > 0 {
            return Err(Refusal::new("opening-has-selected").with("count", selected).into());
        }
        store::decline_waiting(tx, actor, before.id, Some(WITHDRAWN)).await?;
        Ok((Opening { state: State::Withdrawn, reason: Some(reason), ..before }, Vec::new()))
    };
    change(app, actor, at, ("opening-withdrawn", ReasonCode::Void), make).await
}

/// The entries that every opening and everybody who came forward should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all(conn).await?.iter().map(entries_of).collect())
}
