//! The invented city: which units have people, which share a group, and how some of them change in the two years.

use std::collections::HashSet;

use chrono::{Months, NaiveDate};
use federation::units;

use super::{Size, Span, dice::Dice};

/// The tree, as a file for `import units`.
const TREE: &str = include_str!("../../../../data/divisions-invented-city.csv");

/// The street whose secretary has a demo account.
pub(super) const STREET: &str = "990101004";
pub(super) const COMMUNITY: &str = "990101004016";
pub(super) const DISTRICT: &str = "990101";
/// The streets of the small demo, each with the number of its communities that have people.
const SMALL: [(&str, usize); 4] = [("990101001", 2), ("990101003", 2), (STREET, 3), ("990101006", 2)];
/// A town that becomes a street.
const TOWN: &str = "990104003";

/// Levels, highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    City,
    District,
    Street,
    Community,
}

/// A unit of the tree.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) code: String,
    pub(super) level: Level,
    pub(super) parent: Option<usize>,
    /// Whether people are posted there.
    pub(super) home: bool,
    /// The unit whose group its people join: itself, or one with which it shares a group.
    pub(super) lead: usize,
    /// Its last day, if it is closed or merged, and where its people go then.
    pub(super) last: Option<NaiveDate>,
    pub(super) heir: Option<usize>,
    name: String,
    renamed: Option<(NaiveDate, String)>,
}

impl Unit {
    /// The short name: `金德社区`.
    pub(super) fn short(&self, day: NaiveDate) -> String {
        let name = match &self.renamed {
            Some((from, name)) if *from <= day => name,
            _ => &self.name,
        };
        let office = units::office(name);
        office.strip_suffix("妇联").unwrap_or(&office).to_owned()
    }

    /// Whether it exists on a day.
    pub(super) fn stands(&self, day: NaiveDate) -> bool {
        self.last.is_none_or(|last| day <= last)
    }
}

/// A change of a unit.
#[derive(Clone, Debug)]
pub(super) enum Becomes {
    Renamed(String),
    Closed,
    MergedInto(usize),
    MovedUnder(usize),
}

/// A group shared by several units.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) lead: usize,
    pub(super) others: Vec<usize>,
    pub(super) name: String,
}

/// The tree and its changes.
#[derive(Debug)]
pub(super) struct City {
    pub(super) units: Vec<Unit>,
    pub(super) shared: Vec<Shared>,
    /// The changes, each with its first day.
    pub(super) changes: Vec<(NaiveDate, usize, Becomes)>,
}

impl City {
    pub(super) fn new(seed: u64, size: &Size, span: &Span) -> Self {
        let mut dice = Dice::new(seed, 1);
        let mut city = Self { units: read(size.small), shared: Vec::new(), changes: Vec::new() };
        city.settle(&mut dice, size.small);
        city.share(&mut dice, if size.small { 1 } else { 6 });
        city.change(&mut dice, size.small, span);
        city
    }

    /// The tree file with these units.
    pub(super) fn csv(&self) -> String {
        let codes: HashSet<&str> = self.units.iter().map(|unit| unit.code.as_str()).collect();
        let wanted = |line: &&str| line.split(',').next().is_some_and(|code| code == "code" || codes.contains(code));
        TREE.lines().filter(wanted).map(|line| format!("{line}\n")).collect()
    }

    pub(super) fn of_code(&self, code: &str) -> usize {
        self.units.iter().position(|unit| unit.code == code).unwrap_or(0)
    }

    /// Units with people directly under a unit.
    pub(super) fn homes_under(&self, unit: usize) -> Vec<usize> {
        self.places(|other| other.home && other.parent == Some(unit))
    }

    /// Units with people that have the same parent as a unit.
    pub(super) fn homes_beside(&self, unit: usize) -> Vec<usize> {
        let Some(parent) = self.units[unit].parent else { return Vec::new() };
        self.homes_under(parent).into_iter().filter(|other| *other != unit).collect()
    }

    /// Units at a level.
    pub(super) fn at(&self, level: Level) -> Vec<usize> {
        self.places(|unit| unit.level == level)
    }

    pub(super) fn places(&self, wanted: impl Fn(&Unit) -> bool) -> Vec<usize> {
        (0..self.units.len()).filter(|place| wanted(&self.units[*place])).collect()
    }

    /// Whether a demo account looks at it: such units don't change.
    pub(super) fn is_shown(&self, unit: usize) -> bool {
        let code = &self.units[unit].code;
        code.starts_with(STREET) || code == DISTRICT
    }

    /// Decides which units have people: all of them down to the streets, and some communities.
    fn settle(&mut self, dice: &mut Dice, small: bool) {
        for street in self.at(Level::Street) {
            let code = self.units[street].code.clone();
            let mut below = self.places(|unit| unit.parent == Some(street));
            dice.shuffle(&mut below);
            let shown = self.of_code(COMMUNITY);
            if let Some(place) = below.iter().position(|unit| *unit == shown) {
                below.swap(0, place);
            }
            let count = if small {
                SMALL.iter().find(|(of, _)| *of == code).map_or(0, |(_, count)| *count)
            } else if code == STREET {
                7
            } else {
                1 + dice.weighted([10, 25, 30, 22, 13].into_iter())
            };
            for unit in below.into_iter().take(count) {
                self.units[unit].home = true;
            }
        }
    }

    fn share(&mut self, dice: &mut Dice, count: usize) {
        let mut streets = self.at(Level::Street);
        dice.shuffle(&mut streets);
        for street in streets {
            let homes = self.homes_under(street);
            if self.shared.len() == count || self.is_shown(street) || homes.len() < 2 {
                continue;
            }
            let [lead, others @ ..] = &homes[..homes.len().min(3)] else { continue };
            let stems: Vec<String> =
                [*lead].iter().chain(others).map(|unit| stem(&self.units[*unit].name).to_owned()).collect();
            let name = format!("{}联合青年理论学习小组", stems.join("、"));
            for other in others {
                self.units[*other].lead = *lead;
            }
            self.shared.push(Shared { lead: *lead, others: others.to_vec(), name });
        }
    }

    fn change(&mut self, dice: &mut Dice, small: bool, span: &Span) {
        let counts = if small { [1, 0, 1, 1, 0] } else { [3, 3, 3, 3, 2] };
        let [merged, merged_empty, closed, renamed, moved] = counts;
        let shared: HashSet<usize> =
            self.shared.iter().flat_map(|shared| shared.others.iter().copied().chain([shared.lead])).collect();
        let mut free = self.at(Level::Community);
        free.retain(|unit| !shared.contains(unit) && !self.is_shown(*unit));
        dice.shuffle(&mut free);
        let mut touched: HashSet<usize> = HashSet::new();
        let mut months: Vec<u32> = (3..22).collect();
        dice.shuffle(&mut months);
        let mut days = months.into_iter().cycle().map(|month| span.start + Months::new(month));
        let mut day = || days.next().unwrap_or(span.start);
        for (count, home) in [(merged, true), (merged_empty, false)] {
            for _ in 0..count {
                let pair = free.iter().copied().filter(|unit| self.units[*unit].home == home).find_map(|unit| {
                    let beside = self.homes_beside(unit);
                    let heir = beside.into_iter().find(|heir| free.contains(heir) && !touched.contains(heir));
                    heir.filter(|_| !touched.contains(&unit)).map(|heir| (unit, heir))
                });
                if let Some((unit, heir)) = pair {
                    touched.extend([unit, heir]);
                    self.end(unit, heir, day(), Becomes::MergedInto(heir));
                }
            }
        }
        let closing: Vec<usize> =
            free.iter().copied().filter(|unit| !self.units[*unit].home && !touched.contains(unit)).collect();
        for unit in closing.into_iter().take(closed) {
            touched.insert(unit);
            self.end(unit, unit, day(), Becomes::Closed);
        }
        self.rename(&free, &mut touched, renamed, &mut day);
        let moving: Vec<usize> =
            free.iter().copied().filter(|unit| self.units[*unit].home && !touched.contains(unit)).collect();
        for unit in moving.into_iter().take(moved) {
            let beside = self.units[unit].parent.map(|street| self.homes_beside(street)).unwrap_or_default();
            if let Some(street) = dice.any(&beside) {
                self.changes.push((day(), unit, Becomes::MovedUnder(street)));
            }
        }
        self.changes.sort_by_key(|(day, unit, _)| (*day, *unit));
    }

    fn end(&mut self, unit: usize, heir: usize, from: NaiveDate, becomes: Becomes) {
        self.units[unit].last = from.pred_opt();
        self.units[unit].heir = Some(heir);
        self.changes.push((from, unit, becomes));
    }

    /// Villages become communities, and a town a street.
    fn rename(
        &mut self,
        free: &[usize],
        touched: &mut HashSet<usize>,
        count: usize,
        day: &mut impl FnMut() -> NaiveDate,
    ) {
        let mut renamed: Vec<(usize, String)> = Vec::new();
        for unit in free.iter().copied().filter(|unit| !touched.contains(unit)) {
            let name = &self.units[unit].name;
            let new = if name.ends_with("村委会") || name.ends_with("村民委员会") {
                format!("{}社区居委会", stem(name))
            } else if name.ends_with("社区居民委员会") {
                format!("{}新村社区居委会", stem(name))
            } else {
                continue;
            };
            let same = |other: &Unit| other.parent == self.units[unit].parent && stem(&other.name) == stem(&new);
            if renamed.len() < count && self.places(same).iter().all(|other| *other == unit) {
                renamed.push((unit, new));
            }
        }
        let town = self.of_code(TOWN);
        if self.units[town].level == Level::Street {
            renamed.push((town, self.units[town].name.replace('镇', "街道")));
        }
        for (unit, name) in renamed {
            let from = day();
            touched.insert(unit);
            self.units[unit].renamed = Some((from, name.clone()));
            self.changes.push((from, unit, Becomes::Renamed(name)));
        }
    }
}

/// `何家泉` for `何家泉村委会`.
fn stem(name: &str) -> &str {
    let ends = ["社区居民委员会", "社区居委会", "村民委员会", "村委会"];
    let stem = ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    stem.strip_suffix('村').unwrap_or(stem)
}

fn read(small: bool) -> Vec<Unit> {
    let wanted = |code: &str| {
        !small
            || code.len() <= "9901".len()
            || code == DISTRICT
            || SMALL.iter().any(|(street, _)| code.starts_with(street))
    };
    let mut units: Vec<Unit> = Vec::new();
    for line in TREE.lines().skip(1) {
        let mut fields = line.split(',');
        let mut field = || fields.next().unwrap_or_default();
        let (code, name, level, above) = (field(), field(), field(), field());
        let level = match level {
            "city" => Level::City,
            "district" => Level::District,
            "street" => Level::Street,
            _ => Level::Community,
        };
        if wanted(code) {
            units.push(Unit {
                code: code.to_owned(),
                level,
                parent: units.iter().rposition(|unit| unit.code == above),
                home: level < Level::Community,
                lead: units.len(),
                last: None,
                heir: None,
                name: name.to_owned(),
                renamed: None,
            });
        }
    }
    units
}
