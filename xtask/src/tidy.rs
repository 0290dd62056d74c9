//! House rules for the tracked sources: how files begin, how long they are, who may depend on and use what.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::floors::PLACES;

/// The most lines of a source file, including tests; a longer one has to be split by noun.
const MOST_LINES: usize = 800;

/// The most characters of a line in a template; longer ones are unreadable.
const LONGEST_LINE: usize = 140;

/// Which crates a crate may use: the arrows in ARCHITECTURE.md.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("kernel", &[]),
    ("ledger", &["kernel"]),
    ("document", &["kernel"]),
    ("tabular", &["kernel"]),
    ("web", &["kernel"]),
    ("media", &[]),
    ("desk", &["kernel", "ledger", "document", "tabular", "web"]),
    ("federation", &["kernel", "ledger", "document", "tabular", "web", "media", "desk"]),
    ("figures", &["kernel", "ledger", "document", "tabular", "web", "media", "desk", "federation"]),
    ("qinglan", &["kernel", "ledger", "document", "tabular", "web", "media", "desk", "federation", "figures"]),
];

/// Words that mean unfinished work, or names without meaning.
const FORBIDDEN: [&str; 6] = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "mod utils", "mod helper"];

pub(crate) fn run() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default();
    let mut faults = Vec::new();
    let mut files = Vec::new();
    for folder in ["crates", "xtask"] {
        self::files(&root.join(folder), "rs", &mut files);
    }
    files.sort();
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let name = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        source(&name, &text, &mut faults);
    }
    let mut templates = Vec::new();
    self::files(&root.join("crates"), "html", &mut templates);
    for file in &templates {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        template(&file.strip_prefix(&root).unwrap_or(file).display().to_string(), &text, &mut faults);
    }
    dependencies(&root, &mut faults);
    tables(&root, &files, &mut faults);
    crate::floors::check(&root, &files, &mut faults);
    if faults.is_empty() {
        println!("tidy: {} files", files.len() + templates.len());
        return ExitCode::SUCCESS;
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    ExitCode::FAILURE
}

/// The files under a folder whose names end in `ending`.
pub(crate) fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|other| other == ending) {
            found.push(path);
        }
    }
}

fn source(name: &str, text: &str, faults: &mut Vec<String>) {
    if !text.starts_with("//! ") {
        faults.push(format!("{name}:1: a file begins with `//!` and one sentence on what it is for"));
    }
    let lines = text.lines().count();
    if lines > MOST_LINES {
        faults.push(format!("{name}: {lines} lines, {MOST_LINES} at the most: split it by noun"));
    }
    for (number, line) in text.lines().enumerate() {
        if name.ends_with("tidy.rs") {
            break;
        }
        for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
            faults.push(format!("{name}:{}: `{word}`", number + 1));
        }
    }
}

/// A template's lines must be readable: the formatter breaks what it can, a macro or a variable shortens the rest.
fn template(name: &str, text: &str, faults: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let length = line.chars().count();
        if length > LONGEST_LINE {
            faults.push(format!("{name}:{}: {length} characters, {LONGEST_LINE} at the most", number + 1));
        }
    }
}

/// A crate uses only those below it, and each has its line in the table.
fn dependencies(root: &Path, faults: &mut Vec<String>) {
    for folder in std::fs::read_dir(root.join("crates")).into_iter().flatten().flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        if folder.path().join("Cargo.toml").exists() && !MAY_USE.iter().any(|(known, _)| *known == name) {
            faults.push(format!("crates/{name}: say in `MAY_USE` which crates it may use"));
        }
    }
    for (name, allowed) in MAY_USE {
        let manifest = root.join("crates").join(name).join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else {
            faults.push(format!("crates/{name}/Cargo.toml is missing"));
            continue;
        };
        for (other, _) in MAY_USE {
            let used = text.lines().any(|line| line.starts_with(&format!("{other}.workspace")));
            if used && !allowed.contains(&other) {
                faults.push(format!("crates/{name}/Cargo.toml: {name} may not use {other}"));
            }
        }
    }
}

/// Only a feature itself writes its tables.
fn tables(root: &Path, files: &[PathBuf], faults: &mut Vec<String>) {
    let mut owner: BTreeMap<String, String> = BTreeMap::new();
    let feature_of = |file: &Path| -> Option<String> {
        let rest = PLACES.iter().find_map(|(folder, ..)| file.strip_prefix(root.join(folder)).ok())?;
        Some(rest.iter().next()?.to_string_lossy().into_owned())
    };
    let texts: Vec<(String, &PathBuf, String)> =
        files.iter().filter_map(|file| Some((feature_of(file)?, file, std::fs::read_to_string(file).ok()?))).collect();
    for (feature, _, text) in &texts {
        for rest in text.split("create table ").skip(1) {
            let table: String =
                rest.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect();
            owner.insert(table, feature.clone());
        }
    }
    for (feature, file, text) in &texts {
        for (number, line) in text.lines().enumerate() {
            for (table, owner) in owner.iter().filter(|(_, owner)| *owner != feature) {
                let writes = [
                    format!("insert into {table} "),
                    format!("update {table} "),
                    format!("delete from {table} "),
                    format!("insert_many(tx, \"{table}\""),
                    format!("insert_many(&tx, \"{table}\""),
                ];
                if writes.iter().any(|write| line.contains(write.as_str())) {
                    let name = file.strip_prefix(root).unwrap_or(file).display();
                    faults.push(format!("{name}:{}: {table} is written by {owner} alone", number + 1));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_LINE, template};

    #[test]
    fn a_template_line_is_counted_in_characters() {
        let mut faults = Vec::new();
        template("a.html", &format!("{}\n{}\n", "甲".repeat(LONGEST_LINE), "a".repeat(LONGEST_LINE + 1)), &mut faults);
        assert_eq!(faults, ["a.html:2: 141 characters, 140 at the most"]);
    }
}
