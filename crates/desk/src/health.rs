//! Whether the server lives, and whether it is ready to work; for whoever watches it. Both pages are open to everybody and show
//! nothing else.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ledger::db::{self, Trouble};
use sea_orm::DbErr;
use tokio::sync::Mutex;

use crate::{app::App, serve::Site, ui::answer::chain};

/// However often somebody asks, it is looked at no more often than this.
const FRESH: Duration = Duration::from_secs(2);
/// Free bytes below which the server is not ready.
const SPACE: u64 = 64 * 1024 * 1024;

/// What was missing when it was looked at last.
#[derive(Default)]
pub(crate) struct Last(Mutex<Option<(Instant, Vec<&'static str>)>>);

/// The server answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// The server can work: its database can be read and written, there is space, and the key of the seals can be read.
pub(crate) async fn ready(State(site): State<Site>) -> Response {
    let last = site.app.shared::<Last>();
    let mut last = last.0.lock().await;
    let missing = match &*last {
        Some((at, missing)) if at.elapsed() < FRESH => missing.clone(),
        _ => {
            let missing = missing(&site.app).await;
            *last = Some((Instant::now(), missing.clone()));
            missing
        }
    };
    if missing.is_empty() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", missing.join(", "))).into_response()
    }
}

/// What is missing for the server to work: `database`, `space`, `key`.
pub async fn missing(app: &App) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if let Err(fault) = write(app).await {
        tracing::error!(%fault, "the database can't be written");
        missing.push(if db::trouble(&fault) == Some(Trouble::Full) { "space" } else { "database" });
    }
    let folder = app.config.folder();
    if folder.and_then(free_space).is_some_and(|free| free < SPACE) && !missing.contains(&"space") {
        missing.push("space");
    }
    if let Err(fault) = app.seal_key() {
        tracing::error!(fault = %chain(&fault), "the key of the seals can't be read");
        missing.push("key");
    }
    missing
}

/// Writes what stands there already. While others write, they show that it can be done.
async fn write(app: &App) -> Result<(), DbErr> {
    let Some(tx) = db::begin_unless_busy(&app.db).await? else {
        return db::scalar::<i64>(&app.db, "select last from id_range where name = 'log'", vec![]).await.map(drop);
    };
    db::execute(&tx, "update id_range set last = last where name = 'log'", vec![]).await?;
    tx.commit().await
}

/// Free bytes of the disk that a folder lies on; none where the system doesn't say.
pub fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    return rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    #[cfg(not(unix))]
    return None;
}
