//! Actions on notes: write, hand in, take back, comment, recommend, collect.

use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{
    groups,
    people::{self, Standings},
    settings,
    themes::{self, actions::Chosen},
};
use kernel::{Period, PersonId, RecordId, Refusal};
use ledger::{Desired, Reason, ReasonCode, book, db};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{Note, Said},
    rules::{self, entries_of},
    store,
};
use crate::features::{hours::Conversion, materials};

fn own(actor: &Actor) -> Result<PersonId> {
    Ok(actor.person.ok_or_else(|| Refusal::new("note-nobody"))?)
}

fn unknown(id: RecordId) -> Refusal {
    Refusal::unknown("note-unknown").with("id", id)
}

/// What a note may be about: a session whose list includes the writer, or a material within the writer's reach.
async fn must_be_about(
    app: &App,
    conn: &impl ConnectionTrait,
    actor: &Actor,
    person: PersonId,
    said: &Said,
) -> Result<()> {
    if let Some(activity) = said.activity {
        let sql = "select activity_id from attendance where activity_id = $1 and person_id = $2";
        let listed: Option<i64> = db::scalar(conn, sql, vec![activity.0.into(), person.0.into()]).await?;
        listed.ok_or_else(|| Refusal::new("note-not-there"))?;
    }
    if let Some(material) = said.material {
        materials::actions::seen_in(conn, actor, material, app.today()).await?;
    }
    Ok(())
}

/// Checks the theme that a note is to serve; `old` is the one that it has.
async fn serve_theme(app: &App, tx: &DatabaseTransaction, actor: &Actor, note: &Note, old: Option<&str>) -> Result<()> {
    if note.theme.as_deref() == old {
        return Ok(());
    }
    let today = app.today();
    let standings = Standings::read(tx, &[note.person]).await?;
    let standing = standings.on(note.person, today, None);
    let unit = standing.ok_or_else(|| Refusal::new("note-not-posted").with("day", today))?.unit;
    let days = Period { from: today, to: today };
    let chosen = Chosen { code: note.theme.as_deref(), old, unit, days };
    themes::actions::choose(tx, actor, &[chosen]).await
}

/// Creates a note of the actor's own person, as a draft.
pub async fn begin(app: &App, actor: &Actor, said: Said) -> Result<RecordId> {
    let person = own(actor)?;
    must_be_about(app, &app.db, actor, person, &said).await?;
    rules::validate(&said)?;
    let tx = db::begin(&app.db).await?;
    must_be_about(app, &tx, actor, person, &said).await?;
    let id = groups::store::new_records(&tx, 1).await?.remove(0);
    let note = Note {
        id,
        person,
        title: said.title.trim().to_owned(),
        body: said.body,
        activity: said.activity,
        material: said.material,
        theme: said.theme,
        handed_in_on: None,
        recommended_on: None,
        collected_on: None,
        collected_in: None,
        unit: None,
        level: String::new(),
        party: String::new(),
        youth: String::new(),
        sex: String::new(),
        tenths: 0,
        version: 1,
    };
    serve_theme(app, &tx, actor, &note, None).await?;
    store::insert(&tx, &note, &actor.at.0).await?;
    tx.commit().await?;
    Ok(id)
}

/// A note whose person and row are locked.
async fn held(tx: &DatabaseTransaction, id: RecordId) -> Result<Note> {
    let person = store::by_id(tx, id).await?.ok_or_else(|| unknown(id))?.person;
    people::store::lock(tx, &[person]).await?;
    store::lock(tx, &[id]).await?;
    Ok(store::by_id(tx, id).await?.ok_or_else(|| unknown(id))?)
}

/// Refuses a note that was changed since the given version; called after the permission check, since it reveals the title.
fn must_be_current(note: &Note, version: i64) -> Result<()> {
    if note.version != version {
        return Err(db::changed_meanwhile(&note.title).into());
    }
    Ok(())
}

/// Refuses a note of somebody else as unknown; an account without a person gets a refusal of its own.
async fn must_own(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<PersonId> {
    let person = own(actor)?;
    match store::by_id(conn, id).await? {
        Some(note) if note.person == person => Ok(person),
        _ => Err(unknown(id).into()),
    }
}

/// The actor's own note, locked, with the given version. A merge may have assigned it to another person meanwhile.
async fn held_own(tx: &DatabaseTransaction, actor: &Actor, id: RecordId, version: i64) -> Result<Note> {
    let note = held(tx, id).await?;
    must_own(tx, actor, id).await?;
    must_be_current(&note, version)?;
    Ok(note)
}

/// A note that the actor maintains, locked, with the given version.
async fn lock_writable(
    tx: &DatabaseTransaction,
    actor: &Actor,
    (id, version): (RecordId, i64),
    action: Action,
) -> Result<Note> {
    let note = held(tx, id).await?;
    must_keep(tx, actor, id, action).await?;
    must_be_current(&note, version)?;
    Ok(note)
}

fn must_be_draft(note: &Note) -> Result<()> {
    if note.handed_in_on.is_some() {
        return Err(Refusal::new("note-handed-in").with("title", &note.title).into());
    }
    Ok(())
}

/// Changes the actor's own draft.
pub async fn edit(app: &App, actor: &Actor, id: RecordId, version: i64, said: Said) -> Result<()> {
    let person = must_own(&app.db, actor, id).await?;
    rules::validate(&said)?;
    let tx = db::begin(&app.db).await?;
    let before = held_own(&tx, actor, id, version).await?;
    must_be_draft(&before)?;
    if (said.activity, said.material) != (before.activity, before.material) {
        must_be_about(app, &tx, actor, person, &said).await?;
    }
    let after = Note {
        title: said.title.trim().to_owned(),
        body: said.body,
        activity: said.activity,
        material: said.material,
        theme: said.theme,
        ..before.clone()
    };
    serve_theme(app, &tx, actor, &after, before.theme.as_deref()).await?;
    store::update(&tx, &after, &actor.at.0).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes the actor's own draft.
pub async fn remove(app: &App, actor: &Actor, id: RecordId, version: i64) -> Result<()> {
    must_own(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    let note = held_own(&tx, actor, id, version).await?;
    must_be_draft(&note)?;
    store::remove(&tx, id, version).await?;
    tx.commit().await?;
    Ok(())
}

/// Fills in the writer's standing on the day of handing in.
fn confirmed(note: Note, standings: &Standings) -> Result<Note> {
    let Some(day) = note.handed_in_on else { return Ok(note) };
    let standing =
        standings.on(note.person, day, None).ok_or_else(|| Refusal::new("note-not-posted").with("day", day))?;
    Ok(Note {
        unit: Some(standing.unit),
        level: standing.level,
        party: standing.party.to_owned(),
        youth: standing.youth.to_owned(),
        sex: standing.sex.to_owned(),
        ..note
    })
}

/// Hands in the actor's own draft: from now on the group's leader can read it, and it is counted.
pub async fn hand_in(app: &App, actor: &Actor, id: RecordId, version: i64) -> Result<()> {
    must_own(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    let before = held_own(&tx, actor, id, version).await?;
    must_be_draft(&before)?;
    if before.body.trim().is_empty() {
        return Err(Refusal::new("note-without-body").into());
    }
    let settings = settings::store::read(&tx).await?;
    let standings = Standings::read(&tx, &[before.person]).await?;
    let tenths = Conversion::from_settings(&settings).tenths(settings.note_minutes);
    let after = confirmed(Note { handed_in_on: Some(app.today()), tenths, ..before }, &standings)?;
    store::update(&tx, &after, &actor.at.0).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&after)], None).await?;
    logged(&tx, actor, "note-handed-in-by", &after).await?;
    tx.commit().await?;
    Ok(())
}

async fn logged(tx: &DatabaseTransaction, actor: &Actor, what: &'static str, note: &Note) -> Result<()> {
    let args = [("title", note.title.as_str())];
    log::write(tx, actor, what, Object::new("note", note.id.0), note.unit, &args).await
}

/// Takes back the actor's own note to continue writing; one that was recommended or collected can't be taken back.
pub async fn take_back(app: &App, actor: &Actor, id: RecordId, version: i64) -> Result<()> {
    must_own(&app.db, actor, id).await?;
    let tx = db::begin(&app.db).await?;
    let before = held_own(&tx, actor, id, version).await?;
    if before.recommended_on.is_some() || before.collected_on.is_some() {
        return Err(Refusal::new("note-settled").with("title", &before.title).into());
    }
    let after = Note { handed_in_on: None, unit: None, tenths: 0, ..before };
    store::update(&tx, &after, &actor.at.0).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&after)], Some(&Reason::new(ReasonCode::Void))).await?;
    logged(&tx, actor, "note-taken-back-by", &after).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether the actor maintains a submitted note: by leading at the unit it is counted for, or the writer's group; never the
/// actor's own.
pub async fn keeps(conn: &impl ConnectionTrait, actor: &Actor, note: &Note, action: Action) -> Result<bool> {
    if actor.person == Some(note.person) {
        return Ok(false);
    }
    let scope = actor.scope(action);
    Ok(note.handed_in_on.is_some() && (scope.all || store::keeps(conn, &scope, note.id).await?))
}

async fn must_keep(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId, action: Action) -> Result<()> {
    let note = seen(conn, actor, id).await?;
    if keeps(conn, actor, &note, action).await? { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

/// A note that the actor may see; any other is refused as unknown.
async fn seen(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<Note> {
    if !store::sees(conn, &actor.scope(Action::People), id).await? {
        return Err(unknown(id).into());
    }
    Ok(store::by_id(conn, id).await?.ok_or_else(|| unknown(id))?)
}

/// Refuses an actor who may not comment on a note: only its writer, once it is handed in, and those who maintain it may.
async fn must_comment(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<()> {
    let note = seen(conn, actor, id).await?;
    let writer = actor.person == Some(note.person) && note.handed_in_on.is_some();
    if writer || keeps(conn, actor, &note, Action::Lead).await? {
        return Ok(());
    }
    Err(Refusal::forbidden().into())
}

/// Comments on a note: for its writer and those who maintain it.
pub async fn comment(app: &App, actor: &Actor, id: RecordId, text: &str) -> Result<()> {
    must_comment(&app.db, actor, id).await?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::new("note-comment-empty").into());
    }
    if text.chars().count() > rules::COMMENT {
        return Err(Refusal::new("note-comment-long").with("most", rules::COMMENT).into());
    }
    let tx = db::begin(&app.db).await?;
    held(&tx, id).await?;
    must_comment(&tx, actor, id).await?;
    store::comment(&tx, id, actor.account.0, &actor.at.0, text).await?;
    tx.commit().await?;
    Ok(())
}

/// Recommends a note to everybody, or withdraws that.
pub async fn recommend(app: &App, actor: &Actor, id: RecordId, version: i64, yes: bool) -> Result<()> {
    must_keep(&app.db, actor, id, Action::Lead).await?;
    let tx = db::begin(&app.db).await?;
    let before = lock_writable(&tx, actor, (id, version), Action::Lead).await?;
    let on = yes.then(|| before.recommended_on.unwrap_or_else(|| app.today()));
    settle(app, tx, actor, Note { recommended_on: on, ..before }, "note-recommended-by").await
}

/// Records in which collection a note was published, or withdraws that.
pub async fn collect(app: &App, actor: &Actor, id: RecordId, version: i64, within: Option<&str>) -> Result<()> {
    must_keep(&app.db, actor, id, Action::Write).await?;
    let within = within.map(str::trim);
    if within.is_some_and(str::is_empty) {
        return Err(Refusal::new("note-collection-missing").into());
    }
    if within.is_some_and(|within| within.chars().count() > rules::TITLE) {
        return Err(Refusal::new("note-title-long").with("length", rules::TITLE + 1).with("most", rules::TITLE).into());
    }
    let tx = db::begin(&app.db).await?;
    let before = lock_writable(&tx, actor, (id, version), Action::Write).await?;
    let on = within.map(|_| before.collected_on.unwrap_or_else(|| app.today()));
    let after = Note { collected_on: on, collected_in: within.map(str::to_owned), ..before };
    settle(app, tx, actor, after, "note-collected-by").await
}

async fn settle(app: &App, tx: db::Transaction, actor: &Actor, after: Note, what: &'static str) -> Result<()> {
    store::update(&tx, &after, &actor.at.0).await?;
    book(&tx, &app.kinds(), actor.by(), &[entries_of(&after)], Some(&Reason::new(ReasonCode::Edit))).await?;
    logged(&tx, actor, what, &after).await?;
    tx.commit().await?;
    Ok(())
}

/// Locks the notes of people whom the caller has locked, until the transaction ends and before anything is booked.
pub(crate) async fn hold_of_people(tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
    let ids: Vec<RecordId> = store::of_people(tx, people).await?.iter().map(|note| note.id).collect();
    Ok(store::lock(tx, &ids).await?)
}

/// Confirms again the notes of people whose postings or states were corrected; the caller has locked them.
pub(crate) async fn confirm_of_people(change: people::Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
    let people::Change { app, tx, actor } = change;
    let before = store::of_people(tx, people).await?;
    if before.is_empty() {
        return Ok(());
    }
    let standings = Standings::read(tx, people).await?;
    let mut desired = Vec::with_capacity(before.len());
    for note in before {
        let after = confirmed(note.clone(), &standings)?;
        if after != note {
            store::set_stood(tx, &after).await?;
        }
        desired.push(entries_of(&after));
    }
    book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
    Ok(())
}

/// The entries that the notes of a person would have if these were the spans of the person's memberships.
pub(crate) async fn desired_with(
    conn: &impl ConnectionTrait,
    person: PersonId,
    spans: Vec<(kernel::GroupId, people::Span)>,
) -> Result<Vec<Desired>> {
    let notes = store::of_people(conn, &[person]).await?;
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let mut standings = Standings::read(conn, &[person]).await?;
    standings.set_spans(person, spans);
    notes.into_iter().map(|note| Ok(entries_of(&confirmed(note, &standings)?))).collect()
}

/// Assigns a merged person's notes to the survivor; the caller confirms them.
pub(crate) async fn repoint(tx: &DatabaseTransaction, loser: PersonId, survivor: PersonId) -> Result<()> {
    Ok(store::repoint(tx, loser, survivor).await?)
}

/// The entries that every note should have, for `reconcile`.
pub(crate) async fn all_desired(conn: &impl ConnectionTrait) -> Result<Vec<Desired>> {
    Ok(store::all(conn).await?.iter().map(entries_of).collect())
}
