//! `simulate --document`: the numbers and pictures of docs/SCALING.md.

use std::fs;

use anyhow::Context as _;
use loadsure_simulator::document::{PICTURED, SEEDS, Table};
use loadsure_simulator::{Policy, Trace, svg};

use super::put;
use crate::{progress, workspace};

/// Writes them.
pub(super) fn write() -> anyhow::Result<()> {
    let docs = workspace::root()?.join("docs");
    let path = docs.join("SCALING.md");
    let mut text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for table in Table::ALL {
        let filled = table.fill(&text, &table.rows(SEEDS));
        text = filled.with_context(|| format!("docs/SCALING.md lacks a mark of {table:?}"))?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    let folder = docs.join("scaling");
    fs::create_dir_all(&folder)?;
    for (trace, policy) in PICTURED {
        picture(&folder, &trace, policy)?;
    }
    progress::say(format!("wrote {} and {}", path.display(), folder.display()));
    Ok(())
}

fn picture(folder: &std::path::Path, trace: &Trace, policy: Policy) -> anyhow::Result<()> {
    let (report, _) = loadsure_simulator::record(trace, policy, None, 1);
    let name = format!("{}-{}", trace.name(), policy.name());
    put(folder, &format!("{name}.svg"), &svg(&name, &report)?)
}
