//! `GET /logout`.

use super::*;

#[tokio::test]
async fn a_sign_out_ends_the_browsers_sign_in() {
    let issuer = start().await;
    let (silent, bye) = (authorize("web", &[("prompt", "none")]), "https://shop.example/bye");
    let ways = [
        (vec![("client_id", "web"), ("logout_uri", bye)], bye),
        (
            vec![("client_id", "web"), ("redirect_uri", CALLBACK), ("response_type", "code")],
            "/login?client_id=web&redirect_uri=",
        ),
    ];
    for (parameters, target) in ways {
        let mut browser = Browser::new(&issuer);
        let cookie = sign_in(&mut browser, &authorize("web", &[]), "alice");
        let cookie = cookie.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        assert!(carried(&browser.get(&silent), CALLBACK).contains_key("code"));

        let answer = browser.get(&path("/logout", &parameters));

        assert_eq!(answer.status, 302);
        assert!(answer.header("location").unwrap().starts_with(target), "{target}");
        let removed = answer.header("set-cookie").unwrap();
        assert!(removed.starts_with("login-eu-west-1_Shop=; Path=/; Max-Age=0"), "{removed}");
        let with_old_cookie = [("Cookie", cookie.as_str())];
        let answer = Browser::new(&issuer).send("GET", &silent, &with_old_cookie, "");
        assert_eq!(carried(&answer, CALLBACK)["error"], "login_required");
    }
}

#[tokio::test]
async fn a_sign_out_that_leads_elsewhere_does_nothing() {
    let issuer = start().await;
    let mut browser = Browser::new(&issuer);
    sign_in(&mut browser, &authorize("web", &[]), "alice");

    for (parameters, error) in [
        (&[][..], "invalid_request"),
        (&[("client_id", "web")], "invalid_request"),
        (&[("post_logout_redirect_uri", "https://shop.example/bye")], "invalid_request"),
        (&[("logout_uri", "https://shop.example/bye")], "invalid_client"),
        (&[("client_id", "web"), ("logout_uri", CALLBACK)], "redirect_mismatch"),
        (
            &[("client_id", "other"), ("logout_uri", "https://shop.example/bye")],
            "redirect_mismatch",
        ),
        (&[("client_id", "web"), ("redirect_uri", "https://evil.example")], "redirect_mismatch"),
    ] {
        let answer = browser.get(&path("/logout", parameters));
        assert_eq!((answer.status, answer.header("location")), (400, None), "{parameters:?}");
        assert!(answer.text().contains(&format!("<code>{error}</code>")), "{parameters:?}");
    }
    let silent = browser.get(&authorize("web", &[("prompt", "none")]));
    assert!(carried(&silent, CALLBACK).contains_key("code"));
}
