//! Whether a browser that is signed in sees the sign-in page all the same.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Only if nobody is signed in.
    IfNeeded,
    /// Never: `none`.
    Never,
    /// The page, with the way on as who is signed in: `select_account`.
    Choose,
    /// The page, and nothing counts but a new sign-in: `login`.
    SignIn,
}

impl Prompt {
    /// Of space-separated values. `consent` asks for nothing that Cognito has. `None` if it makes no sense.
    pub(super) fn parse(text: Option<&str>) -> Option<Self> {
        let values: Vec<_> =
            text.unwrap_or_default().split(' ').filter(|value| !value.is_empty()).collect();
        if values == ["none"] {
            return Some(Self::Never);
        }
        let is_known = |value: &&str| ["login", "select_account", "consent"].contains(value);
        if !values.iter().all(is_known) {
            return None;
        }
        Some(match values.as_slice() {
            values if values.contains(&"login") => Self::SignIn,
            values if values.contains(&"select_account") => Self::Choose,
            _ => Self::IfNeeded,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_have_the_names_of_openid_connect() {
        for (text, prompt) in [
            ("", Some(Prompt::IfNeeded)),
            ("consent", Some(Prompt::IfNeeded)),
            ("none", Some(Prompt::Never)),
            ("select_account", Some(Prompt::Choose)),
            ("login", Some(Prompt::SignIn)),
            ("consent select_account login", Some(Prompt::SignIn)),
            ("none login", None),
            ("None", None),
            ("create", None),
        ] {
            assert_eq!(Prompt::parse(Some(text)), prompt, "{text}");
        }
        assert_eq!(Prompt::parse(None), Some(Prompt::IfNeeded));
    }
}
