//! A demo federation from a seed: an invented city, its people, and two years of activities up to today.
//!
//! First everything is planned, from the seed and the day only; then it is entered week by week through the features' own
//! actions, with a clock fixed at each week's end, as if it had been entered then.
#![expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::match_same_arms,
    clippy::needless_for_each,
    clippy::iter_skip_next,
    clippy::unused_self,
    reason = "the generator's tables read better so"
)]

mod accounts;
mod city;
mod dice;
mod filling;
mod growth;
mod joint;
mod learning;
mod matters;
mod names;
mod notices;
mod online;
mod openings;
mod people;
mod registers;
mod sessions;
mod telling;
mod topics;

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use kernel::{GroupId, PersonId, Refusal, UnitId};
use serde::{Deserialize, Serialize};

pub use accounts::{ACCOUNTS, PASSWORD};
use city::{City, Level};
use desk::{
    app::App,
    error::{AppError, Result},
};
use dice::Dice;
use federation::{scope, units};
use people::{Person, Team};
use sessions::Session;

/// The parameters of a demo.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The same seed and day give the same data, except for the people's numbers.
    pub seed: u64,
    /// One district of some sixty units instead of the city, for tests.
    pub small: bool,
}

/// The contents of a demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its seed.
    pub seed: u64,
    /// Whether it is the small one.
    pub small: bool,
    /// The day on which it was made.
    pub today: NaiveDate,
    /// Units of the tree, and outside organisations.
    pub units: usize,
    /// People, including those who left.
    pub people: usize,
    /// Activities in any state.
    pub activities: usize,
    /// Attendances of activities that were held.
    pub attendances: usize,
}

/// Whether the demo was created, or existed already.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Created now, with the people for whom accounts can be opened.
    Made(Summary, ForAccounts),
    /// It existed and was not changed.
    Kept(Summary),
}

/// The people and units of the demo's accounts; the administrator's belongs to nobody.
#[derive(Clone, Copy, Debug)]
pub struct ForAccounts {
    /// The secretary: a street with several communities.
    pub secretary: (UnitId, PersonId),
    /// The group leader: the group of a community under that street.
    pub leader: (GroupId, PersonId),
    /// A member of that group.
    pub member: (GroupId, PersonId),
    /// The reader: the district above. A reader is nobody of the study groups.
    pub reader: UnitId,
}

/// The size of a demo.
#[derive(Debug)]
struct Size {
    small: bool,
    people: usize,
    attendances: usize,
    outside: usize,
    brands: usize,
    voids: usize,
    drafts: usize,
}

impl Size {
    const fn new(small: bool) -> Self {
        if small {
            Self { small, people: 120, attendances: 1_430, outside: 6, brands: 6, voids: 4, drafts: 2 }
        } else {
            Self { small, people: 3_000, attendances: 60_500, outside: 14, brands: 140, voids: 50, drafts: 24 }
        }
    }
}

/// From the first day with data to today.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: NaiveDate,
    today: NaiveDate,
}

impl Span {
    /// Two years, and the past days of this month.
    fn to(today: NaiveDate) -> Self {
        let month = today.with_day(1).unwrap_or(today);
        Self { start: month - Months::new(24), today }
    }

    /// Days from the first to today.
    fn length(&self) -> i64 {
        self.since(self.today)
    }

    fn since(&self, day: NaiveDate) -> i64 {
        (day - self.start).num_days()
    }

    /// A workday between `least` and `most` days after the first day.
    fn workday(&self, dice: &mut Dice, least: i64, most: i64) -> NaiveDate {
        let day = self.start + Days::new(dice.between(least, most.max(least)).unsigned_abs());
        day.iter_days().take(20).find(|day| sessions::is_workday(*day)).unwrap_or(day)
    }

    /// A month's workdays; those in the middle of the week are included twice, since more happens then.
    fn workdays_of(&self, first: NaiveDate) -> Vec<NaiveDate> {
        let days = first.iter_days().take_while(|day| day.month() == first.month());
        days.filter(|day| sessions::is_workday(*day))
            .flat_map(|day| {
                std::iter::repeat_n(day, if (1..4).contains(&day.weekday().num_days_from_monday()) { 2 } else { 1 })
            })
            .collect()
    }
}

/// Everything that will be entered.
struct Plan {
    span: Span,
    size: Size,
    city: City,
    people: Vec<Person>,
    teams: Vec<Team>,
    /// Brand names of the groups of some units.
    brands: BTreeMap<usize, String>,
    sessions: Vec<Session>,
    /// Results on other platforms.
    online: online::Online,
}

impl Plan {
    fn new(wanted: Wanted, today: NaiveDate) -> Self {
        let Wanted { seed, small } = wanted;
        let (span, size) = (Span::to(today), Size::new(small));
        let city = City::new(seed, &size, &span);
        let people = people::people(seed, &city, &size, &span);
        let teams = people::teams(seed, &city, &people, &size, &span);
        let brands = brands(seed, &city, size.brands);
        let given =
            sessions::Given { city: &city, people: &people, teams: &teams, brands: &brands, size: &size, span: &span };
        let sessions = sessions::sessions(seed, given);
        let online = online::Online::new(seed, &city, &people, &span);
        Self { span, size, city, people, teams, brands, sessions, online }
    }

    fn summary(&self, wanted: Wanted) -> Summary {
        Summary {
            seed: wanted.seed,
            small: wanted.small,
            today: self.span.today,
            units: self.city.units.len() + self.size.outside,
            people: self.people.len(),
            activities: self.sessions.len(),
            attendances: self
                .sessions
                .iter()
                .filter(|session| session.is_held())
                .map(|session| session.listed.len())
                .sum(),
        }
    }
}

fn brands(seed: u64, city: &City, count: usize) -> BTreeMap<usize, String> {
    let mut dice = Dice::new(seed, 5);
    let mut units = city.places(|unit| unit.home && unit.level >= Level::Street);
    units.retain(|unit| city.units[*unit].lead == *unit);
    dice.shuffle(&mut units);
    units.sort_by_key(|unit| !city.is_shown(*unit));
    let ends = ["", "学堂", "读书社", "青年社"];
    let names = ends.iter().flat_map(|end| topics::BRANDS.iter().map(move |brand| format!("{brand}{end}")));
    units.into_iter().take(count).zip(names).collect()
}

/// Called with the number of finished steps and of all steps.
pub type Progress<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// Fills an empty federation with a demo; one that has a demo is not changed, one that has other units is refused.
pub async fn fill(app: &App, wanted: Wanted, progress: &Progress<'_>) -> Result<Outcome> {
    let file = app.config.demo_file();
    if units::store::has_any(&app.db).await? {
        let Ok(text) = std::fs::read_to_string(&file) else {
            return Err(Refusal::new("demo-not-empty").with("where", app.config.shown()).into());
        };
        return Ok(Outcome::Kept(serde_json::from_str(&text)?));
    }
    let plan = Plan::new(wanted, app.today());
    let numbers = filling::fill(app, &plan, progress).await?;
    let added = joint::create(app, &plan, &numbers).await?;
    let mut summary = plan.summary(wanted);
    summary.activities += added.activities;
    summary.attendances += added.attendances;
    scope::places::refresh(app).await?;
    notices::create(app, &plan, &numbers).await?;
    let tied = people_for_accounts(&plan, &numbers);
    learning::create(app, &app.operator(), &tied).await?;
    growth::create(app, (&plan, &numbers), wanted.seed, &tied).await?;
    openings::create(app, (&plan, &numbers), wanted.seed, &tied).await?;
    registers::create(app, (&plan, &numbers), wanted.seed).await?;
    matters::create(app, &plan, &numbers).await?;
    accounts::open(app, tied).await?;
    // Written last: without it, what an interrupted run left behind is not a demo.
    std::fs::write(&file, serde_json::to_string(&summary)?).map_err(AppError::io(file.display()))?;
    Ok(Outcome::Made(summary, tied))
}

/// The people for the demo's accounts. Nothing happens to them in the two years.
fn people_for_accounts(plan: &Plan, numbers: &filling::Numbers) -> ForAccounts {
    let [street, community, district] =
        [city::STREET, city::COMMUNITY, city::DISTRICT].map(|code| plan.city.of_code(code));
    let person = |unit: usize, seat: usize| {
        let members = (0..plan.people.len()).filter(|number| plan.people[*number].stays[0].unit == unit);
        numbers.person(members.skip(seat).next().unwrap_or(0))
    };
    let group = numbers.group_of(community);
    ForAccounts {
        secretary: (numbers.unit(street), person(street, 0)),
        leader: (group, person(community, 0)),
        member: (group, person(community, 2)),
        reader: numbers.unit(district),
    }
}
