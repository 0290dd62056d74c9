//! The page with the progress on an item: by group, and who has not finished, for those who lead the groups; they can send
//! reminders.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Page, Send, Visit},
};
use kernel::{GroupId, PersonId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{actions, store};

/// Routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![page("/plans/items/{item}/progress", progress), act("/plans/items/{item}/remind", remind)]
}

const PAGE: usize = 50;
/// How many names are shown at once; if there are more, the user chooses a group.
const NAMES: u64 = 200;

fn must_lead(visit: &Visit) -> Result<()> {
    if visit.may(Action::Lead) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

async fn progress(State(site): State<Site>, visit: Visit, Path(item): Path<i64>) -> Answer {
    let (plan, line) = actions::seen_item(&site.app, &visit.actor, item).await?;
    must_lead(&visit)?;
    let (scope, today) = (visit.actor.scope(Action::Lead), site.app.today());
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let after = query.key("after").zip(query.key("after_id"));
    let lines = store::groups(&site.app.db, &scope, (item, today), after, PAGE as u64 + 1).await?;
    let page = Page::new(lines, PAGE, &query, &["after", "after_id"], |(line, place)| {
        vec![("after", place.to_string()), ("after_id", line.id.to_string())]
    });
    let group = query.key("group_id").map(GroupId);
    let behind = store::behind(&site.app.db, &scope, (item, today), group, NAMES + 1).await?;
    let more = behind.len() as u64 > NAMES;
    let names: Vec<&str> = behind.iter().map(|behind| behind.name.as_str()).collect();
    let words = site.pages.words(visit.language);
    let what = [line.material.clone(), line.text.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let (due, listed) = (line.due_on.to_string(), names.join("、"));
    let chat = [("plan", plan.title.as_str()), ("what", &what), ("day", &due), ("names", &listed)];
    let chat = words.message("plan-chat", &chat);
    let groups: Vec<_> = page.rows.iter().map(|(line, _)| line).collect();
    let context = context! {
        plan_id => plan.id, plan => plan.title, item, what, due_on => due, overdue => line.due_on < today,
        groups => Serde(&groups), next => page.next, query => page.query, first => page.first, more,
        behind => Serde(&behind[..behind.len().min(NAMES as usize)]), group_id => group.map(|group| group.0),
        chat,
    };
    visit.page(&site, "plans/progress.html", context)
}

async fn remind(State(site): State<Site>, visit: Visit, Path(item): Path<i64>, fields: Fields) -> Answer {
    actions::seen_item(&site.app, &visit.actor, item).await?;
    must_lead(&visit)?;
    let of = (fields.key("person_id").map(PersonId), fields.key("group_id").map(GroupId));
    let to = match of.1 {
        Some(group) => format!("/plans/items/{item}/progress?group_id={group}"),
        None => format!("/plans/items/{item}/progress"),
    };
    let remind = async |_| {
        let count = actions::remind(&site.app, &visit.actor, item, of).await?;
        Ok(Done::new(to, "plan-reminded-done").with("count", count))
    };
    Send::new(&site, &visit, &fields).press(remind).await
}
