//! One monitor leads; another stands by.

use loadsure_core::scaling::Record;
use loadsure_queue_monitor::Sample;
use loadsure_testkit::process::Process;
use loadsure_testkit::proxy::Proxy;

use crate::stand::{DEADLINE, Ground, Stand, eventually};
use crate::worker::{Line, OBEDIENT, is_there};

const STANDS_BY: &str = "another monitor leads; this one stands by";

async fn start(ground: &Ground, instance: &str) -> Process {
    ground
        .program(instance)
        .env("MIN_WORKERS", "2")
        .start()
        .await
        .unwrap()
}

/// A leader with its workers, and another monitor that stands by.
async fn pair() -> (Ground, Process, Process) {
    let ground = Ground::prepare(OBEDIENT).await;
    let first = start(&ground, "one").await;
    ground
        .sampled("the first leads", |sample| sample.workers.living == 2)
        .await;
    let mut second = start(&ground, "two").await;
    second.wait_for_line(STANDS_BY, DEADLINE).await.unwrap();
    (ground, first, second)
}

fn of<'a>(lines: &'a [Line], instance: &str) -> Vec<&'a Line> {
    let name = format!("{instance}-worker-");
    lines
        .iter()
        .filter(|line| line.instance.starts_with(&name))
        .collect()
}

async fn newest_record(ground: &Ground) -> Record {
    let page = ground.store.decisions(1, None, false).await.unwrap();
    serde_json::from_value(page.items[0].record.clone()).unwrap()
}

async fn first_record(ground: &Ground, term: u64) -> Record {
    let first = format!("SELECT record::text FROM scaling_decisions WHERE term = {term} AND sequence = 1");
    serde_json::from_str(&ground.texts(&first).await[0]).unwrap()
}

/// P45: the one that stands by takes over, and remembers what the one before has seen.
#[tokio::test]
async fn the_one_that_stands_by_takes_over_and_remembers() {
    let (ground, first, _second) = pair().await;
    let before = ground.sample().await.unwrap();
    assert!(before.monitor.starts_with("one-"), "{}", before.monitor);
    first.sigkill().unwrap();
    let after = ground
        .sampled("the second leads", |sample| sample.monitor.starts_with("two-"))
        .await;
    assert!(after.term > before.term);
    let record = first_record(&ground, after.term).await;
    let remembered = record.history.unwrap().last_sequence().unwrap();
    assert!(
        remembered >= before.sequence,
        "{remembered} of {}",
        before.sequence
    );
    assert!(record.snapshot.sequence > remembered);
    eventually("its own workers start", async || {
        of(&ground.yard.starts(), "two").len() == 2
    })
    .await;
}

/// A leader that ends in order gives the lead up at once, and its workers end after it.
#[tokio::test]
async fn a_leader_that_ends_leaves_no_gap() {
    let (ground, mut first, _second) = pair().await;
    first.sigterm().unwrap();
    let status = first.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", first.tail());
    assert!(first.output().unwrap().contains("the lead is given up"));
    ground
        .sampled("the second leads", |sample| {
            sample.monitor.starts_with("two-") && sample.workers.living == 2
        })
        .await;
    assert_eq!(of(&ground.yard.terms(), "one").len(), 2);
}

/// P45, P56: one that was frozen past its lead drains its workers when it finds that another leads.
#[tokio::test]
async fn a_frozen_leader_stands_by_when_it_goes_on() {
    let (ground, mut first, _second) = pair().await;
    first.sigstop().unwrap();
    ground
        .sampled("the second leads", |sample| {
            sample.monitor.starts_with("two-") && sample.workers.living == 2
        })
        .await;
    let starts = ground.yard.starts().len();
    first.sigcont().unwrap();
    first.wait_for_line(STANDS_BY, DEADLINE).await.unwrap();
    eventually("its workers are drained", async || {
        of(&ground.yard.terms(), "one").len() == 2
    })
    .await;
    let later = newest_record(&ground).await;
    ground
        .sampled("the second goes on", |sample| {
            assert!(sample.monitor.starts_with("two-"), "only the leader publishes");
            sample.sequence > later.sequence
        })
        .await;
    assert_eq!(ground.yard.starts().len(), starts, "nobody else was started");
}

/// While nobody can say who leads, nothing changes; then the same monitor goes on in another term.
#[tokio::test]
async fn without_the_database_nothing_changes() {
    let ground = Ground::prepare(OBEDIENT).await;
    let (url, proxy) = ground.database_behind_a_proxy().await;
    let mut stand = Stand::start_on(ground, &[("DATABASE_URL", &url), ("MIN_WORKERS", "2")]).await;
    let both = |sample: &Sample| sample.workers.living == 2;
    let before = stand.sampled("it leads", both).await;
    stand.ready(200).await;
    Proxy::down(&proxy).await.unwrap();
    stand.ready(503).await;
    let starts = stand.yard.starts();
    assert!(starts.iter().all(is_there), "the workers go on");
    proxy.pass().await.unwrap();
    let after = stand
        .sampled("it leads again", |sample| {
            sample.term > before.term && both(sample)
        })
        .await;
    assert_eq!(after.monitor, before.monitor, "the same process");
    stand.ready(200).await;
    assert_eq!(stand.yard.terms(), []);
    assert_eq!(stand.yard.starts(), starts);
}
