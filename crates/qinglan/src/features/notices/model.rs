//! What a notice, a demand and a duty are.

use chrono::NaiveDate;
use kernel::{AccountId, FileId, RecordId, UnitId};

macro_rules! kept {
    ($name:ident: $($variant:ident = $text:literal),* $(,)?) => {
        impl $name {
            /// As it is stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// From what is stored.
            pub fn of(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

/// Where a notice stands; only its sender sees a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 草稿.
    Draft,
    /// 已下发.
    Sent,
    /// 已撤回: what was answered stays, nothing more is owed.
    Withdrawn,
}

/// What a demand opens at a unit; also the facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 开展活动.
    Activity,
    /// 列入学习计划.
    PlanItem,
    /// 上报.
    Return,
}

/// Where a duty stands; only a done one is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyState {
    /// 未办.
    Open,
    /// 已办.
    Done,
    /// 免办.
    Excused,
    /// 不再要求: its notice was withdrawn before it was done.
    Lapsed,
}

kept!(State: Draft = "draft", Sent = "sent", Withdrawn = "withdrawn");
kept!(Kind: Activity = "activity", PlanItem = "plan_item", Return = "return");
kept!(DutyState: Open = "open", Done = "done", Excused = "excused", Lapsed = "lapsed");

impl Kind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Return, Self::Activity, Self::PlanItem];
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
    /// Those that were named.
    Chosen(Vec<UnitId>),
}

impl Recipients {
    /// As it is stored and as forms have it; who was named stands in rows of their own.
    pub fn code(&self) -> String {
        match self {
            Self::Children => "children".to_owned(),
            Self::All => "all".to_owned(),
            Self::Level(code) => format!("level:{code}"),
            Self::Chosen(_) => "chosen".to_owned(),
        }
    }

    /// From such a code.
    pub fn of(code: &str, chosen: Vec<UnitId>) -> Option<Self> {
        match code {
            "children" => Some(Self::Children),
            "all" => Some(Self::All),
            "chosen" => Some(Self::Chosen(chosen)),
            _ => code.strip_prefix("level:").map(|level| Self::Level(level.to_owned())),
        }
    }
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Key.
    pub id: i64,
    /// 来文单位: who sends it.
    pub unit: UnitId,
    /// 文号.
    pub number: Option<String>,
    /// 标题.
    pub title: String,
    /// 正文.
    pub text: String,
    /// 时限: the last day in time.
    pub due_on: NaiveDate,
    /// Who it goes to.
    pub recipients: Recipients,
    /// Its state.
    pub state: State,
    /// When it was sent.
    pub sent_at: Option<String>,
    /// The day of that in the federation's zone.
    pub sent_on: Option<NaiveDate>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<String>,
    /// Why.
    pub withdrawn_reason: Option<String>,
    /// The notice that it was made from.
    pub copy_of: Option<i64>,
    /// Raised by every change.
    pub version: i64,
}

impl Notice {
    /// What activities name it by: its number, else its title.
    pub fn reference(&self) -> &str {
        self.number.as_deref().unwrap_or(&self.title)
    }
}

/// What a notice asks of every unit that it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Key.
    pub id: i64,
    /// Its number within the notice.
    pub place: i64,
    /// What it opens.
    pub kind: Kind,
    /// 办理要求.
    pub wanted: String,
    /// The type of an activity, if only that will do.
    pub type_code: Option<String>,
    /// The material of a plan item.
    pub material: Option<i64>,
    /// Whether a return needs a file.
    pub needs_file: bool,
}

/// What one demand asks of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Record.
    pub id: RecordId,
    /// The notice.
    pub notice: i64,
    /// The demand.
    pub demand: i64,
    /// Who owes it.
    pub unit: UnitId,
    /// That unit's level when the notice was sent.
    pub level: String,
    /// The demand's kind.
    pub kind: Kind,
    /// The last day in time.
    pub due_on: NaiveDate,
    /// Its state.
    pub state: DutyState,
    /// The day that counts: of a return or plan item when it was handed in, of an activity when it was held.
    pub answered_on: Option<NaiveDate>,
    /// When it was answered.
    pub answered_at: Option<String>,
    /// By whom.
    pub account: Option<AccountId>,
    /// What a return says; kept when it is sent back.
    pub text: Option<String>,
    /// What a return holds.
    pub file: Option<FileId>,
    /// The session that is arranged or was held for it.
    pub activity: Option<RecordId>,
    /// The plan item that was made of it.
    pub item: Option<i64>,
    /// When somebody who may answer first opened it.
    pub seen_at: Option<String>,
    /// When the sender last reminded of it.
    pub reminded_at: Option<String>,
    /// Raised by every change.
    pub version: i64,
}
