//! Pages: a person's growth record, its files, the person's own words on a year.

use axum::extract::{Path, State};
use desk::{
    actor::Action,
    error::Result,
    router::{Route, act, page},
    serve::Site,
    ui::{Answer, Done, Faults, FormState, Send, Sent, Visit, answer::unknown_page, export::log_export},
};
use kernel::{PersonId, Refusal};
use minijinja::{Value, context, value::Serde};
use web::Fields;

use super::{
    actions,
    document::{self, days, part_name, totals, what},
    model::{Part, Words},
    store,
};

/// Routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        page("/growth", own),
        page("/growth/{id}", show),
        page("/growth/{id}/file/{format}", file),
        act("/growth/words", write),
    ]
}

/// Redirects to the visitor's own growth record; who has none, and may see people, to the list of them.
async fn own(State(site): State<Site>, visit: Visit) -> Answer {
    match visit.actor.person {
        Some(person) => Ok(visit.go(&format!("/growth/{person}"))),
        None if visit.may(Action::People) => Ok(visit.go("/people")),
        None => visit.page(&site, "people/nobody.html", context! {}),
    }
}

/// The year that is asked for; all of them without one.
fn year(fields: &Fields) -> Result<Option<i32>, Refusal> {
    match fields.some("year") {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Refusal::new("growth-year").with("year", text)),
    }
}

async fn show(State(site): State<Site>, visit: Visit, Path(id): Path<i64>) -> Answer {
    growth_page(&site, &visit, PersonId(id), &visit.query(), &FormState::opened()).await
}

async fn growth_page(site: &Site, visit: &Visit, person: PersonId, query: &Fields, state: &FormState) -> Answer {
    /// Days that are shown on which somebody looked.
    const LOOKS: u64 = 20;
    let year = year(query)?;
    let growth = actions::build(&site.app, &visit.actor, person, year).await?;
    actions::note_look(&site.app, &visit.actor, person).await?;
    let words = site.pages.words(visit.language);
    let own = visit.actor.person == Some(person);
    let parts = Part::ALL.into_iter().filter_map(|part| {
        let items = growth.items.iter().filter(|item| item.part == part).map(|item| {
            context! { days => days(item, words), what => what(item, words), title => &item.title, href => &item.href }
        });
        let items: Vec<Value> = items.collect();
        (!items.is_empty())
            .then(|| context! { code => part.as_str(), name => words.message(part_name(part), &[]), items })
    });
    let parts: Vec<Value> = parts.collect();
    let asked: Vec<String> = growth
        .asked
        .iter()
        .map(|asked| words.message(asked.what, &[("has", &asked.has), ("wanted", &asked.wanted), ("of", &asked.of)]))
        .collect();
    let writing = year.filter(|_| own).map(i64::from);
    let written = growth.words.iter().find(|words| Some(words.year) == writing);
    let stored = Fields::from_pairs([
        ("year", writing.map(|year| year.to_string()).unwrap_or_default()),
        ("words", written.map(|words| words.words.clone()).unwrap_or_default()),
    ]);
    let form = state.form_of(site, visit, &stored, written.map_or(0, |words| words.version));
    let looks = if own { store::looks(&site.app.db, person, LOOKS).await? } else { Vec::new() };
    let context = context! {
        id => person.0, name => &growth.name, own, year, years => &growth.years, parts, asked, writing, form => Serde(&form),
        totals => totals(&growth).into_iter().map(|(what, value)| (words.message(what, &[]), value)).collect::<Vec<_>>(),
        words => Serde(&growth.words), looks => Serde(&looks), until => growth.period.to.to_string(),
        posting => growth.postings.first().map(|(unit, duty, ..)| context! { unit, duty }),
    };
    visit.page_as(site, state.status(), "growth/show.html", context)
}

async fn file(State(site): State<Site>, visit: Visit, Path((id, format)): Path<(i64, String)>) -> Answer {
    let person = PersonId(id);
    let growth = actions::build(&site.app, &visit.actor, person, year(&visit.query())?).await?;
    actions::note_look(&site.app, &visit.actor, person).await?;
    let document = document::document(&growth, site.pages.words(visit.language));
    let name = document.title.clone();
    log_export(&site, &visit, &name, 1).await?;
    match format.as_str() {
        "pdf" => {
            let bytes = site.pdf(document).await?;
            visit.file(&format!("{name}.pdf"), "application/pdf", bytes)
        }
        "docx" => {
            const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
            visit.file(&format!("{name}.docx"), DOCX, ::document::docx(&document)?)
        }
        _ => Err(unknown_page()),
    }
}

/// The refusals that are shown beside a field, with the field's name.
const FIELDS: [(&str, &str); 2] = [("growth-words-long", "words"), ("growth-year", "year")];

async fn write(State(site): State<Site>, visit: Visit, fields: Fields) -> Answer {
    let person = visit.actor.person.ok_or_else(|| Refusal::new("growth-nobody"))?;
    let save = async |sent: Sent| {
        let Some(year) = fields.key("year") else {
            return Err(Faults::at(Refusal::new("field-missing"), &[("field-missing", "year")]).into());
        };
        let words = Words { year, words: fields.raw("words").replace("\r\n", "\n"), version: sent.version() };
        actions::write_words(&site.app, &visit.actor, words).await?;
        Ok(Done::new(format!("/growth/{person}?year={year}"), "growth-words-saved"))
    };
    let query = Fields::from_pairs([("year", fields.text("year"))]);
    let page = async |state: FormState| growth_page(&site, &visit, person, &query, &state).await;
    Send::new(&site, &visit, &fields).at(&FIELDS).run(save, page).await
}
