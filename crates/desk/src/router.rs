//! Every route of the product, in one place: what the features provide, and which routes need no sign-in.

use axum::{Router, extract::State, http::Method, routing::MethodRouter};

use crate::{
    feature::Features,
    serve::Site,
    ui::{
        Visit,
        answer::{Answer, unknown_page},
    },
};

/// One route: method, path, handler; whether it is open without signing in.
#[derive(Clone, Debug)]
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// `/units/{id}`.
    pub path: &'static str,
    /// The handler.
    pub handler: MethodRouter<Site>,
    /// Whether it is open to everybody.
    pub open: bool,
}

/// A route that shows a page.
pub fn page<H, T>(path: &'static str, handler: H) -> Route
where
    H: axum::handler::Handler<T, Site>,
    T: 'static,
{
    Route { method: Method::GET, path, handler: axum::routing::get(handler), open: false }
}

/// A route that a form is sent to.
pub fn act<H, T>(path: &'static str, handler: H) -> Route
where
    H: axum::handler::Handler<T, Site>,
    T: 'static,
{
    Route { method: Method::POST, path, handler: axum::routing::post(handler), open: false }
}

impl Route {
    /// Makes it open without signing in.
    #[must_use]
    pub fn open(self) -> Self {
        Self { open: true, ..self }
    }
}

/// Every route.
pub fn routes(features: Features) -> Vec<Route> {
    features.all().flat_map(|feature| (feature.routes)()).collect()
}

/// The routes as one service, without the layers that every request passes first.
pub fn router(features: Features) -> Router<Site> {
    let mut router = Router::new();
    for route in routes(features) {
        router = router.route(route.path, route.handler);
    }
    router.fallback(unknown)
}

/// The routes that are open without signing in.
#[derive(Clone, Debug)]
pub struct OpenRoutes(Vec<(Method, &'static str)>);

impl OpenRoutes {
    /// The open routes of these features.
    pub fn new(features: Features) -> Self {
        let open = routes(features).into_iter().filter(|route| route.open);
        Self(open.map(|route| (route.method, route.path)).collect())
    }

    /// Whether a path belongs to one of them.
    pub fn has(&self, method: &Method, path: &str) -> bool {
        let read = *method == Method::HEAD;
        self.0.iter().any(|(of, pattern)| (of == method || (read && of == Method::GET)) && fits(pattern, path))
    }
}

/// Whether a path matches a pattern such as `/check-in/{code}`.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(of)) if part == of || (part.starts_with('{') && !of.is_empty()) => {}
            _ => return false,
        }
    }
}

async fn unknown(State(_): State<Site>, _: Visit) -> Answer {
    Err(unknown_page())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_declared_is_open() {
        let open = OpenRoutes(vec![(Method::GET, "/sign-in")]);
        assert!(open.has(&Method::GET, "/sign-in") && open.has(&Method::HEAD, "/sign-in"));
        assert!(!open.has(&Method::POST, "/sign-in") && !open.has(&Method::GET, "/"));
        assert!(!open.has(&Method::GET, "/sign-in/x"));
        assert!(fits("/check-in/{code}", "/check-in/a") && !fits("/check-in/{code}", "/check-in/"));
    }
}
