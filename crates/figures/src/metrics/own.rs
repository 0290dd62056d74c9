//! Metrics that a federation defines by itself, on a page or from a file: what is counted of which kind, with which conditions, over what.

use desk::{
    actor::{Action, Actor, must_all},
    app::App,
    error::Result,
    log::{self, Object},
    ui::language::{Language, Words},
};
use kernel::Refusal;
use ledger::{
    Each, Filter, KindFacet, Kinds, Labels, Measure, Metric, Metrics, Nature, OWN_METRIC, Part, Threshold, db,
};
use web::Fields;

use super::words::{Word, describe_filter};

/// A measure with its name in addresses and the message that names it.
pub(super) const MEASURES: [(&str, Measure, &str); 12] = [
    ("occasions", Measure::Occasions, "counted-occasions"),
    ("person_times", Measure::PersonTimes, "counted-person-times"),
    ("persons", Measure::Persons, "counted-persons"),
    ("units", Measure::Units, "counted-units"),
    ("sum", Measure::Sum, "counted-sum"),
    ("records_during", Measure::RecordsDuring, "counted-records-during"),
    ("records_at", Measure::RecordsAt, "counted-records-at"),
    ("persons_during", Measure::PersonsDuring, "counted-persons-during"),
    ("persons_at", Measure::PersonsAt, "counted-persons-at"),
    ("units_during", Measure::UnitsDuring, "counted-units-during"),
    ("units_at", Measure::UnitsAt, "counted-units-at"),
    ("person_days", Measure::PersonDays, "counted-person-days"),
];

/// The measures that a kind can have.
pub(super) fn measures_of(kinds: &Kinds, kind: &str) -> Vec<(&'static str, &'static str)> {
    let Ok((_, kind)) = kinds.get(kind) else { return Vec::new() };
    let fits = |measure: Measure| measure.of_state() == (kind.nature == Nature::State);
    MEASURES.iter().filter(|(_, measure, _)| fits(*measure)).map(|(name, _, message)| (*name, *message)).collect()
}

fn measure_in(text: &str) -> Option<Measure> {
    MEASURES.iter().find(|(name, ..)| *name == text).map(|(_, measure, _)| *measure)
}

/// The kinds that can be counted together with one: those of its nature.
pub(super) fn alike<'k>(kinds: &'k Kinds, kind: &str) -> Vec<&'k str> {
    let nature = |name: &str| kinds.get(name).ok().map(|(_, kind)| kind.nature);
    let Some(wanted) = nature(kind) else { return Vec::new() };
    kinds.names().into_iter().filter(|name| *name != kind && nature(name) == Some(wanted)).collect()
}

/// The facets that all of some kinds have: a condition on another one would say nothing about the rest.
pub(super) fn common_facets(kinds: &Kinds, named: &[String]) -> Vec<KindFacet> {
    let mut known = named.iter().filter_map(|kind| kinds.get(kind).ok().map(|(_, kind)| kind));
    let Some(first) = known.next() else { return Vec::new() };
    let mut facets = first.facets.clone();
    for kind in known {
        facets.retain(|facet| kind.facet(&facet.name).is_some());
    }
    facets
}

/// The kinds in a form: the chosen one, and those that are counted together with it.
pub(super) fn kinds_in(kinds: &Kinds, prefix: &str, fields: &Fields, strict: bool) -> Result<Vec<String>, Refusal> {
    let Some(first) = fields.some(&format!("{prefix}kind")) else { return Ok(Vec::new()) };
    kinds.get(first).map_err(|_| Refusal::new("metric-kind-gone").with("kind", first))?;
    let fits = alike(kinds, first);
    let mut named = vec![first.to_owned()];
    for more in fields.every(&format!("{prefix}more")).filter(|more| !more.is_empty()) {
        if strict && more != first && !fits.contains(&more) {
            let code = if kinds.get(more).is_ok() { "metric-kinds-differ" } else { "metric-kind-gone" };
            return Err(Refusal::new(code).with("kind", more));
        }
        if fits.contains(&more) && !named.iter().any(|known| known == more) {
            named.push(more.to_owned());
        }
    }
    Ok(named)
}

/// The conditions on the facets of some kinds in a form: every ticked value `<prefix>-<facet>=<value>`. All values of a facet are no
/// condition; a value that the facet can't have is refused.
fn conditions(
    kinds: &Kinds,
    words: &[Word],
    named: &[String],
    prefix: &str,
    fields: &Fields,
) -> Result<Filter, Refusal> {
    let mut filter = Filter::default();
    for facet in &common_facets(kinds, named) {
        for value in fields.every(&format!("{prefix}-{}", facet.name)).filter(|value| !value.is_empty()) {
            let has_words = words.iter().any(|[of, known, ..]| *of == facet.name && known == value);
            if !has_words || !facet.values.admits(value) {
                let odd = Refusal::new("facet-value-unknown").with("facet", &facet.name).with("text", value);
                return Err(odd.with("allowed", ""));
            }
            filter.0.entry(facet.name.clone()).or_default().insert(value.to_owned());
        }
    }
    Ok(filter)
}

/// How many of the smallest units of a kind's quantities make one: what its metrics say.
fn per_of(metrics: &Metrics, kind: &str) -> i64 {
    let sums =
        |metric: &&Metric| metric.count.measure == Measure::Sum && metric.count.kinds.iter().any(|known| known == kind);
    metrics.all().filter(sums).map(|metric| metric.per).max().unwrap_or(1)
}

/// In how many of the smallest units a part's threshold counts one.
pub(super) fn smallest(app: &App, part: &Part) -> i64 {
    let kind = part.kinds.first().map(String::as_str).unwrap_or_default();
    if part.measure == Measure::Sum { per_of(&app.metrics(), kind) } else { 1 }
}

/// Refuses conditions on what not all chosen kinds have: they were chosen before these.
fn check_conditions(kinds: &Kinds, named: &[String], prefix: &str, fields: &Fields) -> Result<(), Refusal> {
    let known = common_facets(kinds, named);
    let stray = fields.pairs().filter(|(_, value)| !value.is_empty()).find_map(|(name, _)| {
        let facet = name.strip_prefix(prefix)?.strip_prefix('-')?;
        known.iter().all(|of| of.name != facet).then_some(facet)
    });
    match stray {
        Some(facet) => Err(Refusal::new("metric-condition-odd").with("facet", facet)),
        None => Ok(()),
    }
}

/// The part of a form that says what is counted, or what that is divided by (`over_`).
///
/// While one looks, a measure that the kind doesn't have is replaced, and conditions of another kind are left out, in sight of the user.
/// When it is saved (`strict`) they are refused.
fn part(
    (metrics, kinds): (&Metrics, &Kinds),
    words: &[Word],
    prefix: &str,
    fields: &Fields,
    strict: bool,
) -> Result<Option<Part>, Refusal> {
    let name = |field: &str| format!("{prefix}{field}");
    let named = kinds_in(kinds, prefix, fields, strict)?;
    let Some(kind) = named.first() else { return Ok(None) };
    let wanted = fields.text(&name("measure"));
    let fits = measures_of(kinds, kind);
    let fitting = fits.iter().find(|(known, _)| *known == wanted);
    let facets = if prefix.is_empty() { "where" } else { "over" };
    if strict {
        if fitting.is_none() {
            return Err(Refusal::new("metric-measure-odd"));
        }
        check_conditions(kinds, &named, facets, fields)?;
    }
    let chosen = fitting.or(fits.first()).map_or("", |(known, _)| known);
    let measure = measure_in(chosen).ok_or_else(|| Refusal::new("metric-kind-gone").with("kind", kind))?;
    let filter = conditions(kinds, words, &named, facets, fields)?;
    if measure == Measure::Sum && named.iter().any(|other| per_of(metrics, other) != per_of(metrics, kind)) {
        return Err(Refusal::new("metric-kinds-units"));
    }
    // A threshold is typed in whole units, and compared with the smallest.
    let per = if measure == Measure::Sum { per_of(metrics, kind) } else { 1 };
    let least = fields.number(&name("at_least"))?.map(|least| least.saturating_mul(per));
    let each = match (fields.text(&name("each")), least) {
        ("unit", Some(at_least)) => Some(Threshold { of: Each::Unit, at_least }),
        ("person", Some(at_least)) => Some(Threshold { of: Each::Person, at_least }),
        ("", None) => None,
        _ if strict => return Err(Refusal::new("metric-threshold-odd")),
        _ => None,
    };
    if each.is_some_and(|threshold| threshold.at_least < 1) {
        return Err(Refusal::new("metric-threshold-odd"));
    }
    Ok(Some(Part { kinds: named, measure, filter, each, without: None }))
}

/// What is chosen in a form, as a metric without a name; `None` while no kind is chosen.
pub(super) fn chosen(app: &App, words: &[Word], fields: &Fields, strict: bool) -> Result<Option<Metric>, Refusal> {
    let (metrics, kinds) = (app.metrics(), app.kinds());
    let known = (&*metrics, &*kinds);
    let Some(count) = part(known, words, "", fields, strict)? else { return Ok(None) };
    let over = part(known, words, "over_", fields, strict)?;
    let text = |name: &str| fields.text(name).to_owned();
    let code = text("code");
    let key = if code.starts_with(OWN_METRIC) { code } else { format!("{OWN_METRIC}{code}") };
    let mean = over.is_some() && fields.ticked("mean");
    if over.as_ref().is_some_and(|over| over.measure == Measure::Sum && over.each.is_none()) {
        return Err(Refusal::new("metric-over-sum"));
    }
    let sums = count.measure == Measure::Sum && count.each.is_none() && (over.is_none() || mean);
    let per = if sums { per_of(&metrics, &count.kinds[0]) } else { 1 };
    Ok(Some(Metric {
        key,
        version: 0,
        name: Labels { zh: text("name"), en: fields.owned("name_en").unwrap_or_else(|| text("name")) },
        unit: Labels { zh: text("unit_zh"), en: fields.owned("unit_en").unwrap_or_else(|| text("unit_zh")) },
        definition: Labels {
            zh: text("definition"),
            en: fields.owned("definition_en").unwrap_or_else(|| text("definition")),
        },
        count,
        over,
        mean,
        per,
    }))
}

/// Whether the page can make a metric: one that leaves something out it can't.
pub(super) fn is_made_here(app: &App, words: &[Word], metric: &Metric, fields: &Fields) -> bool {
    let made = chosen(app, words, fields, true);
    made.is_ok_and(|made| {
        made.is_some_and(|made| {
            (made.count, made.over, made.mean, made.per)
                == (metric.count.clone(), metric.over.clone(), metric.mean, metric.per)
        })
    })
}

/// The name of a kind: the shortest name of a metric that counts it without conditions, else the kind's own.
pub(super) fn kind_name(metrics: &Metrics, kind: &str, language: Language) -> String {
    let plain = metrics.all().filter(|metric| {
        let part = &metric.count;
        metric.over.is_none() && part.kinds == [kind] && part.filter.0.is_empty() && part.each.is_none()
    });
    let names = plain.map(|metric| match language {
        Language::Chinese => metric.name.zh.as_str(),
        Language::English => metric.name.en.as_str(),
    });
    names.min_by_key(|name| name.chars().count()).unwrap_or(kind).to_owned()
}

fn part_in_words(app: &App, part: &Part, all: &[Word], words: &Words) -> String {
    let language = words.language;
    let metrics = app.metrics();
    let kinds: Vec<String> = part.kinds.iter().map(|kind| kind_name(&metrics, kind, language)).collect();
    let measure = MEASURES.iter().find(|(_, measure, _)| *measure == part.measure).map_or("", |(.., message)| message);
    let mut text = words
        .message("metric-proposed-part", &[("kind", &kinds.join("、")), ("measure", &words.message(measure, &[]))]);
    if !part.filter.0.is_empty() {
        let conditions = describe_filter(&part.filter, all, language);
        text.push_str(&words.message("metric-proposed-where", &[("conditions", &conditions)]));
    }
    if let Some(threshold) = part.each {
        let code = match threshold.of {
            Each::Unit => "metric-proposed-each-unit",
            Each::Person => "metric-proposed-each-person",
        };
        text.push_str(&words.message(code, &[("least", &threshold.at_least.to_string())]));
    }
    text
}

/// A definition in words for what is chosen, to be edited.
pub(super) fn proposed(app: &App, metric: &Metric, all: &[Word], words: &Words) -> String {
    let count = part_in_words(app, &metric.count, all, words);
    match &metric.over {
        None => words.message("metric-proposed", &[("count", &count)]),
        Some(over) => {
            let over = part_in_words(app, over, all, words);
            let code = if metric.mean { "metric-proposed-mean" } else { "metric-proposed-rate" };
            words.message(code, &[("count", &count), ("over", &over)])
        }
    }
}

/// Refuses a definition that lacks a word, or whose conditions nothing can meet.
fn check(kinds: &Kinds, words: &[Word], metric: &Metric) -> Result<(), Refusal> {
    let labels = [("name", &metric.name), ("unit", &metric.unit), ("definition", &metric.definition)];
    for (field, label) in labels {
        if label.zh.trim().is_empty() {
            return Err(Refusal::new("metric-label-missing").with("field", field));
        }
        let most = if field == "definition" { 500 } else { 60 };
        if label.zh.chars().count() > most || label.en.chars().count() > most * 3 {
            return Err(Refusal::new("metric-label-long").with("field", field).with("most", most));
        }
    }
    for part in metric.parts().flat_map(Part::chain) {
        for kind in &part.kinds {
            let (_, known) = kinds.get(kind).map_err(|_| Refusal::new("metric-kind-gone").with("kind", kind))?;
            for (facet, values) in &part.filter.0 {
                let can = |value: &String| {
                    let of_kind = known.facet(facet).is_some_and(|facet| facet.values.admits(value));
                    of_kind && words.iter().any(|[of, known, ..]| of == facet && known == value)
                };
                if known.facet(facet).is_some() && !values.iter().any(can) {
                    return Err(Refusal::new("metric-never-true").with("facet", facet).with("kind", kind));
                }
            }
        }
    }
    Ok(())
}

/// Defines metrics, or new versions of them, all or none. Only for those who administer the federation.
pub async fn define(app: &App, actor: &Actor, metrics: &[Metric]) -> Result<()> {
    must_all(actor, Action::Administer)?;
    let words = super::words(app).await?;
    let kinds = app.kinds();
    for metric in metrics {
        check(&kinds, &words, metric)?;
        if !metric.key.starts_with(OWN_METRIC) {
            return Err(Refusal::new("metric-not-own").with("key", &metric.key).into());
        }
        if app.metric_is_of_file(&metric.key)? {
            return Err(Refusal::new("metric-of-file").with("key", &metric.key).into());
        }
    }
    let tx = db::begin(&app.db).await?;
    for metric in metrics {
        Metrics::save(&tx, &kinds, metric, &actor.at).await?;
        log::write(&tx, actor, "metric-defined", Object::all("metric"), None, &[("key", &metric.key)]).await?;
    }
    tx.commit().await?;
    app.reload().await
}

/// Takes back a metric that was defined here.
pub async fn retire(app: &App, actor: &Actor, key: &str) -> Result<()> {
    must_all(actor, Action::Administer)?;
    if !key.starts_with(OWN_METRIC) {
        return Err(Refusal::new("metric-not-in-database").with("key", key).into());
    }
    let tx = db::begin(&app.db).await?;
    Metrics::retire(&tx, key).await?;
    log::write(&tx, actor, "metric-retired", Object::all("metric"), None, &[("key", key)]).await?;
    tx.commit().await?;
    app.reload().await
}

/// The metrics of a TOML text, as `metrics.toml` has them.
pub fn read(app: &App, text: &str) -> Result<Vec<Metric>> {
    let metrics = Metrics::parse(text, &app.kinds())?;
    Ok(metrics.all().cloned().collect())
}

/// The federation's own metrics as a TOML text that [`read`] reads again.
pub fn written(app: &App) -> Result<String> {
    #[derive(serde::Serialize)]
    struct File<'m> {
        metric: Vec<&'m Metric>,
    }
    let metrics = app.metrics();
    let own = metrics.all().filter(|metric| metric.key.starts_with(OWN_METRIC)).collect();
    toml::to_string_pretty(&File { metric: own })
        .map_err(|fault| Refusal::new("metrics-unreadable").with("fault", fault).into())
}
