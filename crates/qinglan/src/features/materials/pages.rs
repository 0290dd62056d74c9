//! Pages: the library, one material, its form.

use axum::extract::{Path, Request, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormState, Send, Sent, Visit,
        answer::Choice,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};
use federation::{files, groups, units};
use kernel::{Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    KINDS_OF_FILE,
    actions::{self, Said, What},
    model::{Kind, Material},
    reach::{Reach, must_keep},
    store::{self, Line},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/materials", list::show::<Materials>),
        page("/materials/export", list::export::<Materials>),
        page("/materials/pick", pick),
        page("/materials/new", new),
        act("/materials", publish),
        page("/materials/{id}", show),
        page("/materials/{id}/edit", edit),
        act("/materials/{id}", change),
        act("/materials/{id}/retire", retire),
    ]
}

struct Materials;

impl List for Materials {
    type Line = Line;
    const NAME: &'static str = "nav-materials";
    const TEMPLATE: &'static str = "materials/list.html";
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::number(),
        Column::new("种类", |line, asked| {
            Kind::from_code(&line.kind).map(|kind| asked.message(kind_word(kind))).into()
        }),
        Column::new("名称", |line, _| (&line.title).into()),
        Column::new("作者或发布单位", |line, _| line.author.as_deref().into()),
        Column::new("发布日期", |line, _| line.issued_on.map(|day| day.to_string()).into()),
        Column::new("面向单位", |line, _| line.unit.as_deref().into()),
        Column::new("文件或网址", |line, _| {
            line.address.clone().or(line.media.as_ref().map(|media| media.to_uppercase())).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        let reach = Reach::load(&asked.app.db, asked.actor, asked.today()).await?;
        Ok(store::list(&asked.app.db, &reach, (asked.query, asked.today()), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, lines: &[Line]) -> Result<Value> {
        let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
        let begun = store::places_of(&asked.app.db, asked.actor.account, &ids).await?;
        Ok(context! { keeps => asked.may(Action::Lead), begun => begun.into_keys().collect::<Vec<_>>() })
    }
}

/// Materials for a field that searches while the user types.
async fn pick(State(site): State<Site>, visit: Visit) -> Answer {
    let (query, today) = (Fields::from_pairs([("q", visit.query().text("q"))]), site.app.today());
    let reach = Reach::load(&site.app.db, &visit.actor, today).await?;
    let by_title = Slice::first(&store::ORDERS[1..], 12);
    let lines = store::list(&site.app.db, &reach, (&query, today), &by_title).await?.lines();
    let choice = |line: Line| Choice { value: line.id, text: line.title, beside: line.author.unwrap_or_default() };
    visit.choices(&site, &lines.into_iter().map(choice).collect::<Vec<_>>())
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Original => "material-original",
        Kind::Document => "material-document",
        Kind::Speech => "material-speech",
        Kind::Law => "material-law",
        Kind::Film => "material-film",
        Kind::Link => "material-link",
        Kind::Other => "material-other",
    }
}

fn words_of_kinds(site: &Site, visit: &Visit) -> Vec<(&'static str, String)> {
    let words = site.pages.words(visit.language);
    Kind::ALL.into_iter().map(|kind| (kind.as_str(), words.message(kind_word(kind), &[]))).collect()
}

/// The beginning of a material's page and of its reader.
pub(super) async fn head_of(site: &Site, visit: &Visit, material: &Material) -> Result<minijinja::Value> {
    let db = &site.app.db;
    let file = match material.file {
        Some(file) => files::by_id(db, file).await?,
        None => None,
    };
    let unit = match material.unit {
        Some(unit) => units::by_ids(db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let media = file.as_ref().map(|file| file.media);
    Ok(context! {
        id => material.id, kind => material.kind.as_str(), title => material.title.clone(), author => material.author.clone(),
        issued_on => material.issued_on.map(|day| day.to_string()), summary => material.summary.clone(), unit,
        address => material.address.clone(), seconds => material.seconds, retired => material.retired, version => material.version,
        media => media.map(files::Media::code), film => media.is_some_and(files::Media::is_film),
        file_name => file.as_ref().map(|file| file.name.clone()),
        megabytes => file.as_ref().map(|file| format!("{:.1}", file.size as f64 / 1_048_576.0)),
        keeps => must_keep(db, &visit.actor, material.unit).await.is_ok(),
    })
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let material = actions::seen(&site.app, &visit.actor, id).await?;
    let head = head_of(&site, &visit, &material).await?;
    let chapters = store::chapters(&site.app.db, id).await?;
    let place = store::place_of(&site.app.db, visit.actor.account, id).await?;
    let begun = place.map(|place| {
        let chapter = chapters.iter().rfind(|chapter| chapter.page.unwrap_or(chapter.place) <= place.section);
        context! {
            section => place.section, block => place.block, clock => clock(place.block),
            chapter => chapter.and_then(|chapter| chapter.title.clone()),
        }
    });
    let member = visit.actor.person.is_some();
    let context =
        context! { member, chapters => Serde(&chapters), begun, length => material.seconds.map(clock), ..head };
    visit.page(&site, "materials/show.html", context)
}

/// Seconds as `1:02:03` or `2:03`.
fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The page with the form of a new or existing material; `current` are the stored values of an existing one, and whether
/// its chapters are entered by page numbers.
fn form_page(site: &Site, visit: &Visit, state: &FormState, current: Option<(&Material, bool, &Fields)>) -> Answer {
    let kinds = words_of_kinds(site, visit);
    let form = match current {
        None => state.form(site, visit),
        Some((old, _, stored)) => state.form_with(site, visit, (stored, old.version), |name, value| match name {
            "kind" => kinds.iter().find(|(code, _)| *code == value).map_or(value, |(_, word)| word).to_owned(),
            _ => value.to_owned(),
        }),
    };
    let old = current.map(|(old, ..)| old);
    let context = context! {
        form => Serde(&form), kinds => Serde(&kinds), accept => files::accept(KINDS_OF_FILE),
        everywhere => visit.actor.scope(Action::Lead).all, id => old.map(|old| old.id),
        title => old.map(|old| old.title.clone()), pages => current.is_some_and(|(_, pages, _)| pages),
    };
    visit.page_as(site, state.status(), "materials/form.html", context)
}

fn must_lead(visit: &Visit) -> Result<()> {
    if visit.may(Action::Lead) { Ok(()) } else { Err(Refusal::forbidden().into()) }
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    must_lead(&visit)?;
    let scope = visit.actor.scope(Action::Lead);
    let of_group = match scope.groups.first() {
        Some(group) => groups::store::by_ids(&site.app.db, &[*group]).await?.remove(group).map(|group| group.unit),
        None => None,
    };
    let unit = scope.units.first().copied().or(of_group);
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let values = [
        ("kind", Kind::Document.as_str().to_owned()),
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
    ];
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None)
}

fn read_form(fields: &Fields, faults: &mut Faults) -> Option<Said> {
    let kind = faults.need("kind", Ok(Kind::from_code(fields.text("kind"))));
    let issued_on = faults.take("issued_on", fields.day("issued_on"));
    Some(Said {
        kind: kind?,
        title: fields.text("title").to_owned(),
        author: fields.owned("author"),
        issued_on: issued_on?,
        summary: fields.owned("summary"),
    })
}

/// Where what an action refuses stands in the form.
const FIELDS: [(&str, &str); 16] = [
    ("material-without-title", "title"),
    ("material-text-long", "title"),
    ("material-address-odd", "address"),
    ("material-unreadable", "file"),
    ("material-too-large", "file"),
    ("material-without-text", "file"),
    ("decoding-too-long", "file"),
    ("film-broken", "file"),
    ("film-not-played", "file"),
    ("file-nothing", "file"),
    ("file-over-limit", "file"),
    ("file-kind", "file"),
    ("file-kind-seen", "file"),
    ("file-lies", "file"),
    ("unit-unknown", "unit"),
    ("material-chapter-odd", "pages"),
];

/// The content in a form: the unit of the material, and its file or address.
async fn contents_of(
    site: &Site,
    visit: &Visit,
    fields: &Fields,
    file: Option<files::Incoming>,
    faults: &mut Faults,
) -> Result<(Option<UnitId>, Option<What>)> {
    let unit = fields.key("unit_id").map(UnitId);
    if unit.is_some() {
        must_keep(&site.app.db, &visit.actor, unit).await?;
    }
    if unit.is_none() && (fields.some("unit").is_some() || !visit.actor.scope(Action::Lead).all) {
        faults.add("unit", Refusal::new("unit-pick"));
    }
    let what = match (file, fields.some("address")) {
        (Some(_), Some(_)) => {
            faults.add("address", Refusal::new("material-both"));
            None
        }
        (None, None) => {
            faults.add("file", Refusal::new("material-nothing"));
            None
        }
        (Some(file), None) => Some(What::File(file)),
        (None, Some(address)) => Some(What::Address(address.to_owned())),
    };
    Ok((unit, what))
}

async fn publish(State(site): State<Site>, visit: Visit, request: Request) -> Answer {
    must_lead(&visit)?;
    let mut handed = files::receive(&site.app, request, KINDS_OF_FILE).await?;
    let fields = std::mem::take(&mut handed.fields);
    let add = async |_| {
        let mut faults = Faults::new();
        let said = read_form(&fields, &mut faults);
        let (unit, what) = contents_of(&site, &visit, &fields, handed.take("file"), &mut faults).await?;
        let (Some(said), Some(what)) = (said, what) else { return Err(faults.into()) };
        faults.check()?;
        let id = actions::publish(&site.app, &visit.actor, unit, said, what).await?;
        Ok(Done::new(format!("/materials/{id}"), "material-put-up-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None)).await
}

/// A material that the visitor maintains, and whether its chapters are entered by page numbers.
async fn load_writable(site: &Site, visit: &Visit, id: i64) -> Result<(Material, bool)> {
    let material = actions::seen(&site.app, &visit.actor, id).await?;
    must_keep(&site.app.db, &visit.actor, material.unit).await?;
    let file = match material.file {
        Some(file) => files::by_id(&site.app.db, file).await?,
        None => None,
    };
    Ok((material, file.is_some_and(|file| file.media == files::Media::Pdf)))
}

async fn fields_of(site: &Site, material: &Material) -> Result<Fields> {
    let chapters = store::chapters(&site.app.db, material.id).await?;
    let pages: Vec<String> =
        chapters.into_iter().filter_map(|chapter| Some(format!("{} {}", chapter.title?, chapter.page?))).collect();
    let values = [
        ("kind", material.kind.as_str().to_owned()),
        ("title", material.title.clone()),
        ("author", material.author.clone().unwrap_or_default()),
        ("issued_on", material.issued_on.map(|day| day.to_string()).unwrap_or_default()),
        ("summary", material.summary.clone().unwrap_or_default()),
        ("pages", pages.join("\n")),
    ];
    Ok(Fields::from_pairs(values))
}

async fn edit_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let (material, pages) = load_writable(site, visit, id).await?;
    let current = fields_of(site, &material).await?;
    form_page(site, visit, state, Some((&material, pages, &current)))
}

async fn edit(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    edit_page(&site, &visit, id, &FormState::opened()).await
}

async fn change(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let (_, has_pages) = load_writable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let mut faults = Faults::new();
        let said = read_form(&fields, &mut faults);
        let pages = if has_pages { faults.take("pages", actions::chapters(fields.raw("pages"))) } else { None };
        let Some(said) = said else { return Err(faults.into()) };
        faults.check()?;
        actions::change(&site.app, &visit.actor, (id, sent.version()), said, pages).await?;
        Ok(Done::new(format!("/materials/{id}"), "material-changed-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(save, async |state| edit_page(&site, &visit, id, &state).await).await
}

async fn retire(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let back = fields.text("as") == "back";
    let retire = async |sent: Sent| {
        actions::retire(&site.app, &visit.actor, (id, sent.version()), !back).await?;
        let message = if back { "material-back-done" } else { "material-retired-done" };
        Ok(Done::new(format!("/materials/{id}"), message))
    };
    Send::new(&site, &visit, &fields).press(retire).await
}
