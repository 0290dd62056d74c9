//! Pure functions: the time line and its totals from a person's entries.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use desk::feature::Title;
use kernel::{Period, RecordId};
use ledger::Personal;

use super::model::{Item, Part, Totals};

/// The most characters of a person's words on a year, as in the table.
pub(super) const WORDS: usize = 2000;

/// The kinds of entries on the time line.
pub(super) const KINDS: [&str; 9] = [
    "activities.attended",
    "activities.spoke",
    "learning.read",
    "learning.note",
    "external.earned",
    "openings.came_forward",
    "practice.stint",
    "practice.hours",
    "honours.awarded",
];

/// A person's entries by kind.
pub(super) type Entries = BTreeMap<&'static str, Vec<Personal>>;

/// What an entry of a kind is on the time line: its part and what it was; `None` where it isn't shown.
fn place(kind: &str, entry: &Personal) -> Option<(Part, &'static str)> {
    let facet = |name: &str| entry.facets.get(name).unwrap_or_default();
    Some(match (kind, facet(if kind == "activities.attended" { "status" } else { "part" })) {
        ("activities.attended", "on_time" | "late") => (pillar(entry), "growth-attended"),
        ("activities.attended", "made_up") => (pillar(entry), "growth-made-up"),
        ("activities.spoke", "led") => (pillar(entry), "growth-led"),
        ("activities.spoke", "lectured") => (pillar(entry), "growth-lectured"),
        ("activities.spoke", "spoke") => (pillar(entry), "growth-spoke"),
        ("learning.read", _) => (Part::Wheel, "growth-read"),
        ("learning.note", _) => match facet("step") {
            "handed_in" => (Part::Wheel, "growth-note"),
            "recommended" => (Part::Outcome, "growth-note-recommended"),
            _ => (Part::Outcome, "growth-note-collected"),
        },
        ("external.earned", _) if facet("measure") == "points" => (Part::Wheel, "growth-points"),
        ("openings.came_forward", _) => (Part::Stage, "growth-came-forward"),
        ("practice.stint", _) if entry.quantity > 0 => (Part::Stage, "growth-stint"),
        ("practice.hours", _) => (Part::Stage, "growth-practice-hours"),
        ("honours.awarded", _) => (Part::Outcome, "growth-honour"),
        _ => return None,
    })
}

fn pillar(entry: &Personal) -> Part {
    entry.facets.get("pillar").and_then(Part::from_code).unwrap_or(Part::Wheel)
}

/// The records of entries, for their titles.
pub(super) fn records(entries: &Entries) -> Vec<RecordId> {
    let all: BTreeSet<RecordId> = entries.values().flatten().map(|entry| entry.record).collect();
    all.into_iter().collect()
}

/// The time line of a period, the latest first. What lasts belongs to it if one of its days is within the period.
pub(super) fn items(entries: &Entries, titles: &HashMap<RecordId, Title>, period: Period) -> Vec<Item> {
    // The day after the last of what lasts: -1 on it.
    let ends: HashMap<RecordId, NaiveDate> = entries
        .get("practice.stint")
        .into_iter()
        .flatten()
        .filter(|entry| entry.quantity < 0)
        .map(|entry| (entry.record, entry.day.pred_opt().unwrap_or(entry.day)))
        .collect();
    let mut found = Vec::new();
    for (kind, entries) in entries {
        for entry in entries {
            let Some((part, what)) = place(kind, entry) else { continue };
            let lasts = *kind == "practice.stint";
            let until = ends.get(&entry.record).copied().filter(|_| lasts);
            let within = if lasts {
                entry.day <= period.to && until.is_none_or(|until| until >= period.from)
            } else {
                period.contains(entry.day)
            };
            if !within {
                continue;
            }
            let Title { text, href, .. } = titles.get(&entry.record).cloned().unwrap_or_default();
            let amount = matches!(what, "growth-points" | "growth-practice-hours").then_some(entry.quantity);
            let goes_on = lasts && until.is_none();
            found.push(Item { day: entry.day, until, goes_on, part, what, title: text, href, amount });
        }
    }
    found.sort_by(|one, other| {
        (other.day, one.part.as_str(), &one.title, one.what).cmp(&(
            one.day,
            other.part.as_str(),
            &other.title,
            other.what,
        ))
    });
    found
}

/// The years that a time line touches, and others, up to the last day; the latest first.
pub(super) fn years(items: &[Item], others: impl Iterator<Item = i32>, last: NaiveDate) -> Vec<i32> {
    let of_item = |item: &Item| {
        let until = if item.goes_on { last } else { item.until.unwrap_or(item.day).min(last) };
        item.day.year()..=until.year()
    };
    let years: BTreeSet<i32> = items.iter().flat_map(of_item).chain(others).chain([last.year()]).collect();
    years.into_iter().rev().collect()
}

/// How many days of a period spans cover, up to a day; a day of several counts once.
fn days(items: &[Item], period: Period, today: NaiveDate) -> i64 {
    let last = period.to.min(today);
    let stints = items.iter().filter(|item| item.what == "growth-stint");
    let mut spans: Vec<(NaiveDate, NaiveDate)> = stints
        .map(|item| (item.day.max(period.from), item.until.unwrap_or(last).min(last)))
        .filter(|(from, to)| from <= to)
        .collect();
    spans.sort_unstable();
    let (mut total, mut covered) = (0, None);
    for (from, to) in spans {
        let from = covered.map_or(from, |covered: NaiveDate| from.max(covered + chrono::Days::new(1)));
        if from <= to {
            total += (to - from).num_days() + 1;
            covered = Some(to);
        }
    }
    total
}

/// What is counted of a time line; the hours of learning come from their own entries.
pub(super) fn totals(items: &[Item], hours: i64, period: Period, today: NaiveDate) -> Totals {
    let count = |what: &str| items.iter().filter(|item| item.what == what).count();
    let sum = |what: &str| items.iter().filter(|item| item.what == what).filter_map(|item| item.amount).sum();
    Totals {
        sessions: count("growth-attended"),
        hours,
        led: count("growth-led"),
        lectured: count("growth-lectured"),
        spoke: count("growth-spoke"),
        readings: count("growth-read"),
        notes: count("growth-note"),
        points: sum("growth-points"),
        stints: count("growth-stint"),
        practice_days: days(items, period, today),
        practice_hours: sum("growth-practice-hours"),
        honours: count("growth-honour"),
    }
}

#[cfg(test)]
mod tests {
    use kernel::{PersonId, UnitId};
    use ledger::Facets;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn entry(record: i64, on: &str, quantity: i64, facets: &[(&str, &str)]) -> Personal {
        let facets = facets.iter().fold(Facets::none(), |all, (name, value)| all.with(name, *value));
        Personal {
            seq: record,
            person: PersonId(1),
            unit: UnitId(1),
            record: RecordId(record),
            day: day(on),
            quantity,
            facets,
        }
    }

    fn period(from: &str, to: &str) -> Period {
        Period { from: day(from), to: day(to) }
    }

    #[test]
    fn what_lasts_is_there_in_every_year_that_it_touches_and_its_days_count_once() {
        let entries: Entries = [(
            "practice.stint",
            vec![
                entry(1, "2024-12-01", 1, &[("part", "placed")]),
                entry(1, "2025-02-01", -1, &[("part", "placed")]),
                // Within the first, and one that goes on.
                entry(2, "2025-01-10", 1, &[("part", "volunteer")]),
                entry(2, "2025-01-21", -1, &[("part", "volunteer")]),
                entry(3, "2025-12-30", 1, &[("part", "placed")]),
            ],
        )]
        .into();
        let titles = HashMap::new();
        let today = day("2026-01-02");
        let of = |period: Period| {
            let items = items(&entries, &titles, period);
            let totals = totals(&items, 0, period, today);
            (totals.stints, totals.practice_days)
        };
        assert_eq!(of(period("2024-01-01", "2024-12-31")), (1, 31));
        assert_eq!(of(period("2025-01-01", "2025-12-31")), (3, 33));
        // Days to come don't count.
        assert_eq!(of(period("2026-01-01", "2026-12-31")), (1, 2));
        assert_eq!(of(period("2023-01-01", "2023-12-31")), (0, 0));
    }

    #[test]
    fn who_was_absent_did_nothing_and_each_part_played_counts() {
        let entries: Entries = [
            (
                "activities.attended",
                vec![
                    entry(1, "2025-03-01", 1, &[("status", "on_time"), ("pillar", "firewall")]),
                    entry(2, "2025-03-02", 1, &[("status", "absent"), ("pillar", "wheel")]),
                    entry(3, "2025-03-03", 1, &[("status", "leave"), ("pillar", "wheel")]),
                    entry(3, "2025-03-09", 1, &[("status", "made_up"), ("pillar", "wheel")]),
                ],
            ),
            ("activities.spoke", vec![entry(1, "2025-03-01", 1, &[("part", "led"), ("pillar", "firewall")])]),
            (
                "external.earned",
                vec![
                    entry(4, "2025-03-01", 300, &[("measure", "points")]),
                    entry(4, "2025-03-01", 90, &[("measure", "minutes")]),
                ],
            ),
            ("learning.note", vec![entry(5, "2025-03-05", 1, &[("step", "collected")])]),
        ]
        .into();
        let year = period("2025-01-01", "2025-12-31");
        let items = items(&entries, &HashMap::new(), year);
        let what: Vec<(&str, Part)> = items.iter().map(|item| (item.what, item.part)).collect();
        assert_eq!(
            what,
            [
                ("growth-made-up", Part::Wheel),
                ("growth-note-collected", Part::Outcome),
                ("growth-attended", Part::Firewall),
                ("growth-led", Part::Firewall),
                ("growth-points", Part::Wheel),
            ]
        );
        let totals = totals(&items, 25, year, day("2026-01-01"));
        assert_eq!((totals.sessions, totals.led, totals.points, totals.notes, totals.hours), (1, 1, 300, 0, 25));
    }
}
