//! Every route of the product, in one place: what the features bring, and who comes in at all.

use std::sync::LazyLock;

use axum::{Router, extract::State, http::Method, routing::MethodRouter};

use crate::{
    features,
    serve::Site,
    ui::{
        Visit,
        answer::{Answer, unknown_page},
    },
};

/// One route: method, path, handler; whether it is open to those who aren't signed in.
#[derive(Clone, Debug)]
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// `/units/{id}`.
    pub path: &'static str,
    /// What answers.
    pub handler: MethodRouter<Site>,
    /// Open to everybody.
    pub open: bool,
}

/// A page.
pub fn page<H, T>(path: &'static str, handler: H) -> Route
where
    H: axum::handler::Handler<T, Site>,
    T: 'static,
{
    Route { method: Method::GET, path, handler: axum::routing::get(handler), open: false }
}

/// Something done by a form.
pub fn act<H, T>(path: &'static str, handler: H) -> Route
where
    H: axum::handler::Handler<T, Site>,
    T: 'static,
{
    Route { method: Method::POST, path, handler: axum::routing::post(handler), open: false }
}

impl Route {
    /// Open to those who aren't signed in.
    #[must_use]
    pub fn open(self) -> Self {
        Self { open: true, ..self }
    }
}

/// Every route.
pub fn routes() -> Vec<Route> {
    features::routes()
}

/// The routes as one service, without what every request passes first.
pub fn router() -> Router<Site> {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    router.fallback(unknown)
}

/// Whether a path is open to those who aren't signed in.
pub fn is_open(method: &Method, path: &str) -> bool {
    static OPEN: LazyLock<Vec<(Method, &'static str)>> = LazyLock::new(|| {
        routes().into_iter().filter(|route| route.open).map(|route| (route.method, route.path)).collect()
    });
    let read = *method == Method::HEAD;
    OPEN.iter().any(|(of, pattern)| (of == method || (read && of == Method::GET)) && fits(pattern, path))
}

/// Whether a path fits `/check-in/{code}`.
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
        assert!(is_open(&Method::GET, "/sign-in") && is_open(&Method::HEAD, "/sign-in"));
        assert!(!is_open(&Method::GET, "/") && !is_open(&Method::GET, "/sign-in/x"));
        assert!(fits("/check-in/{code}", "/check-in/a") && !fits("/check-in/{code}", "/check-in/"));
    }
}
