//! Waiting for a result: how long, and at what cost.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use loadsure_core::job::Kind as Job;
use loadsure_sandbox::{Fault, Kind, Operation};
use loadsure_telemetry::{Settings, init_with_writer};
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::servers::Redis;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::bodies::flat;
use crate::support::proxied::{host_of, through};
use crate::support::{QUOTES, Reply, Setup, TestApp, eventually, setup};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_want_to_wait_is_answered_at_once() {
    let app = TestApp::start().await;
    let reply = app.post_with(QUOTES, &flat(), ("prefer", "respond-async")).await;
    assert_eq!(
        (reply.status, reply.header("preference-applied")),
        (202, "respond-async")
    );
    assert!(reply.seconds("retry-after") > 0);
    let pending = reply.json()["quote"].clone();
    assert_eq!(
        (&pending["status"], &pending["freightId"]),
        (&"requested".into(), &"FR-77".into())
    );
    let priced = app
        .eventually(reply.header("location"), |reply| {
            reply.json()["quote"]["status"] == "active"
        })
        .await;
    assert_eq!(priced.json()["quote"]["quoteId"], pending["quoteId"]);
}

/// P27: what comes after the caller's time is kept, and fetched later.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_result_is_fetched_later() {
    let app = TestApp::start().await;
    let slow = Kind::Slow {
        ms: 2_000,
        commits: false,
    };
    app.sandbox.set_faults([Fault::once(Operation::Quote, slow)]);
    let started = Instant::now();
    let reply = app.post_with(QUOTES, &flat(), ("prefer", "wait=1")).await;
    assert_eq!(
        (reply.status, reply.header("preference-applied")),
        (202, "wait=1"),
        "{}",
        reply.text
    );
    assert!((Duration::from_secs(1)..Duration::from_millis(1_900)).contains(&started.elapsed()));
    app.eventually(reply.header("location"), |reply| {
        reply.json()["quote"]["status"] == "active"
    })
    .await;
}

/// What the relay does must not be needed for every job: the fast path publishes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_published_and_noted_without_the_relay() {
    let app = Setup::default().without_worker().start().await;
    app.post_with(QUOTES, &flat(), ("prefer", "respond-async")).await;
    eventually(async || (app.published(Job::Quote).await == 1).then_some(())).await;
    eventually(async || {
        let jobs = app.store.unfinished(Duration::ZERO, 10).await.unwrap();
        jobs.iter().any(|job| job.entry_id.is_some()).then_some(())
    })
    .await;
}

/// How often Redis was asked, without the asking itself.
async fn commands(redis: &Redis) -> u64 {
    let mut stream = TcpStream::connect(("127.0.0.1", redis.port())).await.unwrap();
    stream.write_all(b"INFO stats\r\nQUIT\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("total_commands_processed:"));
    line.unwrap().trim().parse().unwrap()
}

/// P26: waiting never polls. Thirty-two requests that wait for three seconds cost Redis what none does.
#[tokio::test(flavor = "multi_thread")]
async fn waiting_never_polls() {
    let redis = Redis::private(false).await.unwrap();
    let app = Setup::default().without_worker().redis(redis.url()).start().await;
    let quiet = async |redis: &Redis| {
        let before = commands(redis).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        commands(redis).await - before
    };
    app.get(QUOTES).await;
    let alone = quiet(&redis).await;
    let body = flat();
    let requests = join_all((0..32).map(|_| app.post_with(QUOTES, &body, ("prefer", "wait=4"))));
    let measured = async {
        eventually(async || (app.published(Job::Quote).await == 32).then_some(())).await;
        quiet(&redis).await
    };
    let (replies, with_waiters) = tokio::join!(requests, measured);
    assert!(replies.iter().all(|reply| reply.status == 202));
    assert!(
        with_waiters <= alone + 8,
        "{alone} commands without waiters, {with_waiters} with 32"
    );
}

/// What was accepted is accepted, also when the database goes away before the result is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_cannot_be_read_is_fetched_later() {
    let db = setup::database().await;
    let proxy = Proxy::start(host_of(db.url())).await.unwrap();
    let setup = Setup::default().without_worker();
    let app = setup.database(through(db.url(), &proxy)).start().await;
    let body = flat();
    let waiting = app.post_with(QUOTES, &body, ("prefer", "wait=2"));
    let cut = async {
        eventually(async || (app.published(Job::Quote).await == 1).then_some(())).await;
        proxy.down().await.unwrap();
    };
    let (reply, ()) = tokio::join!(waiting, cut);
    assert_eq!(reply.status, 202, "{}", reply.text);
    proxy.pass().await.unwrap();
    app.eventually(reply.header("location"), |reply| reply.status == 200)
        .await;
}

/// P27: a Redis that is lost with everything in it, while its caller waits and the insurer works, costs time only.
#[tokio::test(flavor = "multi_thread")]
async fn a_result_survives_the_loss_of_redis_while_its_caller_waits() {
    let mut redis = Redis::private(false).await.unwrap();
    let app = Setup::default().redis(redis.url()).start().await;
    let slow = Kind::Slow {
        ms: 1_000,
        commits: false,
    };
    app.sandbox.set_faults([Fault::once(Operation::Quote, slow)]);
    let body = flat();
    let waiting = app.post_with(QUOTES, &body, ("prefer", "wait=20"));
    let loss = async {
        eventually(async || (app.sandbox.requests(Operation::Quote).len() == 1).then_some(())).await;
        redis.stop().await.unwrap();
        app.eventually(QUOTES, |reply| reply.json()["quotes"][0]["status"] == "active")
            .await;
        redis.restart().await.unwrap();
    };
    let (reply, ()) = tokio::join!(waiting, loss);
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(app.sandbox.requests(Operation::Quote).len(), 1);
}

/// The trace of a request goes on in its job.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_carries_the_trace_of_its_request() {
    let _telemetry = init_with_writer(&Settings::for_tests(), std::io::sink).unwrap();
    let app = Setup::default().without_worker().start().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = app.request(reqwest::Method::POST, QUOTES).json(&flat());
    let request = request.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"));
    let reply = Reply::of(request.header("prefer", "respond-async")).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    let carried = eventually(async || {
        let jobs = app.store.unfinished(Duration::ZERO, 10).await.unwrap();
        jobs.first().and_then(|job| job.traceparent.clone())
    })
    .await;
    assert!(carried.contains(trace), "{carried}");
}
