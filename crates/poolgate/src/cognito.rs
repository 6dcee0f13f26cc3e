//! The names of Cognito: user pools, their issuers, and the two uses of a token.

use crate::ConfigError;
use std::fmt;

/// The ID of a user pool, `<region>_<letters and digits>`, checked.
///
/// ```
/// use poolgate::UserPoolId;
///
/// let pool: UserPoolId = "eu-west-1_AbCdEf123".parse()?;
/// assert_eq!(pool.region(), "eu-west-1");
/// assert_eq!(pool.issuer(), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123");
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserPoolId {
    id: String,
    region_len: usize,
}

impl UserPoolId {
    /// The whole ID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.id
    }

    /// The AWS region in front of the underscore.
    #[must_use]
    pub fn region(&self) -> &str {
        self.id.get(..self.region_len).unwrap_or_default()
    }

    /// The issuer that every pool has.
    ///
    /// China's partition has another domain. For the European Sovereign Cloud the sources
    /// disagree: it gets the common domain, and a policy can override the issuer.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.issuer_of("cognito-idp")
    }

    /// The issuer that a pool can be switched to (`IssuerConfiguration`, type `UPDATED`).
    #[must_use]
    pub fn updated_issuer(&self) -> String {
        self.issuer_of("issuer-cognito-idp")
    }

    fn issuer_of(&self, host: &str) -> String {
        let (region, id) = (self.region(), &self.id);
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{host}.{region}.{domain}/{id}")
    }
}

impl std::str::FromStr for UserPoolId {
    type Err = ConfigError;

    fn from_str(id: &str) -> Result<Self, ConfigError> {
        let parts = id.split_once('_').filter(|(region, name)| {
            let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
            id.len() <= MAX_POOL_ID && is_region(region) && is_name
        });
        match parts {
            Some((region, _)) => Ok(Self { id: id.to_owned(), region_len: region.len() }),
            None => Err(ConfigError::UserPoolId { value: id.to_owned() }),
        }
    }
}

impl TryFrom<&str> for UserPoolId {
    type Error = ConfigError;

    fn try_from(id: &str) -> Result<Self, ConfigError> {
        id.parse()
    }
}

impl TryFrom<&String> for UserPoolId {
    type Error = ConfigError;

    fn try_from(id: &String) -> Result<Self, ConfigError> {
        id.parse()
    }
}

impl TryFrom<String> for UserPoolId {
    type Error = ConfigError;

    fn try_from(id: String) -> Result<Self, ConfigError> {
        id.parse()
    }
}

impl fmt::Display for UserPoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// What a Cognito token is for: the claim `token_use`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenUse {
    /// An access token: it says what a client may do for a user, or for itself.
    Access,
    /// An ID token: it says who the user is.
    Id,
}

impl TokenUse {
    /// The claim's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
        }
    }

    pub(crate) fn from_claim(value: &str) -> Option<Self> {
        [Self::Access, Self::Id].into_iter().find(|token_use| token_use.as_str() == value)
    }
}

/// One use stands for a list of one, so that a policy takes either.
impl AsRef<[Self]> for TokenUse {
    fn as_ref(&self) -> &[Self] {
        std::slice::from_ref(self)
    }
}

impl fmt::Display for TokenUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A region of any partition: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`, `us-isob-east-1`.
///
/// Three or four parts in lower case, the last a number; no list of regions, which grows.
fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let Some((number, names)) = parts.split_last() else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = matches!(number.as_bytes(), [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
    is_number && (2..=3).contains(&names.len()) && names.iter().all(is_word)
}

/// The service's own limit.
const MAX_POOL_ID: usize = 55;

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(id: &str) -> UserPoolId {
        id.parse().unwrap()
    }

    #[test]
    fn pools_of_every_partition() {
        for (id, region) in [
            ("eu-west-1_AbCdEf123", "eu-west-1"),
            ("ap-southeast-7_a", "ap-southeast-7"),
            ("us-gov-west-1_AbCdEf123", "us-gov-west-1"),
            ("cn-north-1_AbCdEf123", "cn-north-1"),
            ("eusc-de-east-1_AbCdEf123", "eusc-de-east-1"),
            ("us-isob-east-1_AbCdEf123", "us-isob-east-1"),
        ] {
            assert_eq!(pool(id).region(), region);
            assert_eq!(pool(id).to_string(), id);
        }
    }

    #[test]
    fn what_is_not_a_pool_id() {
        let long = format!("eu-west-1_{}", "a".repeat(46));
        for id in [
            "",
            "_",
            "eu-west-1",
            "eu-west-1_",
            "_abc",
            "eu-west-1_ab-c",
            "eu-west-1_a_b",
            "local_abc",
            "eu_west_1_abc",
            "EU-west-1_abc",
            "eu-west-_abc",
            "eu-west-1_a/../b",
            "eu-west-1_a?x",
            "eu-west-1.evil.example/_abc",
            "eu--1_abc",
            "eu-west-1 _abc",
            "eu-west-100_abc",
            "eu-west-1_\u{e9}",
            "eu-west-1_abc\n",
            &long,
        ] {
            let expected = ConfigError::UserPoolId { value: id.to_owned() };
            assert_eq!(id.parse::<UserPoolId>(), Err(expected), "{id:?}");
        }
    }

    #[test]
    fn both_issuers_of_a_pool() {
        let pool = pool("us-gov-west-1_AbCdEf123");
        assert_eq!(
            [pool.issuer(), pool.updated_issuer()],
            [
                "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbCdEf123",
                "https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbCdEf123",
            ]
        );
        let china = "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a";
        assert_eq!(super::UserPoolId::try_from("cn-north-1_a").unwrap().issuer(), china);
    }
}
