//! What happens to duties: features open and change them, whoever asked reminds.

use std::collections::{BTreeMap, BTreeSet};

use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
    ui::answer::chain,
};
use kernel::{RecordId, Refusal};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::DatabaseTransaction;

use super::{Duty, Opener, Reach, Ruling, State, opening, rules, store};
use crate::scope::must_openly;

/// The entries that a duty should have.
pub fn desired(app: &App, duty: &Duty) -> Desired {
    let mut entries = rules::entries_of(duty);
    entries.extend(opening::of(app, &duty.opener).map(|opener| opener.entries(duty)).unwrap_or_default());
    Desired { record: duty.id, entries }
}

fn all_desired(app: &App, duties: &[Duty]) -> Vec<Desired> {
    duties.iter().map(|duty| desired(app, duty)).collect()
}

/// Opens duties: the caller has checked the permission.
pub async fn open(app: &App, tx: &DatabaseTransaction, actor: &Actor, duties: &[Duty]) -> Result<()> {
    store::insert(tx, duties).await?;
    book(tx, &app.kinds(), actor.by(), &all_desired(app, duties), None).await?;
    Ok(())
}

/// Stores changed duties, which the caller has locked, and returns the entries that they should have: to be booked with what changed them.
pub async fn replace(app: &App, tx: &DatabaseTransaction, duties: &[Duty]) -> Result<Vec<Desired>> {
    store::replace(tx, duties).await?;
    Ok(all_desired(app, duties))
}

/// Stores and books changed duties, which the caller has locked.
pub async fn save(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    duties: &[Duty],
    reason: Option<&Reason>,
) -> Result<()> {
    let desired = replace(app, tx, duties).await?;
    book(tx, &app.kinds(), actor.by(), &desired, reason).await?;
    Ok(())
}

/// Reminds of those duties among some that are open and that the actor's units have asked for: who owes sees it on the home page. Returns
/// how many they were.
pub async fn remind(app: &App, actor: &Actor, ids: &BTreeSet<RecordId>) -> Result<usize> {
    if actor.scope(Action::Write).is_empty() {
        return Err(Refusal::forbidden().into());
    }
    if ids.is_empty() {
        return Err(Refusal::new("duties-none-chosen").into());
    }
    must_have_asked(actor, ids, &app.db).await?;
    let tx = db::begin(&app.db).await?;
    let duties = must_have_asked(actor, ids, &tx).await?;
    let open: Vec<&Duty> = duties.iter().filter(|duty| duty.state == State::Open).collect();
    remind_of(&tx, actor, &open).await?;
    for duty in &open {
        let object = opening::of(app, &duty.opener).map_or("duty", opening::Opens::object);
        let args = [("title", duty.title.as_str())];
        log::write(&tx, actor, "duty-reminded", Object::new(object, duty.id.0), Some(duty.unit), &args).await?;
    }
    let count = open.len();
    tx.commit().await?;
    Ok(count)
}

/// Records that those who may answer have opened their duties. The page doesn't wait for it: while others are writing it is left out, and
/// done the next time.
pub async fn see(app: &App, ids: &BTreeSet<RecordId>, actor: &Actor) {
    let noted = async || -> Result<()> {
        if let Some(tx) = db::begin_unless_busy(&app.db).await? {
            store::set_seen(&tx, ids, &actor.at.0).await?;
            tx.commit().await?;
        }
        Ok(())
    };
    if let Err(fault) = noted().await {
        tracing::warn!(fault = %chain(&fault), "that a duty was opened is not noted");
    }
}

/// Records that duties, which the caller has locked, were reminded of.
pub async fn remind_of(tx: &DatabaseTransaction, actor: &Actor, open: &[&Duty]) -> Result<()> {
    let ids: Vec<RecordId> = open.iter().map(|duty| duty.id).collect();
    Ok(store::set_reminded(tx, &ids, &actor.at.0).await?)
}

/// Excuses duties, demands them after all, or sends them back, which needs a reason. Returns how many were changed.
pub async fn rule(app: &App, actor: &Actor, ids: &BTreeSet<RecordId>, ruling: Ruling, reason: &str) -> Result<usize> {
    if actor.scope(Action::Write).is_empty() {
        return Err(Refusal::forbidden().into());
    }
    if ids.is_empty() {
        return Err(Refusal::new("duties-none-chosen").into());
    }
    must_have_asked(actor, ids, &app.db).await?;
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if ruling == Ruling::SendBack && reason.is_none() {
        return Err(Refusal::new("duty-back-without-reason").into());
    }
    Refusal::too_long("duty-reason-long", &[("reason", reason.as_deref().unwrap_or_default(), REASON)])?;
    let tx = db::begin(&app.db).await?;
    hold_ordered(app, &tx, ids).await?;
    let mut ruled = Vec::new();
    for duty in must_have_asked(actor, ids, &tx).await? {
        let Some(opener) = opening::of(app, &duty.opener) else { continue };
        opener.refuse_ruling(&tx, &duty).await?;
        ruled.extend(rules::ruled(&duty, ruling, reason.clone(), opener.sends_back(&duty))?);
    }
    let mut changed: BTreeMap<RecordId, Duty> = ruled.iter().map(|duty| (duty.id, duty.clone())).collect();
    for opener in app.features.extensions::<Opener>().map(|opener| opener.0) {
        let of_opener: Vec<Duty> = ruled.iter().filter(|duty| duty.opener == opener.code()).cloned().collect();
        if !of_opener.is_empty() {
            let further = opener.ruled_on(app, &tx, actor, ruling, &of_opener).await?;
            changed.extend(further.into_iter().map(|duty| (duty.id, duty)));
        }
    }
    let booked = Reason { code: ReasonCode::Edit, note: reason };
    save(app, &tx, actor, &changed.into_values().collect::<Vec<_>>(), Some(&booked)).await?;
    for duty in &ruled {
        let Some(opener) = opening::of(app, &duty.opener) else { continue };
        let object = Object::new(opener.object(), duty.id.0);
        let args = [("title", duty.title.as_str())];
        log::write(&tx, actor, opener.ruled(ruling), object, Some(duty.unit), &args).await?;
    }
    tx.commit().await?;
    Ok(ruled.len())
}

/// Locks duties with all those that follow them or that they follow, and the range from which further ones take their keys.
async fn hold_ordered(app: &App, tx: &DatabaseTransaction, ids: &BTreeSet<RecordId>) -> Result<()> {
    let ordered = |duty: &Duty| opening::of(app, &duty.opener).is_some_and(opening::Opens::in_order);
    let named = store::by_ids(tx, &ids.iter().copied().collect::<Vec<_>>()).await?;
    let sources: BTreeSet<(String, i64)> =
        named.into_iter().filter(ordered).map(|duty| (duty.opener, duty.source)).collect();
    if sources.is_empty() {
        return Ok(());
    }
    let mut all = ids.clone();
    for (opener, source) in sources {
        all.extend(store::of_source(tx, &opener, source).await?.into_iter().map(|duty| duty.id));
    }
    store::hold(tx, &all).await?;
    db::take_range(tx, "record", 0).await?;
    Ok(())
}

/// How many characters the reason of a ruling may have.
const REASON: usize = 500;

/// The duties, locked where this is a transaction, if the actor may write at each unit that asked; one that isn't seen is unknown.
async fn must_have_asked(
    actor: &Actor,
    ids: &BTreeSet<RecordId>,
    conn: &impl sea_orm::ConnectionTrait,
) -> Result<Vec<Duty>> {
    let duties = store::hold(conn, ids).await?;
    let reach = Reach::load(conn, actor).await?;
    let missing = ids.iter().find(|id| !duties.iter().any(|duty| duty.id == **id));
    if let Some(id) = missing {
        return Err(Refusal::unknown("duty-unknown").with("id", id).into());
    }
    let askers: BTreeSet<_> = duties.iter().map(|duty| duty.asker).collect();
    for asker in askers {
        let refused = must_openly(conn, actor, Action::Write, asker).await;
        let of_asker = duties.iter().filter(|duty| duty.asker == asker);
        if let Err(refused) = refused {
            for duty in of_asker {
                let place = crate::scope::places::of_unit(conn, duty.unit).await?.map(|(place, _)| place);
                if !reach.reads_answers(place, duty.unit) {
                    return Err(Refusal::unknown("duty-unknown").with("id", duty.id).into());
                }
            }
            return Err(refused);
        }
    }
    Ok(duties)
}

/// How many duties of before are booked at once.
const BOOKED: u64 = 1000;

/// Books the duties of before duties were counted.
pub(super) async fn book_missing(app: &App) -> Result<()> {
    while !store::unbooked(&app.db, 1).await?.is_empty() {
        let tx = db::begin(&app.db).await?;
        // Another process that opens the database at the same moment waits here, and then finds nothing left to do.
        db::take_range(&tx, "record", 0).await?;
        let duties = store::unbooked(&tx, BOOKED).await?;
        let reason = Reason::new(ReasonCode::Correction);
        book(&tx, &app.kinds(), app.operator().by(), &all_desired(app, &duties), Some(&reason)).await?;
        store::set_booked(&tx, &duties.iter().map(|duty| duty.id).collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
    Ok(())
}
