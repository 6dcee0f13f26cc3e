//! What all pages have: their head, their look, and the headers that keep them to themselves.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub(super) struct Page<'a> {
    pub(super) title: String,
    pub(super) error: Option<&'a str>,
}

impl Page<'_> {
    pub(super) fn answer(&self, content: &Markup) -> Response<Body> {
        let mut answer = Response::new(Body::from(self.html(content).into_string()));
        if self.error.is_some() {
            *answer.status_mut() = StatusCode::BAD_REQUEST;
        }
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
        answer
    }

    fn html(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { @if self.error.is_some() { "Error: " } (self.title) " - poolgate test issuer" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main {
                        h1 { (self.title) }
                        @if let Some(error) = self.error { p id="error" role="alert" { (error) } }
                        (content)
                    }
                    footer { p { "poolgate-issuer, for tests: whoever reaches it can sign in as anyone." } }
                }
            }
        }
    }
}

/// An input with its label. With an error on the page, it is named as what the error is about.
pub(super) fn field(
    name: &str,
    label: &str,
    kind: &str,
    autocomplete: &str,
    value: Option<&str>,
    error: Option<&str>,
) -> Markup {
    let error = error.map(|_| "error");
    html! {
        label for=(name) { (label) }
        input id=(name) name=(name) type=(kind) autocomplete=(autocomplete) required value=[value]
            autocapitalize="none" spellcheck="false"
            inputmode=[(name == "code").then_some("numeric")]
            aria-describedby=[error] aria-invalid=[error.map(|_| "true")];
    }
}

pub(super) fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

pub(super) fn button(label: &str) -> Markup {
    html! { button type="submit" { (label) } }
}

/// Nothing but this one style. Without `form-action`, since browsers would apply it to the redirect to the client.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(digest::digest(&digest::SHA256, STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("base64 is ASCII")
});

/// Contrast is 7:1 or more for text, and 3:1 or more for the borders of inputs and the mark of the focus.
const STYLE: &str = "
body { margin: 0; background: #f3f4f6; color: #1f2328; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 2rem auto; padding: 1.5rem; background: #fff; border-radius: .5rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.1rem; }
label { display: block; margin-top: .75rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: .5rem; border: 1px solid #57606a; border-radius: .25rem; font: inherit; }
button { width: 100%; margin-top: 1rem; padding: .6rem; border: 0; border-radius: .25rem; background: #0b3d91; color: #fff; font: inherit; cursor: pointer; overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; }
li button { margin-top: .5rem; border: 1px solid #57606a; background: #fff; color: #1f2328; text-align: start; }
li span { color: #424a53; font-size: .875rem; }
input:focus-visible, button:focus-visible { outline: 3px solid #0b3d91; outline-offset: 2px; }
code { overflow-wrap: anywhere; font-size: 1.1rem; }
#error { padding: .75rem; border-inline-start: .25rem solid #a40e26; background: #fff0f0; color: #86061d; }
footer { max-width: 26rem; margin: 0 auto; padding: 0 1.5rem; color: #424a53; font-size: .875rem; }
";
