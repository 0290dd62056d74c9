//! Imports a roster (花名册): each row is a person in a unit's default group, from 1 January of the given year on (期初).

use std::collections::HashSet;

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use kernel::{ImportId, PersonId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, IdNumber, Row, Table, month, person_name};

use super::{
    actions::{self, Said as Change},
    import_identity::{self, Identity, identity},
    model::{Edit, Held, NewPerson, Party},
    namesakes::{Changed, Judgement, Namesakes, Seen},
    rules, store,
};
use crate::{
    groups,
    imports::{
        Context, Cure, Facts, Importer, Kind, Labelled, Plan, Question, Understood, Unread, cell_fault, error_in,
        too_long,
    },
    units::{self, Found, Index, LineOf, Placing},
};

/// A row to be imported: a person, from a day on.
#[derive(Clone, Debug)]
pub struct Taking {
    person: NewPerson,
    from: NaiveDate,
    what: What,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug)]
enum What {
    /// Somebody new; appointed on a later day than the roster counts from, if it says so.
    New { since: Option<NaiveDate> },
    /// Somebody who is there already, and is given the row's staff number alone.
    Number(PersonId),
    /// Somebody who is there already, and is something else from a day on.
    Appointed(PersonId, NaiveDate),
    /// Somebody who is there already, and has left on a day.
    Left(PersonId, NaiveDate),
}

impl Labelled for Taking {
    fn label(&self) -> String {
        self.person.name.clone()
    }

    fn understood(&self) -> Understood {
        let born = self
            .person
            .birth_month
            .map(|month| Refusal::new("roster-born").with("month", format!("{}-{:02}", month / 100, month % 100)));
        let changed = match self.what {
            What::New { since: Some(day) } | What::Appointed(_, day) => {
                Some(Refusal::new("roster-appointed-on").with("day", day))
            }
            What::Left(_, day) => Some(Refusal::new("roster-left-on").with("day", day)),
            What::New { since: None } | What::Number(_) => None,
        };
        let facts = born.into_iter().chain(changed).collect();
        Understood { unit: Some(self.person.unit), facts, ..Understood::default() }
    }
}

/// Headings over staff numbers; the last one may stand over running numbers too.
const STAFF_NOS: &[&str] = &[
    "工号",
    "职工号",
    "员工号",
    "人员编号",
    "职工编号",
    "员工编号",
    "人员编码",
    "职工编码",
    "员工编码",
    "职工工号",
    "员工工号",
    "staff_no",
    "编号",
];

/// The column of staff numbers, in every file that names people.
pub const STAFF_NO: Column = Column {
    key: "staff_no",
    names: match STAFF_NOS {
        [names @ .., _] => names,
        [] => STAFF_NOS,
    },
    required: false,
};

/// The same in rosters, where a column 编号 may be one too.
const STAFF_NO_OR_COUNT: Column = Column { names: STAFF_NOS, ..STAFF_NO };

/// The columns that a file may have.
const COLUMNS: &[Column] = &[
    Column { key: "name", names: &["姓名", "名字", "name"], required: true },
    Column { key: "sex", names: &["性别", "sex"], required: false },
    Column {
        key: "birth", names: &["出生年月", "出生日期", "出生年月日", "生日", "birth"], required: false
    },
    Column { key: "party", names: &["政治面貌", "party"], required: false },
    Column {
        key: "unit",
        names: &[
            "工作单位",
            "单位",
            "所在单位",
            "所属单位",
            "单位名称",
            "unit",
            "所属组织",
            "所在组织",
            "部门",
            "所在部门",
            "所属部门",
            "工作部门",
        ],
        required: false,
    },
    // A unit may be written with a column for each level.
    Column { key: "district", names: &["区县", "县区", "县市区", "所属区县"], required: false },
    Column {
        key: "street", names: &["街道", "镇街", "街镇", "乡镇", "所属街道", "所在街道"], required: false
    },
    Column { key: "community", names: &["社区", "村", "村居", "所属社区", "所在社区"], required: false },
    Column { key: "duty", names: &["职务", "职务职级", "岗位", "职务或岗位", "duty"], required: false },
    Column { key: "rank", names: &["职级", "职务层次", "级别", "行政级别", "rank"], required: false },
    Column {
        key: "appointment", names: &["变动类型", "变动情况", "任职类型", "appointment"], required: false
    },
    Column { key: "since", names: &["变动时间", "变动日期", "since"], required: false },
    Column { key: "education", names: &["学历", "文化程度", "education"], required: false },
    Column {
        key: "phone",
        names: &["联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "phone"],
        required: false,
    },
    Column { key: "note", names: &["备注", "说明", "note"], required: false },
    // Month of birth and sex come from it too; it is not stored.
    Column {
        key: "id_number",
        names: &["身份证号", "身份证号码", "公民身份号码", "居民身份证号", "居民身份证号码", "证件号码", "身份证"],
        required: false,
    },
    STAFF_NO_OR_COUNT,
];

/// The columns whose texts together name a unit, from the largest on.
const AREAS: [&str; 3] = ["district", "street", "community"];
/// Headings under which a part of an office may stand that is no unit of its own.
const PARTS: [&str; 2] = ["部门", "组织"];

/// Reads 花名册, rosters.
#[derive(Clone, Copy)]
struct Rosters;

/// The kind of file, for imports.
pub static KIND: Kind = Kind::new(&Rosters);

/// People of a roster that counts from too late a day: it is undone and imported again from an earlier one.
pub static NOT_YET: Cure =
    Cure { code: "people-not-yet", href: "/imports?kind=roster&state=taken", word: "people-not-yet-cure" };

#[async_trait::async_trait]
impl Importer for Rosters {
    type Taking = Taking;

    const FACTS: Facts = Facts {
        name: "roster",
        word: "register-roster",
        place: 20,
        columns: COLUMNS,
        headings: &[
            "序号",
            "姓名",
            "工号",
            "性别",
            "出生年月",
            "政治面貌",
            "工作单位",
            "职务",
            "职级",
            "变动类型",
            "变动时间",
            "学历",
            "联系电话",
            "备注",
        ],
        is_tree: false,
    };

    async fn plan(&self, conn: &impl ConnectionTrait, context: &Context<'_>) -> Result<Plan<Taking>> {
        let table = context.table(COLUMNS)?;
        let from = opening_day(context, &table)?;
        let home = context.unit.ok_or_else(|| Refusal::new("import-wants-unit"))?;
        let index = units::load_index(conn, home, context.today.max(from), from).await?;
        let rows = context.rows(&table);
        let names: HashSet<String> =
            rows.iter().filter_map(|row| rules::name_in_cell(&row.text("name")?).ok()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let reading = Reading { index: &index, home, from, counts_rows: import_identity::counts_rows(&table) };
        let numbers: HashSet<String> = rows.iter().filter_map(|row| reading.staff_no(row).ok().flatten()).collect();
        let numbers: Vec<String> = numbers.into_iter().collect();
        let mut namesakes = Namesakes::load(conn, &index, from, (&names, &numbers), context.own()).await?;
        let mut placing = Placing::new(&index, home);
        let mut plan = Plan { from: Some(from), ..Plan::new() };
        // Every row, since a line that names a unit holds for those below it.
        for (done, row) in table.rows.iter().enumerate() {
            (context.progress)(done, table.rows.len());
            if done % STEP == 0 {
                // A point at which judging can be stopped.
                tokio::task::yield_now().await;
            }
            let label = row.text("name").unwrap_or_default();
            let chosen = context.answers.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let mut chosen = chosen.iter().copied();
            match placing.next(row, |text| row.text("name").is_some() && is_one_name(text)) {
                LineOf::Data if context.judges(row.number) => {}
                LineOf::Data | LineOf::Unit => continue,
                LineOf::Unclear => {
                    let text = row.lone_text().unwrap_or_default();
                    let reasons = vec![Refusal::new("line-unclear").with("text", &text)];
                    plan.refused(row.number, text, reasons);
                    continue;
                }
            }
            let (person, id, changed) = match reading.row(row, &placing, &mut chosen) {
                Err(fault) => {
                    plan.unread(row.number, label, fault);
                    continue;
                }
                Ok(read) => read,
            };
            let (unread, since) = (Seen::unread(row), changed.since);
            let here = Seen { row: row.number, person: person.clone(), id, changed, unread, stored: false };
            let mut take = |what| plan.take.push((row.number, Taking { person: person.clone(), from, what }));
            match namesakes.judge(here, &mut chosen) {
                Judgement::New => take(What::New { since: since.filter(|since| *since > from) }),
                Judgement::Number(known) => take(What::Number(known)),
                Judgement::Appointed(known, day) => take(What::Appointed(known, day)),
                Judgement::Left(known, day) => take(What::Left(known, day)),
                Judgement::Repeated => plan.repeated(row.number, label),
                Judgement::Ask(question) => plan.ask(row.number, label, question),
                Judgement::Refused(reason) => plan.refused(row.number, label, vec![reason]),
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
        let Some(from) = plan.take.first().map(|(_, taking)| taking.from) else { return Ok(()) };
        let (mut numbers, mut said) = (Vec::new(), Vec::new());
        let (mut people, mut later) = (Vec::new(), Vec::new());
        for (_, Taking { mut person, what, .. }) in plan.take {
            match what {
                What::Number(known) => numbers.extend(person.staff_no.map(|number| (known, number))),
                What::Appointed(known, day) => said.push(Change::Appointed(known, person.unit, person.held, day)),
                What::Left(known, day) => said.push(Change::Left(known, day)),
                What::New { since: None } => people.push(person),
                What::New { since: Some(day) } => {
                    // What she was before is not known.
                    later.push((people.len(), person.unit, std::mem::take(&mut person.held), day));
                    people.push(person);
                }
            }
        }
        if !numbers.is_empty() {
            actions::number(app, tx, &numbers, import).await?;
        }
        if !said.is_empty() || !later.is_empty() {
            actions::hold_appointed(app, tx, actor, &said, import).await?;
        }
        if !people.is_empty() {
            let new = actions::take_in(app, tx, actor, people, from, Some(import)).await?;
            said.extend(
                later
                    .into_iter()
                    .filter_map(|(at, unit, held, day)| Some(Change::Appointed(*new.get(at)?, unit, held, day))),
            );
        }
        if !said.is_empty() {
            actions::appoint_all(app, tx, actor, &said, import).await?;
        }
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let people = store::stood_on(tx, app.features, import).await?;
        let groups = store::joined_since(tx, import).await?;
        let hindrances: Vec<Refusal> = people
            .into_iter()
            .map(|name| Refusal::new("person-stood-on").with("name", name))
            .chain(groups.into_iter().map(|name| Refusal::new("group-stood-on").with("name", name)))
            .chain(
                store::appointed_since(tx, import)
                    .await?
                    .into_iter()
                    .map(|name| Refusal::new("person-appointed-since").with("name", name)),
            )
            .collect();
        if !hindrances.is_empty() {
            return Ok(hindrances);
        }
        let appointed = store::appointed_by(tx, import).await?;
        actions::lock_existing(app, tx, &appointed).await?;
        store::take_numbers_back(tx, import).await?;
        let records = store::void_import(tx, import).await?;
        let desired: Vec<Desired> = records.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
        book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
        let groups = groups::store::of_import(tx, import).await?;
        groups::actions::void(app, tx, actor, &groups).await?;
        if !appointed.is_empty() {
            store::go_on(tx, import).await?;
            actions::take_appointments_back(app, tx, actor, &appointed).await?;
        }
        Ok(Vec::new())
    }
}

/// The first day of the file's people: 1 January of the given year, or of the year in the title. Without either nobody knows it.
fn opening_day(context: &Context<'_>, table: &Table) -> Result<NaiveDate> {
    let year = context.year_of_all(table)?.ok_or_else(|| Refusal::new("import-wants-year"))?;
    NaiveDate::from_ymd_opt(year, 1, 1)
        .filter(|_| (1900..=2100).contains(&year))
        .ok_or_else(|| Refusal::new("year-out-of-range").with("year", year).into())
}

/// How many rows are judged between two points at which judging can be stopped.
const STEP: usize = 500;

/// Whether a text is one person's name, as far as its form shows.
fn is_one_name(text: &str) -> bool {
    let list = tabular::names(text);
    list.present.len() == 1 && list.unreadable.is_empty() && list.marked.is_empty() && list.stated.is_none()
}

/// The heading of a column in rosters.
fn heading(key: &'static str) -> &'static str {
    let column = COLUMNS.iter().find(|column| column.key == key);
    column.and_then(|column| column.names.first()).copied().unwrap_or(key)
}

/// What rows are read with.
struct Reading<'a> {
    index: &'a Index,
    home: UnitId,
    from: NaiveDate,
    /// Whether the column 编号 counts the rows.
    counts_rows: bool,
}

impl Reading<'_> {
    fn staff_no(&self, row: &Row) -> Result<Option<String>, Refusal> {
        if self.counts_rows { Ok(None) } else { import_identity::staff_no(row) }
    }

    fn row(
        &self,
        row: &Row,
        placing: &Placing<'_>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<(NewPerson, Option<IdNumber>, Changed), Unread> {
        let Self { index, home, from, .. } = *self;
        let mut faults = Vec::new();
        let name = name_of(row, &mut faults);
        let staff_no = self.staff_no(row).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let phone = tabular::code(row.cell("phone"));
        for (key, most) in rules::ROOM {
            let text = if key == "phone" { phone.clone() } else { row.text(key) };
            faults.extend(text.and_then(|text| too_long(heading(key), text.chars().count(), most)));
        }
        let birth = row.cell("birth");
        let birth_month = match month(birth, None) {
            Ok(birth) => {
                let month = i64::from(birth.year) * 100 + i64::from(birth.month);
                faults.extend(rules::refuse_birth(month, from).err());
                Some(month)
            }
            // An error in the cell has been reported already.
            Err(tabular::DateError::Empty | tabular::DateError::CellError { .. }) => None,
            Err(fault) => {
                faults.push(cell_fault("出生年月", birth, &fault));
                None
            }
        };
        let mut closed = |key: &str, code: &str, known: bool| {
            if let (false, Some(text)) = (known, row.text(key)) {
                faults.push(Refusal::new(code).with("text", text));
            }
        };
        let sex = row.text("sex").and_then(|text| rules::sex(&text));
        closed("sex", "sex-unknown", sex.is_some());
        let party = row.text("party").and_then(|text| rules::party(&text));
        closed("party", "party-unknown", party.is_some());
        let mut changed = Changed::default();
        let appointment = match rules::appointment(&row.text("appointment").unwrap_or_default()) {
            Ok(appointment) => appointment,
            Err(fault) if fault.code == "appointment-leaves" => {
                changed.left = Some(fault);
                None
            }
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        match tabular::day(row.cell("since"), None) {
            Ok(_) if appointment.is_none() && changed.left.is_none() => {
                faults.push(Refusal::new("appointment-missing").with("text", row.cell("since").shown()));
            }
            Ok(day) => changed.since = Some(day.date),
            Err(tabular::DateError::Empty | tabular::DateError::CellError { .. }) => {}
            Err(fault) => faults.push(cell_fault("变动时间", row.cell("since"), &fault)),
        }
        let unit_text = unit_text(row);
        let has_unit = row.has("unit") || AREAS.iter().any(|key| row.has(key));
        let found = unit_text.as_ref().map(|text| index.find(text));
        match (&unit_text, &found) {
            _ if matches!(row.cell("unit"), Cell::Error(_)) => {}
            (None, _) if has_unit && !placing.is_under_line() => faults.push(Refusal::new("unit-missing")),
            (Some(text), Some(Found::None)) if !may_be_part(row) => faults.push(unit_not_found(index, text)),
            _ => {}
        }
        if !faults.is_empty() {
            return Err(Unread::Refused(faults));
        }
        let Identity { number, birth_month, sex } = identity(row, (birth_month, sex), from, chosen)?;
        if let Some(question) = long_name(&name)
            && chosen.next() != Some(0)
        {
            return Err(Unread::Asked(question));
        }
        let unit = match (unit_text, found) {
            (_, Some(Found::One(unit))) => unit,
            (Some(text), Some(Found::Several(units))) => {
                pick_unit(index, &text, &units, chosen).map_err(Unread::Asked)?
            }
            (Some(text), _) if chosen.next() != Some(0) => return Err(Unread::Asked(not_here(row, index, text, home))),
            (Some(_), _) => home,
            (None, _) => placing.unit(chosen).map_err(Unread::Asked)?,
        };
        let (education, note) = (row.text("education"), row.text("note"));
        let held = Held { duty: row.text("duty"), rank: row.text("rank"), appointment, post: None };
        Ok((NewPerson { name, staff_no, sex, birth_month, party, unit, held, education, phone, note }, number, changed))
    }
}

/// The name in a row. Cells that hold errors are told with it.
fn name_of(row: &Row, faults: &mut Vec<Refusal>) -> String {
    for (key, cell) in COLUMNS.iter().map(|column| (column.key, row.cell(column.key))) {
        if let Cell::Error(text) = cell {
            faults.push(error_in(heading(key), text));
        }
    }
    let name = rules::name_in_cell(&row.text("name").unwrap_or_default()).unwrap_or_else(|fault| {
        faults.push(fault);
        String::new()
    });
    if name.is_empty() {
        if faults.is_empty() {
            faults.push(Refusal::new("name-missing"));
        }
    } else if name.chars().count() > 30 || name.chars().any(|letter| letter.is_ascii_digit()) {
        faults.push(Refusal::new("name-odd").with("name", &name));
    }
    name
}

/// The question what a text is that is no unit here: people of a part of the office belong to the unit that the import is for.
fn not_here(row: &Row, index: &Index, text: String, home: UnitId) -> Question {
    let column = row.heading("unit").unwrap_or_default();
    Question {
        text: Refusal::new("unit-not-here").with("column", column).with("text", text),
        choices: vec![Refusal::new("choice-unit").with("path", index.path(home))],
    }
}

/// The question whether a text is one person's name, if it is longer than names are.
fn long_name(name: &str) -> Option<Question> {
    let length = name.chars().count();
    let is_long = length > 6 && name.chars().all(|letter| !letter.is_ascii() && letter != '·');
    let text = || Refusal::new("name-long").with("name", name).with("count", length);
    is_long.then(|| Question { text: text(), choices: vec![Refusal::new("name-long-yes")] })
}

/// The unit in a row: in one column, or in one for each level.
fn unit_text(row: &Row) -> Option<String> {
    row.text("unit").or_else(|| {
        let parts: String = AREAS.iter().filter_map(|key| row.text(key)).collect();
        Some(parts).filter(|parts| !parts.is_empty())
    })
}

/// Whether the row's unit stands under a heading such as 部门, under which a part of an office may stand as well.
fn may_be_part(row: &Row) -> bool {
    row.text("unit").is_some()
        && row.heading("unit").is_some_and(|heading| PARTS.iter().any(|part| heading.contains(part)))
}

/// The refusal of a text that is no unit, or that is two.
pub fn unit_not_found(index: &Index, text: &str) -> Refusal {
    let parts: Vec<&str> = text.split(['、', '，', ',', ';', '；', '/', '\n']).map(str::trim).collect();
    let known = |part: &&str| !part.is_empty() && !matches!(index.find(part), Found::None);
    if parts.len() > 1 && parts.iter().all(known) {
        return Refusal::new("unit-two-in-cell").with("text", text);
    }
    Refusal::new("unit-not-under").with("name", text)
}

/// The unit that was chosen among those that match, or the question.
pub fn pick_unit(
    index: &Index,
    text: &str,
    fits: &[UnitId],
    chosen: &mut impl Iterator<Item = usize>,
) -> Result<UnitId, Question> {
    if let Some(unit) = chosen.next().and_then(|choice| fits.get(choice)) {
        return Ok(*unit);
    }
    let choices = fits.iter().map(|unit| Refusal::new("choice-unit").with("path", index.path(*unit))).collect();
    Err(Question { text: Refusal::new("unit-fits-several").with("name", text).with("count", fits.len()), choices })
}

/// The data of a person typed by hand, in the words of rosters.
#[derive(Debug, Default)]
pub struct Said {
    /// 工号.
    pub staff_no: Option<String>,
    /// 女, 男.
    pub sex: Option<String>,
    /// `1993.12`.
    pub birth: Option<String>,
    /// 政治面貌.
    pub party: Option<String>,
    /// What the person is at the unit.
    pub held: SaidHeld,
}

/// What somebody is at a unit, typed by hand.
#[derive(Debug, Default)]
pub struct SaidHeld {
    /// 职务.
    pub duty: Option<String>,
    /// 职级.
    pub rank: Option<String>,
    /// 变动类型: 任职, 提拔, 调整.
    pub appointment: Option<String>,
    /// 岗位, by its key.
    pub post: Option<String>,
}

/// What somebody is at a unit, read by the same rules as a roster's row.
pub fn held_by_hand(said: SaidHeld) -> Result<Held> {
    let appointment = rules::appointment(said.appointment.as_deref().unwrap_or_default())?;
    let post = said.post.as_deref().map(parse_post).transpose()?.flatten();
    Ok(Held { duty: said.duty, rank: said.rank, appointment, post })
}

/// The key of a post as it is typed; none for an empty text.
fn parse_post(text: &str) -> Result<Option<i64>> {
    match text.trim() {
        "" => Ok(None),
        text => Ok(Some(text.parse().map_err(|_| Refusal::unknown("post-unknown").with("id", text))?)),
    }
}

fn birth_by_hand(text: String) -> Result<i64> {
    let cell = Cell::from_text(text);
    let birth = month(&cell, None).map_err(|fault| cell_fault("出生年月", &cell, &fault))?;
    Ok(i64::from(birth.year) * 100 + i64::from(birth.month))
}

/// A person entered by hand, read by the same rules as a roster's row.
pub fn by_hand(name: &str, unit: UnitId, said: Said) -> Result<NewPerson> {
    let name = person_name(name).ok_or_else(|| Refusal::new("name-missing"))?;
    let birth_month = said.birth.map(birth_by_hand).transpose()?;
    let sex = match said.sex {
        None => None,
        Some(text) => Some(rules::sex(&text).ok_or_else(|| Refusal::new("sex-unknown").with("text", text))?),
    };
    let party = said.party.as_deref().map(parse_party).transpose()?;
    let staff_no = said.staff_no;
    let held = held_by_hand(said.held)?;
    Ok(NewPerson { name, staff_no, sex, birth_month, party, unit, held, education: None, phone: None, note: None })
}

/// Changes to a person's facts typed by hand: `None` leaves a fact as it is, an empty text deletes it.
#[derive(Debug, Default)]
pub struct SaidFacts {
    /// 姓名.
    pub name: Option<String>,
    /// 工号.
    pub staff_no: Option<String>,
    /// 女, 男.
    pub sex: Option<String>,
    /// `1993.12`.
    pub birth: Option<String>,
    /// 学历.
    pub education: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 职务, 职级, 变动类型 and 岗位 of the current posting.
    pub held: SaidHeld,
    /// 备注.
    pub note: Option<String>,
}

/// The current facts with the given changes, read by the same rules as a roster's row.
pub fn edit_by_hand(mut edit: Edit, said: SaidFacts) -> Result<Edit> {
    edit.name = said.name.unwrap_or(edit.name);
    if let Some(text) = said.sex.as_deref().map(str::trim) {
        edit.sex = match text {
            "" => None,
            text => Some(rules::sex(text).ok_or_else(|| Refusal::new("sex-unknown").with("text", text))?),
        };
    }
    if let Some(text) = said.birth {
        edit.birth_month = if text.trim().is_empty() { None } else { Some(birth_by_hand(text)?) };
    }
    if let Some(text) = &said.held.appointment {
        edit.held.appointment = rules::appointment(text)?;
    }
    if let Some(text) = &said.held.post {
        edit.held.post = parse_post(text)?;
    }
    for (field, said) in [
        (&mut edit.staff_no, said.staff_no),
        (&mut edit.education, said.education),
        (&mut edit.phone, said.phone),
        (&mut edit.held.duty, said.held.duty),
        (&mut edit.held.rank, said.held.rank),
        (&mut edit.note, said.note),
    ] {
        if let Some(text) = said {
            *field = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
    }
    Ok(edit)
}

/// Parses 政治面貌.
pub fn parse_party(text: &str) -> Result<Party> {
    rules::party(text).ok_or_else(|| Refusal::new("party-unknown").with("text", text).into())
}
