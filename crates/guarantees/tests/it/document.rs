//! That docs/GUARANTEES.md tells the truth about the tests, and that no failure mode that matters is without one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The groups of failure modes of which each that is marked must have a test.
const GROUPS: [&str; 6] = [
    "Money and cover",
    "Messaging",
    "Security and privacy",
    "Validation and API",
    "Reference data",
    "Operations",
];

/// Those of them that are not marked.
const UNMARKED: [u32; 3] = [23, 34, 47];

/// The last one of these groups.
const LAST: u32 = 56;

/// What the short form of every scenario is written in; `cargo xtask test` plays it.
const SHORT: &str = "crates/xtask/src/chaos/short.rs";

fn marked() -> Vec<u32> {
    (1..=LAST).filter(|number| !UNMARKED.contains(number)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document() -> String {
    fs::read_to_string(root().join("docs/GUARANTEES.md")).unwrap()
}

/// What is written between backticks and names a test: file and function.
fn named(text: &str) -> Vec<(&str, &str)> {
    let spans = text.split('`').skip(1).step_by(2);
    spans.filter_map(|span| span.split_once(".rs::")).collect()
}

/// The tests of a source: the doc comment and the name of each.
fn tests(source: &str) -> BTreeMap<String, String> {
    let (mut tests, mut words, mut is_test) = (BTreeMap::new(), String::new(), false);
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            words.push_str(text);
        } else if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        } else {
            let declared = line.strip_prefix("async fn ").or(line.strip_prefix("fn "));
            if let Some(name) = declared.and_then(|rest| rest.split('(').next())
                && is_test
            {
                tests.insert(name.to_owned(), words.clone());
            }
            words.clear();
            is_test = false;
        }
    }
    tests
}

/// Whether `name` is a scenario of that source, and part of `cargo xtask test`.
fn is_played(source: &str, name: &str) -> bool {
    let short = fs::read_to_string(root().join(SHORT)).unwrap();
    source.contains(&format!("async fn {name}(")) && short.contains(&format!(" {name}("))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The numbers of failure modes in a doc comment: `P17` is one.
fn numbers(words: &str) -> impl Iterator<Item = u32> {
    words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| word.strip_prefix('P')?.parse().ok())
}

#[test]
fn every_test_that_the_document_names_exists() {
    let text = document();
    let named = named(&text);
    assert!(named.len() > 50, "only {} tests are named", named.len());
    let is_there = |file: &str, test: &str| {
        fs::read_to_string(root().join(format!("{file}.rs"))).is_ok_and(|source| {
            tests(&source).contains_key(test) || file.contains("/scenarios/") && is_played(&source, test)
        })
    };
    let missing: Vec<String> = named
        .iter()
        .filter(|(file, test)| !is_there(file, test))
        .map(|(file, test)| format!("{file}.rs::{test}"))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_promise_names_its_test() {
    let text = document();
    let (promises, _) = text.split_once("## Not promised").unwrap();
    let rows = promises.lines().filter(|line| line.starts_with("| "));
    let bare: Vec<&str> = rows
        .filter(|row| !row.starts_with("| promise") && named(row).is_empty())
        .collect();
    assert_eq!(bare, Vec::<&str>::new());
}

#[test]
fn every_marked_failure_mode_has_a_test_that_names_it() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    sources(&root().join("services"), &mut files);
    let mut held = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        held.extend(tests(&source).values().flat_map(|words| numbers(words)));
    }
    let missing: Vec<u32> = marked()
        .into_iter()
        .filter(|number| !held.contains(number))
        .collect();
    assert_eq!(missing, Vec::<u32>::new());
}

/// The list of failure modes is kept beside the repository; where it is not, there is nothing to compare.
#[test]
fn the_marked_failure_modes_are_those_of_the_list() {
    let Ok(list) = fs::read_to_string(root().join("../shared/pitfalls.md")) else {
        return;
    };
    let group = |name: &str| {
        let (_, rest) = list.split_once(&format!("## {name}")).unwrap();
        rest.split("\n## ").next().unwrap().to_owned()
    };
    let text: String = GROUPS.iter().map(|name| group(name)).collect();
    let found = text.split('●').skip(1).filter_map(|rest| numbers(rest).next());
    let found: BTreeSet<u32> = found.collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), marked());
}
