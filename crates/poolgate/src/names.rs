//! A list of names that somebody configured, or the loud absence of one.

use std::fmt;

/// Names that are compared whole; `None` takes every name.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Names(pub(crate) Option<Vec<String>>);

impl Names {
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.iter().any(|known| known == name))
    }

    pub(crate) const fn is_any(&self) -> bool {
        self.0.is_none()
    }

    /// What is wrong with the list: that it is empty, or a name that cannot be one.
    pub(crate) fn check(&self, is_name: fn(&str) -> bool) -> Result<(), Option<String>> {
        let Some(names) = &self.0 else { return Ok(()) };
        if names.is_empty() {
            return Err(None);
        }
        match names.iter().find(|name| !is_name(name)) {
            Some(name) => Err(Some(name.clone())),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(names) => f.debug_list().entries(names).finish(),
            None => f.write_str("dangerously_any"),
        }
    }
}

/// Makes a type around [`Names`] of one name, or of a list in any form.
macro_rules! from_names {
    ($type:ident) => {
        impl From<&str> for $type {
            fn from(name: &str) -> Self {
                [name].into()
            }
        }

        impl From<String> for $type {
            fn from(name: String) -> Self {
                [name].into()
            }
        }

        impl From<&String> for $type {
            fn from(name: &String) -> Self {
                [name].into()
            }
        }

        impl<S: Into<String>, const N: usize> From<[S; N]> for $type {
            fn from(names: [S; N]) -> Self {
                names.into_iter().collect()
            }
        }

        impl<S: AsRef<str>> From<&[S]> for $type {
            fn from(names: &[S]) -> Self {
                names.iter().map(AsRef::as_ref).collect()
            }
        }

        impl<S: AsRef<str>> From<&Vec<S>> for $type {
            fn from(names: &Vec<S>) -> Self {
                names.as_slice().into()
            }
        }

        impl<S: Into<String>> From<Vec<S>> for $type {
            fn from(names: Vec<S>) -> Self {
                names.into_iter().collect()
            }
        }

        impl<S: Into<String>> FromIterator<S> for $type {
            fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
                Self($crate::names::Names(Some(names.into_iter().map(Into::into).collect())))
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

pub(crate) use from_names;
