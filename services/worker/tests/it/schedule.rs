//! The schedule that all workers follow.

use loadsure_sandbox::Operation;
use loadsure_store::Schedule;

use crate::support::{Stage, eventually, logged};

async fn change(stage: &Stage, cron: &str) {
    let schedule = Schedule {
        cron: cron.to_owned(),
        next_run_at: stage.store.now().await.unwrap(),
    };
    stage.store.set_schedule(&schedule, "test", None).await.unwrap();
}

/// P44: a change made by anyone is followed without a restart, by a schedule that cannot be read too: it is
/// logged, and the next change is followed again.
#[tokio::test]
async fn a_change_of_the_schedule_is_followed_and_an_unreadable_one_is_survived() {
    let (log, _logging) = logged();
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    stage.refreshed().await;

    change(&stage, "whenever").await;
    eventually("the unreadable schedule is logged", async || {
        log.text()
            .contains("the schedule \\\"whenever\\\" cannot be read")
    })
    .await;
    let before = stage.sandbox.requests(Operation::LoadTypes).len();
    change(&stage, "30 4 * * *").await;
    eventually("the refresh of the new schedule is made", async || {
        stage.sandbox.requests(Operation::LoadTypes).len() > before
    })
    .await;

    let schedule = stage.store.schedule().await.unwrap().unwrap();
    assert_eq!(schedule.cron, "30 4 * * *");
    assert_eq!(
        (schedule.next_run_at.hour(), schedule.next_run_at.minute()),
        (4, 30)
    );
}
