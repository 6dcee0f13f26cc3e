//! The text of a header, really signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    poolgate_tests::invariants::a_signed_header_is_honest_or_refused(input)
});
