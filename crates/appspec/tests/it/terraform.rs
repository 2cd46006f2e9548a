//! Rules that the Terraform of this repository keeps, and that Terraform itself does not check.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hcl::{Block, Body, Expression};

use crate::tree::repository;

/// Every block at the top of a file, with the file.
fn blocks(kind: &str) -> Vec<(PathBuf, Block)> {
    let mut found = Vec::new();
    collect(&repository().join("infra"), &mut found);
    found.retain(|(_, block)| block.identifier() == kind);
    assert!(!found.is_empty(), "there is no {kind}");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, Block)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "tf") {
            let body = hcl::parse(&fs::read_to_string(&path).unwrap()).unwrap();
            found.extend(body.into_blocks().map(|block| (path.clone(), block)));
        }
    }
}

fn attribute<'a>(body: &'a Body, name: &str) -> Option<&'a Expression> {
    let mut attributes = body.attributes();
    attributes.find(|one| one.key() == name).map(hcl::Attribute::expr)
}

fn nested<'a>(body: &'a Body, name: &str) -> Option<&'a Block> {
    body.blocks().find(|block| block.identifier() == name)
}

fn label(block: &Block, index: usize) -> &str {
    block.labels()[index].as_str()
}

#[test]
fn every_variable_is_typed_described_and_validated() {
    for (path, block) in blocks("variable") {
        let place = format!("{}: {}", path.display(), label(&block, 0));
        assert!(attribute(block.body(), "description").is_some(), "{place}");
        let kind = attribute(block.body(), "type").unwrap_or_else(|| panic!("{place} has no type"));
        // Either value of a bool is valid.
        let is_bool = kind.to_string() == "bool";
        assert!(kind.to_string() != "any", "{place}");
        assert!(is_bool || nested(block.body(), "validation").is_some(), "{place}");
    }
}

#[test]
fn every_output_is_described_and_what_holds_a_password_is_sensitive() {
    for (path, block) in blocks("output") {
        let place = format!("{}: {}", path.display(), label(&block, 0));
        assert!(attribute(block.body(), "description").is_some(), "{place}");
        let value = attribute(block.body(), "value").unwrap().to_string();
        if value.contains("uri") || value.contains("password") {
            let sensitive = attribute(block.body(), "sensitive");
            assert_eq!(sensitive, Some(&Expression::Bool(true)), "{place}");
        }
    }
}

/// A provider inside a module could neither be replaced in tests nor removed with its resources.
#[test]
fn providers_and_state_belong_to_the_roots() {
    let roots = repository().join("infra/envs");
    assert!(
        blocks("provider")
            .iter()
            .all(|(path, _)| path.starts_with(&roots))
    );
    let mut keys = BTreeSet::new();
    for (path, block) in blocks("terraform") {
        let Some(backend) = nested(block.body(), "backend") else {
            assert!(
                !path.starts_with(&roots),
                "{} keeps its state nowhere",
                path.display()
            );
            continue;
        };
        assert!(path.starts_with(&roots), "{}", path.display());
        let locked = attribute(backend.body(), "use_lockfile");
        assert_eq!(locked, Some(&Expression::Bool(true)), "{}", path.display());
        let key = attribute(backend.body(), "key").unwrap().to_string();
        assert!(keys.insert(key), "{} shares its state", path.display());
    }
    assert_eq!(keys.len(), 3);
}

/// Terraform's own tests work in a copy without it, so this test looks after the originals.
#[test]
fn data_cannot_be_destroyed_by_mistake() {
    let data = [
        "digitalocean_database_cluster",
        "digitalocean_database_db",
        "digitalocean_container_registry",
        "digitalocean_spaces_bucket",
        "digitalocean_domain",
    ];
    let mut resources = blocks("resource");
    resources.retain(|(_, block)| data.contains(&label(block, 0)));
    assert_eq!(resources.len(), 6);
    for (path, block) in resources {
        let lifecycle = nested(block.body(), "lifecycle").map(Block::body);
        let guard = lifecycle.and_then(|lifecycle| attribute(lifecycle, "prevent_destroy"));
        assert_eq!(
            guard,
            Some(&Expression::Bool(true)),
            "{}: {}",
            path.display(),
            label(&block, 0)
        );
    }
}
