//! The pages that people see: plain HTML without scripts, escaped by the template engine.

mod frame;

use axum::{body::Body, http::Response};
use maud::{Markup, html};

use self::frame::{Page, button, field, hidden};
use super::authorization::Authorization;
use crate::{directory::UserView, grant::Login, sessions::ChallengeKind};

/// What the field `step` of a form says. Without it, it is a name and a password.
pub(super) const STAY: &str = "stay";
pub(super) const PICK: &str = "pick";
pub(super) const NEW_PASSWORD: &str = "new-password";
pub(super) const CODE: &str = "code";
pub(super) const SET_UP: &str = "set-up";

/// A sign-in that waits for an answer.
pub(super) struct Open<'a> {
    pub(super) user: &'a str,
    pub(super) session: &'a str,
}

/// The first page: type a name and a password, or pick a user.
pub(super) fn sign_in(
    request: &Authorization<'_>,
    login: Option<&Login>,
    name: Option<&str>,
    error: Option<&str>,
) -> Response<Body> {
    let users: Vec<_> = request.pool.users().into_iter().filter(|user| user.enabled).collect();
    let page = Page { title: format!("Sign in to {}", request.client.id), error };
    page.answer(&html! {
        @if let Some(login) = login {
            (form(request, &html! {
                (hidden("step", STAY))
                (button(&format!("Continue as {}", login.username)))
            }))
        }
        h2 { "With a password" }
        (form(request, &html! {
            (field("user", "User name", "text", "username", name, error))
            (field("password", "Password", "password", "current-password", None, error))
            (button("Sign in"))
        }))
        @if !users.is_empty() {
            h2 { "As one of the users" }
            p { "This is a test issuer: no password is asked for." }
            (form(request, &html! {
                (hidden("step", PICK))
                ul role="list" { @for user in users.iter().take(MOST_USERS) { li { (choice(user)) } } }
            }))
        }
        @if users.len() > MOST_USERS {
            p { "There are " (users.len() - MOST_USERS) " more: type the name of the one you want." }
        }
    })
}

/// A page that asks for one more thing.
pub(super) fn challenge(
    request: &Authorization<'_>,
    kind: ChallengeKind,
    open: &Open<'_>,
    error: Option<&str>,
) -> Response<Body> {
    let (title, step, field) = match kind {
        ChallengeKind::NewPasswordRequired => (
            "Choose a new password",
            NEW_PASSWORD,
            field("password", "New password", "password", "new-password", None, error),
        ),
        ChallengeKind::SoftwareTokenMfa | ChallengeKind::MfaSetup => {
            ("Enter the code of your app", CODE, code_field(error))
        }
    };
    let page = Page { title: title.to_owned(), error };
    page.answer(&html! {
        p { "You are signing in as " strong { (open.user) } "." }
        (form(request, &html! { (waiting(step, open)) (field) (button("Continue")) }))
    })
}

/// The page that sets up an authenticator app.
pub(super) fn set_up(
    request: &Authorization<'_>,
    open: &Open<'_>,
    secret: &str,
    error: Option<&str>,
) -> Response<Body> {
    let page = Page { title: "Set up an authenticator app".to_owned(), error };
    page.answer(&html! {
        p { "You are signing in as " strong { (open.user) } "." }
        p { "Give your app this key, and enter the code that it shows:" }
        p { code { (secret) } }
        (form(request, &html! {
            (waiting(SET_UP, open))
            (hidden("secret", secret))
            (code_field(error))
            (button("Continue"))
        }))
    })
}

/// The page of a request that no client is to hear of.
pub(super) fn error(code: &str, reason: &str) -> Response<Body> {
    let page = Page { title: "This does not work".to_owned(), error: Some(reason) };
    page.answer(&html! { p { "The error is " code { (code) } "." } })
}

/// Each form goes to the page it came from.
fn form(request: &Authorization<'_>, fields: &Markup) -> Markup {
    html! { form method="post" action={ "/login?" (request.query) } { (fields) } }
}

fn waiting(step: &str, open: &Open<'_>) -> Markup {
    html! { (hidden("step", step)) (hidden("user", open.user)) (hidden("session", open.session)) }
}

fn code_field(error: Option<&str>) -> Markup {
    field("code", "Code of six digits", "text", "one-time-code", None, error)
}

fn choice(user: &UserView) -> Markup {
    let email = user.attributes.iter().find(|(name, _)| name == "email");
    let email = email.map(|(_, value)| value).filter(|value| **value != user.username);
    html! {
        button type="submit" name="user" value=(user.username) {
            (user.username)
            @if let Some(email) = email { " " span { (email) } }
            @if !user.groups.is_empty() { " " span { (user.groups.join(", ")) } }
        }
    }
}

const MOST_USERS: usize = 50;
