//! How a token is written and signed: its header, its text and its key.

use std::fmt;

use serde_json::Value;

use crate::{
    algorithm::Algorithm,
    issuer::TestIssuer,
    jws,
    members::{Edit, Members},
    token::TokenBuilder,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Envelope {
    algorithm: Option<Algorithm>,
    forger: Option<TestIssuer>,
    header_edits: Vec<Edit>,
    has_escaped_slashes: bool,
    raw_header: Option<Raw>,
    raw_payload: Option<Raw>,
}

impl Envelope {
    pub(crate) fn new(has_escaped_slashes: bool) -> Self {
        Self { has_escaped_slashes, ..Self::default() }
    }
}

/// # Header and signature
///
/// As Cognito's, a header has `kid` and `alg` and nothing else. Its setters take effect in the order of their calls.
impl TokenBuilder {
    /// Sets any member of the header, to anything. The key that signs stays the same.
    ///
    /// ```
    /// # use poolgate_issuer::TestIssuer;
    /// # let issuer = TestIssuer::builder().offline();
    /// let confused = issuer.access_token().header("alg", "none").header("crit", vec!["exp"]).sign();
    /// ```
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let edit = Edit::Set(name.into(), value.into());
        self.envelope.header_edits.push(edit);
        self
    }

    /// Leaves a member of the header out.
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        let edit = Edit::Remove(name.into());
        self.envelope.header_edits.push(edit);
        self
    }

    /// The `kid` of the header. The key that signs stays the same.
    pub fn kid(self, kid: impl Into<String>) -> Self {
        self.header("kid", kid.into())
    }

    /// Signs with a key of this algorithm. If it is not the issuer's own, the first such token makes the issuer
    /// publish one more key.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.envelope.algorithm = Some(algorithm);
        self
    }

    /// A forgery: everything as it would be, this issuer's kid included, but signed with a key of another issuer.
    pub fn signed_by(mut self, forger: &TestIssuer) -> Self {
        self.envelope.forger = Some(forger.clone());
        self
    }

    /// Writes every `/` of header and claims as `\/`, as real Cognito does in claims. The meaning is the same.
    pub fn escaped_slashes(mut self) -> Self {
        self.envelope.has_escaped_slashes = true;
        self
    }

    /// Signs exactly these bytes as the payload, JSON or not. All claim setters then have no effect.
    ///
    /// ```
    /// # use poolgate_issuer::TestIssuer;
    /// # let issuer = TestIssuer::builder().offline();
    /// let twice = issuer.access_token().raw_payload(r#"{"sub":"alice","sub":"root"}"#).sign();
    /// ```
    pub fn raw_payload(mut self, payload: impl Into<Vec<u8>>) -> Self {
        self.envelope.raw_payload = Some(Raw(payload.into()));
        self
    }

    /// Signs exactly these bytes as the header, JSON or not. All header setters then have no effect.
    pub fn raw_header(mut self, header: impl Into<Vec<u8>>) -> Self {
        self.envelope.raw_header = Some(Raw(header.into()));
        self
    }

    /// The token, stamped and signed now: three base64url parts.
    pub fn sign(&self) -> String {
        let purpose = self.kind.purpose();
        let algorithm = self.signing_algorithm();
        let (kid, own_key) = self.issuer.pool.keys.signing(purpose, algorithm);
        let key = match &self.envelope.forger {
            Some(forger) => forger.pool.keys.signing(purpose, algorithm).1,
            None => own_key,
        };
        jws::sign(&self.header_bytes(&kid), &self.payload_bytes(), &key)
    }

    fn signing_algorithm(&self) -> Algorithm {
        let of_issuer = || self.issuer.pool.keys.algorithm();
        self.envelope.algorithm.unwrap_or_else(of_issuer)
    }

    fn header_bytes(&self, kid: &str) -> Vec<u8> {
        if let Some(Raw(bytes)) = &self.envelope.raw_header {
            return bytes.clone();
        }
        let mut header = jws::header(kid, self.signing_algorithm());
        header.apply(&self.envelope.header_edits);
        self.written(&header)
    }

    fn payload_bytes(&self) -> Vec<u8> {
        if let Some(Raw(bytes)) = &self.envelope.raw_payload {
            return bytes.clone();
        }
        let mut claims = self.claims();
        claims.apply(&self.claim_edits);
        self.written(&claims)
    }

    fn written(&self, members: &Members) -> Vec<u8> {
        jws::written(members, self.envelope.has_escaped_slashes)
    }
}

/// Bytes that a test wants signed as they are.
#[derive(Clone)]
struct Raw(Vec<u8>);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        algorithm::ALL,
        test_verifier::{header, parts, verifies},
    };

    fn issuer() -> TestIssuer {
        TestIssuer::builder().algorithm(Algorithm::EdDsa).offline()
    }

    #[test]
    fn the_header_is_kid_and_alg_in_cognitos_order() {
        let issuer = issuer();
        let text = format!(r#"{{"kid":"{}","alg":"EdDSA"}}"#, issuer.access_kid());

        let token = issuer.access_token().sign();

        assert_eq!(parts(&token).header, text.as_bytes());
    }

    #[test]
    fn each_kind_is_signed_with_its_key() {
        let issuer = issuer();

        for (token, kid) in [
            (issuer.access_token(), issuer.access_kid()),
            (issuer.client_credentials_token(), issuer.access_kid()),
            (issuer.id_token(), issuer.id_kid()),
        ] {
            let token = token.sign();
            assert_eq!(header(&token)["kid"], kid);
            assert!(verifies(&issuer.jwks_json(), &token));
        }
    }

    #[test]
    fn an_issuer_signs_rs256_unless_told_otherwise() {
        let issuer = TestIssuer::builder().offline();
        let token = issuer.access_token().sign();

        assert_eq!(header(&token)["alg"], "RS256");
        assert!(verifies(&issuer.jwks_json(), &token));
    }

    #[test]
    fn every_algorithm_can_be_the_issuers_or_a_single_tokens() {
        let single = issuer();
        for algorithm in ALL {
            let own = TestIssuer::builder().algorithm(algorithm).offline();

            let token = own.id_token().sign();
            assert_eq!(header(&token)["alg"], algorithm.name());
            assert!(verifies(&own.jwks_json(), &token), "{algorithm}");

            let token = single.id_token().algorithm(algorithm).sign();
            assert_eq!(header(&token)["alg"], algorithm.name());
            assert!(verifies(&single.jwks_json(), &token), "{algorithm}");
        }
    }

    #[test]
    fn header_members_are_edited_in_order() {
        let issuer = issuer();
        let token = issuer.access_token();

        let edited = token.clone().kid("k").header("typ", "JWT").without_header("alg");
        assert_eq!(header(&edited.sign()), json!({"kid": "k", "typ": "JWT"}));

        let last = token.header("kid", 7).kid("k").header("alg", "none");
        assert_eq!(header(&last.sign()), json!({"kid": "k", "alg": "none"}));
    }

    #[test]
    fn a_forgery_has_the_right_kid_and_the_wrong_key() {
        let (issuer, forger) = (issuer(), TestIssuer::builder().offline());

        let token = issuer.access_token().signed_by(&forger).sign();

        assert_eq!(header(&token)["kid"], issuer.access_kid());
        assert_eq!(header(&token)["alg"], "EdDSA");
        assert!(!verifies(&issuer.jwks_json(), &token));
        let forged = forger.access_token().algorithm(Algorithm::EdDsa).sign();
        let kid = header(&forged)["kid"].as_str().unwrap().to_owned();
        let renamed = forger.jwks_json().replace(&kid, &issuer.access_kid());
        assert!(verifies(&renamed, &token));
    }

    #[test]
    fn slashes_are_escaped_on_request() {
        let token = issuer().access_token().claim("x", r"a\/b");
        let text = |token: &TokenBuilder| String::from_utf8(parts(&token.sign()).payload).unwrap();

        assert!(text(&token).contains(r#""iss":"https://cognito"#));
        let escaped = token.escaped_slashes();
        assert!(text(&escaped).contains(r#""iss":"https:\/\/cognito"#));
        let claims = crate::test_verifier::claims(&escaped.sign());
        assert_eq!(claims["x"], r"a\/b");
    }

    #[test]
    fn raw_bytes_are_signed_as_they_are() {
        let issuer = issuer();
        let token = issuer.access_token().claim("x", 1).escaped_slashes();

        let token = token.raw_header("/{").raw_payload(vec![0xff, b'/']).sign();

        let parts = parts(&token);
        assert_eq!(parts.header, b"/{");
        assert_eq!(parts.payload, [0xff, b'/']);
        let jwk = &issuer.pool.keys.published_jwks()[1];
        let verified = crate::test_verifier::verify(jwk, parts.signed.as_bytes(), &parts.signature);
        assert_eq!(verified, Ok(()));
    }
}
