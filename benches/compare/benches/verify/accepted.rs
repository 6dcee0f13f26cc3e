//! Good tokens: every algorithm, access and ID.

use poolgate_compare::{BACKEND, Contender, axum_jwt_auth, jsonwebtoken, tower_oauth2};
use poolgate_measure::{
    ALGORITHMS, Asked, Gate, Gates, Kind, Options, Pool, Primitive, Race, Results,
};

pub fn measure(options: Options, gates: &mut Gates) {
    for (name, algorithm) in ALGORITHMS {
        let pool = Pool::new(algorithm);
        for kind in [Kind::Access, Kind::Id] {
            let sample = pool.sample(kind);
            let primitive = Primitive::new(&sample);
            let mut race = Race::new(options).add("primitive", || primitive.verify());
            for Contender { name, verify } in Contender::all(&sample) {
                let token = sample.token.clone();
                race = race.add(name, move || assert!(verify(&token), "{name} accepts it"));
            }
            let results = race.run();
            let (token, claims) = sample.size();
            let title = format!("{name}, {kind:?} token of {token} bytes, {claims} of them claims");
            results.print(&title, "poolgate");
            match (BACKEND, name) {
                ("aws_lc_rs", _) => ask(gates, name, kind, &results),
                (_, "RS256") => {
                    let peers = [axum_jwt_auth::NAME, tower_oauth2::NAME];
                    ask_as_shipped(gates, kind, &peers, &results);
                }
                _ => {}
            }
        }
    }
}

fn ask(gates: &mut Gates, algorithm: &str, kind: Kind, results: &Results) {
    let name = |what: &str| format!("{algorithm} {kind:?}, {what}");
    let (bound, stretch) = match (algorithm, kind) {
        ("RS256", Kind::Access) => (1.15, 1.08),
        ("RS256", Kind::Id) => (1.20, 1.10),
        _ => (1.08, 1.03),
    };
    let measured = results.ratio("poolgate", "primitive");
    let gate = Gate::new(name("poolgate by primitive"), Asked::AtMost(bound), measured);
    gates.add(gate.stretch(stretch));
    if algorithm == "RS256" {
        let measured = results.ratio(jsonwebtoken::NAME, "poolgate");
        let gate = Gate::new(name("jsonwebtoken by poolgate"), Asked::AtLeast(1.30), measured);
        gates.add(gate.stretch(1.40));
        ask_as_shipped(gates, kind, &[axum_jwt_auth::NAME], results);
    }
}

/// What people get who take a peer as it comes.
fn ask_as_shipped(gates: &mut Gates, kind: Kind, peers: &[&str], results: &Results) {
    for peer in peers {
        let name =
            format!("RS256 {kind:?}, {} by poolgate", peer.split(' ').next().unwrap_or(peer));
        gates.add(Gate::new(name, Asked::AtLeast(10.0), results.ratio(peer, "poolgate")));
    }
}
