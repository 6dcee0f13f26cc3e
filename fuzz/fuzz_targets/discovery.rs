//! A discovery document.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    poolgate_tests::invariants::a_discovery_document_leads_where_it_may(input)
});
