//! Protection of the insurer, and of whoever waits for it: circuit breakers, pauses, a bound on calls at once, and a rate.

mod breaker;
mod circuits;
mod patience;
mod pauses;
mod permits;
mod throttle;

use std::fmt;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::{Duration, Instant};

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::{Cancelled, Facts, Number};
use loadsure_core::insurer::{Failure, HeldBack, Hold, Offer, Operation, QuoteToken};
use loadsure_core::ports::Insurer;
use loadsure_core::quote_request::QuoteRequest;
use loadsure_core::spelling::Recipient;
use loadsure_core::support_data::Kind;
use serde_json::Value;

pub use breaker::{Circuit, CircuitPolicy};
use circuits::Circuits;
use patience::Patience;
use pauses::Pauses;
use permits::Permits;
use throttle::Unlimited;
pub use throttle::{Throttle, Turn};

/// How long a call waits for its turn. Who waits for it has gone on by then, and a worker that drains as well. Nothing is
/// committed as being sent yet, so that purchases and cancellations wait as long as the others: a job is better off in
/// its slot than put off.
const TURN: Duration = Duration::from_secs(60);

/// How the insurer is protected.
#[derive(Debug, Clone, Copy)]
pub struct Protection {
    /// When the circuit of an operation opens.
    pub circuit: CircuitPolicy,
    /// Most calls under way at once. A quarter of them, rounded up, is kept for purchases and cancellations.
    pub max_concurrency: NonZeroU16,
    /// How long a purchase or a cancellation waits before it is sent while that many are under way.
    pub patience: Duration,
}

/// Told of what protection does, for metrics, logs, and other workers. Called in the middle of calls: must not block.
pub trait Watcher: Send + Sync {
    /// The circuit of an operation changed.
    fn circuit_changed(&self, operation: Operation, circuit: Circuit);

    /// The insurer has just told this process to leave an operation alone for this long.
    fn told_to_wait(&self, operation: Operation, length: Duration);

    /// A call was held back: `why` is `circuit`, `pause`, `busy` or `rate`.
    fn held_back(&self, operation: Operation, why: &'static str);

    /// A call has ended now, which was begun at `began`, after it had `waited` for its turn.
    fn ended(&self, operation: Operation, began: Instant, waited: Duration, failure: Option<&Failure>);
}

/// An insurer, protected. Clones share circuits, pauses and permits.
#[derive(Clone)]
pub struct Guarded<I> {
    insurer: I,
    guard: Arc<Guard>,
    throttle: Arc<dyn Throttle>,
}

struct Guard {
    circuits: Circuits,
    pauses: Pauses,
    permits: Permits,
    patience: Duration,
    watcher: Arc<dyn Watcher>,
}

impl<I> Guarded<I> {
    /// Protects `insurer`.
    #[must_use]
    pub fn new(insurer: I, protection: Protection, watcher: Arc<dyn Watcher>) -> Self {
        Self {
            insurer,
            guard: Arc::new(Guard {
                circuits: Circuits::new(protection.circuit),
                pauses: Pauses::default(),
                permits: Permits::new(protection.max_concurrency),
                patience: protection.patience,
                watcher,
            }),
            throttle: Arc::new(Unlimited),
        }
    }

    /// Keeps the rates of `throttle`. Without it there are none.
    #[must_use]
    pub fn throttled(self, throttle: Arc<dyn Throttle>) -> Self {
        Self { throttle, ..self }
    }

    /// Where the circuit of an operation stands. One that was open for its time is half open, also while nobody calls.
    #[must_use]
    pub fn circuit(&self, operation: Operation) -> Circuit {
        self.guard.circuits.circuit(operation)
    }

    /// Leaves an operation alone for `length`, as another worker was told to. Ten minutes at most; never shortens a
    /// pause that is known already.
    pub fn pause(&self, operation: Operation, length: Duration) {
        let _news = self.guard.pauses.extend(operation, length, Instant::now());
    }
}

impl<I> Guarded<I> {
    /// Makes a call, unless something speaks against it. `call` sends nothing before it is polled.
    async fn call<T>(
        &self,
        operation: Operation,
        call: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<T, Failure> {
        let guard = &*self.guard;
        // Looked at before anything is waited for, so that what is held back answers at once, and after each wait,
        // because that may have taken a while.
        guard.check(operation)?;
        let patience = Patience::of(operation, guard.patience);
        // A call that waits for its turn keeps no other from being made, so the turn comes first.
        let waited = if patience.is_urgent() {
            Duration::ZERO
        } else {
            self.take_turn(operation).await?
        };
        let permit = guard.permits.take(&patience).await;
        let _permit = permit.map_err(|held| guard.held(operation, held))?;
        guard.check(operation)?;
        guard.send(operation, waited, call).await
    }

    /// Waits for the turn of one call, and tells how long.
    async fn take_turn(&self, operation: Operation) -> Result<Duration, Failure> {
        let guard = &*self.guard;
        let queued = Instant::now();
        let turn = self.throttle.turn(operation, TURN).await;
        turn.map_err(|held| guard.held(operation, held))?;
        guard.check(operation)?;
        Ok(queued.elapsed())
    }
}

impl Guard {
    async fn send<T>(
        &self,
        operation: Operation,
        waited: Duration,
        call: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<T, Failure> {
        self.check_pause(operation)?;
        let admitted = self.circuits.admit(operation, &*self.watcher);
        let trial = admitted.map_err(|rest| self.open(operation, rest))?;
        let began = Instant::now();
        let result = call.await;
        trial.ended(result.as_ref().err());
        self.watcher
            .ended(operation, began, waited, result.as_ref().err());
        if let Err(Failure::Refused {
            status: 429 | 503,
            retry_after: Some(length),
        }) = result
            && let Some(length) = self.pauses.extend(operation, length, Instant::now())
        {
            self.watcher.told_to_wait(operation, length);
        }
        result
    }

    fn check(&self, operation: Operation) -> Result<(), Failure> {
        self.check_pause(operation)?;
        match self.circuits.closed_in(operation) {
            Some(rest) => Err(self.open(operation, rest).into()),
            None => Ok(()),
        }
    }

    fn check_pause(&self, operation: Operation) -> Result<(), Failure> {
        let Some(rest) = self.pauses.remaining(operation, Instant::now()) else {
            return Ok(());
        };
        let held = HeldBack {
            by: Hold::Pause,
            retry_after: rest,
        };
        Err(self.held(operation, held).into())
    }

    fn open(&self, operation: Operation, rest: Duration) -> HeldBack {
        let held = HeldBack {
            by: Hold::Circuit,
            retry_after: rest,
        };
        self.held(operation, held)
    }

    fn held(&self, operation: Operation, held: HeldBack) -> HeldBack {
        self.watcher.held_back(operation, held.by.as_str());
        held
    }
}

impl<I: Insurer> Insurer for Guarded<I> {
    async fn turn(&self, operation: Operation) -> Result<(), Failure> {
        self.guard.check(operation)?;
        self.take_turn(operation).await.map(|_| ())
    }

    async fn quote(&self, request: &QuoteRequest) -> Result<Offer, Failure> {
        let call = self.insurer.quote(request);
        self.call(Operation::Quote, call).await
    }

    async fn purchase(&self, token: &QuoteToken, send_emails_to: &[Recipient]) -> Result<Facts, Failure> {
        let call = self.insurer.purchase(token, send_emails_to);
        self.call(Operation::Purchase, call).await
    }

    async fn certificate(&self, user_id: &str, number: &Number) -> Result<Facts, Failure> {
        let call = self.insurer.certificate(user_id, number);
        self.call(Operation::CertificateSummary, call).await
    }

    async fn document(&self, user_id: &str, number: &Number) -> Result<String, Failure> {
        let call = self.insurer.document(user_id, number);
        self.call(Operation::CertificateUrl, call).await
    }

    async fn cancel(&self, order: &Order) -> Result<Cancelled, Failure> {
        let call = self.insurer.cancel(order);
        self.call(Operation::Cancel, call).await
    }

    async fn support_data(&self, kind: Kind) -> Result<Vec<Value>, Failure> {
        let call = self.insurer.support_data(kind);
        self.call(Operation::SupportData, call).await
    }
}

impl<I> fmt::Debug for Guarded<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").finish_non_exhaustive()
    }
}
