//! The pages of an uploaded file: every row is judged, questions are answered, then it is imported.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use desk::{
    error::{AppError, Result},
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Visit,
        answer::{status_of, unknown_page},
        export::{Format, export_file},
        pages::grouped,
    },
};
use kernel::{Refusal, UnitId};
use minijinja::{context, value::Serde};
use web::Fields;

use super::{
    Kind, actions,
    jobs::{JUDGED_ANEW, Job, Jobs, Judged, Reading},
    pages::kinds,
    refused_sheet,
    rows::{self, Counts, chosen, join_reasons},
    store::{self, Work},
};
use crate::scope::places;

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

/// An uploaded file, if it is the visitor's own.
pub(super) async fn work_of(site: &Site, visit: &Visit, id: i64) -> Result<(Work, Kind)> {
    let unknown = || AppError::from(Refusal::unknown("import-unknown").with("id", id));
    let work = store::work(&site.app.db, id).await?.ok_or_else(unknown)?;
    let kind = Kind::by_name(&site.app, &work.kind).ok_or_else(unknown)?;
    if work.account_id != visit.actor.account.0 {
        return Err(unknown());
    }
    actions::must_import(&site.app.db, &visit.actor, kind, work.unit_id.map(UnitId)).await?;
    Ok((work, kind))
}

fn quiet(_: usize, _: usize) {}

/// The same as long as it can be changed: while it is being imported and after that, its page shows that instead.
pub(super) async fn open_work(site: &Site, visit: &Visit, id: i64) -> Result<Option<(Work, Kind)>> {
    let taking = site.app.shared::<Jobs>().taking(id);
    let (work, kind) = work_of(site, visit, id).await?;
    Ok((work.import_id.is_none() && taking.is_none()).then_some((work, kind)))
}

/// The page that shows the progress on a file.
fn progress<T>(site: &Site, visit: &Visit, work: &Work, job: &Job<T>, phase: &str) -> Answer {
    let (done, all) = job.progress();
    let (written, to_write) = job.written();
    let context = context! { id => work.id, file => &work.file_name, kind => &work.kind, kinds => kinds(site, visit, true), phase, done, all, written, to_write };
    visit.page(site, "imports/progress.html", context)
}

/// Why the last attempt to import failed; if the server was restarted, only the mark that it had begun is left.
fn broke_off(work: &Work) -> Option<Refusal> {
    match work.state.as_str() {
        "taking" => Some(Refusal::new("import-interrupted")),
        "failed" => {
            let stored = work.fault.as_deref().and_then(|fault| serde_json::from_str(fault).ok());
            Some(stored.unwrap_or_else(|| Refusal::new("import-broke-off")))
        }
        _ => None,
    }
}

async fn preview(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    // Read before the row: if no job is running although the row says so, it was interrupted.
    let taking = site.app.shared::<Jobs>().taking(id);
    let (work, kind) = work_of(&site, &visit, id).await?;
    if let Some(import) = work.import_id {
        return Ok(visit.go(&format!("/imports/{import}")));
    }
    if let Some(job) = taking {
        return progress(&site, &visit, &work, &job, "taking");
    }
    let job = site.app.shared::<Jobs>().judge(&site.app, &visit.actor, &work, kind);
    match site.app.shared::<Jobs>().soon(&job).await {
        // The page that was waiting is loaded anew as a whole.
        Some(_) if visit.fragment => Ok(visit.go(&format!("/imports/work/{id}"))),
        // It was answered or read with another layout meanwhile: its page shows that.
        Some(Err(AppError::Refused(refusal))) if refusal.code == JUDGED_ANEW => {
            Ok(visit.go(&format!("/imports/work/{id}")))
        }
        Some(judged) => {
            let judged = judged?;
            verdicts(&site, &visit, StatusCode::OK, &work, &judged, broke_off(&work)).await
        }
        None => progress(&site, &visit, &work, &job, "judging"),
    }
}

/// Waits for the verdicts, however long they take.
async fn judged(site: &Site, visit: &Visit, work: &Work, kind: Kind) -> Result<Arc<Judged>> {
    site.app.shared::<Jobs>().judge(&site.app, &visit.actor, work, kind).end().await
}

async fn verdicts(
    site: &Site,
    visit: &Visit,
    status: StatusCode,
    work: &Work,
    judged: &Judged,
    fault: Option<Refusal>,
) -> Answer {
    let words = site.pages.words(visit.language);
    let unit = match work.unit_id.map(UnitId) {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let fault = fault.as_ref().or(judged.verdicts.as_ref().err()).map(|fault| words.refusal(fault));
    let file = context! {
        id => work.id, file => &work.file_name, kind => &work.kind, kinds => kinds(site, visit, true), unit, view => Serde(&judged.view), told => fault,
        judged => judged.verdicts.is_ok(), opening => work.year.map(|year| format!("{year}-01-01")),
    };
    let Ok(verdicts) = &judged.verdicts else { return visit.page_as(site, status, "imports/preview.html", file) };
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let summary = &verdicts.summary;
    let counts = Counts::from_summary(summary);
    let tab = rows::tab(&query, counts);
    let page = rows::page(judged, verdicts, words, &query, tab);
    let context = context! {
        read => summary.read, taken => summary.taken, repeated => summary.repeated, asks => counts.asks,
        refused => counts.refused, rows => Serde(&page.rows), next => page.next, query => page.query,
        first => page.first, tab, shown => &verdicts.shown, has_table => judged.view.is_some(), ..file
    };
    visit.page_as(site, status, "imports/preview.html", context)
}

async fn answer(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let here = format!("/imports/work/{id}");
    let Some((work, kind)) = open_work(&site, &visit, id).await? else { return Ok(visit.go(&here)) };
    let judged = judged(&site, &visit, &work, kind).await?;
    let Ok(verdicts) = &judged.verdicts else { return Ok(visit.go(&here)) };
    let (given, late) = chosen(&fields, &verdicts.summary, &judged.answers);
    let count = given.len().to_string();
    let mut answers = judged.answers.clone();
    for (row, choice) in given {
        answers.entry(row).or_default().push(choice);
    }
    let again = fields.key("again").and_then(|row| usize::try_from(row).ok());
    let again = again.filter(|row| answers.remove(row).is_some());
    if answers != judged.answers {
        let text = serde_json::to_string(&answers)?;
        if store::set_answers(&site.app.db, &work, &text).await? == 0 {
            return visit.warned(&site, &here, "answers-between", &[]);
        }
    }
    match again {
        Some(row) => {
            let at = tabular::row_in_sheet(row).to_string();
            visit.done(&site, &here, "answers-withdrawn", &[("row", &at)])
        }
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
    // Only what was shown is imported: anything else is shown again first.
    let job = site.app.shared::<Jobs>().take(&site.app, &visit.actor, work.clone(), kind, fields.text("shown"));
    let taken = site.app.shared::<Jobs>().soon(&job).await;
    site.app.shared::<Jobs>().forget(id);
    let refusal = match taken {
        None => return Ok(visit.go(&format!("/imports/work/{id}"))),
        Some(Ok((import, rows))) => {
            return visit.done(
                &site,
                &format!("/imports/{import}"),
                "import-taken-done",
                &[("rows", &grouped(rows as i64))],
            );
        }
        Some(Err(AppError::Refused(refusal))) => refusal,
        Some(Err(other)) => return Err(other),
    };
    let (work, kind) = work_of(&site, &visit, id).await?;
    let judged = judged(&site, &visit, &work, kind).await?;
    let status = status_of(&AppError::Refused(refusal.clone()));
    verdicts(&site, &visit, status, &work, &judged, Some(refusal)).await
}

async fn drop_work(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    if open_work(&site, &visit, id).await?.is_none() {
        return Ok(visit.go(&format!("/imports/work/{id}")));
    }
    store::drop_work(&site.app.db, id).await?;
    site.app.shared::<Jobs>().forget(id);
    sweep(&site).await?;
    visit.done(&site, "/imports", "import-dropped", &[])
}

/// Deletes files that were not imported within a month, and the personal data in them.
pub(super) async fn sweep(site: &Site) -> Result<()> {
    let month_ago = site.app.clock.0.now() - chrono::Duration::days(30);
    let before = month_ago.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    Ok(store::sweep_work(&site.app.db, &before).await?)
}

/// The refused rows of a file as they are in it, each with its reason.
pub(super) async fn refused_rows(
    site: &Site,
    visit: &Visit,
    (work, kind): (&Work, Kind),
    refused: BTreeMap<usize, String>,
) -> Answer {
    let turn = site.exports.turn().await?;
    let reading = Reading::load(&site.app, work, kind).await?;
    let context = reading.context(&quiet);
    let table = kind.table(&context)?.ok_or_else(unknown_page)?;
    let words = site.pages.words(visit.language);
    let sheet = refused_sheet(&table, &refused, &words.message("import-reason", &[]));
    let name = words.message("import-refused-name", &[("file", &work.file_name)]);
    let name = name.trim_end_matches(".xlsx");
    export_file(site, visit, ("log-list-refused", name), Format::Xlsx, (turn, sheet)).await
}

async fn work_refused(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let (work, kind) = work_of(&site, &visit, id).await?;
    let words = site.pages.words(visit.language);
    let judged = judged(&site, &visit, &work, kind).await?;
    let verdicts = judged.verdicts.as_ref().map_err(Clone::clone)?;
    let refused =
        verdicts.summary.refused().iter().map(|(row, reasons)| (*row, join_reasons(words, reasons))).collect();
    refused_rows(&site, &visit, (&work, kind), refused).await
}
