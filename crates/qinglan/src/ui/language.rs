//! Fluent, zh-CN first and English complete beside it; each feature brings its own `.ftl` files.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use kernel::Refusal;

use crate::features;

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

/// The words of one language.
pub struct Words {
    /// Which.
    pub language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the language's texts.
    pub fn load(language: Language) -> Self {
        let tag = if language == Language::Chinese { "zh-CN" } else { "en" };
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        bundle.set_use_isolating(false);
        for (chinese, english) in features::LOCALES {
            let text = if language == Language::Chinese { chinese } else { english };
            // A broken line loses itself alone; a test over both languages finds it.
            let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// A message; its code where it is missing, which a test forbids.
    pub fn say(&self, code: &str, args: &[(&str, &str)]) -> String {
        let Some(pattern) = self.bundle.get_message(code).and_then(|message| message.value()) else {
            return code.to_owned();
        };
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, (*value).to_owned());
        }
        self.bundle.format_pattern(pattern, Some(&fluent), &mut Vec::new()).into_owned()
    }

    /// A refusal with its details, a line each.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let args: Vec<(&str, &str)> =
            refusal.args.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut text = self.say(&refusal.code, &args);
        for detail in refusal.details.iter().take(20) {
            text.push_str("\n  · ");
            text.push_str(&self.refusal(detail));
        }
        if refusal.details.len() > 20 {
            text.push_str(&format!("\n  · … {}", refusal.details.len() - 20));
        }
        text
    }

    /// Whether a message exists.
    pub fn has(&self, code: &str) -> bool {
        self.bundle.has_message(code)
    }

    /// One of two texts.
    pub fn pick<'t>(&self, labels: &'t ledger::Labels) -> &'t str {
        if self.language == Language::Chinese { &labels.zh } else { &labels.en }
    }
}
