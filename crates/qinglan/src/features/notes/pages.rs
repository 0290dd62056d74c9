//! Pages: notes within reach, the writer's form, one note with its comments and actions.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, FormResult, FormState, Send, Sent, Visit,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};
use federation::{people, scope, themes, units};
use kernel::{RecordId, Refusal};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions,
    model::{Note, Said},
    rules,
    store::{self, Line},
};
use crate::features::{activities, materials};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/notes", list::show::<Notes>),
        page("/notes/export", list::export::<Notes>),
        page("/notes/new", new),
        act("/notes", begin),
        page("/notes/{id}", show),
        page("/notes/{id}/edit", edit_page),
        act("/notes/{id}", edit),
        act("/notes/{id}/hand-in", hand_in),
        act("/notes/{id}/take-back", take_back),
        act("/notes/{id}/remove", remove),
        act("/notes/{id}/comment", comment),
        act("/notes/{id}/recommend", recommend),
        act("/notes/{id}/collect", collect),
    ]
}

/// How many sessions and materials are offered to write about.
const ABOUT: u64 = 12;

struct Notes;

impl List for Notes {
    type Line = Line;
    const NAME: &'static str = "nav-notes";
    const TEMPLATE: &'static str = "notes/list.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::new("person-name", |line, _| (&line.name).into()),
        Column::new("person-unit", |line, _| line.unit.as_deref().into()),
        Column::new("note-title", |line, _| (&line.title).into()),
        Column::new("note-about", |line, _| line.about.as_deref().into()),
        Column::new("note-day", |line, _| line.handed_in_on.map(|day| day.to_string()).into()),
        Column::new("note-recommended", |line, _| line.recommended_on.map(|day| day.to_string()).into()),
        Column::new("note-collected-in", |line, _| line.collected_in.as_deref().into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        Ok(store::list(&asked.app.db, &asked.scope(Action::People), (asked.query, asked.today()), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[Line]) -> Result<Value> {
        let person = asked.actor.person;
        Ok(context! {
            unit_name => scope::places::name_from_query(&asked.app.db, asked.query).await?,
            writes => person.is_some(), leads => asked.may(Action::Lead), person => person.map(|person| person.0),
            themes => Serde(&themes::list::choices(asked).await?),
        })
    }
}

/// What the writer may write about: recent sessions, recently published materials.
async fn abouts(site: &Site, visit: &Visit, fields: &Fields) -> Result<(Vec<(String, String)>, Vec<(String, String)>)> {
    let Some(person) = visit.actor.person else { return Ok((Vec::new(), Vec::new())) };
    let today = site.app.today();
    let all = kernel::Period { from: kernel::DAY_ONE, to: today };
    let mut attended = activities::attended::attended(&site.app.db, person, all).await?;
    let chosen = fields.key("activity_id");
    let place = attended.iter().position(|line| Some(line.id) == chosen);
    if let Some(place) = place {
        attended.swap(0, place);
    }
    let sessions = attended
        .into_iter()
        .take(ABOUT as usize)
        .map(|line| (line.id.to_string(), format!("{} {}", line.day, line.title)));
    let reach = materials::reach::Reach::load(&site.app.db, &visit.actor, today).await?;
    let last = Slice::first(materials::store::ORDERS, ABOUT);
    let mut found: Vec<(String, String)> =
        materials::store::list(&site.app.db, &reach, (&Fields::default(), today), &last)
            .await?
            .lines()
            .into_iter()
            .map(|line| (line.id.to_string(), line.title))
            .collect();
    if let Some(id) = fields.key("material_id").filter(|id| !found.iter().any(|(known, _)| *known == id.to_string()))
        && let Some(material) = materials::store::within(&site.app.db, &reach, id).await?
    {
        found.insert(0, (id.to_string(), material.title));
    }
    Ok((sessions.collect(), found))
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 8] = [
    ("theme-elsewhere", "theme"),
    ("theme-other-day", "theme"),
    ("note-without-title", "title"),
    ("note-title-long", "title"),
    ("note-without-body", "body"),
    ("note-body-long", "body"),
    ("note-not-there", "activity_id"),
    ("material-unknown", "material_id"),
];

fn fields_of(note: &Note) -> Fields {
    let key = |key: Option<i64>| key.map(|key| key.to_string()).unwrap_or_default();
    let pairs = [
        ("title", note.title.clone()),
        ("body", note.body.clone()),
        ("activity_id", key(note.activity.map(|id| id.0))),
        ("material_id", key(note.material)),
        ("theme", note.theme.clone().unwrap_or_default()),
    ];
    Fields::from_pairs(pairs)
}

/// The page with the form of a new or existing note.
async fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Note>) -> Answer {
    if visit.actor.person.is_none() {
        return Err(Refusal::new("note-nobody").into());
    }
    let stored = old.map(fields_of);
    let fields = stored.as_ref().filter(|_| !state.is_refused()).unwrap_or(state.fields());
    let (sessions, materials) = abouts(site, visit, fields).await?;
    let old_theme = old.and_then(|old| old.theme.as_deref());
    let themes = themes::pages::choices_of_person(site, visit, visit.actor.person, old_theme).await?;
    let label = |name: &str, value: &str| {
        let choices = match name {
            "activity_id" => sessions.as_slice(),
            "material_id" => materials.as_slice(),
            "theme" => themes.as_slice(),
            _ => &[],
        };
        choices.iter().find(|(key, _)| key == value).map_or(value, |(_, title)| title).to_owned()
    };
    let form = match old.zip(stored.as_ref()) {
        None => state.form(site, visit),
        Some((old, stored)) => state.form_with(site, visit, (stored, old.version), label),
    };
    let context = context! {
        form => Serde(&form), sessions => Serde(&sessions), materials => Serde(&materials), themes => Serde(&themes), id => old.map(|old| old.id.0),
        most => rules::BODY,
    };
    visit.page_as(site, state.status(), "notes/form.html", context)
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let mut values: Vec<(String, String)> =
        query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    // The title of a note about something is suggested from that.
    if query.some("title").is_none() {
        let (sessions, materials) = abouts(&site, &visit, &query).await?;
        let of = |list: &[(String, String)], name: &str| {
            list.iter().find(|(key, _)| key == query.text(name)).map(|(_, title)| title.clone())
        };
        let session =
            of(&sessions, "activity_id").and_then(|title| title.split_once(' ').map(|(_, title)| title.to_owned()));
        if let Some(title) = session.or_else(|| of(&materials, "material_id")) {
            values.push((
                "title".to_owned(),
                site.pages.words(visit.language).message("note-title-of", &[("title", &title)]),
            ));
        }
    }
    // A note about a session serves the session's theme, unless the writer chooses another.
    if let Some(session) = query.key("activity_id").filter(|_| query.some("theme").is_none()) {
        let session = activities::store::by_ids(&site.app.db, &[RecordId(session)]).await?.pop();
        values.extend(session.and_then(|session| session.theme).map(|theme| ("theme".to_owned(), theme)));
    }
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None).await
}

fn read_form(fields: &Fields) -> Said {
    Said {
        title: fields.text("title").to_owned(),
        body: fields.raw("body").replace("\r\n", "\n"),
        activity: fields.key("activity_id").map(RecordId),
        material: fields.key("material_id"),
        theme: fields.owned("theme"),
    }
}

/// After a note is saved it is also handed in, if the form says so. It stays saved even if it can't be handed in.
async fn saved(site: &Site, visit: &Visit, fields: &Fields, id: RecordId, version: i64) -> Result<Done> {
    let page = format!("/notes/{id}");
    if fields.text("as") != "hand_in" {
        return Ok(Done::new(page, "note-saved"));
    }
    match actions::hand_in(&site.app, &visit.actor, id, version).await {
        Ok(()) => Ok(Done::new(page, "note-handed-in-done")),
        Err(AppError::Refused(refusal)) => {
            let words = site.pages.words(visit.language);
            Ok(Done::new(page, "note-saved-only").with("why", words.refusal(&refusal)).warning())
        }
        Err(other) => Err(other),
    }
}

/// The note in a form. A note without a text can be saved, but not handed in; that is refused before anything is saved.
fn read(fields: &Fields) -> FormResult<Said> {
    let said = read_form(fields);
    if fields.text("as") == "hand_in" && said.body.trim().is_empty() {
        return Err(Refusal::new("note-without-body").into());
    }
    Ok(said)
}

async fn begin(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let begin = async |_| {
        let id = actions::begin(&site.app, &visit.actor, read(&fields)?).await?;
        Ok(saved(&site, &visit, &fields, id, 1).await?)
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(begin, async |state| form_page(&site, &visit, &state, None).await).await
}

/// A note within reach; any other is refused as unknown.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<Note> {
    let unknown = || AppError::from(Refusal::unknown("note-unknown").with("id", id));
    let id = RecordId(id);
    if !store::sees(&site.app.db, &visit.actor.scope(Action::People), id).await? {
        return Err(unknown());
    }
    store::by_id(&site.app.db, id).await?.ok_or_else(unknown)
}

/// The visitor's own note; any other is refused as unknown here.
async fn own(site: &Site, visit: &Visit, id: i64) -> Result<Note> {
    let note = seen(site, visit, id).await?;
    if visit.actor.person != Some(note.person) {
        return Err(Refusal::unknown("note-unknown").with("id", id).into());
    }
    Ok(note)
}

async fn edit_page(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let note = own(&site, &visit, id).await?;
    if note.handed_in_on.is_some() {
        return Ok(visit.go(&format!("/notes/{id}")));
    }
    form_page(&site, &visit, &FormState::opened(), Some(&note)).await
}

async fn edit(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = own(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let version = sent.version();
        actions::edit(&site.app, &visit.actor, note.id, version, read(&fields)?).await?;
        Ok(saved(&site, &visit, &fields, note.id, version + 1).await?)
    };
    let page = async |state: FormState| {
        let now = own(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now)).await
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}

async fn note_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let note = seen(site, visit, id).await?;
    let db = &site.app.db;
    let own = visit.actor.person == Some(note.person);
    let leads = actions::keeps(db, &visit.actor, &note, Action::Lead).await?;
    let writes = actions::keeps(db, &visit.actor, &note, Action::Write).await?;
    let writer = people::store::by_ids(db, &[note.person]).await?.remove(&note.person).map(|person| person.name);
    let unit = match note.unit {
        Some(unit) => units::by_ids(db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let activity = match note.activity {
        Some(id) => activities::store::titles(db, &[id]).await?.remove(&id).map(|(title, _)| title),
        None => None,
    };
    let material = match note.material {
        Some(id) => materials::store::by_id(db, id).await?.map(|material| material.title),
        None => None,
    };
    // Comments are for the writer and those who maintain the note.
    let comments = if own || leads { store::comments(db, note.id).await? } else { Vec::new() };
    let form = state.form_of(site, visit, &Fields::default(), note.version);
    let paragraphs = note.body.lines().filter(|line| !line.trim().is_empty());
    let paragraphs: Vec<String> = paragraphs.map(str::to_owned).collect();
    let context = context! {
        form => Serde(&form), id, title => note.title, paragraphs, letters => rules::letters(&note.body),
        writer, unit, own, leads, writes, activity, activity_id => note.activity.map(|id| id.0), material,
        material_id => note.material, handed_in => note.handed_in_on.map(|day| day.to_string()),
        recommended => note.recommended_on.map(|day| day.to_string()), collected => note.collected_in,
        settled => note.recommended_on.is_some() || note.collected_on.is_some(), comments => Serde(&comments),
    };
    visit.page_as(site, state.status(), "notes/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    note_page(&site, &visit, id, &FormState::opened()).await
}

/// The refusals on a note's page that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 4] = [
    ("note-comment-empty", "text"),
    ("note-comment-long", "text"),
    ("note-collection-missing", "within"),
    ("note-title-long", "within"),
];

/// Handles a form on a note's page: redirects to `to` with a message, or shows the page again with the faults.
async fn on_page(
    (site, visit, fields): (&Site, &Visit, &Fields),
    (id, to): (i64, &str),
    message: &'static str,
    action: impl AsyncFnOnce(Sent) -> FormResult<()>,
) -> Answer {
    let act = async |sent| {
        action(sent).await?;
        Ok(Done::new(to, message))
    };
    let send = Send::new(site, visit, fields).at(&PLACES);
    send.run(act, async |state| note_page(site, visit, id, &state).await).await
}

async fn hand_in(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = own(&site, &visit, id).await?.id;
    let act = async |sent: Sent| Ok(actions::hand_in(&site.app, &visit.actor, note, sent.version()).await?);
    on_page((&site, &visit, &fields), (id, &format!("/notes/{id}")), "note-handed-in-done", act).await
}

async fn take_back(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = own(&site, &visit, id).await?.id;
    let act = async |sent: Sent| Ok(actions::take_back(&site.app, &visit.actor, note, sent.version()).await?);
    on_page((&site, &visit, &fields), (id, &format!("/notes/{id}")), "note-taken-back", act).await
}

async fn remove(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = own(&site, &visit, id).await?.id;
    let act = async |sent: Sent| Ok(actions::remove(&site.app, &visit.actor, note, sent.version()).await?);
    on_page((&site, &visit, &fields), (id, "/notes"), "note-removed", act).await
}

async fn comment(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = seen(&site, &visit, id).await?.id;
    let act = async |_: Sent| Ok(actions::comment(&site.app, &visit.actor, note, fields.text("text")).await?);
    on_page((&site, &visit, &fields), (id, &format!("/notes/{id}")), "note-commented", act).await
}

async fn recommend(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = seen(&site, &visit, id).await?.id;
    let yes = fields.text("yes") != "no";
    let message = if yes { "note-recommended-done" } else { "note-recommended-not" };
    let act = async |sent: Sent| Ok(actions::recommend(&site.app, &visit.actor, note, sent.version(), yes).await?);
    on_page((&site, &visit, &fields), (id, &format!("/notes/{id}")), message, act).await
}

async fn collect(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let note = seen(&site, &visit, id).await?.id;
    let within = (fields.text("yes") != "no").then(|| fields.text("within"));
    let message = if within.is_some() { "note-collected-done" } else { "note-collected-not" };
    let act = async |sent: Sent| Ok(actions::collect(&site.app, &visit.actor, note, sent.version(), within).await?);
    on_page((&site, &visit, &fields), (id, &format!("/notes/{id}")), message, act).await
}
