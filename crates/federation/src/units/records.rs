//! Units as records in lists and in the log.

use desk::feature::Records;

/// Units.
pub(super) struct Units;

#[async_trait::async_trait]
impl Records for Units {
    fn name(&self) -> &'static str {
        "unit"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/units/{id}"))
    }
}
