//! Buying under every order of events: deliveries, crashes, frozen workers, lost answers, repeats and settlements.
//!
//! The workers are futures that stop before every call to the outside, so that a schedule decides who goes on next.
//! Dropping one is a crash; not polling it freezes it.

mod memory;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use loadsure_core::booking::Status;
use loadsure_core::job::{Ticket, Verdict};
use loadsure_core::ports::Fault;
use loadsure_core::repeat::RepeatPurchase;
use loadsure_core::usecase::purchase::{self, Limits};
use proptest::prelude::*;

use self::memory::{Memory, Trouble};

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A worker gets the job, once more if it is worked on already. One that is `held_up` comes to send its attempt
    /// only after that is too late.
    Deliver { held_up: bool },
    /// A worker goes on to its next call.
    GoOn(usize),
    /// A worker goes on until it has ended.
    GoThrough(usize),
    /// A worker dies.
    Crash(usize),
    /// An open attempt is older now than any call lasts.
    TimePasses,
    /// A person settles an unknown outcome by the insurer's books, and the caller books again.
    Settle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => prop::bool::weighted(0.4).prop_map(|held_up| Step::Deliver { held_up }),
        6 => (0_usize..4).prop_map(Step::GoOn),
        2 => (0_usize..4).prop_map(Step::GoThrough),
        1 => (0_usize..4).prop_map(Step::Crash),
        3 => Just(Step::TimePasses),
        3 => Just(Step::Settle),
    ];
    prop::collection::vec(step, 0..120)
}

fn troubles() -> impl Strategy<Value = Vec<Trouble>> {
    let trouble = prop::sample::select(vec![
        Trouble::None,
        Trouble::LostBefore,
        Trouble::LostAfter,
        Trouble::TurnedAway,
        Trouble::HeldBack,
    ]);
    prop::collection::vec(trouble, 0..12)
}

/// A worker on its way.
struct Worker {
    work: Pin<Box<dyn Future<Output = Result<Verdict, Fault>>>>,
    held_up: bool,
}

struct Run {
    memory: Memory,
    mode: RepeatPurchase,
    workers: Vec<Worker>,
}

impl Run {
    fn new(mode: RepeatPurchase, troubles: Vec<Trouble>) -> Self {
        Self {
            memory: Memory::new(mode, troubles),
            mode,
            workers: Vec::new(),
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Deliver { held_up } => self.deliver(held_up),
            Step::GoOn(index) => {
                self.go_on(index);
            }
            Step::GoThrough(index) => while self.go_on(index) == Some(true) {},
            Step::Crash(index) if !self.workers.is_empty() => {
                drop(self.workers.remove(index % self.workers.len()));
            }
            Step::Crash(_) => {}
            Step::TimePasses => self.memory.world().time_passes(),
            Step::Settle => self.settle(),
        }
    }

    fn deliver(&mut self, held_up: bool) {
        let Some(ticket) = self.memory.world().due() else {
            return;
        };
        let limits = Limits {
            longest_call: Duration::from_secs(60),
            send_within: if held_up { Duration::ZERO } else { Duration::MAX },
            repeat: self.mode,
        };
        self.workers.push(Worker {
            work: Box::pin(work(self.memory.clone(), limits, ticket)),
            held_up,
        });
    }

    /// Whether the worker has more to do; nothing without workers.
    fn go_on(&mut self, index: usize) -> Option<bool> {
        let index = index.checked_rem(self.workers.len())?;
        let mut context = Context::from_waker(Waker::noop());
        let is_over = self.workers[index].work.as_mut().poll(&mut context).is_ready();
        if is_over {
            drop(self.workers.remove(index));
        }
        Some(!is_over)
    }

    /// The person waits until no call can be under way, as `NOT_BOUGHT_AFTER` makes sure.
    fn settle(&mut self) {
        let nothing_is_sent = self.workers.iter().all(|worker| worker.held_up);
        self.memory.world().settle(nothing_is_sent);
    }

    /// Everyone ends, and what is left is delivered until it has ended too.
    fn finish(&mut self) {
        for _ in 0..1_000 {
            if !self.workers.is_empty() {
                self.go_on(0);
            } else if self.memory.world().due().is_some() {
                self.memory.world().time_passes();
                self.deliver(false);
            } else {
                return;
            }
        }
        panic!("the job does not end");
    }
}

async fn work(memory: Memory, limits: Limits, ticket: Ticket) -> Result<Verdict, Fault> {
    purchase::execute(&memory, &memory, limits, ticket).await
}

fn check(mode: RepeatPurchase, schedule: &[Step], troubles: Vec<Trouble>) -> Result<(), TestCaseError> {
    let mut run = Run::new(mode, troubles);
    for step in schedule {
        run.take(*step);
        prop_assert!(run.memory.world().sold.len() <= 1, "bought twice");
    }
    run.finish();
    let world = run.memory.world();
    prop_assert!(world.sold.len() <= 1, "bought twice");
    match world.sold.first() {
        Some(number) if world.status == Status::Active => {
            prop_assert_eq!(world.certificate.as_ref(), Some(number));
        }
        Some(_) => prop_assert_eq!(world.status, Status::OutcomeUnknown, "bought and forgotten"),
        None => prop_assert_ne!(
            world.status,
            Status::Active,
            "told of a certificate that does not exist"
        ),
    }
    Ok(())
}

/// P19: what we keep ourselves, a rate or a pause, is no reason to give a purchase up.
#[test]
fn a_purchase_that_is_held_back_for_long_is_made_in_the_end() {
    let mut run = Run::new(RepeatPurchase::Unknown, vec![Trouble::HeldBack; 60]);
    run.finish();
    let world = run.memory.world();
    assert_eq!((world.status, world.sold.len()), (Status::Active, 1));
}

#[test]
fn a_purchase_that_is_turned_away_for_long_is_given_up() {
    let mut run = Run::new(RepeatPurchase::Unknown, vec![Trouble::TurnedAway; 60]);
    run.finish();
    let world = run.memory.world();
    assert_eq!((world.status, world.sold.len()), (Status::Failed, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// P2, P3, P4: whatever the insurer does with a second purchase, there is none, and the first is not forgotten.
    #[test]
    fn without_repeats_nothing_is_bought_twice_or_forgotten(steps in steps(), troubles in troubles()) {
        check(RepeatPurchase::Unknown, &steps, troubles)?;
    }

    #[test]
    fn with_repeats_of_the_same_certificate_nothing_is_bought_twice_or_forgotten(
        steps in steps(),
        troubles in troubles(),
    ) {
        check(RepeatPurchase::SameCertificate, &steps, troubles)?;
    }

    #[test]
    fn with_repeats_that_are_refused_nothing_is_bought_twice_or_forgotten(
        steps in steps(),
        troubles in troubles(),
    ) {
        check(RepeatPurchase::Rejected, &steps, troubles)?;
    }
}
