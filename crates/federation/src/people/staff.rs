//! The staff of units in the ledger: postings cut into stretches by what is known of the person and by the groups that the
//! person belongs to, confirmed anew whenever any of that changes.

use std::collections::HashMap;

use desk::{app::App, error::Result};
use kernel::{DayRange, GroupId, PersonId, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Facts, Membership, Staffed},
    postings,
    rules::{entries_of_posting, rank, staff_spans},
    store,
};
use crate::{
    groups,
    settings::{self, Following, FollowsSettings, Settings},
    units,
};

pub(super) static FOLLOWING: Following = Following(&Limit);

/// The postings of people with stretches by these memberships and facts; void postings have none.
pub(super) async fn computed(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    memberships: &[Membership],
    facts: &HashMap<PersonId, Facts>,
) -> Result<Vec<Staffed>> {
    let mut staffed = postings::staffed(conn, people).await?;
    let unit_ids: Vec<UnitId> = staffed.iter().map(|posting| posting.unit).collect();
    let units = units::by_ids(conn, &unit_ids).await?;
    let group_ids: Vec<GroupId> = memberships.iter().map(|membership| membership.group).collect();
    let groups = groups::store::by_ids(conn, &group_ids).await?;
    let mut member: HashMap<PersonId, Vec<(DayRange, i32)>> = HashMap::new();
    for membership in memberships.iter().filter(|membership| !membership.void) {
        if let Some(group) = groups.get(&membership.group) {
            member.entry(membership.person).or_default().push((membership.days, group.age_limit));
        }
    }
    let age_limit = age_limit(&settings::store::read(conn).await?);
    for posting in staffed.iter_mut().filter(|posting| !posting.void) {
        let Some(facts) = facts.get(&posting.person) else { continue };
        let level = units.get(&posting.unit).and_then(|unit| unit.level.as_deref()).unwrap_or("outside");
        let member = member.get(&posting.person).map(Vec::as_slice).unwrap_or_default();
        let held = (rank(posting.rank.as_deref().unwrap_or_default()), posting.appointment);
        posting.spans = staff_spans(posting.days, level, member, (age_limit, facts), held);
    }
    Ok(staffed)
}

/// Up to this age somebody who belongs to no group counts as youth.
fn age_limit(settings: &Settings) -> i32 {
    i32::try_from(settings.age_limit).unwrap_or(groups::actions::AGE_LIMIT)
}

/// Stores the stretches of people's postings, computed anew, and returns the entries that the postings should have.
pub(super) async fn confirmed(
    tx: &impl ConnectionTrait,
    people: &[PersonId],
    memberships: &[Membership],
    facts: &HashMap<PersonId, Facts>,
) -> Result<Vec<Desired>> {
    let staffed = computed(tx, people, memberships, facts).await?;
    postings::set_spans(tx, &staffed).await?;
    Ok(staffed.iter().map(entries_of_posting).collect())
}

/// The entries that every posting should have, for `reconcile`.
pub(super) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(postings::all_staffed(conn).await?.iter().map(entries_of_posting).collect())
}

/// Confirms the postings that wait for it, in portions: those of an earlier version, and all after a change of the
/// programme's age limit.
pub(super) async fn confirm_waiting(app: &App) -> Result<()> {
    while !postings::unconfirmed(&app.db).await?.is_empty() {
        let tx = db::begin(&app.db).await?;
        // Another process that does the same at this moment waits here, and then finds nothing left to do.
        db::take_range(&tx, "person", 0).await?;
        let waiting = postings::unconfirmed(&tx).await?;
        let mut people: Vec<PersonId> = waiting.iter().map(|(_, person)| *person).collect();
        people.sort_unstable();
        people.dedup();
        store::lock(&tx, &people).await?;
        let memberships = store::memberships_of(&tx, &people).await?;
        let facts = store::facts(&tx, &people).await?;
        let desired = confirmed(&tx, &people, &memberships, &facts).await?;
        let waiting: Vec<i64> = waiting.into_iter().map(|(posting, _)| posting).collect();
        postings::set_confirmed(&tx, &waiting).await?;
        let reason = Reason::new(ReasonCode::Correction);
        book(&tx, &app.kinds(), app.operator().by(), &desired, Some(&reason)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Who is youth without a group goes by the programme's age limit.
struct Limit;

#[async_trait::async_trait]
impl FollowsSettings for Limit {
    async fn changed(&self, tx: &DatabaseTransaction, before: &Settings, after: &Settings) -> Result<()> {
        if before.age_limit != after.age_limit {
            postings::set_all_unconfirmed(tx).await?;
        }
        Ok(())
    }

    async fn settled(&self, app: &App) -> Result<()> {
        confirm_waiting(app).await
    }
}
