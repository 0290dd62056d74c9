//! A small town for tests of pages: a city with two streets, and a visitor who may do everything.

use desk::{actor::Role, app::App};
use federation::{
    people::{self, NewPerson},
    units::{self, actions::Addition},
};
use kernel::{PersonId, UnitId};

use crate::{
    browser::{Browser, account},
    support::{Place, day},
};

/// A city with two streets, and a visitor who may do everything.
pub struct Town {
    pub app: App,
    pub city: UnitId,
    pub street: UnitId,
    pub other: UnitId,
    pub admin: Browser,
}

pub async fn unit(app: &App, name: &str, level: &str, parent: Option<UnitId>) -> UnitId {
    let addition = Addition {
        name: name.to_owned(),
        level: Some(level.to_owned()),
        parent,
        code: None,
        outside: false,
        from: None,
    };
    units::actions::add(app, &app.operator(), addition).await.unwrap()
}

/// A person with only a name and a unit.
pub fn new_person(name: &str, unit: UnitId) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        staff_no: None,
        sex: None,
        birth_month: None,
        party: None,
        unit,
        held: people::Held::default(),
        education: None,
        phone: None,
        note: None,
    }
}

pub async fn town(place: &Place) -> Town {
    let app = place.open().await;
    let city = unit(&app, "青蓝市", "city", None).await;
    let street = unit(&app, "古沟街道", "street", Some(city)).await;
    let other = unit(&app, "红埠街道", "street", Some(city)).await;
    account(&app, "admin", Some((Role::Administrator, None, None)), None).await;
    let admin = Browser::signed_in(&app, "admin").await;
    Town { app, city, street, other, admin }
}

impl Town {
    pub async fn person(&self, name: &str, unit: UnitId, birth_month: Option<i64>) -> PersonId {
        let new = NewPerson { birth_month, phone: Some("19900001234".to_owned()), ..new_person(name, unit) };
        people::actions::add(&self.app, &self.app.operator(), new, day("2025-01-01")).await.unwrap()
    }

    pub async fn secretary(&self, name: &str, unit: UnitId) -> Browser {
        account(&self.app, name, Some((Role::Secretary, Some(unit), None)), None).await;
        Browser::signed_in(&self.app, name).await
    }

    pub async fn reconciled(&self) {
        assert!(self.app.reconcile().await.unwrap().faults.is_empty());
    }
}

/// The version of the settings as they stand.
pub async fn settings_version(app: &App) -> i64 {
    federation::settings::store::read(&app.db).await.expect("settings").version()
}
