//! base64url as RFC 7515 §2 has it: a text decodes in one way, and bytes have one text.

use base64::{Engine, engine::GeneralPurposeConfig};
use smallvec::SmallVec;
use std::sync::LazyLock;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::Simd;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::{alphabet::URL_SAFE, engine::GeneralPurpose};

/// Decodes a text of any length.
///
/// Padding, white space, the other alphabet and stray bits at the end are refused (RFC 7515
/// appendix C).
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    ENGINE.decode(text).ok()
}

/// As [`decode`], without an allocation for `N` bytes or less.
pub(crate) fn decode_short<const N: usize>(text: &str) -> Option<SmallVec<[u8; N]>>
where
    [u8; N]: smallvec::Array<Item = u8>,
{
    // Four characters are three bytes.
    let mut bytes = SmallVec::from_elem(0, text.len().saturating_mul(3) / 4);
    let len = ENGINE.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(len);
    Some(bytes)
}

const CONFIG: GeneralPurposeConfig = base64::engine::general_purpose::NO_PAD;

/// The processor is asked once what it can do.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static ENGINE: LazyLock<Simd> = LazyLock::new(|| Simd::url_safe(CONFIG));

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static ENGINE: LazyLock<GeneralPurpose> = LazyLock::new(|| GeneralPurpose::new(&URL_SAFE, CONFIG));

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    #[test]
    fn base64url_is_canonical() {
        for text in [
            "A", "AB", "AAB", "AA==", "AAA=", "A A", " AAAA", "AAAA\n", "A+AA", "A/AA", "é",
            "AA\0A",
        ] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        for (text, bytes) in
            [("", &b""[..]), ("AA", b"\0"), ("AAA", b"\0\0"), ("-_-_", b"\xfb\xff\xbf")]
        {
            assert_eq!(decode(text).as_deref(), Some(bytes), "{text:?}");
        }
    }

    #[test]
    fn the_last_character_has_one_form() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for tail in ["A", "AA"] {
            // At the end of a short text, and behind what is decoded many characters at a time.
            for text in [tail.to_owned(), "A".repeat(128) + tail] {
                let canonical =
                    alphabet.chars().filter(|last| decode(&format!("{text}{last}")).is_some());
                assert_eq!(canonical.count(), if tail == "A" { 4 } else { 16 });
            }
        }
    }

    /// The verdict and the bytes of the plain decoder, which reads one character after another.
    fn plain(text: &str) -> Option<Vec<u8>> {
        BASE64_URL_SAFE_NO_PAD.decode(text).ok()
    }

    #[test]
    fn every_byte_in_every_place_is_judged_as_the_plain_decoder_judges_it() {
        for place in 0..132 {
            for byte in 0..=127_u8 {
                let mut text = "Az09-_".repeat(22);
                text.replace_range(place..=place, &char::from(byte).to_string());
                assert_eq!(decode(&text), plain(&text), "{byte:#x} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn bytes_have_one_text(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let text = BASE64_URL_SAFE_NO_PAD.encode(&bytes);
            prop_assert_eq!(decode_short::<256>(&text).map(SmallVec::into_vec), Some(bytes.clone()));
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn any_text_has_the_verdict_of_the_plain_decoder(text in "[A-Za-z0-9_-]{0,200}[A-Za-z0-9_+/=. é-]{0,3}") {
            prop_assert_eq!(decode(&text), plain(&text));
            prop_assert_eq!(decode_short::<64>(&text).map(SmallVec::into_vec), plain(&text));
        }
    }
}
