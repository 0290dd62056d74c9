//! Every kind gains a facet after a sequence.

use kernel::UnitId;
use ledger::{Books, Filter};

use super::{Model, Op, periods};
use crate::support::Place;

/// After every kind has gained a facet, the figures are the same, all of them under the facet's default, and nothing has to
/// be booked.
pub(super) async fn every_kind_gains_a_facet(place: &Place, model: &Model, ops: &[Op]) {
    let app = crate::kinds::grown(place).await;
    let found = app.reconcile().await.unwrap();
    assert!(found.faults.is_empty(), "{:?} after {ops:?}", found.faults);
    let (kinds, unit, period) = (app.kinds(), UnitId(model.units[0]), periods()[0]);
    let books = Books::open(&app.db, &kinds, &kinds.names(), unit, period, None, None).await.unwrap();
    for (key, wanted) in model.answers(0, period) {
        let metric = app.metrics().get(key).unwrap();
        for (filter, wanted) in [(Filter::default(), wanted), (gained("unknown"), wanted), (gained("known"), 0)] {
            let figure = books.figure(&metric, unit, period, &filter).unwrap();
            assert_eq!(figure.value.count(), wanted, "{key} of {filter:?} after {ops:?}");
        }
    }
}

fn gained(value: &str) -> Filter {
    Filter::default().with(crate::kinds::GAINED.name, &[value])
}
