//! What decides the cost: the size of a key, and how much a token says.

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};
use poolgate_compare::poolgate;
use poolgate_measure::{Algorithm, Kind, Options, Pool, Primitive, Race};

pub fn measure(options: Options) {
    key_sizes(options);
    claims(options);
}

fn key_sizes(options: Options) {
    let sizes =
        [("2048", KeySize::Rsa2048), ("3072", KeySize::Rsa3072), ("4096", KeySize::Rsa4096)];
    let message = [b'x'; 850];
    let mut race = Race::new(options);
    for (bits, size) in sizes {
        let pair = KeyPair::generate(size).expect("there is randomness");
        let mut signature = vec![0; pair.public_modulus_len()];
        let signed = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut signature);
        signed.expect("the key is good");
        let public = pair.public_key().as_der().expect("a key has a form");
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref());
        let key = key.expect("the key is good");
        race = race.add(bits, move || key.verify_sig(&message, &signature).expect("it is right"));
    }
    race.run().print("RS256: the primitive, by bits of the key", "2048");
}

fn claims(options: Options) {
    let pool = Pool::new(Algorithm::Rs256);
    let sample = pool.sample(Kind::Access);
    let primitive = Primitive::new(&sample);
    let mut race = Race::new(options).add("primitive", || primitive.verify());
    for count in [0_usize, 10, 100] {
        let groups = (0..count).map(|group| format!("group-{group:03}"));
        let token = pool.token(Kind::Access).groups(groups).sign();
        let verify = poolgate::new(&sample);
        race = race.add(format!("{count} groups"), move || assert!(verify(&token)));
    }
    race.run().print("RS256, Access: poolgate, by groups of the user", "0 groups");
}
