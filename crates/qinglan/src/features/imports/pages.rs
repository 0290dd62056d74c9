//! Pages: a file handed in, every row judged, questions answered, taken, undone; template files.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use document::{Cell, SheetOut, xlsx};
use kernel::{ImportId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{Answers, Context, Kind, Source, Summary, Verdict, actions, refused_file, store, store::Work};
use crate::{
    error::{AppError, Result},
    features::{
        accounts::{
            Action,
            pages::{XLSX, log_export},
        },
        activities, people, units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Faults, Page, Visit, answer::unknown_page, language::Words},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/imports", list),
        page("/imports/new", new),
        page("/imports/template/{kind}", template),
        act("/imports/work", upload),
        page("/imports/work/{work}", preview),
        act("/imports/work/{work}/answers", answer),
        act("/imports/work/{work}/take", take),
        act("/imports/work/{work}/drop", drop_work),
        page("/imports/work/{work}/refused", work_refused),
        page("/imports/{id}", show),
        page("/imports/{id}/refused", refused),
        act("/imports/{id}/undo", undo),
    ]
}

const PAGE: usize = 20;
/// Judged rows that one page shows; the rest are told by number.
const ROWS: usize = 200;

async fn list(State(site): State<Site>, visit: Visit) -> Answer {
    let scope = visit.actor.scope(Action::Write);
    if scope.is_empty() {
        return Err(Refusal::new("not-permitted").into());
    }
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let lines = store::list(&site.app.db, &scope, query.key("before"), PAGE as u64 + 1).await?;
    let page = Page::of(lines, PAGE, &query, &["before"], |line| vec![("before", line.id.to_string())]);
    let open = store::open_work(&site.app.db, &visit.actor).await?;
    let context = context! {
        lines => Serde(&page.rows), next => page.next, query => page.query, first => page.first, open => Serde(&open),
        administers => visit.may(Action::Administer),
    };
    visit.page(&site, "imports/list.html", context)
}

fn new_page(site: &Site, visit: &Visit, status: StatusCode, fields: &Fields, faults: &Faults) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::new("not-permitted").into());
    }
    let form = visit.form(site, fields, faults);
    let context = context! { form => Serde(&form), administers => visit.may(Action::Administer) };
    visit.page_as(site, status, "imports/new.html", context)
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let unit = visit.unit();
    let name = match unit {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let values = [
        ("kind".to_owned(), query.some("kind").unwrap_or("activities").to_owned()),
        ("unit".to_owned(), name.unwrap_or_default()),
        ("unit_id".to_owned(), unit.map(|unit| unit.to_string()).unwrap_or_default()),
    ];
    new_page(&site, &visit, StatusCode::OK, &Fields::of(values), &Faults::new())
}

async fn upload(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let mut faults = Faults::new();
    let kind = faults.need("kind", Ok(Kind::of(fields.text("kind"))));
    let year = faults.take("year", fields.number("year")).flatten().and_then(|year| i32::try_from(year).ok());
    let unit = fields.key("unit_id").map(UnitId);
    if kind.is_some_and(|kind| kind != Kind::Units) && unit.is_none() {
        faults.add("unit", Refusal::new("unit-pick"));
    }
    if fields.file("file").is_none() {
        faults.add("file", Refusal::new("file-missing"));
    }
    if let (Some(kind), Some(file), true) = (kind, fields.file("file"), faults.is_empty()) {
        let unit = unit.filter(|_| kind != Kind::Units);
        actions::must_import(&site.app, &visit.actor, kind, unit).await?;
        // Read once before it is kept: a file that is none is refused at once, whatever its name says.
        match Faults::of(Source::of(&file.name, file.bytes.clone(), kind), &[])? {
            Err(_) | Ok(_) if file.bytes.is_empty() => {
                faults.add("file", Refusal::new("file-empty").with("file", &file.name));
            }
            Err(refused) => return new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &refused),
            Ok(_) => {
                let content = STANDARD.encode(&file.bytes);
                let tx = ledger::db::begin(&site.app.db).await?;
                let id = store::insert_work(&tx, kind, (unit, year), (&file.name, &content), &visit.actor).await?;
                tx.commit().await?;
                return Ok(visit.go(&format!("/imports/work/{id}")));
            }
        }
    }
    new_page(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &fields, &faults)
}

/// A file in work, of whoever handed it in.
async fn work_of(site: &Site, visit: &Visit, id: i64) -> Result<(Work, Kind)> {
    let unknown = || AppError::from(Refusal::new("import-unknown").with("id", id));
    let work = store::work(&site.app.db, id).await?.ok_or_else(unknown)?;
    let kind = Kind::of(&work.kind).ok_or_else(unknown)?;
    if work.account_id != visit.actor.account.0 {
        return Err(unknown());
    }
    actions::must_import(&site.app, &visit.actor, kind, work.unit_id.map(UnitId)).await?;
    Ok((work, kind))
}

struct Judging {
    source: Source,
    answers: Answers,
    unit: Option<UnitId>,
    year: Option<i32>,
    today: chrono::NaiveDate,
}

fn quiet(_: usize, _: usize) {}

impl Judging {
    fn of(site: &Site, work: &Work, kind: Kind) -> Result<Self> {
        let unreadable =
            |fault: base64::DecodeError| AppError::Unreadable { what: "stored file", fault: fault.to_string() };
        Ok(Self {
            source: Source::of(&work.file_name, STANDARD.decode(&work.content).map_err(unreadable)?, kind)?,
            answers: serde_json::from_str(&work.answers)?,
            unit: work.unit_id.map(UnitId),
            year: work.year.and_then(|year| i32::try_from(year).ok()),
            today: site.app.today(),
        })
    }

    fn context(&self) -> Context<'_> {
        let Self { source, answers, unit, year, today } = self;
        Context { source, unit: *unit, year: *year, answers, from: None, today: *today, progress: &quiet }
    }
}

#[derive(Serialize)]
struct Row {
    #[serde(rename = "row")]
    number: usize,
    label: String,
    verdict: &'static str,
    texts: Vec<String>,
    choices: Vec<String>,
    alike: usize,
}

fn rows(summary: &Summary, words: &Words, only: &str) -> Vec<Row> {
    let alike = |question: &super::Question| summary.questions().filter(|(_, other)| *other == question).count();
    let each = summary.judged.iter().map(|judged| match &judged.verdict {
        Verdict::Take => Row {
            number: judged.row,
            label: judged.label.clone(),
            verdict: "take",
            texts: vec![],
            choices: vec![],
            alike: 0,
        },
        Verdict::Repeated => Row {
            number: judged.row,
            label: judged.label.clone(),
            verdict: "repeated",
            texts: vec![],
            choices: vec![],
            alike: 0,
        },
        Verdict::Ask(question) => Row {
            number: judged.row,
            label: judged.label.clone(),
            verdict: "ask",
            texts: vec![words.refusal(&question.text)],
            choices: question.choices.iter().map(|choice| words.refusal(choice)).collect(),
            alike: alike(question) - 1,
        },
        Verdict::Refused(reasons) => Row {
            number: judged.row,
            label: judged.label.clone(),
            verdict: "refused",
            texts: reasons.iter().map(|reason| words.refusal(reason)).collect(),
            choices: vec![],
            alike: 0,
        },
    });
    each.filter(|row| only.is_empty() || row.verdict == only).collect()
}

async fn preview_with(site: &Site, visit: &Visit, status: StatusCode, id: i64, told: Option<&Refusal>) -> Answer {
    let (work, kind) = work_of(site, visit, id).await?;
    if let Some(import) = work.import_id {
        return Ok(visit.go(&format!("/imports/{import}")));
    }
    let words = site.pages.words(visit.language);
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let judging = Judging::of(site, &work, kind)?;
    let summary = actions::preview(&site.app, &visit.actor, kind, &judging.context()).await?;
    let mut all = rows(&summary, words, query.text("only"));
    // What wants an answer stands first.
    all.sort_by_key(|row| (row.verdict != "ask", row.verdict != "refused", row.number));
    let more = all.len().saturating_sub(ROWS);
    all.truncate(ROWS);
    let asks = summary.questions().count();
    let refused = summary.judged.iter().filter(|judged| matches!(judged.verdict, Verdict::Refused(_))).count();
    let unit = match work.unit_id.map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let context = context! {
        id, file => work.file_name, kind => work.kind, unit, read => summary.read, taken => summary.taken,
        repeated => summary.repeated, asks, refused, rows => Serde(&all), more, only => query.text("only"),
        told => told.map(|told| words.refusal(told)), shown => web::digest(&format!("{summary:?}")),
    };
    visit.page_as(site, status, "imports/preview.html", context)
}

async fn preview(State(site): State<Site>, visit: Visit, Path(work): Path<i64>) -> Answer {
    preview_with(&site, &visit, StatusCode::OK, work, None).await
}

async fn answer(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let (work, kind) = work_of(&site, &visit, id).await?;
    let judging = Judging::of(&site, &work, kind)?;
    let summary = actions::preview(&site.app, &visit.actor, kind, &judging.context()).await?;
    let questions: BTreeMap<usize, &super::Question> =
        summary.questions().map(|(judged, question)| (judged.row, question)).collect();
    let mut answers = judging.answers.clone();
    let mut given: BTreeMap<usize, usize> = BTreeMap::new();
    for (name, value) in fields.pairs() {
        let Some(row) = name.strip_prefix("answer-").and_then(|row| row.parse::<usize>().ok()) else { continue };
        let (Some(question), Ok(choice)) = (questions.get(&row), value.parse::<usize>()) else { continue };
        if choice >= question.choices.len() {
            continue;
        }
        given.insert(row, choice);
        if fields.ticked(&format!("alike-{row}")) {
            let same = questions.iter().filter(|(_, other)| *other == question).map(|(row, _)| *row);
            for row in same.collect::<Vec<_>>() {
                given.entry(row).or_insert(choice);
            }
        }
    }
    let count = given.len();
    for (row, choice) in given {
        answers.entry(row).or_default().push(choice);
    }
    store::set_answers(&site.app.db, id, &serde_json::to_string(&answers)?).await?;
    visit.done(&site, &format!("/imports/work/{id}"), "answers-kept", &[("count", &count.to_string())])
}

async fn take(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let (work, kind) = work_of(&site, &visit, id).await?;
    if let Some(import) = work.import_id {
        return Ok(visit.go(&format!("/imports/{import}")));
    }
    let judging = Judging::of(&site, &work, kind)?;
    let summary = actions::preview(&site.app, &visit.actor, kind, &judging.context()).await?;
    // What was shown is what is taken: anything else is shown again first.
    if fields.text("shown") != web::digest(&format!("{summary:?}")) {
        return preview_with(&site, &visit, StatusCode::CONFLICT, id, Some(&Refusal::new("import-changed-meanwhile")))
            .await;
    }
    match actions::confirm(&site.app, &visit.actor, kind, &judging.context(), &summary).await {
        Ok((import, summary)) => {
            store::settle_work(&site.app.db, id, import).await?;
            visit.done(
                &site,
                &format!("/imports/{import}"),
                "import-taken-done",
                &[("rows", &summary.taken.to_string())],
            )
        }
        Err(AppError::Refused(refusal)) if refusal.code == "import-changed-meanwhile" => {
            preview_with(&site, &visit, StatusCode::CONFLICT, id, Some(&refusal)).await
        }
        Err(other) => Err(other),
    }
}

async fn drop_work(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    work_of(&site, &visit, id).await?;
    let month_ago = site.app.clock.0.now() - chrono::Duration::days(30);
    let before = month_ago.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    store::drop_work(&site.app.db, id, &before).await?;
    visit.done(&site, "/imports", "import-dropped", &[])
}

/// The refused rows of a file as they stand in it, each with its reason.
async fn refused_rows(site: &Site, visit: &Visit, work: &Work, kind: Kind, refused: BTreeMap<usize, String>) -> Answer {
    if kind == Kind::Units {
        return Err(unknown_page());
    }
    let judging = Judging::of(site, work, kind)?;
    let table = match kind {
        Kind::Roster => people::import::table(&judging.context())?,
        _ => activities::import::table(&judging.context())?,
    };
    let words = site.pages.words(visit.language);
    let bytes = refused_file(&table, &refused, &words.say("import-reason", &[]))?;
    log_export(site, visit, "refused", refused.len()).await?;
    visit.file(&words.say("import-refused-name", &[("file", &work.file_name)]), XLSX, bytes)
}

fn told(words: &Words, reasons: &[Refusal]) -> String {
    reasons.iter().map(|reason| words.refusal(reason)).collect::<Vec<_>>().join("；")
}

async fn work_refused(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let (work, kind) = work_of(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let judging = Judging::of(&site, &work, kind)?;
    let summary = actions::preview(&site.app, &visit.actor, kind, &judging.context()).await?;
    let refused = summary.refused().iter().map(|(row, reasons)| (*row, told(words, reasons))).collect();
    refused_rows(&site, &visit, &work, kind, refused).await
}

/// An import of the scope; another is not known.
async fn seen(site: &Site, visit: &Visit, id: i64) -> Result<(store::Import, Kind)> {
    let unknown = || AppError::from(Refusal::new("import-unknown").with("id", id));
    let import = store::by_id(&site.app.db, ImportId(id)).await?.ok_or_else(unknown)?;
    let kind = Kind::of(&import.kind).ok_or_else(unknown)?;
    match actions::must_import(&site.app, &visit.actor, kind, import.unit_id.map(UnitId)).await {
        Ok(()) => Ok((import, kind)),
        Err(AppError::Refused(_)) => Err(unknown()),
        Err(other) => Err(other),
    }
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
    let (import, kind) = seen(site, visit, id).await?;
    let words = site.pages.words(visit.language);
    let mut refusals = kept_refusals(site, words, id).await?;
    let more = refusals.len().saturating_sub(ROWS);
    refusals.truncate(ROWS);
    let has_file = kind != Kind::Units && store::work_of(&site.app.db, ImportId(id)).await?.is_some();
    let context = context! {
        import => Serde(&import), refusals => Serde(&refusals), more, has_file,
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
    refused_rows(&site, &visit, &work, kind, refused).await
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
        return Err(Refusal::new("not-permitted").into());
    }
    let words = site.pages.words(visit.language);
    let kind = Kind::of(&kind).ok_or_else(unknown_page)?;
    let (name, columns): (&str, &[&str]) = match kind {
        Kind::Units => ("import-kind-units", &["code", "name", "level", "parent_code"]),
        Kind::Roster => (
            "register-roster",
            &["序号", "姓名", "性别", "出生年月", "政治面貌", "工作单位", "职务", "学历", "联系电话", "备注"],
        ),
        Kind::Activities => (
            "register-activities",
            &[
                "序号",
                "名称",
                "日期",
                "时间",
                "类型",
                "主办单位",
                "地点",
                "主讲人",
                "主持人",
                "参加人员",
                "参加人数",
                "备注",
            ],
        ),
    };
    let name = words.say(name, &[]);
    let sheet = SheetOut {
        name: name.clone(),
        title: None,
        columns: columns.iter().map(|head| (*head).into()).collect(),
        rows: vec![vec![Cell::Empty; columns.len()]],
    };
    visit.file(&format!("{name}.xlsx"), XLSX, xlsx(&sheet)?)
}
