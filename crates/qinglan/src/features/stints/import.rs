//! Imports a register of practice: each row is a person's stint.

use std::collections::{BTreeSet, HashMap, HashSet};

use desk::{actor::Actor, app::App, error::Result};
use federation::{
    imports::{Context, Facts, Importer, Kind, Labelled, Plan, Question, Understood, Unread, error_in, too_long},
    people::{
        Met, People, Posting,
        import::{STAFF_NO, pick_unit},
        import_identity::{list_named, person_of},
    },
    themes::{self, Themes},
    units::{self, Found, Index},
};
use kernel::{ImportId, Period, PersonId, RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, Row, person_name};

use super::{
    actions::{self, Entering},
    model::{Handed, Part},
    rules::{self, Content, Key, Span},
    store,
};
use crate::features::activities::import::name_with_birth_month;

/// A row to be imported.
#[derive(Clone, Debug)]
pub struct Taking {
    handed: Handed,
    /// The live stint that it replaces.
    replaces: Option<RecordId>,
    label: String,
}

impl Labelled for Taking {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn understood(&self) -> Understood {
        let Handed { person, from, to, .. } = &self.handed;
        Understood { days: Some((*from, *to)), people: vec![("import-who", vec![*person])], ..Understood::default() }
    }
}

/// The columns that a file may have.
const COLUMNS: &[Column] = &[
    Column { key: "name", names: &["姓名", "名字", "参加人员", "name"], required: true },
    Column {
        key: "unit", names: &["派出单位", "单位", "工作单位", "所在单位", "选派单位", "unit"], required: false
    },
    Column {
        key: "task",
        names: &["锻炼形式", "锻炼方式", "实践形式", "形式", "锻炼岗位", "岗位", "项目", "任务", "task"],
        required: true,
    },
    Column { key: "part", names: &["类型", "锻炼类型", "part"], required: false },
    Column {
        key: "place",
        names: &["锻炼单位", "接收单位", "挂职单位", "派驻单位", "锻炼地点", "服务地点", "地点", "place"],
        required: false,
    },
    Column {
        key: "days",
        names: &["起止时间", "锻炼时间", "起止日期", "时间", "锻炼期限", "期限", "日期", "days"],
        required: false,
    },
    Column { key: "from", names: &["开始时间", "开始日期", "起始时间", "from"], required: false },
    Column { key: "to", names: &["结束时间", "结束日期", "终止时间", "to"], required: false },
    Column {
        key: "volunteered", names: &["主动请缨", "是否主动请缨", "主动报名", "volunteered"], required: false
    },
    Column { key: "hours", names: &["时长", "服务时长", "小时", "hours"], required: false },
    Column { key: "result", names: &["评价", "考核结果", "鉴定", "表现", "result"], required: false },
    themes::COLUMN,
    Column { key: "note", names: &["备注", "说明", "note"], required: false },
    STAFF_NO,
];

/// Reads 实践锻炼, registers of practice.
#[derive(Clone, Copy)]
struct Practice;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Practice);

#[async_trait::async_trait]
impl Importer for Practice {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "practice",
        word: "register-practice",
        place: 50,
        columns: COLUMNS,
        headings: &["序号", "姓名", "派出单位", "锻炼形式", "锻炼单位", "起止时间", "主动请缨", "时长", "评价", "备注"],
        is_tree: false,
    };

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let table = context.table(COLUMNS)?;
        let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
        let rows = context.rows(&table);
        let first = |row: &&&Row| span_of(row, context.year_of(row).ok().flatten()).ok().map(|(from, _)| from);
        let since = rows.iter().filter_map(|row| first(&row)).min().unwrap_or(context.today);
        let index = units::load_index(conn, home, context.today, since).await?;
        let names: HashSet<String> = rows.iter().filter_map(|row| person_name(&row.text("name")?)).collect();
        let named = list_named(conn, &rows, names).await?;
        let labels = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
        let ids: BTreeSet<PersonId> = named.iter().map(|(person, _)| person.id).collect();
        let people = People::with_numbers(&named);
        let mut known = Known::default();
        for stint in store::of_people(conn, &ids.into_iter().collect::<Vec<_>>()).await? {
            let there = There { stored: Some(stint.id), row: None, content: rules::content_of(&stint) };
            known.keys.insert(rules::key_of(&stint), there);
            if stint.part.is_placement() {
                let span = (stint.days.from, stint.days.to);
                known.placed.entry(stint.person).or_default().push((rules::key_of(&stint), span));
            }
        }
        let themes = themes::store::all(conn).await?;
        let (index, people, labels, themes) = (&index, &people, &labels, &themes);
        let reading = Reading { index, home, people, labels, themes, today: context.today };
        let mut plan = Plan::new();
        for (done, row) in rows.iter().enumerate() {
            let label = label(row);
            let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let mut chosen = answers.iter().copied();
            match reading.row(row, &context.year_of(row), &mut chosen) {
                Err(fault) => plan.unread(row.number, label, fault),
                Ok(handed) => {
                    let taking = Taking { handed, replaces: None, label };
                    known.judge(&mut plan, row.number, taking, &mut chosen);
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
        let entering = plan.take.into_iter().map(|(_, Taking { handed, replaces, .. })| Entering {
            handed,
            replaces,
            keeps_theme: false,
        });
        actions::enter(app, tx, actor, entering.collect(), Some(import)).await?;
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let stints = store::of_import(tx, import).await?;
        let edited: Vec<_> = stints.iter().filter(|stint| stint.version > 1).collect();
        if edited.is_empty() {
            actions::undo(app, tx, actor, &stints).await?;
            return Ok(Vec::new());
        }
        let each = edited
            .into_iter()
            .map(|stint| Refusal::new("stint-listed").with("task", &stint.task).with("day", stint.days.from));
        Ok(each.collect())
    }
}

/// The days of a row, in one column or in two, which have to agree where both are filled in.
fn span_of(row: &Row, year: Option<i32>) -> Result<Span, Refusal> {
    let days = row.cell("days");
    if days.is_blank() && row.has("from") {
        return rules::span_of(row.cell("from"), row.cell("to"), year);
    }
    let span = rules::span(days, year)?;
    if row.cell("from").is_blank() {
        return Ok(span);
    }
    let of_two = rules::span_of(row.cell("from"), row.cell("to"), year)?;
    let agree = of_two.0 == span.0 && (row.cell("to").is_blank() || of_two.1 == span.1);
    let differ = || {
        let two = [row.cell("from").shown(), row.cell("to").shown()];
        Refusal::new("stint-days-differ").with("days", days.shown()).with("two", two.join(" ").trim_end())
    };
    agree.then_some(span).ok_or_else(differ)
}

struct Reading<'a> {
    index: &'a Index,
    home: UnitId,
    people: &'a People,
    labels: &'a HashMap<PersonId, String>,
    themes: &'a Themes,
    today: chrono::NaiveDate,
}

/// An existing stint: in the database, or in an earlier row.
struct There {
    stored: Option<RecordId>,
    row: Option<usize>,
    content: Content,
}

/// What is there already, in the database and in earlier rows.
#[derive(Default)]
struct Known {
    keys: HashMap<Key, There>,
    placed: HashMap<PersonId, Vec<(Key, Span)>>,
}

impl Known {
    /// A new stint, a repeated one, one that differs from an existing one, or a second placement at the same time: the last two are
    /// questions.
    fn judge(
        &mut self,
        plan: &mut Plan<Taking>,
        number: usize,
        mut taking: Taking,
        chosen: &mut impl Iterator<Item = usize>,
    ) {
        let (key, content) = (rules::key(&taking.handed), rules::content(&taking.handed));
        let mut removed = None;
        if let Some(there) = self.keys.get(&key) {
            if there.content == content {
                return plan.repeated(number, taking.label);
            }
            match (chosen.next(), there.stored, there.row) {
                (Some(0), ..) => return plan.repeated(number, taking.label),
                (Some(1), Some(stored), _) => taking.replaces = Some(stored),
                (Some(1), None, Some(above)) => removed = Some(above),
                _ => return plan.ask(number, taking.label, same_key(&taking.handed, there)),
            }
        }
        let span = (taking.handed.from, taking.handed.to);
        if taking.handed.part.is_placement() {
            let others = self.placed.entry(taking.handed.person).or_default();
            others.retain(|(of, _)| *of != key);
            if let Some(((_, _, task, from), _)) = others.iter().find(|(_, other)| rules::overlap(*other, span)) {
                match chosen.next() {
                    Some(0) => return plan.repeated(number, taking.label),
                    Some(1) => taking.handed.overlapping = true,
                    _ => {
                        let text = Refusal::new("stint-overlap-ask").with("task", task).with("day", from);
                        let choices = ["keep-as-is", "stint-both"].map(Refusal::new);
                        return plan.ask(number, taking.label, Question { text, choices: choices.into() });
                    }
                }
            }
            others.push((key.clone(), span));
        }
        if let Some(place) = removed.and_then(|above| plan.take.iter().position(|(row, _)| *row == above)) {
            let (row, older) = plan.take.remove(place);
            taking.replaces = older.replaces;
            plan.repeated(row, older.label);
        }
        self.keys.insert(key, There { stored: None, row: Some(number), content });
        plan.take.push((number, taking));
    }
}

/// `至 2025-09-30，何家寨，优秀`.
fn describe((to, place, result, hours): &Content) -> String {
    let hours = hours.map(|hours| ledger::in_parts(hours, 10)).unwrap_or_default();
    let parts = [to.map(|day| format!("至 {day}")).unwrap_or_default(), place.clone(), result.clone(), hours];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "—".to_owned() } else { parts.join("，") }
}

fn same_key(handed: &Handed, there: &There) -> Question {
    let text = Refusal::new("stint-same-key")
        .with("task", &handed.task)
        .with("day", handed.from)
        .with("there", describe(&there.content))
        .with("here", describe(&rules::content(handed)));
    let choices = ["keep-as-is", "stint-replace"].map(Refusal::new);
    Question { text, choices: choices.into() }
}

fn label(row: &Row) -> String {
    let parts = ["name", "task"].map(|key| row.text(key).unwrap_or_default());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Reading<'_> {
    fn row(
        &self,
        row: &Row,
        year: &Result<Option<i32>, Refusal>,
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
        let task = row.text("task").unwrap_or_default();
        if task.is_empty() {
            faults.push(Refusal::new("stint-task").with("most", rules::TEXT));
        }
        let typed_part = row.text("part").unwrap_or_else(|| task.clone());
        let part = rules::find_part(&typed_part);
        if part.is_none() && !typed_part.is_empty() {
            faults.push(rules::unknown_part(&typed_part));
        }
        let span = span_of(row, year.as_ref().ok().copied().flatten());
        let span = span
            .map_err(|fault| match year {
                Err(disagree) if fault.code == "date-no-year" => faults.push(disagree.clone()),
                _ => faults.push(fault),
            })
            .ok();
        let volunteered = row.text("volunteered").and_then(|text| {
            let read = rules::is_yes(&text);
            if read.is_none() {
                faults.push(Refusal::new("stint-volunteered-unknown").with("text", text));
            }
            read
        });
        let hours = rules::hours(&row.text("hours").unwrap_or_default());
        let hours = hours.map_err(|fault| faults.push(fault)).ok().flatten();
        let (place, result, note) = (row.text("place"), row.text("result"), row.text("note"));
        for (heading, text, most) in [
            ("锻炼形式", Some(&task), rules::TEXT),
            ("锻炼单位", place.as_ref(), rules::TEXT),
            ("评价", result.as_ref(), rules::TEXT),
            ("备注", note.as_ref(), rules::NOTE),
        ] {
            faults.extend(text.and_then(|text| too_long(heading, text.chars().count(), most)));
        }
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
        let (Some(part), Some((from, to)), true) = (part, span, faults.is_empty()) else {
            return Err(Unread::Refused(faults));
        };
        let unit = match unit {
            Found::One(unit) => unit,
            Found::Several(fits) => {
                pick_unit(self.index, &row.text("unit").unwrap_or_default(), &fits, chosen).map_err(Unread::Asked)?
            }
            Found::None => return Err(Unread::Refused(vec![Refusal::new("unit-missing")])),
        };
        let is_here = |posting: &Posting| self.index.tree.holds(posting.unit) && posting.days.contains(from);
        let person =
            person_of(self.people, (row, &name), is_here, chosen, |chosen| self.person(&name, (unit, from), chosen))?;
        let days = Period { from, to: to.unwrap_or(chrono::NaiveDate::MAX) };
        let theme = row.text("theme").map(|name| self.themes.find(&name, unit, days)).transpose()?;
        let theme = theme.map(|theme| theme.code.clone());
        let handed = Handed {
            person,
            part,
            volunteered: volunteered.unwrap_or(part == Part::Volunteer),
            task,
            place,
            place_unit: None,
            from,
            to,
            hours,
            result,
            note,
            theme,
            overlapping: false,
        };
        rules::validate(&handed, self.today)?;
        Ok(handed)
    }

    /// The person nearest to the unit on the first day.
    fn person(
        &self,
        name: &str,
        (unit, day): (UnitId, chrono::NaiveDate),
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<PersonId, Unread> {
        match self.people.nearest(name, unit, day, &self.index.tree) {
            Met::One(person) => Ok(person),
            Met::Nobody => Err(Unread::Refused(vec![Refusal::new("stint-nobody").with("name", name).with("day", day)])),
            Met::Several(fits) => match chosen.next().and_then(|choice| fits.get(choice)) {
                Some((person, _)) => Ok(*person),
                None => Err(Unread::Asked(self.which(name, &fits))),
            },
        }
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
