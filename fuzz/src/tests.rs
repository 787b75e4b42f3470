//! Some inputs at random. They also keep the properties compiling.

use arbitrary::{Arbitrary as _, Unstructured};
use fastrand::Rng;

use crate::policy_decisions::Case;
use crate::policy_text;

#[test]
fn random_policies_keep_the_properties() {
    let mut random = Rng::with_seed(0);
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..96).map(|_| random.u8(..)).collect();
        Case::arbitrary_take_rest(Unstructured::new(&bytes))
            .unwrap()
            .check();
    }
}

#[test]
fn the_seeds_and_damaged_ones_keep_the_properties() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds/policy_text");
    let mut random = Rng::with_seed(0);
    for seed in std::fs::read_dir(folder).unwrap() {
        let seed = std::fs::read(seed.unwrap().path()).unwrap();
        policy_text::check(&seed);
        for _ in 0..300 {
            let mut document = seed.clone();
            for _ in 0..random.usize(1..4) {
                let place = random.usize(..document.len());
                document[place] = *random.choice(&seed).unwrap();
            }
            policy_text::check(&document);
        }
    }
}
