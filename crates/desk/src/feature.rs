//! What makes up a feature: one value, `FEATURE`, in its `mod.rs`. Everything that concerns all features is derived from
//! the list of them.

use std::{any::Any, collections::HashMap, pin::Pin};

use kernel::{PersonId, RecordId, UnitId};
use ledger::{Desired, KindSpec, migration::Tables};

use crate::{app::App, error::Result, router::Route, ui::shell::Entry};

/// An asynchronous task of a feature.
pub type Work<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Everything that the application knows of a feature. What a feature doesn't have comes from [`Feature::new`].
#[derive(Clone, Copy)]
pub struct Feature {
    /// Its folder's name.
    pub name: &'static str,
    /// Its first tables. They may reference tables of earlier features in the list.
    pub migrations: &'static [Tables],
    /// Migrations that run after the first tables of all features, and may reference any of them.
    pub later_migrations: &'static [Tables],
    /// Its messages: zh-CN, en.
    pub locales: (&'static str, &'static str),
    /// Its fact kinds.
    pub kinds: &'static [KindSpec],
    /// Its metrics, as TOML.
    pub metrics: &'static str,
    /// Its routes.
    pub routes: fn() -> Vec<Route>,
    /// Its menu entries.
    pub menu: &'static [Entry],
    /// Its records.
    pub records: &'static [&'static dyn Records],
    /// Runs after the database has been opened and migrated.
    pub on_open: Option<fn(&App) -> Work<'_>>,
    /// Runs when kinds and metrics were read again, here or by another process, and when the application is opened.
    pub on_definitions: Option<fn(&App) -> Work<'_>>,
    /// Runs every minute in the background.
    pub every_minute: Option<fn(&App) -> Work<'_>>,
    /// Who may call its routes, for the test that tries every route: method, path, and a letter for each visitor of that
    /// test. If it is empty, the routes are in the test's own list.
    pub sweep: &'static [(&'static str, &'static str, &'static str)],
    /// What it provides for the extension points of lower features, each a static of the extension point's type.
    pub extensions: &'static [&'static (dyn Any + Send + Sync)],
}

fn no_routes() -> Vec<Route> {
    Vec::new()
}

impl Feature {
    /// A feature with only a name.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            migrations: &[],
            later_migrations: &[],
            locales: ("", ""),
            kinds: &[],
            metrics: "",
            routes: no_routes,
            menu: &[],
            records: &[],
            on_open: None,
            on_definitions: None,
            every_minute: None,
            sweep: &[],
            extensions: &[],
        }
    }
}

impl std::fmt::Debug for Feature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The title of a record where it appears among others: among the rows of a figure, in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The title.
    pub text: String,
    /// The unit that owns the record: it is listed there if several units count it.
    pub host: Option<UnitId>,
    /// The page of the record.
    pub href: Option<String>,
    /// Whether the page names a person: then only users who may see people get the link.
    pub personal: bool,
}

/// Records of one kind: their titles, their entries in the ledger, the people and units that they reference.
#[async_trait::async_trait]
pub trait Records: Sync {
    /// Its name in the log: `activity`.
    fn name(&self) -> &'static str;

    /// The page of a record; `None` if it has no page of its own.
    fn href(&self, _id: i64) -> Option<String> {
        None
    }

    /// The titles of those that are among these, which may be of any kind. Used for the rows of a figure.
    async fn titles(&self, _app: &App, _records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        Ok(HashMap::new())
    }

    /// The entries that all of them should have in the ledger.
    async fn desired(&self, _app: &App) -> Result<Vec<Desired>> {
        Ok(Vec::new())
    }

    /// Queries whose first column has the people that live records reference: `select person_id from attendance …`.
    fn people(&self) -> &'static [&'static str] {
        &[]
    }

    /// Queries whose first column has the units that live records reference.
    fn units(&self) -> &'static [&'static str] {
        &[]
    }

    /// The page that a row of a figure links to, if it isn't the record's own: for a membership the person's.
    fn href_of_person(&self, _person: PersonId) -> Option<String> {
        None
    }
}

/// The features of one crate.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// Lowest first: a feature may use those before it.
    pub features: &'static [&'static Feature],
    /// The templates of their pages by name, such as `units/list.html`: [`crate::ui::pages::embedded`].
    pub templates: fn() -> Vec<(String, String)>,
}

impl Floor {
    /// A floor whose features have no pages.
    pub const fn new(features: &'static [&'static Feature]) -> Self {
        Self { features, templates: Vec::new }
    }
}

/// All features, floor by floor, lowest first.
#[derive(Clone, Copy, Debug)]
pub struct Features(pub &'static [&'static Floor]);

impl Features {
    /// All features.
    pub fn all(self) -> impl Iterator<Item = &'static Feature> {
        self.0.iter().flat_map(|floor| floor.features).copied()
    }

    /// What they provide for an extension point.
    pub fn extensions<T: Any>(self) -> impl Iterator<Item = &'static T> {
        self.all().flat_map(|feature| feature.extensions).filter_map(|extension| extension.downcast_ref::<T>())
    }

    /// Their records.
    pub fn records(self) -> impl Iterator<Item = &'static dyn Records> {
        self.all().flat_map(|feature| feature.records).copied()
    }

    /// Their migrations: the first tables of all, then those that may reference any of them.
    pub fn migrations(self) -> impl Iterator<Item = &'static Tables> {
        let first = self.all().flat_map(|feature| feature.migrations);
        first.chain(self.all().flat_map(|feature| feature.later_migrations))
    }
}
