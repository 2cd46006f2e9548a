//! The worker as a program.

use std::time::Duration;

use loadsure_core::booking;
use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_testkit::process::{Process, Program};
use secrecy::ExposeSecret as _;

use crate::support::{DEADLINE, SECRETS, Stage, answer, application, eventually};

async fn run(stage: &Stage, variables: &[(&str, &str)]) -> Process {
    let program = Program::new("loadsure-worker")
        .envs(stage.env())
        .envs(variables.iter().copied());
    program.start().await.unwrap()
}

async fn asked(stage: &Stage, operation: Operation, times: usize) {
    eventually("the insurer is asked", async || {
        stage.sandbox.requests(operation).len() == times
    })
    .await;
}

/// P3, P21: SIGKILL in mid-call. Another worker takes over: the quote is priced, the purchase is not repeated.
#[tokio::test]
async fn what_a_killed_worker_was_doing_is_taken_over() {
    let stage = Stage::set().await;
    let killed = run(&stage, &[]).await;
    let (booking, booking_job) = stage.accept_booking(stage.priced().await).await;
    let hang = Trouble::Hang { commits: true };
    stage.sandbox.set_faults([
        Fault::once(Operation::PurchaseQuote, hang),
        Fault::once(Operation::Quote, hang),
    ]);
    let (quote, quote_job) = stage.accept_quote(&application(50_000)).await;
    let quoted = stage.publish(Kind::Quote, quote_job).await;
    let booked = stage.publish(Kind::Booking, booking_job).await;
    asked(&stage, Operation::Quote, 2).await;
    asked(&stage, Operation::PurchaseQuote, 1).await;

    killed.sigkill().unwrap();
    let _other = stage.worker().await;

    assert_eq!(answer(quoted).await, "done");
    assert_eq!(stage.quote(quote).await.status, Status::Active);
    assert_eq!(answer(booked).await, "unknown");
    assert_eq!(
        stage.booking(booking).await.status,
        booking::Status::OutcomeUnknown
    );
    assert_eq!(stage.sandbox.ledger().attempts.len(), 1);
}

/// P24, P25: SIGTERM in mid-call. The job is finished, and the end is a success.
#[tokio::test]
async fn a_worker_that_is_told_to_end_finishes_what_it_does() {
    let stage = Stage::set().await;
    let mut worker = run(&stage, &[]).await;
    let slow = Trouble::Slow {
        ms: 1_000,
        commits: true,
    };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, slow)]);
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;
    asked(&stage, Operation::Quote, 1).await;

    worker.sigterm().unwrap();

    assert_eq!(answer(waiter).await, "done");
    assert_eq!(stage.quote(quote).await.status, Status::Active);
    let status = worker.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", worker.tail());
}

#[tokio::test]
async fn a_worker_that_is_told_twice_ends_at_once() {
    let stage = Stage::set().await;
    let mut worker = run(&stage, &[("LOADSURE_REQUEST_TIMEOUT_MS", "40000")]).await;
    let hang = Trouble::Hang { commits: false };
    stage.sandbox.set_faults([Fault::always(Operation::Quote, hang)]);
    let (_, job) = stage.accept_quote(&application(50_000)).await;
    let _waiter = stage.publish(Kind::Quote, job).await;
    asked(&stage, Operation::Quote, 1).await;
    worker.sigterm().unwrap();
    worker.wait_for_line("stopping", DEADLINE).await.unwrap();

    worker.sigterm().unwrap();

    let status = worker.wait(Duration::from_secs(10)).await.unwrap();
    assert_eq!(status.code(), Some(130));
}

/// P28, P29, P30: at the finest level too, no log line has a name, an address, an e-mail, a token or a key.
#[tokio::test]
async fn the_log_holds_no_secrets_and_no_personal_data() {
    let stage = Stage::set().await;
    let worker = run(&stage, &[("LOG_LEVEL", "trace")]).await;
    let declined = application(3_000_000);
    let (_, job) = stage.accept_quote(&declined).await;
    assert_eq!(stage.done(Kind::Quote, job).await, "done");
    let (_, bought) = stage.bought().await;
    let (_, job) = stage.accept_booking(stage.priced().await).await;
    stage
        .sandbox
        .set_faults([Fault::once(Operation::PurchaseQuote, Trouble::ResetAfter)]);
    assert_eq!(stage.done(Kind::Booking, job).await, "unknown");
    let _ended = worker.sigterm();
    let mut worker = worker;
    worker.wait(DEADLINE).await.unwrap();

    let log = worker.output().unwrap();
    assert!(log.contains("the outcome of a purchase is unknown"), "{log}");
    assert!(log.contains(&job.to_string()));
    let ledger = stage.sandbox.ledger();
    let tokens = ledger.attempts.iter().map(|attempt| attempt.quote_token.as_str());
    let link = bought.facts.certificate_link.unwrap();
    let key = stage.sandbox.api_key().expose_secret();
    for secret in SECRETS.into_iter().chain(tokens).chain([key, &link]) {
        assert!(
            !secret.is_empty() && !log.contains(secret),
            "{secret} is in the log"
        );
    }
}

/// P48: everything that is wrong is said at once, and nothing is started.
#[tokio::test]
async fn a_wrong_configuration_is_reported_whole() {
    let stage = Stage::set().await;
    let wrong = [
        ("DATABASE_URL", "mysql://"),
        ("APP_ENV", "test"),
        ("WORKER_DRAIN_MS", "1"),
    ];
    let mut worker = run(&stage, &wrong).await;
    let status = worker.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(78));
    let said = worker.output().unwrap();
    for (name, _) in wrong {
        assert!(said.contains(&format!("{name}: ")), "{said}");
    }
}

#[tokio::test]
async fn the_configuration_is_shown_without_its_secrets() {
    let stage = Stage::set().await;
    let program = Program::new("loadsure-worker").envs(stage.env());
    let mut worker = program.arg("check-config").start().await.unwrap();
    let status = worker.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0));
    let said = worker.output().unwrap();
    assert!(said.contains("request_timeout"), "{said}");
    assert!(!said.contains(stage.sandbox.api_key().expose_secret()), "{said}");
    assert!(!said.contains(&stage.database_url), "{said}");
}
