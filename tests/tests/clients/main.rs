//! Clients that nobody here wrote: curl, Node's `fetch`, and pages in Chromium, each against every
//! server that poolgate has an adapter for.
//!
//! `.ci/run clients` installs what is missing. The clients know nothing: [`rules`] says which calls
//! they make, what they shall see, and what the server shall have noticed.

mod actix_api;
mod api;
mod axum_api;
mod call;
mod chromium;
mod log;
mod programs;
mod rules;

use api::{Api, SERVERS};
use chromium::{Chromium, Site};
use rules::Rule;

#[tokio::test]
async fn curl_gets_the_answers_of_the_rules() {
    for server in SERVERS {
        let api = Api::start(server, rules::LISTED).await;
        let rules = rules::of_programs(&api);
        let seen = programs::curl(&api.calls(&rules)).await;
        api.was_used_by("curl", &rules, seen).await;
    }
}

#[tokio::test]
async fn the_fetch_of_node_gets_the_same_answers() {
    for server in SERVERS {
        let api = Api::start(server, rules::LISTED).await;
        let rules = rules::of_programs(&api);
        let seen = programs::node(&api.calls(&rules)).await;
        api.was_used_by("node", &rules, seen).await;
    }
}

#[tokio::test]
async fn a_page_of_a_listed_origin_reads_all_and_changes_all() {
    for server in SERVERS {
        let site = Site::at("localhost").await;
        let api = Api::start(server, site.origin()).await;
        let rules = rules::of_a_listed_origin(&api);
        visit("listed", site, &api, &rules).await;
    }
}

#[tokio::test]
async fn a_page_of_an_unlisted_origin_reads_and_changes_nothing() {
    for server in SERVERS {
        let site = Site::at("localhost").await;
        let api = Api::start(server, rules::LISTED).await;
        let rules = rules::of_an_unlisted_origin(&api);
        visit("unlisted", site, &api, &rules).await;
    }
}

/// For a browser all of `localhost` is one site, whatever the port; 127.0.0.1 is another one.
#[tokio::test]
async fn a_page_of_another_site_reads_and_changes_nothing() {
    for server in SERVERS {
        let site = Site::at("127.0.0.1").await;
        let api = Api::start(server, rules::LISTED).await;
        let rules = rules::of_an_unlisted_origin(&api);
        visit("another-site", site, &api, &rules).await;
    }
}

/// Its origin is `null`, wherever it came from.
#[tokio::test]
async fn a_sandboxed_page_of_a_listed_origin_reads_and_changes_nothing() {
    for server in SERVERS {
        let site = Site::at("localhost").await.sandboxed();
        let api = Api::start(server, site.origin()).await;
        let rules = rules::of_an_unlisted_origin(&api);
        visit("sandboxed", site, &api, &rules).await;
    }
}

/// Lets a browser log in at the API and go to the page, which makes the calls.
async fn visit(client: &str, site: Site, api: &Api, rules: &[Rule]) {
    let login = format!("{}/login?then={}", api.base(), site.origin());
    let told = site.serve(api.calls(rules));
    let browser = Chromium::open(&login, &format!("{}-{client}", api.server));
    let seen = browser.told(told).await;
    // Still open: it may be sending a form.
    api.was_used_by(client, rules, seen).await;
}
