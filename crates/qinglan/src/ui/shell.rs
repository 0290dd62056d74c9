//! What every page has around it: navigation, the unit that one works for, the account, the message shown once.

use minijinja::{Value, context};
use serde::Serialize;

use super::{language::Words, visit::Visit};
use crate::features::accounts::Action;

/// A line of the navigation.
struct Place {
    /// Path, and what a page's own path begins with.
    path: &'static str,
    /// The message's key.
    key: &'static str,
    icon: &'static str,
    /// Who sees it; none is everybody.
    may: Option<Action>,
}

const fn place(path: &'static str, key: &'static str, icon: &'static str, may: Option<Action>) -> Place {
    Place { path, key, icon, may }
}

/// The navigation, by heading.
const NAVIGATION: [(&str, &[Place]); 5] = [
    ("", &[place("/", "nav-home", "home", None)]),
    (
        "nav-records",
        &[
            place("/activities", "nav-activities", "calendar-event", None),
            place("/joint", "nav-joint", "arrows-left-right", Some(Action::Lead)),
            place("/speakers", "nav-speakers", "speakerphone", Some(Action::Lead)),
            place("/external", "nav-external", "devices", None),
            place("/materials", "nav-materials", "books", None),
            place("/notes", "nav-notes", "pencil", None),
            place("/plans", "nav-plans", "checklist", None),
            place("/notices", "nav-notices", "mail", Some(Action::Figures)),
        ],
    ),
    (
        "nav-rolls",
        &[
            place("/units", "nav-units", "sitemap", Some(Action::Figures)),
            place("/groups", "nav-groups", "users-group", None),
            place("/people", "nav-people", "id-badge-2", Some(Action::Lead)),
        ],
    ),
    (
        "nav-derived",
        &[
            place("/reports", "nav-reports", "file-text", Some(Action::Figures)),
            place("/watch", "nav-watch", "alert-triangle", Some(Action::Lead)),
            place("/hours", "nav-hours", "hourglass", Some(Action::Lead)),
            place("/registers", "nav-registers", "table", Some(Action::Figures)),
            place("/metrics", "nav-metrics", "sum", Some(Action::Figures)),
        ],
    ),
    (
        "nav-data",
        &[
            place("/imports", "nav-imports", "file-import", Some(Action::Write)),
            place("/accounts", "nav-accounts", "user-cog", Some(Action::Administer)),
            place("/settings", "nav-settings", "settings", Some(Action::Administer)),
            place("/log", "nav-log", "history", Some(Action::Administer)),
        ],
    ),
];

/// The bar at the foot of a phone.
const BAR: [Place; 5] = [
    place("/", "nav-home", "home", None),
    place("/activities", "nav-activities", "calendar-event", None),
    place("/check-in", "nav-check-in", "scan", None),
    place("/reports", "nav-reports", "file-text", Some(Action::Figures)),
    place("/my", "nav-my", "user", None),
];

#[derive(Serialize)]
struct Item {
    path: &'static str,
    label: String,
    icon: &'static str,
    current: bool,
}

#[derive(Serialize)]
struct Section {
    heading: String,
    items: Vec<Item>,
}

/// The shell's part of a page's context.
pub fn shell(visit: &Visit, words: &Words) -> Value {
    let path = visit.uri.path();
    let item = |place: &Place| {
        let current = path == place.path || (place.path != "/" && path.starts_with(&format!("{}/", place.path)));
        Item { path: place.path, label: words.say(place.key, &[]), icon: place.icon, current }
    };
    let allowed = |place: &&Place| place.may.is_none_or(|action| visit.may(action));
    let sections: Vec<Section> = NAVIGATION
        .iter()
        .map(|(heading, places)| Section {
            heading: if heading.is_empty() { String::new() } else { words.say(heading, &[]) },
            items: places.iter().filter(allowed).map(item).collect(),
        })
        .filter(|section| visit.signed_in.is_some() && !section.items.is_empty())
        .collect();
    let bar: Vec<Item> = BAR.iter().filter(allowed).map(item).collect();
    let account = visit.signed_in.as_ref().map(|signed_in| {
        let display = signed_in.account.display.clone();
        let initial: String = display.chars().next().into_iter().collect();
        context! { id => signed_in.account.id.0, display, initial, person => signed_in.account.person.map(|person| person.0) }
    });
    let unit = visit.unit().map(|unit| {
        let signed_in = visit.signed_in.as_ref();
        let chosen = signed_in.filter(|of| of.account.unit == Some(unit)).and_then(|of| of.unit_name.clone());
        let of_role = || {
            let names = signed_in.map(|of| of.unit_names.as_slice()).unwrap_or_default();
            names.iter().find(|(of, _)| *of == unit).map(|(_, name)| name.clone())
        };
        context! { id => unit.0, name => chosen.or_else(of_role) }
    });
    let flash = visit.flash.as_ref().map(|flash| {
        let args: Vec<(&str, &str)> = flash.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        context! { text => words.say(&flash.key, &args), at => flash.at }
    });
    context! {
        lang => words.language.tag(),
        other_lang => if words.language.tag() == "en" { "zh-CN" } else { "en" },
        theme => visit.theme.as_str(),
        path => path,
        here => visit.uri.path_and_query().map_or("/", |here| here.as_str()),
        sections => minijinja::value::Serde(&sections),
        bar => minijinja::value::Serde(&bar),
        account,
        unit,
        whole => visit.actor.scope(Action::Figures).all,
        flash,
        version => env!("CARGO_PKG_VERSION"),
    }
}
