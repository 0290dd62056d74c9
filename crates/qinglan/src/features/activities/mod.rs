//! Activities and attendance: of a type on one of the four pillars; held by a unit, with the units that took part.

pub mod actions;
pub mod agenda;
pub mod attended;
mod chat;
pub mod check_in;
pub mod check_in_pages;
mod facets;
mod following;
pub mod form_pages;
mod hanging;
pub mod import;
mod import_across;
mod import_by_hand;
mod import_forms;
mod import_lists;
mod import_shown;
mod import_when;
pub mod joining;
pub mod list;
mod marks;
mod member_list;
mod model;
mod naming;
mod nicknames;
pub mod pages;
pub(crate) mod quick;
pub mod reach;
pub(crate) mod reading;
mod reading_pages;
mod records;
pub mod registers;
pub mod roll;
pub mod roll_pages;
mod rules;
pub mod store;
mod type_pages;

use desk::{
    actor::Action,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use federation::{
    themes::{self, Serves},
    training_fields,
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub(crate) use rules::{facet_of_level, tenths};

pub use following::{Following, FollowsSessions};
pub use model::{Activity, ActivityType, Attendance, LeaveReason, Linkage, Spoke, SpokePart, Stands, State, Status};

/// Tables and the shipped types.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "activities_0001",
    sql: "
create table activity_type (
    code varchar(32) primary key, name varchar(64) not null unique, en varchar(64) not null, pillar varchar(16) not null,
    aliases varchar(500) not null, place bigint not null, retired boolean not null);
insert into activity_type (code, name, en, pillar, aliases, place, retired) values
    ('study', '集中学习', 'study session', 'wheel', '集体学习 理论学习', 1, false),
    ('seminar', '专题研讨', 'seminar', 'wheel', '研讨 交流研讨 专题交流', 2, false),
    ('reading', '读书分享', 'reading session', 'wheel', '读书会 读书分享会', 3, false),
    ('joint_study', '联学活动', 'joint study', 'wheel', '联学 联学联建 联动学习', 4, false),
    ('lecture', '宣讲', 'lecture', 'wheel', '青年专场宣讲 宣讲活动 专场宣讲', 5, false),
    ('party_lecture', '专题党课', 'party lecture', 'wheel', '党课 党课学习', 6, false),
    ('dialogue_lecture', '互动党课', 'interactive party lecture', 'station', '互动式党课', 7, false),
    ('training', '业务培训', 'training', 'station', '培训 专题培训', 8, false),
    ('visit', '观摩学习', 'study visit', 'station', '现场观摩 观摩', 9, false),
    ('warning', '警示教育', 'warning education', 'firewall', '警示教育片 警示教育活动', 10, false),
    ('integrity_lecture', '廉政党课', 'integrity lecture', 'firewall', '廉洁党课 专题廉政党课', 11, false),
    ('immersion', '沉浸式体验', 'immersive experience', 'firewall', '沉浸式 沉浸式教育', 12, false),
    ('integrity_talk', '集体廉政谈话', 'collective integrity talk', 'firewall', '廉政谈话', 13, false),
    ('practice', '实践活动', 'practice', 'stage', '志愿服务 实践锻炼活动', 14, false),
    ('contest', '主题赛事', 'contest', 'stage', '比赛 赛事 主题竞赛', 15, false);
insert into id_range (name, last) values ('activity_type', 15);
create table activity (
    id bigint primary key, type_code varchar(32) not null references activity_type (code), title varchar(300) not null,
    occurred_on date not null, time_from varchar(8), time_to varchar(8), day_part varchar(16),
    place varchar(300), host_unit_id bigint not null references unit (id), host_group_id bigint references study_group (id),
    speakers varchar(500), topic text, leaders varchar(500), chair varchar(200), recorder varchar(200), minutes text,
    resolutions text, notice_ref varchar(200), note text, audience bigint,
    state varchar(16) not null, pillar varchar(16) not null, linkage varchar(16) not null, levels bigint not null,
    version bigint not null, import_id bigint references import (id));
create index activity_day on activity (occurred_on, id);
create index activity_host on activity (host_unit_id, occurred_on);
create index activity_import on activity (import_id);
create table activity_unit (
    activity_id bigint not null references activity (id), unit_id bigint not null references unit (id),
    level varchar(32) not null, named boolean not null, primary key (activity_id, unit_id));
create table attendance (
    activity_id bigint not null references activity (id), person_id bigint not null references person (id),
    status varchar(16) not null, made_up_on date, unit_id bigint not null, level varchar(32) not null, party varchar(8) not null, youth varchar(8) not null,
    sex varchar(8) not null, primary key (activity_id, person_id));
create index attendance_person on attendance (person_id);
",
}, Tables {
    name: "activities_0002",
    sql: "
create index activity_state on activity (state, occurred_on);
create table roll_mark (
    activity_id bigint not null references activity (id), person_id bigint not null references person (id),
    status varchar(16) not null, made_up_on date, by_scan boolean not null, marked_at varchar(32) not null,
    account_id bigint not null, primary key (activity_id, person_id));
create table check_in (
    activity_id bigint primary key references activity (id), secret varchar(64) not null, opened_at varchar(32) not null,
    closes_at varchar(32) not null, late_from varchar(32) not null, account_id bigint not null references account (id));
",
}, Tables {
    name: "activities_0003",
    sql: "
alter table attendance add column reason varchar(16);
alter table roll_mark add column reason varchar(16);
update roll_mark set status = 'leave' where status = 'made_up';
create index activity_unit_unit on activity_unit (unit_id);
",
}, Tables {
    name: "activities_0004",
    sql: "
alter table activity add column void_reason text;
alter table activity add column voided_at varchar(32);
",
}, Tables {
    name: "activities_0005",
    sql: "
alter table activity_type add column learning boolean not null default true;
update activity_type set learning = false where pillar = 'stage';
alter table activity add column hours_said bigint;
alter table activity add column hour_minutes bigint;
alter table activity add column session_minutes bigint;
",
}, Tables {
    name: "activities_0006",
    sql: "create index activity_group on activity (host_group_id);",
}, Tables {
    name: "activities_0007",
    sql: "
create table activity_spoke (
    activity_id bigint not null references activity (id), person_id bigint not null references person (id),
    part varchar(16) not null, unit_id bigint not null, level varchar(32) not null, party varchar(8) not null,
    youth varchar(8) not null, sex varchar(8) not null, primary key (activity_id, person_id, part));
create index activity_spoke_person on activity_spoke (person_id);
create table roll_part (
    activity_id bigint not null references activity (id), person_id bigint not null references person (id),
    parts varchar(64) not null, primary key (activity_id, person_id));
",
}, Tables {
    name: "activities_0008",
    sql: "
alter table activity add column theme varchar(32);
create index activity_theme on activity (theme);
",
}, Tables {
    name: "activities_0009",
    sql: "
create table person_nickname (
    person_id bigint not null references person (id), nickname varchar(64) not null, given_at varchar(32) not null,
    account_id bigint not null, primary key (person_id, nickname));
",
}, Tables {
    name: "activities_0010",
    sql: "alter table activity add column level varchar(32); alter table activity add column field varchar(32);",
}];

/// 方向盘, 加油站, 大舞台, 防火墙.
const PILLAR_CODES: &[&str] = &["wheel", "station", "stage", "firewall"];

/// The facets of every fact about a session.
const SESSION: [FacetSpec; 4] = [
    FacetSpec::code("type"),
    FacetSpec::closed("pillar", PILLAR_CODES),
    FacetSpec::closed("linkage", &["none", "vertical", "horizontal", "both"]),
    // How many levels took part; the highest value stands for more as well.
    FacetSpec::closed("levels", &["1", "2", "3", "4", "5", "6"]),
];

/// The level of the unit that a fact about a session is counted for.
pub(crate) const LEVEL: FacetSpec = FacetSpec::code("level").with_default("unknown");

/// What was held, who attended, who led, lectured and spoke, and the size of the audience.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "activities.held",
        nature: Nature::Flow,
        facets: &[
            SESSION[0],
            SESSION[1],
            SESSION[2],
            SESSION[3],
            FacetSpec::closed("part", &["host", "partner"]),
            LEVEL,
            themes::FACET,
            training_fields::FACET,
        ],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "activities.attended",
        nature: Nature::Flow,
        facets: &[
            SESSION[0],
            SESSION[1],
            SESSION[2],
            SESSION[3],
            FacetSpec::closed("status", &["on_time", "late", "leave", "absent", "made_up", "observer"]),
            federation::people::MEMBER_FACETS[0],
            federation::people::MEMBER_FACETS[1],
            federation::people::MEMBER_FACETS[2],
            federation::people::MEMBER_FACETS[3],
            themes::FACET,
            training_fields::FACET,
        ],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "activities.spoke",
        nature: Nature::Flow,
        facets: &[
            FacetSpec::closed("part", &["led", "lectured", "spoke"]),
            SESSION[0],
            SESSION[1],
            federation::people::MEMBER_FACETS[0],
            federation::people::MEMBER_FACETS[1],
            federation::people::MEMBER_FACETS[2],
            federation::people::MEMBER_FACETS[3],
            themes::FACET,
            training_fields::FACET,
        ],
        sensitivity: Sensitivity::Plain,
    },
    KindSpec {
        name: "activities.audience",
        nature: Nature::Flow,
        facets: &[SESSION[0], SESSION[1], SESSION[2], SESSION[3], LEVEL, themes::FACET, training_fields::FACET],
        sensitivity: Sensitivity::Plain,
    },
];

/// Sessions serve themes.
static SERVES: Serves = Serves {
    word: "nav-activities",
    list: Some("/activities?theme="),
    metrics: &[
        "activities.occasions",
        "activities.persons",
        "activities.person_times",
        "activities.spoke_persons",
        "activities.audience",
    ],
    count: "select count(*) from activity where theme = $1 and state <> 'void'",
    unfinished: None,
};

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes,
    menu: &[
        Entry::new(Area::Records, 10, "/activities", "nav-activities", "calendar-event").in_bar(10),
        Entry::new(Area::Foot, 0, "/check-in", "nav-check-in", "scan").in_bar(20),
        Entry::new(Area::Settings, 20, "/settings/types", "settings-types", "").for_those_who(Action::Administer),
    ],
    records: &[&records::Sessions],
    extensions: &[
        &facets::NAMING,
        &records::IN_ROWS,
        &SERVES,
        &registers::SESSIONS,
        &registers::ATTENDANCE,
        &import::KIND,
        &hanging::HANGING,
    ],
    ..Feature::new("activities")
};

fn routes() -> Vec<Route> {
    [
        pages::routes(),
        form_pages::routes(),
        roll_pages::routes(),
        reading_pages::routes(),
        nicknames::routes(),
        check_in_pages::routes(),
        type_pages::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
