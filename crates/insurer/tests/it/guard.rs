//! The insurer under protection: what is still sent when it fails, or asks to be left alone.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use loadsure_core::insurer::{Failure, Hold, Operation as Call};
use loadsure_core::job::Kind as Job;
use loadsure_core::ports::Insurer as _;
use loadsure_core::retry;
use loadsure_insurer::{Circuit, CircuitPolicy, Client, Guarded, Protection, Watcher};
use loadsure_sandbox::{Fault, Kind, Operation, Settings};

use crate::support::{Insured, request};

/// What a watcher was told, in words.
#[derive(Default)]
struct Diary(Mutex<Vec<String>>);

impl Diary {
    fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn write(&self, entry: String) {
        self.0.lock().unwrap().push(entry);
    }
}

impl Watcher for Diary {
    fn circuit_changed(&self, operation: Call, circuit: Circuit) {
        self.write(format!("{} {}", operation.as_str(), circuit.as_str()));
    }

    fn told_to_wait(&self, operation: Call, length: Duration) {
        self.write(format!("{} waits {}", operation.as_str(), length.as_secs()));
    }

    fn held_back(&self, _: Call, _: &'static str) {}

    fn ended(&self, _: Call, _: Instant, _: Duration, _: Option<&Failure>) {}
}

/// Opens after three failures, for a second.
const OPEN_FOR: Duration = Duration::from_secs(1);

fn guarded(insured: &Insured) -> (Guarded<Client>, Arc<Diary>) {
    let diary = Arc::<Diary>::default();
    let protection = Protection {
        circuit: CircuitPolicy {
            failures: NonZeroU32::new(3).unwrap(),
            open_for: OPEN_FOR,
            open_at_most: Duration::from_secs(10),
        },
        max_concurrency: NonZeroU16::new(16).unwrap(),
        patience: Duration::from_secs(5),
    };
    let guarded = Guarded::new(insured.client.clone(), protection, diary.clone());
    (guarded, diary)
}

/// A dead insurer costs as many calls as open the circuit, then one probe a turn.
#[tokio::test]
async fn a_dead_insurer_is_left_alone_until_a_probe_succeeds() {
    let insured = Insured::start().await;
    let (insurer, diary) = guarded(&insured);
    insured
        .sandbox
        .set_faults([Fault::always(Operation::Quote, Kind::ResetBefore)]);
    for _ in 0..20 {
        let failure = insurer.quote(&request()).await.unwrap_err();
        let was_sent = matches!(failure, Failure::Unknown { .. });
        assert!(was_sent || failure.held_back().is_some(), "{failure:?}");
    }
    assert_eq!(insured.sandbox.requests(Operation::Quote).len(), 3);
    insurer
        .support_data(loadsure_core::support_data::Kind::LoadTypes)
        .await
        .unwrap();

    insured.sandbox.clear_faults();
    let deadline = Instant::now() + Duration::from_secs(10);
    while insurer.circuit(Call::Quote) == Circuit::Open {
        assert!(Instant::now() < deadline, "it stays open while nobody calls");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    while let Err(failure) = insurer.quote(&request()).await {
        let rest = failure.held_back().unwrap().retry_after;
        assert!(rest <= OPEN_FOR && Instant::now() < deadline);
        tokio::time::sleep(rest).await;
    }

    assert_eq!(insured.sandbox.requests(Operation::Quote).len(), 4);
    assert_eq!(diary.entries(), ["quote open", "quote half_open", "quote closed"]);
}

#[tokio::test]
async fn of_many_calls_that_find_the_time_over_one_is_the_probe() {
    let insured = Insured::start().await;
    let (insurer, _) = guarded(&insured);
    insured
        .sandbox
        .set_faults([Fault::always(Operation::Quote, Kind::ResetBefore)]);
    let mut rest = Duration::ZERO;
    for _ in 0..4 {
        let failure = insurer.quote(&request()).await.unwrap_err();
        rest = failure.retry_after().unwrap_or_default();
    }
    let slow = Kind::Slow {
        ms: 300,
        commits: true,
    };
    insured
        .sandbox
        .set_faults([Fault::always(Operation::Quote, slow)]);
    insured.sandbox.clear_requests();
    tokio::time::sleep(rest).await;

    let calls = (0..10).map(|_| {
        let insurer = insurer.clone();
        tokio::spawn(async move { insurer.quote(&request()).await.is_ok() })
    });
    let mut priced = 0;
    for call in calls.collect::<Vec<_>>() {
        priced += usize::from(call.await.unwrap());
    }

    assert_eq!((priced, insured.sandbox.requests(Operation::Quote).len()), (1, 1));
    insurer.quote(&request()).await.unwrap();
}

/// An insurer that says no is there.
#[tokio::test]
async fn refusals_do_not_open_a_circuit() {
    let insured = Insured::start().await;
    let (insurer, diary) = guarded(&insured);
    insured.sandbox.set_settings(Settings {
        max_insured_value: 1.into(),
        ..Settings::default()
    });
    for _ in 0..5 {
        let failure = insurer.quote(&request()).await.unwrap_err();
        assert!(matches!(failure, Failure::Declined { .. }), "{failure:?}");
    }
    let away = Kind::RateLimited { retry_after_s: None };
    insured
        .sandbox
        .set_faults([Fault::always(Operation::Quote, away)]);
    for _ in 0..5 {
        let failure = insurer.quote(&request()).await.unwrap_err();
        assert!(
            matches!(failure, Failure::Refused { status: 429, .. }),
            "{failure:?}"
        );
    }
    assert_eq!(insured.sandbox.requests(Operation::Quote).len(), 10);
    assert_eq!(diary.entries(), [""; 0]);
}

/// P19: and the job that was held back comes back when the pause ends, not some milliseconds later.
#[tokio::test]
async fn whoever_is_told_to_wait_sends_nothing_until_then() {
    let insured = Insured::start().await;
    let (insurer, diary) = guarded(&insured);
    let wait = Kind::Unavailable {
        retry_after_s: Some(30),
    };
    insured.spoil(Operation::PurchaseQuote, wait);
    let token = insurer.quote(&request()).await.unwrap().token;
    insurer.purchase(&token, &[]).await.unwrap_err();

    for _ in 0..4 {
        let failure = insurer.purchase(&token, &[]).await.unwrap_err();
        let held = failure.held_back().unwrap();
        let rest = held.retry_after;
        assert_eq!(held.by, Hold::Pause);
        assert!(
            rest > Duration::from_secs(25) && rest <= Duration::from_secs(30),
            "{rest:?}"
        );
        let backoff = retry::Policy::of(Job::Booking).held_back(rest);
        assert_eq!(backoff.at_least, rest);
    }

    assert_eq!(insured.sandbox.requests(Operation::PurchaseQuote).len(), 1);
    assert_eq!(diary.entries(), ["purchase waits 30"]);
    insurer.quote(&request()).await.unwrap();
}

#[tokio::test]
async fn what_another_was_told_holds_here_too() {
    let insured = Insured::start().await;
    let (insurer, diary) = guarded(&insured);
    insurer.pause(Call::Quote, Duration::from_millis(300));
    let failure = insurer.quote(&request()).await.unwrap_err();
    let rest = failure.retry_after().unwrap();
    assert!(insured.sandbox.requests(Operation::Quote).is_empty());
    tokio::time::sleep(rest).await;
    insurer.quote(&request()).await.unwrap();
    assert_eq!(diary.entries(), [""; 0], "others know it already");
}

/// P24: a call that is given up half-way, as when a worker is stopped, leaves neither a permit nor a probe behind.
#[tokio::test]
async fn a_call_that_is_dropped_gives_everything_back() {
    let insured = Insured::start().await;
    let (insurer, _) = guarded(&insured);
    let hang = Kind::Hang { commits: false };
    insured
        .sandbox
        .set_faults([Fault::always(Operation::Quote, hang)]);
    for _ in 0..20 {
        let asked = request();
        let call = insurer.quote(&asked);
        tokio::time::timeout(Duration::from_millis(20), call)
            .await
            .unwrap_err();
    }
    insured.sandbox.clear_faults();
    insurer.quote(&request()).await.unwrap();
}
