//! Everything that is decided about a request, whatever framework it comes from.

use crate::{
    Answer, ConfigError, Error, ErrorBody, Look, Outcome, Refused, RequestHead, ResourceMetadata,
    Source, Verifier, challenge::Challenge, source::Sources,
};
use std::{fmt, sync::Arc};

/// A verifier with everything that a service decides about requests: where tokens may be, whether
/// one is needed, and what a refusal says. Cheap to clone.
///
/// The adapters take one, or a [`Verifier`] alone, which reads `Authorization`, needs a token and
/// answers briefly.
///
/// ```
/// use poolgate::{ErrorBody, Gate, Policy, ResourceMetadata, Source, TokenUse, Verifier};
///
/// let policy = Policy::cognito("eu-west-1_AbCdEf123", "1example23456789", TokenUse::Access)?;
/// let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
/// let metadata = ResourceMetadata::new("https://api.example.com", [issuer])?;
/// let gate = Gate::new(Verifier::new(policy)?)
///     .sources([Source::authorization(), Source::cookie(["https://app.example.com"])?])?
///     .realm("orders")?
///     .resource_metadata(&metadata)
///     .error_body(ErrorBody::problem_details);
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    verifier: Verifier,
    is_optional: bool,
    sources: Sources,
    vary: Option<String>,
    challenge: Challenge,
    error_body: Option<WriteBody>,
}

type WriteBody = Arc<dyn Fn(&Error) -> ErrorBody + Send + Sync>;

impl Gate {
    /// A gate that lets only requests with a valid token through.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self(Arc::new(Inner {
            verifier,
            is_optional: false,
            sources: Sources::default(),
            vary: None,
            challenge: Challenge::default(),
            error_body: None,
        }))
    }

    /// Also lets requests without any credential through, as anonymous ones.
    ///
    /// A credential that is not valid is refused all the same. What a handler asks for decides
    /// whether it serves anonymous requests.
    #[must_use]
    pub fn optional(self) -> Self {
        self.with(|inner| inner.is_optional = true)
    }

    /// Looks for tokens in these places, and nowhere else; in `Authorization` unless set.
    ///
    /// # Errors
    /// [`ConfigError::Sources`] if there are none, or two that are the same place.
    pub fn sources(self, sources: impl IntoIterator<Item = Source>) -> Result<Self, ConfigError> {
        let sources = Sources::new(sources)?;
        Ok(self.with(|inner| {
            inner.vary = sources.vary();
            inner.sources = sources;
        }))
    }

    /// Names the protected space in challenges (RFC 9110 §11.5).
    ///
    /// # Errors
    /// [`ConfigError::Realm`] unless it is printable ASCII without `"` and `\`, and not empty.
    pub fn realm(mut self, realm: impl Into<String>) -> Result<Self, ConfigError> {
        Arc::make_mut(&mut self.0).challenge.set_realm(realm.into())?;
        Ok(self)
    }

    /// Tells clients in challenges where the metadata of the service are (RFC 9728 §5.1).
    #[must_use]
    pub fn resource_metadata(self, metadata: &ResourceMetadata) -> Self {
        self.with(|inner| inner.challenge.set_resource_metadata(&metadata.url()))
    }

    /// Writes the bodies of refusals: for instance [`ErrorBody::problem_details`]. Status and
    /// challenge stay as they are.
    ///
    /// The error tells more than a stranger should read; it never holds text of the token.
    #[must_use]
    pub fn error_body(self, write: impl Fn(&Error) -> ErrorBody + Send + Sync + 'static) -> Self {
        self.with(|inner| inner.error_body = Some(Arc::new(write)))
    }

    /// The verifier.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.0.verifier
    }

    /// Looks at a request, for an adapter.
    pub fn look(&self, head: &impl RequestHead) -> Look {
        let token = match self.0.sources.find(head) {
            Ok(token) => token,
            Err(Error::MissingToken) if self.0.is_optional => {
                return Look::Done(Ok(Outcome::Anonymous));
            }
            Err(error) => return Look::Done(Err(error)),
        };
        self.0.verifier.look(token)
    }

    /// How an adapter answers anew what something behind the gate has refused, or the gate itself,
    /// if the response still has this status.
    ///
    /// `None` if it stays as it is: the gate has no words of its own, a gate inside has spoken, or
    /// somebody on the way has made another answer of it.
    #[must_use]
    pub fn last_word(&self, refused: &mut Refused, status: u16) -> Option<Answer> {
        let error = refused.error_once().filter(|error| error.status() == status)?;
        let Inner { challenge, error_body, .. } = &*self.0;
        match error_body {
            None if *challenge == Challenge::default() => None,
            None => Some(Answer::new(error, challenge, error.into())),
            Some(write) => Some(Answer::new(error, challenge, write(error))),
        }
    }

    /// What an adapter adds to the `Vary` of every answer (RFC 9110 §12.5.5).
    #[must_use]
    pub fn vary(&self) -> Option<&str> {
        self.0.vary.as_deref()
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl From<Verifier> for Gate {
    fn from(verifier: Verifier) -> Self {
        Self::new(verifier)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { verifier, is_optional, sources, challenge, error_body, .. } = &*self.0;
        let mut debug = f.debug_struct("Gate");
        debug.field("verifier", verifier).field("is_optional", is_optional);
        debug.field("sources", sources).field("challenge", challenge);
        debug.field("has_error_body", &error_body.is_some()).finish()
    }
}
