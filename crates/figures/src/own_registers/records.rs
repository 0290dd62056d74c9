//! Own registers and their rows as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::RecordId;
use ledger::Desired;

use super::{actions, store};

/// Own registers.
pub(super) struct Registers;

#[async_trait::async_trait]
impl Records for Registers {
    fn name(&self) -> &'static str {
        "own_register"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/own-registers/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &["select unit_id from own_register", "select unit_id from own_nothing"]
    }
}

/// Their rows.
pub(super) struct Rows;

#[async_trait::async_trait]
impl Records for Rows {
    fn name(&self) -> &'static str {
        "own_row"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/own-rows/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let found = store::titles(&app.db, records).await?;
        let mut registers: Vec<i64> = found.values().map(|(register, ..)| *register).collect();
        registers.sort_unstable();
        registers.dedup();
        let forms = store::versions(&app.db, &registers).await?;
        let titled = found.into_iter().filter_map(|(id, (register, form, day))| {
            let definition = forms.get(&(register, form))?;
            let text = format!("{} {day}", definition.name);
            Some((id, Title { text, href: self.href(id.0), ..Title::default() }))
        });
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        actions::all_desired(app).await
    }

    fn people(&self) -> &'static [&'static str] {
        &[
            "select f.person_id from own_row_reference f join own_row o on o.id = f.row_id \
             where o.void = false and f.person_id is not null",
            "select person_id from own_row where void = false and person_id is not null",
        ]
    }

    fn units(&self) -> &'static [&'static str] {
        &[
            "select unit_id from own_row where void = false",
            "select f.unit_id from own_row_reference f join own_row o on o.id = f.row_id \
             where o.void = false and f.unit_id is not null",
        ]
    }
}
