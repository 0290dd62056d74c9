//! Duties of talks as they stand by postings and sessions: opened every minute for new appointments, answered with the session itself.

use desk::{app::App, error::Result};
use federation::{
    duties::{self, Duty, Kind, Settled},
    groups, people, scope, settings, units,
};
use kernel::{AccountId, PersonId, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::DatabaseTransaction;

use super::{OPENER, TYPE, rules, store};
use crate::features::activities;

/// The duties of people, answered and opened again as sessions and postings say now. Returns the entries of those that
/// changed. The caller has locked the people or the sessions.
pub(super) async fn settle(
    app: &App,
    tx: &DatabaseTransaction,
    at: (&str, AccountId),
    people: &[PersonId],
) -> Result<Vec<Desired>> {
    let held = of_people(tx, people).await?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let held = duties::store::hold(tx, &held.iter().map(|duty| duty.id).collect()).await?;
    let postings = people::store::postings_of(tx, people).await?;
    let talks = store::held(tx, people).await?;
    let mut changed = Vec::new();
    for before in held {
        let posting = postings.iter().find(|posting| posting.id == before.source);
        let of_person = before.person.and_then(|person| talks.get(&person)).map(Vec::as_slice).unwrap_or_default();
        let after = rules::as_it_stands(before.clone(), posting, of_person, at);
        if after != before {
            changed.push(after);
        }
    }
    duties::actions::replace(app, tx, &changed).await
}

async fn of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<Vec<Duty>> {
    let mut held = duties::store::of_people(tx, people).await?;
    held.retain(|duty| duty.opener == OPENER);
    Ok(held)
}

/// Opens duties for those among locked people who owe a talk since an appointment.
async fn open(app: &App, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let (today, within) = (app.today(), settings::store::read(tx).await?.talk_days);
    let (begin, since) = (store::begin(tx).await?, rules::first_day(today));
    if within == 0 {
        return Ok(());
    }
    let there = of_people(tx, people).await?;
    let mut postings = people::store::postings_of(tx, people).await?;
    postings.retain(|posting| {
        let is_open = there.iter().any(|duty| duty.source == posting.id);
        posting.id > begin && posting.days.from >= since && rules::asks(posting) && !is_open
    });
    if postings.is_empty() {
        return Ok(());
    }
    let at: Vec<UnitId> = postings.iter().map(|posting| posting.unit).collect();
    let (units, tops) = (units::by_ids(tx, &at).await?, scope::places::tops_of(tx, &at).await?);
    let named = activities::store::types(tx).await?.into_iter().find(|kind| kind.code == TYPE);
    let title = named.map_or_else(|| "集体廉政谈话".to_owned(), |kind| kind.name);
    let records = groups::store::new_records(tx, postings.len()).await?;
    let opened = postings.iter().zip(records).map(|(posting, id)| {
        let level = units.get(&posting.unit).and_then(|unit| unit.level.as_deref()).unwrap_or("outside");
        let of = (Kind::Talk, tops.get(&posting.unit).copied().unwrap_or(posting.unit));
        let due = rules::due_on(posting, today, within);
        Duty {
            id,
            person: Some(posting.person),
            title: title.clone(),
            wanted: format!("{}（{} 起）后参加一次", rules::word(posting), posting.days.from),
            ..Duty::new(OPENER, (posting.id, 0), of, (posting.unit, level), due)
        }
    });
    duties::actions::open(app, tx, &app.operator(), &opened.collect::<Vec<_>>()).await
}

/// Up to where talks are settled.
#[derive(Debug, Default)]
struct OfTalks(Settled);

/// How many people are settled in one transaction.
const TOGETHER: usize = 500;

/// Opens what is owed since new appointments, and lets lapse what is owed for those that are void. Every minute, if anything was done
/// since.
pub async fn open_all(app: &App) -> Result<()> {
    let settled = app.shared::<OfTalks>();
    let Some(stand) = settled.0.waits(app).await? else { return Ok(()) };
    let people = store::unsettled(&app.db, rules::first_day(app.today())).await?;
    for people in people.chunks(TOGETHER) {
        let tx = db::begin(&app.db).await?;
        people::store::lock(&tx, people).await?;
        open(app, &tx, people).await?;
        let actor = app.operator();
        let desired = settle(app, &tx, (&actor.at.0, actor.account), people).await?;
        book(&tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Edit))).await?;
        tx.commit().await?;
    }
    settled.0.set(stand);
    Ok(())
}
