//! Registers (台账) in the form that offices use, derived from the records. Each feature adds those for its records.

pub mod actions;
pub mod pages;
mod roster;

use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    feature::{Feature, Features},
    ui::{
        language::Words,
        shell::{Area, Entry},
    },
};
use document::Cell;
use kernel::{Period, UnitId};

pub use roster::ROSTER;

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    locales: LOCALES,
    routes: pages::routes,
    menu: &[Entry::new(Area::Derived, 40, "/registers", "nav-registers", "table").for_those_who(Action::Figures)],
    extensions: &[&ROSTER],
    ..Feature::new("registers")
};

/// The properties of a register.
#[derive(Debug)]
pub struct Facts {
    /// Its name in addresses and on the command line.
    pub name: &'static str,
    /// The message that names it.
    pub word: &'static str,
    /// The message that describes it; its argument `day` is the last day of the period.
    pub text: &'static str,
    /// Its place on the page.
    pub place: u8,
    /// Its usual columns, as importers recognise them.
    pub heads: &'static [&'static str],
    /// The columns that name people or hold free text, in which anybody may be named: left out for those who may not see people by name.
    pub naming: &'static [&'static str],
    /// Whether it is of people: then it is for those who may see them.
    pub of_people: bool,
    /// Whether it shows the state on the last day of the period.
    pub of_a_day: bool,
    /// Whether it has phone numbers, which are masked unless they are requested in full.
    pub phones: bool,
}

/// The parameters for making a register, and what may be written in it.
#[derive(Clone, Copy)]
pub struct Makes<'a> {
    /// The application.
    pub app: &'a App,
    /// Who requests it.
    pub actor: &'a Actor,
    /// The unit, with all under it.
    pub unit: UnitId,
    /// The period.
    pub period: Period,
    /// The messages in the page's language.
    pub words: &'a Words,
    /// Whether phone numbers are written in full.
    pub phones: bool,
    /// Whether people are named.
    pub names: bool,
    /// Whether the actor may lead there, and so may see why somebody was missing.
    pub leads: bool,
}

/// Makes one register; implemented by a feature.
#[async_trait::async_trait]
pub trait MakesRegister: Send + Sync {
    /// Its properties.
    fn facts(&self) -> &'static Facts;

    /// Its rows, in the order of its columns. More rows than an export may have are refused.
    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>>;
}

/// A register: the extension point; a feature provides it as a static among its extensions.
#[derive(Clone, Copy)]
pub struct Register(&'static dyn MakesRegister);

impl Register {
    /// The register made by this implementation.
    pub const fn new(makes: &'static dyn MakesRegister) -> Self {
        Self(makes)
    }

    /// All of them, in their order on the page.
    pub fn all(features: Features) -> Vec<Self> {
        let mut all: Vec<Self> = features.extensions::<Self>().copied().collect();
        all.sort_by_key(|register| register.facts().place);
        all
    }

    /// The register with a name.
    pub fn by_name(features: Features, name: &str) -> Option<Self> {
        features.extensions::<Self>().copied().find(|register| register.facts().name == name)
    }

    /// Its properties.
    pub fn facts(self) -> &'static Facts {
        self.0.facts()
    }

    async fn rows(self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        self.0.rows(making).await
    }
}

impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.facts().name)
    }
}
