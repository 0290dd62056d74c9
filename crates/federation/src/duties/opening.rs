//! The extension point for what opens duties: notices, and more to come.

use ledger::Entry;

use super::Duty;

/// The extension point: a static of it among a feature's extensions.
pub struct Opener(pub &'static dyn Opens);

/// A duty by its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Record.
    pub id: i64,
    /// The opener's key.
    pub source: i64,
    /// What of it.
    pub part: i64,
}

/// What opens duties, and has their pages.
pub trait Opens: Send + Sync {
    /// Its code, the value of the facet `opener`.
    fn code(&self) -> &'static str;

    /// Its name in Chinese and English.
    fn word(&self) -> [&'static str; 2];

    /// The name of its duties in the log.
    fn object(&self) -> &'static str;

    /// The page of a duty.
    fn href(&self, duty: Address) -> String;

    /// The page of what the duties belong to.
    fn source(&self, source: i64) -> String;

    /// What a duty books beside the entries of every duty.
    fn entries(&self, _duty: &Duty) -> Vec<Entry> {
        Vec::new()
    }
}

/// What has opened a duty.
pub(super) fn of(app: &desk::app::App, code: &str) -> Option<&'static dyn Opens> {
    app.features.extensions::<Opener>().map(|opener| opener.0).find(|opener| opener.code() == code)
}
