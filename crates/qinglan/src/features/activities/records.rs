//! Sessions as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use figures::own_registers;
use kernel::RecordId;
use ledger::Desired;

use super::{
    agenda::{Reach, in_scope},
    store,
};

/// Sessions as rows of own registers name them.
pub(super) static IN_ROWS: own_registers::Sessions = own_registers::Sessions {
    from: "activity a left join unit_place p on p.unit_id = a.host_unit_id",
    id: "a.id",
    title: "a.title",
    day: "a.occurred_on",
    void: "a.state = 'void'",
    within: |scope, values| in_scope(scope, Reach::TakingPart, values),
    href: |id| format!("/activities/{id}"),
};

/// Activities.
pub(super) struct Sessions;

#[async_trait::async_trait]
impl Records for Sessions {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/activities/{id}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = store::titles(&app.db, records).await?;
        let titled = titles.into_iter().map(|(id, (text, host))| {
            (id, Title { text, host: Some(host), href: self.href(id.0), ..Title::default() })
        });
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::actions::all_desired(&app.db).await
    }

    fn people(&self) -> &'static [&'static str] {
        &[
            "select t.person_id from attendance t join activity a on a.id = t.activity_id where a.state <> 'void'",
            "select s.person_id from activity_spoke s join activity a on a.id = s.activity_id where a.state <> 'void'",
            "select k.person_id from roll_part k join activity a on a.id = k.activity_id where a.state <> 'void'",
            "select k.person_id from roll_mark k join activity a on a.id = k.activity_id where a.state <> 'void'",
        ]
    }

    fn units(&self) -> &'static [&'static str] {
        &[
            "select host_unit_id from activity where state <> 'void'",
            "select w.unit_id from activity_unit w join activity a on a.id = w.activity_id where a.state <> 'void'",
            "select s.unit_id from activity_spoke s join activity a on a.id = s.activity_id where a.state <> 'void'",
            "select t.unit_id from attendance t join activity a on a.id = t.activity_id where a.state <> 'void'",
        ]
    }
}
