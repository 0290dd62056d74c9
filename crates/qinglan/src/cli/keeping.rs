//! `verify`, `reconcile`, `doctor`.

use std::process::ExitCode;

use desk::{
    app::{App, font_folders, verify_copy},
    config::Config,
    error::Result,
};
use serde_json::json;

use super::out::{Out, line, progress};

/// The database is only read: what is looked at may be a copy, or evidence.
pub(super) async fn verify(config: &Config, out: &Out<'_>) -> Result<ExitCode> {
    let bar = progress();
    let verdict = verify_copy(config, |done, all| {
        bar.set_length(all.max(0).unsigned_abs());
        bar.set_position(done.max(0).unsigned_abs());
    })
    .await?;
    bar.finish_and_clear();
    let faults: Vec<String> = verdict.faults.iter().map(|fault| out.words.refusal(fault)).collect();
    if out.json {
        out.json(&json!({
            "ok": faults.is_empty(), "blocks": verdict.blocks, "sealed": verdict.sealed,
            "unsealed": verdict.unsealed, "faults": faults,
        }))?;
    } else {
        for fault in &faults {
            line(fault);
        }
        let numbers = [verdict.blocks as i64, verdict.sealed, verdict.unsealed].map(|number| number.to_string());
        let code = if faults.is_empty() { "verify-clean" } else { "verify-faults" };
        out.print(
            code,
            &[
                ("blocks", &numbers[0]),
                ("sealed", &numbers[1]),
                ("unsealed", &numbers[2]),
                ("faults", &faults.len().to_string()),
            ],
        );
    }
    Ok(status(faults.is_empty()))
}

pub(super) async fn reconcile(app: &App, out: &Out<'_>) -> Result<ExitCode> {
    let found = app.reconcile().await?;
    let faults: Vec<String> = found.faults.iter().map(|fault| out.words.refusal(fault)).collect();
    if out.json {
        out.json(&json!({
            "ok": faults.is_empty(), "records": found.records, "entries": found.entries, "faults": faults,
        }))?;
    } else {
        for fault in &faults {
            line(fault);
        }
        let code = if faults.is_empty() { "reconcile-clean" } else { "reconcile-faults" };
        out.print(
            code,
            &[
                ("records", &found.records.to_string()),
                ("entries", &found.entries.to_string()),
                ("faults", &faults.len().to_string()),
            ],
        );
    }
    Ok(status(faults.is_empty()))
}

/// Lines that SQLite tells of a broken file at the most.
const BROKEN: u32 = 10;

pub(super) async fn doctor(app: &App, out: &Out<'_>) -> Result<ExitCode> {
    let position = ledger::position(&app.db).await?;
    let key = app.seal_key().map(|key| key.public());
    let fonts = document::Fonts::load(&font_folders(&app.config));
    let fault_of_fonts = fonts.as_ref().err().map(|fault| super::report::document_fault(fault, out.words));
    let fault_of_key = key.as_ref().err().map(|fault| super::explain(fault, out.words));
    let broken = ledger::db::broken(&app.db, BROKEN).await?;
    let open_keys: Vec<String> = app
        .config
        .open_keys()
        .into_iter()
        .map(|(path, mode)| {
            let (path, mode) = (path.display().to_string(), format!("{mode:04o}"));
            out.words.message("doctor-key-open", &[("path", &path), ("mode", &mode)])
        })
        .collect();
    let well = fault_of_fonts.is_none() && fault_of_key.is_none() && broken.is_empty() && open_keys.is_empty();
    if out.json {
        out.json(&json!({
            "ok": well, "version": env!("CARGO_PKG_VERSION"), "database": app.backend(),
            "where": app.config.shown(), "position": position, "database_faults": broken,
            "key": key.as_deref().ok(), "key_fault": fault_of_key, "open_keys": open_keys,
            "fonts_fault": fault_of_fonts,
        }))?;
    } else {
        let position = position.to_string();
        let place = app.config.shown();
        if broken.is_empty() {
            out.print("doctor-database", &[("database", app.backend()), ("where", &place), ("position", &position)]);
        } else {
            out.print("doctor-database-broken", &[("where", &place)]);
            for found in &broken {
                line(format!("  {found}"));
            }
        }
        match (&key, &fault_of_key) {
            (Ok(public), _) => out.print("doctor-key", &[("key", &public[..16.min(public.len())])]),
            (Err(_), fault) => line(fault.as_deref().unwrap_or_default()),
        }
        for open in &open_keys {
            line(open);
        }
        match &fault_of_fonts {
            None => out.print("doctor-fonts", &[]),
            Some(fault) => line(fault),
        }
    }
    Ok(status(well))
}

pub(super) fn status(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
