//! The gates of the table, and what their handlers say: the same for every framework.

use http::Extensions;
use poolgate::{
    Error, ErrorBody, Gate, Policy, Requirement, Source, TokenUse, VerifiedToken, Verifier,
};
use poolgate_issuer::{HttpRoute, TestIssuer};
use poolgate_tests::World;
use serde::Deserialize;

/// A gate for each route.
#[derive(Clone)]
pub(crate) struct Gates {
    access: Verifier,
    id: Verifier,
    down: Verifier,
    // Keeps its port, at which nobody listens.
    _dead: TestIssuer,
    error_body: Option<fn(&Error) -> ErrorBody>,
}

impl Gates {
    pub(crate) fn of(world: &World) -> Self {
        let verifier =
            |policy: Policy| poolgate_tests::builder(policy).clock(world.clock.clone()).build();
        let access = world.policy(TokenUse::Access);
        let dead = TestIssuer::builder().offline();
        let down = access.clone().jwks_url(dead.jwks_url()).unwrap();
        Self {
            access: verifier(access).unwrap(),
            id: verifier(world.policy(TokenUse::Id)).unwrap(),
            down: verifier(down).unwrap(),
            _dead: dead,
            error_body: None,
        }
    }

    /// The same, with other bodies of refusals.
    pub(crate) fn with_bodies(self, error_body: fn(&Error) -> ErrorBody) -> Self {
        Self { error_body: Some(error_body), ..self }
    }

    /// The gate in front of a route, if it has one.
    pub(crate) fn gate(&self, route: HttpRoute) -> Option<Gate> {
        let gate = Gate::new(match route {
            HttpRoute::Unguarded => return None,
            HttpRoute::IdToken => self.id.clone(),
            HttpRoute::Down | HttpRoute::OptionalDown => self.down.clone(),
            _ => self.access.clone(),
        });
        let gate = match sources(route) {
            Some(sources) => gate.sources(sources).unwrap(),
            None => gate,
        };
        let gate = if is_optional(route) { gate.optional() } else { gate };
        Some(match self.error_body {
            Some(error_body) => gate.error_body(error_body),
            None => gate,
        })
    }
}

/// What is asked of a token in front of the handler.
pub(crate) fn requirement(route: HttpRoute) -> Option<Requirement> {
    let (group, scope) = (|name| Requirement::group(name), |name| Requirement::scope(name));
    let any = |parts: [Requirement; 2]| Requirement::any_of(parts);
    let all = |parts: [Requirement; 2]| Requirement::all_of(parts);
    let requirement = match route {
        HttpRoute::Group | HttpRoute::OptionalGroup => Ok(group("Admins")),
        HttpRoute::Scope => Ok(scope("orders/read")),
        HttpRoute::AnyOf => any([group("Admins"), scope("orders/read")]),
        HttpRoute::AllOf => all([group("Admins"), scope("orders/read")]),
        HttpRoute::AnyScope => any([scope("orders/read"), scope("orders/admin")]),
        HttpRoute::AllScopes => all([scope("orders/read"), scope("orders/write")]),
        HttpRoute::Nested => any([scope("orders/write"), group("Editors")])
            .and_then(|either| all([scope("orders/read"), either])),
        _ => return None,
    };
    Some(requirement.unwrap())
}

/// What a handler says that has only the extensions of a request.
pub(crate) fn say(route: HttpRoute, extensions: &Extensions) -> Result<String, Error> {
    match (route, poolgate_tower::verified(extensions)) {
        (HttpRoute::Claims, token) => token?.claims::<User>().map(|user| user.username),
        (route, Err(Error::MissingToken)) if serves_anonymous(route) => Ok(ANONYMOUS.to_owned()),
        (_, token) => token.map(name),
    }
}

/// Which handlers serve whoever sends no credential.
pub(crate) fn serves_anonymous(route: HttpRoute) -> bool {
    use HttpRoute::{Optional, OptionalCookie, OptionalDown};
    matches!(route, Optional | OptionalCookie | OptionalDown)
}

pub(crate) fn name(token: &VerifiedToken) -> String {
    token.username().unwrap_or("client").to_owned()
}

/// What a handler wants to know about a user.
#[derive(Deserialize)]
pub(crate) struct User {
    pub(crate) username: String,
}

pub(crate) const ANONYMOUS: &str = "anonymous";

fn is_optional(route: HttpRoute) -> bool {
    use HttpRoute::{OptionalGroup, OptionalVerified};
    serves_anonymous(route) || matches!(route, OptionalGroup | OptionalVerified)
}

fn sources(route: HttpRoute) -> Option<[Source; 2]> {
    let other = match route {
        HttpRoute::Header => Source::header("x-access-token"),
        HttpRoute::Cookie | HttpRoute::OptionalCookie => {
            Source::cookie(["https://app.example.com"])
        }
        _ => return None,
    };
    Some([Source::authorization(), other.unwrap()])
}
