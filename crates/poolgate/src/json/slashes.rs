//! Slashes that somebody escaped, as Cognito does.

use memchr::memchr;

/// Writes `/` for each `\/` of a JSON text, in place, and says how long it is then.
///
/// Both mean the same (RFC 8259 §7), but a string without escapes can be read where it stands. A
/// backslash outside of strings is no JSON, and neither is a slash there.
pub(crate) fn unescape_slashes(text: &mut [u8]) -> usize {
    // What stands before `read` has been moved to before `written`.
    let (mut read, mut written, mut seen) = (0, 0, 0);
    while let Some(escape) = backslash(text, seen) {
        let next = escape.saturating_add(1);
        if text.get(next) == Some(&b'/') {
            written = shift(text, read, escape, written);
            read = next;
        }
        // No escape begins with the byte behind another's backslash, as in `\\/`.
        seen = next.saturating_add(1);
    }
    let end = text.len();
    shift(text, read, end, written)
}

fn backslash(text: &[u8], from: usize) -> Option<usize> {
    memchr(b'\\', text.get(from..)?)?.checked_add(from)
}

/// Moves a part of the text to the front, and says where it ends there.
fn shift(text: &mut [u8], start: usize, end: usize, to: usize) -> usize {
    if start != to {
        text.copy_within(start..end, to);
    }
    to.saturating_add(end.saturating_sub(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::walk_object;
    use proptest::prelude::*;

    fn without(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let len = unescape_slashes(&mut bytes);
        bytes.truncate(len);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn slashes_alone_lose_their_backslash() {
        for (text, expected) in [
            ("", ""),
            ("/", "/"),
            (r"\/", "/"),
            (r"a\/b\/\/c", "a/b//c"),
            (r"\\/", r"\\/"),
            (r"\\\/", r"\\/"),
            (r"\n\/\u002f", r"\n/\u002f"),
            (r"\", r"\"),
            (r"\/\", r"/\"),
            (r"é\/é", "é/é"),
        ] {
            assert_eq!(without(text), expected, "{text}");
        }
    }

    /// Everything that a walk tells about a text.
    fn walk(text: &str) -> Result<String, &'static str> {
        let mut seen = String::new();
        walk_object(text, |name, item| seen += &format!("{name:?}: {item:?}, "))?;
        Ok(seen)
    }

    proptest! {
        #[test]
        fn a_text_means_the_same_without_them(text in TEXTS) {
            prop_assert_eq!(walk(&without(&text)), walk(&text));
        }

        #[test]
        fn bytes_of_any_kind_are_left_alone(before in proptest::collection::vec(any::<u8>(), 0..99)) {
            let mut bytes = before.clone();
            let len = unescape_slashes(&mut bytes);
            bytes.truncate(len);
            let is_utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
            prop_assert_eq!(is_utf8(&bytes), is_utf8(&before));
            if !before.windows(2).any(|pair| pair == br"\/") {
                prop_assert_eq!(bytes, before);
            }
        }
    }

    /// Objects with all kinds of escapes, in strings and, now and then, outside of them.
    const TEXTS: &str = r#"\\?/?\{("[ab/]{0,2}(\\[/\\"nu]|/){0,3}"\\?/?:("([a/é]|\\/|\\\\|\\"|\\n|\\u002[fF]|\\u|\\){0,6}"|\["\\/",1\]|\["\\/"\]|1|\\/),?){0,3}\}"#;
}
