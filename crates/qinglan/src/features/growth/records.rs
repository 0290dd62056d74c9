//! Growth records in the log, and on whom what is written in them stands.

use desk::feature::Records;

/// Growth records.
pub(super) struct Growth;

impl Records for Growth {
    fn name(&self) -> &'static str {
        "growth"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/growth/{id}"))
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from growth_words"]
    }
}
