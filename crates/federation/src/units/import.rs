//! Imports a tree from CSV or a spreadsheet: `code,name,level,parent_code`, in any order; it may be a forest.

use std::collections::{HashMap, HashSet};

use desk::{
    actor::Actor,
    app::App,
    error::{AppError, Result},
};
use kernel::{DAY_ONE, ImportId, Refusal, UnitId};
use ledger::{Edge, Reason, ReasonCode, Tree, db, plant};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, RecordError, Records, Row, Table, read_rows_csv};

use super::{
    actions, import_nested, ledgered,
    model::Level,
    store::{self, NewUnit},
};
use crate::imports::{Context, Facts, Importer, Kind, Labelled, Plan, Question, Understood, error_in, too_long};

/// The columns that a file has.
const COLUMNS: &[Column] = &[
    Column { key: "code", names: &["code", "代码", "单位代码", "编码"], required: true },
    Column { key: "name", names: &["name", "名称", "单位名称", "单位"], required: true },
    Column { key: "level", names: &["level", "层级", "级别"], required: true },
    Column {
        key: "parent_code", names: &["parent_code", "上级代码", "上级单位代码", "上级编码"], required: true
    },
];

/// Reads the tree of units: `code,name,level,parent_code`.
#[derive(Clone, Copy)]
struct Trees;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Trees);

#[async_trait::async_trait]
impl Importer for Trees {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "units",
        word: "import-kind-units",
        place: 40,
        columns: COLUMNS,
        headings: &["code", "name", "level", "parent_code"],
        is_tree: true,
    };

    fn table(&self, context: &Context<'_>) -> Result<Option<Table>> {
        table(context)
    }

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let levels = store::levels(conn).await?;
        let mut lines = match read(context) {
            Ok(lines) => lines,
            Err(fault) => match import_nested::nested(context).filter(|_| lacks_codes(&fault)) {
                Some(nested) => return import_nested::plan(conn, context, &nested, &levels).await,
                None => return Err(fault),
            },
        };
        for line in &mut lines {
            // A level may be written with its label from the settings: 街道 for `street`.
            if let Some(level) = level_called(&line.level, &levels) {
                line.level.clone_from(&level.code);
            }
        }
        let known = store::coded(conn).await?;
        // The places of existing units: read only if the file contains any.
        let tree = if known.is_empty() {
            Tree::default()
        } else {
            Tree::load(conn, None, context.from.unwrap_or(context.today), ledger::position(conn).await?).await?
        };
        let mut first_of: HashMap<&str, &Line> = HashMap::with_capacity(lines.len());
        for line in &lines {
            first_of.entry(&line.code).or_insert(line);
        }
        let mut fate = Fates { first_of: &first_of, known: &known, levels: &levels, decided: HashMap::new() };
        let mut plan = Plan::new();
        for (done, line) in lines.iter().enumerate() {
            if done % STEP == 0 {
                (context.progress)(done, lines.len());
                // A point at which judging can be stopped.
                tokio::task::yield_now().await;
            }
            let label = format!("{} {}", line.code, line.name);
            let first = first_of.get(line.code.as_str()).copied().filter(|first| first.row != line.row);
            if let Some(first) = first.filter(|_| !line.code.is_empty() && line.errors.is_empty()) {
                if (&first.name, &first.level, &first.parent) == (&line.name, &line.level, &line.parent) {
                    plan.repeated(line.row, label);
                } else {
                    let twice = Refusal::new("tree-code-twice").with("code", &line.code).with("row", first.row);
                    plan.refused(line.row, label, vec![twice]);
                }
                continue;
            }
            let faults = fate.faults(line);
            if !faults.is_empty() {
                plan.refused(line.row, label, faults);
                continue;
            }
            let parent = match (line.parent.as_str(), known.get(&line.parent)) {
                ("", _) => None,
                (_, Some(known)) => Some(Parent::Known(known.id)),
                (code, None) => Some(Parent::Row(code.to_owned())),
            };
            match known.get(&line.code) {
                None => {
                    let (code, name, level) = (line.code.clone(), line.name.clone(), line.level.clone());
                    plan.take.push((line.row, Taking::New { code, name, level, parent }));
                }
                Some(unit) => judge_existing(&mut plan, context, line, label, unit, tree.parent(unit.id), parent),
            }
        }
        Ok(plan)
    }

    async fn take(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        context: &Context<'_>,
        plan: Plan<Taking>,
        import: ImportId,
    ) -> Result<()> {
        let mut units = Vec::new();
        let mut parents = Vec::new();
        let mut changes = Vec::new();
        for (_, taking) in plan.take {
            match taking {
                Taking::New { code, name, level, parent } => {
                    units.push(NewUnit { id: UnitId(0), name, level: Some(level), outside: false, code: Some(code) });
                    parents.push(parent);
                }
                Taking::Change { unit, name, place, .. } => changes.push((unit, name, place)),
            }
        }
        let first = db::take_range(tx, "unit", units.len()).await?;
        for (unit, id) in units.iter_mut().zip(first..) {
            unit.id = UnitId(id);
        }
        let all = units.len();
        let source = ("file", context.year.map(i64::from));
        for (number, batch) in units.chunks(BATCH).enumerate() {
            store::insert(tx, batch, source, context.from, Some(import)).await?;
            (context.progress)(usize::midpoint(number * BATCH, batch.len()), all);
        }
        let from = context.from.unwrap_or(DAY_ONE);
        let by_code: HashMap<&str, UnitId> =
            units.iter().filter_map(|unit| Some((unit.code.as_deref()?, unit.id))).collect();
        let edges: Vec<Edge> = units
            .iter()
            .zip(&parents)
            .map(|(unit, parent)| Edge {
                unit: unit.id,
                parent: match parent {
                    None => None,
                    Some(Parent::Known(known)) => Some(*known),
                    Some(Parent::Row(code)) => by_code.get(code.as_str()).copied(),
                },
                from,
            })
            .collect();
        change(tx, actor, context, changes, &by_code, import).await?;
        for (number, batch) in edges.chunks(BATCH).enumerate() {
            plant(tx, actor.by(), batch).await?;
            let planted: Vec<UnitId> = batch.iter().map(|edge| edge.unit).collect();
            ledgered::book_units(app, tx, actor, &planted, None).await?;
            (context.progress)((all + number * BATCH + batch.len()) / 2, all);
        }
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let listed = |name: String, code: Option<String>| {
            Refusal::new("unit-listed").with("name", name).with("code", code.unwrap_or_else(|| "—".to_owned()))
        };
        let mut hindrances: Vec<Refusal> = store::stood_on(tx, app.features, import)
            .await?
            .into_iter()
            .map(|(name, code)| listed(name, code))
            .collect();
        let changes = store::changes_of(tx, import).await?;
        let ids: Vec<UnitId> = changes.iter().map(|change| UnitId(change.unit_id)).collect();
        let now = store::by_ids(tx, &ids).await?;
        for change in &changes {
            match now.get(&UnitId(change.unit_id)) {
                Some(unit) if unit.version == change.version_after => {}
                Some(unit) => hindrances.push(listed(unit.name.clone(), unit.code.clone())),
                None => {}
            }
        }
        if !hindrances.is_empty() {
            return Ok(hindrances);
        }
        let voided = store::void_import(tx, import).await?;
        for change in changes {
            let Some(unit) = now.get(&UnitId(change.unit_id)) else { continue };
            store::set_name(tx, unit, &change.old_name).await?;
            if let Some(from) = change.moved_from {
                let parent = change.old_parent_id.map(UnitId);
                plant(tx, actor.by(), &[Edge { unit: unit.id, parent, from }]).await?;
            }
        }
        for batch in voided.chunks(BATCH) {
            ledgered::book_units(app, tx, actor, batch, Some(&Reason::new(ReasonCode::Undo))).await?;
        }
        Ok(hindrances)
    }
}

/// The table of a tree; `None` for text with codes.
fn table(context: &Context<'_>) -> Result<Option<Table>> {
    let nested = || import_nested::nested(context).map(|nested| nested.as_table());
    if context.source.sheets.is_empty() {
        return Ok(open_text(context).err().filter(lacks_codes).and_then(|_| nested()));
    }
    context.table_or(COLUMNS, nested).map(Some)
}

/// Whether a file was refused since it has no columns of codes.
fn lacks_codes(fault: &AppError) -> bool {
    matches!(fault, AppError::Refused(refusal) if matches!(refusal.code.as_str(), "table-no-header" | "tree-header"))
}

/// Whether a word is what a level is called in files.
pub(super) fn is_called(word: &str) -> bool {
    CALLED.iter().any(|(_, words)| words.contains(&word))
}

/// The level that a word means: its label from the settings, or what it is called elsewhere.
pub(super) fn level_called<'l>(word: &str, levels: &'l [Level]) -> Option<&'l Level> {
    // If no label stands for a level without a name, an empty cell is no level either.
    if word.is_empty() {
        return None;
    }
    let is_named =
        |level: &&Level| level.code == word || level.zh == word || level.bare.split(' ').any(|other| other == word);
    levels.iter().find(is_named).or_else(|| {
        // What a level is called elsewhere stands for it only if the settings have the level, and not the word.
        let code = CALLED.iter().find(|(_, words)| words.contains(&word)).map(|(code, _)| *code)?;
        levels.iter().find(|level| level.code == code)
    })
}

struct Line {
    row: usize,
    /// Cells that hold the error of a formula, or one that was never calculated.
    errors: Vec<Refusal>,
    code: String,
    name: String,
    level: String,
    parent: String,
}

/// What levels are called in files, by their codes.
const CALLED: [(&str, &[&str]); 5] = [
    ("province", &["省级", "自治区", "直辖市", "省份"]),
    ("city", &["地级市", "地市", "市级", "设区市", "地区", "自治州", "州", "盟"]),
    ("district", &["市辖区", "区县", "县区", "县级", "区级", "县级市", "县（市、区）", "旗"]),
    ("street", &["街道办事处", "街道办", "乡镇", "镇街", "街镇", "街道（乡镇）", "街道（镇）", "乡镇（街道）", "乡级"]),
    (
        "community",
        &[
            "居委会",
            "村委会",
            "社区居委会",
            "居民委员会",
            "村民委员会",
            "行政村",
            "村居",
            "社区（村）",
            "村（社区）",
            "村级",
        ],
    ),
];

/// A row to be imported.
#[derive(Debug)]
pub(crate) enum Taking {
    /// A new unit under the unit with that code.
    New { code: String, name: String, level: String, parent: Option<Parent> },
    /// An existing unit gets the name from the file, or its place in the tree.
    Change { unit: UnitId, label: String, name: Option<String>, place: Option<Place> },
}

impl Labelled for Taking {
    fn label(&self) -> String {
        match self {
            Self::New { code, name, .. } => format!("{code} {name}"),
            Self::Change { label, .. } => label.clone(),
        }
    }

    fn understood(&self) -> Understood {
        let (parent, renamed) = match self {
            Self::New { parent, .. } => (Some(parent.as_ref()), None),
            Self::Change { name, place, .. } => (place.as_ref().map(|(parent,)| parent.as_ref()), name.as_ref()),
        };
        let mut understood = Understood::default();
        understood.facts.extend(renamed.map(|name| Refusal::new("tree-read-name").with("name", name)));
        match parent {
            Some(Some(Parent::Known(unit))) => understood.unit = Some(*unit),
            Some(Some(Parent::Row(code))) => {
                understood.facts.push(Refusal::new("tree-read-under").with("code", code));
            }
            Some(None) => understood.facts.push(Refusal::new("tree-read-top")),
            None => {}
        }
        understood
    }
}

/// The place of a unit: at the top, or under a parent.
pub(crate) type Place = (Option<Parent>,);

/// The parent of a new unit.
#[derive(Debug)]
pub(crate) enum Parent {
    /// An existing unit.
    Known(UnitId),
    /// The unit of another row of the file.
    Row(String),
}

fn read(context: &Context<'_>) -> Result<Vec<Line>> {
    if context.source.sheets.is_empty() {
        return read_text(context);
    }
    Ok(context.table(COLUMNS)?.rows.iter().map(line_of).collect())
}

/// A spreadsheet may contain codes as numbers.
fn line_of(row: &Row) -> Line {
    let code = |key: &str| tabular::code(row.cell(key)).or_else(|| row.text(key)).unwrap_or_default();
    let text = |key: &str| row.text(key).unwrap_or_default();
    let error = |column: &Column| match row.cell(column.key) {
        Cell::Error(text) => Some(error_in(called(column), text)),
        _ => None,
    };
    Line {
        row: row.number,
        errors: COLUMNS.iter().filter_map(error).collect(),
        code: code("code"),
        name: text("name"),
        level: text("level"),
        parent: code("parent_code"),
    }
}

/// What a column is called in messages: all else of them is in the reader's language, and the first name is the program's.
fn called(column: &Column) -> &'static str {
    column.names.get(1).copied().unwrap_or(column.key)
}

/// Why text can't be read as a tree with codes.
fn not_read(file: &str, fault: RecordError) -> AppError {
    match fault {
        RecordError::MissingColumns { missing } => {
            Refusal::new("tree-header").with("file", file).with("missing", missing.join(", ")).into()
        }
        RecordError::Malformed { line } => Refusal::new("tree-line").with("file", file).with("line", line).into(),
        other @ RecordError::Io(_) => Refusal::new("file-broken").with("file", file).with("fault", other).into(),
    }
}

fn open_text<'c>(context: &Context<'c>) -> Result<Records<&'c [u8]>> {
    let columns: Vec<&[&str]> = COLUMNS.iter().map(|column| column.names).collect();
    let records = read_rows_csv(context.source.bytes.as_slice(), &columns);
    records.map_err(|fault| not_read(&context.source.name, fault))
}

fn read_text(context: &Context<'_>) -> Result<Vec<Line>> {
    let file = &context.source.name;
    let mut records = open_text(context)?;
    let mut lines = Vec::new();
    while let Some(record) = records.next().map_err(|fault| not_read(file, fault))? {
        if (0..4).all(|column| record.field(column).is_empty()) {
            continue;
        }
        let fields = COLUMNS.iter().enumerate().map(|(at, column)| (called(column), record.field(at)));
        let errors = fields.filter(|(_, text)| tabular::is_error_text(text));
        lines.push(Line {
            row: usize::try_from(record.line).unwrap_or(usize::MAX),
            errors: errors.map(|(column, text)| error_in(column, text)).collect(),
            code: record.field(0).to_owned(),
            name: record.field(1).to_owned(),
            level: record.field(2).to_owned(),
            parent: record.field(3).to_owned(),
        });
    }
    if lines.is_empty() {
        return Err(Refusal::new("file-empty").with("file", file).into());
    }
    Ok(lines)
}

/// Judges a unit that exists: repeated if the file has the same data, else a question.
fn judge_existing(
    plan: &mut Plan<Taking>,
    context: &Context<'_>,
    line: &Line,
    label: String,
    unit: &store::Coded,
    stands_under: Option<UnitId>,
    parent: Option<Parent>,
) {
    if let Some(last) = unit.closed_on {
        let fault = Refusal::new("tree-unit-closed").with("code", &line.code).with("last", last);
        return plan.refused(line.row, label, vec![fault]);
    }
    if unit.level != line.level {
        let fault = Refusal::new("tree-other-level").with("code", &line.code).with("level", &unit.level);
        return plan.refused(line.row, label, vec![fault]);
    }
    let same_parent = match &parent {
        None => stands_under.is_none(),
        Some(Parent::Known(known)) => stands_under == Some(*known),
        Some(Parent::Row(_)) => false,
    };
    let mut chosen = context.answers.get(&line.row).map(Vec::as_slice).unwrap_or_default().iter().copied();
    let mut answer = |text: Refusal, change: Refusal| match chosen.next() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => Err(Question { text, choices: vec![Refusal::new("keep-as-is"), change] }),
    };
    let of_name =
        || Refusal::new("tree-other-name").with("code", &line.code).with("old", &unit.name).with("new", &line.name);
    let of_parent = || Refusal::new("tree-other-parent").with("code", &line.code).with("parent", &line.parent);
    let renames = if unit.name == line.name {
        Ok(false)
    } else {
        answer(of_name(), Refusal::new("tree-rename").with("new", &line.name))
    };
    let moves = match (&renames, same_parent) {
        (Err(_), _) | (_, true) => Ok(false),
        _ => answer(of_parent(), Refusal::new("tree-move")),
    };
    match (renames, moves) {
        (Err(question), _) | (_, Err(question)) => plan.ask(line.row, label, question),
        (Ok(false), Ok(false)) => plan.repeated(line.row, label),
        (Ok(renames), Ok(moves)) => {
            let name = renames.then(|| line.name.clone());
            let place = moves.then_some((parent,));
            plan.take.push((line.row, Taking::Change { unit: unit.id, label, name, place }));
        }
    }
}

/// The faults of lines, and of the lines above them.
struct Fates<'a> {
    first_of: &'a HashMap<&'a str, &'a Line>,
    known: &'a HashMap<String, store::Coded>,
    /// The levels, top first.
    levels: &'a [Level],
    /// Whether the line with a code and all lines above it are valid.
    decided: HashMap<&'a str, bool>,
}

impl<'a> Fates<'a> {
    fn own_faults(&self, line: &Line) -> Vec<Refusal> {
        if !line.errors.is_empty() {
            return line.errors.clone();
        }
        let mut faults = Vec::new();
        if line.code.is_empty() {
            faults.push(Refusal::new("tree-no-code"));
        } else if !line.code.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            faults.push(Refusal::new("tree-odd-code").with("code", &line.code));
        }
        if line.name.is_empty() {
            faults.push(Refusal::new("unit-without-name"));
        }
        faults.extend(too_long("代码", line.code.chars().count(), 32));
        faults.extend(too_long("名称", line.name.chars().count(), 200));
        if self.levels.iter().all(|level| level.code != line.level) {
            // Both are written in files, and the codes are English words.
            let known = self.levels.iter().map(|level| format!("{} {}", level.zh, level.code));
            let known = known.collect::<Vec<_>>().join("，");
            faults.push(Refusal::new("level-unknown").with("level", &line.level).with("known", known));
        }
        if !line.parent.is_empty()
            && !self.first_of.contains_key(line.parent.as_str())
            && !self.known.contains_key(&line.parent)
        {
            faults.push(Refusal::new("tree-no-parent").with("parent", &line.parent));
        }
        faults
    }

    fn faults(&mut self, line: &'a Line) -> Vec<Refusal> {
        let own = self.own_faults(line);
        if !own.is_empty() {
            return own;
        }
        match self.above(line) {
            Above::Sound => Vec::new(),
            Above::Loop => vec![Refusal::new("tree-loop").with("code", &line.code)],
            Above::Refused(code) => vec![Refusal::new("tree-parent-refused").with("parent", code)],
        }
    }

    /// Walks up from a line until something is known; all lines on the way have the same result.
    fn above(&mut self, line: &'a Line) -> Above {
        let mut walked = vec![line.code.as_str()];
        let mut walking: HashSet<&str> = HashSet::from([line.code.as_str()]);
        let mut parent = line.parent.as_str();
        let end = loop {
            let Some(above) = self.first_of.get(parent).copied().filter(|_| !parent.is_empty()) else {
                break Above::Sound;
            };
            match self.decided.get(parent) {
                Some(true) => break Above::Sound,
                Some(false) => break Above::Refused(parent.to_owned()),
                None => {}
            }
            if !walking.insert(parent) {
                break Above::Loop;
            }
            if !self.own_faults(above).is_empty() {
                self.decided.insert(parent, false);
                break Above::Refused(parent.to_owned());
            }
            walked.push(parent);
            parent = above.parent.as_str();
        };
        let valid = matches!(end, Above::Sound);
        for code in walked {
            self.decided.insert(code, valid);
        }
        end
    }
}

enum Above {
    Sound,
    Loop,
    Refused(String),
}

/// How many lines are judged between two reports of progress.
const STEP: usize = 500;
/// How many units are inserted at once: progress is reported in between.
const BATCH: usize = 20_000;

/// A unit with its new name and its new place, if the user chose them.
type Change = (UnitId, Option<String>, Option<Place>);

/// Renames and moves existing units, and stores what was before.
async fn change(
    tx: &DatabaseTransaction,
    actor: &Actor,
    context: &Context<'_>,
    changes: Vec<Change>,
    by_code: &HashMap<&str, UnitId>,
    import: ImportId,
) -> Result<()> {
    let from = context.from.unwrap_or(context.today);
    for (unit, name, place) in changes {
        let old = store::by_id(tx, unit).await?.ok_or_else(|| Refusal::new("unit-unknown").with("name", unit))?;
        let above = ledger::ancestors(tx, unit, from, ledger::position(tx).await?).await?;
        if name.is_some() {
            store::keep_name(tx, &old, context.today).await?;
        }
        let new = name.unwrap_or_else(|| old.name.clone());
        store::set_name(tx, &old, &new).await?;
        if let Some((parent,)) = &place {
            let parent = match parent {
                None => None,
                Some(Parent::Known(known)) => Some(*known),
                Some(Parent::Row(code)) => by_code.get(code.as_str()).copied(),
            };
            if let Some(parent) = parent {
                let parent =
                    store::by_id(tx, parent).await?.ok_or_else(|| Refusal::new("unit-unknown").with("name", unit))?;
                actions::refuse_loop(tx, &old, &parent, from).await?;
            }
            plant(tx, actor.by(), &[Edge { unit, parent, from }]).await?;
        }
        let change = store::Changed {
            unit_id: unit.0,
            version_after: old.version + 1,
            old_name: old.name,
            old_parent_id: above.first().map(|above| above.0),
            moved_from: place.is_some().then_some(from),
        };
        store::keep_change(tx, import, &change).await?;
    }
    Ok(())
}
