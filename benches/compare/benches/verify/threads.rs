//! One key, two threads.

use poolgate_compare::{jsonwebtoken, poolgate};
use poolgate_measure::{Algorithm, Kind, Options, Pool, Primitive, Race};

pub fn measure(options: Options) {
    let sample = Pool::new(Algorithm::Rs256).sample(Kind::Access);
    let primitive = Primitive::new(&sample);
    let (poolgate, jsonwebtoken) = (poolgate::new(&sample), jsonwebtoken::new(&sample));
    let token = &*sample.token;
    let mut race = Race::new(options);
    for threads in [1, 2] {
        race = race
            .add_on_threads(format!("primitive, {threads}"), threads, |_| primitive.verify())
            .add_on_threads(format!("poolgate, {threads}"), threads, |_| poolgate(token))
            .add_on_threads(format!("jsonwebtoken, {threads}"), threads, |_| jsonwebtoken(token));
    }
    let results = race.run();
    results.print("RS256, Access: one token on 1 and on 2 threads, time of each", "poolgate, 1");
    for name in ["primitive", "poolgate", "jsonwebtoken"] {
        let slower = results.ratio(&format!("{name}, 2"), &format!("{name}, 1"));
        println!("  {name}: 2 threads do {:.2} x what one does", 2.0 / slower);
    }
}
