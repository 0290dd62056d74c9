//! Every kind gains a facet after a sequence, and is one that the model counts.

use std::collections::BTreeSet;

use kernel::UnitId;
use ledger::{Books, Filter};
use qinglan::features;

use super::{Model, Op, World, periods};
use crate::support::{On, Place};

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

/// The kinds registered by features are those counted by some figure of the model: a new kind has to be added to the model.
pub(super) async fn the_model_counts_every_kind(on: On) {
    let place = Place::new(on).await;
    let world = World::new(&place).await;
    let answers = world.model.answers(0, periods()[0]);
    let metrics = answers.keys().map(|key| world.app.metrics().get(key).unwrap());
    let counted: BTreeSet<String> =
        metrics.flat_map(|metric| metric.parts().flat_map(|part| part.kinds.clone()).collect::<Vec<_>>()).collect();
    assert_eq!(counted, registered(), "kinds that the model of tests/it/measures.rs counts, and those of the features");
}

pub(super) fn registered() -> BTreeSet<String> {
    features::FEATURES.all().flat_map(|feature| feature.kinds).map(|kind| kind.name.to_owned()).collect()
}
