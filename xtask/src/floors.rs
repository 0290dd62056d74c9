//! The order of the features within their crates: a feature may use only those before it in its crate's list, so that there
//! are no cycles. Between crates cargo ensures it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Where features are: the folder of their folders, the file with their list, and the path of their modules within the crate.
pub(crate) const PLACES: [(&str, &str, &str); 3] = [
    ("crates/federation/src", "lib.rs", "crate::"),
    ("crates/figures/src", "lib.rs", "crate::"),
    ("crates/qinglan/src/features", "mod.rs", "crate::features::"),
];

/// Checks every source of a feature and reports each use of a later one.
pub(crate) fn check(root: &Path, files: &[PathBuf], faults: &mut Vec<String>) {
    for (folder, list, opening) in PLACES {
        check_crate(&root.join(folder), list, opening, files, faults);
    }
}

fn check_crate(features: &Path, list: &str, opening: &str, files: &[PathBuf], faults: &mut Vec<String>) {
    let Ok(list) = std::fs::read_to_string(features.join(list)) else {
        faults.push(format!("{} is missing", features.join(list).display()));
        return;
    };
    let order: Vec<&str> = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix('&').and_then(|line| line.strip_suffix("::FEATURE,")))
        .collect();
    let place: BTreeMap<&str, usize> = order.iter().enumerate().map(|(place, name)| (*name, place)).collect();
    let mut up: BTreeSet<(String, String)> = BTreeSet::new();
    for file in files {
        let Ok(inner) = file.strip_prefix(features) else { continue };
        let parts: Vec<String> = inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let [feature, rest @ ..] = parts.as_slice() else { continue };
        let (Some(own), Ok(text)) = (place.get(feature.as_str()), std::fs::read_to_string(file)) else { continue };
        let is_mod = rest.last().is_some_and(|name| name == "mod.rs");
        for used in uses(&text, rest.len() - usize::from(is_mod), opening) {
            if place.get(used.as_str()).is_some_and(|other| other > own) {
                up.insert((feature.clone(), used));
            }
        }
    }
    for (lower, higher) in &up {
        faults.push(format!("{lower} uses {higher}, which stands above it"));
    }
}

/// The features that a source names, after `opening` or by `super`; `depth` is how many `super` lead to the features.
fn uses(text: &str, depth: usize, opening: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    for statement in code.split("use ").skip(1) {
        let Some(tree) = statement.split(';').next() else { continue };
        let mut paths = Vec::new();
        flatten(tree, String::new(), &mut paths);
        for path in paths {
            named(&path, depth, opening, &mut found);
        }
    }
    let supers = "super::".repeat(depth + 1);
    for opening in [opening, supers.as_str()] {
        for rest in code.split(opening).skip(1) {
            found.insert(word(rest).to_owned());
        }
    }
    found
}

fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(text.len());
    &text[..end]
}

/// The feature to which a path leads.
fn named(path: &str, depth: usize, opening: &str, found: &mut BTreeSet<String>) {
    let supers = "super::".repeat(depth + 1);
    for opening in [opening, supers.as_str()] {
        if let Some(rest) = path.strip_prefix(opening) {
            found.insert(word(rest).to_owned());
        }
    }
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn flatten(tree: &str, before: String, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        if !tree.is_empty() {
            paths.push(before + tree);
        }
        return;
    };
    let before = before + tree[..open].trim();
    let inner = tree[open + 1..].trim_end().strip_suffix('}').unwrap_or(&tree[open + 1..]);
    let (mut level, mut start) = (0, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => level += 1,
            '}' => level -= 1,
            ',' if level == 0 => {
                flatten(&inner[start..at], before.clone(), paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    flatten(&inner[start..], before, paths);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_the_features_that_it_uses() {
        let text = "use super::{model, super::plans};\nuse crate::{app::App, features::{units::{self, Unit}, people}};\n\
                    // crate::features::notes\nfn f() { crate::features::hours::x(); super::super::files::y() }";
        let found: Vec<String> = uses(text, 1, "crate::features::").into_iter().collect();
        assert_eq!(found, ["files", "hours", "people", "plans", "units"]);
    }
}
