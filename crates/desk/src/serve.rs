//! The server: the layers that every request passes, background work, start and shutdown.

use std::{
    fs::File,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{self, Next},
    response::Response,
};
use document::{Document, Fonts, PdfWriter};
use http_body_util::Limited;
use kernel::Refusal;
use tokio::net::TcpListener;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel, DefaultPredicate, Predicate},
};
use web::{Assets, Fields};

use crate::{
    actor::SignedIn,
    app::{App, font_folders},
    connections::{self, Limits},
    error::{AppError, Result},
    feature::Work,
    health,
    outside::Outside,
    router,
    ui::{
        Pages, Visit,
        answer::{Answer, Fault, chain},
        pages,
        visit::SESSION,
    },
};

/// How visitors sign in; provided by the feature that has the accounts.
pub struct SignIn {
    /// Who is signed in with a session's secret, if anybody is; extends the session.
    pub visit: for<'a> fn(&'a App, &'a str) -> Work<'a, Option<SignedIn>>,
    /// The sign-in page for a form that arrived without a session; gets the form's address and its fields.
    pub again: fn(&Site, &Visit, &str, Option<&Fields>) -> Answer,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sign-in")
    }
}

/// What handlers work with; cheap to clone.
#[derive(Clone, Debug)]
pub struct Site {
    /// The application.
    pub app: App,
    /// Templates and messages.
    pub pages: Arc<Pages>,
    /// Scripts, styles, icons.
    pub assets: Arc<Assets>,
    /// What stands between the server and its visitors.
    pub outside: Arc<Outside>,
    /// The turns of the exports.
    pub exports: crate::ui::export::Exports,
    sign_in: &'static SignIn,
    open: Arc<router::OpenRoutes>,
    pdf: Arc<OnceLock<PdfWriter>>,
}

impl Site {
    /// Reads templates and bundles.
    pub fn new(app: App, outside: Outside) -> Result<Self> {
        let assets = Arc::new(pages::assets());
        let pages = Pages::load(app.features, &assets, app.zone)
            .map_err(|fault| AppError::Unreadable { what: "template", fault: fault.to_string() })?;
        let sign_in = app.features.extensions::<SignIn>().next();
        let nobody = || AppError::Unreadable { what: "list of features", fault: "nothing signs in".to_owned() };
        let sign_in = sign_in.ok_or_else(nobody)?;
        let open = Arc::new(router::OpenRoutes::new(app.features));
        let exports = crate::ui::export::Exports::default();
        let (pages, outside) = (Arc::new(pages), Arc::new(outside));
        Ok(Self { app, pages, assets, outside, exports, sign_in, open, pdf: Arc::default() })
    }

    /// A document as PDF. Fonts are read once; typesetting doesn't run on the threads that answer requests.
    pub async fn pdf(&self, document: Document) -> Result<Vec<u8>> {
        let site = self.clone();
        let set = tokio::task::spawn_blocking(move || -> Result<Vec<u8>> {
            let writer = if let Some(writer) = site.pdf.get() {
                writer
            } else {
                let fonts = Fonts::load(&font_folders(&site.app.config))?;
                site.pdf.get_or_init(|| PdfWriter::new(fonts))
            };
            Ok(writer.pdf(&document)?)
        });
        set.await.map_err(|fault| AppError::Unreadable { what: "typesetting", fault: fault.to_string() })?
    }
}

/// The whole service: routes, and the layers that every request passes.
pub fn service(site: Site) -> Router {
    const SLACK: usize = 1024 * 1024;
    let https = site.outside.https;
    let limit = usize::try_from(tabular::MAX_BYTES).unwrap_or(usize::MAX - SLACK) + SLACK;
    router::router(site.app.features)
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn_with_state(site.clone(), enter))
        .route("/assets/{*name}", axum::routing::get(asset))
        .route("/health", axum::routing::get(health::live))
        .route("/health/ready", axum::routing::get(health::ready))
        .layer(middleware::from_fn(async |request: Request, next: Next| {
            ledger::db::in_one_task(next.run(request)).await
        }))
        .layer(CatchPanicLayer::new())
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
                // A file that can be requested in ranges is sent uncompressed.
                DefaultPredicate::new()
                    .and(|_, _, headers: &HeaderMap, _: &_| !headers.contains_key(header::ACCEPT_RANGES)),
            ),
        )
        .layer(middleware::map_response(move |mut response: Response| async move {
            web::secure_headers(response.headers_mut(), https);
            response
        }))
        .with_state(site)
}

async fn asset(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    site.assets.answer(&name, &headers)
}

/// What every request passes: who comes, whether they may come in at all, and an answer in their words if something fails.
async fn enter(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let secret = site.outside.cookies().get(headers, SESSION).map(str::to_owned);
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    let named = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    let foreign = changes && (!web::same_origin(headers) || (secret.is_some() && !named));
    let signed_in = match &secret {
        Some(secret) => (site.sign_in.visit)(&site.app, secret).await,
        None => Ok(None),
    };
    let at = site.app.clock.0.moment();
    let (signed_in, failed) = match signed_in {
        Ok(signed_in) => (signed_in, None),
        Err(fault) => (None, Some(fault)),
    };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let address = site.outside.visitor(peer, headers);
    let visit = Visit::new(signed_in, at, request.uri().clone(), headers, (&site.outside, address));
    if let Some(fault) = failed {
        return visit.fault(&site, &fault);
    }
    if foreign {
        return visit.fault(&site, &Refusal::new("request-foreign").into());
    }
    // A letter NUL in an address: PostgreSQL can't compare with it, and nothing is called so.
    if request.uri().path_and_query().is_some_and(|here| here.as_str().contains("%00")) {
        return visit.fault(&site, &Refusal::new("request-odd").into());
    }
    let path = request.uri().path();
    if let Some(limit) = site.open.limit(request.method(), path) {
        if visit.signed_in.is_none() {
            request = request.map(|body| Body::new(Limited::new(body, limit)));
        }
    } else {
        let Some(signed_in) = &visit.signed_in else { return ask_to_sign_in(&site, &visit, request).await };
        if signed_in.account.must_change && !matches!(path, "/account/password" | "/sign-out") {
            return visit.go("/account/password");
        }
    }
    request.extensions_mut().insert(visit.clone());
    let response = site.app.on_one_state(next.run(request)).await;
    if let Some(Fault(fault)) = response.extensions().get::<Fault>() {
        return visit.fault(&site, fault);
    }
    // A page that the handler made itself is sent as it is, whatever its status.
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("text/html")) {
        return response;
    }
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if visit.signed_in.is_none() => visit.fault(&site, &too_long()),
        StatusCode::PAYLOAD_TOO_LARGE => visit.fault(&site, &too_large()),
        StatusCode::METHOD_NOT_ALLOWED => visit.fault(&site, &crate::ui::answer::unknown_page()),
        // An address with an invalid number in it.
        StatusCode::BAD_REQUEST if !changes => visit.fault(&site, &crate::ui::answer::unknown_page()),
        StatusCode::BAD_REQUEST => visit.fault(&site, &Refusal::new("request-odd").into()),
        _ => response,
    }
}

fn too_long() -> AppError {
    Refusal::too_large("request-too-long").into()
}

fn too_large() -> AppError {
    Refusal::too_large("upload-too-large").with("limit", tabular::MAX_BYTES >> 20).into()
}

/// Fields that are carried through the sign-in page at the most.
const CARRIED_FIELDS: usize = 1000;

/// To the sign-in page and back. What was typed into a form goes along, so that a session that ended loses nothing. What is longer
/// than any form is not read.
async fn ask_to_sign_in(site: &Site, visit: &Visit, request: Request) -> Response {
    let here = visit.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned();
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let next: String = Fields::from_pairs([("next", here)]).query_without(&[]);
        return visit.go(&format!("/sign-in?{next}"));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let carried = if kind.starts_with("multipart/") {
        None
    } else {
        use axum::extract::FromRequest;
        let request = request.map(|body| Body::new(Limited::new(body, web::CARRIED_LIMIT)));
        Fields::from_request(request, &()).await.ok().filter(|fields| fields.pairs().count() <= CARRIED_FIELDS)
    };
    let answer = (site.sign_in.again)(site, visit, &here, carried.as_ref());
    answer.unwrap_or_else(|fault| visit.fault(site, &fault))
}

/// A server that listens.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    /// The address that it listens at.
    pub address: SocketAddr,
    /// Held for as long as it serves: no second one serves the same folder.
    _only: Option<File>,
}

/// Listens at an address. On SQLite a second server on the same folder is refused: each would keep caches of what the other changes.
pub async fn listen(app: &App, address: SocketAddr) -> Result<Listening> {
    let only = app.config.lock_for_serving()?;
    let refused = |fault: std::io::Error| {
        AppError::from(Refusal::new("listen-refused").with("address", address).with("fault", fault))
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok(Listening { listener, address, _only: only })
}

/// Serves until it is told to end; requests under way are answered first, for as long as `limits` give them.
pub async fn serve(site: Site, listening: Listening, limits: Limits, ended: impl Future<Output = ()>) {
    let Listening { listener, address, _only } = listening;
    let beside = tokio::spawn(keep_up(site.app.patient()));
    tracing::info!(%address, "serving");
    let outside = Arc::clone(&site.outside);
    let given_up = connections::answer(listener, service(site), &outside, limits, ended).await;
    if given_up > 0 {
        tracing::warn!(connections = given_up, "stopped before every request was answered");
    }
    beside.abort();
}

/// Until somebody asks the process to end.
pub async fn told_to_end() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! { () = interrupted => {}, () = terminated => {} }
}

/// Background work: sealing by time, and what features do every minute.
async fn keep_up(app: App) {
    let mut tick = tokio::time::interval(Duration::from_mins(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(fault) = app.compare_definitions().await {
            tracing::error!(fault = %chain(&fault), "kinds and metrics could not be read anew");
        }
        for feature in app.features.all() {
            if let Some(work) = feature.every_minute
                && let Err(fault) = work(&app).await
            {
                tracing::error!(feature = feature.name, fault = %chain(&fault), "keeping up failed");
            }
        }
        if let Err(fault) = app.seal_when_due().await {
            tracing::error!(fault = %chain(&fault), "sealing failed");
        }
    }
}
