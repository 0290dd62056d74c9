//! The application's one error type: refused (the user can fix it) or failed (a developer must).

use kernel::Refusal;
use ledger::{LedgerError, db::Trouble};

/// The error of an action.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The user is shown what happened and what to do.
    #[error(transparent)]
    Refused(Refusal),
    /// The database or the ledger failed.
    #[error(transparent)]
    Ledger(LedgerError),
    /// A file operation failed.
    #[error("{what}")]
    Io {
        /// The operation.
        what: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A document could not be written.
    #[error("document")]
    Document(#[from] document::DocumentError),
    /// A stored or shipped text can't be parsed.
    #[error("{what} can't be read: {fault}")]
    Unreadable {
        /// Which text.
        what: &'static str,
        /// Why.
        fault: String,
    },
}

/// The result of an action.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<LedgerError> for AppError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Refused(refusal) => Self::Refused(refusal),
            LedgerError::Db(error) => Self::from(error),
            other => Self::Ledger(other),
        }
    }
}

impl From<sea_orm::DbErr> for AppError {
    fn from(error: sea_orm::DbErr) -> Self {
        match ledger::db::trouble(&error) {
            Some(Trouble::Busy) => Self::Refused(Refusal::busy("database-busy")),
            Some(Trouble::Full) => {
                tracing::error!(fault = %error, "the disk of the database is full");
                Self::Refused(Refusal::full("database-full"))
            }
            Some(Trouble::Unfit) => {
                tracing::warn!(fault = %error, "a value doesn't fit its column, and no rule refused it before");
                Self::Refused(Refusal::new("value-unfit"))
            }
            None => Self::Ledger(LedgerError::Db(error)),
        }
    }
}

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable { what: "stored JSON", fault: error.to_string() }
    }
}

impl AppError {
    /// For `map_err` on file operations.
    pub fn io(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what: what.to_string(), source }
    }
}
