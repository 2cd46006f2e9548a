//! `simulate --replay`: recorded decisions, made again.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, bail};
use loadsure_core::scaling::{Difference, Record, Replay};

use crate::progress;

/// Makes the decisions of a file again; an error at the first that comes out otherwise.
pub(super) fn run(file: &Path) -> anyhow::Result<()> {
    let replay = replay(file)?;
    if replay.same() == 0 {
        bail!("{} has no copy of the history to begin from", file.display());
    }
    progress::say(format!(
        "{} decisions come out the same; {} came before a copy of the history",
        replay.same(),
        replay.skipped()
    ));
    Ok(())
}

fn replay(file: &Path) -> anyhow::Result<Replay> {
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut replay = Replay::default();
    for (line, number) in BufReader::new(opened).lines().zip(1_usize..) {
        let line = line.with_context(|| format!("cannot read {}", file.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let record: Record =
            serde_json::from_str(&line).with_context(|| format!("line {number} is no record"))?;
        if let Err(difference) = replay.step(&record) {
            show(&difference)?;
            return Err(difference).with_context(|| format!("line {number}"));
        }
    }
    Ok(replay)
}

fn show(difference: &Difference) -> anyhow::Result<()> {
    println!(
        "recorded: {}",
        serde_json::to_string_pretty(&difference.recorded)?
    );
    println!("decided:  {}", serde_json::to_string_pretty(&difference.decided)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use loadsure_simulator::{Policy, Trace, record};

    use super::*;

    /// What the simulator records comes out the same from a file; one changed number does not.
    #[test]
    fn a_file_of_records_is_made_again_and_an_edit_is_found() {
        let (_, records) = record(&Trace::Flash, Policy::Predictive, None, 1);
        let lines: Vec<_> = records
            .iter()
            .map(|record| serde_json::to_string(record).unwrap())
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("records.jsonl");
        fs::write(&file, lines.join("\n")).unwrap();
        let replay = replay(&file).unwrap();
        let count = u64::try_from(lines.len()).unwrap();
        assert_eq!((replay.same(), replay.skipped()), (count, 0));

        let busy = lines
            .iter()
            .position(|line| line.contains("\"isHot\":true"))
            .unwrap();
        let mut edited = lines.clone();
        edited[busy] = edited[busy].replacen("{\"known\":", "{\"known\":9", 1);
        assert_ne!(edited[busy], lines[busy]);
        fs::write(&file, edited.join("\n")).unwrap();
        let error = format!("{:#}", run(&file).unwrap_err());
        let said = format!(
            "line {}: decision {} of term 1 does not follow",
            busy + 1,
            busy + 1
        );
        assert!(error.starts_with(&said), "{error}");
    }
}
