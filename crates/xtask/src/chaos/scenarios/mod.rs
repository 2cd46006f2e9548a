//! What can be played: random faults by a seed, and three fixed stories.

mod contested;
mod lost_answers;
mod random;
mod rolling_restart;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;

use super::books::{Books, Count, Finding, Ledger, Record, Unfinished, until_quiet};
use super::client::Clients;
use super::journal::Journal;
use super::load::{self, Load};
use super::stack::{Exit, Stack};
use crate::progress;

pub(crate) use contested::contested;
pub(crate) use lost_answers::lost_answers;
pub(crate) use random::{Random, random};
pub(crate) use rolling_restart::rolling_restart;

/// How long what was accepted may take after everything is healed: more than the sweeper's age, the time
/// after which a worker is taken over, and the back-off of an attempt or two.
const QUIET_WITHIN: Duration = Duration::from_secs(120);

/// Load after the last of what is done beside it, so that its recovery shows.
const AFTERWARDS: Duration = Duration::from_secs(5);

/// Runs the load beside `beside`, with a supervisor, until both have ended. A load without a number of orders lasts a
/// little longer than `beside`.
async fn under_load<T>(
    stack: &Stack,
    clients: &Clients,
    load: &Load,
    beside: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let (over, is_over) = watch::channel(false);
    let beside = async {
        let result = beside.await?;
        if load.orders.is_none() {
            tokio::time::sleep(AFTERWARDS).await;
        }
        over.send_replace(true);
        Ok(result)
    };
    let both = async { tokio::try_join!(beside, load::run(clients, load, &is_over)) };
    under_supervision(stack, both).await.map(|(result, ())| result)
}

/// Does something while a supervisor starts again what ends.
async fn under_supervision<T>(
    stack: &Stack,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        ended = stack.fleet.supervise() => {
            ended?;
            anyhow::bail!("the supervisor ended")
        }
    }
}

/// Clients of all apis with an empty journal, whose times count from now.
fn clients(stack: &Stack) -> Clients {
    Clients::new(stack.apis(), &stack.key, Arc::new(Journal::begin()))
}

/// Waits until nothing is unfinished, and opens the three books.
async fn books(stack: &Stack, clients: &Clients) -> anyhow::Result<(Books, Vec<Unfinished>)> {
    let step = progress::step("Waiting until nothing is unfinished");
    let unfinished = under_supervision(stack, until_quiet(&stack.database_url, QUIET_WITHIN)).await?;
    step.done(if unfinished.is_empty() {
        String::new()
    } else {
        format!("{} unfinished", unfinished.len())
    });
    let ledger = stack.sandbox.ledger().await?;
    let books = Books {
        told: clients.journal().entries(),
        record: Record::read(&stack.database_url).await?,
        ledger: Ledger::read(ledger).context("the insurer's book")?,
    };
    Ok((books, unfinished))
}

/// Processes that ended by themselves, or did not end well when they were asked to.
fn bad_exits(surprises: Vec<Exit>, last: Vec<Exit>) -> Vec<Finding> {
    let bad = last.into_iter().filter(|exit| !exit.success);
    let all = surprises.into_iter().chain(bad);
    all.map(|exit| Finding {
        count: Count::Surprises,
        ids: format!("{}: {}", exit.name, exit.status),
    })
    .collect()
}
