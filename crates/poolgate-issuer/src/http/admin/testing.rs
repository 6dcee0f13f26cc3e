//! A server with two pools, and a client that speaks to its admin API.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    Algorithm, AppClient, Flow, Group, ResourceServer, TestClock, TestIssuer, User, UserPool,
    test_client::{Answer, parse},
};

#[derive(Clone)]
pub(super) struct Admin {
    pub(super) issuer: TestIssuer,
    pub(super) faults: String,
}

pub(super) async fn start() -> Admin {
    let shop = UserPool::new("eu-west-1_Shop")
        .client(AppClient::new("web").callback_url("http://localhost:3000/callback"))
        .client(
            AppClient::new("robot")
                .secret("s3cret")
                .flow(Flow::ClientCredentials)
                .scope("orders/read"),
        )
        .resource_server(ResourceServer::new("orders").scope("read"))
        .group(Group::new("Admins").precedence(1))
        .group("Basic")
        .user(User::new("alice").group("Admins").attribute("email", "alice@shop.example"))
        .user(User::new("bob").totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    let issuer = TestIssuer::builder()
        .user_pool(shop)
        .user_pool(UserPool::new("eu-west-1_Other"))
        .algorithm(Algorithm::EdDsa)
        .clock(TestClock::at(1_000_000))
        .start()
        .await;
    Admin { issuer, faults: "/_test/pools/eu-west-1_Shop/faults".to_owned() }
}

impl Admin {
    /// The path of something of the first pool.
    pub(super) fn pool(&self, rest: &str) -> String {
        format!("/_test/pools/eu-west-1_Shop/{rest}").trim_end_matches('/').to_owned()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        good(&self.send("GET", path, "").await)
    }

    pub(super) async fn post(&self, path: &str, body: &str) -> Value {
        good(&self.send("POST", path, body).await)
    }

    /// To an operation that has nothing to say.
    pub(super) async fn posted(&self, path: &str, body: &str) {
        nothing(&self.send("POST", path, body).await);
    }

    pub(super) async fn put(&self, path: &str, body: String) {
        nothing(&self.send("PUT", path, &body).await);
    }

    /// The answer to a removal that has something to say.
    pub(super) async fn deleted(&self, path: &str) -> Value {
        good(&self.send("DELETE", path, "").await)
    }

    pub(super) async fn delete(&self, path: &str) {
        nothing(&self.send("DELETE", path, "").await);
    }

    pub(super) async fn refuses(
        &self,
        method: &str,
        path: &str,
        body: &str,
        status: u16,
        place: &str,
        reason: &str,
    ) {
        let answer = self.send(method, path, body).await;
        let case = format!("{method} {path} {body}: {}", answer.text());
        assert_eq!(answer.status, status, "{case}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{case}");
        let told: Value = serde_json::from_str(&answer.text()).unwrap();
        assert_eq!(told["place"], place, "{case}");
        assert!(told["reason"].as_str().unwrap().contains(reason), "{case}");
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let host = self.issuer.base_url().strip_prefix("http://").unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        parse(&bytes).unwrap()
    }
}

fn good(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_str(&answer.text()).unwrap()
}

fn nothing(answer: &Answer) {
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
}
