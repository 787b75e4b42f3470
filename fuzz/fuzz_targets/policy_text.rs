//! What is accepted as a policy.
#![no_main]

libfuzzer_sys::fuzz_target!(|document: &[u8]| fuzz::policy_text::check(document));
