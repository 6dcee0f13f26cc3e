//! A verified token: the proof that a verifier has accepted it.

#[cfg(feature = "tokio")]
use crate::time::wall::wait_until;
use crate::{
    Error, Principal, Requirement, TokenUse, claims::Claims, policy::Verdict,
    time::wall::system_time,
};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// A token that a [`Verifier`](crate::Verifier) has accepted. Only a verifier can make one.
///
/// Cheap to clone. What the rules looked at is at hand; everything else is read from the verified
/// text on demand, into a type of yours, [`AccessClaims`](crate::AccessClaims) or
/// [`IdClaims`](crate::IdClaims).
#[derive(Clone)]
pub struct VerifiedToken(Arc<Accepted>);

struct Accepted {
    claims: Claims,
    verdict: Verdict,
    leeway: Duration,
}

impl VerifiedToken {
    pub(crate) fn new(claims: Claims, verdict: Verdict, leeway: Duration) -> Self {
        Self(Arc::new(Accepted { claims, verdict, leeway }))
    }

    /// What the rules looked at.
    pub(crate) fn checked(&self) -> &Claims {
        &self.0.claims
    }

    /// The memory that it takes, at most.
    #[cfg(feature = "token-cache")]
    pub(crate) fn bytes(&self) -> usize {
        let Accepted { claims, verdict, .. } = &*self.0;
        let listed = verdict.groups.capacity().saturating_add(verdict.scopes.capacity());
        // The texts of the verdict are copies of parts of the claims.
        let copies = claims.text().len().saturating_add(listed.saturating_mul(size_of::<String>()));
        claims.bytes().saturating_add(copies).saturating_add(size_of::<Accepted>())
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.0.claims.iss().unwrap_or_default()
    }

    /// The subject, which every token of a user has. With the issuer it is the user's only lasting
    /// name; user names and addresses can change hands.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.0.claims.sub()
    }

    /// On whose behalf the request comes.
    #[must_use]
    pub fn principal(&self) -> Principal<'_> {
        match (self.0.verdict.is_client, self.client_id(), self.subject()) {
            (true, Some(client_id), _) => Principal::Client { client_id },
            (_, _, subject) => Principal::User { subject: subject.unwrap_or_default() },
        }
    }

    /// The user name: `username` of an access token, `cognito:username` of an ID token. A token of
    /// another provider has one if it carries `username`.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        let claims = &self.0.claims;
        match self.0.verdict.token_use {
            Some(TokenUse::Id) => claims.cognito_username(),
            _ => claims.username(),
        }
    }

    /// The client that got the token: `client_id` of Cognito's access tokens, `aud` of its ID
    /// tokens; of a token of another provider `client_id`, else `azp`, else `cid`.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        let client_id = self.0.verdict.client_id.as_ref()?;
        Some(client_id.of(self.0.claims.text()))
    }

    /// What the token is for, if it is Cognito's.
    #[must_use]
    pub fn token_use(&self) -> Option<TokenUse> {
        self.0.verdict.token_use
    }

    /// The user's groups, in no particular order: `cognito:groups`, of which a client has none, or
    /// what the claim holds that an OIDC policy [names](crate::Policy::groups_claim).
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.0.verdict.groups
    }

    /// The token's scopes.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.0.verdict.scopes
    }

    /// When the token expires, without leeway.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        system_time(self.0.claims.exp.unwrap_or_default())
    }

    /// Waits until the token would no longer be accepted, which is [`expires_at`](Self::expires_at)
    /// and the policy's leeway: then a connection that was opened with it should be closed. Goes by
    /// the clock of this machine, and needs a tokio runtime with time enabled (feature `tokio`).
    ///
    /// ```
    /// # async fn next_message() {}
    /// async fn serve(token: poolgate::VerifiedToken) {
    ///     let deadline = token.deadline();
    ///     tokio::pin!(deadline);
    ///     loop {
    ///         tokio::select! {
    ///             () = &mut deadline => break,
    ///             () = next_message() => {}
    ///         }
    ///     }
    /// }
    /// ```
    #[cfg(feature = "tokio")]
    pub fn deadline(&self) -> impl Future<Output = ()> + Send + use<> {
        let end = self.expires_at().checked_add(self.0.leeway);
        wait_until(end.unwrap_or_else(|| self.expires_at()))
    }

    /// When the user signed in.
    #[must_use]
    pub fn auth_time(&self) -> Option<SystemTime> {
        self.0.claims.auth_time.map(system_time)
    }

    /// Reads the claims into a type.
    ///
    /// # Errors
    /// [`Error::ClaimsMismatch`] with the claim that does not fit or is missing.
    ///
    /// ```
    /// # async fn example(token: poolgate::VerifiedToken) -> Result<(), poolgate::Error> {
    /// #[derive(serde::Deserialize)]
    /// struct User {
    ///     sub: String,
    ///     #[serde(rename = "custom:plan")]
    ///     plan: Option<String>,
    /// }
    /// let user: User = token.claims()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn claims<C: DeserializeOwned>(&self) -> Result<C, Error> {
        serde_json::from_str(self.0.claims.text()).map_err(|_| self.mismatch::<C>())
    }

    /// Asks for more than a verified token.
    ///
    /// # Errors
    /// [`Error::InsufficientScope`], [`Error::InsufficientGroup`] or, where an issuer is asked for,
    /// [`Error::Forbidden`] if the requirement does not hold.
    pub fn require(&self, requirement: &Requirement) -> Result<(), Error> {
        requirement.check(self)
    }

    /// Finds the claim that does not fit. Nobody pays for it unless one does not.
    fn mismatch<C: DeserializeOwned>(&self) -> Error {
        let mut deserializer = serde_json::Deserializer::from_str(self.0.claims.text());
        let claim = match serde_path_to_error::deserialize::<_, C>(&mut deserializer) {
            Ok(_) => None,
            Err(error) => match error.path().iter().next() {
                Some(Segment::Map { key }) => Some(key.clone()),
                _ => missing_field(&error.into_inner()),
            },
        };
        Error::ClaimsMismatch { claim }
    }
}

/// Shows what a log may hold: no text of the token and no name of a person.
impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("VerifiedToken");
        debug.field("issuer", &self.issuer()).field("token_use", &self.token_use());
        debug.finish_non_exhaustive()
    }
}

/// The name of a field that the type has and the claims have not, as serde words it.
fn missing_field(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let (name, _) = text.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{policy::cognito_verdict, time::wall::END_OF_TIME};

    fn token(json: &str, token_use: TokenUse) -> VerifiedToken {
        let claims = Claims::parse(json.to_owned()).unwrap();
        let verdict = cognito_verdict(&claims, token_use);
        VerifiedToken::new(claims, verdict, Duration::ZERO)
    }

    fn access_token(who: &str, groups: &[&str], scope: &str) -> VerifiedToken {
        let groups = serde_json::to_string(groups).unwrap();
        let json = format!(
            r#"{{"iss":"https://i","token_use":"access","client_id":"c",{who}"exp":9,"cognito:groups":{groups},"scope":"{scope}"}}"#
        );
        token(&json, TokenUse::Access)
    }

    pub(crate) fn user_token(groups: &[&str], scope: &str) -> VerifiedToken {
        access_token(r#""sub":"s","username":"u","#, groups, scope)
    }

    pub(crate) fn token_of(issuer: &str) -> VerifiedToken {
        token(&format!(r#"{{"iss":"{issuer}","sub":"s","exp":9}}"#), TokenUse::Id)
    }

    pub(crate) fn client_token(groups: &[&str], scope: &str) -> VerifiedToken {
        access_token(r#""sub":"c","#, groups, scope)
    }

    #[test]
    fn a_user_and_a_client() {
        let user = user_token(&["a"], "x y");
        assert_eq!(user.principal(), Principal::User { subject: "s" });
        assert_eq!((user.username(), user.client_id()), (Some("u"), Some("c")));
        assert_eq!(
            (user.groups(), user.scopes()),
            (&["a".to_owned()][..], &["x".to_owned(), "y".to_owned()][..])
        );
        let client = client_token(&["a"], "x");
        assert_eq!(client.principal(), Principal::Client { client_id: "c" });
        assert_eq!((client.username(), client.groups()), (None, &[][..]));
    }

    #[test]
    fn an_id_token_is_of_a_user_and_for_a_client() {
        let json = r#"{"iss":"i","sub":"s","aud":"c","client_id":"other","token_use":"id","exp":9,
            "username":"other","cognito:username":"u","auth_time":7.5}"#;
        let token = token(json, TokenUse::Id);
        assert_eq!(token.principal(), Principal::User { subject: "s" });
        assert_eq!((token.username(), token.client_id()), (Some("u"), Some("c")));
        let since_epoch = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since_epoch(token.expires_at()), Duration::from_secs(9));
        assert_eq!(token.auth_time().map(since_epoch), Some(Duration::from_millis(7_500)));
    }

    #[test]
    fn a_time_beyond_all_dates_is_cut() {
        let token = token(r#"{"exp":1e300}"#, TokenUse::Id);
        assert_eq!(token.expires_at(), SystemTime::UNIX_EPOCH + END_OF_TIME);
    }

    #[test]
    fn claims_that_do_not_fit_name_the_field_and_no_value() {
        #[derive(Debug, serde::Deserialize)]
        #[allow(dead_code)]
        struct Wrong {
            username: u32,
        }

        #[derive(Debug, serde::Deserialize)]
        #[allow(dead_code)]
        struct Nested {
            people: std::collections::HashMap<String, u32>,
        }
        let json = r#"{"people":{"alice@example.com":"x"}}"#;
        let error = token(json, TokenUse::Id).claims::<Nested>().unwrap_err();
        assert_eq!(error, Error::ClaimsMismatch { claim: Some("people".to_owned()) });
        let mismatch = |claim: &str| Error::ClaimsMismatch { claim: Some(claim.to_owned()) };
        let error = user_token(&[], "").claims::<Wrong>().unwrap_err();
        assert_eq!(error, mismatch("username"));
        let error = client_token(&[], "").claims::<Wrong>().unwrap_err();
        assert_eq!(error, mismatch("username"), "missing");
        let error = user_token(&["secret"], "").claims::<Vec<u8>>().unwrap_err();
        assert_eq!(error, Error::ClaimsMismatch { claim: None });
    }

    #[test]
    fn debug_names_nobody() {
        let token = user_token(&["Admins"], "x");
        let shown = format!("{token:?} {:?}", token.principal());
        assert_eq!(
            shown,
            r#"VerifiedToken { issuer: "https://i", token_use: Some(Access), .. } User { .. }"#
        );
    }
}
