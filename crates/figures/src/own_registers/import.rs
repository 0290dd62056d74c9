//! Imports rows of own registers from spreadsheets: the same verdicts as everywhere, with the columns of the register's present form.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::imports::{
    Context, Facts, Importer, Kind, KindsOfApp, Labelled, Plan, Question, Understood, cell_fault,
};
use kernel::{ImportId, Refusal, UnitId};
use ledger::OWN;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Column, Row as Line, day, person_name};

use super::{
    actions,
    fillers::Fillers,
    model::{Definition, Entered, FieldKind, FilledBy, Register, State, Value},
    rows::{Lookup, Unread, headings_to_fill, names_in, value_of, values_of},
    rules,
    sessions::{self, Sessions},
    store,
};

/// The kinds of files for registers, as they are defined now.
pub(super) static REGISTERS: KindsOfApp = KindsOfApp(|app| app.shared::<Known>().kinds());

/// The registers that take rows, with the kinds of their files.
#[derive(Default)]
pub(super) struct Known(Mutex<BTreeMap<String, Kind>>);

impl Known {
    fn kinds(&self) -> Vec<Kind> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }
}

/// Reads the registers again: when the application is opened, and whenever definitions changed.
pub(super) async fn refresh(app: &App) -> Result<()> {
    let registers = store::all(&app.db).await?;
    let open = registers.into_iter().filter(|register| register.stored.state != State::Draft);
    let sessions = Sessions::of(app);
    let kinds = open.map(|register| (register.stored.code.clone(), kind_of(&register, sessions))).collect();
    *app.shared::<Known>().0.lock().unwrap_or_else(PoisonError::into_inner) = kinds;
    Ok(())
}

/// Reads rows of one register, in the form of one version.
#[derive(Clone, Copy, Debug)]
struct Rows {
    facts: &'static Facts,
    sessions: Option<&'static Sessions>,
    register: i64,
    form: i64,
    definition: &'static Definition,
}

type Version = (i64, i64, String, String);

/// The kind of files of a register in its present form.
///
/// The frame of imports knows kinds as values that live as long as the process. So each version of a definition is made such a value
/// once, when it is first needed: some kilobytes for each change of a form.
fn kind_of(register: &Register, sessions: Option<&'static Sessions>) -> Kind {
    static MADE: Mutex<Option<HashMap<Version, Kind>>> = Mutex::new(None);
    let text = format!("{:?}", register.definition);
    let version = (register.stored.id, register.stored.current, register.stored.code.clone(), text);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    *made.get_or_insert_default().entry(version).or_insert_with(|| make(register, sessions))
}

/// The keys of the columns of fields, and the names of their fields on a page, in the order of the form.
pub(super) const VALUES: [&str; rules::MOST_FIELDS] = [
    "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",
    "v18", "v19", "v20",
];

fn forever(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn make(register: &Register, sessions: Option<&'static Sessions>) -> Kind {
    let definition: &'static Definition = Box::leak(Box::new(register.definition.clone()));
    let column = |key: &'static str, names: &[&'static str], required: bool| Column {
        key,
        names: Box::leak(names.to_vec().into_boxed_slice()),
        required,
    };
    let mut columns = vec![column("unit", &["单位", "填报单位", "所在单位", "工作单位", "所属单位", "unit"], false)];
    match definition.filled_by {
        FilledBy::Units => {}
        FilledBy::Groups => columns.push(column("group", &["小组", "学习小组", "所属小组", "group"], true)),
        FilledBy::Persons => columns.push(column("person", &["姓名", "名字", "name"], true)),
    }
    columns.push(column("day", &[&definition.day_name, "日期", "date"], true));
    if definition.lasts {
        columns.push(column("until", &["结束日期", "结束时间", "至", "until"], false));
    }
    for (key, field) in VALUES.into_iter().zip(definition.asked()).filter(|(_, field)| field.kind != FieldKind::File) {
        columns.push(column(key, &[forever(&field.name)], field.required));
    }
    let headings = headings_to_fill(definition).iter().map(|heading| forever(heading)).collect::<Vec<_>>();
    let facts = Facts {
        name: forever(&format!("{OWN}{}", register.stored.code)),
        word: forever(&definition.name),
        place: 200,
        columns: Box::leak(columns.into_boxed_slice()),
        headings: Box::leak(headings.into_boxed_slice()),
        is_tree: false,
    };
    let rows = Rows {
        facts: Box::leak(Box::new(facts)),
        sessions,
        register: register.stored.id,
        form: register.stored.current,
        definition,
    };
    Kind::new(Box::leak(Box::new(rows)))
}

/// A row as a spreadsheet can hold it.
fn without_files(mut entered: Entered) -> Entered {
    entered.values.retain(|_, value| !matches!(value, Value::Files(_)));
    entered
}

/// A row to be imported.
#[derive(Clone, Debug)]
pub struct Taking {
    entered: Entered,
    label: String,
    definition: &'static Definition,
}

impl Labelled for Taking {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn understood(&self) -> Understood {
        let Entered { unit, person, day, until, values, .. } = &self.entered;
        let mut people: Vec<_> = person.iter().map(|person| ("import-who", vec![*person])).collect();
        let mut facts = Vec::new();
        for (code, value) in values {
            let Some(field) = self.definition.field(code) else { continue };
            if let Value::People(named) = value {
                people.push(("import-who", named.clone()));
            }
            // Texts stand in the file as they are stored; units and more are shown by names, which a row doesn't know.
            let Some(text) = value.plain(field) else { continue };
            let text = format!("{text} {}", field.measure);
            facts.push(Refusal::new("own-read").with("name", &field.name).with("text", text.trim_end()));
        }
        Understood { unit: Some(*unit), days: Some((*day, *until)), people, facts }
    }
}

const NO_FACTS: Facts = Facts { name: "", word: "", place: 0, columns: &[], headings: &[], is_tree: false };

/// How many rows are judged between two points at which judging can be stopped.
const STEP: usize = 500;

#[async_trait::async_trait]
impl Importer for Rows {
    type Taking = Taking;

    const FACTS: Facts = NO_FACTS;

    fn facts(&self) -> &'static Facts {
        self.facts
    }

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let register = store::by_id(conn, self.register).await?;
        let register = register.ok_or_else(|| Refusal::unknown("own-register-unknown").with("name", self.register))?;
        if register.stored.state != State::Open {
            return Err(Refusal::new("own-not-open").with("name", &register.definition.name).into());
        }
        if register.stored.current != self.form {
            return Err(Refusal::conflict("own-form-changed").with("name", &register.definition.name).into());
        }
        let table = context.table(self.facts.columns)?;
        let home = context.unit.unwrap_or(register.stored.unit);
        let rows = context.rows(&table);
        let days = rows.iter().filter_map(|row| day_of(row, context).ok());
        let days: Vec<NaiveDate> = days.collect();
        let since = days.iter().min().copied().unwrap_or(context.today);
        let until = days.iter().max().copied().unwrap_or(context.today);
        let lookup = self.lookup(conn, home, &rows, (since, context.today)).await?;
        let known = store::on_days(conn, self.register, (since, until)).await?;
        let mut known: HashSet<Entered> = known.iter().map(|row| without_files(actions::entered_of(row))).collect();
        let mut plan = Plan::new();
        for (done, row) in rows.iter().enumerate() {
            if done % STEP == 0 {
                // A point at which judging can be stopped.
                tokio::task::yield_now().await;
            }
            let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let label = Self::label(row);
            match self.read(row, context, &lookup, home, &mut answers.iter().copied()) {
                Err((faults, None)) => plan.refused(row.number, label, faults),
                Err((_, Some(question))) => plan.ask(row.number, label, *question),
                Ok(entered) if !known.insert(entered.clone()) => plan.repeated(row.number, label),
                Ok(entered) => plan.take.push((row.number, Taking { entered, label, definition: self.definition })),
            }
            (context.progress)(done + 1, rows.len());
        }
        // Who may fill it in is asked for all rows at once, by the rule that taking them asks again.
        let taking: Vec<&Entered> = plan.take.iter().map(|(_, taking)| &taking.entered).collect();
        let fillers = Fillers::load(conn, &register, &taking).await?;
        Ok(plan.refusing(|taking| fillers.check(self.definition, &taking.entered, None).err().into_iter().collect()))
    }

    async fn take(
        &self,
        app: &App,
        tx: &DatabaseTransaction,
        actor: &Actor,
        _context: &Context<'_>,
        plan: Plan<Taking>,
        import: ImportId,
    ) -> Result<()> {
        let entered = plan.take.into_iter().map(|(_, taking)| taking.entered).collect();
        actions::enter_in(app, tx, actor, (self.register, self.form), entered, Some(import)).await?;
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        // Whoever changes one of its rows meanwhile holds the register, and is read after it.
        store::lock(tx, self.register).await?;
        let rows = store::of_import(tx, import).await?;
        let edited: Vec<_> = rows.iter().filter(|row| row.head.version > 1).collect();
        if edited.is_empty() {
            let ids: Vec<_> = rows.iter().map(|row| row.head.id).collect();
            actions::void_in(app, tx, actor, &ids).await?;
            return Ok(Vec::new());
        }
        let listed = |row: &&super::model::Row| {
            Refusal::new("own-row-listed").with("name", &self.definition.name).with("day", row.head.day)
        };
        Ok(edited.iter().map(listed).collect())
    }
}

fn day_of(row: &Line, context: &Context<'_>) -> Result<NaiveDate, Refusal> {
    let cell = row.cell("day");
    let year = context.year_of(row);
    match day(cell, year.as_ref().ok().copied().flatten()) {
        Ok(day) => Ok(day.date),
        Err(fault) => match year {
            Err(disagree) => Err(disagree),
            Ok(_) => Err(cell_fault(row.heading("day").unwrap_or("日期"), cell, &fault)),
        },
    }
}

/// Why a row was not read: its faults, or the question that has to be answered first.
type NotRead = (Vec<Refusal>, Option<Box<Question>>);

impl Rows {
    fn label(row: &Line) -> String {
        let keys = ["unit", "group", "person", "day", VALUES[0]];
        keys.iter().filter_map(|key| row.text(key)).collect::<Vec<_>>().join(" ")
    }

    async fn lookup(
        &self,
        conn: &impl ConnectionTrait,
        home: UnitId,
        rows: &[&Line],
        days: (NaiveDate, NaiveDate),
    ) -> Result<Lookup> {
        let keys: HashMap<&str, &str> = self.definition.asked().map(|field| field.code.as_str()).zip(VALUES).collect();
        let mut names = names_in(self.definition, |field| {
            let key = keys.get(field.code.as_str()).copied().unwrap_or_default();
            rows.iter().map(|row| row.cell(key)).collect()
        });
        names.extend(rows.iter().filter_map(|row| person_name(&row.text("person")?)));
        let titles = sessions::titles_in(self.definition, |field| {
            let key = keys.get(field.code.as_str()).copied().unwrap_or_default();
            rows.iter().map(|row| row.cell(key)).collect()
        });
        // Whoever imports for a unit sees the sessions in which it and those below took part.
        let known = match self.sessions {
            Some(sessions) if !titles.is_empty() => {
                sessions.titled(conn, &sessions::scope_of(conn, home).await?, titles).await?
            }
            _ => Vec::new(),
        };
        Ok(Lookup::load(conn, home, days, names).await?.with_sessions(known))
    }

    fn read(
        &self,
        row: &Line,
        context: &Context<'_>,
        lookup: &Lookup,
        home: UnitId,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Entered, NotRead> {
        let mut faults = Vec::new();
        let day = day_of(row, context).map_err(|fault| faults.push(fault)).ok();
        let until = match row.cell("until") {
            cell if !self.definition.lasts || cell.is_blank() => None,
            cell => {
                let until = tabular::day(cell, context.year_of(row).ok().flatten());
                let until = until.map_err(|fault| faults.push(cell_fault("结束日期", cell, &fault)));
                until.ok().map(|until| until.date)
            }
        };
        let stop = |faults: &mut Vec<Refusal>, unread: Unread| match unread {
            Unread::Refused(refusal) => {
                faults.push(refusal);
                None
            }
            Unread::Asked(question) => Some(question),
        };
        let mut unit = match row.text("unit") {
            None => Some(home),
            Some(text) => match lookup.unit(&text, chosen) {
                Ok(unit) => Some(unit),
                Err(unread) => match stop(&mut faults, unread) {
                    Some(question) => return Err((faults, Some(Box::new(question)))),
                    None => None,
                },
            },
        };
        let mut group = None;
        let mut person = None;
        if let (Some(day), Some(at)) = (day, unit) {
            match self.definition.filled_by {
                FilledBy::Units => {}
                FilledBy::Groups => {
                    let text = row.text("group").unwrap_or_default();
                    match lookup.group(&text, row.text("unit").map(|_| at), chosen) {
                        Ok((found, of)) => {
                            group = Some(found);
                            unit = Some(of);
                        }
                        Err(unread) => {
                            if let Some(question) = stop(&mut faults, unread) {
                                return Err((faults, Some(Box::new(question))));
                            }
                        }
                    }
                }
                FilledBy::Persons => {
                    let text = row.text("person").unwrap_or_default();
                    let name = person_name(&text).unwrap_or_else(|| text.clone());
                    match lookup.person(&name, at, day, chosen) {
                        Ok(found) => {
                            person = Some(found);
                            unit = lookup.unit_of(found, day).or(unit);
                        }
                        Err(unread) => {
                            if let Some(question) = stop(&mut faults, unread) {
                                return Err((faults, Some(Box::new(question))));
                            }
                        }
                    }
                }
            }
        }
        let at = (unit.unwrap_or(home), day.unwrap_or(context.today));
        let year = context.year_of(row).ok().flatten();
        let values = values_of(self.definition, |place, field| {
            if field.kind != FieldKind::File {
                return value_of(field, row.cell(VALUES[place]), year, lookup, at, chosen);
            }
            let by_hand = || Refusal::new("own-file-by-hand").with("name", &field.name).into();
            if field.required { Err(by_hand()) } else { Ok(None) }
        });
        let values = match values {
            Ok(values) => values,
            Err((of_values, question)) => {
                faults.extend(of_values.into_iter().map(|(_, fault)| fault));
                return Err((faults, question));
            }
        };
        let (Some(unit), Some(day)) = (unit, day) else { return Err((faults, None)) };
        if !faults.is_empty() {
            return Err((faults, None));
        }
        let entered = Entered { unit, group, person, day, until, values };
        rules::validate(self.definition, &entered, None, context.today).map_err(|fault| (vec![fault], None))?;
        Ok(entered)
    }
}
