//! The sessions: who holds which on what day, with whom, and who attends.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{
    Size, Span,
    city::{COMMUNITY, City, Level, STREET},
    dice::Dice,
    people::{Person, Team},
    telling,
    topics::{KINDS, Kind, OUTSIDE, SEASONAL, VOID_REASONS},
};
use crate::features::activities::Status;

/// A unit of the tree, or an outside organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partner {
    Unit(usize),
    Outside(usize),
}

/// A person on the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    pub(super) person: usize,
    pub(super) status: Status,
    pub(super) made_up: Option<NaiveDate>,
}

/// The state that a session ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Held,
    Void { reason: &'static str, on: NaiveDate },
    Announced,
    Draft,
}

/// A session with its list.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) kind: &'static Kind,
    pub(super) day: NaiveDate,
    pub(super) host: usize,
    pub(super) team: Option<usize>,
    pub(super) partners: Vec<Partner>,
    pub(super) listed: Vec<Listed>,
    pub(super) audience: Option<i64>,
    pub(super) fate: Fate,
    pub(super) told: telling::Told,
}

impl Session {
    /// Whether it counts.
    pub(super) fn is_held(&self) -> bool {
        self.fate == Fate::Held
    }

    /// Whether it was entered as held, if only to be voided later.
    pub(super) fn took_place(&self) -> bool {
        matches!(self.fate, Fate::Held | Fate::Void { .. })
    }

    /// The people who were present.
    pub(super) fn present(&self) -> impl Iterator<Item = usize> + '_ {
        self.listed.iter().filter(|listed| listed.status.present()).map(|listed| listed.person)
    }
}

/// How many days ahead sessions are announced.
const AHEAD: u64 = 21;
/// In this many past days some sessions still wait for their roll-call.
const WAITING: u64 = 6;
/// How many sessions there are in each month, from January on.
const SEASON: [usize; 12] = [80, 62, 114, 110, 104, 114, 94, 76, 110, 98, 115, 103];

/// The input for planning sessions.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) city: &'a City,
    pub(super) people: &'a [Person],
    pub(super) teams: &'a [Team],
    pub(super) brands: &'a BTreeMap<usize, String>,
    pub(super) size: &'a Size,
    pub(super) span: &'a Span,
}

pub(super) struct Planner<'a> {
    pub(super) city: &'a City,
    pub(super) people: &'a [Person],
    pub(super) teams: &'a [Team],
    pub(super) brands: &'a BTreeMap<usize, String>,
    size: &'a Size,
    span: &'a Span,
    pub(super) dice: Dice,
    /// By leading unit, everybody who ever attends there.
    circles: Vec<Vec<usize>>,
    /// How often a unit holds a session in a month, in per mille.
    rates: Vec<usize>,
    busy: HashSet<(usize, NaiveDate)>,
    hosted: HashSet<(usize, NaiveDate)>,
}

/// All sessions, by day.
pub(super) fn sessions(seed: u64, given: Given<'_>) -> Vec<Session> {
    let Given { city, people, teams, brands, size, span } = given;
    let mut circles: Vec<Vec<usize>> = vec![Vec::new(); city.units.len()];
    for (number, person) in people.iter().enumerate() {
        let units = person.stays.iter().map(|stay| stay.unit).chain(person.lent.map(|(unit, _)| unit));
        let leads: HashSet<usize> = units.map(|unit| city.units[unit].lead).collect();
        leads.into_iter().for_each(|lead| circles[lead].push(number));
    }
    let mut dice = Dice::new(seed, 4);
    let rates = (0..city.units.len()).map(|unit| rate(&mut dice, city, unit)).collect();
    let (busy, hosted) = (HashSet::new(), HashSet::new());
    let mut planner = Planner { city, people, teams, brands, size, span, dice, circles, rates, busy, hosted };
    let mut sessions = planner.all();
    sessions.sort_by_key(|session| (session.day, session.host));
    sessions
}

/// How often a unit holds a session in a month, in per mille: more often at higher levels, and some always less.
fn rate(dice: &mut Dice, city: &City, unit: usize) -> usize {
    let often = dice.between(70, 108).unsigned_abs() as usize;
    let base = match city.units[unit].level {
        Level::City => 2_500,
        Level::District => 1_800,
        Level::Street => 1_100,
        Level::Community => 980,
    };
    if city.is_shown(unit) { base * 3 / 2 } else { base * often / 100 }
}

impl Planner<'_> {
    fn all(&mut self) -> Vec<Session> {
        let size = self.size;
        let mut sessions = Vec::new();
        let last = self.span.today + Days::new(AHEAD);
        let months: Vec<NaiveDate> =
            (0..40).map(|month| self.span.start + Months::new(month)).take_while(|first| *first <= last).collect();
        let elapsed = |first: NaiveDate| {
            let days = self.span.workdays_of(first);
            let past = days.iter().filter(|day| **day < self.span.today).count();
            SEASON[first.month0() as usize] * past / days.len().max(1)
        };
        let whole: usize = months.iter().map(|first| elapsed(*first)).sum();
        for first in months {
            let quota = size.attendances * SEASON[first.month0() as usize] / whole.max(1);
            self.month(first, quota, &mut sessions);
        }
        self.ahead_and_waiting(&mut sessions);
        self.shown(&mut sessions);
        self.voids(&mut sessions, size.voids);
        sessions
    }

    /// A month's sessions, until the quota of attendances is reached.
    fn month(&mut self, first: NaiveDate, quota: usize, sessions: &mut Vec<Session>) {
        let days = self.span.workdays_of(first);
        let mut tasks: Vec<(usize, Option<usize>)> = Vec::new();
        for unit in self.city.places(|unit| unit.home) {
            if self.city.units[unit].lead == unit {
                let rate = self.rates[unit];
                let count = rate / 1_000 + usize::from(self.dice.per_mille(rate % 1_000));
                tasks.extend(std::iter::repeat_n((unit, None), count));
            }
        }
        for (number, team) in self.teams.iter().enumerate() {
            if team.from < first && self.dice.per_mille(800) {
                tasks.push((team.unit, Some(number)));
            }
        }
        self.dice.shuffle(&mut tasks);
        let streets = self.city.at(Level::Street);
        let mut listed = 0;
        let mut tried = 0;
        while listed < quota && tried < tasks.len() + streets.len() * 3 {
            let (host, team) = tasks.get(tried).copied().unwrap_or_else(|| (self.dice.pick(&streets), None));
            tried += 1;
            let day = self.dice.pick(&days);
            if let Some(session) = self.session(host, team, day) {
                listed += session.listed.len();
                sessions.push(session);
            }
        }
    }

    /// A session of a unit or team on a day; `None` if too few people are free, or the unit no longer exists.
    fn session(&mut self, host: usize, team: Option<usize>, day: NaiveDate) -> Option<Session> {
        if !self.city.units[host].stands(day) || self.hosted.contains(&(host, day)) {
            return None;
        }
        let own = match team {
            Some(team) => self.teams[team].members.clone(),
            None => self.members(host, day),
        };
        let own: Vec<usize> = own.into_iter().filter(|person| !self.busy.contains(&(*person, day))).collect();
        if own.len() < 3 {
            return None;
        }
        let rank = match self.city.units[host].level {
            Level::Community => 0,
            Level::Street => 1,
            _ => 2,
        };
        let (kind, title) = self.what(rank, team.is_some(), day);
        let due = (own.len() * kind.due / 1_000).max(3);
        let own = if team.is_some() { own } else { self.dice.some(&own, due) };
        let mut listed: Vec<Listed> = own.iter().map(|person| self.comes(*person, day)).collect();
        let joint = self.dice.per_mille(kind.joint[rank]);
        let partners = if joint { self.partners(host, kind, day, &mut listed) } else { Vec::new() };
        let guest = self.observer(host, day, &mut listed);
        self.hosted.insert((host, day));
        self.busy.extend(listed.iter().map(|listed| (listed.person, day)));
        let attending =
            listed.iter().filter(|one| one.status.present() || one.status == Status::Observer).count() as i64;
        let guests = if self.dice.per_mille(600) { self.dice.between(0, kind.guests) } else { kind.guests / 8 };
        let told = telling::Told::default();
        let fate = Fate::Held;
        let audience = Some(attending + guests);
        let mut session = Session { kind, day, host, team, partners, listed, audience, fate, told };
        session.told = self.describe_session(&session, title, guest);
        Some(session)
    }

    /// The type, and a title if the month has a topic of its own.
    fn what(&mut self, rank: usize, team: bool, day: NaiveDate) -> (&'static Kind, Option<&'static str>) {
        let of = |code: &str| KINDS.iter().find(|kind| kind.code == code).unwrap_or(&KINDS[0]);
        if team {
            return (of("lecture"), None);
        }
        let brought: Vec<(&str, &'static str)> = SEASONAL
            .iter()
            .filter(|(month, ..)| *month == day.month())
            .map(|(_, code, title)| (*code, *title))
            .collect();
        if self.dice.per_mille(110)
            && let Some((code, title)) = self.dice.any(&brought)
        {
            return (of(code), Some(title));
        }
        (&KINDS[self.dice.weighted(KINDS.iter().map(|kind| kind.weights[rank]))], None)
    }

    /// The people who attend the sessions of a unit's group on a day.
    fn members(&self, unit: usize, day: NaiveDate) -> Vec<usize> {
        let lead = self.city.units[unit].lead;
        let own =
            |person: &usize| self.people[*person].attends(day).is_some_and(|unit| self.city.units[unit].lead == lead);
        self.circles[lead].iter().copied().filter(own).collect()
    }

    fn comes(&mut self, person: usize, day: NaiveDate) -> Listed {
        let keen = self.people[person].keen;
        let status = match self.dice.below(1_000) {
            roll if roll < keen => {
                if self.dice.per_mille(28) {
                    Status::Late
                } else {
                    Status::OnTime
                }
            }
            _ if self.dice.per_mille(780) => Status::Leave,
            _ => Status::Absent,
        };
        let makes_up = !status.present() && self.dice.per_mille(430);
        let later = self.dice.between(2, 20).unsigned_abs();
        let made_up = Some(day + Days::new(later)).filter(|made_up| makes_up && *made_up < self.span.today);
        Listed { person, status, made_up }
    }

    /// Units and organisations that take part, with some of their people.
    fn partners(&mut self, host: usize, kind: &Kind, day: NaiveDate, listed: &mut Vec<Listed>) -> Vec<Partner> {
        let unit = &self.city.units[host];
        let stands = |other: &usize| self.city.units[*other].stands(day) && self.city.units[*other].lead == *other;
        let beside: Vec<usize> = self.city.homes_beside(host).into_iter().filter(stands).collect();
        let below: Vec<usize> = self.city.homes_under(host).into_iter().filter(stands).collect();
        let above: Vec<usize> = unit.parent.into_iter().collect();
        let roll = self.dice.below(100);
        let (units, most, outside) = match (unit.level, roll) {
            (Level::Community, 0..50) => (beside, self.dice.between(1, 2), false),
            (Level::Community, 50..78) => (above, 1, false),
            (Level::Street, 0..58) => (below, self.dice.between(2, 4), false),
            (Level::Street, 58..76) => (beside, self.dice.between(1, 2), false),
            (Level::Street, 76..84) => (above, 1, false),
            (Level::Street, 84..92) => (below, 2, true),
            (Level::District, 0..66) => (below, self.dice.between(3, 6), false),
            (Level::District, 66..76) => (beside, 1, false),
            (Level::District, 76..90) => (below, 3, true),
            (Level::City, 0..75) => (below, self.dice.between(4, 9), false),
            _ => (Vec::new(), 0, true),
        };
        let mut partners = Vec::new();
        for partner in self.dice.some(&units, most.unsigned_abs() as usize) {
            let free: Vec<usize> =
                self.members(partner, day).into_iter().filter(|person| !self.busy.contains(&(*person, day))).collect();
            let free: Vec<usize> =
                free.into_iter().filter(|person| listed.iter().all(|listed| listed.person != *person)).collect();
            let most = self.dice.between(1, 3).unsigned_abs() as usize;
            for person in self.dice.some(&free, most) {
                let comes = self.comes(person, day);
                listed.push(comes);
            }
            partners.push(Partner::Unit(partner));
        }
        if outside || partners.is_empty() {
            let all: Vec<usize> = (0..self.size.outside).collect();
            let fit: Vec<usize> = all.iter().copied().filter(|place| OUTSIDE[*place].2.contains(&kind.code)).collect();
            partners.push(Partner::Outside(self.dice.pick(if fit.is_empty() { &all } else { &fit })));
        }
        partners
    }

    /// Sometimes somebody of the unit above observes, who is not due.
    fn observer(&mut self, host: usize, day: NaiveDate, listed: &mut Vec<Listed>) -> Option<usize> {
        let above = self.city.units[host].parent?;
        if !self.dice.per_mille(150) {
            return None;
        }
        let free = |person: &usize| {
            self.people[*person].leads(day)
                && !self.busy.contains(&(*person, day))
                && listed.iter().all(|listed| listed.person != *person)
        };
        let free: Vec<usize> = self.members(above, day).into_iter().filter(free).collect();
        let person = self.dice.any(&free)?;
        listed.push(Listed { person, status: Status::Observer, made_up: None });
        Some(person)
    }

    /// Future sessions are announced or drafts; some of the last days still wait for their roll-call.
    fn ahead_and_waiting(&mut self, sessions: &mut Vec<Session>) {
        let today = self.span.today;
        let last = today + Days::new(AHEAD);
        let mut remaining = Vec::with_capacity(sessions.len());
        let mut drafts = 0;
        for mut session in std::mem::take(sessions) {
            if session.day > last || (session.day > today && !self.dice.per_mille(720)) {
                continue;
            }
            if session.day > today && drafts < self.size.drafts && self.dice.per_mille(120) {
                drafts += 1;
                self.not_yet(&mut session, Fate::Draft);
            } else if session.day >= today || (session.day + Days::new(WAITING) >= today && self.dice.per_mille(420)) {
                self.not_yet(&mut session, Fate::Announced);
            }
            remaining.push(session);
        }
        *sessions = remaining;
    }

    /// Removes what only a held session has.
    fn not_yet(&mut self, session: &mut Session, fate: Fate) {
        session.fate = fate;
        session.listed.clear();
        session.audience = None;
        let told = &mut session.told;
        (told.recorder, told.minutes, told.resolutions, told.note) = (None, None, None, None);
        if fate == Fate::Draft && self.dice.per_mille(600) {
            (told.times, told.day_part, told.place, told.speakers) = (None, None, None, None);
        }
    }

    /// What the demo's accounts find: a roll-call that waits, a session next week, a draft, and a group with too few sessions.
    fn shown(&mut self, sessions: &mut Vec<Session>) {
        let today = self.span.today;
        let month = today.with_day(1).unwrap_or(today);
        let [street, community] = [STREET, COMMUNITY].map(|code| self.city.of_code(code));
        let short = self.city.homes_under(street).into_iter().find(|unit| *unit != community);
        sessions.retain(|session| Some(session.host) != short || session.day < month || session.day > today);
        let past: Vec<NaiveDate> = (1..=12)
            .filter_map(|back| today.checked_sub_days(Days::new(back)))
            .filter(|day| is_workday(*day))
            .collect();
        let next: Vec<NaiveDate> = (1..=12).map(|on| today + Days::new(on)).filter(|day| is_workday(*day)).collect();
        let wanted = [
            (community, past.get(3), Fate::Held),
            (community, past.first(), Fate::Announced),
            (community, next.get(2), Fate::Announced),
            (community, next.get(5), Fate::Draft),
            (street, past.get(4), Fate::Held),
            (street, past.get(1), Fate::Announced),
            (street, next.get(1), Fate::Announced),
            (street, next.get(4), Fate::Draft),
        ];
        for (host, day, fate) in wanted {
            let Some(mut session) = day.and_then(|day| self.session(host, None, *day)) else { continue };
            if fate != Fate::Held {
                self.not_yet(&mut session, fate);
            }
            sessions.push(session);
        }
    }

    fn voids(&mut self, sessions: &mut [Session], count: usize) {
        for _ in 0..count {
            let place = self.dice.below(sessions.len());
            let session = &mut sessions[place];
            let on = session.day + Days::new(self.dice.between(2, 9).unsigned_abs());
            if session.fate == Fate::Held
                && on < self.span.today
                && session.listed.iter().all(|one| one.made_up.is_none())
            {
                session.fate = Fate::Void { reason: self.dice.pick(&VOID_REASONS), on };
            }
        }
    }
}

/// The first days of the lunar year; nothing is held around them.
const SPRING: [(i32, u32, u32); 11] = [
    (2023, 1, 22),
    (2024, 2, 10),
    (2025, 1, 29),
    (2026, 2, 17),
    (2027, 2, 6),
    (2028, 1, 26),
    (2029, 2, 13),
    (2030, 2, 3),
    (2031, 1, 23),
    (2032, 2, 11),
    (2033, 1, 31),
];

/// Monday to Friday except for the major holidays.
pub(super) fn is_workday(day: NaiveDate) -> bool {
    let off = match (day.month(), day.day()) {
        (1, 1) | (4, 4..=6) | (5, 1..=5) | (10, 1..=7) => true,
        _ => SPRING
            .iter()
            .filter_map(|(year, month, first)| NaiveDate::from_ymd_opt(*year, *month, *first))
            .any(|first| (-1..=6).contains(&(day - first).num_days())),
    };
    !off && day.weekday().num_days_from_monday() < 5
}
