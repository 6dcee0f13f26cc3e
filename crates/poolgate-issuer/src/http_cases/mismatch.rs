//! How an answer differs from what must come back.

use std::{error::Error, fmt};

use super::case::HttpCase;

/// An answer that is not the one that a case asks for.
///
/// ```
/// use poolgate_issuer::HttpMismatch;
///
/// // For a service whose bodies are its own.
/// fn is_serious(mismatch: &HttpMismatch) -> bool {
///     mismatch.differences().iter().any(|difference| difference.part() != "body")
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpMismatch {
    case: String,
    differences: Vec<HttpDifference>,
}

impl HttpMismatch {
    /// The name of the case.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// Everything that differs, at least one thing.
    pub fn differences(&self) -> &[HttpDifference] {
        &self.differences
    }

    pub(super) fn of(case: &HttpCase, differences: Vec<HttpDifference>) -> Result<(), Self> {
        if differences.is_empty() {
            return Ok(());
        }
        Err(Self { case: case.name(), differences })
    }
}

impl fmt::Display for HttpMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.case)?;
        for (n, difference) in self.differences.iter().enumerate() {
            let separator = if n == 0 { ": " } else { "; " };
            write!(f, "{separator}{difference}")?;
        }
        Ok(())
    }
}

impl Error for HttpMismatch {}

/// One part of an answer that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpDifference {
    part: &'static str,
    expected: String,
    found: String,
}

impl HttpDifference {
    /// Which part: `status`, `body`, or the name of a header in lower case.
    pub fn part(&self) -> &'static str {
        self.part
    }

    /// What must be there, or `nothing`.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What is there, or `nothing`. Long texts are cut.
    pub fn found(&self) -> &str {
        &self.found
    }

    pub(super) fn new(part: &'static str, expected: String, found: String) -> Self {
        Self { part, expected, found }
    }
}

impl fmt::Display for HttpDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} instead of {}", self.part, self.found, self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_cases::{expected::allows, route::HttpRoute};

    #[test]
    fn a_mismatch_reads_as_one_line() {
        let case = HttpCase::new(HttpRoute::Group, "a case", allows("alice"));
        let body = format!("<html>\n{}", "x".repeat(1_000));

        let error = case.check(500, [("", "")], body).unwrap_err();

        assert_eq!((error.case(), error.differences().len()), ("group GET: a case", 2));
        let text = error.to_string();
        let start = r#"group GET: a case: status: 500 instead of 200; body: "<html>\nxxx"#;
        assert!(text.starts_with(start) && text.ends_with(r#"x"… instead of "alice""#), "{text}");
        assert!(text.len() < 300);
    }
}
