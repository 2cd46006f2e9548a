//! Keeps the number of workers.

use std::collections::BTreeMap;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::backoff::Backoff;
use super::member::{End, Member, supervise};
use super::{Census, Launch};

/// A process younger than this does not count as living yet: one that is broken lives for a moment too, and a look in
/// that moment would take it for a worker that has arrived (P54).
const ARRIVED_AFTER: Duration = Duration::from_millis(1500);

/// The workers that live, and how many there should be.
pub(super) struct Crew {
    launch: Launch,
    wanted: watch::Receiver<u32>,
    census: watch::Sender<Census>,
    members: BTreeMap<u64, Member>,
    ends: JoinSet<End>,
    backoff: Backoff,
    started: u64,
}

impl Crew {
    pub(super) fn new(launch: Launch, wanted: watch::Receiver<u32>, census: watch::Sender<Census>) -> Self {
        Self {
            launch,
            wanted,
            census,
            members: BTreeMap::new(),
            ends: JoinSet::new(),
            backoff: Backoff::default(),
            started: 0,
        }
    }

    /// Keeps the number until stopped, then drains all and waits for their ends.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        loop {
            let retry_at = self.adjust();
            // One moment for both: a worker that arrived between two would be counted at neither, and wake nobody.
            let now = Instant::now();
            self.count(now);
            let arrival = self.next_arrival(now);
            tokio::select! {
                () = stop.cancelled() => break,
                Ok(()) = self.wanted.changed() => {}
                Some(end) = self.ends.join_next() => self.note(end),
                () = sleep_until(retry_at.unwrap_or_else(Instant::now)), if retry_at.is_some() => {}
                () = sleep_until(arrival.unwrap_or_else(Instant::now)), if arrival.is_some() => {}
            }
        }
        self.members.values().for_each(|member| member.drain.cancel());
        self.count(Instant::now());
        while let Some(end) = self.ends.join_next().await {
            self.note(end);
            self.count(Instant::now());
        }
    }

    /// Starts or drains workers until there are as many as wanted. Gives the time of the next try when some are
    /// missing and may not be started yet.
    fn adjust(&mut self) -> Option<Instant> {
        let wanted = usize::try_from(*self.wanted.borrow_and_update()).unwrap_or(usize::MAX);
        while self.living() > wanted {
            self.drain_newest();
        }
        while self.living() < wanted {
            if let Some(at) = self.backoff.wait_until(Instant::now()) {
                return Some(at);
            }
            self.start();
        }
        None
    }

    fn start(&mut self) {
        self.started += 1;
        let number = self.started;
        let instance = self.launch.instance(number);
        match self.launch.spawn(number) {
            Ok(child) => {
                info!(instance, pid = child.id(), "worker started");
                let drain = CancellationToken::new();
                let started = Instant::now();
                let patience = self.launch.drain;
                self.ends.spawn(supervise(number, child, drain.clone(), patience));
                self.members.insert(number, Member { started, drain });
            }
            Err(error) => {
                let pause = self.backoff.failed(Instant::now(), Duration::ZERO);
                error!(instance, %error, pause_ms = pause.as_millis(), "a worker cannot be started");
            }
        }
    }

    /// The newest has the least in its caches, and the oldest ones have shown that they are stable.
    fn drain_newest(&self) {
        let newest = self
            .members
            .iter()
            .rfind(|(_, member)| !member.drain.is_cancelled());
        if let Some((number, member)) = newest {
            info!(instance = self.launch.instance(*number), "draining a worker");
            member.drain.cancel();
        }
    }

    fn note(&mut self, end: Result<End, JoinError>) {
        match end {
            Ok(End { number, status }) => self.note_end(number, &status),
            // A panic has ended the process already, and nothing aborts these tasks.
            Err(error) => error!(%error, "a worker's task was lost"),
        }
    }

    fn note_end(&mut self, number: u64, status: &io::Result<ExitStatus>) {
        let Some(member) = self.members.remove(&number) else {
            return;
        };
        let instance = self.launch.instance(number);
        if member.drain.is_cancelled() {
            info!(instance, ?status, "worker ended");
            return;
        }
        let pause = self.backoff.failed(Instant::now(), member.started.elapsed());
        warn!(
            instance,
            ?status,
            pause_ms = pause.as_millis(),
            "a worker ended unasked"
        );
    }

    /// Workers that take work or soon will: started, not reaped, not told to end (P54).
    fn living(&self) -> usize {
        self.at_work().count()
    }

    fn at_work(&self) -> impl Iterator<Item = &Member> {
        let members = self.members.values();
        members.filter(|member| !member.drain.is_cancelled())
    }

    /// When the next worker will have arrived that has not at `now`.
    fn next_arrival(&self, now: Instant) -> Option<Instant> {
        let arrivals = self.at_work().map(|member| member.started + ARRIVED_AFTER);
        arrivals.filter(|arrival| *arrival > now).min()
    }

    fn count(&self, now: Instant) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let arrived = |member: &&Member| member.started + ARRIVED_AFTER <= now;
        self.census.send_replace(Census {
            wanted: *self.wanted.borrow(),
            living: number(self.at_work().filter(arrived).count()),
            draining: number(self.members.len() - self.living()),
        });
    }
}
