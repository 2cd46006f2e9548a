//! Sees what a use case does to the storage, to tell others of it once it is committed: which event happened to
//! which record, and why something is tried again. Costs no query.

use std::sync::{Mutex, MutexGuard, PoisonError};

use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Fault, Jobs};
use loadsure_core::retry::Backoff;
use loadsure_store::Store;
use serde_json::Value;
use uuid::Uuid;

/// Something that is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Happened {
    /// Kind of the event, such as `quote.priced`.
    pub(crate) event: &'static str,
    /// Role and id of the record that it is about.
    pub(crate) subject: Option<(&'static str, Uuid)>,
}

impl Happened {
    /// Something happened to a record.
    pub(crate) const fn to(event: &'static str, role: &'static str, id: Uuid) -> Self {
        Self {
            event,
            subject: Some((role, id)),
        }
    }
}

/// The storage of one delivery. The ports of each kind are implemented beside its use case.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(super) store: Store,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    happened: Option<Happened>,
    why: Option<String>,
}

impl Witness {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            seen: Mutex::default(),
        }
    }

    /// What happened, if anything.
    pub(crate) fn happened(&self) -> Option<Happened> {
        self.seen().happened
    }

    /// Why the work is tried again.
    pub(crate) fn why(&self) -> Option<String> {
        self.seen().why.take()
    }

    pub(super) fn note(&self, happened: Happened) {
        self.seen().happened = Some(happened);
    }

    pub(super) fn note_retry(&self, why: &str) {
        self.seen().why = Some(why.to_owned());
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Jobs for Witness {
    async fn retry(&self, ticket: Ticket, backoff: Backoff, why: &str) -> Result<(), Fault> {
        self.store.retry(ticket, backoff, why).await?;
        self.note_retry(why);
        Ok(())
    }

    async fn finish(&self, ticket: Ticket, result: Value) -> Result<(), Fault> {
        self.store.finish(ticket, result).await
    }

    async fn bury(&self, ticket: Ticket, code: ErrorCode, why: &str) -> Result<(), Fault> {
        self.store.bury(ticket, code, why).await
    }
}
