//! Learning hours on the pages and in the exports of people.

use desk::{app::App, error::Result, serve::Site, ui::Visit};
use federation::people::{Hanging, HangsOnPeople, Part};
use kernel::{Period, PersonId};
use minijinja::{Value, context};
use serde_json::Value as Json;

pub(super) static HANGING: Hanging = Hanging(&Learned);

/// Learning hours, which are stored in the ledger only.
struct Learned;

#[async_trait::async_trait]
impl HangsOnPeople for Learned {
    async fn own_file(&self, app: &App, person: PersonId) -> Result<Vec<(&'static str, Json)>> {
        let all = Period { from: kernel::DAY_ONE, to: kernel::LAST_DAY };
        let hours = ledger::of_people(&app.db, &app.kinds(), super::TIME, &[person], all).await?;
        let hours = hours.into_iter().map(|entry| {
            let source = entry.facets.get("source").map(str::to_owned);
            serde_json::json!({
                "day": entry.day, "source": source, "hours": entry.quantity as f64 / 10.0, "entry": entry.seq,
            })
        });
        Ok(vec![("learning_hours", hours.collect::<Vec<_>>().into())])
    }

    async fn page(&self, site: &Site, _visit: &Visit, person: PersonId, part: Part) -> Result<Option<Value>> {
        let hours = ledger::of_people(&site.app.db, &site.app.kinds(), super::TIME, &[person], part.period).await?;
        Ok(Some(context! { hours => hours.iter().map(|entry| entry.quantity).sum::<i64>() }))
    }
}
