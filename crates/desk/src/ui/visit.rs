//! A visit: one request, with who is signed in, in which language, and whether a page or a fragment is requested.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, request::Parts},
};
use kernel::{Moment, UnitId};
use web::Cookies;

use super::language::Language;
use crate::{
    actor::{Action, Actor, Role, SignedIn, Theme},
    outside::Outside,
};

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
    /// The address that the visitor comes from; none if it isn't known.
    pub address: Option<IpAddr>,
    /// The secret by which the browser is known.
    pub browser: Option<String>,
}

impl Visit {
    /// A visit with a request's head, from an address.
    pub fn new(
        signed_in: Option<SignedIn>,
        at: Moment,
        uri: Uri,
        headers: &HeaderMap,
        (outside, address): (&Outside, Option<IpAddr>),
    ) -> Self {
        let cookies = outside.cookies();
        let account = signed_in.as_ref().map(|signed_in| &signed_in.account);
        let language = account.map_or_else(|| language_of(cookies, headers), |account| account.language);
        let theme = account.map_or(Theme::Auto, |account| account.theme);
        let actor = match &signed_in {
            Some(signed_in) => Actor {
                account: signed_in.account.id,
                at,
                roles: signed_in.roles.clone().into(),
                person: signed_in.account.person,
            },
            None => Actor::plain(kernel::AccountId::NOBODY, at),
        };
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let flash = cookies
            .get(headers, FLASH)
            .and_then(web::decode)
            .and_then(|bytes| serde_json::from_slice::<Flash>(&bytes).ok());
        Self {
            signed_in: signed_in.map(Arc::new),
            actor,
            language,
            theme,
            uri,
            origin: format!("{}://{}", if outside.https { "https" } else { "http" }, text("host").unwrap_or_default()),
            fragment: web::is_fragment(headers),
            target: text("hx-target"),
            flash,
            address,
            browser: cookies.get(headers, BROWSER).map(str::to_owned),
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
/// The cookie by which a browser is known in which somebody has signed in.
pub const BROWSER: &str = "qinglan_browser";
/// The cookie that holds the session's secret.
pub const SESSION: &str = "qinglan";
/// The cookie for the language of a browser that isn't signed in.
pub const LANGUAGE: &str = "qinglan_language";

/// What the browser asks for: its own choice, else what it accepts first, else Chinese.
fn language_of(cookies: Cookies, headers: &HeaderMap) -> Language {
    if let Some(chosen) = cookies.get(headers, LANGUAGE).and_then(Language::from_tag) {
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
