//! Matters as records in lists and in the log.

use desk::feature::Records;

/// Matters. What their lists owe are duties, which are counted.
pub(super) struct Matters;

impl Records for Matters {
    fn name(&self) -> &'static str {
        "matter"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/matters/{id}"))
    }

    fn people(&self) -> &'static [&'static str] {
        &["select s.person_id from matter_step s join matter m on m.id = s.matter_id \
            where s.person_id is not null and m.state <> 'withdrawn'"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from matter", "select unit_id from matter_step"]
    }
}
