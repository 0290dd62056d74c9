//! Pages: what the visitor's units owe, what they have asked for, and reminding.

use std::collections::BTreeSet;

use axum::extract::State;
use desk::{
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Send, Sent, Visit,
        list::{self, export, show},
    },
};
use kernel::RecordId;
use web::Fields;

use super::{
    actions,
    list::{OnBoard, Owed},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/duties", show::<Owed>),
        page("/duties/export", export::<Owed>),
        page("/duties/asked", show::<OnBoard>),
        page("/duties/asked/export", export::<OnBoard>),
        act("/duties/remind", remind),
    ]
}

async fn remind(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let chosen: BTreeSet<RecordId> = fields.every("chosen").filter_map(|id| id.parse().ok()).map(RecordId).collect();
    let act = async |_: Sent| {
        let count = actions::remind(&site.app, &visit.actor, &chosen).await?;
        Ok(Done::new("/duties/asked", "duties-reminded").with("count", count))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(act, async |state| list::page::<OnBoard>(&site, &visit, &Fields::default(), state).await).await
}
