//! Names that somebody types or pastes, and whom they may mean: those on the roll, then those of the units that take part.

use std::collections::{BTreeSet, HashMap};

use kernel::{PersonId, UnitId};
use sea_orm::ConnectionTrait;

use super::model::Activity;
use crate::{
    app::Actor,
    error::Result,
    features::{
        accounts::Action,
        people,
        units::{self, places::Places},
    },
};

/// Where the units that take part stand in the tree; outside organisations stand nowhere.
async fn places(conn: &impl ConnectionTrait, activity: &Activity) -> Result<Vec<Places>> {
    let mut taking_part: Vec<UnitId> = vec![activity.host];
    taking_part.extend(activity.partners.iter().filter(|partner| partner.named).map(|partner| partner.unit));
    Ok(units::places::of_all(conn, &taking_part).await?)
}

/// Who of these may be put on the list: people posted that day at or under a unit that takes part, and those whom the actor
/// may see by name.
pub(super) async fn within_reach(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    activity: &Activity,
    people: &[PersonId],
) -> Result<BTreeSet<PersonId>> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let places = places(conn, activity).await?;
    let scope = actor.scope(Action::People);
    Ok(people::reach::of(conn, &scope, &places, people, activity.day).await?)
}

/// People of these names who are posted that day at or under a unit that takes part.
pub(super) async fn of_names(
    conn: &impl ConnectionTrait,
    activity: &Activity,
    names: &[String],
) -> Result<HashMap<String, Vec<PersonId>>> {
    let places = places(conn, activity).await?;
    let mut found: HashMap<String, Vec<PersonId>> = HashMap::new();
    for (person, at) in people::store::named_at(conn, names, activity.day).await? {
        let near = places.iter().any(|(first, last)| at.is_some_and(|at| (*first..=*last).contains(&at)));
        let of_name = found.entry(person.name).or_default();
        if near && !of_name.contains(&person.id) {
            of_name.push(person.id);
        }
    }
    found.retain(|_, people| !people.is_empty());
    Ok(found)
}
