//! Ready-made types for the claims of Cognito's tokens.

use crate::{
    CustomAttributes, TokenUse,
    custom_attributes::Sieve,
    lenient::{access, id, one_or_more, optional_bool, optional_seconds, seconds},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::fmt;

/// The claims of an access token. Times are seconds since the Unix epoch.
///
/// What a pre-token-generation trigger adds is read into a type of your own.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct AccessClaims {
    /// The subject: a user's lasting ID. A client's token need not have one.
    pub sub: Option<String>,
    /// The issuer.
    pub iss: String,
    /// The app client.
    pub client_id: String,
    /// Always `access`; an ID token does not fit this type.
    #[serde(deserialize_with = "access")]
    pub token_use: TokenUse,
    /// The scopes, separated by spaces.
    pub scope: Option<String>,
    /// When the token expires.
    #[serde(deserialize_with = "seconds")]
    pub exp: u64,
    /// When the token was issued.
    #[serde(default, deserialize_with = "optional_seconds")]
    pub iat: Option<u64>,
    /// When the user signed in.
    #[serde(default, deserialize_with = "optional_seconds")]
    pub auth_time: Option<u64>,
    /// The user name; a client's own token has none.
    pub username: Option<String>,
    /// The token's ID.
    pub jti: Option<String>,
    /// The ID that all tokens of one sign-in share, if revocation is on.
    pub origin_jti: Option<String>,
    /// The ID of the sign-in.
    pub event_id: Option<String>,
    /// The user's groups, as the token lists them. To authorize, ask
    /// [`VerifiedToken::groups`](crate::VerifiedToken::groups), which knows that a client has none.
    #[serde(rename = "cognito:groups", default)]
    pub groups: Vec<String>,
    /// The remembered device.
    pub device_key: Option<String>,
    /// The version of the token's form.
    pub version: Option<u64>,
    /// The resources that the token is bound to.
    #[serde(default, deserialize_with = "one_or_more")]
    pub aud: Vec<String>,
    /// The authentication context (step-up).
    pub acr: Option<String>,
    /// The authentication methods.
    #[serde(default)]
    pub amr: Vec<String>,
}

/// The claims of an ID token. Times are seconds since the Unix epoch.
///
/// Attributes that users can write, `custom:*` and `preferred_username` among them, are data and
/// no ground for authorization.
#[derive(Clone, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct IdClaims {
    /// The subject: the user's lasting ID.
    pub sub: String,
    /// The issuer.
    pub iss: String,
    /// The app client.
    #[serde(deserialize_with = "one_or_more")]
    pub aud: Vec<String>,
    /// Always `id`; an access token does not fit this type.
    #[serde(deserialize_with = "id")]
    pub token_use: TokenUse,
    /// When the token expires.
    #[serde(deserialize_with = "seconds")]
    pub exp: u64,
    /// When the token was issued.
    #[serde(default, deserialize_with = "optional_seconds")]
    pub iat: Option<u64>,
    /// When the user signed in.
    #[serde(default, deserialize_with = "optional_seconds")]
    pub auth_time: Option<u64>,
    /// The token's ID.
    pub jti: Option<String>,
    /// The ID that all tokens of one sign-in share, if revocation is on.
    pub origin_jti: Option<String>,
    /// The ID of the sign-in.
    pub event_id: Option<String>,
    /// The value that the client sent with its sign-in request.
    pub nonce: Option<String>,
    /// Binds the token to the access token beside it.
    pub at_hash: Option<String>,
    /// The user name.
    #[serde(rename = "cognito:username")]
    pub username: Option<String>,
    /// The user's groups.
    #[serde(rename = "cognito:groups", default)]
    pub groups: Vec<String>,
    /// The IAM roles of the user's groups.
    #[serde(rename = "cognito:roles", default)]
    pub roles: Vec<String>,
    /// The IAM role of the group that takes precedence, if there is one.
    #[serde(rename = "cognito:preferred_role")]
    pub preferred_role: Option<String>,
    /// Accounts elsewhere that are linked to the user.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// The authentication context (step-up).
    pub acr: Option<String>,
    /// The authentication methods.
    #[serde(default)]
    pub amr: Vec<String>,
    /// The email address.
    pub email: Option<String>,
    /// Whether the address is verified. Cognito writes a bool here and a string elsewhere.
    #[serde(default, deserialize_with = "optional_bool")]
    pub email_verified: Option<bool>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// Whether the number is verified.
    #[serde(default, deserialize_with = "optional_bool")]
    pub phone_number_verified: Option<bool>,
    /// The full name.
    pub name: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The middle name.
    pub middle_name: Option<String>,
    /// The nickname.
    pub nickname: Option<String>,
    /// The name the user likes to be called by.
    pub preferred_username: Option<String>,
    /// The URL of a profile page.
    pub profile: Option<String>,
    /// The URL of a picture.
    pub picture: Option<String>,
    /// The URL of a website.
    pub website: Option<String>,
    /// The gender.
    pub gender: Option<String>,
    /// The birthdate.
    pub birthdate: Option<String>,
    /// The time zone.
    pub zoneinfo: Option<String>,
    /// The language.
    pub locale: Option<String>,
    /// The postal address.
    pub address: Option<Address>,
    /// When the attributes last changed.
    #[serde(default, deserialize_with = "optional_seconds")]
    pub updated_at: Option<u64>,
    /// The custom attributes.
    #[serde(skip)]
    pub custom: CustomAttributes,
}

/// An account elsewhere that is linked to a user.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Identity {
    /// The user's ID there.
    pub user_id: String,
    /// The name of the identity provider in the pool.
    pub provider_name: String,
    /// Its type, for example `Google`, `SAML` or `OIDC`.
    pub provider_type: String,
    /// The SAML issuer, where there is one.
    pub issuer: Option<String>,
    /// Whether the user was made by this sign-in.
    #[serde(default, deserialize_with = "optional_bool")]
    pub primary: Option<bool>,
    /// When it was linked, in milliseconds since the Unix epoch, as text.
    pub date_created: Option<String>,
}

/// A postal address (OpenID Connect Core 1.0 §5.1.1). Cognito fills in `formatted` only.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct Address {
    /// The whole address, in lines.
    pub formatted: Option<String>,
}

impl<'de> Deserialize<'de> for IdClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = IdClaims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the claims of an ID token")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<IdClaims, A::Error> {
                let mut custom = CustomAttributes::default();
                let sieve = Sieve { map, custom: &mut custom };
                // The function that is derived as `remote` and reads the claims with names.
                let mut claims = IdClaims::deserialize(MapAccessDeserializer::new(sieve))?;
                claims.custom = custom;
                Ok(claims)
            }
        }

        deserializer.deserialize_map(All)
    }
}

macro_rules! redacted_debug {
    ($($claims:ident),+) => {$(
        /// Claims name people, so they stay out of logs.
        impl fmt::Debug for $claims {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($claims)).finish_non_exhaustive()
            }
        }
    )+};
}

redacted_debug!(AccessClaims, IdClaims, Identity, Address);

#[cfg(test)]
mod tests {
    use super::*;

    fn id(json: &str) -> IdClaims {
        let required = r#""sub":"1","iss":"i","aud":"c","token_use":"id","exp":9"#;
        serde_json::from_str(&format!("{{{required}{json}}}")).unwrap()
    }

    #[test]
    fn an_id_token_needs_little() {
        let claims = id("");
        assert_eq!((claims.sub.as_str(), claims.exp), ("1", 9));
        assert_eq!(claims.aud, ["c"]);
        assert!(claims.groups.is_empty() && claims.custom.iter().next().is_none());
        assert_eq!(claims.email_verified, None);
    }

    #[test]
    fn flags_come_as_bool_or_text() {
        for (json, expected) in
            [("true", true), ("false", false), (r#""true""#, true), (r#""false""#, false)]
        {
            assert_eq!(id(&format!(r#","email_verified":{json}"#)).email_verified, Some(expected));
        }
        for json in ["1", r#""yes""#, r#""True""#, "[]"] {
            let text = format!(
                r#"{{"userId":"u","providerName":"p","providerType":"t","primary":{json}}}"#
            );
            assert!(serde_json::from_str::<Identity>(&text).is_err(), "{json}");
        }
    }

    #[test]
    fn times_come_as_number_or_text() {
        for (json, expected) in [("7", 7), ("7.9", 7), (r#""7""#, 7), ("1e300", u64::MAX)] {
            assert_eq!(
                id(&format!(r#","updated_at":{json}"#)).updated_at,
                Some(expected),
                "{json}"
            );
        }
        for json in ["-1", "-0.5", r#""soon""#, "[]", "true"] {
            let claims =
                format!(r#"{{"iss":"i","client_id":"c","token_use":"access","exp":{json}}}"#);
            assert!(serde_json::from_str::<AccessClaims>(&claims).is_err(), "{json}");
        }
    }

    #[test]
    fn identities_and_roles() {
        let claims = id(r#","cognito:username":"Google_123","cognito:groups":["a"],
            "cognito:roles":["r1","r2"],"cognito:preferred_role":"r1","address":{"formatted":"x"},
            "identities":[{"userId":"123","providerName":"Google","providerType":"Google",
            "issuer":null,"primary":"true","dateCreated":"1700000000000"}]"#);
        let [identity] = claims.identities.as_slice() else { panic!("one identity") };
        assert_eq!((identity.user_id.as_str(), identity.primary), ("123", Some(true)));
        assert_eq!(identity.issuer, None);
        assert_eq!(claims.roles, ["r1", "r2"]);
        assert_eq!(claims.preferred_role.as_deref(), Some("r1"));
        assert_eq!(claims.address.unwrap().formatted.as_deref(), Some("x"));
    }

    #[test]
    fn custom_attributes_are_found_among_the_others() {
        let claims = id(r#","custom:plan":"gold","custom:seats":"12","email":"a@b.example""#);
        assert_eq!(claims.custom.iter().collect::<Vec<_>>(), [("plan", "gold"), ("seats", "12")]);
        assert_eq!(claims.custom.parse::<u8>("seats"), Some(Ok(12)));
        assert!(claims.custom.parse::<u8>("plan").unwrap().is_err());
        assert_eq!(claims.email.as_deref(), Some("a@b.example"));
        assert!(serde_json::from_str::<CustomAttributes>(r#"{"custom:a":1}"#).is_err());
    }

    #[test]
    fn an_access_token_of_a_client_names_no_user() {
        let claims: AccessClaims = serde_json::from_str(
            r#"{"iss":"i","client_id":"c","token_use":"access","scope":"a/b","exp":9,"version":2}"#,
        )
        .unwrap();
        assert_eq!((claims.sub, claims.username), (None, None));
        assert_eq!((claims.scope.as_deref(), claims.version), (Some("a/b"), Some(2)));
    }

    #[test]
    fn a_type_fits_tokens_of_its_use_only() {
        for (token_use, is_access, is_id) in
            [("access", true, false), ("id", false, true), ("", false, false)]
        {
            let json = format!(
                r#"{{"iss":"i","sub":"s","aud":"c","client_id":"c","token_use":"{token_use}","exp":9}}"#
            );
            assert_eq!(
                serde_json::from_str::<AccessClaims>(&json).is_ok(),
                is_access,
                "{token_use}"
            );
            assert_eq!(serde_json::from_str::<IdClaims>(&json).is_ok(), is_id, "{token_use}");
        }
    }

    #[test]
    fn debug_shows_no_claim() {
        let claims = id(r#","email":"a@b.example","custom:plan":"gold""#);
        assert_eq!(format!("{claims:?}"), "IdClaims { .. }");
        assert_eq!(format!("{:?}", claims.custom), "CustomAttributes { .. }");
    }
}
