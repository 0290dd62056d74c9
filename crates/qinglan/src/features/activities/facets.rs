//! The names of the types of sessions as facet values.

use desk::{app::App, error::Result};
use figures::metrics::{NamesValues, Naming, Word};

use super::store;

pub(super) static NAMING: Naming = Naming(&Types);

/// The types of sessions.
struct Types;

#[async_trait::async_trait]
impl NamesValues for Types {
    async fn words(&self, app: &App) -> Result<Vec<Word>> {
        let types = store::types(&app.db).await?.into_iter();
        Ok(types.map(|kind| ["type".to_owned(), kind.code, kind.name, kind.en, kind.aliases]).collect())
    }
}
