//! Whatever the shape of a router, who is not behind the layer reads no claims.

use crate::{Reply, bearer, send};
use axum::{Router, routing::get};
use poolgate::AccessClaims;
use poolgate_tests::World;
use poolgate_tower::{BearerAuthLayer, Claims};
use proptest::{collection::vec, prelude::*};

/// One more thing that is done to a router.
#[derive(Clone, Debug)]
enum Step {
    Route,
    Fallback,
    Layer { is_optional: bool },
    RouteLayer { is_optional: bool },
    Nest(Vec<Self>),
    NestService(Vec<Self>),
    Merge(Vec<Self>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Route),
        1 => Just(Step::Fallback),
        1 => any::<bool>().prop_map(|is_optional| Step::Layer { is_optional }),
        1 => any::<bool>().prop_map(|is_optional| Step::RouteLayer { is_optional }),
    ];
    let step = step.prop_recursive(4, 40, 6, |step| {
        let steps = || vec(step.clone(), 1..6);
        prop_oneof![
            steps().prop_map(Step::Nest),
            steps().prop_map(Step::NestService),
            steps().prop_map(Step::Merge),
        ]
    });
    vec(step, 1..8)
}

/// A router in the making, and what is known of it.
struct Plan<'g> {
    gate: &'g BearerAuthLayer,
    names: &'g mut u32,
    router: Router,
    handlers: Vec<Handler>,
}

/// A handler that reads claims.
#[derive(Clone, Debug)]
struct Handler {
    path: String,
    /// Answers where no route does, so that a `route_layer` does not reach it.
    is_fallback: bool,
    is_behind: bool,
}

impl<'g> Plan<'g> {
    fn of(steps: &[Step], gate: &'g BearerAuthLayer, names: &'g mut u32) -> Self {
        let mut plan = Self { gate, names, router: Router::new(), handlers: Vec::new() };
        for step in steps {
            plan.router = plan.next(step);
        }
        plan
    }

    fn next(&mut self, step: &Step) -> Router {
        let router = std::mem::take(&mut self.router);
        match step {
            Step::Route => {
                let path = self.name();
                self.add(path.clone(), false);
                router.route(&path, get(claims))
            }
            Step::Fallback => {
                let path = NOWHERE.to_owned();
                self.handlers.retain(|handler| handler.path != path);
                self.add(path, true);
                router.fallback(claims)
            }
            Step::Layer { is_optional } => {
                self.handlers.iter_mut().for_each(|handler| handler.is_behind = true);
                router.layer(self.layer(*is_optional))
            }
            Step::RouteLayer { is_optional } => self.route_layer(router, *is_optional),
            Step::Nest(steps) => self.nest(router, steps),
            Step::NestService(steps) => self.nest_service(router, steps),
            Step::Merge(steps) => self.merge(router, steps),
        }
    }

    fn route_layer(&mut self, router: Router, is_optional: bool) -> Router {
        let mut has_routes = false;
        for handler in self.handlers.iter_mut().filter(|handler| !handler.is_fallback) {
            (handler.is_behind, has_routes) = (true, true);
        }
        if has_routes { router.route_layer(self.layer(is_optional)) } else { router }
    }

    /// Fallbacks further down are lost unless the nested router has one itself.
    fn nest(&mut self, router: Router, steps: &[Step]) -> Router {
        let (prefix, (nested, handlers)) = (self.name(), self.nested(steps));
        let has_fallback = handlers.iter().any(|handler| handler.path == NOWHERE);
        let kept = |handler: &Handler| !handler.is_fallback || has_fallback;
        self.extend(&prefix, handlers.into_iter().filter(kept));
        router.nest(&prefix, nested)
    }

    /// From outside it is one route, with all its fallbacks.
    fn nest_service(&mut self, router: Router, steps: &[Step]) -> Router {
        let (prefix, (nested, handlers)) = (self.name(), self.nested(steps));
        let as_route = |handler| Handler { is_fallback: false, ..handler };
        self.extend(&prefix, handlers.into_iter().map(as_route));
        router.nest_service(&prefix, nested)
    }

    /// Two fallbacks cannot be merged.
    fn merge(&mut self, router: Router, steps: &[Step]) -> Router {
        let steps = steps.iter().filter(|step| !matches!(step, Step::Fallback));
        let (merged, handlers) = self.nested(&steps.cloned().collect::<Vec<_>>());
        self.extend("", handlers.into_iter());
        router.merge(merged)
    }

    fn nested(&mut self, steps: &[Step]) -> (Router, Vec<Handler>) {
        let Plan { router, handlers, .. } = Plan::of(steps, self.gate, self.names);
        (router, handlers)
    }

    fn extend(&mut self, prefix: &str, handlers: impl Iterator<Item = Handler>) {
        let below = |it: Handler| Handler { path: format!("{prefix}{}", it.path), ..it };
        self.handlers.extend(handlers.map(below));
    }

    fn add(&mut self, path: String, is_fallback: bool) {
        self.handlers.push(Handler { path, is_fallback, is_behind: false });
    }

    fn layer(&self, is_optional: bool) -> BearerAuthLayer {
        let layer = self.gate.clone();
        if is_optional { layer.optional() } else { layer }
    }

    fn name(&mut self) -> String {
        *self.names += 1;
        format!("/{}", self.names)
    }
}

async fn claims(Claims(claims): Claims<AccessClaims>) -> String {
    format!("claims of {}", claims.username.unwrap_or_default())
}

/// Who is not let in is told so in one of these ways.
fn is_refused(reply: &Reply, status: u16, word: &str) -> bool {
    (reply.status, &*reply.body) == (status, &*format!(r#"{{"error":"{word}"}}"#))
}

async fn check(world: &World, gate: &BearerAuthLayer, steps: &[Step]) {
    let mut names = 0;
    let Plan { router, handlers, .. } = Plan::of(steps, gate, &mut names);
    let valid = bearer(&world.issuer.access_token().username("alice").sign());
    for Handler { path, is_behind, .. } in &handlers {
        for (sent, word) in [(&[][..], "unauthorized"), (&["Bearer garbage"], "invalid_token")] {
            let reply = send(&router, path, sent).await;
            let (status, word) = if *is_behind { (401, word) } else { (500, "server_error") };
            assert!(
                is_refused(&reply, status, word),
                "{path} {sent:?}: {} {}",
                reply.status,
                reply.body
            );
        }
        let reply = send(&router, path, &[&valid]).await;
        let expected = if *is_behind { "claims of alice" } else { r#"{"error":"server_error"}"# };
        assert_eq!(reply.body, expected, "{path} {}", reply.status);
    }
    for name in 0..=names {
        for path in [format!("/{name}/nowhere"), format!("/{name}"), NOWHERE.to_owned()] {
            let reply = send(&router, &path, &[]).await;
            assert!([401, 404, 500].contains(&reply.status), "{path}: {}", reply.status);
        }
    }
}

/// Where no route leads.
const NOWHERE: &str = "/nowhere";

#[test]
fn no_shape_of_a_router_leads_around_the_layer() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let world = World::offline();
    let gate = BearerAuthLayer::new(world.verifier_with_keys());
    proptest!(|(steps in steps())| runtime.block_on(check(&world, &gate, &steps)));
}
