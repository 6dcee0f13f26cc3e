//! The text of a claims set, really signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    poolgate_tests::invariants::signed_claims_fulfil_the_policy_or_are_refused(input)
});
