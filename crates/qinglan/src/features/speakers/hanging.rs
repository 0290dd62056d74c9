//! What happens to speakers when people change.

use desk::error::Result;
use federation::people::{Change, Hanging, HangsOnPeople};
use kernel::PersonId;

use super::store;

pub(super) static HANGING: Hanging = Hanging(&Speaking);

/// Entries of the register of speakers.
struct Speaking;

#[async_trait::async_trait]
impl HangsOnPeople for Speaking {
    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        Ok(store::repoint(change.tx, merged, survivor).await?)
    }
}
