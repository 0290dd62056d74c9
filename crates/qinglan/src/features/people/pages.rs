//! Pages: people of a scope, one person with what hangs on it, one's own page, the picker.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use chrono::Datelike;
use document::{Cell, SheetOut, xlsx};
use kernel::{DayRange, GroupId, Period, PersonId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    model::{NewPerson, Party, Sex},
    store::{self, Line, Wanted},
};
use crate::{
    error::Result,
    features::{
        accounts::{
            Action,
            actions::{Once, once, settle_once},
            pages::{XLSX, log_export},
        },
        activities::{agenda, roll},
        groups,
        registers::actions::masked,
        units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Page, Visit, answer::Choice},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/people", list_page),
        page("/people/export", export),
        page("/people/pick", pick),
        page("/people/new", new),
        act("/people", add),
        page("/people/{id}", show),
        act("/people/{id}/transfer", transfer),
        act("/people/{id}/leave", leave),
        act("/people/{id}/party", party),
        act("/people/{id}/join", join),
        act("/people/{id}/absence", absence),
        page("/my", my),
        page("/my/export", my_export),
    ]
}

/// Lines of a page.
const PAGE: usize = 30;

async fn lines(site: &Site, visit: &Visit, query: &Fields, most: u64) -> Result<Vec<Line>> {
    let scope = visit.actor.scope(Action::People);
    if scope.is_empty() || !visit.may(Action::Lead) {
        return Err(Refusal::new("not-permitted").into());
    }
    let places = match query.key("unit_id") {
        Some(unit) => Some(units::places::of(&site.app.db, UnitId(unit)).await?.unwrap_or((-1, -1))),
        None => None,
    };
    let after = query.some("after").and_then(|text| {
        let (place, id) = text.split_once('_')?;
        Some((place.parse().ok()?, id.parse().ok()?))
    });
    let wanted = Wanted { text: query.text("q"), places, party: query.text("party"), after, most };
    Ok(store::list(&site.app.db, &scope, &wanted, site.app.today()).await?)
}

async fn list_page(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let lines = lines(&site, &visit, &query, PAGE as u64 + 1).await?;
    let page = Page::of(lines, PAGE, &query, &["after"], |line| {
        vec![("after", format!("{}_{}", line.place, line.posting_id))]
    });
    let rows: Vec<Line> =
        page.rows.into_iter().map(|line| Line { phone: line.phone.as_deref().map(masked), ..line }).collect();
    let unit_name = match query.key("unit_id").map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let form = visit.form(&site, &query, &Faults::new());
    let filtered = ["q", "unit_id", "party"].iter().any(|name| query.some(name).is_some());
    let context = context! {
        form => Serde(&form), lines => Serde(&rows), next => page.next, query => page.query, first => page.first, filtered,
        unit_name, writes => visit.may(Action::Write),
    };
    visit.page(&site, "people/list.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let lines = lines(&site, &visit, &query, 100_000).await?;
    let words = site.pages.words(visit.language);
    let heads = ["序号", "姓名", "性别", "出生年月", "政治面貌", "工作单位", "职务", "学历", "联系电话"];
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
        ]
    });
    let sheet = SheetOut {
        name: words.say("nav-people", &[]),
        title: Some(words.say("nav-people", &[])),
        columns: heads.iter().map(|head| (*head).into()).collect(),
        rows: rows.collect(),
    };
    log_export(&site, &visit, "people", sheet.rows.len()).await?;
    visit.file("people.xlsx", XLSX, xlsx(&sheet)?)
}

/// People that a picker offers, within the scope.
async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    const CHOICES: u64 = 12;
    let scope = visit.actor.scope(Action::People);
    let wanted = Wanted { text: query.text("q"), most: CHOICES, ..Wanted::default() };
    let lines = if query.some("q").is_none() || !visit.may(Action::Lead) {
        Vec::new()
    } else {
        store::list(&site.app.db, &scope, &wanted, site.app.today()).await?
    };
    let choices: Vec<Choice> =
        lines.into_iter().map(|line| Choice { value: line.id, text: line.name, beside: line.unit }).collect();
    visit.choices(&site, &choices)
}

fn new_page(site: &Site, visit: &Visit, status: StatusCode, fields: &Fields, faults: &Faults) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::new("not-permitted").into());
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
    let token = fields.text("once");
    match once(&site.app, &visit.actor, token).await? {
        Once::First => {}
        Once::Done(location) => return Ok(visit.go(&location)),
        Once::UnderWay => return Err(Refusal::new("form-under-way").into()),
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
    let odd = || Refusal::new("name-odd").with("text", fields.text("name"));
    let name = faults.take("name", tabular::person_name(fields.text("name")).ok_or_else(odd));
    let unit = faults.need("unit", Ok(fields.key("unit_id").map(UnitId)));
    let from = faults.need("from", fields.day("from"));
    let month = fields.some("birth_month").map(|text| {
        let (year, month) = text.split_once('-').unwrap_or((text, ""));
        match (year.parse::<i64>(), month.parse::<i64>()) {
            (Ok(year @ 1900..=2100), Ok(month @ 1..=12)) => Ok(year * 100 + month),
            _ => Err(Refusal::new("birth-month-odd").with("text", text)),
        }
    });
    let birth_month = faults.take("birth_month", month.transpose()).flatten();
    let (Some(name), Some(unit), Some(from)) = (name, unit, from) else { return Ok(Err(faults)) };
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let same = store::named_at(&site.app.db, std::slice::from_ref(&name), from).await?;
    let place = units::places::of(&site.app.db, unit).await?.map(|(place, _)| place);
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
    Faults::of(actions::add(&site.app, &visit.actor, person, from).await, &[("unit-closed-by-then", "unit")])
}

async fn person_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    id: PersonId,
    fields: &Fields,
    faults: &Faults,
    own: bool,
) -> Answer {
    let db = &site.app.db;
    let today = site.app.today();
    let unknown = || Refusal::new("person-unknown").with("name", id);
    let scope = visit.actor.scope(Action::People);
    if !store::sees(db, &scope, id, today).await? {
        return Err(unknown().into());
    }
    let person = store::by_ids(db, &[id]).await?.remove(&id).ok_or_else(unknown)?;
    let writes = actions::must_keep(&site.app, &visit.actor, id).await.is_ok() && visit.may(Action::Write);
    let postings = store::postings_of(db, &[id]).await?;
    let unit_ids: Vec<UnitId> = postings.iter().map(|posting| posting.unit).collect();
    let named = units::by_ids(db, &unit_ids).await?;
    let postings: Vec<_> = postings
        .iter()
        .map(|posting| {
            context! {
                unit => named.get(&posting.unit).map(|unit| unit.name.clone()), unit_id => posting.unit.0, duty => posting.duty.clone(),
                from => posting.days.from.to_string(), to => posting.days.to.map(|to| to.to_string()),
                now => posting.days.contains(today),
            }
        })
        .collect();
    let memberships = store::memberships_of(db, &[id]).await?;
    let group_ids: Vec<GroupId> = memberships.iter().map(|membership| membership.group).collect();
    let of_groups = groups::store::by_ids(db, &group_ids).await?;
    let memberships: Vec<_> = memberships
        .iter()
        .filter(|membership| !membership.void)
        .map(|membership| {
            context! {
                group => of_groups.get(&membership.group).map(|group| group.name.clone()), group_id => membership.group.0,
                from => membership.days.from.to_string(), to => membership.days.to.map(|to| to.to_string()),
            }
        })
        .collect();
    let year = Period { from: today.with_ordinal(1).unwrap_or(today), to: today };
    let attended = store::attended(db, id, year).await?;
    let tally = roll::tally(attended.iter().map(|line| (line.status.as_str(), line.missed.as_str())));
    let party = store::party_now(db, &[id], today).await?.remove(&id);
    let form = visit.form(site, fields, faults);
    let upcoming = if own {
        agenda::upcoming(db, &visit.actor.scope(Action::Read), agenda::Reach::TakingPart, today, 6).await?
    } else {
        Vec::new()
    };
    let context = context! {
        id => id.0, name => person.name, own, writes, sex => person.sex.map(Sex::as_str),
        birth => person.birth_month.map(|month| format!("{}-{:02}", month / 100, month % 100)),
        party => party.map(Party::as_str), education => person.education, note => if writes { person.note } else { None },
        phone => person.phone.map(|phone| if writes || own { phone } else { masked(&phone) }),
        postings, memberships, attended => Serde(&attended), tally => Serde(&tally), form => Serde(&form),
        upcoming => Serde(&upcoming), today => today.to_string(), year_from => year.from.to_string(),
    };
    visit.page_as(site, status, "people/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let own = visit.actor.person == Some(PersonId(id));
    person_page(&site, &visit, StatusCode::OK, PersonId(id), &Fields::default(), &Faults::new(), own).await
}

async fn my(State(site): State<Site>, visit: Visit) -> Answer {
    match visit.actor.person {
        Some(person) => {
            person_page(&site, &visit, StatusCode::OK, person, &Fields::default(), &Faults::new(), true).await
        }
        None => visit.page(&site, "people/nobody.html", context! {}),
    }
}

/// All that is held on the person whose account it is.
async fn my_export(State(site): State<Site>, visit: Visit) -> Answer {
    let person = visit.actor.person.ok_or_else(|| Refusal::new("check-in-nobody"))?;
    let db = &site.app.db;
    let found = store::by_ids(db, &[person])
        .await?
        .remove(&person)
        .ok_or_else(|| Refusal::new("person-unknown").with("name", person))?;
    let all = Period { from: kernel::DAY_ONE, to: kernel::LAST_DAY };
    let attended = store::attended(db, person, all).await?;
    let postings: Vec<_> = store::postings_of(db, &[person])
        .await?
        .into_iter()
        .map(|posting| serde_json::json!({ "unit": posting.unit.0, "duty": posting.duty, "from": posting.days.from, "to": posting.days.to }))
        .collect();
    let memberships: Vec<_> = store::memberships_of(db, &[person])
        .await?
        .into_iter()
        .map(|membership| serde_json::json!({ "group": membership.group.0, "from": membership.days.from, "to": membership.days.to }))
        .collect();
    let answer = serde_json::json!({
        "name": found.name, "birth_month": found.birth_month, "education": found.education, "phone": found.phone,
        "note": found.note, "postings": postings, "memberships": memberships, "attendance": attended,
    });
    log_export(&site, &visit, "my", 1).await?;
    visit.file("my-record.json", "application/json", serde_json::to_vec_pretty(&answer)?)
}

async fn after(
    site: &Site,
    visit: &Visit,
    id: i64,
    done: Result<()>,
    fields: &Fields,
    named: &[(&str, &'static str)],
) -> Answer {
    match Faults::of(done, named)? {
        Ok(()) => visit.done(site, &format!("/people/{id}"), "person-changed-done", &[]),
        Err(faults) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            person_page(site, visit, status, PersonId(id), fields, &faults, false).await
        }
    }
}

/// A person whom the visitor may see; another is not known.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<PersonId> {
    let person = PersonId(id);
    if store::sees(&site.app.db, &visit.actor.scope(Action::People), person, site.app.today()).await? {
        return Ok(person);
    }
    Err(Refusal::new("person-unknown").with("name", id).into())
}

async fn transfer(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let person = seen(&site, &visit, id).await?;
    let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
    let done = match fields.key("unit_id").map(UnitId) {
        Some(unit) => actions::transfer(&site.app, &visit.actor, person, unit, fields.some("duty"), from).await,
        None => Err(Refusal::new("unit-pick").into()),
    };
    after(&site, &visit, id, done, &fields, &[("unit-pick", "unit")]).await
}

async fn leave(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let person = seen(&site, &visit, id).await?;
    let last = fields.day("last")?.unwrap_or_else(|| site.app.today());
    let done = actions::leave(&site.app, &visit.actor, person, last).await;
    after(&site, &visit, id, done, &fields, &[]).await
}

async fn party(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let person = seen(&site, &visit, id).await?;
    let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
    let done = match Party::of(fields.text("party")) {
        Some(party) => actions::set_party(&site.app, &visit.actor, person, party, from).await,
        None => Err(Refusal::new("field-missing").into()),
    };
    after(&site, &visit, id, done, &fields, &[]).await
}

async fn join(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let person = seen(&site, &visit, id).await?;
    let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
    let done = match fields.key("group_id").map(GroupId) {
        Some(group) => actions::join(&site.app, &visit.actor, person, group, from).await,
        None => Err(Refusal::new("role-wants-group").into()),
    };
    after(&site, &visit, id, done, &fields, &[]).await
}

/// 借调 to another unit, or a leave of absence.
async fn absence(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let person = seen(&site, &visit, id).await?;
    let from = fields.day("from")?.unwrap_or_else(|| site.app.today());
    let days = DayRange { from, to: fields.day("to")? };
    let done = if let Some(unit) = fields.key("unit_id").map(UnitId) {
        let home =
            store::postings_of(&site.app.db, &[person]).await?.into_iter().find(|posting| posting.days.contains(from));
        match home {
            Some(home) => actions::second(&site.app, &visit.actor, person, home.unit, unit, days).await,
            None => Err(Refusal::new("second-not-posted").with("day", from).into()),
        }
    } else {
        actions::leave_of_absence(&site.app, &visit.actor, person, days).await
    };
    after(&site, &visit, id, done, &fields, &[]).await
}
