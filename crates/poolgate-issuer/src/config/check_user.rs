//! The rules of groups and users.

use super::{
    Group, SignInName, User, UserPool,
    attributes::is_known_attribute,
    names,
    places::{Checked, each, each_text, ensure, unique, unique_in, unique_texts},
};
use crate::totp;

pub(super) fn groups(pool: &UserPool) -> Checked {
    each("groups", &pool.groups, Group::check)?;
    unique_in("groups", "name", &pool.groups, |it| &it.name)
}

pub(super) fn users(pool: &UserPool) -> Checked {
    each("users", &pool.users, |it| user(pool, it))?;
    let users = || pool.users.iter().enumerate();
    let username = |(at, user): (usize, &User)| {
        (format!("users[{at}].username"), user.username.to_lowercase())
    };
    unique(users().map(username))?;
    pool.sign_in_names().try_for_each(|name| {
        unique(users().filter_map(|(at, user)| {
            let value = pool.configured_alias(user, name)?;
            Some((format!("users[{at}].attributes.{}", name.attribute()), value.to_lowercase()))
        }))
    })
}

impl Group {
    /// Whether a pool can have it.
    pub(crate) fn check(&self) -> Checked {
        ensure(names::is_name(&self.name), "name", || no_name(&self.name))?;
        let arn = self.role_arn.as_deref();
        ensure(arn.is_none_or(names::is_role_arn), "role_arn", || {
            let arn = arn.unwrap_or_default();
            format!("{arn:?} is not a role such as \"arn:aws:iam::123456789012:role/Admins\"")
        })
    }
}

impl User {
    /// Whether a pool can have this user, if it has the groups.
    pub(crate) fn check(&self) -> Checked {
        ensure(names::is_name(&self.username), "username", || no_name(&self.username))?;
        for name in self.attributes.keys() {
            ensure(is_known_attribute(name), &format!("attributes.{name}"), || {
                format!("{name:?} is neither a standard attribute nor custom:*")
            })?;
        }
        unique_texts("groups", &self.groups)?;
        ensure(self.groups.len() <= MOST_GROUPS, "groups", || {
            format!("a user is in at most {MOST_GROUPS} groups")
        })?;
        let secret = self.totp_secret.as_deref();
        ensure(secret.is_none_or(|text| totp::secret(text).is_some()), "totp_secret", || {
            "this is not base32".to_owned()
        })
    }
}

fn user(pool: &UserPool, user: &User) -> Checked {
    user.check()?;
    each_text("groups", &user.groups, |name| {
        let is_there = pool.groups.iter().any(|group| group.name == *name);
        (!is_there).then(|| format!("{name:?} is not a group of this pool"))
    })
}

fn no_name(text: &str) -> String {
    format!("{text:?} is not a name of 1 to 128 characters without spaces")
}

impl UserPool {
    /// What this user signs in with, by the same rule as at run time.
    fn configured_alias<'a>(&self, user: &'a User, name: SignInName) -> Option<&'a str> {
        let is_username = self.username_attributes.contains(&name);
        let is_open =
            is_username || name == SignInName::PreferredUsername || user.is_verified(name);
        let as_username =
            || (is_username && name.looks_like(&user.username)).then_some(&user.username);
        let value = as_username().or_else(|| user.attributes.get(name.attribute()))?;
        is_open.then_some(value)
    }
}

/// Of one user, in Cognito.
pub(crate) const MOST_GROUPS: usize = 100;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Config, SignInName, User, UserPool};

    #[track_caller]
    fn refuses(pool: &serde_json::Value, shown: &str) {
        let config = json!({ "user_pools": [pool] }).to_string();
        assert_eq!(Config::from_json(&config).unwrap_err().to_string(), shown);
    }

    #[test]
    fn a_user_is_in_groups_of_the_pool_and_in_at_most_100() {
        let names: Vec<_> = (0..101).map(|number| format!("g{number}")).collect();
        let groups: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
        let pool = |names: &[String]| {
            let user = json!([{"username": "alice", "groups": names}]);
            json!({"id": "eu-west-1_A", "groups": groups, "users": user})
        };

        let hundred = json!({"user_pools": [pool(&names[..100])]}).to_string();
        assert!(Config::from_json(&hundred).is_ok());
        refuses(&pool(&names), "user_pools[0].users[0].groups: a user is in at most 100 groups");
        refuses(
            &pool(&["g0".to_owned(), "Staff".to_owned()]),
            "user_pools[0].users[0].groups[1]: \"Staff\" is not a group of this pool",
        );
    }

    #[test]
    fn what_users_sign_in_with_is_of_one_user() {
        let user = |name: &str| User::new(name).attribute("email", "a@b.c");
        let check = |pool: UserPool| Config::new([pool]).check().map_err(|error| error.to_string());
        let pool = || UserPool::new("eu-west-1_A").user(user("alice"));
        let twice = "user_pools[0].users[1].attributes.email: \"a@b.c\" is there twice";
        let unverified = || user("bob").attribute("email_verified", "false");

        assert_eq!(check(pool().user(user("bob"))), Ok(()));
        let alias = || pool().alias_attribute(SignInName::Email);
        assert_eq!(check(alias().user(user("bob"))), Err(twice.to_owned()));
        assert_eq!(check(alias().user(unverified())), Ok(()));
        let username = || pool().username_attribute(SignInName::Email);
        assert_eq!(check(username().user(unverified())), Err(twice.to_owned()));
        assert_eq!(check(username().user(User::new("A@b.c"))), Err(twice.to_owned()));
    }
}
