//! Which names the AWS service model allows.

/// The region of a user pool id, or `None` if it is no such id.
pub(super) fn region(user_pool_id: &str) -> Option<&str> {
    let (region, name) = user_pool_id.split_once('_')?;
    let is_region = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let fits = of(is_region, 1..=55, region)
        && of(|c| c.is_ascii_alphanumeric(), 1..=55, name)
        && user_pool_id.len() <= 55;
    fits.then_some(region)
}

#[cfg(feature = "cli")]
pub(crate) fn is_user_pool_id(text: &str) -> bool {
    region(text).is_some()
}

pub(crate) fn is_client_id(text: &str) -> bool {
    of(|c| c.is_ascii_alphanumeric() || c == '_' || c == '+', 1..=128, text)
}

/// Of users and groups: anything that can be seen.
pub(crate) fn is_name(text: &str) -> bool {
    of(|c| !c.is_whitespace() && !c.is_control(), 1..=128, text)
}

pub(super) fn is_resource_server(text: &str) -> bool {
    of(is_identifier, 1..=256, text)
}

pub(super) fn is_scope_name(text: &str) -> bool {
    of(|c| is_identifier(c) && c != '/', 1..=256, text)
}

pub(crate) fn is_role_arn(text: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let is_visible = |c: char| c.is_ascii_graphic();
    of(is_visible, 20..=2048, text) && parts.len() == 6 && parts[0] == "arn" && parts[2] == "iam"
}

fn is_identifier(c: char) -> bool {
    c.is_ascii_graphic() && c != '"' && c != '\\'
}

fn of(
    is_allowed: impl Fn(char) -> bool,
    length: std::ops::RangeInclusive<usize>,
    text: &str,
) -> bool {
    length.contains(&text.chars().count()) && text.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_what_stands_before_the_underscore() {
        assert_eq!(region("us-gov-west-1_AbC"), Some("us-gov-west-1"));

        for bad in
            ["", "eu-west-1", "_AbC", "eu-west-1_", "eu-west-1_a/b", "eu west_a", "eu-west-1_a_b"]
        {
            assert_eq!(region(bad), None, "{bad:?}");
        }
        assert_eq!(region(&format!("eu-west-1_{}", "a".repeat(46))), None);
    }

    struct Fits(fn(&str) -> bool);

    #[test]
    fn names_have_their_characters_and_lengths() {
        for (fits, good, bad) in [
            (Fits(is_client_id), ["1h57kf5cpq17m0eml12EXAMPLE", "a_b+c"], ["my-app", ""]),
            (Fits(is_name), ["Größe!", "a@b.c"], ["two words", ""]),
            (Fits(is_resource_server), ["https://api.example/v1", "orders"], ["a\"b", "a b"]),
            (Fits(is_scope_name), ["orders:read", "read"], ["orders/read", ""]),
            (
                Fits(is_role_arn),
                ["arn:aws:iam::123456789012:role/Admins", "arn:aws-cn:iam::123456789012:role/a/b"],
                ["arn:aws:s3:::a-bucket-of-mine", "Admins"],
            ),
        ] {
            assert!(good.into_iter().all(fits.0), "{good:?}");
            assert!(!bad.into_iter().any(fits.0), "{bad:?}");
        }
        assert!(!is_name(&"a".repeat(129)));
    }
}
