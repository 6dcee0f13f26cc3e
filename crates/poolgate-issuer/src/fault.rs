//! What can go wrong at the JWKS endpoint, and the plan by which it does.

use std::{collections::VecDeque, time::Duration};

use axum::http::{HeaderValue, StatusCode};

/// A way for the JWKS endpoint to misbehave.
///
/// Set it with [`TestIssuer::fail_jwks`](crate::TestIssuer::fail_jwks) and its siblings. Durations are real time,
/// whatever the issuer's [`TestClock`](crate::TestClock) says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// This status, from 200 to 599, with an empty body.
    Status(u16),
    /// A good answer, but only after this time.
    Delay(Duration),
    /// No answer until [`heal_jwks`](crate::TestIssuer::heal_jwks), which lets the waiting requests have a good
    /// one. When the issuer is dropped, the connection closes instead.
    Hang,
    /// A good answer, but one byte of the body per interval.
    Drip(Duration),
    /// The connection is reset (TCP RST) instead of an answer.
    Reset,
    /// `Content-Length` promises the whole set, half of it is sent, then the connection closes.
    Truncated,
    /// The good set, padded with spaces to this many bytes (never cut), with its `Content-Length`.
    Oversized(usize),
    /// A chunked body that begins like a key set and never ends.
    Endless,
    /// This status, from 200 to 599, and this `Location`.
    Redirect(u16, String),
    /// An HTML page with status 200, as a captive portal or a wrong path gives.
    Html,
    /// Status 200 and `application/json`, but the text is not JSON.
    BadJson,
    /// The good set with one malformed key before the good ones.
    OneBadKey,
    /// The good set with each key in it twice.
    DuplicateKid,
    /// A set without keys.
    EmptySet,
    /// Exactly this body, with status 200 and `application/json`.
    Body(String),
}

impl Fault {
    /// Whether the server can answer so.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Status(code) => check_status(*code),
            Self::Redirect(code, location) => {
                check_status(*code)?;
                check_header_value(location).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Fails in the test that sets a fault, not later in the server.
    fn assert_usable(&self) {
        self.check().unwrap_or_else(|reason| panic!("{reason}"));
    }
}

/// Which fault the next requests meet.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    next: VecDeque<Option<Fault>>,
    then: Option<Fault>,
}

impl FaultPlan {
    pub(crate) fn always(fault: Fault) -> Self {
        fault.assert_usable();
        Self { next: VecDeque::new(), then: Some(fault) }
    }

    pub(crate) fn sequence(faults: impl IntoIterator<Item = Option<Fault>>) -> Self {
        let next: VecDeque<_> = faults.into_iter().collect();
        next.iter().flatten().for_each(Fault::assert_usable);
        Self { next, then: None }
    }

    pub(crate) fn take(&mut self) -> Option<Fault> {
        self.next.pop_front().unwrap_or_else(|| self.then.clone())
    }
}

pub(crate) fn header_value(text: &str) -> HeaderValue {
    check_header_value(text).unwrap_or_else(|reason| panic!("{reason}"))
}

pub(crate) fn check_header_value(text: &str) -> Result<HeaderValue, String> {
    let reason = |_| "a header value has no control characters".to_owned();
    HeaderValue::from_str(text).map_err(reason)
}

fn check_status(code: u16) -> Result<(), String> {
    let is_final = (200..600).contains(&code) && StatusCode::from_u16(code).is_ok();
    let reason = || format!("{code} is not the status of a final answer (200 to 599)");
    is_final.then_some(()).ok_or_else(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lasting_fault_meets_every_request() {
        let mut plan = FaultPlan::always(Fault::Html);

        assert_eq!(plan.take(), Some(Fault::Html));
        assert_eq!(plan.take(), Some(Fault::Html));
    }

    #[test]
    fn a_sequence_ends_well() {
        let mut plan = FaultPlan::sequence([Some(Fault::Reset), None, Some(Fault::Html)]);

        assert_eq!(plan.take(), Some(Fault::Reset));
        assert_eq!(plan.take(), None);
        assert_eq!(plan.take(), Some(Fault::Html));
        assert_eq!(plan.take(), None);
    }

    #[test]
    #[should_panic(expected = "99 is not the status")]
    fn an_impossible_status_fails_where_it_is_set() {
        FaultPlan::always(Fault::Status(99));
    }

    #[test]
    #[should_panic(expected = "header value")]
    fn an_impossible_location_fails_where_it_is_set() {
        FaultPlan::sequence([Some(Fault::Redirect(302, "a\nb".to_owned()))]);
    }
}
