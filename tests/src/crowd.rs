//! Many users at the same time, in an order that nobody foresees.

use crate::{
    START, World,
    raw::{Call, Client},
};
use poolgate::Check;
use poolgate_issuer::{Algorithm, TestClock, TestIssuer};
use std::net::SocketAddr;
use tokio::task::JoinSet;

/// Somebody who sends a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Visitor {
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// What the handler or the gate says, for this visitor alone.
    pub body: String,
}

/// A world whose tokens are quickly made.
pub async fn world() -> World {
    let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(START));
    World::around(issuer.start().await)
}

/// Visitors without a token, with one that is not valid, and, every second, users with names.
#[must_use]
pub fn crowd(world: &World, size: usize) -> Vec<Visitor> {
    (0..size).map(|number| visitor(world, number)).collect()
}

fn visitor(world: &World, number: usize) -> Visitor {
    let name = format!("user-{number}");
    let token = world.issuer.access_token().username(&name);
    let (token, status, body) = match fastrand::u8(..4) {
        0 => (None, 200, NOBODY.to_owned()),
        1 => (Some(token.expired().sign()), 401, r#"{"error":"invalid_token"}"#.to_owned()),
        _ => (Some(token.sign()), 200, name),
    };
    Visitor { authorization: token.map(|token| format!("Bearer {token}")), status, body }
}

/// Each of them sees what is for them, and what others left on a connection is of no use.
pub async fn a_thousand_visitors_over_fifty_connections(address: SocketAddr, world: &World) {
    let visitors = crowd(world, 1_000);
    let mut connections = JoinSet::new();
    for visitors in visitors.chunks(20).map(<[Visitor]>::to_vec) {
        connections.spawn(async move {
            let mut client = Client::connect(address).await;
            for Visitor { authorization, status, body } in visitors {
                let call =
                    authorization.iter().fold(Call::get("/"), |c, v| c.header("authorization", v));
                let reply = client.call(&call).await;
                assert_eq!((reply.status, reply.text()), (status, &*body), "{authorization:?}");
            }
        });
    }
    connections.join_all().await;
}

/// What a handler says to a visitor without a name.
pub const NOBODY: &str = "nobody";

/// A check that lets a random number of others go first.
#[must_use]
pub fn hesitation() -> Check {
    Check::new_async(|_| async {
        hesitate().await;
        Ok(())
    })
}

/// Lets a random number of others go first.
pub async fn hesitate() {
    for _ in 0..fastrand::u8(..6) {
        tokio::task::yield_now().await;
    }
}
