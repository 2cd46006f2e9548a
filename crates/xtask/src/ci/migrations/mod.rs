//! Migrations: what may not change, what may not be missing, and what may not hurt a running service.

mod upgrade;

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use super::base;
use super::step::Scene;
use crate::infra::{Outcome, Tool};
use crate::workspace;

pub(super) use upgrade::run as upgrade;

const FOLDER: &str = "migrations/";
const SQUAWK: Tool = Tool {
    program: "squawk",
    in_ci: true,
};
const NEXTEST: Tool = Tool {
    program: "cargo-nextest",
    in_ci: true,
};
/// Rules that this schema decides otherwise: small numbers are `integer`, and a migration may take its time as long as
/// it does not hold up others, which `lock_timeout` sees to.
const DECIDED_OTHERWISE: &str =
    "--exclude=prefer-bigint-over-int,prefer-bigint-over-smallint,require-statement-timeout";

/// A migration that is on main has been applied somewhere: refinery keeps its checksum.
pub(super) fn unchanged(scene: &Scene) -> anyhow::Result<Outcome> {
    let Some(base) = scene.base()? else {
        return Ok(nothing_before());
    };
    let mut changed = Vec::new();
    for path in base::files(&base, FOLDER)?
        .into_iter()
        .filter(|path| is_migration(path))
    {
        let now = fs::read(workspace::root()?.join(&path)).ok();
        if base::file(&base, &path)? != now {
            changed.push(path);
        }
    }
    if changed.is_empty() {
        return Ok(Outcome::Passed);
    }
    Ok(Outcome::Failed(format!(
        "applied migrations are never edited, renamed or removed; correct them by a new one: {}",
        changed.join(", ")
    )))
}

/// Numbers have four digits and no gaps; two of the same number are two branches that met.
pub(super) fn numbers() -> anyhow::Result<Outcome> {
    match misnumbered(&current()?) {
        Some(reason) => Ok(Outcome::Failed(reason)),
        None => Ok(Outcome::Passed),
    }
}

fn misnumbered(paths: &BTreeSet<String>) -> Option<String> {
    paths.iter().zip(1..).find_map(|(path, expected)| {
        let wanted = format!("{FOLDER}V{expected:04}__");
        (!path.starts_with(&wanted)).then(|| format!("{path} should begin with {wanted}"))
    })
}

/// Locks and rewrites that a running service would feel, in migrations that are not on main yet.
pub(super) async fn hazards(scene: &Scene) -> anyhow::Result<Outcome> {
    let Some(base) = scene.base()? else {
        return Ok(nothing_before());
    };
    let new = since(&base)?;
    if new.is_empty() {
        return Ok(Outcome::Passed);
    }
    let mut args = vec!["--assume-in-transaction", "--pg-version=15", DECIDED_OTHERWISE];
    args.extend(new.iter().map(String::as_str));
    scene.run(&SQUAWK, &args).await
}

/// During a deployment the code before runs on the new schema: its own tests of the store, on that schema.
pub(super) async fn old_code(scene: &Scene) -> anyhow::Result<Outcome> {
    let Some(base) = scene.base()? else {
        return Ok(nothing_before());
    };
    let new = since(&base)?;
    if new.is_empty() {
        return Ok(Outcome::Passed);
    }
    let before = workspace::target()?.join("ci/before");
    base::check_out(&base, &before)?;
    for path in &new {
        let copied = fs::copy(workspace::root()?.join(path), before.join(path));
        copied.with_context(|| format!("cannot copy {path}"))?;
    }
    let mut tests = Command::new(NEXTEST.program);
    tests
        .current_dir(&before)
        // Its programs must not take the place of this build's.
        .env("CARGO_TARGET_DIR", workspace::target()?.join("ci/before-target"))
        .args(["nextest", "run", "--package", "loadsure-store"])
        // Those compare the words of the schema with the words of the code, and a new word is an expand step.
        .args(["--filterset", "not test(/^schema::/)"]);
    Ok(match scene.show(&NEXTEST, &mut tests).await? {
        Outcome::Failed(how) => {
            Outcome::Failed(format!("the code before does not run on the new schema: {how}"))
        }
        other => other,
    })
}

fn nothing_before() -> Outcome {
    Outcome::Skipped("there is nothing to compare with".to_owned())
}

/// Migrations that the base does not have.
fn since(base: &str) -> anyhow::Result<Vec<String>> {
    let before: BTreeSet<String> = base::files(base, FOLDER)?.into_iter().collect();
    Ok(current()?.difference(&before).cloned().collect())
}

/// The migrations, as paths from the root.
fn current() -> anyhow::Result<BTreeSet<String>> {
    let folder = workspace::root()?.join(FOLDER);
    let mut paths = BTreeSet::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else {
            bail!("a file in {FOLDER} has a name that is not text");
        };
        if is_migration(name) {
            paths.insert(format!("{FOLDER}{name}"));
        }
    }
    Ok(paths)
}

fn is_migration(path: &str) -> bool {
    path.ends_with(".sql")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Option<String> {
        misnumbered(&names.iter().map(|name| format!("{FOLDER}{name}")).collect())
    }

    #[test]
    fn numbers_begin_with_one_and_have_no_gaps() {
        assert_eq!(named(&[]), None);
        assert_eq!(named(&["V0001__a.sql", "V0002__b.sql"]), None);
        for wrong in [
            &["V0002__a.sql"][..],
            &["V0001__a.sql", "V0003__b.sql"],
            &["V0001__a.sql", "V0001__b.sql"],
            &["V0001__a.sql", "V2__b.sql"],
            &["V0001__a.sql", "b.sql"],
        ] {
            assert!(named(wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn ours_are_numbered() {
        assert_eq!(misnumbered(&current().unwrap()), None);
    }
}
