//! Lecture tours: plan, add many stops at a time, end. A stop is an activity of its host unit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use desk::{
    actor::{Actor, Scope},
    app::App,
    error::{AppError, Result},
    log::{self, Object},
    ui::rows::{By, Filters, Rows, Select, Slice},
};
use federation::{groups::must_lead, units};
use figures::metrics;
use kernel::{Period, RecordId, Refusal, UnitId};
use ledger::{Row as _, db};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

use super::store;
use crate::features::{
    activities::{self, State, actions::Draft, agenda::of_unit_by_default, quick},
    speakers,
};

ledger::record! {
    /// A tour.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Tour in "lecture_tour" {
        /// Key.
        pub id: i64,
        /// 名称: also the title of its stops.
        pub title: String,
        /// 主题.
        pub theme: Option<String>,
        /// The speaker.
        pub speaker: Option<i64> as "speaker_id",
        /// The unit that organises it.
        pub unit: UnitId as "unit_id",
        /// The first day.
        pub from: NaiveDate as "from_day",
        /// The last day.
        pub to: NaiveDate as "to_day",
        /// Whether it is ended: no more stops are added.
        pub ended: bool,
        /// Raised by every change.
        pub version: i64,
    }
}

/// A tour by its key.
pub async fn by_id(conn: &impl ConnectionTrait, id: i64) -> Result<Tour> {
    let sql = format!("select {} from lecture_tour t where t.id = $1", Tour::columns("t"));
    let found = db::row(conn, &sql, vec![id.into()]).await?;
    Ok(found.ok_or_else(|| Refusal::unknown("tour-unknown").with("id", id))?)
}

/// The same, for those who maintain its unit or one of its stops; for others it is refused as unknown.
pub async fn seen(app: &App, actor: &Actor, id: i64) -> Result<(Tour, bool)> {
    seen_in(&app.db, actor, id).await
}

/// A tour that the actor maintains; one that the actor may not see is refused as unknown.
async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Tour> {
    let (tour, keeps) = seen_in(conn, actor, id).await?;
    if keeps { Ok(tour) } else { Err(Refusal::forbidden().into()) }
}

async fn seen_in(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<(Tour, bool)> {
    let tour = by_id(conn, id).await?;
    let keeps = match must_lead(conn, actor, tour.unit, None).await {
        Ok(()) => true,
        Err(AppError::Refused(_)) => false,
        Err(other) => return Err(other),
    };
    let scope = actor.scope(desk::actor::Action::Lead);
    if !keeps && !sees(conn, &scope, id).await? {
        return Err(Refusal::unknown("tour-unknown").with("id", id).into());
    }
    Ok((tour, keeps))
}

/// Creates a tour (key 0) or changes one that still has the version; returns the key.
pub async fn set(app: &App, actor: &Actor, mut tour: Tour) -> Result<i64> {
    if tour.id != 0 {
        load_writable(&app.db, actor, tour.id).await?;
    }
    must_lead(&app.db, actor, tour.unit, None).await?;
    tour.title = tour.title.trim().to_owned();
    if tour.title.is_empty() || tour.title.chars().count() > 200 {
        return Err(Refusal::new("tour-title").with("most", 200).into());
    }
    Refusal::too_long("speaker-text-long", &[("theme", tour.theme.as_deref().unwrap_or_default(), 500)])?;
    if tour.to < tour.from {
        return Err(Refusal::new("tour-days").into());
    }
    let tx = db::begin(&app.db).await?;
    if tour.id != 0 {
        load_writable(&tx, actor, tour.id).await?;
    }
    must_lead(&tx, actor, tour.unit, None).await?;
    if let Some(speaker) = tour.speaker
        && !speakers::store::by_ids(&tx, &[speaker]).await?.contains_key(&speaker)
    {
        return Err(Refusal::new("speaker-unknown").with("id", speaker).into());
    }
    let what = if tour.id == 0 {
        tour.id = db::take_range(&tx, "lecture_tour", 1).await?;
        tour.version = 1;
        db::insert(&tx, std::slice::from_ref(&tour)).await?;
        "tour-entered"
    } else {
        // The organising unit can't be changed.
        let stored = by_id(&tx, tour.id).await?;
        let touched = db::update(&tx, &Tour { unit: stored.unit, ..tour.clone() }).await?;
        db::touched(touched, &tour.title)?;
        "tour-changed"
    };
    let args = [("title", tour.title.as_str())];
    log::write(&tx, actor, what, Object::new("tour", tour.id), Some(tour.unit), &args).await?;
    tx.commit().await?;
    Ok(tour.id)
}

/// The result for a line of the form for stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A stop to be added.
    New(Box<Draft>),
    /// It exists already.
    There,
    /// It can't be added as it is.
    Refused(Refusal),
}

/// Judges lines: a day, a time if known, a unit, a place after 在. A date without a year is within the tour.
pub async fn judge(app: &App, actor: &Actor, tour: &Tour, text: &str) -> Result<Vec<(String, Verdict)>> {
    let existing: BTreeSet<(UnitId, NaiveDate)> =
        stops(&app.db, tour.id).await?.into_iter().map(|stop| (UnitId(stop.unit_id), stop.day)).collect();
    let speaker = match tour.speaker {
        Some(speaker) => speakers::store::by_ids(&app.db, &[speaker]).await?.remove(&speaker),
        None => None,
    };
    let mut taken = existing;
    let mut judged = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let verdict = match stop_of(app, actor, tour, line).await {
            Ok(mut draft) => {
                if taken.insert((draft.activity.host, draft.activity.day)) {
                    draft.activity.speakers = draft.activity.speakers.or(speaker.as_ref().map(|one| one.name.clone()));
                    draft.speaking = Some(tour.speaker.into_iter().collect());
                    Verdict::New(Box::new(draft))
                } else {
                    Verdict::There
                }
            }
            Err(AppError::Refused(refusal)) => Verdict::Refused(refusal),
            Err(other) => return Err(other),
        };
        judged.push((line.to_owned(), verdict));
    }
    Ok(judged)
}

async fn stop_of(app: &App, actor: &Actor, tour: &Tour, line: &str) -> Result<Draft> {
    let calendar = quick::Calendar { today: app.today(), within: Some((tour.from, tour.to)) };
    let found = quick::read(line, &[], calendar);
    let of_tour: Vec<NaiveDate> =
        found.days.iter().copied().filter(|day| (tour.from..=tour.to).contains(day)).collect();
    let either = found.remarks.iter().any(|(remark, _)| *remark == quick::Remark::DayEither);
    // 周三 may be the last or the next one, but only one of them is a day of the tour.
    let day = match (found.day, of_tour.as_slice()) {
        (Some(day), _) => day,
        (None, [one]) if either => *one,
        _ => return Err(Refusal::new("tour-stop-day").into()),
    };
    // A stop has a day, a time, a unit, a place and a speaker: nothing else of a line is left out without a word.
    let unclear =
        found.remarks.iter().find(|(remark, _)| *remark != quick::Remark::DayEither).map(|(_, words)| words.clone());
    let people = found.audience.map(|count| count.to_string()).or(found.names).or(found.chair).or(found.left);
    if let Some(text) = unclear.or(people) {
        return Err(Refusal::new("tour-stop-unclear").with("text", text).into());
    }
    if day < tour.from || day > tour.to {
        return Err(Refusal::new("tour-stop-outside")
            .with("day", day)
            .with("from", tour.from)
            .with("to", tour.to)
            .into());
    }
    if found.title.is_empty() {
        return Err(Refusal::new("tour-stop-unit").into());
    }
    let unit = units::find_by_code_or_name(&app.db, &found.title).await?;
    if unit.outside {
        return Err(Refusal::new("tour-stop-strange").with("unit", &unit.name).into());
    }
    if let Some(last) = unit.closed_on.filter(|last| *last < day) {
        return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
    }
    match must_lead(&app.db, actor, unit.id, None).await {
        Err(AppError::Refused(_)) => return Err(Refusal::new("tour-stop-strange").with("unit", &unit.name).into()),
        other => other?,
    }
    let mut draft = Draft::new("lecture", &tour.title, day, unit.id);
    draft.activity.state = State::Announced;
    draft.activity.topic.clone_from(&tour.theme);
    draft.activity.time_from = found.time;
    draft.activity.time_to = found.until;
    draft.activity.place = found.place;
    draft.activity.speakers = found.speakers;
    draft.refuse_over_long()?;
    Ok(draft)
}

/// Adds the stops in some lines and returns those that were refused. Also returns how many were added.
pub async fn add_stops(app: &App, actor: &Actor, id: i64, text: &str) -> Result<(usize, Vec<(String, Verdict)>)> {
    let tour = load_writable(&app.db, actor, id).await?;
    if tour.ended {
        return Err(Refusal::new("tour-ended").with("title", &tour.title).into());
    }
    let judged = judge(app, actor, &tour, text).await?;
    let drafts: Vec<Draft> = judged
        .iter()
        .filter_map(|(_, verdict)| match verdict {
            Verdict::New(draft) => Some((**draft).clone()),
            _ => None,
        })
        .collect();
    let mut count = 0;
    if !drafts.is_empty() {
        let tx = db::begin(&app.db).await?;
        // If two forms are sent at once, the second finds what the first has added.
        let sql = "update lecture_tour set version = version where id = $1";
        db::execute(&tx, sql, vec![id.into()]).await?;
        load_writable(&tx, actor, id).await?;
        for draft in &drafts {
            must_lead(&tx, actor, draft.activity.host, draft.activity.host_group).await?;
        }
        let existing: BTreeSet<(UnitId, NaiveDate)> =
            stops(&tx, id).await?.into_iter().map(|stop| (UnitId(stop.unit_id), stop.day)).collect();
        let new = drafts.into_iter().filter(|draft| !existing.contains(&(draft.activity.host, draft.activity.day)));
        let ids = activities::actions::enter(app, &tx, actor, new.collect(), None).await?;
        count = ids.len();
        let rows = ids.iter().map(|activity| vec![activity.0.into(), id.into()]);
        db::insert_many(&tx, "tour_stop", &["activity_id", "tour_id"], rows).await?;
        let args = [("title", tour.title.as_str()), ("count", &count.to_string())];
        log::write(&tx, actor, "tour-stops", Object::new("tour", id), Some(tour.unit), &args).await?;
        tx.commit().await?;
    }
    Ok((count, judged))
}

/// A stop.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Stop {
    /// Key of the activity.
    pub id: i64,
    /// Day.
    pub day: NaiveDate,
    /// `09:00`.
    pub time_from: Option<String>,
    /// Place.
    pub place: Option<String>,
    /// Host.
    pub unit: String,
    /// Key of the host.
    pub unit_id: i64,
    /// `draft`, `announced`, `held`, `closed`.
    pub state: String,
    /// Head-count: the entered one, else the number of those present.
    pub heads: i64,
}

/// The stops of a tour by day; void ones are left out.
pub async fn stops(conn: &impl ConnectionTrait, id: i64) -> Result<Vec<Stop>, DbErr> {
    let sql = format!(
        "select a.id, a.occurred_on as day, a.time_from, a.place, u.name as unit, a.host_unit_id as unit_id, a.state, \
         {} as heads from tour_stop s join activity a on a.id = s.activity_id join unit u on u.id = a.host_unit_id \
         where s.tour_id = $1 and a.state <> 'void' order by a.occurred_on, a.time_from, a.id",
        store::HEADS
    );
    db::all(conn, &sql, vec![id.into()]).await
}

/// The figures of a tour's stops from the ledger: 场次, 受众人次; both 0 if no stop was held.
pub async fn totals(app: &App, tour: &Tour, stops: &[Stop]) -> Result<(i64, i64)> {
    let records: BTreeSet<RecordId> = stops.iter().map(|stop| RecordId(stop.id)).collect();
    let hosts: BTreeSet<UnitId> = stops
        .iter()
        .filter(|stop| matches!(stop.state.as_str(), "held" | "closed"))
        .map(|stop| UnitId(stop.unit_id))
        .collect();
    let (mut occasions, mut audience) = (0, 0);
    let days = || stops.iter().map(|stop| stop.day);
    let from = days().min().unwrap_or(tour.from).min(tour.from);
    let to = days().max().unwrap_or(tour.to).max(tour.to);
    let period = Period { from, to };
    // The books are opened once if the stops are under the tour's unit; those of units that have moved since are read at
    // their own unit.
    let position = ledger::position(&app.db).await?;
    let tree = ledger::Tree::upward(&app.db, &hosts.iter().copied().collect::<Vec<_>>(), period.to, position).await?;
    let tops: BTreeSet<UnitId> =
        hosts.into_iter().map(|unit| if tree.under(unit, tour.unit) { tour.unit } else { unit }).collect();
    let mut seen = BTreeSet::new();
    let hosting = app.metrics().get("activities.hosted")?;
    let audiences = app.metrics().get("activities.audience")?;
    for unit in tops {
        let books = metrics::open(app, unit, period, Some(position), None).await?;
        let filter = ledger::Filter::default();
        let hosted = books.figure(&hosting, unit, period, &filter)?;
        let of_tour = |line: &&ledger::Line| records.contains(&line.record);
        let found: BTreeSet<RecordId> = hosted.lines().filter(of_tour).map(|line| line.record).collect();
        occasions += found.difference(&seen).count() as i64;
        let heard = books.figure(&audiences, unit, period, &filter)?;
        audience += heard
            .lines()
            .filter(|line| records.contains(&line.record) && !seen.contains(&line.record))
            .map(|line| line.quantity)
            .sum::<i64>();
        seen.extend(found);
    }
    Ok((occasions, audience))
}

/// A line in the list of tours.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub struct Line {
    /// Key.
    pub id: i64,
    /// 名称.
    pub title: String,
    /// The speaker.
    pub speaker: Option<String>,
    /// The unit that organises it.
    pub unit: String,
    /// The first day.
    pub from_day: NaiveDate,
    /// The last day.
    pub to_day: NaiveDate,
    /// Whether it is ended.
    pub ended: bool,
    /// Number of stops.
    pub stops: i64,
    /// Number of stops held.
    pub held: i64,
}

/// The condition that a tour is organised by a scope's units, or has a stop there.
fn in_scope(scope: &Scope, values: &mut Vec<Value>) -> String {
    if scope.all {
        return "1 = 1".to_owned();
    }
    let own = scope.within("p.place", values);
    let stopped = scope.within("q.place", values);
    let mut any = format!(
        "{own} or exists (select 1 from tour_stop s join activity a on a.id = s.activity_id join unit_place q \
         on q.unit_id = a.host_unit_id where s.tour_id = t.id and {stopped})"
    );
    if !scope.groups.is_empty() {
        let group = scope.in_groups("g.id", values);
        any.push_str(&format!(
            " or exists (select 1 from study_group g where {} and {group}) or exists (select 1 from tour_stop s \
             join activity a on a.id = s.activity_id join study_group g on {} where s.tour_id = t.id and {group})",
            of_unit_by_default("t.unit_id"),
            of_unit_by_default("a.host_unit_id")
        ));
    }
    format!("({any})")
}

/// The orders of the list.
pub const ORDERS: &[By] = &[By::day("from", "t.from_day").falling(), By::text("title", "t.title")];

/// The requested tours that a scope's units organise, or that have a stop there.
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (query, today): (&Fields, NaiveDate),
    slice: &Slice,
) -> Result<Rows<Line>, DbErr> {
    let mut filters = Filters::new(query, today);
    filters.within(|values| in_scope(scope, values));
    filters.search(&["t.title", "t.theme", "s.name"]);
    filters.one_of("state", &[("open", "t.ended = false"), ("ended", "t.ended = true")]);
    let count = |state: &str| {
        format!(
            "(select count(*) from tour_stop x join activity b on b.id = x.activity_id where x.tour_id = t.id and b.state {state})"
        )
    };
    let columns = format!(
        "t.id, t.title, s.name as speaker, u.name as unit, t.from_day, t.to_day, t.ended, {} as stops, {} as held",
        count("<> 'void'"),
        count("in ('held', 'closed')")
    );
    let select = Select {
        table: "lecture_tour t",
        id: "t.id",
        joins: "join unit u on u.id = t.unit_id left join speaker s on s.id = t.speaker_id \
             left join unit_place p on p.unit_id = t.unit_id",
        columns: &columns,
    };
    filters.rows(conn, &select, slice).await
}

/// Whether a tour is within a scope.
async fn sees(conn: &impl ConnectionTrait, scope: &Scope, id: i64) -> Result<bool, DbErr> {
    let mut values: Vec<Value> = vec![id.into()];
    let within = in_scope(scope, &mut values);
    let sql = format!(
        "select t.id from lecture_tour t left join unit_place p on p.unit_id = t.unit_id where t.id = $1 and {within}"
    );
    Ok(db::scalar::<i64>(conn, &sql, values).await?.is_some())
}

/// The tours whose stops activities are, with their titles.
pub(super) async fn of_activities(
    conn: &impl ConnectionTrait,
    activities: &[RecordId],
) -> Result<BTreeMap<RecordId, (i64, String)>, DbErr> {
    let sql = "select s.activity_id, t.id, t.title from tour_stop s join lecture_tour t on t.id = s.tour_id \
         where s.activity_id in ($keys)";
    let rows: Vec<(RecordId, (i64, String))> = db::by_keys(sql, activities).rows(conn).await?;
    Ok(rows.into_iter().collect())
}
