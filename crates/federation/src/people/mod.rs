//! People: who they are, where they are posted, which groups they belong to, and their facets on a day.

pub mod actions;
pub mod groups;
mod hanging;
pub mod import;
pub mod import_identity;
pub mod lending;
mod lending_pages;
pub mod list;
mod matching;
mod memberships;
pub mod merge_pages;
mod merging;
mod model;
mod namesakes;
pub mod pages;
pub mod person_pages;
mod postings;
pub mod reach;
mod records;
mod rules;
mod staff;
mod standing;
pub mod stay_pages;
pub mod stays;
pub mod store;

use desk::{
    actor::Action,
    app::App,
    error::Result,
    feature::Feature,
    router::Route,
    ui::shell::{Area, Entry},
};
use ledger::{FacetSpec, KindSpec, Nature, Sensitivity, migration::Tables};

pub use hanging::{Change, Hanging, HangsOnPeople, Part};
pub use matching::{Met, People};
pub use model::{Appointment, Edit, Education, Held, Membership, NewPerson, Party, Person, Posting, Rank, Sex, Span};
pub use standing::{Standings, Stood};

/// Tables.
pub const MIGRATIONS: &[Tables] = &[Tables {
    name: "people_0001",
    sql: "
create table person (
    id bigint primary key, dense bigint not null unique, name varchar(100) not null, sex varchar(8),
    birth_month bigint, education varchar(64), phone varchar(32), note varchar(500),
    merged_into bigint references person (id), void boolean not null, version bigint not null,
    import_id bigint references import (id));
create index person_name on person (name);
create index person_import on person (import_id);
create table party_status (
    person_id bigint not null references person (id), status varchar(16) not null, from_day date not null,
    primary key (person_id, from_day));
create table posting (
    id bigint primary key, person_id bigint not null references person (id), unit_id bigint not null references unit (id),
    duty varchar(100), from_day date not null, to_day date, opening boolean not null, void boolean not null,
    import_id bigint references import (id));
create index posting_unit on posting (unit_id);
create index posting_person on posting (person_id);
create table person_state (
    id bigint primary key, person_id bigint not null references person (id), state varchar(16) not null,
    home_unit_id bigint references unit (id), unit_id bigint references unit (id), from_day date not null, to_day date,
    void boolean not null);
create index person_state_person on person_state (person_id);
create table membership (
    id bigint primary key, group_id bigint not null references study_group (id),
    person_id bigint not null references person (id), from_day date not null, to_day date, opening boolean not null,
    void boolean not null, version bigint not null, import_id bigint references import (id));
create index membership_person on membership (person_id);
create index membership_group on membership (group_id);
create table membership_span (
    membership_id bigint not null references membership (id), from_day date not null, to_day date,
    unit_id bigint not null, level varchar(32) not null, party varchar(8) not null, youth varchar(8) not null,
    sex varchar(8) not null, primary key (membership_id, from_day));
insert into id_range (name, last) values ('person', 0), ('posting', 0), ('person_state', 0);
",
}];

/// Tables that came later: what a name is found by in pinyin. Rows are written empty here and filled on opening.
pub const LATER_MIGRATIONS: &[Tables] = &[
    Tables {
        name: "people_0002",
        sql: "
create table person_pinyin (
    person_id bigint primary key references person (id), spelled varchar(255) not null, forms text not null);
create index person_pinyin_spelled on person_pinyin (spelled, person_id);
insert into person_pinyin (person_id, spelled, forms) select id, '', '' from person;
",
    },
    Tables {
        name: "people_0003",
        sql: "
create table secondment_offer (
    id bigint primary key, person_id bigint not null references person (id),
    home_unit_id bigint not null references unit (id), unit_id bigint not null references unit (id),
    from_day date not null, to_day date, said varchar(16),
    offered_by bigint not null references account (id), offered_at varchar(32) not null,
    answered_by bigint references account (id), answered_at varchar(32));
create index secondment_offer_person on secondment_offer (person_id);
create index secondment_offer_unit on secondment_offer (unit_id);
insert into id_range (name, last) values ('secondment_offer', 0);
",
    },
    // Postings get records. Those that exist already are confirmed when the database is opened, see `staff::confirm_waiting`.
    Tables {
        name: "people_0004",
        sql: "
alter table posting add column record_id bigint;
update posting set record_id = id + (select r.last from id_range r where r.name = 'record');
update id_range set last = last + (select coalesce(max(o.id), 0) from posting o) where name = 'record';
create unique index posting_record on posting (record_id);
create table posting_span (
    posting_id bigint not null references posting (id), from_day date not null, to_day date, level varchar(32) not null,
    party varchar(8) not null, youth varchar(8) not null, sex varchar(8) not null, member varchar(8) not null,
    primary key (posting_id, from_day));
create table posting_unconfirmed (posting_id bigint primary key references posting (id));
insert into posting_unconfirmed (posting_id) select id from posting where void = false;
",
    },
    // Stretches of before carry what their entries carry.
    Tables {
        name: "people_0005",
        sql: "
alter table membership_span add column education varchar(8) not null default 'unknown';
alter table posting_span add column education varchar(8) not null default 'unknown';
",
    },
    // 工号, and the import that gave one to somebody who was there before.
    Tables {
        name: "people_0006",
        sql: "
alter table person add column staff_no varchar(32);
alter table person add column staff_no_import_id bigint references import (id);
create unique index person_staff_no on person (staff_no) where void = false and merged_into is null;
",
    },
    // 职级, 变动类型 and 岗位 of a posting. Stretches of before carry what their entries carry.
    Tables {
        name: "people_0007",
        sql: "
alter table posting add column rank varchar(32);
alter table posting add column appointment varchar(16);
alter table posting add column post_id bigint references post (id);
create index posting_post on posting (post_id) where post_id is not null;
alter table membership_span add column rank varchar(16) not null default 'unknown';
alter table membership_span add column appointment varchar(16) not null default 'unknown';
alter table posting_span add column rank varchar(16) not null default 'unknown';
alter table posting_span add column appointment varchar(16) not null default 'unknown';
",
    },
    // The import that has ended a posting or a membership, and goes on with it when it is undone.
    Tables {
        name: "people_0008",
        sql: "
alter table posting add column ended_import_id bigint references import (id);
alter table membership add column ended_import_id bigint references import (id);
create index posting_ended_import on posting (ended_import_id) where ended_import_id is not null;
create index membership_ended_import on membership (ended_import_id) where ended_import_id is not null;
",
    },
];

/// What is not known is stored as `unknown`, never counted as no.
const YES_NO: &[&str] = &["yes", "no", "unknown"];

/// A member's facets; attendance has the same.
pub const MEMBER_FACETS: [FacetSpec; 4] = [
    FacetSpec::code("level"),
    FacetSpec::closed("party", YES_NO),
    FacetSpec::closed("youth", YES_NO),
    FacetSpec::closed("sex", &["female", "male", "unknown"]),
];

/// 学历 in coarse classes; entries of before carry `unknown`.
const EDUCATION: FacetSpec = FacetSpec::closed("education", &Education::CODES).with_default("unknown");

/// 职级 in coarse classes; entries of before carry `unknown`.
const RANK: FacetSpec = FacetSpec::closed("rank", &Rank::CODES).with_default("unknown");

/// 变动类型: how somebody came to the posting; entries of before carry `unknown`.
const APPOINTMENT: FacetSpec =
    FacetSpec::closed("appointment", &["appointed", "promoted", "reassigned", "unknown"]).with_default("unknown");

/// Members have their education too, and what they are where they are posted.
const MEMBERSHIP_FACETS: [FacetSpec; 7] = {
    let [level, party, youth, sex] = MEMBER_FACETS;
    [level, party, youth, sex, EDUCATION, RANK, APPOINTMENT]
};

/// Staff have a member's facets, and whether they are members of any group.
const STAFF_FACETS: [FacetSpec; 8] = {
    let [level, party, youth, sex] = MEMBER_FACETS;
    [level, party, youth, sex, FacetSpec::closed("member", &["yes", "no"]), EDUCATION, RANK, APPOINTMENT]
};

/// Membership of a group: joined +1, left -1 on the day after the last; a change on a date books -1 and +1 on that day. Staff
/// of a unit: the same for a posting.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "people.membership",
        nature: Nature::State,
        facets: &MEMBERSHIP_FACETS,
        sensitivity: Sensitivity::Plain,
    },
    KindSpec { name: "people.staff", nature: Nature::State, facets: &STAFF_FACETS, sensitivity: Sensitivity::Plain },
];

/// Messages.
pub const LOCALES: (&str, &str) = (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl"));

/// The feature's declaration.
pub const FEATURE: Feature = Feature {
    migrations: MIGRATIONS,
    later_migrations: LATER_MIGRATIONS,
    locales: LOCALES,
    kinds: KINDS,
    metrics: include_str!("metrics.toml"),
    routes,
    menu: &[
        Entry::new(Area::Rolls, 30, "/people", "nav-people", "id-badge-2").for_those_who(Action::Lead),
        Entry::new(Area::Foot, 0, "/my", "nav-my", "user").in_bar(40),
    ],
    on_open: Some(|app| Box::pin(open(app))),
    every_minute: Some(|app| Box::pin(staff::confirm_waiting(app))),
    records: &[&records::People, &records::Memberships, &records::Postings],
    extensions: &[&groups::FOLLOWING, &staff::FOLLOWING, &import::KIND, &import::NOT_YET],
    ..Feature::new("people")
};

/// Fills what a migration could only create empty, and confirms postings of before.
async fn open(app: &App) -> Result<()> {
    store::spell_missing(&app.db).await?;
    staff::confirm_waiting(app).await
}

fn routes() -> Vec<Route> {
    [pages::routes(), lending_pages::routes(), person_pages::routes(), merge_pages::routes(), stay_pages::routes()]
        .into_iter()
        .flatten()
        .collect()
}
