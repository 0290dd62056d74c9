//! Changing the settings: all at once, by an administrator, with a line in the log.

use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::Refusal;
use ledger::db;

use super::{Settings, following, store};

/// Name, smallest and largest value of each number.
const BOUNDS: [(&str, i64, i64); 14] = [
    ("age_limit", 18, 65),
    ("least_sessions_month", 0, 31),
    ("least_hours_year", 0, 1000),
    ("least_rate", 0, 100),
    ("hour_minutes", 1, 120),
    ("session_minutes", 0, 600),
    ("external_percent", 0, 200),
    ("reading_minutes", 0, 600),
    ("note_minutes", 0, 600),
    ("talk_days", 0, 365),
    ("evidence_days", 0, 36_500),
    ("check_in_before", 0, 600),
    ("check_in_after", 0, 600),
    ("check_in_seconds", 10, 600),
];

/// Changes the settings, if they are still those that were seen.
pub async fn change(app: &App, actor: &Actor, settings: &Settings, seen: i64) -> Result<()> {
    must_all(actor, Action::Administer)?;
    for (name, value) in settings.pairs() {
        if let Some((_, least, most)) = BOUNDS.iter().find(|(of, ..)| *of == name) {
            let number: i64 = value.parse().unwrap_or(i64::MIN);
            if !(*least..=*most).contains(&number) {
                return Err(Refusal::new("setting-bounds").with("least", least).with("most", most).because([]).into());
            }
        } else if value.chars().count() > 60 || (value.trim().is_empty() && name != "name") {
            return Err(Refusal::new("setting-label").into());
        }
    }
    let tx = db::begin(&app.db).await?;
    // Whoever else changes them waits here.
    db::take_range(&tx, "log", 0).await?;
    let before = store::read(&tx).await?;
    if before.version() != seen {
        return Err(db::changed_meanwhile(&before.name).into());
    }
    store::write(&tx, settings).await?;
    following::changed(app, &tx, &before, settings).await?;
    let old = before.pairs();
    for (name, value) in settings.pairs().into_iter().filter(|pair| !old.contains(pair)) {
        let args = [("name", name.as_str()), ("value", value.as_str())];
        log::write(&tx, actor, "setting-changed", Object::all("setting"), None, &args).await?;
    }
    tx.commit().await?;
    following::settled(app).await
}
