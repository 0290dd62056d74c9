//! Imports as records in the log.

use desk::feature::Records;

/// Imports.
pub(super) struct Imports;

#[async_trait::async_trait]
impl Records for Imports {
    fn name(&self) -> &'static str {
        "import"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/imports/{id}"))
    }
}
