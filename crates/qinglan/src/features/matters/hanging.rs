//! What happens to matters when people change.

use desk::error::Result;
use federation::people::{Change, Hanging, HangsOnPeople};
use kernel::PersonId;
use ledger::db;

pub(super) static HANGING: Hanging = Hanging(&Matters);

struct Matters;

#[async_trait::async_trait]
impl HangsOnPeople for Matters {
    /// The lists of a merged person, also those that have not begun, become the survivor's.
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        let sql = "update matter_step set person_id = $1 where person_id = $2";
        db::execute(change.tx, sql, vec![survivor.0.into(), merged.0.into()]).await?;
        Ok(())
    }
}
