//! Pure functions: the entries that an activity should have, and how its units are linked.

use std::collections::BTreeSet;

use federation::{themes, training_fields};
use kernel::{Refusal, UnitId};
use ledger::{Desired, Entry, Facets, Tree};

use super::{
    actions::Draft,
    model::{Activity, ActivityType, Linkage, State},
};
use crate::features::hours::{self, Learner};

/// The entries that an activity should have: an occasion for each unit that took part, attendance, who spoke, audience.
pub(super) fn entries_of(activity: &Activity) -> Desired {
    let mut entries = Vec::new();
    if matches!(activity.state, State::Held | State::Closed) {
        let shared = Facets::none()
            .with("type", &activity.type_code)
            .with("pillar", &activity.pillar)
            .with("linkage", activity.linkage.as_str())
            .with("levels", activity.levels.clamp(1, 6).to_string());
        let shared = themes::facet(shared, activity.theme.as_deref());
        let shared = training_fields::facet(shared, activity.field.as_deref());
        let entry = |unit, kind: &'static str, facets| Entry {
            day: activity.day,
            unit,
            person: None,
            kind: kind.into(),
            facets,
            quantity: 1,
        };
        // A session of before levels were counted by has entries without them, for its partners too.
        let of_level = |level: &str| facet_of_level(shared.clone(), activity.level.as_ref().map(|_| level));
        let host = activity.level.as_deref().unwrap_or_default();
        entries.push(entry(activity.host, "activities.held", of_level(host).with("part", "host")));
        for partner in activity.partners.iter().filter(|partner| partner.level != "outside") {
            let facets = of_level(&partner.level).with("part", "partner");
            entries.push(entry(partner.unit, "activities.held", facets));
        }
        if let Some(audience) = activity.audience {
            let audience = Entry { quantity: audience, ..entry(activity.host, "activities.audience", of_level(host)) };
            entries.push(audience);
        }
        let tenths = tenths(activity);
        for attended in &activity.attendance {
            let of_status = |day, status: &str| Entry {
                day,
                unit: attended.unit,
                person: Some(attended.person),
                kind: "activities.attended".into(),
                facets: shared
                    .clone()
                    .with("status", status)
                    .with("level", &attended.level)
                    .with("party", &attended.party)
                    .with("youth", &attended.youth)
                    .with("sex", &attended.sex),
                quantity: 1,
            };
            entries.push(of_status(activity.day, attended.status.as_str()));
            entries.extend(attended.made_up_on.map(|day| of_status(day, "made_up")));
            let learner = Learner {
                person: attended.person,
                unit: attended.unit,
                level: &attended.level,
                party: &attended.party,
                youth: &attended.youth,
                sex: &attended.sex,
            };
            let learned = if attended.status.present() { Some(activity.day) } else { attended.made_up_on };
            entries.extend(learned.and_then(|day| hours::entry(learner, day, "session", tenths)));
        }
        let served = themes::facet(Facets::none(), activity.theme.as_deref());
        let served = training_fields::facet(served, activity.field.as_deref());
        entries.extend(activity.spoke.iter().map(|spoke| {
            Entry {
                day: activity.day,
                unit: spoke.unit,
                person: Some(spoke.person),
                kind: "activities.spoke".into(),
                facets: served
                    .clone()
                    .with("part", spoke.part.as_str())
                    .with("type", &activity.type_code)
                    .with("pillar", &activity.pillar)
                    .with("level", &spoke.level)
                    .with("party", &spoke.party)
                    .with("youth", &spoke.youth)
                    .with("sex", &spoke.sex),
                quantity: 1,
            }
        }));
    }
    Desired { record: activity.id, entries }
}

/// Adds the level of a unit to the facets of a fact about a session; a session of before levels were counted by has none.
pub(crate) fn facet_of_level(facets: Facets, level: Option<&str>) -> Facets {
    match level {
        Some(level) => facets.with("level", level),
        None => facets,
    }
}

/// What a session is worth for those present, in tenths of a learning hour.
pub(crate) fn tenths(activity: &Activity) -> i64 {
    let times = (activity.time_from.as_deref(), activity.time_to.as_deref());
    let by_times = |conversion: hours::Conversion| conversion.of_session(times.0, times.1);
    match activity.conversion {
        // Not learning, or confirmed before hours were counted.
        None | Some(hours::Conversion { hour_minutes: 0, .. }) => 0,
        Some(conversion) => activity.hours_said.unwrap_or_else(|| by_times(conversion)),
    }
}

/// How the host and the units that took part are linked: vertical if one is above the other, horizontal if neither is. An
/// outside organisation is horizontal to every unit.
pub(super) fn linkage(tree: &Tree, host: UnitId, partners: &[UnitId]) -> Linkage {
    let related = |unit: UnitId| tree.under(unit, host) || tree.under(host, unit);
    let (vertical, horizontal): (Vec<UnitId>, Vec<UnitId>) =
        partners.iter().copied().filter(|unit| *unit != host).partition(|unit| related(*unit));
    match (vertical.is_empty(), horizontal.is_empty()) {
        (true, true) => Linkage::None,
        (false, true) => Linkage::Vertical,
        (true, false) => Linkage::Horizontal,
        (false, false) => Linkage::Both,
    }
}

/// How many levels took part; outside organisations have none.
pub(super) fn levels<'a>(of_units: impl Iterator<Item = &'a str>) -> i64 {
    of_units.filter(|level| *level != "outside").collect::<BTreeSet<_>>().len().max(1) as i64
}

impl Draft {
    /// The texts with a limit: the key of a register's column, the text, the most characters.
    fn limited(&self) -> [(&'static str, &str, usize); 7] {
        let activity = &self.activity;
        [
            ("title", &activity.title, 300),
            ("place", activity.place.as_deref().unwrap_or_default(), 300),
            ("speakers", activity.speakers.as_deref().unwrap_or_default(), 500),
            ("leaders", activity.leaders.as_deref().unwrap_or_default(), 500),
            ("chair", activity.chair.as_deref().unwrap_or_default(), 200),
            ("recorder", activity.recorder.as_deref().unwrap_or_default(), 200),
            ("notice", activity.notice_ref.as_deref().unwrap_or_default(), 200),
        ]
    }

    /// The texts that are too long to be stored: the key of a register's column, the number of characters, the most characters.
    pub(crate) fn over_long(&self) -> Vec<(&'static str, usize, usize)> {
        let lengths = self.limited().into_iter().map(|(key, text, most)| (key, text.chars().count(), most));
        lengths.filter(|(_, length, most)| length > most).collect()
    }

    /// Refuses a text that is too long.
    pub(crate) fn refuse_over_long(&self) -> Result<(), Refusal> {
        Refusal::too_long("text-too-long", &self.limited())
    }
}

/// The type that a file means, by name or alias.
pub(super) fn find_type<'a>(types: &'a [ActivityType], text: &str) -> Option<&'a ActivityType> {
    let text: String = tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect();
    types
        .iter()
        .find(|known| known.name == text || known.code == text || known.aliases.split(' ').any(|alias| alias == text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units<const N: usize>(ids: [i64; N]) -> Vec<UnitId> {
        ids.map(UnitId).to_vec()
    }

    #[test]
    fn linkage_follows_from_the_places_of_the_units() {
        let tree = Tree::from_edges(
            &[(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, Some(3))]
                .map(|(unit, parent): (i64, Option<i64>)| (UnitId(unit), parent.map(UnitId))),
        );
        assert_eq!(linkage(&tree, UnitId(2), &units([])), Linkage::None);
        assert_eq!(linkage(&tree, UnitId(2), &units([2])), Linkage::None);
        assert_eq!(linkage(&tree, UnitId(2), &units([4])), Linkage::Vertical);
        assert_eq!(linkage(&tree, UnitId(4), &units([1])), Linkage::Vertical);
        assert_eq!(linkage(&tree, UnitId(2), &units([3])), Linkage::Horizontal);
        assert_eq!(linkage(&tree, UnitId(2), &units([3, 4])), Linkage::Both);
        assert_eq!(linkage(&tree, UnitId(2), &units([99])), Linkage::Horizontal, "outside the tree");
    }

    #[test]
    fn levels_are_counted_from_the_units() {
        assert_eq!(levels(["city", "district", "district", "outside"].into_iter()), 2);
        assert_eq!(levels(["outside"].into_iter()), 1);
    }
}
