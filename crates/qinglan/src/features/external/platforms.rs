//! Platforms: adding, renaming, other names, retiring; their page is a tab of the settings.

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

use super::{model::Platform, rules, store};

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![page("/settings/platforms", platforms), act("/settings/platforms", set)]
}

/// The most characters of a name, as in the table.
const NAME: usize = 64;
/// The most characters of all other names together.
const ALIASES: usize = 500;

/// The submitted data of a platform.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The platform to be changed; `None` for a new one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its English name; the same as the name if it is not given.
    pub en: Option<String>,
    /// Other names, all of them.
    pub aliases: Vec<String>,
    /// Whether it is no longer used for new results.
    pub retired: bool,
}

/// A number that is another one when the platform's data are: it has no version of its own.
fn version(platform: &Platform) -> i64 {
    let retired = if platform.retired { "retired" } else { "" };
    web::version_of([platform.name.as_str(), &platform.en, &platform.aliases, retired])
}

/// Creates a platform, or changes one if it is still as in the version that was seen; a name or alias that another one has
/// is refused.
pub async fn change(app: &App, actor: &Actor, said: Said, seen_version: i64) -> Result<String> {
    must_all(actor, Action::Administer)?;
    let squeezed =
        |text: &str| tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let name = squeezed(&said.name);
    let tx = db::begin(&app.db).await?;
    // The number is taken first, so that those who change platforms wait for each other.
    let number = db::take_range(&tx, "platform", 1).await?;
    let known = store::every_platform(&tx).await?;
    let old = match &said.code {
        Some(code) => {
            let old = known.iter().find(|platform| platform.code == *code);
            Some(old.ok_or_else(|| rules::unknown_platform(&known, code))?)
        }
        None => None,
    };
    if name.is_empty() || name.chars().count() > NAME {
        return Err(Refusal::new("platform-name").with("most", NAME).into());
    }
    let mut seen = BTreeSet::from([rules::plain(&name)]);
    let mut aliases: Vec<String> = said.aliases.iter().map(|alias| squeezed(alias)).collect();
    aliases.retain(|alias| !alias.is_empty() && seen.insert(rules::plain(alias)));
    let aliases = aliases.join(" ");
    let en = said.en.map(|en| en.trim().to_owned()).filter(|en| !en.is_empty());
    let en = en.or_else(|| old.map(|old| old.en.clone())).unwrap_or_else(|| name.clone());
    if aliases.chars().count() > ALIASES || en.chars().count() > NAME {
        return Err(Refusal::new("platform-name").with("most", NAME).into());
    }
    let others = || known.iter().filter(|platform| old.is_none_or(|old| old.code != platform.code));
    let words = std::iter::once(name.as_str()).chain(aliases.split(' ')).filter(|word| !word.is_empty());
    for word in words {
        let taken = others().find(|platform| rules::find_platform(std::slice::from_ref(platform), word).is_some());
        if let Some(other) = taken {
            return Err(Refusal::new("platform-word-taken").with("word", word).with("other", &other.name).into());
        }
    }
    if let Some(old) = old.filter(|old| version(old) != seen_version) {
        return Err(db::changed_meanwhile(&old.name).into());
    }
    let code = old.map_or_else(|| format!("own_{number}"), |old| old.code.clone());
    let platform = Platform { code: code.clone(), name, en, aliases, retired: said.retired };
    store::set_platform(&tx, &platform).await?;
    log::write(&tx, actor, "platform-changed", Object::all("setting"), None, &[("name", &platform.name)]).await?;
    tx.commit().await?;
    Ok(code)
}

async fn platforms_page(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let platforms = store::every_platform(&site.app.db).await?;
    let form = match platforms.iter().find(|platform| platform.code == state.fields().text("code")) {
        Some(platform) => state.form_of(site, visit, &stored(platform), version(platform)),
        None => state.form(site, visit),
    };
    let platforms: Vec<_> = platforms
        .into_iter()
        .map(|Platform { code, name, en, aliases, retired }| context! { code, name, en, aliases, retired })
        .collect();
    visit.page_as(site, state.status(), "external/platforms.html", context! { platforms, form => Serde(&form) })
}

/// With `?code=` the form is filled with the current values.
async fn platforms(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let known = store::every_platform(&site.app.db).await?;
    let old = known.into_iter().find(|platform| platform.code == query.text("code"));
    let values = old.map_or_else(Fields::default, |old| stored(&old));
    platforms_page(&site, &visit, &FormState::filled(values)).await
}

/// The fields of a platform's form as they are stored.
fn stored(platform: &Platform) -> Fields {
    let Platform { code, name, en, aliases, retired } = platform.clone();
    let retired = if retired { "on" } else { "" };
    let values = [("code", code), ("name", name), ("en", en), ("aliases", aliases), ("retired", retired.to_owned())];
    Fields::from_pairs(values)
}

async fn set(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let said = Said {
        code: fields.owned("code"),
        name: fields.text("name").to_owned(),
        en: fields.owned("en"),
        aliases: fields.text("aliases").split_whitespace().map(str::to_owned).collect(),
        retired: fields.ticked("retired"),
    };
    let set = async |sent: Sent| {
        let name = said.name.clone();
        change(&site.app, &visit.actor, said, sent.version()).await?;
        Ok(Done::new("/settings/platforms", "platform-saved").with("name", name))
    };
    let send = Send::new(&site, &visit, &fields).at(&[("platform-name", "name"), ("platform-word-taken", "aliases")]);
    send.run(set, async |state| platforms_page(&site, &visit, &state).await).await
}
