//! Keys that one instance of the function fetches and the next one begins with.
//!
//! Each instance of a Lambda function has a disk of its own, so the file has to be on one that all
//! of them mount, such as EFS; an object of S3 or a parameter would do as well. Whoever can write
//! there can sign tokens: let nobody but this function.

use poolgate::{KeySnapshot, Verifier, VerifierBuilder};
use std::{env, fs, io, path::PathBuf, process};

/// Begins with the keys that an earlier instance has kept, if they are still good.
pub(crate) fn restore(builder: VerifierBuilder) -> VerifierBuilder {
    let Some(text) = path().and_then(|path| fs::read(path).ok()) else { return builder };
    match KeySnapshot::from_json(text) {
        Ok(snapshot) => builder.restore(snapshot),
        Err(error) => {
            eprintln!("keys cannot be restored: {error}");
            builder
        }
    }
}

/// Keeps the keys for the next instance, if this one has fetched any.
pub(crate) fn keep(verifier: &Verifier) {
    let has_fetched = verifier.health().issuers.iter().any(|issuer| issuer.fetches > 0);
    let Some(path) = path().filter(|_| has_fetched) else { return };
    if let Err(error) = replace(path, &verifier.key_snapshot()) {
        eprintln!("keys cannot be kept: {error}");
    }
}

/// Nobody ever reads half a file.
fn replace(path: PathBuf, snapshot: &KeySnapshot) -> io::Result<()> {
    let new = path.with_extension(process::id().to_string());
    fs::write(&new, snapshot.to_json())?;
    fs::rename(new, path)
}

fn path() -> Option<PathBuf> {
    env::var_os("KEY_SNAPSHOT").map(PathBuf::from)
}
