//! Talks among what opens duties.

use federation::duties::{Address, Opener, Opens};

pub(super) static OPENS: Opener = Opener(&Talks);

struct Talks;

#[async_trait::async_trait]
impl Opens for Talks {
    fn code(&self) -> &'static str {
        super::OPENER
    }

    fn word(&self) -> [&'static str; 2] {
        ["任职谈话", "talk after an appointment"]
    }

    fn object(&self) -> &'static str {
        "duty"
    }

    fn href(&self, duty: Address) -> String {
        format!("/talks?duty={}", duty.id)
    }

    fn source(&self, source: i64) -> String {
        format!("/talks?posting={source}")
    }
}
