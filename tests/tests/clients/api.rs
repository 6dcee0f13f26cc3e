//! The API that every server serves, and what is left to check when a client was there.

use crate::{
    actix_api, axum_api,
    call::{Call, Seen},
    log::Log,
    rules::Rule,
};
use poolgate::{ErrorBody, Gate, Source};
use poolgate_tests::World;
use std::net::{Ipv4Addr, TcpListener};

/// The servers that every client calls.
pub(crate) const SERVERS: [Server; 2] = [
    Server { name: "axum", serve: axum_api::serve },
    Server { name: "actix", serve: actix_api::serve },
];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Server {
    name: &'static str,
    serve: Serve,
}

/// Serves in the background, for as long as the test runs:
///
/// * `/{call}/me` answers `GET` and `POST` with the name of the user;
/// * `/{call}/admin` is for the group `Admins`;
/// * `/{call}/live` sends the name of the user as the first message of a WebSocket;
/// * `/login?then=` is outside the gate, and sets the cookie.
///
/// Around the gate are the CORS rules for the listed origin: with credentials, with
/// `Authorization`, and with a challenge that pages may read. Around those is the log.
type Serve = fn(TcpListener, Parts);

/// What a server is made of.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) gate: Gate,
    pub(crate) listed: String,
    /// The value of `Set-Cookie`.
    pub(crate) cookie: String,
    pub(crate) log: Log,
}

/// An API that is running.
pub(crate) struct Api {
    pub(crate) server: &'static str,
    world: World,
    base: String,
    log: Log,
}

impl Api {
    /// Starts a server that lists one origin.
    pub(crate) async fn start(server: Server, listed: &str) -> Self {
        let world = World::start().await;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let log = Log::default();
        let alice = world.issuer.access_token().username("alice").sign();
        let parts = Parts {
            gate: gate(&world, listed),
            listed: listed.to_owned(),
            // With `None`, every site may make the browser send it: nothing but the gate is in
            // the way.
            cookie: format!("{COOKIE}={alice}; Secure; HttpOnly; SameSite=None; Path=/"),
            log: log.clone(),
        };
        (server.serve)(listener, parts);
        Self { server: server.name, world, base: format!("http://localhost:{port}"), log }
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The calls of the rules, named by their index.
    pub(crate) fn calls(&self, rules: &[Rule]) -> Vec<Call> {
        let calls = rules.iter().enumerate();
        calls.map(|(name, rule)| rule.call.clone().at(&self.base, name)).collect()
    }

    /// Checks what the client has seen, and what the server has noticed.
    pub(crate) async fn was_used_by(&self, client: &str, rules: &[Rule], seen: Vec<Seen>) {
        let both = format!("{client} at {}", self.server);
        assert_eq!(seen.len(), rules.len(), "{both}: not every call was made");
        for ((name, rule), seen) in rules.iter().enumerate().zip(seen) {
            let what = format!("{both}: {}", rule.what);
            assert_eq!(seen, rule.client, "{what}");
            let count = rule.server.split(", ").count();
            assert_eq!(self.log.of(name, count).await, rule.server, "{what}, at the server");
        }
        println!("{both}: {} calls", rules.len());
    }
}

fn gate(world: &World, listed: &str) -> Gate {
    let cookie = Source::cookie([listed]).expect("an origin");
    Gate::new(world.verifier())
        .sources([Source::authorization(), cookie])
        .expect("two sources")
        .error_body(|error| ErrorBody::new("text/plain", error.code()))
}

/// The name of the cookie that holds a token.
pub(crate) const COOKIE: &str = "__Host-access_token";
