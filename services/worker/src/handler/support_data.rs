//! Refreshes of the reference data.

use std::time::Duration;

use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{Fault, Lease, SupportData};
use loadsure_core::support_data;
use loadsure_core::usecase::refresh;
use serde_json::Value;

use super::witness::{Happened, Witness};
use super::{Tools, UseCase};

/// Refreshes the reference data.
pub(crate) struct Refresh;

impl UseCase for Refresh {
    const KIND: Kind = Kind::SupportData;

    async fn execute(tools: &Tools, witness: &Witness, ticket: Ticket) -> Result<Verdict, Fault> {
        refresh::execute(witness, &tools.insurer, ticket).await
    }
}

impl SupportData for Witness {
    async fn refresh_is_due(&self, ticket: Ticket) -> Result<bool, Fault> {
        self.store.refresh_is_due(ticket).await
    }

    async fn lease(&self, ticket: Ticket, length: Duration) -> Result<Option<Lease>, Fault> {
        self.store.lease(ticket, length).await
    }

    async fn release(&self, lease: Lease) -> Result<(), Fault> {
        self.store.release(lease).await
    }

    async fn save(&self, lease: Lease, kind: support_data::Kind, items: &[Value]) -> Result<bool, Fault> {
        let saved = self.store.save(lease, kind, items).await?;
        if saved {
            self.note(Happened {
                event: "support_data.refreshed",
                subject: None,
            });
        }
        Ok(saved)
    }

    async fn note_failure(&self, lease: Lease, kind: support_data::Kind, why: &str) -> Result<(), Fault> {
        tracing::warn!(
            support_data.kind = kind.as_str(),
            why,
            "a list of reference data was not refreshed"
        );
        self.store.note_failure(lease, kind, why).await
    }
}
