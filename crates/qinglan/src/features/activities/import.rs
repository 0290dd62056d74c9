//! Imports a register of sessions (活动台账): each row is a held session with its list of names and its head-count.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::{
    imports::{Context, Facts, Importer, Kind, Labelled, Plan, Question, cell_fault, too_long},
    people::{self, Met, People, import::pick_unit},
    units::{self, Found, Index},
};
use kernel::{ImportId, PersonId, RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, CountError, DateError, DayPart, DayTime, Mark, NameList, Row, count, day, names, period};

use super::{
    actions::{self, Draft, Handed},
    model::{Activity, ActivityType, Stands, Status},
    rules, store,
};
use crate::features::hours;

/// A row to be imported.
pub type Taking = Draft;

impl Labelled for Draft {
    fn label(&self) -> String {
        self.activity.title.clone()
    }
}

/// The columns that a file may have.
const COLUMNS: &[Column] = &[
    Column { key: "group", names: &["所属小组", "小组", "学习小组"], required: false },
    Column { key: "present", names: &["实到", "实到人数"], required: false },
    Column {
        key: "date",
        names: &["活动时间", "日期", "活动日期", "举办时间", "开展时间", "学习时间", "date", "时间"],
        required: true,
    },
    Column {
        key: "title",
        names: &["活动主题", "名称", "活动名称", "主题", "内容", "学习内容", "title"],
        required: true,
    },
    Column {
        key: "type", names: &["活动形式", "类型", "活动类型", "形式", "方式", "type"], required: true
    },
    Column { key: "time", names: &["时间", "具体时间", "time"], required: false },
    Column { key: "place", names: &["地点", "活动地点", "place"], required: false },
    Column { key: "speakers", names: &["主讲人", "宣讲人", "授课人", "speakers"], required: false },
    Column { key: "unit", names: &["主办单位", "单位", "举办单位", "组织单位", "unit"], required: false },
    Column {
        key: "audience",
        names: &["参加人数", "受众人次", "受众人数", "参会人数", "人数", "audience"],
        required: false,
    },
    Column {
        key: "names", names: &["参加人员", "名单", "参会人员", "参加人员名单", "names"], required: false
    },
    Column { key: "on_leave", names: &["请假人员", "请假"], required: false },
    Column { key: "absent", names: &["缺席人员", "缺席"], required: false },
    Column { key: "late", names: &["迟到人员", "迟到"], required: false },
    Column { key: "observers", names: &["列席人员", "列席"], required: false },
    Column { key: "leaders", names: &["参会领导"], required: false },
    Column { key: "chair", names: &["主持人"], required: false },
    Column { key: "recorder", names: &["记录人"], required: false },
    Column { key: "notice", names: &["依据文号", "文号"], required: false },
    Column { key: "topic", names: &["议题"], required: false },
    Column { key: "resolutions", names: &["决议"], required: false },
    Column { key: "hours", names: &["学时", "课时"], required: false },
    Column { key: "note", names: &["备注"], required: false },
];

/// Reads 活动台账, registers of sessions.
#[derive(Clone, Copy)]
struct Registers;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Registers);

#[async_trait::async_trait]
impl Importer for Registers {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "activities",
        word: "register-activities",
        place: 10,
        columns: COLUMNS,
        headings: &[
            "序号",
            "名称",
            "日期",
            "时间",
            "类型",
            "主办单位",
            "地点",
            "主讲人",
            "主持人",
            "参加人员",
            "参加人数",
            "备注",
        ],
        is_tree: false,
    };

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        Ok(plan(conn, context).await?.refusing(too_long_for_a_session))
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
        let drafts: Vec<Draft> = plan.take.into_iter().map(|(_, draft)| draft).collect();
        actions::enter(app, tx, actor, drafts, Some(import)).await?;
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let activities = store::of_import(tx, import).await?;
        let edited: Vec<Refusal> = activities
            .iter()
            .filter(|activity| activity.version > 1)
            .map(|activity| {
                Refusal::new("activity-listed")
                    .with("id", activity.id)
                    .with("day", activity.day)
                    .with("title", &activity.title)
            })
            .collect();
        if !edited.is_empty() {
            return Ok(edited);
        }
        let ids: Vec<RecordId> = activities.iter().map(|activity| activity.id).collect();
        actions::void_all(app, tx, actor, &ids).await?;
        Ok(Vec::new())
    }
}

/// The cells of a row that are too long for an activity.
fn too_long_for_a_session(draft: &Draft) -> Vec<Refusal> {
    let heading = |key: &'static str| {
        let column = COLUMNS.iter().find(|column| column.key == key);
        column.and_then(|column| column.names.first()).copied().unwrap_or(key)
    };
    let each = draft.over_long().into_iter();
    each.filter_map(|(key, length, most)| too_long(heading(key), length, most)).collect()
}

struct Reading<'a> {
    index: &'a Index,
    home: UnitId,
    types: &'a [ActivityType],
    people: &'a People,
    persons: &'a HashMap<PersonId, String>,
    year: Option<i32>,
    today: NaiveDate,
}

/// The day and time of a session: a range of days counts on its first day; the time may be in a column of its own.
fn when(date: &Cell, time: Option<String>, year: Option<i32>) -> Result<DayTime, DateError> {
    let first = match day(date, year) {
        Err(DateError::NotADate { text }) => match period(date, year) {
            Ok((first, _)) => DayTime { date: first, time: None, part: None, end: None },
            Err(_) => return Err(DateError::NotADate { text }),
        },
        read => read?,
    };
    let Some(time) = time.filter(|_| first.time.is_none()) else { return Ok(first) };
    let together = Cell::from_text(format!("{} {time}", first.date));
    Ok(day(&together, year).unwrap_or(first))
}

/// Judges every row.
async fn plan(conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
    let table = context.source.table(COLUMNS)?;
    let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
    let year = context.year.or(table.title_year);
    let day = |row: &Row| when(row.cell("date"), None, year).ok().map(|when| when.date);
    // From the first day of the whole file on, also if only some of its rows are judged.
    let since = table.rows.iter().filter_map(day).min().unwrap_or(context.today);
    let rows = context.rows(&table);
    let days: BTreeSet<NaiveDate> = rows.iter().filter_map(|row| day(row)).collect();
    let index = units::load_index(conn, home, context.today, since).await?;
    let mut wanted = HashSet::new();
    for row in &rows {
        for key in ["names", "on_leave", "absent", "late", "observers"] {
            let list = listed(row, key);
            wanted.extend(list.present.into_iter().chain(list.marked.into_iter().flat_map(|(_, names)| names)));
        }
    }
    let named = people::store::list_by_names(conn, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let persons = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
    let people = People::new(named.into_iter().map(|(person, posting)| (person.name, posting)));
    let types = store::types(conn).await?;
    let reading =
        Reading { index: &index, home, types: &types, people: &people, persons: &persons, year, today: context.today };
    let mut known: HashMap<Key, Vec<Draft>> = HashMap::new();
    for activity in store::on_days(conn, &days.into_iter().collect::<Vec<_>>()).await? {
        known.entry(key(&activity)).or_default().push(as_draft(activity));
    }
    let mut plan = Plan::new();
    for (done, row) in rows.iter().enumerate() {
        let label = row.text("title").unwrap_or_default();
        let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
        let mut chosen = answers.iter().copied();
        match reading.row(row, &mut chosen) {
            Err(Unread::Refused(reasons)) => plan.refused(row.number, label, reasons),
            Err(Unread::Asked(question)) => plan.ask(row.number, label, question),
            Ok(draft) => {
                let existing = known.get(&key(&draft.activity)).map(Vec::as_slice).unwrap_or_default();
                if existing.is_empty() {
                    known.entry(key(&draft.activity)).or_default().push(draft.clone());
                    plan.take.push((row.number, draft));
                } else if existing.iter().any(|other| same(other, &draft)) {
                    plan.repeated(row.number, label);
                } else {
                    match chosen.next() {
                        Some(0) => plan.repeated(row.number, label),
                        Some(1) => {
                            known.entry(key(&draft.activity)).or_default().push(draft.clone());
                            plan.take.push((row.number, draft));
                        }
                        _ => plan.ask(row.number, label, same_key(&draft)),
                    }
                }
            }
        }
        (context.progress)(done + 1, rows.len());
    }
    Ok(plan)
}

/// What identifies an activity among rows: day, unit, type and title.
type Key = (NaiveDate, UnitId, String, String);

fn key(activity: &Activity) -> Key {
    let title = tabular::fold(&activity.title).chars().filter(|letter| !letter.is_whitespace()).collect();
    (activity.day, activity.host, activity.type_code.clone(), title)
}

fn as_draft(activity: Activity) -> Draft {
    let handed = |attended: &super::model::Attendance| Handed {
        person: attended.person,
        stands: Stands { status: attended.status, made_up_on: attended.made_up_on, reason: attended.reason },
    };
    Draft {
        attendance: activity.attendance.iter().map(handed).collect(),
        partners: Vec::new(),
        activity,
        speaking: None,
    }
}

/// Whether two rows with the same key have the same data.
fn same(one: &Draft, other: &Draft) -> bool {
    let list = |draft: &Draft| -> BTreeSet<(PersonId, Status)> {
        draft.attendance.iter().map(|handed| (handed.person, handed.stands.status)).collect()
    };
    let facts =
        |draft: &Draft| (draft.activity.audience, draft.activity.place.clone(), draft.activity.speakers.clone());
    list(one) == list(other) && facts(one) == facts(other)
}

fn same_key(draft: &Draft) -> Question {
    Question {
        text: Refusal::new("activity-same-key").with("title", &draft.activity.title).with("day", draft.activity.day),
        choices: vec![Refusal::new("keep-as-is"), Refusal::new("activity-another")],
    }
}

enum Unread {
    Refused(Vec<Refusal>),
    Asked(Question),
}

fn listed(row: &Row, key: &str) -> NameList {
    match row.lines(key) {
        // A column such as 请假 may contain a number of people instead of their names.
        Some(text) if count(&Cell::from_text(text.clone())).is_ok() => NameList::default(),
        Some(text) => names(&text),
        None => NameList::default(),
    }
}

/// Status, whether it was made up, name.
type Marked = (Status, bool, String);

fn marked(list: &NameList) -> Vec<Marked> {
    let mut marked: Vec<Marked> = list.present.iter().map(|name| (Status::OnTime, false, name.clone())).collect();
    for (mark, names) in &list.marked {
        let status = match mark {
            Mark::Late => Status::Late,
            Mark::Absent => Status::Absent,
            Mark::Observer => Status::Observer,
            Mark::Leave | Mark::MadeUp => Status::Leave,
        };
        marked.extend(names.iter().map(|name| (status, *mark == Mark::MadeUp, name.clone())));
    }
    marked
}

impl Reading<'_> {
    fn row(&self, row: &Row, chosen: &mut impl Iterator<Item = usize>) -> Result<Draft, Unread> {
        let mut faults = Vec::new();
        for column in COLUMNS {
            if let Cell::Error(text) = row.cell(column.key) {
                let heading = column.names.first().copied().unwrap_or(column.key);
                faults.push(Refusal::new("cell-error").with("column", heading).with("text", text));
            }
        }
        let date = row.cell("date");
        let when = when(date, row.text("time"), self.year)
            .map_err(|fault| faults.push(cell_fault("活动时间", date, &fault)))
            .ok();
        if let Some(when) = when.filter(|when| when.date > self.today) {
            let title = row.text("title").unwrap_or_default();
            faults.push(Refusal::new("held-ahead").with("title", title).with("day", when.date));
        }
        let title = row.text("title").unwrap_or_default();
        if title.is_empty() {
            faults.push(Refusal::new("activity-without-title"));
        }
        let type_text = row.text("type").unwrap_or_default();
        let kind = rules::find_type(self.types, &type_text);
        if kind.is_none() {
            let known: Vec<&str> = self.types.iter().map(|known| known.name.as_str()).collect();
            faults.push(Refusal::new("type-unknown").with("text", type_text).with("known", known.join("、")));
        }
        let audience = Self::audience(row, &mut faults);
        let hours = Self::hours(row).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let host = match Self::host_text(row) {
            None => Found::One(self.home),
            Some(text) => match self.index.find(&text) {
                Found::None => {
                    faults.push(Refusal::new("unit-not-under").with("name", text));
                    Found::None
                }
                found => found,
            },
        };
        let (Some(when), Some(kind)) = (when, kind) else { return Err(Unread::Refused(faults)) };
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        let host = match host {
            Found::One(unit) => unit,
            Found::Several(fits) => pick_unit(self.index, &Self::host_text(row).unwrap_or_default(), &fits, chosen)
                .map_err(Unread::Asked)?,
            Found::None => return Err(Unread::Refused(vec![Refusal::new("unit-missing")])),
        };
        let closed = self.index.unit(host).and_then(|unit| unit.closed_on).filter(|last| *last < when.date);
        if let Some(last) = closed {
            let name = row.text("unit").unwrap_or_default();
            return Err(Unread::Refused(vec![
                Refusal::new("unit-closed-by-then").with("name", name).with("last", last),
            ]));
        }
        let mut draft = Draft::new(&kind.code, &title, when.date, host);
        draft.attendance = self.attendance(row, host, when.date, chosen)?;
        let present = draft.attendance.iter().filter(|handed| handed.stands.status.present()).count() as i64;
        draft.activity.audience = match audience {
            Some(stated) if stated > actions::MOST_AUDIENCE => {
                let odd = Refusal::new("audience-odd").with("stated", stated).with("most", actions::MOST_AUDIENCE);
                return Err(Unread::Refused(vec![odd]));
            }
            Some(stated) if stated < present => {
                let few = Refusal::new("audience-below-list").with("stated", stated).with("listed", present);
                return Err(Unread::Refused(vec![few]));
            }
            Some(stated) => Some(stated),
            None if present > 0 => Some(present),
            None => None,
        };
        draft.activity.time_from = when.time.map(|time| time.format("%H:%M").to_string());
        draft.activity.time_to = when.end.map(|time| time.format("%H:%M").to_string());
        draft.activity.day_part = when.part.map(|part| {
            match part {
                DayPart::Morning => "morning",
                DayPart::Afternoon => "afternoon",
                DayPart::Evening => "evening",
            }
            .to_owned()
        });
        draft.activity.hours_said = hours;
        draft.activity.place = row.text("place");
        draft.activity.speakers = row.text("speakers");
        draft.activity.leaders = row.text("leaders");
        draft.activity.chair = row.text("chair");
        draft.activity.recorder = row.text("recorder");
        draft.activity.notice_ref = row.text("notice");
        draft.activity.topic = row.text("topic");
        draft.activity.resolutions = row.text("resolutions");
        draft.activity.note = row.text("note");
        Ok(draft)
    }

    /// The text that names the host: the unit, else the group, which is named after its unit.
    fn host_text(row: &Row) -> Option<String> {
        row.text("unit").or_else(|| {
            let group = row.text("group")?;
            let unit = group.strip_suffix("青年理论学习小组").or_else(|| group.strip_suffix("学习小组"));
            Some(unit.unwrap_or(&group).to_owned())
        })
    }

    /// 学时 in tenths, if the file has them.
    fn hours(row: &Row) -> std::result::Result<Option<i64>, Refusal> {
        match row.text("hours").map(|text| hours::typed(&text)).transpose()? {
            Some(tenths) if tenths > actions::MOST_HOURS => {
                let tenths = ledger::in_parts(tenths, 10);
                Err(Refusal::new("hours-odd").with("said", tenths).with("most", actions::MOST_HOURS / 10))
            }
            tenths => Ok(tenths),
        }
    }

    fn audience(row: &Row, faults: &mut Vec<Refusal>) -> Option<i64> {
        // If a register has no head-count, the number of those present is its minimum.
        let stated = row.cell("audience");
        let cell = if stated.is_blank() { row.cell("present") } else { stated };
        match count(cell) {
            Ok(count) => Some(i64::from(count)),
            // An error value in the cell has been reported already.
            Err(CountError::Empty | CountError::CellError { .. }) => None,
            Err(_) => {
                faults.push(Refusal::new("count-unreadable").with("column", "参加人数").with("text", cell.shown()));
                None
            }
        }
    }

    fn attendance(
        &self,
        row: &Row,
        host: UnitId,
        day: NaiveDate,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Vec<Handed>, Unread> {
        let list = listed(row, "names");
        // `张三、李四等12人`, `共12人`: the list itself states that it is incomplete.
        let present = count(row.cell("present")).ok().filter(|_| !list.present.is_empty());
        let total = list.and_others.or(list.stated).or(present).map(|count| count as usize);
        // Those who came late were present too.
        let late = list.marked.iter().filter(|(mark, _)| *mark == Mark::Late).map(|(_, names)| names.len());
        let listed_count = list.present.len() + late.sum::<usize>();
        if total.is_some_and(|total| total != listed_count && total != list.present.len()) && chosen.next() != Some(0) {
            let text = Refusal::new("names-incomplete").with("listed", listed_count);
            return Err(Unread::Asked(Question { text, choices: vec![Refusal::new("choice-listed-only")] }));
        }
        let mut marked = marked(&list);
        let mut unreadable = list.unreadable;
        for (key, status) in [
            ("on_leave", Status::Leave),
            ("absent", Status::Absent),
            ("late", Status::Late),
            ("observers", Status::Observer),
        ] {
            let list = listed(row, key);
            unreadable.extend(list.unreadable);
            for name in list.present {
                // Those who came late are also in the list of those present.
                marked.retain(|(had, _, other)| !(status == Status::Late && *had == Status::OnTime && *other == name));
                marked.push((status, false, name));
            }
        }
        self.matched(marked, unreadable, host, day, chosen)
    }

    /// Finds the people for the names.
    fn matched(
        &self,
        marked: Vec<Marked>,
        unreadable: Vec<String>,
        host: UnitId,
        day: NaiveDate,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Vec<Handed>, Unread> {
        let mut faults: Vec<Refusal> = Vec::new();
        faults.extend(unreadable.into_iter().map(|text| Refusal::new("names-unreadable").with("text", text)));
        let mut handed: Vec<Handed> = Vec::new();
        let mut unknown = Vec::new();
        for (status, made_up, name) in marked {
            let person = match self.people.nearest(&name, host, day, &self.index.tree) {
                Met::One(person) => person,
                Met::Nobody => {
                    unknown.push(name);
                    continue;
                }
                Met::Several(fits) => match chosen.next().and_then(|choice| fits.get(choice)) {
                    Some((person, _)) => *person,
                    None => return Err(Unread::Asked(self.which(&name, &fits))),
                },
            };
            if handed.iter().any(|other| other.person == person) {
                faults.push(Refusal::new("name-twice").with("name", name));
            } else {
                // A register has no day of making up: the session's own day is used.
                let stands = Stands { status, made_up_on: made_up.then_some(day), reason: None };
                handed.push(Handed { person, stands });
            }
        }
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        if !unknown.is_empty() && chosen.next() != Some(0) {
            let text = Refusal::new("names-unknown").with("names", unknown.join("、"));
            let choices = vec![Refusal::new("choice-without-them").with("names", unknown.join("、"))];
            return Err(Unread::Asked(Question { text, choices }));
        }
        Ok(handed)
    }

    fn which(&self, name: &str, fits: &[(PersonId, UnitId)]) -> Question {
        let choices = fits.iter().map(|(person, unit)| {
            let name = self.persons.get(person).map_or(name, String::as_str);
            Refusal::new("choice-person").with("name", name).with("path", self.index.path(*unit))
        });
        let text = Refusal::new("name-fits-several").with("name", name).with("count", fits.len());
        Question { text, choices: choices.collect() }
    }
}

/// A person's name with the month of birth, which distinguishes people with the same name: `孟晓宁 1988-03`.
pub(crate) fn name_with_birth_month(person: &people::Person) -> String {
    match person.birth_month {
        Some(month) => format!("{} {}-{:02}", person.name, month / 100, month % 100),
        None => person.name.clone(),
    }
}

/// The type that a user means.
pub async fn type_by_hand(app: &App, text: &str) -> Result<String> {
    let types = store::types(&app.db).await?;
    let kind = rules::find_type(&types, text).ok_or_else(|| {
        let known: Vec<&str> = types.iter().map(|known| known.name.as_str()).collect();
        Refusal::new("type-unknown").with("text", text).with("known", known.join("、"))
    })?;
    Ok(kind.code.clone())
}

/// A list of names entered by hand, read and matched like that of a register.
pub async fn names_by_hand(app: &App, list: &str, host: UnitId, day: NaiveDate) -> Result<Vec<Handed>> {
    let position = ledger::position(&app.db).await?;
    let above = ledger::ancestors(&app.db, host, day, position).await?;
    let home = above.last().copied().unwrap_or(host);
    let index = units::load_index(&app.db, home, day, day).await?;
    let list = names(list);
    let wanted = list.present.iter().chain(list.marked.iter().flat_map(|(_, names)| names)).cloned();
    let named = people::store::list_by_names(&app.db, &wanted.collect::<Vec<_>>()).await?;
    let persons = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
    let people = People::new(named.into_iter().map(|(person, posting)| (person.name, posting)));
    let reading =
        Reading { index: &index, home, types: &[], people: &people, persons: &persons, year: None, today: app.today() };
    match reading.matched(marked(&list), list.unreadable, host, day, &mut std::iter::empty()) {
        Ok(attendance) => Ok(attendance),
        Err(Unread::Refused(reasons)) => Err(Refusal::new("names-refused").because(reasons).into()),
        Err(Unread::Asked(question)) => Err(question.text.because(question.choices).into()),
    }
}
