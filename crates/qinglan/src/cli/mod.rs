//! The command line. It acts as the account `operator`; every command calls the same action as a page.
//!
//! Exit status: 0 done, 1 refused or failed (with a message that says what to do), 2 wrong usage.

mod accounts;
mod arguments;
mod demo;
mod duties;
mod figures;
mod growth;
mod honours;
mod import;
mod keeping;
mod lists;
mod matters;
mod notices;
mod openings;
mod out;
mod posts;
mod registers;
mod report;
mod roll;
mod serving;
mod stints;
mod themes;

use std::{ffi::OsString, process::ExitCode, sync::Arc};

use clap::Parser;
use kernel::SystemClock;

use crate::demo::Wanted;

use arguments::{Arguments, Command};
use desk::{
    config::Config,
    error::{AppError, Result},
    ui::language::{Language, Words},
};

/// Runs one command.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(usage) => {
            let status = if usage.use_stderr() { 2 } else { 0 };
            let _ = usage.print();
            return ExitCode::from(status);
        }
    };
    let words = crate::words(arguments.lang.unwrap_or_else(language_of_environment));
    let json = arguments.json;
    match act(arguments, &words).await {
        Ok(status) => status,
        Err(error) => {
            let text = explain(&error, &words);
            if json {
                out::line(serde_json::json!({ "error": text }));
            }
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

async fn act(arguments: Arguments, words: &Words) -> Result<ExitCode> {
    let config = Config::new(arguments.data, arguments.database_url, arguments.keys);
    let out = out::Out { words, json: arguments.json };
    if matches!(arguments.command, Command::Verify) {
        return keeping::verify(&config, &out).await;
    }
    let app = crate::open(config, Arc::new(SystemClock)).await?;
    match arguments.command {
        Command::Import { what } => import::run(&app, &out, what).await?,
        Command::Units { what } => lists::units(&app, &out, what).await?,
        Command::People { what } => lists::people(&app, &out, what).await?,
        Command::Groups { what } => lists::groups(&app, &out, what).await?,
        Command::Activities { what } => lists::activities(&app, &out, what).await?,
        Command::Notices { what } => notices::run(&app, &out, what).await?,
        Command::Duties { what } => duties::run(&app, &out, what).await?,
        Command::Matters { what } => matters::run(&app, &out, what).await?,
        Command::Posts { what } => posts::run(&app, &out, what).await?,
        Command::Themes { what } => themes::run(&app, &out, what).await?,
        Command::Growth { what } => growth::run(&app, &out, what).await?,
        Command::Honours { what } => honours::run(&app, &out, what).await?,
        Command::Openings { what } => openings::run(&app, &out, what).await?,
        Command::Stints { what } => stints::run(&app, &out, what).await?,
        Command::Imports { what } => lists::imports(&app, &out, &what).await?,
        Command::Metrics { what } => figures::run(&app, &out, what).await?,
        Command::Registers { what } => registers::run(&app, &out, what).await?,
        Command::Report { what } => return report::run(&app, &out, what).await,
        Command::Accounts { what } => accounts::run(&app, &out, what).await?,
        Command::Serve { listen, https, trusted_proxy } => {
            serving::run(app.clone(), &out, listen, https, trusted_proxy).await?;
        }
        Command::Demo { seed, small } => demo::run(&app, &out, Wanted { seed, small }).await?,
        // It opens nothing that it could change.
        Command::Verify => {}
        Command::Reconcile => return keeping::reconcile(&app, &out).await,
        Command::Doctor => return keeping::doctor(&app, &out).await,
    }
    app.seal_when_due().await?;
    Ok(ExitCode::SUCCESS)
}

fn language_of_environment() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match set {
        Some(lang) if lang.starts_with("en") => Language::English,
        _ => Language::Chinese,
    }
}

/// The text of an error for the user; the chain of causes is included only if the user can't fix it.
fn explain(error: &AppError, words: &Words) -> String {
    match error {
        AppError::Refused(refusal) => words.refusal(refusal),
        AppError::Document(fault) => report::document_fault(fault, words),
        other => {
            let mut chain = other.to_string();
            let mut source = std::error::Error::source(other);
            while let Some(cause) = source {
                chain.push_str(": ");
                chain.push_str(&cause.to_string());
                source = cause.source();
            }
            words.message("failed", &[("fault", &chain)])
        }
    }
}
