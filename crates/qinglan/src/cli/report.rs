//! `report`: build, issue, list, rebuild.

use std::{path::Path, process::ExitCode};

use desk::{
    app::{App, font_folders},
    error::Result,
    ui::language::Words,
};
use document::{DocumentError, Fonts, PdfWriter};
use federation::units;
use figures::reports::{
    Built, Cell,
    actions::{self, Order},
    rows, store, stored_figures,
};
use kernel::Period;
use serde_json::json;

use super::{
    arguments::{Format, Report, ReportOf},
    import::write,
    keeping::status,
    out::{Out, line},
};

pub(super) async fn run(app: &App, out: &Out<'_>, what: Report) -> Result<ExitCode> {
    match what {
        Report::Templates => {
            let keys: Vec<&str> = actions::shipped().collect();
            if out.json {
                out.json(&keys)?;
            } else {
                line(keys.join("\n"));
            }
        }
        Report::Build(of) => {
            let order = order(app, &of).await?;
            let href = rows_link(of.format, &of.output);
            let mut built = actions::build(app, &app.operator(), &order, &href).await?;
            built.document.draft = true;
            write_report(app, &built, of.format, &of.output).await?;
            print_result(out, &built, None, &of.output)?;
            for hindrance in &built.hindrances {
                eprintln!("{}", out.words.refusal(hindrance));
            }
        }
        Report::Issue { of, early } => {
            let order = order(app, &of).await?;
            let href = rows_link(of.format, &of.output);
            // The file is written first: if fonts are missing or the disk fails, nothing is issued.
            let first = actions::build_to_issue(app, &app.operator(), &order, early.as_deref(), &href).await?;
            if first.hindrances.is_empty() {
                write_report(app, &first, of.format, &of.output).await?;
            }
            let (id, issued) = actions::issue(app, &app.operator(), &order, early.as_deref()).await?;
            if issued.position != first.position {
                let built = actions::rebuild(app, &app.operator(), id, &href).await?.built;
                write_report(app, &built, of.format, &of.output).await?;
            }
            print_result(out, &issued, Some(id), &of.output)?;
        }
        Report::List => list(app, out).await?,
        Report::Rebuild { id, format, output } => return rebuild(app, out, id, format.zip(output)).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn order(app: &App, of: &ReportOf) -> Result<Order> {
    Ok(Order {
        template: actions::template(&of.template)?,
        unit: units::find_by_code_or_name(&app.db, &of.unit).await?.id,
        period: Period::new(of.from, of.to)?,
    })
}

/// In HTML a figure links to the file with its rows, in a folder beside the report.
fn rows_link(format: Format, output: &Path) -> impl Fn(&Cell) -> Option<String> + Send + Sync + use<> {
    let folder = rows_folder(output);
    let folder = folder.replace('%', "%25").replace('#', "%23").replace('?', "%3F");
    move |cell| (format == Format::Html).then(|| format!("{folder}/{}.html", cell.id))
}

fn rows_folder(output: &Path) -> String {
    let stem = output.file_stem().map_or_else(|| "report".into(), std::ffi::OsStr::to_string_lossy);
    format!("{stem}-rows")
}

async fn write_report(app: &App, built: &Built, format: Format, output: &Path) -> Result<()> {
    match format {
        Format::Html => {
            let back = format!("../{}", output.file_name().map(|name| name.to_string_lossy()).unwrap_or_default());
            let folder = output.with_file_name(rows_folder(output));
            clear_rows(&folder);
            for cell in &built.figures {
                let page = rows::page(app, built, cell, &back).await?;
                write(&folder.join(format!("{}.html", cell.id)), page.as_bytes())?;
            }
            write(output, document::html(&built.document).as_bytes())
        }
        Format::Docx => write(output, &document::docx(&built.document)?),
        Format::Pdf => {
            let fonts = Fonts::load(&font_folders(&app.config))?;
            write(output, &PdfWriter::new(fonts).pdf(&built.document)?)
        }
        Format::Json => write(output, serde_json::to_string_pretty(&as_json(built)?)?.as_bytes()),
    }
}

/// Deletes the pages of an earlier build, `f1.html` and so on; other files are not touched.
fn clear_rows(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let number = name.strip_prefix('f').and_then(|rest| rest.strip_suffix(".html"));
        if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
            // A file that can't be removed is overwritten later.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The report as JSON: its parameters, every figure, and its text.
fn as_json(built: &Built) -> Result<serde_json::Value> {
    let figures = stored_figures(built);
    Ok(json!({
        "template": built.template.key,
        "title": built.document.title,
        "unit": built.unit_name,
        "from": built.period.from,
        "to": built.period.to,
        "position": built.position,
        "figures": figures,
        "hindrances": built.hindrances,
        "document": serde_json::to_value(&built.document)?,
    }))
}

fn print_result(out: &Out<'_>, built: &Built, id: Option<i64>, output: &Path) -> Result<()> {
    if out.json {
        return out.json(&json!({
            "id": id, "file": output, "title": built.document.title, "position": built.position,
            "figures": stored_figures(built), "hindrances": built.hindrances.len(),
        }));
    }
    let id_text = id.unwrap_or_default().to_string();
    out.print(
        if id.is_some() { "report-issued" } else { "report-built" },
        &[
            ("id", &id_text),
            ("title", &built.document.title.replace('\n', "")),
            ("file", &output.display().to_string()),
            ("figures", &built.figures.len().to_string()),
            ("position", &built.position.to_string()),
        ],
    );
    Ok(())
}

async fn list(app: &App, out: &Out<'_>) -> Result<()> {
    let issued = store::all(&app.db).await?;
    if out.json {
        let reports: Vec<_> = issued
            .iter()
            .map(|report| {
                json!({
                    "id": report.id, "template": report.template_key, "title": report.title,
                    "from": report.from_day, "to": report.to_day, "position": report.position,
                    "issued_at": report.issued_at,
                })
            })
            .collect();
        return out.json(&reports);
    }
    let rows: Vec<Vec<String>> = issued
        .iter()
        .map(|report| {
            vec![
                report.id.to_string(),
                report.title.replace('\n', ""),
                report.from_day.to_string(),
                report.to_day.to_string(),
                report.position.to_string(),
                report.issued_at.clone(),
            ]
        })
        .collect();
    out.table(&["col-id", "col-title", "col-from", "col-to", "col-position", "col-issued"], &rows);
    Ok(())
}

async fn rebuild(app: &App, out: &Out<'_>, id: i64, file: Option<(Format, std::path::PathBuf)>) -> Result<ExitCode> {
    let (format, output) = file.clone().unwrap_or((Format::Json, std::path::PathBuf::new()));
    let href = rows_link(format, &output);
    let rebuilt = actions::rebuild(app, &app.operator(), id, &href).await?;
    if let Some((format, output)) = file {
        write_report(app, &rebuilt.built, format, &output).await?;
    }
    let faults: Vec<String> = rebuilt.faults.iter().map(|fault| out.words.refusal(fault)).collect();
    if out.json {
        out.json(&json!({
            "id": id, "same": faults.is_empty(), "position": rebuilt.issued.position, "faults": faults,
            "drift": rebuilt.drift, "figures": stored_figures(&rebuilt.built),
        }))?;
        return Ok(status(faults.is_empty()));
    }
    for fault in &faults {
        line(fault);
    }
    let code = if faults.is_empty() { "rebuild-same" } else { "rebuild-differs" };
    out.print(
        code,
        &[
            ("id", &id.to_string()),
            ("figures", &rebuilt.built.figures.len().to_string()),
            ("position", &rebuilt.issued.position.to_string()),
        ],
    );
    out.print(
        if rebuilt.drift.is_empty() { "drift-none" } else { "drift-some" },
        &[("count", &rebuilt.drift.len().to_string())],
    );
    for drift in &rebuilt.drift {
        let reasons: Vec<String> = drift
            .reasons
            .iter()
            .map(|reason| {
                let code = format!("reason-{reason}");
                if out.words.has(&code) { out.words.message(&code, &[]) } else { reason.clone() }
            })
            .collect();
        out.print(
            "drift-line",
            &[
                ("id", &drift.id),
                ("name", &drift.name),
                ("then", &drift.shown().0),
                ("now", &drift.shown().1),
                ("added", &drift.added.len().to_string()),
                ("reversed", &drift.reversed.len().to_string()),
                ("reasons", &if reasons.is_empty() { "—".to_owned() } else { reasons.join("、") }),
            ],
        );
    }
    Ok(status(faults.is_empty()))
}

/// Why a document couldn't be written, in the user's language.
pub(super) fn document_fault(fault: &DocumentError, words: &Words) -> String {
    match fault {
        DocumentError::MissingGlyph { chars, near } => {
            let chars: String = chars.iter().collect();
            words.message("glyph-missing", &[("chars", &chars), ("near", near)])
        }
        DocumentError::MissingFont { .. } => words.message("font-missing", &[("fault", &fault.to_string())]),
        other => words.message("failed", &[("fault", &other.to_string())]),
    }
}
