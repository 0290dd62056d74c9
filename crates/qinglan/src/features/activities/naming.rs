//! Finds the people for typed or pasted names: those on the roll, then those of the units that take part.

use std::collections::{BTreeSet, HashMap};

use desk::{
    actor::{Action, Actor, Scope},
    error::Result,
};
use federation::people;
use kernel::{PersonId, UnitId};
use sea_orm::ConnectionTrait;

use super::model::Activity;

/// The units that take part: the host, and the named ones.
fn taking_part(activity: &Activity) -> Vec<UnitId> {
    let named = activity.partners.iter().filter(|partner| partner.named).map(|partner| partner.unit);
    std::iter::once(activity.host).chain(named).collect()
}

/// Which of these people may be put on the list: those posted on that day at a unit that takes part, and those whom the
/// actor may see by name. Units under a unit don't take part with it.
pub(super) async fn within_reach(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    activity: &Activity,
    people: &[PersonId],
) -> Result<BTreeSet<PersonId>> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let scope = actor.scope(Action::People);
    Ok(people::reach::filter_reached(conn, &scope, &taking_part(activity), people, activity.day).await?)
}

/// People with these names who may be put on the list.
pub(super) async fn of_names(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    activity: &Activity,
    names: &[String],
) -> Result<HashMap<String, Vec<PersonId>>> {
    let bearing: Vec<(PersonId, String)> = people::store::list_by_names_at(conn, names, activity.day)
        .await?
        .into_iter()
        .map(|(person, _)| (person.id, person.name))
        .collect();
    let ids: Vec<PersonId> = bearing.iter().map(|(id, _)| *id).collect();
    let reachable = within_reach(conn, actor, activity, &ids).await?;
    let mut found: HashMap<String, Vec<PersonId>> = HashMap::new();
    for (id, name) in bearing {
        let of_name = found.entry(name).or_default();
        if reachable.contains(&id) && !of_name.contains(&id) {
            of_name.push(id);
        }
    }
    found.retain(|_, people| !people.is_empty());
    Ok(found)
}

/// Which of these people may be put on the list of a unit's own people: those posted there on that day who are counted for it.
pub(super) async fn of_unit(
    conn: &impl ConnectionTrait,
    activity: &Activity,
    unit: UnitId,
    people: &[PersonId],
) -> Result<BTreeSet<PersonId>> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut reachable = people::reach::filter_reached(conn, &Scope::default(), &[unit], people, activity.day).await?;
    let standings = people::Standings::read(conn, people).await?;
    reachable.retain(|person| {
        standings.on(*person, activity.day, activity.host_group).is_some_and(|standing| standing.unit == unit)
    });
    Ok(reachable)
}
