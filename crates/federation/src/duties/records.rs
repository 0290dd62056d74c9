//! Duties as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::{Desired, db};

use super::{Address, actions, opening, store};

/// Duties.
pub(super) struct Duties;

#[async_trait::async_trait]
impl Records for Duties {
    fn name(&self) -> &'static str {
        "duty"
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let sql = "select id, opener, source, part, title, wanted from duty where id in ($keys)";
        let rows: Vec<(RecordId, String, i64, i64, String, String)> = db::by_keys(sql, records).rows(&app.db).await?;
        let titled = rows.into_iter().map(|(id, opener, source, part, title, wanted)| {
            let address = Address { id: id.0, source, part };
            let href = opening::of(app, &opener).map(|opener| opener.href(address));
            (id, Title { text: format!("{title} · {wanted}"), href, ..Title::default() })
        });
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        Ok(store::all(&app.db).await?.iter().map(|duty| actions::desired(app, duty)).collect())
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from duty where person_id is not null and state = 'done'"]
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from duty", "select asker_unit_id from duty"]
    }
}
