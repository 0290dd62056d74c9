//! Pages: who owes a talk, and recording one.

use axum::extract::State;
use desk::{
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Send, Sent, Visit,
        list::{self, export, show},
    },
};
use kernel::{RecordId, Refusal, parse_day};
use web::Fields;

use super::{
    actions::{self, Said},
    list::Talks,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/talks", show::<Talks>), page("/talks/export", export::<Talks>), act("/talks/hold", hold)]
}

async fn hold(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let act = async |_: Sent| {
        let day = parse_day(fields.text("day")).map_err(|_| Refusal::new("talk-without-day"))?;
        let said = Said {
            duties: fields.every("chosen").filter_map(|id| id.parse().ok()).map(RecordId).collect(),
            host: visit.unit(),
            day,
            speakers: Some(fields.text("speakers").trim().to_owned()).filter(|text| !text.is_empty()),
        };
        let session = actions::hold(&site.app, &visit.actor, said).await?;
        Ok(Done::new(format!("/activities/{session}"), "talk-held"))
    };
    let typed = Fields::from_pairs([("day", fields.text("day")), ("speakers", fields.text("speakers"))]);
    let send = Send::new(&site, &visit, &fields);
    send.run(act, async |state| list::page::<Talks>(&site, &visit, &typed, state).await).await
}
