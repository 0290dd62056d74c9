//! Which error to raise where: a [`Refusal`] for what a user can mend, the rest for what a developer must.

use kernel::Refusal;

/// What can go wrong in the ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database said no.
    #[error("database")]
    Db(#[from] sea_orm::DbErr),
    /// The user can mend this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A feature booked what its kind doesn't allow: a fault of the program.
    #[error("kind {kind}: {fault}")]
    Kind {
        /// The kind's name.
        kind: String,
        /// What it doesn't allow.
        fault: String,
    },
    /// A stored text is not what was written.
    #[error("stored {what} can't be read: {text}")]
    Stored {
        /// Which column.
        what: &'static str,
        /// What stands there.
        text: String,
    },
}
