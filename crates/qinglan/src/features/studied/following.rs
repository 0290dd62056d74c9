//! What was studied follows its session: when it is confirmed, moved, given another type, or made void.

use std::collections::HashMap;

use desk::{actor::Actor, app::App, error::Result, serve::Site, ui::Visit};
use kernel::RecordId;
use ledger::Desired;
use minijinja::{Value, context, value::Serde};
use sea_orm::DatabaseTransaction;

use super::{Studied, actions::is_held, entries_of, store};
use crate::features::activities::{Activity, Following, FollowsSessions, State, reach::Sees};

pub(super) static FOLLOWING: Following = Following(&Studying);

struct Studying;

#[async_trait::async_trait]
impl FollowsSessions for Studying {
    async fn changed(
        &self,
        _app: &App,
        tx: &DatabaseTransaction,
        _actor: &Actor,
        sessions: &[Activity],
    ) -> Result<Vec<Desired>> {
        let by_id: HashMap<RecordId, &Activity> = sessions.iter().map(|session| (session.id, session)).collect();
        let ids: Vec<RecordId> = sessions.iter().map(|session| session.id).collect();
        let mut desired = Vec::new();
        for before in store::of_sessions(tx, &ids).await? {
            let Some(session) = by_id.get(&before.activity) else { continue };
            let after = Studied {
                held: is_held(session),
                day: session.day,
                unit: session.host,
                type_code: session.type_code.clone(),
                pillar: session.pillar.clone(),
                theme: session.theme.clone(),
                level: session.level.clone(),
                ..before.clone()
            };
            if after != before {
                store::update(tx, &after).await?;
            }
            desired.push(entries_of(&after));
        }
        Ok(desired)
    }

    async fn voided(&self, _app: &App, tx: &DatabaseTransaction, sessions: &[RecordId]) -> Result<Vec<Desired>> {
        let mut desired = Vec::new();
        for before in store::of_sessions(tx, sessions).await? {
            let after = Studied { held: false, ..before };
            store::update(tx, &after).await?;
            desired.push(entries_of(&after));
        }
        Ok(desired)
    }

    async fn page(&self, site: &Site, visit: &Visit, session: &Activity, sees: Sees) -> Result<Option<Value>> {
        let lines = store::lines(&site.app.db, session.id).await?;
        let keeps = sees.leads && !matches!(session.state, State::Closed | State::Void);
        let form = visit.form(site, &web::Fields::default(), &desk::ui::Faults::new());
        Ok(Some(context! {
            studied => context! { lines => Serde(&lines), keeps, id => session.id.0, form => Serde(&form) }
        }))
    }
}
