//! Pages: people of a scope, a new person, the picker.

use axum::{extract::State, http::StatusCode};
use chrono::NaiveDate;
use document::{Cell, SheetOut};
use kernel::{GroupId, PersonId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    list::{self, Line, Stands, Wanted},
    model::{NewPerson, Party, Sex},
    rules, store,
};
use crate::{
    actor::Action,
    error::Result,
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        groups, scope, units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Order, Page, Visit, answer::Choice, export::export_list, language::Words, phone::masked},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/people", list_page),
        page("/people/export", export),
        page("/people/pick", pick),
        page("/people/new", new),
        act("/people", add),
    ]
}

/// Lines of a page.
const PAGE: usize = 30;

fn order_of(query: &Fields) -> Order {
    Order::read(query, &[("unit", true), ("name", true)])
}

async fn lines(site: &Site, visit: &Visit, query: &Fields, most: u64) -> Result<Vec<Line>> {
    let scope = visit.actor.scope(Action::People);
    if scope.is_empty() || !visit.may(Action::Lead) {
        return Err(Refusal::forbidden().into());
    }
    let places = match query.key("unit_id") {
        Some(unit) => Some(scope::places::of(&site.app.db, UnitId(unit)).await?.unwrap_or((-1, -1))),
        None => None,
    };
    let order = order_of(query);
    let wanted = Wanted {
        text: query.text("q"),
        places,
        party: query.text("party"),
        group: query.key("group_id").map(GroupId),
        youth: query.text("youth"),
        stands: Stands::of(query.text("state")),
        by_name: order.by == "name",
        falling: !order.rising,
        after: Order::after(query),
        most,
    };
    Ok(list::list(&site.app.db, &scope, &wanted, site.app.today()).await?)
}

async fn list_page(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let today = site.app.today();
    let lines = lines(&site, &visit, &query, PAGE as u64 + 1).await?;
    let order = order_of(&query);
    let page = Page::of(lines, PAGE, &query, &["after", "after_id"], |line| {
        vec![("after", line.key(order.by == "name")), ("after_id", line.posting_id.to_string())]
    });
    let rows: Vec<Line> =
        page.rows.into_iter().map(|line| Line { phone: line.phone.as_deref().map(masked), ..line }).collect();
    let unit_name = match query.key("unit_id").map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let group_name = match query.key("group_id").map(GroupId) {
        Some(group) if groups::store::sees(&site.app.db, &visit.actor.scope(Action::Read), group, today).await? => {
            groups::store::by_ids(&site.app.db, &[group]).await?.remove(&group).map(|group| group.name)
        }
        _ => None,
    };
    let form = visit.form(&site, &query, &Faults::new());
    let filtered =
        ["q", "unit_id", "party", "group_id", "youth", "state"].iter().any(|name| query.some(name).is_some());
    let context = context! {
        form => Serde(&form), lines => Serde(&rows), next => page.next, query => page.query, first => page.first, filtered,
        unit_name, group_name, order => Serde(&order),
        writes => visit.may(Action::Write),
    };
    visit.page(&site, "people/list.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let lines = lines(&site, &visit, &query, site.app.to_export()).await?;
    let words = site.pages.words(visit.language);
    let heads = ["序号", "姓名", "性别", "出生年月", "政治面貌", "工作单位", "职务", "学历", "联系电话", "状态"];
    let rows = lines.into_iter().enumerate().map(|(number, line)| {
        let cell = |text: Option<String>| text.map_or(Cell::Empty, Cell::from);
        let sex = line
            .sex
            .as_deref()
            .and_then(Sex::of)
            .map(|sex| words.say(if sex == Sex::Female { "sex-female" } else { "sex-male" }, &[]));
        let party = line.party.as_deref().map(|party| words.say(&format!("party-{party}"), &[]));
        vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(line.name),
            cell(sex),
            cell(line.birth_month.map(|month| format!("{}-{:02}", month / 100, month % 100))),
            cell(party),
            Cell::from(line.unit),
            cell(line.duty),
            cell(line.education),
            cell(line.phone.as_deref().map(masked)),
            cell(stands_in_words(words, line.state.as_deref(), line.left_on)),
        ]
    });
    let sheet = SheetOut {
        name: words.say("nav-people", &[]),
        title: Some(words.say("nav-people", &[])),
        columns: heads.iter().map(|head| (*head).into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-people", sheet).await
}

/// 借调, 离岗 or 已离开; nothing of those who are simply in post.
fn stands_in_words(words: &Words, state: Option<&str>, left_on: Option<NaiveDate>) -> Option<String> {
    match (left_on, state) {
        (Some(last), _) => Some(words.say("stands-left-on", &[("day", &last.to_string())])),
        (None, Some("seconded")) => Some(words.say("stands-seconded", &[])),
        (None, Some(_)) => Some(words.say("stands-on-leave", &[])),
        (None, None) => None,
    }
}

/// People that a picker offers, within the scope; with `any` also those who have left.
async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    const CHOICES: u64 = 12;
    let scope = visit.actor.scope(Action::People);
    let stands = if query.ticked("any") { Stands::Any } else { Stands::InPost };
    let wanted = Wanted { text: query.text("q"), stands, most: CHOICES, ..Wanted::default() };
    let lines = if query.some("q").is_none() || !visit.may(Action::Lead) {
        Vec::new()
    } else {
        list::list(&site.app.db, &scope, &wanted, site.app.today()).await?
    };
    // Two of one name at one unit are told apart by the month of birth.
    let beside = |line: &Line| {
        let born = line.birth_month.map(rules::shown_month);
        [Some(line.unit.clone()), born].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let choices: Vec<Choice> =
        lines.into_iter().map(|line| Choice { value: line.id, beside: beside(&line), text: line.name }).collect();
    visit.choices(&site, &choices)
}

fn new_page(site: &Site, visit: &Visit, status: StatusCode, fields: &Fields, faults: &Faults) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let form = visit.form(site, fields, faults);
    visit.page_as(site, status, "people/new.html", context! { form => Serde(&form) })
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let unit = query.key("unit_id").map(UnitId).or_else(|| visit.unit());
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let values = [
        ("unit".to_owned(), name.unwrap_or_default()),
        ("unit_id".to_owned(), unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("from".to_owned(), site.app.today().to_string()),
    ];
    new_page(&site, &visit, StatusCode::OK, &Fields::of(values), &Faults::new())
}

async fn add(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let token = fields.text("once");
    if let Some(answer) = sent_before(&site, &visit, token).await? {
        return Ok(answer);
    }
    let done = entered(&site, &visit, &fields).await;
    let location = match &done {
        Ok(Ok(id)) => Some(format!("/people/{id}")),
        _ => None,
    };
    settle_once(&site.app, token, location.as_deref()).await?;
    match (done?, location) {
        (Err(faults), _) => new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults),
        (Ok(_), location) => visit.done(&site, location.as_deref().unwrap_or("/people"), "person-entered-done", &[]),
    }
}

async fn entered(site: &Site, visit: &Visit, fields: &Fields) -> Result<std::result::Result<PersonId, Faults>> {
    let mut faults = Faults::new();
    let name = faults.take("name", rules::name(fields.text("name")));
    let unit = faults.need("unit", Ok(fields.key("unit_id").map(UnitId)));
    let from = faults.need("from", fields.day("from"));
    let month = fields.some("birth_month").map(|text| rules::birth_month(text, site.app.today()));
    let birth_month = faults.take("birth_month", month.transpose()).flatten();
    // Who may not take people in there is told neither what is wrong with the form nor who bears the name already.
    if let Some(unit) = unit {
        actions::must_take(&site.app.db, &visit.actor, unit).await?;
    }
    let (Some(name), Some(unit), Some(from)) = (name, unit, from) else { return Ok(Err(faults)) };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let same = store::named_at(&site.app.db, std::slice::from_ref(&name), from).await?;
    let place = scope::places::of(&site.app.db, unit).await?.map(|(place, _)| place);
    if !fields.ticked("another") && same.iter().any(|(_, at)| *at == place) {
        faults.add("name", Refusal::new("person-same-name").with("name", &name));
        return Ok(Err(faults));
    }
    let person = NewPerson {
        name,
        sex: Sex::of(fields.text("sex")),
        birth_month,
        party: Party::of(fields.text("party")),
        unit,
        duty: fields.owned("duty"),
        education: fields.owned("education"),
        phone: fields.owned("phone"),
        note: fields.owned("note"),
    };
    let named = [
        ("unit-closed-by-then", "unit"),
        ("unit-unknown", "unit"),
        ("education-long", "education"),
        ("phone-long", "phone"),
        ("duty-long", "duty"),
        ("note-long", "note"),
    ];
    Faults::of(actions::add(&site.app, &visit.actor, person, from).await, &named)
}
