//! The names of the platforms as facet values.

use desk::{app::App, error::Result};
use figures::metrics::{NamesValues, Naming, Word};

pub(super) static NAMING: Naming = Naming(&Platforms);

/// The platforms.
struct Platforms;

#[async_trait::async_trait]
impl NamesValues for Platforms {
    async fn words(&self, app: &App) -> Result<Vec<Word>> {
        let platforms = super::PLATFORMS.all(&app.db).await?.into_iter();
        Ok(platforms.map(|one| one.words("platform")).collect())
    }
}
