//! The body of an answer: the inner service's, or the layer's own.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::{
    borrow::Cow,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The body of an answer: the inner service's, or that of a refusal.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProjection]
    enum Kind<B> {
        Inner { #[pin] body: B },
        Refusal { bytes: Option<Bytes> },
    }
}

/// The body of a service of yours, beside those of [`refusal`](crate::refusal()).
impl<B> From<B> for ResponseBody<B> {
    fn from(body: B) -> Self {
        Self { kind: Kind::Inner { body } }
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn refusal(content: Cow<'static, [u8]>) -> Self {
        let bytes = match content {
            Cow::Borrowed(content) => Bytes::from_static(content),
            Cow::Owned(content) => Bytes::from(content),
        };
        // Nothing at all has ended before it began.
        let bytes = (!bytes.is_empty()).then_some(bytes);
        Self { kind: Kind::Refusal { bytes } }
    }
}

impl<B: Body<Data = Bytes>> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProjection::Inner { body } => body.poll_frame(cx),
            KindProjection::Refusal { bytes } => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Refusal { bytes } => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Refusal { bytes: Some(bytes) } => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            Kind::Refusal { bytes: None } => SizeHint::with_exact(0),
        }
    }
}
