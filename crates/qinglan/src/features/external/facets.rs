//! The names of the platforms as facet values.

use desk::{app::App, error::Result};
use figures::metrics::{NamesValues, Naming, Word};

use super::store;

pub(super) static NAMING: Naming = Naming(&Platforms);

/// The platforms.
struct Platforms;

#[async_trait::async_trait]
impl NamesValues for Platforms {
    async fn words(&self, app: &App) -> Result<Vec<Word>> {
        let platforms = store::every_platform(&app.db).await?.into_iter();
        Ok(platforms.map(|one| ["platform".to_owned(), one.code, one.name, one.en, one.aliases]).collect())
    }
}
