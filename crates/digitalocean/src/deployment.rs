//! A deployment as the platform tells it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::id::DeploymentId;
use crate::spec::Spec;

/// Where a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// Waits for its build.
    PendingBuild,
    /// Builds.
    Building,
    /// Waits to be deployed.
    PendingDeploy,
    /// Replaces the instances.
    Deploying,
    /// Serves: the end of a success.
    Active,
    /// A later one took over.
    Superseded,
    /// Failed.
    Error,
    /// Somebody stopped it.
    Canceled,
    /// The platform does not say, or says something that is not known here.
    #[serde(other)]
    Unknown,
}

impl Phase {
    /// Whether nothing more comes.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Active | Self::Superseded | Self::Error | Self::Canceled
        )
    }
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Its name.
    pub id: DeploymentId,
    /// Where it is.
    pub phase: Phase,
    /// What it deploys, where the platform tells.
    pub spec: Option<Spec>,
    /// The step that failed, and in which component, where the platform tells.
    pub failed_step: Option<String>,
}

impl Deployment {
    pub(crate) fn read(deployment: &Value) -> Result<Self, Error> {
        let id = deployment.get("id").and_then(Value::as_str);
        let id = id.and_then(|id| id.parse().ok());
        let phase = deployment.get("phase").cloned();
        Ok(Self {
            id: id.ok_or(Error::Unreadable("deployment"))?,
            phase: phase
                .and_then(|phase| serde_json::from_value(phase).ok())
                .unwrap_or(Phase::Unknown),
            spec: deployment.get("spec").cloned().map(Spec::new),
            failed_step: deployment.pointer("/progress/steps").and_then(failed_step),
        })
    }

    /// Reads a place where there may be none: absent, null or an empty object.
    pub(crate) fn read_optional(deployment: Option<&Value>) -> Result<Option<Self>, Error> {
        match deployment {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(fields)) if fields.is_empty() => Ok(None),
            Some(deployment) => Self::read(deployment).map(Some),
        }
    }
}

/// The innermost step in error.
fn failed_step(steps: &Value) -> Option<String> {
    let failed = |step: &&Value| step.get("status").and_then(Value::as_str) == Some("ERROR");
    let step = steps.as_array()?.iter().find(failed)?;
    if let Some(inner) = step.get("steps").and_then(failed_step) {
        return Some(inner);
    }
    let text = |name| step.get(name).and_then(Value::as_str);
    let name = text("name")?;
    Some(text("component_name").map_or_else(|| name.to_owned(), |component| format!("{name} of {component}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_innermost_failed_step_is_named() {
        let deployment = Deployment::read(&json!({
            "id": "3aa4d20e-5527-4c00-b496-601fbd22520a",
            "phase": "ERROR",
            "progress": {"steps": [
                {"name": "build", "status": "SUCCESS"},
                {"name": "deploy", "status": "ERROR", "steps": [
                    {"name": "migrate", "component_name": "migrate", "status": "ERROR"},
                ]},
            ]},
        }))
        .unwrap();
        assert_eq!(deployment.phase, Phase::Error);
        assert_eq!(deployment.failed_step.as_deref(), Some("migrate of migrate"));
    }

    #[test]
    fn an_unknown_phase_is_not_the_end() {
        for phase in [json!("HIBERNATING"), json!(null), json!(7)] {
            let deployment =
                Deployment::read(&json!({"id": "3aa4d20e-5527-4c00-b496-601fbd22520a", "phase": phase}))
                    .unwrap();
            assert_eq!(deployment.phase, Phase::Unknown);
            assert!(!deployment.phase.is_final());
        }
    }
}
