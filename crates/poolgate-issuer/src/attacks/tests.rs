mod one_fault;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::*;
use crate::{Algorithm, algorithm::ALL, test_verifier};

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithm(Algorithm::EdDsa).offline()
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let mut names = HashSet::new();
    for attack in issuer().attacks() {
        let name = attack.name();
        assert!(names.insert(name), "{name}");
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(name.len() <= 40 && name.chars().all(is_plain), "{name}");
        assert_eq!(attack.case().name().rsplit_once(": ").unwrap().1, name);
    }
}

#[test]
fn every_hope_is_one_sentence() {
    for attack in issuer().attacks() {
        let (name, hope) = (attack.name(), attack.hope());
        assert!(hope.ends_with('.') && !hope.contains(". "), "{name}: {hope}");
        assert!(hope.starts_with(|c: char| c.is_ascii_uppercase() || c == '`'), "{name}: {hope}");
        assert!((10..120).contains(&hope.len()), "{name}: {hope}");
    }
}

/// Where a row of A to C has no attack, that is no omission: see below.
#[test]
fn every_row_has_an_attack_or_a_reason() {
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    let attacks = issuer().attacks();
    for attack in &attacks {
        *rows.entry(attack.row()).or_default() += 1;
    }
    println!("{} attacks: {rows:?}", attacks.len());
    assert!(attacks.len() >= 120, "{}", attacks.len());
    let parts = [('A', 20), ('B', 12), ('C', 16)].into_iter();
    let all: BTreeSet<_> =
        parts.flat_map(|(part, last)| (1..=last).map(move |n| format!("{part}{n}"))).collect();
    let found = rows.keys().map(|row| (*row).to_owned());
    let missing: BTreeSet<_> = all.difference(&found.collect()).cloned().collect();
    assert_eq!(missing, NOT_SENT.map(|(row, _)| row.to_owned()).into());
}

/// Rows that no request can show, and why.
const NOT_SENT: [(&str, &str); 9] = [
    ("A12", "weak keys: the pool publishes them, not the attacker"),
    ("A13", "points off the curve: as A12"),
    ("A14", "small orders: as A12; other encodings are among the signatures"),
    ("A15", "the ECDSA twin is a signature, and has to pass"),
    ("A20", "timing of private keys, which no service holds"),
    ("B10", "unknown members have to pass"),
    ("C7", "an age that only some services ask for"),
    ("C13", "an empty rule is a mistake of a configuration"),
    ("C16", "what a service does with claims once it has taken them"),
];

#[test]
fn the_catalogue_depends_little_on_the_issuer() {
    let names = |issuer: &TestIssuer| -> BTreeSet<_> {
        issuer.attacks().iter().map(Attack::name).collect()
    };
    let default = names(&issuer());
    for algorithm in ALL {
        let issuer = TestIssuer::builder().algorithm(algorithm).self_issuer().offline();
        let difference: Vec<_> = default.symmetric_difference(&names(&issuer)).copied().collect();
        assert!(difference.len() <= 4, "{algorithm}: {difference:?}");
    }
}

#[test]
fn controls_are_signed_and_accepted() {
    let issuer = issuer();
    let controls = issuer.controls();
    assert!(!controls.is_empty());
    for control in controls {
        assert_eq!((control.expected().status(), control.expected().code()), (200, None));
        let (_, value) = control.headers().next().unwrap();
        let token = std::str::from_utf8(value).unwrap().strip_prefix("Bearer ").unwrap();
        assert!(test_verifier::verifies(&issuer.jwks_json(), token), "{}", control.what());
    }
}
