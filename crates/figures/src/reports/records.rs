//! Reports as records in lists and in the log.

use desk::feature::Records;

/// Issued reports.
pub(super) struct Reports;

#[async_trait::async_trait]
impl Records for Reports {
    fn name(&self) -> &'static str {
        "report"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/reports/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from report_issue"]
    }
}
