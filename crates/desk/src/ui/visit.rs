//! A visit: one request, with who is signed in, in which language, and whether a page or a fragment is requested.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, request::Parts},
};
use kernel::{Moment, UnitId};

use super::language::Language;
use crate::actor::{Action, Actor, Role, SignedIn, Theme};

/// A message that a page shows once, after an action.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Flash {
    /// The message id.
    pub key: String,
    /// Its arguments.
    pub args: Vec<(String, String)>,
    /// Whether someone has to act.
    pub at: bool,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who is signed in; `None` before signing in.
    pub signed_in: Option<Arc<SignedIn>>,
    /// The actor for actions.
    pub actor: Actor,
    /// The language of the response.
    pub language: Language,
    /// Theme of the page.
    pub theme: Theme,
    /// The requested path and query.
    pub uri: Uri,
    /// `http://host:port` as the visitor reached this server, for addresses used outside the page, such as in a QR code.
    pub origin: String,
    /// Whether a fragment is requested.
    pub fragment: bool,
    /// The element that the fragment goes into.
    pub target: Option<String>,
    /// The message shown once.
    pub flash: Option<Flash>,
}

impl Visit {
    /// A visit from the parts of a request.
    pub fn new(signed_in: Option<SignedIn>, at: Moment, uri: Uri, headers: &HeaderMap) -> Self {
        let account = signed_in.as_ref().map(|signed_in| &signed_in.account);
        let language = account.map_or_else(|| language_of(headers), |account| account.language);
        let theme = account.map_or(Theme::Auto, |account| account.theme);
        let actor = match &signed_in {
            Some(signed_in) => Actor {
                account: signed_in.account.id,
                at,
                roles: signed_in.roles.clone().into(),
                person: signed_in.account.person,
            },
            None => Actor::plain(kernel::AccountId(0), at),
        };
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let flash = web::cookie(headers, FLASH)
            .and_then(web::decode)
            .and_then(|bytes| serde_json::from_slice::<Flash>(&bytes).ok());
        Self {
            signed_in: signed_in.map(Arc::new),
            actor,
            language,
            theme,
            uri,
            origin: format!(
                "{}://{}",
                text("x-forwarded-proto").as_deref().unwrap_or("http"),
                text("host").unwrap_or_default()
            ),
            fragment: web::is_fragment(headers),
            target: text("hx-target"),
            flash,
        }
    }

    /// The query of the address.
    pub fn query(&self) -> web::Fields {
        web::Fields::parse(self.uri.query().unwrap_or_default())
    }

    /// Whether the account has a role.
    pub fn is(&self, role: Role) -> bool {
        self.actor.roles.iter().any(|held| held.role == role)
    }

    /// Whether something may be done anywhere.
    pub fn may(&self, action: Action) -> bool {
        !self.actor.scope(action).is_empty()
    }

    /// The unit that the account is working for: the chosen one, if its roles still cover it, else that of its first role.
    pub fn unit(&self) -> Option<UnitId> {
        let signed_in = self.signed_in.as_ref()?;
        let scope = self.actor.scope(Action::Figures);
        let chosen = signed_in.account.unit.filter(|_| scope.covers(signed_in.unit_places.map(|(place, _)| place)));
        chosen.or_else(|| scope.units.first().copied())
    }
}

/// The cookie for the message shown once.
pub const FLASH: &str = "qinglan_told";
/// The cookie for the session's secret.
pub const SESSION: &str = "qinglan";
/// The cookie for the language of a browser that isn't signed in.
pub const LANGUAGE: &str = "qinglan_language";

/// The language of a request: the browser's own choice, else the first that it accepts, else Chinese.
fn language_of(headers: &HeaderMap) -> Language {
    if let Some(chosen) = web::cookie(headers, LANGUAGE).and_then(Language::from_tag) {
        return chosen;
    }
    let accepted = headers.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let english = accepted.split(',').map(str::trim).find(|tag| tag.starts_with("zh") || tag.starts_with("en"));
    if english.is_some_and(|tag| tag.starts_with("en")) { Language::English } else { Language::Chinese }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = axum::http::StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Visit>().cloned().ok_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR)
    }
}
