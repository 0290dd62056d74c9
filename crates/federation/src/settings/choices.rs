//! Lists of choices that the office maintains, such as platforms, title groups and fields: each choice has a code that records and facets
//! carry and that never changes, names, and further words that files use. A list is one value; its page is a tab of the settings.

use std::collections::BTreeSet;

use axum::extract::State;
use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::Result,
    log::{self, Object},
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, FormState, Send, Sent, Visit, language::Language},
};
use kernel::Refusal;
use ledger::db;
use minijinja::{context, value::Serde};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde::Serialize;
use web::Fields;

/// A choice of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The facet's value.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its English name.
    pub en: String,
    /// Further words for it, separated by spaces.
    pub aliases: String,
    /// Whether it is no longer used for anything new.
    pub retired: bool,
}

/// A list of choices.
#[derive(Clone, Copy, Debug)]
pub struct ChoiceList {
    /// Its table, with the columns of [`Choice`] and `place`; also the name of the range of its codes.
    pub table: &'static str,
    /// The address of its page.
    pub path: &'static str,
    /// The message that names the list.
    pub title: &'static str,
    /// The message that says what it is for.
    pub line: &'static str,
    /// The message of the log.
    pub changed: &'static str,
    /// The refusal of a text that names none of them.
    pub unknown: &'static str,
    /// The code of the choice that stands for all others: it comes last and can't be retired.
    pub rest: Option<&'static str>,
    /// What the words of a choice are.
    pub words: Words,
}

/// What the words of a choice beside its name are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Further names, which no two choices share.
    Aliases,
    /// What it consists of, in order: at least and at most so many.
    Parts(usize, usize),
}

/// The most characters of a name, as in the tables.
const NAME: usize = 64;
/// The most characters of all further words together.
const ALIASES: usize = 500;

/// What is the same in the name of a choice, however it is written.
pub fn plain(text: &str) -> String {
    const MARKS: &str = "-‐‑‒–—―−－﹣_·・.“”\"'‘’《》「」『』〈〉";
    let letters = tabular::fold(text);
    let letters = letters.chars().filter(|letter| !letter.is_whitespace() && !MARKS.contains(*letter));
    letters.flat_map(char::to_lowercase).collect()
}

/// The choice that a text means: by name, code or further word.
pub fn find<'c>(choices: impl IntoIterator<Item = &'c Choice>, text: &str) -> Option<&'c Choice> {
    let text = plain(text);
    let named = |choice: &&Choice| {
        [&choice.name, &choice.code, &choice.en].into_iter().any(|name| plain(name) == text)
            || choice.aliases.split(' ').any(|alias| plain(alias) == text)
    };
    choices.into_iter().filter(|_| !text.is_empty()).find(named)
}

impl Choice {
    /// Its name in a language.
    pub fn name_in(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.name,
            Language::English => &self.en,
        }
    }

    /// Its code, names and further words, for the words of a facet.
    pub fn words(self, facet: &str) -> [String; 5] {
        [facet.to_owned(), self.code, self.name, self.en, self.aliases]
    }

    /// What it consists of, in order.
    pub fn parts(&self) -> Vec<&str> {
        self.aliases.split(' ').filter(|part| !part.is_empty()).collect()
    }

    /// A number that is another one when its data are: it has no version of its own.
    fn version(&self) -> i64 {
        web::version_of([self.name.as_str(), &self.en, &self.aliases, if self.retired { "retired" } else { "" }])
    }

    /// The fields of its form as they are stored.
    fn stored(&self) -> Fields {
        let retired = if self.retired { "on" } else { "" };
        let (code, name, en, aliases) = (self.code.as_str(), self.name.as_str(), self.en.as_str(), &*self.aliases);
        Fields::from_pairs([("code", code), ("name", name), ("en", en), ("aliases", aliases), ("retired", retired)])
    }
}

/// The submitted data of a choice.
#[derive(Clone, Debug, Default)]
pub struct Handed {
    /// The choice to be changed; `None` for a new one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its English name; the same as the name if it is not given.
    pub en: Option<String>,
    /// Further words, all of them.
    pub aliases: Vec<String>,
    /// Whether it is no longer used for anything new.
    pub retired: bool,
}

impl ChoiceList {
    /// All choices in their order, including retired ones.
    pub async fn all(&self, conn: &impl ConnectionTrait) -> Result<Vec<Choice>, DbErr> {
        let sql = format!("select code, name, en, aliases, retired from {} order by place, code", self.table);
        let rows: Vec<(String, String, String, String, bool)> = db::rows(conn, &sql, vec![]).await?;
        let choice = |(code, name, en, aliases, retired)| Choice { code, name, en, aliases, retired };
        Ok(rows.into_iter().map(choice).collect())
    }

    /// Those in use, in their order.
    pub async fn in_use(&self, conn: &impl ConnectionTrait) -> Result<Vec<Choice>, DbErr> {
        Ok(self.all(conn).await?.into_iter().filter(|choice| !choice.retired).collect())
    }

    /// The refusal of a text that names none of them, which lists those in use.
    pub fn refuse<'c>(&self, choices: impl IntoIterator<Item = &'c Choice>, text: &str) -> Refusal {
        let known = choices.into_iter().filter(|choice| !choice.retired).map(|choice| choice.name.as_str());
        Refusal::new(self.unknown).with("text", text).with("known", known.collect::<Vec<_>>().join("、"))
    }

    /// Inserts a choice before the one that stands for all others, or changes an existing one.
    async fn save(&self, tx: &DatabaseTransaction, choice: &Choice) -> Result<(), DbErr> {
        let table = self.table;
        let sql = format!("select coalesce(max(place), 0) from {table} where code <> $1");
        let last: Option<i64> = db::scalar(tx, &sql, vec![self.rest.unwrap_or_default().into()]).await?;
        let sql = format!(
            "insert into {table} (code, name, en, aliases, retired, place) values ($1, $2, $3, $4, $5, $6) \
             on conflict (code) do update set name = excluded.name, en = excluded.en, aliases = excluded.aliases, \
             retired = excluded.retired"
        );
        let Choice { code, name, en, aliases, retired } = choice.clone();
        let values = vec![code.into(), name.into(), en.into(), aliases.into(), retired.into()];
        let values = values.into_iter().chain([(last.unwrap_or(0) + 1).into()]).collect();
        db::execute(tx, &sql, values).await?;
        Ok(())
    }

    /// Creates a choice, or changes one if it is still as in the version that was seen; a name or word that another one has is refused.
    /// Records keep what they carry.
    pub async fn change(&self, app: &App, actor: &Actor, handed: Handed, seen_version: i64) -> Result<String> {
        must_all(actor, Action::Administer)?;
        let squeezed =
            |text: &str| tabular::fold(text).chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
        let name = squeezed(&handed.name);
        let tx = db::begin(&app.db).await?;
        // The number is taken first, so that those who change the list wait for each other.
        let number = db::take_range(&tx, self.table, 1).await?;
        let known = self.all(&tx).await?;
        let old = match &handed.code {
            Some(code) => {
                let old = known.iter().find(|choice| choice.code == *code);
                Some(old.ok_or_else(|| self.refuse(&known, code))?)
            }
            None => None,
        };
        let mut seen = BTreeSet::from([plain(&name)]);
        let mut aliases: Vec<String> = handed.aliases.iter().map(|alias| squeezed(alias)).collect();
        aliases.retain(|alias| !alias.is_empty() && seen.insert(plain(alias)));
        let aliases = aliases.join(" ");
        let en = handed.en.map(|en| en.trim().to_owned()).filter(|en| !en.is_empty());
        let en = en.or_else(|| old.map(|old| old.en.clone())).unwrap_or_else(|| name.clone());
        let length = name.chars().count();
        if length == 0 || length > NAME || aliases.chars().count() > ALIASES || en.chars().count() > NAME {
            return Err(Refusal::new("choice-name").with("most", NAME).into());
        }
        let others = || known.iter().filter(|choice| old.is_none_or(|old| old.code != choice.code));
        let further = aliases.split(' ').filter(|word| !word.is_empty());
        if let Words::Parts(least, most) = self.words
            && !(least..=most).contains(&further.clone().count())
        {
            return Err(Refusal::new("choice-parts").with("least", least).with("most", most).into());
        }
        for word in std::iter::once(name.as_str()).chain(further.filter(|_| self.words == Words::Aliases)) {
            if let Some(other) = find(others(), word) {
                return Err(Refusal::new("choice-taken").with("word", word).with("other", &other.name).into());
            }
        }
        if let Some(rest) = old.filter(|old| handed.retired && self.rest == Some(&old.code)) {
            return Err(Refusal::new("choice-needed").with("name", &rest.name).into());
        }
        if let Some(old) = old.filter(|old| old.version() != seen_version) {
            return Err(db::changed_meanwhile(&old.name).into());
        }
        let code = old.map_or_else(|| format!("own_{number}"), |old| old.code.clone());
        let choice = Choice { code: code.clone(), name, en, aliases, retired: handed.retired };
        self.save(&tx, &choice).await?;
        log::write(&tx, actor, self.changed, Object::all("setting"), None, &[("name", &choice.name)]).await?;
        tx.commit().await?;
        Ok(code)
    }

    async fn answer(&self, site: &Site, visit: &Visit, state: &FormState) -> Answer {
        must_all(&visit.actor, Action::Administer)?;
        let choices = self.all(&site.app.db).await?;
        let form = match choices.iter().find(|choice| choice.code == state.fields().text("code")) {
            Some(choice) => state.form_of(site, visit, &choice.stored(), choice.version()),
            None => state.form(site, visit),
        };
        let context = context! {
            choices => Serde(&choices), form => Serde(&form), list => self.title, line => self.line, path => self.path,
            parts => self.words != Words::Aliases,
        };
        visit.page_as(site, state.status(), "settings/choices.html", context)
    }

    /// Its page; with `?code=` the form is filled with the current values.
    async fn show(&self, site: &Site, visit: &Visit) -> Answer {
        let query = visit.query();
        let known = self.all(&site.app.db).await?;
        let old = known.iter().find(|choice| choice.code == query.text("code"));
        self.answer(site, visit, &FormState::filled(old.map_or_else(Fields::default, Choice::stored))).await
    }

    async fn set(&self, site: &Site, visit: &Visit, fields: &Fields) -> Answer {
        let handed = Handed {
            code: fields.owned("code"),
            name: fields.text("name").to_owned(),
            en: fields.owned("en"),
            aliases: fields.text("aliases").split([' ', '、', '，', ',', '\u{3000}']).map(str::to_owned).collect(),
            retired: fields.ticked("retired"),
        };
        let set = async |sent: Sent| {
            let name = handed.name.clone();
            self.change(&site.app, &visit.actor, handed, sent.version()).await?;
            Ok(Done::new(self.path, "choice-saved").with("name", name))
        };
        let places = [
            ("choice-name", "name"),
            ("choice-taken", "aliases"),
            ("choice-parts", "aliases"),
            ("choice-needed", "retired"),
        ];
        let send = Send::new(site, visit, fields).at(&places);
        send.run(set, async |state| self.answer(site, visit, &state).await).await
    }
}

/// The routes of a list's page.
pub fn routes(list: &'static ChoiceList) -> Vec<Route> {
    let show = move |State(site): State<Site>, visit: Visit| async move { list.show(&site, &visit).await };
    let set = move |State(site): State<Site>, visit: Visit, fields: Fields| async move {
        list.set(&site, &visit, &fields).await
    };
    vec![page(list.path, show), act(list.path, set)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_found_by_any_of_its_words_however_they_are_written() {
        let choice = |code: &str, name: &str, aliases: &str| Choice {
            code: code.to_owned(),
            name: name.to_owned(),
            en: code.to_owned(),
            aliases: aliases.to_owned(),
            retired: false,
        };
        let known = [choice("dengta", "灯塔-党建在线", "灯塔"), choice("party_member", "优秀共产党员", "")];
        for (typed, code) in [
            ("灯塔党建在线", Some("dengta")),
            (" 灯 塔 ", Some("dengta")),
            ("“优秀共产党员”", Some("party_member")),
            ("PARTY_MEMBER", Some("party_member")),
            ("灯塔在线", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(find(&known, typed).map(|choice| choice.code.as_str()), code, "{typed}");
        }
    }
}
