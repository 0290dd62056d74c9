//! `verify`, `reconcile`, `doctor`.

use std::process::ExitCode;

use desk::{
    app::{App, font_folders},
    error::Result,
};
use serde_json::json;

use super::out::{Out, line, progress};

pub(super) async fn verify(app: &App, out: &Out<'_>) -> Result<ExitCode> {
    let bar = progress();
    let verdict = app
        .verify(|done, all| {
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

pub(super) async fn doctor(app: &App, out: &Out<'_>) -> Result<ExitCode> {
    let position = ledger::position(&app.db).await?;
    let key = app.seal_key().map(|key| key.public());
    let fonts = document::Fonts::load(&font_folders(&app.config));
    let fault_of_fonts = fonts.as_ref().err().map(|fault| super::report::document_fault(fault, out.words));
    let fault_of_key = key.as_ref().err().map(|fault| super::explain(fault, out.words));
    let well = fault_of_fonts.is_none() && fault_of_key.is_none();
    if out.json {
        out.json(&json!({
            "ok": well, "version": env!("CARGO_PKG_VERSION"), "database": app.backend(),
            "where": app.config.shown(), "position": position, "key": key.as_deref().ok(),
            "key_fault": fault_of_key, "fonts_fault": fault_of_fonts,
        }))?;
    } else {
        let position = position.to_string();
        let place = app.config.shown();
        out.print("doctor-database", &[("database", app.backend()), ("where", &place), ("position", &position)]);
        match (&key, &fault_of_key) {
            (Ok(public), _) => out.print("doctor-key", &[("key", &public[..16.min(public.len())])]),
            (Err(_), fault) => line(fault.as_deref().unwrap_or_default()),
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
