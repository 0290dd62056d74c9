//! Imports online classes: each row is a unit's class with its numbers, or a person's part in one, or a person with a column for each
//! class. What is stored are the classes, with how many took part, of how many expected.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::{
    imports::{Context, Facts, Importer, Kind, Labelled, Plan, Question, Understood, Unread, cell_fault, error_in},
    people::{Met, People, import::pick_unit},
    settings::choices::{self, Choice},
    units::{self, Found, Index},
};
use kernel::{ImportId, RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, Row, Table};

use super::{
    classes::{self, Class},
    import_class_lists as lists, rules,
};

/// A class to be imported.
#[derive(Clone, Debug)]
pub struct Taking {
    class: Class,
    label: String,
}

impl Labelled for Taking {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn understood(&self) -> Understood {
        let Class { unit, season, issue, opened_on, participants, base, .. } = &self.class;
        let read = Refusal::new("class-read").with("season", season).with("issue", issue);
        let read = read.with("participants", participants).with("base", base);
        Understood { unit: Some(*unit), days: Some((*opened_on, None)), facts: vec![read], ..Understood::default() }
    }
}

/// The columns of a file with a class to a row, and of what is made of lists of people.
const COLUMNS: &[Column] = &[
    Column {
        key: "unit",
        names: &["单位", "所在单位", "所属单位", "组织", "所属组织", "团支部", "unit"],
        required: false,
    },
    Column { key: "platform", names: &["平台", "学习平台", "平台名称", "platform"], required: false },
    Column { key: "season", names: &["季", "季数", "季次", "学习季", "season"], required: false },
    Column {
        key: "issue",
        names: &["期", "期数", "期次", "学习期数", "课程", "课程名称", "学习课程", "课程期数", "季期", "issue"],
        required: true,
    },
    Column {
        key: "day",
        names: &["开课日期", "开课时间", "上线时间", "上线日期", "发布时间", "发布日期", "日期", "day"],
        required: false,
    },
    Column {
        key: "participants",
        names: &["参学人次", "参学人数", "学习人数", "学习人次", "已学人数", "完成人数", "参与人数", "participants"],
        required: true,
    },
    Column {
        key: "base",
        names: &["应参学人次", "应参学人数", "应学人数", "应学人次", "总人数", "团员总数", "应参与人数", "base"],
        required: false,
    },
];

/// Reads 网上课程, online classes.
#[derive(Clone, Copy)]
struct Classes;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Classes);

#[async_trait::async_trait]
impl Importer for Classes {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "classes",
        word: "import-kind-classes",
        place: 35,
        columns: COLUMNS,
        headings: &["序号", "单位", "平台", "季", "期", "开课日期", "参学人次", "应参学人次"],
        is_tree: false,
    };

    fn table(&self, context: &Context<'_>) -> Result<Option<Table>> {
        table(context).map(Some)
    }

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let table = table(context)?;
        let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
        let rows = context.rows(&table);
        let day_of = |row: &Row| tabular::day(row.cell("day"), context.year_of(row).ok().flatten()).ok();
        let since = rows.iter().filter_map(|row| day_of(row)).map(|day| day.date).min().unwrap_or(context.today);
        let index = units::load_index(conn, home, context.today, since).await?;
        let names: HashSet<String> =
            rows.iter().filter_map(|row| lists::Members::of(row)).flat_map(|members| members.every()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let named = federation::people::store::list_by_names(conn, &names).await?;
        let people = People::new(named.into_iter().map(|(person, posting)| (person.name, posting)));
        let platforms = super::PLATFORMS.in_use(conn).await?;
        let reading = Reading { index: &index, home, platforms: &platforms, people: &people, today: context.today };
        let mut read = Vec::new();
        for (done, row) in rows.iter().enumerate() {
            if done % 500 == 0 {
                // A point at which judging can be stopped.
                tokio::task::yield_now().await;
            }
            let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let mut chosen = answers.iter().copied();
            let class = reading.row(row, &context.year_of(row), &mut chosen);
            read.push((*row, class, chosen.collect::<Vec<_>>()));
            (context.progress)(done + 1, rows.len());
        }
        let of: BTreeSet<UnitId> =
            read.iter().filter_map(|(_, class, _)| class.as_ref().ok()).map(|class| class.unit).collect();
        let stored = classes::live_of(conn, &of.into_iter().collect::<Vec<_>>()).await?;
        let mut known = Known::default();
        for class in stored {
            known.add(There { class, row: None });
        }
        let mut plan = Plan::new();
        for (row, class, chosen) in read {
            match class {
                Err(fault) => plan.unread(row.number, label(row), fault),
                Ok(class) => judge(&mut plan, &mut known, row, class, &mut chosen.into_iter()),
            }
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
        let entering = plan.take.into_iter().map(|(_, taking)| taking.class).collect();
        classes::enter(app, tx, actor, entering, import).await
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        classes::undo_import(app, tx, actor, import).await
    }
}

/// The table of classes, or what is made of lists of people.
fn table(context: &Context<'_>) -> Result<Table> {
    context.table_or(COLUMNS, || lists::table(context, COLUMNS))
}

/// A class that is there: in the database, or in an earlier row.
struct There {
    class: Class,
    row: Option<usize>,
}

/// The classes that are there, by unit, platform and issue.
#[derive(Default)]
struct Known(HashMap<(UnitId, String, String), Vec<There>>);

impl Known {
    fn of(&mut self, class: &Class) -> &mut Vec<There> {
        self.0.entry((class.unit, class.platform.clone(), class.issue.clone())).or_default()
    }

    fn add(&mut self, there: There) {
        self.of(&there.class).push(there);
    }
}

/// A new class, a repeated one, or one whose numbers differ: then the user is asked which ones apply.
fn judge(
    plan: &mut Plan<Taking>,
    known: &mut Known,
    row: &Row,
    class: Class,
    chosen: &mut impl Iterator<Item = usize>,
) {
    let label = format!("{} {} {}/{}", label(row), class.opened_on, class.participants, class.base);
    let known = known.of(&class);
    // Who writes 第3季 may mean 2025年第3季, unless there is a 第3季.
    let is_same = |other: &Class| classes::key(other) == classes::key(&class);
    let alike = |other: &Class| other.season.ends_with(&class.season) || class.season.ends_with(&other.season);
    let places = |fits: &dyn Fn(&Class) -> bool| -> Vec<usize> {
        known.iter().enumerate().filter(|(_, there)| fits(&there.class)).map(|(place, _)| place).collect()
    };
    let (same, alike) = (places(&is_same), places(&alike));
    let is_same = !same.is_empty();
    let there = if is_same { same } else { alike };
    let numbers = |class: &Class| (class.opened_on, class.participants, class.base);
    if is_same && there.iter().any(|place| numbers(&known[*place].class) == numbers(&class)) {
        return plan.repeated(row.number, label);
    }
    let new = There { class: class.clone(), row: Some(row.number) };
    if there.is_empty() {
        known.push(new);
        plan.take.push((row.number, Taking { class, label }));
        return;
    }
    // Of several that are merely alike nobody knows which one is meant.
    let one = if let [one] = there.as_slice() { Some(*one) } else { None };
    let mut answers = vec!["keep-as-is"];
    answers.extend(one.map(|_| "class-replace"));
    answers.extend((!is_same).then_some("class-another"));
    match (chosen.next().and_then(|choice| answers.get(choice)).copied(), one) {
        (Some("keep-as-is"), _) => plan.repeated(row.number, label),
        (Some("class-replace"), Some(place)) => {
            let old = std::mem::replace(&mut known[place], new);
            let mut replaces = old.row.is_none().then_some(old.class.id);
            if let Some(above) = old.row
                && let Some(place) = plan.take.iter().position(|(number, _)| *number == above)
            {
                let (number, older) = plan.take.remove(place);
                replaces = older.class.replaces;
                plan.repeated(number, older.label);
            }
            plan.take.push((row.number, Taking { class: Class { replaces, ..class }, label }));
        }
        (Some("class-another"), _) => {
            known.push(new);
            plan.take.push((row.number, Taking { class, label }));
        }
        _ => {
            let described = |class: &Class| {
                let (day, participants, base) = numbers(class);
                format!("{} {} {day} {participants}/{base}", class.season, class.issue)
            };
            let others: Vec<String> = there.iter().map(|place| described(&known[*place].class)).collect();
            let text = Refusal::new("class-same-key").with("there", others.join("、")).with("here", described(&class));
            let choices = answers.into_iter().map(Refusal::new).collect();
            plan.ask(row.number, label, Question { text, choices });
        }
    }
}

fn label(row: &Row) -> String {
    let parts = ["unit", "season", "issue"].map(|key| row.text(key).unwrap_or_default());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

struct Reading<'a> {
    index: &'a Index,
    home: UnitId,
    platforms: &'a [Choice],
    people: &'a People,
    today: NaiveDate,
}

impl Reading<'_> {
    fn row(
        &self,
        row: &Row,
        year: &Result<Option<i32>, Refusal>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Class, Unread> {
        let mut faults = Vec::new();
        for column in COLUMNS {
            if let Cell::Error(text) = row.cell(column.key) {
                faults.push(error_in(column.names.first().copied().unwrap_or(column.key), text));
            }
        }
        let (season, issue) = match lists::season_and_issue(row) {
            Ok(read) => read,
            Err(fault) => {
                faults.push(fault);
                (String::new(), String::new())
            }
        };
        let platform = row.text("platform").map(|text| {
            let found = choices::find(self.platforms, &text);
            found.cloned().ok_or_else(|| super::PLATFORMS.refuse(self.platforms, &text))
        });
        let platform = platform.transpose().unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let members = lists::Members::of(row);
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
        let day = Self::day(row, year, members.as_ref(), &mut faults);
        let numbers = if members.is_none() { numbers(row, &mut faults) } else { None };
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        let unit = match unit {
            Found::One(unit) => unit,
            Found::Several(fits) => {
                pick_unit(self.index, &row.text("unit").unwrap_or_default(), &fits, chosen).map_err(Unread::Asked)?
            }
            Found::None => return Err(Unread::Refused(vec![Refusal::new("unit-missing")])),
        };
        let platform = match platform {
            Some(platform) => platform,
            None => rules::asked_platform(self.platforms, row, chosen)?.clone(),
        };
        let opened_on = settled_day(day, chosen)?;
        let (participants, base) = match (members, numbers) {
            (Some(members), _) => self.counted((row, &members), (unit, opened_on), chosen)?,
            (None, Some(numbers)) => numbers,
            (None, None) => return Err(Unread::Refused(vec![Refusal::new("class-no-numbers")])),
        };
        if participants > base && chosen.next() != Some(0) {
            let text = Refusal::new("class-more-ask").with("participants", participants).with("base", base);
            let choices = vec![Refusal::new("class-more-sure")];
            return Err(Unread::Asked(Question { text, choices }));
        }
        let class = Class {
            id: RecordId(0),
            unit,
            platform: platform.code,
            season,
            issue,
            opened_on,
            participants,
            base,
            level: None,
            void: false,
            void_reason: None,
            replaces: None,
            version: 1,
        };
        classes::validate_facts(&class, self.today)?;
        Ok(class)
    }

    /// The day on which a class was opened; without one the days on which people took part are proposed.
    fn day(
        row: &Row,
        year: &Result<Option<i32>, Refusal>,
        members: Option<&lists::Members>,
        faults: &mut Vec<Refusal>,
    ) -> Opened {
        let cell = row.cell("day");
        if cell.is_blank() {
            let first = members.and_then(|members| members.first_day).map(Opened::Perhaps);
            return first.unwrap_or_else(|| {
                faults.push(Refusal::new("class-no-day"));
                Opened::Unknown
            });
        }
        match tabular::day(cell, year.as_ref().ok().copied().flatten()) {
            Ok(read) => Opened::On(read.date),
            Err(fault) => {
                let fault = cell_fault("开课日期", cell, &fault);
                faults.push(match year {
                    Err(disagree) if fault.code == "date-no-year" => disagree.clone(),
                    _ => fault,
                });
                Opened::Unknown
            }
        }
    }

    /// How many of a list took part, of how many expected.
    fn counted(
        &self,
        (row, members): (&Row, &lists::Members),
        (unit, day): (UnitId, NaiveDate),
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<(i64, i64), Unread> {
        if !members.unclear.is_empty() {
            let text = Refusal::new("class-marks-unknown").with("marks", members.unclear.join("、"));
            return Err(Unread::Refused(vec![text]));
        }
        let mut done = members.done.clone();
        let mut missed = members.missed.clone();
        if !members.blank.is_empty() {
            match chosen.next() {
                Some(0) => missed.extend(members.blank.iter().cloned()),
                Some(1) => {}
                _ => {
                    // The same text for every class, so that one answer serves for all of them.
                    let choices = ["class-blank-missed", "class-blank-not-due"].map(Refusal::new).into();
                    return Err(Unread::Asked(Question { text: Refusal::new("class-blank"), choices }));
                }
            }
        }
        let twice = twice(done.iter().chain(&missed));
        if !twice.is_empty() {
            match chosen.next() {
                Some(0) => {
                    done.sort();
                    done.dedup();
                    missed.sort();
                    missed.dedup();
                    missed.retain(|name| !done.contains(name));
                }
                Some(1) => {}
                _ => {
                    let text = Refusal::new("class-names-twice").with("names", shown(&twice));
                    let choices = ["class-names-once", "class-names-both"].map(Refusal::new).into();
                    return Err(Unread::Asked(Question { text, choices }));
                }
            }
        }
        let is_here = |name: &String| self.people.nearest(name, unit, day, &self.index.tree) != Met::Nobody;
        let strangers: Vec<String> = done.iter().chain(&missed).filter(|name| !is_here(name)).cloned().collect();
        if !strangers.is_empty() {
            match chosen.next() {
                Some(0) => {}
                Some(1) => {
                    done.retain(is_here);
                    missed.retain(is_here);
                }
                _ => {
                    let text = Refusal::new("class-strangers").with("names", shown(&strangers));
                    let text = text.with("count", strangers.len());
                    let choices = ["class-strangers-count", "class-strangers-not"].map(Refusal::new).into();
                    return Err(Unread::Asked(Question { text, choices }));
                }
            }
        }
        let count = |names: &[String]| i64::try_from(names.len()).unwrap_or(i64::MAX);
        let listed = count(&done) + count(&missed);
        if let Some(base) = rules::amount("应参学人次", row.cell("base"))? {
            return Ok((count(&done), base));
        }
        // A list that says of nobody that they missed it may leave them out.
        if !members.says_missed && chosen.next() != Some(0) {
            let text = Refusal::new("class-base-which").with("count", listed);
            let choices = vec![Refusal::new("class-base-listed").with("count", listed)];
            return Err(Unread::Asked(Question { text, choices }));
        }
        Ok((count(&done), listed))
    }
}

/// The names that stand twice.
fn twice<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let twice: BTreeSet<&String> = names.filter(|name| !seen.insert(*name)).collect();
    twice.into_iter().cloned().collect()
}

/// Names for a question, not too many.
fn shown(names: &[String]) -> String {
    const MOST: usize = 10;
    let shown = names.iter().take(MOST).cloned().collect::<Vec<_>>().join("、");
    if names.len() > MOST { shown + "…" } else { shown }
}

/// When a class was opened, as far as a row says.
#[derive(Clone, Copy)]
enum Opened {
    On(NaiveDate),
    Perhaps(NaiveDate),
    Unknown,
}

fn settled_day(day: Opened, chosen: &mut impl Iterator<Item = usize>) -> Result<NaiveDate, Unread> {
    match day {
        Opened::On(day) => Ok(day),
        Opened::Perhaps(first) if chosen.next() == Some(0) => Ok(first),
        Opened::Perhaps(first) => {
            let choices = vec![Refusal::new("class-day-first").with("day", first)];
            Err(Unread::Asked(Question { text: Refusal::new("class-day-which").with("day", first), choices }))
        }
        Opened::Unknown => Err(Unread::Refused(vec![Refusal::new("class-no-day")])),
    }
}

/// The numbers in a row with a class.
fn numbers(row: &Row, faults: &mut Vec<Refusal>) -> Option<(i64, i64)> {
    let mut read = |heading: &str, key: &str| match rules::amount(heading, row.cell(key)) {
        Ok(Some(number)) => Some(number),
        Ok(None) => {
            faults.push(Refusal::new("class-no-number").with("column", heading));
            None
        }
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    let (participants, base) = (read("参学人次", "participants"), read("应参学人次", "base"));
    participants.zip(base)
}
