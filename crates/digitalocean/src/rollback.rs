//! Going back to an earlier deployment. The app is pinned from the rollback until it is committed or reverted.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Client;
use crate::deployment::Deployment;
use crate::error::Error;
use crate::id::{AppId, DeploymentId};
use crate::message;
use crate::transport::Call;

/// Why an app cannot be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum RollbackError {
    /// A call failed. [`Error::Unknown`]: the rollback may have begun, which the app's pin tells.
    #[error("not rolled back")]
    Call(#[from] Error),
    /// The platform would not roll back to this deployment, such as one that it keeps no longer.
    #[error("the platform does not roll back: {0}")]
    Refused(String),
}

impl Client {
    /// Asks whether an app could be rolled back to one of its deployments. Changes nothing.
    ///
    /// # Errors
    /// When it could not.
    pub async fn validate_rollback(&self, app: AppId, to: DeploymentId) -> Result<(), RollbackError> {
        let body = json!({"deployment_id": to, "skip_pin": false});
        let answer = self
            .post(&["apps", &app.to_string(), "rollback", "validate"], &body, false)
            .await?;
        if answer.get("valid").and_then(Value::as_bool) == Some(true) {
            return Ok(());
        }
        let said = answer.pointer("/error/message").and_then(Value::as_str);
        let said = said.map_or_else(|| "without a reason".to_owned(), message::clean);
        Err(RollbackError::Refused(said))
    }

    /// Rolls an app back to one of its deployments, by a deployment to be followed. The app is pinned: end that by
    /// [`commit_rollback`](Self::commit_rollback) or [`revert_rollback`](Self::revert_rollback).
    ///
    /// # Errors
    /// When it was not begun, or that is not known.
    pub async fn rollback(&self, app: AppId, to: DeploymentId) -> Result<DeploymentId, RollbackError> {
        let body = json!({"deployment_id": to, "skip_pin": false});
        let answer = self
            .post(&["apps", &app.to_string(), "rollback"], &body, true)
            .await?;
        Ok(Deployment::read(answer.get("deployment").unwrap_or(&Value::Null))?.id)
    }

    /// Makes a rollback final and ends the pin.
    ///
    /// # Errors
    /// When it was not, or that is not known.
    pub async fn commit_rollback(&self, app: AppId) -> Result<(), RollbackError> {
        let call = Call {
            method: Method::POST,
            path: &["apps", &app.to_string(), "rollback", "commit"],
            what: "app",
            changes: true,
            is_silent: true,
            ..Call::default()
        };
        self.call(&call).await?;
        Ok(())
    }

    /// Takes a rollback back, by a deployment to be followed, and ends the pin.
    ///
    /// # Errors
    /// When it was not, or that is not known.
    pub async fn revert_rollback(&self, app: AppId) -> Result<DeploymentId, RollbackError> {
        let path = ["apps", &app.to_string(), "rollback", "revert"];
        let answer = self.post(&path, &json!({}), true).await?;
        Ok(Deployment::read(answer.get("deployment").unwrap_or(&Value::Null))?.id)
    }

    async fn post(&self, path: &[&str], body: &Value, changes: bool) -> Result<Value, Error> {
        self.call(&Call {
            method: Method::POST,
            path,
            body: Some(body),
            what: "app",
            changes,
            ..Call::default()
        })
        .await
    }
}
