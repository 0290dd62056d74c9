//! Metrics in the application: the shipped ones and the federation's own, shown with their rows.

pub mod actions;
mod counting;
mod drifting;
mod ledgers;
pub mod own;
mod own_pages;
pub mod pages;
pub mod small_cells;
mod words;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};

pub use drifting::{Drifting, Drifts};
pub use ledgers::{Ledgers, Opened, Shown, open, open_all};
pub use words::{NamesValues, Naming, Word, filter_of, label};
pub use words::{conditions_in, describe_filter, read as filter_in, words};

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes: || [own_pages::routes(), pages::routes()].into_iter().flatten().collect(),
    menu: &[Entry::new(Area::Derived, 50, "/metrics", "nav-metrics", "sum").for_those_who(Action::Figures)],
    extensions: &[&counting::COUNTING],
    ..Feature::new("metrics")
};

/// A filter as it is written in addresses: `pillar:wheel linkage:both,vertical`.
pub fn conditions_of(filter: &ledger::Filter) -> String {
    let each = filter.0.iter().map(|(facet, values)| {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        format!("{facet}:{}", values.join(","))
    });
    each.collect::<Vec<_>>().join(" ")
}

/// The parameters of a figure, which form the address of its page with definition and rows.
#[derive(Clone, Debug)]
pub struct Address<'a> {
    /// The metric's key.
    pub key: &'a str,
    /// The unit, with or without what is under it.
    pub place: ledger::Place,
    /// The period.
    pub period: kernel::Period,
    /// Further conditions.
    pub filter: &'a ledger::Filter,
    /// The position, if it isn't the current one.
    pub position: Option<i64>,
    /// The version, if it isn't the current one.
    pub version: Option<i64>,
    /// The issued report that contains it, and its number there.
    pub report: Option<(i64, &'a str)>,
}

impl Address<'_> {
    /// The address.
    pub fn href(&self) -> String {
        let mut pairs = vec![
            ("unit_id", self.place.unit().to_string()),
            ("period", "own".to_owned()),
            ("from", self.period.from.to_string()),
            ("to", self.period.to.to_string()),
            ("where", conditions_of(self.filter)),
        ];
        if let ledger::Place::Itself(_) = self.place {
            pairs.push(("itself", "yes".to_owned()));
        }
        pairs.extend(self.position.map(|position| ("position", position.to_string())));
        pairs.extend(self.version.map(|version| ("version", version.to_string())));
        if let Some((report, figure)) = self.report {
            pairs.extend([("report", report.to_string()), ("figure", figure.to_owned())]);
        }
        let fields = web::Fields::from_pairs(pairs);
        format!("/metrics/{}?{}", self.key, fields.query_without(&[]))
    }
}
