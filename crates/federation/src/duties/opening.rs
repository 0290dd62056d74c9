//! The extension point for what opens duties: notices, and more to come.

use desk::{actor::Actor, app::App, error::Result};
use ledger::Entry;
use sea_orm::DatabaseTransaction;

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

/// What those who asked decide on a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// 免办: it doesn't have to be done.
    Excuse,
    /// It has to be done after all.
    Owe,
    /// 退回: it has to be done again; what was handed in stays readable.
    SendBack,
}

/// What opens duties, and has their pages.
#[async_trait::async_trait]
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

    /// Whether what answers a duty can be sent back. Where a record of its own answers it, that record is corrected instead.
    fn sends_back(&self, _duty: &Duty) -> bool {
        false
    }

    /// Whether its duties follow one another, so that a ruling on one changes others of the same source. They are locked together.
    fn in_order(&self) -> bool {
        false
    }

    /// What a ruling changes beside the duties that it was on, which are given as they will be; all of their sources are locked. Opens what
    /// begins now, and returns the others as they will be.
    async fn ruled_on(
        &self,
        _app: &App,
        _tx: &DatabaseTransaction,
        _actor: &Actor,
        _ruling: Ruling,
        _ruled: &[Duty],
    ) -> Result<Vec<Duty>> {
        Ok(Vec::new())
    }

    /// Refuses rulings on a duty, which the caller has locked.
    async fn refuse_ruling(&self, _tx: &DatabaseTransaction, _duty: &Duty) -> Result<()> {
        Ok(())
    }

    /// The words of a ruling in the log.
    fn ruled(&self, ruling: Ruling) -> &'static str {
        match ruling {
            Ruling::Excuse => "duty-excused-by",
            Ruling::Owe => "duty-owed-again",
            Ruling::SendBack => "duty-sent-back-by",
        }
    }
}

/// What has opened a duty.
pub(super) fn of(app: &desk::app::App, code: &str) -> Option<&'static dyn Opens> {
    app.features.extensions::<Opener>().map(|opener| opener.0).find(|opener| opener.code() == code)
}
