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
    Ruling, actions,
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
        act("/duties/rule", rule),
    ]
}

fn chosen(fields: &Fields) -> BTreeSet<RecordId> {
    fields.every("chosen").filter_map(|id| id.parse().ok()).map(RecordId).collect()
}

async fn remind(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let chosen = chosen(&fields);
    let act = async |_: Sent| {
        let count = actions::remind(&site.app, &visit.actor, &chosen).await?;
        Ok(Done::new("/duties/asked", "duties-reminded").with("count", count))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(act, async |state| list::page::<OnBoard>(&site, &visit, &Fields::default(), state).await).await
}

async fn rule(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let chosen = chosen(&fields);
    let (ruling, done) = match fields.text("ruling") {
        "owe" => (Ruling::Owe, "duties-owed-again"),
        "back" => (Ruling::SendBack, "duties-sent-back"),
        _ => (Ruling::Excuse, "duties-excused"),
    };
    let act = async |_: Sent| {
        let count = actions::rule(&site.app, &visit.actor, &chosen, ruling, fields.text("reason")).await?;
        Ok(Done::new("/duties/asked", done).with("count", count))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(act, async |state| list::page::<OnBoard>(&site, &visit, &fields_of_form(&fields), state).await).await
}

/// What was typed beside the list stays there.
fn fields_of_form(fields: &Fields) -> Fields {
    Fields::from_pairs([("reason", fields.text("reason"))])
}
