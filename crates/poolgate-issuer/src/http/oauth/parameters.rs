//! The parameters of a query or a form.

use std::collections::HashSet;

/// They keep their order. One that is empty counts as absent (RFC 6749 section 3.1).
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

/// The name of a parameter that is there more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repeated(pub(super) String);

impl Parameters {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// Whatever stands first under this name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All under this name, if no name is there twice. OAuth forbids that, for a second value may be someone else's.
    pub(super) fn ensure_once(&self) -> Result<(), Repeated> {
        let mut seen = HashSet::new();
        let mut names = self.0.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name);
        match names.find(|name| !seen.insert(*name)) {
            Some(name) => Err(Repeated(name.clone())),
            None => Ok(()),
        }
    }

    /// What stands under this name, once or not at all.
    pub(super) fn only(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Repeated(name.to_owned())),
        }
    }

    pub(super) fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let named = self.0.iter().filter(move |(known, value)| known == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_parameters_are_absent() {
        let parameters = Parameters::parse(b"state=&state=a%20b+c&scope=");

        assert_eq!(parameters.first("state"), Some("a b c"));
        assert_eq!(parameters.first("scope"), None);
        assert_eq!(parameters.ensure_once(), Ok(()));
    }

    #[test]
    fn repeated_parameters_are_named() {
        let parameters = Parameters::parse(b"a=1&b=2&c=3&b=4");

        assert_eq!(parameters.ensure_once(), Err(Repeated("b".to_owned())));
        assert_eq!(parameters.only("b"), Err(Repeated("b".to_owned())));
        assert_eq!((parameters.only("a"), parameters.only("d")), (Ok(Some("1")), Ok(None)));
    }

    /// As large as a form may be. With a look at every pair of names this would not end.
    #[test]
    fn a_huge_form_is_looked_at_once() {
        let form: String = (0..250_000).map(|number| format!("{number:x}=1&")).collect();
        let twice = format!("{form}0=1");

        assert_eq!(Parameters::parse(form.as_bytes()).ensure_once(), Ok(()));
        let repeated = Parameters::parse(twice.as_bytes()).ensure_once();
        assert_eq!(repeated, Err(Repeated("0".to_owned())));
    }

    #[test]
    fn a_query_is_written_in_ascii() {
        let parameters = Parameters::parse("state=\"<ü>&x=%0D%0A".as_bytes());

        assert_eq!(parameters.to_query(), "state=%22%3C%C3%BC%3E&x=%0D%0A");
    }
}
