//! The future of an answer, the same for both services.

use crate::{
    ResponseBody, outcome,
    refusal::{finish, refusal},
};
use http::{Request, Response};
use pin_project_lite::pin_project;
use poolgate::{Error, Gate, Outcome};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tower_service::Service;

pin_project! {
    /// The future of [`BearerAuth`](crate::BearerAuth) and [`Require`](crate::Require).
    ///
    /// It boxes nothing, unless the verifier has to wait.
    pub struct ResponseFuture<S: Service<Request<B>>, B> {
        #[pin]
        state: State<S, B>,
        // The gate that has the last word; a requirement has none.
        gate: Option<Gate>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<Request<B>>, B> {
        Refused { error: Error },
        Waiting { outcome: Waiting, parked: Option<(S, Request<B>)> },
        Inner { #[pin] future: S::Future },
    }
}

type Waiting = Pin<Box<dyn Future<Output = Result<Outcome, Error>> + Send>>;

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(crate) const fn refused(error: Error) -> Self {
        Self { state: State::Refused { error }, gate: None }
    }

    pub(crate) const fn inner(future: S::Future) -> Self {
        Self { state: State::Inner { future }, gate: None }
    }

    /// Waits for the outcome and then calls `service`, which is ready, with `request`.
    pub(crate) const fn waiting(outcome: Waiting, service: S, request: Request<B>) -> Self {
        Self { state: State::Waiting { outcome, parked: Some((service, request)) }, gate: None }
    }

    /// Gives the gate the last word.
    pub(crate) fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }
}

impl<S, B, ResBody> Future for ResponseFuture<S, B>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
{
    type Output = Result<Response<ResponseBody<ResBody>>, S::Error>;

    #[allow(clippy::expect_used, reason = "the state changes right after")]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Refused { error } => {
                    return Poll::Ready(Ok(last_word(this.gate, refusal(error))));
                }
                StateProjection::Inner { future } => {
                    let response = ready!(future.poll(cx))?.map(ResponseBody::from);
                    return Poll::Ready(Ok(last_word(this.gate, response)));
                }
                StateProjection::Waiting { outcome, parked } => {
                    match ready!(outcome.as_mut().poll(cx)) {
                        Err(error) => State::Refused { error },
                        Ok(outcome) => {
                            let (mut service, request) =
                                parked.take().expect("taken once, right before the state changes");
                            let request = outcome::with(request, outcome);
                            State::Inner { future: service.call(request) }
                        }
                    }
                }
            };
            this.state.set(next);
        }
    }
}

fn last_word<B>(
    gate: &Option<Gate>,
    response: Response<ResponseBody<B>>,
) -> Response<ResponseBody<B>> {
    match gate {
        Some(gate) => finish(gate, response),
        None => response,
    }
}

impl<S: Service<Request<B>>, B> fmt::Debug for ResponseFuture<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
