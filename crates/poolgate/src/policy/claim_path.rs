//! The place of a claim.

/// Where a claim stands: at the top under one name, or along a path of members.
///
/// A text is one name, whatever characters it has; an array is a path.
///
/// ```
/// use poolgate::ClaimPath;
///
/// let at_the_top: [ClaimPath; 2] = ["groups".into(), "https://example.com/roles".into()];
/// let in_an_object: ClaimPath = ["realm_access", "roles"].into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath(Vec<String>);

impl ClaimPath {
    /// The names, from the outermost object inwards; `None` if one is missing.
    pub(crate) fn names(&self) -> Option<&[String]> {
        let is_path = !self.0.is_empty() && self.0.iter().all(|name| !name.is_empty());
        is_path.then_some(&self.0)
    }
}

impl From<&str> for ClaimPath {
    fn from(name: &str) -> Self {
        Self(vec![name.to_owned()])
    }
}

impl From<String> for ClaimPath {
    fn from(name: String) -> Self {
        Self(vec![name])
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for ClaimPath {
    fn from(path: [S; N]) -> Self {
        Self(path.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>> From<Vec<S>> for ClaimPath {
    fn from(path: Vec<S>) -> Self {
        Self(path.into_iter().map(Into::into).collect())
    }
}
