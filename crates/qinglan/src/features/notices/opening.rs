//! Notices open duties: one for each demand and unit.

use federation::duties::{Address, Duty, Opener, Opens};
use ledger::Entry;

use super::{OPENER as CODE, rules};

pub(super) static OPENER: Opener = Opener(&Notices);

struct Notices;

impl Opens for Notices {
    fn code(&self) -> &'static str {
        CODE
    }

    fn word(&self) -> [&'static str; 2] {
        ["上级通知", "notice from above"]
    }

    fn object(&self) -> &'static str {
        "notice_duty"
    }

    fn href(&self, duty: Address) -> String {
        format!("/notices/duties/{}", duty.id)
    }

    fn source(&self, source: i64) -> String {
        format!("/notices/{source}")
    }

    fn entries(&self, duty: &Duty) -> Vec<Entry> {
        rules::entries_of(duty)
    }
}
