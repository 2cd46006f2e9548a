//! `simulate`: the scaling of workers under virtual time.

mod document;
mod replay;

use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use loadsure_simulator::{
    Fault, Policy, Recording, Row, Trace, compare, csv, minutes_csv, record, svg, table,
};

use crate::progress;

/// Arguments of `simulate`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Runs of each policy and trace; each has other arrivals, jobs and deployments.
    #[arg(long, default_value = "3")]
    seeds: NonZeroU64,
    /// diurnal, step, on-off, flash, or a file of recorded arrivals (`loadsurectl scale export-arrivals`). All made-up
    /// ones if not given.
    #[arg(long = "trace", value_name = "NAME|FILE", value_parser = trace)]
    traces: Vec<Trace>,
    /// Policies by name, such as predictive or keda-hpa. All if not given.
    #[arg(long = "policy", value_name = "NAME", value_parser = policy)]
    policies: Vec<Policy>,
    /// What goes wrong: null-lag, huge-lag, frozen, missing, api-errors, failed-deployments, superseded, or all.
    #[arg(long = "fault", value_name = "NAME", value_parser = faults)]
    faults: Vec<Vec<Fault>>,
    /// Writes the table, each minute of the first seed, and pictures of it to this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Writes the record of each decision of the first seed; needs one trace and one policy of the service's own.
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    record: Option<PathBuf>,
    /// Makes the decisions of a file of records again, one JSON document a line, and ends badly at the first difference.
    #[arg(long, value_name = "FILE", exclusive = true)]
    replay: Option<PathBuf>,
    /// Writes the table and the pictures of docs/SCALING.md.
    #[arg(long, exclusive = true)]
    document: bool,
}

impl Args {
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        if let Some(file) = &self.replay {
            return replay::run(file);
        }
        if self.document {
            return document::write();
        }
        if self.traces.is_empty() {
            self.traces = Trace::MADE_UP.to_vec();
        }
        if self.policies.is_empty() {
            self.policies = Policy::COMPARED.to_vec();
        }
        let faults = self.faults.concat();
        if let Some(file) = &self.record {
            return self.write_records(&faults, file);
        }
        let began = Instant::now();
        let rows = compare(&self.traces, &self.policies, &faults, self.seeds);
        let took = began.elapsed().as_secs_f64();
        print!("{}", table(&rows));
        progress::say(format!("{} runs in {took:.1} s", self.runs(rows.len())));
        match &self.out {
            Some(folder) => write(folder, &rows),
            None => Ok(()),
        }
    }

    fn runs(&self, rows: usize) -> u64 {
        u64::try_from(rows)
            .unwrap_or(u64::MAX)
            .saturating_mul(self.seeds.get())
    }

    fn write_records(&self, faults: &[Fault], file: &Path) -> anyhow::Result<()> {
        let ([trace], [policy]) = (&self.traces[..], &self.policies[..]) else {
            bail!("--record needs one --trace and one --policy");
        };
        let (_, records) = record(trace, *policy, faults.first().copied(), 1);
        if records.is_empty() {
            bail!("{} makes no decisions of the service's own", policy.name());
        }
        let mut text = String::new();
        for record in &records {
            text.push_str(&serde_json::to_string(record)?);
            text.push('\n');
        }
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
        progress::say(format!("wrote {} decisions to {}", records.len(), file.display()));
        Ok(())
    }
}

/// Writes everything about the rows.
fn write(folder: &Path, rows: &[Row]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    put(folder, "table.md", &table(rows))?;
    put(folder, "table.csv", &csv(rows))?;
    for row in rows {
        let name = name(row);
        put(folder, &format!("{name}.csv"), &minutes_csv(&row.report))?;
        put(folder, &format!("{name}.svg"), &svg(&name, &row.report)?)?;
    }
    progress::say(format!("wrote {}", folder.display()));
    Ok(())
}

/// The name of a row's files.
fn name(row: &Row) -> String {
    let parts = [&row.trace, &row.policy, &row.fault].map(String::as_str);
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

fn put(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn trace(text: &str) -> Result<Trace, String> {
    if let Some(trace) = Trace::MADE_UP.into_iter().find(|trace| trace.name() == text) {
        return Ok(trace);
    }
    let path = Path::new(text);
    let name = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or("recorded");
    let arrivals = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let recording = Recording::parse(name, &arrivals).map_err(|error| error.to_string())?;
    Ok(Trace::Recorded(recording))
}

fn policy(text: &str) -> Result<Policy, String> {
    let names = || Policy::COMPARED.map(Policy::name).join(", ");
    Policy::named(text).ok_or_else(|| format!("must be one of {}", names()))
}

fn faults(text: &str) -> Result<Vec<Fault>, String> {
    if text == "all" {
        return Ok(Fault::ALL.to_vec());
    }
    let names = || Fault::ALL.map(Fault::name).join(", ");
    let fault = Fault::named(text).ok_or_else(|| format!("must be all, or one of {}", names()))?;
    Ok(vec![fault])
}
