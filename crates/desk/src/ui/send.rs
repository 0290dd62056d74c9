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
//! `Send` runs the action, whose transaction stores the form's token too, and then stores where the form led to. A refusal becomes a fault at the field that its code stands for, and the page is shown again from a
//! [`FormState`]: with 422 and the version that the form was opened with, or with 409, what is stored now beside what was typed,
//! and the current version, because the user has now seen it.

use axum::{http::StatusCode, response::Response};
use kernel::{Refusal, RefusalKind};
use ledger::db::{self, Carried};
use web::Fields;

use super::{
    answer::{Answer, status_of_refusal},
    form::{Faults, Form},
    once::{Before, Token},
    visit::Visit,
};
use crate::{
    error::{AppError, Result},
    serve::Site,
};

/// Why a form's action did nothing: faults found while its fields were read, or an error of the action.
#[derive(Debug)]
pub enum FormError {
    /// Faults of fields.
    Faults(Faults),
    /// A refusal or another error of an action.
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

/// The result of a form's action: where the visitor is redirected to, and the message shown there.
#[derive(Debug)]
pub struct Done {
    to: String,
    message: Option<&'static str>,
    args: Vec<(&'static str, String)>,
    warning: bool,
    page: Option<Response>,
}

impl Done {
    /// Redirects to another page, with a message.
    pub fn new(to: impl Into<String>, message: &'static str) -> Self {
        Self { message: Some(message), ..Self::silent(to) }
    }

    /// Redirects to another page, without a message.
    pub fn silent(to: impl Into<String>) -> Self {
        Self { to: to.into(), message: None, args: Vec::new(), warning: false, page: None }
    }

    /// A page that is shown only once, such as one with a first password; `to` is the location if the form is sent again.
    pub fn page(to: impl Into<String>, page: Response) -> Self {
        Self { page: Some(page), ..Self::silent(to) }
    }

    /// Adds an argument of the message.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers, days and texts are handed in as they are")]
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

/// The argument of a form's action.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    version: i64,
}

impl Sent {
    /// The version of the record with which the form was opened, for the action to check. A form without one gets a version
    /// that no record has, so that it is refused like one that was sent too late.
    pub fn version(self) -> i64 {
        self.version
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

    /// Names the field of each refusal: code and field, see [`Faults::at`].
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
        let (app, actor) = (&self.site.app, &self.visit.actor);
        let action = action(Sent { version: version_of(self.fields) });
        let result = match Token::new(self.fields.text("once")) {
            None => action.await,
            Some(token) => {
                if let Some(before) = token.before(app, actor).await? {
                    return self.sent_before(before);
                }
                let (sql, values) = token.statement(actor);
                let (result, carried) = db::along(sql, values, action).await;
                match (&result, carried) {
                    // Another request with the same form was faster.
                    (Err(_), Carried::Refused) => return self.sent_before(token.just_before(app, actor).await?),
                    (Ok(done), Carried::Stored) => token.led_to(app, &done.to).await,
                    _ => {}
                }
                result
            }
        };
        match result {
            Ok(done) => done.answer(self.site, self.visit),
            Err(error) => page(self.refused(error)?).await,
        }
    }

    /// The answer to a form that was sent before.
    fn sent_before(self, before: Before) -> Answer {
        match before {
            Before::To(location) => Ok(self.visit.go(&location)),
            Before::Somewhere => self.visit.done(self.site, "/", "form-stored-before", &[]),
        }
    }

    /// Runs the action of a form in which nothing is typed, such as a button: a refusal is answered by a page of its own.
    pub async fn press(self, action: impl AsyncFnOnce(Sent) -> FormResult<Done>) -> Answer {
        self.run(action, async |state: FormState| Err(state.into_refusal().into())).await
    }

    /// The form to be shown again. Failures and missing permission are not faults of a field and are returned as errors.
    fn refused(&self, error: FormError) -> Result<FormState> {
        let (status, faults) = match error {
            FormError::Faults(faults) => (StatusCode::UNPROCESSABLE_ENTITY, faults),
            FormError::Other(AppError::Refused(refusal)) if !refusal.is_forbidden() => {
                (status_of_form(&refusal), Faults::at(refusal, self.places))
            }
            FormError::Other(other) => return Err(other),
        };
        Ok(FormState { status, fields: self.fields.clone(), typed: true, sent: true, faults })
    }
}

/// The status of a form that is shown again. An unknown thing is an invalid value of the form, since the form's page itself
/// exists.
fn status_of_form(refusal: &Refusal) -> StatusCode {
    match refusal.kind {
        RefusalKind::Unknown => StatusCode::UNPROCESSABLE_ENTITY,
        _ => status_of_refusal(refusal),
    }
}

fn version(fields: &Fields) -> Option<i64> {
    fields.key("version")
}

/// The version with which a form was opened, or one that no record has. For the few forms that don't use [`Send`].
pub fn version_of(fields: &Fields) -> i64 {
    version(fields).unwrap_or(NO_VERSION)
}

/// How a form is to be shown: just opened, again with faults, or again because somebody else saved meanwhile.
#[derive(Clone, Debug)]
pub struct FormState {
    status: StatusCode,
    fields: Fields,
    typed: bool,
    sent: bool,
    faults: Faults,
}

impl FormState {
    /// A form opened with the stored values.
    pub fn opened() -> Self {
        Self { status: StatusCode::OK, fields: Fields::default(), typed: false, sent: false, faults: Faults::new() }
    }

    /// A form for something new, opened with these values.
    pub fn filled(fields: Fields) -> Self {
        Self { fields, typed: true, ..Self::opened() }
    }

    /// The status of the page: 200, that of the refusal, 409 if somebody else saved meanwhile.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What was typed, or the values that the form is opened with; empty for a form opened with the stored values.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Whether the form was sent and refused.
    pub fn is_refused(&self) -> bool {
        self.sent
    }

    /// The same refusal for a page whose form shows the stored values: what was typed belongs to another form of the page.
    #[must_use]
    pub fn without_fields(self) -> Self {
        Self { typed: false, fields: Fields::default(), ..self }
    }

    /// The same refusal for a page whose form shows other fields, such as the filters of a list.
    #[must_use]
    pub fn with_fields(self, fields: Fields) -> Self {
        Self { typed: true, fields, ..self }
    }

    /// The same state, with faults that the page itself found, unless the form was refused already.
    #[must_use]
    pub fn or_faults(self, faults: Faults) -> Self {
        if self.is_refused() { self } else { Self { status: StatusCode::UNPROCESSABLE_ENTITY, faults, ..self } }
    }

    /// The form for something new.
    pub fn form(&self, site: &Site, visit: &Visit) -> Form {
        visit.form(site, &self.fields, &self.faults)
    }

    /// The form for a record: `current` has every field of it as it is stored now, empty ones too, at this version. On a
    /// page that shows the record beside the form, `current` may be empty.
    pub fn form_of(&self, site: &Site, visit: &Visit, current: &Fields, version: i64) -> Form {
        self.form_with(site, visit, (current, version), |_, value| value.to_owned())
    }

    /// The same for a form with codes: `label` gives the text of a field's value.
    pub fn form_with(
        &self,
        site: &Site,
        visit: &Visit,
        (current, current_version): (&Fields, i64),
        label: impl Fn(&str, &str) -> String,
    ) -> Form {
        let form = visit.form(site, if self.typed { &self.fields } else { current }, &self.faults);
        let form = form.at_version(self.version(current_version));
        if self.status == StatusCode::CONFLICT { form.beside(current, label) } else { form }
    }

    /// The version that the form carries. After a fault it is the one that the form was opened with, so that what somebody
    /// else has saved since is not overwritten unseen. After a conflict, when the page shows the current values, and on a
    /// form that was just opened, it is the current one.
    fn version(&self, current: i64) -> Option<i64> {
        let seen = !self.sent || !self.typed || self.status == StatusCode::CONFLICT;
        if seen { Some(current) } else { version(&self.fields) }
    }

    /// The first refusal, for a form that is not shown again.
    pub fn into_refusal(self) -> Refusal {
        self.faults.into_first().unwrap_or_else(|| Refusal::new("request-odd"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_fault_keeps_the_version_that_it_was_opened_with() {
        let state = |status, fields: &str| {
            let (fields, faults) = (Fields::parse(fields), Faults::new());
            FormState { status, fields, typed: true, sent: status != StatusCode::OK, faults }
        };
        for (status, version) in [(StatusCode::OK, 5), (StatusCode::CONFLICT, 5), (StatusCode::UNPROCESSABLE_ENTITY, 3)]
        {
            assert_eq!(state(status, "version=3").version(5), Some(version), "{status}");
        }
        assert_eq!(state(StatusCode::UNPROCESSABLE_ENTITY, "title=a").version(5), None);
        assert_eq!(FormState::filled(Fields::parse("last=1990")).or_faults(Faults::new()).version(5), Some(5));
        assert_eq!(FormState::opened().version(5), Some(5));
    }

    #[test]
    fn a_form_without_a_version_is_of_a_version_that_no_record_has() {
        assert_eq!(version_of(&Fields::parse("version=3")), 3);
        assert_eq!(version_of(&Fields::parse("version=&title=a")), NO_VERSION);
    }

    #[test]
    fn a_form_is_shown_again_with_the_status_of_its_refusal() {
        for (refusal, status) in [
            (Refusal::new("name-missing"), StatusCode::UNPROCESSABLE_ENTITY),
            (Refusal::unknown("unit-unknown"), StatusCode::UNPROCESSABLE_ENTITY),
            (Refusal::conflict("changed-meanwhile"), StatusCode::CONFLICT),
            (Refusal::busy("database-busy"), StatusCode::SERVICE_UNAVAILABLE),
        ] {
            assert_eq!(status_of_form(&refusal), status, "{refusal}");
        }
    }
}
