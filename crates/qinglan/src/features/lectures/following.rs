//! What the register of speakers shows of a session.

use minijinja::{Value, context};

use super::pages;
use crate::{
    error::Result,
    features::activities::{Activity, Following, FollowsSessions},
    serve::Site,
    ui::Visit,
};

pub(super) static FOLLOWING: Following = Following(&Speaking);

struct Speaking;

#[async_trait::async_trait]
impl FollowsSessions for Speaking {
    async fn page(&self, site: &Site, visit: &Visit, session: &Activity, leads: bool) -> Result<Option<Value>> {
        Ok(Some(context! { speaking => pages::of_activity(site, visit, session, leads).await? }))
    }
}
