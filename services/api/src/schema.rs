//! Whether the database can be worked with: it answers, and has the migrations that this code needs.

use std::sync::atomic::{AtomicBool, Ordering};

use loadsure_core::ports::Fault;
use loadsure_store::{Store, schema_is_current};
use tracing::warn;

/// What is known of the schema, so that it is not read again for each probe.
#[derive(Debug)]
pub(crate) struct Schema {
    store: Store,
    /// It was current, and the database has answered every probe since.
    current: AtomicBool,
    /// The log has been told that migrations are missing.
    said: AtomicBool,
}

impl Schema {
    /// Nothing is known yet.
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            current: AtomicBool::new(false),
            said: AtomicBool::new(false),
        }
    }

    /// Whether the database answers and its schema is current. After an outage it may be another server, so the
    /// schema is looked at again.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn is_usable(&self) -> Result<bool, Fault> {
        // Forgotten until it answers: a probe that runs out of time is dropped here, and was an outage too.
        let usable = if self.current.swap(false, Ordering::AcqRel) {
            self.store.probe().await.map(|_| true)?
        } else {
            schema_is_current(&self.store).await?
        };
        self.current.store(usable, Ordering::Release);
        if !self.said.swap(!usable, Ordering::AcqRel) && !usable {
            warn!("waiting for the migrations of the database: run loadsurectl migrate");
        }
        Ok(usable)
    }
}
