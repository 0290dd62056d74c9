//! Themes as records in lists and in the log.

use desk::feature::Records;

/// Themes.
pub(super) struct Campaigns;

impl Records for Campaigns {
    fn name(&self) -> &'static str {
        "theme"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/themes/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from theme where void = false"]
    }
}
