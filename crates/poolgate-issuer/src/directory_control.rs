//! What tests do with the users of a pool, and with the tokens that sign-ins get.

use serde_json::Value;

use crate::{
    config::{ConfigError, Group, User},
    issuer::TestIssuer,
    kind::Kind,
    pre_token::{Hook, TokenChanges, TokenEvent, TriggerVersion},
    refusal::Refusal,
    token::TokenBuilder,
};

/// # Users of the pool
///
/// Users are named by username, `sub` or alias. Groups and attributes are as they are when the token builder is made.
impl TestIssuer {
    /// An access token of a user of the pool, with the user's `sub` and groups.
    ///
    /// ```
    /// use poolgate_issuer::{TestIssuer, User, UserPool};
    ///
    /// let pool = UserPool::new("eu-west-1_Shop").group("Admins").user(User::new("alice").group("Admins"));
    /// let issuer = TestIssuer::builder().user_pool(pool).offline();
    /// let token = issuer.access_token_for("alice").scope("orders/read").sign();
    /// # let _ = token;
    /// ```
    ///
    /// # Panics
    /// If the pool has no such user.
    pub fn access_token_for(&self, name: &str) -> TokenBuilder {
        self.token_for(name, Kind::Access)
    }

    /// An ID token of a user of the pool, with the user's `sub`, groups, roles and attributes.
    ///
    /// # Panics
    /// If the pool has no such user.
    pub fn id_token_for(&self, name: &str) -> TokenBuilder {
        self.token_for(name, Kind::Id)
    }

    /// Adds a user, as in a configuration.
    ///
    /// # Panics
    /// If the user breaks a rule of [`Config::check`](crate::Config::check), the name is taken, or a group is missing.
    pub fn add_user(&self, user: &User) {
        fits(user.check());
        done(self.pool.add_user(user).map(drop));
    }

    /// Adds a group, as in a configuration. It can be just a name.
    ///
    /// # Panics
    /// If the group breaks a rule of [`Config::check`](crate::Config::check), or the name is taken.
    pub fn add_group(&self, group: impl Into<Group>) {
        let group = group.into();
        fits(group.check());
        done(self.pool.create_group(group).map(drop));
    }

    /// Adds a user to a group. Tokens that are out already do not change.
    ///
    /// # Panics
    /// If the pool has no such user or group.
    pub fn add_to_group(&self, name: &str, group: &str) {
        done(self.pool.add_to_group(name, group));
    }

    /// Removes a user from a group. Tokens that are out already do not change.
    ///
    /// # Panics
    /// If the pool has no such user or group.
    pub fn remove_from_group(&self, name: &str, group: &str) {
        done(self.pool.remove_from_group(name, group));
    }

    /// The code that a user who signed up has to confirm with. A real pool would have sent it.
    pub fn confirmation_code(&self, name: &str) -> Option<String> {
        self.pool.confirmation_code(name)
    }

    /// A code of the user's authenticator app that is accepted now. Each is accepted once.
    pub fn totp_code(&self, name: &str) -> Option<String> {
        self.pool.totp_code(name)
    }

    fn token_for(&self, name: &str, kind: Kind) -> TokenBuilder {
        let person = self.pool.person(name).unwrap_or_else(|refusal| refused(&refusal));
        TokenBuilder::of(self.clone(), kind, person)
    }
}

/// # Tokens of sign-ins
///
/// These concern the tokens that the endpoints of the server give. A [`TokenBuilder`] makes tokens without them.
impl TestIssuer {
    /// Calls this hook before each token, as a real pool calls its pre-token-generation trigger. A new hook replaces
    /// the one before. Changes that Cognito does not allow fail the sign-in with `InvalidLambdaResponseException`.
    pub fn pre_token_generation(
        &self,
        version: TriggerVersion,
        hook: impl Fn(&TokenEvent) -> TokenChanges + Send + Sync + 'static,
    ) {
        self.pool.set_hook(Some(Hook::new(version, hook)));
    }

    /// The next tokens that a sign-in, a refresh or a machine gets have these claims on top, whatever they are; `null`
    /// leaves a claim out. Calls queue up: each is for one answer.
    ///
    /// ```
    /// # use poolgate_issuer::TestIssuer;
    /// # let issuer = TestIssuer::builder().offline();
    /// issuer.next_claims([("token_use", "refresh".into()), ("exp", serde_json::Value::Null)]);
    /// ```
    pub fn next_claims<N: Into<String>>(&self, claims: impl IntoIterator<Item = (N, Value)>) {
        let claims = claims.into_iter().map(|(name, value)| (name.into(), value));
        self.pool.next_claims(claims.collect());
    }

    /// Users and groups are as configured again, sessions, codes and refresh tokens are forgotten, hook, queued claims,
    /// faults and [`cache_control`](Self::cache_control) are gone. Keys, clock and the count of fetches stay as they are.
    pub fn reset(&self) {
        self.pool.reset();
    }
}

fn fits(checked: Result<(), ConfigError>) {
    checked.unwrap_or_else(|refused| panic!("{refused}"));
}

fn done(result: Result<(), Refusal>) {
    result.unwrap_or_else(|refusal| refused(&refusal));
}

fn refused(refusal: &Refusal) -> ! {
    panic!("{}: {}", refusal.code(), refusal.message())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Algorithm, AppClient, Fault, TestClock, UserPool, test_verifier::claims};

    fn issuer() -> TestIssuer {
        let alice = User::new("alice").group("Admins").attribute("email", "alice@shop.example");
        let web = AppClient::new("web").access_token_lifetime(std::time::Duration::from_secs(300));
        let pool = UserPool::new("eu-west-1_A").client(web).group("Admins").group("Staff");
        TestIssuer::builder()
            .user_pool(pool.user(alice.attribute("custom:plan", "gold")))
            .algorithm(Algorithm::EdDsa)
            .clock(TestClock::at(1_000))
            .offline()
    }

    #[test]
    fn tokens_of_a_user_say_what_the_directory_says() {
        let issuer = issuer();
        let access = claims(&issuer.access_token_for("alice").sign());
        let id = claims(&issuer.id_token_for("alice").sign());

        assert_eq!(access["sub"], claims(&issuer.access_token().username("alice").sign())["sub"]);
        assert_eq!((&access["username"], &access["exp"]), (&json!("alice"), &json!(1_300)));
        assert_eq!(access["cognito:groups"], json!(["Admins"]));
        assert_eq!(
            (&id["email"], &id["email_verified"]),
            (&json!("alice@shop.example"), &json!(true))
        );
        assert_eq!((&id["custom:plan"], &id["aud"]), (&json!("gold"), &json!("web")));
    }

    #[test]
    fn a_test_can_still_change_them() {
        let token = issuer().access_token_for("alice").group("Guests").scope("orders/read");
        let said = claims(&token.sign());

        assert_eq!(said["cognito:groups"], json!(["Admins", "Guests"]));
        assert_eq!(said["scope"], "orders/read");
        let bob = claims(&token.username("bob").sign());
        assert_eq!(bob["username"], "bob");
        assert_ne!(bob["sub"], said["sub"]);
    }

    #[test]
    fn users_and_groups_change_while_it_runs() {
        let issuer = issuer();
        issuer.add_group(Group::new("Guests").precedence(0));
        issuer.add_user(&User::new("bob").group("Guests"));
        issuer.add_to_group("bob", "Staff");
        issuer.remove_from_group("alice", "Admins");

        let groups = |name| claims(&issuer.access_token_for(name).sign())["cognito:groups"].clone();

        assert_eq!((groups("bob"), groups("alice")), (json!(["Guests", "Staff"]), Value::Null));
    }

    #[test]
    fn reset_forgets_all_but_keys_and_clock() {
        let issuer = issuer();
        let (kids, before) = (issuer.kids(), issuer.access_token_for("alice").sign());
        issuer.add_user(&User::new("bob"));
        issuer.remove_from_group("alice", "Admins");
        issuer.fail_jwks(Fault::Html);
        issuer.next_claims([("x", 1.into())]);
        issuer
            .pre_token_generation(TriggerVersion::V3, |_| TokenChanges::new().access_claim("y", 1));
        issuer.clock().advance(std::time::Duration::from_secs(60));

        issuer.reset();

        assert_eq!(issuer.kids(), kids);
        assert_eq!(issuer.clock().unix_seconds(), 1_060);
        assert!(issuer.pool.user("bob").is_err());
        let after = claims(&issuer.access_token_for("alice").sign());
        assert_eq!(after["cognito:groups"], claims(&before)["cognito:groups"]);
        let set = issuer.pool.client_credentials(issuer.pool.first_client(), &[]).unwrap();
        let said = claims(&set.access_token);
        assert_eq!((said.get("x"), said.get("y")), (None, None));
    }

    #[test]
    #[should_panic(expected = "UserNotFoundException: User does not exist.")]
    fn a_user_who_is_not_there_has_no_token() {
        drop(issuer().access_token_for("bob"));
    }

    #[test]
    #[should_panic(
        expected = "attributes.plan: \"plan\" is neither a standard attribute nor custom:*"
    )]
    fn a_user_who_breaks_the_rules_is_not_added() {
        issuer().add_user(&User::new("bob").attribute("plan", "gold"));
    }
}
