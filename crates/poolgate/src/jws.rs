//! The form of a token: three parts, a strict header, claims of the right types. Nothing here is
//! believed yet.

use crate::{
    Algorithm, Error,
    base64url::{decode, decode_short},
    claims::Claims,
    json::{self, Item},
};
use memchr::{memchr, memchr_iter};
use smallvec::SmallVec;

/// A token whose form is right and whose signature nobody has checked.
#[derive(Debug)]
pub(crate) struct Unverified<'t> {
    pub(crate) header: Header,
    pub(crate) claims: Claims,
    pub(crate) signing_input: &'t str,
    pub(crate) signature: Signature,
}

impl<'t> Unverified<'t> {
    /// Splits and decodes a compact serialization (RFC 7515 §7.1) of `max_bytes` at most.
    pub(crate) fn parse(token: &'t str, max_bytes: usize) -> Result<Self, Error> {
        if token.len() > max_bytes {
            return Err(malformed("too long"));
        }
        let (signing_input, header, payload, signature) = split(token)?;
        let header = Header::parse(header)?;
        let mut payload = decode(payload).ok_or(malformed("the claims are not base64url"))?;
        let signature =
            decode_short(signature).ok_or(malformed("the signature is not base64url"))?;
        let len = json::unescape_slashes(&mut payload);
        payload.truncate(len);
        let payload =
            String::from_utf8(payload).map_err(|_| malformed("the claims are not UTF-8"))?;
        let claims = Claims::parse(payload)?;
        Ok(Self { header, claims, signing_input, signature })
    }

    /// Who says that they have issued it.
    pub(crate) fn issuer(&self) -> Result<&str, Error> {
        self.claims.iss().ok_or(Error::MissingClaim { claim: "iss" })
    }
}

/// What a header says.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// `None` for an algorithm that does not exist here.
    pub(crate) algorithm: Option<Algorithm>,
    kid: Option<Kid>,
    pub(crate) typ: HeaderType,
    /// Whether it brings a key or the address of one. Neither is ever read.
    pub(crate) brings_key: bool,
}

/// A signature, in place up to that of an RSA key of 2048 bits.
type Signature = SmallVec<[u8; 256]>;

/// The bytes of a text, in place: those of Cognito are 44.
type Kid = SmallVec<[u8; 64]>;

/// What a header says the token is (RFC 7519 §5.1).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum HeaderType {
    /// Nothing, as in Cognito's tokens.
    #[default]
    Absent,
    Jwt,
    /// RFC 9068 §2.1.
    AtJwt,
    Other(String),
}

impl From<&str> for HeaderType {
    fn from(typ: &str) -> Self {
        match typ {
            _ if is_type(typ, "jwt") => Self::Jwt,
            _ if is_type(typ, "at+jwt") => Self::AtJwt,
            _ => Self::Other(typ.to_owned()),
        }
    }
}

impl Header {
    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref().and_then(|kid| std::str::from_utf8(kid).ok())
    }

    fn parse(encoded: &str) -> Result<Self, Error> {
        if encoded.len() > MAX_HEADER_BYTES {
            return Err(malformed("the header is too long"));
        }
        let mut bytes =
            decode_short::<256>(encoded).ok_or(malformed("the header is not base64url"))?;
        let len = json::unescape_slashes(&mut bytes);
        bytes.truncate(len);
        let text = std::str::from_utf8(&bytes).map_err(|_| malformed("the header is not UTF-8"))?;
        let (mut header, mut has_alg, mut problem) = (Self::default(), false, None);
        json::walk_object(text, |name, item| {
            has_alg |= name == "alg";
            if let Err(found) = header.set(name, item) {
                problem.get_or_insert(found);
            }
        })
        .map_err(|_| malformed("the header is not one strict JSON object"))?;
        match problem {
            Some(problem) => Err(malformed(problem)),
            None if !has_alg => Err(malformed("the header has no alg")),
            None => Ok(header),
        }
    }

    fn set(&mut self, name: &str, item: Item<'_, '_>) -> Result<(), &'static str> {
        match (name, item) {
            ("alg", Item::Text(alg)) => self.algorithm = Algorithm::from_name(&alg),
            ("alg", _) => return Err("alg is not a string"),
            ("kid", Item::Text(kid)) if kid.len() <= MAX_KID_BYTES => {
                self.kid = Some(Kid::from_slice(kid.as_bytes()));
            }
            ("kid", _) => return Err("kid is not a string of 1024 bytes at most"),
            ("typ", Item::Text(typ)) => self.typ = HeaderType::from(&*typ),
            ("typ", _) => return Err("typ is not a string"),
            // RFC 7519 §5.2: a JWT within a JWT.
            ("cty", Item::Text(cty)) if !is_type(&cty, "jwt") => {}
            ("cty", _) => return Err("a nested JWT, or cty is not a string"),
            // RFC 7515 §4.1.11: an extension that is not understood must be refused.
            ("crit", _) => return Err("crit asks for an extension"),
            // RFC 7797 §3: a payload that is not encoded, or detached.
            ("b64", _) => return Err("b64 asks for another payload form"),
            ("enc" | "zip", _) => return Err("the token is encrypted or compressed"),
            ("jwk" | "jku" | "x5u" | "x5c", _) => self.brings_key = true,
            _ => {}
        }
        Ok(())
    }
}

/// Splits at two dots; what is left must hold no third.
fn split(token: &str) -> Result<(&str, &str, &str, &str), Error> {
    let parts = split_at_dot(token).and_then(|(header, rest)| {
        let (payload, signature) = split_at_dot(rest)?;
        let end = token.len().checked_sub(signature.len())?.checked_sub(1)?;
        Some((token.get(..end)?, header, payload, signature))
    });
    let (signing_input, header, payload, signature) = parts.ok_or(malformed("not three parts"))?;
    match memchr_iter(b'.', signature.as_bytes()).count() {
        0 => Ok((signing_input, header, payload, signature)),
        2 => Err(malformed("five parts: an encrypted token, such as a refresh token")),
        _ => Err(malformed("not three parts")),
    }
}

fn split_at_dot(text: &str) -> Option<(&str, &str)> {
    let dot = memchr(b'.', text.as_bytes())?;
    Some((text.get(..dot)?, text.get(dot.checked_add(1)?..)?))
}

/// Compares media types in any case, `application/` left away or not (RFC 7515 §4.1.9).
pub(crate) fn is_type(given: &str, other: &str) -> bool {
    bare_type(given).eq_ignore_ascii_case(bare_type(other))
}

fn bare_type(given: &str) -> &str {
    let prefix = "application/";
    let is_full = given.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if is_full { given.get(prefix.len()..).unwrap_or_default() } else { given }
}

const fn malformed(reason: &'static str) -> Error {
    Error::TokenMalformed { reason }
}

/// The longest header, encoded.
const MAX_HEADER_BYTES: usize = 2 * 1024;

const MAX_KID_BYTES: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    const MAX: usize = 16 * 1024;

    fn encode(text: impl AsRef<[u8]>) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    fn with_header(header: &str) -> Result<Header, Error> {
        let token = format!("{}.{}.AAAA", encode(header), encode("{}"));
        Unverified::parse(&token, MAX).map(|unverified| unverified.header)
    }

    #[track_caller]
    fn refuses(token: &str, reason: &'static str) {
        assert_eq!(Unverified::parse(token, MAX).unwrap_err(), malformed(reason), "{token:.80}");
    }

    #[track_caller]
    fn refuses_header(header: &str, reason: &'static str) {
        assert_eq!(with_header(header).unwrap_err(), malformed(reason), "{header:.80}");
    }

    #[test]
    fn a_plain_header() {
        let header = with_header(r#"{"alg":"RS256","kid":"a+/=","x5t":"a","x5t#S256":1,"z":{}}"#);
        let header = header.unwrap();
        assert_eq!(header.algorithm, Some(Algorithm::Rs256));
        assert_eq!(header.kid(), Some("a+/="));
        assert!(!header.brings_key);
    }

    #[test]
    fn three_parts() {
        let (header, claims) = (encode(r#"{"alg":"RS256"}"#), encode("{}"));
        for token in ["", ".", "a", &header, &format!("{header}.{claims}")] {
            refuses(token, "not three parts");
        }
        refuses(&format!("{header}.{claims}.AAAA.AAAA"), "not three parts");
        refuses(&".".repeat(MAX), "not three parts");
        let five = "five parts: an encrypted token, such as a refresh token";
        refuses(&format!("{header}..a.b.c"), five);
        refuses(&format!("{header}.{claims}.=AAA"), "the signature is not base64url");
        let json = r#"{"protected":"e30","payload":"e30","signature":"AAAA"}"#;
        refuses(json, "not three parts");
    }

    #[test]
    fn sizes_are_checked_before_anything_is_decoded() {
        refuses(&"a".repeat(MAX + 1), "too long");
        let header = encode(format!(r#"{{"alg":"RS256","a":"{}"}}"#, "a".repeat(1_536)));
        refuses(&format!("{header}.e30.AAAA"), "the header is too long");
        with_header(&format!(r#"{{"alg":"RS256","kid":"{}"}}"#, "k".repeat(1_024))).unwrap();
        let long = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, "k".repeat(1_025));
        refuses_header(&long, "kid is not a string of 1024 bytes at most");
    }

    #[test]
    fn a_header_names_one_algorithm() {
        refuses_header("{}", "the header has no alg");
        for alg in ["null", "true", "256", r#"["RS256"]"#, "{}"] {
            refuses_header(&format!(r#"{{"alg":{alg}}}"#), "alg is not a string");
        }
        for alg in ["none", "nOnE", "HS256", "", "RS256\u{0}"] {
            let alg = serde_json::to_string(alg).unwrap();
            assert_eq!(with_header(&format!(r#"{{"alg":{alg}}}"#)).unwrap().algorithm, None);
        }
    }

    #[test]
    fn extensions_are_refused_whatever_their_type() {
        for value in ["null", "false", "[]", r#"["exp"]"#, r#""exp""#, "{}", "1"] {
            for (name, reason) in [
                ("crit", "crit asks for an extension"),
                ("b64", "b64 asks for another payload form"),
                ("enc", "the token is encrypted or compressed"),
                ("zip", "the token is encrypted or compressed"),
            ] {
                refuses_header(&format!(r#"{{"alg":"RS256","{name}":{value}}}"#), reason);
            }
        }
    }

    #[test]
    fn types_of_tokens() {
        let typ = |typ: &str| with_header(&format!(r#"{{"alg":"RS256","typ":"{typ}"}}"#));
        for (name, expected) in [
            ("JWT", HeaderType::Jwt),
            ("jwt", HeaderType::Jwt),
            ("Application/JWT", HeaderType::Jwt),
            ("at+jwt", HeaderType::AtJwt),
            ("AT+JWT", HeaderType::AtJwt),
            ("application/at+jwt", HeaderType::AtJwt),
        ] {
            assert_eq!(typ(name).unwrap().typ, expected, "{name}");
        }
        for name in [
            "",
            "JOSE",
            "dpop+jwt",
            "logout+jwt",
            "text/jwt",
            "application/application/jwt",
            "jwt ",
            "éapplication",
        ] {
            assert_eq!(typ(name).unwrap().typ, HeaderType::Other(name.to_owned()), "{name}");
        }
        assert_eq!(with_header(r#"{"alg":"RS256"}"#).unwrap().typ, HeaderType::Absent);
        for typ in ["null", "[]", "1", r#"["JWT"]"#] {
            refuses_header(&format!(r#"{{"alg":"RS256","typ":{typ}}}"#), "typ is not a string");
        }
        with_header(r#"{"alg":"RS256","cty":"text/plain"}"#).unwrap();
        for cty in [r#""JWT""#, r#""application/jwt""#, "1"] {
            let header = format!(r#"{{"alg":"RS256","cty":{cty}}}"#);
            refuses_header(&header, "a nested JWT, or cty is not a string");
        }
    }

    #[test]
    fn keys_in_a_header_are_noticed_and_not_read() {
        for name in ["jwk", "jku", "x5u", "x5c"] {
            for value in ["null", "{}", r#""https://evil.example""#, "[1]"] {
                let header =
                    with_header(&format!(r#"{{"alg":"RS256","{name}":{value}}}"#)).unwrap();
                assert!(header.brings_key, "{name} = {value}");
            }
        }
    }

    #[test]
    fn json_of_header_and_claims_is_strict() {
        let strict = "the header is not one strict JSON object";
        refuses_header(r#"{"alg":"RS256","alg":"RS256"}"#, strict);
        refuses_header(r#"{"alg":"RS256"} "#, strict);
        refuses_header("[]", strict);
        let header = encode(r#"{"alg":"RS256"}"#);
        refuses(&format!("{}.e30.AAAA", encode([0xff])), "the header is not UTF-8");
        refuses(&format!("{header}.{}.AAAA", encode([0xff])), "the claims are not UTF-8");
        let claims = encode(r#"{"a":1,"a":2}"#);
        refuses(&format!("{header}.{claims}.AAAA"), "the claims are not one strict JSON object");
        let claims = encode("[]");
        refuses(&format!("{header}.{claims}.AAAA"), "the claims are not one strict JSON object");
    }
}
