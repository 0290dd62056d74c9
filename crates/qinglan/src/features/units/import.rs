//! A tree from CSV: `code,name,level,parent_code`, in any order, a forest allowed.

use std::collections::{HashMap, HashSet};

use kernel::{DAY_ONE, ImportId, Refusal, UnitId};
use ledger::{Edge, db, plant};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{RecordError, read_rows_csv};

use super::store::{self, NewUnit};
use crate::{
    app::Actor,
    error::{AppError, Result},
    features::imports::{Context, Plan, Question},
};

struct Line {
    row: usize,
    code: String,
    name: String,
    level: String,
    parent: String,
}

/// What is to be done for a row.
#[derive(Debug)]
pub(crate) enum Taking {
    /// A new unit under the unit with that code.
    New { code: String, name: String, level: String, parent: Option<Parent> },
    /// A unit that is there gets the file's name.
    Rename { unit: UnitId, name: String },
}

/// Where a new unit stands.
#[derive(Debug)]
pub(crate) enum Parent {
    /// Under a unit that is there.
    Known(UnitId),
    /// Under another row of the file.
    Row(String),
}

fn read(context: &Context<'_>) -> Result<Vec<Line>> {
    let file = &context.source.name;
    let not_read = |fault: RecordError| -> AppError {
        match fault {
            RecordError::MissingColumns { missing } => {
                Refusal::new("tree-header").with("file", file).with("missing", missing.join(", ")).into()
            }
            RecordError::Malformed { line } => Refusal::new("tree-line").with("file", file).with("line", line).into(),
            other @ RecordError::Io(_) => {
                Refusal::new("file-broken").with("file", file).with("fault", other).into()
            }
        }
    };
    let columns = ["code", "name", "level", "parent_code"];
    let mut records = read_rows_csv(context.source.bytes.as_slice(), &columns).map_err(not_read)?;
    let mut lines = Vec::new();
    while let Some(record) = records.next().map_err(not_read)? {
        if (0..4).all(|column| record.field(column).is_empty()) {
            continue;
        }
        lines.push(Line {
            row: usize::try_from(record.line).unwrap_or(usize::MAX),
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

/// Judges every line.
pub(crate) async fn plan(conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
    let lines = read(context)?;
    let known = store::coded(conn).await?;
    let levels: HashSet<String> = store::levels(conn).await?.into_iter().map(|level| level.code).collect();
    let mut first_of: HashMap<&str, &Line> = HashMap::with_capacity(lines.len());
    for line in &lines {
        first_of.entry(&line.code).or_insert(line);
    }
    let mut fate = Fates { first_of: &first_of, known: &known, levels: &levels, decided: HashMap::new() };
    let mut plan = Plan::new();
    for line in &lines {
        let label = format!("{} {}", line.code, line.name);
        let first = first_of.get(line.code.as_str()).copied().filter(|first| first.row != line.row);
        if let Some(first) = first.filter(|_| !line.code.is_empty()) {
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
        match known.get(&line.code) {
            None => {
                let parent = match (line.parent.as_str(), known.get(&line.parent)) {
                    ("", _) => None,
                    (_, Some((unit, ..))) => Some(Parent::Known(*unit)),
                    (code, None) => Some(Parent::Row(code.to_owned())),
                };
                let (code, name, level) = (line.code.clone(), line.name.clone(), line.level.clone());
                plan.take.push((line.row, Taking::New { code, name, level, parent }));
            }
            Some((unit, name, level)) => known_again(&mut plan, context, line, label, (*unit, name, level)),
        }
    }
    Ok(plan)
}

fn known_again(
    plan: &mut Plan<Taking>,
    context: &Context<'_>,
    line: &Line,
    label: String,
    (unit, name, level): (UnitId, &str, &str),
) {
    if *level != line.level {
        let fault = Refusal::new("tree-other-level").with("code", &line.code).with("level", level);
        plan.refused(line.row, label, vec![fault]);
    } else if name == line.name {
        plan.repeated(line.row, label);
    } else {
        match context.answers.get(&line.row).and_then(|chosen| chosen.first()) {
            Some(0) => plan.repeated(line.row, label),
            Some(1) => plan.take.push((line.row, Taking::Rename { unit, name: line.name.clone() })),
            _ => {
                let text =
                    Refusal::new("tree-other-name").with("code", &line.code).with("old", name).with("new", &line.name);
                let choices = vec![Refusal::new("keep-as-is"), Refusal::new("tree-rename").with("new", &line.name)];
                plan.ask(line.row, label, Question { text, choices });
            }
        }
    }
}

/// What is wrong with a line, or with what it stands under.
struct Fates<'a> {
    first_of: &'a HashMap<&'a str, &'a Line>,
    known: &'a HashMap<String, (UnitId, String, String)>,
    levels: &'a HashSet<String>,
    /// Whether the line of a code is sound with all above it.
    decided: HashMap<&'a str, bool>,
}

impl<'a> Fates<'a> {
    fn own_faults(&self, line: &Line) -> Vec<Refusal> {
        let mut faults = Vec::new();
        if line.code.is_empty() {
            faults.push(Refusal::new("tree-no-code"));
        } else if line.code.len() > 32 || !line.code.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            faults.push(Refusal::new("tree-odd-code").with("code", &line.code));
        }
        if line.name.is_empty() || line.name.chars().count() > 200 {
            faults.push(Refusal::new("unit-without-name"));
        }
        if !self.levels.contains(&line.level) {
            let mut known: Vec<&str> = self.levels.iter().map(String::as_str).collect();
            known.sort_unstable();
            faults.push(Refusal::new("level-unknown").with("level", &line.level).with("known", known.join(" ")));
        }
        if !line.parent.is_empty() && !self.first_of.contains_key(line.parent.as_str()) && !self.known.contains_key(&line.parent)
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

    /// Walks up from a line until something is known; what was walked shares its end.
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
        let sound = matches!(end, Above::Sound);
        for code in walked {
            self.decided.insert(code, sound);
        }
        end
    }
}

enum Above {
    Sound,
    Loop,
    Refused(String),
}

/// How many units go into the tables at once: progress is told between.
const BATCH: usize = 20_000;

/// Takes the plan's rows.
pub(crate) async fn take(
    tx: &DatabaseTransaction,
    actor: &Actor,
    context: &Context<'_>,
    plan: Plan<Taking>,
    import: ImportId,
) -> Result<()> {
    let mut units = Vec::new();
    let mut parents = Vec::new();
    for (_, taking) in plan.take {
        match taking {
            Taking::New { code, name, level, parent } => {
                units.push(NewUnit { id: UnitId(0), name, level: Some(level), outside: false, code: Some(code) });
                parents.push(parent);
            }
            Taking::Rename { unit, name } => {
                let old = store::by_id(tx, unit).await?.ok_or_else(|| Refusal::new("unit-unknown").with("name", &name))?;
                store::keep_name(tx, &old, context.today, Some(import)).await?;
                store::set(tx, &old, "name", name.into()).await?;
            }
        }
    }
    let first = db::take_range(tx, "unit", units.len()).await?;
    for (unit, id) in units.iter_mut().zip(first..) {
        unit.id = UnitId(id);
    }
    let all = units.len();
    for (number, batch) in units.chunks(BATCH).enumerate() {
        store::insert(tx, batch, "file", context.year.map(i64::from), Some(import)).await?;
        (context.progress)((number * BATCH + batch.len()) / 2, all);
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
    for (number, batch) in edges.chunks(BATCH).enumerate() {
        plant(tx, actor.by(), batch).await?;
        (context.progress)((all + number * BATCH + batch.len()) / 2, all);
    }
    Ok(())
}

/// Takes the import's units out of use, or says what stands on them.
pub(crate) async fn undo(tx: &DatabaseTransaction, import: ImportId) -> Result<Vec<Refusal>> {
    let sql = "select u.name, c.code from unit u left join unit_code c on c.unit_id = u.id where u.import_id = $1 and (\
         u.version > 1 \
         or exists (select 1 from tree_edge e join unit b on b.id = e.unit_id \
            where e.parent_id = u.id and (b.import_id is null or b.import_id <> $1) and b.void = false) \
         or exists (select 1 from posting p where p.unit_id = u.id and p.void = false) \
         or exists (select 1 from study_group g where g.unit_id = u.id and g.void = false) \
         or exists (select 1 from activity a where a.host_unit_id = u.id and a.state <> 'void')) order by u.id limit 100";
    let mut hindrances = Vec::new();
    for row in db::raw(tx, sql, vec![import.0.into()]).await? {
        let (name, code): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        hindrances.push(Refusal::new("unit-listed").with("name", name).with("code", code.unwrap_or_else(|| "—".to_owned())));
    }
    if hindrances.is_empty() {
        db::execute(tx, "update unit set void = true, version = version + 1 where import_id = $1", vec![import.0.into()])
            .await?;
        let names_back = "update unit set version = version + 1, name = (select f.name from unit_former_name f \
             where f.unit_id = unit.id and f.import_id = $1) \
             where id in (select unit_id from unit_former_name where import_id = $1)";
        db::execute(tx, names_back, vec![import.0.into()]).await?;
    }
    Ok(hindrances)
}
