//! The roll-call: who is due, the marks made so far, and the confirmation that turns them into attendance.
//!
//! Marks and scans book nothing. The organiser's confirmation writes them as the activity's attendance and books it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;

use super::{
    actions::{self, Handed},
    model::{Activity, State, Status},
    reach::must_lead,
    store,
};
use crate::{
    app::{Actor, App},
    error::Result,
    features::{
        accounts::log::{self, Object},
        groups, people, units,
    },
};

/// A mark: a status of the model, or `made_up`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// As the model has it.
    As(Status),
    /// 补学: was missing, has made it up on a later day.
    MadeUp,
}

impl Mark {
    /// From a form.
    pub fn of(text: &str) -> Option<Self> {
        if text == "made_up" { Some(Self::MadeUp) } else { Status::of(text).map(Self::As) }
    }

    /// As forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MadeUp => "made_up",
            Self::As(status) => status.as_str(),
        }
    }
}

/// Somebody of the roll.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Key.
    pub person: i64,
    /// Name.
    pub name: String,
    /// `""`, `on_time`, `late`, `leave`, `absent`, `made_up`, `observer`.
    pub status: &'static str,
    /// The day of 补学.
    pub made_up_on: Option<String>,
    /// Whether the person scanned the code.
    pub scanned: bool,
}

/// The roll of a unit.
#[derive(Clone, Debug, Serialize)]
pub struct OfUnit {
    /// Key.
    pub unit: i64,
    /// Name.
    pub name: String,
    /// Whether it is the host.
    pub host: bool,
    /// Its people.
    pub rows: Vec<Row>,
}

/// Counts of a roll; 应到 = 实到 + 请假 + 缺席 + 未登记 whatever the marks are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// 应到.
    pub due: usize,
    /// 实到: on time or late.
    pub present: usize,
    /// 迟到: among those present.
    pub late: usize,
    /// 请假, made up or not.
    pub leave: usize,
    /// 缺席.
    pub absent: usize,
    /// 补学: among those who were missing.
    pub made_up: usize,
    /// 列席: never due.
    pub observer: usize,
    /// 未登记.
    pub open: usize,
}

/// The counts of statuses.
pub fn tally<'s>(statuses: impl Iterator<Item = &'s str>) -> Tally {
    let mut tally = Tally::default();
    for status in statuses {
        match status {
            "on_time" => tally.present += 1,
            "late" => {
                tally.present += 1;
                tally.late += 1;
            }
            "leave" => tally.leave += 1,
            "made_up" => {
                tally.leave += 1;
                tally.made_up += 1;
            }
            "absent" => tally.absent += 1,
            "observer" => tally.observer += 1,
            _ => tally.open += 1,
        }
    }
    tally.due = tally.present + tally.leave + tally.absent + tally.open;
    tally
}

/// A stored mark.
#[derive(Clone, Debug)]
struct Kept {
    mark: Mark,
    made_up_on: Option<NaiveDate>,
    scanned: bool,
}

async fn marks(conn: &impl ConnectionTrait, id: RecordId) -> Result<HashMap<PersonId, Kept>, DbErr> {
    let sql = "select person_id, status, made_up_on, by_scan from roll_mark where activity_id = $1";
    let mut found = HashMap::new();
    for row in db::raw(conn, sql, vec![id.0.into()]).await? {
        let status: String = row.try_get_by_index(1)?;
        let Some(mark) = Mark::of(&status) else { continue };
        let kept = Kept { mark, made_up_on: row.try_get_by_index(2)?, scanned: row.try_get_by_index(3)? };
        found.insert(PersonId(row.try_get_by_index(0)?), kept);
    }
    Ok(found)
}

/// How many have scanned.
pub async fn scans(conn: &impl ConnectionTrait, id: RecordId) -> Result<i64, DbErr> {
    let sql = "select count(*) from roll_mark where activity_id = $1 and by_scan = true";
    Ok(db::scalar(conn, sql, vec![id.0.into()]).await?.unwrap_or(0))
}

/// Who is due: the members, that day, of the host's group and of the default groups of the units that were named.
pub async fn due(conn: &impl ConnectionTrait, activity: &Activity) -> Result<Vec<(PersonId, UnitId)>> {
    let mut wanted: Vec<UnitId> = vec![activity.host];
    wanted.extend(activity.partners.iter().filter(|partner| partner.named).map(|partner| partner.unit));
    let defaults = groups::store::default_groups(conn, &wanted).await?;
    let mut of: Vec<GroupId> = Vec::new();
    for unit in &wanted {
        let group = if *unit == activity.host { activity.host_group } else { None };
        of.extend(group.or_else(|| defaults.get(unit).map(|group| group.id)));
    }
    of.sort_unstable();
    of.dedup();
    Ok(people::store::members_on(conn, &of, activity.day).await?)
}

/// The roll by unit, the host's first.
pub async fn roll(app: &App, activity: &Activity) -> Result<Vec<OfUnit>> {
    let held = matches!(activity.state, State::Held | State::Closed);
    let kept = marks(&app.db, activity.id).await?;
    let mut of: BTreeMap<PersonId, UnitId> = BTreeMap::new();
    if !held {
        of.extend(due(&app.db, activity).await?);
    }
    let mut status: HashMap<PersonId, (&'static str, Option<NaiveDate>)> = HashMap::new();
    for attended in &activity.attendance {
        of.insert(attended.person, attended.unit);
        let as_marked = if attended.made_up_on.is_some() { "made_up" } else { attended.status.as_str() };
        status.insert(attended.person, (as_marked, attended.made_up_on));
    }
    let added: Vec<PersonId> = kept.keys().filter(|person| !of.contains_key(person)).copied().collect();
    let standings = people::Standings::read(&app.db, &added).await?;
    for person in added {
        let stood = standings.on(person, activity.day, activity.host_group);
        of.insert(person, stood.map_or(activity.host, |stood| stood.unit));
    }
    for (person, mark) in &kept {
        status.insert(*person, (mark.mark.as_str(), mark.made_up_on));
    }
    let ids: Vec<PersonId> = of.keys().copied().collect();
    let people = people::store::by_ids(&app.db, &ids).await?;
    let mut unit_ids: Vec<UnitId> = of.values().copied().collect();
    unit_ids.push(activity.host);
    let units = units::by_ids(&app.db, &unit_ids).await?;
    let mut by_unit: BTreeMap<(bool, UnitId), Vec<Row>> = BTreeMap::new();
    for (person, unit) in of {
        let (status, made_up_on) = status.get(&person).copied().unwrap_or(("", None));
        by_unit.entry((unit != activity.host, unit)).or_default().push(Row {
            person: person.0,
            name: people.get(&person).map_or_else(String::new, |person| person.name.clone()),
            status,
            made_up_on: made_up_on.map(|day| day.to_string()),
            scanned: kept.get(&person).is_some_and(|mark| mark.scanned),
        });
    }
    let each = by_unit.into_iter().map(|((away, unit), mut rows)| {
        rows.sort_by(|a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
        OfUnit {
            unit: unit.0,
            name: units.get(&unit).map_or_else(String::new, |unit| unit.name.clone()),
            host: !away,
            rows,
        }
    });
    Ok(each.collect())
}

/// A mark as it is handed in; none clears it.
pub type Marked = (PersonId, Option<(Mark, Option<NaiveDate>)>);

async fn keep_marks(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: RecordId,
    marked: &[Marked],
    by_scan: bool,
) -> Result<(), DbErr> {
    for (person, mark) in marked {
        let Some((mark, day)) = mark else {
            let sql = "delete from roll_mark where activity_id = $1 and person_id = $2";
            db::execute(tx, sql, vec![id.0.into(), person.0.into()]).await?;
            continue;
        };
        let sql = "insert into roll_mark (activity_id, person_id, status, made_up_on, by_scan, marked_at, account_id) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (activity_id, person_id) do update set \
             status = excluded.status, made_up_on = excluded.made_up_on, marked_at = excluded.marked_at, \
             account_id = excluded.account_id";
        let values = vec![
            id.0.into(),
            person.0.into(),
            mark.as_str().into(),
            (*day).into(),
            by_scan.into(),
            actor.at.0.as_str().into(),
            actor.account.0.into(),
        ];
        db::execute(tx, sql, values).await?;
    }
    Ok(())
}

/// Keeps marks without confirming: nothing is booked.
pub async fn save(app: &App, actor: &Actor, activity: &Activity, marked: &[Marked]) -> Result<()> {
    must_lead(&app.db, actor, activity.host, activity.host_group).await?;
    refuse_locked(activity)?;
    let tx = db::begin(&app.db).await?;
    keep_marks(&tx, actor, activity.id, marked, false).await?;
    tx.commit().await?;
    Ok(())
}

fn refuse_locked(activity: &Activity) -> Result<()> {
    if matches!(activity.state, State::Closed | State::Void) {
        let state = activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into());
    }
    Ok(())
}

/// Confirms the list: what is marked becomes the activity's attendance. Those without a mark are handed in as absent or the
/// confirmation is refused: nothing is assumed.
pub async fn confirm(
    app: &App,
    actor: &Actor,
    id: RecordId,
    version: i64,
    marked: Vec<Marked>,
    rest_absent: bool,
) -> Result<()> {
    let activity = store::by_ids(&app.db, &[id]).await?.pop();
    let activity = activity.ok_or_else(|| Refusal::new("activity-unknown").with("id", id))?;
    must_lead(&app.db, actor, activity.host, activity.host_group).await?;
    refuse_locked(&activity)?;
    if activity.version != version {
        return Err(Refusal::new("changed-meanwhile").with("what", &activity.title).into());
    }
    // A list without anybody is a slip: it would take away what was confirmed before.
    if marked.is_empty() {
        return Err(Refusal::new("roll-empty").into());
    }
    let open = marked.iter().filter(|(_, mark)| mark.is_none()).count();
    if open > 0 && !rest_absent {
        return Err(Refusal::new("roll-open").with("open", open).into());
    }
    let before: HashMap<PersonId, Status> =
        activity.attendance.iter().map(|attended| (attended.person, attended.status)).collect();
    let handed = marked.iter().map(|(person, mark)| match mark {
        Some((Mark::As(status), _)) => Handed { person: *person, status: *status, made_up_on: None },
        Some((Mark::MadeUp, day)) => Handed {
            person: *person,
            // Who was absent and has made it up stays absent that day.
            status: before.get(person).copied().filter(|status| !status.present()).unwrap_or(Status::Leave),
            made_up_on: Some(day.unwrap_or_else(|| app.today().max(activity.day))),
        },
        None => Handed { person: *person, status: Status::Absent, made_up_on: None },
    });
    let mut draft = actions::draft_of(app, id).await?;
    draft.attendance = handed.collect();
    draft.activity.state = State::Held;
    actions::edit(app, actor, draft, None).await?;
    let tx = db::begin(&app.db).await?;
    db::execute(&tx, "delete from roll_mark where activity_id = $1", vec![id.0.into()]).await?;
    let args = [("title", activity.title.as_str())];
    log::write(&tx, actor, "roll-confirmed", Object::new("activity", id.0), Some(activity.host), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// A check-in that is open, as the board and the phones see it.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct CheckIn {
    /// Which activity.
    pub activity_id: i64,
    /// What its codes are signed with.
    pub secret: String,
    /// Until when it takes scans.
    pub closes_at: String,
    /// From when on a scan is late.
    pub late_from: String,
    /// Who opened it.
    pub organiser: String,
}

/// The check-in of an activity, if one was opened.
pub async fn check_in_of(conn: &impl ConnectionTrait, id: RecordId) -> Result<Option<CheckIn>, DbErr> {
    let sql = "select c.activity_id, c.secret, c.closes_at, c.late_from, a.display as organiser from check_in c \
               join account a on a.id = c.account_id where c.activity_id = $1";
    db::one(conn, sql, vec![id.0.into()]).await
}

/// Opens the check-in of an activity that is announced, until a moment; opened again it takes the new times.
pub async fn open_check_in(
    app: &App,
    actor: &Actor,
    activity: &Activity,
    closes_at: &str,
    late_from: &str,
) -> Result<()> {
    must_lead(&app.db, actor, activity.host, activity.host_group).await?;
    if !matches!(activity.state, State::Announced | State::Draft) {
        let state = activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into());
    }
    let tx = db::begin(&app.db).await?;
    let secret = web::Secret::of(rand::random()).0;
    let sql = "insert into check_in (activity_id, secret, opened_at, closes_at, late_from, account_id) \
         values ($1, $2, $3, $4, $5, $6) on conflict (activity_id) do update set closes_at = excluded.closes_at, \
         late_from = excluded.late_from, account_id = excluded.account_id";
    let values = vec![
        activity.id.0.into(),
        secret.into(),
        actor.at.0.as_str().into(),
        closes_at.into(),
        late_from.into(),
        actor.account.0.into(),
    ];
    db::execute(&tx, sql, values).await?;
    let args = [("title", activity.title.as_str())];
    log::write(&tx, actor, "check-in-opened", Object::new("activity", activity.id.0), Some(activity.host), &args)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a check-in at once.
pub async fn close_check_in(app: &App, actor: &Actor, activity: &Activity) -> Result<()> {
    must_lead(&app.db, actor, activity.host, activity.host_group).await?;
    let tx = db::begin(&app.db).await?;
    let sql = "update check_in set closes_at = $1 where activity_id = $2 and closes_at > $1";
    db::execute(&tx, sql, vec![actor.at.0.as_str().into(), activity.id.0.into()]).await?;
    tx.commit().await?;
    Ok(())
}

/// What a scan led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// Checked in now, in this place of the order.
    In {
        /// Late by the organiser's time.
        late: bool,
        /// How many have checked in with this one.
        number: i64,
    },
    /// Had checked in before.
    Again,
    /// Not among those who are due: the organiser is asked.
    NotListed,
    /// The check-in has ended.
    Late(CheckIn),
}

/// Marks a person by scan. Repeated scans are harmless; an organiser's mark is left as it is.
pub async fn scan(app: &App, actor: &Actor, activity: &Activity, person: PersonId, join: bool) -> Result<Scanned> {
    let Some(check_in) = check_in_of(&app.db, activity.id).await? else {
        return Err(Refusal::new("check-in-unknown").into());
    };
    let tx = db::begin(&app.db).await?;
    let sql = "select status from roll_mark where activity_id = $1 and person_id = $2";
    let had: Option<String> = db::scalar(&tx, sql, vec![activity.id.0.into(), person.0.into()]).await?;
    if had.is_some() {
        return Ok(Scanned::Again);
    }
    if actor.at.0 > check_in.closes_at {
        return Ok(Scanned::Late(check_in));
    }
    let listed = due(&tx, activity).await?.iter().any(|(member, _)| *member == person);
    if !listed && !join {
        return Ok(Scanned::NotListed);
    }
    let late = actor.at.0 > check_in.late_from;
    let mark = Mark::As(if late { Status::Late } else { Status::OnTime });
    keep_marks(&tx, actor, activity.id, &[(person, Some((mark, None)))], true).await?;
    let number = scans(&tx, activity.id).await?;
    tx.commit().await?;
    Ok(Scanned::In { late, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_equation_holds_whatever_is_marked() {
        let all = ["on_time", "late", "leave", "absent", "made_up", "observer", "", "on_time"];
        for take in 0..=all.len() {
            let tally = tally(all[..take].iter().copied());
            assert_eq!(tally.due, tally.present + tally.leave + tally.absent + tally.open);
            assert_eq!(tally.due + tally.observer, take);
        }
        let whole = tally(all.iter().copied());
        assert_eq!((whole.due, whole.present, whole.late, whole.leave, whole.made_up), (7, 3, 1, 2, 1));
    }
}
