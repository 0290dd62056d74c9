//! Pages: uploading a file, the imports and their refused rows, undoing; template files.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use desk::{
    actor::Action,
    decoding::{self, Share},
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Page, Send, Visit,
        answer::unknown_page,
        export::blank_file,
        language::Words,
        list::{self, Asked, Column, List},
        rows::{By, Rows, Slice},
    },
};
use document::{Cell, SheetOut};
use kernel::{ImportId, Refusal, UnitId};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    Kind, Source, actions, bundle,
    model::shortened_name,
    rows::join_reasons,
    store::{self, Progress},
    taking,
    work_pages::{refused_rows, sweep},
};
use crate::scope::places;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/imports", list::show::<Imports>),
        page("/imports/export", list::export::<Imports>),
        page("/imports/new", new),
        page("/imports/template/{kind}", template),
        act("/imports/work", upload),
        page("/imports/{id}", show),
        page("/imports/{id}/refused", refused),
        act("/imports/{id}/undo", undo),
        act("/imports/{id}/again", again),
    ]
}

/// Refused rows on a page.
const ROWS: usize = 100;

/// The list of imports.
pub struct Imports;

impl List for Imports {
    type Line = store::Import;
    const NAME: &'static str = "nav-imports";
    const TEMPLATE: &'static str = "imports/list.html";
    const LINES: u64 = 20;
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<store::Import>] = &[
        Column::new("import-file", |line, _| (&line.file_name).into()),
        Column::new("import-kind", |line, asked| {
            Kind::by_name(asked.app, &line.kind).map(|kind| asked.message(kind.word())).unwrap_or_default().into()
        }),
        Column::new("person-unit", |line, _| line.unit.as_deref().into()),
        Column::new("verdict-take", |line, _| line.taken.into()),
        Column::new("verdict-repeated", |line, _| line.repeated.into()),
        Column::new("verdict-refused", |line, _| line.refused.into()),
        Column::new("log-at", |line, asked| asked.moment(&line.recorded_at).into()),
        Column::new("log-account", |line, _| (&line.account).into()),
        Column::new("list-state", |line, asked| {
            let state = match line.progress() {
                _ if line.undone_at.is_some() => "import-undone-state",
                Progress::Done => "import-taken-state",
                Progress::Taking => "import-taking-state",
                Progress::BrokeOff => "import-broken-off-state",
            };
            asked.message(state).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<store::Import>> {
        let scope = asked.scope(Action::Write);
        if scope.is_empty() {
            return Err(Refusal::forbidden().into());
        }
        Ok(store::list(&asked.app.db, &scope, (asked.query, asked.today()), slice).await?)
    }

    async fn beside(asked: &Asked<'_>, _: &[store::Import]) -> Result<Value> {
        let open = store::open_work(&asked.app.db, asked.actor).await?;
        Ok(context! { open => Serde(&open), kinds => Serde(Kind::choices(asked.app, asked.words, true)) })
    }
}

/// The kinds of files for a page's pickers and labels.
pub(super) fn kinds(site: &Site, visit: &Visit, trees: bool) -> Value {
    Serde(Kind::choices(&site.app, site.pages.words(visit.language), trees)).into()
}

fn new_page(site: &Site, visit: &Visit, state: &FormState, held: Option<&(i64, String)>) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let form = state.form(site, visit);
    let kinds = kinds(site, visit, visit.may(Action::Administer));
    let context = context! { form => Serde(&form), kinds, held => Serde(&held) };
    visit.page_as(site, state.status(), "imports/new.html", context)
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let unit = match visit.unit() {
        None => only_top(&site, &visit).await?,
        unit => unit,
    };
    let name = match unit {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let values = [
        ("kind", query.text("kind").to_owned()),
        ("unit", name.unwrap_or_default()),
        ("unit_id", unit.map(|unit| unit.to_string()).unwrap_or_default()),
    ];
    new_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None)
}

/// The top of the tree, if there is only one and the visitor may write there.
async fn only_top(site: &Site, visit: &Visit) -> Result<Option<UnitId>> {
    let tops = places::tops(&site.app.db).await?;
    let [top] = tops.as_slice() else { return Ok(None) };
    let place = places::of_unit(&site.app.db, *top).await?.map(|(place, _)| place);
    Ok(visit.actor.scope(Action::Write).covers(place).then_some(*top))
}

/// The files of a form: handed in with it, or with the same form when something else was missing.
enum Given<'f> {
    New(Vec<&'f web::Upload>),
    Held(i64),
}

/// The files of a form, with its kind, unit and year.
fn read<'f>(site: &Site, fields: &'f Fields) -> FormResult<(Kind, Option<UnitId>, Option<i32>, Given<'f>)> {
    let mut faults = Faults::new();
    let kind = faults.need("kind", Ok(Kind::by_name(&site.app, fields.text("kind"))));
    let year = faults.take("year", fields.number("year")).flatten();
    let year = year.and_then(|year| faults.take("year", year_in_range(year)));
    let unit = fields.key("unit_id").map(UnitId);
    if kind.is_some_and(|kind| !kind.is_tree()) && unit.is_none() {
        faults.add("unit", Refusal::new("unit-pick"));
    }
    let files: Vec<&web::Upload> = fields.files("file").collect();
    if let Some(empty) = files.iter().find(|file| file.bytes.is_empty()) {
        faults.add("file", Refusal::new("file-empty").with("file", &empty.name));
    }
    let given = match (files.is_empty(), fields.key("held")) {
        (false, _) => Some(Given::New(files)),
        (true, Some(held)) => Some(Given::Held(held)),
        (true, None) => {
            faults.add("file", Refusal::new("file-missing"));
            None
        }
    };
    let (Some(kind), Some(given)) = (kind, given) else { return Err(faults.into()) };
    faults.check()?;
    Ok((kind, unit.filter(|_| !kind.is_tree()), year, given))
}

/// A year that dates without one may have.
pub(super) fn year_in_range(year: i64) -> Result<i32, Refusal> {
    let refusal = || Refusal::new("import-year-odd").with("year", year);
    i32::try_from(year).ok().filter(|year| (1900..=2100).contains(year)).ok_or_else(refusal)
}

/// Keeps the files of a form in which something else is missing, so that they aren't handed in twice: their key and name.
async fn hold(site: &Site, visit: &Visit, fields: &Fields) -> Result<Option<(i64, String)>> {
    let files: Vec<&web::Upload> = fields.files("file").filter(|file| !file.bytes.is_empty()).collect();
    if files.is_empty() {
        let Some(id) = fields.key("held") else { return Ok(None) };
        return Ok(store::held(&site.app.db, id, &visit.actor).await?.map(|name| (id, name)));
    }
    sweep(site).await?;
    let name = shortened_name(&bundle::name_of(files.iter().map(|file| file.name.as_str())));
    let content = bundle::packed(&files);
    let tx = ledger::db::begin(&site.app.db).await?;
    let id = store::hold(&tx, (&name, &content), &visit.actor).await?;
    tx.commit().await?;
    Ok(Some((id, name)))
}

/// Refuses files that can't be read at once, whatever their names say.
async fn must_be_readable(files: Vec<(String, Vec<u8>)>, kind: Kind) -> Result<()> {
    let turn = decoding::turn(Share::of_bytes(files.iter().map(|(_, bytes)| bytes.len() as u64).sum())).await?;
    turn.run(move |stop| Source::from_files_until(files, kind, stop).map(drop)).await?
}

async fn upload(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let unit = fields.key("unit_id").map(UnitId);
    let kind = Kind::by_name(&site.app, fields.text("kind"));
    if let Some(kind) = kind.filter(|kind| kind.is_tree() || unit.is_some()) {
        let unit = unit.filter(|_| !kind.is_tree());
        actions::must_import(&site.app.db, &visit.actor, kind, unit).await?;
    }
    let upload = async |_| {
        let (kind, unit, year, given) = read(&site, &fields)?;
        let id = match given {
            Given::New(files) => {
                let handed = files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
                must_be_readable(handed, kind).await?;
                let content = bundle::packed(&files);
                sweep(&site).await?;
                let tx = ledger::db::begin(&site.app.db).await?;
                let name = shortened_name(&bundle::name_of(files.iter().map(|file| file.name.as_str())));
                let id = store::insert_work(&tx, kind, (unit, year), (&name, &content), &visit.actor).await?;
                tx.commit().await?;
                id
            }
            Given::Held(id) => {
                let gone = || Refusal::new("file-missing");
                let name = store::held(&site.app.db, id, &visit.actor).await?.ok_or_else(gone)?;
                let content = store::content(&site.app.db, id).await?.ok_or_else(gone)?;
                must_be_readable(bundle::unpacked(&name, &content)?, kind).await?;
                let tx = ledger::db::begin(&site.app.db).await?;
                if store::complete(&tx, id, kind, (unit, year), &visit.actor).await? == 0 {
                    return Err(gone().into());
                }
                tx.commit().await?;
                id
            }
        };
        Ok(Done::silent(format!("/imports/work/{id}")))
    };
    let page = async |state: FormState| {
        // A file that can't be read is to be replaced by another one.
        let held = if read(&site, &fields).is_err() { hold(&site, &visit, &fields).await? } else { None };
        new_page(&site, &visit, &state, held.as_ref())
    };
    Send::new(&site, &visit, &fields).at(&[("file-missing", "file")]).run(upload, page).await
}

/// An import of the scope; any other is refused as unknown.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<(store::Import, Kind)> {
    actions::load_undoable(&site.app, &site.app.db, &visit.actor, ImportId(id)).await
}

async fn stored_refusals(site: &Site, words: &Words, id: i64) -> Result<Vec<(i64, String)>> {
    let stored = store::refusals(&site.app.db, ImportId(id)).await?;
    let each = stored.into_iter().map(|(row, reasons)| {
        let reasons: Vec<Refusal> = serde_json::from_str(&reasons).unwrap_or_default();
        (row, join_reasons(words, &reasons))
    });
    Ok(each.collect())
}

async fn import_page(site: &Site, visit: &Visit, status: StatusCode, id: i64, fault: Option<&Refusal>) -> Answer {
    let (import, _) = seen(site, visit, id).await?;
    let words = site.pages.words(visit.language);
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let after = query.key("after").unwrap_or_default();
    let refusals = stored_refusals(site, words, id).await?;
    let refusals = refusals.into_iter().filter(|(row, _)| *row > after).take(ROWS + 1).collect();
    let page = Page::new(refusals, ROWS, &query, &["after"], |(row, _)| vec![("after", row.to_string())]);
    let has_file = store::work_of(&site.app.db, ImportId(id)).await?.is_some();
    let in_sheet = |row: i64| usize::try_from(row).map_or(0, tabular::row_in_sheet);
    let shown: Vec<(usize, &str)> = page.rows.iter().map(|(row, text)| (in_sheet(*row), text.as_str())).collect();
    let context = context! {
        import => Serde(&import), going_on => taking::is_going_on(&site.app, &import), kinds => kinds(site, visit, true), refusals => Serde(&shown), next => page.next, query => page.query,
        first => page.first, has_file, reopens => store::reopens(&site.app.db, ImportId(id)).await?,
        following => following(site, words, &import.kind),
        fault => fault.map(|fault| words.refusal(fault)),
    };
    visit.page_as(site, status, "imports/show.html", context)
}

/// The kinds of files in the order in which an office imports them first.
const FIRST: [&str; 4] = ["units", "roster", "activities", "external"];

/// The kind of file that an office imports after this one: its name and label.
fn following(site: &Site, words: &Words, kind: &str) -> Option<Value> {
    let at = FIRST.iter().position(|name| *name == kind)?;
    let next = Kind::by_name(&site.app, FIRST.get(at + 1)?)?;
    Some(context! { kind => next.as_str(), label => words.message(next.word(), &[]) })
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    import_page(&site, &visit, StatusCode::OK, id, None).await
}

async fn refused(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let (_, kind) = seen(&site, &visit, id).await?;
    let work = store::work_of(&site.app.db, ImportId(id)).await?.ok_or_else(unknown_page)?;
    let words = site.pages.words(visit.language);
    let stored = stored_refusals(&site, words, id).await?;
    let refused = stored.into_iter().filter_map(|(row, text)| Some((usize::try_from(row).ok()?, text))).collect();
    refused_rows(&site, &visit, (&work, kind), refused).await
}

async fn undo(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    seen(&site, &visit, id).await?;
    let undo = async |_| {
        actions::undo(&site.app, &visit.actor, ImportId(id)).await?;
        Ok(Done::new(format!("/imports/{id}"), "import-undone-done"))
    };
    let page = async |state: FormState| {
        let status = state.status();
        import_page(&site, &visit, status, id, Some(&state.into_refusal())).await
    };
    Send::new(&site, &visit, &fields).run(undo, page).await
}

/// Opens the file of an import that was undone, to judge and import it again.
async fn again(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    seen(&site, &visit, id).await?;
    let again = async |_| {
        let gone = || Refusal::new("import-file-gone");
        let tx = ledger::db::begin(&site.app.db).await?;
        let work = store::reopen(&tx, ImportId(id), &visit.actor).await?.ok_or_else(gone)?;
        tx.commit().await?;
        Ok(Done::new(format!("/imports/work/{work}"), "import-again-done"))
    };
    let page = async |state: FormState| {
        let status = state.status();
        import_page(&site, &visit, status, id, Some(&state.into_refusal())).await
    };
    Send::new(&site, &visit, &fields).run(again, page).await
}

/// An empty file with the headings that the import understands.
async fn template(State(site): State<Site>, visit: Visit, Path(kind): Path<String>) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let words = site.pages.words(visit.language);
    let kind = Kind::by_name(&site.app, &kind).ok_or_else(unknown_page)?;
    let columns = kind.headings();
    let name = words.message(kind.word(), &[]);
    let sheet = SheetOut {
        name: name.clone(),
        title: None,
        columns: columns.iter().map(|head| (*head).into()).collect(),
        rows: vec![vec![Cell::Empty; columns.len()]],
    };
    blank_file(&site, &visit, &name, sheet).await
}
