//! Bounds: of entries, of bytes, and of one token.

use crate::support::*;
use allocation_counter::measure;
use poolgate::{ConfigError, TokenCache};
use poolgate_tests::World;

fn token(world: &World, number: usize) -> String {
    world.issuer.access_token().username(format!("user-{number}")).group("Admins").sign()
}

#[test]
fn there_are_never_more_entries_than_were_asked_for() {
    let world = world();
    for entries in [1, 2, 10, 100] {
        let cache = TokenCache::new(entries, 16 * 1024 * 1024);
        let verifier = with_keys(&world).token_cache(cache).build().unwrap();
        let most = (0..300).map(|number| {
            assert_eq!(answer(&verifier, &token(&world, number)), "accepted");
            known(&verifier)
        });
        let most = most.max().unwrap();
        assert!((entries.div_ceil(2)..=entries).contains(&most), "{most} of {entries}");
    }
}

/// The bound on bytes is one on the memory that is really taken.
#[test]
fn tokens_that_pass_through_leave_memory_flat() {
    let world = world();
    let bytes = 1024 * 1024;
    let verifier = with_keys(&world).token_cache(TokenCache::new(10_000, bytes)).build().unwrap();
    let tokens: Vec<String> = (0..4_000).map(|number| token(&world, number)).collect();
    let pass = |tokens: &[String]| {
        let pass =
            || tokens.iter().for_each(|token| assert_eq!(answer(&verifier, token), "accepted"));
        measure(pass).bytes_current
    };
    let (filled, more) = (pass(&tokens[..1_000]), pass(&tokens[1_000..]));
    let health = verifier.health().token_cache.unwrap();
    println!("{filled} bytes of {bytes} for {health:?}, {more} more later");
    let bound = i64::try_from(bytes).unwrap();
    assert!((bound / 4..bound).contains(&filled), "{filled} bytes");
    assert!(more.abs() < bound / 16, "{more} bytes more, for three times as many");
    assert!(health.bytes <= 1024 * 1024 && health.entries > 100, "{health:?}");
}

#[test]
fn a_hit_allocates_nothing_and_a_token_of_half_the_room_is_not_kept() {
    let world = world();
    let verifier = with_keys(&world).token_cache(TokenCache::new(100, 64 * 1024)).build().unwrap();
    let small = token(&world, 0);
    assert!(is_remembered(&verifier, &small));
    let hit = measure(|| drop(verifier.verify_cached(&small).unwrap().unwrap()));
    assert_eq!(hit.count_total, 0);
    let large = world.issuer.access_token().claim("pad", "x".repeat(8_000)).sign();
    assert!(!is_remembered(&verifier, &large));
    assert_eq!((known(&verifier), is_remembered(&verifier, &small)), (1, true));
}

#[test]
fn sizes_are_checked_and_shown() {
    let world = world();
    let none = with_keys(&world).token_cache(TokenCache::new(0, 1 << 20)).build();
    assert!(matches!(none, Err(ConfigError::TokenCache { setting: "entries", value: 0, .. })));
    let verifier = with_keys(&world).token_cache(TokenCache::new(10, 1 << 20)).build().unwrap();
    let token = token(&world, 0);
    assert_eq!(answer(&verifier, &token), "accepted");
    let shown = format!("{verifier:?}");
    assert!(shown.contains("token_cache: Some(TokenCache { entries: 1, bytes: "), "{shown}");
    let end = token.split_at(token.len() - 8).1;
    assert!(!shown.contains(end) && !shown.contains("user-0"), "{shown}");
}
