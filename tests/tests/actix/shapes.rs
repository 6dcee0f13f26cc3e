//! Whatever the shape of an app, who is not behind the middleware reads no claims.

use crate::{Reply, bearer, call};
use actix_web::{
    App, rt,
    test::init_service,
    web::{self, ServiceConfig},
};
use poolgate::AccessClaims;
use poolgate_actix::{BearerAuth, Claims};
use poolgate_tests::World;
use proptest::{collection::vec, prelude::*};

/// One more thing that is done to an app or a scope.
#[derive(Clone, Debug)]
enum Step {
    /// A route, or a resource, with the middleware around it or not.
    Route(Around),
    Resource(Around),
    Scope(Around, Vec<Self>),
    Default,
}

/// What is wrapped around.
#[derive(Clone, Copy, Debug)]
enum Around {
    Nothing,
    Gate,
    OptionalGate,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let around = || prop::sample::select(vec![Around::Nothing, Around::Gate, Around::OptionalGate]);
    let step = prop_oneof![
        2 => around().prop_map(Step::Route),
        2 => around().prop_map(Step::Resource),
        1 => Just(Step::Default),
    ];
    let step = step.prop_recursive(4, 30, 5, move |step| {
        (around(), vec(step, 1..5)).prop_map(|(around, steps)| Step::Scope(around, steps))
    });
    vec(step, 1..7)
}

/// Services in the making, and what is known of them.
#[derive(Clone)]
struct Plan {
    gate: BearerAuth,
    names: u32,
    prefix: String,
    is_behind: bool,
    handlers: Vec<Handler>,
}

/// A handler that reads claims.
#[derive(Clone, Debug)]
struct Handler {
    path: String,
    is_behind: bool,
}

impl Plan {
    fn next(&mut self, step: &Step, config: &mut ServiceConfig) {
        let (gate, optional) = (self.gate.clone(), self.gate.clone().optional());
        let name = self.name();
        match step {
            Step::Route(around) => {
                self.add(&name, *around);
                let route = web::get().to(claims);
                config.route(
                    &name,
                    match around {
                        Around::Nothing => route,
                        Around::Gate => route.wrap(gate),
                        Around::OptionalGate => route.wrap(optional),
                    },
                );
            }
            Step::Resource(around) => {
                self.add(&name, *around);
                let resource = web::resource(&*name).route(web::get().to(claims));
                match around {
                    Around::Nothing => config.service(resource),
                    Around::Gate => config.service(resource.wrap(gate)),
                    Around::OptionalGate => config.service(resource.wrap(optional)),
                };
            }
            Step::Scope(around, steps) => {
                let inner = |config: &mut ServiceConfig| self.inner(&name, *around, steps, config);
                let scope = web::scope(&name).configure(inner);
                match around {
                    Around::Nothing => config.service(scope),
                    Around::Gate => config.service(scope.wrap(gate)),
                    Around::OptionalGate => config.service(scope.wrap(optional)),
                };
            }
            Step::Default => {
                let path = format!("{}{NOWHERE}", self.prefix);
                self.handlers.retain(|handler| handler.path != path);
                self.add(NOWHERE, Around::Nothing);
                config.default_service(web::to(claims));
            }
        }
    }

    fn inner(&mut self, name: &str, around: Around, steps: &[Step], config: &mut ServiceConfig) {
        let (prefix, is_behind) = (self.prefix.clone(), self.is_behind);
        self.prefix += name;
        self.is_behind |= !matches!(around, Around::Nothing);
        steps.iter().for_each(|step| self.next(step, config));
        (self.prefix, self.is_behind) = (prefix, is_behind);
    }

    fn add(&mut self, name: &str, around: Around) {
        let is_behind = self.is_behind || !matches!(around, Around::Nothing);
        self.handlers.push(Handler { path: format!("{}{name}", self.prefix), is_behind });
    }

    fn name(&mut self) -> String {
        self.names += 1;
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

async fn check(world: &World, gate: &BearerAuth, steps: &[Step]) {
    let (gate, prefix, handlers) = (gate.clone(), String::new(), Vec::new());
    let mut plan = Plan { gate, names: 0, prefix, is_behind: false, handlers };
    let all = |config: &mut ServiceConfig| steps.iter().for_each(|step| plan.next(step, config));
    let app = init_service(App::new().configure(all)).await;
    let valid = bearer(&world.issuer.access_token().username("alice").sign());
    for Handler { path, is_behind } in &plan.handlers {
        for (sent, word) in [(None, "unauthorized"), (Some("Bearer garbage"), "invalid_token")] {
            let reply = call(&app, "GET", path, sent).await;
            let (status, word) = if *is_behind { (401, word) } else { (500, "server_error") };
            assert!(
                is_refused(&reply, status, word),
                "{path} {sent:?}: {} {}",
                reply.status,
                reply.body
            );
        }
        let reply = call(&app, "GET", path, Some(&valid)).await;
        let expected = if *is_behind { "claims of alice" } else { r#"{"error":"server_error"}"# };
        assert_eq!(reply.body, expected, "{path} {}", reply.status);
    }
    for name in 0..=plan.names {
        for path in [format!("/{name}/nowhere"), format!("/{name}"), NOWHERE.to_owned()] {
            let reply = call(&app, "GET", &path, None).await;
            assert!([401, 404, 500].contains(&reply.status), "{path}: {}", reply.status);
        }
    }
}

/// Where no route leads.
const NOWHERE: &str = "/nowhere";

#[test]
fn no_shape_of_an_app_leads_around_the_middleware() {
    let world = World::offline();
    let gate = BearerAuth::new(world.verifier_with_keys());
    let system = rt::System::new();
    proptest!(|(steps in steps())| system.block_on(check(&world, &gate, &steps)));
}
