//! The future of an answer, the same for both services.

use crate::{ResponseBody, outcome::Outcome, refusal::refusal};
use http::{Request, Response};
use pin_project_lite::pin_project;
use poolgate::{Error, VerifiedToken};
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
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S: Service<Request<B>>, B> {
        Refused { error: Error },
        Waiting { verification: Verification, parked: Option<(S, Request<B>)> },
        Inner { #[pin] future: S::Future },
    }
}

pub(crate) type Verification = Pin<Box<dyn Future<Output = Result<VerifiedToken, Error>> + Send>>;

impl<S: Service<Request<B>>, B> ResponseFuture<S, B> {
    pub(crate) const fn refused(error: Error) -> Self {
        Self { state: State::Refused { error } }
    }

    pub(crate) const fn inner(future: S::Future) -> Self {
        Self { state: State::Inner { future } }
    }

    /// Waits for the verifier and then calls `service`, which is ready, with `request`.
    pub(crate) const fn waiting(
        verification: Verification,
        service: S,
        request: Request<B>,
    ) -> Self {
        Self { state: State::Waiting { verification, parked: Some((service, request)) } }
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
                StateProjection::Refused { error } => return Poll::Ready(Ok(refusal(error))),
                StateProjection::Inner { future } => {
                    return future.poll(cx).map_ok(|response| response.map(ResponseBody::inner));
                }
                StateProjection::Waiting { verification, parked } => {
                    match ready!(verification.as_mut().poll(cx)) {
                        Err(error) => State::Refused { error },
                        Ok(token) => {
                            let (mut service, mut request) =
                                parked.take().expect("taken once, right before the state changes");
                            request.extensions_mut().insert(Outcome::Verified(token));
                            State::Inner { future: service.call(request) }
                        }
                    }
                }
            };
            this.state.set(next);
        }
    }
}

impl<S: Service<Request<B>>, B> fmt::Debug for ResponseFuture<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
