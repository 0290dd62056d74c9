//! Pages: people whom other units offer to lend, and the answers.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, Send, Visit},
};
use kernel::Refusal;
use minijinja::{context, value::Serde};
use web::Fields;

use super::lending::{self, Said};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/people/lending", list), act("/people/lending/{offer}", answer)]
}

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let db = &site.app.db;
    let offers = lending::waiting(db, &visit.actor).await?;
    let offers = lending::shown(db, &offers).await?;
    let form = visit.form(&site, &Fields::default(), &Faults::new());
    visit.page(&site, "people/lending.html", context! { offers => Serde(&offers), form => Serde(&form) })
}

async fn answer(State(site): State<Site>, visit: Visit, Path(offer): Path<i64>, fields: Fields) -> Answer {
    let answer = async |_| {
        let said = Said::from_code(fields.text("as")).ok_or_else(|| Refusal::new("request-odd"))?;
        let offer = lending::answer(&site.app, &visit.actor, offer, said).await?;
        Ok(match said {
            Said::Accepted => Done::new("/people/lending", "lending-accepted-done"),
            Said::Declined => Done::new("/people/lending", "lending-declined-done"),
            Said::Withdrawn => Done::new(format!("/people/{}", offer.person), "lending-withdrawn-done"),
        })
    };
    Send::new(&site, &visit, &fields).press(answer).await
}
