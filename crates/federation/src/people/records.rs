//! People, their postings and memberships as records in lists, in the log and in the ledger.

use std::collections::HashMap;

use desk::{
    app::App,
    error::Result,
    feature::{Records, Title},
};
use kernel::{PersonId, RecordId};
use ledger::Desired;

use super::{postings, staff, store};

/// People.
pub(super) struct People;

#[async_trait::async_trait]
impl Records for People {
    fn name(&self) -> &'static str {
        "person"
    }

    fn href(&self, id: i64) -> Option<String> {
        Some(format!("/people/{id}"))
    }

    fn units(&self) -> &'static [&'static str] {
        &[
            "select unit_id from posting where void = false",
            "select unit_id from person_state where void = false",
            "select home_unit_id from person_state where void = false and home_unit_id is not null",
            "select unit_id from secondment_offer where said is null or said = 'accepted'",
            "select home_unit_id from secondment_offer where said is null or said = 'accepted'",
        ]
    }

    fn people(&self) -> &'static [&'static str] {
        &["select person_id from secondment_offer where said is null or said = 'accepted'"]
    }
}

/// Memberships of groups: records of the ledger without a page of their own. A row of a figure links to the person.
pub(super) struct Memberships;

#[async_trait::async_trait]
impl Records for Memberships {
    fn name(&self) -> &'static str {
        "membership"
    }

    fn href_of_person(&self, person: PersonId) -> Option<String> {
        Some(format!("/people/{person}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let groups = store::group_names_of_memberships(&app.db, records).await?;
        let titled = groups.into_iter().map(|(id, text)| (id, Title { text, personal: true, ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        super::actions::all_desired(&app.db).await
    }

    fn units(&self) -> &'static [&'static str] {
        &["select s.unit_id from membership_span s join membership m on m.id = s.membership_id where m.void = false"]
    }
}

/// Postings: records of the ledger without a page of their own. A row of a figure links to the person.
pub(super) struct Postings;

#[async_trait::async_trait]
impl Records for Postings {
    fn name(&self) -> &'static str {
        "posting"
    }

    fn href_of_person(&self, person: PersonId) -> Option<String> {
        Some(format!("/people/{person}"))
    }

    async fn titles(&self, app: &App, records: &[RecordId]) -> Result<HashMap<RecordId, Title>> {
        let titles = postings::titles(&app.db, records).await?;
        let titled = titles.into_iter().map(|(id, text)| (id, Title { text, personal: true, ..Title::default() }));
        Ok(titled.collect())
    }

    async fn desired(&self, app: &App) -> Result<Vec<Desired>> {
        staff::all_desired(&app.db).await
    }
}
