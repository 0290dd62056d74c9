//! Enters the plan through the features: week by week, each thing by the same action as a page.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use desk::{actor::Actor, app::App, error::Result};
use federation::{
    groups,
    imports::{self, Answers, Context, Source},
    people::{self, Appointment, Held, NewPerson, Party},
    posts, themes,
    units::{self, actions::Addition},
};
use figures::reports::{
    Template,
    actions::{Order, issue, template},
};
use kernel::{FixedClock, GroupId, Period, PersonId, RecordId, Refusal, UnitId};

use super::{
    Plan, Progress,
    city::{Becomes, DISTRICT},
    people::{self as planned, Person, Stay, rank},
    sessions::{Fate, Partner, Session, is_workday},
    topics::OUTSIDE,
};
use crate::features::activities::{
    self, SpokePart, Stands, State, Status,
    actions::{Draft, Handed},
};

/// A quarterly report, which is not a shipped template.
const QUARTERLY: &str = include_str!("quarterly.md");
/// The reason of the corrections that make two figures drift.
const CORRECTION: &str = "核对签到表，漏记1人到场";

/// The numbers assigned by the database.
pub(super) struct Numbers {
    units: Vec<UnitId>,
    outside: Vec<UnitId>,
    groups: BTreeMap<usize, GroupId>,
    teams: BTreeMap<usize, GroupId>,
    people: BTreeMap<usize, PersonId>,
    records: BTreeMap<usize, RecordId>,
    /// The posts of units by the duties of those who hold them.
    posts: BTreeMap<(usize, &'static str), i64>,
    /// The themes of the whole city, with their first days.
    themes: [(String, NaiveDate); 2],
}

impl Numbers {
    pub(super) fn unit(&self, unit: usize) -> UnitId {
        self.units[unit]
    }

    /// The first `count` outside organisations.
    pub(super) fn outside(&self, count: usize) -> Vec<UnitId> {
        self.outside.iter().copied().take(count).collect()
    }

    /// The theme of the integrity sessions of a day.
    fn integrity_theme(&self, session: &Session) -> Option<String> {
        let [(theme, from), _] = &self.themes;
        (INTEGRITY.contains(&session.kind.code) && session.day >= *from).then(|| theme.clone())
    }

    /// The theme of practice in villages that began on a day.
    pub(super) fn village_theme(&self, day: NaiveDate) -> Option<String> {
        let [_, (theme, from)] = &self.themes;
        (day >= *from).then(|| theme.clone())
    }

    /// The group that people of a unit join.
    pub(super) fn group_of(&self, unit: usize) -> GroupId {
        self.groups[&unit]
    }

    pub(super) fn person(&self, person: usize) -> PersonId {
        self.people[&person]
    }

    /// The index of a person in the plan.
    pub(super) fn place_of(&self, person: PersonId) -> Option<usize> {
        self.people.iter().find(|(_, known)| **known == person).map(|(place, _)| *place)
    }
}

/// What happens on a day, apart from sessions; changes of people before those of units.
#[derive(Clone, Debug)]
enum Deed {
    Joins(usize),
    Moves(usize),
    Lent(usize),
    Away(usize),
    Turns(usize, Party),
    Leaves(usize),
    Team(usize),
    Unit(usize, Becomes),
}

/// A week: what happened in it is entered at its end.
#[derive(Clone, Copy, Debug)]
struct Week {
    from: NaiveDate,
    to: NaiveDate,
    at: DateTime<Utc>,
}

impl Week {
    fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

/// Weeks end on Sunday and are entered on Monday morning; the last one is entered now. In the small demo two weeks are
/// entered together.
fn weeks(plan: &Plan, now: DateTime<Utc>) -> Vec<Week> {
    let (start, today) = (plan.span.start, plan.span.today);
    let further = if plan.size.small { 7 } else { 0 };
    let mut weeks = Vec::new();
    let mut from = start;
    while from <= today {
        let sunday = from + Days::new(u64::from(6 - from.weekday().num_days_from_monday()) + further);
        let monday = morning(sunday + Days::new(1));
        let week = if sunday < today {
            Week { from, to: sunday, at: monday.min(now) }
        } else {
            Week { from, to: today, at: now }
        };
        weeks.push(week);
        from = week.to + Days::new(1);
    }
    weeks
}

/// Ten past nine in the federation's zone.
pub(super) fn morning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::minutes(70)
}

/// The application with a clock fixed at a moment, and the actor at that time.
pub(super) fn then(app: &App, at: DateTime<Utc>) -> (App, Actor) {
    let app = app.with_clock(Arc::new(FixedClock(at)));
    let actor = app.operator();
    (app, actor)
}

/// Enters the whole plan.
pub(super) async fn fill(app: &App, plan: &Plan, progress: &Progress<'_>) -> Result<Numbers> {
    let now = app.clock.0.now();
    let weeks = weeks(plan, now);
    let mut filling = Filling::begin(app, plan, morning(plan.span.start)).await?;
    for (number, week) in weeks.iter().enumerate() {
        progress(number, weeks.len());
        let (app, actor) = then(app, week.at);
        let last = number + 1 == weeks.len();
        filling.deeds(&app, &actor, week).await?;
        filling.sessions(&app, &actor, week, last).await?;
        filling.after(&app, &actor, week).await?;
        if first_of_month(week.from, 0) != first_of_month(week.to + Days::new(1), 0) {
            filling.close(&app, &actor, week).await?;
            let month = first_of_month(week.from, 0);
            plan.online.fill_month(&app, &actor, (&plan.city, &filling.told), month).await?;
            app.seal().await?;
        }
        filling.reports(&app, &actor, week, last).await?;
    }
    app.seal().await?;
    progress(weeks.len(), weeks.len());
    Ok(filling.told)
}

/// The types of sessions that serve the theme of integrity.
const INTEGRITY: [&str; 4] = ["warning", "integrity_lecture", "immersion", "integrity_talk"];

/// The themes: name, since how many days, what it is about.
const THEMES: [(&str, u64, &str); 2] = [
    ("清风徐来", 300, "全市妇联系统廉洁教育：警示教育、廉政党课、家风建设，各级小组都参加。"),
    ("到乡村去", 365, "组织青年干部到村、到镇、到一线：挂职、驻村、工作队和志愿服务。"),
];

/// Adds the themes of the city.
async fn add_themes(app: &App, actor: &Actor, plan: &Plan) -> Result<[(String, NaiveDate); 2]> {
    let city = of_codes(app, plan).await?[0];
    let mut added = THEMES.map(|(_, days, _)| (String::new(), plan.span.today - Days::new(days)));
    for ((code, from), (name, _, about)) in added.iter_mut().zip(THEMES) {
        let handed = themes::Handed { name: name.to_owned(), from: *from, until: None, about: Some(about.to_owned()) };
        let id = themes::actions::add(app, actor, city, handed).await?;
        *code = themes::store::by_id(&app.db, id).await?.map(|theme| theme.code).unwrap_or_default();
    }
    Ok(added)
}

struct Filling<'a> {
    plan: &'a Plan,
    told: Numbers,
    deeds: BTreeMap<NaiveDate, Vec<Deed>>,
    reports: Vec<Issue>,
}

/// A report to be issued, and the correction after it.
struct Issue {
    on: NaiveDate,
    order: Order,
    /// Whether it was issued; a week later a session that it counts is corrected.
    issued: bool,
    corrected: bool,
}

impl<'a> Filling<'a> {
    /// Creates the tree, the outside organisations, the shared groups, and the people of the first day.
    async fn begin(app: &App, plan: &'a Plan, at: DateTime<Utc>) -> Result<Self> {
        let (app, actor) = then(app, at);
        let source = Source::of_tree("divisions-invented-city.csv", plan.city.csv().into_bytes())?;
        let answers = Answers::new();
        let context = Context {
            source: &source,
            unit: None,
            year: None,
            answers: &answers,
            from: None,
            today: app.today(),
            only: None,
            progress: &|_, _| (),
        };
        let shown = imports::actions::preview(&app, &actor, federation::units::import::KIND, &context).await?;
        imports::actions::confirm(&app, &actor, federation::units::import::KIND, &context, &shown).await?;
        let mut filling = Self {
            plan,
            told: Numbers {
                units: of_codes(&app, plan).await?,
                outside: Vec::new(),
                groups: BTreeMap::new(),
                teams: BTreeMap::new(),
                people: BTreeMap::new(),
                records: BTreeMap::new(),
                posts: BTreeMap::new(),
                themes: add_themes(&app, &actor, plan).await?,
            },
            deeds: deeds(plan),
            reports: Vec::new(),
        };
        for (name, ..) in &OUTSIDE[..plan.size.outside] {
            let addition =
                Addition { name: (*name).to_owned(), level: None, parent: None, code: None, outside: true, from: None };
            filling.told.outside.push(units::actions::add(&app, &actor, addition).await?);
        }
        for shared in &plan.city.shared {
            let opening = groups::actions::Opening {
                name: shared.name.clone(),
                brand: None,
                unit: filling.told.unit(shared.lead),
                shared_by: shared.others.iter().map(|other| filling.told.unit(*other)).collect(),
                from: plan.span.start,
            };
            groups::actions::open(&app, &actor, opening).await?;
        }
        filling.add_posts(&app, &actor).await?;
        let joined = filling.deeds.remove(&plan.span.start).unwrap_or_default();
        filling.join(&app, &actor, plan.span.start, &joined).await?;
        filling.set_groups(&app, &actor).await?;
        filling.reports = filling.orders(plan.span.today)?;
        Ok(filling)
    }

    /// Adds the posts of offices where people are posted.
    async fn add_posts(&mut self, app: &App, actor: &Actor) -> Result<()> {
        for (number, unit) in self.plan.city.units.iter().enumerate().filter(|(_, unit)| unit.home) {
            for (duty, name, needs, risk) in planned::posts(unit.level) {
                let handed = posts::Handed {
                    name: (*name).to_owned(),
                    needs: (*needs).to_owned(),
                    risk: Some(*risk),
                    about: None,
                };
                let id = posts::actions::add(app, actor, self.told.unit(number), handed).await?;
                self.told.posts.insert((number, duty), id);
            }
        }
        Ok(())
    }

    /// Sets brand names and rules of groups.
    async fn set_groups(&mut self, app: &App, actor: &Actor) -> Result<()> {
        let opened = groups::store::default_groups(&app.db, &self.told.units).await?;
        for (unit, id) in self.told.units.iter().enumerate() {
            self.told.groups.extend(opened.get(id).map(|group| (unit, group.id)));
        }
        for (place, (unit, brand)) in self.plan.brands.iter().enumerate() {
            let change = groups::actions::Change {
                brand: Some(brand.clone()),
                age_limit: (place % 15 == 7).then_some(35),
                least_sessions_month: (place % 20 == 3).then_some(2),
                ..groups::actions::Change::default()
            };
            groups::actions::change(app, actor, self.told.group_of(*unit), change).await?;
        }
        Ok(())
    }

    /// Last year's report for the city, and last quarter's for the district.
    fn orders(&self, today: NaiveDate) -> Result<Vec<Issue>> {
        let quarter = first_of_month(today, today.month0() % 3);
        let soon = |after: NaiveDate| {
            let day = after.iter_days().take(20).find(|day| is_workday(*day));
            day.unwrap_or(after).min(today)
        };
        let year = first_of_month(today, today.month0());
        let issue = |template: Template, unit: usize, from: NaiveDate, end: NaiveDate, days: u64| -> Result<Issue> {
            let period = Period::new(from, end.pred_opt().unwrap_or(end))?;
            let order = Order { template, unit: self.told.unit(unit), period };
            Ok(Issue { on: soon(end + Days::new(days)), order, issued: false, corrected: false })
        };
        let quarterly = Template { key: "quarterly".to_owned(), text: QUARTERLY.to_owned() };
        let district = self.plan.city.of_code(DISTRICT);
        Ok(vec![
            issue(template("annual")?, 0, year - Months::new(12), year, 11)?,
            issue(quarterly, district, quarter - Months::new(3), quarter, 7)?,
        ])
    }

    /// Enters what happened to people and units in a week.
    async fn deeds(&mut self, app: &App, actor: &Actor, week: &Week) -> Result<()> {
        let days: Vec<NaiveDate> = self.deeds.range(week.from..=week.to).map(|(day, _)| *day).collect();
        for day in days {
            let deeds = self.deeds.remove(&day).unwrap_or_default();
            self.join(app, actor, day, &deeds).await?;
            for deed in &deeds {
                self.deed(app, actor, day, deed).await?;
            }
        }
        Ok(())
    }

    /// Adds everybody who is new on a day, all at once.
    async fn join(&mut self, app: &App, actor: &Actor, day: NaiveDate, deeds: &[Deed]) -> Result<()> {
        let new: Vec<usize> = deeds
            .iter()
            .filter_map(|deed| match deed {
                Deed::Joins(person) => Some(*person),
                _ => None,
            })
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let people = new
            .iter()
            .map(|number| {
                let person = &self.plan.people[*number];
                NewPerson {
                    name: person.name.clone(),
                    staff_no: None,
                    sex: Some(person.sex),
                    birth_month: Some(person.birth_month),
                    party: Some(person.party),
                    unit: self.told.unit(person.stays[0].unit),
                    held: self.held(person, 0),
                    education: Some(person.education.to_owned()),
                    phone: person.phone.clone(),
                    note: person.note.map(str::to_owned),
                }
            })
            .collect();
        let ids = people::actions::add_all(app, actor, people, day).await?;
        self.told.people.extend(new.into_iter().zip(ids));
        Ok(())
    }

    /// What somebody is in a stay. How those who were there on the first day came to their posts isn't known.
    fn held(&self, person: &Person, stay: usize) -> Held {
        let level = |stay: &Stay| self.plan.city.units[stay.unit].level;
        let stays = &person.stays;
        let age = i64::from(stays[stay].days.from.year()) - person.birth_month / 100;
        let appointment = match stay {
            0 => (stays[0].days.from > self.plan.span.start).then_some(Appointment::Appointed),
            // Levels are in the order from the city down.
            _ if level(&stays[stay]) < level(&stays[stay - 1]) => Some(Appointment::Promoted),
            _ => Some(Appointment::Reassigned),
        };
        let (duty, rank) = (stays[stay].duty, rank(level(&stays[stay]), stays[stay].duty, age));
        let post = self.told.posts.get(&(stays[stay].unit, duty)).copied();
        Held { duty: Some(duty.to_owned()), rank: rank.map(str::to_owned), appointment, post }
    }

    async fn deed(&mut self, app: &App, actor: &Actor, day: NaiveDate, deed: &Deed) -> Result<()> {
        let held = match deed {
            Deed::Moves(number) => self.held(&self.plan.people[*number], 1),
            _ => Held::default(),
        };
        let told = &mut self.told;
        match deed {
            Deed::Joins(_) => {}
            Deed::Moves(number) => {
                let stay = &self.plan.people[*number].stays[1];
                let (person, unit) = (told.person(*number), told.unit(stay.unit));
                people::actions::transfer(app, actor, person, unit, &held, day).await?;
            }
            Deed::Lent(number) => {
                let person = &self.plan.people[*number];
                if let Some((unit, days)) = person.lent {
                    let home = told.unit(person.stays[0].unit);
                    people::actions::second(app, actor, told.person(*number), home, told.unit(unit), days).await?;
                }
            }
            Deed::Away(number) => {
                if let Some(days) = self.plan.people[*number].away {
                    people::actions::leave_of_absence(app, actor, told.person(*number), days).await?;
                }
            }
            Deed::Turns(number, party) => {
                people::actions::set_party(app, actor, told.person(*number), *party, day).await?;
            }
            Deed::Leaves(number) => people::actions::leave(app, actor, told.person(*number), day).await?,
            Deed::Team(number) => {
                let team = &self.plan.teams[*number];
                let opening = groups::actions::Opening {
                    name: team.name.clone(),
                    brand: Some(team.brand.to_owned()),
                    unit: told.unit(team.unit),
                    shared_by: Vec::new(),
                    from: day,
                };
                let group = groups::actions::open(app, actor, opening).await?;
                told.teams.insert(*number, group);
                for member in &team.members {
                    people::actions::join(app, actor, told.person(*member), group, day).await?;
                }
            }
            Deed::Unit(unit, becomes) => {
                let id = told.unit(*unit);
                match becomes {
                    Becomes::Renamed(name) => units::actions::rename(app, actor, id, name).await?,
                    Becomes::MovedUnder(street) => {
                        units::actions::move_under(app, actor, id, Some(told.unit(*street)), day).await?;
                    }
                    Becomes::Closed => units::actions::close(app, actor, id, day.pred_opt().unwrap_or(day)).await?,
                    Becomes::MergedInto(heir) => {
                        if let Some(group) = told.groups.get(unit) {
                            let change = groups::actions::Change { closed_on: day.pred_opt(), ..Default::default() };
                            groups::actions::change(app, actor, *group, change).await?;
                        }
                        units::actions::merge(app, actor, id, told.unit(*heir), day).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Enters a week's sessions; in the last week also those in the future.
    async fn sessions(&mut self, app: &App, actor: &Actor, week: &Week, last: bool) -> Result<()> {
        let sessions = &self.plan.sessions;
        let of_week: Vec<usize> = (0..sessions.len())
            .filter(|number| {
                let session = &sessions[*number];
                if session.took_place() { week.holds(session.day) } else { last }
            })
            .collect();
        let drafts = of_week.iter().map(|number| self.draft(&sessions[*number])).collect();
        let ids = activities::actions::add_all(app, actor, drafts).await?;
        self.told.records.extend(of_week.into_iter().zip(ids));
        Ok(())
    }

    fn draft(&self, session: &Session) -> Draft {
        let told = &session.told;
        let mut draft = Draft::new(session.kind.code, &told.title, session.day, self.told.unit(session.host));
        let activity = &mut draft.activity;
        (activity.time_from, activity.time_to) = told.times.clone().unzip();
        activity.day_part = told.day_part.map(str::to_owned);
        activity.place.clone_from(&told.place);
        activity.host_group = session.team.and_then(|team| self.told.teams.get(&team).copied());
        activity.speakers.clone_from(&told.speakers);
        activity.topic.clone_from(&told.topic);
        activity.leaders.clone_from(&told.leaders);
        activity.chair.clone_from(&told.chair);
        activity.recorder.clone_from(&told.recorder);
        activity.minutes.clone_from(&told.minutes);
        activity.resolutions.clone_from(&told.resolutions);
        activity.notice_ref.clone_from(&told.notice);
        activity.note.clone_from(&told.note);
        activity.audience = session.audience;
        activity.theme = self.told.integrity_theme(session);
        activity.field = field_of(session.kind.code, &told.title).map(str::to_owned);
        activity.state = match session.fate {
            Fate::Held | Fate::Void { .. } => State::Held,
            Fate::Announced => State::Announced,
            Fate::Draft => State::Draft,
        };
        draft.partners = session
            .partners
            .iter()
            .map(|partner| match partner {
                Partner::Unit(unit) => self.told.unit(*unit),
                Partner::Outside(number) => self.told.outside[*number],
            })
            .collect();
        let handed = |person, status| Handed::plain(self.told.person(person), status);
        draft.attendance = session.listed.iter().map(|listed| handed(listed.person, listed.status)).collect();
        // Of those present the first leads, and the next two speak.
        let present = draft.attendance.iter().filter(|handed| handed.stands.status.present());
        let parts = [SpokePart::Led, SpokePart::Spoke, SpokePart::Spoke];
        draft.spoke = present.zip(parts).map(|(handed, part)| (handed.person, part)).collect();
        draft
    }

    /// Enters what follows a session: leave that was made up, sessions that were entered wrongly.
    async fn after(&mut self, app: &App, actor: &Actor, week: &Week) -> Result<()> {
        let mut made_up = Vec::new();
        for (number, session) in self.plan.sessions.iter().enumerate() {
            let Some(record) = self.told.records.get(&number) else { continue };
            for listed in &session.listed {
                if let Some(day) = listed.made_up.filter(|day| week.holds(*day)) {
                    made_up.push((*record, self.told.person(listed.person), day));
                }
            }
            if let Fate::Void { reason, on } = session.fate
                && week.holds(on)
            {
                activities::actions::void(app, actor, *record, reason).await?;
            }
        }
        activities::actions::make_up_all(app, actor, &made_up).await
    }

    /// Closes most sessions that were held in the month before the last.
    async fn close(&self, app: &App, actor: &Actor, week: &Week) -> Result<()> {
        let month = first_of_month(week.from, 0);
        let (from, to) = (month - Months::new(2), month - Months::new(1));
        let old = |(number, record): (&usize, &RecordId)| {
            let session = &self.plan.sessions[*number];
            let due = session.is_held() && (from..to).contains(&session.day) && number % 30 != 0;
            due.then_some(*record)
        };
        let old: Vec<RecordId> = self.told.records.iter().filter_map(old).collect();
        activities::actions::close_all(app, actor, &old).await
    }

    /// Issues a report that is due, and a week later corrects a session that it counts.
    async fn reports(&mut self, app: &App, actor: &Actor, week: &Week, last: bool) -> Result<()> {
        for place in 0..self.reports.len() {
            let due = &mut self.reports[place];
            let (was_issued, corrected) = (due.issued, due.corrected);
            if !was_issued && due.on <= week.to {
                issue(app, actor, &due.order, None).await?;
                due.issued = true;
            }
            if self.reports[place].issued && (was_issued || last) && !corrected {
                self.correct(app, actor, self.reports[place].order.period).await?;
                self.reports[place].corrected = true;
            }
        }
        Ok(())
    }

    /// Somebody entered as absent was present after all, or one more guest was counted. The last session of the period that
    /// isn't closed is corrected; if there is none, nothing is.
    async fn correct(&self, app: &App, actor: &Actor, period: Period) -> Result<()> {
        let district = self.plan.city.of_code(DISTRICT);
        let under = |unit: usize| self.plan.city.units[unit].code.starts_with(&self.plan.city.units[district].code);
        let late = period.to - Days::new(30);
        let mut found: Vec<(RecordId, Option<PersonId>)> = Vec::new();
        for (number, record) in self.told.records.iter().rev() {
            let session = &self.plan.sessions[*number];
            if session.is_held() && (late..=period.to).contains(&session.day) && under(session.host) {
                let missed = session
                    .listed
                    .iter()
                    .find(|one| !one.status.present() && one.status != Status::Observer && one.made_up.is_none());
                found.push((*record, missed.map(|missed| self.told.person(missed.person))));
            }
        }
        found.sort_by_key(|(_, missed)| missed.is_none());
        for (record, missed) in found {
            let mut draft = activities::actions::draft_of(app, record).await?;
            if draft.activity.state != State::Held {
                continue;
            }
            for handed in draft.attendance.iter_mut().filter(|handed| Some(handed.person) == missed) {
                handed.stands = Stands::plain(Status::OnTime);
            }
            draft.activity.audience = draft.activity.audience.map(|audience| audience + 1);
            return activities::actions::edit(app, actor, draft, Some(CORRECTION.to_owned())).await;
        }
        Ok(())
    }
}

/// The first day of the month `before` months before that of a day.
fn first_of_month(day: NaiveDate, before: u32) -> NaiveDate {
    day.with_day(1).unwrap_or(day) - Months::new(before)
}

async fn of_codes(app: &App, plan: &Plan) -> Result<Vec<UnitId>> {
    let tree = ledger::Tree::load(&app.db, None, app.today(), ledger::position(&app.db).await?).await?;
    let units = units::by_ids(&app.db, tree.all()).await?;
    let codes: BTreeMap<&str, UnitId> =
        units.values().filter_map(|unit| Some((unit.code.as_deref()?, unit.id))).collect();
    let of =
        |code: &str| codes.get(code).copied().ok_or_else(|| Refusal::new("unit-unknown").with("name", code).into());
    plan.city.units.iter().map(|unit| of(&unit.code)).collect()
}

fn deeds(plan: &Plan) -> BTreeMap<NaiveDate, Vec<Deed>> {
    let mut deeds: BTreeMap<NaiveDate, Vec<Deed>> = BTreeMap::new();
    let mut add = |day: NaiveDate, deed: Deed| deeds.entry(day).or_default().push(deed);
    for (number, person) in plan.people.iter().enumerate() {
        let [first, further @ ..] = person.stays.as_slice() else { continue };
        add(first.days.from, Deed::Joins(number));
        for stay in further {
            add(stay.days.from, Deed::Moves(number));
        }
        if let (Some(last), []) = (first.days.to, further) {
            add(last, Deed::Leaves(number));
        }
        if let Some((_, days)) = person.lent {
            add(days.from, Deed::Lent(number));
        }
        if let Some(days) = person.away {
            add(days.from, Deed::Away(number));
        }
        for (day, party) in &person.turns {
            add(*day, Deed::Turns(number, *party));
        }
    }
    for (number, team) in plan.teams.iter().enumerate() {
        add(team.from, Deed::Team(number));
    }
    for (day, unit, becomes) in &plan.city.changes {
        add(*day, Deed::Unit(*unit, becomes.clone()));
    }
    deeds
}

/// Words of titles of trainings, and the training field that they tell of.
const FIELD_WORDS: [(&str, &str); 12] = [
    ("公文", "writing"),
    ("写作", "writing"),
    ("数字", "digital"),
    ("信息", "digital"),
    ("新媒体", "digital"),
    ("心理", "counselling"),
    ("法", "law"),
    ("维权", "rights"),
    ("家庭", "family"),
    ("儿童", "children"),
    ("急救", "emergency"),
    ("项目", "projects"),
];

/// The training field of a session: of trainings as their titles tell, of integrity sessions that one.
fn field_of(kind: &str, title: &str) -> Option<&'static str> {
    match kind {
        "training" => FIELD_WORDS.iter().find(|(word, _)| title.contains(word)).map(|(_, field)| *field),
        kind if INTEGRITY.contains(&kind) => Some("integrity"),
        _ => None,
    }
}
