//! How scaling stands, for operations.

use loadsure_core::ports::Fault;
use loadsure_core::scaling::Steering;
use time::OffsetDateTime;

use super::{Change, Decided, Leader, Proposal};
use crate::Store;
use crate::sql::Sql;

/// Changes that are shown: as many as the estimate of a deployment's length is made from.
const CHANGES: u32 = 20;

/// How scaling stands.
#[derive(Debug, Clone)]
pub struct State {
    /// What operations asked for.
    pub steering: Steering,
    /// Who leads, if anyone does.
    pub leader: Option<Leader>,
    /// Other monitors that run, and when they were heard last.
    pub standing_by: Vec<(String, OffsetDateTime)>,
    /// The last decision.
    pub last: Option<Decided>,
    /// The latest changes, newest first.
    pub changes: Vec<Change>,
    /// The proposal that waits to be confirmed, or to be carried out.
    pub proposal: Option<Proposal>,
}

/// Longer than any monitor waits before it asks for the lead again.
const STANDING_BY: &str = "SELECT instance, seen_at FROM scaling_monitors
    WHERE seen_at > now() - interval '60 seconds' ORDER BY instance";

impl Store {
    /// How scaling stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scaling_state(&self) -> Result<State, Fault> {
        let leader = self.leader().await?;
        let running = self.running_monitors().await?;
        let leads = |instance: &str| leader.as_ref().is_some_and(|one| one.instance == instance);
        let standing_by = running
            .into_iter()
            .filter(|(instance, _)| !leads(instance))
            .collect();
        Ok(State {
            steering: self.steering().await?,
            standing_by,
            last: self.decisions(1, None, false).await?.items.pop(),
            changes: self.changes(CHANGES).await?,
            proposal: self.pending_proposal().await?,
            leader,
        })
    }

    async fn running_monitors(&self) -> Result<Vec<(String, OffsetDateTime)>, Fault> {
        let client = self.client().await?;
        let rows = client.rows("reading the monitors", STANDING_BY, &[]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}
