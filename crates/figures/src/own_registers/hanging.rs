//! What happens to rows that name people when people change. A row counts to the unit that filled it in, so only a merge concerns it.

use desk::{app::App, error::Result};
use federation::people::{Change, Hanging, HangsOnPeople};
use kernel::PersonId;
use ledger::{Reason, ReasonCode};
use sea_orm::DatabaseTransaction;
use serde_json::{Map, Value as Json, json};

use super::{actions, store};

pub(super) static HANGING: Hanging = Hanging(&Rows);

/// Rows of own registers.
struct Rows;

#[async_trait::async_trait]
impl HangsOnPeople for Rows {
    async fn hold(&self, tx: &DatabaseTransaction, people: &[PersonId]) -> Result<()> {
        let rows = store::rows_of_people(tx, people).await?;
        Ok(store::lock_rows(tx, &rows).await?)
    }

    async fn repoint(&self, change: Change<'_>, merged: PersonId, survivor: PersonId) -> Result<()> {
        let rows = store::rows_of_people(change.tx, &[merged]).await?;
        store::repoint(change.tx, merged, survivor).await?;
        let reason = Reason::new(ReasonCode::Merge);
        actions::book_again(change.app, change.tx, change.actor, &rows, &reason).await
    }

    async fn merge_preview(&self, app: &App, merged: PersonId, _survivor: PersonId) -> Result<Map<String, Json>> {
        let rows = store::rows_of_people(&app.db, &[merged]).await?;
        Ok(Map::from_iter([("own_rows".to_owned(), rows.len().into())]))
    }

    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        let ids = store::rows_of_people(&app.db, &[person]).await?;
        let rows = store::rows_by_ids(&app.db, &ids).await?;
        let mut registers: Vec<i64> = rows.iter().map(|row| row.head.register).collect();
        registers.sort_unstable();
        registers.dedup();
        let forms = store::versions(&app.db, &registers).await?;
        let each = rows.iter().filter(|row| !row.head.void).filter_map(|row| {
            let definition = forms.get(&(row.head.register, row.head.form))?;
            Some(json!({ "register": definition.name, "day": row.head.day, "values": row.values }))
        });
        Ok(vec![("own_register_rows", each.collect::<Vec<_>>().into())])
    }
}
