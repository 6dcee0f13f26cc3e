//! When a token is valid: what [`check_time`](Policy::check_time) and its like say, as one interval.

use super::Policy;
use crate::{claims::Claims, time::Now};
use std::time::Duration;

/// The times, since the Unix epoch, at which a token that a policy takes is valid: from the first
/// to just before the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValidTimes {
    from: Duration,
    until: Duration,
}

impl ValidTimes {
    pub(crate) fn contain(self, now: Now) -> bool {
        (self.from..self.until).contains(&now.wall())
    }
}

impl Policy {
    /// When a token with these claims passes the rules about `exp`, `nbf`, `iat` and `auth_time`.
    pub(crate) fn valid_times(&self, claims: &Claims) -> ValidTimes {
        let begins = claims.nbf.max(claims.iat).unwrap_or_default();
        let expires = claims.exp.unwrap_or_default().saturating_add(self.leeway);
        ValidTimes {
            from: begins.saturating_sub(self.leeway),
            until: self.sign_in_ends(claims).map_or(expires, |end| expires.min(end)),
        }
    }

    /// When the sign-in is too old, if that matters.
    fn sign_in_ends(&self, claims: &Claims) -> Option<Duration> {
        let auth_time = claims.auth_time.unwrap_or_default();
        let last = auth_time.saturating_add(self.max_age?).saturating_add(self.leeway);
        // Its last moment is still good, unlike that of `exp`.
        Some(last.saturating_add(Duration::from_nanos(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TokenUse, policy::Policy};
    use proptest::prelude::*;

    /// Around each other, around zero, and where sums no longer fit.
    fn time() -> impl Strategy<Value = Duration> {
        let near = (0_u64..40, 0_u32..3).prop_map(|(secs, nanos)| Duration::new(secs, nanos));
        prop_oneof![8 => near, 1 => Just(Duration::MAX), 1 => Just(Duration::ZERO)]
    }

    proptest! {
        #[test]
        fn they_are_when_the_rules_say_yes(
            exp in time(),
            [nbf, iat, auth_time] in [const { Some(()) }; 3].map(|_| proptest::option::of(time())),
            (leeway, max_age) in (0_u64..20, proptest::option::of(time())),
            now in time(),
        ) {
            let mut claims = Claims::default();
            (claims.exp, claims.nbf) = (Some(exp), nbf);
            (claims.iat, claims.auth_time) = (iat, auth_time);
            let policy = Policy::cognito("eu-west-1_AbC", "c", TokenUse::Access).unwrap();
            let policy = policy.leeway(Duration::from_secs(leeway)).unwrap();
            let policy = Policy { max_age, ..policy };
            let now = Now::new(now, Duration::ZERO);
            let is_fresh = policy.check_auth_time(&claims, now).is_ok();
            let passes = policy.check_time(&claims, now).is_ok() && is_fresh;
            // Tokens that never pass, for want of a sign-in, are never asked about.
            prop_assume!(max_age.is_none() || auth_time.is_some());
            prop_assert_eq!(policy.valid_times(&claims).contain(now), passes);
        }
    }
}
