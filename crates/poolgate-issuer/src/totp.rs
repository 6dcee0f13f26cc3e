//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, 30 seconds, 6 digits.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;

use crate::random;

/// A new secret, of the length of Cognito's.
pub(crate) fn new_secret() -> Vec<u8> {
    random::bytes::<32>().to_vec()
}

pub(crate) fn base32(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// From base32 as people copy it: in any case, with or without padding.
pub(crate) fn secret(base32: &str) -> Option<Vec<u8>> {
    let text = base32.trim_end_matches('=').to_ascii_uppercase();
    let secret = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
    (!secret.is_empty()).then_some(secret)
}

/// The time step that this code is of, if it is the current one or a neighbour of it, and after `last`.
pub(crate) fn accepted_step(secret: &[u8], code: &str, now: u64, last: Option<u64>) -> Option<u64> {
    open_steps(now, last).find(|step| code_of_step(secret, *step) == code)
}

/// A code that is accepted now.
pub(crate) fn usable_code(secret: &[u8], now: u64, last: Option<u64>) -> Option<String> {
    let mut steps: Vec<_> = open_steps(now, last).collect();
    // The current one if it is open, since its neighbours close sooner or open later elsewhere.
    steps.sort_by_key(|step| step.abs_diff(now / STEP));
    steps.first().map(|step| code_of_step(secret, *step))
}

/// RFC 6238 section 5.2: one step of delay either way, and none twice. A last step that is yet to come was before the clock
/// was moved back, and says nothing.
fn open_steps(now: u64, last: Option<u64>) -> impl Iterator<Item = u64> {
    let current = now / STEP;
    let steps = current.saturating_sub(1)..=current + 1;
    let last = last.filter(|last| *last <= current + 1);
    steps.filter(move |step| last.is_none_or(|last| *step > last))
}

/// RFC 4226 section 5.3, with the step as the counter.
fn code_of_step(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    let number =
        tag[offset..offset + 4].iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

const STEP: u64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, SHA-1: the last six of its eight digits.
    const RFC_SECRET: &[u8] = b"12345678901234567890";
    const RFC_CODES: [(u64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (time, code) in RFC_CODES {
            assert_eq!(code_of_step(RFC_SECRET, time / 30), code, "{time}");
            assert_eq!(accepted_step(RFC_SECRET, code, time, None), Some(time / 30), "{time}");
            assert_eq!(usable_code(RFC_SECRET, time, None).as_deref(), Some(code), "{time}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_late() {
        let (time, code) = RFC_CODES[1];
        let begin = time / 30 * 30;

        for (now, accepted) in
            [(begin - 31, false), (begin - 30, true), (begin + 59, true), (begin + 60, false)]
        {
            let step = accepted_step(RFC_SECRET, code, now, None);
            assert_eq!(step.is_some(), accepted, "{now}");
        }
    }

    #[test]
    fn no_code_is_good_twice() {
        let (time, code) = RFC_CODES[2];
        let step = time / 30;

        assert_eq!(accepted_step(RFC_SECRET, code, time, Some(step)), None);
        assert_eq!(accepted_step(RFC_SECRET, code, time, Some(step - 1)), Some(step));
        assert_eq!(
            usable_code(RFC_SECRET, time, Some(step)),
            Some(code_of_step(RFC_SECRET, step + 1))
        );
        assert_eq!(usable_code(RFC_SECRET, time, Some(step + 1)), None);
    }

    #[test]
    fn codes_go_on_when_the_clock_is_moved_back() {
        let (time, code) = RFC_CODES[2];
        let step = time / 30;

        assert_eq!(accepted_step(RFC_SECRET, code, time, Some(step + 2)), Some(step));
        assert_eq!(accepted_step(RFC_SECRET, code, time, Some(step + 1)), None);
        assert_eq!(usable_code(RFC_SECRET, time, Some(step + 2)).as_deref(), Some(code));
    }

    #[test]
    fn secrets_are_base32_in_any_case() {
        let text = base32(RFC_SECRET);

        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(secret(&text.to_lowercase()).as_deref(), Some(RFC_SECRET));
        assert_eq!(secret("MY======").as_deref(), Some(&b"f"[..]));
        assert_eq!(secret(""), None);
        assert_eq!(secret("1"), None);
        assert_eq!(base32(&new_secret()).len(), 52);
    }
}
