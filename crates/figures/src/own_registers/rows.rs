//! Reads the values of a row from cells, typed or in a spreadsheet, and writes them as cells again.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    ui::language::Words,
};
use document::Cell as Out;
use federation::{
    files, groups,
    imports::{Question, cell_fault, error_in},
    people::{self, Met, People, import::pick_unit},
    themes::{self, Themes},
    units::{self, Found, Index},
};
use kernel::{DayRange, FileId, GroupId, Period, PersonId, RecordId, Refusal, UnitId};
use sea_orm::ConnectionTrait;
use tabular::{Cell, day, month, names, period, person_name};

use super::{
    model::{Definition, Field, FieldKind, FilledBy, Row, Value, Values},
    rules::{parse_number, squeezed},
    sessions::{self, Session, Sessions},
};

/// Why a cell has no value: it is refused, or has to be asked about.
#[derive(Debug)]
pub enum Unread {
    /// Refused.
    Refused(Refusal),
    /// Asked.
    Asked(Question),
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Where names are looked for: the units under one, their groups and people.
pub struct Lookup {
    index: Index,
    people: People,
    postings: HashMap<PersonId, Vec<(DayRange, UnitId)>>,
    groups: Vec<groups::Group>,
    sessions: Vec<Session>,
    themes: Themes,
    home: UnitId,
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lookup").field("home", &self.home).finish_non_exhaustive()
    }
}

/// Every name of people that some cells of a definition's fields hold.
pub fn names_in<'c>(definition: &Definition, cells: impl Fn(&Field) -> Vec<&'c Cell>) -> HashSet<String> {
    let of_people = definition.asked().filter(|field| field.kind.is_of_people());
    let lists = of_people.flat_map(cells).map(|cell| names(&cell.shown()));
    lists.flat_map(|list| list.present).collect()
}

impl Lookup {
    /// Loads what is at and under a unit, for rows of some days, and the people with some names.
    pub async fn load(
        conn: &impl ConnectionTrait,
        home: UnitId,
        (since, today): (NaiveDate, NaiveDate),
        names: HashSet<String>,
    ) -> Result<Self> {
        let index = units::load_index(conn, home, today, since).await?;
        let named = people::store::list_by_names(conn, &names.into_iter().collect::<Vec<_>>()).await?;
        let mut postings: HashMap<PersonId, Vec<(DayRange, UnitId)>> = HashMap::new();
        for (person, posting) in &named {
            postings.entry(person.id).or_default().push((posting.days, posting.unit));
        }
        let people = People::new(named.into_iter().map(|(person, posting)| (person.name, posting)));
        let groups = groups::store::open_under(conn, home, today).await?;
        let groups = groups.into_iter().map(|(group, _)| group).collect();
        let themes = themes::store::all(conn).await?;
        Ok(Self { index, people, postings, groups, sessions: Vec::new(), themes, home })
    }

    /// The theme with a name that the unit may serve on the row's day.
    fn theme(&self, text: &str, (unit, day): (UnitId, NaiveDate)) -> Result<String, Unread> {
        let theme = self.themes.find(text, unit, Period { from: day, to: day })?;
        Ok(theme.code.clone())
    }

    /// The same with the sessions that may be named.
    #[must_use]
    pub fn with_sessions(self, sessions: Vec<Session>) -> Self {
        Self { sessions, ..self }
    }

    /// The session that a text names by title and day: the day that it says, or that of the row.
    fn session(
        &self,
        field: &Field,
        text: &str,
        on: NaiveDate,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<RecordId, Unread> {
        let (fits, exact) = sessions::fits(&self.sessions, text, on);
        if let ([session], true) = (fits.as_slice(), exact) {
            return Ok(session.id);
        }
        let fault = |code: &str| Refusal::new(code).with("name", &field.name).with("text", text);
        if fits.is_empty() {
            return Err(fault("own-activity-none").into());
        }
        if let Some(session) = chosen.next().and_then(|choice| fits.get(choice)) {
            return Ok(session.id);
        }
        let choice = |session: &&Session| {
            Refusal::new("own-choice-activity").with("day", session.day).with("title", &session.title)
        };
        let choices = fits.iter().map(choice).collect();
        Err(Unread::Asked(Question { text: fault("own-activity-which"), choices }))
    }

    /// The unit of a person's posting on a day.
    pub fn unit_of(&self, person: PersonId, day: NaiveDate) -> Option<UnitId> {
        let postings = self.postings.get(&person)?;
        postings.iter().find(|(days, _)| days.contains(day)).map(|(_, unit)| *unit)
    }

    /// The unit that a text names.
    pub fn unit(&self, text: &str, chosen: &mut impl Iterator<Item = usize>) -> Result<UnitId, Unread> {
        match self.index.find(text) {
            Found::One(unit) => Ok(unit),
            Found::Several(fits) => pick_unit(&self.index, text, &fits, chosen).map_err(Unread::Asked),
            Found::None => Err(Refusal::new("unit-not-under").with("name", text).into()),
        }
    }

    /// The group that a text names, of a unit if one is given.
    pub fn group(
        &self,
        text: &str,
        unit: Option<UnitId>,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<(GroupId, UnitId), Unread> {
        let wanted = squeezed(text);
        let named = |group: &&groups::Group| {
            unit.is_none_or(|unit| group.unit == unit)
                && (squeezed(&group.name) == wanted
                    || group.brand.as_ref().is_some_and(|brand| squeezed(brand) == wanted))
        };
        let fits: Vec<&groups::Group> = self.groups.iter().filter(named).collect();
        match fits.as_slice() {
            [] => Err(Refusal::new("own-group-unknown").with("text", text).into()),
            [group] => Ok((group.id, group.unit)),
            several => {
                if let Some(group) = chosen.next().and_then(|choice| several.get(choice)) {
                    Ok((group.id, group.unit))
                } else {
                    let path = |group: &&&groups::Group| {
                        let named = Refusal::new("own-choice-group").with("name", &group.name);
                        named.with("path", self.index.path(group.unit))
                    };
                    let text = Refusal::new("own-group-several").with("text", text).with("count", several.len());
                    Err(Unread::Asked(Question { text, choices: several.iter().map(|group| path(&group)).collect() }))
                }
            }
        }
    }

    /// The person with a name who is nearest to a unit on a day.
    pub fn person(
        &self,
        name: &str,
        unit: UnitId,
        on: NaiveDate,
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<PersonId, Unread> {
        match self.people.nearest(name, unit, on, &self.index.tree) {
            Met::One(person) => Ok(person),
            Met::Nobody => Err(Refusal::new("own-person-none").with("name", name).with("day", on).into()),
            Met::Several(fits) => {
                if let Some((person, _)) = chosen.next().and_then(|choice| fits.get(choice)) {
                    Ok(*person)
                } else {
                    let choices = fits.iter().map(|(person, unit)| {
                        let choice = Refusal::new("own-choice-person").with("name", name).with("person", person);
                        choice.with("path", self.index.path(*unit))
                    });
                    let text = Refusal::new("own-person-several").with("name", name).with("count", fits.len());
                    Err(Unread::Asked(Question { text, choices: choices.collect() }))
                }
            }
        }
    }

    fn people(
        &self,
        field: &Field,
        text: &str,
        (unit, on): (UnitId, NaiveDate),
        chosen: &mut impl Iterator<Item = usize>,
    ) -> Result<Value, Unread> {
        let list = names(text);
        let fault = |code: &str| Refusal::new(code).with("name", &field.name).with("text", text);
        // A mark such as 请假 or a number of others says that the cell doesn't just list people.
        let more = !list.marked.is_empty() || list.and_others.is_some() || list.present.is_empty();
        if let Some(odd) = list.unreadable.first() {
            return Err(fault("own-names-unreadable").with("part", odd).into());
        }
        if more {
            return Err(fault("own-names-unreadable").with("part", text).into());
        }
        if list.stated.is_some_and(|stated| stated as usize != list.present.len()) {
            return Err(fault("own-names-count").with("count", list.present.len()).into());
        }
        if field.kind == FieldKind::Person && list.present.len() > 1 {
            return Err(fault("own-names-several").into());
        }
        let mut people = Vec::new();
        for name in &list.present {
            let name = person_name(name).unwrap_or_else(|| name.clone());
            let person = self.person(&name, unit, on, chosen)?;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        Ok(Value::People(people))
    }
}

/// The value in a cell; `None` if the cell is blank.
pub fn value_of(
    field: &Field,
    cell: &Cell,
    year: Option<i32>,
    lookup: &Lookup,
    at: (UnitId, NaiveDate),
    chosen: &mut impl Iterator<Item = usize>,
) -> Result<Option<Value>, Unread> {
    if let Cell::Error(text) = cell {
        return Err(error_in(&field.name, text).into());
    }
    if cell.is_blank() {
        return Ok(None);
    }
    let shown = cell.shown();
    let text = shown.trim();
    let of_date = |fault| Unread::Refused(cell_fault(&field.name, cell, &fault));
    let value = match field.kind {
        FieldKind::Text => Value::Text(tabular::tidy(text)),
        FieldKind::Long => Value::Text(text.to_owned()),
        FieldKind::Number => Value::Number(parse_number(field, text)?),
        FieldKind::Day => Value::Day(day(cell, year).map_err(of_date)?.date),
        FieldKind::Month => {
            let month = month(cell, year).map_err(of_date)?;
            Value::Month(i64::from(month.year) * 100 + i64::from(month.month))
        }
        FieldKind::Span => {
            let (from, to) = period(cell, year).map_err(of_date)?;
            Value::Span(from, to)
        }
        FieldKind::Choice => Value::Choice(choice_of(field, text, chosen)?),
        FieldKind::YesNo => Value::YesNo(
            yes_no(text).ok_or_else(|| Refusal::new("own-yes-no-odd").with("name", &field.name).with("text", text))?,
        ),
        FieldKind::Unit => Value::Unit(lookup.unit(&tabular::tidy(text), chosen)?),
        FieldKind::Group => Value::Group(lookup.group(text, None, chosen)?.0),
        FieldKind::Person | FieldKind::Persons => lookup.people(field, text, at, chosen)?,
        FieldKind::Activity => Value::Activity(lookup.session(field, text, at.1, chosen)?),
        FieldKind::Theme => Value::Theme(lookup.theme(text, at)?),
        FieldKind::File => return Err(Refusal::new("own-file-by-hand").with("name", &field.name).into()),
    };
    Ok(Some(value))
}

fn choice_of(field: &Field, text: &str, chosen: &mut impl Iterator<Item = usize>) -> Result<String, Unread> {
    let wanted = squeezed(text);
    let open: Vec<_> = field.choices.iter().filter(|choice| !choice.retired).collect();
    if let Some(choice) = open.iter().find(|choice| squeezed(&choice.name) == wanted || choice.code == wanted) {
        return Ok(choice.code.clone());
    }
    if let Some(choice) = chosen.next().and_then(|choice| open.get(choice)) {
        return Ok(choice.code.clone());
    }
    let choices = open.iter().map(|choice| Refusal::new("own-choice-option").with("name", &choice.name)).collect();
    let text = Refusal::new("own-choice-which").with("name", &field.name).with("text", text);
    Err(Unread::Asked(Question { text, choices }))
}

/// Reads yes or no as offices write it.
fn yes_no(text: &str) -> Option<bool> {
    match squeezed(text).to_lowercase().as_str() {
        "是" | "有" | "√" | "✓" | "✔" | "对" | "yes" | "y" | "true" | "on" => Some(true),
        "否" | "无" | "没有" | "不是" | "×" | "✗" | "✘" | "no" | "n" | "false" => Some(false),
        _ => None,
    }
}

/// The names of what rows refer to, to be shown.
#[derive(Debug, Default)]
pub struct Named {
    units: HashMap<UnitId, String>,
    groups: HashMap<GroupId, String>,
    people: HashMap<PersonId, String>,
    sessions: HashMap<RecordId, Session>,
    files: HashMap<FileId, files::Stored>,
    themes: HashMap<String, String>,
}

impl Named {
    /// Loads the names for some rows; those of people only if they may be shown, those of sessions if the actor sees them.
    pub async fn load(app: &App, actor: &Actor, rows: &[&Row], people_shown: bool) -> Result<Self> {
        let values = || rows.iter().flat_map(|row| row.values.values());
        let mut unit_ids: BTreeSet<UnitId> = rows.iter().map(|row| row.head.unit).collect();
        let mut group_ids: BTreeSet<GroupId> = rows.iter().filter_map(|row| row.head.group).collect();
        let mut person_ids: BTreeSet<PersonId> = rows.iter().filter_map(|row| row.head.person).collect();
        let (mut session_ids, mut file_ids) = (Vec::new(), Vec::new());
        for value in values() {
            match value {
                Value::Unit(unit) => {
                    unit_ids.insert(*unit);
                }
                Value::Group(group) => {
                    group_ids.insert(*group);
                }
                Value::People(people) => person_ids.extend(people),
                Value::Activity(session) => session_ids.push(*session),
                Value::Files(files) => file_ids.extend(files),
                _ => {}
            }
        }
        session_ids.sort_unstable();
        session_ids.dedup();
        let sessions = match Sessions::of(app) {
            Some(sessions) => sessions.within(&app.db, &actor.scope(Action::Read), &session_ids).await?,
            None => HashMap::new(),
        };
        let themes = if values().any(|value| matches!(value, Value::Theme(_))) {
            themes::store::names(&app.db).await?.into_iter().collect()
        } else {
            HashMap::new()
        };
        let listed = |ids: BTreeSet<UnitId>| ids.into_iter().collect::<Vec<_>>();
        let units = units::by_ids(&app.db, &listed(unit_ids)).await?;
        let groups = groups::store::by_ids(&app.db, &group_ids.into_iter().collect::<Vec<_>>()).await?;
        let people = if people_shown {
            people::store::by_ids(&app.db, &person_ids.into_iter().collect::<Vec<_>>()).await?
        } else {
            HashMap::new()
        };
        Ok(Self {
            units: units.into_iter().map(|(id, unit)| (id, unit.name)).collect(),
            groups: groups.into_iter().map(|(id, group)| (id, group.name)).collect(),
            people: people.into_iter().map(|(id, person)| (id, person.name)).collect(),
            sessions,
            files: files::by_ids(&app.db, &file_ids).await?,
            themes,
        })
    }

    /// The names of people who were picked in a form: those within the actor's scope, and those whom the row names already.
    pub async fn of_people(app: &App, actor: &Actor, people: &[PersonId], old: Option<&Row>) -> Result<Self> {
        let mut named = Self::load(app, actor, &old.into_iter().collect::<Vec<_>>(), true).await?;
        let scope = actor.scope(Action::People);
        let reached = people::reach::filter_reached(&app.db, &scope, &[], people, app.today()).await?;
        let reached: Vec<PersonId> = reached.into_iter().collect();
        let found = people::store::by_ids(&app.db, &reached).await?;
        named.people.extend(found.into_iter().map(|(id, person)| (id, person.name)));
        Ok(named)
    }

    /// A unit's name.
    pub fn unit(&self, unit: UnitId) -> String {
        self.units.get(&unit).cloned().unwrap_or_default()
    }

    /// A group's name.
    pub fn group(&self, group: GroupId) -> String {
        self.groups.get(&group).cloned().unwrap_or_default()
    }

    /// A person's name.
    pub fn person(&self, person: PersonId) -> String {
        self.people.get(&person).cloned().unwrap_or_default()
    }

    /// A session, if the actor sees it.
    pub fn session(&self, session: RecordId) -> Option<&Session> {
        self.sessions.get(&session)
    }

    /// A file.
    pub fn file(&self, file: FileId) -> Option<&files::Stored> {
        self.files.get(&file)
    }

    /// A value as text.
    pub fn text(&self, field: &Field, value: &Value, words: &Words) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Number(_) | Value::Day(_) | Value::Month(_) | Value::Span(..) | Value::Choice(_) => {
                value.plain(field).unwrap_or_default()
            }
            Value::Theme(code) => self.themes.get(code).cloned().unwrap_or_default(),
            Value::YesNo(true) => words.message("own-yes", &[]),
            Value::YesNo(false) => words.message("own-no", &[]),
            Value::Unit(unit) => self.unit(*unit),
            Value::Group(group) => self.group(*group),
            Value::People(people) => people.iter().map(|person| self.person(*person)).collect::<Vec<_>>().join("、"),
            Value::Activity(session) => {
                self.session(*session).map_or_else(|| words.message("own-activity-hidden", &[]), Session::text)
            }
            Value::Files(files) => {
                let names = files.iter().filter_map(|file| Some(self.file(*file)?.name.as_str()));
                names.collect::<Vec<_>>().join("、")
            }
        }
    }

    /// A value as a cell of a spreadsheet that an import reads again.
    pub fn cell(&self, field: &Field, value: Option<&Value>, words: &Words) -> Out {
        match value {
            None => Out::Empty,
            Some(Value::Number(number)) if field.decimals == 0 => Out::Whole(*number),
            Some(Value::Number(number)) => Out::Number(*number as f64 / 10_f64.powi(field.decimals as i32)),
            Some(Value::Span(from, to)) => Out::from(format!("{from}至{to}")),
            Some(value) => Out::from(self.text(field, value, words)),
        }
    }
}

/// The headings of an empty spreadsheet of a register: files don't come with a spreadsheet.
pub fn headings_to_fill(definition: &Definition) -> Vec<String> {
    let of_files: Vec<&str> =
        definition.asked().filter(|field| field.kind == FieldKind::File).map(|field| field.name.as_str()).collect();
    let mut headings = headings(definition);
    headings.retain(|heading| !of_files.contains(&heading.as_str()));
    headings
}

/// The headings of a register in a spreadsheet. Its import reads all but those of files.
pub fn headings(definition: &Definition) -> Vec<String> {
    let mut headings = vec!["序号".to_owned()];
    match definition.filled_by {
        FilledBy::Units => headings.push("单位".to_owned()),
        FilledBy::Groups => headings.extend(["单位".to_owned(), "小组".to_owned()]),
        FilledBy::Persons => headings.extend(["单位".to_owned(), "姓名".to_owned()]),
    }
    headings.push(definition.day_name.clone());
    if definition.lasts {
        headings.push("结束日期".to_owned());
    }
    headings.extend(definition.asked().map(|field| field.name.clone()));
    headings
}

/// The fields that are asked no more and that some rows have.
pub fn retired<'d>(definition: &'d Definition, rows: &[(Row, bool)]) -> Vec<&'d Field> {
    let is_filled = |field: &&Field| rows.iter().any(|(row, _)| row.values.contains_key(&field.code));
    definition.fields.iter().filter(|field| field.retired).filter(is_filled).collect()
}

/// The rows of a register as cells under its headings, and then under those of fields that are asked no more. Those who may not see
/// people by name get neither them nor free text.
pub fn cells(
    definition: &Definition,
    former: &[&Field],
    rows: &[(Row, bool)],
    named: &Named,
    words: &Words,
) -> Vec<Vec<Out>> {
    let each = rows.iter().enumerate().map(|(number, (row, names_shown))| {
        let mut cells = vec![Out::Whole(number as i64 + 1), Out::from(named.unit(row.head.unit))];
        match definition.filled_by {
            FilledBy::Units => {}
            FilledBy::Groups => cells.push(row.head.group.map(|group| named.group(group)).into()),
            FilledBy::Persons => {
                cells.push(row.head.person.filter(|_| *names_shown).map(|person| named.person(person)).into());
            }
        }
        cells.push(Out::from(row.head.day.to_string()));
        if definition.lasts {
            cells.push(row.head.until.map(|until| until.to_string()).into());
        }
        for field in definition.asked().chain(former.iter().copied()) {
            let value = row.values.get(&field.code).filter(|_| *names_shown || !field.kind.names_people());
            cells.push(named.cell(field, value, words));
        }
        cells
    });
    each.collect()
}

/// Why values were not read: the faults by the places of their fields, and the question that has to be answered first.
pub type ValuesUnread = (Vec<(usize, Refusal)>, Option<Box<Question>>);

/// The values that a reader of some fields makes: each field that is asked, in its order. The first fault of each field is collected;
/// a question is returned at once.
pub fn values_of(
    definition: &Definition,
    mut read: impl FnMut(usize, &Field) -> Result<Option<Value>, Unread>,
) -> Result<Values, ValuesUnread> {
    let mut values = Values::new();
    let mut faults = Vec::new();
    let mut question = None;
    for (place, field) in definition.asked().enumerate() {
        match read(place, field) {
            Ok(Some(value)) => {
                values.insert(field.code.clone(), value);
            }
            // Whether files came is seen when they are stored.
            Ok(None) if field.required && field.kind != FieldKind::File => {
                faults.push((place, Refusal::new("own-value-missing").with("name", &field.name)));
            }
            Ok(None) => {}
            Err(Unread::Refused(refusal)) => faults.push((place, refusal)),
            Err(Unread::Asked(asked)) => {
                question = Some(Box::new(asked));
                break;
            }
        }
    }
    if faults.is_empty() && question.is_none() { Ok(values) } else { Err((faults, question)) }
}
