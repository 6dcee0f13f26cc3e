//! A verifier of one issuer, and one of a thousand.

use poolgate_compare::{poolgate, tower_oauth2};
use poolgate_measure::{Algorithm, Kind, Options, Pool, Primitive, Race};

pub fn measure(options: Options) {
    let sample = Pool::new(Algorithm::EdDsa).sample(Kind::Access);
    let primitive = Primitive::new(&sample);
    let mut race = Race::new(options).add("primitive", || primitive.verify());
    for count in [1_usize, 1_000] {
        let others: Vec<String> =
            (1..count).map(|other| format!("https://issuer-{other}.example.com")).collect();
        let others = || others.iter().map(String::as_str);
        let poolgate = poolgate::of_issuers(&sample, others());
        let tower_oauth2 = tower_oauth2::of_issuers(&sample, others());
        let token = &*sample.token;
        race = race
            .add(format!("poolgate, {count}"), move || assert!(poolgate(token)))
            .add(format!("{}, {count}", tower_oauth2::NAME), move || assert!(tower_oauth2(token)));
    }
    race.run().print("EdDSA, Access: 1 and 1,000 issuers", "poolgate, 1");
}
