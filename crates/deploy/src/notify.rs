//! Telling people how a release ended.

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::release::Release;

/// Time for the webhook. Nobody waits long to be told.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It serves.
    Deployed,
    /// It failed, and what was there before serves.
    RolledBack,
    /// It waits for, or was denied, an approval: it has no traffic.
    NotPromoted,
    /// It failed, and so did going back, or nobody went back. A person must act.
    Failed,
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
            Self::RolledBack => "failed and rolled back",
            Self::NotPromoted => "not promoted",
            Self::Failed => "FAILED, a person must act",
        })
    }
}

/// A summary in Markdown.
#[must_use]
pub fn summary(release: &Release, outcome: Outcome, why: Option<&str>) -> String {
    let mut text = format!("## {}: {outcome}\n\n| | |\n|---|---|\n", release.environment);
    let mut row = |name: &str, value: String| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "| {name} | {value} |");
    };
    row("commit", format!("`{}`", release.images.commit));
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
        row(name, format!("`{}`", digest.as_str()));
    }
    if let Some(why) = why {
        row("why", why.replace(['|', '\n'], " "));
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
    pub async fn tell(&self, release: &Release, outcome: Outcome) -> Result<(), NotifyError> {
        let unanswered = |error: reqwest::Error| NotifyError::Call(error.without_url());
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .build()
            .map_err(unanswered)?;
        let version = release.images.commit.short();
        let text = format!("Loadsure {}: {version} {outcome}", release.environment);
        let request = http.post(self.0.expose_secret()).json(&json!({"text": text}));
        let status = request.send().await.map_err(unanswered)?.status();
        match status.is_success() {
            true => Ok(()),
            false => Err(NotifyError::Refused(status.as_u16())),
        }
    }
}
