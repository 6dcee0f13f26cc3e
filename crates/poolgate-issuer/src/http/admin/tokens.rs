//! Tokens on demand, and whether a token is one of this server.

use std::sync::Arc;

use axum::{Router, extract::State, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{self, Answer},
    order::{Control, Order, aside},
    token_order::TokenOrder,
};
use crate::{host::Host, jws};

pub(super) fn routes() -> Router<Arc<Host>> {
    Router::new()
        .route("/_test/pools/{pool}/tokens", post(mint))
        .route("/_test/verify", post(verify))
}

async fn mint(Control(issuer): Control, Order(order): Order<TokenOrder>) -> Answer {
    let token = aside(move || order.builder(issuer).map(|token| token.sign())).await?;
    answer::json(&json!({ "token": token }))
}

async fn verify(State(host): State<Arc<Host>>, Order(order): Order<VerifyOrder>) -> Answer {
    answer::json(&verdict(&host, &order.token))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyOrder {
    token: String,
}

/// Of the signature alone: the token may be expired, or for somebody else.
fn verdict(host: &Host, token: &str) -> Value {
    let kid = jws::kid(token);
    let refused = |reason: &str| json!({ "signed": false, "kid": kid, "reason": reason });
    let Ok(pool) = host.pool_of_access_token(token) else {
        return refused("its kid is of no key in use");
    };
    match jws::verified_claims(token, &pool.keys) {
        None => refused("the key of its kid has not signed it, or its claims are no JSON object"),
        Some(_) => {
            let published = pool.keys.published_kids();
            let is_published = kid.as_ref().is_some_and(|kid| published.contains(kid));
            json!({ "signed": true, "kid": kid, "pool": pool.id, "published": is_published })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{self, Admin};
    use crate::{Algorithm, test_verifier::claims};

    async fn mint(admin: &Admin, body: &str) -> String {
        let answer = admin.post(&admin.pool("tokens"), body).await;
        answer["token"].as_str().unwrap().to_owned()
    }

    async fn minted(admin: &Admin, body: &str) -> Value {
        serde_json::to_value(claims(&mint(admin, body).await)).unwrap()
    }

    #[tokio::test]
    async fn each_kind_of_token_is_minted() {
        let admin = testing::start().await;

        for (body, token_use, client) in [
            ("", "access", "client_id"),
            (r#"{"kind":"id"}"#, "id", "aud"),
            (r#"{"kind":"client_credentials"}"#, "access", "sub"),
        ] {
            let said = minted(&admin, body).await;
            assert_eq!((&said["token_use"], &said[client]), (&json!(token_use), &json!("web")));
            assert_eq!(said["iss"], admin.issuer.issuer());
        }
    }

    #[tokio::test]
    async fn a_user_of_the_pool_has_her_groups() {
        let admin = testing::start().await;

        let access = minted(&admin, r#"{"user":"alice","client_id":"robot"}"#).await;
        let id = minted(&admin, r#"{"user":"alice","kind":"id","groups":["Guests"]}"#).await;

        assert_eq!(access["cognito:groups"], json!(["Admins"]));
        assert_eq!(access["client_id"], "robot");
        assert_eq!((&id["email"], &id["sub"]), (&json!("alice@shop.example"), &access["sub"]));
        assert_eq!(id["cognito:groups"], json!(["Guests"]));
    }

    #[tokio::test]
    async fn a_free_token_says_what_it_is_told() {
        let admin = testing::start().await;

        let said = minted(
            &admin,
            r#"{"username":"zoe","groups":["A","B"],"scopes":["orders/read","x/y"],"client_id":"else",
                "expires_in_seconds":60,"claims":{"aud":["a"],"version":null},"without_claims":["jti"]}"#,
        )
        .await;

        assert_eq!((&said["username"], &said["client_id"]), (&json!("zoe"), &json!("else")));
        assert_eq!(said["cognito:groups"], json!(["A", "B"]));
        assert_eq!(said["scope"], "orders/read x/y");
        assert_eq!(said["exp"], 1_000_060);
        assert_eq!((&said["aud"], &said["version"]), (&json!(["a"]), &Value::Null));
        assert_eq!((said.get("version").is_some(), said.get("jti")), (true, None));
        assert_eq!(minted(&admin, r#"{"expired":true}"#).await["exp"], 996_400);
    }

    #[tokio::test]
    async fn header_signature_and_text_can_be_spoiled() {
        let admin = testing::start().await;
        let verdict = async |token: &str| {
            admin.post("/_test/verify", &json!({ "token": token }).to_string()).await
        };

        let good = mint(&admin, "").await;
        let kid = admin.issuer.access_kid();
        let signed =
            json!({ "signed": true, "kid": kid, "pool": "eu-west-1_Shop", "published": true });
        assert_eq!(verdict(&good).await, signed);

        for (body, kid, reason) in [
            (r#"{"forged":true}"#, json!(kid), NOT_SIGNED),
            (r#"{"header":{"kid":"x"}}"#, json!("x"), NO_KEY),
            (r#"{"without_header":["kid"]}"#, Value::Null, NO_KEY),
            (r#"{"raw_header":"{}"}"#, Value::Null, NO_KEY),
            (r#"{"raw_payload":"[]"}"#, json!(kid), NOT_SIGNED),
        ] {
            let told = json!({ "signed": false, "kid": kid, "reason": reason });
            assert_eq!(verdict(&mint(&admin, body).await).await, told, "{body}");
        }

        admin.issuer.remove(&kid);
        assert_eq!(verdict(&good).await["published"], false);
    }

    #[tokio::test]
    async fn another_algorithm_is_signed_with_and_published() {
        let admin = testing::start().await;
        let before = admin.issuer.kids().len();

        let token = mint(&admin, r#"{"algorithm":"ES256","forged":false}"#).await;

        assert!(
            admin.post("/_test/verify", &json!({ "token": token }).to_string()).await["signed"]
                == true
        );
        assert_eq!(admin.issuer.kids().len(), before + 1);
        assert!(admin.issuer.jwks_json().contains(Algorithm::Es256.name()));
    }

    #[tokio::test]
    async fn slashes_are_escaped_on_request() {
        let admin = testing::start().await;

        let plain = mint(&admin, "").await;
        let escaped = mint(&admin, r#"{"escaped_slashes":true}"#).await;

        assert_eq!(claims(&plain)["iss"], claims(&escaped)["iss"]);
        assert!(escaped.len() > plain.len());
    }

    #[tokio::test]
    async fn what_makes_no_token_is_refused() {
        let admin = testing::start().await;
        let path = admin.pool("tokens");
        let refuses = async |body, status, place, reason| {
            admin.refuses("POST", &path, body, status, place, reason).await;
        };

        refuses(r#"{"user":"zoe"}"#, 404, "user", "User does not exist.").await;
        refuses(r#"{"user":"alice","username":"zoe"}"#, 400, "username", "beside a user").await;
        let machine = r#"{"kind":"client_credentials","user":"alice"}"#;
        refuses(machine, 400, "user", "a machine is no user").await;
        let machine = r#"{"kind":"client_credentials","groups":[]}"#;
        refuses(machine, 400, "groups", "a machine is no user").await;
        refuses(r#"{"kind":"id","scopes":[]}"#, 400, "scopes", "ID tokens have no scopes").await;
        refuses(r#"{"algorithm":"none"}"#, 400, "algorithm", "unknown variant `none`").await;
        refuses(r#"{"expires_in_seconds":-5}"#, 400, "expires_in_seconds", "invalid value").await;
    }

    const NO_KEY: &str = "its kid is of no key in use";
    const NOT_SIGNED: &str =
        "the key of its kid has not signed it, or its claims are no JSON object";
}
