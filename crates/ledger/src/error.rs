//! Which error to raise: a [`Refusal`] for what a user can fix, the rest for what a developer must.

use kernel::Refusal;

/// What can go wrong in the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database reported an error.
    #[error("database")]
    Db(#[from] sea_orm::DbErr),
    /// The user can fix this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A feature booked what its kind doesn't allow: a bug in the program.
    #[error("kind {kind}: {fault}")]
    Kind {
        /// The name of the kind.
        kind: String,
        /// What it doesn't allow.
        fault: String,
    },
    /// A stored text can't be parsed.
    #[error("stored {what} can't be read: {text}")]
    Stored {
        /// Which column.
        what: &'static str,
        /// The text that is stored.
        text: String,
    },
}
