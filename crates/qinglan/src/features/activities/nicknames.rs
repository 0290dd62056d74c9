//! Nicknames by which people stand in the lists of video meetings and in chats: given once on a roll, used on rolls on which the
//! person stands, and removed on the person's page.

use std::collections::{BTreeSet, HashMap};

use axum::extract::{Path, State as Extract};
use desk::{
    actor::Actor,
    app::App,
    error::Result,
    log::{self, Object},
    router::{Route, act},
    serve::Site,
    ui::{Answer, Visit},
};
use federation::people;
use kernel::{PersonId, Refusal};
use ledger::db;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use serde::Serialize;
use web::Fields;

/// Letters of a nickname at the most.
pub(super) const MOST_LETTERS: usize = 64;

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![act("/people/{id}/nicknames", remove)]
}

/// A nickname of a person.
#[derive(Clone, Debug, FromQueryResult, Serialize)]
pub(super) struct Nickname {
    /// As it is written in lists.
    pub(super) nickname: String,
    /// When it was given.
    pub(super) given_at: String,
}

/// The nicknames of a person.
pub(super) async fn of_person(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Nickname>, DbErr> {
    let sql = "select nickname, given_at from person_nickname where person_id = $1 order by nickname";
    db::all(conn, sql, vec![person.0.into()]).await
}

/// The nicknames of some people, each with those who have it.
pub(super) async fn of_people(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<HashMap<String, Vec<PersonId>>, DbErr> {
    let sql = "select nickname, person_id from person_nickname where person_id in ($keys) order by nickname, person_id";
    let rows: Vec<(String, PersonId)> = db::by_keys(sql, people).rows(conn).await?;
    let mut by_nickname: HashMap<String, Vec<PersonId>> = HashMap::new();
    for (nickname, person) in rows {
        by_nickname.entry(nickname).or_default().push(person);
    }
    Ok(by_nickname)
}

/// Remembers a nickname for a person; one that is remembered already stays as it is.
pub(super) async fn remember(tx: &impl ConnectionTrait, actor: &Actor, person: PersonId, nickname: &str) -> Result<()> {
    let letters = nickname.chars().count();
    if letters > MOST_LETTERS {
        return Err(Refusal::new("nickname-long").with("nickname", nickname).with("most", MOST_LETTERS).into());
    }
    let sql = "insert into person_nickname (person_id, nickname, given_at, account_id) values ($1, $2, $3, $4) \
               on conflict (person_id, nickname) do nothing";
    let values: Vec<Value> = vec![person.0.into(), nickname.into(), actor.at.0.as_str().into(), actor.account.0.into()];
    if db::execute(tx, sql, values).await? > 0 {
        log::write(tx, actor, "nickname-given", Object::new("person", person.0), None, &[]).await?;
    }
    Ok(())
}

/// Forgets nicknames of some people.
pub(super) async fn forget(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    people: &[PersonId],
    nicknames: &BTreeSet<String>,
) -> Result<()> {
    let mut having = of_people(tx, people).await?;
    having.retain(|nickname, _| nicknames.contains(nickname));
    for (nickname, people) in &having {
        let sql = "delete from person_nickname where nickname = $1 and person_id in ($keys)";
        db::by_keys(sql, people).with(vec![nickname.as_str().into()]).execute(tx).await?;
        for person in people {
            log::write(tx, actor, "nickname-removed", Object::new("person", person.0), None, &[]).await?;
        }
    }
    Ok(())
}

/// Forgets a nickname, by whoever may change the person. One that is forgotten already is no fault.
pub(super) async fn forget_of(app: &App, actor: &Actor, person: PersonId, nickname: &str) -> Result<()> {
    people::actions::must_keep(&app.db, actor, person, app.today()).await?;
    let tx = db::begin(&app.db).await?;
    people::actions::must_keep(&tx, actor, person, app.today()).await?;
    forget(&tx, actor, &[person], &BTreeSet::from([nickname.to_owned()])).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a merged person's nicknames to the survivor.
pub(super) async fn repoint(tx: &impl ConnectionTrait, merged: PersonId, survivor: PersonId) -> Result<(), DbErr> {
    let values = || -> Vec<Value> { vec![survivor.0.into(), merged.0.into()] };
    let doubled = "delete from person_nickname where person_id = $2 and nickname in \
                   (select o.nickname from person_nickname o where o.person_id = $1)";
    db::execute(tx, doubled, values()).await?;
    db::execute(tx, "update person_nickname set person_id = $1 where person_id = $2", values()).await?;
    Ok(())
}

/// Forgets a nickname, from the person's page.
async fn remove(Extract(site): Extract<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    forget_of(&site.app, &visit.actor, PersonId(id), fields.text("nickname")).await?;
    visit.done(&site, &format!("/people/{id}"), "nickname-removed-done", &[("nickname", fields.text("nickname"))])
}
