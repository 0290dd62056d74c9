//! Registers are built: read in a few set-based queries, a row a record, in the usual columns. Source: CONVENTIONS, 'Registers'.

use std::collections::{BTreeSet, HashMap};

use document::{Cell, SheetOut};
use kernel::{GroupId, Period, PersonId, UnitId};

use super::{Register, study};
use crate::{
    app::{Actor, App},
    error::Result,
    features::{
        accounts::{Action, must},
        activities::{self, Activity, Attendance, Status},
        external, groups, notices,
        people::{self, Party, Person, Sex},
        speakers, units,
    },
    ui::{export::must_fit, language::Words, phone::masked},
};

/// What a register is built of.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Which.
    pub register: Register,
    /// The unit, with all under it.
    pub unit: UnitId,
    /// The period; of a roster its last day.
    pub period: Period,
    /// Whether phones are written in full.
    pub phones: bool,
}

/// Refuses a register of sessions that would have more rows, or name more people in them, than an export holds. Both are read
/// whole, so that they are counted before.
async fn must_fit_sessions(app: &App, order: Order) -> Result<()> {
    let most = app.to_export();
    let (sessions, attendances) = activities::store::count_held_under(&app.db, order.unit, order.period, most).await?;
    must_fit(app, sessions.max(attendances))
}

/// Builds a register. One that is longer than an export may be is refused before all of it is read.
pub async fn build(app: &App, actor: &Actor, order: Order, words: &Words) -> Result<SheetOut> {
    // A roster and an attendance register name people.
    let action = if order.register.of_people() { Action::People } else { Action::Figures };
    must(&app.db, actor, action, order.unit).await?;
    let unit =
        units::by_ids(&app.db, &[order.unit]).await?.remove(&order.unit).map(|unit| unit.name).unwrap_or_default();
    let period = format!("{} — {}", order.period.from, order.period.to);
    let sees = crate::features::metrics::actions::sees_people(app, actor, order.unit).await?;
    let leads = must(&app.db, actor, Action::Lead, order.unit).await.is_ok();
    let title = order.register.word();
    if order.register.of_sessions() {
        must_fit_sessions(app, order).await?;
    }
    let (heads, rows) = match order.register {
        Register::Activities => (ACTIVITIES.as_slice(), activities_rows(app, order, words, sees).await?),
        Register::Attendance => (ATTENDANCE.as_slice(), attendance_rows(app, order, words).await?),
        Register::Study => (study::STUDY.as_slice(), study::study_rows(app, order, words, leads).await?),
        Register::Leave => (study::LEAVE.as_slice(), study::leave_rows(app, order, words, leads).await?),
        Register::External => {
            let scope = actor.scope(Action::People);
            let rows = external::list::register_rows(app, &scope, order.unit, order.period).await?;
            (external::list::REGISTER.as_slice(), rows)
        }
        Register::Notices => {
            let rows = notices::register_rows(app, order.unit, order.period, words).await?;
            (notices::REGISTER.as_slice(), rows)
        }
        Register::Roster => (ROSTER.as_slice(), roster_rows(app, order, words).await?),
        Register::Lectures => {
            (speakers::register::HEADS.as_slice(), speakers::register::rows(app, order.unit, order.period).await?)
        }
    };
    let stands = if order.register == Register::Roster { order.period.to.to_string() } else { period };
    Ok(SheetOut {
        name: words.say(title, &[]),
        title: Some(
            words.say("register-title", &[("unit", &unit), ("title", &words.say(title, &[])), ("period", &stands)]),
        ),
        // The headings are those that importers know, in whatever language the page is.
        columns: heads.iter().map(|head| (*head).into()).collect(),
        rows,
    })
}

/// The usual columns, and behind them what an import asks for beside them.
const ACTIVITIES: [&str; 26] = [
    "序号",
    "名称",
    "日期",
    "时间",
    "类型",
    "所属小组",
    "地点",
    "参会领导",
    "主持人",
    "记录人",
    "依据文号",
    "议题",
    "决议",
    "应到",
    "实到",
    "迟到",
    "请假",
    "缺席",
    "列席",
    "出勤率",
    "学时",
    "名单",
    "主办单位",
    "主讲人",
    "受众人次",
    "备注",
];
const ATTENDANCE: [&str; 9] = ["序号", "日期", "活动", "类型", "主办单位", "姓名", "单位", "考勤", "补学日期"];
const ROSTER: [&str; 11] =
    ["序号", "姓名", "性别", "出生年月", "政治面貌", "工作单位", "职务", "学历", "联系电话", "备注", "所属小组"];

/// How many of an activity's people stood how.
struct Tally {
    present: i64,
    late: i64,
    leave: i64,
    absent: i64,
    observer: i64,
}

impl Tally {
    fn of(attendance: &[Attendance]) -> Self {
        let count = |status| attendance.iter().filter(|attended| attended.status == status).count() as i64;
        Self {
            present: count(Status::OnTime) + count(Status::Late),
            late: count(Status::Late),
            leave: count(Status::Leave),
            absent: count(Status::Absent),
            observer: count(Status::Observer),
        }
    }

    fn due(&self) -> i64 {
        self.present + self.leave + self.absent
    }

    /// 出勤率 with one decimal; none where nobody was due.
    fn rate(&self) -> Option<String> {
        let due = self.due();
        (due > 0).then(|| format!("{:.1}%", self.present as f64 * 100.0 / due as f64))
    }
}

/// Names that rows need, read at once.
pub(super) struct Names {
    units: HashMap<UnitId, String>,
    people: HashMap<PersonId, Person>,
    groups: HashMap<GroupId, groups::Group>,
    types: HashMap<String, String>,
}

impl Names {
    pub(super) async fn of(app: &App, order: Order, held: &[Activity]) -> Result<Self> {
        let units: BTreeSet<UnitId> =
            held.iter().flat_map(|one| one.attendance.iter().map(|attended| attended.unit).chain([one.host])).collect();
        let people: BTreeSet<PersonId> =
            held.iter().flat_map(|one| &one.attendance).map(|attended| attended.person).collect();
        let of_groups: BTreeSet<GroupId> = held.iter().filter_map(|one| one.host_group).collect();
        let units: Vec<UnitId> = units.into_iter().collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let of_groups: Vec<GroupId> = of_groups.into_iter().collect();
        let types = activities::store::every_type(&app.db).await?;
        Ok(Self {
            units: unit_names(app, order, &units).await?,
            people: people::store::by_ids(&app.db, &people).await?,
            groups: groups::store::by_ids(&app.db, &of_groups).await?,
            types: types.into_iter().map(|kind| (kind.code, kind.name)).collect(),
        })
    }

    pub(super) fn unit(&self, unit: UnitId) -> &str {
        self.units.get(&unit).map_or("", String::as_str)
    }

    pub(super) fn person(&self, person: PersonId) -> &str {
        self.people.get(&person).map_or("", |person| person.name.as_str())
    }

    pub(super) fn kind(&self, code: &str) -> &str {
        self.types.get(code).map_or("", String::as_str)
    }
}

/// The names of units as an import for the register's unit finds them: where two are called alike, with what stands above.
async fn unit_names(app: &App, order: Order, units: &[UnitId]) -> Result<HashMap<UnitId, String>> {
    let index = units::store::load_index(&app.db, order.unit, order.period.to, order.period.from).await?;
    let named = units::by_ids(&app.db, units).await?;
    let name = |unit: units::Unit| if index.unit(unit.id).is_some() { index.telling(unit.id) } else { unit.name };
    Ok(named.into_iter().map(|(id, unit)| (id, name(unit))).collect())
}

pub(super) fn text(value: Option<&String>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::from(value.as_str()))
}

/// `09:00—11:00`, `09:00`, or the part of the day.
pub fn time(activity: &Activity, words: &Words) -> String {
    match (&activity.time_from, &activity.time_to, activity.day_part.as_deref()) {
        (Some(from), Some(to), _) => format!("{from}—{to}"),
        (Some(from), None, _) => from.clone(),
        (None, _, Some("morning")) => words.say("part-morning", &[]),
        (None, _, Some("afternoon")) => words.say("part-afternoon", &[]),
        (None, _, Some("evening")) => words.say("part-evening", &[]),
        _ => String::new(),
    }
}

async fn activities_rows(app: &App, order: Order, words: &Words, names_shown: bool) -> Result<Vec<Vec<Cell>>> {
    let held = activities::store::held_under(&app.db, order.unit, order.period).await?;
    let names = Names::of(app, order, &held).await?;
    let row = |(number, one): (usize, &Activity)| {
        let tally = Tally::of(&one.attendance);
        vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(one.title.as_str()),
            Cell::from(one.day.to_string()),
            Cell::from(time(one, words)),
            Cell::from(names.kind(&one.type_code)),
            one.host_group
                .and_then(|group| names.groups.get(&group))
                .map_or(Cell::Empty, |group| group.name.as_str().into()),
            text(one.place.as_ref()),
            text(one.leaders.as_ref()),
            text(one.chair.as_ref()),
            text(one.recorder.as_ref()),
            text(one.notice_ref.as_ref()),
            text(one.topic.as_ref()),
            text(one.resolutions.as_ref()),
            Cell::Whole(tally.due()),
            Cell::Whole(tally.present),
            Cell::Whole(tally.late),
            Cell::Whole(tally.leave),
            Cell::Whole(tally.absent),
            Cell::Whole(tally.observer),
            tally.rate().map_or(Cell::Empty, Cell::from),
            match activities::tenths(one) {
                0 => Cell::Empty,
                tenths => Cell::Number(tenths as f64 / 10.0),
            },
            if names_shown { Cell::from(list_of(one, &names)) } else { Cell::Empty },
            Cell::from(names.unit(one.host)),
            text(one.speakers.as_ref()),
            one.audience.map_or(Cell::Empty, Cell::Whole),
            text(one.note.as_ref()),
        ]
    };
    Ok(held.iter().enumerate().map(row).collect())
}

/// `张三、李四（迟到：王五）（请假：赵六）`: everybody on the list, in the way in which lists of names mark people and imports read them.
fn list_of(activity: &Activity, names: &Names) -> String {
    let of = |wanted: &dyn Fn(&Attendance) -> bool| -> Vec<&str> {
        activity.attendance.iter().filter(|one| wanted(one)).map(|one| names.person(one.person)).collect()
    };
    let not_made_up = |status: Status| move |one: &Attendance| one.status == status && one.made_up_on.is_none();
    let groups: [(&str, Vec<&str>); 5] = [
        ("迟到", of(&not_made_up(Status::Late))),
        ("请假", of(&not_made_up(Status::Leave))),
        ("缺席", of(&not_made_up(Status::Absent))),
        ("补学", of(&|one| one.made_up_on.is_some())),
        ("列席", of(&not_made_up(Status::Observer))),
    ];
    let mut list = of(&not_made_up(Status::OnTime)).join("、");
    for (word, people) in groups.iter().filter(|(_, people)| !people.is_empty()) {
        list.push_str(&format!("（{word}：{}）", people.join("、")));
    }
    list
}

/// How a person stood, in a word of the page's language.
pub(super) fn status(words: &Words, status: Status) -> String {
    let key = match status {
        Status::OnTime => "status-on-time",
        Status::Late => "status-late",
        Status::Leave => "status-leave",
        Status::Absent => "status-absent",
        Status::Observer => "status-observer",
    };
    words.say(key, &[])
}

async fn attendance_rows(app: &App, order: Order, words: &Words) -> Result<Vec<Vec<Cell>>> {
    let held = activities::store::held_under(&app.db, order.unit, order.period).await?;
    let names = Names::of(app, order, &held).await?;
    let mut rows = Vec::new();
    for one in &held {
        for attended in &one.attendance {
            rows.push(vec![
                Cell::Whole(rows.len() as i64 + 1),
                Cell::from(one.day.to_string()),
                Cell::from(one.title.as_str()),
                Cell::from(names.kind(&one.type_code)),
                Cell::from(names.unit(one.host)),
                Cell::from(names.person(attended.person)),
                Cell::from(names.unit(attended.unit)),
                Cell::from(status(words, attended.status)),
                attended.made_up_on.map_or(Cell::Empty, |day| Cell::from(day.to_string())),
            ]);
        }
    }
    Ok(rows)
}

async fn roster_rows(app: &App, order: Order, words: &Words) -> Result<Vec<Vec<Cell>>> {
    let day = order.period.to;
    let posted = people::store::posted_under(&app.db, order.unit, day, app.to_export()).await?;
    must_fit(app, posted.len())?;
    let ids: Vec<PersonId> = posted.iter().map(|(person, _)| person.id).collect();
    let party = people::store::party_now(&app.db, &ids, day).await?;
    let member_of = people::store::groups_on(&app.db, &ids, day).await?;
    let unit_ids: Vec<UnitId> = posted.iter().map(|(_, posting)| posting.unit).collect();
    let units = unit_names(app, order, &unit_ids).await?;
    let row = |(number, (person, posting)): (usize, &(Person, people::Posting))| {
        let sex = person.sex.map(|sex| words.say(if sex == Sex::Female { "sex-female" } else { "sex-male" }, &[]));
        let born = person.birth_month.map(|month| format!("{}-{:02}", month / 100, month % 100));
        let party = party.get(&person.id).map(|party| {
            let key = match party {
                Party::Member => "party-member",
                Party::Probationary => "party-probationary",
                Party::League => "party-league",
                Party::Other => "party-other",
                Party::Masses => "party-masses",
            };
            words.say(key, &[])
        });
        let phone = person.phone.as_deref().map(|phone| if order.phones { phone.to_owned() } else { masked(phone) });
        vec![
            Cell::Whole(number as i64 + 1),
            Cell::from(person.name.as_str()),
            sex.map_or(Cell::Empty, Cell::from),
            born.map_or(Cell::Empty, Cell::from),
            party.map_or(Cell::Empty, Cell::from),
            units.get(&posting.unit).map_or(Cell::Empty, |name| Cell::from(name.as_str())),
            text(posting.duty.as_ref()),
            text(person.education.as_ref()),
            phone.map_or(Cell::Empty, Cell::from),
            text(person.note.as_ref()),
            member_of.get(&person.id).map_or(Cell::Empty, |groups| Cell::from(groups.join("、"))),
        ]
    };
    Ok(posted.iter().enumerate().map(row).collect())
}
