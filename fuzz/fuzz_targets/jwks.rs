//! A JWKS document.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    poolgate_tests::invariants::a_key_set_is_read_or_refused(input)
});
