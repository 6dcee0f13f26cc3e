//! When a token of a builder was made, and when it ends.

use std::time::Duration;

use crate::{kind::Kind, token::TokenBuilder};

/// When a token was made and ends, in Unix seconds.
pub(crate) struct Times {
    pub(crate) issued: u64,
    pub(crate) expires: u64,
}

impl TokenBuilder {
    pub(crate) fn times(&self) -> Times {
        let now = self.issuer.clock().unix_seconds();
        let lifetime = self.lifetime.unwrap_or_else(|| self.client_lifetime()).as_secs();
        if self.is_expired {
            let expires = now.saturating_sub(HOUR.as_secs());
            let issued = expires.saturating_sub(lifetime);
            return Times { issued, expires };
        }
        Times { issued: now, expires: now.saturating_add(lifetime) }
    }

    fn client_lifetime(&self) -> Duration {
        let client = self.issuer.pool.client(self.client());
        client.map_or(HOUR, |client| match self.kind {
            Kind::Access | Kind::ClientCredentials => client.access_token_lifetime,
            Kind::Id => client.id_token_lifetime,
        })
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{Algorithm, AppClient, TestClock, TestIssuer, UserPool, test_verifier};

    fn issuer() -> TestIssuer {
        TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(1_000_000)).offline()
    }

    #[track_caller]
    fn has(token: &TokenBuilder, name: &str, value: impl Into<Value>) {
        assert_eq!(test_verifier::claims(&token.sign())[name], value.into());
    }

    #[test]
    fn times_follow_the_clock_when_the_token_is_signed() {
        let issuer = issuer();
        let token = issuer.access_token().expires_in(Duration::from_secs(60));
        issuer.clock().advance(Duration::from_secs(5));

        has(&token, "iat", 1_000_005);
        has(&token, "exp", 1_000_065);
    }

    #[test]
    fn an_expired_token_had_its_lifetime() {
        let token = issuer().id_token().expired();

        has(&token, "exp", 996_400);
        has(&token, "iat", 992_800);
        has(&token, "auth_time", 992_800);
    }

    #[test]
    fn the_client_says_how_long_its_tokens_live() {
        let web = AppClient::new("web")
            .access_token_lifetime(Duration::from_secs(300))
            .id_token_lifetime(Duration::from_secs(600));
        let issuer = TestIssuer::builder()
            .user_pool(UserPool::new("eu-west-1_A").client(web))
            .algorithm(Algorithm::EdDsa)
            .clock(TestClock::at(1_000_000))
            .offline();

        has(&issuer.access_token(), "exp", 1_000_300);
        has(&issuer.id_token(), "exp", 1_000_600);
        has(&issuer.access_token().client_id("other"), "exp", 1_003_600);
    }
}
