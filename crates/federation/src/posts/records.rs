//! Posts as records in lists and in the log.

use desk::feature::Records;

/// Posts.
pub(super) struct Posts;

impl Records for Posts {
    fn name(&self) -> &'static str {
        "post"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/posts/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from post where void = false"]
    }
}
