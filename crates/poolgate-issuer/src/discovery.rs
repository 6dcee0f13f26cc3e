//! The discovery document, with the members that Cognito gives it.

use serde_json::json;

use crate::pool::Pool;

pub(crate) fn document(pool: &Pool) -> String {
    let base = &pool.urls.base;
    let mut document = json!({
        "authorization_endpoint": format!("{base}/oauth2/authorize"),
        "end_session_endpoint": format!("{base}/logout"),
        "id_token_signing_alg_values_supported": [pool.keys.algorithm().name()],
        "issuer": pool.issuer,
        "jwks_uri": pool.urls.jwks,
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": format!("{base}/oauth2/revoke"),
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": format!("{base}/oauth2/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": format!("{base}/oauth2/userInfo"),
    });
    if pool.config.advertise_pkce {
        document["code_challenge_methods_supported"] = json!(["S256"]);
    }
    document.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Algorithm, TestIssuer, UserPool, test_client::get};

    async fn start() -> TestIssuer {
        TestIssuer::builder().algorithm(Algorithm::EdDsa).start().await
    }

    #[tokio::test]
    async fn discovery_names_the_issuer_and_leads_to_the_local_keys() {
        let issuer = start().await;

        let answer = get(issuer.discovery_url()).await.unwrap();
        let document: Value = serde_json::from_str(&answer.text()).unwrap();

        let base = issuer.base_url();
        assert_eq!(answer.status, 200);
        assert_eq!(
            document,
            json!({
                "authorization_endpoint": format!("{base}/oauth2/authorize"),
                "end_session_endpoint": format!("{base}/logout"),
                "id_token_signing_alg_values_supported": ["EdDSA"],
                "issuer": issuer.issuer(),
                "jwks_uri": issuer.jwks_url(),
                "response_types_supported": ["code", "token"],
                "revocation_endpoint": format!("{base}/oauth2/revoke"),
                "scopes_supported": ["openid", "email", "phone", "profile"],
                "subject_types_supported": ["public"],
                "token_endpoint": format!("{base}/oauth2/token"),
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "userinfo_endpoint": format!("{base}/oauth2/userInfo"),
            })
        );
    }

    #[tokio::test]
    async fn pkce_is_advertised_on_request() {
        let pool = UserPool::new("eu-west-1_A").algorithm(Algorithm::EdDsa);
        for (pool, advertised) in
            [(pool.clone(), Value::Null), (pool.advertise_pkce(), json!(["S256"]))]
        {
            let issuer = TestIssuer::builder().user_pool(pool).start().await;
            let text = get(issuer.discovery_url()).await.unwrap().text();
            let document: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(document["code_challenge_methods_supported"], advertised);
        }
    }

    #[tokio::test]
    async fn a_self_issuer_is_found_by_discovery_from_its_iss() {
        let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa);
        let issuer = builder.self_issuer().start().await;

        let url = format!("{}/.well-known/openid-configuration", issuer.issuer());

        assert_eq!(url, issuer.discovery_url());
        assert_eq!(get(&url).await.unwrap().status, 200);
    }
}
