//! The change that an earlier leader began and did not see to its end. What came of it is found by looking.

use std::time::Duration;

use loadsure_core::scaling::{ChangeResult, Moment, StandDown};
use loadsure_store::scaling::{Ending as Kept, Error};
use serde_json::json;

use super::Leading;
use crate::hands::{Count, Ending};

/// A change that nobody sees may be on its way for so many times as long as a request takes.
const ON_ITS_WAY: u32 = 3;

/// How long workers may take to be ready once no deployment runs any more.
const READY_WITHIN: Duration = Duration::from_secs(20 * 60);

impl Leading {
    /// Finds its end, if it has come.
    /// `takes` is how long a request may be under way.
    pub(super) async fn settle_inherited(
        &mut self,
        count: &Count,
        takes: Duration,
        now: Moment,
    ) -> Result<(), Error> {
        let Some(change) = &self.under_way else {
            return Ok(());
        };
        if !change.is_unattended() {
            return Ok(());
        }
        let (to, waited) = (change.order.to, change.began.elapsed());
        match count.stand_down {
            Some(StandDown::DeploymentRunning) => {
                self.remember_sent(now);
                return Ok(());
            }
            Some(_) => return Ok(()),
            None => {}
        }
        let detail = json!({"wanted": count.wanted, "ready": count.living});
        if count.wanted != to {
            // A request of the earlier leader's may still arrive.
            return match waited < takes.saturating_mul(ON_ITS_WAY) {
                true => Ok(()),
                false => self.ended(not_made(detail), now).await,
            };
        }
        self.remember_sent(now);
        if count.is_unserved() {
            return self.ended(Ending::failed("another number serves"), now).await;
        }
        if count.living == to {
            return self.ended(Ending::applied(detail), now).await;
        }
        if waited > READY_WITHIN {
            return self.ended(Ending::failed("the workers are not ready"), now).await;
        }
        Ok(())
    }
}

/// Either it was never asked for, or somebody has changed the number since.
const fn not_made(detail: serde_json::Value) -> Ending {
    Ending {
        result: ChangeResult::Superseded,
        kept: Kept::Superseded,
        detail,
    }
}
