//! Pages of one person: who may be made a member of what, where old addresses lead, what is told before it is done.

use std::time::Duration;

use axum::http::StatusCode;
use kernel::DayRange;
use qinglan::features::{
    accounts,
    activities::{
        self, State, Status,
        actions::{Draft, Handed},
    },
    groups::{self, actions::Opening},
    people,
};

use crate::{
    browser::{Browser, account},
    support::{On, Place, day, on_both},
    town::{Town, town, unit},
};

on_both!(
    an_old_address_leads_those_on_who_see_the_one_that_stayed,
);

fn opening(name: &str, unit: kernel::UnitId, shared_by: Vec<kernel::UnitId>, from: &str) -> Opening {
    Opening { name: name.to_owned(), brand: None, unit, shared_by, from: day(from) }
}

async fn account_named(town: &Town, name: &str) -> kernel::AccountId {
    let wanted = accounts::store::Wanted { text: name, most: 9, ..Default::default() };
    kernel::AccountId(accounts::store::list(&town.app.db, &wanted, town.app.today()).await.unwrap()[0].id)
}

async fn memberships(town: &Town, person: kernel::PersonId) -> i64 {
    let sql = "select count(*) from membership where person_id = $1 and void = false";
    ledger::db::scalar(&town.app.db, sql, vec![person.0.into()]).await.unwrap().unwrap()
}

async fn an_old_address_leads_those_on_who_see_the_one_that_stayed(on: On) {
    let place = Place::new(on).await;
    let town = town(&place).await;
    let actor = town.app.operator();
    let mut rows = Vec::new();
    for _ in 0..3 {
        rows.push(town.person("何雨桐", town.street, None).await);
    }
    people::actions::merge(&town.app, &actor, rows[0], rows[1]).await.unwrap();
    people::actions::merge(&town.app, &actor, rows[1], rows[2]).await.unwrap();
    let mut secretary = town.secretary("secretary", town.street).await;
    let mut elsewhere = town.secretary("elsewhere", town.other).await;
    for old in &rows[..2] {
        let path = format!("/people/{old}");
        let led = secretary.get(&path).await;
        assert_eq!(led.location.as_deref(), Some(format!("/people/{}", rows[2]).as_str()), "{}", led.text);
        let denied = elsewhere.get(&path).await;
        assert_eq!(denied.status, StatusCode::NOT_FOUND);
        assert!(!denied.text.contains(&rows[2].to_string()), "{}", denied.text);
    }
}
