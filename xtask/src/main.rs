//! Checks that the compiler can't do: `cargo xtask tidy`; formats the pages' templates: `cargo xtask templates`; creates a
//! feature: `cargo xtask feature NAME`.

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
        _ => {
            eprintln!("usage: cargo xtask tidy | templates [--check] | feature NAME");
            ExitCode::from(2)
        }
    }
}
