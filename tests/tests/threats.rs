//! Every row of the threat catalogue has a test that exists, or a reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// The rows of each part of the catalogue.
const PARTS: [(char, RangeInclusive<u32>); 7] = [
    ('A', 1..=20),
    ('B', 1..=12),
    ('C', 1..=16),
    ('D', 1..=22),
    ('E', 1..=8),
    ('F', 1..=20),
    ('H', 3..=8),
];

/// How a row begins that has no test.
const REASONS: [&str; 2] = ["Does not apply:", "Later:"];

/// How a test begins.
const ATTRIBUTES: [&str; 3] = ["#[test]", "#[tokio::test", "#[actix_web::test"];

#[test]
fn every_row_names_tests_that_exist_or_a_reason() {
    let tests = names_of_tests();
    let rows = rows();
    let part = |(part, rows): (char, RangeInclusive<u32>)| rows.map(move |n| format!("{part}{n}"));
    let expected: BTreeSet<String> = PARTS.into_iter().flat_map(part).collect();
    let found: BTreeSet<String> = rows.keys().cloned().collect();
    assert_eq!(found, expected, "the table has every row of the catalogue once");
    for (row, proof) in &rows {
        let named: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        for name in &named {
            assert!(tests.contains(*name), "{row} names {name}, which is no test");
        }
        let has_reason = REASONS.iter().any(|reason| proof.contains(reason));
        assert!(!named.is_empty() || has_reason, "{row} has neither a test nor a reason");
    }
}

/// The last column of each row of the table, by the first.
fn rows() -> BTreeMap<String, String> {
    let table = fs::read_to_string(root().join("tests/threats.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, proof] = cells[..] else { continue };
        if id.starts_with(|c: char| c.is_ascii_uppercase())
            && id.ends_with(|c: char| c.is_ascii_digit())
        {
            let twice = rows.insert(id.to_owned(), proof.to_owned());
            assert_eq!(twice, None, "{id} stands twice");
        }
    }
    rows
}

/// The name of every function below a test attribute, anywhere in the workspace.
fn names_of_tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in ["crates", "tests"].iter().flat_map(|folder| sources(&root().join(folder))) {
        let text = fs::read_to_string(file).unwrap();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            is_test |= ATTRIBUTES.iter().any(|attribute| line.starts_with(attribute));
            let signature = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
            if let Some(signature) = signature {
                let name = signature.split(['(', '<']).next().unwrap_or_default();
                if std::mem::take(&mut is_test) {
                    names.insert(name.to_owned());
                }
            }
        }
    }
    names
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path {
            path if path.is_dir() => sources(&path),
            path if path.extension().is_some_and(|extension| extension == "rs") => vec![path],
            _ => vec![],
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
