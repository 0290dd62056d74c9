//! Speakers as records in the log.

use desk::feature::Records;

/// The register of speakers.
pub(super) struct Speakers;

#[async_trait::async_trait]
impl Records for Speakers {
    fn name(&self) -> &'static str {
        "speaker"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/speakers/{id}"))
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from speaker where person_id is not null"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from speaker"]
    }
}
