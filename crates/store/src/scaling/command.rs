//! Commands of operations: each applied once, by the leader, with its audit entry in the same transaction.

use deadpool_postgres::Transaction;
use loadsure_core::id::TenantId;
use loadsure_core::ports::Fault;
use loadsure_core::scaling::{Command, Configured, Origin, Refusal, Steering};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::document::{read, written};
use super::fence::{commit, hold};
use super::proposal::{Proposal, confirm, withdraw};
use super::{Error, Lead};
use crate::Store;
use crate::audit;
use crate::fault::{corrupt, fault};
use crate::idempotency::{CLAIM, Key, Replay};
use crate::sql::Sql;

/// What the audit log says was changed.
const SUBJECT: &str = "workers";

/// A command to be applied.
#[derive(Debug, Clone, Copy)]
pub struct NewCommand<'a> {
    /// Its id.
    pub id: Uuid,
    /// Who gave it.
    pub actor: &'a str,
    /// When it was given.
    pub at: OffsetDateTime,
    /// The command.
    pub command: &'a Command,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// What operations ask for now, or why the command was refused.
    pub outcome: Result<Steering, Refusal>,
    /// The proposal that it confirmed, to be carried out now.
    pub confirmed: Option<Proposal>,
    /// Whether it was applied or refused before, and nothing was done this time.
    pub is_repeat: bool,
}

/// A command that the leader has dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRecord {
    /// Its id.
    pub id: Uuid,
    /// Who gave it.
    pub actor: String,
    /// The command.
    pub command: Command,
    /// When the leader dealt with it.
    pub applied_at: OffsetDateTime,
    /// Why it was refused; `None` when it was applied.
    pub refusal: Option<Refusal>,
}

const KNOWN: &str = "SELECT id, actor, command, applied_at, refusal FROM scaling_commands WHERE id = $1";
const LOCK: &str = "SELECT document FROM scaling_steering WHERE name = 'workers' FOR UPDATE";
const WRITE: &str = "UPDATE scaling_steering SET document = $1, updated_at = now() WHERE name = 'workers'";
const NOTE: &str = "INSERT INTO scaling_commands (id, term, actor, command, given_at, refusal)
    VALUES ($1, $2, $3, $4, $5, $6)";

impl Store {
    /// What operations ask for.
    ///
    /// # Errors
    /// When the database fails, or what is kept there cannot be read.
    pub async fn steering(&self) -> Result<Steering, Fault> {
        let sql = "SELECT document FROM scaling_steering WHERE name = 'workers'";
        let client = self.client().await?;
        match client.row("reading the steering", sql, &[]).await? {
            Some(row) => read(row.get(0)),
            None => Ok(Steering::default()),
        }
    }

    /// Applies a command, or refuses it, once: a repeated one gets the same outcome. What was proposed under other terms
    /// is withdrawn.
    ///
    /// # Errors
    /// When the term is over, or the database fails; then apply it again.
    pub async fn apply_command(
        &self,
        lead: &Lead,
        new: &NewCommand<'_>,
        configured: &Configured,
    ) -> Result<Applied, Error> {
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to apply a command", error))?;
        hold(&transaction, lead).await?;
        let row = transaction
            .row("locking the steering", LOCK, &[])
            .await?
            .ok_or(corrupt("finding the steering"))?;
        let before: Steering = read(row.get(0))?;
        if let Some(known) = known(&transaction, new.id).await? {
            let outcome = known.refusal.map_or(Ok(before), Err);
            return Ok(Applied {
                outcome,
                confirmed: None,
                is_repeat: true,
            });
        }
        let (outcome, confirmed) = carry_out(&transaction, new, &before, configured).await?;
        note(&transaction, lead, new, outcome.as_ref().err()).await?;
        audit::record(&transaction, &entry(new, &before, &outcome)?).await?;
        commit(transaction, "committing a command").await?;
        Ok(Applied {
            outcome,
            confirmed,
            is_repeat: false,
        })
    }

    /// What became of a command, once the leader has dealt with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scaling_command(&self, id: Uuid) -> Result<Option<CommandRecord>, Fault> {
        let client = self.client().await?;
        let row = client.row("reading a command", KNOWN, &[&id]).await?;
        row.as_ref().map(from_row).transpose()
    }

    /// Claims an idempotency key for a command that is about to be sent. `Some` tells what the key stands for already;
    /// where that is a command without an answer, send it again under its old id: it is applied once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_command(
        &self,
        tenant: TenantId,
        key: &Key,
        id: Uuid,
    ) -> Result<Option<Replay>, Fault> {
        let fingerprint = &key.fingerprint[..];
        let client = self.client().await?;
        let claimed = client
            .row(
                "claiming an idempotency key",
                CLAIM,
                &[&tenant.as_uuid(), &key.key, &fingerprint, &id, &id],
            )
            .await?;
        drop(client);
        match claimed {
            Some(_) => Ok(None),
            None => self.find_replay(tenant, key).await,
        }
    }
}

async fn carry_out(
    transaction: &Transaction<'_>,
    new: &NewCommand<'_>,
    before: &Steering,
    configured: &Configured,
) -> Result<(Result<Steering, Refusal>, Option<Proposal>), Fault> {
    let (actor, at) = (new.actor, new.at);
    let after = match before.apply(new.command, Origin { actor, at }, configured) {
        Ok(after) => after,
        Err(refusal) => return Ok((Err(refusal), None)),
    };
    if let Command::Confirm { proposal } = new.command {
        return Ok(match confirm(transaction, *proposal, actor).await? {
            Ok(confirmed) => (Ok(after), Some(confirmed)),
            Err(refusal) => (Err(refusal), None),
        });
    }
    withdraw(transaction, None).await?;
    transaction
        .run("writing the steering", WRITE, &[&written(&after)?])
        .await?;
    Ok((Ok(after), None))
}

async fn note(
    transaction: &Transaction<'_>,
    lead: &Lead,
    new: &NewCommand<'_>,
    refusal: Option<&Refusal>,
) -> Result<(), Fault> {
    let refusal = refusal.map(written).transpose()?;
    let command = written(new.command)?;
    transaction
        .run(
            "noting a command",
            NOTE,
            &[&new.id, &lead.sql_term(), &new.actor, &command, &new.at, &refusal],
        )
        .await?;
    Ok(())
}

fn entry(
    new: &NewCommand<'_>,
    before: &Steering,
    outcome: &Result<Steering, Refusal>,
) -> Result<audit::Entry, Fault> {
    let after = match (outcome, new.command) {
        (Err(refusal), _) => json!({"command": written(new.command)?, "refused": refusal.code()}),
        (Ok(_), Command::Confirm { proposal }) => json!({"confirmed": proposal}),
        (Ok(after), _) => written(after)?,
    };
    Ok(audit::Entry {
        tenant: None,
        actor: new.actor.to_owned(),
        action: new.command.action(),
        subject: SUBJECT.to_owned(),
        before: Some(written(before)?),
        after: Some(after),
    })
}

async fn known(transaction: &Transaction<'_>, id: Uuid) -> Result<Option<CommandRecord>, Fault> {
    let row = transaction.row("looking for a command", KNOWN, &[&id]).await?;
    row.as_ref().map(from_row).transpose()
}

fn from_row(row: &Row) -> Result<CommandRecord, Fault> {
    Ok(CommandRecord {
        id: row.get("id"),
        actor: row.get("actor"),
        command: read(row.get("command"))?,
        applied_at: row.get("applied_at"),
        refusal: row.get::<_, Option<Value>>("refusal").map(read).transpose()?,
    })
}
