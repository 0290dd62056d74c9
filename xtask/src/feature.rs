//! Creates a feature: its folder with a page, messages in both languages, a menu entry and its row of the sweep, and its
//! line in the list. It compiles and passes every check from the beginning.

use std::{fs, path::Path, process::ExitCode};

pub(crate) fn run(root: &Path, name: &str) -> ExitCode {
    match begin(root, name) {
        Ok(files) => {
            println!("{}", files.join("\n"));
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the files and returns their names.
fn begin(root: &Path, name: &str) -> Result<Vec<String>, String> {
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
        return Err(format!("`{name}`: a feature is named by a word of the glossary, in small letters"));
    }
    let features = root.join("crates/qinglan/src/features");
    let folder = features.join(name);
    if folder.exists() {
        return Err(format!("{} is there already", folder.display()));
    }
    let list = features.join("mod.rs");
    let text = fs::read_to_string(&list).map_err(|fault| format!("{}: {fault}", list.display()))?;
    let text = entered(&text, name).ok_or_else(|| format!("{}: the list of features is not found", list.display()))?;
    let path = name.replace('_', "-");
    let fill = |text: &str| text.replace("NAME", name).replace("PATH", &path);
    let files = [
        ("mod.rs", MOD),
        ("pages.rs", PAGES),
        ("templates/list.html", LIST),
        ("locales/zh-CN.ftl", ZH),
        ("locales/en.ftl", EN),
    ];
    let mut written = Vec::new();
    for (file, text) in files {
        let file = folder.join(file);
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(|fault| format!("{}: {fault}", parent.display()))?;
        fs::write(&file, fill(text)).map_err(|fault| format!("{}: {fault}", file.display()))?;
        written.push(file);
    }
    fs::write(&list, text).map_err(|fault| format!("{}: {fault}", list.display()))?;
    written.push(list);
    Ok(written.iter().map(|file| file.strip_prefix(root).unwrap_or(file).display().to_string()).collect())
}

/// The list of features with one more on its top floor, before the home page.
fn entered(text: &str, name: &str) -> Option<String> {
    let mut modules: Vec<&str> = text.lines().filter(|line| line.starts_with("pub mod ")).collect();
    let (first, last) = (*modules.first()?, *modules.last()?);
    let module = format!("pub mod {name};");
    modules.push(&module);
    modules.sort_unstable();
    let (start, end) = (text.find(first)?, text.find(last)? + last.len());
    let home = "        &home::FEATURE,\n";
    if !text.contains(home) {
        return None;
    }
    let with_module = format!("{}{}{}", &text[..start], modules.join("\n"), &text[end..]);
    Some(with_module.replacen(home, &format!("        &{name}::FEATURE,\n{home}"), 1))
}

const MOD: &str = r#"//! NAME: say here in one sentence what it is.

pub mod pages;

use desk::{
    feature::Feature,
    ui::shell::{Area, Entry},
};

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl")),
    routes: pages::routes,
    menu: &[Entry::new(Area::Records, 900, "/PATH", "PATH-title", "checklist")],
    sweep: &[("GET", "/PATH", "yyyyyyyyy")],
    ..Feature::new("NAME")
};
"#;

const PAGES: &str = r#"//! Pages.

use axum::extract::State;
use desk::{
    router::{Route, page},
    serve::Site,
    ui::{Answer, Visit},
};
use minijinja::context;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/PATH", list)]
}

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    visit.page(&site, "NAME/list.html", context! {})
}
"#;

const LIST: &str = r#"{% extends "ui/page.html" %}
{% import "ui/parts.html" as ui %}
{% set title = t("PATH-title") %}
{% block body %}
<section class="card">
  {{ ui.empty(t("PATH-none"), t("PATH-none-text"), []) }}
</section>
{% endblock %}
"#;

const ZH: &str = "PATH-title = NAME\nPATH-none = 还没有记录\nPATH-none-text = 请先录入第一条记录。\n";
const EN: &str = "PATH-title = NAME\nPATH-none = Nothing is recorded yet\nPATH-none-text = Enter the first record.\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_entered_once_in_the_modules_and_once_in_the_list() {
        let text = "//! x\n\npub mod a;\npub mod home;\n\n    features: &[\n        &a::FEATURE,\n        &home::FEATURE,\n    ],\n";
        let entered = entered(text, "calls").expect("a list");
        assert!(entered.contains("pub mod a;\npub mod calls;\npub mod home;\n"), "{entered}");
        assert!(
            entered.contains("        &a::FEATURE,\n        &calls::FEATURE,\n        &home::FEATURE,\n"),
            "{entered}"
        );
    }
}
