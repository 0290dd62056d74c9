//! Any sequence of bookings, edits, voids, postings, moves and merges: every measure equals a brute-force count, now and
//! at every earlier position.
//!
//! The model below keeps its own lists and counts them naively; it shares no code with the ledger or the features.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use kernel::{Period, PersonId, RecordId, UnitId};
use ledger::{Books, Filter};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use qinglan::{
    app::App,
    features::{
        self,
        activities::{
            self, Status,
            actions::{Draft, Handed},
        },
        people::{self, NewPerson, Party},
        units::{self, actions::Addition},
    },
};

use crate::support::{On, Place, day, on_both};

on_both!(every_measure_equals_a_brute_force_count_at_every_position);

/// A name without digits, which no name has: 二零 for 20.
fn named(number: usize) -> String {
    let letters: Vec<char> = "零一二三四五六七八九".chars().collect();
    number.to_string().bytes().map(|digit| letters[usize::from(digit - b'0')]).collect()
}

#[derive(Clone, Debug)]
enum Op {
    Hold { day: u64, host: usize, people: Vec<(usize, Status)>, audience: Option<i64> },
    Edit { which: usize, day: u64, people: Vec<(usize, Status)>, audience: Option<i64> },
    Void { which: usize },
    MakeUp { which: usize, day: u64 },
    Join { unit: usize, day: u64, party: bool },
    Transfer { person: usize, unit: usize, day: u64 },
    BecomePartyMember { person: usize, day: u64 },
    Leave { person: usize, day: u64 },
    Second { person: usize, to: usize, day: u64, days: Option<u64> },
    Move { unit: usize, parent: usize, day: u64 },
    MergeUnits { unit: usize, survivor: usize, day: u64 },
    MergePeople { loser: usize, survivor: usize },
}

fn op() -> impl Strategy<Value = Op> {
    let days = || 0_u64..120;
    let index = || 0_usize..8;
    let status = prop_oneof![
        4 => Just(Status::OnTime), 1 => Just(Status::Late), 1 => Just(Status::Leave), 1 => Just(Status::Absent),
        1 => Just(Status::Observer)
    ];
    let people = move || proptest::collection::vec((0_usize..8, status.clone()), 0..5);
    let audience = || proptest::option::of(8_i64..50);
    prop_oneof![
        5 => (days(), index(), people(), audience())
            .prop_map(|(day, host, people, audience)| Op::Hold { day, host, people, audience }),
        2 => (index(), days(), people(), audience())
            .prop_map(|(which, day, people, audience)| Op::Edit { which, day, people, audience }),
        1 => index().prop_map(|which| Op::Void { which }),
        1 => (index(), days()).prop_map(|(which, day)| Op::MakeUp { which, day }),
        1 => (index(), days(), any::<bool>()).prop_map(|(unit, day, party)| Op::Join { unit, day, party }),
        2 => (index(), index(), days()).prop_map(|(person, unit, day)| Op::Transfer { person, unit, day }),
        1 => (index(), days()).prop_map(|(person, day)| Op::BecomePartyMember { person, day }),
        1 => (index(), days()).prop_map(|(person, day)| Op::Leave { person, day }),
        1 => (index(), index(), days(), proptest::option::of(1_u64..60))
            .prop_map(|(person, to, day, days)| Op::Second { person, to, day, days }),
        1 => (index(), index(), days()).prop_map(|(unit, parent, day)| Op::Move { unit, parent, day }),
        1 => (index(), index(), days()).prop_map(|(unit, survivor, day)| Op::MergeUnits { unit, survivor, day }),
        1 => (index(), index()).prop_map(|(loser, survivor)| Op::MergePeople { loser, survivor }),
    ]
}

#[derive(Clone, Debug)]
struct Stay {
    number: usize,
    unit: usize,
    from: NaiveDate,
    to: Option<NaiveDate>,
    void: bool,
}

#[derive(Clone, Debug, Default)]
struct Human {
    id: i64,
    stays: Vec<Stay>,
    /// 借调: from, to, borrowing unit, in the order of entering.
    loans: Vec<(NaiveDate, Option<NaiveDate>, usize)>,
    party: BTreeMap<NaiveDate, bool>,
    gone: bool,
}

#[derive(Clone, Debug)]
struct Session {
    id: RecordId,
    day: NaiveDate,
    host: usize,
    list: BTreeMap<usize, (Status, Option<NaiveDate>)>,
    audience: Option<i64>,
    void: bool,
}

#[derive(Clone, Debug, Default)]
struct Model {
    units: Vec<i64>,
    edges: Vec<(usize, Option<usize>, NaiveDate)>,
    people: Vec<Human>,
    sessions: Vec<Session>,
    stays: usize,
}

fn covers(stay: &Stay, day: NaiveDate) -> bool {
    !stay.void && stay.from <= day && stay.to.is_none_or(|to| day <= to)
}

impl Model {
    fn next_stay(&mut self) -> usize {
        self.stays += 1;
        self.stays
    }

    fn parent(&self, unit: usize, day: NaiveDate) -> Option<usize> {
        let mut best: Option<&(usize, Option<usize>, NaiveDate)> = None;
        for edge in self.edges.iter().filter(|edge| edge.0 == unit && edge.2 <= day) {
            if best.is_none_or(|best| edge.2 >= best.2) {
                best = Some(edge);
            }
        }
        best.and_then(|edge| edge.1)
    }

    fn under(&self, unit: usize, above: usize, day: NaiveDate) -> bool {
        let mut at = Some(unit);
        while let Some(here) = at {
            if here == above {
                return true;
            }
            at = self.parent(here, day);
        }
        false
    }

    /// The unit that a person's attendance counts to: of the host's group if a member, else of the first membership.
    fn counted(&self, person: usize, day: NaiveDate, host: usize) -> Option<usize> {
        let stays = &self.people[person].stays;
        stays
            .iter()
            .find(|stay| covers(stay, day) && stay.unit == host)
            .or_else(|| stays.iter().find(|stay| covers(stay, day)))
            .map(|stay| self.lent(person, stay, day))
    }

    /// Where a stay counts on a day: to the unit that borrowed the person last, else to its own.
    fn lent(&self, person: usize, stay: &Stay, day: NaiveDate) -> usize {
        let mut loans: Vec<_> = self.people[person].loans.iter().collect();
        loans.sort_by_key(|loan| loan.0);
        let covering = loans.into_iter().rfind(|(from, to, _)| *from <= day && to.is_none_or(|to| day <= to));
        covering.map_or(stay.unit, |(.., unit)| *unit)
    }

    fn in_party(&self, person: usize, day: NaiveDate) -> bool {
        self.people[person].party.range(..=day).next_back().is_some_and(|(_, party)| *party)
    }

    fn answers(&self, scope: usize, period: Period) -> BTreeMap<&'static str, i64> {
        let inside = |unit: usize| self.under(unit, scope, period.to);
        let mut answers = BTreeMap::new();
        let mut during = BTreeSet::new();
        let (mut at_end, mut party_at_end) = (BTreeSet::new(), BTreeSet::new());
        let mut day = period.from;
        while day <= period.to {
            for (number, person) in self.people.iter().enumerate().filter(|(_, person)| !person.gone) {
                if person.stays.iter().any(|stay| covers(stay, day) && inside(self.lent(number, stay, day))) {
                    during.insert(number);
                    if day == period.to {
                        at_end.insert(number);
                        if self.in_party(number, day) {
                            party_at_end.insert(number);
                        }
                    }
                }
            }
            day = day + Days::new(1);
        }
        answers.insert("people.members", during.len() as i64);
        answers.insert("people.members_at", at_end.len() as i64);
        answers.insert("people.members_party", party_at_end.len() as i64);
        let (mut occasions, mut times, mut persons, mut audience, mut units, mut made_up, mut due) =
            (0, 0, BTreeSet::new(), 0, BTreeSet::new(), 0, 0);
        for session in self.sessions.iter().filter(|session| !session.void) {
            let mut took_part = BTreeSet::from([session.host]);
            let on = period.contains(session.day);
            for (person, (status, made)) in &session.list {
                let unit = self.counted(*person, session.day, session.host).unwrap();
                let present = matches!(status, Status::OnTime | Status::Late);
                if present {
                    took_part.insert(unit);
                }
                if on && present && inside(unit) {
                    times += 1;
                    persons.insert(*person);
                }
                if on && *status != Status::Observer && inside(unit) {
                    due += 1;
                }
                if made.is_some_and(|made| period.contains(made)) && inside(unit) {
                    made_up += 1;
                }
            }
            if on {
                let here: Vec<usize> = took_part.into_iter().filter(|unit| inside(*unit)).collect();
                occasions += i64::from(!here.is_empty());
                units.extend(here);
                if inside(session.host) {
                    audience += session.audience.unwrap_or(0);
                }
            }
        }
        answers.insert("activities.occasions", occasions);
        answers.insert("activities.person_times", times);
        answers.insert("activities.persons", persons.len() as i64);
        answers.insert("activities.audience", audience);
        answers.insert("activities.units", units.len() as i64);
        answers.insert("activities.made_up", made_up);
        answers.insert("activities.due", due);
        answers
    }
}

const KEYS: [&str; 10] = [
    "people.members",
    "people.members_at",
    "people.members_party",
    "activities.occasions",
    "activities.person_times",
    "activities.persons",
    "activities.audience",
    "activities.units",
    "activities.made_up",
    "activities.due",
];

fn on_day(number: u64) -> NaiveDate {
    day("2025-01-01") + Days::new(number)
}

/// Periods that cut through what happens.
fn periods() -> [Period; 3] {
    [("2025-01-01", "2025-12-31"), ("2025-02-01", "2025-02-28"), ("2025-03-10", "2025-04-20")]
        .map(|(from, to)| Period::new(day(from), day(to)).unwrap())
}

struct World {
    app: App,
    model: Model,
}

impl World {
    async fn new(place: &Place) -> Self {
        let mut world = Self { app: place.open().await, model: Model::default() };
        let actor = world.app.operator();
        for (name, level, parent) in [
            ("市", "city", None),
            ("东区", "district", Some(0)),
            ("西区", "district", Some(0)),
            ("一街道", "street", Some(1)),
            ("二街道", "street", Some(2)),
            ("三街道", "street", Some(2)),
        ] {
            let addition = Addition {
                name: name.to_owned(),
                level: Some(level.to_owned()),
                parent: parent.map(|parent: usize| UnitId(world.model.units[parent])),
                code: None,
                outside: false,
                from: None,
            };
            let id = units::actions::add(&world.app, &actor, addition).await.unwrap();
            world.model.edges.push((world.model.units.len(), parent, kernel::DAY_ONE));
            world.model.units.push(id.0);
        }
        for unit in [0, 1, 3, 4] {
            world.run(&Op::Join { unit, day: 0, party: unit == 1 }).await;
        }
        world
    }

    fn handed(&self, day: NaiveDate, host: usize, people: &[(usize, Status)]) -> BTreeMap<usize, Status> {
        people
            .iter()
            .map(|(person, status)| (person % self.model.people.len(), *status))
            .filter(|(person, _)| !self.model.people[*person].gone && self.model.counted(*person, day, host).is_some())
            .collect()
    }

    fn draft(&self, day: NaiveDate, host: usize, list: &BTreeMap<usize, Status>, audience: Option<i64>) -> Draft {
        let mut draft = Draft::new("study", "学习", day, UnitId(self.model.units[host]));
        draft.activity.audience = audience;
        draft.attendance = list
            .iter()
            .map(|(person, status)| Handed::plain(PersonId(self.model.people[*person].id), *status))
            .collect();
        draft
    }

    /// Does the operation; the model follows where the application took it.
    #[expect(clippy::too_many_lines, reason = "one arm an operation")]
    async fn run(&mut self, op: &Op) {
        let app = self.app.clone();
        let actor = app.operator();
        let units = self.model.units.clone();
        let unit = |number: usize| number % units.len();
        let key = |number: usize| UnitId(units[number]);
        match op {
            Op::Hold { day, host, people, audience } => {
                let (day, host) = (on_day(*day), unit(*host));
                let list = self.handed(day, host, people);
                // A unit that was merged is closed: what is refused leaves the model as it is.
                let done = activities::actions::add(&app, &actor, self.draft(day, host, &list, *audience)).await;
                let Ok(id) = done else { return };
                let list = list.into_iter().map(|(person, status)| (person, (status, None))).collect();
                self.model.sessions.push(Session { id, day, host, list, audience: *audience, void: false });
            }
            Op::Edit { which, day, people, audience } => {
                let Some(place) = self.session(*which) else { return };
                let (id, host) = (self.model.sessions[place].id, self.model.sessions[place].host);
                let day = on_day(*day);
                let list = self.handed(day, host, people);
                let mut draft = self.draft(day, host, &list, *audience);
                draft.activity.id = id;
                draft.activity.version = activities::store::by_ids(&app.db, &[id]).await.unwrap()[0].version;
                if activities::actions::edit(&app, &actor, draft, Some("改正".to_owned())).await.is_err() {
                    return;
                }
                let session = &mut self.model.sessions[place];
                session.day = day;
                session.audience = *audience;
                session.list = list.into_iter().map(|(person, status)| (person, (status, None))).collect();
            }
            Op::Void { which } => {
                let Some(place) = self.session(*which) else { return };
                let id = self.model.sessions[place].id;
                activities::actions::void(&app, &actor, id, "重复").await.unwrap();
                self.model.sessions[place].void = true;
            }
            Op::MakeUp { which, day } => {
                let Some(place) = self.session(*which) else { return };
                let day = on_day(*day);
                let session = self.model.sessions[place].clone();
                let missed = |status: &Status| matches!(status, Status::Leave | Status::Absent);
                let Some((person, _)) = session.list.iter().find(|(_, (status, _))| missed(status)) else { return };
                let id = PersonId(self.model.people[*person].id);
                if activities::actions::make_up(&app, &actor, session.id, id, day).await.is_ok() {
                    self.model.sessions[place].list.get_mut(person).unwrap().1 = Some(day);
                }
            }
            Op::Join { unit: to, day, party } => {
                let (to, from) = (unit(*to), on_day(*day));
                let new = NewPerson {
                    name: named(self.model.people.len()),
                    sex: None,
                    birth_month: Some(199_001),
                    party: Some(if *party { Party::Member } else { Party::Masses }),
                    unit: key(to),
                    duty: None,
                    education: None,
                    phone: None,
                    note: None,
                };
                let Ok(id) = people::actions::add(&app, &actor, new, from).await else { return };
                let number = self.model.next_stay();
                self.model.people.push(Human {
                    id: id.0,
                    stays: vec![Stay { number, unit: to, from, to: None, void: false }],
                    loans: Vec::new(),
                    party: BTreeMap::from([(from, *party)]),
                    gone: false,
                });
            }
            Op::Transfer { person, unit: to, day } => {
                let Some(person) = self.person(*person) else { return };
                let (to, from) = (unit(*to), on_day(*day));
                let id = PersonId(self.model.people[person].id);
                if people::actions::transfer(&app, &actor, id, key(to), None, from).await.is_ok() {
                    self.end(person, from - Days::new(1));
                    let number = self.model.next_stay();
                    self.model.people[person].stays.push(Stay { number, unit: to, from, to: None, void: false });
                }
            }
            Op::BecomePartyMember { person, day } => {
                let Some(person) = self.person(*person) else { return };
                let id = PersonId(self.model.people[person].id);
                people::actions::set_party(&app, &actor, id, Party::Probationary, on_day(*day)).await.unwrap();
                self.model.people[person].party.insert(on_day(*day), true);
            }
            Op::Leave { person, day } => {
                let Some(person) = self.person(*person) else { return };
                let id = PersonId(self.model.people[person].id);
                if people::actions::leave(&app, &actor, id, on_day(*day)).await.is_ok() {
                    self.end(person, on_day(*day));
                }
            }
            Op::Second { person, to, day, days } => {
                let Some(person) = self.person(*person) else { return };
                let from = on_day(*day);
                let home = self.model.people[person].stays.iter().find(|stay| covers(stay, from)).map(|stay| stay.unit);
                let Some(home) = home else { return };
                let (to, until) = (unit(*to), days.map(|days| from + Days::new(days)));
                let id = PersonId(self.model.people[person].id);
                let days = kernel::DayRange { from, to: until };
                if people::actions::second(&app, &actor, id, key(home), key(to), days).await.is_ok() {
                    self.model.people[person].loans.push((from, until, to));
                }
            }
            Op::Move { unit: moved, parent, day } => {
                let (moved, parent) = (unit(*moved), unit(*parent));
                let done = units::actions::move_under(&app, &actor, key(moved), Some(key(parent)), on_day(*day)).await;
                if moved != 0 && done.is_ok() {
                    self.model.edges.push((moved, Some(parent), on_day(*day)));
                } else if done.is_ok() {
                    panic!("the top moved under what stands under it");
                }
            }
            Op::MergeUnits { unit: merged, survivor, day } => {
                let (merged, survivor, from) = (unit(*merged), unit(*survivor), on_day(*day));
                let done = units::actions::merge(&app, &actor, key(merged), key(survivor), from).await;
                if done.is_ok() {
                    let children: Vec<usize> = (0..self.model.units.len())
                        .filter(|child| self.model.parent(*child, from) == Some(merged))
                        .collect();
                    self.model.edges.push((merged, Some(survivor), from));
                    for child in children {
                        self.model.edges.push((child, Some(survivor), from));
                    }
                }
            }
            Op::MergePeople { loser, survivor } => {
                let (Some(loser), Some(survivor)) = (self.person(*loser), self.person(*survivor)) else { return };
                let ids = [loser, survivor].map(|person| PersonId(self.model.people[person].id));
                if people::actions::merge(&app, &actor, ids[0], ids[1]).await.is_ok() {
                    self.merge(loser, survivor);
                }
            }
        }
    }

    fn session(&self, which: usize) -> Option<usize> {
        let live: Vec<usize> =
            (0..self.model.sessions.len()).filter(|place| !self.model.sessions[*place].void).collect();
        (!live.is_empty()).then(|| live[which % live.len()])
    }

    fn person(&self, which: usize) -> Option<usize> {
        let there: Vec<usize> = (0..self.model.people.len()).filter(|place| !self.model.people[*place].gone).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    fn end(&mut self, person: usize, last: NaiveDate) {
        for stay in &mut self.model.people[person].stays {
            if stay.from <= last && stay.to.is_none_or(|to| to > last) {
                stay.to = Some(last);
            }
        }
    }

    fn merge(&mut self, loser: usize, survivor: usize) {
        let lost = self.model.people[loser].clone();
        self.model.people[loser].gone = true;
        let human = &mut self.model.people[survivor];
        for (day, party) in lost.party {
            human.party.entry(day).or_insert(party);
        }
        human.stays.extend(lost.stays);
        human.loans.extend(lost.loans);
        human.stays.sort_by_key(|stay| stay.number);
        let stays = human.stays.clone();
        for (place, stay) in human.stays.iter_mut().enumerate() {
            let end = |stay: &Stay| stay.to.unwrap_or(NaiveDate::MAX);
            stay.void |= stays.iter().enumerate().any(|(other, wide)| {
                let same = (wide.from, end(wide)) == (stay.from, end(stay));
                !wide.void
                    && wide.unit == stay.unit
                    && wide.from <= stay.from
                    && end(wide) >= end(stay)
                    && (other < place || !same)
            });
        }
        let rank = |status: Status| match status {
            Status::OnTime => 5,
            Status::Late => 4,
            Status::Observer => 3,
            Status::Leave => 2,
            Status::Absent => 1,
        };
        for session in &mut self.model.sessions {
            if let Some(had) = session.list.remove(&loser) {
                let keep = session.list.get(&survivor).is_some_and(|own| rank(own.0) >= rank(had.0));
                if !keep {
                    session.list.insert(survivor, had);
                }
            }
        }
    }
}

async fn check(ops: &[Op], on: On) {
    let place = Place::new(on).await;
    let mut world = World::new(&place).await;
    let mut snapshots = Vec::new();
    for op in ops {
        world.run(op).await;
        snapshots.push((ledger::position(&world.app.db).await.unwrap(), world.model.clone()));
    }
    let app = &world.app;
    let kinds: Vec<&str> = app.kinds.all().map(|kind| kind.name).collect();
    for (number, (position, model)) in snapshots.iter().enumerate() {
        // An operation that was refused or changed nothing leaves the position of the one before.
        if snapshots.get(number + 1).is_some_and(|(next, _)| next == position) {
            continue;
        }
        for (scope, period) in [0, 2, 3].into_iter().flat_map(|scope| periods().map(|period| (scope, period))) {
            let unit = UnitId(model.units[scope]);
            let books = Books::open(&app.db, &app.kinds, &kinds, unit, period, Some(*position), None).await.unwrap();
            let wanted = model.answers(scope, period);
            for key in KEYS {
                let figure = books.figure(app.metrics.get(key).unwrap(), unit, period, &Filter::default()).unwrap();
                assert_eq!(
                    figure.value.count(),
                    wanted[key],
                    "{key} of unit {scope} in {period:?} at {position}, after {:?}",
                    &ops[..=number]
                );
            }
        }
    }
    let found = app.reconcile().await.unwrap();
    assert!(found.faults.is_empty(), "{:?} after {ops:?}", found.faults);
}

async fn every_measure_equals_a_brute_force_count_at_every_position(on: On) {
    let cases = if on == On::Sqlite { 24 } else { 8 };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let seed = if on == On::Sqlite { [7; 32] } else { [11; 32] };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let handle = tokio::runtime::Handle::current();
    let run = || {
        runner.run(&proptest::collection::vec(op(), 8..22), |ops| {
            // A panic within becomes a failure, so that the sequence is made shorter.
            let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| handle.block_on(check(&ops, on))));
            checked.map_err(|panic| {
                let text = panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "panicked".to_owned());
                TestCaseError::fail(text)
            })
        })
    };
    tokio::task::block_in_place(run).unwrap();
}
