//! Pages: signing in, the user's own account, accounts and roles, the log.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
};
use chrono::NaiveTime;
use desk::{
    actor::{Action, Role, Theme, must_all},
    app::App,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormState, Send, Visit,
        answer::{set_cookie, status_of},
        language::{Language, Words},
        list::{self, Asked, Column, List},
        pages::local,
        rows::{By, Rows, Slice},
        visit::{BROWSER, LANGUAGE, SESSION},
    },
};
use kernel::{AccountId, GroupId, PersonId, Refusal, UnitId};
use minijinja::{context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    actions::{self, Opening},
    attempts::{self, Visitor},
    store,
};
use crate::settings;

/// Routes.
pub fn routes() -> Vec<Route> {
    vec![
        page("/sign-in", sign_in_page).open(),
        act("/sign-in", sign_in).open().at_most(2 * web::CARRIED_LIMIT),
        act("/language", choose_language).open(),
        act("/sign-out", sign_out),
        page("/account", own_page),
        act("/account", set_own),
        page("/account/password", password_page),
        act("/account/password", change_password),
        act("/account/theme", set_theme),
        act("/account/unit", set_unit),
        act("/account/sessions/end", end_sessions),
        page("/accounts", list::show::<Accounts>),
        page("/accounts/export", list::export::<Accounts>),
        page("/accounts/new", new),
        act("/accounts", open),
        page("/accounts/{id}", show),
        act("/accounts/{id}/reset", reset),
        act("/accounts/{id}/lock", lock),
        act("/accounts/{id}/unlock", unlock),
        act("/accounts/{id}/roles", give_role),
        act("/accounts/{id}/roles/{role}/end", take_role),
        page("/log", list::show::<Log>),
        page("/log/export", list::export::<Log>),
    ]
}

async fn sign_in_page(State(site): State<Site>, visit: Visit) -> Answer {
    let query = Fields::parse(visit.uri.query().unwrap_or_default());
    let next = web::local_path(query.raw("next"));
    if visit.signed_in.is_some() {
        return Ok(visit.go(next));
    }
    let form = visit.form(&site, &query, &Faults::new());
    let federation = settings::store::read(&site.app.db).await?.name;
    let context = context! { form => Serde(&form), next, carried => (), ended => next != "/", federation };
    visit.page(&site, "accounts/sign-in.html", context)
}

/// The sign-in page for a form whose session had ended: its fields are passed on in hidden fields.
pub fn sign_in_again(site: &Site, visit: &Visit, to: &str, carried: Option<&Fields>) -> Answer {
    let form = visit.form(site, &Fields::default(), &Faults::new());
    let pairs: Vec<(&str, &str)> = carried.map(|fields| fields.pairs().collect()).unwrap_or_default();
    let context = context! {
        form => Serde(&form), next => to, ended => true, carries => carried.is_some(), upload => carried.is_none(),
        carried => Serde(&pairs),
    };
    let plain = Visit { fragment: false, target: None, ..visit.clone() };
    plain.page_as(site, StatusCode::UNAUTHORIZED, "accounts/sign-in.html", context)
}

async fn sign_in(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let next = web::local_path(fields.raw("next")).to_owned();
    let carried: Vec<(&str, &str)> =
        fields.pairs().filter_map(|(name, value)| Some((name.strip_prefix("carried.")?, value))).collect();
    let keep = fields.ticked("keep");
    let visitor = Visitor { address: visit.address, browser: visit.browser.as_deref() };
    let done = actions::sign_in(&site.app, &visitor, fields.raw("name"), fields.raw("password"), keep).await;
    // Who has to wait is told so by the status too.
    let status = done.as_ref().err().map_or(StatusCode::OK, status_of);
    let seconds = done.as_ref().err().and_then(attempts::seconds_to_wait);
    let opened = match Faults::from_result(done, &[])? {
        Ok(opened) => opened,
        Err(faults) => {
            let shown = Fields::from_pairs([("name", fields.raw("name").to_owned())]);
            let form = visit.form(&site, &shown, &faults);
            let context = context! {
                form => Serde(&form), next, ended => false, carries => !carried.is_empty(), carried => Serde(&carried),
            };
            let mut response = visit.page_as(&site, status, "accounts/sign-in.html", context)?;
            if let Some(seconds) = seconds {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            return Ok(response);
        }
    };
    let mut response = if carried.is_empty() {
        visit.go(&next)
    } else {
        // What was typed before the session ended is shown, to be sent again in the new session.
        let context = context! { next, carried => Serde(&carried) };
        let plain = Visit { fragment: false, target: None, ..visit.clone() };
        plain.page(&site, "accounts/carried.html", context)?
    };
    let days = |days: i64| days * 24 * 3600;
    set_cookie(&site, &mut response, SESSION, &opened.secret.0, opened.keep.then_some(days(90)));
    if let Some(browser) = &opened.browser {
        set_cookie(&site, &mut response, BROWSER, &browser.0, Some(days(365)));
    }
    Ok(response)
}

async fn sign_out(State(site): State<Site>, visit: Visit) -> Answer {
    if let Some(signed_in) = &visit.signed_in {
        actions::sign_out(&site.app, &signed_in.session).await?;
    }
    let mut response = visit.done(&site, "/sign-in", "signed-out", &[])?;
    set_cookie(&site, &mut response, SESSION, "", Some(0));
    Ok(response)
}

async fn choose_language(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let language = Language::from_tag(fields.text("language")).unwrap_or_default();
    let mut response = visit.go(web::local_path(fields.raw("next")));
    if let Some(signed_in) = &visit.signed_in {
        let account = &signed_in.account;
        actions::set_own(&site.app, &visit.actor, &account.display, language, account.theme).await?;
    }
    set_cookie(&site, &mut response, LANGUAGE, language.tag(), Some(365 * 24 * 3600));
    Ok(response)
}

#[derive(Serialize)]
struct RoleShown {
    id: i64,
    label: String,
    over: String,
    from: String,
    to: Option<String>,
    ended: bool,
}

fn role_label(words: &Words, role: &str) -> String {
    words.message(&format!("role-{role}"), &[])
}

fn shown_roles(words: &Words, lines: Vec<store::RoleLine>, today: chrono::NaiveDate) -> Vec<RoleShown> {
    let shown = lines.into_iter().map(|line| RoleShown {
        id: line.id,
        label: role_label(words, &line.role),
        over: line.group_name.or(line.unit).unwrap_or_else(|| words.message("role-over-all", &[])),
        from: line.from_day.to_string(),
        ended: line.to_day.is_some_and(|last| last < today),
        to: line.to_day.map(|last| last.to_string()),
    });
    shown.collect()
}

async fn own(site: &Site, visit: &Visit, state: &FormState) -> Answer {
    let words = site.pages.words(visit.language);
    let account = actions::known(&site.app, visit.actor.account).await?;
    let lines = store::roles_of(&site.app.db, &[account.id]).await?;
    let mut roles = shown_roles(words, lines, site.app.today());
    roles.retain(|role| !role.ended);
    let sessions = actions::sessions(&site.app, account.id).await?;
    let form = state.form(site, visit);
    let context = context! {
        form => Serde(&form), name => account.name, member => account.person.is_some(), roles => Serde(&roles), sessions,
    };
    visit.page_as(site, state.status(), "accounts/own.html", context)
}

async fn own_page(State(site): State<Site>, visit: Visit) -> Answer {
    let account = actions::known(&site.app, visit.actor.account).await?;
    let values = [
        ("display", account.display),
        ("language", account.language.tag().to_owned()),
        ("theme", account.theme.as_str().to_owned()),
    ];
    own(&site, &visit, &FormState::filled(Fields::from_pairs(values))).await
}

async fn set_own(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let language = Language::from_tag(fields.text("language")).unwrap_or(visit.language);
    let theme = Theme::from_code(fields.text("theme")).unwrap_or(visit.theme);
    let save = async |_| {
        actions::set_own(&site.app, &visit.actor, fields.text("display"), language, theme).await?;
        Ok(Done::new("/account", "account-saved"))
    };
    Send::new(&site, &visit, &fields).at(&PLACES).run(save, async |state| own(&site, &visit, &state).await).await
}

async fn password_page(State(site): State<Site>, visit: Visit) -> Answer {
    let form = visit.form(&site, &Fields::default(), &Faults::new());
    password(&site, &visit, StatusCode::OK, &form)
}

fn password(site: &Site, visit: &Visit, status: StatusCode, form: &desk::ui::Form) -> Answer {
    let account = visit.signed_in.as_ref().map(|signed_in| &signed_in.account);
    let context = context! {
        form => Serde(form), first => account.is_some_and(|account| account.must_change),
        name => account.map(|account| account.name.clone()),
    };
    visit.page_as(site, status, "accounts/password.html", context)
}

async fn change_password(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let (old, new) = (fields.raw("old"), fields.raw("new"));
    let session = visit.signed_in.as_ref().map_or("", |signed_in| signed_in.session.as_str());
    let faults = if new == fields.raw("again") {
        let done = actions::change_password(&site.app, &visit.actor, session, old, new).await;
        let fields = [
            ("password-old-wrong", "old"),
            ("password-same", "new"),
            ("password-length", "new"),
            ("password-common", "new"),
        ];
        match Faults::from_result(done, &fields)? {
            Ok(()) => return visit.done(&site, "/", "password-changed", &[]),
            Err(faults) => faults,
        }
    } else {
        let mut faults = Faults::new();
        faults.add("again", Refusal::new("password-differs"));
        faults
    };
    let form = visit.form(&site, &Fields::default(), &faults);
    password(&site, &visit, StatusCode::UNPROCESSABLE_ENTITY, &form)
}

async fn set_theme(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let theme = Theme::from_code(fields.text("theme")).unwrap_or_default();
    actions::set_theme(&site.app, &visit.actor, theme).await?;
    Ok(visit.go(web::local_path(fields.raw("next"))))
}

async fn set_unit(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let unit = fields
        .key("unit_id")
        .map(UnitId)
        .ok_or_else(|| Refusal::new("unit-unknown").with("name", fields.text("unit")))?;
    actions::set_unit(&site.app, &visit.actor, unit).await?;
    Ok(visit.go(web::local_path(fields.raw("next"))))
}

async fn end_sessions(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let session = visit.signed_in.as_ref().map_or("", |signed_in| signed_in.session.as_str());
    let end = async |_| {
        let ended = actions::end_other_sessions(&site.app, &visit.actor, session).await?;
        Ok(Done::new("/account", "sessions-ended").with("count", ended))
    };
    Send::new(&site, &visit, &fields).press(end).await
}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    account: store::Listed,
    roles: Vec<String>,
}

struct Accounts;

impl List for Accounts {
    type Line = Line;
    const NAME: &'static str = "nav-accounts";
    const TEMPLATE: &'static str = "accounts/list.html";
    const LINES: u64 = 50;
    const ORDERS: &'static [By] = store::ORDERS;
    const COLUMNS: &'static [Column<Line>] = &[
        Column::new("accounts-name", |line, _| (&line.account.name).into()),
        Column::new("accounts-display", |line, _| (&line.account.display).into()),
        Column::new("accounts-roles", |line, asked| asked.words.list(&line.roles).into()),
        Column::new("accounts-state", |line, asked| {
            asked.message(if line.account.locked { "accounts-locked" } else { "accounts-open" }).into()
        }),
        Column::new("accounts-signed-in", |line, asked| {
            line.account.signed_in_at.as_deref().map(|at| asked.moment(at)).into()
        }),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Line>> {
        must_all(asked.actor, Action::Administer)?;
        let (db, words, today) = (&asked.app.db, asked.words, asked.today());
        let accounts = store::list(db, (asked.query, today), slice).await?;
        let ids: Vec<AccountId> = accounts.each().map(|account| AccountId(account.id)).collect();
        let roles = store::roles_of(db, &ids).await?;
        Ok(accounts.map(|account| {
            let own = roles.iter().filter(|role| role.account_id == account.id);
            let current = own.filter(|role| role.to_day.is_none_or(|last| last >= today));
            let roles = current.map(|role| {
                let label = role_label(words, &role.role);
                match role.group_name.as_ref().or(role.unit.as_ref()) {
                    Some(over) => words.message("role-over", &[("role", &label), ("over", over)]),
                    None => label,
                }
            });
            Line { roles: roles.collect(), account }
        }))
    }
}

/// The label of an exported list: the message that names it, or the figure whose rows it has.
fn list_label(app: &App, words: &Words, list: &str) -> String {
    match app.metrics().get(list) {
        _ if words.has(list) => words.message(list, &[]),
        Ok(metric) => words.message("log-rows-of", &[("name", words.pick(&metric.name))]),
        Err(_) => list.to_owned(),
    }
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let form = visit.form(&site, &Fields::parse(visit.uri.query().unwrap_or_default()), &Faults::new());
    visit.page(&site, "accounts/new.html", context! { form => Serde(&form) })
}

/// The refusals that are shown beside a field, with the field's name.
const PLACES: [(&str, &str); 8] = [
    ("account-name-odd", "name"),
    ("account-name-taken", "name"),
    ("account-person-taken", "person"),
    ("person-unknown", "person"),
    ("account-display", "display"),
    ("role-wants-unit", "unit"),
    ("role-wants-group", "group"),
    ("role-unknown", "role"),
];

async fn open(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let open = async |_| {
        let opening = Opening {
            name: fields.text("name").to_owned(),
            display: fields.text("display").to_owned(),
            person: fields.key("person_id").map(PersonId),
            password: None,
            must_change: true,
        };
        let (id, first) = actions::open(&site.app, &visit.actor, opening).await?;
        Ok(Done::page(
            format!("/accounts/{id}"),
            account_page(&site, &visit, id, Some(first), &FormState::opened()).await?,
        ))
    };
    let page = async |state: FormState| {
        let form = state.form(&site, &visit);
        visit.page_as(&site, state.status(), "accounts/new.html", context! { form => Serde(&form) })
    };
    Send::new(&site, &visit, &fields).at(&PLACES).run(open, page).await
}

async fn account_page(
    site: &Site,
    visit: &Visit,
    id: AccountId,
    password: Option<String>,
    state: &FormState,
) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let words = site.pages.words(visit.language);
    let account = actions::known(&site.app, id).await?;
    let roles = shown_roles(words, store::roles_of(&site.app.db, &[id]).await?, site.app.today());
    let person = match account.person {
        Some(person) => crate::people::store::by_ids(&site.app.db, &[person]).await?.remove(&person),
        None => None,
    };
    let form = state.form(site, visit);
    let context = context! {
        id => id.0, name => account.name, display => account.display, locked => account.locked,
        must_change => account.must_change, signed_in_at => account.signed_in_at,
        person => person.map(|person| context! { id => person.id.0, name => person.name }),
        roles => Serde(&roles), password, form => Serde(&form), own => visit.actor.account == id,
    };
    visit.page_as(site, state.status(), "accounts/show.html", context)
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    account_page(&site, &visit, AccountId(id), None, &FormState::opened()).await
}

async fn reset(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    let reset = async |_| {
        let first = actions::reset(&site.app, &visit.actor, AccountId(id)).await?;
        let page = account_page(&site, &visit, AccountId(id), Some(first), &FormState::opened()).await?;
        Ok(Done::page(format!("/accounts/{id}"), page))
    };
    Send::new(&site, &visit, &fields).press(reset).await
}

async fn set_locked(site: &Site, visit: &Visit, id: i64, locked: bool, fields: &Fields) -> Answer {
    let set = async |_| {
        actions::set_locked(&site.app, &visit.actor, AccountId(id), locked).await?;
        let message = if locked { "account-locked-done" } else { "account-unlocked-done" };
        Ok(Done::new(format!("/accounts/{id}"), message))
    };
    Send::new(site, visit, fields).press(set).await
}

async fn lock(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    set_locked(&site, &visit, id, true, &fields).await
}

async fn unlock(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    set_locked(&site, &visit, id, false, &fields).await
}

async fn give_role(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let give = async |_| {
        let role = Role::from_code(fields.text("role"));
        let role = role.ok_or_else(|| Refusal::new("role-unknown").with("role", fields.text("role")))?;
        let (unit, group) = (fields.key("unit_id").map(UnitId), fields.key("group_id").map(GroupId));
        actions::give_role(&site.app, &visit.actor, AccountId(id), role, unit, group).await?;
        Ok(Done::new(format!("/accounts/{id}"), "role-given"))
    };
    let page = async |state: FormState| account_page(&site, &visit, AccountId(id), None, &state).await;
    Send::new(&site, &visit, &fields).at(&PLACES).run(give, page).await
}

async fn take_role(
    State(site): State<Site>,
    visit: Visit,
    Path((id, role)): Path<(i64, i64)>,
    fields: Fields,
) -> Answer {
    let take = async |_| {
        actions::take_role(&site.app, &visit.actor, AccountId(id), role).await?;
        Ok(Done::new(format!("/accounts/{id}"), "role-taken"))
    };
    Send::new(&site, &visit, &fields).press(take).await
}

#[derive(Serialize)]
struct Logged {
    at: String,
    account: String,
    text: String,
    unit: Option<String>,
    href: Option<String>,
}

struct Log;

impl List for Log {
    type Line = Logged;
    const NAME: &'static str = "nav-log";
    const TEMPLATE: &'static str = "accounts/log.html";
    const LINES: u64 = 50;
    const ORDERS: &'static [By] = store::LOG_ORDERS;
    const COLUMNS: &'static [Column<Logged>] = &[
        Column::new("log-at", |line, asked| local(&line.at, asked.app.zone, "%Y-%m-%d %H:%M:%S").into()),
        Column::new("log-account", |line, _| (&line.account).into()),
        Column::new("log-what", |line, _| (&line.text).into()),
        Column::new("log-unit", |line, _| line.unit.as_deref().unwrap_or_default().into()),
    ];

    async fn find(asked: &Asked<'_>, slice: &Slice) -> Result<Rows<Logged>> {
        must_all(asked.actor, Action::Administer)?;
        let (app, words) = (asked.app, asked.words);
        let moment = |day: chrono::NaiveDate| {
            let at = app.zone.instant(day.and_time(NaiveTime::MIN));
            at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
        };
        let lines = store::log(&app.db, (asked.query, asked.today()), moment, slice).await?;
        let pages: HashMap<&str, _> = app.features.records().map(|records| (records.name(), records)).collect();
        Ok(lines.map(|line| {
            let args: std::collections::BTreeMap<String, String> = serde_json::from_str(&line.args).unwrap_or_default();
            let mut pairs: Vec<(&str, String)> =
                args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            if let Some(role) = args.get("role") {
                pairs.retain(|(name, _)| *name != "role");
                pairs.push(("role", role_label(words, role)));
            }
            if let Some((_, list)) = pairs.iter_mut().find(|(name, _)| *name == "list") {
                *list = list_label(app, words, list);
            }
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let text = words.message(&format!("log-{}", line.what), &pairs);
            let kind = line.object_kind.as_deref().and_then(|kind| pages.get(kind));
            let href = kind.zip(line.object_id).and_then(|(records, id)| records.href(id));
            Logged { at: line.at, account: line.account, text, unit: line.unit, href }
        }))
    }
}
