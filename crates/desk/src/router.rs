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
    /// Bytes that a body may have which somebody hands in who isn't signed in.
    pub limit: usize,
}

/// A route that shows a page.
pub fn page<H, T>(path: &'static str, handler: H) -> Route
where
    H: axum::handler::Handler<T, Site>,
    T: 'static,
{
    Route { method: Method::GET, path, handler: axum::routing::get(handler), open: false, limit: web::OPEN_LIMIT }
}

/// A route that a form is sent to.
pub fn act<H, T>(path: &'static str, handler: H) -> Route
where
    H: axum::handler::Handler<T, Site>,
    T: 'static,
{
    Route { method: Method::POST, path, handler: axum::routing::post(handler), open: false, limit: web::OPEN_LIMIT }
}

impl Route {
    /// Makes it open without signing in.
    #[must_use]
    pub fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// The same with another limit for what somebody hands in who isn't signed in.
    #[must_use]
    pub fn at_most(self, bytes: usize) -> Self {
        Self { limit: bytes, ..self }
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
pub struct OpenRoutes(Vec<(Method, &'static str, usize)>);

impl OpenRoutes {
    /// The open routes of these features.
    pub fn new(features: Features) -> Self {
        let open = routes(features).into_iter().filter(|route| route.open);
        Self(open.map(|route| (route.method, route.path, route.limit)).collect())
    }

    /// How many bytes may be handed in at a path; none if it isn't one of them.
    pub fn limit(&self, method: &Method, path: &str) -> Option<usize> {
        let read = *method == Method::HEAD;
        let fits = |of: &Method, pattern| (of == method || (read && of == Method::GET)) && fits(pattern, path);
        self.0.iter().find(|(of, pattern, _)| fits(of, pattern)).map(|(_, _, limit)| *limit)
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
        let open = OpenRoutes(vec![(Method::GET, "/sign-in", 9)]);
        assert_eq!(open.limit(&Method::GET, "/sign-in"), Some(9));
        assert_eq!(open.limit(&Method::HEAD, "/sign-in"), Some(9));
        for (method, path) in [(Method::POST, "/sign-in"), (Method::GET, "/"), (Method::GET, "/sign-in/x")] {
            assert_eq!(open.limit(&method, path), None, "{method} {path}");
        }
        assert!(fits("/check-in/{code}", "/check-in/a") && !fits("/check-in/{code}", "/check-in/"));
    }
}
