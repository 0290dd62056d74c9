//! Goals for a month or a year, and people's progress: computed from live entries of the ledger.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use desk::{
    actor::{Action, Actor, Scope},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
};
use federation::{scope::must, units};
use kernel::{PersonId, RecordId, Refusal, UnitId, month_of};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;

use super::{rules, store};

ledger::record! {
    /// What people of a unit, and of all units under it, should earn.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Goal in "external_goal" {
        /// Key.
        pub id: i64,
        /// The people of this unit and all units under it.
        pub unit: UnitId as "unit_id",
        /// The platform; `None` for all of them together.
        pub platform: Option<String> as "platform_code",
        /// `points`, `minutes`, `classes`.
        pub measure: String,
        /// `month`, `year`.
        pub per: String,
        /// The amount.
        pub amount: i64,
        /// 202501: from this month on.
        pub from_month: i64,
        /// Up to this month.
        pub to_month: Option<i64>,
        /// Raised by every change.
        pub version: i64,
    }
}

/// A select of goals `g` that are not void, with a further condition.
fn goals(condition: &str) -> String {
    format!(
        "select {} from external_goal g left join unit_place q on q.unit_id = g.unit_id where g.void = false and {condition}",
        Goal::columns("g")
    )
}

/// The goals set by a scope's units, in the order of the tree.
pub(super) async fn list(conn: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Goal>, DbErr> {
    let mut values = Vec::new();
    let within = scope.within("q.place", &mut values);
    db::rows(conn, &goals(&format!("{within} order by coalesce(q.place, -1), g.id")), values).await
}

/// A goal by its key.
pub(super) async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Goal> {
    let found = db::row(conn, &goals("g.id = $1"), vec![id.into()]).await?;
    Ok(found.ok_or_else(|| Refusal::unknown("goal-unknown").with("id", id))?)
}

/// Stores a goal; its key and version are set here.
pub async fn add(app: &App, actor: &Actor, goal: Goal) -> Result<i64> {
    must(&app.db, actor, Action::Write, goal.unit).await?;
    if !["points", "minutes", "classes"].contains(&goal.measure.as_str())
        || !["month", "year"].contains(&goal.per.as_str())
    {
        return Err(Refusal::new("goal-odd").into());
    }
    if !(1..=rules::MOST * 12).contains(&goal.amount) {
        return Err(Refusal::new("goal-amount").with("most", rules::MOST * 12).into());
    }
    for month in std::iter::once(goal.from_month).chain(goal.to_month) {
        if rules::first_day(month).is_none() {
            return Err(Refusal::new("external-no-such-month").with("text", month).into());
        }
    }
    if goal.to_month.is_some_and(|last| last < goal.from_month) {
        return Err(Refusal::new("goal-months").into());
    }
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, goal.unit).await?;
    if let Some(code) = &goal.platform {
        let platforms = super::PLATFORMS.in_use(&tx).await?;
        if !platforms.iter().any(|platform| platform.code == *code) {
            return Err(super::PLATFORMS.refuse(&platforms, code).into());
        }
    }
    let id = db::take_range(&tx, "external_goal", 1).await?;
    let goal = Goal { id, version: 1, ..goal };
    db::insert_with(&tx, std::slice::from_ref(&goal), &[("void", false.into())]).await?;
    log::write(&tx, actor, "goal-set-by", Object::new("goal", id), Some(goal.unit), &[]).await?;
    tx.commit().await?;
    Ok(id)
}

/// A goal that the actor may end; one of a unit that the actor may not see is refused as unknown.
async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Goal> {
    let goal = by_id(conn, id).await?;
    match must(conn, actor, Action::Write, goal.unit).await {
        Err(AppError::Refused(refusal)) if refusal.code == "unit-unknown" => {
            Err(Refusal::unknown("goal-unknown").with("id", id).into())
        }
        answer => answer.map(|()| goal),
    }
}

/// Ends a goal with a month; one that had not begun by then is deleted.
pub async fn end(app: &App, actor: &Actor, id: i64, version: i64, last: i64) -> Result<()> {
    load_writable(&app.db, actor, id).await?;
    if rules::first_day(last).is_none() {
        return Err(Refusal::new("external-no-such-month").with("text", last).into());
    }
    let tx = db::begin(&app.db).await?;
    let goal = Goal { to_month: Some(last), version, ..load_writable(&tx, actor, id).await? };
    let touched = db::update_with(&tx, &goal, &[("void", (last < goal.from_month).into())]).await?;
    db::touched(touched, rules::shown_month(goal.from_month))?;
    log::write(&tx, actor, "goal-ended-by", Object::new("goal", id), Some(goal.unit), &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// The goals that apply to people today, by person: those of each person's units and of all units above them.
pub(super) async fn of_people(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    today: NaiveDate,
) -> Result<BTreeMap<PersonId, Vec<Goal>>, DbErr> {
    let mut found: BTreeMap<PersonId, BTreeMap<i64, Goal>> = BTreeMap::new();
    let sql = format!(
        "select o.person_id, {} from posting o join unit_place p on p.unit_id = o.unit_id \
         join unit_place q on p.place between q.place and q.last join external_goal g on g.unit_id = q.unit_id \
         where g.void = false and o.void = false and o.from_day <= $1 and (o.to_day is null or o.to_day >= $1) \
         and g.from_month <= $2 and (g.to_month is null or g.to_month >= $2) and o.person_id in ($keys)",
        Goal::columns("g")
    );
    let values = vec![today.into(), month_of(today).into()];
    for (person, goal) in db::by_keys(&sql, people).with(values).rows::<(PersonId, Goal)>(conn).await? {
        found.entry(person).or_default().insert(goal.id, goal);
    }
    Ok(found.into_iter().map(|(person, goals)| (person, goals.into_values().collect())).collect())
}

/// What people earned, by platform, measure and month, read from the ledger.
pub(super) type Books = HashMap<PersonId, BTreeMap<(String, String, i64), i64>>;

/// What people earned from January to today: the live entries of their results, whichever unit they are counted for, so
/// that nobody loses anything by a transfer.
pub(super) async fn earned(app: &App, people: &[PersonId], today: NaiveDate) -> Result<Books> {
    let january = i64::from(today.year()) * 100 + 1;
    let wanted: HashSet<PersonId> = people.iter().copied().collect();
    let records: Vec<RecordId> =
        store::live_of(&app.db, people, (january, month_of(today))).await?.iter().map(|earned| earned.id).collect();
    let kinds = app.kinds();
    let (kind, earned) = kinds.get("external.earned")?;
    let facets = ledger::facet_sets(&app.db, earned).await?;
    let mut books = Books::new();
    for live in ledger::live_entries(&app.db, &records).await? {
        let entry = live.entry;
        let (Some(person), Some(facets)) =
            (entry.person.filter(|of| wanted.contains(of)), facets.get(&entry.facet_set))
        else {
            continue;
        };
        if entry.kind != kind {
            continue;
        }
        let [platform, measure] = ["platform", "measure"].map(|name| facets.get(name).unwrap_or_default().to_owned());
        *books.entry(person).or_default().entry((platform, measure, month_of(entry.day))).or_default() +=
            entry.quantity;
    }
    Ok(books)
}

/// The progress of one person towards a goal.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    /// Key of the goal.
    pub goal: i64,
    /// Name of the platform; `None` for all together.
    pub platform: Option<String>,
    /// `points`, `minutes`, `classes`.
    pub measure: String,
    /// `month`, `year`.
    pub per: String,
    /// The amount earned, formatted.
    pub earned: String,
    /// The goal, formatted.
    pub amount: String,
    /// The missing amount, formatted; empty once the goal is reached.
    pub missing: String,
}

fn shown(measure: &str, amount: i64) -> String {
    if measure == "minutes" { rules::hours(amount) } else { desk::ui::pages::grouped(amount) }
}

/// The progress of people towards their goals of this month and this year.
pub(super) async fn progress(
    app: &App,
    people: &[PersonId],
    english: bool,
) -> Result<BTreeMap<PersonId, Vec<Progress>>> {
    let today = app.today();
    let goals = of_people(&app.db, people, today).await?;
    let with: Vec<PersonId> = goals.keys().copied().collect();
    let books = earned(app, &with, today).await?;
    let names: HashMap<String, String> = super::PLATFORMS
        .all(&app.db)
        .await?
        .into_iter()
        .map(|platform| (platform.code, if english { platform.en } else { platform.name }))
        .collect();
    let nothing = BTreeMap::new();
    let of = |person: &PersonId, goal: Goal| {
        let counts = |platform: &str, measure: &str, month: i64| {
            measure == goal.measure
                && goal.platform.as_deref().is_none_or(|code| code == platform)
                && (goal.per == "year" || month == month_of(today))
        };
        let own = books.get(person).unwrap_or(&nothing).iter();
        let earned: i64 = own
            .filter(|((platform, measure, month), _)| counts(platform, measure, *month))
            .map(|(_, quantity)| *quantity)
            .sum();
        let missing = goal.amount - earned;
        Progress {
            goal: goal.id,
            platform: goal.platform.map(|code| names.get(&code).cloned().unwrap_or(code)),
            earned: shown(&goal.measure, earned),
            amount: shown(&goal.measure, goal.amount),
            missing: if missing > 0 { shown(&goal.measure, missing) } else { String::new() },
            measure: goal.measure,
            per: goal.per,
        }
    };
    Ok(goals
        .into_iter()
        .map(|(person, goals)| (person, goals.into_iter().map(|goal| of(&person, goal)).collect()))
        .collect())
}

/// The names of the units of goals.
pub(super) async fn unit_names(conn: &impl ConnectionTrait, goals: &[Goal]) -> Result<HashMap<UnitId, String>, DbErr> {
    let ids: BTreeSet<UnitId> = goals.iter().map(|goal| goal.unit).collect();
    let named = units::by_ids(conn, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(named.into_iter().map(|(id, unit)| (id, unit.name)).collect())
}
