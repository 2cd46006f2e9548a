//! `ci-ok`, the one check that a merge needs.
//!
//! GitHub counts a skipped check as a good one, and a job that needs a failed one is skipped. So the gate always runs,
//! needs every job and the plan, and lets a skip pass only where the plan says that the job is not needed.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

use super::jobs::JOBS;
use super::plan::Plan;

/// The plan's job.
const PLAN: &str = "plan";

/// What GitHub's `toJSON(needs)` says of a job.
#[derive(Debug, Deserialize)]
struct Need {
    result: String,
    #[serde(default)]
    outputs: BTreeMap<String, String>,
}

/// What stands against a merge; nothing when all is well.
///
/// # Errors
/// When `needs` is not what GitHub writes.
pub(crate) fn judge(needs: &str) -> anyhow::Result<Vec<String>> {
    let needs: BTreeMap<String, Need> =
        serde_json::from_str(needs).context("cannot understand the results of the jobs")?;
    let Some(planned) = needs.get(PLAN) else {
        return Ok(vec!["the gate does not need the plan".to_owned()]);
    };
    if planned.result != "success" {
        return Ok(vec![format!("the plan ended with {}", planned.result)]);
    }
    let jobs = planned
        .outputs
        .get("jobs")
        .context("the plan has no output named jobs")?;
    let plan: Plan = serde_json::from_str(jobs).context("cannot understand the plan")?;
    let mut objections: Vec<String> = JOBS
        .iter()
        .filter_map(|job| objection(job.name, &plan, &needs))
        .collect();
    let known = |name: &str| name == PLAN || super::find(name).is_some();
    let strangers = needs.keys().filter(|name| !known(name));
    objections.extend(strangers.map(|name| format!("{name} is not a job of `cargo xtask ci`")));
    Ok(objections)
}

fn objection(name: &str, plan: &Plan, needs: &BTreeMap<String, Need>) -> Option<String> {
    let Some(need) = needs.get(name) else {
        return Some(format!("the gate does not need {name}"));
    };
    match (need.result.as_str(), plan.0.get(name)) {
        (_, None) => Some(format!("the plan does not know {name}")),
        ("success", _) | ("skipped", Some(false)) => None,
        ("skipped", Some(true)) => Some(format!("{name} was skipped, and the plan asked for it")),
        (other, _) => Some(format!("{name} ended with {other}")),
    }
}

/// Results as GitHub writes them: all good, but for one job.
pub(super) fn needs_with(job: &str, result: &str) -> anyhow::Result<String> {
    let plan = serde_json::to_string(&Plan::since(None)?)?;
    let mut needs = serde_json::Map::new();
    needs.insert(
        PLAN.to_owned(),
        serde_json::json!({"result": "success", "outputs": {"jobs": plan}}),
    );
    for other in JOBS {
        let result = if other.name == job { result } else { "success" };
        needs.insert(
            other.name.to_owned(),
            serde_json::json!({"result": result, "outputs": {}}),
        );
    }
    Ok(serde_json::to_string(&needs)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn needs(change: impl FnOnce(&mut Value)) -> String {
        let mut needs: Value = serde_json::from_str(&needs_with("none", "success").unwrap()).unwrap();
        change(&mut needs);
        needs.to_string()
    }

    fn planned(needs: &mut Value, job: &str, runs: Option<bool>) {
        let mut plan: BTreeMap<String, bool> =
            serde_json::from_str(needs[PLAN]["outputs"]["jobs"].as_str().unwrap()).unwrap();
        match runs {
            Some(runs) => plan.insert(job.to_owned(), runs),
            None => plan.remove(job),
        };
        needs[PLAN]["outputs"]["jobs"] = Value::String(serde_json::to_string(&plan).unwrap());
    }

    #[test]
    fn all_jobs_good_is_good() {
        assert_eq!(judge(&needs(|_| ())).unwrap(), Vec::<String>::new());
    }

    /// P69: a gate that reads results of jobs it does not need.
    #[test]
    fn a_job_that_is_not_needed_fails_the_gate() {
        for job in JOBS {
            let without = needs(|needs| {
                needs.as_object_mut().unwrap().remove(job.name);
            });
            assert_eq!(
                judge(&without).unwrap(),
                [format!("the gate does not need {}", job.name)]
            );
        }
        let without_plan = needs(|needs| {
            needs.as_object_mut().unwrap().remove(PLAN);
        });
        assert_eq!(judge(&without_plan).unwrap(), ["the gate does not need the plan"]);
    }

    /// P64, P69: whatever is not a success or a planned skip stands against a merge.
    #[test]
    fn each_result_of_each_job_is_judged() {
        for job in JOBS {
            for result in ["failure", "cancelled", "something new", ""] {
                let found = judge(&needs_with(job.name, result).unwrap()).unwrap();
                assert_eq!(found, [format!("{} ended with {result}", job.name)]);
            }
            let found = judge(&needs_with(job.name, "skipped").unwrap()).unwrap();
            assert_eq!(
                found,
                [format!("{} was skipped, and the plan asked for it", job.name)]
            );
        }
    }

    #[test]
    fn a_skip_passes_where_the_plan_asked_for_it_and_nowhere_else() {
        let skipped = |runs| {
            needs(|needs| {
                needs["infra"]["result"] = json!("skipped");
                planned(needs, "infra", runs);
            })
        };
        assert!(judge(&skipped(Some(false))).unwrap().is_empty());
        assert_eq!(judge(&skipped(Some(true))).unwrap().len(), 1);
        assert_eq!(judge(&skipped(None)).unwrap(), ["the plan does not know infra"]);
    }

    #[test]
    fn a_job_that_failed_though_not_planned_fails_the_gate() {
        let failed = needs(|needs| {
            needs["infra"]["result"] = json!("failure");
            planned(needs, "infra", Some(false));
        });
        assert_eq!(judge(&failed).unwrap(), ["infra ended with failure"]);
    }

    #[test]
    fn a_plan_that_did_not_succeed_fails_the_gate() {
        for result in ["failure", "cancelled", "skipped"] {
            let failed = needs(|needs| needs[PLAN]["result"] = json!(result));
            assert_eq!(judge(&failed).unwrap(), [format!("the plan ended with {result}")]);
        }
    }

    #[test]
    fn a_plan_without_its_output_or_unreadable_needs_are_errors() {
        assert!(judge(&needs(|needs| needs[PLAN]["outputs"] = json!({}))).is_err());
        assert!(judge(&needs(|needs| needs[PLAN]["outputs"]["jobs"] = json!(""))).is_err());
        assert!(judge("").is_err());
        assert_eq!(judge("{}").unwrap(), ["the gate does not need the plan"]);
    }

    #[test]
    fn a_stranger_fails_the_gate() {
        let with = needs(|needs| needs["lint"] = json!({"result": "success", "outputs": {}}));
        assert_eq!(judge(&with).unwrap(), ["lint is not a job of `cargo xtask ci`"]);
    }
}
