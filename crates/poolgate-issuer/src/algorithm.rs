//! The algorithms that a test issuer can sign with.

use std::fmt;

use aws_lc_rs::signature::{self, EcdsaSigningAlgorithm, RsaEncoding, VerificationAlgorithm};
use serde::Deserialize;

/// A signature algorithm, as the `alg` of a token and of its key.
///
/// Real Cognito pools sign with [`Algorithm::Rs256`] only, and so does a test issuer unless told otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA PKCS#1 v1.5 with SHA-256: what Cognito uses.
    #[default]
    Rs256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    Rs512,
    /// RSA-PSS with SHA-256.
    Ps256,
    /// RSA-PSS with SHA-384.
    Ps384,
    /// RSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// EdDSA on Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    #[cfg(feature = "cli")]
    pub(crate) const ALL: [Self; 10] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
    ];

    /// The name in tokens and keys.
    ///
    /// ```
    /// use poolgate_issuer::Algorithm;
    ///
    /// assert_eq!(Algorithm::Rs256.name(), "RS256");
    /// assert_eq!(Algorithm::EdDsa.name(), "EdDSA");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Rs256 => Scheme::Rsa(&signature::RSA_PKCS1_SHA256),
            Self::Rs384 => Scheme::Rsa(&signature::RSA_PKCS1_SHA384),
            Self::Rs512 => Scheme::Rsa(&signature::RSA_PKCS1_SHA512),
            Self::Ps256 => Scheme::Rsa(&signature::RSA_PSS_SHA256),
            Self::Ps384 => Scheme::Rsa(&signature::RSA_PSS_SHA384),
            Self::Ps512 => Scheme::Rsa(&signature::RSA_PSS_SHA512),
            Self::Es256 => Scheme::Ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
            Self::Es384 => Scheme::Ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
            Self::Es512 => Scheme::Ecdsa(&signature::ECDSA_P521_SHA512_FIXED_SIGNING, "P-521"),
            Self::EdDsa => Scheme::Ed25519,
        }
    }

    pub(crate) fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
            Self::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
            Self::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
            Self::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Self::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
            Self::Es512 => &signature::ECDSA_P521_SHA512_FIXED,
            Self::EdDsa => &signature::ED25519,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How an algorithm is carried out: the padding of an RSA key, or a curve and its JWK name.
pub(crate) enum Scheme {
    Rsa(&'static dyn RsaEncoding),
    Ecdsa(&'static EcdsaSigningAlgorithm, &'static str),
    Ed25519,
}

#[cfg(test)]
pub(crate) const ALL: [Algorithm; 10] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::EdDsa,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_jose_registry() {
        let names = ALL.map(Algorithm::name).join(" ");

        assert_eq!(names, "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA");
        assert_eq!(Algorithm::Es256.to_string(), "ES256");
        for algorithm in ALL {
            let read: Algorithm = serde_json::from_value(algorithm.name().into()).unwrap();
            assert_eq!(read, algorithm);
        }
    }

    #[test]
    fn the_default_is_what_cognito_uses() {
        assert_eq!(Algorithm::default(), Algorithm::Rs256);
    }
}
