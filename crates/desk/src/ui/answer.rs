//! Responses: a page, a fragment, a redirect after an action, a file, and what is shown if something goes wrong.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use kernel::{Refusal, RefusalKind};
use minijinja::{Value, context};

use super::{
    form::{Faults, Form},
    shell::shell,
    visit::{FLASH, Flash, Visit},
};
use crate::{
    error::{AppError, Result},
    serve::Site,
};

/// The result of a handler.
pub type Answer = Result<Response>;

/// One choice of a picker.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Choice {
    /// Its key.
    pub value: i64,
    /// The text that is entered into the field.
    pub text: String,
    /// What distinguishes it from other choices with the same text.
    pub beside: String,
}

/// The error, attached to the response until it is shown in the visitor's language.
#[derive(Clone, Debug)]
pub struct Fault(pub Arc<AppError>);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = status_of(&self).into_response();
        response.extensions_mut().insert(Fault(Arc::new(self)));
        response
    }
}

/// The HTTP status of an error.
pub fn status_of(error: &AppError) -> StatusCode {
    match error {
        AppError::Refused(refusal) => status_of_refusal(refusal),
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The HTTP status of a refusal: by its kind, whatever its code.
pub fn status_of_refusal(refusal: &Refusal) -> StatusCode {
    match refusal.kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Unknown => StatusCode::NOT_FOUND,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::Wait => StatusCode::TOO_MANY_REQUESTS,
        RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        RefusalKind::Full => StatusCode::INSUFFICIENT_STORAGE,
    }
}

impl Visit {
    /// A page; or a part of it if a script requests it: `units/list-rows.html` is the part of `units/list.html` for the
    /// element `rows`.
    ///
    /// `context` is passed to the template, in addition to `shell`.
    pub fn page(&self, site: &Site, name: &str, context: Value) -> Answer {
        self.page_as(site, StatusCode::OK, name, context)
    }

    /// Like `page`, with a status: a form with faults is 422.
    pub fn page_as(&self, site: &Site, status: StatusCode, name: &str, context: Value) -> Answer {
        let words = site.pages.words(self.language);
        let context = context! { shell => shell(site.app.features, self, words), today => site.app.today().to_string(), ..context };
        let broken = |fault: minijinja::Error| AppError::Unreadable { what: "template", fault: fault.to_string() };
        // If a script requests the element `rows` of `units/list.html`, `units/list-rows.html` is rendered.
        let part = self.target.as_deref().filter(|_| self.fragment);
        let part = part.map(|part| name.replace(".html", &format!("-{part}.html"))).filter(|part| site.pages.has(part));
        let text = site.pages.render(self.language, part.as_deref().unwrap_or(name), context);
        let mut response = (status, Html(text.map_err(broken)?)).into_response();
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("hx-request, hx-target"));
        if self.flash.is_some() && !self.fragment {
            set_cookie(site, &mut response, FLASH, "", Some(0));
        }
        Ok(response)
    }

    /// The form for its template.
    pub fn form(&self, site: &Site, fields: &web::Fields, faults: &Faults) -> Form {
        Form::new(fields, faults, site.pages.words(self.language))
    }

    /// A form filled with existing values.
    pub fn filled<'v>(&self, site: &Site, values: impl IntoIterator<Item = (&'v str, String)>) -> Form {
        Form::filled(values, site.pages.words(self.language))
    }

    /// Redirects to another page after something was done, which shows a message once.
    pub fn done(&self, site: &Site, to: &str, key: &str, args: &[(&str, &str)]) -> Answer {
        Ok(self.with_flash(site, to, key, args, false))
    }

    /// Redirects to another page, which shows once that someone has to act.
    pub fn warned(&self, site: &Site, to: &str, key: &str, args: &[(&str, &str)]) -> Answer {
        Ok(self.with_flash(site, to, key, args, true))
    }

    fn with_flash(&self, site: &Site, to: &str, key: &str, args: &[(&str, &str)], at: bool) -> Response {
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let flash = Flash { key: key.to_owned(), args, at };
        let mut response = self.go(to);
        let text = serde_json::to_vec(&flash).map(|bytes| web::encode(&bytes)).unwrap_or_default();
        set_cookie(site, &mut response, FLASH, &text, Some(60));
        response
    }

    /// Redirects to another page. A script gets the address in a header, since it would not see that it followed a redirect.
    pub fn go(&self, to: &str) -> Response {
        if self.fragment {
            let mut response = StatusCode::NO_CONTENT.into_response();
            if let Ok(to) = HeaderValue::from_str(to) {
                response.headers_mut().insert("hx-redirect", to);
            }
            return response;
        }
        (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
    }

    /// The choices that a picker offers while the user types.
    pub fn choices(&self, site: &Site, choices: &[Choice]) -> Answer {
        self.page(site, "ui/choices.html", context! { choices => minijinja::value::Serde(choices) })
    }

    /// A file to be saved, of a known size, whose bytes are read as they are sent.
    pub fn streamed(&self, name: &str, kind: &str, size: u64, body: Body) -> Answer {
        let mut response = self.file(name, kind, Vec::new())?;
        response.headers_mut().insert(header::CONTENT_LENGTH, size.into());
        *response.body_mut() = body;
        Ok(response)
    }

    /// A file to be saved.
    pub fn file(&self, name: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        let mut response = Response::new(Body::from(bytes));
        if let Ok(kind) = HeaderValue::from_str(kind) {
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response.headers_mut().insert(header::CONTENT_DISPOSITION, web::disposition(name, false));
        Ok(response)
    }

    /// The page that shows what went wrong and what can be done.
    pub fn fault(&self, site: &Site, error: &AppError) -> Response {
        let status = status_of(error);
        let words = site.pages.words(self.language);
        let (text, code, number) = match error {
            AppError::Refused(refusal) => (words.refusal(refusal), refusal.code.clone(), String::new()),
            other => {
                let number = web::encode(&rand::random::<[u8; 6]>());
                tracing::error!(%number, fault = %chain(other), path = self.uri.path(), "failed");
                (words.message("failed-page", &[]), "failed".to_owned(), number)
            }
        };
        let kind = match status {
            StatusCode::NOT_FOUND => "error-unknown",
            StatusCode::FORBIDDEN => "error-forbidden",
            StatusCode::CONFLICT => "error-conflict",
            StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE => "error-refused",
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "error-wait",
            StatusCode::INSUFFICIENT_STORAGE => "error-full",
            _ => "error-failed",
        };
        let context = context! { title => words.message(kind, &[]), text, code, number, status => status.as_u16() };
        let name = if self.fragment { "ui/fault-fragment.html" } else { "ui/fault.html" };
        let plain = Self { target: None, fragment: false, ..self.clone() };
        match plain.page_as(site, status, name, context) {
            Ok(response) => response,
            Err(fault) => {
                tracing::error!(fault = %chain(&fault), "the page of a fault failed");
                (status, status.to_string()).into_response()
            }
        }
    }
}

/// An error with its causes, for the program's log.
pub fn chain(error: &AppError) -> String {
    let mut chain = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    chain
}

/// Adds a cookie to a response.
pub fn set_cookie(site: &Site, response: &mut Response, name: &str, value: &str, seconds: Option<i64>) {
    if let Some(line) = site.outside.cookies().set(&web::Cookie { name, value, seconds }) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// The error for a page that doesn't exist.
pub fn unknown_page() -> AppError {
    Refusal::unknown("page-unknown").into()
}
