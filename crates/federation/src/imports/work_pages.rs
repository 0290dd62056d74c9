//! The pages of an uploaded file: every row is judged, questions are answered, then it is imported.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use desk::{
    actor::Action,
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
    Answers, Kind, actions, groups,
    jobs::{JUDGED_ANEW, Job, Jobs, Judged, Reading, units_of},
    model::UNIT,
    pages::{kinds, year_in_range},
    refused_sheet,
    rows::{self, Counts, With, chosen, join_reasons},
    store::{self, Work},
};
use crate::scope::{must, places};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/imports/work/{work}", preview),
        act("/imports/work/{work}/answers", answer),
        act("/imports/work/{work}/year", set_year),
        act("/imports/work/{work}/unit", set_unit),
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
    let opening = judged.verdicts.as_ref().ok().and_then(|verdicts| verdicts.summary.from);
    let file = context! {
        id => work.id, file => &work.file_name, kind => &work.kind, kinds => kinds(site, visit, true), unit, view => Serde(&judged.view), told => fault,
        judged => judged.verdicts.is_ok(), opening => opening.map(|day| day.to_string()),
        year => work.year, wants_year => wants_year(work, judged),
    };
    let Ok(verdicts) = &judged.verdicts else { return visit.page_as(site, status, "imports/preview.html", file) };
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let summary = &verdicts.summary;
    let counts = Counts::from_summary(summary);
    let tab = rows::tab(&query, counts);
    let mended = units_of(work)?;
    let page = rows::page(verdicts, &query, tab);
    let (units, people) = page.named();
    let with = With {
        words,
        units: store::names_of_units(&site.app.db, &units).await?,
        people: store::names_of_people(&site.app.db, &people, site.app.today()).await?,
        mended: &mended,
    };
    let page = page.rows(judged, verdicts, &with);
    let has_units = Kind::by_name(&site.app, &work.kind).is_some_and(has_units);
    let together = groups::shown(summary, &judged.answers, words);
    let causes = groups::causes(&site.app, summary, words);
    let context = context! {
        read => summary.read, taken => summary.taken, repeated => summary.repeated, asks => counts.asks,
        refused => counts.refused, rows => Serde(&page.rows), next => page.next, query => page.query,
        first => page.first, tab, shown => &verdicts.shown, has_table => judged.view.is_some(),
        together => Serde(&together), causes => Serde(&causes), has_units, mend => query.key("mend"), after => query.key("after"), ..file
    };
    visit.page_as(site, status, "imports/preview.html", context)
}

/// Whether the year of dates without one is to be asked: the file says none, or a row needs it.
fn wants_year(work: &Work, judged: &Judged) -> bool {
    let needs = |refusal: &Refusal| {
        matches!(refusal.code.as_str(), "import-wants-year" | "date-no-year" | "years-disagree" | "years-several")
    };
    work.year.is_some()
        || match &judged.verdicts {
            Err(refusal) => needs(refusal),
            Ok(verdicts) => {
                verdicts.summary.from.is_some()
                    || verdicts.summary.refused().iter().any(|(_, reasons)| reasons.iter().any(needs))
            }
        }
}

/// Whether each row of a kind belongs to a unit.
fn has_units(kind: Kind) -> bool {
    kind.columns().iter().any(|column| column.key == UNIT)
}

/// Stores the year that the file's dates without one have, and the roster's first day.
async fn set_year(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let here = format!("/imports/work/{id}");
    let Some((work, _)) = open_work(&site, &visit, id).await? else { return Ok(visit.go(&here)) };
    let year = fields.number("year").and_then(|year| year.map(year_in_range).transpose());
    let year = match year {
        Ok(year) => year,
        Err(refusal) => return warned(&site, &visit, &here, &refusal),
    };
    store::set_year(&site.app.db, id, year).await?;
    visit.done(&site, &here, kept(&work), &[])
}

/// Leads back to a page, which shows a refusal.
pub(super) fn warned(site: &Site, visit: &Visit, here: &str, refusal: &Refusal) -> Answer {
    let args: Vec<(&str, &str)> = refusal.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visit.warned(site, here, &refusal.code, &args)
}

/// The message after a file is read otherwise.
pub(super) fn kept(work: &Work) -> &'static str {
    if work.answers == "{}" { "layout-kept" } else { "layout-kept-anew" }
}

/// Puts another unit in place of what a row says, or takes that back.
async fn set_unit(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let here = back(id, &fields);
    let Some((work, kind)) = open_work(&site, &visit, id).await? else { return Ok(visit.go(&here)) };
    let row = fields.key("row").and_then(|row| usize::try_from(row).ok()).filter(|_| has_units(kind));
    let Some(row) = row else { return Ok(visit.go(&here)) };
    let mut units = units_of(&work)?;
    let at = tabular::row_in_sheet(row).to_string();
    let message = if fields.ticked("undo") {
        units.remove(&row);
        "import-unit-undone"
    } else {
        let Some(unit) = fields.key("unit_id").map(UnitId) else {
            return visit.warned(&site, &here, "unit-pick", &[]);
        };
        must(&site.app.db, &visit.actor, Action::Write, unit).await?;
        units.insert(row, store::text_of_unit(&site.app.db, unit).await?);
        "import-unit-kept"
    };
    let mut answers: Answers = serde_json::from_str(&work.answers)?;
    answers.remove(&row);
    let (units, answers) = (serde_json::to_string(&units)?, serde_json::to_string(&answers)?);
    if store::set_units(&site.app.db, &work, &units, &answers).await? == 0 {
        return visit.warned(&site, &here, "answers-between", &[]);
    }
    visit.done(&site, &here, message, &[("row", &at)])
}

/// The place on the page that a form was sent from: its tab and its first row.
fn back(id: i64, fields: &Fields) -> String {
    let tab = rows::known_tab(fields).map(|tab| format!("only={tab}"));
    let after = fields.key("after").map(|after| format!("after={after}"));
    let query: Vec<String> = tab.into_iter().chain(after).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/imports/work/{id}{mark}{}", query.join("&"))
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

/// Deletes files that were not imported within a month, and those whose form was not completed within a day, and the personal data
/// in them.
pub(super) async fn sweep(site: &Site) -> Result<()> {
    let ago = |days| {
        let moment = site.app.clock.0.now() - chrono::Duration::days(days);
        moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    };
    Ok(store::sweep_work(&site.app.db, &ago(30), &ago(1)).await?)
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
