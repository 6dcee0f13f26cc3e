//! Access tokens that come back to the pool.

use serde_json::Value;

use super::Pool;
use crate::{directory::UserView, jws, person, refusal::Refusal};

/// Whose access token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenOwner {
    pub(crate) user: UserView,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
}

impl Pool {
    /// The user of a good access token that has this scope.
    ///
    /// Good are all tokens that this pool's keys have signed, whoever made them, unless they are expired, or revoked
    /// with their sign-in.
    pub(crate) fn user_of_access_token(
        &self,
        token: &str,
        scope: &str,
    ) -> Result<TokenOwner, Refusal> {
        let invalid = || Refusal::not_authorized("Invalid Access Token");
        let claims = jws::verified_claims(token, &self.keys).ok_or_else(invalid)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let number = |name: &str| claims.get(name).and_then(Value::as_u64);
        if text("token_use") != Some("access") || text("iss") != Some(&self.issuer) {
            return Err(invalid());
        }
        if self.now() >= number("exp").ok_or_else(invalid)? {
            return Err(Refusal::not_authorized("Access Token has expired"));
        }
        let username = text("username").ok_or_else(invalid)?;
        let client_id = text("client_id").ok_or_else(invalid)?;
        self.ensure_not_revoked(username, text("event_id"), number("iat"))?;
        let scopes: Vec<_> =
            text("scope").unwrap_or_default().split(' ').map(str::to_owned).collect();
        if !scopes.iter().any(|known| known == scope) {
            return Err(Refusal::MissingScope);
        }
        Ok(TokenOwner { user: self.user(username)?, client_id: client_id.to_owned(), scopes })
    }

    /// What these scopes and the client of the token allow to see, as texts and without `sub`.
    pub(crate) fn readable_attributes(
        &self,
        owner: &TokenOwner,
        scopes: &[String],
    ) -> Vec<(String, String)> {
        let state = self.state();
        match (self.client(&owner.client_id), state.directory.find(&owner.user.username)) {
            (Some(client), Ok(account)) => person::readable(account, client, scopes),
            _ => Vec::new(),
        }
    }

    /// A token that a test made by itself belongs to no sign-in: it ends with the next global sign-out.
    fn ensure_not_revoked(
        &self,
        username: &str,
        event_id: Option<&str>,
        issued: Option<u64>,
    ) -> Result<(), Refusal> {
        let state = self.state();
        let account = state.directory.find(username)?;
        account.ensure_enabled()?;
        let of_family = event_id.and_then(|event| state.sessions.families.is_revoked(event));
        let is_before = |sign_out: u64| issued.is_none_or(|issued| issued <= sign_out);
        if of_family.unwrap_or_else(|| account.signed_out.is_some_and(is_before)) {
            return Err(Refusal::not_authorized("Access Token has been revoked"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Algorithm, AppClient, TestClock, TestIssuer, User, UserPool,
        config::SDK_SCOPE,
        grant::{Grant, TokenSet},
        pool::SignIn,
    };

    fn issuer() -> TestIssuer {
        let alice = User::new("alice").password("pw").attribute("email", "alice@example.com");
        let pool = UserPool::new("eu-west-1_A").client(AppClient::new("web")).user(alice);
        TestIssuer::builder()
            .user_pool(pool)
            .algorithm(Algorithm::EdDsa)
            .clock(TestClock::at(1_000_000))
            .offline()
    }

    fn sign_in(pool: &Pool) -> TokenSet {
        match pool.sign_in(pool.first_client(), "alice", "pw") {
            Ok(SignIn::Done(login)) => pool.tokens(Grant::sdk(&login)).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn refuses(pool: &Pool, token: &str, message: &str) {
        let refusal = pool.user_of_access_token(token, SDK_SCOPE).unwrap_err();
        assert_eq!(refusal.message(), message);
    }

    #[test]
    fn a_good_token_leads_to_its_user() {
        let issuer = issuer();
        let tokens = sign_in(&issuer.pool);

        let owner = issuer.pool.user_of_access_token(&tokens.access_token, SDK_SCOPE).unwrap();

        assert_eq!((owner.user.username.as_str(), owner.client_id.as_str()), ("alice", "web"));
        assert_eq!(owner.scopes, [SDK_SCOPE]);
        let email = ("email".to_owned(), "alice@example.com".to_owned());
        assert!(issuer.pool.readable_attributes(&owner, &owner.scopes).contains(&email));
    }

    #[test]
    fn a_token_that_a_test_made_is_as_good() {
        let issuer = issuer();
        let token = issuer.access_token_for("alice").sign();

        assert!(issuer.pool.user_of_access_token(&token, "openid").is_ok());
        let other = issuer.pool.user_of_access_token(&token, "orders/read");
        assert_eq!(other, Err(Refusal::MissingScope));
    }

    #[test]
    fn everything_else_is_refused() {
        let issuer = issuer();
        let pool = &issuer.pool;
        let token = issuer.access_token_for("alice");
        let other = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();

        refuses(pool, "x", "Invalid Access Token");
        refuses(pool, &issuer.id_token_for("alice").sign(), "Invalid Access Token");
        refuses(pool, &issuer.client_credentials_token().sign(), "Invalid Access Token");
        refuses(pool, &token.clone().claim("iss", "https://a").sign(), "Invalid Access Token");
        refuses(pool, &token.clone().without_claim("exp").sign(), "Invalid Access Token");
        refuses(pool, &token.clone().signed_by(&other).sign(), "Invalid Access Token");
        refuses(pool, &token.clone().expired().sign(), "Access Token has expired");
        refuses(pool, &issuer.access_token().sign(), "User does not exist.");

        let token = token.sign();
        issuer.clock().advance(Duration::from_secs(3_600));
        refuses(pool, &token, "Access Token has expired");
    }

    #[test]
    fn a_revoked_refresh_token_takes_the_access_tokens_with_it() {
        let issuer = issuer();
        let (pool, client) = (&issuer.pool, issuer.pool.first_client());
        let (tokens, others) = (sign_in(pool), sign_in(pool));
        let refresh_token = tokens.refresh_token.unwrap();
        let refreshed = pool.refresh(client, &refresh_token).unwrap();

        pool.revoke(client, &refresh_token).unwrap();

        refuses(pool, &tokens.access_token, "Access Token has been revoked");
        refuses(pool, &refreshed.access_token, "Access Token has been revoked");
        assert!(pool.user_of_access_token(&others.access_token, SDK_SCOPE).is_ok());
    }

    #[test]
    fn a_global_sign_out_ends_all_tokens_of_the_user_but_no_later_ones() {
        let issuer = issuer();
        let pool = &issuer.pool;
        let (tokens, made) = (sign_in(pool), issuer.access_token_for("alice").sign());

        pool.sign_out_everywhere("alice").unwrap();

        refuses(pool, &tokens.access_token, "Access Token has been revoked");
        refuses(pool, &made, "Access Token has been revoked");
        let later = sign_in(pool).access_token;
        assert!(pool.user_of_access_token(&later, SDK_SCOPE).is_ok());
    }

    #[test]
    fn a_disabled_or_deleted_user_has_no_good_token() {
        let issuer = issuer();
        let pool = &issuer.pool;
        let token = sign_in(pool).access_token;

        pool.set_enabled("alice", false).unwrap();
        refuses(pool, &token, "User is disabled.");
        pool.delete_user("alice").unwrap();
        refuses(pool, &token, "User does not exist.");
    }
}
