//! `ci.yml`: its jobs are those of this program, each runs when the plan says so, and `ci-ok` needs all of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::File;
use crate::ci::{JOBS, find};

const PLAN: &str = "plan";
const GATE: &str = "ci-ok";

pub(super) fn check(ci: &File, found: &mut Vec<String>) {
    let jobs = &ci.content["jobs"];
    for job in JOBS {
        let written = &jobs[job.name];
        if written.is_null() {
            found.push(format!("ci.yml: no job {}", job.name));
            continue;
        }
        if !needs(written).contains(PLAN) {
            found.push(format!("ci.yml {}: does not need the plan", job.name));
        }
        let condition = written["if"].as_str().unwrap_or_default();
        // A bracket, since a name may hold a dash.
        if condition != format!("fromJSON(needs.plan.outputs.jobs)['{}']", job.name) {
            found.push(format!(
                "ci.yml {}: runs by another condition than the plan",
                job.name
            ));
        }
        let command = format!("cargo xtask ci {}", job.name);
        if !scripts(written).any(|script| script.trim() == command) {
            found.push(format!("ci.yml {}: does not run `{command}`", job.name));
        }
    }
    for name in jobs.as_object().into_iter().flatten().map(|(name, _)| name) {
        if name != PLAN && name != GATE && find(name).is_none() {
            found.push(format!("ci.yml {name}: not a job of `cargo xtask ci`"));
        }
    }
    gate(jobs, found);
}

/// P69: the gate needs every job, and runs whatever became of them.
fn gate(jobs: &Value, found: &mut Vec<String>) {
    let gate = &jobs[GATE];
    let needed = needs(gate);
    let names = jobs
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str());
    for name in names.filter(|name| *name != GATE) {
        if !needed.contains(name) {
            found.push(format!("ci.yml {GATE}: does not need {name}"));
        }
    }
    if gate["if"] != "always()" {
        found.push(format!("ci.yml {GATE}: does not always run"));
    }
    if !scripts(gate).any(|script| script.trim() == "cargo xtask ci gate") {
        found.push(format!("ci.yml {GATE}: does not run `cargo xtask ci gate`"));
    }
}

fn needs(job: &Value) -> BTreeSet<&str> {
    match &job["needs"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn scripts(job: &Value) -> impl Iterator<Item = &str> {
    let steps = job["steps"].as_array().into_iter().flatten();
    steps.filter_map(|step| step["run"].as_str())
}
