//! The templates of the pages, once for each language, with the functions and filters that they share.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::Zone;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, Value, escape_formatter,
    syntax::SyntaxConfig,
    value::{Kwargs, Rest},
};
use web::Assets;

use super::language::{Language, Words};
use crate::feature::Features;

/// The templates that those of the features extend: `ui/layout.html`.
#[derive(rust_embed::RustEmbed)]
#[folder = "src"]
#[include = "ui/templates/*.html"]
struct Templates;

/// The bundled scripts and styles; built by `bin/web`.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Bundles;

/// The bundles, compressed.
pub fn assets() -> Assets {
    Assets::new(Bundles::iter().filter_map(|name| {
        let file = Bundles::get(&name)?;
        Some((name.into_owned(), file.data.into_owned()))
    }))
}

/// The pages in both languages.
pub struct Pages {
    chinese: (Environment<'static>, Arc<Words>),
    english: (Environment<'static>, Arc<Words>),
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("pages")
    }
}

/// The templates embedded in a crate, by name: `units/templates/list.html` becomes `units/list.html`.
pub fn embedded<E: rust_embed::RustEmbed>() -> Vec<(String, String)> {
    let read = |path: std::borrow::Cow<'static, str>| {
        let file = E::get(&path)?;
        Some((path.replacen("/templates/", "/", 1), String::from_utf8_lossy(&file.data).into_owned()))
    };
    E::iter().filter_map(read).collect()
}

/// Every template by name.
pub fn templates(features: Features) -> impl Iterator<Item = (String, String)> {
    embedded::<Templates>().into_iter().chain(features.0.iter().flat_map(|floor| (floor.templates)()))
}

impl Pages {
    /// Loads every template; a broken one is a programming error and is reported at once.
    pub fn load(features: Features, assets: &Arc<Assets>, zone: Zone) -> Result<Self, Error> {
        Ok(Self {
            chinese: environment(features, Language::Chinese, assets, zone)?,
            english: environment(features, Language::English, assets, zone)?,
        })
    }

    fn for_language(&self, language: Language) -> &(Environment<'static>, Arc<Words>) {
        if language == Language::Chinese { &self.chinese } else { &self.english }
    }

    /// The words of a language.
    pub fn words(&self, language: Language) -> &Words {
        &self.for_language(language).1
    }

    /// Renders a template.
    pub fn render(&self, language: Language, name: &str, context: Value) -> Result<String, Error> {
        self.for_language(language).0.get_template(name)?.render(context)
    }

    /// Whether a template exists.
    pub fn has(&self, name: &str) -> bool {
        self.chinese.0.get_template(name).is_ok()
    }
}

fn environment(
    features: Features,
    language: Language,
    assets: &Arc<Assets>,
    zone: Zone,
) -> Result<(Environment<'static>, Arc<Words>), Error> {
    let words = Arc::new(Words::load(features, language));
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(escaped);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    let for_messages = Arc::clone(&words);
    environment.add_function("t", move |key: &str, args: Kwargs| message(&for_messages, key, &args));
    let files = Arc::clone(assets);
    environment.add_function("asset", move |name: &str| Value::from_safe_string(files.href(name)));
    let sprite = assets.href("sprite.svg");
    environment.add_function("icon", move |name: &str| {
        Value::from_safe_string(format!(
            "<svg class=\"qi\" aria-hidden=\"true\"><use href=\"{sprite}#i-{name}\"></use></svg>"
        ))
    });
    // Every form of a page has its own token, so that sending one of them is never mistaken for sending another.
    environment.add_function("new_token", || web::Secret::from_bytes(rand::random()).0);
    let for_lists = Arc::clone(&words);
    environment.add_filter("listed", move |each: Vec<String>| for_lists.list(&each));
    environment.add_filter("n", thousands);
    environment.add_filter("tenths", |small: i64| ledger::in_parts(small, 10));
    environment.add_filter("day", |value: &str| day(value).map_or_else(|| value.to_owned(), |day| day.to_string()));
    environment.add_filter("month_day", move |value: &str| {
        day(value).map_or_else(|| value.to_owned(), |day| month_day(language, day))
    });
    environment.add_filter("long_day", move |value: &str| {
        day(value).map_or_else(|| value.to_owned(), |day| long_day(language, day))
    });
    environment.add_filter("year_month", |month: i64| format!("{}-{:02}", month / 100, month % 100));
    environment
        .add_filter("day_of_month", |value: &str| day(value).map_or_else(String::new, |day| day.day().to_string()));
    environment.add_filter("weekday", move |value: &str| {
        let short = |name: &str| if language == Language::English { name[..3].to_owned() } else { name.to_owned() };
        day(value).map_or_else(String::new, |day| short(weekday(language, day)))
    });
    environment.add_filter("moment", move |value: &str| local(value, zone, "%Y-%m-%d %H:%M"));
    environment.add_filter("to_second", move |value: &str| local(value, zone, "%Y-%m-%d %H:%M:%S"));
    for (name, source) in templates(features) {
        environment.add_template_owned(name, source)?;
    }
    Ok((environment, words))
}

/// Writes a value to a page, escaping what has a meaning in HTML. `/` has none in texts and quoted attributes, and
/// unescaped it keeps the addresses passed to macros readable in the page.
fn escaped(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let escapes = matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe();
    let Some(text) = value.as_str().filter(|_| escapes) else {
        return escape_formatter(out, state, value);
    };
    let mut rest = text;
    while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, found) = rest.split_at(place);
        out.write_str(plain)?;
        out.write_str(match found.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#x27;",
        })?;
        rest = &found[1..];
    }
    out.write_str(rest)?;
    Ok(())
}

/// `t("key", n=3)`: a message; a missing one is an error, so that no page shows a key.
fn message(words: &Words, key: &str, args: &Kwargs) -> Result<String, Error> {
    if !words.has(key) {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("no message {key}")));
    }
    let mut given = Vec::new();
    for name in args.args() {
        let value: Value = args.get(name)?;
        given.push((name.to_owned(), value));
    }
    let texts: Vec<(&str, String, Option<i64>)> = given
        .iter()
        .map(|(name, value)| {
            (name.as_str(), value.to_string(), i64::try_from(value.clone()).ok().filter(|_| value.is_number()))
        })
        .collect();
    Ok(words.message_with_counts(key, &texts))
}

/// A whole number with a comma at each thousand; other values unchanged; none as a dash.
fn thousands(value: &Value, _rest: Rest<Value>) -> String {
    if value.is_none() || value.is_undefined() {
        return "—".to_owned();
    }
    match i64::try_from(value.clone()) {
        Ok(number) if value.is_number() => grouped(number),
        _ => value.to_string(),
    }
}

/// `1214` as `1,214`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `11月18日`, `18 Nov`.
pub fn month_day(language: Language, day: NaiveDate) -> String {
    match language {
        Language::Chinese => format!("{}月{}日", day.month(), day.day()),
        Language::English => format!("{} {}", day.day(), MONTHS[day.month0() as usize]),
    }
}

/// `2025年11月18日 星期二`, `Tuesday, 18 Nov 2025`.
pub fn long_day(language: Language, day: NaiveDate) -> String {
    let name = weekday(language, day);
    match language {
        Language::Chinese => format!("{}年{}月{}日 星期{}", day.year(), day.month(), day.day(), &name[3..]),
        Language::English => format!("{name}, {} {} {}", day.day(), MONTHS[day.month0() as usize], day.year()),
    }
}

fn weekday(language: Language, day: NaiveDate) -> &'static str {
    const CHINESE: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let place = day.weekday().num_days_from_monday() as usize;
    if language == Language::Chinese { CHINESE[place] } else { ENGLISH[place] }
}

/// A stored moment in the federation's zone.
pub fn local(text: &str, zone: Zone, format: &str) -> String {
    match text.parse::<DateTime<Utc>>() {
        Ok(at) => zone.local(at).format(format).to_string(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_they_are_read() {
        assert_eq!([0, 999, 1214, -1_000_000].map(grouped), ["0", "999", "1,214", "-1,000,000"]);
        let day = NaiveDate::from_ymd_opt(2025, 11, 18).expect("a day");
        assert_eq!(long_day(Language::Chinese, day), "2025年11月18日 星期二");
        assert_eq!(long_day(Language::English, day), "Tuesday, 18 Nov 2025");
        assert_eq!(month_day(Language::Chinese, day), "11月18日");
        assert_eq!(local("2025-12-31T16:30:00.000Z", Zone::default(), "%Y-%m-%d %H:%M"), "2026-01-01 00:30");
    }

    #[test]
    fn what_has_a_meaning_in_html_is_escaped() {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(escaped);
        let text = environment.render_str("{{ a }} {{ a|safe }} {{ 3 }}", minijinja::context! { a => "</p>&\"'中" });
        assert_eq!(text.expect("a page"), "&lt;/p&gt;&amp;&quot;&#x27;中 </p>&\"'中 3");
    }
}
