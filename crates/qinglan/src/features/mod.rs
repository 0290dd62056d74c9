//! The features: a folder each. This list is all that the application knows of them.

pub mod accounts;
pub mod activities;
pub mod evidence;
pub mod external;
pub mod files;
pub mod groups;
pub mod home;
pub mod hours;
pub mod imports;
pub mod joint;
pub mod materials;
pub mod metrics;
pub mod notes;
pub mod notices;
pub mod people;
pub mod plans;
pub mod registers;
pub mod reports;
pub mod settings;
pub mod speakers;
pub mod units;
pub mod watch;

use ledger::{KindSpec, migration::Tables};

use crate::router::Route;

/// Every feature's migrations, in the order in which they were added.
pub const MIGRATIONS: &[&[Tables]] = &[
    accounts::MIGRATIONS,
    imports::MIGRATIONS,
    units::MIGRATIONS,
    groups::MIGRATIONS,
    people::MIGRATIONS,
    activities::MIGRATIONS,
    reports::MIGRATIONS,
    accounts::LATER_MIGRATIONS,
    settings::MIGRATIONS,
    imports::LATER_MIGRATIONS,
    imports::LAYOUT_MIGRATIONS,
    imports::STATE_MIGRATIONS,
    people::LATER_MIGRATIONS,
    units::LATER_MIGRATIONS,
    groups::LATER_MIGRATIONS,
    external::MIGRATIONS,
    files::MIGRATIONS,
    materials::MIGRATIONS,
    plans::MIGRATIONS,
    notes::MIGRATIONS,
    evidence::MIGRATIONS,
    joint::MIGRATIONS,
    speakers::MIGRATIONS,
    notices::MIGRATIONS,
    crate::ui::once::MIGRATIONS,
];

/// Fills what a migration could only make room for.
pub(crate) async fn fill(db: &sea_orm::DatabaseConnection) -> Result<(), sea_orm::DbErr> {
    people::store::spell_missing(db).await?;
    units::store::spell_missing(db).await
}

/// Every feature's words: zh-CN, en.
pub const LOCALES: &[(&str, &str)] = &[
    (include_str!("../../locales/zh-CN.ftl"), include_str!("../../locales/en.ftl")),
    (include_str!("../ui/locales/zh-CN.ftl"), include_str!("../ui/locales/en.ftl")),
    accounts::LOCALES,
    home::LOCALES,
    hours::LOCALES,
    notes::LOCALES,
    evidence::LOCALES,
    watch::LOCALES,
    settings::LOCALES,
    registers::LOCALES,
    units::LOCALES,
    groups::LOCALES,
    people::LOCALES,
    activities::LOCALES,
    external::LOCALES,
    joint::LOCALES,
    speakers::LOCALES,
    imports::LOCALES,
    metrics::LOCALES,
    reports::LOCALES,
    files::LOCALES,
    materials::LOCALES,
    plans::LOCALES,
    notices::LOCALES,
];

/// Every route.
pub fn routes() -> Vec<Route> {
    let of_features = [
        home::pages::routes(),
        units::pages::routes(),
        groups::pages::routes(),
        people::pages::routes(),
        people::person_pages::routes(),
        people::merge_pages::routes(),
        people::stay_pages::routes(),
        imports::pages::routes(),
        imports::work_pages::routes(),
        imports::layout::routes(),
        activities::pages::routes(),
        activities::form_pages::routes(),
        activities::roll_pages::routes(),
        activities::check_in_pages::routes(),
        joint::pages::routes(),
        joint::roll_pages::routes(),
        speakers::pages::routes(),
        speakers::tour_pages::routes(),
        external::pages::routes(),
        external::form_pages::routes(),
        external::class_pages::routes(),
        external::goal_pages::routes(),
        external::platforms::routes(),
        metrics::pages::routes(),
        notes::pages::routes(),
        evidence::pages::routes(),
        hours::pages::routes(),
        watch::pages::routes(),
        reports::pages::routes(),
        registers::pages::routes(),
        accounts::pages::routes(),
        settings::pages::routes(),
        materials::pages::routes(),
        materials::reader_routes(),
        plans::pages::routes(),
        plans::progress_routes(),
        notices::routes(),
    ];
    of_features.into_iter().flatten().collect()
}

/// Every fact kind.
pub fn kinds() -> Vec<&'static KindSpec> {
    let kinds = [groups::KINDS, people::KINDS, activities::KINDS, external::KINDS, hours::KINDS, plans::KINDS];
    kinds.into_iter().chain([notes::KINDS, notices::KINDS]).flatten().collect()
}

/// Compares the records of every feature with the ledger.
pub async fn reconcile(app: &crate::app::App) -> crate::error::Result<ledger::Reconciled> {
    let mut desired = groups::actions::all_desired(&app.db).await?;
    desired.extend(people::actions::all_desired(&app.db).await?);
    desired.extend(activities::actions::all_desired(&app.db).await?);
    desired.extend(external::actions::all_desired(&app.db).await?);
    desired.extend(plans::all_desired(&app.db).await?);
    desired.extend(notes::actions::all_desired(&app.db).await?);
    desired.extend(notices::all_desired(&app.db).await?);
    Ok(ledger::reconcile(&app.db, &app.kinds, desired).await?)
}
