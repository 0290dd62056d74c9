//! Settings of the federation: its name, the pillars' labels, the rules of new groups, the times of check-in. Names of levels
//! and types of activities are kept by their own features and edited on the same pages.

pub mod actions;
pub mod pages;
pub mod store;

use desk::{
    actor::Action,
    feature::Feature,
    ui::shell::{Area, Entry},
};
use ledger::migration::Tables;
use serde::Serialize;

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "settings_0001",
    sql: "create table setting (name varchar(64) primary key, value varchar(300) not null);",
}];

/// Words.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// What the application knows of it.
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

/// A pillar's label in both languages, and the short name that is said beside it.
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

/// What is set; what nobody has set is as it ships.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The federation's name, shown at sign-in; empty for none.
    pub name: String,
    /// The four pillars in their order.
    pub pillars: Vec<Pillar>,
    /// Years of age up to which a member of a new group is youth.
    pub age_limit: i64,
    /// Sessions a month that a new group has at the least.
    pub least_sessions_month: i64,
    /// Learning hours a year that a new group wants of each member; 0 is not watched.
    pub least_hours_year: i64,
    /// Attendance rate that a new group wants, in per cent; 0 is not watched.
    pub least_rate: i64,
    /// Minutes of a learning hour.
    pub hour_minutes: i64,
    /// Minutes that a session without times is worth.
    pub session_minutes: i64,
    /// How much of an hour of another platform is a learning hour, in per cent.
    pub external_percent: i64,
    /// Minutes that an item of a study plan is worth when it is finished.
    pub reading_minutes: i64,
    /// Minutes that a note is worth when it is handed in.
    pub note_minutes: i64,
    /// Days that photos and files of a session are kept; 0 keeps them.
    pub evidence_days: i64,
    /// Minutes before the beginning at which check-in opens.
    pub check_in_before: i64,
    /// Minutes after the beginning at which check-in closes.
    pub check_in_after: i64,
    /// Seconds that a check-in code holds before the next one.
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
            evidence_days: 1_095,
            check_in_before: 30,
            check_in_after: 20,
            check_in_seconds: 20,
        }
    }
}
