//! Changes that wait for a person. One is open at a time, so that what is confirmed is what was shown.

use std::time::Duration;

use deadpool_postgres::{GenericClient, Transaction};
use loadsure_core::ports::Fault;
use loadsure_core::scaling::Refusal;
use serde_json::Value;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::fence::{commit, hold, number, position};
use super::{Error, Lead};
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::jobs::millis;
use crate::sql::Sql;

/// A change to be proposed.
#[derive(Debug, Clone)]
pub struct NewProposal<'a> {
    /// Its id.
    pub id: Uuid,
    /// The decision behind it.
    pub sequence: u64,
    /// How many workers there are.
    pub from: u32,
    /// How many there should be.
    pub to: u32,
    /// How long it can be confirmed.
    pub valid_for: Duration,
    /// Reason, cost and what else a person wants to know.
    pub detail: &'a Value,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalState {
    /// It waits.
    Open,
    /// A person confirmed it.
    Confirmed,
    /// Another one or a command took its place.
    Withdrawn,
}

impl ProposalState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Confirmed, Self::Withdrawn];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A proposed change.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its id.
    pub id: Uuid,
    /// The term of the decision behind it.
    pub term: u64,
    /// The sequence number of that decision.
    pub sequence: u64,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// Until when it can be confirmed.
    pub expires_at: OffsetDateTime,
    /// How many workers there were.
    pub from: u32,
    /// How many there should be.
    pub to: u32,
    /// Reason, cost and what else a person wants to know.
    pub detail: Value,
    /// Where it stands.
    pub state: ProposalState,
    /// Who confirmed it.
    pub decided_by: Option<String>,
}

const COLUMNS: &str =
    "id, term, sequence, made_at, expires_at, from_workers, to_workers, detail, state, decided_by";

const INSERT: &str =
    "INSERT INTO scaling_proposals (id, term, sequence, expires_at, from_workers, to_workers, detail)
    VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond', $5, $6, $7) ON CONFLICT (id) DO NOTHING";

/// What was confirmed and not begun is not to be begun later either.
const WITHDRAW: &str = "UPDATE scaling_proposals p SET state = 'withdrawn', decided_at = now()
    WHERE state IN ('open', 'confirmed') AND id IS DISTINCT FROM $1
        AND NOT EXISTS (SELECT FROM scaling_changes c WHERE c.proposal_id = p.id)";

impl Store {
    /// Proposes a change, in place of what was proposed before.
    ///
    /// # Errors
    /// When the term is over, or the database fails.
    pub async fn propose(&self, lead: &Lead, new: &NewProposal<'_>) -> Result<(), Error> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to propose", error))?;
        hold(&transaction, lead).await?;
        withdraw(&transaction, Some(new.id)).await?;
        let (sequence, from, to) = (position(new.sequence)?, number(new.from)?, number(new.to)?);
        let valid = millis(new.valid_for);
        transaction
            .run(
                "proposing a change",
                INSERT,
                &[
                    &new.id,
                    &lead.sql_term(),
                    &sequence,
                    &valid,
                    &from,
                    &to,
                    new.detail,
                ],
            )
            .await?;
        Ok(commit(transaction, "committing a proposal").await?)
    }

    /// Withdraws what is open, or was confirmed and not begun, if anything is.
    ///
    /// # Errors
    /// When the term is over, or the database fails.
    pub async fn withdraw_proposal(&self, lead: &Lead) -> Result<(), Error> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to withdraw", error))?;
        hold(&transaction, lead).await?;
        withdraw(&transaction, None).await?;
        Ok(commit(transaction, "committing a withdrawal").await?)
    }

    /// The proposal that can be confirmed, or that was confirmed and not begun, while its time is not over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pending_proposal(&self) -> Result<Option<Proposal>, Fault> {
        let sql = format!(
            "SELECT {COLUMNS} FROM scaling_proposals p
            WHERE state IN ('open', 'confirmed') AND expires_at > now()
                AND NOT EXISTS (SELECT FROM scaling_changes c WHERE c.proposal_id = p.id)
            ORDER BY made_at DESC LIMIT 1"
        );
        let client = self.client().await?;
        let row = client.row("reading a proposal", &sql, &[]).await?;
        row.as_ref().map(from_row).transpose()
    }
}

/// Withdraws what is open, or was confirmed and not begun, but for `keep`.
pub(super) async fn withdraw(client: &impl GenericClient, keep: Option<Uuid>) -> Result<(), Fault> {
    client.run("withdrawing proposals", WITHDRAW, &[&keep]).await?;
    Ok(())
}

/// Confirms an open proposal within the caller's transaction.
pub(super) async fn confirm(
    transaction: &Transaction<'_>,
    id: Uuid,
    actor: &str,
) -> Result<Result<Proposal, Refusal>, Fault> {
    let sql = format!(
        "UPDATE scaling_proposals SET state = 'confirmed', decided_by = $2, decided_at = now()
        WHERE id = $1 AND state = 'open' AND expires_at > now() RETURNING {COLUMNS}"
    );
    let row = transaction
        .row("confirming a proposal", &sql, &[&id, &actor])
        .await?;
    if let Some(row) = row {
        return Ok(Ok(from_row(&row)?));
    }
    let exists = "SELECT 1 FROM scaling_proposals WHERE id = $1";
    let exists = transaction.row("looking for a proposal", exists, &[&id]).await?;
    Ok(Err(match exists {
        Some(_) => Refusal::ProposalClosed,
        None => Refusal::NoSuchProposal,
    }))
}

fn from_row(row: &Row) -> Result<Proposal, Fault> {
    let unreadable = || corrupt("reading a proposal");
    let state: &str = row.get("state");
    let state = ProposalState::ALL.into_iter().find(|one| one.as_str() == state);
    Ok(Proposal {
        id: row.get("id"),
        term: row.get::<_, i64>("term").try_into().map_err(|_| unreadable())?,
        sequence: row
            .get::<_, i64>("sequence")
            .try_into()
            .map_err(|_| unreadable())?,
        made_at: row.get("made_at"),
        expires_at: row.get("expires_at"),
        from: row
            .get::<_, i32>("from_workers")
            .try_into()
            .map_err(|_| unreadable())?,
        to: row
            .get::<_, i32>("to_workers")
            .try_into()
            .map_err(|_| unreadable())?,
        detail: row.get("detail"),
        state: state.ok_or_else(unreadable)?,
        decided_by: row.get("decided_by"),
    })
}
