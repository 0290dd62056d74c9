//! A form that changes something, from its arrival to the answer. Every such form goes through [`Send`]:
//!
//! ```ignore
//! Send::new(&site, &visit, &fields)
//!     .at(&PLACES)
//!     .run(
//!         async |sent| {
//!             let speaker = read(&site, &visit, &fields, sent.version()).await?;
//!             actions::set(&site.app, &visit.actor, speaker).await?;
//!             Ok(Done::new(format!("/speakers/{id}"), "speaker-saved"))
//!         },
//!         async |state| edit_page(&site, &visit, id, state).await,
//!     )
//!     .await
//! ```
//!
//! `Send` takes the form's token, runs the action, and settles the token: it stores where the form led to, or gives the token
//! back if nothing was done. A refusal becomes a fault at the field that its code stands for, and the page is shown again from a
//! [`FormState`]: with 422 and the version that the form was opened with, or with 409, what is stored now beside what was typed,
//! and the current version, because the user has now seen it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{http::StatusCode, response::Response};
use kernel::Refusal;
use web::Fields;

use super::{
    answer::Answer,
    form::{Faults, Form},
    once,
    visit::Visit,
};
use crate::{
    error::{AppError, Result},
    serve::Site,
};

/// Why a form's action did nothing: faults found while its fields were read, or the error of an action.
#[derive(Debug)]
pub enum FormError {
    /// Faults at fields.
    Faults(Faults),
    /// A refusal or a failure of an action.
    Other(AppError),
}

/// What reading a form, or its action, returns.
pub type FormResult<T> = Result<T, FormError>;

impl From<Faults> for FormError {
    fn from(faults: Faults) -> Self {
        Self::Faults(faults)
    }
}

impl<E: Into<AppError>> From<E> for FormError {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// What a form's action did: where the visitor goes on to, and the message shown there.
#[derive(Debug)]
pub struct Done {
    to: String,
    message: Option<&'static str>,
    args: Vec<(&'static str, String)>,
    warning: bool,
    page: Option<Response>,
}

impl Done {
    /// On to another page, with a message.
    pub fn new(to: impl Into<String>, message: &'static str) -> Self {
        Self { message: Some(message), ..Self::silent(to) }
    }

    /// On to another page, without a message.
    pub fn silent(to: impl Into<String>) -> Self {
        Self { to: to.into(), message: None, args: Vec::new(), warning: false, page: None }
    }

    /// A page that is shown only once, such as a first password; `to` is where the form leads if it is sent again.
    pub fn page(to: impl Into<String>, page: Response) -> Self {
        Self { page: Some(page), ..Self::silent(to) }
    }

    /// Adds an argument of the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Marks the message as a warning.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { warning: true, ..self }
    }

    fn answer(self, site: &Site, visit: &Visit) -> Answer {
        if let Some(page) = self.page {
            return Ok(page);
        }
        let Some(message) = self.message else { return Ok(visit.go(&self.to)) };
        let args: Vec<(&str, &str)> = self.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if self.warning {
            visit.warned(site, &self.to, message, &args)
        } else {
            visit.done(site, &self.to, message, &args)
        }
    }
}

/// A version that no record has.
const NO_VERSION: i64 = -1;

/// What a form's action is given.
#[derive(Clone, Debug)]
pub struct Sent {
    version: Option<i64>,
    /// Whether the action asked for the version.
    asked: Arc<AtomicBool>,
}

impl Sent {
    fn of(fields: &Fields) -> Self {
        Self { version: version(fields), asked: Arc::default() }
    }

    /// The version of the record with which the form was opened, for the action to check. A form without one gets a version that
    /// no record has: the action first asks whether the visitor may act, and then refuses it, with words of its own.
    pub fn version(&self) -> i64 {
        self.asked.store(true, Ordering::Relaxed);
        self.version.unwrap_or(NO_VERSION)
    }

    /// Whether the action wanted a version that the form doesn't have.
    fn lacks_version(&self) -> bool {
        self.version.is_none() && self.asked.load(Ordering::Relaxed)
    }
}

/// A form that was sent.
#[derive(Clone, Copy, Debug)]
pub struct Send<'a> {
    site: &'a Site,
    visit: &'a Visit,
    fields: &'a Fields,
    places: &'a [(&'a str, &'static str)],
}

impl<'a> Send<'a> {
    /// A form with its fields.
    pub fn new(site: &'a Site, visit: &'a Visit, fields: &'a Fields) -> Self {
        Self { site, visit, fields, places: &[] }
    }

    /// Names the field that each refusal stands at: code and field, see [`Faults::at`].
    #[must_use]
    pub fn at(self, places: &'a [(&'a str, &'static str)]) -> Self {
        Self { places, ..self }
    }

    /// Runs the action; after a refusal `page` shows the form again.
    pub async fn run(
        self,
        action: impl AsyncFnOnce(Sent) -> FormResult<Done>,
        page: impl AsyncFnOnce(FormState) -> Answer,
    ) -> Answer {
        let token = self.fields.text("once");
        if let Some(answer) = once::sent_before(self.site, self.visit, token).await? {
            return Ok(answer);
        }
        let sent = Sent::of(self.fields);
        let result = action(sent.clone()).await;
        let location = result.as_ref().ok().map(|done| done.to.as_str());
        once::settle(&self.site.app, token, location).await?;
        match result {
            Ok(done) => done.answer(self.site, self.visit),
            Err(error) => page(self.refused(error, &sent)?).await,
        }
    }

    /// Runs the action of a form in which nothing is typed, such as a button: a refusal is answered by a page of its own.
    pub async fn press(self, action: impl AsyncFnOnce(Sent) -> FormResult<Done>) -> Answer {
        self.run(action, async |state: FormState| Err(state.into_refusal().into())).await
    }

    /// The form to be shown again. Failures and missing permission are no fault of a field and are handed on.
    fn refused(&self, error: FormError, sent: &Sent) -> Result<FormState> {
        let (status, faults) = match error {
            FormError::Faults(faults) => (StatusCode::UNPROCESSABLE_ENTITY, faults),
            FormError::Other(AppError::Refused(refusal)) if refusal.code != "not-permitted" => {
                let late = refusal.code == "changed-meanwhile";
                let blind = late && sent.lacks_version();
                let status = if late && !blind { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
                let refusal = if blind { Refusal::new("form-without-version") } else { refusal };
                (status, Faults::at(refusal, self.places))
            }
            FormError::Other(other) => return Err(other),
        };
        Ok(FormState { status, fields: self.fields.clone(), typed: true, faults })
    }
}

fn version(fields: &Fields) -> Option<i64> {
    fields.key("version")
}

/// The version with which a form was opened, else one that no record has. For the few forms that don't go through [`Send`].
pub fn version_of(fields: &Fields) -> i64 {
    version(fields).unwrap_or(NO_VERSION)
}

/// How a form is to be shown: just opened, again with faults, or again because somebody else saved meanwhile.
#[derive(Clone, Debug)]
pub struct FormState {
    status: StatusCode,
    fields: Fields,
    typed: bool,
    faults: Faults,
}

impl FormState {
    /// A form that is opened on what is stored.
    pub fn opened() -> Self {
        Self { status: StatusCode::OK, fields: Fields::default(), typed: false, faults: Faults::new() }
    }

    /// A form for something new, opened with these values.
    pub fn filled(fields: Fields) -> Self {
        Self { fields, typed: true, ..Self::opened() }
    }

    /// The status of the page: 200, 422 with faults, 409 if somebody else saved meanwhile.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What was typed, or the values that the form is opened with; empty for a form opened on what is stored.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Whether the form was sent and refused.
    pub fn is_refused(&self) -> bool {
        self.status != StatusCode::OK
    }

    /// The same refusal on a page whose form shows what is stored: what was typed belongs to another form of it.
    #[must_use]
    pub fn without_fields(self) -> Self {
        Self { typed: false, fields: Fields::default(), ..self }
    }

    /// The same refusal on a page whose form shows other fields, such as the filters of a list.
    #[must_use]
    pub fn with_fields(self, fields: Fields) -> Self {
        Self { typed: true, fields, ..self }
    }

    /// The same with faults that the page itself found, unless the form was refused already.
    #[must_use]
    pub fn or_faults(self, faults: Faults) -> Self {
        if self.is_refused() { self } else { Self { status: StatusCode::UNPROCESSABLE_ENTITY, faults, ..self } }
    }

    /// The form of something new.
    pub fn form(&self, site: &Site, visit: &Visit) -> Form {
        visit.form(site, &self.fields, &self.faults)
    }

    /// The form of a record: `current` holds every field of it as it is stored now, empty ones too, at this version. On a page
    /// that shows the record beside the form, `current` may be empty.
    pub fn form_of(&self, site: &Site, visit: &Visit, current: &Fields, version: i64) -> Form {
        self.form_with(site, visit, (current, version), |_, value| value.to_owned())
    }

    /// The same where some values are codes: `label` gives the words for a field's value.
    pub fn form_with(
        &self,
        site: &Site,
        visit: &Visit,
        (current, current_version): (&Fields, i64),
        label: impl Fn(&str, &str) -> String,
    ) -> Form {
        let form = visit.form(site, if self.typed { &self.fields } else { current }, &self.faults);
        match self.status {
            StatusCode::UNPROCESSABLE_ENTITY if self.typed => form.at_version(version(&self.fields)),
            StatusCode::CONFLICT => form.at_version(Some(current_version)).beside(current, label),
            _ => form.at_version(Some(current_version)),
        }
    }

    /// The first refusal, for a form that is not shown again.
    pub fn into_refusal(self) -> Refusal {
        self.faults.into_first().unwrap_or_else(|| Refusal::new("request-odd"))
    }
}
