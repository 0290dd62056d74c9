//! What surrounds every page: navigation, the unit that the account is working for, the account, the message shown once.

use minijinja::{Value, context};
use serde::Serialize;

use super::{language::Words, visit::Visit};
use crate::{actor::Action, feature::Features};

/// The areas of the menu, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Above all headings.
    Top,
    /// What is recorded.
    Records,
    /// Units, groups, people.
    Rolls,
    /// What follows from the records.
    Derived,
    /// Imports, accounts, settings.
    Data,
    /// Only in the bar at the bottom of a phone's screen.
    Foot,
    /// Only among the tabs of the settings.
    Settings,
}

impl Area {
    const SHOWN: [Area; 5] = [Self::Top, Self::Records, Self::Rolls, Self::Derived, Self::Data];

    /// The message of its heading.
    fn heading(self) -> Option<&'static str> {
        match self {
            Self::Records => Some("nav-records"),
            Self::Rolls => Some("nav-rolls"),
            Self::Derived => Some("nav-derived"),
            Self::Data => Some("nav-data"),
            Self::Top | Self::Foot | Self::Settings => None,
        }
    }
}

/// A menu entry that a feature adds.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    area: Area,
    place: u16,
    /// Its address, and the prefix of the paths of its pages.
    path: &'static str,
    /// The message that names it.
    key: &'static str,
    icon: &'static str,
    /// Who sees it; `None` means everybody.
    may: Option<Action>,
    /// Its place in the bar at the bottom of a phone's screen.
    bar: Option<u16>,
}

impl Entry {
    /// An entry that everybody sees. The entries of an area are ordered by `place`.
    pub const fn new(area: Area, place: u16, path: &'static str, key: &'static str, icon: &'static str) -> Self {
        Self { area, place, path, key, icon, may: None, bar: None }
    }

    /// Limits it to those who may do this anywhere.
    #[must_use]
    pub const fn for_those_who(self, may: Action) -> Self {
        Self { may: Some(may), ..self }
    }

    /// Shows it in the bar at the bottom of a phone's screen as well.
    #[must_use]
    pub const fn in_bar(self, place: u16) -> Self {
        Self { bar: Some(place), ..self }
    }
}

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

/// The part of a page's context for the shell.
pub fn shell(features: Features, visit: &Visit, words: &Words) -> Value {
    let path = visit.uri.path();
    let item = |entry: &Entry| {
        let current = path == entry.path || (entry.path != "/" && path.starts_with(&format!("{}/", entry.path)));
        Item { path: entry.path, label: words.message(entry.key, &[]), icon: entry.icon, current }
    };
    let mut entries: Vec<&Entry> = features.all().flat_map(|feature| feature.menu).collect();
    entries.retain(|entry| entry.may.is_none_or(|action| visit.may(action)));
    entries.sort_by_key(|entry| entry.place);
    let sections = Area::SHOWN.map(|area| Section {
        heading: area.heading().map_or_else(String::new, |heading| words.message(heading, &[])),
        items: entries.iter().filter(|entry| entry.area == area).map(|entry| item(entry)).collect(),
    });
    let signed_in = |section: &Section| visit.signed_in.is_some() && !section.items.is_empty();
    let sections: Vec<Section> = sections.into_iter().filter(signed_in).collect();
    let mut bar: Vec<(u16, Item)> = entries.iter().filter_map(|entry| Some((entry.bar?, item(entry)))).collect();
    bar.sort_by_key(|(place, _)| *place);
    let bar: Vec<Item> = bar.into_iter().map(|(_, item)| item).collect();
    let settings = entries.iter().filter(|entry| entry.area == Area::Settings);
    let settings: Vec<Item> = settings.map(|entry| Item { current: path == entry.path, ..item(entry) }).collect();
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
        context! { text => words.message(&flash.key, &args), at => flash.at }
    });
    context! {
        lang => words.language.tag(),
        other_lang => if words.language.tag() == "en" { "zh-CN" } else { "en" },
        theme => visit.theme.as_str(),
        path => path,
        here => visit.uri.path_and_query().map_or("/", |here| here.as_str()),
        sections => minijinja::value::Serde(&sections),
        settings => minijinja::value::Serde(&settings),
        bar => minijinja::value::Serde(&bar),
        account,
        unit,
        whole => visit.actor.scope(Action::Figures).all,
        flash,
        version => env!("CARGO_PKG_VERSION"),
    }
}
