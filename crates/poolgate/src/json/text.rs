//! A text within a document that is kept.

use std::borrow::Cow;

/// A text of a document: its place there, or, if escapes were resolved, the text itself.
///
/// A place costs no allocation, and whoever keeps the document need not be borrowed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    At { start: u32, len: u32 },
    Own(Box<str>),
}

impl Text {
    /// Takes note of a text that was read from `document`.
    pub(crate) fn new(text: Cow<'_, str>, document: &str) -> Self {
        match text {
            Cow::Borrowed(text) => {
                place(text, document).unwrap_or_else(|| Self::Own(Box::from(text)))
            }
            Cow::Owned(text) => Self::Own(text.into_boxed_str()),
        }
    }

    /// The text, given the document that it was read from.
    pub(crate) fn of<'t>(&'t self, document: &'t str) -> &'t str {
        match self {
            Self::At { start, len } => part(document, *start, *len).unwrap_or_default(),
            Self::Own(text) => text,
        }
    }
}

/// Where `text` stands, if it is a part of `document`.
fn place(text: &str, document: &str) -> Option<Text> {
    let start = text.as_ptr().addr().checked_sub(document.as_ptr().addr())?;
    let (start, len) = (u32::try_from(start).ok()?, u32::try_from(text.len()).ok()?);
    let is_part = part(document, start, len)?.as_ptr() == text.as_ptr();
    is_part.then_some(Text::At { start, len })
}

fn part(document: &str, start: u32, len: u32) -> Option<&str> {
    let start = usize::try_from(start).ok()?;
    document.get(start..start.checked_add(usize::try_from(len).ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_itself_wherever_it_comes_from() {
        let document = r#"{"é":"né"}"#;
        for (text, is_place) in [
            (Cow::Borrowed(&document[2..4]), true),
            (Cow::Borrowed(&document[7..10]), true),
            (Cow::Borrowed(document), true),
            (Cow::Borrowed("elsewhere"), false),
            (Cow::Owned("né".to_owned()), false),
        ] {
            let kept = Text::new(text.clone(), document);
            assert_eq!(kept.of(document), text);
            assert_eq!(matches!(kept, Text::At { .. }), is_place, "{text}");
        }
    }
}
