//! Actions of a sender on notices: draft, send, withdraw, copy, and remind those who are late.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    duties::{self, Duty, Kind, State as DutyState},
    files::{self, Incoming, Kept},
    groups,
    scope::{self, must},
    units,
};
use kernel::{FileId, RecordId, Refusal, UnitId};
use ledger::{Reason, ReasonCode, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    KINDS_OF_FILE, OPENER,
    model::{Demand, Notice, Recipients, State},
    reach, rules,
    store::{self, Recipient},
};
use crate::features::{activities, materials};

/// The data of a demand.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the unit has to do.
    pub kind: Kind,
    /// 办理要求.
    pub wanted: String,
    /// The required type of the activity, if any.
    pub type_code: Option<String>,
    /// The material of a plan item.
    pub material: Option<i64>,
    /// Whether a return needs a file.
    pub needs_file: bool,
}

/// The data of a notice.
#[derive(Clone, Debug)]
pub struct Said {
    /// 文号.
    pub number: Option<String>,
    /// 标题.
    pub title: String,
    /// 正文.
    pub text: String,
    /// 时限.
    pub due_on: NaiveDate,
    /// The recipients.
    pub recipients: Recipients,
    /// The demands.
    pub demands: Vec<Wanted>,
}

/// The most files of one notice.
const FILES: usize = 10;

async fn validate(app: &App, actor: &Actor, unit: UnitId, said: Said) -> Result<Said> {
    rules::validate(&said, app.today())?;
    let levels = units::levels(&app.db).await?;
    if let Recipients::Level(code) = &said.recipients
        && !levels.iter().any(|level| level.code == *code)
    {
        return Err(Refusal::new("notice-nobody").into());
    }
    if let Recipients::Chosen(chosen) = &said.recipients {
        let under = store::recipients(&app.db, unit, &said.recipients, app.today()).await?;
        if let Some(elsewhere) = chosen.iter().find(|unit| !under.iter().any(|known| known.unit == **unit)) {
            // The name of a unit that the sender may not see is not shown.
            let name = units::by_ids(&app.db, &[*elsewhere]).await?.remove(elsewhere).map(|unit| unit.name);
            let seen = must(&app.db, actor, Action::Read, *elsewhere).await.is_ok();
            let name = name.filter(|_| seen).unwrap_or_else(|| elsewhere.to_string());
            return Err(Refusal::new("notice-unit-elsewhere").with("name", name).into());
        }
    }
    let types = activities::store::types(&app.db).await?;
    let mut demands = Vec::new();
    for demand in said.demands {
        // Fields that belong to another kind of demand are dropped.
        let type_code = demand.type_code.filter(|_| demand.kind == Kind::Activity);
        let material = demand.material.filter(|_| demand.kind == Kind::PlanItem);
        if let Some(code) = type_code.as_ref().filter(|code| !types.iter().any(|kind| kind.code == **code)) {
            let known: Vec<&str> = types.iter().map(|kind| kind.name.as_str()).collect();
            return Err(Refusal::new("type-unknown").with("text", code).with("known", known.join("、")).into());
        }
        if let Some(material) = material {
            materials::actions::seen(app, actor, material).await?;
        }
        let needs_file = demand.needs_file && demand.kind == Kind::Return;
        let wanted = demand.wanted.trim().to_owned();
        demands.push(Wanted { kind: demand.kind, wanted, type_code, material, needs_file });
    }
    let number = said.number.map(|number| number.trim().to_owned()).filter(|number| !number.is_empty());
    Ok(Said { number, title: said.title.trim().to_owned(), text: said.text.trim().to_owned(), demands, ..said })
}

async fn refuse_number(tx: &DatabaseTransaction, notice: &Notice) -> Result<()> {
    // Two notices with the same number sent at once wait for each other.
    units::lock(tx, &[notice.unit]).await?;
    let Some(number) = notice.number.as_deref() else { return Ok(()) };
    match store::of_number(tx, notice.unit, number, notice.id).await? {
        Some(other) => Err(Refusal::new("notice-number-taken").with("number", number).with("other", other).into()),
        None => Ok(()),
    }
}

async fn numbered(tx: &impl ConnectionTrait, demands: Vec<Wanted>) -> Result<Vec<Demand>> {
    let first = db::take_range(tx, "notice_demand", demands.len()).await?;
    let numbered = demands.into_iter().zip(0..).map(|(demand, place)| Demand {
        id: first + place,
        place: place + 1,
        kind: demand.kind,
        wanted: demand.wanted,
        type_code: demand.type_code,
        material: demand.material,
        needs_file: demand.needs_file,
    });
    Ok(numbered.collect())
}

async fn written(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    what: &'static str,
    notice: &Notice,
    more: &[(&str, &str)],
) -> Result<()> {
    let mut args = vec![("title", notice.title.as_str())];
    args.extend(more);
    log::write(tx, actor, what, Object::new("notice", notice.id), Some(notice.unit), &args).await
}

/// Creates a draft of a unit's notice; only its sender can see it.
pub async fn draft(app: &App, actor: &Actor, unit: UnitId, said: Said) -> Result<i64> {
    must(&app.db, actor, Action::Write, unit).await?;
    let said = validate(app, actor, unit, said).await?;
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, unit).await?;
    let notice = Notice {
        id: db::take_range(&tx, "notice", 1).await?,
        unit,
        number: said.number,
        title: said.title,
        text: said.text,
        due_on: said.due_on,
        recipients: said.recipients,
        state: State::Draft,
        sent_at: None,
        sent_on: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        copy_of: None,
        version: 1,
    };
    refuse_number(&tx, &notice).await?;
    let demands = numbered(&tx, said.demands).await?;
    store::insert(&tx, &notice, &demands, (&actor.at.0, actor.account)).await?;
    written(&tx, actor, "notice-drafted", &notice, &[]).await?;
    tx.commit().await?;
    Ok(notice.id)
}

/// A draft that the actor maintains; a notice that was sent can't be edited.
async fn drafted(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Notice> {
    let notice = reach::load_writable(conn, actor, id).await?;
    if notice.state != State::Draft {
        return Err(Refusal::new("notice-sent-already").with("title", &notice.title).into());
    }
    Ok(notice)
}

/// Locks a notice and checks again whether the actor maintains it: its sender may have been moved in the tree.
async fn lock_writable(tx: &DatabaseTransaction, actor: &Actor, id: i64) -> Result<Notice> {
    store::hold(tx, id).await?;
    reach::load_writable(tx, actor, id).await
}

/// Changes a draft.
pub async fn change(app: &App, actor: &Actor, (id, version): (i64, i64), said: Said) -> Result<()> {
    let stored = drafted(&app.db, actor, id).await?;
    let said = validate(app, actor, stored.unit, said).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(&tx, actor, id).await?;
    let notice = Notice {
        number: said.number,
        title: said.title,
        text: said.text,
        due_on: said.due_on,
        recipients: said.recipients,
        version,
        ..stored
    };
    refuse_number(&tx, &notice).await?;
    let demands = numbered(&tx, said.demands).await?;
    db::touched(store::update_draft(&tx, &notice, &demands).await?, &notice.title)?;
    written(&tx, actor, "notice-edited", &notice, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a draft with its files.
pub async fn drop_draft(app: &App, actor: &Actor, (id, version): (i64, i64)) -> Result<()> {
    let notice = drafted(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(&tx, actor, id).await?;
    let files = store::files(&tx, id).await?;
    db::touched(store::delete_draft(&tx, (id, version)).await?, &notice.title)?;
    files::release(&tx, actor, &files).await?;
    written(&tx, actor, "notice-dropped", &notice, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a file to a draft.
pub async fn attach(app: &App, actor: &Actor, id: i64, incoming: Incoming) -> Result<()> {
    let notice = drafted(&app.db, actor, id).await?;
    let stored = files::keep(app, incoming, KINDS_OF_FILE).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(&tx, actor, id).await?;
    still_draft(&tx, &notice).await?;
    if store::files(&tx, id).await?.len() >= FILES {
        return Err(Refusal::new("notice-many-files").with("most", FILES).into());
    }
    let file = files::enter(&tx, actor, &stored).await?;
    store::attach(&tx, id, file).await?;
    written(&tx, actor, "notice-file-added", &notice, &[("file", &stored.name)]).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a file from a draft.
pub async fn detach(app: &App, actor: &Actor, id: i64, file: FileId) -> Result<()> {
    let notice = drafted(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    lock_writable(&tx, actor, id).await?;
    still_draft(&tx, &notice).await?;
    if store::detach(&tx, id, file).await? == 0 {
        return Err(Refusal::unknown("notice-file-unknown").into());
    }
    files::release(&tx, actor, &[file]).await?;
    written(&tx, actor, "notice-file-removed", &notice, &[]).await?;
    tx.commit().await?;
    Ok(())
}

async fn still_draft(tx: &DatabaseTransaction, notice: &Notice) -> Result<()> {
    match store::by_id(tx, notice.id).await? {
        Some(now) if now.state == State::Draft => Ok(()),
        _ => Err(db::changed_meanwhile(&notice.title).into()),
    }
}

/// The units that a notice would go to today, and those left out because they are closed.
pub async fn recipients(app: &App, notice: &Notice) -> Result<(Vec<Recipient>, Vec<Recipient>)> {
    let all = store::recipients(&app.db, notice.unit, &notice.recipients, app.today()).await?;
    Ok(all.into_iter().partition(|recipient| !recipient.closed))
}

/// The result of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// How many units it went to.
    pub units: usize,
    /// Units that were left out because they are closed by now.
    pub left_out: Vec<String>,
}

/// Sends a draft: from now on each unit has a duty for each demand; all in one transaction.
pub async fn send(app: &App, actor: &Actor, (id, version): (i64, i64)) -> Result<Sent> {
    let notice = drafted(&app.db, actor, id).await?;
    let today = app.today();
    if notice.due_on < today {
        return Err(Refusal::new("notice-due-past").with("today", today).into());
    }
    let tx = db::begin(&app.db).await?;
    scope::places::refresh_in(&tx, today).await?;
    lock_writable(&tx, actor, id).await?;
    db::touched(store::set_sent(&tx, (id, version), (&actor.at.0, today)).await?, &notice.title)?;
    let whom = store::recipients(&tx, notice.unit, &notice.recipients, today).await?;
    let (whom, left): (Vec<Recipient>, Vec<Recipient>) = whom.into_iter().partition(|recipient| !recipient.closed);
    if whom.is_empty() {
        return Err(Refusal::new("notice-nobody").into());
    }
    let demands = store::demands(&tx, id).await?;
    let records = groups::store::new_records(&tx, whom.len() * demands.len()).await?;
    let pairs = demands.iter().flat_map(|demand| whom.iter().map(move |recipient| (demand, recipient)));
    let opened: Vec<Duty> =
        pairs.zip(records).map(|((demand, recipient), record)| duty(&notice, demand, recipient, record)).collect();
    duties::actions::open(app, &tx, actor, &opened).await?;
    written(&tx, actor, "notice-sent", &notice, &[("units", &whom.len().to_string())]).await?;
    tx.commit().await?;
    Ok(Sent { units: whom.len(), left_out: left.into_iter().map(|recipient| recipient.name).collect() })
}

fn duty(notice: &Notice, demand: &Demand, recipient: &Recipient, id: RecordId) -> Duty {
    let of = (demand.kind, notice.unit);
    Duty {
        id,
        title: notice.title.clone(),
        wanted: demand.wanted.clone(),
        ..Duty::new(OPENER, (notice.id, demand.id), of, (recipient.unit, &recipient.level), notice.due_on)
    }
}

/// Withdraws a notice: what was answered stays readable, open duties lapse, and the recipients are shown the reason.
pub async fn withdraw(app: &App, actor: &Actor, (id, version): (i64, i64), reason: &str) -> Result<()> {
    let notice = reach::load_writable(&app.db, actor, id).await?;
    let reason = reason.trim();
    match notice.state {
        State::Draft => return Err(Refusal::new("notice-not-sent").with("title", &notice.title).into()),
        State::Withdrawn => return Err(Refusal::new("notice-withdrawn-already").with("title", &notice.title).into()),
        State::Sent => {}
    }
    if reason.is_empty() {
        return Err(Refusal::new("notice-without-reason").into());
    }
    Refusal::too_long("notice-text-long", &[("reason", reason, 500)])?;
    let tx = db::begin(&app.db).await?;
    lock_writable(&tx, actor, id).await?;
    db::touched(store::set_withdrawn(&tx, (id, version), (&actor.at.0, reason)).await?, &notice.title)?;
    let held = duties::store::hold_source(&tx, OPENER, id).await?;
    let open = held.into_iter().filter(|duty| duty.state == DutyState::Open);
    let lapsed: Vec<Duty> = open.map(|duty| Duty { state: DutyState::Lapsed, ..duty }).collect();
    let why = Reason { code: ReasonCode::Void, note: Some(reason.to_owned()) };
    duties::actions::save(app, &tx, actor, &lapsed, Some(&why)).await?;
    written(&tx, actor, "notice-withdrawn", &notice, &[]).await?;
    tx.commit().await?;
    Ok(())
}

/// Creates a draft as a copy of a notice, with its demands, recipients and files. The number is copied if it is free.
pub async fn copy(app: &App, actor: &Actor, id: i64) -> Result<i64> {
    let original = reach::load_writable(&app.db, actor, id).await?;
    let today = app.today();
    let tx = db::begin(&app.db).await?;
    units::lock(&tx, &[original.unit]).await?;
    lock_writable(&tx, actor, id).await?;
    let number = match original.number.clone() {
        Some(number) if store::of_number(&tx, original.unit, &number, 0).await?.is_some() => None,
        number => number,
    };
    let notice = Notice {
        id: db::take_range(&tx, "notice", 1).await?,
        number,
        due_on: original.due_on.max(today),
        state: State::Draft,
        sent_at: None,
        sent_on: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        copy_of: (original.state != State::Draft).then_some(original.id),
        version: 1,
        ..original.clone()
    };
    let wanted = store::demands(&tx, id).await?.into_iter().map(|demand| Wanted {
        kind: demand.kind,
        wanted: demand.wanted,
        type_code: demand.type_code,
        material: demand.material,
        needs_file: demand.needs_file,
    });
    let demands = numbered(&tx, wanted.collect()).await?;
    store::insert(&tx, &notice, &demands, (&actor.at.0, actor.account)).await?;
    let stored = files::by_ids(&tx, &store::files(&tx, id).await?).await?;
    let mut stored: Vec<_> = stored.into_values().collect();
    stored.sort_by_key(|file| file.id);
    for file in stored {
        let copied = Kept { sha256: file.sha256, size: file.size, media: file.media, name: file.name };
        let file = files::enter(&tx, actor, &copied).await?;
        store::attach(&tx, notice.id, file).await?;
    }
    written(&tx, actor, "notice-copied", &notice, &[]).await?;
    tx.commit().await?;
    Ok(notice.id)
}

/// Reminds the units that have not answered: they see it on their home page. Returns how many duties were open.
pub async fn remind(app: &App, actor: &Actor, id: i64) -> Result<usize> {
    let notice = reach::load_writable(&app.db, actor, id).await?;
    if notice.state != State::Sent {
        return Err(Refusal::new("notice-not-sent").with("title", &notice.title).into());
    }
    let tx = db::begin(&app.db).await?;
    lock_writable(&tx, actor, id).await?;
    let held = duties::store::hold_source(&tx, OPENER, id).await?;
    let open: Vec<&Duty> = held.iter().filter(|duty| duty.state == DutyState::Open).collect();
    duties::actions::remind_of(&tx, actor, &open).await?;
    let open = open.len();
    if open > 0 {
        written(&tx, actor, "notice-reminded", &notice, &[("count", &open.to_string())]).await?;
    }
    tx.commit().await?;
    Ok(open)
}
