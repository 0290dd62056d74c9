//! The types: a register's definition in its versions, and its rows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{AccountId, FileId, GroupId, PersonId, RecordId, UnitId};
use ledger::in_parts;
use serde::{Deserialize, Serialize};

ledger::codes! {
    /// Whether a register takes rows.
    pub enum State {
        /// Only its definition exists: it has no kinds, no figures and no rows.
        Draft = "draft",
        /// It takes rows.
        Open = "open",
        /// It takes no more rows; those that exist count as before.
        Closed = "closed",
    }
}

ledger::codes! {
    /// Who fills a register in.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum FilledBy {
        /// Units, by their clerks.
        #[default]
        Units = "units",
        /// Groups, by their leaders.
        Groups = "groups",
        /// People for themselves.
        Persons = "persons",
    }
}

ledger::codes! {
    /// How often a register is handed in.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Every {
        /// Whenever there is something to enter; nobody owes anything.
        #[default]
        Happening = "happening",
        /// Every month.
        Month = "month",
        /// Every quarter.
        Quarter = "quarter",
        /// Every half year.
        HalfYear = "half_year",
        /// Every year.
        Year = "year",
    }
}

impl State {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Draft => "own-state-draft",
            Self::Open => "own-state-open",
            Self::Closed => "own-state-closed",
        }
    }
}

impl FilledBy {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Units => "own-filled-by-units",
            Self::Groups => "own-filled-by-groups",
            Self::Persons => "own-filled-by-persons",
        }
    }
}

impl Every {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Happening => "own-every-happening",
            Self::Month => "own-every-month",
            Self::Quarter => "own-every-quarter",
            Self::HalfYear => "own-every-half-year",
            Self::Year => "own-every-year",
        }
    }

    /// How many times a year; 0 where nothing is owed.
    pub fn times_a_year(self) -> usize {
        12_usize.checked_div(self.months() as usize).unwrap_or(0)
    }

    /// How many months one period has; 0 where nothing is owed.
    pub fn months(self) -> u32 {
        match self {
            Self::Happening => 0,
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

ledger::codes! {
    /// What a field holds.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum FieldKind {
        /// A short text.
        #[default]
        Text = "text",
        /// A long text.
        Long = "long",
        /// A number with its unit of measure; becomes a sum.
        Number = "number",
        /// A day.
        Day = "day",
        /// A month.
        Month = "month",
        /// A first and a last day.
        Span = "span",
        /// One of some choices; becomes a facet.
        Choice = "choice",
        /// Yes or no; becomes a facet.
        YesNo = "yes_no",
        /// A unit.
        Unit = "unit",
        /// A study group.
        Group = "group",
        /// One person; counted as a person.
        Person = "person",
        /// Several people; each is counted as a person.
        Persons = "persons",
        /// A session.
        Activity = "activity",
        /// Files.
        File = "file",
        /// A theme; becomes the facet `theme`.
        Theme = "theme",
    }
}

impl FieldKind {
    /// The message that names it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Text => "own-kind-text",
            Self::Long => "own-kind-long",
            Self::Number => "own-kind-number",
            Self::Day => "own-kind-day",
            Self::Month => "own-kind-month",
            Self::Span => "own-kind-span",
            Self::Choice => "own-kind-choice",
            Self::YesNo => "own-kind-yes-no",
            Self::Unit => "own-kind-unit",
            Self::Group => "own-kind-group",
            Self::Person => "own-kind-person",
            Self::Persons => "own-kind-persons",
            Self::Activity => "own-kind-activity",
            Self::File => "own-kind-file",
            Self::Theme => "own-kind-theme",
        }
    }

    /// Whether it holds free text or names people: then it is only for those who may see people by name. In a file, or in its name,
    /// anybody may be named.
    pub fn names_people(self) -> bool {
        matches!(self, Self::Text | Self::Long | Self::Person | Self::Persons | Self::File)
    }

    /// Whether figures can be broken down by it.
    pub fn is_facet(self) -> bool {
        matches!(self, Self::Choice | Self::YesNo | Self::Theme)
    }

    /// Whether it names people who are counted.
    pub fn is_of_people(self) -> bool {
        matches!(self, Self::Person | Self::Persons)
    }
}

/// One of the choices of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// `c1`; never given to another choice.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it is offered no more; rows that carry it keep it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// `f1`; never given to another field.
    pub code: String,
    /// Its name, which is also the heading in spreadsheets.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a row must have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether it is asked no more; rows that have it keep it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
    /// The unit of measure of a number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub measure: String,
    /// The decimals of a number, 0 to 2.
    #[serde(default)]
    pub decimals: u32,
    /// The choices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// One version of a register's definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// What the form says above its fields.
    #[serde(default)]
    pub note: String,
    /// Who fills it in.
    pub filled_by: FilledBy,
    /// The levels of the units that fill it in, or whose groups or people do; all levels if there are none.
    pub levels: Vec<String>,
    /// How often.
    pub every: Every,
    /// The day of the month by which it is handed in: in the last month of the period, or the one after it.
    pub due_day: Option<u32>,
    /// Whether that is the month after the period.
    #[serde(default)]
    pub due_after: bool,
    /// Whether a row lasts from a day to a day instead of having one day.
    pub lasts: bool,
    /// The name of the day, or of the first day.
    pub day_name: String,
    /// The fields, retired ones too.
    pub fields: Vec<Field>,
}

impl Definition {
    /// The fields that are asked.
    pub fn asked(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.retired)
    }

    /// The field with a code.
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }
}

ledger::record! {
    /// A register of an office's own.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Stored in "own_register" {
        /// Key.
        pub id: i64,
        /// The code of its kinds and figures: `volunteering` for `reg.volunteering`.
        pub code: String,
        /// The unit that defined it: it and the units under it fill it in.
        pub unit: UnitId as "unit_id",
        /// Whether it takes rows.
        pub state: State,
        /// The number of its current version, from 1.
        pub current: i64 as "current_version",
        /// Raised by every change.
        pub version: i64,
    }
}

/// A register with its current definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Key, code, unit, state.
    pub stored: Stored,
    /// The current definition.
    pub definition: Definition,
}

/// The value of a field of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A text.
    Text(String),
    /// A number in its smallest unit: 25 for 2.5 with one decimal.
    Number(i64),
    /// A day.
    Day(NaiveDate),
    /// 202503.
    Month(i64),
    /// First and last day.
    Span(NaiveDate, NaiveDate),
    /// The code of a choice.
    Choice(String),
    /// Yes or no.
    YesNo(bool),
    /// A unit.
    Unit(UnitId),
    /// A group.
    Group(GroupId),
    /// One person or several, each once.
    People(Vec<PersonId>),
    /// A session.
    Activity(RecordId),
    /// Files, each once.
    Files(Vec<FileId>),
    /// The code of a theme.
    Theme(String),
}

impl Value {
    /// What needs no more than its field to be written; `None` for texts, and for what is written in the reader's language or by a name.
    pub fn plain(&self, field: &Field) -> Option<String> {
        Some(match self {
            Self::Number(number) => in_parts(*number, 10_i64.pow(field.decimals)),
            Self::Day(day) => day.to_string(),
            Self::Month(month) => format!("{}-{:02}", month / 100, month % 100),
            Self::Span(from, to) => format!("{from} — {to}"),
            Self::Choice(code) => {
                let choice = field.choices.iter().find(|choice| choice.code == *code);
                choice.map_or_else(|| code.clone(), |choice| choice.name.clone())
            }
            _ => return None,
        })
    }
}

/// The values of a row by the codes of their fields.
pub type Values = BTreeMap<String, Value>;

/// A row as it is entered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entered {
    /// The unit that it counts to.
    pub unit: UnitId,
    /// The group that fills it in.
    pub group: Option<GroupId>,
    /// The person who fills it in for themselves.
    pub person: Option<PersonId>,
    /// The day, or the first one.
    pub day: NaiveDate,
    /// The last day of what lasts; `None` while it does.
    pub until: Option<NaiveDate>,
    /// The values.
    pub values: Values,
}

ledger::record! {
    /// A row without its values.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RowHead in "own_row" {
        /// Key.
        pub id: RecordId,
        /// The register.
        pub register: i64 as "register_id",
        /// The version of the definition in which it was filled in.
        pub form: i64 as "form_version",
        /// The unit that it counts to.
        pub unit: UnitId as "unit_id",
        /// That unit's level on the day.
        pub level: String,
        /// The group that filled it in.
        pub group: Option<GroupId> as "group_id",
        /// The person who filled it in for themselves.
        pub person: Option<PersonId> as "person_id",
        /// The day, or the first one.
        pub day: NaiveDate,
        /// The last day of what lasts.
        pub until: Option<NaiveDate> as "until_day",
        /// The values without people, as JSON.
        pub values_text: String,
        /// What the list searches.
        pub searched: String,
        /// Whether it is void.
        pub void: bool,
        /// Why.
        pub void_reason: Option<String>,
        /// Who entered it.
        pub entered_by: AccountId,
        /// When.
        pub entered_at: String,
        /// Raised by every change.
        pub version: i64,
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Everything but its values.
    pub head: RowHead,
    /// Its values.
    pub values: Values,
}
