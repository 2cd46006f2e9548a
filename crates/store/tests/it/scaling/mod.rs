//! Scaling: the lead, commands, decisions, proposals and changes.

mod arrivals;
mod changes;
mod commands;
mod decisions;
mod deploy_lock;
mod lead;
mod proposals;

use std::num::NonZeroU32;
use std::time::Duration;

use loadsure_core::scaling::{
    Command, Configured, History, Limits, Mode, Moment, Policy, Predictive, Record, Recorder, Rule, Snapshot,
};
use loadsure_store::scaling::{Applied, Error, Lead, NewCommand};
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

/// A decision; odd ones are to change the number.
fn decision(lead: &Lead, sequence: u64, is_checkpoint: bool) -> Record {
    let limits = configured().limits;
    let policy = Policy::new(limits, Rule::Predictive(Predictive::default()));
    let (snapshot, mode) = (Snapshot::default(), Mode::Act);
    let mut record =
        Recorder::new(lead.term(), History::default()).decide(snapshot, &policy, mode, Moment(1));
    record.sequence = sequence;
    record.history = is_checkpoint.then(History::default);
    record.snapshot.fleet.wanted = 2;
    record.decision.target = if sequence % 2 == 1 { 3 } else { 2 };
    record
}

async fn record(setup: &Setup, lead: &Lead, sequence: u64, is_checkpoint: bool) {
    let record = decision(lead, sequence, is_checkpoint);
    setup.store.record_decision(lead, &record).await.unwrap();
}
