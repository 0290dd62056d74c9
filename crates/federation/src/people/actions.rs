//! Actions on people: add, transfer, second, set the party status from a day on, merge. Each one confirms again the records
//! that depend on it.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{DayRange, GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book, db};
use rand::Rng;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    hanging,
    lending::{self, Lent, Offer},
    list,
    model::{Edit, Facts, Held, Membership, NewPerson, Party, Posting},
    rules::{self, entries_of, spans},
    staff, store,
};
use crate::{
    groups, posts,
    scope::{self, must, must_openly},
    units,
};

/// A random number of 53 bits: it reveals nothing about the person and JSON can represent it exactly.
fn new_person_id(random: &mut impl Rng) -> PersonId {
    PersonId((random.next_u64() >> 11).cast_signed().max(1))
}

/// Adds people with their posting and with membership of their unit's default group, all from one day on.
pub async fn take_in(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    people: Vec<NewPerson>,
    from: NaiveDate,
    import: Option<ImportId>,
) -> Result<Vec<PersonId>> {
    let mut unit_ids: Vec<UnitId> = people.iter().map(|person| person.unit).collect();
    unit_ids.sort_unstable();
    unit_ids.dedup();
    let units = open_units(tx, &unit_ids, from).await?;
    // Units are held before anything is booked.
    let held: Vec<_> = people.iter().filter_map(|person| Some((person.held.post?, person.unit))).collect();
    posts::actions::check(tx, &held, DayRange { from, to: None }).await?;
    let groups = groups::actions::default_groups(app, tx, actor, &units, from, import).await?;
    let numbers: Vec<&str> = people.iter().filter_map(|person| person.staff_no.as_deref()).collect();
    refuse_taken_numbers(tx, &numbers).await?;
    let people: Vec<(PersonId, NewPerson)> = {
        let mut random = rand::rng();
        people.into_iter().map(|person| (new_person_id(&mut random), person)).collect()
    };
    store::insert(tx, &people, from, import.is_some(), import).await?;
    let records = groups::store::new_records(tx, people.len()).await?;
    let memberships: Vec<Membership> = people
        .iter()
        .zip(records)
        .filter_map(|((person, new), id)| {
            let group = groups.get(&new.unit)?.id;
            Some(Membership {
                id,
                group,
                person: *person,
                days: DayRange { from, to: None },
                void: false,
                spans: Vec::new(),
            })
        })
        .collect();
    store::insert_memberships(tx, &memberships, import.is_some(), import).await?;
    let people: Vec<PersonId> = people.into_iter().map(|(id, _)| id).collect();
    confirm(app, tx, actor, &people, memberships, None).await?;
    Ok(people)
}

/// Refuses staff numbers that somebody has, or that stand twice. Until the transaction ends, nobody else is given a number.
async fn refuse_taken_numbers(tx: &DatabaseTransaction, numbers: &[&str]) -> Result<()> {
    if numbers.is_empty() {
        return Ok(());
    }
    db::take_range(tx, "person", 0).await?;
    let mut seen = HashSet::new();
    let twice = numbers.iter().find(|number| !seen.insert(**number)).map(ToString::to_string);
    let taken = store::taken_numbers(tx, numbers).await?.into_iter().next();
    match twice.or(taken) {
        Some(number) => Err(Refusal::new("staff-no-taken").with("number", number).into()),
        None => Ok(()),
    }
}

/// Gives staff numbers to people who have none, as an import says.
pub(super) async fn number(
    app: &App,
    tx: &DatabaseTransaction,
    numbers: &[(PersonId, String)],
    import: ImportId,
) -> Result<()> {
    let people: Vec<PersonId> = numbers.iter().map(|(person, _)| *person).collect();
    lock_existing(app, tx, &people).await?;
    let texts: Vec<&str> = numbers.iter().map(|(_, number)| number.as_str()).collect();
    refuse_taken_numbers(tx, &texts).await?;
    // Nobody is given two, and nobody who has got one meanwhile another.
    if store::set_numbers(tx, numbers, import).await? != numbers.len() as u64 {
        return Err(Refusal::conflict("import-changed-meanwhile").into());
    }
    Ok(())
}

/// The units that people are posted or seconded to: each must exist, and nobody may be there after its last day.
async fn open_units(
    conn: &impl ConnectionTrait,
    ids: &[UnitId],
    from: NaiveDate,
) -> Result<HashMap<UnitId, units::Unit>> {
    let units = units::by_ids(conn, ids).await?;
    for id in ids {
        let unit = units.get(id).filter(|unit| !unit.void);
        let unit = unit.ok_or_else(|| Refusal::new("unit-unknown").with("name", id))?;
        if let Some(last) = unit.closed_on.filter(|last| *last < from) {
            return Err(Refusal::new("unit-closed-by-then").with("name", &unit.name).with("last", last).into());
        }
    }
    Ok(units)
}

/// Who may add people to a unit: whoever may write there, and whoever leads a group of it.
pub async fn must_take(conn: &impl ConnectionTrait, actor: &Actor, unit: UnitId) -> Result<()> {
    match must_openly(conn, actor, Action::Write, unit).await {
        Err(refused) => {
            let own = actor.scope(Action::Lead).groups;
            let of_unit = groups::store::of_unit(conn, unit).await?;
            if of_unit.iter().any(|group| own.contains(&group.id)) { Ok(()) } else { Err(refused) }
        }
        done => done,
    }
}

/// Who may make somebody a member of a group: whoever may write at its unit or at one that shares it, and whoever leads it.
async fn must_join(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    group: &groups::store::Group,
    today: NaiveDate,
) -> Result<()> {
    let scope = actor.scope(Action::Write);
    if scope.all || actor.scope(Action::Lead).groups.contains(&group.id) {
        return Ok(());
    }
    let units = groups::store::units_of(conn, group).await?;
    for (place, _) in scope::places::of_all(conn, &units).await? {
        if scope.covers(Some(place)) {
            return Ok(());
        }
    }
    if groups::store::sees(conn, &actor.scope(Action::Read), group.id, today).await? {
        return Err(Refusal::forbidden().into());
    }
    Err(Refusal::unknown("group-unknown").with("id", group.id).into())
}

/// Who may change a person: whoever may write at every unit that the person is posted to now, or was last. A person whom
/// the actor may not see is refused as unknown.
pub async fn must_keep(conn: &impl ConnectionTrait, actor: &Actor, person: PersonId, today: NaiveDate) -> Result<()> {
    if actor.scope(Action::Write).all {
        return Ok(());
    }
    let unknown = || Refusal::unknown("person-unknown").with("name", person);
    if !list::sees(conn, &actor.scope(Action::People), person, today).await? {
        return Err(unknown().into());
    }
    let postings = store::postings_of(conn, &[person]).await?;
    let now = postings.iter().filter(|posting| posting.days.to.is_none_or(|last| last >= today));
    let mut units: Vec<UnitId> = now.map(|posting| posting.unit).collect();
    if units.is_empty() {
        units.extend(postings.iter().max_by_key(|posting| posting.days.from).map(|posting| posting.unit));
    }
    if units.is_empty() {
        return Err(unknown().into());
    }
    for unit in units {
        must_openly(conn, actor, Action::Write, unit).await?;
    }
    Ok(())
}

/// Locks people whom the actor may change. Permission is checked again once they are locked: a transfer in progress may
/// have posted them elsewhere.
pub(super) async fn lock_writable(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    people: &[PersonId],
) -> Result<()> {
    lock_existing(app, tx, people).await?;
    for person in people {
        must_keep(tx, actor, *person, app.today()).await?;
    }
    Ok(())
}

/// Adds many people from one day on.
pub async fn add_all(app: &App, actor: &Actor, people: Vec<NewPerson>, from: NaiveDate) -> Result<Vec<PersonId>> {
    let today = app.today();
    let units: std::collections::BTreeSet<UnitId> = people.iter().map(|person| person.unit).collect();
    for unit in &units {
        must_take(&app.db, actor, *unit).await?;
    }
    let people = people.into_iter().map(|new| rules::validate_new(new, today)).collect::<Result<Vec<_>, Refusal>>()?;
    let tx = db::begin(&app.db).await?;
    for unit in units {
        must_take(&tx, actor, unit).await?;
    }
    let ids = take_in(app, &tx, actor, people, from, None).await?;
    if let [id] = ids.as_slice() {
        log::write(&tx, actor, "person-entered", Object::new("person", id.0), None, &[]).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// Adds one person from a day on.
pub async fn add(app: &App, actor: &Actor, person: NewPerson, from: NaiveDate) -> Result<PersonId> {
    let ids = add_all(app, actor, vec![person], from).await?;
    ids.first().copied().ok_or_else(|| Refusal::unknown("person-unknown").with("name", "").into())
}

/// Computes the spans of all memberships and postings of people, and books the difference.
async fn confirm(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    people: &[PersonId],
    mut memberships: Vec<Membership>,
    reason: Option<&Reason>,
) -> Result<()> {
    let facts = store::facts(tx, people).await?;
    fill_spans(tx, &mut memberships, &facts).await?;
    store::set_spans(tx, &memberships).await?;
    let mut desired: Vec<Desired> = memberships.iter().map(entries_of).collect();
    desired.extend(staff::confirmed(tx, people, &memberships, &facts).await?);
    book(tx, &app.kinds(), actor.by(), &desired, reason).await?;
    Ok(())
}

/// Computes the spans of memberships from these facts about their people.
pub(super) async fn fill_spans(
    conn: &impl ConnectionTrait,
    memberships: &mut [Membership],
    facts: &HashMap<PersonId, Facts>,
) -> Result<()> {
    let group_ids: Vec<GroupId> = memberships.iter().map(|membership| membership.group).collect();
    let groups = groups::store::by_ids(conn, &group_ids).await?;
    let mut unit_ids: Vec<UnitId> = groups.values().map(|group| group.unit).collect();
    unit_ids.extend(facts.values().flat_map(|facts| facts.secondments.iter().map(|(_, unit)| *unit)));
    let units = units::by_ids(conn, &unit_ids).await?;
    let level = |unit: UnitId, _: NaiveDate| {
        units.get(&unit).and_then(|unit| unit.level.clone()).unwrap_or_else(|| "outside".to_owned())
    };
    for membership in memberships {
        let (Some(group), Some(facts)) = (groups.get(&membership.group), facts.get(&membership.person)) else {
            continue;
        };
        membership.spans = spans(membership.days, group.unit, group.age_limit, facts, level);
    }
    Ok(())
}

/// Confirms a group's memberships again after a change of its rules, and the attendance that has their facets.
pub(crate) async fn confirm_memberships_of_group(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    group: GroupId,
) -> Result<()> {
    let members = async || -> Result<Vec<PersonId>> {
        let memberships = store::memberships_in(tx, group).await?;
        let mut people: Vec<PersonId> = memberships.iter().map(|membership| membership.person).collect();
        people.sort_unstable();
        people.dedup();
        Ok(people)
    };
    let people = members().await?;
    store::lock(tx, &people).await?;
    hanging::hold(app, tx, &people).await?;
    // Read again now that they are locked, so that the current state is what is confirmed.
    let people = members().await?;
    let memberships = store::memberships_of(tx, &people).await?;
    confirm(app, tx, actor, &people, memberships, Some(&Reason::new(ReasonCode::Edit))).await?;
    hanging::confirm(hanging::Change { app, tx, actor }, &people, &Reason::new(ReasonCode::Correction)).await
}

/// Confirms again what depends on the postings and states of locked people: memberships, then attendance.
pub(super) async fn confirm_people(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    people: &[PersonId],
    reason: &Reason,
) -> Result<()> {
    store::lock_memberships(tx, people).await?;
    let memberships = store::memberships_of(tx, people).await?;
    confirm(app, tx, actor, people, memberships, Some(reason)).await?;
    hanging::confirm(hanging::Change { app, tx, actor }, people, reason).await
}

/// The last step of every change of a person: confirms again what depends on it, and commits.
async fn settle(app: &App, tx: db::Transaction, actor: &Actor, person: PersonId) -> Result<()> {
    store::touch(&tx, &[person]).await?;
    confirm_people(app, &tx, actor, &[person], &Reason::new(ReasonCode::Correction)).await?;
    log::write(&tx, actor, "person-changed-by", Object::new("person", person.0), None, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// The current posting: of those valid on the day, the one that began last.
pub(super) fn present(postings: &[Posting], today: NaiveDate) -> Option<&Posting> {
    postings.iter().filter(|posting| posting.days.contains(today)).max_by_key(|posting| (posting.days.from, posting.id))
}

/// The current facts of a person, to be edited.
pub async fn edit_of(app: &App, person: PersonId) -> Result<Edit> {
    let unknown = || Refusal::unknown("person-unknown").with("name", person);
    let stored = store::by_ids(&app.db, &[person]).await?.remove(&person).ok_or_else(unknown)?;
    let postings = store::postings_of(&app.db, &[person]).await?;
    Ok(Edit {
        version: stored.version,
        name: stored.name,
        staff_no: stored.staff_no,
        sex: stored.sex,
        birth_month: stored.birth_month,
        education: stored.education,
        phone: stored.phone,
        held: present(&postings, app.today()).map(Posting::held).unwrap_or_default(),
        note: stored.note,
    })
}

/// Overwrites the facts of a person if they still have the version that was read. Entries contain sex, month of birth, education, rank
/// and how the posting came about, and are confirmed again.
pub async fn edit(app: &App, actor: &Actor, person: PersonId, edit: Edit) -> Result<()> {
    must_keep(&app.db, actor, person, app.today()).await?;
    let edit = rules::validate(edit, app.today())?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[person]).await?;
    let unknown = || Refusal::unknown("person-unknown").with("name", person);
    let before = store::by_ids(&tx, &[person]).await?.remove(&person).ok_or_else(unknown)?;
    if let Some(number) = edit.staff_no.as_deref().filter(|_| edit.staff_no != before.staff_no) {
        refuse_taken_numbers(&tx, &[number]).await?;
    }
    db::touched(store::set_facts(&tx, person, &edit).await?, &before.name)?;
    if before.name != edit.name {
        store::spell_anew(&tx, person, &edit.name).await?;
    }
    let postings = store::postings_of(&tx, &[person]).await?;
    let rank = |held: &Held| (rules::rank(held.rank.as_deref().unwrap_or_default()), held.appointment);
    let mut reranked = false;
    if let Some(posting) = present(&postings, app.today())
        && posting.held() != edit.held
    {
        if let Some(post) = edit.held.post.filter(|_| edit.held.post != posting.post) {
            posts::actions::check(&tx, &[(post, posting.unit)], posting.days).await?;
        }
        store::set_held(&tx, posting.id, &edit.held).await?;
        reranked = rank(&posting.held()) != rank(&edit.held);
    }
    store::touch(&tx, &[person]).await?;
    let class = |text: &Option<String>| rules::education(text.as_deref().unwrap_or_default());
    if reranked
        || (before.sex, before.birth_month, class(&before.education))
            != (edit.sex, edit.birth_month, class(&edit.education))
    {
        confirm_people(app, &tx, actor, &[person], &Reason::new(ReasonCode::Correction)).await?;
    }
    log::write(&tx, actor, "person-facts", Object::new("person", person.0), None, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// Posts a person to a unit from a day on: posting and membership end the day before, new ones begin. At the unit where the person is
/// already, the posting alone does.
pub async fn transfer(
    app: &App,
    actor: &Actor,
    person: PersonId,
    unit: UnitId,
    held: &Held,
    from: NaiveDate,
) -> Result<()> {
    must_keep(&app.db, actor, person, app.today()).await?;
    must(&app.db, actor, Action::Write, unit).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[person]).await?;
    must(&tx, actor, Action::Write, unit).await?;
    appoint(app, &tx, actor, Appointing { person, unit, held, from }, None).await?;
    settle(app, tx, actor, person).await
}

/// What somebody is, where, and from when.
#[derive(Clone, Copy, Debug)]
struct Appointing<'h> {
    person: PersonId,
    unit: UnitId,
    held: &'h Held,
    from: NaiveDate,
}

/// Posts a locked person, without what depends on it: to be settled.
async fn appoint(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    Appointing { person, unit, held, from }: Appointing<'_>,
    import: Option<ImportId>,
) -> Result<()> {
    let units = open_units(tx, &[unit], from).await?;
    if let Some(post) = held.post {
        posts::actions::check(tx, &[(post, unit)], DayRange { from, to: None }).await?;
    }
    let last = from.pred_opt().unwrap_or(from);
    let postings = store::postings_of(tx, &[person]).await?;
    let memberships = store::memberships_of(tx, &[person]).await?;
    let memberships = memberships.iter().filter(|membership| !membership.void).map(|membership| membership.days.from);
    let began = |posting: &Posting| posting.days.from;
    // Whoever has left, or is going to, begins anew.
    let here = |posting: &&Posting| posting.unit == unit && posting.days.to.is_none() && posting.days.contains(from);
    let here = postings.iter().find(here);
    let later = if here.is_some() { None } else { memberships.max() };
    let later = later.into_iter().chain(postings.iter().map(began)).max();
    if let Some(later) = later.filter(|later| *later >= from) {
        return Err(Refusal::new("transfer-before-posting").with("day", from).with("posted", later).into());
    }
    let of_import = import.map(|import| import.0).into();
    if let Some(here) = here {
        store::end_posting(tx, here.id, last, import).await?;
        store::insert_postings(tx, &[(person, unit, held)], from, false, of_import).await?;
        return Ok(());
    }
    store::end(tx, person, last, import).await?;
    store::insert_postings(tx, &[(person, unit, held)], from, false, of_import).await?;
    let groups = groups::actions::default_groups(app, tx, actor, &units, from, import).await?;
    let group = groups.get(&unit).ok_or_else(|| Refusal::new("unit-unknown").with("name", unit))?;
    let id = next_record(tx).await?;
    let days = DayRange { from, to: None };
    let membership = Membership { id, group: group.id, person, days, void: false, spans: Vec::new() };
    store::insert_memberships(tx, &[membership], false, import).await?;
    Ok(())
}

/// What a roster says of people who are there: another appointment, or that they have left.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// What they are, at a unit, from a day on.
    Appointed(PersonId, UnitId, Held, NaiveDate),
    /// Their last day.
    Left(PersonId, NaiveDate),
}

impl Said {
    fn person(&self) -> PersonId {
        match self {
            Self::Appointed(person, ..) | Self::Left(person, _) => *person,
        }
    }
}

/// Locks people of whom a roster says something, and what their appointments need, before anything is booked.
pub(super) async fn hold_appointed(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    said: &[Said],
    import: ImportId,
) -> Result<()> {
    let mut people: Vec<PersonId> = said.iter().map(Said::person).collect();
    people.sort_unstable();
    people.dedup();
    lock_writable(app, tx, actor, &people).await?;
    let appointed = said.iter().filter_map(|said| match said {
        Said::Appointed(_, unit, _, from) => Some((*unit, *from)),
        Said::Left(..) => None,
    });
    let mut first: HashMap<UnitId, NaiveDate> = HashMap::new();
    for (unit, from) in appointed {
        let day = first.entry(unit).or_insert(from);
        *day = from.min(*day);
    }
    for (unit, from) in first {
        must(tx, actor, Action::Write, unit).await?;
        let units = open_units(tx, &[unit], from).await?;
        groups::actions::default_groups(app, tx, actor, &units, from, Some(import)).await?;
    }
    for range in ["posting", "record"] {
        db::take_range(tx, range, 0).await?;
    }
    Ok(())
}

/// Enters what a roster says of people who are there, whom the caller has locked.
pub(super) async fn appoint_all(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    said: &[Said],
    import: ImportId,
) -> Result<()> {
    for one in said {
        match one {
            Said::Appointed(person, unit, held, from) => {
                let appointing = Appointing { person: *person, unit: *unit, held, from: *from };
                appoint(app, tx, actor, appointing, Some(import)).await?;
            }
            Said::Left(person, last) => store::end(tx, *person, *last, Some(import)).await?,
        }
    }
    let mut people: Vec<PersonId> = said.iter().map(Said::person).collect();
    people.sort_unstable();
    people.dedup();
    confirm_people(app, tx, actor, &people, &Reason::new(ReasonCode::Correction)).await?;
    // Whom the import itself has brought is as new as before.
    let before = store::before_import(tx, &people, import).await?;
    store::touch(tx, &before).await?;
    for person in before {
        log::write(tx, actor, "person-changed-by", Object::new("person", person.0), None, &[]).await?;
    }
    Ok(())
}

/// Takes back what an import has said of people who were there before.
pub(super) async fn take_appointments_back(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    people: &[PersonId],
) -> Result<()> {
    store::touch(tx, people).await?;
    confirm_people(app, tx, actor, people, &Reason::new(ReasonCode::Undo)).await
}

/// Makes a person a member of another group from a day on.
pub async fn join(app: &App, actor: &Actor, person: PersonId, group: GroupId, from: NaiveDate) -> Result<()> {
    must_keep(&app.db, actor, person, app.today()).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[person]).await?;
    let found = groups::store::by_ids(&tx, &[group]).await?;
    let of =
        found.get(&group).filter(|of| !of.void && of.opened_on <= from && of.closed_on.is_none_or(|last| from <= last));
    let of = of.ok_or_else(|| Refusal::unknown("group-unknown").with("id", group))?;
    must_join(&tx, actor, of, app.today()).await?;
    let had = store::memberships_of(&tx, &[person]).await?;
    if had.iter().any(|other| !other.void && other.group == group && other.days.to.is_none_or(|last| from <= last)) {
        return Err(Refusal::new("member-already").with("group", &of.name).into());
    }
    let id = next_record(&tx).await?;
    let membership =
        Membership { id, group, person, days: DayRange { from, to: None }, void: false, spans: Vec::new() };
    store::insert_memberships(&tx, &[membership], false, None).await?;
    settle(app, tx, actor, person).await
}

async fn next_record(tx: &DatabaseTransaction) -> Result<RecordId> {
    Ok(RecordId(db::take_range(tx, "record", 1).await?))
}

/// Lends a person to another unit (借调): counts there while it lasts. A unit that the actor doesn't keep has to accept it first.
pub async fn second(
    app: &App,
    actor: &Actor,
    person: PersonId,
    home: UnitId,
    borrowing: UnitId,
    days: DayRange,
) -> Result<Lent> {
    enter_state(app, actor, person, State::Seconded { home, borrowing }, days).await
}

/// Records a leave of absence (产假 and the like); it changes no count.
pub async fn leave_of_absence(app: &App, actor: &Actor, person: PersonId, days: DayRange) -> Result<()> {
    enter_state(app, actor, person, State::OnLeave, days).await.map(drop)
}

/// A dated state of a person.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Seconded by the unit that the person is posted to, to another unit.
    Seconded { home: UnitId, borrowing: UnitId },
    /// A leave of absence.
    OnLeave,
}

async fn enter_state(app: &App, actor: &Actor, person: PersonId, state: State, days: DayRange) -> Result<Lent> {
    must_keep(&app.db, actor, person, app.today()).await?;
    if days.to.is_some_and(|last| last < days.from) {
        return Err(Refusal::new("period-reversed")
            .with("from", days.from)
            .with("to", days.to.unwrap_or(days.from))
            .into());
    }
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[person]).await?;
    let (code, units) = match state {
        State::OnLeave => ("on_leave", (None, None)),
        State::Seconded { home, borrowing } => {
            validate_secondment(&tx, person, (home, borrowing), days).await?;
            if !lending::is_agreed(&tx, actor, borrowing).await? {
                lending::insert(&tx, actor, person, (home, borrowing), days).await?;
                tx.commit().await?;
                return Ok(Lent::Offered);
            }
            ("seconded", (Some(home), Some(borrowing)))
        }
    };
    store::insert_state(&tx, person, code, units, days).await?;
    settle(app, tx, actor, person).await?;
    Ok(Lent::Entered)
}

/// Refuses to lend somebody from a unit that isn't the person's on the first day, or to one that is closed by then.
async fn validate_secondment(
    tx: &DatabaseTransaction,
    person: PersonId,
    (home, borrowing): (UnitId, UnitId),
    days: DayRange,
) -> Result<()> {
    let postings = store::postings_of(tx, &[person]).await?;
    if !postings.iter().any(|posting| posting.unit == home && posting.days.contains(days.from)) {
        return Err(Refusal::new("second-not-posted").with("day", days.from).into());
    }
    open_units(tx, &[borrowing], days.from).await?;
    Ok(())
}

/// Enters what an offer says, once the receiving unit has accepted it; the transaction holds the person.
pub(super) async fn enter_secondment(app: &App, tx: db::Transaction, actor: &Actor, offer: &Offer) -> Result<()> {
    let units = (offer.home, offer.unit);
    validate_secondment(&tx, offer.person, units, offer.days).await?;
    // Who has gone to another unit since is no longer the lending unit's to lend.
    let (postings, today) = (store::postings_of(&tx, &[offer.person]).await?, app.today());
    let now = today.max(offer.days.from);
    if !postings.iter().any(|posting| posting.unit == offer.home && posting.days.contains(now)) {
        return Err(Refusal::new("second-not-posted").with("day", now).into());
    }
    store::insert_state(&tx, offer.person, "seconded", (Some(units.0), Some(units.1)), offer.days).await?;
    settle(app, tx, actor, offer.person).await
}

/// Sets the party status from a day on; for a past day it corrects what was counted since.
pub async fn set_party(app: &App, actor: &Actor, person: PersonId, party: Party, from: NaiveDate) -> Result<()> {
    must_keep(&app.db, actor, person, app.today()).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[person]).await?;
    store::set_party(&tx, person, party, from).await?;
    settle(app, tx, actor, person).await
}

/// Ends a person's postings and memberships on a day.
pub async fn leave(app: &App, actor: &Actor, person: PersonId, last: NaiveDate) -> Result<()> {
    must_keep(&app.db, actor, person, app.today()).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[person]).await?;
    let postings = store::postings_of(&tx, &[person]).await?;
    if let Some(later) = postings.iter().find(|posting| posting.days.from > last) {
        return Err(Refusal::new("leave-before-posting").with("day", last).with("posted", later.days.from).into());
    }
    store::end(&tx, person, last, None).await?;
    settle(app, tx, actor, person).await
}

/// Merges two rows of one person: the merged person's entries are reversed and booked for the survivor; duplicate
/// attendance and parallel memberships of one group are combined.
pub async fn merge(app: &App, actor: &Actor, loser: PersonId, survivor: PersonId) -> Result<()> {
    merge_rows(app, actor, loser, survivor, None).await
}

/// The same, refused if either was changed since the given versions: the merged person's and the survivor's.
pub async fn merge_seen(
    app: &App,
    actor: &Actor,
    loser: PersonId,
    survivor: PersonId,
    versions: (i64, i64),
) -> Result<()> {
    merge_rows(app, actor, loser, survivor, Some(versions)).await
}

async fn merge_rows(
    app: &App,
    actor: &Actor,
    loser: PersonId,
    survivor: PersonId,
    versions: Option<(i64, i64)>,
) -> Result<()> {
    must_keep(&app.db, actor, loser, app.today()).await?;
    must_keep(&app.db, actor, survivor, app.today()).await?;
    if loser == survivor {
        return Err(Refusal::new("merge-with-self").into());
    }
    let tx = db::begin(&app.db).await?;
    lock_writable(app, &tx, actor, &[loser, survivor]).await?;
    if let Some(versions) = versions {
        let found = store::by_ids(&tx, &[loser, survivor]).await?;
        let version = |person| found.get(&person).map_or(0, |person| person.version);
        if (version(loser), version(survivor)) != versions {
            let name = found.get(&survivor).map_or_else(String::new, |person| person.name.clone());
            return Err(db::changed_meanwhile(name).into());
        }
    }
    hanging::repoint(hanging::Change { app, tx: &tx, actor }, loser, survivor).await?;
    store::repoint(&tx, loser, survivor).await?;
    let memberships = store::memberships_of(&tx, &[survivor]).await?;
    let live = memberships.iter().filter(|membership| !membership.void);
    let doubled_of = doubled(live.map(|membership| (membership.group.0, membership.days, membership.id.0)).collect());
    store::void_memberships(&tx, &doubled_of.into_iter().map(RecordId).collect::<Vec<_>>()).await?;
    let postings = store::postings_of(&tx, &[survivor]).await?;
    let doubled_of = doubled(postings.iter().map(|posting| (posting.unit.0, posting.days, posting.id)).collect());
    for kept in rules::completed(&postings, &doubled_of) {
        store::set_held(&tx, kept.id, &kept.held()).await?;
    }
    store::void_postings(&tx, &doubled_of).await?;
    confirm_people(app, &tx, actor, &[survivor], &Reason::new(ReasonCode::Merge)).await?;
    log::write(&tx, actor, "person-merged-by", Object::new("person", survivor.0), None, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// Of dated stays (where, days, key): the keys of those that are within another one at the same place.
pub(super) fn doubled(mut stays: Vec<(i64, DayRange, i64)>) -> Vec<i64> {
    stays.sort_by_key(|(_, days, key)| (days.from, std::cmp::Reverse(days.to.unwrap_or(NaiveDate::MAX)), *key));
    let mut remaining: HashMap<i64, Vec<DayRange>> = HashMap::new();
    let mut doubled = Vec::new();
    for (place, days, key) in stays {
        let remaining = remaining.entry(place).or_default();
        let within = |other: &DayRange| {
            other.contains(days.from) && other.to.is_none_or(|end| days.to.is_some_and(|last| last <= end))
        };
        if remaining.iter().any(within) {
            doubled.push(key);
        } else {
            remaining.push(days);
        }
    }
    doubled
}

/// Locks the rows of people who are neither void nor merged until the transaction ends, and after them the activities that
/// they attended and their external results: so what is read next can't be changed by others.
pub(super) async fn lock_existing(app: &App, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let locked = store::lock(tx, people).await?;
    if let Some(missing) = people.iter().find(|person| !locked.contains(person)) {
        return Err(Refusal::unknown("person-unknown").with("name", missing).into());
    }
    hanging::hold(app, tx, people).await
}

/// The entries that every membership should have, for `reconcile`.
pub(crate) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all_memberships(conn).await?.iter().map(entries_of).collect())
}
