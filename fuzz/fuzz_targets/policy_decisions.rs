//! What policies permit.
#![no_main]

libfuzzer_sys::fuzz_target!(|case: fuzz::policy_decisions::Case| case.check());
