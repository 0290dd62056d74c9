//! Pages: the form of an opening, new or existing.

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit},
};
use federation::{scope::places, themes, units};
use kernel::{RecordId, Refusal};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    actions,
    model::{Handed, Opening},
    pages::parts,
};
use crate::features::stints::Part;

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/openings/new", new),
        act("/openings", add),
        page("/openings/{id}/edit", edit_form),
        act("/openings/{id}", edit),
    ]
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 14] = [
    ("opening-without-title", "title"),
    ("opening-title-long", "title"),
    ("opening-place-long", "place"),
    ("opening-needs-long", "needs"),
    ("opening-contact-long", "contact"),
    ("opening-places", "places"),
    ("opening-places-taken", "places"),
    ("opening-reversed", "to"),
    ("opening-closes-late", "closes"),
    ("opening-closes-passed", "closes"),
    ("theme-elsewhere", "theme"),
    ("theme-other-day", "theme"),
    ("unit-closed-by-then", "unit"),
    ("unit-unknown", "unit"),
];

/// The opening in a form, with all faults.
async fn read(site: &Site, fields: &Fields) -> FormResult<Handed> {
    let mut faults = Faults::new();
    let part = faults.need("part", Ok(Part::from_code(fields.text("part"))));
    let title = faults.need("title", Ok(fields.owned("title")));
    let places = faults.need("places", fields.number("places"));
    let from = faults.need("from", fields.day("from"));
    let to = faults.take("to", fields.day("to")).flatten();
    let closes = faults.need("closes", fields.day("closes"));
    let place_unit = faults.found("place_unit", units::in_field(&site.app.db, fields, "place_unit").await)?.flatten();
    let (Some(part), Some(title), Some(places), Some(from), Some(closes)) = (part, title, places, from, closes) else {
        return Err(faults.into());
    };
    faults.check()?;
    Ok(Handed {
        part,
        title,
        place: fields.owned("place"),
        place_unit,
        places,
        needs: fields.owned("needs"),
        from,
        to,
        contact: fields.owned("contact"),
        closes,
        theme: fields.owned("theme"),
    })
}

/// The fields of an opening's form.
async fn fields_of(site: &Site, opening: &Opening) -> Result<Fields> {
    let place_unit = match opening.place_unit {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(Fields::from_pairs([
        ("part", opening.part.as_str().to_owned()),
        ("title", opening.title.clone()),
        ("place", text(&opening.place)),
        ("place_unit", place_unit.unwrap_or_default()),
        ("place_unit_id", opening.place_unit.map(|unit| unit.to_string()).unwrap_or_default()),
        ("places", opening.places.to_string()),
        ("needs", text(&opening.needs)),
        ("from", day(Some(opening.days.from))),
        ("to", day(opening.days.to)),
        ("contact", text(&opening.contact)),
        ("closes", day(Some(opening.closes))),
        ("theme", text(&opening.theme)),
    ]))
}

/// The page with the form of a new or existing opening.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Opening>) -> Answer {
    let parts = parts(site.pages.words(visit.language));
    let unit = old.map(|old| old.unit).or_else(|| state.fields().key("unit_id").map(kernel::UnitId));
    let old_theme = old.and_then(|old| old.theme.as_deref());
    let themes = themes::pages::choices(site, visit, unit.or_else(|| visit.unit()), old_theme).await?;
    let form = match old {
        None => state.form(site, visit),
        Some(old) => {
            let stored = fields_of(site, old).await?;
            state.form_with(site, visit, (&stored, old.version), |name, value| match name {
                "part" => parts.iter().find(|(code, _)| *code == value).map_or(value, |(_, name)| name).to_owned(),
                "theme" => themes.iter().find(|(code, _)| code == value).map_or(value, |(_, name)| name).to_owned(),
                _ => value.to_owned(),
            })
        }
    };
    let context = context! {
        form => Serde(&form), parts => Serde(&parts), themes => Serde(&themes), id => old.map(|old| old.id.0),
        name => old.map(|old| old.title.clone()),
    };
    visit.page_as(site, state.status(), "openings/form.html", context)
}

fn may_add(visit: &Visit) -> Result<()> {
    if visit.may(Action::Write) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

async fn new(Extract(site): Extract<Site>, visit: Visit) -> Answer {
    may_add(&visit)?;
    let unit = match visit.unit() {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let asked = visit.query();
    let values = [
        ("unit", unit.unwrap_or_default()),
        ("unit_id", visit.unit().map(|unit| unit.to_string()).unwrap_or_default()),
        ("places", "1".to_owned()),
        ("theme", asked.text("theme").to_owned()),
    ];
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None).await
}

async fn add(Extract(site): Extract<Site>, visit: Visit, fields: Fields) -> Answer {
    may_add(&visit)?;
    let add = async |_| {
        let handed = read(&site, &fields).await?;
        let missing = || Faults::at(Refusal::new("field-missing"), &[("field-missing", "unit")]);
        let unit = units::in_field(&site.app.db, &fields, "unit").await?.ok_or_else(missing)?;
        let id = actions::add(&site.app, &visit.actor, unit, handed).await?;
        Ok(Done::new(format!("/openings/{id}"), "opening-added-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None).await).await
}

/// An open opening that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Opening> {
    let opening = actions::seen(&site.app, &visit.actor, RecordId(id)).await?;
    actions::must_write(&site.app.db, &visit.actor, &opening).await?;
    Ok(opening)
}

async fn edit_form(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let opening = changeable(&site, &visit, id).await?;
    actions::must_be_open(&opening)?;
    form_page(&site, &visit, &FormState::opened(), Some(&opening)).await
}

async fn edit(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&site, &fields).await?;
        actions::edit(&site.app, &visit.actor, (RecordId(id), sent.version()), handed).await?;
        Ok(Done::new(format!("/openings/{id}"), "opening-saved"))
    };
    let page = async |state: FormState| {
        let now = changeable(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now)).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}
