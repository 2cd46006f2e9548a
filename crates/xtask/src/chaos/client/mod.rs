//! Clients that behave as sane ones do: every POST has an `Idempotency-Key`; what was not answered, or
//! only for the moment, is sent again with the same key, to the next api, after a pause that grows; what
//! was accepted is followed until it ends.

mod heard;
mod reading;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::Method;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::http::{Answer, Broken, Call};
use super::journal::{End, Journal, Op, Told};
use super::rng::Rng;
pub(crate) use heard::Heard;
use reading::{Reading, read};

/// How long the api is asked to wait for a result, and how long the client waits for the api.
const PREFER: &str = "wait=5";
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// The pause before a repetition: doubled from the first to the longest, and jittered.
const PAUSES: (Duration, Duration) = (Duration::from_millis(150), Duration::from_secs(2));

/// How often, and how long, one request is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub(crate) tries: u32,
    pub(crate) time: Duration,
    /// Does not take an unknown outcome for an answer, and sends the order again.
    pub(crate) insists: bool,
}

impl Patience {
    /// Outlasts every fault: what has no end after this is a finding.
    pub(crate) const LONG: Self = Self {
        tries: u32::MAX,
        time: Duration::from_secs(150),
        insists: false,
    };
}

/// Where requests go, and where what was told is written down.
#[derive(Clone)]
pub(crate) struct Clients {
    inner: Arc<Inner>,
}

struct Inner {
    apis: Vec<String>,
    authorization: String,
    journal: Arc<Journal>,
    heard: Mutex<Vec<Heard>>,
}

/// One request that is tried until it ends.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) order: u64,
    pub(crate) op: Op,
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) key: String,
    pub(crate) patience: Patience,
    /// The api that is asked first.
    pub(crate) first: usize,
}

impl Clients {
    pub(crate) fn new(apis: Vec<String>, key: &str, journal: Arc<Journal>) -> Self {
        let inner = Inner {
            apis,
            authorization: format!("Bearer {key}"),
            journal,
            heard: Mutex::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.inner.journal
    }

    /// Everything that came back, in the order in which it came.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.inner
            .heard
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clone()
    }

    /// How often each kind of answer came, repetitions included.
    pub(crate) fn answers(&self) -> BTreeMap<(Op, String), u64> {
        let mut answers = BTreeMap::new();
        for heard in self.heard() {
            *answers.entry((heard.op, heard.words())).or_default() += 1;
        }
        answers
    }

    /// Tries until the request ends or patience does, and writes down what was told.
    pub(crate) async fn fulfil(&self, wish: Wish, rng: Rng) -> Told {
        let attempt = Attempt {
            clients: self,
            deadline: Instant::now() + wish.patience.time,
            rng,
            tries: 0,
            accepted: None,
            told: Told {
                order: wish.order,
                op: wish.op,
                end: End::NoAnswer,
                id: None,
                certificate: None,
                code: None,
                tries: 0,
                begun: self.inner.journal.now(),
                ended: Duration::ZERO,
            },
            wish,
        };
        let told = attempt.run().await;
        self.inner.journal.write(told.clone());
        told
    }

    fn hear(&self, heard: Heard) {
        self.inner
            .heard
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .push(heard);
    }
}

/// A request under way.
struct Attempt<'a> {
    clients: &'a Clients,
    wish: Wish,
    deadline: Instant,
    rng: Rng,
    tries: u32,
    /// Where to follow it, once it was accepted.
    accepted: Option<String>,
    told: Told,
}

impl Attempt<'_> {
    async fn run(mut self) -> Told {
        let mut pause = PAUSES.0;
        loop {
            let answer = self.ask().await;
            self.tries += 1;
            let reading = read(self.wish.op, &answer);
            let wait = match reading {
                Reading::Final(last) => {
                    self.told = last.into_told(self.told);
                    if !self.insists() {
                        return self.closed();
                    }
                    PAUSES.0
                }
                Reading::Pending { id, location } => {
                    self.told.end = End::Accepted;
                    self.told.id = id.or(self.told.id.take());
                    // A certificate does not say what became of its cancellation: the request itself does.
                    let location = location.filter(|_| self.wish.op != Op::Cancellation);
                    self.accepted = location.or(self.accepted.take());
                    PAUSES.0
                }
                Reading::Again { code, at_least } => {
                    self.told.code = code;
                    let longest = pause;
                    pause = PAUSES.1.min(pause * 2);
                    at_least.min(PAUSES.1) + self.rng.between(longest / 2, longest)
                }
            };
            let sent_enough = self.accepted.is_none() && self.tries >= self.wish.patience.tries;
            if sent_enough || Instant::now() + wait > self.deadline {
                return self.closed();
            }
            sleep(wait).await;
        }
    }

    async fn ask(&self) -> Result<Answer, Broken> {
        let (call, sent) = (self.call(), self.clients.journal().now());
        let answer = call.send(ANSWER_WITHIN).await;
        self.clients.hear(Heard {
            op: self.wish.op,
            came: Heard::came(&answer),
            host: call.host,
            sent,
            ended: self.clients.journal().now(),
        });
        answer
    }

    fn insists(&self) -> bool {
        self.wish.patience.insists && self.told.end == End::Unknown
    }

    fn call(&self) -> Call {
        let inner = &self.clients.inner;
        let place = self.wish.first + usize::try_from(self.tries).unwrap_or_default();
        let host = inner
            .apis
            .get(place % inner.apis.len().max(1))
            .map_or("", String::as_str);
        let call = match &self.accepted {
            Some(location) => Call::get(host, location),
            None => Call::with_body(Method::POST, host, &self.wish.path, self.wish.body.clone())
                .header("idempotency-key", &self.wish.key)
                .header("prefer", PREFER),
        };
        call.header("authorization", &inner.authorization)
    }

    fn closed(mut self) -> Told {
        self.told.tries = self.tries;
        self.told.ended = self.clients.inner.journal.now();
        self.told
    }
}
