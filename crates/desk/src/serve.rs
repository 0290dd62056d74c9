//! The server: the layers that every request passes, background work, start and shutdown.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use document::{Document, Fonts, PdfWriter};
use kernel::Refusal;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel, DefaultPredicate, Predicate},
};
use web::{Assets, Fields};

use crate::{
    actor::SignedIn,
    app::{App, font_folders},
    error::{AppError, Result},
    feature::Work,
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
    /// Whether visitors use HTTPS, so that cookies are limited to it.
    pub https: bool,
    /// Limits how many exports run at a time.
    pub exports: crate::ui::export::Exports,
    sign_in: &'static SignIn,
    open: Arc<router::OpenRoutes>,
    pdf: Arc<OnceLock<PdfWriter>>,
}

impl Site {
    /// Loads templates and bundles.
    pub fn new(app: App, https: bool) -> Result<Self> {
        let assets = Arc::new(pages::assets());
        let pages = Pages::load(app.features, &assets, app.zone)
            .map_err(|fault| AppError::Unreadable { what: "template", fault: fault.to_string() })?;
        let sign_in = app.features.extensions::<SignIn>().next();
        let nobody = || AppError::Unreadable { what: "list of features", fault: "nothing signs in".to_owned() };
        let sign_in = sign_in.ok_or_else(nobody)?;
        let open = Arc::new(router::OpenRoutes::new(app.features));
        let exports = crate::ui::export::Exports::default();
        Ok(Self { app, pages: Arc::new(pages), assets, https, exports, sign_in, open, pdf: Arc::default() })
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
    let limit = usize::try_from(tabular::MAX_BYTES).unwrap_or(usize::MAX - SLACK) + SLACK;
    router::router(site.app.features)
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn_with_state(site.clone(), enter))
        .route("/assets/{*name}", axum::routing::get(asset))
        .route("/health", axum::routing::get(health))
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
        .layer(middleware::map_response(|mut response: Response| async {
            web::secure_headers(response.headers_mut());
            response
        }))
        .with_state(site)
}

async fn asset(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    site.assets.answer(&name, &headers)
}

/// Whether the server and its database respond; for monitoring.
async fn health(State(site): State<Site>) -> Response {
    match ledger::position(&site.app.db).await {
        Ok(_) => "ok\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database\n").into_response(),
    }
}

/// Handles every request: who it is from, whether they may come in, and an error page in their language if something fails.
async fn enter(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let secret = web::cookie(headers, SESSION).map(str::to_owned);
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
    let visit = Visit::new(signed_in, at, request.uri().clone(), headers);
    if let Some(fault) = failed {
        return visit.fault(&site, &fault);
    }
    if foreign {
        return visit.fault(&site, &Refusal::new("request-foreign").into());
    }
    let path = request.uri().path();
    let open = site.open.has(request.method(), path);
    if !open {
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
        StatusCode::PAYLOAD_TOO_LARGE => visit.fault(&site, &too_large()),
        StatusCode::METHOD_NOT_ALLOWED => visit.fault(&site, &crate::ui::answer::unknown_page()),
        // An address with an invalid number in it.
        StatusCode::BAD_REQUEST if !changes => visit.fault(&site, &crate::ui::answer::unknown_page()),
        StatusCode::BAD_REQUEST => visit.fault(&site, &Refusal::new("request-odd").into()),
        _ => response,
    }
}

fn too_large() -> AppError {
    Refusal::too_large("upload-too-large").with("limit", tabular::MAX_BYTES >> 20).into()
}

/// Redirects to the sign-in page and back. The fields of a form are passed on, so that nothing is lost if the session has
/// ended.
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
        Fields::from_request(request, &()).await.ok()
    };
    let answer = (site.sign_in.again)(site, visit, &here, carried.as_ref());
    answer.unwrap_or_else(|fault| visit.fault(site, &fault))
}

/// Serves until it is told to stop; running requests are answered first.
pub async fn serve(site: Site, listen: SocketAddr) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|fault| AppError::from(Refusal::new("listen-refused").with("address", listen).with("fault", fault)))?;
    tokio::spawn(keep_up(site.app.patient()));
    tracing::info!(address = %listen, "serving");
    axum::serve(listener, service(site)).with_graceful_shutdown(ended()).await.map_err(AppError::io("serving"))
}

async fn ended() {
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
