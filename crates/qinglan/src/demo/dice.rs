//! Random numbers from a seed: whole numbers only, from a generator with the same results on every machine.

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

/// A stream of random numbers.
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Streams of one seed are independent: what one part draws doesn't affect another.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(stream)))
    }

    /// A number under `count`, which is not 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count as u64) as usize
    }

    /// A number from the first to the last, both included.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        self.0.random_range(first..=last)
    }

    /// True with a probability in per mille.
    pub(super) fn per_mille(&mut self, often: usize) -> bool {
        self.below(1_000) < often
    }

    /// One of a list that isn't empty.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of a list, if it has any.
    pub(super) fn any<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        (!items.is_empty()).then(|| self.pick(items))
    }

    /// An index into a list of weights that aren't all 0.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = usize> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// Shuffles a list.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Some items of a list, at most `most`, in random order.
    pub(super) fn some<T: Copy>(&mut self, items: &[T], most: usize) -> Vec<T> {
        let mut all = items.to_vec();
        self.shuffle(&mut all);
        all.truncate(most);
        all
    }
}
