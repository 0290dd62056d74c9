//! The roll-call: who is due, the marks made so far, and the confirmation that turns them into attendance.
//!
//! Marks and scans book nothing. The organiser's confirmation writes them as the activity's attendance and books it, in one
//! transaction. A form submits only what was changed on it: a mark or a scan made since it was opened stays.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{groups, people, units};
use kernel::{GroupId, PersonId, RecordId, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde::Serialize;

use super::{
    actions::{self, Handed},
    marks::{self, Kept},
    model::{Activity, LeaveReason, SpokePart, Stands, State, Status},
    naming, nicknames,
    reach::must_lead_records,
    store,
};
use crate::features::offers;

/// A person's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The attendance that will be confirmed.
    As(Stands),
    /// 申请加入: scanned without being on the list; the organiser decides.
    Asked,
    /// 移出名单: not on the list, although it was confirmed before.
    Off,
}

impl Mark {
    /// Its value in forms; 补学 has a value of its own.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::As(Stands { made_up_on: Some(_), .. }) => "made_up",
            Self::As(stands) => stands.status.as_str(),
            Self::Asked => "asked",
            Self::Off => "off",
        }
    }
}

/// The value that a form gives a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// No mark: 未登记.
    Clear,
    /// Left undecided.
    Asked,
    /// 移出名单.
    Off,
    /// A status.
    As(Status),
    /// 补学 on a day.
    MadeUp(Option<NaiveDate>),
}

impl Given {
    /// Parses a form's value.
    pub fn from_form(text: &str, made_up_on: Option<NaiveDate>) -> Option<Self> {
        Some(match text {
            "" => Self::Clear,
            "asked" => Self::Asked,
            "off" => Self::Off,
            "made_up" => Self::MadeUp(made_up_on),
            status => Self::As(Status::from_code(status)?),
        })
    }
}

/// What was changed for a person on a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The person.
    pub person: PersonId,
    /// The chosen value.
    pub given: Given,
    /// The reason of a leave; the outer `None` means that the form doesn't show it, so that it stays.
    pub reason: Option<Option<LeaveReason>>,
    /// The value when the form was made; `None` if no form showed it.
    pub was: Option<&'static str>,
}

impl Change {
    /// A change of the value only.
    pub fn plain(person: PersonId, given: Given) -> Self {
        Self { person, given, reason: None, was: None }
    }
}

/// Who led, lectured and spoke, and what each of them did.
pub type Parts = BTreeMap<PersonId, BTreeSet<SpokePart>>;

/// Reads what somebody did, as a form gives it: codes, divided by `+`.
pub(super) fn parts_from_form(text: &str) -> Option<BTreeSet<SpokePart>> {
    text.split('+').filter(|code| !code.is_empty()).map(SpokePart::from_code).collect()
}

/// What people did as it was confirmed.
fn confirmed_parts(activity: &Activity) -> Parts {
    let mut parts = Parts::new();
    for spoke in &activity.spoke {
        parts.entry(spoke.person).or_default().insert(spoke.part);
    }
    parts
}

/// What people did: what is noted, else what was confirmed.
async fn parts(conn: &impl ConnectionTrait, activity: &Activity) -> Result<Parts, DbErr> {
    let mut parts = confirmed_parts(activity);
    parts.extend(marks::load_parts(conn, activity.id).await?);
    Ok(parts)
}

/// The mark after a change. Somebody who was absent and has made it up stays absent on that day.
fn changed(before: Option<Mark>, change: &Change, today: NaiveDate) -> Option<Mark> {
    let attendance = match before {
        Some(Mark::As(stands)) => Some(stands),
        _ => None,
    };
    match change.given {
        Given::Clear => None,
        Given::Asked => before,
        Given::Off => Some(Mark::Off),
        Given::As(status) => {
            let old_reason = attendance.filter(|one| one.status == Status::Leave).and_then(|one| one.reason);
            let reason = change.reason.unwrap_or(old_reason).filter(|_| status == Status::Leave);
            Some(Mark::As(Stands { status, made_up_on: None, reason }))
        }
        Given::MadeUp(day) => {
            let missed = attendance.filter(|one| matches!(one.status, Status::Leave | Status::Absent));
            let stands = missed.unwrap_or(Stands::plain(Status::Leave));
            Some(Mark::As(Stands { made_up_on: Some(day.unwrap_or(today)), ..stands }))
        }
    }
}

/// A person on the roll.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Key.
    pub person: i64,
    /// Name.
    pub name: String,
    /// `""`, `on_time`, `late`, `leave`, `absent`, `made_up`, `observer`, `asked`, `off`.
    pub status: &'static str,
    /// For `made_up`: `leave` or `absent`.
    pub missed: &'static str,
    /// The day of 补学.
    pub made_up_on: Option<String>,
    /// Whether the person scanned the code.
    pub scanned: bool,
    /// Whether the person is due whatever is marked; others can be removed from the list.
    pub due: bool,
    /// Whether the reason of a leave is shown: only to the leader of the person's group.
    pub reasons: bool,
    /// The reason, if it is shown.
    pub reason: Option<&'static str>,
    /// What the person did in the session: `led`, `lectured`, `spoke`.
    pub parts: Vec<&'static str>,
}

impl Row {
    /// The current value as text: a form submits it again, so that only what was changed is stored.
    pub fn was(&self) -> String {
        mark_text(self.status, self.made_up_on.as_deref(), self.reason)
    }
}

/// The value of a status in rows; `None` if the text is no status.
pub(super) fn word(text: &str) -> Option<&'static str> {
    ["", "made_up", "asked", "off"]
        .into_iter()
        .find(|word| *word == text)
        .or_else(|| Status::from_code(text).map(Status::as_str))
}

/// `leave/ill`, `made_up/2026-11-20`, `on_time`.
pub(super) fn mark_text(status: &str, made_up_on: Option<&str>, reason: Option<&str>) -> String {
    let beside = match status {
        "made_up" => made_up_on,
        "leave" => reason,
        _ => None,
    };
    beside.map_or_else(|| status.to_owned(), |beside| format!("{status}/{beside}"))
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

/// The counts of a roll; 应到 = 实到 + 请假 + 缺席 + 未登记 whatever the marks are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// 应到.
    pub due: usize,
    /// 实到: on time or late.
    pub present: usize,
    /// 迟到: among those present.
    pub late: usize,
    /// 请假, including those made up.
    pub leave: usize,
    /// 缺席, including those made up.
    pub absent: usize,
    /// 补学: among those who were missing.
    pub made_up: usize,
    /// 列席: never due.
    pub observer: usize,
    /// 未登记.
    pub open: usize,
    /// 申请加入: not due until the organiser decides.
    pub asked: usize,
}

/// Counts attendance: each item is a status of a row, and what was missed if it was made up.
pub fn tally<'s>(stand: impl Iterator<Item = (&'s str, &'s str)>) -> Tally {
    let mut tally = Tally::default();
    for (status, missed) in stand {
        tally.made_up += usize::from(status == "made_up");
        match if status == "made_up" { missed } else { status } {
            "on_time" => tally.present += 1,
            "late" => {
                tally.present += 1;
                tally.late += 1;
            }
            "leave" => tally.leave += 1,
            "absent" => tally.absent += 1,
            "observer" => tally.observer += 1,
            "asked" => tally.asked += 1,
            "off" => {}
            _ => tally.open += 1,
        }
    }
    tally.due = tally.present + tally.leave + tally.absent + tally.open;
    tally
}

/// Who is due: the members, on that day, of the host's group and of the default groups of the named units; for a unit that
/// chose who comes, those people.
pub async fn due(conn: &impl ConnectionTrait, activity: &Activity) -> Result<Vec<(PersonId, UnitId)>> {
    let mut due = members(conn, activity).await?;
    let named = offers::store::named_people(conn, activity.id).await?;
    due.retain(|(person, unit)| named.get(unit).is_none_or(|named| named.contains(person)));
    Ok(due)
}

/// Who is due unless units choose.
pub(crate) async fn members(conn: &impl ConnectionTrait, activity: &Activity) -> Result<Vec<(PersonId, UnitId)>> {
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
    Ok(groups::store::members_on(conn, &of, activity.day).await?)
}

/// A person on the list, as stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    pub(super) unit: UnitId,
    due: bool,
    pub(super) mark: Option<Mark>,
    scanned: bool,
}

fn take_confirmed(list: &mut BTreeMap<PersonId, Listed>, activity: &Activity) {
    for attended in &activity.attendance {
        let stands = Stands { status: attended.status, made_up_on: attended.made_up_on, reason: attended.reason };
        let entry = list.entry(attended.person);
        let one = entry.or_insert(Listed { unit: attended.unit, due: false, mark: None, scanned: false });
        one.mark = Some(Mark::As(stands));
    }
}

/// The list: those due, or confirmed before, with their marks, and those added by a mark. If a unit (`part`) was confirmed
/// without its list, its due people are still included.
pub(super) async fn listed(
    conn: &impl ConnectionTrait,
    activity: &Activity,
    part: Option<UnitId>,
) -> Result<BTreeMap<PersonId, Listed>> {
    let mut list: BTreeMap<PersonId, Listed> = BTreeMap::new();
    let held = matches!(activity.state, State::Held | State::Closed);
    if !held || part.is_some() {
        let of = due(conn, activity).await?.into_iter().filter(|(_, unit)| !held || Some(*unit) == part);
        list.extend(of.map(|(person, unit)| (person, Listed { unit, due: true, mark: None, scanned: false })));
    }
    take_confirmed(&mut list, activity);
    let stored = marks::load(conn, activity.id).await?;
    let added: Vec<PersonId> = stored.keys().filter(|person| !list.contains_key(person)).copied().collect();
    let standings = people::Standings::read(conn, &added).await?;
    for (person, Kept { mark, scanned }) in stored {
        let unit =
            || standings.on(person, activity.day, activity.host_group).map_or(activity.host, |standing| standing.unit);
        let one = list.entry(person).or_insert_with(|| Listed { unit: unit(), due: false, mark: None, scanned: false });
        (one.mark, one.scanned) = (Some(mark), scanned);
    }
    Ok(list)
}

/// The roll by unit, the host's first. Reasons of leave are included only if the actor leads the person's group.
pub async fn roll(app: &App, actor: &Actor, activity: &Activity) -> Result<Vec<OfUnit>> {
    let parts = parts(&app.db, activity).await?;
    by_unit(app, actor, activity, listed(&app.db, activity, None).await?, &parts).await
}

/// The list as it was confirmed, without later marks.
pub async fn confirmed(app: &App, actor: &Actor, activity: &Activity) -> Result<Vec<OfUnit>> {
    let mut list = BTreeMap::new();
    take_confirmed(&mut list, activity);
    by_unit(app, actor, activity, list, &confirmed_parts(activity)).await
}

/// Whether marks are waiting for confirmation.
pub async fn waits(conn: &impl ConnectionTrait, id: RecordId) -> Result<bool, DbErr> {
    Ok(!marks::load(conn, id).await?.is_empty())
}

pub(super) async fn by_unit(
    app: &App,
    actor: &Actor,
    activity: &Activity,
    list: BTreeMap<PersonId, Listed>,
    parts: &Parts,
) -> Result<Vec<OfUnit>> {
    let own = groups::store::members_on(&app.db, &actor.scope(Action::Lead).groups, activity.day).await?;
    let own: BTreeSet<PersonId> = own.into_iter().map(|(person, _)| person).collect();
    let ids: Vec<PersonId> = list.keys().copied().collect();
    let named = people::store::by_ids(&app.db, &ids).await?;
    let mut unit_ids: Vec<UnitId> = list.values().map(|one| one.unit).collect();
    unit_ids.push(activity.host);
    let units = units::by_ids(&app.db, &unit_ids).await?;
    let mut by_unit: BTreeMap<(bool, UnitId), Vec<Row>> = BTreeMap::new();
    for (person, Listed { unit, due, mark, scanned }) in list {
        let stands = match mark {
            Some(Mark::As(stands)) => Some(stands),
            _ => None,
        };
        let reasons = own.contains(&person);
        by_unit.entry((unit != activity.host, unit)).or_default().push(Row {
            person: person.0,
            name: named.get(&person).map_or_else(String::new, |person| person.name.clone()),
            status: mark.map_or("", Mark::as_str),
            missed: stands.filter(|stands| stands.status == Status::Absent).map_or("leave", |_| "absent"),
            made_up_on: stands.and_then(|stands| stands.made_up_on).map(|day| day.to_string()),
            scanned,
            due,
            reasons,
            reason: stands.and_then(|stands| stands.reason).filter(|_| reasons).map(LeaveReason::as_str),
            parts: parts.get(&person).into_iter().flatten().map(|part| part.as_str()).collect(),
        });
    }
    let each = by_unit.into_iter().map(|((away, unit), mut rows)| {
        rows.sort_by(|a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
        let name = units.get(&unit).map_or_else(String::new, |unit| unit.name.clone());
        OfUnit { unit: unit.0, name, host: !away, rows }
    });
    Ok(each.collect())
}

/// Stores what was changed as marks. People who aren't on the list yet have to be within reach; for a unit (`part`) only
/// its own people are. Returns those whose mark somebody else had set differently since the form was made.
pub(super) async fn note(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    changes: &[Change],
    part: Option<UnitId>,
) -> Result<Vec<PersonId>> {
    let list = listed(tx, activity, part).await?;
    let others = |person: &PersonId| part.is_some() && list.get(person).is_some_and(|one| Some(one.unit) != part);
    if changes.iter().any(|change| others(&change.person)) {
        return Err(Refusal::forbidden().into());
    }
    let added: Vec<PersonId> =
        changes.iter().map(|change| change.person).filter(|person| !list.contains_key(person)).collect();
    let reachable = match part {
        Some(unit) => naming::of_unit(tx, activity, unit, &added).await?,
        None => naming::within_reach(tx, actor, activity, &added).await?,
    };
    if added.iter().any(|person| !reachable.contains(person)) {
        return Err(Refusal::new("roll-person-strange").into());
    }
    // Somebody who may not see a reason can't set one either.
    let own = if changes.iter().any(|change| change.reason.is_some()) {
        groups::store::members_on(tx, &actor.scope(Action::Lead).groups, activity.day).await?
    } else {
        Vec::new()
    };
    let own: BTreeSet<PersonId> = own.into_iter().map(|(person, _)| person).collect();
    let confirmed: BTreeSet<PersonId> = activity.attendance.iter().map(|attended| attended.person).collect();
    let today = app.today().max(activity.day);
    // If there are two changes of one person, the last one applies.
    let mut marks: BTreeMap<PersonId, Option<Kept>> = BTreeMap::new();
    let mut over = Vec::new();
    for change in changes {
        let before = list.get(&change.person);
        let scanned = before.is_some_and(|one| one.scanned);
        let reason = change.reason.filter(|_| own.contains(&change.person));
        let mark_before = before.and_then(|one| one.mark);
        let mark = changed(mark_before, &Change { reason, ..*change }, today);
        let word = |mark: Option<Mark>| mark.map_or("", Mark::as_str);
        if change.was.is_some_and(|was| was != word(mark_before)) && word(mark) != word(mark_before) {
            over.push(change.person);
        }
        // A person who was never confirmed is off the list once there is no mark.
        let mark = mark.filter(|mark| *mark != Mark::Off || confirmed.contains(&change.person));
        marks.insert(change.person, mark.map(|mark| Kept { mark, scanned }));
    }
    marks::set(tx, actor, activity.id, &marks.into_iter().collect::<Vec<_>>()).await?;
    Ok(over)
}

/// Stores what was changed without confirming: nothing is booked. Returns those whose mark somebody else had set
/// differently meanwhile.
pub async fn save(app: &App, actor: &Actor, id: RecordId, changes: &[Change], parts: &Parts) -> Result<Vec<PersonId>> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    let activity = led(&tx, actor, id).await?;
    let over = note(app, &tx, actor, &activity, changes, None).await?;
    note_parts(&tx, &activity, parts).await?;
    tx.commit().await?;
    Ok(over)
}

/// Stores what people on the list did. What is noted of others, who are no longer on it, is left out.
async fn note_parts(tx: &DatabaseTransaction, activity: &Activity, parts: &Parts) -> Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let list = listed(tx, activity, None).await?;
    let mut parts = parts.clone();
    parts.retain(|person, _| list.contains_key(person));
    Ok(marks::set_parts(tx, activity.id, &parts).await?)
}

/// What people did, as the confirmation stores it: what is noted of people on the list, else what was confirmed; whoever was
/// taken off the list did nothing.
async fn parts_of_confirmed(
    tx: &DatabaseTransaction,
    activity: &Activity,
    list: &BTreeMap<PersonId, Listed>,
) -> Result<Vec<(PersonId, SpokePart)>> {
    let mut parts = confirmed_parts(activity);
    let noted = marks::load_parts(tx, activity.id).await?;
    parts.extend(noted.into_iter().filter(|(person, _)| list.contains_key(person)));
    parts.retain(|person, _| list.get(person).is_none_or(|one| one.mark != Some(Mark::Off)));
    Ok(parts.into_iter().flat_map(|(person, parts)| parts.into_iter().map(move |part| (person, part))).collect())
}

/// Adds a new person at the host, from the activity's day on; people with that name there are returned instead. The
/// activity is locked meanwhile, so that the second of two simultaneous requests finds the person added by the first.
pub async fn enter_new(app: &App, actor: &Actor, id: RecordId, name: &str) -> Result<Vec<PersonId>> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    let activity = led(&tx, actor, id).await?;
    let entered = enter(app, &tx, actor, &activity, name).await?;
    tx.commit().await?;
    Ok(entered)
}

async fn enter(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    activity: &Activity,
    name: &str,
) -> Result<Vec<PersonId>> {
    people::actions::must_take(tx, actor, activity.host).await?;
    let found = naming::of_names(tx, actor, activity, &[name.to_owned()]).await?.remove(name);
    if let Some(known) = found {
        return Ok(known);
    }
    let new = people::NewPerson {
        name: name.to_owned(),
        staff_no: None,
        sex: None,
        birth_month: None,
        party: None,
        unit: activity.host,
        held: people::Held::default(),
        education: None,
        phone: None,
        note: None,
    };
    let entered = people::actions::take_in(app, tx, actor, vec![new], activity.day, None).await?;
    for person in &entered {
        log::write(tx, actor, "person-entered", Object::new("person", person.0), None, &[]).await?;
    }
    Ok(entered)
}

/// A decision about somebody whom a pasted text names.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The name in the text.
    pub name: String,
    /// The person; `None` for a new one with this name.
    pub person: Option<PersonId>,
    /// The chosen value.
    pub given: Given,
    /// The reason of a leave; the outer `None` means that the form doesn't show it.
    pub reason: Option<Option<LeaveReason>>,
    /// The mark that is to be changed, as the form showed it; `None` if a mark stays.
    pub instead_of: Option<String>,
    /// The nickname by which the person stands in the text, if it is to be remembered.
    pub nickname: Option<String>,
}

/// The marks that were made of a pasted text.
#[derive(Clone, Debug, Default)]
pub struct Marked {
    /// How many people were marked.
    pub count: usize,
    /// The names of those who had another mark, and keep it.
    pub unchanged: Vec<String>,
}

/// Marks whom a pasted text names, and as present those of `rest` without a mark, in one transaction with the new people.
/// Somebody who has a mark keeps it, unless it is the one that the form showed and was to be changed. Nicknames of people on the list
/// that were `forgotten` are removed.
pub async fn mark_named(
    app: &App,
    actor: &Actor,
    id: RecordId,
    decisions: &[Decision],
    rest: &BTreeSet<PersonId>,
    forgotten: &BTreeSet<String>,
) -> Result<Marked> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    let activity = led(&tx, actor, id).await?;
    let list = listed(&tx, &activity, None).await?;
    if !forgotten.is_empty() {
        nicknames::forget(&tx, actor, &list.keys().copied().collect::<Vec<_>>(), forgotten).await?;
    }
    // Reasons are compared only where the form showed them.
    let own = groups::store::members_on(&tx, &actor.scope(Action::Lead).groups, activity.day).await?;
    let own: BTreeSet<PersonId> = own.into_iter().map(|(person, _)| person).collect();
    let shown = |person: PersonId, mark: Mark| match mark {
        Mark::As(stands) => {
            let day = stands.made_up_on.map(|day| day.to_string());
            let reason = stands.reason.filter(|_| own.contains(&person)).map(LeaveReason::as_str);
            mark_text(mark.as_str(), day.as_deref(), reason)
        }
        Mark::Asked | Mark::Off => mark.as_str().to_owned(),
    };
    let today = app.today().max(activity.day);
    let mut changes: BTreeMap<PersonId, Change> = BTreeMap::new();
    let mut unchanged = Vec::new();
    for decision in decisions {
        let person = match decision.person {
            Some(person) => person,
            None => match enter(app, &tx, actor, &activity, &decision.name).await?.as_slice() {
                [one] => *one,
                _ => return Err(Refusal::new("roll-name-several").with("name", &decision.name).into()),
            },
        };
        // Nicknames are used on rolls on which their people stand, and given there.
        if let Some(nickname) = decision.nickname.as_ref().filter(|_| list.contains_key(&person)) {
            nicknames::remember(&tx, actor, person, nickname).await?;
        }
        let before = list.get(&person).and_then(|one| one.mark);
        let reason = decision.reason.filter(|_| own.contains(&person));
        let mut change = Change { reason, ..Change::plain(person, decision.given) };
        if let Some(mark) = before
            && decision.instead_of.as_deref() != Some(shown(person, mark).as_str())
        {
            if changed(before, &change, today) != before {
                unchanged.push(decision.name.clone());
            }
            continue;
        }
        change.was = Some(before.map_or("", Mark::as_str));
        changes.insert(person, change);
    }
    let open = rest.iter().filter(|person| list.get(person).is_some_and(|one| one.mark.is_none()));
    for person in open {
        let plain = Change { was: Some(""), ..Change::plain(*person, Given::As(Status::OnTime)) };
        changes.entry(*person).or_insert(plain);
    }
    let changes: Vec<Change> = changes.into_values().collect();
    note(app, &tx, actor, &activity, &changes, None).await?;
    tx.commit().await?;
    Ok(Marked { count: changes.len(), unchanged })
}

/// An activity whose row is locked, that the actor leads and that isn't closed.
async fn led(tx: &DatabaseTransaction, actor: &Actor, id: RecordId) -> Result<Activity> {
    let activity = actions::held_led(tx, actor, id).await?;
    if matches!(activity.state, State::Closed | State::Void) {
        let state = activity.state.as_str();
        return Err(Refusal::new("activity-locked").with("title", &activity.title).with("state", state).into());
    }
    Ok(activity)
}

/// What is submitted with a confirmation.
#[derive(Clone, Debug, Default)]
pub struct Confirming {
    /// The version that the form was opened with.
    pub version: i64,
    /// What was changed on the form.
    pub changes: Vec<Change>,
    /// What was changed of who led, lectured and spoke.
    pub parts: Parts,
    /// People of this list without a mark become absent: all whom the form showed.
    pub rest_absent: Option<BTreeSet<PersonId>>,
    /// Units whose lists are not waited for: their people without a mark are left out until the unit hands in its list.
    pub without: BTreeSet<UnitId>,
    /// Whether a missing head-count is computed from those present and the guests that the units reported.
    pub count_guests: bool,
    /// Why a list that was confirmed before is corrected.
    pub reason: Option<String>,
}

/// Confirms the list: the marks become the activity's attendance, in one transaction. People without a mark must be
/// submitted as absent, or the confirmation is refused: nothing is assumed. Returns how many were present.
pub async fn confirm(app: &App, actor: &Actor, id: RecordId, handed: Confirming) -> Result<usize> {
    must_lead_records(&app.db, actor, &[id]).await?;
    let tx = db::begin(&app.db).await?;
    hold_people(&tx, id, &handed.changes).await?;
    let activity = led(&tx, actor, id).await?;
    if activity.version != handed.version {
        return Err(db::changed_meanwhile(&activity.title).into());
    }
    note(app, &tx, actor, &activity, &handed.changes, None).await?;
    note_parts(&tx, &activity, &handed.parts).await?;
    let list = listed(&tx, &activity, None).await?;
    let (mut open, mut asked) = (0, 0);
    let mut attendance = Vec::new();
    for (person, one) in &list {
        match one.mark {
            Some(Mark::As(stands)) => attendance.push(Handed { person: *person, stands }),
            Some(Mark::Asked) => asked += 1,
            Some(Mark::Off) => {}
            None if handed.without.contains(&one.unit) => {}
            None if handed.rest_absent.as_ref().is_some_and(|shown| shown.contains(person)) => {
                attendance.push(Handed::plain(*person, Status::Absent));
            }
            None => open += 1,
        }
    }
    if asked > 0 {
        return Err(Refusal::new("roll-asked").with("asked", asked).into());
    }
    if open > 0 {
        return Err(Refusal::new("roll-open").with("open", open).into());
    }
    // A list without anybody is a mistake: it would delete what was confirmed before.
    if attendance.is_empty() {
        return Err(Refusal::new("roll-empty").into());
    }
    let present = attendance.iter().filter(|handed| handed.stands.status.present()).count();
    let title = activity.title.clone();
    let mut draft = actions::again(&activity);
    draft.attendance = attendance;
    draft.spoke = parts_of_confirmed(&tx, &activity, &list).await?;
    draft.activity.state = State::Held;
    if handed.count_guests && draft.activity.audience.is_none() {
        draft.activity.audience = Some(present as i64 + offers::store::guests(&tx, id).await?);
    }
    actions::replace(app, &tx, actor, vec![draft], handed.reason).await?;
    marks::clear(&tx, id).await?;
    let object = Object::new("activity", id.0);
    log::write(&tx, actor, "roll-confirmed", object, Some(activity.host), &[("title", title.as_str())]).await?;
    tx.commit().await?;
    Ok(present)
}

/// People are locked before the activity, in the same order as in a transfer.
async fn hold_people(tx: &DatabaseTransaction, id: RecordId, changes: &[Change]) -> Result<()> {
    let Some(activity) = store::by_ids(tx, &[id]).await?.pop() else { return Ok(()) };
    let mut people: BTreeSet<PersonId> = listed(tx, &activity, None).await?.into_keys().collect();
    people.extend(activity.spoke.iter().map(|spoke| spoke.person));
    people.extend(changes.iter().map(|change| change.person));
    people::store::lock(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}

/// The names on a roll, each with the people who have it.
pub(super) fn names(roll: &[OfUnit]) -> HashMap<String, Vec<PersonId>> {
    let mut names: HashMap<String, Vec<PersonId>> = HashMap::new();
    for row in roll.iter().flat_map(|unit| &unit.rows) {
        names.entry(row.name.clone()).or_default().push(PersonId(row.person));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_equation_is_true_whatever_is_marked() {
        let all = ["on_time", "late", "leave", "absent", "made_up", "observer", "", "on_time", "asked", "off"];
        for missed in ["leave", "absent"] {
            let each = || all.iter().map(|status| (*status, missed));
            for take in 0..=all.len() {
                let tally = tally(each().take(take));
                assert_eq!(tally.due, tally.present + tally.leave + tally.absent + tally.open);
            }
            let whole = tally(each());
            assert_eq!((whole.due, whole.present, whole.late, whole.made_up), (7, 3, 1, 1));
            assert_eq!((whole.observer, whole.asked, whole.open), (1, 1, 1));
            let missed_by = if missed == "leave" { (2, 1) } else { (1, 2) };
            assert_eq!((whole.leave, whole.absent), missed_by);
        }
    }

    #[test]
    fn a_change_keeps_what_it_does_not_mention() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let today = day("2026-11-26");
        let ill = Stands { reason: Some(LeaveReason::Ill), ..Stands::plain(Status::Leave) };
        let absent = Stands::plain(Status::Absent);
        let made_up = |stands: Stands, on: &str| Some(Mark::As(Stands { made_up_on: Some(day(on)), ..stands }));
        let change = |given, reason| Change { person: PersonId(1), given, reason, was: None };
        for (before, change, after) in [
            (None, change(Given::As(Status::Late), None), Some(Mark::As(Stands::plain(Status::Late)))),
            (Some(Mark::As(ill)), change(Given::As(Status::Leave), None), Some(Mark::As(ill))),
            (
                Some(Mark::As(ill)),
                change(Given::As(Status::Leave), Some(None)),
                Some(Mark::As(Stands::plain(Status::Leave))),
            ),
            (
                Some(Mark::As(ill)),
                change(Given::As(Status::Absent), Some(Some(LeaveReason::Ill))),
                Some(Mark::As(absent)),
            ),
            (Some(Mark::As(absent)), change(Given::MadeUp(None), None), made_up(absent, "2026-11-26")),
            (Some(Mark::As(ill)), change(Given::MadeUp(Some(day("2026-11-20"))), None), made_up(ill, "2026-11-20")),
            (None, change(Given::MadeUp(None), None), made_up(Stands::plain(Status::Leave), "2026-11-26")),
            (Some(Mark::Asked), change(Given::Asked, None), Some(Mark::Asked)),
            (Some(Mark::Asked), change(Given::Off, None), Some(Mark::Off)),
            (Some(Mark::As(ill)), change(Given::Clear, None), None),
        ] {
            assert_eq!(changed(before, &change, today), after, "{before:?} {change:?}");
        }
    }
}
