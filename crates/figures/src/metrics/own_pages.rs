//! The page on which a metric is made by choosing: its value and rows are shown while one chooses.

use axum::extract::State;
use desk::{
    actor::{Action, must_all},
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Send, Visit, language::Words, period::Chosen},
};
use federation::scope::places;
use ledger::{Allowed, Filter, Metric};
use minijinja::{Value, context, value::Serde};
use serde::Serialize;
use web::Fields;

use super::{
    Shown, Word, actions, own,
    pages::{both, text, unit_of},
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![page("/metrics/own", form), act("/metrics/own", define), act("/metrics/own/retire", retire)]
}

/// How many rows the page shows while one chooses.
const ROWS: usize = 5;

/// The message that names a facet; a facet without one is named by itself.
fn facet_word(name: &str) -> &str {
    match name {
        "level" => "facet-level",
        "pillar" => "facet-pillar",
        "type" => "facet-type",
        "linkage" => "facet-linkage",
        "levels" => "facet-levels",
        "part" => "facet-part",
        "status" => "facet-status",
        "party" => "facet-party",
        "youth" => "facet-youth",
        "sex" => "facet-sex",
        "education" => "facet-education",
        "rank" => "facet-rank",
        "appointment" => "facet-appointment",
        "theme" => "facet-theme",
        "field" => "facet-field",
        "step" => "facet-step",
        "source" => "facet-source",
        "measure" => "facet-measure",
        "platform" => "facet-platform",
        "material" => "facet-material",
        "required" => "facet-required",
        "demand" => "facet-demand",
        "opener" => "facet-opener",
        "owed" => "facet-owed",
        "outcome" => "facet-outcome",
        "in_time" => "facet-in-time",
        "group" => "facet-group",
        "recipient" => "facet-recipient",
        "volunteered" => "facet-volunteered",
        "member" => "facet-member",
        "brand" => "facet-brand",
        "shared" => "facet-shared",
        other => other,
    }
}

#[derive(Serialize)]
struct FacetChoice {
    name: String,
    label: String,
    values: Vec<(String, String, bool)>,
}

/// The facets that all of some kinds have, with their values; a facet whose values have no names can't be chosen.
fn facets(
    site: &Site,
    visit: &Visit,
    words: &[Word],
    named: &[String],
    (prefix, fields): (&str, &Fields),
) -> Vec<FacetChoice> {
    let chinese = site.pages.words(visit.language).language == desk::ui::language::Language::Chinese;
    let known = own::common_facets(&site.app.kinds(), named);
    let each = known.iter().filter_map(|facet| {
        let field = format!("{prefix}-{}", facet.name);
        let ticked: Vec<&str> = fields.every(&field).collect();
        let of_facet = words.iter().filter(|[of, value, ..]| *of == facet.name && !value.is_empty());
        let fits = of_facet.filter(|[_, value, ..]| match &facet.values {
            Allowed::Closed(values) => values.contains(value),
            Allowed::Code => true,
        });
        let values: Vec<(String, String, bool)> = fits
            .map(|[_, value, zh, en, _]| {
                (value.clone(), if chinese { zh.clone() } else { en.clone() }, ticked.contains(&value.as_str()))
            })
            .collect();
        let own = words.iter().find(|[of, value, ..]| *of == facet.name && value.is_empty());
        let label = match own {
            Some([_, _, zh, en, _]) => {
                if chinese {
                    zh.clone()
                } else {
                    en.clone()
                }
            }
            None => site.pages.words(visit.language).message(facet_word(&facet.name), &[]),
        };
        (values.len() > 1).then(|| FacetChoice { name: field.clone(), label, values })
    });
    each.collect()
}

async fn form(State(site): State<Site>, visit: Visit) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let query = visit.query();
    let stored = match query.some("key") {
        Some(key) => Some((*site.app.metrics().get(key)?).clone()),
        None => None,
    };
    let state = match stored {
        Some(metric) if query.some("kind").is_none() => {
            let all = super::words(&site.app).await?;
            let fields = fields_of(&site, &metric);
            if !own::is_made_here(&site.app, &all, &metric, &fields) {
                return Err(kernel::Refusal::new("metric-not-by-page").with("key", &metric.key).into());
            }
            FormState::filled(fields)
        }
        _ => FormState::filled(query),
    };
    own_page(&site, &visit, state).await
}

/// The fields of a form with a metric; only a metric that the page can make has all of them.
fn fields_of(site: &Site, metric: &Metric) -> Fields {
    let mut pairs: Vec<(String, String)> = vec![
        ("code".to_owned(), metric.key.clone()),
        ("known".to_owned(), metric.key.clone()),
        ("name".to_owned(), metric.name.zh.clone()),
        ("name_en".to_owned(), metric.name.en.clone()),
        ("unit_zh".to_owned(), metric.unit.zh.clone()),
        ("unit_en".to_owned(), metric.unit.en.clone()),
        ("definition".to_owned(), metric.definition.zh.clone()),
        ("definition_en".to_owned(), metric.definition.en.clone()),
        ("mean".to_owned(), if metric.mean { "on" } else { "" }.to_owned()),
    ];
    for (prefix, conditions, part) in [("", "where", Some(&metric.count)), ("over_", "over", metric.over.as_ref())] {
        let Some(part) = part else { continue };
        let measure = own::MEASURES.iter().find(|(_, measure, _)| *measure == part.measure);
        pairs.push((format!("{prefix}kind"), part.kinds.first().cloned().unwrap_or_default()));
        pairs.extend(part.kinds.iter().skip(1).map(|kind| (format!("{prefix}more"), kind.clone())));
        pairs.push((format!("{prefix}measure"), measure.map_or("", |(name, ..)| name).to_owned()));
        if let Some(threshold) = part.each {
            let each = if threshold.of == ledger::Each::Unit { "unit" } else { "person" };
            pairs.push((format!("{prefix}each"), each.to_owned()));
            let per = own::smallest(&site.app, part);
            pairs.push((format!("{prefix}at_least"), (threshold.at_least / per).to_string()));
        }
        for (facet, values) in &part.filter.0 {
            pairs.extend(values.iter().map(|value| (format!("{conditions}-{facet}"), value.clone())));
        }
    }
    Fields::from_pairs(pairs)
}

async fn own_page(site: &Site, visit: &Visit, state: FormState) -> Answer {
    let words = site.pages.words(visit.language);
    let state = with_proposed(site, words, state).await?;
    let fields = state.fields();
    let kinds = site.app.kinds();
    let metrics = site.app.metrics();
    let all = super::words(&site.app).await?;
    let names: Vec<(String, String)> = kinds
        .names()
        .into_iter()
        .map(|kind| (kind.to_owned(), own::kind_name(&metrics, kind, words.language)))
        .collect();
    let measures = |kind: &str| -> Vec<(&str, String)> {
        own::measures_of(&kinds, kind).into_iter().map(|(name, message)| (name, words.message(message, &[]))).collect()
    };
    let chosen = own::chosen(&site.app, &all, fields, false);
    let mut faults = Faults::new();
    let metric = faults.take("", chosen).flatten();
    let preview = match &metric {
        Some(metric) => Some(preview(site, visit, metric, fields).await?),
        None => None,
    };
    let proposed = metric.as_ref().map(|metric| own::proposed(&site.app, metric, &all, words));
    let (kind, over_kind) = (fields.text("kind"), fields.text("over_kind"));
    let counted = own::kinds_in(&kinds, "", fields, false).unwrap_or_default();
    let over_counted = own::kinds_in(&kinds, "over_", fields, false).unwrap_or_default();
    let more = |kind: &str, counted: &[String]| -> Vec<(&str, String, bool)> {
        let fits = own::alike(&kinds, kind).into_iter();
        fits.map(|name| {
            (name, own::kind_name(&metrics, name, words.language), counted.iter().any(|known| known == name))
        })
        .collect()
    };
    let mine: Vec<Value> = metrics
        .all()
        .filter(|metric| metric.key.starts_with(ledger::OWN_METRIC))
        .map(|metric| {
            let of_file = site.app.metric_is_of_file(&metric.key).unwrap_or(true);
            let edits = own::is_made_here(&site.app, &all, metric, &fields_of(site, metric));
            context! {
                edits, key => metric.key.clone(), name => words.pick(&metric.name), version => metric.version,
                definition => words.pick(&metric.definition), of_file,
            }
        })
        .collect();
    let unit = visit.unit();
    let form = state.form(site, visit);
    let context = context! {
        form => Serde(&form), kinds => Serde(&names), measures => Serde(&measures(kind)),
        over_measures => Serde(&measures(over_kind)), proposed, preview, mine, known => fields.text("known"),
        facets => Serde(&facets(site, visit, &all, &counted, ("where", fields))),
        over_facets => Serde(&facets(site, visit, &all, &over_counted, ("over", fields))),
        more => Serde(&more(kind, &counted)), over_more => Serde(&more(over_kind, &over_counted)),
        fault => faults.check().err().map(|faults| desk::ui::Form::new(fields, &faults, words)).map(|form| Value::from(Serde(&form))),
        unit_name => match unit {
            Some(unit) => places::name(&site.app.db, unit).await?,
            None => None,
        },
    };
    visit.page_as(site, state.status(), "metrics/own.html", context)
}

/// The form with a definition in words for what is chosen, where none is typed yet.
async fn with_proposed(site: &Site, words: &Words, state: FormState) -> Result<FormState> {
    let typed = state.fields();
    // What was proposed for an earlier choice and not edited is proposed anew.
    if typed.some("definition").is_some() && typed.text("definition") != typed.text("proposed") {
        return Ok(state);
    }
    let all = super::words(&site.app).await?;
    let Ok(Some(metric)) = own::chosen(&site.app, &all, typed, false) else { return Ok(state) };
    let mut pairs: Vec<(String, String)> =
        typed.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    pairs.retain(|(name, _)| name != "definition");
    pairs.push(("definition".to_owned(), own::proposed(&site.app, &metric, &all, words)));
    Ok(state.with_fields(Fields::from_pairs(pairs)))
}

/// The value of what is chosen for the visitor's unit and this year, with its first rows.
async fn preview(site: &Site, visit: &Visit, metric: &Metric, fields: &Fields) -> Result<Value> {
    let words = site.pages.words(visit.language);
    let (unit, unit_name) = unit_of(site, visit, fields).await?;
    let chosen = Chosen::read(fields, "year", site.app.today(), words)?;
    let books = super::open(&site.app, unit, chosen.period, None, None).await?;
    let figure = books.figure(metric, unit, chosen.period, &Filter::default())?;
    let shown = Shown { value: figure.value, no_data: figure.no_data, row_count: figure.row_count };
    let rows: Vec<ledger::FigureRow> = figure.rows().into_iter().take(ROWS).collect();
    let named = actions::with_names(&site.app, &rows, metric.per).await?;
    let rows: Vec<Value> = named
        .into_iter()
        .map(|row| context! { day => row.day.to_string(), unit => row.unit, person => row.person, title => row.title })
        .collect();
    Ok(context! {
        value => text(&shown), both => both(&shown, words), none => shown.no_data, count => shown.row_count, rows,
        unit => unit_name, from => chosen.period.from.to_string(), to => chosen.period.to.to_string(),
    })
}

async fn define(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    // Choosing shows the page again, and stores nothing.
    if !fields.text("look").is_empty() {
        return own_page(&site, &visit, FormState::filled(fields)).await;
    }
    let define = async |_| {
        let all = super::words(&site.app).await?;
        let metric = own::chosen(&site.app, &all, &fields, true)?;
        let metric = metric.ok_or_else(|| kernel::Refusal::new("metric-kind-missing"))?;
        if fields.some("known").is_none() && site.app.metrics().get(&metric.key).is_ok() {
            return Err(kernel::Refusal::new("metric-twice").with("key", &metric.key).into());
        }
        own::define(&site.app, &visit.actor, std::slice::from_ref(&metric)).await?;
        Ok(Done::new(format!("/metrics/{}", metric.key), "metric-defined-done"))
    };
    let places = [
        ("metric-label-missing:name", "name"),
        ("metric-label-missing:unit", "unit_zh"),
        ("metric-label-missing:definition", "definition"),
        ("metric-key-odd", "code"),
        ("metric-twice", "code"),
        ("metric-of-file", "code"),
        ("metric-kind-missing", "kind"),
        ("metric-threshold-odd", "at_least"),
        ("metric-measure-odd", "measure"),
        ("metric-kinds-differ", "kind"),
        ("metric-kinds-units", "measure"),
        ("metric-over-sum", "over_measure"),
    ];
    let page = async |state: FormState| own_page(&site, &visit, state).await;
    Send::new(&site, &visit, &fields).at(&places).run(define, page).await
}

async fn retire(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    must_all(&visit.actor, Action::Administer)?;
    let retire = async |_| {
        own::retire(&site.app, &visit.actor, fields.text("key")).await?;
        Ok(Done::new("/metrics/own", "metric-retired-done"))
    };
    Send::new(&site, &visit, &fields).press(retire).await
}
