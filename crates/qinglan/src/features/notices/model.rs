//! The types for a notice and a demand.

use chrono::NaiveDate;
use federation::duties::Kind;
use kernel::UnitId;
use ledger::Columns;
use sea_orm::{DbErr, QueryResult, Value};

ledger::codes! {
    /// The state of a notice; only its sender sees a draft.
    pub enum State {
        /// 草稿.
        Draft = "draft",
        /// 已下发.
        Sent = "sent",
        /// 已撤回: answers stay, open duties lapse.
        Withdrawn = "withdrawn",
    }
}

/// Which of the units under the sender a notice goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// 下一级全部.
    Children,
    /// 所有下级.
    All,
    /// Those of a level, by its code.
    Level(String),
    /// The named units.
    Chosen(Vec<UnitId>),
}

impl Recipients {
    /// The code that is stored and used in forms; the named units are stored in rows of their own.
    pub fn code(&self) -> String {
        match self {
            Self::Children => "children".to_owned(),
            Self::All => "all".to_owned(),
            Self::Level(code) => format!("level:{code}"),
            Self::Chosen(_) => "chosen".to_owned(),
        }
    }

    /// From a code.
    pub fn from_code(code: &str, chosen: Vec<UnitId>) -> Option<Self> {
        match code {
            "children" => Some(Self::Children),
            "all" => Some(Self::All),
            "chosen" => Some(Self::Chosen(chosen)),
            _ => code.strip_prefix("level:").map(|level| Self::Level(level.to_owned())),
        }
    }
}

/// Stored as its code; the named units are in rows of their own, and are read separately.
impl Columns for Recipients {
    fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
        let code: Option<String> = Columns::read(row, first)?;
        let odd = |code: &str| DbErr::Type(format!("recipients of a notice can't be {code}"));
        code.map(|code| Self::from_code(&code, Vec::new()).ok_or_else(|| odd(&code))).transpose()
    }

    fn write(this: Option<&Self>, values: &mut Vec<Value>) {
        values.push(this.map(Self::code).into());
    }
}

ledger::record! {
    /// A notice.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Notice in "notice" {
        /// Key.
        pub id: i64,
        /// 来文单位: the sender.
        pub unit: UnitId as "unit_id",
        /// 文号.
        pub number: Option<String>,
        /// 标题.
        pub title: String,
        /// 正文.
        pub text: String,
        /// 时限: the last day on time.
        pub due_on: NaiveDate,
        /// The recipients.
        pub recipients: Recipients,
        /// Its state.
        pub state: State,
        /// When it was sent.
        pub sent_at: Option<String>,
        /// The day on which it was sent, in the federation's zone.
        pub sent_on: Option<NaiveDate>,
        /// When it was withdrawn.
        pub withdrawn_at: Option<String>,
        /// The reason.
        pub withdrawn_reason: Option<String>,
        /// The notice that it was copied from.
        pub copy_of: Option<i64>,
        /// Raised by every change.
        pub version: i64,
    }
}

impl Notice {
    /// How activities refer to it: its number, else its title.
    pub fn reference(&self) -> &str {
        self.number.as_deref().unwrap_or(&self.title)
    }
}

ledger::record! {
    /// What a notice requires of every recipient.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Demand in "notice_demand" {
        /// Key.
        pub id: i64,
        /// Its number within the notice.
        pub place: i64,
        /// What the unit has to do.
        pub kind: Kind,
        /// 办理要求.
        pub wanted: String,
        /// The required type of the activity, if any.
        pub type_code: Option<String>,
        /// The material of a plan item.
        pub material: Option<i64> as "material_id",
        /// Whether a return needs a file.
        pub needs_file: bool,
    }
}
