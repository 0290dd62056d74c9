//! Notices in the model: the duties of each unit, and how returns, sessions and plan items answer them.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use federation::duties::Ruling;
use kernel::{Period, RecordId, UnitId};
use proptest::prelude::*;
use qinglan::features::{
    notices::{
        self, DutyState as State, Kind, Recipients,
        actions::{Said, Wanted},
        answers::{self, Return},
    },
    plans,
};

use super::{Answers, Model, World, day, days, index, on_day};

#[derive(Clone, Debug)]
pub(super) enum Op {
    Send { sender: usize, everybody: bool, kinds: Vec<usize>, day: u64, gives: u64 },
    Withdraw { which: usize },
    HandIn { which: usize, day: u64 },
    Rule { which: usize, ruling: Ruling },
    Name { which: usize, session: usize },
    PutIntoPlan { which: usize, day: u64 },
    DropItem { which: usize },
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let kinds = proptest::collection::vec(0_usize..3, 1..4);
    let ruling = prop_oneof![2 => Just(Ruling::Excuse), 1 => Just(Ruling::Owe), 2 => Just(Ruling::SendBack)];
    prop_oneof![
        3 => (0_usize..4, any::<bool>(), kinds, days(), 0_u64..40)
            .prop_map(|(sender, everybody, kinds, day, gives)| Op::Send { sender, everybody, kinds, day, gives }),
        1 => index().prop_map(|which| Op::Withdraw { which }),
        5 => (index(), days()).prop_map(|(which, day)| Op::HandIn { which, day }),
        2 => (index(), ruling).prop_map(|(which, ruling)| Op::Rule { which, ruling }),
        3 => (index(), index()).prop_map(|(which, session)| Op::Name { which, session }),
        2 => (index(), days()).prop_map(|(which, day)| Op::PutIntoPlan { which, day }),
        1 => index().prop_map(|which| Op::DropItem { which }),
    ]
}

#[derive(Clone, Debug)]
pub(super) struct Notice {
    id: i64,
    pub(super) reference: String,
    sent: NaiveDate,
    due: NaiveDate,
    withdrawn: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Duty {
    id: RecordId,
    notice: usize,
    unit: usize,
    kind: Kind,
    state: State,
    answered: Option<NaiveDate>,
    session: Option<usize>,
    item: Option<i64>,
}

impl Duty {
    fn open_again(&mut self, state: State) {
        (self.state, self.answered, self.session, self.item) = (state, None, None, None);
    }
}

impl Model {
    pub(super) fn notice_answers(&self, inside: &dyn Fn(usize) -> bool, period: Period, answers: &mut Answers) {
        let (mut answered, mut units, mut in_time) = (0, BTreeSet::new(), 0);
        for duty in self.duties.iter().filter(|duty| duty.state == State::Done && inside(duty.unit)) {
            let on = duty.answered.unwrap();
            if period.contains(on) {
                answered += 1;
                units.insert(duty.unit);
                in_time += i64::from(on <= self.notices[duty.notice].due);
            }
        }
        answers.insert("duties.answered", answered);
        answers.insert("notices.answered", answered);
        answers.insert("notices.units", units.len() as i64);
        answers.insert("notices.in_time_rate", in_time);
        // Of all duties that are required, open or done, counted where they are due.
        let (mut due, mut met) = (0, 0);
        for duty in
            self.duties.iter().filter(|duty| matches!(duty.state, State::Open | State::Done) && inside(duty.unit))
        {
            let last = self.notices[duty.notice].due;
            if period.contains(last) {
                due += 1;
                met += i64::from(duty.answered.is_some_and(|on| on <= last));
            }
        }
        answers.insert("duties.due", due);
        answers.insert("duties.in_time_rate", met);
    }

    fn state_of_undone(&self, duty: usize) -> State {
        if self.notices[self.duties[duty].notice].withdrawn { State::Lapsed } else { State::Open }
    }

    /// A session was held or changed: the duties that it already answers get its day, and it answers those of the notice
    /// that it names.
    pub(super) fn session_answers(&mut self, session: usize) {
        let on = self.sessions[session].day;
        for duty in self.duties.iter_mut().filter(|duty| duty.session == Some(session)) {
            if matches!(duty.state, State::Open | State::Done) {
                (duty.state, duty.answered) = (State::Done, Some(on));
            }
        }
        for place in 0..self.duties.len() {
            let duty = &self.duties[place];
            let notice = &self.notices[duty.notice];
            let named = self.sessions[session].notice.as_deref() == Some(notice.reference.as_str());
            let owed = duty.kind == Kind::Activity && duty.state == State::Open && duty.session.is_none();
            let here = duty.unit == self.sessions[session].host && on >= notice.sent && !notice.withdrawn;
            let taken = self
                .duties
                .iter()
                .any(|other| other.session == Some(session) && (other.notice, other.unit) == (duty.notice, duty.unit));
            if named && owed && here && !taken {
                let duty = &mut self.duties[place];
                (duty.state, duty.answered, duty.session) = (State::Done, Some(on), Some(session));
            }
        }
    }

    pub(super) fn session_void(&mut self, session: usize) {
        for place in 0..self.duties.len() {
            if self.duties[place].session == Some(session) {
                let state = self.state_of_undone(place);
                self.duties[place].open_again(state);
            }
        }
    }

    /// The existing units under the sender on a day: all of them, or those directly under it.
    fn recipients(&self, sender: usize, everybody: bool, day: NaiveDate) -> BTreeSet<usize> {
        (0..self.units.len())
            .filter(|unit| *unit != sender && self.under(*unit, sender, day))
            .filter(|unit| everybody || self.parent(*unit, day) == Some(sender))
            .filter(|unit| self.merged.get(unit).is_none_or(|from| day < *from))
            .collect()
    }
}

impl World {
    fn duty(&self, which: usize, fits: impl Fn(&Duty) -> bool) -> Option<usize> {
        let duties = &self.model.duties;
        let there: Vec<usize> = (0..duties.len()).filter(|place| fits(&duties[*place])).collect();
        (!there.is_empty()).then(|| there[which % there.len()])
    }

    async fn send(&mut self, sender: usize, whom: Recipients, kinds: &[usize], (on, due): (NaiveDate, NaiveDate)) {
        let app = self.at(on).await;
        self.model.drafts += 1;
        let reference = format!("青妇〔2025〕{}号", self.model.drafts);
        let demand = |kind: &usize| Wanted {
            kind: notices::DEMANDED[*kind],
            wanted: "照办".to_owned(),
            type_code: None,
            material: None,
            needs_file: false,
        };
        let everybody = whom == Recipients::All;
        let said = Said {
            number: Some(reference.clone()),
            title: "通知".to_owned(),
            text: String::new(),
            due_on: due,
            recipients: whom,
            demands: kinds.iter().map(demand).collect(),
        };
        let key = UnitId(self.model.units[sender]);
        let id = notices::actions::draft(&app, &app.operator(), key, said).await.unwrap();
        let wanted = self.model.recipients(sender, everybody, on);
        let sent = notices::actions::send(&app, &app.operator(), (id, 1)).await;
        assert_eq!(sent.is_ok(), !wanted.is_empty(), "{sent:?}");
        if sent.is_err() {
            return;
        }
        let notice = self.model.notices.len();
        self.model.notices.push(Notice { id, reference, sent: on, due, withdrawn: false });
        let of_units: Vec<_> = notices::store::duties_of(&app.db, id).await.unwrap();
        let place = |unit: UnitId| self.model.units.iter().position(|known| *known == unit.0).unwrap();
        let mut duties: Vec<Duty> = of_units
            .iter()
            .map(|duty| Duty {
                id: duty.id,
                notice,
                unit: place(duty.unit),
                kind: duty.kind,
                state: State::Open,
                answered: None,
                session: None,
                item: None,
            })
            .collect();
        let owing: BTreeSet<usize> = duties.iter().map(|duty| duty.unit).collect();
        assert_eq!((owing, duties.len()), (wanted.clone(), wanted.len() * kinds.len()), "who owes");
        duties.sort_by_key(|duty| duty.id);
        self.model.duties.extend(duties);
    }

    #[expect(clippy::too_many_lines, reason = "one arm an operation")]
    pub(super) async fn run_notices(&mut self, op: &Op) {
        match op {
            Op::Send { sender, everybody, kinds, day, gives } => {
                let (sender, on) = (sender % self.model.units.len(), on_day(*day));
                let whom = if *everybody { Recipients::All } else { Recipients::Children };
                self.send(sender, whom, kinds, (on, on + Days::new(*gives))).await;
            }
            Op::Withdraw { which } => {
                let live: Vec<usize> =
                    (0..self.model.notices.len()).filter(|place| !self.model.notices[*place].withdrawn).collect();
                let Some(place) = live.get(which % live.len().max(1)).copied() else { return };
                let id = self.model.notices[place].id;
                let version = self.version("notice", id).await;
                notices::actions::withdraw(&self.app, &self.app.operator(), (id, version), "有变动").await.unwrap();
                self.model.notices[place].withdrawn = true;
                let open = |duty: &&mut Duty| duty.notice == place && duty.state == State::Open;
                self.model.duties.iter_mut().filter(open).for_each(|duty| duty.state = State::Lapsed);
            }
            Op::HandIn { which, day } => {
                let Some(place) = self.duty(*which, |duty| duty.kind == Kind::Return) else { return };
                let today = on_day(*day);
                let app = self.at(today).await;
                let id = self.model.duties[place].id;
                let version = self.version("duty", id.0).await;
                let handed = Return { text: "已办".to_owned(), file: None };
                let done = answers::hand_in(&app, &app.operator(), (id, version), handed).await;
                let duty = &self.model.duties[place];
                let notice = &self.model.notices[duty.notice];
                let late = duty.state == State::Done && today > notice.due;
                let takes = !notice.withdrawn && matches!(duty.state, State::Open | State::Done) && !late;
                assert_eq!(done.is_ok(), takes, "{done:?} {op:?} {duty:?}");
                if takes {
                    let duty = &mut self.model.duties[place];
                    (duty.state, duty.answered) = (State::Done, Some(today));
                }
            }
            Op::Rule { which, ruling } => {
                let Some(place) = self.duty(*which, |_| true) else { return };
                let id = self.model.duties[place].id;
                let done = answers::rule(&self.app, &self.app.operator(), id, *ruling, "改一改").await;
                let withdrawn = self.model.notices[self.model.duties[place].notice].withdrawn;
                let duty = &mut self.model.duties[place];
                let (takes, state) = match (ruling, duty.state) {
                    (Ruling::Excuse, State::Open | State::Excused) => (true, State::Excused),
                    (Ruling::Owe, State::Open | State::Excused) | (Ruling::SendBack, State::Open) => {
                        (true, State::Open)
                    }
                    (Ruling::SendBack, State::Done) if duty.kind == Kind::Return => (true, State::Open),
                    (_, state) => (false, state),
                };
                assert_eq!(done.is_ok(), takes && !withdrawn, "{done:?} {op:?} {duty:?}");
                if takes && !withdrawn && duty.state != state {
                    duty.open_again(state);
                }
            }
            Op::Name { which, session } => {
                let Some(place) = self.duty(*which, |duty| duty.kind == Kind::Activity) else { return };
                let Some(session) = self.session(*session) else { return };
                let (id, of_session) = (self.model.duties[place].id, self.model.sessions[session].id);
                let done = answers::name_activity(&self.app, &self.app.operator(), id, of_session).await;
                let (duty, held) = (&self.model.duties[place], &self.model.sessions[session]);
                let notice = &self.model.notices[duty.notice];
                let same = duty.session == Some(session);
                let taken = self.model.duties.iter().any(|other| {
                    other.session == Some(session) && (other.notice, other.unit) == (duty.notice, duty.unit)
                });
                let fits = duty.unit == held.host && held.day >= notice.sent && !taken;
                let asked = !notice.withdrawn && !matches!(duty.state, State::Excused | State::Lapsed);
                let takes = asked && (same || duty.state == State::Open && fits);
                assert_eq!(done.is_ok(), takes, "{done:?} {op:?} {duty:?} {held:?}");
                if takes && !same {
                    let on = held.day;
                    let duty = &mut self.model.duties[place];
                    (duty.state, duty.answered, duty.session) = (State::Done, Some(on), Some(session));
                }
            }
            Op::PutIntoPlan { which, day: today } => {
                let Some(place) = self.duty(*which, |duty| duty.kind == Kind::PlanItem) else { return };
                let today = on_day(*today);
                let app = self.at(today).await;
                let (id, unit) = (self.model.duties[place].id, self.model.duties[place].unit);
                let said = plans::actions::Said {
                    title: "落实计划".to_owned(),
                    from: day("2025-01-01"),
                    to: day("2025-12-31"),
                    theme: None,
                };
                let (key, actor) = (UnitId(self.model.units[unit]), app.operator());
                let plan = plans::actions::begin(&app, &actor, key, said).await.unwrap();
                let done = answers::add_to_plan(&app, &actor, id, plan).await;
                let duty = &self.model.duties[place];
                let withdrawn = self.model.notices[duty.notice].withdrawn;
                let takes = !withdrawn && matches!(duty.state, State::Open | State::Done);
                assert_eq!(done.is_ok(), takes, "{done:?} {op:?} {duty:?}");
                if takes && duty.state == State::Open {
                    let item = federation::duties::store::by_id(&app.db, id).await.unwrap().unwrap().item;
                    let duty = &mut self.model.duties[place];
                    (duty.state, duty.answered, duty.item) = (State::Done, Some(today), item);
                }
            }
            Op::DropItem { which } => {
                let Some(place) = self.duty(*which, |duty| duty.item.is_some()) else { return };
                let item = self.model.duties[place].item.unwrap();
                plans::actions::drop_item(&self.app, &self.app.operator(), item).await.unwrap();
                let state = self.model.state_of_undone(place);
                self.model.duties[place].open_again(state);
            }
        }
    }
}
