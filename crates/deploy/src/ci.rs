//! Whether a commit passed: by what GitHub says of it, and not by who asks.

use serde::Deserialize;

use crate::images::Commit;

/// The check that needs all others.
const GATE: &str = "ci-ok";
/// The app that reports the checks of workflows.
const REPORTER: &str = "github-actions";

/// GitHub's answer to *list check runs for a Git reference* (`GET /repos/{owner}/{repo}/commits/{ref}/check-runs`), as far
/// as it is needed.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckRuns {
    check_runs: Vec<CheckRun>,
}

#[derive(Debug, Clone, Deserialize)]
struct CheckRun {
    id: u64,
    name: String,
    head_sha: String,
    status: String,
    conclusion: Option<String>,
    app: Option<App>,
}

#[derive(Debug, Clone, Deserialize)]
struct App {
    slug: Option<String>,
}

/// Why a commit does not count as passed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CiError {
    /// The gate did not run for this commit.
    #[error("the check {GATE} did not run for this commit")]
    NotRun,
    /// The gate's latest run has not ended.
    #[error("the check {GATE} has not ended")]
    Running,
    /// The gate's latest run ended otherwise.
    #[error("the check {GATE} ended as {0:?}, not as success")]
    Failed(String),
}

impl CheckRuns {
    /// Makes sure that the gate passed for a commit, by its latest run. A gate that was skipped or was neutral did not
    /// pass.
    ///
    /// # Errors
    /// When it did not.
    pub fn require(&self, commit: &Commit) -> Result<(), CiError> {
        let reported = |run: &&CheckRun| {
            let reporter = run.app.as_ref().and_then(|app| app.slug.as_deref());
            run.name == GATE && run.head_sha == commit.as_str() && reporter == Some(REPORTER)
        };
        let latest = self.check_runs.iter().filter(reported).max_by_key(|run| run.id);
        let latest = latest.ok_or(CiError::NotRun)?;
        match latest.conclusion.as_deref() {
            _ if latest.status != "completed" => Err(CiError::Running),
            Some("success") => Ok(()),
            other => Err(CiError::Failed(other.unwrap_or_default().to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn run(id: u64, status: &str, conclusion: Option<&str>) -> Value {
        json!({"id": id, "name": "ci-ok", "head_sha": COMMIT, "status": status, "conclusion": conclusion,
            "app": {"slug": "github-actions"}})
    }

    fn verdict(runs: &[Value]) -> Result<(), CiError> {
        let runs: CheckRuns = serde_json::from_value(json!({"check_runs": runs})).unwrap();
        runs.require(&COMMIT.parse().unwrap())
    }

    /// P65: what CI has not passed is not deployed.
    #[test]
    fn only_the_latest_run_of_the_gate_for_this_commit_counts_and_only_as_success() {
        let passed = run(1, "completed", Some("success"));
        assert_eq!(verdict(std::slice::from_ref(&passed)), Ok(()));
        assert_eq!(verdict(&[]), Err(CiError::NotRun));
        for other in ["skipped", "neutral", "failure", "cancelled"] {
            let runs = [passed.clone(), run(2, "completed", Some(other))];
            assert_eq!(verdict(&runs), Err(CiError::Failed(other.to_owned())));
        }
        assert_eq!(
            verdict(&[passed.clone(), run(2, "in_progress", None)]),
            Err(CiError::Running)
        );
        for (field, value) in [
            ("name", json!("tests")),
            ("head_sha", json!("f".repeat(40))),
            ("app", json!({"slug": "somebody-else"})),
        ] {
            let mut stranger = passed.clone();
            stranger[field] = value;
            assert_eq!(verdict(&[stranger]), Err(CiError::NotRun), "{field}");
        }
    }
}
