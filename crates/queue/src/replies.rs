//! Waiting for results without polling: one reader per API instance, any number of waiters.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use fred::interfaces::KeysInterface as _;
use fred::types::Value;
use loadsure_core::id::JobId;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::debug;

use crate::error::Error;
use crate::queue::Queue;
use crate::reply::Reply;
use crate::tail::{From, Step, Tail};

/// How long a reply stream outlives its reader, in seconds. Longer than any request waits.
pub(crate) const EXPIRY_SECONDS: i64 = 3600;
/// How often the reader renews the expiry.
const RENEW_EVERY: Duration = Duration::from_secs(300);

type Waiting = HashMap<JobId, Vec<(u64, oneshot::Sender<Reply>)>>;

/// Those who wait. Holds an entry exactly as long as its [`Waiter`] lives (P23).
#[derive(Default)]
struct Registry {
    waiting: Mutex<Waiting>,
    next: std::sync::atomic::AtomicU64,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing under this lock can leave the map half-changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, reply: &Reply) {
        let woken = self.lock().remove(&reply.job).unwrap_or_default();
        for (_, waiter) in woken {
            // A waiter that just went away needs nothing.
            let _gone = waiter.send(reply.clone());
        }
    }

    fn remove(&self, job: JobId, number: u64) {
        let mut waiting = self.lock();
        if let Some(waiters) = waiting.get_mut(&job) {
            waiters.retain(|(other, _)| *other != number);
            if waiters.is_empty() {
                waiting.remove(&job);
            }
        }
    }
}

/// The reply stream of this process, and everyone who waits on it.
pub struct Replies {
    queue: Queue,
    stream: String,
    registry: Arc<Registry>,
    gaps: watch::Sender<u64>,
    _reading: DropGuard,
}

impl Replies {
    /// Starts reading this process's reply stream on its own connection.
    ///
    /// # Errors
    /// [`Error::Config`] only; a Redis that is away is waited for.
    pub async fn start(queue: &Queue) -> Result<Self, Error> {
        let stream = queue.names().replies(queue.instance());
        let tail = Tail::open(queue, stream.clone(), From::Start).await?;
        let registry = Arc::new(Registry::default());
        let (gaps, _) = watch::channel(0);
        let reading = CancellationToken::new();
        let reader = Reader {
            queue: queue.clone(),
            stream: stream.clone(),
            registry: registry.clone(),
            gaps: gaps.clone(),
        };
        tokio::spawn(reading.clone().run_until_cancelled_owned(reader.run(tail)));
        Ok(Self {
            queue: queue.clone(),
            stream,
            registry,
            gaps,
            _reading: reading.drop_guard(),
        })
    }

    /// Where workers answer: goes into [`Message::reply_to`](crate::Message::reply_to).
    #[must_use]
    pub fn stream_name(&self) -> &str {
        &self.stream
    }

    /// Registers interest in a job. Call this **before** the job is published, else its reply may come first.
    #[must_use]
    pub fn wait_for(&self, job: JobId) -> Waiter {
        let (sender, receiver) = oneshot::channel();
        let number = self
            .registry
            .next
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.registry
            .lock()
            .entry(job)
            .or_default()
            .push((number, sender));
        Waiter {
            receiver,
            registry: self.registry.clone(),
            job,
            number,
        }
    }

    /// Changes whenever replies may have been missed from now on. A waiter then looks into PostgreSQL once.
    #[must_use]
    pub fn reconnected(&self) -> watch::Receiver<u64> {
        self.gaps.subscribe()
    }

    /// How many jobs are waited for.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.registry.lock().len()
    }

    /// Stops reading and deletes the stream. Without this it expires by itself.
    pub async fn close(self) {
        let Ok(client) = self.queue.client() else { return };
        let deleted: Result<Value, _> = client.del(self.stream.as_str()).await;
        if let Err(error) = deleted {
            debug!(%error, "the reply stream is left to expire");
        }
    }
}

impl Drop for Replies {
    fn drop(&mut self) {
        // Nobody will wake them any more.
        self.registry.lock().clear();
    }
}

impl std::fmt::Debug for Replies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replies")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

struct Reader {
    queue: Queue,
    stream: String,
    registry: Arc<Registry>,
    gaps: watch::Sender<u64>,
}

impl Reader {
    async fn run(self, mut tail: Tail) {
        let mut renewed: Option<Instant> = None;
        loop {
            if renewed.is_none_or(|at| at.elapsed() > RENEW_EVERY) && self.renew().await {
                renewed = Some(Instant::now());
            }
            match tail.next().await {
                Step::Entries(entries) => {
                    for reply in entries.iter().filter_map(|entry| Reply::decode(entry).ok()) {
                        self.registry.wake(&reply);
                    }
                }
                Step::Idle => {}
                Step::Gap => self.gaps.send_modify(|count| *count = count.wrapping_add(1)),
            }
        }
    }

    /// Moves the expiry of the stream. Tells whether there was a stream.
    async fn renew(&self) -> bool {
        let Ok(client) = self.queue.client() else {
            return false;
        };
        client
            .expire(self.stream.as_str(), EXPIRY_SECONDS, None)
            .await
            .unwrap_or(false)
    }
}

/// Resolves with the reply to one job. Dropping it withdraws the interest.
///
/// Resolves with `None` if [`Replies`] is closed first.
#[derive(Debug)]
pub struct Waiter {
    receiver: oneshot::Receiver<Reply>,
    registry: Arc<Registry>,
    job: JobId,
    number: u64,
}

impl Future for Waiter {
    type Output = Option<Reply>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(ready!(Pin::new(&mut self.receiver).poll(context)).ok())
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.registry.remove(self.job, self.number);
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}
