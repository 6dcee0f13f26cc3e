//! Operations on the keys of an issuer.

use crate::{
    issuer::TestIssuer,
    key_ring::{KeyRing, Purpose},
};

/// # Keys
///
/// An issuer signs ID tokens and access tokens with one key each. Two things can be true of a key: it *signs*, and
/// it is *published* in the JWKS. These operations change one, the other, or the material:
///
/// | operation | signs afterwards | published afterwards |
/// |---|---|---|
/// | [`rotate`](Self::rotate) | two new keys under new kids | the new keys, and all that were |
/// | [`retire`](Self::retire) | as before | only keys that sign |
/// | [`remove`](Self::remove) | as before, the removed key too | all but the removed key |
/// | [`rekey_same_kid`](Self::rekey_same_kid) | new keys under the same kids | the new keys in place of the old |
///
/// A clean rotation is `rotate`, then `retire` once no old token is in use. Tokens that were signed before stay as
/// they are.
impl TestIssuer {
    /// Signs with two new keys from now on. The old ones no longer sign but stay published, so their tokens stay
    /// good until [`retire`](Self::retire).
    ///
    /// Keys made for [other algorithms](crate::TokenBuilder::algorithm) stop signing too; the next such token gets a new one.
    pub fn rotate(&self) {
        self.keys().rotate();
    }

    /// Takes every key that no longer signs out of the JWKS. Tokens of the current keys stay good.
    ///
    /// ```
    /// # use poolgate_issuer::TestIssuer;
    /// # let issuer = TestIssuer::builder().offline();
    /// let old = issuer.access_kid();
    /// issuer.rotate();
    /// assert!(issuer.kids().contains(&old)); // rotated: still published
    /// issuer.retire();
    /// assert!(!issuer.kids().contains(&old)); // retired: gone
    /// ```
    pub fn retire(&self) {
        self.keys().retire();
    }

    /// Takes this key out of the JWKS at once, and says whether it was there. A key that signs goes on signing, so
    /// the issuer then makes tokens that nobody can verify.
    pub fn remove(&self, kid: &str) -> bool {
        self.keys().remove(kid)
    }

    /// Gives every signing key new material under its old kid. The JWKS names the same kids but holds other keys, so
    /// tokens signed before are no longer good, and a verifier that caches by kid alone gets every token wrong.
    pub fn rekey_same_kid(&self) {
        self.keys().rekey_same_kid();
    }

    /// The kids that the JWKS holds now, oldest first.
    pub fn kids(&self) -> Vec<String> {
        self.keys().published_kids()
    }

    /// The kid of the key that signs access tokens.
    pub fn access_kid(&self) -> String {
        self.keys().kid(Purpose::Access)
    }

    /// The kid of the key that signs ID tokens.
    pub fn id_kid(&self) -> String {
        self.keys().kid(Purpose::Id)
    }

    fn keys(&self) -> &KeyRing {
        &self.pool.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, test_verifier};

    fn issuer() -> TestIssuer {
        TestIssuer::builder().algorithm(Algorithm::Es256).offline()
    }

    fn verifies(issuer: &TestIssuer, token: &str) -> bool {
        test_verifier::verifies(&issuer.jwks_json(), token)
    }

    #[test]
    fn rotate_signs_anew_and_keeps_the_old_keys_published() {
        let issuer = issuer();
        let (old_access, old_id) = (issuer.access_kid(), issuer.id_kid());
        let old = issuer.access_token().sign();

        issuer.rotate();

        assert!(verifies(&issuer, &old));
        assert!(verifies(&issuer, &issuer.access_token().sign()));
        assert!(verifies(&issuer, &issuer.id_token().sign()));
        assert_ne!(issuer.access_kid(), old_access);
        assert_ne!(issuer.id_kid(), old_id);
        let kids = [old_id, old_access, issuer.id_kid(), issuer.access_kid()];
        assert_eq!(issuer.kids(), kids);
    }

    #[test]
    fn retire_unpublishes_what_no_longer_signs() {
        let issuer = issuer();
        let old = issuer.access_token().sign();
        issuer.rotate();

        issuer.retire();

        assert!(!verifies(&issuer, &old));
        assert!(verifies(&issuer, &issuer.access_token().sign()));
        assert_eq!(issuer.kids(), [issuer.id_kid(), issuer.access_kid()]);
    }

    #[test]
    fn retire_alone_changes_nothing() {
        let issuer = issuer();
        let before = issuer.jwks_json();

        issuer.retire();

        assert_eq!(issuer.jwks_json(), before);
    }

    #[test]
    fn remove_unpublishes_even_a_key_that_signs() {
        let issuer = issuer();
        let kid = issuer.access_kid();

        assert!(issuer.remove(&kid));
        assert!(!issuer.remove(&kid));

        assert!(!verifies(&issuer, &issuer.access_token().sign()));
        assert!(verifies(&issuer, &issuer.id_token().sign()));
        assert_eq!(issuer.access_kid(), kid);
        assert_eq!(issuer.kids(), [issuer.id_kid()]);
    }

    #[test]
    fn rekey_changes_the_material_and_not_the_kids() {
        let issuer = issuer();
        let kids = issuer.kids();
        let old = issuer.access_token().sign();

        issuer.rekey_same_kid();

        assert_eq!(issuer.kids(), kids);
        assert!(!verifies(&issuer, &old));
        assert!(verifies(&issuer, &issuer.access_token().sign()));
        assert!(verifies(&issuer, &issuer.id_token().sign()));
    }

    #[test]
    fn rekey_does_not_publish_what_was_removed() {
        let issuer = issuer();
        issuer.remove(&issuer.access_kid());

        issuer.rekey_same_kid();

        assert_eq!(issuer.kids(), [issuer.id_kid()]);
    }

    #[test]
    fn rotation_reaches_the_keys_of_other_algorithms() {
        let issuer = issuer();
        let token = issuer.access_token().algorithm(Algorithm::EdDsa);
        let old = token.sign();

        issuer.rotate();
        issuer.retire();

        assert!(!verifies(&issuer, &old));
        assert!(verifies(&issuer, &token.sign()));
    }
}
