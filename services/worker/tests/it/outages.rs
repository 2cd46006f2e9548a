//! PostgreSQL and Redis come and go.

use std::convert::Infallible;
use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_core::quote::Status;
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_store::Published;
use loadsure_testkit::db::TestDb;
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::servers::Redis;

use crate::support::{Stage, answer, application, behind, eventually, logged, start};

/// A job that is published, but in no stream.
async fn lost(stage: &Stage) -> loadsure_core::id::QuoteId {
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let published = Published {
        job,
        attempt: 1,
        entry_id: "1-1".to_owned(),
    };
    stage.store.mark_published(&[published]).await.unwrap();
    quote
}

async fn is_priced(stage: &Stage, quote: loadsure_core::id::QuoteId) {
    eventually("the quote is priced", async || {
        stage.quote(quote).await.status == Status::Active
    })
    .await;
}

/// P16: the worker starts without both, says that it is not ready, and works as soon as they are there.
#[tokio::test]
async fn a_worker_that_starts_while_postgresql_and_redis_are_away_works_once_they_are_up() {
    let stage = Stage::set().await;
    let (database, database_url) = behind(&stage.database_url).await;
    let (redis, redis_url) = behind(&stage.redis_url).await;
    database.down().await.unwrap();
    redis.down().await.unwrap();
    let mut config = stage.config();
    config.database.url = database_url.into();
    config.redis.url = redis_url.into();
    let worker = start(config).await;
    assert!(!worker.is_ready());
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;

    redis.pass().await.unwrap();
    database.pass().await.unwrap();

    assert_eq!(answer(waiter).await, "done");
    assert!(worker.is_ready());
    assert_eq!(stage.quote(quote).await.status, Status::Active);
}

/// The job is begun anew by the worker that has it, as soon as it can be.
#[tokio::test]
async fn a_quote_whose_price_could_not_be_stored_is_priced_when_the_database_is_back() {
    let stage = Stage::set().await;
    let (database, url): (Proxy, String) = behind(&stage.database_url).await;
    let mut config = stage.config();
    config.database.url = url.into();
    config.worker.reclaim_idle = Duration::from_secs(3600);
    let worker = start(config).await;
    stage.refreshed().await;
    let slow = Trouble::Slow {
        ms: 1_500,
        commits: true,
    };
    stage.sandbox.set_faults([Fault::once(Operation::Quote, slow)]);
    let (quote, job) = stage.accept_quote(&application(50_000)).await;
    let waiter = stage.publish(Kind::Quote, job).await;
    eventually("the insurer is asked", async || {
        stage.sandbox.requests(Operation::Quote).len() == 1
    })
    .await;

    database.down().await.unwrap();
    eventually("the outage is noticed", async || !worker.is_ready()).await;
    assert_eq!(stage.quote(quote).await.status, Status::Requested);
    database.pass().await.unwrap();

    assert_eq!(answer(waiter).await, "done");
    assert_eq!(stage.quote(quote).await.status, Status::Active);
}

/// P17: an empty Redis in place of the one that was: noticed at once, not when the sweeper comes by.
#[tokio::test]
async fn what_a_wiped_redis_has_lost_is_published_again_at_once() {
    let mut redis = Redis::private(false).await.unwrap();
    let stage = Stage::on_redis(&redis.url(), "wiped").await;
    let mut config = stage.config();
    config.worker.sweep_after = Duration::from_secs(3600);
    let worker = start(config).await;
    stage.priced().await;
    let quote = lost(&stage).await;

    redis.kill().await.unwrap();
    eventually("the loss of Redis is noticed", async || !worker.is_ready()).await;
    redis.restart().await.unwrap();

    is_priced(&stage, quote).await;
}

/// P17: the sweeper finds what is missing without any sign of a loss.
#[tokio::test]
async fn a_job_that_is_missing_from_its_stream_is_published_again() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    stage.priced().await;
    let quote = lost(&stage).await;
    is_priced(&stage, quote).await;
}

/// P62: a worker that is newer than the database waits for the migrations, and takes no work that it would fail.
#[tokio::test]
async fn a_worker_waits_for_the_migrations_of_its_database() {
    let (log, _logging) = logged();
    let mut stage = Stage::set().await;
    let empty = TestDb::create("nothing is migrated", async |_| Ok::<_, Infallible>(()))
        .await
        .unwrap();
    stage.use_database(empty.url());
    let worker = stage.worker().await;
    eventually("it waits", async || {
        log.text().contains("waiting for the migrations")
    })
    .await;
    assert!(!worker.is_ready());

    loadsure_store::migrate(&stage.store).await.unwrap();

    stage.priced().await;
    assert!(worker.is_ready());
}
