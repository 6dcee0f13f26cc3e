//! What a token says. How it is written and signed stands in `envelope`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::{
    claims::half_hash, envelope::Envelope, issuer::TestIssuer, kind::Kind, members::Edit,
    person::Person,
};

/// A token to be signed: as Cognito makes it, until a test says otherwise.
///
/// Made by [`TestIssuer::access_token`], [`TestIssuer::id_token`] and [`TestIssuer::client_credentials_token`], or for a
/// user of the pool by [`TestIssuer::access_token_for`] and [`TestIssuer::id_token_for`]. Any
/// number of tokens can be signed from one builder; each has its own `jti` and is stamped when it is signed. A builder
/// keeps its issuer running.
///
/// ```
/// # use poolgate_issuer::TestIssuer;
/// # let issuer = TestIssuer::builder().offline();
/// let alice = issuer.access_token().username("alice").group("Admins");
/// let good = alice.sign();
/// let expired = alice.clone().expired().sign();
/// let forged = alice.clone().claim("username", "root").signed_by(&TestIssuer::builder().offline()).sign();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a token builder does nothing until `sign`"]
pub struct TokenBuilder {
    pub(crate) issuer: TestIssuer,
    pub(crate) kind: Kind,
    pub(crate) username: Option<String>,
    /// A user of the pool.
    pub(crate) person: Option<Person>,
    client_id: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) is_expired: bool,
    pub(crate) claim_edits: Vec<Edit>,
    pub(crate) envelope: Envelope,
}

/// # Claims
///
/// The setters of single claims ([`claim`](Self::claim), [`without_claim`](Self::without_claim),
/// [`subject`](Self::subject), [`audience`](Self::audience), [`email`](Self::email), [`not_before`](Self::not_before))
/// take effect in the order of their calls and after all others.
impl TokenBuilder {
    /// The user, `test-user` unless set; `sub` and the default e-mail address follow from it. A client-credentials
    /// token has no user, so there it has no effect.
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.username = Some(username.into());
        self.person = None;
        self
    }

    /// The `sub`. Without it, a user has the same UUID in all tokens of the pool, and a machine its client id.
    pub fn subject(self, subject: impl Into<String>) -> Self {
        self.claim("sub", subject.into())
    }

    /// Adds the user to a group. A client-credentials token has no user, so there it has no effect; for a forged
    /// one, set the [`claim`](Self::claim) `cognito:groups`.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Exactly these groups. Without any, there is no `cognito:groups` claim.
    pub fn groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a scope. The first one named replaces the default, which is `aws.cognito.signin.user.admin openid email`
    /// for users, and for machines every scope of a resource server that their client may ask for. ID tokens have no
    /// scopes, so there it has no effect.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.get_or_insert_default().push(scope.into());
        self
    }

    /// Exactly these scopes. Without any, there is no `scope` claim.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// The app client that the token is for: `client_id` of access tokens, `aud` of ID tokens.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// The `aud`: a string, or a list of strings. Access tokens have none unless set, as with resource binding.
    pub fn audience(self, audience: impl Into<Value>) -> Self {
        self.claim("aud", audience)
    }

    /// The `email`, with `email_verified` true. ID tokens have `{username}@example.com` unless set, access tokens none.
    pub fn email(self, email: impl Into<String>) -> Self {
        self.claim("email", email.into()).claim("email_verified", true)
    }

    /// Binds an ID token to this access token by `at_hash` (OpenID Connect Core section 3.1.3.6, with SHA-256 as for
    /// RS256). Unless set, the hash is that of no token.
    pub fn access_token(self, access_token: &str) -> Self {
        self.claim("at_hash", half_hash(access_token))
    }

    /// How long the token lives from when it is signed, in whole seconds. As the app client says unless set, and that is
    /// one hour.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// The token ended an hour ago, after a whole lifetime: `exp` is past, and `iat` and `auth_time` lie before it.
    pub fn expired(mut self) -> Self {
        self.is_expired = true;
        self
    }

    /// The `nbf`. Cognito never sets it, so there is none unless set.
    pub fn not_before(self, time: SystemTime) -> Self {
        let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.claim("nbf", since_epoch.as_secs())
    }

    /// Sets any claim, to anything.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claim_edits.push(Edit::Set(name.into(), value.into()));
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: impl Into<String>) -> Self {
        self.claim_edits.push(Edit::Remove(name.into()));
        self
    }

    pub(crate) fn new(issuer: TestIssuer, kind: Kind) -> Self {
        let escapes = issuer.pool.config.escape_slashes;
        Self {
            issuer,
            kind,
            username: None,
            person: None,
            client_id: None,
            groups: Vec::new(),
            scopes: None,
            lifetime: None,
            is_expired: false,
            claim_edits: Vec::new(),
            envelope: Envelope::new(escapes),
        }
    }

    /// Of this user of the pool.
    pub(crate) fn of(issuer: TestIssuer, kind: Kind, person: Person) -> Self {
        let groups = person.membership.groups.clone();
        Self { person: Some(person), groups, ..Self::new(issuer, kind) }
    }

    pub(crate) fn username_or_default(&self) -> &str {
        self.username.as_deref().unwrap_or("test-user")
    }

    pub(crate) fn client(&self) -> &str {
        let of_issuer = || self.issuer.client_id();
        self.client_id.as_deref().unwrap_or_else(of_issuer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Algorithm, TestClock, test_verifier};

    fn issuer() -> TestIssuer {
        TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(1_000_000)).offline()
    }

    #[track_caller]
    fn has(token: &TokenBuilder, name: &str, value: impl Into<Value>) {
        assert_eq!(test_verifier::claims(&token.sign())[name], value.into());
    }

    #[track_caller]
    fn lacks(token: &TokenBuilder, name: &str) {
        let claims = test_verifier::claims(&token.sign());
        assert_eq!(claims.get(name), None);
    }

    #[test]
    fn groups_are_added_or_set() {
        let token = issuer().access_token().group("A").group("B");

        has(&token, "cognito:groups", json!(["A", "B"]));
        has(&token.clone().groups(["C"]), "cognito:groups", json!(["C"]));
        has(&issuer().id_token().group("A"), "cognito:groups", json!(["A"]));
        lacks(&token.groups([""; 0]), "cognito:groups");
        lacks(&issuer().access_token(), "cognito:groups");
    }

    #[test]
    fn named_scopes_replace_the_default() {
        let token = issuer().access_token().scope("a/r").scope("a/w");

        has(&token, "scope", "a/r a/w");
        has(&token.clone().scopes(["b"]), "scope", "b");
        lacks(&token.scopes([""; 0]), "scope");
        has(&issuer().client_credentials_token().scope("c"), "scope", "c");
    }

    #[test]
    fn the_client_is_client_id_or_aud() {
        let issuer = issuer();

        has(&issuer.access_token().client_id("c"), "client_id", "c");
        lacks(&issuer.access_token().client_id("c"), "aud");
        has(&issuer.id_token().client_id("c"), "aud", "c");
        lacks(&issuer.id_token().client_id("c"), "client_id");
        has(&issuer.client_credentials_token().client_id("c"), "sub", "c");
    }

    #[test]
    fn single_claims_are_set_as_told() {
        let token = issuer().access_token();
        let time = UNIX_EPOCH + Duration::from_secs(77);

        has(&token.clone().subject("s"), "sub", "s");
        has(&token.clone().audience("https://api"), "aud", "https://api");
        has(&token.clone().audience(vec!["a", "b"]), "aud", json!(["a", "b"]));
        has(&token.clone().email("a@b.c"), "email", "a@b.c");
        has(&token.clone().email("a@b.c"), "email_verified", true);
        has(&token.clone().not_before(time), "nbf", 77);
        has(&issuer().id_token().email("a@b.c"), "email", "a@b.c");
        lacks(&token, "nbf");
    }

    #[test]
    fn any_claim_can_be_set_and_left_out_and_the_last_word_counts() {
        let token = issuer().access_token();

        has(&token.clone().claim("exp", "soon"), "exp", "soon");
        lacks(&token.clone().without_claim("exp"), "exp");
        has(&token.clone().without_claim("x").claim("x", 1), "x", 1);
        lacks(&token.claim("x", 1).without_claim("x"), "x");
    }

    #[test]
    fn a_machine_has_no_username() {
        lacks(&issuer().client_credentials_token().username("a"), "username");
    }
}
