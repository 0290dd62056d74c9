//! What a feature is: one value, `FEATURE`, beside its `mod.rs`. All that concerns every feature is derived from the list of them.

use std::{any::Any, collections::HashMap, pin::Pin};

use kernel::{PersonId, RecordId, UnitId};
use ledger::{Desired, KindSpec, migration::Tables};

use crate::{app::App, error::Result, router::Route, ui::shell::Entry};

/// Work that a feature does when it is asked to.
pub type Work<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// All that the application knows of a feature. What a feature doesn't have it takes from [`Feature::new`].
#[derive(Clone, Copy)]
pub struct Feature {
    /// Its folder's name.
    pub name: &'static str,
    /// Its first tables. They may point to the tables of features before it in the list.
    pub migrations: &'static [Tables],
    /// Migrations that run after the first tables of all features, and may point to any of them.
    pub later_migrations: &'static [Tables],
    /// Its words: zh-CN, en.
    pub locales: (&'static str, &'static str),
    /// Its fact kinds.
    pub kinds: &'static [KindSpec],
    /// Its metrics, as TOML.
    pub metrics: &'static str,
    /// Its routes.
    pub routes: fn() -> Vec<Route>,
    /// Its entries of the menu.
    pub menu: &'static [Entry],
    /// Its records.
    pub records: &'static [&'static dyn Records],
    /// What it does whenever the database has been opened and migrated.
    pub on_open: Option<fn(&App) -> Work<'_>>,
    /// What it does every minute beside the requests.
    pub every_minute: Option<fn(&App) -> Work<'_>>,
    /// Who is let in at its routes: method, path, and a letter for each visitor of the test that sweeps every route. Where it is
    /// empty, the routes stand in the test's own list.
    pub sweep: &'static [(&'static str, &'static str, &'static str)],
    /// What it brings to the extension points of the features below it, each a static of the type that the point is named by.
    pub extensions: &'static [&'static (dyn Any + Send + Sync)],
}

fn no_routes() -> Vec<Route> {
    Vec::new()
}

impl Feature {
    /// A feature with nothing but its name.
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

/// How a record is called where it stands among others: behind a figure, in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The title.
    pub text: String,
    /// The unit whose record it is: where it stands when several units count it.
    pub host: Option<UnitId>,
    /// The page that shows it.
    pub href: Option<String>,
    /// Whether the page names a person, so that only those who may see people are led there.
    pub personal: bool,
}

/// Records of one kind: what they are called, what they should have in the ledger, what they stand on.
#[async_trait::async_trait]
pub trait Records: Sync {
    /// The word by which the log names them: `activity`.
    fn name(&self) -> &'static str;

    /// The page of one of them; none where it has no page of its own.
    fn href(&self, _id: i64) -> Option<String> {
        None
    }

    /// The titles of those that are among these, which may be of any kind. A row behind a figure asks for it.
    async fn titles(&self, _app: &App, _records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        Ok(HashMap::new())
    }

    /// What all of them should have in the ledger.
    async fn desired(&self, _app: &App) -> Result<Vec<Desired>> {
        Ok(Vec::new())
    }

    /// Queries whose first column names the people on whom live records stand: `select person_id from attendance …`.
    fn people(&self) -> &'static [&'static str] {
        &[]
    }

    /// Queries whose first column names the units on which live records stand.
    fn units(&self) -> &'static [&'static str] {
        &[]
    }

    /// The page that a row behind a figure leads to, when it isn't the record's own: of a membership the person's.
    fn href_of_person(&self, _person: PersonId) -> Option<String> {
        None
    }
}

/// The features of one crate.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// Lowest first: a feature uses those before it.
    pub features: &'static [&'static Feature],
    /// The templates of their pages by name, `units/list.html`: [`crate::ui::pages::embedded`].
    pub templates: fn() -> Vec<(String, String)>,
}

impl Floor {
    /// A floor of features without pages.
    pub const fn new(features: &'static [&'static Feature]) -> Self {
        Self { features, templates: Vec::new }
    }
}

/// All features, floor by floor, lowest first.
#[derive(Clone, Copy, Debug)]
pub struct Features(pub &'static [&'static Floor]);

impl Features {
    /// Each of them.
    pub fn all(self) -> impl Iterator<Item = &'static Feature> {
        self.0.iter().flat_map(|floor| floor.features).copied()
    }

    /// What they bring to an extension point.
    pub fn extensions<T: Any>(self) -> impl Iterator<Item = &'static T> {
        self.all().flat_map(|feature| feature.extensions).filter_map(|extension| extension.downcast_ref::<T>())
    }

    /// Their records.
    pub fn records(self) -> impl Iterator<Item = &'static dyn Records> {
        self.all().flat_map(|feature| feature.records).copied()
    }

    /// Their migrations: the first tables of all, then those that may point to any of them.
    pub fn migrations(self) -> impl Iterator<Item = &'static Tables> {
        let first = self.all().flat_map(|feature| feature.migrations);
        first.chain(self.all().flat_map(|feature| feature.later_migrations))
    }
}
