//! Scaling: the lead, commands, decisions, proposals and changes.

mod arrivals;
mod commands;
mod decisions;
mod lead;
mod proposals;

use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::scaling::{Command, Configured, Limits, Mode};
use loadsure_store::scaling::{Applied, Error, Lead, NewCommand, NewDecision};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::*;

const LENGTH: Duration = Duration::from_secs(60);

fn configured() -> Configured {
    let nonzero = |number| NonZeroU32::new(number).unwrap();
    Configured {
        limits: Limits::new(nonzero(1), nonzero(5)),
        mode: Mode::Observe,
        ceiling: 8,
    }
}

/// A leader.
async fn lead(setup: &Setup, instance: &str) -> Lead {
    setup.store.take_lead(instance, LENGTH).await.unwrap().unwrap()
}

/// Ends whatever lease there is, as time would.
async fn expire(setup: &Setup) {
    setup.run("UPDATE leases SET until = now()").await;
}

async fn try_apply(setup: &Setup, lead: &Lead, id: Uuid, command: &Command) -> Result<Applied, Error> {
    let (actor, at) = ("ctl:ada", OffsetDateTime::now_utc());
    let new = NewCommand {
        id,
        actor,
        at,
        command,
    };
    setup.store.apply_command(lead, &new, &configured()).await
}

async fn apply(setup: &Setup, lead: &Lead, command: Command) -> Applied {
    try_apply(setup, lead, Uuid::now_v7(), &command).await.unwrap()
}

async fn record(setup: &Setup, lead: &Lead, sequence: u64, is_checkpoint: bool) {
    let record = json!({"term": lead.term(), "sequence": sequence});
    setup
        .store
        .record_decision(lead, &decision(sequence, is_checkpoint, &record))
        .await
        .unwrap();
}

fn decision(sequence: u64, is_checkpoint: bool, record: &Value) -> NewDecision<'_> {
    NewDecision {
        sequence,
        target: 2,
        reason: "steady",
        mode: Mode::Act,
        is_change: sequence % 2 == 1,
        is_checkpoint,
        record,
    }
}
