//! Title groups: adding, renaming, further words, retiring; their page is a tab of the settings.

use std::collections::BTreeSet;

use axum::extract::State;
use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::Result,
    log::{self, Object},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Sent, Visit},
};
use kernel::Refusal;
use ledger::db;
use minijinja::{context, value::Serde};
use web::Fields;

use super::{model::TitleGroup, rules, store};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/settings/honours", groups), act("/settings/honours", set)]
}

/// The most characters of a name, as in the table.
const NAME: usize = 64;
/// The most characters of all further words together.
const ALIASES: usize = 500;

/// The submitted data of a title group.
#[derive(Clone, Debug, Default)]
struct Handed {
    /// The group to be changed; `None` for a new one.
    code: Option<String>,
    name: String,
    /// The same as the name if it is not given.
    en: Option<String>,
    aliases: Vec<String>,
    retired: bool,
}

/// A number that is another one when the group's data are: it has no version of its own.
fn version(group: &TitleGroup) -> i64 {
    let retired = if group.retired { "retired" } else { "" };
    web::version_of([group.name.as_str(), &group.en, &group.aliases, retired])
}

/// Creates a title group, or changes one if it is still as in the version that was seen; a name or word that another one has is
/// refused, and the group of other honours stays in use. Honours that were entered before keep their group.
async fn change(app: &App, actor: &Actor, handed: Handed, seen_version: i64) -> Result<()> {
    must_all(actor, Action::Administer)?;
    let squeezed =
        |text: &str| tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let name = squeezed(&handed.name);
    let tx = db::begin(&app.db).await?;
    // The number is taken first, so that those who change title groups wait for each other.
    let number = db::take_range(&tx, "honour_group", 1).await?;
    let known = store::every_group(&tx).await?;
    let old = match &handed.code {
        Some(code) => {
            let old = known.iter().find(|group| group.code == *code);
            Some(old.ok_or_else(|| rules::unknown_group(&known, code))?)
        }
        None => None,
    };
    let mut seen = BTreeSet::from([rules::plain(&name)]);
    let mut aliases: Vec<String> = handed.aliases.iter().map(|alias| squeezed(alias)).collect();
    aliases.retain(|alias| !alias.is_empty() && seen.insert(rules::plain(alias)));
    let aliases = aliases.join(" ");
    let en = handed.en.map(|en| en.trim().to_owned()).filter(|en| !en.is_empty());
    let en = en.or_else(|| old.map(|old| old.en.clone())).unwrap_or_else(|| name.clone());
    let length = name.chars().count();
    if length == 0 || length > NAME || aliases.chars().count() > ALIASES || en.chars().count() > NAME {
        return Err(Refusal::new("honour-group-name").with("most", NAME).into());
    }
    let others = || known.iter().filter(|group| old.is_none_or(|old| old.code != group.code));
    let words = std::iter::once(name.as_str()).chain(aliases.split(' ')).filter(|word| !word.is_empty());
    for word in words {
        let taken = others().find(|group| rules::find_group(std::slice::from_ref(group), word).is_some());
        if let Some(other) = taken {
            return Err(Refusal::new("honour-group-taken").with("word", word).with("other", &other.name).into());
        }
    }
    if handed.retired && handed.code.as_deref() == Some(rules::OTHER) {
        return Err(Refusal::new("honour-group-needed").into());
    }
    if let Some(old) = old.filter(|old| version(old) != seen_version) {
        return Err(db::changed_meanwhile(&old.name).into());
    }
    let code = old.map_or_else(|| format!("own_{number}"), |old| old.code.clone());
    let group = TitleGroup { code, name, en, aliases, retired: handed.retired };
    store::set_group(&tx, &group).await?;
    log::write(&tx, actor, "honour-group-changed", Object::all("setting"), None, &[("name", &group.name)]).await?;
    tx.commit().await?;
    Ok(())
}

async fn groups_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let groups = store::every_group(&site.app.db).await?;
    let form = match groups.iter().find(|group| group.code == state.fields().text("code")) {
        Some(group) => state.form_of(site, visit, &stored(group), version(group)),
        None => state.form(site, visit),
    };
    let groups: Vec<_> = groups
        .into_iter()
        .map(|TitleGroup { code, name, en, aliases, retired }| context! { code, name, en, aliases, retired })
        .collect();
    visit.page_as(site, state.status(), "honours/groups.html", context! { groups, form => Serde(&form) })
}

/// With `?code=` the form is filled with the current values.
async fn groups(State(site): State<Site>, visit: Visit) -> Answer {
    let query = visit.query();
    let known = store::every_group(&site.app.db).await?;
    let old = known.into_iter().find(|group| group.code == query.text("code"));
    let values = old.map_or_else(Fields::default, |old| stored(&old));
    groups_page(&site, &visit, &FormState::filled(values)).await
}

/// The fields of a group's form as they are stored.
fn stored(group: &TitleGroup) -> Fields {
    let TitleGroup { code, name, en, aliases, retired } = group.clone();
    let retired = if retired { "on" } else { "" };
    let values = [("code", code), ("name", name), ("en", en), ("aliases", aliases), ("retired", retired.to_owned())];
    Fields::from_pairs(values)
}

async fn set(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let handed = Handed {
        code: fields.owned("code"),
        name: fields.text("name").to_owned(),
        en: fields.owned("en"),
        aliases: fields.text("aliases").split_whitespace().map(str::to_owned).collect(),
        retired: fields.ticked("retired"),
    };
    let set = async |sent: Sent| {
        let name = handed.name.clone();
        change(&site.app, &visit.actor, handed, sent.version()).await?;
        Ok(Done::new("/settings/honours", "honour-group-saved").with("name", name))
    };
    let places = [("honour-group-name", "name"), ("honour-group-taken", "aliases"), ("honour-group-needed", "retired")];
    let send = Send::new(&site, &visit, &fields).at(&places);
    send.run(set, async |state| groups_page(&site, &visit, &state).await).await
}
