//! Any sequence of opening, answering, sending back, excusing, moving of units and people, and lapsing gives what is due and answered as a
//! naive count of the stored duties gives it, at every position of the ledger.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate};
use desk::app::App;
use federation::{
    duties::{self, Duty, Ruling, State},
    people::{self, Appointment, Held, NewPerson},
    units,
};
use kernel::{FixedClock, Period, PersonId, RecordId, UnitId};
use ledger::{Books, Filter, db};
use qinglan::features::{
    activities,
    matters::{self, Handed, Wanted},
    talks::{self, actions::Said},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    support::{On, Place, day, on_both},
    town::{Town, new_person, town, unit},
};

on_both!(what_is_due_and_answered_is_what_stands_at_every_position);

const PEOPLE: usize = 4;
const STEPS: usize = 60;

/// What is stored at a position: the duties, and under which unit each stands.
struct Snapshot {
    position: i64,
    duties: Vec<Duty>,
    parents: HashMap<UnitId, UnitId>,
}

struct World {
    town: Town,
    communities: Vec<UnitId>,
    people: Vec<PersonId>,
    parents: HashMap<UnitId, UnitId>,
    matters: Vec<i64>,
    sessions: Vec<RecordId>,
    days: u64,
}

impl World {
    async fn new(place: &Place) -> Self {
        let town = town(place).await;
        let mut parents = HashMap::from([(town.street, town.city), (town.other, town.city)]);
        let mut communities = Vec::new();
        for (name, street) in [("东社区", town.street), ("西社区", town.street), ("南社区", town.other)] {
            let community = unit(&town.app, name, "community", Some(street)).await;
            parents.insert(community, street);
            communities.push(community);
        }
        let mut people = Vec::new();
        for at in 0..PEOPLE {
            let new =
                NewPerson { ..new_person(&format!("成员{}", ["甲", "乙", "丙", "丁"][at]), communities[at % 3]) };
            people.push(people::actions::add(&town.app, &town.app.operator(), new, day("2025-12-01")).await.unwrap());
        }
        Self { town, communities, people, parents, matters: Vec::new(), sessions: Vec::new(), days: 0 }
    }

    /// The application on the day that it is now.
    fn app(&self) -> App {
        let now = DateTime::parse_from_rfc3339("2026-01-05T02:00:00Z").unwrap().to_utc() + Days::new(self.days);
        self.town.app.with_clock(std::sync::Arc::new(FixedClock(now)))
    }

    fn today(&self) -> NaiveDate {
        day("2026-01-05") + Days::new(self.days)
    }

    async fn duties(&self) -> Vec<Duty> {
        let ids: Vec<RecordId> = db::rows(&self.town.app.db, "select id from duty", vec![]).await.unwrap();
        duties::store::by_ids(&self.town.app.db, &ids).await.unwrap()
    }

    async fn snapshot(&self) -> Snapshot {
        let position = ledger::position(&self.town.app.db).await.unwrap();
        Snapshot { position, duties: self.duties().await, parents: self.parents.clone() }
    }

    /// Does something; what is refused changes nothing.
    async fn step(&mut self, random: &mut StdRng) {
        let (app, operator) = (self.app(), self.app().operator());
        let duties = self.duties().await;
        let any = (!duties.is_empty()).then(|| duties[random.random_range(0..duties.len())].clone());
        let person = self.people[random.random_range(0..PEOPLE)];
        let to = self.communities[random.random_range(0..self.communities.len())];
        match random.random_range(0..13) {
            0 => self.days += random.random_range(1..12),
            1 | 2 => {
                let appointment = [Appointment::Promoted, Appointment::Reassigned, Appointment::Appointed];
                let appointment = Some(appointment[random.random_range(0..3)]);
                let held = Held { appointment, ..Held::duty("副主任") };
                let _ = people::actions::transfer(&app, &operator, person, to, &held, self.today()).await;
                talks::open_all(&app).await.unwrap();
            }
            3 => {
                let open = duties.iter().filter(|duty| duty.opener == "talk" && duty.state == State::Open);
                let chosen = open.filter(|_| random.random_bool(0.7)).map(|duty| duty.id).collect();
                let said = Said { duties: chosen, host: Some(self.town.city), day: self.today(), speakers: None };
                self.sessions.extend(talks::actions::hold(&app, &operator, said).await.ok());
            }
            4 => {
                if let Some(session) = self.sessions.pop() {
                    activities::actions::void(&app, &operator, session, "登记错了").await.unwrap();
                }
            }
            5 => {
                let steps = (1..=4).map(|place| Wanted {
                    unit: self.communities[random.random_range(0..3)],
                    person: None,
                    due_on: self.today() + Days::new(place * 4),
                });
                let handed = Handed { title: "走访".to_owned(), about: None, theme: None, steps: steps.collect() };
                let id = matters::actions::open(&app, &operator, self.town.city, "four_lists", handed).await.unwrap();
                self.matters.push(id);
            }
            6 | 7 => {
                if let Some(id) = self.matters.last().copied() {
                    let version = matters::store::by_id(&app.db, id).await.unwrap().unwrap().version;
                    let _ = matters::actions::hand_in(&app, &operator, (id, version), "办了").await;
                }
            }
            8..=10 => {
                let ruling = [Ruling::Excuse, Ruling::Owe, Ruling::SendBack][random.random_range(0..3)];
                if let Some(duty) = any {
                    let _ = duties::actions::rule(&app, &operator, &[duty.id].into(), ruling, "改一改").await;
                }
            }
            11 => {
                let street = [self.town.street, self.town.other][random.random_range(0..2)];
                let from = day("2025-06-01");
                if units::actions::move_under(&app, &operator, to, Some(street), from).await.is_ok() {
                    self.parents.insert(to, street);
                }
            }
            _ => {
                if let Some(id) = self.matters.pop() {
                    let version = matters::store::by_id(&app.db, id).await.unwrap().unwrap().version;
                    let _ = matters::actions::withdraw(&app, &operator, (id, version), "不办了").await;
                }
            }
        }
    }

    /// Whether the figures at a position are those of a naive count.
    async fn check(&self, Snapshot { position, duties, parents }: &Snapshot) {
        let app = &self.town.app;
        let period = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
        let kinds = app.kinds();
        let (city, names) = (self.town.city, kinds.names());
        let books = Books::open(&app.db, &kinds, &names, city, period, Some(*position), None).await.unwrap();
        let under = |unit: UnitId, top: UnitId| {
            let mut at = Some(unit);
            while let Some(here) = at.filter(|here| *here != top) {
                at = parents.get(&here).copied();
            }
            at.is_some()
        };
        let owed = |duty: &&Duty| matches!(duty.state, State::Open | State::Done) && period.contains(duty.due_on);
        let done = |duty: &&Duty| duty.state == State::Done && duty.answered_on.is_some_and(|day| period.contains(day));
        for top in self.communities.iter().copied().chain([self.town.street, self.town.other, city]) {
            let here = |duty: &&Duty| under(duty.unit, top);
            let due = duties.iter().filter(owed).filter(here);
            let in_time = due.clone().filter(|duty| duty.answered_on.is_some_and(|day| day <= duty.due_on)).count();
            let naive =
                [due.count(), in_time, duties.iter().filter(done).filter(here).count()].map(|count| count as i64);
            let counted = ["duties.due", "duties.in_time_rate", "duties.answered"].map(|key| {
                let metric = app.metrics().get(key).unwrap();
                books.figure(&metric, top, period, &Filter::default()).unwrap().value.count()
            });
            assert_eq!(counted, naive, "{top} at {position}");
        }
    }
}

async fn what_is_due_and_answered_is_what_stands_at_every_position(on: On) {
    let mut states = BTreeSet::new();
    for seed in 0..4 {
        let place = Place::new(on).await;
        let mut world = World::new(&place).await;
        let mut random = StdRng::seed_from_u64(seed);
        let mut snapshots = Vec::new();
        for _ in 0..STEPS {
            world.step(&mut random).await;
            snapshots.push(world.snapshot().await);
        }
        let duties = snapshots.iter().flat_map(|snapshot| &snapshot.duties);
        states.extend(duties.map(|duty| (duty.opener.clone(), duty.state.as_str())));
        for snapshot in &snapshots {
            world.check(snapshot).await;
        }
        world.town.reconciled().await;
    }
    assert_eq!(states.len(), 8, "of talks and matters only these were met: {states:?}");
}
