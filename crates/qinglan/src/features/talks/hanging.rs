//! What happens to duties of talks when people change.

use desk::error::Result;
use federation::people::{Change, Hanging, HangsOnPeople};
use kernel::PersonId;
use ledger::{Reason, book};

use super::settling::settle;

pub(super) static HANGING: Hanging = Hanging(&Talks);

struct Talks;

#[async_trait::async_trait]
impl HangsOnPeople for Talks {
    async fn confirm(&self, change: Change<'_>, people: &[PersonId], reason: &Reason) -> Result<()> {
        let Change { app, tx, actor } = change;
        let desired = settle(app, tx, (&actor.at.0, actor.account), people).await?;
        book(tx, &app.kinds(), actor.by(), &desired, Some(reason)).await?;
        Ok(())
    }
}
