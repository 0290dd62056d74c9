//! The pages of a file in work: every row judged, questions answered, then taken.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Refusal, UnitId};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    Answers, Context, Kind, Question, Source, Summary, Verdict, actions, layout, refused_file, store, store::Work,
};
use crate::{
    error::{AppError, Result},
    features::{
        accounts::pages::{XLSX, log_export},
        activities, people, units,
    },
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Visit, answer::unknown_page, language::Words},
};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/imports/work/{work}", preview),
        act("/imports/work/{work}/answers", answer),
        act("/imports/work/{work}/take", take),
        act("/imports/work/{work}/drop", drop_work),
        page("/imports/work/{work}/refused", work_refused),
    ]
}

/// Judged rows that one page shows; the rest are told by number.
const ROWS: usize = 200;

/// A file in work, of whoever handed it in.
pub(super) async fn work_of(site: &Site, visit: &Visit, id: i64) -> Result<(Work, Kind)> {
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
        let source = Source::of(&work.file_name, STANDARD.decode(&work.content).map_err(unreadable)?, kind)?;
        let layout = layout::kept(work.layout.as_deref())?;
        Ok(Self {
            source: Source { layout, ..source.as_sheets() },
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
    /// Which question is asked.
    question: String,
    /// How many more rows ask the same.
    alike: usize,
    /// Whether something was answered, so that it can be answered anew.
    answered: bool,
}

/// Which question of a row a form answers: sent twice, it must not answer the row's next one.
fn question_mark(row: usize, answers: &Answers, question: &Question) -> String {
    let given = answers.get(&row).map_or(0, Vec::len);
    web::digest(&format!("{given} {question:?}")).chars().take(16).collect()
}

fn rows(summary: &Summary, answers: &Answers, words: &Words, only: &str) -> Vec<Row> {
    let alike = |question: &Question| summary.questions().filter(|(_, other)| *other == question).count();
    let each = summary.judged.iter().map(|judged| {
        let (verdict, texts) = match &judged.verdict {
            Verdict::Take => ("take", vec![]),
            Verdict::Repeated => ("repeated", vec![]),
            Verdict::Ask(question) => ("ask", vec![words.refusal(&question.text)]),
            Verdict::Refused(reasons) => ("refused", reasons.iter().map(|reason| words.refusal(reason)).collect()),
        };
        let (number, label, answered) = (judged.row, judged.label.clone(), answers.contains_key(&judged.row));
        let plain = Row { number, label, verdict, texts, choices: vec![], question: String::new(), alike: 0, answered };
        match &judged.verdict {
            Verdict::Ask(question) => Row {
                choices: question.choices.iter().map(|choice| words.refusal(choice)).collect(),
                question: question_mark(number, answers, question),
                alike: alike(question) - 1,
                ..plain
            },
            _ => plain,
        }
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
    let view = layout::view(&judging.source, kind);
    let judged = match actions::preview(&site.app, &visit.actor, kind, &judging.context()).await {
        // What was not found may be put by hand, where there is a sheet to choose from.
        Err(AppError::Refused(refusal)) if view.is_some() => Err(refusal),
        judged => Ok(judged?),
    };
    let unit = match work.unit_id.map(UnitId) {
        Some(unit) => units::by_ids(&site.app.db, &[unit]).await?.remove(&unit).map(|unit| unit.name),
        None => None,
    };
    let told = told.or(judged.as_ref().err()).map(|told| words.refusal(told));
    let file = context! {
        id, file => work.file_name, kind => work.kind, unit, view => Serde(&view), told, judged => judged.is_ok(),
    };
    let Ok(summary) = judged else { return visit.page_as(site, status, "imports/preview.html", file) };
    let mut all = rows(&summary, &judging.answers, words, query.text("only"));
    // What wants an answer stands first.
    all.sort_by_key(|row| (row.verdict != "ask", row.verdict != "refused", row.number));
    let more = all.len().saturating_sub(ROWS);
    all.truncate(ROWS);
    let asks = summary.questions().count();
    let refused = summary.judged.iter().filter(|judged| matches!(judged.verdict, Verdict::Refused(_))).count();
    let context = context! {
        read => summary.read, taken => summary.taken, repeated => summary.repeated, asks, refused, rows => Serde(&all),
        more, only => query.text("only"), shown => web::digest(&format!("{summary:?}")), has_table => view.is_some(), ..file
    };
    visit.page_as(site, status, "imports/preview.html", context)
}

async fn preview(State(site): State<Site>, visit: Visit, Path(work): Path<i64>) -> Answer {
    preview_with(&site, &visit, StatusCode::OK, work, None).await
}

/// What a form answers: the choices by row, and the rows whose question is another by now.
fn chosen(fields: &Fields, summary: &Summary, answers: &Answers) -> (BTreeMap<usize, usize>, usize) {
    let questions: BTreeMap<usize, &Question> =
        summary.questions().map(|(judged, question)| (judged.row, question)).collect();
    let (mut given, mut late) = (BTreeMap::new(), 0);
    for (name, value) in fields.pairs() {
        let Some(row) = name.strip_prefix("answer-").and_then(|row| row.parse::<usize>().ok()) else { continue };
        let Ok(choice) = value.parse::<usize>() else { continue };
        let Some(question) = questions
            .get(&row)
            .filter(|question| choice < question.choices.len())
            .filter(|question| fields.text(&format!("question-{row}")) == question_mark(row, answers, question))
        else {
            late += 1;
            continue;
        };
        given.insert(row, choice);
        if fields.ticked(&format!("alike-{row}")) {
            let same = questions.iter().filter(|(_, other)| *other == question).map(|(row, _)| *row);
            for row in same {
                given.entry(row).or_insert(choice);
            }
        }
    }
    (given, late)
}

async fn answer(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let (work, kind) = work_of(&site, &visit, id).await?;
    let here = format!("/imports/work/{id}");
    if work.import_id.is_some() {
        return Ok(visit.go(&here));
    }
    let judging = Judging::of(&site, &work, kind)?;
    let summary = actions::preview(&site.app, &visit.actor, kind, &judging.context()).await?;
    let mut answers = judging.answers.clone();
    let (given, late) = chosen(&fields, &summary, &answers);
    let count = given.len().to_string();
    for (row, choice) in given {
        answers.entry(row).or_default().push(choice);
    }
    let again = fields.key("again").and_then(|row| usize::try_from(row).ok());
    let again = again.filter(|row| answers.remove(row).is_some());
    if answers != judging.answers
        && store::set_answers(&site.app.db, &work, &serde_json::to_string(&answers)?).await? == 0
    {
        return visit.warned(&site, &here, "answers-between", &[]);
    }
    match again {
        Some(row) => visit.done(&site, &here, "answers-withdrawn", &[("row", &row.to_string())]),
        None if late > 0 => {
            visit.warned(&site, &here, "answers-late", &[("count", &count), ("late", &late.to_string())])
        }
        None if count == "0" => visit.warned(&site, &here, "answers-none", &[]),
        None => visit.done(&site, &here, "answers-kept", &[("count", &count)]),
    }
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
    let (work, _) = work_of(&site, &visit, id).await?;
    if let Some(import) = work.import_id {
        return Ok(visit.go(&format!("/imports/{import}")));
    }
    store::drop_work(&site.app.db, id).await?;
    sweep(&site).await?;
    visit.done(&site, "/imports", "import-dropped", &[])
}

/// Files that nobody took for a month go, and with them what people's files hold.
pub(super) async fn sweep(site: &Site) -> Result<()> {
    let month_ago = site.app.clock.0.now() - chrono::Duration::days(30);
    let before = month_ago.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    Ok(store::sweep_work(&site.app.db, &before).await?)
}

/// The refused rows of a file as they stand in it, each with its reason.
pub(super) async fn refused_rows(
    site: &Site,
    visit: &Visit,
    (work, kind): (&Work, Kind),
    refused: BTreeMap<usize, String>,
) -> Answer {
    let judging = Judging::of(site, work, kind)?;
    let table = match kind {
        Kind::Units => units::import::table(&judging.context())?.ok_or_else(unknown_page)?,
        Kind::Roster => people::import::table(&judging.context())?,
        Kind::Activities => activities::import::table(&judging.context())?,
    };
    let words = site.pages.words(visit.language);
    let bytes = refused_file(&table, &refused, &words.say("import-reason", &[]))?;
    log_export(site, visit, "refused", refused.len()).await?;
    visit.file(&words.say("import-refused-name", &[("file", &work.file_name)]), XLSX, bytes)
}

pub(super) fn told(words: &Words, reasons: &[Refusal]) -> String {
    reasons.iter().map(|reason| words.refusal(reason)).collect::<Vec<_>>().join("；")
}

async fn work_refused(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let (work, kind) = work_of(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let judging = Judging::of(&site, &work, kind)?;
    let summary = actions::preview(&site.app, &visit.actor, kind, &judging.context()).await?;
    let refused = summary.refused().iter().map(|(row, reasons)| (*row, told(words, reasons))).collect();
    refused_rows(&site, &visit, (&work, kind), refused).await
}
