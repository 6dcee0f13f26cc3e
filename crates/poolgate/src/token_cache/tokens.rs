//! The store: bounded by entries and by bytes. The end of a token's text says where to look, and
//! only a text that is equal as a whole is found.

use super::KnownToken;
use crate::TokenCacheHealth;
use quick_cache::{
    Equivalent, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use std::{
    fmt,
    hash::{Hash, Hasher, RandomState},
    thread,
};

pub(crate) struct Tokens {
    cache: Cache<Key, KnownToken, Weigh, RandomState>,
    /// What an entry weighs at least, so that the bound on weights is one on entries too.
    least: u64,
    /// What an entry may weigh at most.
    most: u64,
}

impl Tokens {
    pub(super) fn new(entries: usize, bytes: usize) -> Self {
        let parts = parts(bytes);
        // A part takes no more than its share, whatever is rounded.
        let part = bytes.checked_div(parts).unwrap_or(bytes);
        let likely = bytes / SMALL_ENTRY_BYTES;
        let size = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        let (bytes, part) = (size(part.saturating_mul(parts)), size(part));
        let options = OptionsBuilder::new()
            .shards(parts)
            .estimated_items_capacity(entries.min(likely))
            .weight_capacity(bytes)
            .build();
        #[allow(clippy::expect_used, reason = "both capacities are given")]
        let options = options.expect("complete options");
        let (hasher, lifecycle) = (RandomState::new(), DefaultLifecycle::default());
        Self {
            cache: Cache::with_options(options, Weigh, hasher, lifecycle),
            // The store takes nothing that would fill it to the brim.
            least: bytes.div_ceil(size(entries)).min((bytes / 100).saturating_mul(96)),
            most: part / LARGEST_SHARE,
        }
    }

    pub(crate) fn find(&self, text: &str) -> Option<KnownToken> {
        self.cache.get(&Text(text))
    }

    pub(crate) fn remember(&self, text: &str, known: KnownToken) {
        let bytes = text.len().saturating_add(known.token.bytes()).saturating_add(ENTRY_BYTES);
        let weight = u64::try_from(bytes).unwrap_or(u64::MAX);
        if weight <= self.most {
            let key = Key { text: text.into(), weight: weight.max(self.least) };
            self.cache.insert(key, known);
        }
    }

    pub(crate) fn forget(&self, text: &str) {
        self.cache.remove(&Text(text));
    }

    pub(crate) fn health(&self) -> TokenCacheHealth {
        TokenCacheHealth { entries: self.cache.len(), bytes: self.cache.weight() }
    }
}

/// Shows sizes and no token.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TokenCacheHealth { entries, bytes } = self.health();
        let mut debug = f.debug_struct("TokenCache");
        debug.field("entries", &entries).field("bytes", &bytes);
        debug.field("max_bytes", &self.cache.capacity()).finish()
    }
}

/// The text of a token that is looked for.
#[derive(PartialEq)]
struct Text<'t>(&'t str);

/// The text of a token that is known.
struct Key {
    text: Box<str>,
    weight: u64,
}

/// A signature differs from any other near its end, and nobody without a key can choose it.
impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes = self.0.as_bytes();
        let tail = bytes.get(bytes.len().saturating_sub(TAIL)..);
        state.write(tail.unwrap_or_default());
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Text(&self.text).hash(state);
    }
}

impl Equivalent<Key> for Text<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.0 == *key.text
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Key {}

#[derive(Clone)]
struct Weigh;

impl Weighter<Key, KnownToken> for Weigh {
    fn weight(&self, key: &Key, _: &KnownToken) -> u64 {
        key.weight
    }
}

/// Into how many parts the store is divided, each with a lock and a share of the bytes of its own.
fn parts(bytes: usize) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let wanted = threads.saturating_mul(4).next_power_of_two();
    let possible = (bytes / PART_BYTES).max(1);
    // The largest power of two that is possible.
    wanted.min(1 << possible.ilog2())
}

/// How many characters of a token find it: the last 192 bits of its signature.
const TAIL: usize = 32;

/// The smallest part that is worth a lock of its own.
const PART_BYTES: usize = 1024 * 1024;

/// What a token takes at least, more or less. The store remembers the places of tokens that it has
/// let go, half as many as it expects to have, and those take memory too.
const SMALL_ENTRY_BYTES: usize = 2 * 1024;

/// An entry may take one such part of a part.
const LARGEST_SHARE: u64 = 8;

/// What an entry takes beside its texts: its places in the tables, some of which are empty, and
/// what an allocator adds to each piece.
const ENTRY_BYTES: usize = 512;
