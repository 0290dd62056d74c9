//! Pages: the form of a notice, new or draft, and the files of a draft.

use axum::extract::{Path, Request, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        language::{Language, Words},
    },
};
use federation::{files, scope::must, units};
use kernel::{FileId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    DEMANDED, KINDS_OF_FILE, Kind,
    actions::{self, Said, Wanted},
    model::{Notice, Recipients, State},
    pages::{notice_page, usual_sender},
    reach, rules, store,
};
use crate::features::{activities, materials};

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

/// The refusals that are shown beside a field, with the field's name.
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

/// The name of a kind of demand.
pub(super) fn kind_word(words: &Words, kind: &str) -> String {
    let key = match kind {
        "activity" => "notice-kind-activity",
        "plan_item" => "notice-kind-plan",
        _ => "notice-kind-return",
    };
    words.message(key, &[])
}

/// The demands of a notice for its pages.
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

/// The page with the form of a new notice or a draft; `current` are the stored values of the draft.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, current: Option<(&Notice, &Fields)>) -> Answer {
    let fields = current.filter(|_| !state.is_refused()).map_or(state.fields(), |(_, stored)| stored);
    let words = site.pages.words(visit.language);
    let english = visit.language == Language::English;
    let mut whom = vec![
        ("children".to_owned(), words.message("notice-to-children", &[])),
        ("all".to_owned(), words.message("notice-to-all", &[])),
    ];
    for level in units::levels(&site.app.db).await? {
        let name = if english { level.en } else { level.zh };
        whom.push((format!("level:{}", level.code), words.message("notice-to-level", &[("level", &name)])));
    }
    whom.push(("chosen".to_owned(), words.message("notice-to-chosen", &[])));
    let ids: Vec<UnitId> = fields.every("unit_to").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    let named = units::by_ids(&site.app.db, &ids).await?;
    let chosen: Vec<(i64, String)> = ids.iter().filter_map(|id| Some((id.0, named.get(id)?.name.clone()))).collect();
    let kinds: Vec<(&str, String)> =
        DEMANDED.iter().map(|kind| (kind.as_str(), kind_word(words, kind.as_str()))).collect();
    let types = types_of(site, visit).await?;
    let form = match current {
        None => state.form(site, visit),
        Some((old, stored)) => {
            let ids: Vec<UnitId> = stored.every("unit_to").filter_map(|id| id.parse().ok()).map(UnitId).collect();
            let units = units::by_ids(&site.app.db, &ids).await?;
            let word = |choices: &[(String, String)], code: &str| {
                choices.iter().find(|(known, _)| known == code).map_or(code, |(_, word)| word).to_owned()
            };
            state.form_with(site, visit, (stored, old.version), |name, value| match name {
                "recipients" => word(&whom, value),
                "unit_to" => {
                    value.parse().ok().and_then(|id| units.get(&UnitId(id))).map_or(value, |unit| &unit.name).to_owned()
                }
                name if name.starts_with("kind_") => kind_word(words, value),
                name if name.starts_with("type_") => word(&types, value),
                name if name.starts_with("needs_file_") => words.message("notice-demand-file", &[]),
                _ => value.to_owned(),
            })
        }
    };
    let old = current.map(|(old, _)| old);
    let context = context! {
        form => Serde(&form), whom => Serde(&whom), chosen => Serde(&chosen), kinds => Serde(&kinds),
        types => Serde(&types), numbers => (1..=rules::DEMANDS).collect::<Vec<usize>>(),
        id => old.map(|old| old.id), title => old.map(|old| old.title.clone()),
        more => (2..=rules::DEMANDS).any(|number| fields.some(&format!("wanted_{number}")).is_some()),
    };
    visit.page_as(site, state.status(), "notices/form.html", context)
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
    let fields = Fields::from_pairs(values);
    form_page(&site, &visit, &FormState::filled(fields), None).await
}

/// The chosen units: those picked, and those whose names were typed.
async fn chosen_of(site: &Site, fields: &Fields, faults: &mut Faults) -> Result<Vec<UnitId>> {
    let mut chosen: Vec<UnitId> = fields.every("unit_to").filter_map(|id| id.parse().ok()).map(UnitId).collect();
    for name in fields.text("unit_named").split(['、', '，', ',', '\n']).map(str::trim).filter(|name| !name.is_empty())
    {
        chosen.extend(
            faults.found("recipients", units::find_by_code_or_name(&site.app.db, name).await)?.map(|unit| unit.id),
        );
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

/// The names of the materials' fields.
const MATERIALS: [&str; rules::DEMANDS] = ["material_1", "material_2", "material_3", "material_4"];

fn read_form(fields: &Fields, chosen: Vec<UnitId>, faults: &mut Faults) -> Option<Said> {
    let title = faults.need("title", Ok(fields.owned("title")));
    let due_on = faults.need("due_on", fields.day("due_on"));
    let recipients = faults.need("recipients", Ok(Recipients::from_code(fields.text("recipients"), chosen)));
    let mut demands = Vec::new();
    for number in 1..=rules::DEMANDS {
        let of = |name: &str| format!("{name}_{number}");
        let Some(wanted) = fields.owned(&of("wanted")) else { continue };
        let material = fields.key(&format!("material_{number}_id"));
        if material.is_none() && fields.some(MATERIALS[number - 1]).is_some() {
            faults.add(MATERIALS[number - 1], Refusal::new("notice-material-pick"));
        }
        demands.push(Wanted {
            kind: Kind::from_code(fields.text(&of("kind")))
                .filter(|kind| DEMANDED.contains(kind))
                .unwrap_or(Kind::Return),
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

/// The notice in a form. Faults are collected, so that all of them are shown at once.
async fn read(site: &Site, fields: &Fields, mut faults: Faults) -> FormResult<Said> {
    let chosen = chosen_of(site, fields, &mut faults).await?;
    let said = read_form(fields, chosen, &mut faults);
    match said {
        Some(said) if faults.is_empty() => Ok(said),
        _ => Err(faults.into()),
    }
}

async fn draft(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    if let Some(unit) = fields.key("unit_id").map(UnitId) {
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
    }
    let draft = async |_| {
        let mut faults = Faults::new();
        let unit = match faults.found("unit", units::in_field(&site.app.db, &fields, "unit").await)? {
            Some(None) => {
                let usual = usual_sender(&site, &visit).await?;
                faults.need("unit", Ok(usual))
            }
            named => named.flatten(),
        };
        let said = read(&site, &fields, faults.clone()).await?;
        let Some(unit) = unit else { return Err(faults.into()) };
        let id = actions::draft(&site.app, &visit.actor, unit, said).await?;
        Ok(Done::new(format!("/notices/{id}"), "notice-drafted-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(draft, async |state| form_page(&site, &visit, &state, None).await).await
}

async fn fields_of(site: &Site, notice: &Notice) -> Result<Fields> {
    let mut pairs = vec![
        ("number".to_owned(), notice.number.clone().unwrap_or_default()),
        ("title".to_owned(), notice.title.clone()),
        ("text".to_owned(), notice.text.clone()),
        ("due_on".to_owned(), notice.due_on.to_string()),
        ("recipients".to_owned(), notice.recipients.code()),
    ];
    match &notice.recipients {
        Recipients::Chosen(units) => pairs.extend(units.iter().map(|unit| ("unit_to".to_owned(), unit.to_string()))),
        _ => pairs.push(("unit_to".to_owned(), String::new())),
    }
    let demands = store::demands(&site.app.db, notice.id).await?;
    let numbers = 1..=i64::try_from(rules::DEMANDS).unwrap_or(0);
    for number in numbers.filter(|number| !demands.iter().any(|demand| demand.place == *number)) {
        let empty = ["wanted", "type", "needs_file", "material"];
        pairs.extend(empty.map(|name| (format!("{name}_{number}"), String::new())));
    }
    for demand in demands {
        let number = demand.place;
        let material = match demand.material {
            Some(material) => materials::store::by_id(&site.app.db, material).await?,
            None => None,
        };
        let key = material.as_ref().map(|material| material.id.to_string());
        let values = [
            ("kind", demand.kind.as_str().to_owned()),
            ("wanted", demand.wanted),
            ("type", demand.type_code.unwrap_or_default()),
            ("needs_file", if demand.needs_file { "on".to_owned() } else { String::new() }),
            ("material", material.map(|material| material.title).unwrap_or_default()),
        ];
        pairs.extend(values.map(|(name, value)| (format!("{name}_{number}"), value)));
        pairs.push((format!("material_{number}_id"), key.unwrap_or_default()));
    }
    Ok(Fields::from_pairs(pairs))
}

/// A draft that the visitor maintains.
async fn load_draft(site: &Site, visit: &Visit, id: i64) -> Result<Notice> {
    let notice = reach::load_writable(&site.app.db, &visit.actor, id).await?;
    if notice.state != State::Draft {
        return Err(Refusal::new("notice-sent-already").with("title", &notice.title).into());
    }
    Ok(notice)
}

async fn edit_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let notice = load_draft(site, visit, id).await?;
    let current = fields_of(site, &notice).await?;
    form_page(site, visit, state, Some((&notice, &current))).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    edit_page(&site, &visit, id, &FormState::opened()).await
}

async fn change(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    load_draft(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let said = read(&site, &fields, Faults::new()).await?;
        actions::change(&site.app, &visit.actor, (id, sent.version()), said).await?;
        Ok(Done::new(format!("/notices/{id}"), "notice-edited-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(save, async |state| edit_page(&site, &visit, id, &state).await).await
}

async fn attach(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, request: Request) -> Answer {
    load_draft(&site, &visit, id).await?;
    let mut handed = files::receive(&site.app, request, KINDS_OF_FILE).await?;
    let fields = std::mem::take(&mut handed.fields);
    let attach = async |_| {
        let mut faults = Faults::new();
        let Some(file) = faults.need("file", Ok(handed.take("file"))) else { return Err(faults.into()) };
        actions::attach(&site.app, &visit.actor, id, file).await?;
        Ok(Done::new(format!("/notices/{id}"), "notice-file-added-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&super::duty_pages::FILES);
    send.run(attach, async |state| notice_page(&site, &visit, id, &state).await).await
}

async fn detach(
    Extract(site): Extract<Site>,
    visit: Visit,
    Path((id, file)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    let detach = async |_| {
        actions::detach(&site.app, &visit.actor, id, FileId(file)).await?;
        Ok(Done::new(format!("/notices/{id}"), "notice-file-removed-done"))
    };
    Send::new(&site, &visit, &fields).press(detach).await
}
