//! Materials as records in the log.

use desk::feature::Records;

/// Materials.
pub(super) struct Materials;

#[async_trait::async_trait]
impl Records for Materials {
    fn name(&self) -> &'static str {
        "material"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/materials/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from material"]
    }
}
