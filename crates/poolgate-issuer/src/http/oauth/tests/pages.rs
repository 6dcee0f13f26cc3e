//! The sign-in page: who may read it, with what, and what it never lets in.

use super::*;
use crate::http::oauth::test_browser::between;

#[tokio::test]
async fn a_user_is_picked_without_a_password() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    let request = authorize("web", &[]);

    let shown = page(&mut browser, &request).text();
    assert!(shown.contains("alice@example.com") && shown.contains("Admins"), "{shown}");
    assert!(!shown.contains("value=\"gone\""), "{shown}");
    let pick = |user| [("user", user), ("step", "pick")];
    let answer = browser.submit(&shown, &pick("bob"));
    assert!(carried(&answer, CALLBACK).contains_key("code"));

    let refused = browser.submit(&shown, &pick("gone"));
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("User is disabled."), "{}", refused.text());
}

#[tokio::test]
async fn a_wrong_password_stays_on_the_page_with_the_request() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    let first = page(&mut browser, &authorize("web", &[("nonce", "n")])).text();

    let wrong = browser.submit(&first, &[("password", "x"), ("user", "alice")]);
    assert_eq!((wrong.status, wrong.header("set-cookie")), (400, None));
    let wrong = wrong.text();
    assert!(wrong.contains("Incorrect username or password."), "{wrong}");
    assert!(wrong.contains("<title>Error: "), "{wrong}");
    assert!(wrong.contains("required value=\"alice\""), "{wrong}");
    let right = browser.submit(&wrong, &[("password", "pw"), ("user", "alice")]);

    let code = carried(&right, CALLBACK)["code"].clone();
    let tokens = value(&post(&issuer, "/oauth2/token", &code_form("web", &code)));
    let claims = crate::test_verifier::claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(claims["nonce"], "n");
}

#[tokio::test]
async fn what_comes_from_outside_is_escaped() {
    let hostile = "\"><script>alert(1)</script>&'";
    let pool = shop().user(user("m\"><b>").attribute("email", hostile));
    let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa).user_pool(pool);
    let issuer = builder.start().await;
    let mut browser = Browser::new(&issuer);
    let everywhere = [("state", hostile), ("login_hint", hostile), ("nonce", hostile)];

    let first = page(&mut browser, &authorize("web", &everywhere));
    let answer = browser.submit(&first.text(), &[("user", "m\"><b>"), ("step", "pick")]);
    assert_eq!(carried(&answer, CALLBACK)["state"], hostile);
    let login = authorize("web", &everywhere).replace("/oauth2/authorize", "/login");
    let forms = [
        vec![("step", "set-up"), ("user", hostile), ("secret", hostile), ("session", hostile)],
        vec![("step", "code"), ("user", hostile), ("session", hostile), ("code", hostile)],
        vec![("step", hostile), ("user", hostile), ("password", hostile)],
    ];
    let mut pages: Vec<_> = forms.iter().map(|form| browser.post(&login, form)).collect();
    pages.push(browser.get(&authorize(hostile, &[])));
    pages.push(browser.get(&authorize("web", &[("redirect_uri", hostile)])));
    pages.push(browser.get(&path("/logout", &[("client_id", hostile), ("logout_uri", "x")])));
    pages.push(browser.get(&path("/logout", &[("client_id", "web"), ("logout_uri", hostile)])));
    pages.push(page(&mut browser, &authorize("web", &[("prompt", "login"), everywhere[1]])));
    let again = page(&mut browser, &authorize("web", &[("prompt", "select_account")])).text();
    assert!(again.contains("Continue as m&quot;&gt;&lt;b&gt;"), "{again}");

    for page in [&first].into_iter().chain(&pages).map(Answer::text).chain([again]) {
        for mark in ["<script", "<b>", "m\">", "\"\">"] {
            assert!(!page.contains(mark), "{mark}: {page}");
        }
    }
    assert!(first.text().contains("value=\"&quot;&gt;&lt;script&gt;"));
}

#[tokio::test]
async fn the_state_of_a_redirect_cannot_break_out_of_its_header() {
    let issuer = start().await;
    let request = authorize("web", &[("state", "a\r\nSet-Cookie: x=y"), ("prompt", "none")]);

    let answer = Browser::new(&issuer).get(&request);

    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(carried(&answer, CALLBACK)["state"], "a\r\nSet-Cookie: x=y");
}

#[tokio::test]
async fn pages_run_no_script_and_are_not_framed_or_kept() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);

    for page in [page(&mut browser, &authorize("web", &[])), browser.get("/oauth2/authorize")] {
        let policy = page.header("content-security-policy").unwrap();
        let style = page.text();
        let style = between(&style, "<style>", "</style>");
        let hash = digest::digest(&digest::SHA256, style.as_bytes());
        let hash = base64::prelude::BASE64_STANDARD.encode(hash);
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; \
                 frame-ancestors 'none'"
            )
        );
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name}");
        }
        assert_eq!(page.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn pages_can_be_read_with_a_screen_reader() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    let first = page(&mut browser, &authorize("web", &[("login_hint", "alice")])).text();
    let wrong = browser.submit(&first, &[("password", "x"), ("user", "alice")]).text();
    let code = sign_in(&mut browser, &authorize("web", &[]), "bob").text();
    let new = sign_in(&mut browser, &authorize("web", &[]), "new").text();
    let broken = browser.get("/oauth2/authorize").text();

    for page in [&first, &wrong, &code, &new, &broken] {
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{page}");
        for once in ["<h1>", "<title>", "<main>"] {
            assert_eq!(page.matches(once).count(), 1, "{once} in {page}");
        }
        for input in page.split("<input ").skip(1).filter(|it| !it.starts_with("type=\"hidden\"")) {
            let id = between(input, "id=\"", "\"");
            assert!(page.contains(&format!("<label for=\"{id}\">")), "{id} in {page}");
            assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id} in {page}");
            assert!(input.contains("autocomplete="), "{input}");
        }
    }
    assert!(first.contains("value=\"alice\"") && !first.contains("aria-invalid"));
    assert!(wrong.contains("<p id=\"error\" role=\"alert\">"));
    assert_eq!(wrong.matches("aria-describedby=\"error\" aria-invalid=\"true\"").count(), 2);
}

#[tokio::test]
async fn a_long_list_of_users_ends() {
    let pool = (0..60).fold(shop(), |pool, at| pool.user(user(&format!("user{at}"))));
    let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa).user_pool(pool);
    let issuer = builder.start().await;

    let shown = page(&mut Browser::new(&issuer), &authorize("web", &[])).text();

    assert_eq!(shown.matches("<li>").count(), 50);
    assert!(shown.contains("There are 13 more"), "{shown}");
}
