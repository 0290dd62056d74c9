//! `import`: shows the verdicts, asks questions on a terminal, then imports; nothing is imported before it was confirmed.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    path::{Path, PathBuf},
};

use desk::{
    app::App,
    error::{AppError, Result},
};
use dialoguer::{Confirm, Select};
use federation::{
    imports::{Answers, Context, Kind, Source, Summary, actions, refused_file},
    units,
};
use kernel::{ImportId, Refusal, UnitId};
use serde_json::json;
use tabular::{Layout, Table, row_in_sheet};

use super::{
    arguments::{How, Import, Sheet},
    out::{Out, line, progress},
};

struct Job {
    kind: Kind,
    source: Source,
    unit: Option<UnitId>,
    year: Option<i32>,
    from: Option<chrono::NaiveDate>,
    how: How,
    refused: Option<PathBuf>,
}

impl Job {
    fn context<'a>(
        &'a self,
        answers: &'a Answers,
        today: chrono::NaiveDate,
        progress: &'a (dyn Fn(usize, usize) + Send + Sync),
    ) -> Context<'a> {
        let Self { source, unit, year, from, .. } = self;
        Context { source, unit: *unit, year: *year, answers, from: *from, today, only: None, progress }
    }
}

pub(super) async fn run(app: &App, out: &Out<'_>, what: Import) -> Result<()> {
    match what {
        Import::Undo { id } => {
            let import = actions::undo(app, &app.operator(), ImportId(id)).await?;
            if out.json {
                out.json(&json!({ "undone": import.id, "file": import.file_name }))?;
            } else {
                out.print("import-undone", &[("id", &id.to_string()), ("file", &import.file_name)]);
            }
            Ok(())
        }
        Import::Units { file, from, how } => {
            let source = Source::read(&file, federation::units::import::KIND)?;
            let job =
                Job { kind: federation::units::import::KIND, source, unit: None, year: None, from, how, refused: None };
            take(app, out, job).await
        }
        Import::Roster(sheet) => take(app, out, job(app, federation::people::import::KIND, sheet).await?).await,
        Import::Activities(sheet) => {
            take(app, out, job(app, crate::features::activities::import::KIND, sheet).await?).await
        }
        Import::Register { code, sheet } => {
            let register = figures::own_registers::actions::by_code(app, &code).await?;
            let name = format!("{}{}", ledger::OWN, register.stored.code);
            let not_open = || Refusal::new("own-not-open").with("name", &register.definition.name);
            let kind = Kind::by_name(app, &name).ok_or_else(not_open)?;
            take(app, out, job(app, kind, sheet).await?).await
        }
        Import::External(sheet) => {
            take(app, out, job(app, crate::features::external::import::KIND, sheet).await?).await
        }
        Import::Classes(sheet) => {
            take(app, out, job(app, crate::features::external::import_classes::KIND, sheet).await?).await
        }
        Import::Practice(sheet) => take(app, out, job(app, crate::features::stints::import::KIND, sheet).await?).await,
        Import::Honours(sheet) => take(app, out, job(app, crate::features::honours::import::KIND, sheet).await?).await,
    }
}

async fn job(app: &App, kind: Kind, sheet: Sheet) -> Result<Job> {
    let mut source = Source::read_files(&sheet.files, kind)?;
    source.layout = Layout {
        sheet: sheet.read,
        header_row: sheet.header_row,
        named: kind.fields(sheet.named.into_iter().map(|(heading, field)| (field, heading)))?,
        given: kind.fields(sheet.given)?,
        all_sheets: sheet.all_sheets || (sheet.files.len() > 1 && source.layout.all_sheets),
        ..Layout::default()
    };
    source.layout.named = source.layout.named.into_iter().map(|(key, heading)| (heading, key)).collect();
    let unit = units::find_by_code_or_name(&app.db, &sheet.unit).await?.id;
    Ok(Job { kind, source, unit: Some(unit), year: sheet.year, from: None, how: sheet.how, refused: sheet.refused })
}

async fn take(app: &App, out: &Out<'_>, job: Job) -> Result<()> {
    let bar = progress();
    let tell = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let actor = app.operator();
    let asks = !job.how.yes && !job.how.dry_run && !out.json && std::io::stdin().is_terminal();
    let mut answers = Answers::new();
    let today = app.today();
    let summary = loop {
        let summary = actions::preview(app, &actor, job.kind, &job.context(&answers, today, &tell)).await?;
        bar.reset();
        if !asks || !ask(out, &summary, &mut answers) {
            break summary;
        }
    };
    bar.finish_and_clear();
    if let Some(table) = job.kind.table(&job.context(&answers, today, &tell))? {
        tell_unread(out, &table);
    }
    if !out.json {
        show(out, &summary);
    }
    let confirmed = job.how.yes || (asks && confirm(out, &summary));
    let import = if confirmed && summary.taken > 0 {
        let (id, _) = actions::confirm(app, &actor, job.kind, &job.context(&answers, today, &tell), &summary).await?;
        bar.finish_and_clear();
        Some(id)
    } else {
        None
    };
    // A tree as text has no table: only its lines are listed.
    let table = job.kind.table(&job.context(&answers, today, &tell))?;
    let file = write_refused(app, out, &job, table.as_ref(), &summary, import)?;
    answer(out, &summary, table.as_ref(), import, file.as_deref())
}

/// Says what of the table is not read, or was read though one may not expect it: nothing is passed over in silence.
fn tell_unread(out: &Out<'_>, table: &Table) {
    let joined = |texts: &[String]| texts.join("、");
    let rows = |numbers: &[usize]| {
        let shown: Vec<String> = numbers.iter().take(20).map(|number| row_in_sheet(*number).to_string()).collect();
        shown.join("、") + if numbers.len() > shown.len() { "…" } else { "" }
    };
    let unread = table.unread();
    if !unread.is_empty() {
        out.note("columns-unread", &[("columns", &joined(&unread))]);
    }
    if !table.other_sheets.is_empty() {
        out.note("sheets-unread", &[("sheets", &joined(&table.other_sheets))]);
    }
    if !table.hidden.is_empty() {
        out.note("rows-hidden", &[("rows", &rows(&table.hidden))]);
    }
    if !table.left_out.is_empty() {
        out.note("rows-left-out", &[("rows", &rows(&table.left_out))]);
    }
}

/// Asks the open questions; returns whether anything was answered, so that the rows are judged again.
fn ask(out: &Out<'_>, summary: &Summary, answers: &mut Answers) -> bool {
    let mut answered = false;
    for (judged, question) in summary.questions() {
        if answers.get(&judged.row).is_some_and(|given| given.contains(&usize::MAX)) {
            continue;
        }
        let row = row_in_sheet(judged.row).to_string();
        line(out.words.message("row-asks", &[("row", &row), ("label", &judged.label)]));
        let mut choices: Vec<String> = question.choices.iter().map(|choice| out.words.refusal(choice)).collect();
        choices.push(out.words.message("choice-refuse", &[]));
        let chosen =
            Select::new().with_prompt(out.words.refusal(&question.text)).items(&choices).default(0).interact_opt();
        // A choice beyond the listed ones answers nothing, so that the row stays refused and isn't asked about again.
        let choice = match chosen {
            Ok(Some(choice)) if choice < question.choices.len() => choice,
            _ => usize::MAX,
        };
        answers.entry(judged.row).or_default().push(choice);
        answered = answered || choice != usize::MAX;
    }
    answered
}

fn confirm(out: &Out<'_>, summary: &Summary) -> bool {
    if summary.taken == 0 {
        return false;
    }
    let prompt = out.words.message("import-confirm", &[("taken", &summary.taken.to_string())]);
    Confirm::new().with_prompt(prompt).default(false).interact().unwrap_or(false)
}

fn show(out: &Out<'_>, summary: &Summary) {
    let refused = summary.refused();
    out.print(
        "import-verdicts",
        &[
            ("read", &summary.read.to_string()),
            ("taken", &summary.taken.to_string()),
            ("repeated", &summary.repeated.to_string()),
            ("refused", &refused.len().to_string()),
        ],
    );
    const SHOWN: usize = 50;
    for (row, reasons) in refused.iter().take(SHOWN) {
        out.print("import-refused-row", &[("row", &row_in_sheet(*row).to_string()), ("reason", &reason(out, reasons))]);
    }
    if refused.len() > SHOWN {
        out.print("import-more-refused", &[("count", &(refused.len() - SHOWN).to_string())]);
    }
}

fn reason(out: &Out<'_>, reasons: &[kernel::Refusal]) -> String {
    reasons
        .iter()
        .map(|reason| out.words.refusal(reason))
        .collect::<Vec<_>>()
        .join(if out.words.language == desk::ui::language::Language::Chinese { "；" } else { "; " })
}

/// Writes the refused rows to a file: the given one, else one in the data folder if something was imported.
fn write_refused(
    app: &App,
    out: &Out<'_>,
    job: &Job,
    table: Option<&Table>,
    summary: &Summary,
    import: Option<ImportId>,
) -> Result<Option<PathBuf>> {
    let refused: BTreeMap<usize, String> =
        summary.refused().iter().map(|(row, reasons)| (*row, reason(out, reasons))).collect();
    let Some(table) = table.filter(|_| !refused.is_empty()) else { return Ok(None) };
    let folder = app.config.folder().map(|folder| folder.join("imports"));
    let file = match (&job.refused, folder, import) {
        (Some(file), ..) => file.clone(),
        (None, Some(folder), Some(id)) => folder.join(format!("{id}-refused.xlsx")),
        (None, Some(folder), None) if job.how.yes => folder.join("nothing-taken-refused.xlsx"),
        _ => return Ok(None),
    };
    let bytes = refused_file(table, &refused, &out.words.message("refused-heading", &[]))?;
    write(&file, &bytes)?;
    Ok(Some(file))
}

/// Writes a whole file, and creates its folder.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let unwritable = |fault: std::io::Error| -> AppError {
        Refusal::new("file-unwritable").with("file", file.display()).with("fault", fault).into()
    };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    std::fs::write(file, bytes).map_err(unwritable)
}

fn answer(
    out: &Out<'_>,
    summary: &Summary,
    table: Option<&Table>,
    import: Option<ImportId>,
    file: Option<&Path>,
) -> Result<()> {
    if out.json {
        let refused: Vec<_> = summary
            .refused()
            .iter()
            .map(|(row, reasons)| json!({ "row": row_in_sheet(*row), "reason": reason(out, reasons) }))
            .collect();
        let rows = |numbers: Option<&[usize]>| -> Vec<usize> {
            numbers.unwrap_or_default().iter().map(|number| row_in_sheet(*number)).collect()
        };
        return out.json(&json!({
            "read": summary.read,
            "taken": summary.taken,
            "repeated": summary.repeated,
            "refused": refused,
            "import": import,
            "refused_file": file,
            "unread_columns": table.map(Table::unread).unwrap_or_default(),
            "unread_sheets": table.map(|table| table.other_sheets.as_slice()).unwrap_or_default(),
            "hidden_rows": rows(table.map(|table| table.hidden.as_slice())),
            "left_out": rows(table.map(|table| table.left_out.as_slice())),
        }));
    }
    match import {
        Some(id) => {
            out.print("import-taken", &[("id", &id.to_string()), ("taken", &summary.taken.to_string())]);
        }
        None if summary.taken == 0 => out.print("import-nothing", &[]),
        None => out.print("import-not-taken", &[]),
    }
    if let Some(file) = file {
        out.print("refused-file", &[("file", &file.display().to_string())]);
    }
    Ok(())
}
