//! Raw text in place of a token.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| poolgate_tests::invariants::no_text_is_a_token(input));
