//! Many tokens, of which none comes twice in a row: what the caches of the machine cost.

use poolgate_compare::{jsonwebtoken, poolgate};
use poolgate_measure::{Algorithm, Kind, Options, Pool, Primitive, Race};
use std::cell::Cell;

/// All are signed by one EdDSA key, in the order of their making; `jti` tells them apart.
pub fn measure(options: Options) {
    let pool = Pool::new(Algorithm::EdDsa);
    let sample = pool.sample(Kind::Access);
    let primitive = Primitive::new(&sample);
    let mut race = Race::new(options).add("primitive, one token", || primitive.verify());
    for count in counts(options) {
        let tokens: Vec<String> = (0..count).map(|_| pool.token(Kind::Access).sign()).collect();
        let (poolgate, jsonwebtoken) = (poolgate::new(&sample), jsonwebtoken::new(&sample));
        let (tokens, next) = (std::rc::Rc::new(tokens), Cell::new(0));
        let same = std::rc::Rc::clone(&tokens);
        race = race.add(format!("poolgate, {count}"), move || {
            assert!(poolgate(pick(&tokens, &next)));
        });
        let next = Cell::new(0);
        race = race.add(format!("jsonwebtoken, {count}"), move || {
            assert!(jsonwebtoken(pick(&same, &next)));
        });
    }
    race.run().print("EdDSA, Access: distinct tokens", "poolgate, 1");
}

fn counts(options: Options) -> Vec<usize> {
    match (options.is_test, options.million) {
        (true, _) => vec![1, 10],
        (_, true) => vec![1, 10_000, 1_000_000],
        _ => vec![1, 10_000],
    }
}

/// A stride that is prime to all counts visits every token, and no two neighbours in turn.
fn pick<'t>(tokens: &'t [String], next: &Cell<usize>) -> &'t str {
    let at = next.get();
    next.set((at + 7_919) % tokens.len());
    &tokens[at]
}
