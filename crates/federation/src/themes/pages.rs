//! Pages: the list of themes, one with what serves it, its form.

use axum::extract::{Path, State};
use chrono::Days;
use desk::{
    actor::Action,
    counting::counts,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{
        Answer, Done, Faults, FormResult, FormState, Send, Sent, Visit,
        list::{Asked, export, show as show_list},
    },
};
use kernel::{DAY_ONE, Period, PersonId, Refusal, UnitId};
use ledger::Filter;
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    Serves,
    actions::{self, Sight},
    list::{self, ThemeList},
    model::{Handed, Theme},
    store,
};
use crate::{
    people,
    scope::{must, must_openly, places},
    units,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/themes", show_list::<ThemeList>),
        page("/themes/export", export::<ThemeList>),
        page("/themes/new", new),
        act("/themes", add),
        page("/themes/{id}", show),
        page("/themes/{id}/edit", edit_form),
        act("/themes/{id}", edit),
        act("/themes/{id}/remove", remove),
    ]
}

/// The themes that a unit may serve, as choices of a form, the last chosen first: those that have not ended long ago, and the one that the
/// record has (`old`). Whether one fits the record's days the action says, which knows them. For a unit that the visitor has nothing to do
/// with there are none.
pub async fn choices(
    site: &Site,
    visit: &Visit,
    unit: Option<UnitId>,
    old: Option<&str>,
) -> Result<Vec<(String, String)>> {
    /// Days after its end for which a theme is offered: what is entered late belongs to it still.
    const LATE: Days = Days::new(366);
    let Some(unit) = unit else {
        // Who works for no unit chooses one in the form: until then all themes are offered that the visitor sees.
        return list::choices(&Asked::new(site, visit, &Fields::default())).await;
    };
    let db = &site.app.db;
    let mut themes = Vec::new();
    if let Some(span) = places::of_unit(db, unit).await?
        && Sight::of(&site.app, &visit.actor).await?.reaches(span)
    {
        let today = site.app.today();
        themes = store::of_unit(db, unit, visit.actor.account).await?;
        themes.retain(|theme| theme.until.is_none_or(|until| until + LATE >= today));
    }
    // A record keeps its theme, also where its unit stands elsewhere by now.
    if let Some(old) = old.filter(|old| themes.iter().all(|theme| theme.code != *old)) {
        themes.extend(store::by_code(db, old).await?);
    }
    Ok(themes.into_iter().map(|theme| (theme.code, theme.name)).collect())
}

/// The same for a record of a person, whose unit today may serve them; without a person, that which the visitor works for.
pub async fn choices_of_person(
    site: &Site,
    visit: &Visit,
    person: Option<PersonId>,
    old: Option<&str>,
) -> Result<Vec<(String, String)>> {
    let own = visit.actor.person.filter(|_| !visit.may(Action::Lead));
    let mut unit = visit.unit();
    if let Some(person) = person.or(own) {
        let standings = people::Standings::read(&site.app.db, &[person]).await?;
        unit = standings.on(person, site.app.today(), None).map(|standing| standing.unit).or(unit);
    }
    choices(site, visit, unit, old).await
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 7] = [
    ("theme-without-name", "name"),
    ("theme-name-long", "name"),
    ("theme-name-taken", "name"),
    ("theme-about-long", "about"),
    ("theme-ends-first", "until"),
    ("theme-unfinished", "until"),
    ("unit-unknown", "unit"),
];

/// The theme in a form, with all faults.
fn read(fields: &Fields) -> FormResult<Handed> {
    let mut faults = Faults::new();
    let name = faults.need("name", Ok(fields.owned("name")));
    let from = faults.need("from", fields.day("from"));
    let until = faults.take("until", fields.day("until")).flatten();
    let (Some(name), Some(from)) = (name, from) else { return Err(faults.into()) };
    faults.check()?;
    Ok(Handed { name, from, until, about: fields.owned("about") })
}

/// The fields of a theme's form.
fn fields_of(theme: &Theme) -> Fields {
    Fields::from_pairs([
        ("name", theme.name.clone()),
        ("from", theme.from.to_string()),
        ("until", theme.until.map(|day| day.to_string()).unwrap_or_default()),
        ("about", theme.about.clone().unwrap_or_default()),
    ])
}

fn form_page(site: &Site, visit: &Visit, state: &FormState, old: Option<&Theme>) -> Answer {
    let form = match old {
        Some(old) => state.form_of(site, visit, &fields_of(old), old.version),
        None => state.form(site, visit),
    };
    let context =
        context! { form => Serde(&form), id => old.map(|old| old.id), name => old.map(|old| old.name.clone()) };
    visit.page_as(site, state.status(), "themes/form.html", context)
}

async fn new(State(site): State<Site>, visit: Visit) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let unit = match visit.unit() {
        Some(unit) => places::name(&site.app.db, unit).await?,
        None => None,
    };
    let values = [
        ("from", site.app.today().to_string()),
        ("unit", unit.unwrap_or_default()),
        ("unit_id", visit.unit().map(|unit| unit.to_string()).unwrap_or_default()),
    ];
    form_page(&site, &visit, &FormState::filled(Fields::from_pairs(values)), None)
}

async fn add(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    if !visit.may(Action::Write) {
        return Err(Refusal::forbidden().into());
    }
    let add = async |_| {
        let handed = read(&fields)?;
        let missing = || Faults::at(Refusal::new("field-missing"), &[("field-missing", "unit")]);
        let unit = units::in_field(&site.app.db, &fields, "unit").await?.ok_or_else(missing)?;
        let id = actions::add(&site.app, &visit.actor, unit, handed).await?;
        Ok(Done::new(format!("/themes/{id}"), "theme-added-done"))
    };
    let send = Send::new(&site, &visit, &fields).at(&FIELDS);
    send.run(add, async |state| form_page(&site, &visit, &state, None)).await
}

/// The figures of what serves a theme, at the theme's unit or, for who sees no figures there, at the visitor's; `None` for who sees none.
/// What serves it counts on all its days: a month's result is booked on the first, and a theme's days may have changed since.
async fn figures(site: &Site, visit: &Visit, theme: &Theme) -> Result<Option<Vec<Value>>> {
    let db = &site.app.db;
    let own = visit.unit().filter(|unit| *unit != theme.unit);
    let mut place = None;
    for unit in [Some(theme.unit), own].into_iter().flatten() {
        let within = match places::of_unit(db, theme.unit).await? {
            Some((first, last)) => {
                places::of_unit(db, unit).await?.is_some_and(|(place, _)| (first..=last).contains(&place))
            }
            None => false,
        };
        if within && must(db, &visit.actor, Action::Figures, unit).await.is_ok() {
            place = Some(unit);
            break;
        }
    }
    let Some(unit) = place else { return Ok(None) };
    let period = Period { from: DAY_ONE, to: site.app.today().max(theme.until.unwrap_or(theme.from)) };
    let filter = Filter::default().with("theme", &[theme.code.as_str()]);
    let keys: Vec<&str> = site.app.features.extensions::<Serves>().flat_map(|serves| serves.metrics).copied().collect();
    let metrics = site.app.metrics();
    let figures = counts(&site.app)?.figures(&site.app, unit, period, &keys, &filter).await?;
    let words = site.pages.words(visit.language);
    let mut shown = Vec::new();
    for (key, figure) in keys.iter().zip(figures) {
        if figure.count > 0 {
            let label = words.pick(&metrics.get(key)?.name).to_owned();
            shown.push(context! { label, text => figure.text, href => figure.href });
        }
    }
    Ok(Some(shown))
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    theme_page(&site, &visit, id, &FormState::opened()).await
}

async fn theme_page(site: &Site, visit: &Visit, id: i64, state: &FormState) -> Answer {
    let theme = actions::seen(&site.app, &visit.actor, id).await?;
    let unit = units::by_ids(&site.app.db, &[theme.unit]).await?.remove(&theme.unit);
    let writes = must(&site.app.db, &visit.actor, Action::Write, theme.unit).await.is_ok();
    let words = site.pages.words(visit.language);
    let figures = figures(site, visit, &theme).await?;
    let lists: Vec<Value> = site
        .app
        .features
        .extensions::<Serves>()
        .filter_map(|serves| {
            let label = words.message(serves.word, &[]);
            serves.list.map(|list| context! { label, href => format!("{list}{}", theme.code) })
        })
        .collect();
    let form = state.form_of(site, visit, &Fields::default(), theme.version);
    let today = site.app.today();
    let context = context! {
        id, form => Serde(&form), name => theme.name, unit => unit.map(|unit| unit.name), about => theme.about,
        from => theme.from.to_string(), until => theme.until.map(|day| day.to_string()), writes, figures, lists,
        ended => theme.until.is_some_and(|day| day < today), ahead => theme.from > today, code => theme.code,
    };
    visit.page_as(site, state.status(), "themes/show.html", context)
}

/// A theme that the visitor may change.
async fn changeable(site: &Site, visit: &Visit, id: i64) -> Result<Theme> {
    let theme = actions::seen(&site.app, &visit.actor, id).await?;
    must_openly(&site.app.db, &visit.actor, Action::Write, theme.unit).await?;
    Ok(theme)
}

async fn edit_form(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    let theme = changeable(&site, &visit, id).await?;
    form_page(&site, &visit, &FormState::opened(), Some(&theme))
}

async fn edit(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    changeable(&site, &visit, id).await?;
    let save = async |sent: Sent| {
        let handed = read(&fields)?;
        actions::edit(&site.app, &visit.actor, id, sent.version(), handed).await?;
        Ok(Done::new(format!("/themes/{id}"), "theme-saved"))
    };
    let page = async |state: FormState| {
        let now = changeable(&site, &visit, id).await?;
        form_page(&site, &visit, &state, Some(&now))
    };
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}

async fn remove(State(site): State<Site>, visit: Visit, Path(id): Path<i64>, fields: Fields) -> Answer {
    changeable(&site, &visit, id).await?;
    let remove = async |sent: Sent| {
        actions::remove(&site.app, &visit.actor, id, sent.version()).await?;
        Ok(Done::new("/themes", "theme-removed-done"))
    };
    let send = Send::new(&site, &visit, &fields);
    send.run(remove, async |state| theme_page(&site, &visit, id, &state).await).await
}
