//! The future of an answer, the same for both services.

use crate::{
    Rejection,
    last_word::{about_error, about_response},
    outcome::leave,
};
use actix_web::{
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};
use pin_project_lite::pin_project;
use poolgate::{Error, Gate, Outcome};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

pin_project! {
    /// The future of [`BearerAuthService`](crate::BearerAuthService) and
    /// [`RequireService`](crate::RequireService).
    ///
    /// It boxes nothing, unless the verifier has to wait.
    pub struct ResponseFuture<S: Service<ServiceRequest>> {
        #[pin]
        state: State<S>,
        // The gate that has the last word; a requirement has none.
        gate: Option<Gate>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<ServiceRequest>> {
        Refused { refused: Option<(ServiceRequest, Error)> },
        Waiting { outcome: Waiting, parked: Option<(Rc<S>, ServiceRequest)> },
        Inner { #[pin] future: S::Future },
    }
}

type Waiting = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

impl<S: Service<ServiceRequest>> ResponseFuture<S> {
    pub(crate) const fn refused(request: ServiceRequest, error: Error) -> Self {
        Self { state: State::Refused { refused: Some((request, error)) }, gate: None }
    }

    pub(crate) const fn inner(future: S::Future) -> Self {
        Self { state: State::Inner { future }, gate: None }
    }

    /// Waits for the outcome and then calls `service` with `request`.
    pub(crate) const fn waiting(outcome: Waiting, service: Rc<S>, request: ServiceRequest) -> Self {
        Self { state: State::Waiting { outcome, parked: Some((service, request)) }, gate: None }
    }

    /// Gives the gate the last word.
    pub(crate) fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }
}

impl<S, B> Future for ResponseFuture<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    type Output = Answered<B>;

    #[allow(clippy::expect_used, reason = "the state changes right after, or the future is over")]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Refused { refused } => {
                    let (request, error) = refused.take().expect("polled after its end");
                    let response = request.error_response(Rejection::from(error));
                    let response = response.map_into_right_body();
                    return Poll::Ready(last_word(this.gate, Ok(response)));
                }
                StateProjection::Inner { future } => {
                    let result = ready!(future.poll(cx)).map(ServiceResponse::map_into_left_body);
                    return Poll::Ready(last_word(this.gate, result));
                }
                StateProjection::Waiting { outcome, parked } => {
                    let outcome = ready!(outcome.as_mut().poll(cx));
                    let (service, request) =
                        parked.take().expect("taken once, right before the state changes");
                    match outcome {
                        Err(error) => State::Refused { refused: Some((request, error)) },
                        Ok(outcome) => {
                            leave(&request, outcome);
                            State::Inner { future: service.call(request) }
                        }
                    }
                }
            };
            this.state.set(next);
        }
    }
}

type Answered<B> = Result<ServiceResponse<EitherBody<B>>, actix_web::Error>;

fn last_word<B>(gate: &Option<Gate>, result: Answered<B>) -> Answered<B> {
    match (gate, result) {
        (Some(gate), Ok(response)) => Ok(about_response(gate, response)),
        (Some(gate), Err(error)) => Err(about_error(gate, error)),
        (None, result) => result,
    }
}

impl<S: Service<ServiceRequest>> fmt::Debug for ResponseFuture<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
