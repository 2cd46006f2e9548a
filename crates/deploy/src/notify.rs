//! Telling people how a release ended.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::environment::Environment;
use crate::images::Commit;
use crate::release::Release;

/// Time for the webhook. Nobody waits long to be told.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It serves.
    Deployed,
    /// It was refused before anything was touched.
    NotDeployed,
    /// It failed, and what was there before serves.
    RolledBack,
    /// The final approval was denied: it got no traffic, and was taken back.
    NotPromoted,
    /// It failed, and it was not taken back. A person must act.
    Failed,
}

/// A job of the workflow, as GitHub's `needs` context tells it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Job {
    result: String,
    #[serde(default)]
    outputs: BTreeMap<String, String>,
}

impl Outcome {
    /// How a run of the workflow ended, by the results of its jobs. What cannot be told is a failure.
    #[must_use]
    pub fn of(jobs: &BTreeMap<String, Job>) -> Self {
        let result = |name: &str| jobs.get(name).map_or("", |job| job.result.as_str());
        let taken_back = |name: &str| {
            let outputs = jobs.get(name).map(|job| &job.outputs);
            outputs
                .and_then(|outputs| outputs.get("rolled_back"))
                .is_some_and(|told| told == "true")
        };
        let has_failed = |name: &str| !matches!(result(name), "success" | "skipped");
        for step in ["deploy", "promote"] {
            if has_failed(step) {
                return if taken_back(step) {
                    Self::RolledBack
                } else {
                    Self::Failed
                };
            }
        }
        if has_failed("final-approval") {
            return if taken_back("withdraw") {
                Self::NotPromoted
            } else {
                Self::Failed
            };
        }
        match (result("deploy"), result("promote"), result("final-approval")) {
            ("skipped", ..) => Self::NotDeployed,
            // Skipped together: this environment has no traffic to move.
            (_, "success", "success") | (_, "skipped", "skipped") => Self::Deployed,
            _ => Self::Failed,
        }
    }
}

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The webhook cannot be called. Its address is a secret and not shown.
    #[error("the webhook did not answer")]
    Call(#[source] reqwest::Error),
    /// The webhook refuses.
    #[error("the webhook answered {0}")]
    Refused(u16),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deployed => "deployed",
            Self::NotDeployed => "not deployed",
            Self::RolledBack => "failed and rolled back",
            Self::NotPromoted => "denied and taken back",
            Self::Failed => "FAILED, a person must act",
        })
    }
}

/// What people are told.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Where to.
    pub environment: Environment,
    /// The version.
    pub commit: &'a Commit,
    /// How it ended.
    pub outcome: Outcome,
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Loadsure {}: {} {}",
            self.environment,
            self.commit.short(),
            self.outcome
        )
    }
}

/// A summary in Markdown, with what is known of the release.
#[must_use]
pub fn summary(message: &Message<'_>, release: Option<&Release>) -> String {
    let mut text = format!("## {message}\n\n| | |\n|---|---|\n");
    let mut row = |name: &str, value: String| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| {name} | `{value}` |");
    };
    row("commit", message.commit.to_string());
    let Some(release) = release else { return text };
    row("app", release.app.to_string());
    for (name, id) in [("deployment", release.deployment), ("before", release.previous)] {
        if let Some(id) = id {
            row(name, id.to_string());
        }
    }
    if let Some(workers) = release.workers {
        row("workers kept", workers.to_string());
    }
    for (name, digest) in &release.images.digests {
        row(name, digest.as_str().to_owned());
    }
    text
}

/// A webhook that takes `{"text": …}`, as those of Slack and Mattermost do.
#[derive(Debug, Clone)]
pub struct Webhook(pub SecretString);

impl Webhook {
    /// Tells it in one line.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn tell(&self, message: &Message<'_>) -> Result<(), NotifyError> {
        let unanswered = |error: reqwest::Error| NotifyError::Call(error.without_url());
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .build()
            .map_err(unanswered)?;
        let request = http
            .post(self.0.expose_secret())
            .json(&json!({"text": message.to_string()}));
        let status = request.send().await.map_err(unanswered)?.status();
        match status.is_success() {
            true => Ok(()),
            false => Err(NotifyError::Refused(status.as_u16())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn outcome(jobs: Value) -> Outcome {
        Outcome::of(&serde_json::from_value(jobs).unwrap())
    }

    fn jobs(deploy: &str, approval: &str, promote: &str, back: bool) -> Value {
        let outputs = if back {
            json!({"rolled_back": "true"})
        } else {
            json!({})
        };
        json!({
            "deploy": {"result": deploy, "outputs": outputs},
            "final-approval": {"result": approval, "outputs": {}},
            "promote": {"result": promote, "outputs": outputs},
            "withdraw": {"result": "skipped", "outputs": outputs},
        })
    }

    #[test]
    fn only_what_went_well_to_its_end_is_called_deployed() {
        for (told, expected) in [
            (("success", "success", "success", false), Outcome::Deployed),
            (("success", "skipped", "skipped", false), Outcome::Deployed),
            (("success", "success", "skipped", false), Outcome::Failed),
            (("success", "skipped", "success", false), Outcome::Failed),
            (("skipped", "skipped", "skipped", false), Outcome::NotDeployed),
            (("failure", "skipped", "skipped", true), Outcome::RolledBack),
            (("failure", "skipped", "skipped", false), Outcome::Failed),
            (("cancelled", "skipped", "skipped", false), Outcome::Failed),
            (("success", "failure", "skipped", true), Outcome::NotPromoted),
            (("success", "failure", "skipped", false), Outcome::Failed),
            (("success", "success", "failure", true), Outcome::RolledBack),
            (("success", "success", "cancelled", false), Outcome::Failed),
        ] {
            let (deploy, approval, promote, back) = told;
            assert_eq!(
                outcome(jobs(deploy, approval, promote, back)),
                expected,
                "{told:?}"
            );
        }
        assert_eq!(outcome(json!({})), Outcome::Failed);
    }
}
