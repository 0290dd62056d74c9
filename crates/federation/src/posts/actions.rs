//! Actions on posts: adding, changing, giving up, removing; and whether somebody can be posted to one.

use chrono::NaiveDate;
use desk::{
    actor::{Action, Actor},
    app::App,
    error::Result,
    log::{self, Object},
};
use kernel::{DayRange, Refusal, UnitId};
use ledger::db;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use web::Fields;

use super::{
    model::{Handed, Post},
    rules, store,
};
use crate::{
    scope::{must, must_openly},
    units,
};

fn unknown(id: i64) -> Refusal {
    Refusal::unknown("post-unknown").with("id", id)
}

/// A post of a unit whose figures the actor sees. Any other is refused as unknown.
pub async fn seen(conn: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<Post> {
    let post = store::by_id(conn, id).await?.filter(|post| !post.void).ok_or_else(|| unknown(id))?;
    must_openly(conn, actor, Action::Figures, post.unit).await.map_err(|_| unknown(id))?;
    Ok(post)
}

/// Refuses a name that another post of the unit has: who is posted to it is told apart by it.
async fn check_name(tx: &DatabaseTransaction, unit: UnitId, name: &str, but: Option<i64>) -> Result<()> {
    let others = store::of_unit(tx, unit).await?;
    let same = |post: &&Post| Some(post.id) != but && rules::plain(&post.name) == rules::plain(name);
    match others.iter().find(same) {
        Some(known) => Err(Refusal::new("post-name-taken").with("name", &known.name).into()),
        None => Ok(()),
    }
}

/// Adds a post of a unit.
pub async fn add(app: &App, actor: &Actor, unit: UnitId, handed: Handed) -> Result<i64> {
    must(&app.db, actor, Action::Write, unit).await?;
    let Handed { name, needs, risk, about } = rules::validate(handed)?;
    let tx = db::begin(&app.db).await?;
    must(&tx, actor, Action::Write, unit).await?;
    // Whoever adds another one waits here, so that two don't get the same name.
    units::lock(&tx, &[unit]).await?;
    let of = units::by_ids(&tx, &[unit]).await?.remove(&unit).filter(|of| !of.void);
    let of = of.ok_or_else(|| Refusal::unknown("unit-unknown").with("name", unit))?;
    if let Some(last) = of.closed_on.filter(|last| *last < app.today()) {
        return Err(Refusal::new("unit-closed-by-then").with("name", &of.name).with("last", last).into());
    }
    check_name(&tx, unit, &name, None).await?;
    let id = db::take_range(&tx, "post", 1).await?;
    let post = Post { id, unit, name, needs, risk, about, closed_on: None, void: false, version: 1 };
    store::insert(&tx, &post).await?;
    written(&tx, actor, "post-added", &post).await?;
    tx.commit().await?;
    Ok(id)
}

async fn written(tx: &DatabaseTransaction, actor: &Actor, what: &'static str, post: &Post) -> Result<()> {
    log::write(tx, actor, what, Object::new("post", post.id), Some(post.unit), &[("name", &post.name)]).await
}

/// Changes a post in a transaction that holds it, if it has the version that was read.
async fn change(
    app: &App,
    actor: &Actor,
    (id, version): (i64, i64),
    what: &'static str,
    make: impl AsyncFnOnce(&DatabaseTransaction, Post) -> Result<Post>,
) -> Result<()> {
    let before = seen(&app.db, actor, id).await?;
    must_openly(&app.db, actor, Action::Write, before.unit).await?;
    let tx = db::begin(&app.db).await?;
    units::lock(&tx, &[before.unit]).await?;
    let post = seen(&tx, actor, id).await?;
    must_openly(&tx, actor, Action::Write, post.unit).await?;
    let post = Post { version, ..make(&tx, post).await? };
    store::update(&tx, &post).await?;
    written(&tx, actor, what, &post).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes what a post is.
pub async fn edit(app: &App, actor: &Actor, (id, version): (i64, i64), handed: Handed) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, post: Post| {
        let Handed { name, needs, risk, about } = rules::validate(handed)?;
        check_name(tx, post.unit, &name, Some(id)).await?;
        Ok(Post { name, needs, risk, about, ..post })
    };
    change(app, actor, (id, version), "post-changed", make).await
}

/// Gives a post up after its last day, or takes that back. Refused while somebody holds it after that day.
pub async fn close(app: &App, actor: &Actor, (id, version): (i64, i64), last: Option<NaiveDate>) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, post: Post| {
        if let Some(last) = last {
            let count = store::count_holders_after(tx, id, last).await?;
            if count > 0 {
                return Err(Refusal::new("post-held").with("name", &post.name).with("count", count).into());
            }
        }
        Ok(Post { closed_on: last, ..post })
    };
    let what = if last.is_some() { "post-closed" } else { "post-opened" };
    change(app, actor, (id, version), what, make).await
}

/// Removes a post that nobody has ever held.
pub async fn remove(app: &App, actor: &Actor, id: i64, version: i64) -> Result<()> {
    let make = async |tx: &DatabaseTransaction, post: Post| {
        let count = store::count_postings(tx, id).await?;
        if count > 0 {
            return Err(Refusal::new("post-was-held").with("name", &post.name).with("count", count).into());
        }
        Ok(Post { void: true, ..post })
    };
    change(app, actor, (id, version), "post-removed", make).await
}

/// Checks that people can hold posts of these units on these days. Until the transaction ends the posts stay as they are: whoever changes one
/// holds its unit.
pub(crate) async fn check(tx: &DatabaseTransaction, posts: &[(i64, UnitId)], days: DayRange) -> Result<()> {
    if posts.is_empty() {
        return Ok(());
    }
    let units: Vec<UnitId> = posts.iter().map(|(_, unit)| *unit).collect();
    units::lock(tx, &units).await?;
    let ids: Vec<i64> = posts.iter().map(|(id, _)| *id).collect();
    let found = store::by_ids(tx, &ids).await?;
    for (id, unit) in posts {
        let post = found.get(id).filter(|post| !post.void && post.unit == *unit);
        // A post of another unit is refused in the words for none: whoever asks may not see that unit.
        let post = post.ok_or_else(|| Refusal::new("post-elsewhere"))?;
        if let Some(last) = post.closed_on.filter(|last| days.to.is_none_or(|to| to > *last)) {
            return Err(Refusal::new("post-closed-by-then").with("name", &post.name).with("last", last).into());
        }
    }
    Ok(())
}

/// The post in a field of a form: the key that was chosen, or, as where there is no script, the unit's post with the name that was typed. For
/// somebody who may write at the unit, since a name that isn't found is answered with those there are.
pub async fn in_field(conn: &impl ConnectionTrait, fields: &Fields, unit: UnitId) -> Result<Option<i64>> {
    match (fields.key("post_id"), fields.some("post")) {
        (Some(id), _) => Ok(Some(id)),
        (None, Some(name)) => Ok(Some(find(conn, unit, name).await?.id)),
        (None, None) => Ok(None),
    }
}

/// The post of a unit with a name.
async fn find(conn: &impl ConnectionTrait, unit: UnitId, name: &str) -> Result<Post> {
    let mut posts = store::of_unit(conn, unit).await?;
    posts.retain(|post| post.closed_on.is_none());
    let known: Vec<String> = posts.iter().map(|post| post.name.clone()).collect();
    let found = posts.into_iter().find(|post| rules::plain(&post.name) == rules::plain(name));
    let fault = || {
        let code = if known.is_empty() { "post-none-there" } else { "post-not-there" };
        Refusal::new(code).with("name", name).with("known", known.join("、"))
    };
    Ok(found.ok_or_else(fault)?)
}
