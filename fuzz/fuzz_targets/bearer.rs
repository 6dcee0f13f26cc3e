//! A value of the `Authorization` header.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    poolgate_tests::invariants::credentials_follow_the_grammar(input)
});
