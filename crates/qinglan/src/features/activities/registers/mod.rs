//! The registers of sessions: 活动记录台账 and 考勤台账, and what other registers of sessions share; the sign-in sheet of one session.

mod sheet;

use std::collections::{BTreeSet, HashMap};

use desk::{
    error::Result,
    ui::{export::must_fit, language::Words},
};
use document::Cell;
use federation::{
    groups,
    people::{self, Person},
};
use figures::registers::{
    Facts, Makes, MakesRegister, Register,
    actions::{text, unit_names},
};
use kernel::{GroupId, PersonId, UnitId};

use super::{Activity, Attendance, SpokePart, Status, store};

pub use sheet::sign_in_sheet;

/// The register of sessions, 活动记录台账.
struct Sessions;

/// The register of sessions.
pub static SESSIONS: Register = Register::new(&Sessions);

#[async_trait::async_trait]
impl MakesRegister for Sessions {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "activities",
            word: "register-activities",
            text: "register-activities-text",
            place: 10,
            heads: &SESSION_HEADS,
            naming: &["参会领导", "主持人", "记录人", "议题", "决议", "名单", "主讲人", "领学人", "发言人", "备注"],
            of_people: false,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        session_rows(making).await
    }
}

/// The register of attendance, 考勤台账.
struct Attendances;

/// The register of attendance.
pub static ATTENDANCE: Register = Register::new(&Attendances);

#[async_trait::async_trait]
impl MakesRegister for Attendances {
    fn facts(&self) -> &'static Facts {
        &Facts {
            name: "attendance",
            word: "register-attendance",
            text: "register-attendance-text",
            place: 40,
            heads: &ATTENDANCE_HEADS,
            naming: &[],
            of_people: true,
            of_a_day: false,
            phones: false,
        }
    }

    async fn rows(&self, making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
        attendance_rows(making).await
    }
}

/// The sessions in a register, each with its attendance. It is refused if the register would have more rows, or name more
/// people, than an export may: both are read as a whole, so they are counted before.
pub(crate) async fn held(making: &Makes<'_>) -> Result<Vec<Activity>> {
    let (app, unit, period) = (making.app, making.unit, making.period);
    let (sessions, attendances) = store::count_held_under(&app.db, unit, period, app.to_export()).await?;
    must_fit(app, sessions.max(attendances))?;
    Ok(store::held_under(&app.db, unit, period).await?)
}

/// The same with the names needed for rows.
async fn with_names(making: &Makes<'_>) -> Result<(Vec<Activity>, Names)> {
    let sessions = held(making).await?;
    let names = Names::load(making, &sessions).await?;
    Ok((sessions, names))
}

/// The usual columns, followed by those that an import needs in addition.
const SESSION_HEADS: [&str; 28] = [
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
    "领学人",
    "发言人",
    "受众人次",
    "备注",
];
const ATTENDANCE_HEADS: [&str; 9] = ["序号", "日期", "活动", "类型", "主办单位", "姓名", "单位", "考勤", "补学日期"];
/// The numbers of an activity's people by attendance.
struct Tally {
    present: i64,
    late: i64,
    leave: i64,
    absent: i64,
    observer: i64,
}

impl Tally {
    fn from_attendance(attendance: &[Attendance]) -> Self {
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

    /// 出勤率 with one decimal; `None` if nobody was due.
    fn rate(&self) -> Option<String> {
        let due = self.due();
        (due > 0).then(|| format!("{:.1}%", self.present as f64 * 100.0 / due as f64))
    }
}

/// The names needed for rows, read at once.
pub(crate) struct Names {
    units: HashMap<UnitId, String>,
    people: HashMap<PersonId, Person>,
    groups: HashMap<GroupId, groups::Group>,
    types: HashMap<String, String>,
}

impl Names {
    pub(crate) async fn load(making: &Makes<'_>, held: &[Activity]) -> Result<Self> {
        let app = making.app;
        let units: BTreeSet<UnitId> =
            held.iter().flat_map(|one| one.attendance.iter().map(|attended| attended.unit).chain([one.host])).collect();
        let people: BTreeSet<PersonId> =
            held.iter().flat_map(|one| one.attendance.iter().map(|attended| attended.person)).collect();
        let spoke = held.iter().flat_map(|one| one.spoke.iter().map(|spoke| spoke.person));
        let people: BTreeSet<PersonId> = people.into_iter().chain(spoke).collect();
        let of_groups: BTreeSet<GroupId> = held.iter().filter_map(|one| one.host_group).collect();
        let units: Vec<UnitId> = units.into_iter().collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let of_groups: Vec<GroupId> = of_groups.into_iter().collect();
        let types = store::every_type(&app.db).await?;
        Ok(Self {
            units: unit_names(making, &units).await?,
            people: people::store::by_ids(&app.db, &people).await?,
            groups: groups::store::by_ids(&app.db, &of_groups).await?,
            types: types.into_iter().map(|kind| (kind.code, kind.name)).collect(),
        })
    }

    pub(crate) fn unit(&self, unit: UnitId) -> &str {
        self.units.get(&unit).map_or("", String::as_str)
    }

    pub(crate) fn person(&self, person: PersonId) -> &str {
        self.people.get(&person).map_or("", |person| person.name.as_str())
    }

    pub(crate) fn kind(&self, code: &str) -> &str {
        self.types.get(code).map_or("", String::as_str)
    }
}

/// `09:00—11:00`, `09:00`, or the part of the day.
pub(crate) fn time(activity: &Activity, words: &Words) -> String {
    match (&activity.time_from, &activity.time_to, activity.day_part.as_deref()) {
        (Some(from), Some(to), _) => format!("{from}—{to}"),
        (Some(from), None, _) => from.clone(),
        (None, _, Some("morning")) => words.message("part-morning", &[]),
        (None, _, Some("afternoon")) => words.message("part-afternoon", &[]),
        (None, _, Some("evening")) => words.message("part-evening", &[]),
        _ => String::new(),
    }
}

async fn session_rows(making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
    let (sessions, names) = with_names(making).await?;
    let words = making.words;
    let row = |(number, one): (usize, &Activity)| {
        let tally = Tally::from_attendance(&one.attendance);
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
            match super::tenths(one) {
                0 => Cell::Empty,
                tenths => Cell::Number(tenths as f64 / 10.0),
            },
            Cell::from(list_of(one, &names)),
            Cell::from(names.unit(one.host)),
            Cell::from(lecturers(one, &names)),
            Cell::from(spoke(one, SpokePart::Led, &names).join("、")),
            Cell::from(spoke(one, SpokePart::Spoke, &names).join("、")),
            one.audience.map_or(Cell::Empty, Cell::Whole),
            text(one.note.as_ref()),
        ]
    };
    Ok(sessions.iter().enumerate().map(row).collect())
}

/// The names of those who did this in a session.
fn spoke<'n>(activity: &Activity, part: SpokePart, names: &'n Names) -> Vec<&'n str> {
    activity.spoke.iter().filter(|spoke| spoke.part == part).map(|spoke| names.person(spoke.person)).collect()
}

/// The lecturers: as they were written, and those people who are not among them.
fn lecturers(activity: &Activity, names: &Names) -> String {
    let written = activity.speakers.as_deref().unwrap_or_default();
    let further = spoke(activity, SpokePart::Lectured, names).into_iter().filter(|name| !written.contains(name));
    std::iter::once(written).filter(|written| !written.is_empty()).chain(further).collect::<Vec<_>>().join("、")
}

/// `张三、李四（迟到：王五）（请假：赵六）`: everybody on the list, in the form in which lists of names mark people and imports read them.
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

/// The name of a status in the page's language.
pub(crate) fn status(words: &Words, status: Status) -> String {
    words.message(status.message(), &[])
}

async fn attendance_rows(making: &Makes<'_>) -> Result<Vec<Vec<Cell>>> {
    let (sessions, names) = with_names(making).await?;
    let mut rows = Vec::new();
    for one in &sessions {
        for attended in &one.attendance {
            rows.push(vec![
                Cell::Whole(rows.len() as i64 + 1),
                Cell::from(one.day.to_string()),
                Cell::from(one.title.as_str()),
                Cell::from(names.kind(&one.type_code)),
                Cell::from(names.unit(one.host)),
                Cell::from(names.person(attended.person)),
                Cell::from(names.unit(attended.unit)),
                Cell::from(status(making.words, attended.status)),
                attended.made_up_on.map_or(Cell::Empty, |day| Cell::from(day.to_string())),
            ]);
        }
    }
    Ok(rows)
}
