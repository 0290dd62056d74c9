//! Messages by Fluent: zh-CN is the default, English is complete; each feature has its own `.ftl` files.

use fluent_bundle::{
    FluentArgs, FluentResource, FluentValue,
    concurrent::FluentBundle,
    types::{FluentNumber, FluentNumberOptions},
};
use kernel::Refusal;
use sea_orm::{DbErr, QueryResult, Value};

use crate::feature::Features;

/// The two languages of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Chinese as written in mainland China.
    #[default]
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    /// English.
    #[value(name = "en")]
    English,
}

/// Stored as its tag; an unknown tag is read as the default language.
impl ledger::Columns for Language {
    fn read(row: &QueryResult, first: usize) -> Result<Option<Self>, DbErr> {
        let tag: Option<String> = ledger::Columns::read(row, first)?;
        Ok(tag.map(|tag| Self::from_tag(&tag).unwrap_or_default()))
    }

    fn write(this: Option<&Self>, values: &mut Vec<Value>) {
        values.push(this.map(|language| language.tag()).into());
    }
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// The language tag for pages and the database.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language of a tag.
    pub fn from_tag(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == text)
    }
}

/// The messages of this crate.
const OWN: [(&str, &str); 2] = [
    (include_str!("../../locales/zh-CN.ftl"), include_str!("../../locales/en.ftl")),
    (include_str!("locales/zh-CN.ftl"), include_str!("locales/en.ftl")),
];

/// The messages of one language.
pub struct Words {
    /// The language.
    pub language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the messages of a language.
    pub fn load(features: Features, language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(language.tag().parse().into_iter().collect());
        bundle.set_use_isolating(false);
        // Whole numbers have a comma at each thousand, as in tables.
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) if number.value.fract() == 0.0 => {
                Some(super::pages::grouped(number.value as i64))
            }
            _ => None,
        }));
        for (chinese, english) in OWN.into_iter().chain(features.all().map(|feature| feature.locales)) {
            let text = if language == Language::Chinese { chinese } else { english };
            // A broken line drops only itself; a test over both languages finds it.
            let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// A message; its code if it is missing, which a test prevents.
    pub fn message(&self, code: &str, args: &[(&str, &str)]) -> String {
        let Some(pattern) = self.bundle.get_message(code).and_then(|message| message.value()) else {
            return code.to_owned();
        };
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, (*value).to_owned());
        }
        self.bundle.format_pattern(pattern, Some(&fluent), &mut Vec::new()).into_owned()
    }

    /// A message that depends on numbers for its plural; each argument as text and, if it is a number, as a number.
    pub fn message_with_counts(&self, code: &str, args: &[(&str, String, Option<i64>)]) -> String {
        let Some(pattern) = self.bundle.get_message(code).and_then(|message| message.value()) else {
            return code.to_owned();
        };
        let mut fluent = FluentArgs::new();
        for (name, text, number) in args {
            match number {
                Some(number) => fluent.set(*name, FluentNumber::new(*number as f64, FluentNumberOptions::default())),
                None => fluent.set(*name, text.clone()),
            }
        }
        self.bundle.format_pattern(pattern, Some(&fluent), &mut Vec::new()).into_owned()
    }

    /// A refusal with its details, one per line.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let args: Vec<(&str, &str)> =
            refusal.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut text = self.message(&refusal.code, &args);
        for detail in refusal.details.iter().take(20) {
            text.push_str("\n  · ");
            text.push_str(&self.refusal(detail));
        }
        if refusal.details.len() > 20 {
            text.push_str(&format!("\n  · … {}", refusal.details.len() - 20));
        }
        text
    }

    /// Joins words with the language's comma.
    pub fn list(&self, words: &[impl AsRef<str>]) -> String {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        words.join(&self.message("list-comma", &[]))
    }

    /// Whether a message exists.
    pub fn has(&self, code: &str) -> bool {
        self.bundle.has_message(code)
    }

    /// The one of two texts in this language.
    pub fn pick<'t>(&self, labels: &'t ledger::Labels) -> &'t str {
        if self.language == Language::Chinese { &labels.zh } else { &labels.en }
    }
}
