//! Randomness determined by a seed.

/// A SplitMix64 generator: the same seed always gives the same numbers, on every platform.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Independent dice: later throws of `self` do not affect them.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, inclusive.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    /// Whether an event happens, with a probability in thousandths.
    pub(crate) fn chance(&mut self, in_a_thousand: u64) -> bool {
        self.between(0, 999) < in_a_thousand
    }

    /// A random element.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let place = self.between(0, among.len() as u64 - 1);
        &among[usize::try_from(place).unwrap()]
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}
