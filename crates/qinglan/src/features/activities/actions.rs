//! Actions on activities: enter, confirm with attendance, edit, close, void.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups::{self, must_lead},
    people, settings,
    themes::{self, actions::Chosen},
    training_fields, units,
};
use kernel::{GroupId, ImportId, Period, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, Tree, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    following, marks,
    model::{Activity, ActivityType, Attendance, Linkage, Partner, Spoke, SpokePart, Stands, State, Status},
    reach::must_lead_records,
    rules::{entries_of, levels, linkage},
    store,
};
use crate::features::{hours::Conversion, speakers};

/// A larger head-count is a typing error.
pub(super) const MOST_AUDIENCE: i64 = 1_000_000;

/// More tenths of learning hours are a typing error: it is a training of ten days.
pub(super) const MOST_HOURS: i64 = 1_000;

/// A person's attendance as submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The person.
    pub person: PersonId,
    /// The attendance.
    pub stands: Stands,
}

impl Handed {
    /// Attendance that was not made up, without a reason.
    pub fn plain(person: PersonId, status: Status) -> Self {
        Self { person, stands: Stands::plain(status) }
    }
}

/// An activity as submitted: what users enter, without what is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Everything except what confirming fills in: pillar, linkage, levels, partners' levels, attendance.
    pub activity: Activity,
    /// Units that took part besides those of the people present.
    pub partners: Vec<UnitId>,
    /// The attendance list.
    pub attendance: Vec<Handed>,
    /// Who led, lectured and spoke; they need not be on the list, but somebody who is must have been present.
    pub spoke: Vec<(PersonId, SpokePart)>,
    /// The speakers from the register of speakers; `None` leaves them as they are.
    pub speaking: Option<Vec<i64>>,
}

impl Draft {
    /// An activity with only the required fields.
    pub fn new(type_code: &str, title: &str, day: NaiveDate, host: UnitId) -> Self {
        let activity = Activity {
            id: RecordId(0),
            type_code: type_code.to_owned(),
            title: title.to_owned(),
            day,
            time_from: None,
            time_to: None,
            day_part: None,
            place: None,
            host,
            host_group: None,
            speakers: None,
            topic: None,
            leaders: None,
            chair: None,
            recorder: None,
            minutes: None,
            resolutions: None,
            notice_ref: None,
            note: None,
            theme: None,
            field: None,
            audience: None,
            hours_said: None,
            conversion: None,
            state: State::Held,
            pillar: String::new(),
            linkage: Linkage::None,
            levels: 1,
            level: None,
            version: 1,
            partners: Vec::new(),
            attendance: Vec::new(),
            spoke: Vec::new(),
        };
        Self { activity, partners: Vec::new(), attendance: Vec::new(), spoke: Vec::new(), speaking: None }
    }

    /// Everybody on the list, and who led, lectured or spoke.
    pub(super) fn people(&self) -> impl Iterator<Item = PersonId> {
        self.attendance.iter().map(|handed| handed.person).chain(self.spoke.iter().map(|(person, _)| *person))
    }
}

/// Stores activities; those that are held are booked.
pub(crate) async fn enter(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    drafts: Vec<Draft>,
    import: Option<ImportId>,
) -> Result<Vec<RecordId>> {
    drafts.iter().try_for_each(Draft::refuse_over_long)?;
    refuse_foreign_groups(tx, &drafts).await?;
    refuse_closed(tx, &drafts).await?;
    refuse_missed(tx, &drafts).await?;
    drafts.iter().try_for_each(|draft| refuse_future(app, draft))?;
    let speaking: Vec<Option<Vec<i64>>> = drafts.iter().map(|draft| draft.speaking.clone()).collect();
    check_themes(tx, actor, &drafts, &[]).await?;
    let mut activities = confirmed(tx, drafts).await?;
    let records = groups::store::new_records(tx, activities.len()).await?;
    for (activity, record) in activities.iter_mut().zip(records) {
        activity.id = record;
    }
    store::insert(tx, &activities, import).await?;
    link_speakers(tx, &activities, speaking).await?;
    let mut desired: Vec<Desired> = activities.iter().map(entries_of).collect();
    desired.extend(following::changed(app, tx, actor, &activities).await?);
    book(tx, &app.kinds(), actor.by(), &desired, None).await?;
    Ok(activities.into_iter().map(|activity| activity.id).collect())
}

/// Stores many activities at once.
pub async fn add_all(app: &App, actor: &Actor, drafts: Vec<Draft>) -> Result<Vec<RecordId>> {
    must_host(&app.db, actor, &drafts).await?;
    let tx = db::begin(&app.db).await?;
    must_host(&tx, actor, &drafts).await?;
    let named: Vec<(String, UnitId)> =
        drafts.iter().map(|draft| (draft.activity.title.clone(), draft.activity.host)).collect();
    let ids = enter(app, &tx, actor, drafts, None).await?;
    if let ([id], [(title, host)]) = (ids.as_slice(), named.as_slice()) {
        let object = Object::new("activity", id.0);
        log::write(&tx, actor, "activity-entered", object, Some(*host), &[("title", title)]).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// Refuses an actor who may not maintain sessions of the hosts in the drafts.
async fn must_host(conn: &impl ConnectionTrait, actor: &Actor, drafts: &[Draft]) -> Result<()> {
    for draft in drafts {
        must_lead(conn, actor, draft.activity.host, draft.activity.host_group).await?;
    }
    Ok(())
}

/// Stores one activity.
pub async fn add(app: &App, actor: &Actor, draft: Draft) -> Result<RecordId> {
    let ids = add_all(app, actor, vec![draft]).await?;
    ids.first().copied().ok_or_else(|| Refusal::unknown("activity-unknown").with("id", 0).into())
}

/// Replaces an activity if it still has the draft's version; the difference is reversed and booked.
pub async fn edit(app: &App, actor: &Actor, draft: Draft, note: Option<String>) -> Result<()> {
    edit_all(app, actor, vec![draft], note).await
}

/// Replaces many activities, all or none.
pub async fn edit_all(app: &App, actor: &Actor, drafts: Vec<Draft>, note: Option<String>) -> Result<()> {
    let ids: Vec<RecordId> = drafts.iter().map(|draft| draft.activity.id).collect();
    must_lead_records(&app.db, actor, &ids).await?;
    must_host(&app.db, actor, &drafts).await?;
    let tx = db::begin(&app.db).await?;
    replace(app, &tx, actor, drafts, note).await?;
    tx.commit().await?;
    Ok(())
}

/// Replaces activities within a transaction that goes on. The caller has checked the permission; it is checked again once
/// they are locked.
pub(super) async fn replace(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    drafts: Vec<Draft>,
    note: Option<String>,
) -> Result<()> {
    // People are locked before the activities, in the same order as in a transfer.
    people::store::lock(tx, &listed(&drafts)).await?;
    let ids: Vec<RecordId> = drafts.iter().map(|draft| draft.activity.id).collect();
    let old = held(tx, &ids).await?;
    must_lead_records(tx, actor, &ids).await?;
    must_host(tx, actor, &drafts).await?;
    let activities = save(app, tx, actor, &old, drafts, note).await?;
    if let [activity] = activities.as_slice() {
        let object = Object::new("activity", activity.id.0);
        let args = [("title", activity.title.as_str())];
        log::write(tx, actor, "activity-edited", object, Some(activity.host), &args).await?;
    }
    Ok(())
}

/// Overwrites activities that the caller has locked, and books the difference; the caller has checked the permission.
pub(super) async fn save(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    old: &[Activity],
    drafts: Vec<Draft>,
    note: Option<String>,
) -> Result<Vec<Activity>> {
    drafts.iter().try_for_each(Draft::refuse_over_long)?;
    if let Some(old) = old.iter().find(|old| matches!(old.state, State::Closed | State::Void)) {
        return Err(Refusal::new("activity-locked").with("title", &old.title).with("state", old.state.as_str()).into());
    }
    drafts.iter().try_for_each(|draft| refuse_future(app, draft))?;
    refuse_closed(tx, &drafts).await?;
    refuse_missed(tx, &drafts).await?;
    // Unchanged values, such as a group that has been closed since, may stay.
    let moved = |draft: &&Draft| {
        let before = old.iter().find(|old| old.id == draft.activity.id);
        before.is_none_or(|old| (old.host, old.host_group) != (draft.activity.host, draft.activity.host_group))
    };
    refuse_foreign_groups(tx, &drafts.iter().filter(moved).cloned().collect::<Vec<_>>()).await?;
    let speaking: Vec<Option<Vec<i64>>> = drafts.iter().map(|draft| draft.speaking.clone()).collect();
    check_themes(tx, actor, &drafts, old).await?;
    let activities = confirmed(tx, drafts).await?;
    for activity in &activities {
        store::update(tx, activity).await?;
    }
    link_speakers(tx, &activities, speaking).await?;
    let mut desired: Vec<Desired> = activities.iter().map(entries_of).collect();
    desired.extend(following::changed(app, tx, actor, &activities).await?);
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason { code: ReasonCode::Edit, note })).await?;
    Ok(activities)
}

/// Stores the speakers from the register of speakers, if the drafts have them.
async fn link_speakers(
    tx: &DatabaseTransaction,
    activities: &[Activity],
    speaking: Vec<Option<Vec<i64>>>,
) -> Result<()> {
    for (activity, speakers) in activities.iter().zip(speaking) {
        if let Some(speakers) = speakers {
            let speakers: BTreeSet<i64> = speakers.into_iter().collect();
            speakers::link(tx, activity.id, speakers.into_iter().collect()).await?;
        }
    }
    Ok(())
}

/// Voids an activity: its entries are reversed, the record stays with the reason.
pub async fn void(app: &App, actor: &Actor, id: RecordId, reason: &str) -> Result<()> {
    must_lead_records(&app.db, actor, &[id]).await?;
    if reason.trim().is_empty() {
        return Err(Refusal::new("void-without-reason").into());
    }
    let tx = db::begin(&app.db).await?;
    let current = held_led(&tx, actor, id).await?;
    if current.state == State::Void {
        return Err(Refusal::new("activity-void-already").with("title", &current.title).into());
    }
    store::set_state(&tx, &[id], State::Void).await?;
    store::set_void_reason(&tx, id, reason.trim(), &actor.at.0).await?;
    let reason = Reason { code: ReasonCode::Void, note: Some(reason.trim().to_owned()) };
    let mut desired = vec![Desired { record: id, entries: Vec::new() }];
    desired.extend(following::voided(app, &tx, &[id]).await?);
    book(&tx, &app.kinds(), actor.by(), &desired, Some(&reason)).await?;
    let args = [("title", current.title.as_str())];
    log::write(&tx, actor, "activity-voided", Object::new("activity", id.0), Some(current.host), &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Records 补学: a leave or absence that was made up on a later day.
pub async fn make_up(app: &App, actor: &Actor, id: RecordId, person: PersonId, day: NaiveDate) -> Result<()> {
    make_up_all(app, actor, &[(id, person, day)]).await
}

/// Records 补学 for many, each an activity, a person and the day; all or none.
pub async fn make_up_all(app: &App, actor: &Actor, made_up: &[(RecordId, PersonId, NaiveDate)]) -> Result<()> {
    let mut drafts: BTreeMap<RecordId, Draft> = BTreeMap::new();
    let ids: BTreeSet<RecordId> = made_up.iter().map(|(id, ..)| *id).collect();
    let ids: Vec<RecordId> = ids.into_iter().collect();
    must_lead_records(&app.db, actor, &ids).await?;
    for activity in store::by_ids(&app.db, &ids).await? {
        drafts.insert(activity.id, again(&activity));
    }
    for (id, person, day) in made_up {
        let draft = drafts.get_mut(id).ok_or_else(|| Refusal::unknown("activity-unknown").with("id", id))?;
        let title = &draft.activity.title;
        let handed = draft.attendance.iter_mut().find(|handed| handed.person == *person);
        handed.ok_or_else(|| Refusal::new("person-not-listed").with("title", title))?.stands.made_up_on = Some(*day);
    }
    edit_all(app, actor, drafts.into_values().collect(), None).await
}

/// Locks a held activity; its entries stay as they are.
pub async fn close(app: &App, actor: &Actor, id: RecordId) -> Result<()> {
    close_all(app, actor, &[id]).await
}

/// Locks many held activities, all or none.
pub async fn close_all(app: &App, actor: &Actor, ids: &[RecordId]) -> Result<()> {
    must_lead_records(&app.db, actor, ids).await?;
    let tx = db::begin(&app.db).await?;
    let found = held(&tx, ids).await?;
    must_lead_records(&tx, actor, ids).await?;
    if let Some(other) = found.iter().find(|activity| activity.state != State::Held) {
        let state = other.state.as_str();
        return Err(Refusal::new("activity-not-held").with("title", &other.title).with("state", state).into());
    }
    store::set_state(&tx, ids, State::Closed).await?;
    if let [activity] = found.as_slice() {
        let args = [("title", activity.title.as_str())];
        let object = Object::new("activity", activity.id.0);
        log::write(&tx, actor, "activity-closed", object, Some(activity.host), &args).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The data of an activity type; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct TypeSaid<'s> {
    /// Its name, which identifies it.
    pub name: &'s str,
    /// Its English name; for a new type without one, its name.
    pub en: Option<&'s str>,
    /// The pillar's code; a new type needs one.
    pub pillar: Option<&'s str>,
    /// Other names, in addition to the existing ones.
    pub aliases: &'s [String],
    /// Whether its sessions count as learning hours; those of a new type do.
    pub learning: Option<bool>,
    /// Whether it is no longer used.
    pub retired: bool,
}

/// Creates an activity type or changes the one with that name; past activities keep the pillar and the hours that they were
/// held with.
pub async fn set_type(app: &App, actor: &Actor, said: TypeSaid<'_>) -> Result<String> {
    must_all(actor, Action::Administer)?;
    let TypeSaid { name, en, pillar, aliases, learning, retired } = said;
    let name: String = tabular::fold(name).chars().filter(|letter| !letter.is_whitespace()).collect();
    let tx = db::begin(&app.db).await?;
    // The number is taken first, so that those who change types wait for each other.
    let number = db::take_range(&tx, "activity_type", 1).await?;
    let types = store::every_type(&tx).await?;
    let old = types.iter().find(|known| known.name == name);
    let pillar = pillar.or(old.map(|old| old.pillar.as_str())).unwrap_or_default();
    if name.is_empty() || !super::PILLAR_CODES.contains(&pillar) {
        let known = super::PILLAR_CODES.join(" ");
        return Err(Refusal::new("type-wants-pillar").with("name", name).with("known", known).into());
    }
    let mut words: Vec<String> = old.map(|old| old.aliases.split(' ').map(str::to_owned).collect()).unwrap_or_default();
    words.extend(aliases.iter().map(|alias| tabular::fold(alias).split_whitespace().collect()));
    let mut seen = BTreeSet::new();
    words.retain(|word: &String| !word.is_empty() && seen.insert(word.clone()));
    let taken = |word: &String| {
        types.iter().find(|other| {
            other.name != name && (other.name == *word || other.aliases.split(' ').any(|had| had == word))
        })
    };
    if let Some((word, other)) = words.iter().chain([&name]).find_map(|word| Some((word, taken(word)?))) {
        return Err(Refusal::new("type-word-taken").with("word", word).with("other", &other.name).into());
    }
    let aliases = words.join(" ");
    Refusal::too_long(
        "text-too-long",
        &[("title", &name, 64), ("en", en.unwrap_or_default(), 64), ("aliases", &aliases, 500)],
    )?;
    let code = match old {
        Some(old) => old.code.clone(),
        None => format!("own_{number}"),
    };
    let kind = ActivityType {
        code: code.clone(),
        learning: learning.or(old.map(|old| old.learning)).unwrap_or(true),
        en: en.or(old.map(|old| old.en.as_str())).unwrap_or(&name).to_owned(),
        name,
        pillar: pillar.to_owned(),
        aliases,
        retired,
    };
    store::set_type(&tx, &kind).await?;
    log::write(&tx, actor, "type-changed", Object::all("setting"), None, &[("name", &kind.name)]).await?;
    tx.commit().await?;
    Ok(code)
}

/// Voids the activities of an import that is being undone.
pub(super) async fn void_all(app: &App, tx: &DatabaseTransaction, actor: &Actor, ids: &[RecordId]) -> Result<()> {
    store::set_state(tx, ids, State::Void).await?;
    let mut desired: Vec<Desired> = ids.iter().map(|id| Desired { record: *id, entries: Vec::new() }).collect();
    desired.extend(following::voided(app, tx, ids).await?);
    book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
    Ok(())
}

/// Locks the activities of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(crate) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    Ok(store::lock_of_people(tx, people).await?)
}

/// Confirms again the held activities of people whose postings or states were corrected; the caller has locked them.
///
/// The other people who attended are not locked: two changes of two people of one session would deadlock. Whoever changes
/// one of the others waits for the activity, and confirms it with the facts that are current then.
pub(crate) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::of_people(tx, people).await?;
    let drafts: Vec<Draft> = before.iter().map(again).collect();
    let standings = people::Standings::read(tx, &listed(&drafts)).await?;
    let after = confirmed_as(tx, drafts, &standings).await?;
    for (before, after) in before.iter().zip(&after) {
        if before != after {
            store::update(tx, after).await?;
        }
    }
    let desired: Vec<Desired> = after.iter().map(entries_of).collect();
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the held activities of a person would have if these were the spans of the person's memberships.
pub(crate) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(kernel::GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let drafts: Vec<Draft> = store::of_people(conn, &[person]).await?.iter().map(again).collect();
    let mut standings = people::Standings::read(conn, &listed(&drafts)).await?;
    standings.set_spans(person, spans);
    Ok(confirmed_as(conn, drafts, &standings).await?.iter().map(entries_of).collect())
}

/// An existing activity as a draft: the beginning of an edit.
pub async fn draft_of(app: &App, id: RecordId) -> Result<Draft> {
    Ok(again(&load(&app.db, id).await?))
}

/// An activity as if it were submitted again. Partners that were not named are derived again from the people.
pub(super) fn again(activity: &Activity) -> Draft {
    let named = activity.partners.iter().filter(|partner| partner.named);
    Draft {
        partners: named.map(|partner| partner.unit).collect(),
        attendance: activity
            .attendance
            .iter()
            .map(|attended| Handed {
                person: attended.person,
                stands: Stands { status: attended.status, made_up_on: attended.made_up_on, reason: attended.reason },
            })
            .collect(),
        spoke: activity.spoke.iter().map(|spoke| (spoke.person, spoke.part)).collect(),
        activity: activity.clone(),
        speaking: None,
    }
}

/// Assigns a merged person's attendance to the survivor; the caller confirms the survivor's activities.
pub(crate) async fn repoint(tx: &DatabaseTransaction, loser: PersonId, survivor: PersonId) -> Result<()> {
    marks::repoint(tx, loser, survivor).await?;
    Ok(store::repoint(tx, loser, survivor).await?)
}

/// Activities whose rows are locked until the transaction ends.
pub(crate) async fn held(tx: &DatabaseTransaction, ids: &[RecordId]) -> Result<Vec<Activity>> {
    store::lock(tx, ids).await?;
    let activities = store::by_ids(tx, ids).await?;
    let found: BTreeSet<RecordId> = activities.iter().map(|activity| activity.id).collect();
    match ids.iter().find(|id| !found.contains(id)) {
        Some(missing) => Err(Refusal::unknown("activity-unknown").with("id", missing).into()),
        None => Ok(activities),
    }
}

/// An activity whose row is locked and that the actor may maintain: it may have got another host or group since permission
/// was first checked.
pub(super) async fn held_led(tx: &DatabaseTransaction, actor: &Actor, id: RecordId) -> Result<Activity> {
    let activity = held(tx, &[id]).await?.pop();
    must_lead_records(tx, actor, &[id]).await?;
    Ok(activity.ok_or_else(|| Refusal::unknown("activity-unknown").with("id", id))?)
}

/// Checks the themes and fields that activities are given; `old` are the stored ones.
async fn check_themes(tx: &DatabaseTransaction, actor: &Actor, drafts: &[Draft], old: &[Activity]) -> Result<()> {
    let chosen = drafts.iter().map(|Draft { activity, .. }| {
        let before = old.iter().find(|old| old.id == activity.id).filter(|old| old.host == activity.host);
        Chosen {
            code: activity.theme.as_deref(),
            old: before.and_then(|old| old.theme.as_deref()),
            unit: activity.host,
            days: Period { from: activity.day, to: activity.day },
        }
    });
    themes::actions::choose(tx, actor, &chosen.collect::<Vec<_>>()).await?;
    let fields = drafts.iter().map(|draft| {
        let before = old.iter().find(|old| old.id == draft.activity.id);
        (draft.activity.field.as_deref(), before.and_then(|old| old.field.as_deref()))
    });
    training_fields::check(tx, fields).await
}

/// An activity in the future can be announced, but not held.
fn refuse_future(app: &App, draft: &Draft) -> Result<()> {
    let activity = &draft.activity;
    if activity.state == State::Held && activity.day > app.today() {
        return Err(Refusal::new("held-ahead").with("title", &activity.title).with("day", activity.day).into());
    }
    Ok(())
}

/// Nothing new is recorded for a unit after its last day. What was recorded before stays, and so do people from that unit.
async fn refuse_closed(tx: &impl ConnectionTrait, drafts: &[Draft]) -> Result<()> {
    let named = |draft: &Draft| draft.partners.iter().copied().chain([draft.activity.host]).collect::<Vec<_>>();
    let units: Vec<UnitId> = drafts.iter().flat_map(named).collect();
    let known = units::by_ids(tx, &units).await?;
    for draft in drafts {
        for unit in named(draft).iter().filter_map(|unit| known.get(unit)) {
            if let Some(last) = unit.closed_on.filter(|last| *last < draft.activity.day) {
                return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
            }
        }
    }
    Ok(())
}

/// Refuses somebody who is said to have led, lectured or spoken in a session and to have been missing from it.
async fn refuse_missed(tx: &impl ConnectionTrait, drafts: &[Draft]) -> Result<()> {
    for draft in drafts {
        let missed = |person: &PersonId| {
            let listed = draft.attendance.iter().find(|handed| handed.person == *person);
            listed.is_some_and(|handed| matches!(handed.stands.status, Status::Leave | Status::Absent))
        };
        if let Some((person, _)) = draft.spoke.iter().find(|(person, _)| missed(person)) {
            let named = people::store::by_ids(tx, &[*person]).await?;
            let name = named.get(person).map_or("", |person| person.name.as_str());
            return Err(Refusal::new("spoke-but-missed")
                .with("name", name)
                .with("title", &draft.activity.title)
                .into());
        }
    }
    Ok(())
}

/// A session may be held in the name of a group that its host leads or shares: the group's people are due, and its leader
/// maintains it.
async fn refuse_foreign_groups(tx: &impl ConnectionTrait, drafts: &[Draft]) -> Result<()> {
    let pairs: Vec<(UnitId, GroupId)> =
        drafts.iter().filter_map(|draft| Some((draft.activity.host, draft.activity.host_group?))).collect();
    let foreign = groups::store::not_led_or_shared(tx, &pairs).await?;
    match foreign.first() {
        Some(group) => Err(Refusal::new("group-not-of-host").with("id", group).into()),
        None => Ok(()),
    }
}

async fn load(tx: &impl ConnectionTrait, id: RecordId) -> Result<Activity> {
    let activity = store::by_ids(tx, &[id]).await?.pop();
    Ok(activity.ok_or_else(|| Refusal::unknown("activity-unknown").with("id", id))?)
}

/// Fills in what comes from elsewhere: pillar, each person's standing on that day, the units that took part, linkage, levels.
async fn confirmed(tx: &impl ConnectionTrait, drafts: Vec<Draft>) -> Result<Vec<Activity>> {
    let people = listed(&drafts);
    // Locked until the transaction ends: a transfer in progress is waited for, a later one finds these activities.
    people::store::lock(tx, &people).await?;
    let standings = people::Standings::read(tx, &people).await?;
    confirmed_as(tx, drafts, &standings).await
}

/// Everyone on the drafts' lists, and who led, lectured or spoke, once.
fn listed(drafts: &[Draft]) -> Vec<PersonId> {
    let people: BTreeSet<PersonId> = drafts.iter().flat_map(Draft::people).collect();
    people.into_iter().collect()
}

/// The same with given standings.
async fn confirmed_as(
    tx: &impl ConnectionTrait,
    drafts: Vec<Draft>,
    standings: &people::Standings,
) -> Result<Vec<Activity>> {
    let types = store::types(tx).await?;
    let usual = Conversion::from_settings(&settings::store::read(tx).await?);
    let hosts: Vec<UnitId> = drafts.iter().map(|draft| draft.activity.host).collect();
    let default_groups = groups::store::default_groups(tx, &hosts).await?;
    let mut activities = Vec::with_capacity(drafts.len());
    for Draft { mut activity, partners, attendance, spoke, .. } in drafts {
        if activity.title.trim().is_empty() {
            return Err(Refusal::new("activity-without-title").into());
        }
        // An activity that was confirmed once keeps its pillar, even if the type changes.
        if activity.pillar.is_empty() {
            let kind = types.iter().find(|known| known.code == activity.type_code).ok_or_else(|| {
                let known: Vec<&str> = types.iter().map(|known| known.name.as_str()).collect();
                Refusal::new("type-unknown").with("text", &activity.type_code).with("known", known.join("、"))
            })?;
            activity.pillar.clone_from(&kind.pillar);
            activity.conversion = Some(if kind.learning { usual } else { Conversion::NONE });
        }
        let group = activity.host_group.or_else(|| default_groups.get(&activity.host).map(|group| group.id));
        activity.attendance = with_standing(standings, &activity, &attendance, group)?;
        activity.spoke = spoke_with_standing(standings, &activity, spoke, group)?;
        let present = || activity.attendance.iter().filter(|attended| attended.status.present());
        let listed = present().count() as i64;
        if let Some(hours) = activity.hours_said.filter(|hours| !(0..=MOST_HOURS).contains(hours)) {
            let hours = ledger::in_parts(hours, 10);
            return Err(Refusal::new("hours-odd").with("said", hours).with("most", MOST_HOURS / 10).into());
        }
        if let Some(stated) = activity.audience.filter(|stated| !(0..=MOST_AUDIENCE).contains(stated)) {
            return Err(Refusal::new("audience-odd").with("stated", stated).with("most", MOST_AUDIENCE).into());
        }
        if let Some(stated) = activity.audience.filter(|stated| *stated < listed) {
            return Err(Refusal::new("audience-below-list").with("stated", stated).with("listed", listed).into());
        }
        let mut took_part: BTreeMap<UnitId, bool> = present().map(|attended| (attended.unit, false)).collect();
        took_part.extend(partners.into_iter().map(|unit| (unit, true)));
        took_part.remove(&activity.host);
        let partner = |(unit, named)| Partner { unit, level: String::new(), named };
        activity.partners = took_part.into_iter().map(partner).collect();
        activities.push(activity);
    }
    link(tx, &mut activities).await?;
    Ok(activities)
}

fn with_standing(
    standings: &people::Standings,
    activity: &Activity,
    attendance: &[Handed],
    group: Option<kernel::GroupId>,
) -> Result<Vec<Attendance>> {
    let mut by_person: BTreeMap<PersonId, Attendance> = BTreeMap::new();
    for handed in attendance {
        let standing = standings
            .on(handed.person, activity.day, group)
            .ok_or_else(|| Refusal::new("person-not-posted").with("person", handed.person).with("day", activity.day))?;
        let Stands { status, made_up_on, reason } = handed.stands;
        let missed = matches!(status, Status::Leave | Status::Absent);
        if made_up_on.is_some_and(|day| day < activity.day || !missed) {
            return Err(Refusal::new("made-up-odd").with("title", &activity.title).into());
        }
        let attended = Attendance {
            person: handed.person,
            status,
            made_up_on,
            reason: reason.filter(|_| status == Status::Leave),
            unit: standing.unit,
            level: standing.level,
            party: standing.party.to_owned(),
            youth: standing.youth.to_owned(),
            sex: standing.sex.to_owned(),
        };
        if by_person.insert(handed.person, attended).is_some() {
            return Err(Refusal::new("person-twice").with("title", &activity.title).into());
        }
    }
    Ok(by_person.into_values().collect())
}

/// Who led, lectured and spoke, each part of a person once.
fn spoke_with_standing(
    standings: &people::Standings,
    activity: &Activity,
    spoke: Vec<(PersonId, SpokePart)>,
    group: Option<kernel::GroupId>,
) -> Result<Vec<Spoke>> {
    let spoke: BTreeSet<(PersonId, &str)> = spoke.into_iter().map(|(person, part)| (person, part.as_str())).collect();
    let each = spoke.into_iter().filter_map(|(person, part)| Some((person, SpokePart::from_code(part)?)));
    let confirmed = each.map(|(person, part)| {
        let standing = standings
            .on(person, activity.day, group)
            .ok_or_else(|| Refusal::new("person-not-posted").with("person", person).with("day", activity.day))?;
        Ok(Spoke {
            person,
            part,
            unit: standing.unit,
            level: standing.level,
            party: standing.party.to_owned(),
            youth: standing.youth.to_owned(),
            sex: standing.sex.to_owned(),
        })
    });
    confirmed.collect()
}

/// Levels of the units that took part, linkage and the number of levels, by the tree on each activity's day.
async fn link(tx: &impl ConnectionTrait, activities: &mut [Activity]) -> Result<()> {
    let units: BTreeSet<UnitId> = activities
        .iter()
        .flat_map(|activity| activity.partners.iter().map(|partner| partner.unit).chain([activity.host]))
        .collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    let known = units::by_ids(tx, &units).await?;
    let level = |unit: UnitId| -> String {
        known.get(&unit).and_then(|unit| unit.level.clone()).unwrap_or_else(|| "outside".to_owned())
    };
    let position = ledger::position(tx).await?;
    let changes = ledger::changes_of_tree(tx).await?;
    let mut trees: HashMap<usize, Tree> = HashMap::new();
    for activity in activities {
        if let Some(missing) = std::iter::once(activity.host)
            .chain(activity.partners.iter().map(|partner| partner.unit))
            .find(|unit| !known.contains_key(unit))
        {
            return Err(Refusal::new("unit-unknown").with("name", missing).into());
        }
        for partner in &mut activity.partners {
            partner.level = level(partner.unit);
        }
        // Between two changes the tree is the same, so it is read once for all days in between.
        let epoch = changes.partition_point(|change| *change <= activity.day);
        if let std::collections::hash_map::Entry::Vacant(e) = trees.entry(epoch) {
            e.insert(Tree::upward(tx, &units, activity.day, position).await?);
        }
        let partners: Vec<UnitId> = activity.partners.iter().map(|partner| partner.unit).collect();
        let host_level = level(activity.host);
        activity.linkage = linkage(&trees[&epoch], activity.host, &partners);
        activity.levels =
            levels(activity.partners.iter().map(|partner| partner.level.as_str()).chain([host_level.as_str()]));
        activity.level = Some(host_level);
    }
    Ok(())
}

/// The entries that every record should have, for `reconcile`.
pub(crate) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all(conn).await?.iter().map(entries_of).collect())
}
