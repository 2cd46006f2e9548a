use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::deployment::{Deployment, Ending, Timeline};

/// An app.
#[derive(Debug, Clone)]
pub(super) struct App {
    pub(super) id: Uuid,
    pub(super) spec: Value,
    pub(super) created: Duration,
    pub(super) updated: Duration,
    pub(super) deployments: Vec<Deployment>,
    pub(super) active: Option<Uuid>,
    pub(super) in_progress: Option<Uuid>,
    pub(super) pending: Option<Uuid>,
    pub(super) pinned: Option<Uuid>,
    /// The spec before the rollback that pins.
    pub(super) unpinned_spec: Option<Value>,
    /// Components of which another number is ready than there should be.
    pub(super) ready: BTreeMap<String, u64>,
}

impl App {
    /// An app that serves.
    pub(super) fn new(spec: Value, now: Duration) -> Self {
        let mut first = Deployment::new(spec.clone(), "initial deployment", now, Ending::Active);
        first.phase = Ending::Active.phase();
        Self {
            id: Uuid::now_v7(),
            spec,
            created: now,
            updated: now,
            active: Some(first.id),
            deployments: vec![first],
            in_progress: None,
            pending: None,
            pinned: None,
            unpinned_spec: None,
            ready: BTreeMap::new(),
        }
    }

    pub(super) fn deployment(&self, id: Uuid) -> Option<&Deployment> {
        self.deployments.iter().find(|deployment| deployment.id == id)
    }

    /// The spec that serves.
    pub(super) fn serving(&self) -> Option<&Value> {
        let active = self.active.and_then(|id| self.deployment(id));
        active.map(|deployment| &deployment.spec)
    }

    /// Puts a spec into force, which a deployment carries out; one that waits already is superseded.
    pub(super) fn deploy(&mut self, spec: Value, cause: &'static str, now: Duration, ending: Ending) -> Uuid {
        self.spec = spec.clone();
        self.updated = now;
        if let Some(waiting) = self.pending.take() {
            self.enter(waiting, "SUPERSEDED", now);
        }
        let deployment = Deployment::new(spec, cause, now, ending);
        let id = deployment.id;
        self.deployments.push(deployment);
        self.pending = Some(id);
        id
    }

    /// Brings all deployments to where they are by `now`.
    pub(super) fn settle(&mut self, timeline: &Timeline, now: Duration) {
        loop {
            let Some(id) = self.in_progress.or(self.pending) else {
                return;
            };
            let Some(deployment) = self.deployment(id) else {
                return;
            };
            let (started, ending) = (deployment.started, deployment.ending);
            let elapsed = now.saturating_sub(started);
            if elapsed >= timeline.waits && self.pending == Some(id) {
                self.pending = None;
                self.in_progress = Some(id);
            }
            match timeline.phase(elapsed) {
                Some(phase) => {
                    self.enter(id, phase, now);
                    return;
                }
                None => self.end(id, ending, started + timeline.total()),
            }
        }
    }

    /// A deployment ends, and the next one's turn comes.
    fn end(&mut self, id: Uuid, ending: Ending, at: Duration) {
        self.in_progress = None;
        self.enter(id, ending.phase(), at);
        if ending == Ending::Active
            && let Some(before) = self.active.replace(id)
        {
            self.enter(before, "SUPERSEDED", at);
        }
        let next = self.pending;
        if let Some(next) = self.deployments.iter_mut().find(|other| Some(other.id) == next) {
            next.started = next.started.max(at);
        }
    }

    fn enter(&mut self, id: Uuid, phase: &'static str, at: Duration) {
        if let Some(deployment) = self.deployments.iter_mut().find(|other| other.id == id) {
            deployment.enter(phase, at);
        }
    }
}
