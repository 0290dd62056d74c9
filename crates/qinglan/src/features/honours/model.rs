//! The types for honours and the groups of their titles.

use chrono::NaiveDate;
use kernel::{AccountId, GroupId, PersonId, RecordId, UnitId};

ledger::codes! {
    /// Who was awarded it.
    pub enum Recipient {
        /// A person.
        Person = "person",
        /// A study group.
        Group = "group",
        /// A unit.
        Unit = "unit",
    }
}

ledger::codes! {
    /// The level of an honour.
    pub enum Level {
        /// 国家级.
        National = "national",
        /// 省级.
        Provincial = "provincial",
        /// 市级.
        Municipal = "municipal",
        /// 区县级.
        County = "county",
        /// 街道（单位）级.
        Unit = "unit",
    }
}

impl Level {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::National => "level-national",
            Self::Provincial => "level-provincial",
            Self::Municipal => "level-municipal",
            Self::County => "level-county",
            Self::Unit => "level-unit",
        }
    }

    /// Its name in registers.
    pub fn zh(self) -> &'static str {
        match self {
            Self::National => "国家级",
            Self::Provincial => "省级",
            Self::Municipal => "市级",
            Self::County => "区县级",
            Self::Unit => "街道（单位）级",
        }
    }

    /// Its English name.
    pub(super) fn en(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Provincial => "provincial",
            Self::Municipal => "municipal",
            Self::County => "county",
            Self::Unit => "street or unit",
        }
    }

    /// Other words that users write for it.
    pub(super) fn others(self) -> &'static [&'static str] {
        match self {
            Self::National => &["国家", "全国", "全国级", "部级", "国家部委"],
            Self::Provincial => &["省", "省部级", "自治区级"],
            Self::Municipal => &["市", "地市级", "设区市级"],
            Self::County => &["区级", "县级", "县区级", "区县", "区市县级", "县市区级"],
            Self::Unit => {
                &["街道级", "单位级", "镇级", "乡级", "乡镇级", "镇街级", "街镇级", "基层", "本单位", "街道/单位级"]
            }
        }
    }
}

ledger::codes! {
    /// The state of an honour; only checked ones have entries.
    pub enum State {
        /// 待核实.
        Pending = "pending",
        /// 已核实.
        Checked = "checked",
        /// 已退回, with the reason.
        Returned = "returned",
        /// 作废, with the reason.
        Void = "void",
    }
}

impl State {
    /// The message with its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "state-pending",
            Self::Checked => "state-checked",
            Self::Returned => "state-returned",
            Self::Void => "state-void",
        }
    }

    /// Whether it may still be edited.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Returned)
    }
}

/// Who an honour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum For {
    /// A person.
    Person(PersonId),
    /// A study group.
    Group(GroupId),
    /// A unit.
    Unit(UnitId),
}

ledger::record! {
    /// An honour.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Honour in "honour" {
        /// Key and record.
        pub id: RecordId,
        /// What kind of recipient it has.
        pub recipient: Recipient,
        /// The person, if it is a person's.
        pub person: Option<PersonId> as "person_id",
        /// The group, if it is a group's.
        pub group: Option<GroupId> as "group_id",
        /// The unit it is counted for: the person's unit on that day, the group's, or the recipient itself.
        pub unit: UnitId as "unit_id",
        /// 荣誉名称.
        pub title: String,
        /// Code of the title group.
        pub title_group: String,
        /// 级别.
        pub level: Level,
        /// 授予单位.
        pub conferrer: String,
        /// 授予时间: the day on which it counts.
        pub day: NaiveDate,
        /// 证书编号.
        pub certificate: Option<String>,
        /// 备注.
        pub note: Option<String>,
        /// Its state.
        pub state: State,
        /// Why it was returned or made void: as typed, or a message id.
        pub reason: Option<String>,
        /// The account that entered it.
        pub entered_by: AccountId,
        /// When it was entered.
        pub entered_at: String,
        /// Who checked it.
        pub checked_by: Option<AccountId>,
        /// When it was checked.
        pub checked_at: Option<String>,
        /// Party member on that day; `unknown` for groups and units.
        pub party: String,
        /// Youth on that day; `unknown` for groups and units.
        pub youth: String,
        /// Sex; `unknown` for groups and units.
        pub sex: String,
        /// The honour that it replaced in an import, which made that one void.
        pub replaces: Option<RecordId>,
        /// The state of the replaced honour before that.
        pub replaced_state: Option<State>,
        /// Raised by every change of its data; not by confirming it again.
        pub version: i64,
    }
}

impl Honour {
    /// Who it is for.
    pub fn of(&self) -> For {
        match (self.recipient, self.person, self.group) {
            (Recipient::Person, Some(person), _) => For::Person(person),
            (Recipient::Group, _, Some(group)) => For::Group(group),
            _ => For::Unit(self.unit),
        }
    }
}

/// An honour as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Who it is for.
    pub of: For,
    /// 荣誉名称.
    pub title: String,
    /// Code of the title group; `None` for the group that the title names.
    pub title_group: Option<String>,
    /// 级别.
    pub level: Level,
    /// 授予单位.
    pub conferrer: String,
    /// 授予时间.
    pub day: NaiveDate,
    /// 证书编号.
    pub certificate: Option<String>,
    /// 备注.
    pub note: Option<String>,
    /// Whether it was confirmed that this is another one than that of the same title and year.
    pub another: bool,
}
