//! Pages: the form of a notice, new or a draft, and the files that go with a draft.

use axum::{
    extract::{Path, Request, State as Extract},
    http::StatusCode,
};
use kernel::{FileId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    KINDS_OF_FILE,
    actions::{self, Said, Wanted},
    model::{Kind, Notice, Recipients, State},
    pages::{notice_page, usual_sender},
    reach, rules, store,
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::{
        accounts::{actions::settle_once, pages::sent_before},
        activities, files, materials,
        scope::must,
        units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Visit,
        language::{Language, Words},
    },
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/notices/new", new),
        act("/notices", draft),
        page("/notices/{id}/edit", edit),
        act("/notices/{id}", change),
        act("/notices/{id}/files", attach),
        act("/notices/{id}/files/{file}/drop", detach),
    ]
}

/// Where what an action refuses stands in the form.
const FIELDS: [(&str, &str); 14] = [
    ("notice-without-title", "title"),
    ("notice-text-long:title", "title"),
    ("notice-text-long:number", "number"),
    ("notice-text-long:text", "text"),
    ("notice-number-taken", "number"),
    ("notice-due-past", "due_on"),
    ("notice-nobody", "recipients"),
    ("notice-nobody-chosen", "recipients"),
    ("notice-many-chosen", "recipients"),
    ("notice-unit-elsewhere", "recipients"),
    ("notice-without-demand", "wanted_1"),
    ("notice-demand-empty", "wanted_1"),
    ("notice-demand-long", "wanted_1"),
    ("unit-unknown", "unit"),
];

/// What a kind of demand is called.
pub(super) fn kind_word(words: &Words, kind: &str) -> String {
    let key = match kind {
        "activity" => "notice-kind-activity",
        "plan_item" => "notice-kind-plan",
        _ => "notice-kind-return",
    };
    words.say(key, &[])
}

/// What a notice asks, as its pages show it.
pub(super) async fn demand_lines(site: &Site, visit: &Visit, id: i64) -> Result<minijinja::Value> {
    let words = site.pages.words(visit.language);
    let types = types_of(site, visit).await?;
    let mut lines = Vec::new();
    for demand in store::demands(&site.app.db, id).await? {
        let kind = demand.type_code.as_ref();
        let kind =
            kind.map(|code| types.iter().find(|(of, _)| of == code).map_or(code.clone(), |(_, name)| name.clone()));
        let material = match demand.material {
            Some(material) => materials::actions::seen(&site.app, &visit.actor, material).await.ok(),
            None => None,
        };
        lines.push(context! {
            number => demand.place, kind => demand.kind.as_str(), word => kind_word(words, demand.kind.as_str()),
            wanted => demand.wanted, activity_type => kind, needs_file => demand.needs_file,
            material => material.as_ref().map(|material| material.title.clone()),
            material_id => material.as_ref().map(|material| material.id),
        });
    }
    Ok(lines.into())
}

async fn types_of(site: &Site, visit: &Visit) -> Result<Vec<(String, String)>> {
    let english = visit.language == Language::English;
    let types = activities::store::every_type(&site.app.db).await?;
    Ok(types.into_iter().map(|kind| (kind.code, if english { kind.en } else { kind.name })).collect())
}

async fn form_page(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    (fields, faults): (&Fields, &Faults),
    old: Option<&Notice>,
) -> Answer {
    let words = site.pages.words(visit.language);
    let english = visit.language == Language::English;
    let mut whom = vec![
        ("children".to_owned(), words.say("notice-to-children", &[])),
        ("all".to_owned(), words.say("notice-to-all", &[])),
    ];
    for level in units::levels(&site.app.db).await? {
        let name = if english { level.en } else { level.zh };
        whom.push((format!("level:{}", level.code), words.say("notice-to-level", &[("level", &name)])));
    }
    whom.push(("chosen".to_owned(), words.say("notice-to-chosen", &[])));
    let ids: Vec<UnitId> = fields.every("unit_to").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    let named = units::by_ids(&site.app.db, &ids).await?;
    let chosen: Vec<(i64, String)> = ids.iter().filter_map(|id| Some((id.0, named.get(id)?.name.clone()))).collect();
    let kinds: Vec<(&str, String)> =
        Kind::ALL.iter().map(|kind| (kind.as_str(), kind_word(words, kind.as_str()))).collect();
    let mut form = visit.form(site, fields, faults);
    if let Some(old) = old.filter(|_| status == StatusCode::CONFLICT) {
        form = form.beside(&fields_of(site, old).await?, |_, value| value.to_owned());
    }
    let typed = fields.key("version").filter(|_| status != StatusCode::CONFLICT);
    let context = context! {
        form => Serde(&form), whom => Serde(&whom), chosen => Serde(&chosen), kinds => Serde(&kinds),
        types => Serde(&types_of(site, visit).await?), numbers => (1..=rules::DEMANDS).collect::<Vec<usize>>(),
        id => old.map(|old| old.id), title => old.map(|old| old.title.clone()),
        version => typed.or(old.map(|old| old.version)),
        more => (2..=rules::DEMANDS).any(|number| fields.some(&format!("wanted_{number}")).is_some()),
    };
    visit.page_as(site, status, "notices/form.html", context)
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let unit = usual_sender(&site, &visit).await?;
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let due = site.app.today() + chrono::Days::new(14);
    let values = [
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("due_on", due.to_string()),
        ("recipients", "children".to_owned()),
        ("kind_1", Kind::Return.as_str().to_owned()),
    ];
    let fields = Fields::of(values.map(|(name, value)| (name.to_owned(), value)));
    form_page(&site, &visit, StatusCode::OK, (&fields, &Faults::new()), None).await
}

/// The units that were chosen: those picked, and those whose names were typed.
async fn chosen_of(site: &Site, fields: &Fields, faults: &mut Faults) -> Result<Vec<UnitId>> {
    let mut chosen: Vec<UnitId> = fields.every("unit_to").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    for name in fields.text("unit_named").split(['、', '，', ',', '\n']).map(str::trim).filter(|name| !name.is_empty())
    {
        match units::unit_named(&site.app.db, name).await {
            Ok(unit) => chosen.push(unit.id),
            Err(AppError::Refused(refusal)) => faults.add("recipients", refusal),
            Err(other) => return Err(other),
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

/// The materials' fields by their numbers.
const MATERIALS: [&str; rules::DEMANDS] = ["material_1", "material_2", "material_3", "material_4"];

fn said_of(fields: &Fields, chosen: Vec<UnitId>, faults: &mut Faults) -> Option<Said> {
    let title = faults.need("title", Ok(fields.owned("title")));
    let due_on = faults.need("due_on", fields.day("due_on"));
    let recipients = faults.need("recipients", Ok(Recipients::of(fields.text("recipients"), chosen)));
    let mut demands = Vec::new();
    for number in 1..=rules::DEMANDS {
        let of = |name: &str| format!("{name}_{number}");
        let Some(wanted) = fields.owned(&of("wanted")) else { continue };
        let material = fields.key(&format!("material_{number}_id"));
        if material.is_none() && fields.some(MATERIALS[number - 1]).is_some() {
            faults.add(MATERIALS[number - 1], Refusal::new("notice-material-pick"));
        }
        demands.push(Wanted {
            kind: Kind::of(fields.text(&of("kind"))).unwrap_or(Kind::Return),
            wanted,
            type_code: fields.owned(&of("type")),
            material: material.filter(|_| fields.some(MATERIALS[number - 1]).is_some()),
            needs_file: fields.ticked(&of("needs_file")),
        });
    }
    if demands.is_empty() {
        faults.add("wanted_1", Refusal::new("notice-without-demand"));
    }
    let (title, due_on, recipients) = (title?, due_on?, recipients?);
    let text = fields.raw("text").to_owned();
    Some(Said { number: fields.owned("number"), title, text, due_on, recipients, demands })
}

async fn draft(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    if let Some(unit) = fields.key("unit_id").map(UnitId) {
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
    }
    let mut faults = Faults::new();
    let chosen = chosen_of(&site, &fields, &mut faults).await?;
    let said = said_of(&fields, chosen, &mut faults);
    let unit = match (fields.key("unit_id"), fields.some("unit")) {
        (Some(unit), _) => Some(UnitId(unit)),
        (None, Some(name)) => match units::unit_named(&site.app.db, name).await {
            Ok(unit) => Some(unit.id),
            Err(AppError::Refused(refusal)) => {
                faults.add("unit", refusal);
                None
            }
            Err(other) => return Err(other),
        },
        (None, None) => usual_sender(&site, &visit).await?,
    };
    if let (Some(said), Some(unit), true) = (said, unit, faults.is_empty()) {
        let token = fields.text("once");
        if let Some(answer) = sent_before(&site, &visit, token).await? {
            return Ok(answer);
        }
        let done = actions::draft(&site.app, &visit.actor, unit, said).await;
        let location = done.as_ref().ok().map(|id| format!("/notices/{id}"));
        settle_once(&site.app, token, location.as_deref()).await?;
        match Faults::of(done, &FIELDS)? {
            Ok(id) => return visit.done(&site, &format!("/notices/{id}"), "notice-drafted-done", &[]),
            Err(refused) => faults = refused,
        }
    }
    form_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, (&fields, &faults), None).await
}

async fn fields_of(site: &Site, notice: &Notice) -> Result<Fields> {
    let mut pairs = vec![
        ("number".to_owned(), notice.number.clone().unwrap_or_default()),
        ("title".to_owned(), notice.title.clone()),
        ("text".to_owned(), notice.text.clone()),
        ("due_on".to_owned(), notice.due_on.to_string()),
        ("recipients".to_owned(), notice.recipients.code()),
    ];
    if let Recipients::Chosen(units) = &notice.recipients {
        pairs.extend(units.iter().map(|unit| ("unit_to".to_owned(), unit.to_string())));
    }
    for demand in store::demands(&site.app.db, notice.id).await? {
        let number = demand.place;
        pairs.push((format!("kind_{number}"), demand.kind.as_str().to_owned()));
        pairs.push((format!("wanted_{number}"), demand.wanted));
        pairs.push((format!("type_{number}"), demand.type_code.unwrap_or_default()));
        if demand.needs_file {
            pairs.push((format!("needs_file_{number}"), "on".to_owned()));
        }
        if let Some(material) = demand.material {
            let found = materials::store::by_id(&site.app.db, material).await?;
            pairs.push((format!("material_{number}"), found.map(|found| found.title).unwrap_or_default()));
            pairs.push((format!("material_{number}_id"), material.to_string()));
        }
    }
    Ok(Fields::of(pairs))
}

/// A draft that the visitor keeps.
async fn kept(site: &Site, visit: &Visit, id: i64) -> Result<Notice> {
    let notice = reach::kept(&site.app.db, &visit.actor, id).await?;
    if notice.state != State::Draft {
        return Err(Refusal::new("notice-sent-already").with("title", &notice.title).into());
    }
    Ok(notice)
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let notice = kept(&site, &visit, id).await?;
    let fields = fields_of(&site, &notice).await?;
    form_page(&site, &visit, StatusCode::OK, (&fields, &Faults::new()), Some(&notice)).await
}

async fn change(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let notice = kept(&site, &visit, id).await?;
    let mut faults = Faults::new();
    let chosen = chosen_of(&site, &fields, &mut faults).await?;
    let said = said_of(&fields, chosen, &mut faults);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let (Some(said), true) = (said, faults.is_empty()) {
        let version = fields.key("version").unwrap_or(0);
        let done = actions::change(&site.app, &visit.actor, (id, version), said).await;
        if matches!(&done, Err(AppError::Refused(refusal)) if refusal.is_conflict()) {
            status = StatusCode::CONFLICT;
        }
        match Faults::of(done, &FIELDS)? {
            Ok(()) => return visit.done(&site, &format!("/notices/{id}"), "notice-edited-done", &[]),
            Err(refused) => faults = refused,
        }
    }
    form_page(&site, &visit, status, (&fields, &faults), Some(&notice)).await
}

async fn attach(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    kept(&site, &visit, id).await?;
    let mut handed = files::receive(&site.app, request, KINDS_OF_FILE).await?;
    let fields = std::mem::take(&mut handed.fields);
    let mut faults = Faults::new();
    match handed.take("file") {
        None => faults.add("file", Refusal::new("field-missing")),
        Some(file) => {
            let token = fields.text("once");
            if let Some(answer) = sent_before(&site, &visit, token).await? {
                return Ok(answer);
            }
            let here = format!("/notices/{id}");
            let done = actions::attach(&site.app, &visit.actor, id, file).await;
            settle_once(&site.app, token, done.as_ref().ok().map(|()| here.as_str())).await?;
            match Faults::of(done, &super::duty_pages::FILES)? {
                Ok(()) => return visit.done(&site, &here, "notice-file-added-done", &[]),
                Err(refused) => faults = refused,
            }
        }
    }
    notice_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, id, &fields, &faults).await
}

async fn detach(Extract(site): Extract<Site>, visit: Visit, Path((id, file)): Path<(i64, i64)>) -> Answer {
    actions::detach(&site.app, &visit.actor, id, FileId(file)).await?;
    visit.done(&site, &format!("/notices/{id}"), "notice-file-removed-done", &[])
}
