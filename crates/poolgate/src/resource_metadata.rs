//! What a service says about itself (RFC 9728), so that clients find where to get tokens.

use crate::{ConfigError, url::is_issuer};
use serde::Serialize;

/// The metadata of a protected resource (RFC 9728): which resource it is, and who issues tokens
/// for it.
///
/// A client that was refused learns from the challenge where they are, if the gate was given them
/// by [`Gate::resource_metadata`](crate::Gate::resource_metadata); the adapters serve them. Clients
/// of the Model Context Protocol begin there.
///
/// ```
/// use poolgate::ResourceMetadata;
///
/// let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
/// let metadata = ResourceMetadata::new("https://api.example.com/orders", [issuer])?
///     .scopes(["orders/read", "orders/write"])
///     .name("Orders");
/// assert_eq!(metadata.path(), "/.well-known/oauth-protected-resource/orders");
/// # Ok::<(), poolgate::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceMetadata {
    origin_length: usize,
    document: Document,
}

/// The members of RFC 9728 §2 that are known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Document {
    resource: String,
    authorization_servers: Vec<String>,
    bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<String>,
}

impl ResourceMetadata {
    /// A resource by the URL that clients know, and the issuers whose tokens it takes.
    ///
    /// # Errors
    /// [`ConfigError::ResourceUrl`] if it is not an https URL, or an http URL of this machine,
    /// without query and with a plain path; [`ConfigError::Issuer`] if one cannot be an issuer, or none is given.
    pub fn new<I: Into<String>>(
        resource: impl Into<String>,
        issuers: impl IntoIterator<Item = I>,
    ) -> Result<Self, ConfigError> {
        let resource = resource.into();
        let issuers: Vec<String> = issuers.into_iter().map(Into::into).collect();
        let is_unknown = |issuer: &&String| !is_issuer(issuer);
        if let Some(issuer) = issuers.iter().find(is_unknown) {
            return Err(ConfigError::Issuer { value: issuer.clone() });
        }
        if issuers.is_empty() {
            return Err(ConfigError::Issuer { value: String::new() });
        }
        let Some(origin_length) = origin_length(&resource) else {
            return Err(ConfigError::ResourceUrl { value: resource });
        };
        let document = Document {
            resource,
            authorization_servers: issuers,
            bearer_methods_supported: ["header"],
            scopes_supported: Vec::new(),
            resource_name: None,
            resource_documentation: None,
        };
        Ok(Self { origin_length, document })
    }

    /// The scopes that a client may ask for.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.document.scopes_supported = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// A name for people.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.document.resource_name = Some(name.into());
        self
    }

    /// A URL of documentation for developers.
    #[must_use]
    pub fn documentation(mut self, url: impl Into<String>) -> Self {
        self.document.resource_documentation = Some(url.into());
        self
    }

    /// The resource's URL, as a policy's [`resources`](crate::Policy::resources) name it.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.document.resource
    }

    /// The path at which they are served: the resource's own path follows the well-known one
    /// (RFC 9728 §3.1).
    #[must_use]
    pub fn path(&self) -> String {
        let (_, path) = self.split();
        format!("{WELL_KNOWN}{}", if path == "/" { "" } else { path })
    }

    /// The URL at which they are served.
    #[must_use]
    pub fn url(&self) -> String {
        let (origin, _) = self.split();
        format!("{origin}{}", self.path())
    }

    /// The document (RFC 9728 §3.2), of the media type `application/json`.
    #[must_use]
    pub fn json(&self) -> String {
        // Strings in fixed members: nothing that could not be written.
        serde_json::to_string(&self.document).unwrap_or_default()
    }

    fn split(&self) -> (&str, &str) {
        self.document.resource.split_at_checked(self.origin_length).unwrap_or_default()
    }
}

/// The length of scheme and authority. The URL stays as it was written, since clients compare it
/// byte by byte (RFC 9728 §3.3).
fn origin_length(resource: &str) -> Option<usize> {
    let (scheme, rest) = resource.split_once("://").filter(|_| is_issuer(resource))?;
    let authority = rest.find('/').unwrap_or(rest.len());
    let (_, path) = rest.split_at_checked(authority)?;
    let length = scheme.len().checked_add("://".len())?.checked_add(authority)?;
    path.split('/').all(is_plain_segment).then_some(length)
}

/// Whether routers and clients all read this part of a path in the same way.
fn is_plain_segment(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:@!$&'()+,;=".contains(&byte);
    segment.bytes().all(is_plain) && !segment.starts_with(':') && ![".", ".."].contains(&segment)
}

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example/pool";

    #[test]
    fn the_path_of_the_resource_comes_after_the_well_known_one() {
        for (resource, url) in [
            ("https://a.example", "https://a.example/.well-known/oauth-protected-resource"),
            ("https://a.example/", "https://a.example/.well-known/oauth-protected-resource"),
            ("https://a.example/b", "https://a.example/.well-known/oauth-protected-resource/b"),
            ("https://a.example/b/", "https://a.example/.well-known/oauth-protected-resource/b/"),
            ("http://[::1]:80/b", "http://[::1]:80/.well-known/oauth-protected-resource/b"),
        ] {
            let metadata = ResourceMetadata::new(resource, [ISSUER]).unwrap();
            assert_eq!(metadata.url(), url);
            assert!(url.ends_with(&metadata.path()));
            let json: serde_json::Value = serde_json::from_str(&metadata.json()).unwrap();
            assert_eq!(json["resource"], resource, "byte by byte");
        }
    }

    #[test]
    fn the_document() {
        let metadata = ResourceMetadata::new("https://a.example", [ISSUER]).unwrap();
        assert_eq!(
            metadata.json(),
            r#"{"resource":"https://a.example","authorization_servers":["https://id.example/pool"],"bearer_methods_supported":["header"]}"#
        );
        let full = metadata.scopes(["a/read"]).name("\"A\"").documentation("https://docs.example");
        let json: serde_json::Value = serde_json::from_str(&full.json()).unwrap();
        assert_eq!(json["scopes_supported"], serde_json::json!(["a/read"]));
        assert_eq!(json["resource_name"], "\"A\"");
        assert_eq!(json["resource_documentation"], "https://docs.example");
    }

    #[test]
    fn what_is_no_resource() {
        for resource in [
            "",
            "a.example",
            "http://a.example",
            "https://a.example?b",
            "https://a.example/{b}",
            "https://a.example/:b",
            "https://a.example/*",
            "https://a.example/b*",
            "https://a.example/b%20c",
            "https://a.example/../b",
            "https://a.example/./b",
            "https://a.example/\"b",
        ] {
            let refused = ResourceMetadata::new(resource, [ISSUER]);
            assert_eq!(refused, Err(ConfigError::ResourceUrl { value: resource.to_owned() }));
        }
        for issuers in [&[][..], &["id.example"]] {
            let refused = ResourceMetadata::new("https://a.example", issuers.iter().copied());
            assert!(matches!(refused, Err(ConfigError::Issuer { .. })), "{issuers:?}");
        }
    }
}
