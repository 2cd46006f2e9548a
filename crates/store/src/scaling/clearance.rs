//! The last question before something is changed on the outside.

use std::time::Instant;

use loadsure_core::ports::Fault;
use loadsure_core::scaling::Steering;

use super::Lead;
use super::deploy_lock::LEASE as DEPLOY;
use super::document::read;
use super::fence::commit;
use super::lead::renew;
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::sql::Sql;

/// Whether the leader may change the number of workers at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearance {
    /// It may, for as long as its lead remains.
    Given,
    /// Its term is over.
    Fenced,
    /// A deployment holds the lock.
    DeployLocked,
    /// Operations have paused scaling, or ask for something else than what the change was decided from.
    Steered,
}

/// Read after the renewal, which waits for a command that is being applied: a statement that did both would see what
/// held before that command.
const STATE: &str = "SELECT EXISTS (SELECT FROM leases WHERE name = $1 AND until > now()), document
    FROM scaling_steering WHERE name = 'workers'";

impl Store {
    /// Asks whether a change that was decided from `steering` may be made, and renews the lead.
    ///
    /// # Errors
    /// When the database fails. Then do not change anything.
    pub async fn clear(&self, lead: &mut Lead, steering: &Steering) -> Result<Clearance, Fault> {
        let asked = Instant::now();
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to ask for clearance", error))?;
        if !renew(&transaction, lead).await? {
            return Ok(Clearance::Fenced);
        }
        let row = transaction
            .row("asking for clearance", STATE, &[&DEPLOY])
            .await?
            .ok_or(corrupt("finding the steering"))?;
        commit(transaction, "committing a renewal").await?;
        lead.renewed(asked);
        let now: Steering = read(row.get(1))?;
        Ok(if row.get(0) {
            Clearance::DeployLocked
        } else if now.paused.is_some() || now != *steering {
            Clearance::Steered
        } else {
            Clearance::Given
        })
    }
}
