//! Actions on the register of speakers: add, change, retire.

use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use federation::{groups::must_lead, people};
use kernel::{RecordId, Refusal};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{
    model::{FIELDS, LEVELS, Speaker},
    store,
};

/// Refuses an actor who maintains no sessions at all: the register is for those who do.
pub fn must_read(actor: &Actor) -> Result<()> {
    if actor.scope(Action::Lead).is_empty() { Err(Refusal::forbidden().into()) } else { Ok(()) }
}

/// Validates the data of a speaker.
fn validate(speaker: &Speaker) -> Result<(), Refusal> {
    if !(2..=100).contains(&speaker.name.chars().count()) {
        return Err(Refusal::new("speaker-name-odd").with("name", &speaker.name));
    }
    if !FIELDS.contains(&speaker.field.as_str()) {
        return Err(Refusal::new("speaker-field-unknown"));
    }
    if !LEVELS.contains(&speaker.level.as_str()) {
        return Err(Refusal::new("speaker-level-unknown"));
    }
    let organisation = speaker.organisation.as_deref().unwrap_or_default();
    let note = speaker.note.as_deref().unwrap_or_default();
    Refusal::too_long("speaker-text-long", &[("organisation", organisation, 200), ("note", note, 500)])
}

/// A speaker whose entry the actor maintains.
pub(crate) async fn load_writable(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Speaker> {
    must_read(actor)?;
    let speaker = store::by_ids(conn, &[id]).await?.remove(&id);
    let speaker = speaker.ok_or_else(|| Refusal::unknown("speaker-unknown").with("id", id))?;
    must_lead(conn, actor, speaker.unit, None).await?;
    Ok(speaker)
}

/// Refuses an actor who may not maintain an entry at its current and its new unit; returns the current entry.
async fn must_set(conn: &impl ConnectionTrait, actor: &Actor, speaker: &Speaker) -> Result<Option<Speaker>> {
    let stored = if speaker.id == 0 { None } else { Some(load_writable(conn, actor, speaker.id).await?) };
    must_lead(conn, actor, speaker.unit, None).await?;
    Ok(stored)
}

/// Creates a speaker (key 0) or changes one that still has the version; returns the key.
pub async fn set(app: &App, actor: &Actor, mut speaker: Speaker) -> Result<i64> {
    must_set(&app.db, actor, &speaker).await?;
    let name = tabular::fold(&speaker.name);
    name.trim().clone_into(&mut speaker.name);
    validate(&speaker)?;
    let tx = db::begin(&app.db).await?;
    let stored = must_set(&tx, actor, &speaker).await?;
    if let Some(person) = speaker.person {
        let scope = actor.scope(Action::People);
        let had = stored.as_ref().and_then(|stored| stored.person);
        if had != Some(person)
            && people::reach::filter_reached(&tx, &scope, &[], &[person], app.today()).await?.is_empty()
        {
            return Err(Refusal::new("person-unknown").with("name", person).into());
        }
    }
    let what = if speaker.id == 0 {
        speaker.id = db::take_range(&tx, "speaker", 1).await?;
        speaker.version = 1;
        "speaker-entered"
    } else {
        speaker.person = speaker.person.or(stored.and_then(|stored| stored.person));
        "speaker-changed"
    };
    db::touched(store::set(&tx, &speaker).await?, &speaker.name)?;
    let object = Object::new("speaker", speaker.id);
    log::write(&tx, actor, what, object, Some(speaker.unit), &[]).await?;
    tx.commit().await?;
    Ok(speaker.id)
}

/// Stores which speakers of the register speak in a session that the caller adds or edits.
pub(crate) async fn link(tx: &DatabaseTransaction, id: RecordId, speakers: Vec<i64>) -> Result<()> {
    let known = store::by_ids(tx, &speakers).await?;
    if let Some(missing) = speakers.iter().find(|speaker| !known.contains_key(speaker)) {
        return Err(Refusal::new("speaker-unknown").with("id", missing).into());
    }
    Ok(store::set_links(tx, id, &speakers).await?)
}

/// The names of speakers, for printing in a session.
pub(crate) async fn names(conn: &impl ConnectionTrait, speakers: &[i64]) -> Result<String> {
    let known = store::by_ids(conn, speakers).await?;
    let names: Vec<&str> = speakers.iter().filter_map(|id| known.get(id)).map(|one| one.name.as_str()).collect();
    Ok(names.join("、"))
}

/// Retires a speaker, or restores one; past sessions stay.
pub async fn retire(app: &App, actor: &Actor, id: i64, version: i64, retired: bool) -> Result<()> {
    let stored = load_writable(&app.db, actor, id).await?;
    if stored.retired == retired {
        return Ok(());
    }
    set(app, actor, Speaker { retired, version, ..stored }).await?;
    Ok(())
}
