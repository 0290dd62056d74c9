//! What speakers and tours are among other records.

use crate::feature::Records;

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
        &["select person_id from speaker where person_id is not null", "select person_id from speaker_rating"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from speaker"]
    }
}

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

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from lecture_tour"]
    }
}
