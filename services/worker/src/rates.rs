//! The rates of the insurer's operations, kept by all workers together, and without Redis by each for its share.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use loadsure_core::insurer::{HeldBack, Hold, Operation};
use loadsure_core::rate::{Bucket, Rate};
use loadsure_insurer::{Guarded, Throttle, Turn};
use loadsure_queue::{OperationState, Queue, Token};
use loadsure_telemetry::{Metrics, fields};
use tracing::{info, warn};

use crate::waits;

/// How long Redis is waited for. A call that was asked for must not wait much longer because of it.
const ANSWER: Duration = Duration::from_millis(500);

/// How many workers a rate is divided among while none was heard of: twice as many as the queue monitor starts at most
/// unless told otherwise, since a deployment has them twice. A worker that begins while Redis is away, as all may after an
/// outage, must not take itself for the only one; and with Redis away it has little to do.
const UNHEARD: u32 = 10;

/// How many workers there are, as far as was heard: among them an operation's rate is divided while Redis is away.
#[derive(Debug, Clone)]
pub(crate) struct Peers(Arc<AtomicU32>);

impl Peers {
    /// None was heard of yet.
    pub(crate) fn unheard() -> Self {
        Self(Arc::new(AtomicU32::new(UNHEARD)))
    }

    /// So many were heard, this one included.
    pub(crate) fn heard(&self, workers: usize) {
        let workers = u32::try_from(workers).unwrap_or(u32::MAX);
        self.0.store(workers, Ordering::Relaxed);
    }

    fn count(&self) -> NonZeroU32 {
        NonZeroU32::new(self.0.load(Ordering::Relaxed)).unwrap_or(NonZeroU32::MIN)
    }
}

/// Keeps the rates.
pub(crate) struct Rates {
    rates: HashMap<Operation, Rate>,
    queue: Queue,
    metrics: Metrics,
    peers: Peers,
    /// This worker's shares.
    local: Mutex<HashMap<Operation, Bucket>>,
    /// Whether the shares are used.
    is_alone: AtomicBool,
}

/// How long to wait for a token that is taken, or until the one that is not.
type Taken = Result<Duration, Duration>;

impl Rates {
    pub(crate) fn new(rates: HashMap<Operation, Rate>, queue: Queue, metrics: Metrics, peers: Peers) -> Self {
        Self {
            rates,
            queue,
            metrics,
            peers,
            local: Mutex::default(),
            is_alone: AtomicBool::new(false),
        }
    }

    /// What a heartbeat tells of the operations.
    pub(crate) fn states<I>(&self, insurer: &Guarded<I>) -> BTreeMap<String, OperationState> {
        Operation::ALL
            .map(|operation| {
                let state = OperationState {
                    rate_per_second: self.rates.get(&operation).map(|rate| rate.per_second()),
                    circuit: insurer.circuit(operation).as_str().to_owned(),
                };
                (operation.as_str().to_owned(), state)
            })
            .into()
    }

    async fn wait(&self, operation: Operation, patience: Duration) -> Result<(), HeldBack> {
        let Some(rate) = self.rates.get(&operation).copied() else {
            return Ok(());
        };
        let asked = Instant::now();
        let (from, taken) = match self.take_shared(operation, rate, patience).await {
            Some(taken) => ("shared", taken),
            None => {
                let rest = patience.saturating_sub(asked.elapsed());
                ("local", self.take_local(operation, rate, rest))
            }
        };
        let wait = taken.map_err(|wait| HeldBack {
            by: Hold::Rate,
            retry_after: wait,
        })?;
        self.metrics.insurer().took_token(operation.as_str(), from, wait);
        let begun = Instant::now();
        tokio::time::sleep(wait).await;
        waits::waited(begun.elapsed());
        Ok(())
    }

    /// Takes from the bucket of all workers. `None` when it cannot be reached.
    async fn take_shared(&self, operation: Operation, rate: Rate, patience: Duration) -> Option<Taken> {
        let taking = self.queue.take_token(operation.as_str(), rate, patience);
        let taken = match tokio::time::timeout(ANSWER, taking).await {
            Ok(Ok(Token::Taken { wait, .. })) => Ok(wait),
            Ok(Ok(Token::TooFar { wait })) => Err(wait),
            Ok(Err(error)) => {
                self.go_alone(&error);
                return None;
            }
            Err(late) => {
                self.go_alone(&late);
                return None;
            }
        };
        if self.is_alone.swap(false, Ordering::Relaxed) {
            info!("the rates of the insurer are kept together again");
        }
        Some(taken)
    }

    fn go_alone<E: std::error::Error + 'static>(&self, why: &E) {
        if !self.is_alone.swap(true, Ordering::Relaxed) {
            warn!(
                { fields::ERROR } = fields::causes(why),
                workers = self.peers.count(),
                "the rates of the insurer cannot be kept together: this worker keeps its share"
            );
        }
    }

    fn take_local(&self, operation: Operation, rate: Rate, patience: Duration) -> Taken {
        let share = rate.share(self.peers.count());
        let mut local = self.local.lock().unwrap_or_else(PoisonError::into_inner);
        local
            .entry(operation)
            .or_default()
            .take(share, patience, Instant::now())
    }
}

impl Throttle for Rates {
    fn turn(&self, operation: Operation, patience: Duration) -> Turn<'_> {
        Box::pin(self.wait(operation, patience))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P17: without Redis there is a token for everyone, the shares of all together are the rate, and whoever does not
    /// wait is told when to come again.
    #[tokio::test]
    async fn without_redis_each_worker_has_its_share() {
        let nowhere = loadsure_queue::Config::new("redis://127.0.0.1:1".to_owned(), "test");
        let queue = Queue::connect(&nowhere).await.unwrap();
        let quotes = Rate::new(0.1, NonZeroU32::new(2)).unwrap();
        let peers = Peers::unheard();
        peers.heard(2);
        let limits = [(Operation::Quote, quotes)].into();
        let rates = Rates::new(limits, queue, Metrics::detached().unwrap(), peers);

        rates.turn(Operation::Quote, Duration::ZERO).await.unwrap();
        let held = rates.turn(Operation::Quote, Duration::ZERO).await.unwrap_err();

        assert!(held.retry_after > Duration::from_secs(15), "{held:?}");
        assert!(held.retry_after <= Duration::from_secs(20), "{held:?}");
        rates.turn(Operation::Purchase, Duration::ZERO).await.unwrap();
    }

    /// P17: workers that begin in an outage have the rate together, and not each.
    #[tokio::test]
    async fn a_worker_that_heard_of_nobody_does_not_take_itself_for_alone() {
        let nowhere = loadsure_queue::Config::new("redis://127.0.0.1:1".to_owned(), "test");
        let queue = Queue::connect(&nowhere).await.unwrap();
        let quotes = Rate::new(1.0, NonZeroU32::new(10)).unwrap();
        let limits = [(Operation::Quote, quotes)].into();
        let rates = Rates::new(limits, queue, Metrics::detached().unwrap(), Peers::unheard());

        rates.turn(Operation::Quote, Duration::ZERO).await.unwrap();
        let held = rates.turn(Operation::Quote, Duration::ZERO).await.unwrap_err();

        assert!(held.retry_after > Duration::from_secs(5), "{held:?}");
    }
}
