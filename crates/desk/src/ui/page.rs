//! A page of a list that is paged by key: the rows, and the query of the next page.

use web::Fields;

/// Rows of one page, with the query of the next.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The query of the next page; `None` at the end.
    pub next: Option<String>,
    /// The query without the position, for the link back to the first page and for the export.
    pub query: String,
    /// Whether this is the first page.
    pub first: bool,
}

impl<T> Page<T> {
    /// A page from rows of which one more than `most` was read. `place` returns the key of the last row shown, field by field.
    pub fn new(
        mut rows: Vec<T>,
        most: usize,
        query: &Fields,
        fields: &[&str],
        place: impl Fn(&T) -> Vec<(&'static str, String)>,
    ) -> Self {
        let more = rows.len() > most;
        rows.truncate(most);
        let base = query.query_without(fields);
        let next = rows.last().filter(|_| more).map(|last| {
            let place = Fields::from_pairs(place(last)).query_without(&[]);
            if base.is_empty() { place } else { format!("{base}&{place}") }
        });
        let first = fields.iter().all(|name| query.some(name).is_none());
        Self { rows, next, query: base, first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_begins_after_the_last_row() {
        let query = Fields::parse("q=a&before=9");
        let page = Page::new(vec![8, 7, 6], 2, &query, &["before"], |row| vec![("before", row.to_string())]);
        assert_eq!((page.rows, page.next.as_deref(), page.first), (vec![8, 7], Some("q=a&before=7"), false));
        let page = Page::new(vec![8], 2, &Fields::default(), &["before"], |row| vec![("before", row.to_string())]);
        assert_eq!((page.next, page.query.as_str(), page.first), (None, "", true));
    }
}
