//! The words of the types of sessions among the facets of figures.

use super::store;
use crate::{
    app::App,
    error::Result,
    features::metrics::{NamesValues, Naming, Word},
};

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
