//! Refreshes the reference data by the schedule that all workers follow (P44). Of all that find a refresh due, one
//! enqueues it (P45).

use std::time::Duration;

use loadsure_config::Schedule;
use loadsure_store::Store;
use tracing::info;

use super::{Failure, Task, Wake};

/// How late a refresh, or a change of the schedule, may be noticed.
const EVERY: Duration = Duration::from_secs(2);

/// While a list was never loaded, the API cannot check applications against it: the next refresh is not left to a
/// schedule that may be a day away.
const UNTIL_LOADED: Duration = Duration::from_secs(300);

/// What is put in the place of a time that never comes, such as 30 February.
const NEVER: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// Enqueues due refreshes.
pub(crate) struct Refreshes {
    store: Store,
    relay: Wake,
    /// The configured schedule, until one is known to be stored.
    configured: Option<String>,
    /// Whether this is the first round, which comes at once.
    first: bool,
}

impl Refreshes {
    pub(crate) fn new(store: Store, relay: Wake, configured: String) -> Self {
        Self {
            store,
            relay,
            configured: Some(configured),
            first: true,
        }
    }

    async fn is_loaded(&self) -> Result<bool, Failure> {
        let lists = self.store.support_status().await?;
        Ok(lists.iter().all(|list| list.count.is_some()))
    }
}

impl Task for Refreshes {
    const NAME: &'static str = "schedule of the reference data";

    async fn due(&mut self) {
        if !std::mem::take(&mut self.first) {
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn run(&mut self) -> Result<(), Failure> {
        if let Some(configured) = &self.configured {
            self.store.ensure_schedule(configured).await?;
            self.configured = None;
        }
        let Some(schedule) = self.store.schedule().await? else {
            return Ok(());
        };
        let by_schedule: Schedule = schedule.cron.parse().map_err(|source| Failure::Unreadable {
            cron: schedule.cron.clone(),
            source,
        })?;
        let now = self.store.now().await?;
        if schedule.next_run_at > now {
            return Ok(());
        }
        let soon = if self.is_loaded().await? {
            NEVER
        } else {
            UNTIL_LOADED
        };
        let next = by_schedule.next_after(now).unwrap_or(now + NEVER).min(now + soon);
        if let Some(job) = self.store.take_due_refresh(schedule.next_run_at, next).await? {
            info!({ loadsure_telemetry::fields::JOB_ID } = %job, %next, "a refresh of the reference data is due");
            self.relay.wake();
        }
        Ok(())
    }
}
