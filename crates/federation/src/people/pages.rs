//! Pages: the people of a scope, a new person, the picker.

use axum::extract::State;
use chrono::NaiveDate;
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Visit,
        answer::Choice,
        language::Words,
        list::{Asked, Column, List, export, show},
        phone::masked,
        rows::{By, Rows, Slice},
    },
};
use kernel::{GroupId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions,
    list::{self, Line},
    model::{NewPerson, Party, Sex},
    person_pages, rules, store,
};
use crate::{groups, scope, units};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/people", show::<People>),
        page("/people/export", export::<People>),
        page("/people/pick", pick),
        page("/people/new", new),
        act("/people", add),
    ]
}

/// The list of people.
#[derive(Debug)]
pub struct People;

impl List for People {
    type Line = Line;
    const NAME: &'static str = "nav-people";
    const TEMPLATE: &'static str = "people/list.html";
    const ORDERS: &'static [By] = list::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("姓名", |line, _| (&line.name).into()),
        Column::new("工号", |line, _| line.staff_no.as_deref().into()),
        Column::new("性别", |line, asked| {
            let sex = line.sex.as_deref().and_then(Sex::from_code);
            sex.map(|sex| asked.message(if sex == Sex::Female { "sex-female" } else { "sex-male" })).into()
        }),
        Column::new("出生年月", |line, _| line.birth_month.map(rules::shown_month).into()),
        Column::new("政治面貌", |line, asked| {
            line.party.as_deref().map(|party| asked.message(&format!("party-{party}"))).into()
        }),
        Column::new("工作单位", |line, _| (&line.unit).into()),
        Column::new("职务", |line, _| line.duty.as_deref().into()),
        Column::new("学历", |line, _| line.education.as_deref().into()),
        Column::new("联系电话", |line, _| line.phone.as_deref().into()),
        Column::new("状态", |line, asked| state_in_words(asked.words, line.state.as_deref(), line.left_on).into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let scope = asked.scope(Action::People);
        if scope.is_empty() || !asked.may(Action::Lead) {
            return Err(Refusal::forbidden().into());
        }
        // Those who may see everybody may ask for those in post on another day.
        let day = asked.query.day("on")?.filter(|_| scope.all).unwrap_or_else(|| asked.today());
        let rows = list::list(&asked.app.db, &scope, (asked.query, day), slice).await?;
        Ok(rows.map(|line| Line { phone: line.phone.as_deref().map(masked), ..line }))
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        let db = &asked.app.db;
        let group_name = match asked.query.key("group_id").map(GroupId) {
            Some(group) if groups::store::sees(db, &asked.scope(Action::Read), group, asked.today()).await? => {
                groups::store::by_ids(db, &[group]).await?.remove(&group).map(|group| group.name)
            }
            _ => None,
        };
        let unit_name = scope::places::name_from_query(db, asked.query).await?;
        let lending = super::lending::count_waiting(db, asked.actor).await?;
        Ok(context! { unit_name, group_name, writes => asked.may(Action::Write), lending })
    }
}

/// 借调, 离岗 or 已离开; `None` for people who are simply in post.
fn state_in_words(words: &Words, state: Option<&str>, left_on: Option<NaiveDate>) -> Option<String> {
    match (left_on, state) {
        (Some(last), _) => Some(words.message("stands-left-on", &[("day", &last.to_string())])),
        (None, Some("seconded")) => Some(words.message("stands-seconded", &[])),
        (None, Some(_)) => Some(words.message("stands-on-leave", &[])),
        (None, None) => None,
    }
}

/// People for a picker, within the scope; with `any` including those who have left.
async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    const CHOICES: u64 = 12;
    let query = visit.query();
    let scope = visit.actor.scope(Action::People);
    let stands = if query.ticked("any") { "any" } else { "" };
    let wanted = Fields::from_pairs([("q", query.text("q")), ("state", stands)]);
    let lines = if query.some("q").is_none() || !visit.may(Action::Lead) {
        Vec::new()
    } else {
        list::list(&site.app.db, &scope, (&wanted, site.app.today()), &Slice::first(list::ORDERS, CHOICES))
            .await?
            .lines()
    };
    // Two people with the same name at one unit are distinguished by their month of birth.
    let beside = |line: &Line| {
        let born = line.birth_month.map(rules::shown_month);
        [Some(line.unit.clone()), born].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let choices: Vec<Choice> =
        lines.into_iter().map(|line| Choice { value: line.id, beside: beside(&line), text: line.name }).collect();
    visit.choices(&site, &choices)
}

fn new_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let form = state.form(site, visit);
    visit.page_as(site, state.status(), "people/new.html", context! { form => Serde(&form) })
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
    new_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)))
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 13] = [
    ("unit-closed-by-then", "unit"),
    ("unit-unknown", "unit"),
    ("staff-no-taken", "staff_no"),
    ("staff-no-long", "staff_no"),
    ("education-long", "education"),
    ("phone-long", "phone"),
    ("duty-long", "duty"),
    ("rank-long", "rank"),
    ("post-elsewhere", "post"),
    ("post-not-there", "post"),
    ("post-none-there", "post"),
    ("post-closed-by-then", "post"),
    ("note-long", "note"),
];

async fn add(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let add = async |_| {
        let (person, from) = read(&site, &visit, &fields).await?;
        let id = actions::add(&site.app, &visit.actor, person, from).await?;
        Ok(Done::new(format!("/people/{id}"), "person-entered-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&PLACES);
    send.run(add, async |state| new_page(&site, &visit, &state)).await
}

/// The person in a form, and the first day of the posting.
async fn read(site: &Site, visit: &Visit, fields: &Fields) -> FormResult<(NewPerson, NaiveDate)> {
    let mut faults = Faults::new();
    let name = faults.take("name", rules::name(fields.text("name")));
    let unit = faults.need("unit", Ok(fields.key("unit_id").map(UnitId)));
    let from = faults.need("from", fields.day("from"));
    let month = fields.some("birth_month").map(|text| rules::birth_month(text, site.app.today()));
    let birth_month = faults.take("birth_month", month.transpose()).flatten();
    // A user who may not add people there is shown neither the faults of the form nor who already has that name.
    if let Some(unit) = unit {
        actions::must_take(&site.app.db, &visit.actor, unit).await?;
    }
    let (Some(name), Some(unit), Some(from)) = (name, unit, from) else { return Err(faults.into()) };
    faults.check()?;
    let same = store::list_by_names_at(&site.app.db, std::slice::from_ref(&name), from).await?;
    let place = scope::places::of_unit(&site.app.db, unit).await?.map(|(place, _)| place);
    if !fields.ticked("another") && same.iter().any(|(_, at)| *at == place) {
        return Err(
            Faults::at(Refusal::new("person-same-name").with("name", &name), &[("person-same-name", "name")]).into()
        );
    }
    let person = NewPerson {
        name,
        staff_no: fields.owned("staff_no"),
        sex: Sex::from_code(fields.text("sex")),
        birth_month,
        party: Party::from_code(fields.text("party")),
        unit,
        held: person_pages::held(site, fields, unit).await?,
        education: fields.owned("education"),
        phone: fields.owned("phone"),
        note: fields.owned("note"),
    };
    Ok((person, from))
}
