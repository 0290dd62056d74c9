//! Imports a register of honours: each row is what a person, a study group or a unit was awarded.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::{
    imports::{Context, Facts, Importer, Kind, Labelled, Plan, Question, Understood, Unread, error_in, too_long},
    people::{
        Met, People, Posting,
        import::{STAFF_NO, pick_unit},
        import_identity::{list_named, person_of},
    },
    settings::choices::{self, Choice},
    units::{self, Found, Index},
};
use kernel::{GroupId, ImportId, PersonId, RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, Row, person_name};

use super::{
    actions::{self, Entering},
    model::{For, Handed},
    rules::{self, Content, Key, When},
    store,
};
use crate::features::activities::import::name_with_birth_month;

/// A row to be imported.
#[derive(Clone, Debug)]
pub struct Taking {
    handed: Handed,
    /// The live honour that it replaces.
    replaces: Option<RecordId>,
    label: String,
}

impl Labelled for Taking {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn understood(&self) -> Understood {
        let days = Some((self.handed.day, None));
        match self.handed.of {
            For::Person(person) => {
                Understood { days, people: vec![("import-who", vec![person])], ..Understood::default() }
            }
            For::Unit(unit) => Understood { days, unit: Some(unit), ..Understood::default() },
            For::Group(_) => Understood { days, ..Understood::default() },
        }
    }
}

/// The columns that a file may have.
const COLUMNS: &[Column] = &[
    Column {
        key: "name",
        names: &["姓名", "姓名/集体", "姓名（集体）", "获奖人", "获奖者", "获得者", "获奖集体", "获奖对象", "name"],
        required: true,
    },
    Column { key: "unit", names: &["单位", "工作单位", "所在单位", "所属单位", "unit"], required: false },
    Column { key: "recipient", names: &["对象", "类型", "获奖类型", "recipient"], required: false },
    Column {
        key: "title",
        names: &["荣誉名称", "荣誉称号", "称号", "荣誉", "奖项", "奖项名称", "表彰名称", "title"],
        required: true,
    },
    Column { key: "group", names: &["称号类别", "荣誉类别", "group"], required: false },
    Column {
        key: "level", names: &["级别", "荣誉级别", "表彰级别", "授予级别", "level"], required: true
    },
    Column {
        key: "conferrer",
        names: &["授予单位", "颁发单位", "表彰单位", "授予机关", "发证单位", "conferrer"],
        required: true,
    },
    Column {
        key: "day",
        names: &["授予时间", "授予日期", "表彰时间", "获奖时间", "颁发时间", "时间", "日期", "day"],
        required: true,
    },
    Column { key: "certificate", names: &["证书", "证书编号", "证书号", "certificate"], required: false },
    Column { key: "note", names: &["备注", "说明", "note"], required: false },
    STAFF_NO,
];

/// Reads 荣誉, registers of honours.
#[derive(Clone, Copy)]
struct Honours;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Honours);

#[async_trait::async_trait]
impl Importer for Honours {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "honours",
        word: "register-honours",
        place: 40,
        columns: COLUMNS,
        headings: &["序号", "姓名/集体", "单位", "荣誉名称", "级别", "授予单位", "授予时间", "证书", "备注"],
        is_tree: false,
    };

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let table = context.table(COLUMNS)?;
        let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
        let rows = context.rows(&table);
        let first = |row: &&&Row| match rules::when(row.cell("day"), context.year_of(row).ok().flatten()) {
            Ok(When::Day(day) | When::Within(day, _)) => Some(day),
            Err(_) => None,
        };
        let since = rows.iter().filter_map(|row| first(&row)).min().unwrap_or(context.today);
        let index = units::load_index(conn, home, context.today, since).await?;
        let names: HashSet<String> = rows.iter().filter_map(|row| person_name(&row.text("name")?)).collect();
        let named = list_named(conn, &rows, names).await?;
        let labels = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
        let people = People::with_numbers(&named);
        let title_groups = super::TITLE_GROUPS.all(conn).await?;
        let groups = store::group_names(conn, home, context.today).await?;
        let reading = Reading {
            index: &index,
            home,
            title_groups: &title_groups,
            groups: &groups,
            people: &people,
            labels: &labels,
            today: context.today,
        };
        let read = rows.iter().enumerate().map(|(done, row)| {
            let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let mut chosen = answers.iter().copied();
            let handed = reading.row(row, &context.year_of(row), &mut chosen);
            (context.progress)(done + 1, rows.len());
            (*row, handed, chosen.collect::<Vec<_>>())
        });
        let read: Vec<(&Row, Result<Handed, Unread>, Vec<usize>)> = read.collect();
        let of: BTreeSet<For> =
            read.iter().filter_map(|(_, handed, _)| handed.as_ref().ok()).map(|handed| handed.of).collect();
        let mut known: HashMap<Key, Vec<There>> = HashMap::new();
        for honour in store::live_of(conn, &of.into_iter().collect::<Vec<_>>()).await? {
            let key = rules::key(honour.of(), &honour.title, honour.day);
            let there = There { stored: Some(honour.id), row: None, content: rules::content_of(&honour) };
            known.entry(key).or_default().push(there);
        }
        let mut plan = Plan::new();
        for (row, handed, chosen) in read {
            let label = label(row);
            match handed {
                Err(fault) => plan.unread(row.number, label, fault),
                Ok(handed) => {
                    let taking = Taking { handed, replaces: None, label };
                    judge(&mut plan, &mut known, row.number, taking, chosen.first().copied());
                }
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
        let entering = plan.take.into_iter().map(|(_, Taking { handed, replaces, .. })| Entering { handed, replaces });
        actions::enter(app, tx, actor, entering.collect(), Some(import)).await?;
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let honours = store::of_import(tx, import).await?;
        let edited: Vec<_> = honours.iter().filter(|honour| honour.version > 1).collect();
        if edited.is_empty() {
            actions::undo(app, tx, actor, &honours).await?;
            return Ok(Vec::new());
        }
        let each = edited
            .into_iter()
            .map(|honour| Refusal::new("honour-listed").with("title", &honour.title).with("day", honour.day));
        Ok(each.collect())
    }
}

struct Reading<'a> {
    index: &'a Index,
    home: UnitId,
    title_groups: &'a [Choice],
    /// Groups under the unit that the import is for, with their units; one for each name and brand name.
    groups: &'a [(GroupId, UnitId, String)],
    people: &'a People,
    labels: &'a HashMap<PersonId, String>,
    today: NaiveDate,
}

/// An existing honour: in the database, or in an earlier row.
struct There {
    stored: Option<RecordId>,
    row: Option<usize>,
    content: Content,
}

/// A new honour, a repeated one, or one of the same title and year with another day, level or conferrer: then the user is asked
/// whether it is the same.
fn judge(
    plan: &mut Plan<Taking>,
    known: &mut HashMap<Key, Vec<There>>,
    number: usize,
    mut taking: Taking,
    chosen: Option<usize>,
) {
    let handed = &taking.handed;
    let content = rules::content(handed);
    let there = known.entry(rules::key(handed.of, &handed.title, handed.day)).or_default();
    if there.iter().any(|there| there.content == content) {
        return plan.repeated(number, taking.label);
    }
    if let Some(last) = there.last_mut() {
        match (chosen, last.stored, last.row) {
            (Some(0), ..) => return plan.repeated(number, taking.label),
            (Some(1), Some(stored), _) => {
                taking.replaces = Some(stored);
                taking.handed.another = true;
                *last = There { stored: None, row: Some(number), content };
                return plan.take.push((number, taking));
            }
            (Some(1), None, Some(above)) => {
                if let Some(place) = plan.take.iter().position(|(row, _)| *row == above) {
                    let (row, older) = plan.take.remove(place);
                    taking.replaces = older.replaces;
                    taking.handed.another = older.handed.another;
                    plan.repeated(row, older.label);
                }
                *last = There { stored: None, row: Some(number), content };
                return plan.take.push((number, taking));
            }
            (Some(2), ..) => taking.handed.another = true,
            _ => {
                let question = same_title(&taking.handed, &last.content);
                return plan.ask(number, taking.label, question);
            }
        }
    }
    there.push(There { stored: None, row: Some(number), content });
    plan.take.push((number, taking));
}

fn same_title(handed: &Handed, (day, level, conferrer): &Content) -> Question {
    let text = Refusal::new("honour-same-title")
        .with("title", &handed.title)
        .with("there", format!("{day} {} {conferrer}", level.zh()))
        .with("here", format!("{} {} {}", handed.day, handed.level.zh(), handed.conferrer));
    let choices = ["keep-as-is", "honour-replace", "honour-another"].map(Refusal::new);
    Question { text, choices: choices.into() }
}

fn label(row: &Row) -> String {
    let parts = ["name", "title"].map(|key| row.text(key).unwrap_or_default());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What the column for the kind of recipient says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Person,
    Collective,
    Any,
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
        let name = row.text("name").unwrap_or_default();
        if name.trim().is_empty() {
            faults.push(Refusal::new("name-missing"));
        }
        let title = row.text("title").unwrap_or_default();
        if title.is_empty() {
            faults.push(Refusal::new("honour-title").with("most", rules::TITLE));
        }
        let typed_level = row.text("level").unwrap_or_default();
        let level = rules::find_level(&typed_level);
        if level.is_none() {
            faults.push(rules::unknown_level(&typed_level));
        }
        let conferrer = row.text("conferrer").unwrap_or_default();
        if conferrer.is_empty() {
            faults.push(Refusal::new("honour-conferrer").with("most", rules::TITLE));
        }
        let title_group = row.text("group").and_then(|typed| {
            let group = choices::find(self.title_groups, &typed);
            if group.is_none() {
                faults.push(super::TITLE_GROUPS.refuse(self.title_groups, &typed));
            }
            group.map(|group| group.code.clone())
        });
        let when = rules::when(row.cell("day"), year.as_ref().ok().copied().flatten());
        let when = when
            .map_err(|fault| match year {
                Err(disagree) if fault.code == "date-no-year" => faults.push(disagree.clone()),
                _ => faults.push(fault),
            })
            .ok();
        let wanted = Self::wanted(&row.text("recipient").unwrap_or_default(), &mut faults);
        let (certificate, note) = (row.text("certificate"), row.text("note"));
        for (heading, text, most) in [
            ("荣誉名称", Some(&title), rules::TITLE),
            ("授予单位", Some(&conferrer), rules::TITLE),
            ("证书", certificate.as_ref(), rules::CERTIFICATE),
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
        let (Some(level), Some(when), true) = (level, when, faults.is_empty()) else {
            return Err(Unread::Refused(faults));
        };
        let unit = match unit {
            Found::One(unit) => unit,
            Found::Several(fits) => {
                pick_unit(self.index, &row.text("unit").unwrap_or_default(), &fits, chosen).map_err(Unread::Asked)?
            }
            Found::None => return Err(Unread::Refused(vec![Refusal::new("unit-missing")])),
        };
        let day = Self::settled_day(row, when, chosen)?;
        let of = if row.text("staff_no").is_some() && wanted != Wanted::Collective {
            let name = person_name(&name).unwrap_or_default();
            let is_here = |posting: &Posting| self.index.tree.holds(posting.unit) && posting.days.contains(day);
            let by_name = |chosen: &mut _| match self.recipient(&name, Wanted::Person, (unit, day), chosen)? {
                For::Person(person) => Ok(person),
                _ => Err(Unread::Refused(vec![Refusal::new("honour-nobody").with("name", &name).with("day", day)])),
            };
            For::Person(person_of(self.people, (row, &name), is_here, chosen, by_name)?)
        } else {
            self.recipient(&name, wanted, (unit, day), chosen)?
        };
        let handed = Handed { of, title, title_group, level, conferrer, day, certificate, note, another: false };
        rules::validate(&handed, self.today)?;
        Ok(handed)
    }

    fn wanted(typed: &str, faults: &mut Vec<Refusal>) -> Wanted {
        match choices::plain(typed).as_str() {
            "" => Wanted::Any,
            "个人" | "人" | "人员" | "person" => Wanted::Person,
            "集体" | "小组" | "单位" | "团队" | "先进集体" | "group" | "unit" => Wanted::Collective,
            _ => {
                faults.push(Refusal::new("honour-recipient-unknown").with("text", typed));
                Wanted::Any
            }
        }
    }

    /// Of a month or a year nobody knows on which day the honour was conferred: the user says on which it counts.
    fn settled_day(row: &Row, when: When, chosen: &mut impl Iterator<Item = usize>) -> Result<NaiveDate, Unread> {
        let (first, last) = match when {
            When::Day(day) => return Ok(day),
            When::Within(first, last) => (first, last),
        };
        match chosen.next() {
            Some(0) => Ok(first),
            Some(1) => Ok(last),
            _ => {
                let text = Refusal::new("honour-day-which").with("text", row.cell("day").shown());
                let choices = [first, last].map(|day| Refusal::new("choice-day").with("day", day));
                Err(Unread::Asked(Question { text, choices: choices.into() }))
            }
        }
    }

    /// The person nearest to the unit on that day; a name of nobody may be that of a group or a unit, which is asked unless the
    /// file says so.
    fn recipient(
        &self,
        name: &str,
        wanted: Wanted,
        (unit, day): (UnitId, NaiveDate),
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<For, Unread> {
        let person = person_name(name).filter(|_| wanted != Wanted::Collective);
        if let Some(person) = person {
            match self.people.nearest(&person, unit, day, &self.index.tree) {
                Met::One(person) => return Ok(For::Person(person)),
                Met::Several(fits) => {
                    return match chosen.next().and_then(|choice| fits.get(choice)) {
                        Some((person, _)) => Ok(For::Person(*person)),
                        None => Err(Unread::Asked(self.which(&person, &fits))),
                    };
                }
                Met::Nobody => {}
            }
        }
        let refusal = || Refusal::new("honour-nobody").with("name", name).with("day", day);
        let collectives = if wanted == Wanted::Person { Vec::new() } else { self.collectives(name, unit) };
        match collectives.as_slice() {
            [] => Err(Unread::Refused(vec![refusal()])),
            [(one, _)] if wanted == Wanted::Collective => Ok(*one),
            several => {
                let picked = chosen.next().and_then(|choice| several.get(choice));
                picked.map(|(one, _)| *one).ok_or_else(|| {
                    let choices = several.iter().map(|(_, label)| label.clone()).collect();
                    let text = Refusal::new("honour-collective-which").with("name", name);
                    Unread::Asked(Question { text, choices })
                })
            }
        }
    }

    /// The groups and units that a name may mean, with their descriptions; groups of the row's unit alone, if there are any.
    fn collectives(&self, name: &str, unit: UnitId) -> Vec<(For, Refusal)> {
        let typed = choices::plain(name);
        let named = || self.groups.iter().filter(|(.., of)| choices::plain(of) == typed);
        let near = named().any(|(_, of, _)| *of == unit);
        let groups: BTreeSet<(GroupId, UnitId)> =
            named().filter(|(_, of, _)| !near || *of == unit).map(|(group, of, _)| (*group, *of)).collect();
        let path = |unit: UnitId| self.index.path(unit);
        let group = |(group, unit): (GroupId, UnitId)| {
            (For::Group(group), Refusal::new("choice-group").with("name", name).with("path", path(unit)))
        };
        let mut found: Vec<(For, Refusal)> = groups.into_iter().map(group).collect();
        let units = match self.index.find(name) {
            Found::None => Vec::new(),
            Found::One(unit) => vec![unit],
            Found::Several(units) => units,
        };
        found.extend(
            units.into_iter().map(|unit| (For::Unit(unit), Refusal::new("choice-unit").with("path", path(unit)))),
        );
        found
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
