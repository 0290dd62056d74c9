//! Exports: lists, registers and sheets as files. An export that is too long is refused, never cut. Exports are logged,
//! written on threads that answer no requests, and streamed from there.

use std::{
    fs::File,
    io::{BufWriter, Read, Seek, Write},
};

use axum::body::{Body, Bytes};
use document::SheetOut;
use futures_util::{Stream, stream};
use kernel::Refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Answer, Visit};
use crate::{
    app::App,
    error::{AppError, Result},
    log::{self, Object},
    serve::Site,
};

/// The MIME type of a spreadsheet.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The most rows of an export: what a sheet of Excel can hold, less its headings.
pub const MOST_ROWS: u64 = 1_000_000;
/// How many exports are read or written at a time.
const AT_ONCE: usize = 2;
/// How many bytes of a file are read at a time.
const CHUNK: usize = 64 * 1024;

/// Limits the exports that run at a time: a few are written, the others wait.
#[derive(Clone, Debug)]
pub struct Exports(std::sync::Arc<Semaphore>);

impl Default for Exports {
    fn default() -> Self {
        Self(std::sync::Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Permission to run an export, until it is dropped.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit);

impl Exports {
    /// Waits until an export may run.
    pub async fn turn(&self) -> Result<Turn> {
        let turn = self.0.clone().acquire_owned().await;
        turn.map(Turn).map_err(|fault| AppError::Unreadable { what: "an export's turn", fault: fault.to_string() })
    }
}

/// The file format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Comma-separated text.
    Csv,
}

impl Format {
    /// The format for a file name extension.
    pub fn from_extension(text: &str) -> Option<Self> {
        match text {
            "xlsx" => Some(Self::Xlsx),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The file name extension.
    fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    fn mime(self) -> &'static str {
        match self {
            Self::Xlsx => XLSX,
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Refuses what has more rows than an export may have. One more than allowed was read, see [`App::to_export`].
pub fn must_fit(app: &App, rows: usize) -> Result<()> {
    if rows as u64 > app.most_exported {
        return Err(Refusal::new("export-too-long").with("most", app.most_exported).into());
    }
    Ok(())
}

/// Sends a list as a workbook, and logs under the message or metric that names it that it left the system. One that is too
/// long is refused rather than cut.
pub async fn export_list(site: &Site, visit: &Visit, list: &str, sheet: SheetOut) -> Answer {
    must_fit(&site.app, sheet.rows.len())?;
    let turn = site.exports.turn().await?;
    log_export(site, visit, list, sheet.rows.len()).await?;
    write(visit, turn, list.trim_start_matches("nav-"), Format::Xlsx, sheet).await
}

/// Sends a table as a file with a name of its own, given without extension; logged as `list`.
pub async fn export_file(
    site: &Site,
    visit: &Visit,
    (list, name): (&str, &str),
    format: Format,
    (turn, sheet): (Turn, SheetOut),
) -> Answer {
    must_fit(&site.app, sheet.rows.len())?;
    log_export(site, visit, list, sheet.rows.len()).await?;
    write(visit, turn, name, format, sheet).await
}

/// Sends a workbook without data of the system, such as an empty form; not logged.
pub async fn blank_file(site: &Site, visit: &Visit, name: &str, sheet: SheetOut) -> Answer {
    write(visit, site.exports.turn().await?, name, Format::Xlsx, sheet).await
}

/// Logs that a list left the system.
pub async fn log_export(site: &Site, visit: &Visit, list: &str, rows: usize) -> Result<()> {
    let tx = ledger::db::begin(&site.app.db).await?;
    let args = [("list", list), ("rows", &rows.to_string())];
    log::write(&tx, &visit.actor, "exported", Object::all("list"), None, &args).await?;
    tx.commit().await?;
    Ok(())
}

/// Runs work that takes long on a thread that answers no requests.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|fault| AppError::Unreadable { what: "work beside the requests", fault: fault.to_string() })?
}

async fn write(visit: &Visit, turn: Turn, name: &str, format: Format, sheet: SheetOut) -> Answer {
    let (file, size) = aside(move || {
        // The rows and the turn are dropped as soon as the file is written: a slow download holds neither.
        let _turn = turn;
        let failed = || AppError::io("writing an export");
        let mut to = BufWriter::new(tempfile::tempfile().map_err(failed())?);
        match format {
            Format::Xlsx => document::write_xlsx(&sheet, &mut to)?,
            Format::Csv => document::write_csv(&sheet, &mut to)?,
        }
        to.flush().map_err(failed())?;
        let mut file = to.into_inner().map_err(|fault| failed()(fault.into_error()))?;
        file.rewind().map_err(failed())?;
        let size = file.metadata().map_err(failed())?.len();
        Ok((file, size))
    })
    .await?;
    visit.streamed(&format!("{name}.{}", format.as_str()), format.mime(), size, Body::from_stream(chunks(file)))
}

/// The bytes of a file, read as they are sent.
fn chunks(file: File) -> impl Stream<Item = Result<Bytes>> {
    stream::try_unfold(file, |mut file| {
        aside(move || {
            let mut bytes = vec![0; CHUNK];
            let read = file.read(&mut bytes).map_err(AppError::io("reading an export"))?;
            bytes.truncate(read);
            Ok((read > 0).then(|| (Bytes::from(bytes), file)))
        })
    })
}
