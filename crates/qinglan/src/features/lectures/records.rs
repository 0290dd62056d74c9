//! Lecture tours and ratings as records in lists and in the log.

use desk::feature::Records;

/// Lecture tours.
pub(super) struct Tours;

#[async_trait::async_trait]
impl Records for Tours {
    fn name(&self) -> &'static str {
        "tour"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/tours/{id}"))
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from speaker_rating"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from lecture_tour"]
    }
}
