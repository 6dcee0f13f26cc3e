//! Tokens of a sign-in, from the first to the last.

use super::{Pool, issue::Reason};
use crate::{
    config::AppClient,
    grant::{Grant, TokenSet},
    refusal::Refusal,
    sessions::{CodeRefusal, Family},
};

impl Pool {
    pub(crate) fn issue_code(
        &self,
        grant: Grant,
        redirect_uri: &str,
        code_challenge: Option<&str>,
    ) -> String {
        let now = self.now();
        self.state().sessions.codes.issue(grant, redirect_uri, code_challenge, now)
    }

    /// To clients, every refusal is `invalid_grant`.
    pub(crate) fn redeem_code(
        &self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
    ) -> Result<Grant, CodeRefusal> {
        let now = self.now();
        self.state().sessions.codes.redeem(code, client_id, redirect_uri, verifier, now)
    }

    /// The tokens of a new sign-in.
    pub(crate) fn tokens(&self, grant: Grant) -> Result<TokenSet, Refusal> {
        let (family, tokens) = self.first_tokens(grant)?;
        let refresh_token = self.state().sessions.families.start(family);
        Ok(TokenSet { refresh_token: Some(refresh_token), ..tokens })
    }

    /// As the implicit flow gives them.
    pub(crate) fn tokens_without_refresh(&self, grant: Grant) -> Result<TokenSet, Refusal> {
        let (family, tokens) = self.first_tokens(grant)?;
        // Nobody gets the refresh token, but the access token can be revoked with its family.
        self.state().sessions.families.start(family);
        Ok(tokens)
    }

    /// With a new refresh token only if the client rotates.
    pub(crate) fn refresh(
        &self,
        client: &AppClient,
        refresh_token: &str,
    ) -> Result<TokenSet, Refusal> {
        let now = self.now();
        let refreshed = self.state().sessions.families.refresh(client, refresh_token, now)?;
        let tokens = self.issue(client, &refreshed.family, Reason::Refresh)?;
        Ok(TokenSet { refresh_token: refreshed.refresh_token, ..tokens })
    }

    /// Username and `sub`, as a `SECRET_HASH` of a refresh may be over either.
    pub(crate) fn user_of_refresh_token(&self, refresh_token: &str) -> Option<(String, String)> {
        let state = self.state();
        let family = state.sessions.families.family_of(refresh_token)?;
        let account = state.directory.find(&family.grant.username).ok()?;
        Some((account.username.clone(), account.sub.clone()))
    }

    /// Ends the family of a refresh token, its access tokens included. An unknown token is no error.
    pub(crate) fn revoke(&self, client: &AppClient, token: &str) -> Result<(), Refusal> {
        if !client.token_revocation {
            return Err(Refusal::UnsupportedOperation(
                "Revocation is not enabled for this client.",
            ));
        }
        if token.split('.').count() == 3 {
            return Err(Refusal::UnsupportedTokenType);
        }
        self.state().sessions.families.revoke(client, token)
    }

    /// Ends all tokens of a user, but not the browser's login.
    pub(crate) fn sign_out_everywhere(&self, name: &str) -> Result<(), Refusal> {
        let now = self.now();
        let mut state = self.state();
        let username = state.directory.sign_out(name, now)?;
        state.sessions.families.revoke_all(&username);
        state.sessions.challenges.close_all(&username);
        Ok(())
    }

    fn first_tokens(&self, grant: Grant) -> Result<(Family, TokenSet), Refusal> {
        let id = grant.client_id.clone();
        let client = self.client(&id).ok_or_else(|| Refusal::no_client(&id))?;
        let family = Family::new(grant, client, self.now());
        let tokens = self.issue(client, &family, Reason::SignIn)?;
        Ok((family, tokens))
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread, time::Duration};

    use serde_json::Value;

    use super::*;
    use crate::{Algorithm, TestClock, TestIssuer, User, UserPool, test_verifier::claims};

    const HOUR: Duration = Duration::from_secs(3_600);

    fn pool() -> Arc<Pool> {
        let rotating = AppClient::new("app").refresh_rotation(Duration::from_secs(10));
        let pool = UserPool::new("eu-west-1_A")
            .client(AppClient::new("web"))
            .client(rotating)
            .client(AppClient::new("old").token_revocation(false))
            .group("Admins")
            .user(User::new("alice").subject("s"));
        let builder = TestIssuer::builder().user_pool(pool).algorithm(Algorithm::EdDsa);
        Arc::clone(&builder.clock(TestClock::at(1_000_000)).offline().pool)
    }

    fn sign_in(pool: &Pool, client: &str) -> TokenSet {
        let client = pool.client(client).unwrap();
        let login = pool.sign_in_without_password(client, "alice").unwrap();
        pool.tokens(Grant::sdk(&login)).unwrap()
    }

    fn refresh(pool: &Pool, client: &str, tokens: &TokenSet) -> Result<TokenSet, Refusal> {
        pool.refresh(pool.client(client).unwrap(), tokens.refresh_token.as_ref().unwrap())
    }

    #[test]
    fn a_refresh_keeps_the_sign_in_and_takes_the_groups_of_now() {
        let pool = pool();
        let first = sign_in(&pool, "web");
        pool.clock.advance(HOUR);
        pool.add_to_group("alice", "Admins").unwrap();

        let second = refresh(&pool, "web", &first).unwrap();

        assert_eq!(second.refresh_token, None);
        let (old, new) = (claims(&first.access_token), claims(&second.access_token));
        for kept in ["sub", "auth_time", "origin_jti", "event_id", "scope", "username"] {
            assert_eq!(old[kept], new[kept], "{kept}");
        }
        for changed in ["jti", "iat", "exp", "cognito:groups"] {
            assert_ne!(old[changed], new[changed], "{changed}");
        }
        assert_eq!(claims(&second.id_token.unwrap())["origin_jti"], old["origin_jti"]);
    }

    #[test]
    fn a_rotating_client_gets_a_new_refresh_token_each_time() {
        let pool = pool();
        let first = sign_in(&pool, "app");

        let second = refresh(&pool, "app", &first).unwrap();
        assert_ne!(second.refresh_token, first.refresh_token);
        pool.clock.advance(Duration::from_secs(9));
        refresh(&pool, "app", &first).unwrap();
        pool.clock.advance(Duration::from_secs(1));

        assert_eq!(refresh(&pool, "app", &first), Err(Refusal::RefreshTokenReuse));
        let family = refresh(&pool, "app", &second).unwrap_err();
        assert_eq!(family.message(), "Refresh Token has been revoked");
    }

    #[test]
    fn a_refresh_token_is_for_its_client_and_an_enabled_user() {
        let pool = pool();
        let tokens = sign_in(&pool, "web");
        let token = tokens.refresh_token.clone().unwrap();

        assert_eq!(pool.user_of_refresh_token(&token), Some(("alice".to_owned(), "s".to_owned())));
        let other = refresh(&pool, "app", &tokens).unwrap_err();
        assert_eq!(other.message(), "Invalid Refresh Token");
        pool.set_enabled("alice", false).unwrap();
        assert_eq!(refresh(&pool, "web", &tokens).unwrap_err().message(), "User is disabled.");
    }

    #[test]
    fn only_refresh_tokens_are_revoked_and_only_where_that_is_on() {
        let pool = pool();
        let web = pool.client("web").unwrap();
        let tokens = sign_in(&pool, "web");

        let jwt = pool.revoke(web, &tokens.access_token);
        assert_eq!(jwt, Err(Refusal::UnsupportedTokenType));
        assert_eq!(pool.revoke(web, "x"), Ok(()));
        assert_eq!(pool.revoke(web, tokens.refresh_token.as_ref().unwrap()), Ok(()));
        let gone = refresh(&pool, "web", &tokens).unwrap_err();
        assert_eq!(gone.message(), "Refresh Token has been revoked");

        let old = sign_in(&pool, "old").refresh_token.unwrap();
        let off = pool.revoke(pool.client("old").unwrap(), &old).unwrap_err();
        assert_eq!(off.code(), "UnsupportedOperationException");
    }

    #[test]
    fn a_global_sign_out_ends_all_refresh_tokens() {
        let pool = pool();
        let sets = [sign_in(&pool, "web"), sign_in(&pool, "web")];

        pool.sign_out_everywhere("alice").unwrap();

        for tokens in sets {
            refresh(&pool, "web", &tokens).unwrap_err();
        }
        assert_eq!(pool.sign_out_everywhere("bob"), Err(Refusal::UserNotFound));
    }

    #[test]
    fn a_code_leads_to_its_tokens() {
        let pool = pool();
        let client = pool.client("web").unwrap();
        let login = pool.sign_in_without_password(client, "alice").unwrap();
        let grant = Grant::oauth(&login, vec!["openid".to_owned()]);
        let code = pool.issue_code(grant.clone(), "http://localhost", None);
        pool.clock.advance(Duration::from_secs(299));

        let redeemed = pool.redeem_code(&code, "web", "http://localhost", None).unwrap();
        let set = pool.tokens(redeemed).unwrap();
        assert_eq!(claims(&set.access_token)["auth_time"], Value::from(1_000_000));
        let again = pool.redeem_code(&code, "web", "http://localhost", None);
        assert_eq!(again, Err(CodeRefusal::Used));

        let code = pool.issue_code(grant.clone(), "http://localhost", None);
        let redeem = || pool.redeem_code(&code, "web", "http://localhost", None).is_ok();
        let at_once: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(redeem)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(at_once.iter().filter(|is_good| **is_good).count(), 1);

        let implicit = pool.tokens_without_refresh(grant).unwrap();
        assert_eq!((implicit.refresh_token, implicit.id_token.is_some()), (None, true));
    }
}
