//! Who a token is about.

use serde_json::{Value, json};

use crate::{
    config::{AppClient, Identity},
    directory::{Account, Membership},
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) membership: Membership,
    /// As ID tokens show them.
    pub(crate) attributes: Vec<(String, Value)>,
    pub(crate) identities: Option<Value>,
}

impl Person {
    pub(crate) fn new(
        account: &Account,
        membership: Membership,
        attributes: Vec<(String, String)>,
    ) -> Self {
        let typed = attributes.into_iter().map(|(name, text)| {
            let value = claim_value(&name, text);
            (name, value)
        });
        Self {
            username: account.username.clone(),
            sub: account.sub.clone(),
            membership,
            attributes: typed.collect(),
            identities: account.identity.as_ref().map(|it| identities(it, account.created)),
        }
    }
}

/// The attributes that a client may see with these scopes, as texts and without `sub`.
///
/// `email` and `phone` limit them to what they name; `openid` alone, `profile` and an SDK sign-in show all.
pub(crate) fn readable(
    account: &Account,
    client: &AppClient,
    scopes: &[String],
) -> Vec<(String, String)> {
    let shown = Shown::by(scopes);
    let own = account.attributes.iter();
    own.filter(|(name, _)| client.may_read(name) && shown.holds(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

struct Shown {
    all: bool,
    email: bool,
    phone: bool,
}

impl Shown {
    fn by(scopes: &[String]) -> Self {
        let has = |name: &str| scopes.iter().any(|scope| scope == name);
        let (email, phone) = (has("email"), has("phone"));
        Self { all: has("profile") || !(email || phone), email, phone }
    }

    fn holds(&self, attribute: &str) -> bool {
        match attribute {
            _ if self.all => true,
            "email" | "email_verified" => self.email,
            "phone_number" | "phone_number_verified" => self.phone,
            _ => false,
        }
    }
}

/// Attributes are texts. In ID tokens two are booleans and one is an object; `custom:*` stay texts.
fn claim_value(name: &str, text: String) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => Value::Bool(text == "true"),
        "address" => json!({ "formatted": text }),
        _ => text.into(),
    }
}

/// With texts where one expects a boolean and a number.
fn identities(identity: &Identity, created: u64) -> Value {
    json!([{
        "userId": identity.user_id,
        "providerName": identity.provider_name,
        "providerType": identity.type_name(),
        "issuer": identity.issuer,
        "primary": "true",
        "dateCreated": created.saturating_mul(1_000).to_string(),
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{User, UserPool, directory::Directory};

    /// The names of what a client may see of a user who has everything.
    fn names(client: &AppClient, scopes: &str) -> String {
        let alice = User::new("alice")
            .attribute("email", "alice@example.com")
            .attribute("phone_number", "+491")
            .attribute("name", "Alice")
            .attribute("custom:plan", "gold");
        let directory = Directory::new(&UserPool::new("eu-west-1_A").user(alice).into(), 0);
        let scopes: Vec<_> = scopes.split(' ').map(str::to_owned).collect();
        let shown = readable(directory.find("alice").unwrap(), client, &scopes);
        shown.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scopes_say_which_attributes_are_shown() {
        let all = "custom:plan email email_verified name phone_number phone_number_verified";

        for (scopes, shown) in [
            ("openid", all),
            ("openid orders/read", all),
            ("openid profile", all),
            ("openid email", "email email_verified"),
            ("openid phone", "phone_number phone_number_verified"),
            ("openid email profile", all),
            ("aws.cognito.signin.user.admin", all),
        ] {
            assert_eq!(names(&AppClient::new("web"), scopes), shown, "{scopes}");
        }
    }

    #[test]
    fn a_client_sees_what_it_may_read() {
        let web = AppClient::new("web").read_attribute("email").read_attribute("name");

        assert_eq!(names(&web, "openid"), "email name");
        assert_eq!(names(&web, "openid phone"), "");
    }

    #[test]
    fn values_have_the_types_of_cognito() {
        for (name, text, value) in [
            ("email_verified", "true", json!(true)),
            ("phone_number_verified", "false", json!(false)),
            ("address", "Street 1", json!({"formatted": "Street 1"})),
            ("updated_at", "1700000000", json!("1700000000")),
            ("custom:followers", "42", json!("42")),
        ] {
            assert_eq!(claim_value(name, text.to_owned()), value, "{name}");
        }
    }

    #[test]
    fn identities_are_texts() {
        let identity = Identity::new("Corp", "a@corp").provider_type("SAML").issuer("urn:corp");

        assert_eq!(
            identities(&identity, 1_000),
            json!([{
                "userId": "a@corp",
                "providerName": "Corp",
                "providerType": "SAML",
                "issuer": "urn:corp",
                "primary": "true",
                "dateCreated": "1000000",
            }])
        );
        let social = identities(&Identity::new("Google", "1"), 1)[0].clone();
        assert_eq!((&social["providerType"], &social["issuer"]), (&json!("Google"), &Value::Null));
        assert_eq!(identities(&Identity::new("Corp", "1"), 1)[0]["providerType"], "OIDC");
    }
}
