//! The rate of an operation, beside the other things that hold calls back.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use loadsure_core::insurer::{Failure, HeldBack, Operation as Call};
use loadsure_core::ports::Insurer as _;
use loadsure_insurer::{Circuit, CircuitPolicy, Client, Guarded, Protection, Throttle, Turn, Watcher};
use loadsure_sandbox::Operation;

use crate::support::{Insured, request};

const URGENT: Duration = Duration::from_secs(2);

/// Gives turns after a while, or refuses them, and does something in between.
#[derive(Default)]
struct Turns {
    wait: Duration,
    refuses: bool,
    asked: Mutex<Vec<(Call, Duration)>>,
    given: Mutex<Option<Instant>>,
    pauses: OnceLock<Guarded<Client>>,
}

impl Throttle for Turns {
    fn turn(&self, operation: Call, patience: Duration) -> Turn<'_> {
        Box::pin(async move {
            self.asked.lock().unwrap().push((operation, patience));
            if self.refuses {
                return Err(HeldBack {
                    why: "a test",
                    retry_after: Duration::from_secs(7),
                });
            }
            tokio::time::sleep(self.wait).await;
            if let Some(insurer) = self.pauses.get() {
                insurer.pause(operation, Duration::from_secs(60));
            }
            *self.given.lock().unwrap() = Some(Instant::now());
            Ok(())
        })
    }
}

/// Notes when calls began, and why others did not.
#[derive(Default)]
struct Notes {
    began: Mutex<Vec<Instant>>,
    held: Mutex<Vec<&'static str>>,
}

impl Watcher for Notes {
    fn circuit_changed(&self, _: Call, _: Circuit) {}

    fn told_to_wait(&self, _: Call, _: Duration) {}

    fn held_back(&self, _: Call, why: &'static str) {
        self.held.lock().unwrap().push(why);
    }

    fn ended(&self, _: Call, began: Instant, _: Duration, _: Option<&Failure>) {
        self.began.lock().unwrap().push(began);
    }
}

fn throttled(insured: &Insured, turns: &Arc<Turns>) -> (Guarded<Client>, Arc<Notes>) {
    let notes = Arc::<Notes>::default();
    let protection = Protection {
        circuit: CircuitPolicy {
            failures: NonZeroU32::new(3).unwrap(),
            open_for: Duration::from_secs(1),
            open_at_most: Duration::from_secs(10),
        },
        max_concurrency: NonZeroU16::new(16).unwrap(),
        patience: URGENT,
    };
    let guarded = Guarded::new(insured.client.clone(), protection, notes.clone());
    (guarded.throttled(turns.clone()), notes)
}

#[tokio::test]
async fn a_call_whose_turn_is_too_far_is_not_sent_and_says_when_it_comes() {
    let insured = Insured::start().await;
    let turns = Arc::new(Turns {
        refuses: true,
        ..Turns::default()
    });
    let (insurer, notes) = throttled(&insured, &turns);

    let failure = insurer.quote(&request()).await.unwrap_err();

    assert!(matches!(failure, Failure::NotSent(_)), "{failure:?}");
    assert_eq!(failure.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(*notes.held.lock().unwrap(), ["rate"]);
    assert!(insured.sandbox.requests(Operation::Quote).is_empty());
}

/// An insurer is not slow because we waited before we asked.
#[tokio::test]
async fn waiting_for_a_turn_is_no_time_of_the_insurers() {
    let insured = Insured::start().await;
    let turns = Arc::new(Turns {
        wait: Duration::from_millis(200),
        ..Turns::default()
    });
    let (insurer, notes) = throttled(&insured, &turns);

    insurer.quote(&request()).await.unwrap();

    let began = notes.began.lock().unwrap().clone();
    assert_eq!(began.len(), 1);
    assert!(began[0] >= turns.given.lock().unwrap().unwrap());
}

/// P2: a purchase that waits longer than others believe possible would be taken for interrupted.
#[tokio::test]
async fn a_purchase_waits_for_its_turn_only_as_long_as_it_may() {
    let insured = Insured::start().await;
    let turns = Arc::<Turns>::default();
    let (insurer, _) = throttled(&insured, &turns);
    let token = insurer.quote(&request()).await.unwrap().token;
    insurer.purchase(&token, &[]).await.unwrap();

    let asked = turns.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].1 > URGENT, "a quote has time: {asked:?}");
    assert!(asked[1].0 == Call::Purchase && asked[1].1 <= URGENT, "{asked:?}");
}

/// P2, P21: as when the worker was stopped while it waited.
#[tokio::test]
async fn a_purchase_whose_turn_comes_too_late_is_not_sent() {
    let insured = Insured::start().await;
    let quotes = Arc::<Turns>::default();
    let (insurer, _) = throttled(&insured, &quotes);
    let token = insurer.quote(&request()).await.unwrap().token;
    let late = Arc::new(Turns {
        wait: URGENT + Duration::from_millis(300),
        ..Turns::default()
    });
    let (insurer, _) = throttled(&insured, &late);

    let failure = insurer.purchase(&token, &[]).await.unwrap_err();

    assert!(matches!(failure, Failure::NotSent(_)), "{failure:?}");
    assert!(insured.sandbox.requests(Operation::PurchaseQuote).is_empty());
}

#[tokio::test]
async fn a_pause_costs_no_turn_and_one_that_comes_meanwhile_is_kept() {
    let insured = Insured::start().await;
    let turns = Arc::<Turns>::default();
    let (insurer, _) = throttled(&insured, &turns);
    turns.pauses.set(insurer.clone()).unwrap();

    for _ in 0..2 {
        let failure = insurer.quote(&request()).await.unwrap_err();
        assert!(
            matches!(failure, Failure::Refused { status: 429, .. }),
            "{failure:?}"
        );
    }

    assert_eq!(turns.asked.lock().unwrap().len(), 1);
    assert!(insured.sandbox.requests(Operation::Quote).is_empty());
}
