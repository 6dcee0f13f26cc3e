//! What is wrong with a configuration, found before the first request.

use std::{convert::Infallible, fmt, time::Duration};

/// Why a policy, a requirement or a verifier cannot be built.
///
/// The message names the value and says what is expected instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not a user pool ID.
    #[non_exhaustive]
    UserPoolId {
        /// The value given.
        value: String,
    },
    /// No client ID was given, or one that cannot be one.
    #[non_exhaustive]
    ClientId {
        /// The value given; `None` for an empty list.
        value: Option<String>,
    },
    /// No token use was named.
    TokenUse,
    /// No audience was given, or an empty one.
    #[non_exhaustive]
    Audience {
        /// The value given; `None` for an empty list.
        value: Option<String>,
    },
    /// What a provider calls its customer cannot be part of its issuer.
    #[non_exhaustive]
    Provider {
        /// The value given.
        value: String,
        /// What the provider has instead.
        expected: &'static str,
    },
    /// The claim for groups has no name.
    GroupsClaim,
    /// A policy asks for a group, and names no claim that holds groups.
    NoGroupsClaim,
    /// No value of a header's `typ`.
    HeaderType,
    /// A setting that this kind of policy does not have.
    #[non_exhaustive]
    Setting {
        /// The method.
        name: &'static str,
        /// What to do instead.
        expected: &'static str,
    },
    /// Not an issuer: it must be an https URL, or an http URL of this machine.
    #[non_exhaustive]
    Issuer {
        /// The value given.
        value: String,
    },
    /// Not a place to fetch keys from: it must be an https URL, or an http URL of this machine.
    #[non_exhaustive]
    JwksUrl {
        /// The value given.
        value: String,
    },
    /// The same issuer in two policies.
    #[non_exhaustive]
    DuplicateIssuer {
        /// The issuer.
        issuer: String,
    },
    /// No resource, an empty one, or resources for a policy that takes no access tokens.
    Resource,
    /// No algorithm was given.
    Algorithms,
    /// A leeway of more than 300 seconds.
    #[non_exhaustive]
    Leeway {
        /// The value given.
        value: Duration,
    },
    /// Keys would be kept for less than a minute or more than 24 hours after the last successful
    /// fetch.
    #[non_exhaustive]
    MaxStale {
        /// The value given.
        value: Duration,
    },
    /// A size limit of zero, or of more than 1 MiB.
    #[non_exhaustive]
    MaxTokenBytes {
        /// The value given.
        value: usize,
    },
    /// A limit of a lookup that is out of bounds.
    #[non_exhaustive]
    Lookup {
        /// The name of the setting.
        setting: &'static str,
        /// The value given.
        value: String,
        /// The bounds.
        expected: &'static str,
    },
    /// A requirement without a part.
    Requirement,
    /// Not a key set, or one without a usable key.
    #[non_exhaustive]
    KeySet {
        /// What is wrong.
        reason: &'static str,
    },
    /// Not a snapshot of keys.
    #[non_exhaustive]
    KeySnapshot {
        /// What is wrong.
        reason: &'static str,
    },
    /// The other verifier has no keys that this one could use as well.
    #[non_exhaustive]
    KeysFrom {
        /// What they differ in.
        reason: &'static str,
    },
    /// Not a place in a request where a token may be.
    #[non_exhaustive]
    Source {
        /// The name given.
        value: String,
    },
    /// A gate with no source, or with two that are the same place.
    Sources,
    /// Not an origin, or none.
    #[non_exhaustive]
    Origin {
        /// The value given; `None` for an empty list.
        value: Option<String>,
    },
    /// A realm that is empty, or needs escapes.
    #[non_exhaustive]
    Realm {
        /// The value given.
        value: String,
    },
    /// Not the URL of a protected resource (RFC 9728 §1.2).
    #[non_exhaustive]
    ResourceUrl {
        /// The value given.
        value: String,
    },
    /// Keys have to be fetched, but there is nothing to fetch with, and none were restored.
    Fetch,
    /// The HTTP client cannot be built.
    #[non_exhaustive]
    HttpClient {
        /// What the client's builder says.
        reason: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = "expected an https URL, or an http URL of localhost, 127.0.0.1 or [::1], without user and fragment";
        match self {
            Self::UserPoolId { value } => write!(
                f,
                "{value:?} is not a user pool ID: expected a region, `_` and letters or digits, as in eu-west-1_AbCdEf123"
            ),
            Self::ClientId { value: Some(value) } => write!(
                f,
                "{value:?} is not a client ID: expected 1 to 128 letters, digits, `_`, `+` or `-`"
            ),
            Self::ClientId { value: None } => write!(
                f,
                "the list of client IDs is empty: expected one or more, or ClientIds::dangerously_any()"
            ),
            Self::TokenUse => write!(f, "no token use was named: expected access, id or both"),
            Self::Audience { value: Some(value) } => {
                write!(f, "{value:?} is not an audience: expected what aud of a token names")
            }
            Self::Audience { value: None } => write!(
                f,
                "the list of audiences is empty: expected one or more, or Audiences::dangerously_any()"
            ),
            Self::Provider { value, expected } => {
                write!(f, "{value:?} names no issuer: expected {expected}")
            }
            Self::GroupsClaim => {
                write!(f, "the claim for groups has no name: expected one, or a path of names")
            }
            Self::NoGroupsClaim => write!(
                f,
                "a group is required and no claim holds groups: expected Policy::groups_claim"
            ),
            Self::HeaderType => {
                write!(f, "a type of header is empty: expected a media type such as at+jwt")
            }
            Self::Setting { name, expected } => {
                write!(f, "a policy of this kind has no setting {name}: expected {expected}")
            }
            Self::Issuer { value } => {
                write!(f, "{value:?} is not an issuer: {url}, and without query")
            }
            Self::JwksUrl { value } => write!(f, "{value:?} is not a JWKS URL: {url}"),
            Self::DuplicateIssuer { issuer } => write!(
                f,
                "{issuer:?} is the issuer of two policies: expected one policy for an issuer"
            ),
            Self::Resource => {
                write!(f, "no resource: expected the value that aud of an access token carries")
            }
            Self::Algorithms => write!(f, "the list of algorithms is empty: expected one or more"),
            Self::Leeway { value } => {
                write!(f, "a leeway of {value:?} is too long: expected 300 s at most")
            }
            Self::MaxStale { value } => {
                write!(f, "keys cannot be kept for {value:?}: expected 1 minute to 24 h")
            }
            Self::MaxTokenBytes { value } => {
                write!(f, "a token size of {value} bytes is no limit: expected 1 byte to 1 MiB")
            }
            Self::Lookup { setting, value, expected } => {
                write!(f, "{setting} of a lookup cannot be {value}: expected {expected}")
            }
            Self::Requirement => write!(f, "a requirement is empty: expected one part or more"),
            Self::KeySet { reason } => {
                write!(f, "the key set cannot be used: {reason}; expected a JWKS document")
            }
            Self::KeySnapshot { reason } => write!(
                f,
                "the snapshot of keys cannot be read: {reason}; expected what KeySnapshot::to_json wrote"
            ),
            Self::KeysFrom { reason } => write!(
                f,
                "no keys of the other verifier can be shared: {reason}; expected one issuer or more that both fetch the same keys of"
            ),
            Self::Source { value } => write!(
                f,
                "{value:?} is no place for a token: expected a header's name, or a cookie's that begins with __Host-; Authorization has a source of its own"
            ),
            Self::Sources => {
                write!(f, "the sources of a gate are empty or repeated: expected each place once")
            }
            Self::Origin { value: Some(value) } => {
                write!(
                    f,
                    "{value:?} is not an origin: expected one such as https://app.example.com"
                )
            }
            Self::Origin { value: None } => {
                write!(f, "the list of origins is empty: expected the service's own at least")
            }
            Self::Realm { value } => write!(
                f,
                "{value:?} is not a realm: expected printable ASCII without quotes and backslashes"
            ),
            Self::ResourceUrl { value } => {
                write!(f, "{value:?} is not a resource: {url}, and without query")
            }
            Self::Fetch => write!(
                f,
                "keys must be fetched: expected the feature `fetch`, a Fetch, static keys, or restored ones"
            ),
            Self::HttpClient { reason } => {
                write!(f, "the HTTP client cannot be built: {reason}; expected working TLS")
            }
        }
    }
}

impl std::error::Error for ConfigError {}

impl From<Infallible> for ConfigError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_value_and_what_is_expected() {
        let leeway = ConfigError::Leeway { value: Duration::from_secs(301) };
        assert_eq!(leeway.to_string(), "a leeway of 301s is too long: expected 300 s at most");
        let pool = ConfigError::UserPoolId { value: "eu_1".to_owned() };
        assert!(pool.to_string().starts_with("\"eu_1\" is not a user pool ID: expected a region"));
    }
}
