//! What an issued report said of a figure: the feature of the reports brings it for the page of the figure.

use desk::{error::Result, serve::Site, ui::Visit};
use minijinja::Value;

/// The extension point: a static of it among a feature's extensions.
pub struct Drifting(pub &'static dyn Drifts);

/// What knows of issued figures.
#[async_trait::async_trait]
pub trait Drifts: Send + Sync {
    /// How a figure has changed since a report was issued, as the page shows it; none if it has not.
    async fn drift(&self, site: &Site, visit: &Visit, report: i64, figure: &str) -> Result<Option<Value>>;
}
