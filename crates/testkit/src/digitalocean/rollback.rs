use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::app::App;
use super::deployment::Ending;

impl App {
    /// Why a rollback to a deployment would be refused.
    pub(super) fn rollback_obstacle(&self, to: Uuid) -> Option<(&'static str, String)> {
        if self.pinned.is_some() {
            return Some(("app_pinned", "there is a rollback in progress already".to_owned()));
        }
        match self.deployment(to).map(|deployment| deployment.phase) {
            Some("ACTIVE" | "SUPERSEDED") => None,
            Some(phase) => Some(("incompatible_phase", format!("the deployment is {phase}"))),
            None => Some((
                "exceeded_revision_limit",
                "there is no such deployment".to_owned(),
            )),
        }
    }

    pub(super) fn roll_back(&mut self, to: Uuid, skip_pin: bool, now: Duration) -> Result<Uuid, String> {
        if let Some((_, message)) = self.rollback_obstacle(to) {
            return Err(message);
        }
        let target = self.deployment(to).map(|deployment| deployment.spec.clone());
        let target = target.ok_or("there is no such deployment")?;
        let before = self.spec.clone();
        let id = self.deploy(target, "rollback", now, Ending::Active);
        if !skip_pin {
            self.pinned = Some(id);
            self.unpinned_spec = Some(before);
        }
        Ok(id)
    }

    pub(super) fn commit_rollback(&mut self) -> Result<(), String> {
        self.unpinned_spec = None;
        self.pinned
            .take()
            .map(|_| ())
            .ok_or("there is no rollback".to_owned())
    }

    pub(super) fn revert_rollback(&mut self, now: Duration) -> Result<Uuid, String> {
        let before = self.unpinned_spec.take().ok_or("there is no rollback")?;
        self.pinned = None;
        Ok(self.deploy(before, "rollback reverted", now, Ending::Active))
    }

    pub(super) fn validate_rollback(&self, to: Uuid) -> Value {
        match self.rollback_obstacle(to) {
            None => json!({"valid": true}),
            Some((code, message)) => {
                json!({"valid": false, "error": {"code": code, "message": message}})
            }
        }
    }
}
