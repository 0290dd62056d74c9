//! Pages: a file handed in, imports and what they refused, undone; template files.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use document::{Cell, SheetOut};
use kernel::{ImportId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    Kind, Source, actions,
    model::kept_name,
    rows::told,
    store,
    work_pages::{refused_rows, sweep},
};
use crate::{
    actor::Action,
    error::{AppError, Result},
    features::scope::places,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Faults, Order, Page, Visit,
        answer::unknown_page,
        export::{blank_file, export_list},
        language::Words,
        pages::local,
    },
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/imports", list),
        page("/imports/export", export),
        page("/imports/new", new),
        page("/imports/template/{kind}", template),
        act("/imports/work", upload),
        page("/imports/{id}", show),
        page("/imports/{id}/refused", refused),
        act("/imports/{id}/undo", undo),
    ]
}

const PAGE: usize = 20;
/// Refused rows of one page.
const ROWS: usize = 100;

fn order_of(query: &Fields) -> Order {
    Order::read(query, &[("at", false), ("name", true)])
}

async fn lines(site: &Site, visit: &Visit, query: &Fields, most: u64) -> Result<Vec<store::Import>> {
    let scope = visit.actor.scope(Action::Write);
    if scope.is_empty() {
        return Err(Refusal::forbidden().into());
    }
    let order = order_of(query);
    let wanted = store::Wanted {
        text: query.text("q"),
        kind: query.text("kind"),
        state: query.text("state"),
        by_name: order.by == "name",
        rising: order.rising,
        after: Order::after(query),
        most,
    };
    Ok(store::list(&site.app.db, &scope, &wanted).await?)
}

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let lines = lines(&site, &visit, &query, PAGE as u64 + 1).await?;
    let order = order_of(&query);
    let form = visit.form(&site, &query, &Faults::new());
    let filtered = ["q", "kind", "state"].iter().any(|name| query.some(name).is_some());
    let page = Page::of(lines, PAGE, &query, &["after", "after_id"], |line| {
        let key = if order.by == "name" { &line.file_name } else { &line.recorded_at };
        vec![("after", key.clone()), ("after_id", line.id.to_string())]
    });
    let open = store::open_work(&site.app.db, &visit.actor).await?;
    let context = context! {
        lines => Serde(&page.rows), next => page.next, query => page.query, first => page.first, open => Serde(&open),
        form => Serde(&form), filtered, order => Serde(&order),
        kinds => kinds(&site, &visit, true),
        latest => order.by == "at" && !order.rising,
    };
    visit.page(&site, "imports/list.html", context)
}

async fn export(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let lines = lines(&site, &visit, &query, site.app.to_export()).await?;
    let words = site.pages.words(visit.language);
    let heads = [
        "import-file",
        "import-kind",
        "person-unit",
        "verdict-take",
        "verdict-repeated",
        "verdict-refused",
        "log-at",
        "log-account",
        "list-state",
    ];
    let rows = lines.into_iter().map(|line| {
        let kind =
            Kind::named(site.app.features, &line.kind).map_or_else(String::new, |kind| words.say(kind.word(), &[]));
        let state = if line.undone_at.is_some() { "import-undone-state" } else { "import-taken-state" };
        vec![
            Cell::from(line.file_name),
            Cell::from(kind),
            line.unit.map_or(Cell::Empty, Cell::from),
            Cell::Whole(line.taken),
            Cell::Whole(line.repeated),
            Cell::Whole(line.refused),
            Cell::from(local(&line.recorded_at, site.app.zone, "%Y-%m-%d %H:%M")),
            Cell::from(line.account),
            Cell::from(words.say(state, &[])),
        ]
    });
    let sheet = SheetOut {
        name: words.say("nav-imports", &[]),
        title: Some(words.say("nav-imports", &[])),
        columns: heads.iter().map(|head| words.say(head, &[]).as_str().into()).collect(),
        rows: rows.collect(),
    };
    export_list(&site, &visit, "nav-imports", sheet).await
}

/// The kinds of files for a page's pickers and labels.
pub(super) fn kinds(site: &Site, visit: &Visit, trees: bool) -> minijinja::Value {
    Serde(Kind::choices(site.app.features, site.pages.words(visit.language), trees)).into()
}

fn new_page(site: &Site, visit: &Visit, status: StatusCode, fields: &Fields, faults: &Faults) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let form = visit.form(site, fields, faults);
    let kinds = kinds(site, visit, visit.may(Action::Administer));
    let context = context! { form => Serde(&form), kinds };
    visit.page_as(site, status, "imports/new.html", context)
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let values = [
        ("kind".to_owned(), query.text("kind").to_owned()),
        ("unit".to_owned(), name.unwrap_or_default()),
        ("unit_id".to_owned(), unit.map(|unit| unit.to_string()).unwrap_or_default()),
    ];
    new_page(&site, &visit, StatusCode::OK, &Fields::of(values), &Faults::new())
}

async fn upload(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let mut faults = Faults::new();
    let kind = faults.need("kind", Ok(Kind::named(site.app.features, fields.text("kind"))));
    let year = faults.take("year", fields.number("year")).flatten().and_then(|year| i32::try_from(year).ok());
    let unit = fields.key("unit_id").map(UnitId);
    if let Some(kind) = kind.filter(|kind| kind.is_tree() || unit.is_some()) {
        let unit = unit.filter(|_| !kind.is_tree());
        actions::must_import(&site.app.db, &visit.actor, kind, unit).await?;
    }
    if kind.is_some_and(|kind| !kind.is_tree()) && unit.is_none() {
        faults.add("unit", Refusal::new("unit-pick"));
    }
    if fields.file("file").is_none() {
        faults.add("file", Refusal::new("file-missing"));
    }
    if let (Some(kind), Some(file), true) = (kind, fields.file("file"), faults.is_empty()) {
        let unit = unit.filter(|_| !kind.is_tree());
        // Read once before it is kept: a file that is none is refused at once, whatever its name says.
        match Faults::of(Source::of(&file.name, file.bytes.clone(), kind), &[])? {
            Err(_) | Ok(_) if file.bytes.is_empty() => {
                faults.add("file", Refusal::new("file-empty").with("file", &file.name));
            }
            Err(refused) => return new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &refused),
            Ok(_) => {
                let content = STANDARD.encode(&file.bytes);
                sweep(&site).await?;
                let tx = ledger::db::begin(&site.app.db).await?;
                let name = kept_name(&file.name);
                let id = store::insert_work(&tx, kind, (unit, year), (&name, &content), &visit.actor).await?;
                tx.commit().await?;
                return Ok(visit.go(&format!("/imports/work/{id}")));
            }
        }
    }
    new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults)
}

/// An import of the scope; another is not known.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<(store::Import, Kind)> {
    actions::kept(&site.app, &site.app.db, &visit.actor, ImportId(id)).await
}

async fn kept_refusals(site: &Site, words: &Words, id: i64) -> Result<Vec<(i64, String)>> {
    let kept = store::refusals(&site.app.db, ImportId(id)).await?;
    let each = kept.into_iter().map(|(row, reasons)| {
        let reasons: Vec<Refusal> = serde_json::from_str(&reasons).unwrap_or_default();
        (row, told(words, &reasons))
    });
    Ok(each.collect())
}

async fn import_page(site: &Site, visit: &Visit, status: StatusCode, id: i64, fault: Option<&Refusal>) -> Answer {
    let (import, _) = seen(site, visit, id).await?;
    let words = site.pages.words(visit.language);
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let after = query.key("after").unwrap_or_default();
    let refusals = kept_refusals(site, words, id).await?;
    let refusals = refusals.into_iter().filter(|(row, _)| *row > after).take(ROWS + 1).collect();
    let page = Page::of(refusals, ROWS, &query, &["after"], |(row, _)| vec![("after", row.to_string())]);
    let has_file = store::work_of(&site.app.db, ImportId(id)).await?.is_some();
    let context = context! {
        import => Serde(&import), kinds => kinds(&site, &visit, true), refusals => Serde(&page.rows), next => page.next, query => page.query,
        first => page.first, has_file,
        fault => fault.map(|fault| words.refusal(fault)),
    };
    visit.page_as(site, status, "imports/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    import_page(&site, &visit, StatusCode::OK, id, None).await
}

async fn refused(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let (_, kind) = seen(&site, &visit, id).await?;
    let work = store::work_of(&site.app.db, ImportId(id)).await?.ok_or_else(unknown_page)?;
    let words = site.pages.words(visit.language);
    let kept = kept_refusals(&site, words, id).await?;
    let refused = kept.into_iter().filter_map(|(row, text)| Some((usize::try_from(row).ok()?, text))).collect();
    refused_rows(&site, &visit, (&work, kind), refused).await
}

async fn undo(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    seen(&site, &visit, id).await?;
    match actions::undo(&site.app, &visit.actor, ImportId(id)).await {
        Ok(_) => visit.done(&site, &format!("/imports/{id}"), "import-undone-done", &[]),
        Err(AppError::Refused(refusal)) => {
            import_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, id, Some(&refusal)).await
        }
        Err(other) => Err(other),
    }
}

/// An empty file with the headings that the import knows.
async fn template(State(site): State<Site>, visit: Visit, Path(kind): Path<String>) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let words = site.pages.words(visit.language);
    let kind = Kind::named(site.app.features, &kind).ok_or_else(unknown_page)?;
    let columns = kind.headings();
    let name = words.say(kind.word(), &[]);
    let sheet = SheetOut {
        name: name.clone(),
        title: None,
        columns: columns.iter().map(|head| (*head).into()).collect(),
        rows: vec![vec![Cell::Empty; columns.len()]],
    };
    blank_file(&site, &visit, &name, sheet).await
}
