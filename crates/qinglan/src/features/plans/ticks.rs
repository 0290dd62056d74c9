//! Ticking items as finished and taking that back: each tick is a record of its own, booked in the transaction that writes it.

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::{groups, people, settings};
use kernel::{PersonId, Refusal};
use ledger::{Desired, Reason, ReasonCode, Record as _, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Plan, Reading},
    rules::entries_of,
    store::{self, Reached},
};
use crate::features::hours::Conversion;

fn own(actor: &Actor) -> Result<PersonId> {
    Ok(actor.person.ok_or_else(|| Refusal::new("plan-nobody"))?)
}

/// The actor's own person has finished an item. An item that is finished already stays as it is.
pub async fn finish(app: &App, actor: &Actor, item: i64, day: NaiveDate) -> Result<()> {
    let person = own(actor)?;
    let today = app.today();
    let tx = db::begin(&app.db).await?;
    if !people::store::lock(&tx, &[person]).await?.contains(&person) {
        return Err(Refusal::unknown("person-unknown").with("name", person).into());
    }
    let unknown = || Refusal::unknown("plan-item-unknown").with("id", item);
    // The plan is held, so that what is finished has the theme that the plan serves.
    let plan = store::item(&tx, item, None).await?.ok_or_else(unknown)?.plan_id;
    db::lock(&tx, Plan::TABLE, &[plan]).await?;
    let reached: Option<Reached> = store::reached(&tx, item, person, today).await?;
    let reached = reached.ok_or_else(unknown)?;
    if day > today || day < reached.from_day {
        return Err(Refusal::new("plan-day").with("from", reached.from_day).with("to", today).into());
    }
    if store::live(&tx, item, person).await?.is_some() {
        return Ok(());
    }
    let group = kernel::GroupId(reached.group_id);
    let standings = people::Standings::read(&tx, &[person]).await?;
    let standing = standings.on(person, day, Some(group)).or_else(|| standings.on(person, today, Some(group)));
    let standing = standing.ok_or_else(unknown)?;
    let id = groups::store::new_records(&tx, 1).await?.remove(0);
    let settings = settings::store::read(&tx).await?;
    let reading = Reading {
        id,
        item,
        person,
        group,
        done_on: day,
        kind: reached.kind,
        required: reached.required,
        unit: standing.unit,
        level: standing.level,
        party: standing.party.to_owned(),
        youth: standing.youth.to_owned(),
        sex: standing.sex.to_owned(),
        tenths: Conversion::from_settings(&settings).tenths(settings.reading_minutes),
        theme: reached.theme,
        void: false,
    };
    store::insert_reading(&tx, &reading).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&reading)], None).await?;
    tx.commit().await?;
    Ok(())
}

/// The actor's own person takes back that an item is finished.
pub async fn unfinish(app: &App, actor: &Actor, item: i64) -> Result<()> {
    let person = own(actor)?;
    let tx = db::begin(&app.db).await?;
    people::store::lock(&tx, &[person]).await?;
    if let Some(reading) = store::live(&tx, item, person).await? {
        let reading = Reading { void: true, ..reading };
        store::update_reading(&tx, &reading).await?;
        book(&tx, &app.kinds(), actor.by(), &[entries_of(&reading)], Some(&Reason::new(ReasonCode::Void))).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Gives what is finished of a plan the theme that the plan serves now; the plan is locked.
pub(super) async fn follow_theme(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    plan: i64,
    theme: Option<&str>,
) -> Result<()> {
    let mut readings = store::readings_of_plan(tx, plan).await?;
    store::set_theme(tx, plan, theme).await?;
    for reading in &mut readings {
        reading.theme = theme.map(str::to_owned);
    }
    let desired: Vec<Desired> = readings.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
    Ok(())
}

/// Locks the readings of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(crate) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    Ok(store::hold_readings(tx, people).await?)
}

/// Fills in the people's current standing for the days of the readings; if nothing is known any more, a reading stays as it is.
fn confirmed(readings: Vec<Reading>, standings: &people::Standings) -> Vec<Reading> {
    let confirm = |reading: Reading| match standings.on(reading.person, reading.done_on, Some(reading.group)) {
        Some(standing) => Reading {
            unit: standing.unit,
            level: standing.level,
            party: standing.party.to_owned(),
            youth: standing.youth.to_owned(),
            sex: standing.sex.to_owned(),
            ..reading
        },
        None => reading,
    };
    readings.into_iter().map(confirm).collect()
}

/// Confirms again the readings of people whose postings, states or memberships were corrected; the caller has locked them.
pub(crate) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::readings_of(tx, people).await?;
    if before.is_empty() {
        return Ok(());
    }
    let readers: Vec<PersonId> = before.iter().map(|reading| reading.person).collect();
    let standings = people::Standings::read(tx, &readers).await?;
    let after = confirmed(before.clone(), &standings);
    for (before, after) in before.iter().zip(&after) {
        if before != after {
            store::update_reading(tx, after).await?;
        }
    }
    let desired: Vec<Desired> = after.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the readings of a person would have if these were the spans of the person's memberships.
pub(crate) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(kernel::GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let readings = store::readings_of(conn, &[person]).await?;
    let mut standings = people::Standings::read(conn, &[person]).await?;
    standings.set_spans(person, spans);
    Ok(confirmed(readings, &standings).iter().map(entries_of).collect())
}

/// Assigns a merged person's readings to the survivor; what both have finished stays once. The caller confirms the rest.
pub(crate) async fn repoint(change: people::Change<'_>, loser: PersonId, survivor: PersonId) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let of_both = store::readings_of(tx, &[loser, survivor]).await?;
    let (of_loser, of_survivor): (Vec<Reading>, Vec<Reading>) =
        of_both.into_iter().partition(|reading| reading.person == loser);
    let doubled = of_loser.into_iter().filter(|reading| of_survivor.iter().any(|other| other.item == reading.item));
    let doubled: Vec<Reading> = doubled.map(|reading| Reading { void: true, ..reading }).collect();
    for reading in &doubled {
        store::update_reading(tx, reading).await?;
    }
    let desired: Vec<Desired> = doubled.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Merge))).await?;
    Ok(store::repoint(tx, loser, survivor).await?)
}

/// The entries that every reading should have, for `reconcile`.
pub(crate) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all_readings(conn).await?.iter().map(entries_of).collect())
}
