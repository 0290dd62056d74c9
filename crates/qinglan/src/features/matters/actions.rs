//! What happens to matters: opened, handed from list to list, changed, withdrawn.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    duties::{self, Duty, Kind, Reach, State as Stands, answered},
    people,
    scope::{must, places},
    themes::{self, actions::Chosen},
    units,
};
use kernel::{Period, PersonId, RecordId, Refusal, UnitId};
use ledger::{Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    METHODS, OPENER,
    model::{Handed, Matter, State, Step, Wanted},
    rules, store,
};

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("matter-unknown").with("id", id)
}

/// A matter, and what the actor may do with it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The matter.
    pub matter: Matter,
    /// Its lists.
    pub steps: Vec<Step>,
    /// Their duties, as far as they have begun.
    pub duties: Vec<Duty>,
    /// Whether the actor may change it.
    pub keeps: bool,
    /// Whether the actor may hand in the list that it is in.
    pub answers: bool,
}

impl Seen {
    /// The duty of the list that it is in.
    pub fn current(&self) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.part == self.matter.current)
    }
}

/// A matter that the actor sees: of a unit where she may write, or with a list that is hers or of a unit that she answers for or whose
/// group she leads. Any other is unknown.
pub async fn seen(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Seen> {
    let matter = store::by_id(conn, id).await?.ok_or_else(|| unknown(id))?;
    let (steps, duties) = (store::steps(conn, id).await?, duties::store::of_source(conn, OPENER, id).await?);
    let reach = Reach::load(conn, actor).await?;
    let units: Vec<UnitId> = steps.iter().map(|step| step.unit).chain([matter.unit]).collect();
    let placed = places::by_unit(conn, &units).await?;
    let place = |unit: UnitId| placed.get(&unit).copied();
    let is_own = |step: &Step| step.person.is_some() && step.person == actor.person;
    let keeps = reach.write.covers(place(matter.unit));
    if !keeps && !steps.iter().any(|step| is_own(step) || reach.reads_answers(place(step.unit), step.unit)) {
        return Err(unknown(id).into());
    }
    let now = steps.iter().find(|step| step.place == matter.current);
    let answers = keeps || now.is_some_and(|step| is_own(step) || reach.write.covers(place(step.unit)));
    Ok(Seen { keeps, answers: answers && matter.state == State::Open, matter, steps, duties })
}

async fn must_keep(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Seen> {
    let seen = seen(conn, actor, id).await?;
    if seen.keeps { Ok(seen) } else { Err(Refusal::forbidden().into()) }
}

/// Locks a matter: the duties of its lists, of which there is always one, and reads it again.
async fn hold(tx: &DatabaseTransaction, actor: &Actor, id: i64) -> Result<Seen> {
    duties::store::hold_source(tx, OPENER, id).await?;
    seen(tx, actor, id).await
}

/// Refuses lists of units that don't stand under the unit that asks or are closed by then, and of people who aren't there.
async fn check_owners(tx: &DatabaseTransaction, unit: UnitId, steps: &[Wanted]) -> Result<()> {
    let named: BTreeSet<UnitId> = steps.iter().map(|step| step.unit).collect();
    let named: Vec<UnitId> = named.into_iter().collect();
    let known = units::by_ids(tx, &named).await?;
    let placed = places::by_unit(tx, &named).await?;
    let under = places::of_unit(tx, unit).await?;
    for step in steps {
        let of = known.get(&step.unit).filter(|of| !of.void);
        let of = of.ok_or_else(|| Refusal::unknown("unit-unknown").with("name", step.unit))?;
        let is_under = under.zip(placed.get(&step.unit)).is_some_and(|((from, to), at)| (from..=to).contains(at));
        if !is_under {
            return Err(Refusal::new("matter-unit-elsewhere").with("name", &of.name).into());
        }
        if let Some(last) = of.closed_on.filter(|last| *last < step.due_on) {
            return Err(Refusal::new("unit-closed-by-then").with("name", &of.name).with("last", last).into());
        }
    }
    let owners: Vec<(PersonId, &Wanted)> = steps.iter().filter_map(|step| Some((step.person?, step))).collect();
    let ids: Vec<PersonId> = owners.iter().map(|(person, _)| *person).collect();
    let people = people::store::by_ids(tx, &ids).await?;
    let postings = people::store::postings_of(tx, &ids).await?;
    for (person, step) in owners {
        let name = people.get(&person).map_or_else(|| person.to_string(), |person| person.name.clone());
        let mut of = postings.iter().filter(|posting| posting.person == person);
        if !of.any(|posting| posting.unit == step.unit && posting.days.contains(step.due_on)) {
            return Err(Refusal::new("matter-person-elsewhere").with("name", name).with("day", step.due_on).into());
        }
    }
    Ok(())
}

fn steps_of(matter: i64, names: &[&str], wanted: Vec<Wanted>) -> Vec<Step> {
    let named = (1..).zip(names).zip(wanted);
    named
        .map(|((place, name), Wanted { unit, person, due_on })| Step {
            matter,
            place,
            name: (*name).to_owned(),
            unit,
            person,
            due_on,
        })
        .collect()
}

/// Opens a matter of a unit by a method: the duty of its first list begins. Returns its key.
pub async fn open(app: &App, actor: &Actor, unit: UnitId, method: &str, handed: Handed) -> Result<i64> {
    must(&app.db, actor, Action::Write, unit).await?;
    let methods = METHODS.in_use(&app.db).await?;
    let of = methods.iter().find(|choice| choice.code == method).ok_or_else(|| METHODS.refuse(&methods, method))?;
    let names = of.parts();
    let handed = rules::validate(handed, &names)?;
    refuse_past(app.today(), &handed.steps)?;
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, unit).await?;
    check_owners(&tx, unit, &handed.steps).await?;
    check_theme(&tx, actor, (unit, app.today()), (handed.theme.as_deref(), None)).await?;
    let id = db::take_range(&tx, "matter", 1).await?;
    let matter = Matter {
        id,
        unit,
        method: of.code.clone(),
        title: handed.title,
        about: handed.about,
        theme: handed.theme,
        state: State::Open,
        current: 1,
        reason: None,
        entered_by: actor.account,
        entered_at: actor.at.0.clone(),
        version: 1,
    };
    let steps = steps_of(id, &names, handed.steps);
    store::insert(&tx, &matter, &steps).await?;
    let first = duty(&tx, &matter, steps.first()).await?;
    duties::actions::open(app, &tx, actor, &first).await?;
    written(&tx, actor, "matter-opened", &matter).await?;
    tx.commit().await?;
    Ok(id)
}

/// Nobody is late before the matter begins.
fn refuse_past(today: NaiveDate, steps: &[Wanted]) -> Result<(), Refusal> {
    match steps.iter().map(|step| step.due_on).min().filter(|first| *first < today) {
        Some(due) => Err(Refusal::new("matter-due-past").with("due", due).with("today", today)),
        None => Ok(()),
    }
}

async fn check_theme(
    tx: &DatabaseTransaction,
    actor: &Actor,
    (unit, today): (UnitId, NaiveDate),
    (code, old): (Option<&str>, Option<&str>),
) -> Result<()> {
    let days = Period { from: today, to: today };
    themes::actions::choose(tx, actor, &[Chosen { code, old, unit, days }]).await
}

async fn written(tx: &DatabaseTransaction, actor: &Actor, what: &'static str, matter: &Matter) -> Result<()> {
    let object = Object::new("matter", matter.id);
    log::write(tx, actor, what, object, Some(matter.unit), &[("title", &matter.title)]).await
}

/// The duty of a list, with a key.
async fn duty(tx: &DatabaseTransaction, matter: &Matter, step: Option<&Step>) -> Result<Vec<Duty>> {
    let Some(step) = step else { return Ok(Vec::new()) };
    let unit = units::by_ids(tx, &[step.unit]).await?.remove(&step.unit);
    let level = unit.and_then(|unit| unit.level).unwrap_or_else(|| "outside".to_owned());
    let of = (Kind::Task, matter.unit);
    Ok(vec![Duty {
        id: RecordId(db::take_range(tx, "record", 1).await?),
        person: step.person,
        title: matter.title.clone(),
        wanted: step.name.clone(),
        ..Duty::new(OPENER, (matter.id, step.place), of, (step.unit, &level), step.due_on)
    }])
}

/// Moves a matter to the list that it is in now, once duties of it have changed, and opens that list's duty. Returns further duties that
/// change, to be stored and booked by the caller, who has locked all duties of the matter.
pub(super) async fn advance(
    app: &App,
    tx: &DatabaseTransaction,
    actor: &Actor,
    id: i64,
    changed: &[Duty],
) -> Result<Vec<Duty>> {
    let matter = store::by_id(tx, id).await?.ok_or_else(|| unknown(id))?;
    let steps = store::steps(tx, id).await?;
    let mut now: BTreeMap<RecordId, Duty> =
        duties::store::of_source(tx, OPENER, id).await?.into_iter().map(|duty| (duty.id, duty)).collect();
    now.extend(changed.iter().filter(|duty| duty.source == id).map(|duty| (duty.id, duty.clone())));
    let stands = rules::standing(&steps, &now.into_values().collect::<Vec<_>>());
    let next = steps.iter().find(|step| Some(step.place) == stands.opens);
    let opened = duty(tx, &matter, next).await?;
    if (stands.state, stands.current) != (matter.state, matter.current) {
        store::update(tx, &Matter { state: stands.state, current: stands.current, ..matter }).await?;
    }
    if !opened.is_empty() {
        duties::actions::open(app, tx, actor, &opened).await?;
    }
    Ok(stands.changed)
}

/// Hands in the list that a matter is in, in words; the next one begins.
pub async fn hand_in(app: &App, actor: &Actor, (id, version): (i64, i64), text: &str) -> Result<()> {
    let before = seen(&app.db, actor, id).await?;
    if !before.answers && before.matter.state == State::Open {
        return Err(Refusal::forbidden().into());
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::new("matter-answer-empty").into());
    }
    Refusal::too_long("matter-answer-long", &[("", text, rules::ANSWER)])?;
    let tx = db::begin(&app.db).await?;
    let Seen { matter, duties, answers, .. } = hold(&tx, actor, id).await?;
    match matter.state {
        State::Withdrawn => return Err(Refusal::new("matter-withdrawn-by-now").with("title", &matter.title).into()),
        State::Done => return Err(Refusal::new("matter-done-by-now").with("title", &matter.title).into()),
        State::Open if !answers => return Err(Refusal::forbidden().into()),
        State::Open => {}
    }
    // Somebody else may have handed it in: what was typed was for the list before.
    if matter.version != version {
        return Err(db::changed_meanwhile(&matter.title).into());
    }
    let open = duties.into_iter().find(|duty| duty.part == matter.current && duty.state == Stands::Open);
    let open = open.ok_or_else(|| db::changed_meanwhile(&matter.title))?;
    let done = answered(open, app.today(), (&actor.at.0, actor.account));
    let done = Duty { text: Some(text.to_owned()), ..done };
    let mut after = advance(app, &tx, actor, id, std::slice::from_ref(&done)).await?;
    after.push(done);
    touch(&tx, id, matter.version).await?;
    duties::actions::save(app, &tx, actor, &after, None).await?;
    written(&tx, actor, "matter-handed-in", &matter).await?;
    tx.commit().await?;
    Ok(())
}

/// Raises the version of a matter that moving it has not raised.
async fn touch(tx: &DatabaseTransaction, id: i64, version: i64) -> Result<()> {
    match store::by_id(tx, id).await? {
        Some(matter) if matter.version == version => store::update(tx, &matter).await,
        _ => Ok(()),
    }
}

/// Changes what a matter is, and who has to do the lists that aren't done, and by when.
pub async fn edit(app: &App, actor: &Actor, (id, version): (i64, i64), handed: Handed) -> Result<()> {
    let before = must_keep(&app.db, actor, id).await?;
    let names: Vec<&str> = before.steps.iter().map(|step| step.name.as_str()).collect();
    let handed = rules::validate(handed, &names)?;
    let tx = db::begin(&app.db).await?;
    let Seen { matter, steps, duties, keeps, .. } = hold(&tx, actor, id).await?;
    if !keeps {
        return Err(Refusal::forbidden().into());
    }
    if matter.state != State::Open {
        return Err(Refusal::new("matter-done-by-now").with("title", &matter.title).into());
    }
    // What is done stays as it was done.
    let wanted = steps_of(id, &names, handed.steps);
    let is_ended = |step: &Step| {
        let mut of = duties.iter().filter(|duty| duty.part == step.place);
        of.any(|duty| matches!(duty.state, Stands::Done | Stands::Excused))
    };
    let steps: Vec<Step> =
        steps.into_iter().zip(wanted).map(|(old, new)| if is_ended(&old) { old } else { new }).collect();
    let changed = |step: &&Step| !before.steps.contains(step);
    let moved: Vec<Wanted> = steps
        .iter()
        .filter(changed)
        .map(|step| Wanted { unit: step.unit, person: step.person, due_on: step.due_on })
        .collect();
    check_owners(&tx, matter.unit, &moved).await?;
    refuse_past(app.today(), &moved)?;
    let theme = (handed.theme.as_deref(), matter.theme.as_deref());
    check_theme(&tx, actor, (matter.unit, app.today()), theme).await?;
    let mut after = Vec::new();
    for old in &duties {
        let Some(step) = steps.iter().find(|step| step.place == old.part) else { continue };
        let titled = Duty { title: handed.title.clone(), ..old.clone() };
        let new = if is_ended(step) { titled } else { owed(&tx, titled, step).await? };
        if new != *old {
            after.push(new);
        }
    }
    let matter = Matter { title: handed.title, about: handed.about, theme: handed.theme, version, ..matter };
    store::update(&tx, &matter).await?;
    store::set_steps(&tx, id, &steps).await?;
    duties::actions::save(app, &tx, actor, &after, Some(&Reason::new(ReasonCode::Edit))).await?;
    written(&tx, actor, "matter-changed", &matter).await?;
    tx.commit().await?;
    Ok(())
}

/// A duty as its list says now.
async fn owed(tx: &DatabaseTransaction, duty: Duty, step: &Step) -> Result<Duty> {
    let unit = units::by_ids(tx, &[step.unit]).await?.remove(&step.unit);
    let level = unit.and_then(|unit| unit.level).unwrap_or_else(|| "outside".to_owned());
    Ok(Duty { unit: step.unit, level, person: step.person, due_on: step.due_on, ..duty })
}

/// Withdraws a matter for a reason: nobody owes it any more; what was handed in stays.
pub async fn withdraw(app: &App, actor: &Actor, (id, version): (i64, i64), reason: &str) -> Result<()> {
    must_keep(&app.db, actor, id).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new("matter-withdrawn-without-reason").into());
    }
    Refusal::too_long("duty-reason-long", &[("", reason, 500)])?;
    let tx = db::begin(&app.db).await?;
    let Seen { matter, duties, keeps, .. } = hold(&tx, actor, id).await?;
    if !keeps {
        return Err(Refusal::forbidden().into());
    }
    if matter.state != State::Open {
        return Err(Refusal::new("matter-done-by-now").with("title", &matter.title).into());
    }
    let open = duties.into_iter().filter(|duty| duty.state == Stands::Open);
    let lapsed: Vec<Duty> = open.map(|duty| Duty { state: Stands::Lapsed, ..duty }).collect();
    let matter = Matter { state: State::Withdrawn, reason: Some(reason.to_owned()), version, ..matter };
    store::update(&tx, &matter).await?;
    let booked = Reason { code: ReasonCode::Void, note: Some(reason.to_owned()) };
    let desired = duties::actions::replace(app, &tx, &lapsed).await?;
    book(&tx, &app.kinds(), actor.by(), &desired, Some(&booked)).await?;
    written(&tx, actor, "matter-withdrawn", &matter).await?;
    tx.commit().await?;
    Ok(())
}
