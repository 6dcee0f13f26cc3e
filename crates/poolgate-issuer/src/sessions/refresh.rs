//! Refresh tokens, each of a family.

use std::collections::HashMap;

use super::{family::Family, opaque};
use crate::{config::AppClient, refusal::Refusal};

/// What a refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refreshed {
    pub(crate) family: Family,
    /// The new token, with rotation.
    pub(crate) refresh_token: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Families {
    /// By the event id of the sign-in, which every token of it carries.
    families: HashMap<String, Family>,
    tokens: HashMap<opaque::Hash, Token>,
}

#[derive(Debug)]
struct Token {
    event_id: String,
    rotated: Option<u64>,
}

impl Families {
    /// Keeps the family, and gives its first refresh token.
    pub(crate) fn start(&mut self, family: Family) -> String {
        let token = self.new_token(&family.event_id);
        self.families.insert(family.event_id.clone(), family);
        token
    }

    pub(crate) fn refresh(
        &mut self,
        client: &AppClient,
        token: &str,
        now: u64,
    ) -> Result<Refreshed, Refusal> {
        let event_id = self.usable(client, token, now)?.event_id.clone();
        if let Some(rotation) = client.refresh_rotation {
            let grace = rotation.grace.as_secs();
            if self.is_reuse(token, grace, now) {
                self.revoke_family(&event_id);
                return Err(Refusal::RefreshTokenReuse);
            }
        }
        let refresh_token = client.rotates().then(|| self.new_token(&event_id));
        let family = self.families.get(&event_id).ok_or_else(unknown)?.clone();
        Ok(Refreshed { family, refresh_token })
    }

    /// Ends the family of this token. One that is unknown has nothing to end.
    pub(crate) fn revoke(&mut self, client: &AppClient, token: &str) -> Result<(), Refusal> {
        let Some(family) = self.family_of(token) else { return Ok(()) };
        if family.grant.client_id != client.id {
            return Err(Refusal::Unauthorized);
        }
        let event_id = family.event_id.clone();
        self.revoke_family(&event_id);
        Ok(())
    }

    /// Ends all families of a user.
    pub(crate) fn revoke_all(&mut self, username: &str) {
        let of_user = self.families.values_mut().filter(|family| family.grant.username == username);
        of_user.for_each(|family| family.is_revoked = true);
    }

    /// Of a refresh token, good or not.
    pub(crate) fn family_of(&self, token: &str) -> Option<&Family> {
        self.families.get(&self.tokens.get(&opaque::hash(token))?.event_id)
    }

    /// Whether the sign-in is revoked that an access token goes back to; `None` if it is none of ours.
    pub(crate) fn is_revoked(&self, event_id: &str) -> Option<bool> {
        self.families.get(event_id).map(|family| family.is_revoked)
    }

    fn usable(&self, client: &AppClient, token: &str, now: u64) -> Result<&Family, Refusal> {
        let family = self.family_of(token).ok_or_else(unknown)?;
        if family.grant.client_id != client.id {
            return Err(unknown());
        }
        if family.is_revoked {
            return Err(Refusal::not_authorized("Refresh Token has been revoked"));
        }
        if now >= family.expires {
            return Err(Refusal::not_authorized("Refresh Token has expired"));
        }
        Ok(family)
    }

    /// The first use rotates the token; from then on it is good for the grace period only.
    fn is_reuse(&mut self, token: &str, grace: u64, now: u64) -> bool {
        let Some(token) = self.tokens.get_mut(&opaque::hash(token)) else { return false };
        match token.rotated {
            Some(rotated) => now >= rotated.saturating_add(grace),
            None => {
                token.rotated = Some(now);
                false
            }
        }
    }

    fn revoke_family(&mut self, event_id: &str) {
        if let Some(family) = self.families.get_mut(event_id) {
            family.is_revoked = true;
        }
    }

    fn new_token(&mut self, event_id: &str) -> String {
        let token = opaque::token();
        let entry = Token { event_id: event_id.to_owned(), rotated: None };
        self.tokens.insert(opaque::hash(&token), entry);
        token
    }
}

fn unknown() -> Refusal {
    Refusal::not_authorized("Invalid Refresh Token")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::grant::{Grant, Login};

    const MONTH: u64 = 30 * 86_400;

    fn started(client: &AppClient) -> (Families, String) {
        let login = Login {
            username: "alice".to_owned(),
            sub: "s".to_owned(),
            client_id: client.id.clone(),
            auth_time: 1_000,
        };
        let mut families = Families::default();
        let token = families.start(Family::new(Grant::sdk(&login), client, 1_000));
        (families, token)
    }

    fn rotating(grace: u64) -> AppClient {
        AppClient::new("web").refresh_rotation(Duration::from_secs(grace))
    }

    #[track_caller]
    fn refuses(result: Result<Refreshed, Refusal>, message: &str) {
        assert_eq!(result.unwrap_err().message(), message);
    }

    #[test]
    fn without_rotation_a_token_is_good_for_its_lifetime() {
        let client = AppClient::new("web");
        let (mut families, token) = started(&client);

        for now in [1_000, 1_000, 999 + MONTH] {
            assert_eq!(families.refresh(&client, &token, now).unwrap().refresh_token, None);
        }
        refuses(families.refresh(&client, &token, 1_000 + MONTH), "Refresh Token has expired");
        refuses(families.refresh(&client, "x", 1_000), "Invalid Refresh Token");
        refuses(families.refresh(&AppClient::new("b"), &token, 1_000), "Invalid Refresh Token");
    }

    #[test]
    fn a_refresh_keeps_the_family() {
        let client = rotating(0);
        let (mut families, token) = started(&client);

        let first = families.refresh(&client, &token, 1_000).unwrap();
        let second = families.refresh(&client, &first.refresh_token.unwrap(), 2_000).unwrap();

        assert_eq!(first.family, second.family);
    }

    #[test]
    fn a_rotated_token_keeps_what_is_left_of_the_lifetime() {
        let client = rotating(0);
        let (mut families, token) = started(&client);

        let next = families.refresh(&client, &token, 500_000).unwrap().refresh_token.unwrap();

        assert_ne!(next, token);
        refuses(families.refresh(&client, &next, 1_000 + MONTH), "Refresh Token has expired");
    }

    #[test]
    fn a_rotated_token_is_good_for_the_grace_period() {
        let client = rotating(10);
        let (mut families, token) = started(&client);
        let next = families.refresh(&client, &token, 2_000).unwrap().refresh_token.unwrap();

        let again = families.refresh(&client, &token, 2_009).unwrap().refresh_token.unwrap();
        assert_ne!(again, next);

        let reuse = families.refresh(&client, &token, 2_010);
        assert_eq!(reuse, Err(Refusal::RefreshTokenReuse));
        for token in [&token, &next, &again] {
            refuses(families.refresh(&client, token, 2_010), "Refresh Token has been revoked");
        }
    }

    #[test]
    fn without_grace_the_first_reuse_ends_the_family() {
        let client = rotating(0);
        let (mut families, token) = started(&client);
        let next = families.refresh(&client, &token, 2_000).unwrap().refresh_token.unwrap();

        assert_eq!(families.refresh(&client, &token, 2_000), Err(Refusal::RefreshTokenReuse));
        refuses(families.refresh(&client, &next, 2_000), "Refresh Token has been revoked");
    }

    #[test]
    fn a_revoked_token_takes_its_family_with_it() {
        let client = AppClient::new("web");
        let (mut families, token) = started(&client);
        let event_id = families.family_of(&token).unwrap().event_id.clone();
        assert_eq!(families.is_revoked(&event_id), Some(false));

        let other = families.revoke(&AppClient::new("b"), &token);
        assert_eq!(other, Err(Refusal::Unauthorized));
        assert_eq!(families.revoke(&client, "x"), Ok(()));
        assert_eq!(families.is_revoked(&event_id), Some(false));

        assert_eq!(families.revoke(&client, &token), Ok(()));
        assert_eq!(families.revoke(&client, &token), Ok(()));
        assert_eq!(families.is_revoked(&event_id), Some(true));
        assert_eq!(families.is_revoked("x"), None);
        refuses(families.refresh(&client, &token, 1_000), "Refresh Token has been revoked");
    }

    #[test]
    fn a_user_signs_out_of_all_families() {
        let client = AppClient::new("web");
        let (mut families, token) = started(&client);

        families.revoke_all("bob");
        families.refresh(&client, &token, 1_000).unwrap();
        families.revoke_all("alice");

        refuses(families.refresh(&client, &token, 1_000), "Refresh Token has been revoked");
    }
}
