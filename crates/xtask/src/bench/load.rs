//! Sends quotes and counts the answers.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use hdrhistogram::Histogram;
use hyper::StatusCode;
use time::OffsetDateTime;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::client::Api;
use crate::demo;

/// Digits of a latency that are kept.
const DIGITS: u8 = 3;
/// Pause before a broken connection is made again, so that a dead server is not hammered.
const AFTER_ERROR: Duration = Duration::from_millis(50);

/// One run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: u32,
    /// Quotes per second over all connections; `None` for as many as are answered.
    pub(super) rate: Option<u32>,
    pub(super) duration: Duration,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Tally {
    /// Latency of the answers 201, in microseconds.
    pub(super) latency: Histogram<u64>,
    /// Every other answer by its status, and `error` for a connection that broke.
    pub(super) others: BTreeMap<String, u64>,
    pub(super) took: Duration,
}

/// The body of a quote, cut where the load's own number goes.
#[derive(Clone, Debug)]
struct Body {
    before: String,
    after: String,
}

/// Runs one load.
pub(super) async fn run(api: &Api, load: Load) -> anyhow::Result<Tally> {
    let body = Body::new()?;
    let begun = Instant::now();
    let mut connections = JoinSet::new();
    for number in 0..load.connections {
        connections.spawn(one_connection(api.clone(), load, body.clone(), number, begun));
    }
    let mut whole = Tally::new()?;
    while let Some(tally) = connections.join_next().await {
        whole.add(tally??)?;
    }
    whole.took = begun.elapsed();
    Ok(whole)
}

async fn one_connection(
    api: Api,
    load: Load,
    body: Body,
    number: u32,
    begun: Instant,
) -> anyhow::Result<Tally> {
    let mut connection = api.connect().await?;
    let mut tally = Tally::new()?;
    let interval = load
        .rate
        .map(|rate| Duration::from_secs(load.connections.into()) / rate);
    // Paced connections start one after the other, not all at once.
    let mut due = begun + interval.map_or(Duration::ZERO, |interval| interval * number / load.connections);
    let mut sent: u64 = 0;
    loop {
        match interval {
            Some(interval) => {
                tokio::time::sleep_until(due).await;
                due += interval;
            }
            None => due = Instant::now(),
        }
        if begun.elapsed() >= load.duration {
            return Ok(tally);
        }
        let from = interval.map_or(due, |interval| due - interval);
        let answer = connection
            .post_quote(body.with(&format!("{number}-{sent}")))
            .await;
        sent += 1;
        match answer {
            Ok(StatusCode::CREATED) => tally.created(from.elapsed())?,
            Ok(status) => tally.other(status.as_str()),
            Err(_) => {
                tally.other("error");
                tokio::time::sleep(AFTER_ERROR).await;
                connection.renew().await?;
            }
        }
    }
}

impl Tally {
    fn new() -> anyhow::Result<Self> {
        let latency = Histogram::new(DIGITS).context("no histogram")?;
        Ok(Self {
            latency,
            others: BTreeMap::new(),
            took: Duration::ZERO,
        })
    }

    fn created(&mut self, after: Duration) -> anyhow::Result<()> {
        self.latency
            .record(u64::try_from(after.as_micros())?)
            .context("a latency out of range")
    }

    fn other(&mut self, what: &str) {
        *self.others.entry(what.to_owned()).or_default() += 1;
    }

    fn add(&mut self, other: Self) -> anyhow::Result<()> {
        self.latency
            .add(other.latency)
            .context("a latency out of range")?;
        for (what, count) in other.others {
            *self.others.entry(what).or_default() += count;
        }
        Ok(())
    }
}

impl Body {
    fn new() -> anyhow::Result<Self> {
        let text = serde_json::to_string(&demo::quote(OffsetDateTime::now_utc().date()))?;
        // A number that no earlier run has used.
        let run = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let (before, after) = text
            .split_once(demo::FREIGHT_ID)
            .context("the demo quote has no freight id")?;
        Ok(Self {
            before: format!("{before}BENCH-{run}-"),
            after: after.to_owned(),
        })
    }

    fn with(&self, number: &str) -> String {
        [&self.before, number, &self.after].concat()
    }
}
