//! Accounts as records in lists and in the log.

use desk::feature::Records;

/// Accounts.
pub(super) struct Accounts;

#[async_trait::async_trait]
impl Records for Accounts {
    fn name(&self) -> &'static str {
        "account"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/accounts/{id}"))
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from account where person_id is not null"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from account_role where unit_id is not null"]
    }
}
