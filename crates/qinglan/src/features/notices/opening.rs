//! Notices open duties: one for each demand and unit.

use desk::error::Result;
use federation::duties::{Address, Duty, Kind, Opener, Opens, Ruling};
use kernel::Refusal;
use ledger::Entry;
use sea_orm::DatabaseTransaction;

use super::{OPENER as CODE, model::State, rules, store};

pub(super) static OPENER: Opener = Opener(&Notices);

struct Notices;

#[async_trait::async_trait]
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

    fn sends_back(&self, duty: &Duty) -> bool {
        duty.kind == Kind::Return
    }

    async fn refuse_ruling(&self, tx: &DatabaseTransaction, duty: &Duty) -> Result<()> {
        match store::heads(tx, &[duty.source]).await?.get(&duty.source) {
            Some((State::Sent, ..)) => Ok(()),
            _ => Err(Refusal::new("notice-answer-withdrawn").into()),
        }
    }

    fn ruled(&self, ruling: Ruling) -> &'static str {
        match ruling {
            Ruling::Excuse => "notice-excused",
            Ruling::Owe => "notice-owed-again",
            Ruling::SendBack => "notice-sent-back",
        }
    }
}
