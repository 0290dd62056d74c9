//! Checks that the compiler can't do: `cargo xtask tidy`; formats the pages' templates: `cargo xtask templates`; creates a
//! feature: `cargo xtask feature NAME`; damages files and reads them: `cargo xtask fuzz-imports --minutes N`.

mod feature;
mod floors;
mod templates;
mod tidy;

use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::run(),
        ["feature", name] => feature::run(root, name),
        ["templates"] => templates::run(root, false),
        ["templates", "--check"] => templates::run(root, true),
        ["fuzz-imports", "--minutes", minutes] => fuzz_imports(minutes),
        _ => {
            eprintln!("usage: cargo xtask tidy | templates [--check] | feature NAME | fuzz-imports --minutes N");
            ExitCode::from(2)
        }
    }
}

/// Runs the test that reads damaged files for some minutes, with files that it hasn't tried before.
fn fuzz_imports(minutes: &str) -> ExitCode {
    let Ok(minutes) = minutes.parse::<u64>() else {
        eprintln!("“{minutes}” is no number of minutes");
        return ExitCode::from(2);
    };
    let ended = std::process::Command::new("cargo")
        .args(["test", "--release", "-p", "qinglan-tabular", "--test", "mutated", "--", "--nocapture"])
        .env("QINGLAN_MUTATED_SECONDS", (minutes * 60).to_string())
        .env("QINGLAN_MUTATED_FROM", (u64::from(std::process::id()) * 1_000_000_000).to_string())
        .status();
    if ended.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
