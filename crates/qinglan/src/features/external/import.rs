//! Imports a file of external results: each row is what a person earned on a platform in a month.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::{
    imports::{Context, Facts, Importer, Kind, Labelled, Plan, Question, Understood, Unread, error_in, too_long},
    people::{
        self, Met, People, Posting,
        import::{STAFF_NO, pick_unit},
        import_identity::{list_named, person_of},
    },
    settings::choices::{self, Choice},
    themes::{self, Themes},
    units::{self, Found, Index},
};
use kernel::{ImportId, Period, PersonId, RecordId, Refusal, UnitId, last_of_month};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, Row, Table, month_in_doubt, person_name};

use super::{
    actions::{self, Entering},
    import_across,
    model::{Amounts, Handed},
    rules, store,
};
use crate::features::activities::import::name_with_birth_month;

/// A row to be imported.
#[derive(Clone, Debug)]
pub struct Taking {
    handed: Handed,
    /// The live result that it replaces.
    replaces: Option<RecordId>,
    label: String,
}

impl Labelled for Taking {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn understood(&self) -> Understood {
        let Handed { person, month, amounts, .. } = &self.handed;
        let read = Refusal::new("external-read").with("month", rules::shown_month(*month));
        Understood {
            people: vec![("import-who", vec![*person])],
            facts: vec![read.with("amounts", describe_amounts(amounts))],
            ..Understood::default()
        }
    }
}

/// The columns that a file may have.
const COLUMNS: &[Column] = &[
    Column { key: "name", names: &["姓名", "名字", "name"], required: true },
    Column { key: "unit", names: &["单位", "工作单位", "所在单位", "所属单位", "unit"], required: false },
    Column { key: "platform", names: &["平台", "学习平台", "平台名称", "platform"], required: true },
    Column { key: "month", names: &["月份", "期间", "时间", "年月", "学习月份", "month"], required: true },
    Column { key: "points", names: &["积分", "学习积分", "分数", "得分", "points"], required: false },
    Column {
        key: "hours", names: &["学时", "学习时长", "时长", "课时", "学时数", "hours"], required: false
    },
    Column { key: "classes", names: &["课程数", "课程", "期数", "学习期数", "classes"], required: false },
    themes::COLUMN,
    Column { key: "note", names: &["备注", "说明", "note"], required: false },
    STAFF_NO,
];

/// Reads 线上平台学习情况, results of online platforms.
#[derive(Clone, Copy)]
struct Results;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Results);

#[async_trait::async_trait]
impl Importer for Results {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "external",
        word: "register-external",
        place: 30,
        columns: COLUMNS,
        headings: &["序号", "姓名", "单位", "平台", "月份", "积分", "学时", "课程数", "备注"],
        is_tree: false,
    };

    fn table(&self, context: &Context<'_>) -> Result<Option<Table>> {
        table(context).map(Some)
    }

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let table = table(context)?;
        let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
        let month_of = |row: &Row| {
            let year = context.year_of(row).ok().flatten();
            rules::month(&import_across::month_cell(row, year), year, context.today).ok()
        };
        let months = table.rows.iter().filter_map(month_of);
        let months: BTreeSet<i64> = months.collect();
        let span = (months.first().copied().unwrap_or(0), months.last().copied().unwrap_or(0));
        let since = rules::first_day(span.0).unwrap_or(context.today);
        let index = units::load_index(conn, home, context.today, since).await?;
        let rows = context.rows(&table);
        let names: HashSet<String> = rows.iter().filter_map(|row| person_name(&row.text("name")?)).collect();
        let named = list_named(conn, &rows, names).await?;
        let ids: BTreeSet<PersonId> = named.iter().map(|(person, _)| person.id).collect();
        let live = store::live_of(conn, &ids.into_iter().collect::<Vec<_>>(), (span.0, span.1 + 9)).await?;
        let mut known: HashMap<Key, There> = live
            .into_iter()
            .map(|earned| ((earned.person, earned.platform, earned.month), There::Stored(earned.id, earned.amounts)))
            .collect();
        let labels = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
        let mut came: HashMap<String, Vec<NaiveDate>> = HashMap::new();
        for (person, posting) in &named {
            came.entry(person.name.clone()).or_default().push(posting.days.from);
        }
        for days in came.values_mut() {
            days.sort_unstable();
        }
        let people = People::with_numbers(&named);
        let platforms = super::PLATFORMS.in_use(conn).await?;
        let themes = themes::store::all(conn).await?;
        let reading = Reading {
            index: &index,
            home,
            platforms: &platforms,
            people: &people,
            came: &came,
            labels: &labels,
            themes: &themes,
            today: context.today,
        };
        let mut plan = Plan::new();
        for (done, row) in rows.iter().enumerate() {
            if done % STEP == 0 {
                // A point at which judging can be stopped.
                tokio::task::yield_now().await;
            }
            let label = label(row);
            let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let mut chosen = answers.iter().copied();
            match reading.row(row, context.year_of(row), &mut chosen) {
                Err(fault) => plan.unread(row.number, label, fault),
                Ok(handed) => {
                    let taking = Taking { handed, replaces: None, label };
                    judge(&mut plan, &mut known, row.number, taking, &mut chosen);
                }
            }
            (context.progress)(done + 1, rows.len());
        }
        Ok(plan)
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
        let entering = plan.take.into_iter().map(|(_, Taking { handed, replaces, .. })| Entering { handed, replaces });
        actions::enter(app, tx, actor, entering.collect(), Some(import)).await?;
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let results = store::of_import(tx, import).await?;
        let edited: Vec<_> = results.iter().filter(|earned| earned.version > 1).collect();
        if edited.is_empty() {
            actions::undo(app, tx, actor, &results).await?;
            return Ok(Vec::new());
        }
        let people: Vec<PersonId> = edited.iter().map(|earned| earned.person).collect();
        let named = people::store::by_ids(tx, &people).await?;
        let each = edited.into_iter().map(|earned| {
            let name = named.get(&earned.person).map_or_else(String::new, |person| person.name.clone());
            Refusal::new("external-listed").with("name", name).with("month", rules::shown_month(earned.month))
        });
        Ok(each.collect())
    }
}

/// The table of results, or what is made of one with months or platforms across.
fn table(context: &Context<'_>) -> Result<Table> {
    context.table_or(COLUMNS, || import_across::table(context, COLUMNS))
}

/// How many rows are judged between two points at which judging can be stopped.
const STEP: usize = 500;

struct Reading<'a> {
    index: &'a Index,
    home: UnitId,
    platforms: &'a [Choice],
    people: &'a People,
    /// The first days of the postings of people with a name.
    came: &'a HashMap<String, Vec<NaiveDate>>,
    labels: &'a HashMap<PersonId, String>,
    themes: &'a Themes,
    today: NaiveDate,
}

/// What identifies a result among rows.
type Key = (PersonId, String, i64);

fn key(handed: &Handed) -> Key {
    (handed.person, handed.platform.clone(), handed.month)
}

/// An existing result: in the database, or in an earlier row.
enum There {
    Stored(RecordId, Amounts),
    Row(usize, Amounts),
}

/// A new result, a repeated one, or one that differs from an existing one: then the user is asked which one applies.
fn judge(
    plan: &mut Plan<Taking>,
    known: &mut HashMap<Key, There>,
    number: usize,
    mut taking: Taking,
    chosen: &mut impl Iterator<Item = usize>,
) {
    let (key, amounts) = (key(&taking.handed), taking.handed.amounts);
    match known.get(&key) {
        None => {}
        Some(There::Stored(_, amounts_there) | There::Row(_, amounts_there)) if *amounts_there == amounts => {
            return plan.repeated(number, taking.label);
        }
        Some(there) => match (chosen.next(), there) {
            (Some(0), _) => return plan.repeated(number, taking.label),
            (Some(1), There::Stored(id, _)) => taking.replaces = Some(*id),
            (Some(1), There::Row(above, _)) => {
                if let Some(place) = plan.take.iter().position(|(row, _)| row == above) {
                    let (row, older) = plan.take.remove(place);
                    taking.replaces = older.replaces;
                    plan.repeated(row, older.label);
                }
            }
            (_, There::Stored(_, former) | There::Row(_, former)) => {
                let question = same_key(&taking.handed, former);
                return plan.ask(number, taking.label, question);
            }
        },
    }
    known.insert(key, There::Row(number, amounts));
    plan.take.push((number, taking));
}

fn same_key(handed: &Handed, there: &Amounts) -> Question {
    let text = Refusal::new("external-same-key")
        .with("month", rules::shown_month(handed.month))
        .with("there", describe_amounts(there))
        .with("here", describe_amounts(&handed.amounts));
    Question { text, choices: vec![Refusal::new("keep-as-is"), Refusal::new("external-replace")] }
}

/// `积分 1203，学时 1.5`.
fn describe_amounts(amounts: &Amounts) -> String {
    let each = amounts.each().into_iter().filter_map(|(measure, amount)| {
        let amount = amount?;
        let shown = if measure == "minutes" { rules::hours(amount) } else { amount.to_string() };
        Some(format!("{} {shown}", rules::heading(measure)))
    });
    each.collect::<Vec<_>>().join("，")
}

fn label(row: &Row) -> String {
    let parts = ["name", "platform", "month"].map(|key| row.text(key).unwrap_or_default());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Reading<'_> {
    fn row(
        &self,
        row: &Row,
        year: Result<Option<i32>, Refusal>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Handed, Unread> {
        let mut faults = Vec::new();
        for column in COLUMNS {
            if let Cell::Error(text) = row.cell(column.key) {
                let heading = column.names.first().copied().unwrap_or(column.key);
                faults.push(error_in(heading, text));
            }
        }
        let name = row.text("name").and_then(|text| person_name(&text)).unwrap_or_default();
        if name.is_empty() {
            faults.push(Refusal::new("name-missing"));
        }
        let text = row.text("platform").unwrap_or_default();
        let platform = choices::find(self.platforms, &text);
        if platform.is_none() && row.has("platform") {
            faults.push(super::PLATFORMS.refuse(self.platforms, &text));
        }
        let cell = &import_across::month_cell(row, year.as_ref().ok().copied().flatten());
        let month = rules::month(cell, year.as_ref().ok().copied().flatten(), self.today);
        let month = month
            .map_err(|fault| match year {
                Err(disagree) if fault.code == "external-month-no-year" => faults.push(disagree),
                _ => faults.push(fault),
            })
            .ok();
        let amounts = Self::amounts(row, &mut faults);
        let note = row.text("note");
        faults.extend(note.as_ref().and_then(|note| too_long("备注", note.chars().count(), rules::NOTE)));
        let unit = match row.text("unit") {
            None => Found::One(self.home),
            Some(text) => match self.index.find(&text) {
                Found::None => {
                    faults.push(Refusal::new("unit-not-under").with("name", text));
                    Found::None
                }
                found => found,
            },
        };
        let platform = match platform {
            None if faults.is_empty() => Some(rules::asked_platform(self.platforms, row, chosen)?),
            platform => platform,
        };
        let (Some(platform), Some(month)) = (platform, month) else { return Err(Unread::Refused(faults)) };
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        let month = self.settled_month(cell, month, chosen)?;
        let unit = match unit {
            Found::One(unit) => unit,
            Found::Several(fits) => {
                pick_unit(self.index, &row.text("unit").unwrap_or_default(), &fits, chosen).map_err(Unread::Asked)?
            }
            Found::None => return Err(Unread::Refused(vec![Refusal::new("unit-missing")])),
        };
        let amounts = if row.cell(import_across::AMOUNT).is_blank() {
            amounts
        } else {
            Self::asked_amount(row, amounts, chosen)?
        };
        let person = self.person(row, (&name, unit), month, chosen)?;
        let days = rules::first_day(month).map(|from| Period { from, to: last_of_month(from) });
        let theme = row.text("theme").zip(days).map(|(name, days)| self.themes.find(&name, unit, days)).transpose()?;
        let theme = theme.map(|theme| theme.code.clone());
        let handed = Handed { person, platform: platform.code.clone(), month, amounts, note, theme };
        rules::validate(&handed, self.today)?;
        Ok(handed)
    }

    /// An amount under the name of a platform alone: nobody but the user knows what it counts.
    fn asked_amount(row: &Row, amounts: Amounts, chosen: &mut impl Iterator<Item = usize>) -> Result<Amounts, Unread> {
        if let Some(choice @ 0..=2) = chosen.next() {
            return import_across::with_amount(row, amounts, choice).map_err(|fault| Unread::Refused(vec![fault]));
        }
        let choice = |measure: &str| Refusal::new("choice-measure").with("name", rules::heading(measure));
        let choices = ["points", "minutes", "classes"].map(choice).into();
        Err(Unread::Asked(Question { text: Refusal::new("external-measure-which"), choices }))
    }

    fn amounts(row: &Row, faults: &mut Vec<Refusal>) -> Amounts {
        let mut read = |amount: Result<Option<i64>, Refusal>| amount.map_err(|fault| faults.push(fault)).ok();
        let points = read(rules::amount("积分", row.cell("points")));
        let minutes = read(rules::minutes("学时", row.cell("hours")));
        let classes = read(rules::amount("课程数", row.cell("classes")));
        let amounts = [points, minutes, classes];
        if amounts.iter().all(|amount| *amount == Some(None)) && row.cell(import_across::AMOUNT).is_blank() {
            faults.push(Refusal::new("external-nothing"));
        }
        let [points, minutes, classes] = amounts.map(Option::flatten);
        Amounts { points, minutes, classes }
    }

    /// A number 2025.1 in a cell may have been typed as 2025.10.
    fn settled_month(&self, cell: &Cell, month: i64, chosen: &mut impl Iterator<Item = usize>) -> Result<i64, Unread> {
        if !month_in_doubt(cell) || rules::not_ahead(month + 9, self.today).is_err() {
            return Ok(month);
        }
        match chosen.next() {
            Some(0) => Ok(month),
            Some(1) => Ok(month + 9),
            _ => {
                let text = Refusal::new("external-month-in-doubt").with("text", cell.shown());
                let choice = |number: i64| Refusal::new("choice-month").with("year", month / 100).with("month", number);
                Err(Unread::Asked(Question { text, choices: vec![choice(1), choice(10)] }))
            }
        }
    }

    /// The person nearest to the unit on the month's first day, else on the first day in the month on which somebody with
    /// the name was posted.
    fn person(
        &self,
        row: &Row,
        (name, unit): (&str, UnitId),
        month: i64,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<PersonId, Unread> {
        let first = rules::first_day(month).unwrap_or(self.today);
        let last = last_of_month(first);
        let is_here = |posting: &Posting| {
            let days = posting.days;
            self.index.tree.holds(posting.unit) && days.from <= last && days.to.is_none_or(|end| end >= first)
        };
        person_of(self.people, (row, name), is_here, chosen, |chosen| {
            self.named((name, unit), month, (first, last), chosen)
        })
    }

    fn named(
        &self,
        (name, unit): (&str, UnitId),
        month: i64,
        (first, last): (NaiveDate, NaiveDate),
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<PersonId, Unread> {
        let came = self.came.get(name).map(Vec::as_slice).unwrap_or_default();
        let days = std::iter::once(first).chain(came.iter().copied().filter(|day| *day > first && *day <= last));
        for day in days {
            match self.people.nearest(name, unit, day, &self.index.tree) {
                Met::One(person) => return Ok(person),
                Met::Nobody => {}
                Met::Several(fits) => {
                    return match chosen.next().and_then(|choice| fits.get(choice)) {
                        Some((person, _)) => Ok(*person),
                        None => Err(Unread::Asked(self.which(name, &fits))),
                    };
                }
            }
        }
        let refusal = Refusal::new("external-person-none").with("name", name);
        let cause = self.people.not_yet([name], last, &self.index.tree);
        Err(Unread::Refused(vec![refusal.with("month", rules::shown_month(month)).because(cause)]))
    }

    fn which(&self, name: &str, fits: &[(PersonId, UnitId)]) -> Question {
        let choices = fits.iter().map(|(person, unit)| {
            let name = self.labels.get(person).map_or(name, String::as_str);
            Refusal::new("choice-person").with("name", name).with("path", self.index.path(*unit))
        });
        let text = Refusal::new("name-fits-several").with("name", name).with("count", fits.len());
        Question { text, choices: choices.collect() }
    }
}
