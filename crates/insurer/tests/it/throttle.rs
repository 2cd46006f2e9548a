//! The rate of an operation, beside the other things that hold calls back.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use loadsure_core::insurer::{Failure, HeldBack, Hold, Operation as Call};
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
                    by: Hold::Rate,
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

/// Gives quotes no turn, and everything else one at once.
#[derive(Default)]
struct NoQuotes {
    waiting: AtomicUsize,
}

impl Throttle for NoQuotes {
    fn turn(&self, operation: Call, _: Duration) -> Turn<'_> {
        Box::pin(async move {
            if operation == Call::Quote {
                self.waiting.fetch_add(1, Ordering::SeqCst);
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }
}

fn throttled(insured: &Insured, turns: &Arc<Turns>) -> (Guarded<Client>, Arc<Notes>) {
    let (guarded, notes) = protected(insured);
    (guarded.throttled(turns.clone()), notes)
}

fn protected(insured: &Insured) -> (Guarded<Client>, Arc<Notes>) {
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
    (guarded, notes)
}

/// A permit is leave to have a call under way, and one that waits for its turn is not.
#[tokio::test]
async fn calls_that_wait_for_their_turn_do_not_keep_others_from_being_made() {
    let insured = Insured::start().await;
    let throttle = Arc::<NoQuotes>::default();
    let (insurer, _) = protected(&insured);
    let insurer = insurer.throttled(throttle.clone());
    let quotes: Vec<_> = (0..20)
        .map(|_| {
            let insurer = insurer.clone();
            tokio::spawn(async move { insurer.quote(&request()).await })
        })
        .collect();
    let all_wait = async {
        while throttle.waiting.load(Ordering::SeqCst) < 20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all_wait)
        .await
        .unwrap();

    let lists = insurer.support_data(loadsure_core::support_data::Kind::LoadTypes);
    tokio::time::timeout(Duration::from_secs(30), lists)
        .await
        .unwrap()
        .unwrap();

    quotes.iter().for_each(tokio::task::JoinHandle::abort);
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

/// P2: a purchase that waits once it counts as being sent would be taken for interrupted.
#[tokio::test]
async fn a_purchase_has_its_turn_before_it_is_sent_and_waits_for_none_then() {
    let insured = Insured::start().await;
    let turns = Arc::<Turns>::default();
    let (insurer, _) = throttled(&insured, &turns);
    let token = insurer.quote(&request()).await.unwrap().token;
    insurer.turn(Call::Purchase).await.unwrap();
    insurer.purchase(&token, &[]).await.unwrap();

    let asked = turns.asked.lock().unwrap().clone();
    let patience = Duration::from_secs(60);
    assert_eq!(asked, [(Call::Quote, patience), (Call::Purchase, patience)]);
}

/// P19: so that the job is put off without having cost an attempt.
#[tokio::test]
async fn a_purchase_that_is_paused_or_beyond_its_rate_gets_no_turn() {
    let insured = Insured::start().await;
    let turns = Arc::new(Turns {
        refuses: true,
        ..Turns::default()
    });
    let (insurer, _) = throttled(&insured, &turns);

    let rate = insurer.turn(Call::Purchase).await.unwrap_err();
    insurer.pause(Call::Purchase, Duration::from_secs(30));
    let pause = insurer.turn(Call::Purchase).await.unwrap_err();

    let by = |failure: &Failure| failure.held_back().map(|held| held.by);
    assert_eq!((by(&rate), by(&pause)), (Some(Hold::Rate), Some(Hold::Pause)));
    assert_eq!(turns.asked.lock().unwrap().len(), 1, "a pause costs no turn");
}

#[tokio::test]
async fn a_pause_costs_no_turn_and_one_that_comes_meanwhile_is_kept() {
    let insured = Insured::start().await;
    let turns = Arc::<Turns>::default();
    let (insurer, _) = throttled(&insured, &turns);
    turns.pauses.set(insurer.clone()).unwrap();

    for _ in 0..2 {
        let failure = insurer.quote(&request()).await.unwrap_err();
        let held = failure.held_back().unwrap();
        assert_eq!(held.by, Hold::Pause);
    }

    assert_eq!(turns.asked.lock().unwrap().len(), 1);
    assert!(insured.sandbox.requests(Operation::Quote).is_empty());
}
