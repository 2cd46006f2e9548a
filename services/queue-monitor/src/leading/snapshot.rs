//! Everything that a decision is made from, put together.

use loadsure_core::scaling::{Fleet, Snapshot, StandDown};
use loadsure_telemetry::fields;
use tracing::warn;

use super::Leading;
use crate::eyes::Look;
use crate::hands::Count;

impl Leading {
    pub(super) async fn snapshot(&self, look: &Look, count: &Count) -> Snapshot {
        Snapshot {
            taken: look.taken,
            sequence: look.sequence,
            fleet: Fleet {
                wanted: count.wanted,
                living: count.living,
                heard: look.heard(),
            },
            kinds: look.kinds(),
            insurer: look.insurer(),
            outbox: look.outbox.clone(),
            stand_down: self.stand_down(count).await,
        }
    }

    /// Why nothing may be changed: what people want first, then what the platform is at.
    async fn stand_down(&self, count: &Count) -> Option<StandDown> {
        if self.steering.paused.is_some() {
            return Some(StandDown::Paused);
        }
        if self.is_locked().await {
            return Some(StandDown::DeployLocked);
        }
        let ours = self.under_way.as_ref().map(|_| StandDown::DeploymentRunning);
        let unserved = count.is_unserved().then_some(StandDown::AppInError);
        count.stand_down.or(ours).or(unserved)
    }

    /// Whether a deployment holds the lock. Who cannot ask does not act.
    async fn is_locked(&self) -> bool {
        match self.tools.store.deploy_is_locked().await {
            Ok(is_locked) => is_locked,
            Err(fault) => {
                warn!(
                    { fields::ERROR } = fields::causes(&fault),
                    "whether a deployment is under way is not known"
                );
                true
            }
        }
    }
}
