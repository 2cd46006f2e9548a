//! What changes between a decision and the change that it calls for: nothing is changed then.

use loadsure_store::scaling::Ending;
use loadsure_testkit::digitalocean::Route;

use crate::sky::Sky;
use crate::stand::eventually;

/// The leader has a change in its hand when a statement is run. It makes none, and says that it lost the right to.
async fn stops(sql: &'static str) {
    let sky = Sky::new().await;
    let _work = sky.backlog().await;
    sky.meanwhile(Route::Propose, sql);
    let _monitor = sky.monitor(&[]).await;
    eventually("a change is given up", async || {
        let changes = sky.store.changes(1).await.unwrap();
        changes.first().is_some_and(|change| change.ending.is_some())
    })
    .await;
    let first = sky.store.changes(10).await.unwrap().pop().unwrap();
    assert_eq!(first.ending, Some(Ending::Failed));
    let why = first.detail["refused"].as_str().unwrap();
    assert!(why.contains("lost the right"), "{why}");
    assert_eq!(sky.changes(), []);
}

/// A pipeline takes the lock, reads the live number and writes a specification with it: a change now would be undone,
/// or would undo the pipeline's.
#[tokio::test]
async fn a_deploy_lock_that_is_taken_at_the_last_moment_is_respected() {
    stops(
        "INSERT INTO leases (name, term, until, holder) VALUES ('deploy', 1, now() + interval '1 hour', 'ci')
        ON CONFLICT (name) DO UPDATE SET term = leases.term + 1, until = excluded.until",
    )
    .await;
}

#[tokio::test]
async fn a_pause_at_the_last_moment_is_respected() {
    stops(
        r#"UPDATE scaling_steering SET document =
        '{"paused": {"reason": "wait", "by": "ctl:ada", "since": "2026-05-20T10:00:00Z"}}'"#,
    )
    .await;
}

#[tokio::test]
async fn a_pin_at_the_last_moment_is_respected() {
    stops(r#"UPDATE scaling_steering SET document = '{"pin": 2}'"#).await;
}
