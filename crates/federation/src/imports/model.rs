//! Verdicts, questions and answers: the same for every kind of file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
};

use chrono::NaiveDate;
use desk::{
    decoding,
    error::{AppError, Result},
};
use kernel::{ImportId, PersonId, Refusal, UnitId};
use sha2::{Digest, Sha256};
use tabular::{Cell, Column, DateError, Layout, OtherKind, Row, Sheet, Stop, Table, TableError};

use super::Kind;

/// A file that was read.
#[derive(Debug, Default)]
pub struct Source {
    /// Its name, without folders.
    pub name: String,
    /// The digest of its bytes.
    pub sha256: String,
    /// Its bytes, unpacked if they were compressed with gzip; empty for sheets.
    pub bytes: Vec<u8>,
    /// Its sheets, unless it is a tree as text.
    pub sheets: Vec<Sheet>,
    /// The layout as far as it was chosen by hand.
    pub layout: Layout,
    /// For the number of a row, the unit that was chosen by hand in place of what it says.
    pub units: BTreeMap<usize, String>,
    /// The table that was found last: a file is judged several times.
    pub found: LastFound,
}

/// A table, with the columns and the layout that it was looked for with.
#[derive(Debug, Default)]
pub struct LastFound(Mutex<Option<(Vec<Column>, Layout, Table)>>);

/// The column of the unit, in every kind of file in which a row belongs to one.
pub(super) const UNIT: &str = "unit";
/// A tree may be larger than a spreadsheet: the country's is 27 MB of text.
const TREE_LIMIT: u64 = 512 * 1024 * 1024;
/// What a packed tree may unpack to. It is handed in on a page too, and is held as a whole.
const UNPACKED_LIMIT: u64 = 100 * 1024 * 1024;

impl Source {
    /// Reads a file from disk for this kind.
    pub fn read(path: &Path, kind: Kind) -> Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let unreadable = |fault: std::io::Error| -> AppError {
            Refusal::new("file-unreadable").with("file", path.display()).with("fault", fault).into()
        };
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        let limit = if kind.is_tree() { TREE_LIMIT } else { tabular::MAX_BYTES };
        if size > limit {
            return Err(too_large(&name, size, limit));
        }
        Self::from_file(&name, std::fs::read(path).map_err(unreadable)?, kind)
    }

    /// Reads an uploaded file for this kind; its type is detected by its content, whatever its name says.
    pub fn from_file(name: &str, bytes: Vec<u8>, kind: Kind) -> Result<Self> {
        Self::from_file_until(name, bytes, kind, &|| false)
    }

    /// The same, until it is told to stop.
    pub fn from_file_until(name: &str, bytes: Vec<u8>, kind: Kind, stop: Stop<'_>) -> Result<Self> {
        if kind.is_tree() {
            return Self::of_tree_until(name, bytes, stop);
        }
        let sha256 = digest(&bytes);
        let sheets = read_sheets(name, &bytes, stop)?;
        Ok(Self { name: name.to_owned(), sha256, sheets, ..Self::default() })
    }

    /// A tree as text or as a spreadsheet; both may be compressed with gzip.
    pub fn of_tree(name: &str, bytes: Vec<u8>) -> Result<Self> {
        Self::of_tree_until(name, bytes, &|| false)
    }

    fn of_tree_until(name: &str, bytes: Vec<u8>, stop: Stop<'_>) -> Result<Self> {
        let sha256 = digest(&bytes);
        let bytes = unpacked(name, bytes, stop)?;
        // Text is streamed, since the country's tree has more lines than a sheet may have rows.
        let (bytes, sheets) = if tabular::is_workbook(&bytes) {
            (Vec::new(), tabular::read_until(name, &bytes, stop).map_err(|fault| not_read(name, &fault))?)
        } else {
            (bytes, Vec::new())
        };
        Ok(Self { name: name.to_owned(), sha256, bytes, sheets, ..Self::default() })
    }

    /// Its table, by the choices made by hand and by its headings.
    pub fn table(&self, columns: &[Column]) -> Result<Table> {
        self.table_by(columns, &self.layout)
    }

    pub(super) fn table_by(&self, columns: &[Column], layout: &Layout) -> Result<Table> {
        let mut found = self.found.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, table)) = found.as_ref().filter(|(of, by, _)| (of.as_slice(), by) == (columns, layout)) {
            return Ok(self.mended(table.clone()));
        }
        let table = tabular::find_table_as(&self.sheets, columns, layout);
        let table = table.map_err(|fault| table_fault(&self.name, &fault))?;
        *found = Some((columns.to_vec(), layout.clone(), table.clone()));
        Ok(self.mended(table))
    }

    /// A table with the units that were chosen by hand.
    fn mended(&self, mut table: Table) -> Table {
        if !self.units.is_empty() {
            table.mend(UNIT, &self.units);
        }
        table
    }

    /// Converts a tree that is text to a sheet, if a sheet can hold it: then its columns can be chosen, and its refused
    /// rows exported.
    #[must_use]
    pub fn as_sheets(self, stop: Stop<'_>) -> Self {
        if !self.sheets.is_empty() {
            return self;
        }
        match tabular::read_until(&self.name, &self.bytes, stop) {
            Ok(sheets) => Self { sheets, bytes: Vec::new(), ..self },
            Err(_) => self,
        }
    }
}

/// The most characters of a file name that are stored, the size of the tables' columns.
const NAME: usize = 255;

/// A file name, shortened if it is too long to be stored; it keeps its extension.
pub(super) fn shortened_name(name: &str) -> String {
    let length = name.chars().count();
    if length <= NAME {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| format!("….{ending}"));
    let ending = ending.filter(|ending| ending.chars().count() <= 16).unwrap_or_else(|| "…".to_owned());
    let begin: String = name.chars().take(NAME - ending.chars().count()).collect();
    begin + &ending
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hashes text while it is formatted: the text of the country's tree is never assembled in memory.
#[derive(Default)]
struct Hashing(Sha256);

impl Write for Hashing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

fn digest_of(what: &impl fmt::Debug) -> String {
    let mut hashing = Hashing::default();
    // Hashing doesn't fail, nor does a derived debug text.
    let _ = write!(hashing, "{what:?}");
    hex(&hashing.0.finalize())
}

fn unpacked(name: &str, bytes: Vec<u8>, stop: Stop<'_>) -> Result<Vec<u8>> {
    use std::io::Read;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    let mut unpacking = flate2::read::MultiGzDecoder::new(bytes.as_slice());
    // Piece by piece, so that it can be stopped.
    loop {
        let read = unpacking.by_ref().take(1024 * 1024).read_to_end(&mut text);
        let read = read.map_err(|fault| Refusal::new("file-broken").with("file", name).with("fault", fault))?;
        if text.len() as u64 > UNPACKED_LIMIT {
            return Err(too_large(name, text.len() as u64, UNPACKED_LIMIT));
        }
        if stop() {
            return Err(decoding::too_long(name));
        }
        if read == 0 {
            return Ok(text);
        }
    }
}

/// The sheets of a file, until it is told to stop; refused in words if it has none.
pub fn read_sheets(name: &str, bytes: &[u8], stop: Stop<'_>) -> Result<Vec<Sheet>> {
    tabular::read_until(name, bytes, stop).map_err(|fault| not_read(name, &fault))
}

pub(super) fn too_large(name: &str, size: u64, limit: u64) -> AppError {
    Refusal::too_large("file-too-large").with("file", name).with("size", size >> 20).with("limit", limit >> 20).into()
}

fn not_read(name: &str, fault: &tabular::ReadError) -> AppError {
    use tabular::ReadError as E;
    let refusal = match fault {
        E::Locked => Refusal::new("file-locked"),
        E::TooLarge { bytes, limit } => {
            Refusal::too_large("file-too-large").with("size", bytes >> 20).with("limit", limit >> 20)
        }
        E::TooFull { limit } => Refusal::too_large("file-too-full").with("limit", limit >> 20),
        E::Stopped => return decoding::too_long(name),
        E::Empty => Refusal::new("file-empty"),
        E::OpenQuote { line } => Refusal::new("file-open-quote").with("line", line),
        E::NotASpreadsheet => Refusal::new("file-not-a-spreadsheet"),
        E::Other(OtherKind::WebPage) => Refusal::new("file-web-page"),
        E::Other(OtherKind::Xml2003) => Refusal::new("file-xml-2003"),
        E::Other(OtherKind::Xlsb) => Refusal::new("file-xlsb"),
        E::Other(OtherKind::Pdf) => Refusal::new("file-pdf"),
        E::Other(OtherKind::OldWord) => Refusal::new("file-old-word"),
        E::Other(OtherKind::WordWithoutTable) => Refusal::new("file-word-no-table"),
        other => Refusal::new("file-broken").with("fault", other),
    };
    refusal.with("file", name).into()
}

/// Some rows of a file that are judged again while the file is being imported.
#[derive(Clone, Copy, Debug)]
pub struct Again<'a> {
    /// Their numbers.
    pub rows: &'a BTreeSet<usize>,
    /// The import: what it stored already are earlier rows of the same file.
    pub import: ImportId,
}

/// The context of an import.
pub struct Context<'a> {
    /// The file.
    pub source: &'a Source,
    /// The unit that it is for.
    pub unit: Option<UnitId>,
    /// The year that was chosen.
    pub year: Option<i32>,
    /// Answers given so far.
    pub answers: &'a Answers,
    /// The day from which a tree is valid, if it has a lower bound.
    pub from: Option<NaiveDate>,
    /// Today.
    pub today: NaiveDate,
    /// The rows that are judged again, if it isn't all of them.
    pub only: Option<Again<'a>>,
    /// Called with the number of finished rows and of all rows.
    pub progress: &'a (dyn Fn(usize, usize) + Send + Sync),
}

impl Context<'_> {
    /// Whether a row is to be judged.
    pub fn judges(&self, row: usize) -> bool {
        self.only.is_none_or(|again| again.rows.contains(&row))
    }

    /// The import whose earlier parts are stored already: their records are rows of this file, not what stood there before.
    pub fn own(&self) -> Option<ImportId> {
        self.only.map(|again| again.import)
    }

    /// The rows of the file's table that are to be judged.
    pub fn rows<'t>(&self, table: &'t Table) -> Vec<&'t Row> {
        table.rows.iter().filter(|row| self.judges(row.number)).collect()
    }

    /// The table of the file; of several sheets alike, the one that says the chosen year.
    pub fn table(&self, columns: &[Column]) -> Result<Table> {
        let layout = Layout { year: self.year, ..self.source.layout.clone() };
        self.source.table_by(columns, &layout)
    }

    /// The same; where no header is found and none was chosen by hand, the table that `other` makes of another layout.
    pub fn table_or(&self, columns: &[Column], other: impl FnOnce() -> Option<Table>) -> Result<Table> {
        let Layout { columns: chosen, header_row, .. } = &self.source.layout;
        match self.table(columns) {
            Err(AppError::Refused(refusal))
                if ["table-no-header", "table-is-form"].contains(&refusal.code.as_str())
                    && chosen.is_none()
                    && header_row.is_none() =>
            {
                other().map(|table| self.source.mended(table)).ok_or(AppError::Refused(refusal))
            }
            read => read,
        }
    }

    /// The year for a row's dates without one: the chosen one, else that of the title or the sheet. Refused if they disagree, since
    /// nobody knows which is meant.
    pub fn year_of(&self, row: &Row) -> Result<Option<i32>, Refusal> {
        match (self.year, row.origin.said_year()) {
            (Some(chosen), Some(said)) if chosen != said => {
                Err(Refusal::new("years-disagree").with("chosen", chosen).with("said", said))
            }
            (chosen, _) => Ok(chosen.or(row.origin.year)),
        }
    }

    /// The year of a whole file, by the same rule: all of its sheets have to say the same.
    pub fn year_of_all(&self, table: &Table) -> Result<Option<i32>, Refusal> {
        let mut years: Vec<i32> = table.years.clone();
        years.extend(self.year);
        for row in &table.rows {
            years.extend(row.origin.said_year().filter(|year| years.last() != Some(year)));
        }
        years.sort_unstable();
        years.dedup();
        match years.as_slice() {
            [] => Ok(table.title_year),
            [year] => Ok(Some(*year)),
            several => {
                let said: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(Refusal::new("years-several").with("years", said.join("、")))
            }
        }
    }
}

/// The refusal of a cell that holds an error, or a formula that was never calculated.
pub fn error_in(column: &str, text: &str) -> Refusal {
    let code = if text.starts_with('=') { "cell-uncalculated" } else { "cell-error" };
    Refusal::new(code).with("column", column).with("text", text)
}

/// For the number of a row, the chosen answers in the order of the row's questions.
pub type Answers = BTreeMap<usize, Vec<usize>>;

/// A question about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: Refusal,
    /// The possible answers; without an answer the row is refused.
    pub choices: Vec<Refusal>,
}

/// Why a row can't be read yet.
#[derive(Debug)]
pub enum Unread {
    /// For these reasons.
    Refused(Vec<Refusal>),
    /// Something has to be answered first.
    Asked(Question),
}

impl From<Refusal> for Unread {
    fn from(reason: Refusal) -> Self {
        Self::Refused(vec![reason])
    }
}

/// The verdict on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 录入.
    Take,
    /// 重复: it is recorded already.
    Repeated,
    /// 待回答.
    Ask(Question),
    /// 拒绝, with every reason.
    Refused(Vec<Refusal>),
}

/// A row and its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its number in the file.
    pub row: usize,
    /// A label to recognise it by.
    pub label: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// A row to be imported, with a label in the words of its file.
pub trait Labelled {
    /// A label to recognise it by.
    fn label(&self) -> String;

    /// What was understood of it, beside its label.
    fn understood(&self) -> Understood {
        Understood::default()
    }
}

/// What was understood of a row to be imported, for whoever compares it with the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The unit that it belongs to.
    pub unit: Option<UnitId>,
    /// Its first day and, if it says one, its last.
    pub days: Option<(NaiveDate, Option<NaiveDate>)>,
    /// The people it names, under the message for the part they have in it.
    pub people: Vec<(&'static str, Vec<PersonId>)>,
    /// What else was read: messages with their arguments.
    pub facts: Vec<Refusal>,
}

/// A row to be imported, for a page.
#[derive(Clone, Debug)]
pub struct TakenRow {
    /// Its number in the file.
    pub row: usize,
    /// A label to recognise it by.
    pub label: String,
    /// What was understood of it.
    pub understood: Understood,
}

/// All verdicts, and the rows to be imported.
#[derive(Debug)]
pub struct Plan<T> {
    /// Every row that is not simply accepted: repeated, asked about, refused. Rows to be imported are in `take`.
    pub judged: Vec<Judged>,
    /// Rows to be imported, with their numbers.
    pub take: Vec<(usize, T)>,
    /// The day from which everything in the file counts, if it has no days of its own.
    pub from: Option<NaiveDate>,
}

impl<T: fmt::Debug> Plan<T> {
    /// The counts and verdicts.
    pub fn summary(&self) -> Summary {
        let repeated = self.judged.iter().filter(|judged| judged.verdict == Verdict::Repeated).count();
        let mut judged = self.judged.clone();
        judged.sort_by_key(|judged| judged.row);
        let (read, taken) = (self.take.len() + judged.len(), self.take.len());
        Summary { read, taken, repeated, judged, from: self.from, content: self.content() }
    }

    /// A digest of the rows to be imported.
    pub fn content(&self) -> String {
        digest_of(&self.take)
    }
}

impl<T> Default for Plan<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Plan<T> {
    /// A plan without any rows.
    pub fn new() -> Self {
        Self { judged: Vec::new(), take: Vec::new(), from: None }
    }

    /// Adds a row that is recorded already.
    pub fn repeated(&mut self, row: usize, label: String) {
        self.judged.push(Judged { row, label, verdict: Verdict::Repeated });
    }

    /// Adds a row that can't be imported, with the reasons.
    pub fn refused(&mut self, row: usize, label: String, reasons: Vec<Refusal>) {
        self.judged.push(Judged { row, label, verdict: Verdict::Refused(reasons) });
    }

    /// Adds a row that can't be read yet.
    pub fn unread(&mut self, row: usize, label: String, fault: Unread) {
        match fault {
            Unread::Refused(reasons) => self.refused(row, label, reasons),
            Unread::Asked(question) => self.ask(row, label, question),
        }
    }

    /// Refuses rows that were to be imported, if something is wrong with them.
    #[must_use]
    pub fn refusing(mut self, faults: impl Fn(&T) -> Vec<Refusal>) -> Self
    where
        T: Labelled,
    {
        for (row, taking) in std::mem::take(&mut self.take) {
            match faults(&taking) {
                none if none.is_empty() => self.take.push((row, taking)),
                reasons => self.refused(row, taking.label(), reasons),
            }
        }
        self
    }

    /// Says of every row in which sheet it stands, if several were read: rows of two sheets have the same number.
    #[must_use]
    pub(super) fn told_by_sheet(mut self, table: &Table) -> Self {
        let sheets: BTreeMap<usize, &str> =
            table.rows.iter().map(|row| (row.number, row.origin.sheet.as_str())).collect();
        for judged in &mut self.judged {
            let Some(sheet) = sheets.get(&judged.row) else { continue };
            judged.label = format!("{sheet} · {}", judged.label);
            if let Verdict::Refused(reasons) = &mut judged.verdict {
                reasons.insert(0, Refusal::new("in-sheet").with("sheet", sheet));
            }
        }
        self
    }

    /// Adds a row with a question.
    pub fn ask(&mut self, row: usize, label: String, question: Question) {
        self.judged.push(Judged { row, label, verdict: Verdict::Ask(question) });
    }
}

impl<T> Plan<T> {
    /// The same rows to be imported, in plans of about `size` rows; at least one plan. What was made of the same row of the file
    /// stays together.
    pub fn in_parts(self, size: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = vec![Self::new()];
        for (row, taking) in self.take {
            let is_full =
                |part: &Self| part.take.len() >= size && part.take.last().is_some_and(|(last, _)| *last != row);
            if parts.last().is_none_or(is_full) {
                parts.push(Self::new());
            }
            if let Some(part) = parts.last_mut() {
                part.take.push((row, taking));
            }
        }
        parts
    }
}

impl<T: Labelled> Plan<T> {
    /// The rows to be imported, in their order.
    pub fn taking(&self) -> Vec<TakenRow> {
        let taken = |(row, of): &(usize, T)| TakenRow { row: *row, label: of.label(), understood: of.understood() };
        let mut taking: Vec<TakenRow> = self.take.iter().map(taken).collect();
        taking.sort_by_key(|taken| taken.row);
        taking
    }
}

/// The result of an import, before or after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Data rows read.
    pub read: usize,
    /// Rows that were, or are to be, imported.
    pub taken: usize,
    /// Rows that were recorded already.
    pub repeated: usize,
    /// The rows that were not imported, in their order.
    pub judged: Vec<Judged>,
    /// The day from which everything in the file counts, if it has no days of its own.
    pub from: Option<NaiveDate>,
    /// Digest of the content of the rows to be imported: the same number of other rows is not the same.
    pub content: String,
}

impl Summary {
    /// Rows that are refused if no further question is answered, each with its reasons.
    pub fn refused(&self) -> Vec<(usize, Vec<Refusal>)> {
        let reasons = |verdict: &Verdict| match verdict {
            Verdict::Refused(reasons) => Some(reasons.clone()),
            Verdict::Ask(question) => Some(vec![Refusal::new("row-unanswered").because([question.text.clone()])]),
            Verdict::Take | Verdict::Repeated => None,
        };
        let reasons = |verdict: &Verdict| {
            let mut reasons = reasons(verdict)?;
            reasons.iter_mut().for_each(mask);
            Some(reasons)
        };
        self.judged.iter().filter_map(|judged| Some((judged.row, reasons(&judged.verdict)?))).collect()
    }

    /// Rows that need an answer.
    pub fn questions(&self) -> impl Iterator<Item = (&Judged, &Question)> {
        self.judged.iter().filter_map(|judged| match &judged.verdict {
            Verdict::Ask(question) => Some((judged, question)),
            _ => None,
        })
    }
}

/// Masks identity numbers in what a reason quotes of a file, since reasons are stored.
fn mask(reason: &mut Refusal) {
    for (_, text) in &mut reason.args {
        *text = tabular::mask_id_numbers(text, false);
    }
    reason.details.iter_mut().for_each(mask);
}

/// The refusal of a cell that is no date.
pub fn cell_fault(column: &str, cell: &Cell, fault: &DateError) -> Refusal {
    let code = match fault {
        DateError::Empty => "date-missing",
        DateError::NoSuchDay { .. } => "date-no-such-day",
        DateError::OutOfRange { .. } => "date-out-of-range",
        DateError::NoYear { .. } => "date-no-year",
        DateError::CellError { text } => return error_in(column, text),
        _ => "date-unreadable",
    };
    Refusal::new(code).with("column", column).with("text", cell.shown())
}

/// The refusal of a text that is too long to be stored.
pub fn too_long(column: &str, length: usize, most: usize) -> Option<Refusal> {
    let refusal = || Refusal::new("cell-too-long").with("column", column).with("length", length).with("most", most);
    (length > most).then(refusal)
}

/// The refusal of a file in which no table was found.
fn table_fault(file: &str, fault: &TableError) -> AppError {
    match fault {
        TableError::NoHeader { best, missing } => Refusal::new("table-no-header")
            .with("missing", missing.join("、"))
            .with("found", if best.is_empty() { "—".to_owned() } else { best.join("、") }),
        TableError::DuplicateColumn { heading, first, second, .. } => {
            Refusal::new("table-column-twice").with("heading", heading).with("first", first).with("second", second)
        }
        TableError::NoHeading { heading, known } => {
            Refusal::new("table-no-heading").with("heading", heading).with("known", known.join("、"))
        }
        TableError::Form { sheet, row, label } => Refusal::new("table-is-form")
            .with("sheet", sheet)
            .with("row", tabular::row_in_sheet(*row))
            .with("label", label),
        TableError::NotPut { missing } => Refusal::new("table-column-not-put").with("missing", missing.join("、")),
        TableError::NoSheet { sheet, known } => {
            Refusal::new("table-no-sheet").with("sheet", sheet).with("known", known.join("、"))
        }
        TableError::NoRows { sheet, header_row } => {
            Refusal::new("table-no-rows").with("sheet", sheet).with("row", header_row)
        }
    }
    .with("file", file)
    .into()
}

/// The refused rows as they are in the file but for identity numbers, which are masked, each with its reason in an added last column;
/// XLSX.
pub fn refused_file(table: &Table, refused: &BTreeMap<usize, String>, reason_heading: &str) -> Result<Vec<u8>> {
    Ok(document::xlsx(&refused_sheet(table, refused, reason_heading))?)
}

/// The same as a sheet, not yet written. The rows of several sheets are put under the headings of all of them.
pub fn refused_sheet(table: &Table, refused: &BTreeMap<usize, String>, reason_heading: &str) -> document::SheetOut {
    let mut headings = table.headings.clone();
    for row in &table.rows {
        for heading in &row.origin.headings {
            if !heading.is_empty() && !headings.contains(heading) {
                headings.push(heading.clone());
            }
        }
    }
    let width = headings.len();
    let rows = table.rows.iter().filter_map(|row| {
        let reason = refused.get(&row.number)?;
        let mut cells = vec![document::Cell::Empty; width];
        for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
            let own = row.origin.headings.get(at);
            let same_place = headings.get(at) == own;
            let place = if same_place { Some(at) } else { headings.iter().position(|heading| Some(heading) == own) };
            if let Some(place) = place.and_then(|place| cells.get_mut(place)) {
                let is_id = own.is_some_and(|heading| tabular::is_id_heading(heading));
                *place = document::Cell::Text(tabular::mask_id_numbers(&cell.shown(), is_id));
            }
        }
        cells.push(document::Cell::Text(reason.clone()));
        Some(cells)
    });
    let columns = headings.iter().map(String::as_str).chain([reason_heading]);
    document::SheetOut {
        name: table.sheet.clone(),
        title: table.title.clone(),
        columns: columns.map(document::Column::from).collect(),
        rows: rows.collect(),
    }
}
