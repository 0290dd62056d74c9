//! The speakers on a session's page.

use desk::{error::Result, serve::Site, ui::Visit};
use minijinja::{Value, context};

use super::pages;
use crate::features::activities::{Activity, Following, FollowsSessions, reach::Sees};

pub(super) static FOLLOWING: Following = Following(&Speaking);

struct Speaking;

#[async_trait::async_trait]
impl FollowsSessions for Speaking {
    async fn page(&self, site: &Site, visit: &Visit, session: &Activity, sees: Sees) -> Result<Option<Value>> {
        Ok(Some(context! { speaking => pages::of_activity(site, visit, session, sees).await? }))
    }
}
