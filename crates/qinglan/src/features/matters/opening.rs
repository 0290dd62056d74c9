//! Matters among what opens duties: one for the list that a matter is in.

use desk::{actor::Actor, app::App, error::Result};
use federation::duties::{Address, Duty, Opener, Opens, Ruling};
use kernel::Refusal;
use sea_orm::DatabaseTransaction;

use super::{actions, model::State, store};

pub(super) static OPENS: Opener = Opener(&Matters);

struct Matters;

#[async_trait::async_trait]
impl Opens for Matters {
    fn code(&self) -> &'static str {
        super::OPENER
    }

    fn word(&self) -> [&'static str; 2] {
        ["工作单", "matter by lists"]
    }

    fn object(&self) -> &'static str {
        "duty"
    }

    fn href(&self, duty: Address) -> String {
        format!("/matters/{}", duty.source)
    }

    fn source(&self, source: i64) -> String {
        format!("/matters/{source}")
    }

    fn sends_back(&self, _duty: &Duty) -> bool {
        true
    }

    fn in_order(&self) -> bool {
        true
    }

    async fn refuse_ruling(&self, tx: &DatabaseTransaction, duty: &Duty) -> Result<()> {
        match store::by_id(tx, duty.source).await? {
            Some(matter) if matter.state == State::Withdrawn => {
                Err(Refusal::new("matter-withdrawn-by-now").with("title", &matter.title).into())
            }
            _ => Ok(()),
        }
    }

    async fn ruled_on(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        _ruling: Ruling,
        ruled: &[Duty],
    ) -> Result<Vec<Duty>> {
        let mut further = Vec::new();
        let sources: std::collections::BTreeSet<i64> = ruled.iter().map(|duty| duty.source).collect();
        for source in sources {
            further.extend(actions::advance(app, tx, actor, source, ruled).await?);
        }
        Ok(further)
    }
}
