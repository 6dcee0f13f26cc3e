//! `/login`: the sign-in page, and what is sent from it.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawForm, RawQuery, State},
    http::{HeaderMap, Response},
};

use super::{authorization::Authorization, cookie, page, parameters::Parameters};
use crate::{
    config::AppClient,
    grant::Login,
    host::Host,
    pool::{Answer, Pool, SignIn, TotpBy},
    refusal::Refusal,
    sessions::ChallengeKind,
};

/// `GET`: the first page.
pub(super) async fn page(
    State(host): State<Arc<Host>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    match Authorization::parse(&host, &parameters) {
        Ok(request) => {
            let login = request.login(&headers);
            page::sign_in(&request, login.as_ref(), request.login_hint, None)
        }
        Err(refused) => refused.into_answer(),
    }
}

/// `POST`: the form of any page. It says by itself which step it is, so that nothing has to be remembered here.
pub(super) async fn submit(
    State(host): State<Arc<Host>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response<Body> {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let request = match Authorization::parse(&host, &parameters) {
        Ok(request) => request,
        Err(refused) => return refused.into_answer(),
    };
    let form = Parameters::parse(&form);
    let step = Step { request: &request, form: &form, headers: &headers };
    match step.take() {
        Ok(Taken::Stayed(login)) => request.finish(&login),
        Ok(Taken::SignedIn(login)) => enter(&request, &login),
        Ok(Taken::Next(page)) => page,
        Err(refusal) => step.again(&refusal),
    }
}

/// Remembers the browser, and goes on.
fn enter(request: &Authorization<'_>, login: &Login) -> Response<Body> {
    let mut answer = request.finish(login);
    cookie::set(&mut answer, request.pool, &request.pool.open_login(login));
    answer
}

enum Taken {
    /// On as who was signed in already.
    Stayed(Login),
    SignedIn(Login),
    Next(Response<Body>),
}

struct Step<'a> {
    request: &'a Authorization<'a>,
    form: &'a Parameters,
    headers: &'a HeaderMap,
}

impl Step<'_> {
    fn take(&self) -> Result<Taken, Refusal> {
        match self.name() {
            page::STAY => self.stay(),
            page::PICK => {
                let login = self.pool().sign_in_without_password(self.client(), self.user())?;
                Ok(Taken::SignedIn(login))
            }
            page::NEW_PASSWORD => self.respond(
                self.session(),
                Answer::NewPassword { password: self.text("password"), attributes: Vec::new() },
            ),
            page::CODE => self.respond(
                self.session(),
                Answer::SoftwareTokenMfa { code: self.text("code").trim().to_owned() },
            ),
            page::SET_UP => self.set_up(),
            _ => {
                let password = self.text("password");
                self.on(self.pool().sign_in(self.client(), self.user(), &password)?)
            }
        }
    }

    fn stay(&self) -> Result<Taken, Refusal> {
        let login = self.request.login(self.headers);
        let gone = || Refusal::not_authorized("This browser is signed in no longer.");
        login.map(Taken::Stayed).ok_or_else(gone)
    }

    fn set_up(&self) -> Result<Taken, Refusal> {
        let by = TotpBy::Session(self.session());
        let session = self.pool().verify_software_token(by, self.text("code").trim())?;
        self.respond(&session.unwrap_or_default(), Answer::MfaSetup)
    }

    fn respond(&self, session: &str, answer: Answer) -> Result<Taken, Refusal> {
        let next = self.pool().respond(self.client(), session, self.user(), answer);
        self.on(next.map_err(|refusal| Pool::hidden(self.client(), refusal))?)
    }

    fn on(&self, next: SignIn) -> Result<Taken, Refusal> {
        let challenge = match next {
            SignIn::Done(login) => return Ok(Taken::SignedIn(login)),
            SignIn::Challenge(challenge) => challenge,
        };
        let (kind, user) = (challenge.kind, &challenge.username);
        Ok(Taken::Next(match kind {
            ChallengeKind::MfaSetup => {
                let by = TotpBy::Session(&challenge.session);
                let app = self.pool().associate_software_token(by)?;
                let session = app.session.unwrap_or_default();
                page::set_up(
                    self.request,
                    &page::Open { user, session: &session },
                    &app.secret,
                    None,
                )
            }
            _ => page::challenge(
                self.request,
                kind,
                &page::Open { user, session: &challenge.session },
                None,
            ),
        }))
    }

    /// The same page with the reason, or the first one if there is no way on from it.
    fn again(&self, refusal: &Refusal) -> Response<Body> {
        let reason = refusal.message();
        let error = Some(reason.as_ref());
        let open = page::Open { user: self.user(), session: self.session() };
        let is_over = matches!(refusal, Refusal::NotAuthorized(_));
        match self.name() {
            page::NEW_PASSWORD if !is_over => {
                page::challenge(self.request, ChallengeKind::NewPasswordRequired, &open, error)
            }
            page::CODE if !is_over => {
                page::challenge(self.request, ChallengeKind::SoftwareTokenMfa, &open, error)
            }
            page::SET_UP if !is_over => {
                page::set_up(self.request, &open, &self.text("secret"), error)
            }
            _ => {
                let login = self.request.login(self.headers);
                let name = self.form.first("user").or(self.request.login_hint);
                page::sign_in(self.request, login.as_ref(), name, error)
            }
        }
    }

    fn pool(&self) -> &Pool {
        self.request.pool
    }

    fn client(&self) -> &AppClient {
        self.request.client
    }

    fn name(&self) -> &str {
        self.form.first("step").unwrap_or_default()
    }

    fn user(&self) -> &str {
        self.form.first("user").unwrap_or_default()
    }

    fn session(&self) -> &str {
        self.form.first("session").unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        self.form.first(name).unwrap_or_default().to_owned()
    }
}
