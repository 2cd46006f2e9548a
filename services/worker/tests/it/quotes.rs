//! Quotes.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_queue::Message;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation, Settings};
use loadsure_store::JobState;

use crate::support::{Stage, answer, application, eventually, logged};

#[tokio::test]
async fn a_quote_is_priced_stored_and_announced() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (quote, job) = stage.accept_quote(&application(50_000)).await;

    assert_eq!(stage.done(Kind::Quote, job).await, "done");

    let stored = stage.quote(quote).await;
    assert_eq!(stored.status, Status::Active);
    let priced = stored.priced.unwrap();
    assert_eq!(
        priced.total_cost,
        priced.premium + priced.service_fee + priced.tax
    );
    assert_eq!(stage.store.job(job).await.unwrap().unwrap().state, JobState::Done);
    let event = stage.event("quote.priced", job).await;
    assert_eq!(event.subjects["quote"], quote.as_uuid());
    stage.settled(Kind::Quote).await;
}

#[tokio::test]
async fn a_declined_quote_keeps_the_insurers_reasons() {
    let stage = Stage::set().await;
    stage.sandbox.set_settings(Settings {
        max_insured_value: 1_000.into(),
        ..Settings::default()
    });
    let _worker = stage.worker().await;
    let (quote, job) = stage.accept_quote(&application(50_000)).await;

    assert_eq!(stage.done(Kind::Quote, job).await, "done");

    let stored = stage.quote(quote).await;
    assert_eq!(stored.status, Status::Declined);
    assert_eq!(stored.reasons[0].code.as_deref(), Some("UNDERWRITING_DECLINED"));
    stage.event("quote.declined", job).await;
}

/// P18, P19: each is told apart by its class, waits as long as the insurer asks, and comes back by itself.
#[tokio::test]
async fn a_quote_that_was_turned_away_is_tried_again_until_it_is_priced() {
    let stage = Stage::set().await;
    let troubles = [
        Trouble::RateLimited {
            retry_after_s: Some(1),
        },
        Trouble::ServerErrorHtml {
            status: 502,
            commits: false,
        },
        Trouble::ResetBefore,
    ];
    stage
        .sandbox
        .set_faults(troubles.map(|trouble| Fault::once(Operation::Quote, trouble)));
    let _worker = stage.worker().await;
    let (quote, job) = stage.accept_quote(&application(50_000)).await;

    assert_eq!(stage.done(Kind::Quote, job).await, "done");

    assert_eq!(stage.quote(quote).await.status, Status::Active);
    let view = stage.store.job(job).await.unwrap().unwrap();
    assert_eq!(view.attempt, 4);
    assert_eq!(view.errors.as_array().unwrap().len(), 3);
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 4);
}

/// P19: there is an end to it, and operations see it.
#[tokio::test]
async fn a_quote_that_is_always_turned_away_ends_among_the_dead_letters() {
    let stage = Stage::set().await;
    let away = Trouble::RateLimited { retry_after_s: None };
    stage.sandbox.set_faults([Fault::always(Operation::Quote, away)]);
    let _worker = stage.worker().await;
    let (quote, job) = stage.accept_quote(&application(50_000)).await;

    assert_eq!(stage.done(Kind::Quote, job).await, "dead");

    let stored = stage.quote(quote).await;
    assert_eq!(
        (stored.status, stored.failure),
        (Status::Failed, Some(ErrorCode::InsurerUnavailable))
    );
    let letters = stage.queue.dead_letters(Kind::Quote, None, 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].letter.code, "insurer_unavailable");
    assert_eq!(letters[0].letter.history.as_array().unwrap().len(), 4);
    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 5);
}

/// P27: whoever waits hears of a job that ended before its worker could tell.
#[tokio::test]
async fn a_delivery_of_a_job_that_has_ended_is_answered() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (_, job) = stage.accept_quote(&application(50_000)).await;
    assert_eq!(stage.done(Kind::Quote, job).await, "done");

    assert_eq!(stage.done(Kind::Quote, job).await, "stale");

    assert_eq!(stage.sandbox.requests(Operation::Quote).len(), 1);
    stage.settled(Kind::Quote).await;
}

/// P17: what the API could not publish is published by the relay.
#[tokio::test]
async fn a_quote_that_was_never_published_is_priced_all_the_same() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (quote, _) = stage.accept_quote(&application(50_000)).await;
    eventually("the quote is priced", async || {
        stage.quote(quote).await.status == Status::Active
    })
    .await;
}

/// A line about a job is found by the trace of the request that caused it.
#[tokio::test]
async fn the_trace_of_the_request_goes_on_in_the_job() {
    let (log, _logging) = logged();
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (_, job) = stage.accept_quote(&application(50_000)).await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let message = Message {
        traceparent: Some(format!("00-{trace}-b7ad6b7169203331-01")),
        ..stage.message(Kind::Quote, job)
    };
    let waiter = stage.replies.wait_for(job);
    stage.queue.publish(&[message]).await.unwrap();
    assert_eq!(answer(waiter).await, "done");

    let of_job = |line: &serde_json::Value| line["job.id"] == job.to_string() && line["outcome"] == "done";
    let lines = log.json();
    let line = lines.iter().find(|line| of_job(line)).unwrap();
    assert_eq!(line["trace_id"], trace);
    assert_eq!(
        (&line["job.kind"], &line["job.attempt"]),
        (&"quote".into(), &1.into())
    );
}
