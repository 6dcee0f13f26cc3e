//! RSA key pairs of this process: slow to make, so those of dropped issuers are used again.

use std::{
    fmt,
    ops::Deref,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use aws_lc_rs::rsa::{KeyPair, KeySize};

/// A key pair that nobody else holds. It goes back to its pool when dropped.
pub(crate) struct PooledKeyPair {
    pair: Option<KeyPair>,
    home: &'static RsaPool,
}

impl PooledKeyPair {
    pub(crate) fn take() -> Self {
        OF_THIS_PROCESS.take()
    }

    /// Makes two at once if there is none: each takes a tenth of a second or more.
    pub(crate) fn prepare_two() {
        OF_THIS_PROCESS.prepare_two();
    }
}

impl Deref for PooledKeyPair {
    type Target = KeyPair;

    fn deref(&self) -> &KeyPair {
        self.pair.as_ref().expect("a pair is given back only on drop")
    }
}

impl Drop for PooledKeyPair {
    fn drop(&mut self) {
        self.home.idle().extend(self.pair.take());
    }
}

impl fmt::Debug for PooledKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PooledKeyPair")
    }
}

struct RsaPool {
    idle: Mutex<Vec<KeyPair>>,
}

impl RsaPool {
    const fn new() -> Self {
        Self { idle: Mutex::new(Vec::new()) }
    }

    fn take(&'static self) -> PooledKeyPair {
        let idle = self.idle().pop();
        PooledKeyPair { pair: Some(idle.unwrap_or_else(generate)), home: self }
    }

    fn prepare_two(&self) {
        if !self.idle().is_empty() {
            return;
        }
        let made = thread::scope(|scope| {
            let first = scope.spawn(generate);
            let second = generate();
            [first.join().expect("the system can make an RSA key"), second]
        });
        self.idle().extend(made);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<KeyPair>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn generate() -> KeyPair {
    KeyPair::generate(KeySize::Rsa2048).expect("the system can make an RSA key")
}

static OF_THIS_PROCESS: RsaPool = RsaPool::new();

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::KeyPair as _;

    use super::*;

    #[test]
    fn held_pairs_differ_and_a_dropped_one_is_used_again() {
        static POOL: RsaPool = RsaPool::new();
        let first = POOL.take();
        let second = POOL.take();
        let modulus = first.public_key().as_ref().to_vec();
        assert_ne!(second.public_key().as_ref(), modulus);

        drop(first);
        assert_eq!(POOL.take().public_key().as_ref(), modulus);
    }

    #[test]
    fn two_are_prepared_unless_there_is_one() {
        static POOL: RsaPool = RsaPool::new();
        POOL.prepare_two();
        assert_eq!(POOL.idle().len(), 2);

        let held = POOL.take();
        POOL.prepare_two();
        assert_eq!(POOL.idle().len(), 1);
        assert_ne!(POOL.take().public_key().as_ref(), held.public_key().as_ref());
    }
}
