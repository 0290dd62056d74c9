//! The extension point by which the reports tell the page of a figure how the figure has changed since a report was issued.

use desk::{error::Result, serve::Site, ui::Visit};
use minijinja::Value;

/// The extension point: a static of it among a feature's extensions.
pub struct Drifting(pub &'static dyn Drifts);

/// Compares issued figures with current ones.
#[async_trait::async_trait]
pub trait Drifts: Send + Sync {
    /// How a figure has changed since a report was issued, for its page; `None` if it has not.
    async fn drift(&self, site: &Site, visit: &Visit, report: i64, figure: &str) -> Result<Option<Value>>;
}
