//! The workflow runs the steps that the other tests run, in their order, behind its gates.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

fn workflow() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/workflows/deploy.yml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow["jobs"].as_object().unwrap().iter()
}

fn steps(job: &Value) -> impl Iterator<Item = &Value> {
    job["steps"].as_array().unwrap().iter()
}

fn needs(job: &Value) -> BTreeSet<&str> {
    match &job["needs"] {
        Value::String(one) => BTreeSet::from([one.as_str()]),
        Value::Array(all) => all.iter().map(|one| one.as_str().unwrap()).collect(),
        _ => BTreeSet::new(),
    }
}

/// The steps of `loadsurectl deploy` that a job runs.
fn commands(job: &Value) -> Vec<&str> {
    let scripts = steps(job).filter_map(|step| step["run"].as_str());
    let lines = scripts
        .flat_map(str::lines)
        .filter(|line| line.contains("loadsurectl"));
    let named = lines.filter_map(|line| line.split_once(" deploy ").map(|(_, rest)| rest));
    named
        .map(|rest| rest.split_whitespace().next().unwrap())
        .collect()
}

fn condition(job: &Value) -> &str {
    job["if"].as_str().unwrap()
}

#[test]
fn a_deployment_runs_the_steps_in_their_order() {
    let workflow = workflow();
    let of = |name: &str| commands(&workflow["jobs"][name]);
    assert_eq!(of("plan"), ["plan"]);
    assert_eq!(of("infrastructure"), ["lock", "unlock"]);
    let deploy = [
        "apply",
        "watch",
        "verify-schema",
        "smoke",
        "observe",
        "rollback",
        "unlock",
    ];
    assert_eq!(of("deploy"), deploy);
    assert_eq!(of("promote"), ["promote", "observe", "rollback", "unlock"]);
    assert_eq!(of("withdraw"), ["rollback", "unlock"]);
    assert_eq!(of("notify"), ["notify"]);
}

/// P64: each approval gates what comes after it, and is one that people give.
#[test]
fn what_follows_an_approval_needs_it() {
    let workflow = workflow();
    let chain = [
        ("plan", "approval"),
        ("approval", "infrastructure"),
        ("infrastructure", "deploy"),
        ("deploy", "final-approval"),
        ("final-approval", "promote"),
        ("promote", "finalize"),
    ];
    for (before, after) in chain {
        let job = &workflow["jobs"][after];
        assert!(needs(job).contains(before), "{after} needs {before}");
        let asked = format!("needs.{before}.result == 'success'");
        assert!(
            condition(job).contains(&asked),
            "{after} runs after {before} only"
        );
        assert!(!condition(job).contains("always()"), "{after}");
    }
    let environment = |name: &str| workflow["jobs"][name]["environment"].as_str().unwrap();
    assert!(environment("approval").ends_with("-approval"));
    assert_eq!(environment("final-approval"), "production-final");
    for approval in ["approval", "final-approval"] {
        assert!(commands(&workflow["jobs"][approval]).is_empty());
    }
}

/// What failed, or was cut off, is taken back, and the lock given back whatever happened.
#[test]
fn failure_is_taken_back_by_itself() {
    let workflow = workflow();
    for name in ["deploy", "promote"] {
        let job = &workflow["jobs"][name];
        let step = |word: &str| {
            let mut all = steps(job);
            let found = all.find(|step| step["run"].as_str().is_some_and(|run| run.contains(word)));
            found.unwrap()["if"].as_str().unwrap()
        };
        assert!(
            step("deploy rollback").contains("failure() || cancelled()"),
            "{name}"
        );
        assert_eq!(step("deploy unlock"), "always()", "{name}");
    }
}

/// P69: who tells people has seen every job.
#[test]
fn the_notification_needs_every_job() {
    let workflow = workflow();
    let all: BTreeSet<&str> = jobs(&workflow)
        .map(|(name, _)| name.as_str())
        .filter(|name| *name != "notify")
        .collect();
    assert_eq!(needs(&workflow["jobs"]["notify"]), all);
    assert_eq!(condition(&workflow["jobs"]["notify"]), "always()");
}

/// P67, and what keeps a workflow from being used for something else.
#[test]
fn every_job_is_bounded_and_every_action_pinned() {
    let workflow = workflow();
    assert_eq!(workflow["permissions"], serde_json::json!({}));
    assert_eq!(workflow["concurrency"]["cancel-in-progress"], false);
    for (name, job) in jobs(&workflow) {
        assert!(job["timeout-minutes"].is_u64(), "{name}");
        assert!(job["permissions"].is_object(), "{name}");
        for step in steps(job) {
            if let Some(uses) = step["uses"].as_str().filter(|uses| !uses.starts_with("./")) {
                let commit = uses.split_once('@').unwrap().1;
                let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(is_commit, "{name}: {uses}");
            }
            if step["uses"]
                .as_str()
                .is_some_and(|uses| uses.starts_with("actions/checkout@"))
            {
                assert_eq!(step["with"]["persist-credentials"], false, "{name}");
            }
            let run = step["run"].as_str().unwrap_or_default();
            assert!(!run.contains("${{"), "{name}: {run}");
        }
        let uses_secrets = job.to_string().contains("secrets.");
        assert!(
            !uses_secrets || job["environment"].is_string(),
            "{name} has secrets of no environment"
        );
    }
}
