//! Imports a register of sessions (活动台账): each row is a held session with its list of names and its head-count.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use federation::{
    imports::{Context, Facts, Importer, Kind, Plan, Question, Unread, error_in},
    people::{
        self, Met, People,
        import::{pick_unit, unit_not_found},
    },
    settings::choices::{self, Choice},
    themes::{self, Themes},
    training_fields::FIELDS,
    units::{self, Found, Index, LineOf, Placing},
};
use kernel::{ImportId, Period, PersonId, RecordId, Refusal, UnitId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, CountError, DayPart, Mark, Row, Table, count, names};

use super::{
    actions::{self, Draft, Handed},
    import_across, import_forms,
    import_lists::{COLUMNS, Marked, PARTS, listed, lists_people, marked, too_long_for_a_session},
    import_when::{self, Doubt, When},
    model::{Activity, ActivityType, SpokePart, Stands, Status},
    rules, store,
};
use crate::features::hours;

pub use super::import_by_hand::{names_by_hand, type_by_hand};

/// A row to be imported.
pub type Taking = Draft;

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

    fn table(&self, context: &Context<'_>) -> Result<Option<Table>> {
        table(context).map(Some)
    }

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

/// What rows are read with.
pub(super) struct Reading<'a> {
    pub(super) index: &'a Index,
    pub(super) types: &'a [ActivityType],
    pub(super) themes: &'a Themes,
    pub(super) fields: &'a [Choice],
    pub(super) people: &'a People,
    pub(super) persons: &'a HashMap<PersonId, String>,
    pub(super) today: NaiveDate,
}

/// The register, or what is made of an attendance sheet or of forms.
fn table(context: &Context<'_>) -> Result<Table> {
    context.table_or(COLUMNS, || import_across::table(context, COLUMNS).or_else(|| import_forms::table(context)))
}

/// Judges every row.
async fn plan(conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
    let table = table(context)?;
    let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
    let days_of = |row: &Row| -> Vec<NaiveDate> {
        let year = context.year_of(row).ok().flatten();
        import_across::days(row).iter().filter_map(|date| import_when::day_of(date, year).ok()).collect()
    };
    // From the first day of the whole file on, also if only some of its rows are judged.
    let since = table.rows.iter().flat_map(days_of).min().unwrap_or(context.today);
    let rows = context.rows(&table);
    let days: BTreeSet<NaiveDate> = rows.iter().flat_map(|row| days_of(row)).collect();
    let index = units::load_index(conn, home, context.today, since).await?;
    let mut wanted = HashSet::new();
    for row in &rows {
        let unread = row.unread().filter(|(heading, _)| lists_people(heading)).map(|(_, cell)| names(&cell.shown()));
        let keys = ["names", "present", "on_leave", "absent", "late", "observers", import_across::BLANK];
        let keys = keys.into_iter().chain(PARTS.map(|(key, _)| key));
        let lists = keys.map(|key| listed(row, key));
        for list in lists.chain(unread) {
            wanted.extend(list.present.into_iter().chain(list.marked.into_iter().flat_map(|(_, names)| names)));
        }
    }
    let named = people::store::list_by_names(conn, &wanted.into_iter().collect::<Vec<_>>()).await?;
    let persons = named.iter().map(|(person, _)| (person.id, name_with_birth_month(person))).collect();
    let people = People::new(named.into_iter().map(|(person, posting)| (person.name, posting)));
    let types = store::types(conn).await?;
    let themes = themes::store::all(conn).await?;
    let fields = FIELDS.in_use(conn).await?;
    let reading = Reading {
        index: &index,
        types: &types,
        themes: &themes,
        fields: &fields,
        people: &people,
        persons: &persons,
        today: context.today,
    };
    let mut known: HashMap<Key, Vec<Known>> = HashMap::new();
    let mut there_on: HashSet<(NaiveDate, UnitId)> = HashSet::new();
    let days: Vec<NaiveDate> = days.into_iter().collect();
    let own = match context.own() {
        Some(import) => store::ids_of_import(conn, import, &days).await?,
        None => HashSet::new(),
    };
    for activity in store::on_days(conn, &days).await? {
        let is_row = own.contains(&activity.id);
        if !is_row {
            there_on.insert((activity.day, activity.host));
        }
        known.entry(key(&activity)).or_default().push(Known { draft: as_draft(activity), is_row });
    }
    let mut placing = Placing::new(&index, home);
    let mut plan = Plan::new();
    // Every row, since a line that names a unit holds for those below it.
    for (done, row) in table.rows.iter().enumerate() {
        (context.progress)(done, table.rows.len());
        let label = row.text("title").unwrap_or_default();
        let answers = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
        let mut chosen = answers.iter().copied();
        match placing.next(row, |_| ["date", "title", "type"].iter().any(|key| row.text(key).is_some())) {
            LineOf::Data if context.judges(row.number) => {}
            LineOf::Data | LineOf::Unit => continue,
            LineOf::Unclear => {
                let text = row.lone_text().unwrap_or_default();
                let reasons = vec![Refusal::new("line-unclear").with("text", &text)];
                plan.refused(row.number, text, reasons);
                continue;
            }
        }
        match reading.row(row, &placing, context.year_of(row), &mut chosen) {
            Err(fault) => plan.unread(row.number, label, fault),
            Ok(draft) => {
                let there = known.entry(key(&draft.activity)).or_default();
                let existing: Vec<&Known> = there.iter().filter(|other| !other.is_another(&draft)).collect();
                let on_day = (draft.activity.day, draft.activity.host);
                if existing.iter().any(|other| same(&other.draft, &draft)) {
                    plan.repeated(row.number, label);
                } else if existing.is_empty() && row.has(import_across::BLANK) && there_on.contains(&on_day) {
                    // An attendance sheet knows no titles: a session of that day may be the same one.
                    match chosen.next() {
                        Some(0) => plan.repeated(row.number, label),
                        Some(1) => {
                            there.push(Known { draft: draft.clone(), is_row: true });
                            plan.take.push((row.number, draft));
                        }
                        _ => plan.ask(row.number, label, there_already(&draft)),
                    }
                } else if existing.is_empty() || chosen.clone().next() == Some(1) {
                    there.push(Known { draft: draft.clone(), is_row: true });
                    plan.take.push((row.number, draft));
                } else if chosen.next() == Some(0) {
                    plan.repeated(row.number, label);
                } else {
                    plan.ask(row.number, label, same_key(&draft));
                }
            }
        }
    }
    (context.progress)(table.rows.len(), table.rows.len());
    Ok(plan)
}

/// A session with the key of a row: stored before, or of an earlier row.
struct Known {
    draft: Draft,
    is_row: bool,
}

impl Known {
    /// Whether it is another session than a later row of the same file says: both say when they began, and say different times.
    fn is_another(&self, draft: &Draft) -> bool {
        let begins = |draft: &Draft| draft.activity.time_from.clone();
        self.is_row && begins(&self.draft).zip(begins(draft)).is_some_and(|(one, other)| one != other)
    }
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
        spoke: activity.spoke.iter().map(|spoke| (spoke.person, spoke.part)).collect(),
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
    let facts = |draft: &Draft| {
        let activity = &draft.activity;
        (
            activity.audience,
            activity.place.clone(),
            activity.speakers.clone(),
            activity.theme.clone(),
            activity.field.clone(),
        )
    };
    let time = |draft: &Draft| {
        let activity = &draft.activity;
        (activity.time_from.clone(), activity.time_to.clone(), activity.day_part.clone())
    };
    list(one) == list(other) && facts(one) == facts(other) && time(one) == time(other)
}

fn there_already(draft: &Draft) -> Question {
    Question {
        text: Refusal::new("activity-on-day").with("day", draft.activity.day),
        choices: vec![Refusal::new("keep-as-is"), Refusal::new("activity-another")],
    }
}

fn same_key(draft: &Draft) -> Question {
    Question {
        text: Refusal::new("activity-same-key").with("title", &draft.activity.title).with("day", draft.activity.day),
        choices: vec![Refusal::new("keep-as-is"), Refusal::new("activity-another")],
    }
}

/// The unit that a cell names as host, or several of which one is.
enum Hosts {
    One(Found),
    Several(Vec<UnitId>),
}

/// The stated number of those present, or that of the list; refused if it can't be right.
fn checked_audience(stated: Option<i64>, present: i64) -> Result<Option<i64>, Unread> {
    let refused = |refusal| Err(Unread::Refused(vec![refusal]));
    match stated {
        Some(stated) if stated > actions::MOST_AUDIENCE => {
            refused(Refusal::new("audience-odd").with("stated", stated).with("most", actions::MOST_AUDIENCE))
        }
        Some(stated) if stated < present => {
            refused(Refusal::new("audience-below-list").with("stated", stated).with("listed", present))
        }
        Some(stated) => Ok(Some(stated)),
        None => Ok(Some(present).filter(|present| *present > 0)),
    }
}

/// The time of a session, once what is doubtful about it was answered.
fn settled_time(when: When, chosen: &mut impl Iterator<Item = usize>) -> Result<tabular::DayTime, Unread> {
    let asked = |text, choices| Err(Unread::Asked(Question { text, choices }));
    match when.doubt {
        None => Ok(when.at),
        Some(Doubt::Disagrees(text)) => {
            let time = when.at.time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
            let refusal = Refusal::new("times-disagree").with("text", text).with("time", time);
            Err(Unread::Refused(vec![refusal]))
        }
        Some(Doubt::Unreadable(text)) => match chosen.next() {
            Some(0) => Ok(when.at),
            _ => asked(Refusal::new("time-unreadable").with("text", text), vec![Refusal::new("time-leave-open")]),
        },
        Some(Doubt::Night) => {
            let later = import_when::half_a_day_later(when.at);
            match chosen.next() {
                Some(0) => Ok(when.at),
                Some(1) => Ok(later),
                _ => {
                    let time =
                        |at: tabular::DayTime| at.time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
                    let choices = [when.at, later].map(|at| Refusal::new("choice-time").with("time", time(at)));
                    asked(Refusal::new("time-at-night").with("time", time(when.at)), choices.to_vec())
                }
            }
        }
    }
}

/// The code of a part of the day, as a session keeps it.
fn day_part(part: DayPart) -> &'static str {
    match part {
        DayPart::Morning => "morning",
        DayPart::Afternoon => "afternoon",
        DayPart::Evening => "evening",
    }
}

impl Reading<'_> {
    fn row(
        &self,
        row: &Row,
        placing: &Placing<'_>,
        year: Result<Option<i32>, Refusal>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Draft, Unread> {
        let mut faults = Vec::new();
        for column in COLUMNS {
            if let Cell::Error(text) = row.cell(column.key) {
                faults.push(error_in(column.names.first().copied().unwrap_or(column.key), text));
            }
        }
        let year_said = year.as_ref().ok().copied().flatten();
        let date = &Self::date(row, year_said, chosen)?;
        let when = import_when::when(date, row.text("time"), year_said);
        let when = when.map_err(|fault| faults.push(import_when::no_day(date, &fault, year.err()))).ok();
        if let Some(day) = when.as_ref().map(|when| when.at.date).filter(|day| *day > self.today) {
            let title = row.text("title").unwrap_or_default();
            faults.push(Refusal::new("held-ahead").with("title", title).with("day", day));
        }
        let title = row.text("title").unwrap_or_default();
        if title.is_empty() {
            faults.push(Refusal::new("activity-without-title"));
        }
        let type_text = row.text("type").unwrap_or_default();
        let kind = rules::find_type(self.types, &type_text);
        // In a form 形式 may be anything, such as 线下: the type is asked.
        if kind.is_none() && row.has("type") && !row.has(import_forms::FORM) {
            let known: Vec<&str> = self.types.iter().map(|known| known.name.as_str()).collect();
            faults.push(Refusal::new("type-unknown").with("text", type_text).with("known", known.join("、")));
        }
        let audience = Self::audience(row, &mut faults);
        let hours = Self::hours(row).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let host_text = Self::host_text(row);
        let hosts = host_text.as_ref().map(|text| self.hosts(text));
        if let (Some(text), Some(None)) = (&host_text, &hosts) {
            faults.push(unit_not_found(self.index, text));
        }
        if let Some(odd) = row.text(import_across::ODD) {
            faults.push(Refusal::new("marks-unknown").with("marks", odd));
        }
        if let Some(day) = row.text(import_forms::SECOND) {
            faults.push(Refusal::new("form-of-two").with("day", day));
        }
        if let Some(names) = row.text(import_across::TWICE) {
            faults.push(Refusal::new("names-on-two-rows").with("names", names));
        }
        let kind = match kind {
            None if faults.is_empty() => Some(self.asked_type(row, chosen)?),
            kind => kind,
        };
        let (Some(when), Some(kind)) = (when, kind) else { return Err(Unread::Refused(faults)) };
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        let (host, partners) = match (host_text, hosts.flatten()) {
            (Some(text), Some(Hosts::One(Found::Several(fits)))) => {
                (pick_unit(self.index, &text, &fits, chosen).map_err(Unread::Asked)?, Vec::new())
            }
            (_, Some(Hosts::One(Found::One(unit)))) => (unit, Vec::new()),
            (Some(text), Some(Hosts::Several(units))) => self.first_host(&text, units, chosen)?,
            _ => (placing.unit(chosen).map_err(Unread::Asked)?, Vec::new()),
        };
        let at = settled_time(when, chosen)?;
        let closed = self.index.unit(host).and_then(|unit| unit.closed_on).filter(|last| *last < at.date);
        if let Some(last) = closed {
            let name = row.text("unit").unwrap_or_default();
            return Err(Unread::Refused(vec![
                Refusal::new("unit-closed-by-then").with("name", name).with("last", last),
            ]));
        }
        let mut draft = Draft::new(&kind.code, &title, at.date, host);
        draft.partners = partners;
        draft.attendance = self.attendance(row, host, at.date, chosen)?;
        draft.spoke = self.spoke(row, &draft, chosen)?;
        let present = draft.attendance.iter().filter(|handed| handed.stands.status.present()).count() as i64;
        draft.activity.audience = checked_audience(audience, present)?;
        draft.activity.time_from = at.time.map(|time| time.format("%H:%M").to_string());
        draft.activity.time_to = at.end.map(|time| time.format("%H:%M").to_string());
        draft.activity.day_part = at.part.map(|part| day_part(part).to_owned());
        draft.activity.hours_said = hours;
        let days = Period { from: at.date, to: at.date };
        let theme = row.text("theme").map(|name| self.themes.find(&name, host, days)).transpose()?;
        draft.activity.theme = theme.map(|theme| theme.code.clone());
        if let Some(name) = row.text("field") {
            let field = choices::find(self.fields, &name).ok_or_else(|| FIELDS.refuse(self.fields, &name))?;
            draft.activity.field = Some(field.code.clone());
        }
        draft.activity.place = row.text("place");
        draft.activity.speakers = row.text("speakers");
        draft.activity.leaders = row.text("leaders");
        draft.activity.chair = row.text("chair");
        draft.activity.recorder = row.text("recorder");
        draft.activity.notice_ref = row.text("notice");
        draft.activity.topic = row.text("topic");
        draft.activity.minutes = row.lines("minutes");
        draft.activity.resolutions = row.text("resolutions");
        draft.activity.note = row.text("note");
        Ok(draft)
    }

    /// The cell that says the day; of two days the one that was chosen.
    fn date(row: &Row, year: Option<i32>, chosen: &mut impl Iterator<Item = usize>) -> Result<Cell, Unread> {
        let cells = import_across::days(row);
        let days: Vec<NaiveDate> = cells.iter().filter_map(|cell| import_when::day_of(cell, year).ok()).collect();
        let first = cells.first().cloned().unwrap_or_default();
        // Without a year neither is a day, and that is said first.
        if days.len() < 2 {
            return Ok(first);
        }
        if let Some(cell) = chosen.next().and_then(|choice| cells.get(choice)) {
            return Ok(cell.clone());
        }
        let text = Refusal::new("heading-day-which").with("text", row.cell("date").shown());
        let choices = days.iter().map(|day| Refusal::new("choice-date").with("day", day)).collect();
        Err(Unread::Asked(Question { text, choices }))
    }

    /// The type of a session in a file that says none, or none that is known, once it was answered.
    fn asked_type(&self, row: &Row, chosen: &mut impl Iterator<Item = usize>) -> Result<&ActivityType, Unread> {
        let types: Vec<&ActivityType> = self.types.iter().filter(|known| !known.retired).collect();
        if let Some(kind) = chosen.next().and_then(|choice| types.get(choice)) {
            return Ok(kind);
        }
        let choices = types.iter().map(|known| Refusal::new("choice-type").with("name", &known.name)).collect();
        let of_text = |text| Refusal::new("type-which").with("text", text);
        let text = row.text("type").map_or_else(|| Refusal::new("type-not-said"), of_text);
        Err(Unread::Asked(Question { text, choices }))
    }

    /// The unit that a text means, or the units if it names several; `None` if one of them isn't known.
    fn hosts(&self, text: &str) -> Option<Hosts> {
        match self.index.find(text) {
            Found::None => {}
            found => return Some(Hosts::One(found)),
        }
        let parts = text.split(['、', '，', ',', ';', '；', '/', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let units = parts.map(|part| match self.index.find(part) {
            Found::One(unit) => Some(unit),
            _ => None,
        });
        let units: Vec<UnitId> = units.collect::<Option<_>>()?;
        (units.len() > 1).then_some(Hosts::Several(units))
    }

    /// The host among several units in one cell, as it was answered; the others took part.
    fn first_host(
        &self,
        text: &str,
        units: Vec<UnitId>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<(UnitId, Vec<UnitId>), Unread> {
        if let Some(host) = chosen.next().and_then(|choice| units.get(choice)).copied() {
            return Ok((host, units.into_iter().filter(|unit| *unit != host).collect()));
        }
        let choice = |unit: &UnitId| Refusal::new("host-is").with("path", self.index.path(*unit));
        let choices = units.iter().map(choice).collect();
        Err(Unread::Asked(Question { text: Refusal::new("hosts-several").with("text", text), choices }))
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
        let mut list = listed(row, "names");
        if row.text("names").is_none() {
            // 实到 may hold the names instead of their number.
            list = listed(row, "present");
        }
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
        let mut all = marked(&list);
        let mut unreadable = list.unreadable;
        for (key, status) in [
            ("on_leave", Status::Leave),
            ("absent", Status::Absent),
            ("late", Status::Late),
            ("observers", Status::Observer),
        ] {
            let list = listed(row, key);
            for of_list in marked(&list) {
                let status = match of_list.status {
                    Status::OnTime => status,
                    // 缺席人员及原因: who has a reason such as 事假 was on leave.
                    Status::Leave if matches!(status, Status::Leave | Status::Absent) => Status::Leave,
                    said if said == status => status,
                    _ => {
                        let column = row.heading(key).unwrap_or_default();
                        let fault = Refusal::new("list-contradicts").with("name", of_list.name).with("column", column);
                        return Err(Unread::Refused(vec![fault]));
                    }
                };
                // Those who came late are also in the list of those present.
                all.retain(|had| !(status == Status::Late && had.status == Status::OnTime && had.name == of_list.name));
                all.push(Marked { status, ..of_list });
            }
            unreadable.extend(list.unreadable);
        }
        let blank = listed(row, import_across::BLANK).present;
        if !blank.is_empty() {
            let status = match chosen.next() {
                Some(0) => Some(Status::OnTime),
                Some(1) => Some(Status::Absent),
                Some(2) => None,
                _ => {
                    let text = Refusal::new("marks-blank").with("count", blank.len()).with("names", blank.join("、"));
                    let choices = ["names-as-present", "names-as-absent", "names-left-out"];
                    return Err(Unread::Asked(Question { text, choices: choices.map(Refusal::new).to_vec() }));
                }
            };
            let marked = |name| status.map(|status| Marked { status, made_up: false, reason: None, name });
            all.extend(blank.into_iter().filter_map(marked));
        }
        for (heading, cell) in row.unread().filter(|(heading, _)| lists_people(heading)) {
            let list = names(&cell.shown());
            if list.present.is_empty() || !list.unreadable.is_empty() {
                continue;
            }
            let status = match chosen.next() {
                Some(0) => Status::OnTime,
                Some(1) => Status::Leave,
                Some(2) => Status::Absent,
                Some(3) => continue,
                _ => {
                    let text = Refusal::new("list-unknown").with("column", heading);
                    let choices = ["names-as-present", "names-as-leave", "names-as-absent", "names-left-out"];
                    return Err(Unread::Asked(Question { text, choices: choices.map(Refusal::new).to_vec() }));
                }
            };
            all.extend(marked(&list).into_iter().map(|of_list| match of_list.status {
                Status::OnTime => Marked { status, ..of_list },
                _ => of_list,
            }));
        }
        self.matched(all, unreadable, host, day, chosen)
    }

    /// Finds the people for the names.
    pub(super) fn matched(
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
        for Marked { status, made_up, reason, name } in marked {
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
                let stands = Stands { status, made_up_on: made_up.then_some(day), reason };
                handed.push(Handed { person, stands });
            }
        }
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        if !unknown.is_empty() && chosen.next() != Some(0) {
            let cause = self.people.not_yet(unknown.iter().map(String::as_str), day, &self.index.tree);
            let text = Refusal::new("names-unknown").with("names", unknown.join("、")).because(cause);
            let choices = vec![Refusal::new("choice-without-them").with("names", unknown.join("、"))];
            return Err(Unread::Asked(Question { text, choices }));
        }
        Ok(handed)
    }

    /// Finds the people who lectured, led and spoke. A lecturer whom nobody here is called like is a guest.
    fn spoke(
        &self,
        row: &Row,
        draft: &Draft,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Vec<(PersonId, SpokePart)>, Unread> {
        let (host, day) = (draft.activity.host, draft.activity.day);
        let mut found = Vec::new();
        for (key, part) in PARTS {
            let list = listed(row, key);
            let may_be_guest = part == SpokePart::Lectured;
            if let Some(name) = list.marked.iter().flat_map(|(_, names)| names).next().filter(|_| !may_be_guest) {
                let column = row.heading(key).unwrap_or_default();
                let fault = Refusal::new("list-contradicts").with("name", name).with("column", column);
                return Err(Unread::Refused(vec![fault]));
            }
            if !may_be_guest && !list.unreadable.is_empty() {
                let unreadable = list.unreadable.iter().map(|text| Refusal::new("names-unreadable").with("text", text));
                return Err(Unread::Refused(unreadable.collect()));
            }
            let mut unknown = Vec::new();
            for name in list.present {
                let person = match self.people.nearest(&name, host, day, &self.index.tree) {
                    // A lecturer from outside may be called like somebody in another office.
                    Met::One(person) if may_be_guest && self.elsewhere(&name, person, draft) => match chosen.next() {
                        Some(0) => person,
                        Some(_) => continue,
                        None => {
                            let unit = self.people.unit_of(&name, person, day).unwrap_or(host);
                            let mut question = self.which(&name, &[(person, unit)]);
                            question.text = Refusal::new("lecturer-elsewhere").with("name", &name);
                            question.choices.push(Refusal::new("choice-guest"));
                            return Err(Unread::Asked(question));
                        }
                    },
                    Met::One(person) => person,
                    Met::Nobody => {
                        unknown.push(name);
                        continue;
                    }
                    Met::Several(fits) => match chosen.next() {
                        Some(choice) if choice < fits.len() => fits[choice].0,
                        Some(_) if may_be_guest => continue,
                        _ => {
                            let mut question = self.which(&name, &fits);
                            question.choices.extend(may_be_guest.then(|| Refusal::new("choice-guest")));
                            return Err(Unread::Asked(question));
                        }
                    },
                };
                let listed = draft.attendance.iter().find(|handed| handed.person == person);
                if listed.is_some_and(|handed| matches!(handed.stands.status, Status::Leave | Status::Absent)) {
                    let fault = Refusal::new("spoke-but-missed").with("name", name);
                    return Err(Unread::Refused(vec![fault.with("title", &draft.activity.title)]));
                }
                if !found.contains(&(person, part)) {
                    found.push((person, part));
                }
            }
            if !may_be_guest && !unknown.is_empty() && chosen.next() != Some(0) {
                let text = Refusal::new("names-unknown").with("names", unknown.join("、"));
                let choices = vec![Refusal::new("choice-without-them").with("names", unknown.join("、"))];
                return Err(Unread::Asked(Question { text, choices }));
            }
        }
        Ok(found)
    }

    /// Whether somebody is neither on the list nor in the host's line: above the host, in it, or under it.
    fn elsewhere(&self, name: &str, person: PersonId, draft: &Draft) -> bool {
        let (host, tree) = (draft.activity.host, &self.index.tree);
        let near = |unit: UnitId| tree.under(unit, host) || tree.under(host, unit);
        draft.attendance.iter().all(|handed| handed.person != person)
            && !self.people.unit_of(name, person, draft.activity.day).is_some_and(near)
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
