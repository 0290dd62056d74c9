//! Settings of the federation: its name, the pillars' labels, the rules of new groups, the times of check-in. Names of
//! levels and types of activities are stored by their own features and edited on the same pages.

pub mod actions;
pub mod choices;
mod following;
pub mod pages;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;
use serde::Serialize;

pub use following::{Following, FollowsSettings};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "settings_0001",
    sql: "create table setting (name varchar(64) primary key, value varchar(300) not null);",
}];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    routes: pages::routes,
    menu: &[
        Entry::new(Area::Data, 30, "/settings", "nav-settings", "settings").for_those_who(Action::Administer),
        Entry::new(Area::Settings, 10, "/settings", "settings-labels", "").for_those_who(Action::Administer),
    ],
    ..Feature::new("settings")
};

/// A pillar's label and nickname in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pillar {
    /// `wheel`, `station`, `stage`, `firewall`.
    pub code: &'static str,
    /// 理论学习.
    pub zh: String,
    /// In English.
    pub en: String,
    /// 方向盘.
    pub nickname: String,
    /// In English.
    pub nickname_en: String,
}

/// The settings; those that nobody has changed have the values that ship with the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The federation's name, shown at sign-in; may be empty.
    pub name: String,
    /// The four pillars in their order.
    pub pillars: Vec<Pillar>,
    /// Up to this age a member of a new group counts as youth.
    pub age_limit: i64,
    /// Fewest sessions a month for a new group.
    pub least_sessions_month: i64,
    /// Fewest learning hours a year for each member of a new group; 0 means not checked.
    pub least_hours_year: i64,
    /// Lowest attendance rate for a new group, in per cent; 0 means not checked.
    pub least_rate: i64,
    /// Minutes of a learning hour.
    pub hour_minutes: i64,
    /// Minutes that are counted for a session without times.
    pub session_minutes: i64,
    /// How much of an hour on another platform counts as a learning hour, in per cent.
    pub external_percent: i64,
    /// Minutes that are counted for finishing an item of a study plan.
    pub reading_minutes: i64,
    /// Minutes that are counted for submitting a note.
    pub note_minutes: i64,
    /// Within how many days whoever is promoted or moved takes part in a collective talk; 0 means that nobody is asked to.
    pub talk_days: i64,
    /// Days after which photos and files of a session are deleted; 0 means never.
    pub evidence_days: i64,
    /// Minutes before the beginning at which check-in opens.
    pub check_in_before: i64,
    /// Minutes after the beginning at which check-in closes.
    pub check_in_after: i64,
    /// Seconds for which a check-in code is valid.
    pub check_in_seconds: i64,
}

/// Code, zh-CN, en, nickname, nickname in English.
const SHIPPED: [[&str; 5]; 4] = [
    ["wheel", "理论学习", "Theory", "方向盘", "Steering wheel"],
    ["station", "能力提升", "Ability", "加油站", "Filling station"],
    ["stage", "实践锻炼", "Practice", "大舞台", "Stage"],
    ["firewall", "廉洁教育", "Integrity", "防火墙", "Firewall"],
];

impl Default for Settings {
    fn default() -> Self {
        let pillars = SHIPPED.map(|[code, zh, en, nickname, nickname_en]| Pillar {
            code,
            zh: zh.to_owned(),
            en: en.to_owned(),
            nickname: nickname.to_owned(),
            nickname_en: nickname_en.to_owned(),
        });
        Self {
            name: String::new(),
            pillars: pillars.to_vec(),
            age_limit: 40,
            least_sessions_month: 1,
            least_hours_year: 24,
            least_rate: 80,
            hour_minutes: 45,
            session_minutes: 90,
            external_percent: 100,
            reading_minutes: 45,
            note_minutes: 45,
            talk_days: 30,
            evidence_days: 1_095,
            check_in_before: 30,
            check_in_after: 20,
            check_in_seconds: 20,
        }
    }
}
