//! The evidence on a session's page.

use desk::{error::Result, serve::Site, ui::Visit};
use minijinja::{Value, context};

use super::pages;
use crate::features::activities::{Activity, Following, FollowsSessions, reach::Sees};

pub(super) static FOLLOWING: Following = Following(&Kept);

struct Kept;

#[async_trait::async_trait]
impl FollowsSessions for Kept {
    async fn page(&self, site: &Site, _visit: &Visit, session: &Activity, sees: Sees) -> Result<Option<Value>> {
        let path = format!("/activities/{}", session.id);
        Ok(Some(context! { evidence => pages::card(&site.app.db, session.id, &path, sees.leads, sees.names).await? }))
    }
}
