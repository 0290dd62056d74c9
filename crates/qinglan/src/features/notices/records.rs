//! Notices and what they require as records in lists and in the log.

use desk::feature::Records;

/// Notices.
pub(super) struct Notices;

impl Records for Notices {
    fn name(&self) -> &'static str {
        "notice"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/notices/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from notice", "select unit_id from notice_recipient"]
    }
}

/// What a notice requires of one unit, as the log names it; it is stored among duties.
pub(super) struct Duties;

impl Records for Duties {
    fn name(&self) -> &'static str {
        "notice_duty"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/notices/duties/{id}"))
    }
}
