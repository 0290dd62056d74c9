//! What happens to duties of talks when a session changes.

use desk::{actor::Actor, app::App, error::Result};
use kernel::{PersonId, RecordId};
use ledger::Desired;
use sea_orm::DatabaseTransaction;

use super::{TYPE, settling::settle, store};
use crate::features::activities::{Activity, Following, FollowsSessions};

pub(super) static FOLLOWING: Following = Following(&Talks);

struct Talks;

#[async_trait::async_trait]
impl FollowsSessions for Talks {
    async fn changed(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        sessions: &[Activity],
    ) -> Result<Vec<Desired>> {
        let ids: Vec<RecordId> = sessions.iter().map(|session| session.id).collect();
        let mut people = store::answered_by(tx, &ids).await?;
        let talks = sessions.iter().filter(|session| session.type_code == TYPE);
        people.extend(talks.flat_map(|talk| talk.attendance.iter().map(|attended| attended.person)));
        let people: Vec<PersonId> = people.into_iter().collect();
        settle(app, tx, (&actor.at.0, actor.account), &people).await
    }

    async fn voided(&self, app: &App, tx: &DatabaseTransaction, sessions: &[RecordId]) -> Result<Vec<Desired>> {
        let people: Vec<PersonId> = store::answered_by(tx, sessions).await?.into_iter().collect();
        let actor = app.operator();
        settle(app, tx, (&actor.at.0, actor.account), &people).await
    }
}
