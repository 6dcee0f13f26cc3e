//! The pages that follow a password.

use super::*;
use crate::test_client::Answer;

fn is_in(issuer: &TestIssuer, answer: &Answer, user: &str) {
    let code = carried(answer, CALLBACK)["code"].clone();
    let tokens = value(&post(issuer, "/oauth2/token", &code_form("web", &code)));
    let claims = crate::test_verifier::claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(claims["username"], user);
}

#[tokio::test]
async fn a_temporary_password_is_changed() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);

    let first = sign_in(&mut browser, &authorize("web", &[]), "new").text();
    assert!(first.contains("<h1>Choose a new password</h1>"), "{first}");
    let weak = browser.submit(&first, &[("password", "weak")]);
    assert_eq!(weak.status, 400);
    assert!(weak.text().contains("Password not long enough"), "{}", weak.text());
    let good = browser.submit(&weak.text(), &[("password", "Aa1!aaaa")]);

    is_in(&issuer, &good, "new");
    let over = browser.submit(&first, &[("password", "Aa1!aaaa")]).text();
    assert!(over.contains("<h1>Sign in to web</h1>") && over.contains("Invalid session"));
}

#[tokio::test]
async fn a_code_is_asked_for() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);

    let first = sign_in(&mut browser, &authorize("web", &[]), "bob").text();
    assert!(first.contains("autocomplete=\"one-time-code\""), "{first}");
    let wrong = browser.submit(&first, &[("code", "1")]);
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("Invalid verification code"), "{}", wrong.text());
    let code = issuer.totp_code("bob").unwrap();
    let good = browser.submit(&wrong.text(), &[("code", &format!(" {code} "))]);

    is_in(&issuer, &good, "bob");
}

#[tokio::test]
async fn an_app_is_set_up() {
    let pool = shop().mfa(Mfa::On);
    let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa).clock(TestClock::at(NOW));
    let issuer = builder.user_pool(pool).start().await;
    let mut browser = Browser::new(&issuer);

    let first = sign_in(&mut browser, &authorize("web", &[]), "alice").text();
    assert!(first.contains("Set up an authenticator app"), "{first}");
    let wrong = browser.submit(&first, &[("code", "1")]).text();
    assert!(wrong.contains("Code mismatch"), "{wrong}");
    let secret = |page: &str| page.split("<p><code>").nth(1).unwrap()[..16].to_owned();
    assert_eq!(secret(&first), secret(&wrong));
    let code = issuer.totp_code("alice").unwrap();
    is_in(&issuer, &browser.submit(&wrong, &[("code", &code)]), "alice");

    let again = sign_in(&mut Browser::new(&issuer), &authorize("web", &[]), "alice").text();
    assert!(again.contains("Enter the code of your app"), "{again}");
}

#[tokio::test]
async fn a_session_that_is_over_starts_again() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    let first = sign_in(&mut browser, &authorize("web", &[]), "bob").text();
    issuer.clock().advance(Duration::from_secs(180));

    let late = browser.submit(&first, &[("code", &issuer.totp_code("bob").unwrap())]).text();

    assert!(late.contains("<h1>Sign in to web</h1>") && late.contains("session is expired"));
}
