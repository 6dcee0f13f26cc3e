//! An orders API, the same for every framework: what is in it, and the calls that prove its rules.
//!
//! | route | asks for |
//! |---|---|
//! | `GET /health` | nothing |
//! | `GET /orders`, `GET /orders/{id}` | the scope `orders/read` |
//! | `DELETE /orders/{id}` | the group `Admins`; or the group `Basic` and the scope `orders/write` |
//! | the same, for an order of 1,000 or more | the group `Admins` |
//! | `GET /reports/sales`, `GET /reports/stock` | the group `Auditors` |

use crate::Call;
use poolgate_issuer::TestIssuer;
use reqwest::Method;

/// What an order comes to, if there is one with this number.
#[must_use]
pub fn total(id: u32) -> Option<u32> {
    match id {
        1 => Some(250),
        2 => Some(1_000),
        _ => None,
    }
}

/// An order of this size is nothing for everybody to delete.
pub const LARGE: u32 = 1_000;

/// Every call, with tokens that the issuer signs now.
pub fn calls(issuer: &TestIssuer) -> Vec<Call> {
    let rules: [fn(&TestIssuer) -> Vec<Call>; 4] = [reading, deleting, large_orders, reports];
    rules.into_iter().flat_map(|calls| calls(issuer)).collect()
}

fn reading(issuer: &TestIssuer) -> Vec<Call> {
    let reader = issuer.access_token().username("alice").scope("orders/read").sign();
    let nobody = issuer.access_token().username("bob").sign();
    let near = issuer.access_token().username("bob").scope("orders/reader").sign();
    let machine = issuer.client_credentials_token().scope("orders/read").sign();
    vec![
        Call::get(200, "anyone asks how the API is", "/health"),
        Call::get(401, "nobody signed in", "/orders"),
        Call::get(200, "a reader", "/orders").bearer(&reader),
        Call::get(200, "a reader, one order", "/orders/1").bearer(&reader),
        Call::get(404, "a reader, an order that is not there", "/orders/9").bearer(&reader),
        Call::get(403, "a user without the scope", "/orders").bearer(&nobody),
        Call::get(403, "a user with a scope that only begins like it", "/orders").bearer(&near),
        Call::get(200, "a machine with the scope", "/orders").bearer(&machine),
    ]
}

fn deleting(issuer: &TestIssuer) -> Vec<Call> {
    let admin = issuer.access_token().username("alice").group("Admins").sign();
    let writer = issuer.access_token().username("bob").group("Basic").scope("orders/write");
    let basic = issuer.access_token().username("carol").group("Basic").sign();
    let outsider = issuer.access_token().username("dave").scope("orders/write").sign();
    // Cognito puts no machine into a group, and whatever else writes one there is not believed.
    let machine = issuer.client_credentials_token().scope("orders/write");
    let machine = machine.claim("cognito:groups", vec!["Admins", "Basic"]).sign();
    let delete = |status, what| Call::new(Method::DELETE, status, what, "/orders/1");
    vec![
        delete(401, "nobody deletes"),
        delete(200, "an admin deletes").bearer(&admin),
        delete(200, "Basic with the scope deletes").bearer(&writer.sign()),
        delete(403, "Basic without the scope").bearer(&basic),
        delete(403, "the scope without Basic").bearer(&outsider),
        delete(403, "a machine with the scope, and a claim that it is in both groups")
            .bearer(&machine),
        Call::get(403, "an admin may delete, not read", "/orders/1").bearer(&admin),
    ]
}

fn large_orders(issuer: &TestIssuer) -> Vec<Call> {
    let admin = issuer.access_token().username("alice").group("Admins").sign();
    let writer = issuer.access_token().username("bob").group("Basic").scope("orders/write");
    let delete = |status, what| Call::new(Method::DELETE, status, what, "/orders/2");
    vec![
        delete(403, "Basic with the scope deletes a large order").bearer(&writer.sign()),
        delete(200, "an admin deletes a large order").bearer(&admin),
    ]
}

fn reports(issuer: &TestIssuer) -> Vec<Call> {
    let auditor = issuer.access_token().username("erin").group("Auditors").sign();
    let admin = issuer.access_token().username("alice").group("Admins").sign();
    vec![
        Call::get(401, "nobody asks for a report", "/reports/sales"),
        Call::get(200, "an auditor", "/reports/sales").bearer(&auditor),
        Call::get(200, "an auditor, the other report", "/reports/stock").bearer(&auditor),
        Call::get(403, "an admin is no auditor", "/reports/sales").bearer(&admin),
        Call::get(403, "an auditor is no reader", "/orders").bearer(&auditor),
    ]
}
