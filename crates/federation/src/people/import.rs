//! Imports a roster (花名册): each row is a person in a unit's default group, from 1 January of the given year on (期初).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use desk::{actor::Actor, app::App, error::Result};
use kernel::{ImportId, PersonId, Refusal, UnitId};
use ledger::{Desired, Reason, ReasonCode, book};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use tabular::{Cell, Column, Row, Table, month, month_in_doubt, person_name, tidy};

use super::{
    actions,
    model::{Edit, NewPerson, Party, Person, Posting},
    rules, store,
};
use crate::{
    groups,
    imports::{
        Context, Cure, Facts, Importer, Kind, Labelled, Plan, Question, Understood, cell_fault, error_in, too_long,
    },
    units::{self, Found, Index, LineOf, Placing},
};

/// A row to be imported: a person, from a day on.
#[derive(Clone, Debug)]
pub struct Taking {
    person: NewPerson,
    from: NaiveDate,
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
        Understood { unit: Some(self.person.unit), facts: born.into_iter().collect(), ..Understood::default() }
    }
}

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
    Column { key: "education", names: &["学历", "文化程度", "education"], required: false },
    Column {
        key: "phone",
        names: &["联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "phone"],
        required: false,
    },
    Column { key: "note", names: &["备注", "说明", "note"], required: false },
    // These tell people of the same name from each other; they are not stored.
    Column {
        key: "id_number",
        names: &["身份证号", "身份证号码", "公民身份号码", "居民身份证号", "证件号码", "身份证"],
        required: false,
    },
    Column {
        key: "staff_number", names: &["工号", "人员编号", "职工编号", "员工编号", "人员编码"], required: false
    },
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
        headings: &["序号", "姓名", "性别", "出生年月", "政治面貌", "工作单位", "职务", "学历", "联系电话", "备注"],
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
        let mut known: HashMap<(String, UnitId), Vec<(Person, Posting)>> = HashMap::new();
        let named = store::list_by_names(conn, &names).await?;
        let ids: Vec<PersonId> = named.iter().map(|(person, _)| person.id).collect();
        let party = store::party_now(conn, &ids, from).await?;
        let own = match context.own() {
            Some(import) => store::of_import(conn, import, &ids).await?,
            None => HashSet::new(),
        };
        let mut placing = Placing::new(&index, home);
        let mut seen: HashMap<(String, UnitId), Vec<Seen>> = HashMap::new();
        for (person, posting) in named {
            let key = (person.name.clone(), posting.unit);
            if own.contains(&person.id) {
                seen.entry(key).or_default().push(Seen::stored(person, posting));
            } else {
                known.entry(key).or_default().push((person, posting));
            }
        }
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
            match read(row, &placing, &index, home, from, &mut chosen) {
                Err(Unread::Refused(reasons)) => plan.refused(row.number, label, reasons),
                Err(Unread::Asked(question)) => plan.ask(row.number, label, question),
                Ok(person) => {
                    let key = (person.name.clone(), person.unit);
                    // If one side has no month of birth, it may be the same person: that is a question.
                    let may_be = |other: &Option<i64>| {
                        *other == person.birth_month || other.is_none() || person.birth_month.is_none()
                    };
                    let same = known.get(&key).into_iter().flatten();
                    let same = same.filter(|(other, _)| may_be(&other.birth_month)).collect::<Vec<_>>();
                    let differs = same
                        .iter()
                        .all(|(other, posting)| differs(&person, other, posting, party.get(&other.id).copied(), from));
                    let seen = seen.entry(key).or_default();
                    let earlier: Vec<&Seen> = seen.iter().filter(|other| may_be(&other.person.birth_month)).collect();
                    let here = Seen { person: person.clone(), unread: unread(row), stored: false };
                    if earlier.iter().any(|other| **other == here) {
                        plan.repeated(row.number, label);
                    } else if same.is_empty() && earlier.is_empty() {
                        seen.push(here);
                        plan.take.push((row.number, Taking { person, from }));
                    } else if !differs && earlier.len() < same.len() {
                        // As many rows as there are people of the name are those people.
                        seen.push(here);
                        plan.repeated(row.number, label);
                    } else {
                        match chosen.next() {
                            Some(0) => plan.repeated(row.number, label),
                            Some(1) => {
                                seen.push(here);
                                plan.take.push((row.number, Taking { person, from }));
                            }
                            _ => plan.ask(row.number, label, same_key(&index, &here, &earlier)),
                        }
                    }
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
        let Some(from) = plan.take.first().map(|(_, taking)| taking.from) else { return Ok(()) };
        let people: Vec<NewPerson> = plan.take.into_iter().map(|(_, taking)| taking.person).collect();
        actions::take_in(app, tx, actor, people, from, Some(import)).await?;
        Ok(())
    }

    async fn undo(&self, app: &App, tx: &DatabaseTransaction, actor: &Actor, import: ImportId) -> Result<Vec<Refusal>> {
        let people = store::stood_on(tx, app.features, import).await?;
        let groups = store::joined_since(tx, import).await?;
        let hindrances: Vec<Refusal> = people
            .into_iter()
            .map(|name| Refusal::new("person-stood-on").with("name", name))
            .chain(groups.into_iter().map(|name| Refusal::new("group-stood-on").with("name", name)))
            .collect();
        if !hindrances.is_empty() {
            return Ok(hindrances);
        }
        let records = store::void_import(tx, import).await?;
        let desired: Vec<Desired> = records.into_iter().map(|record| Desired { record, entries: Vec::new() }).collect();
        book(tx, &app.kinds(), actor.by(), &desired, Some(&Reason::new(ReasonCode::Undo))).await?;
        let groups = groups::store::of_import(tx, import).await?;
        groups::actions::void(app, tx, actor, &groups).await?;
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

/// A row of the file: its person, and what it has beside that, heading and text.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    person: NewPerson,
    unread: Vec<(String, String)>,
    /// Whether it is read from the database, which lacks what the row has beside the person: then it equals no row.
    stored: bool,
}

impl Seen {
    /// An earlier row of the file that is imported already.
    fn stored(person: Person, posting: Posting) -> Self {
        let Person { name, sex, birth_month, education, phone, note, .. } = person;
        let person = NewPerson {
            name,
            sex,
            birth_month,
            party: None,
            unit: posting.unit,
            duty: posting.duty,
            education,
            phone,
            note,
        };
        Self { person, unread: Vec::new(), stored: true }
    }
}

/// What two rows of the same person should have in common, though it is not stored; not the numbers of rows.
fn unread(row: &Row) -> Vec<(String, String)> {
    let read = ["id_number", "staff_number"].map(|key| (heading(key).to_owned(), row.text(key)));
    let read = read.into_iter().filter_map(|(heading, text)| Some((heading, text?)));
    let others = row.unread().map(|(heading, cell)| (tidy(heading), tidy(&cell.shown())));
    read.chain(others.filter(|(heading, _)| !matches!(heading.as_str(), "序号" | "序" | ""))).collect()
}

fn same_key(index: &Index, here: &Seen, earlier: &[&Seen]) -> Question {
    let unit = index.unit(here.person.unit).map_or_else(String::new, |unit| unit.name.clone());
    let name = &here.person.name;
    let choices = vec![Refusal::new("keep-as-is"), Refusal::new("roster-another-person")];
    let namesake = earlier.iter().find(|other| other.person == here.person).and_then(|other| {
        let differing = |one: &Seen, other: &Seen| {
            one.unread.iter().find(|pair| !other.unread.contains(pair)).map(|(heading, _)| heading.clone())
        };
        differing(here, other).or_else(|| differing(other, here))
    });
    let text = match namesake {
        Some(column) => Refusal::new("roster-namesake").with("name", name).with("column", column),
        None => Refusal::new("roster-same-key").with("name", name).with("unit", unit),
    };
    Question { text, choices }
}

/// Whether a text is one person's name, as far as its form shows.
fn is_one_name(text: &str) -> bool {
    let list = tabular::names(text);
    list.present.len() == 1 && list.unreadable.is_empty() && list.marked.is_empty() && list.stated.is_none()
}

/// Whether a row differs from the data of an existing person; a person who has left since is a question as well.
fn differs(new: &NewPerson, old: &Person, posting: &Posting, party: Option<Party>, from: NaiveDate) -> bool {
    let other = |new: &Option<String>, old: &Option<String>| new.is_some() && new != old;
    posting.days.to.is_some_and(|last| last < from)
        || new.birth_month != old.birth_month
        || (new.party.is_some() && new.party != party)
        || (new.sex.is_some() && new.sex != old.sex)
        || other(&new.education, &old.education)
        || other(&new.phone, &old.phone)
        || other(&new.duty, &posting.duty)
}

/// The heading of a column in rosters.
fn heading(key: &'static str) -> &'static str {
    let column = COLUMNS.iter().find(|column| column.key == key);
    column.and_then(|column| column.names.first()).copied().unwrap_or(key)
}

enum Unread {
    Refused(Vec<Refusal>),
    Asked(Question),
}

fn read(
    row: &Row,
    placing: &Placing<'_>,
    index: &Index,
    home: UnitId,
    from: NaiveDate,
    chosen: &mut impl Iterator<Item = usize>,
) -> Result<NewPerson, Unread> {
    let mut faults = Vec::new();
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
    // A number 1990.1 in a cell may have been typed as 1990.10.
    let birth_month = match birth_month {
        Some(month) if month_in_doubt(birth) => match chosen.next() {
            Some(0) => Some(month),
            Some(1) => Some(month + 9),
            _ => {
                let text = Refusal::new("birth-in-doubt").with("text", birth.shown());
                let choice = |number: i64| Refusal::new("choice-month").with("year", month / 100).with("month", number);
                return Err(Unread::Asked(Question { text, choices: vec![choice(1), choice(10)] }));
            }
        },
        known => known,
    };
    if let Some(question) = long_name(&name)
        && chosen.next() != Some(0)
    {
        return Err(Unread::Asked(question));
    }
    let unit = match (unit_text, found) {
        (_, Some(Found::One(unit))) => unit,
        (Some(text), Some(Found::Several(units))) => pick_unit(index, &text, &units, chosen).map_err(Unread::Asked)?,
        (Some(text), _) if chosen.next() != Some(0) => return Err(Unread::Asked(not_here(row, index, text, home))),
        (Some(_), _) => home,
        (None, _) => placing.unit(chosen).map_err(Unread::Asked)?,
    };
    Ok(NewPerson {
        name,
        sex,
        birth_month,
        party,
        unit,
        duty: row.text("duty"),
        education: row.text("education"),
        phone,
        note: row.text("note"),
    })
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
    /// 女, 男.
    pub sex: Option<String>,
    /// `1993.12`.
    pub birth: Option<String>,
    /// 政治面貌.
    pub party: Option<String>,
}

fn birth_by_hand(text: String) -> Result<i64> {
    let cell = Cell::from_text(text);
    let birth = month(&cell, None).map_err(|fault| cell_fault("出生年月", &cell, &fault))?;
    Ok(i64::from(birth.year) * 100 + i64::from(birth.month))
}

/// A person entered by hand, read by the same rules as a roster's row.
pub fn by_hand(name: &str, unit: UnitId, duty: Option<String>, said: Said) -> Result<NewPerson> {
    let name = person_name(name).ok_or_else(|| Refusal::new("name-missing"))?;
    let birth_month = said.birth.map(birth_by_hand).transpose()?;
    let sex = match said.sex {
        None => None,
        Some(text) => Some(rules::sex(&text).ok_or_else(|| Refusal::new("sex-unknown").with("text", text))?),
    };
    let party = said.party.as_deref().map(parse_party).transpose()?;
    Ok(NewPerson { name, sex, birth_month, party, unit, duty, education: None, phone: None, note: None })
}

/// Changes to a person's facts typed by hand: `None` leaves a fact as it is, an empty text deletes it.
#[derive(Debug, Default)]
pub struct SaidFacts {
    /// 姓名.
    pub name: Option<String>,
    /// 女, 男.
    pub sex: Option<String>,
    /// `1993.12`.
    pub birth: Option<String>,
    /// 学历.
    pub education: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 职务 of the current posting.
    pub duty: Option<String>,
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
    for (field, said) in [
        (&mut edit.education, said.education),
        (&mut edit.phone, said.phone),
        (&mut edit.duty, said.duty),
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
