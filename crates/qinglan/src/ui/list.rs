//! A page of a list that is paged by key: the rows, and the query that leads on.

use web::Fields;

/// Rows of one page, with the query of the next.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The query of the next page; none at the end.
    pub next: Option<String>,
    /// The query without the place, for the way back to the first page and for the export.
    pub query: String,
    /// Whether this is the first page.
    pub first: bool,
}

impl<T> Page<T> {
    /// Of rows that were read one beyond `most`. `place` names the key of the last row shown, field by field.
    pub fn of(
        mut rows: Vec<T>,
        most: usize,
        query: &Fields,
        fields: &[&str],
        place: impl Fn(&T) -> Vec<(&'static str, String)>,
    ) -> Self {
        let more = rows.len() > most;
        rows.truncate(most);
        let kept = query.query_without(fields);
        let next = rows.last().filter(|_| more).map(|last| {
            let place = Fields::of(place(last)).query_without(&[]);
            if kept.is_empty() { place } else { format!("{kept}&{place}") }
        });
        let first = fields.iter().all(|name| query.some(name).is_none());
        Self { rows, next, query: kept, first }
    }
}

/// The order that a list is in, as its address says: `name`, or `-name` for the greatest first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Order {
    /// By what.
    pub by: &'static str,
    /// The least first.
    pub rising: bool,
    /// The query without the order and the place, for the headings that turn it.
    query: String,
}

impl Order {
    /// Reads `order`; what isn't known is the first of `known`, each with whether its least comes first of itself.
    pub fn read(query: &Fields, known: &[(&'static str, bool)]) -> Self {
        let text = query.text("order");
        let kept = query.query_without(&["order", "after", "after_id", "before"]);
        let asked = known.iter().find(|(by, _)| *by == text.trim_start_matches('-'));
        let (by, rising) = match (asked, known.first()) {
            (Some((by, _)), _) => (*by, !text.starts_with('-')),
            (None, Some(first)) => *first,
            (None, None) => ("", true),
        };
        Self { by, rising, query: kept }
    }

    /// The key and the id behind which a page begins; a key may be empty.
    pub fn after(query: &Fields) -> Option<(String, i64)> {
        query.key("after_id").map(|id| (query.raw("after").to_owned(), id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_on_from_its_last_row() {
        let query = Fields::parse("q=a&before=9");
        let page = Page::of(vec![8, 7, 6], 2, &query, &["before"], |row| vec![("before", row.to_string())]);
        assert_eq!((page.rows, page.next.as_deref(), page.first), (vec![8, 7], Some("q=a&before=7"), false));
        let page = Page::of(vec![8], 2, &Fields::default(), &["before"], |row| vec![("before", row.to_string())]);
        assert_eq!((page.next, page.query.as_str(), page.first), (None, "", true));
    }

    #[test]
    fn an_order_is_what_is_known_of_it() {
        let known = [("day", false), ("name", true)];
        for (query, by, rising) in [
            ("", "day", false),
            ("order=day", "day", true),
            ("order=-day", "day", false),
            ("order=name", "name", true),
            ("order=-name", "name", false),
            ("order=other", "day", false),
        ] {
            let order = Order::read(&Fields::parse(query), &known);
            assert_eq!((order.by, order.rising), (by, rising), "{query}");
        }
        let order = Order::read(&Fields::parse("q=a&order=name&after=b&after_id=3"), &known);
        assert_eq!(order.query, "q=a");
    }
}
