//! `loadsurectl dead`.

use std::process::Output;

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::Jobs as _;
use loadsure_store::NewJob;
use serde_json::Value;

use crate::purchase::{Scene, store};
use crate::support::*;

async fn run(scene: &Scene, arguments: &[&str]) -> Output {
    let mut program = program(arguments);
    program.envs(scene.env()).output().await.unwrap()
}

async fn shown(scene: &Scene, job: JobId) -> Value {
    let output = run(scene, &["dead", "show", &job.to_string(), "--json"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

/// A refresh that was given up.
async fn dead(scene: &Scene) -> JobId {
    let job = NewJob {
        id: JobId::generate(),
        reply_to: None,
        traceparent: None,
    };
    let store = store(scene.db.url());
    store.accept_refresh(&job, None).await.unwrap();
    let ticket = Ticket {
        job: job.id,
        attempt: 1,
    };
    let code = ErrorCode::InsurerUnavailable;
    store.bury(ticket, code, "no list came").await.unwrap();
    job.id
}

#[tokio::test]
async fn dead_jobs_are_listed_shown_and_replayed() {
    let scene = Scene::set().await;
    let none = run(&scene, &["dead", "list"]).await;
    assert_eq!(stdout(&none), "no job is dead\n");
    let job = dead(&scene).await;
    let id = job.to_string();
    let line = stdout(&run(&scene, &["dead", "list"]).await);
    assert!(
        line.starts_with(&id) && line.contains("support-data  dead  insurer_unavailable"),
        "{line}"
    );
    let other = run(&scene, &["dead", "list", "--kind", "quote", "--json"]).await;
    assert_eq!(stdout(&other), "[]\n");
    let text = stdout(&run(&scene, &["dead", "show", &id]).await);
    assert!(text.contains("no list came"), "{text}");

    let replayed = run(&scene, &["dead", "replay", &id, "--actor", "ada"]).await;

    assert_eq!(
        stdout(&replayed),
        format!("replayed {id}\n"),
        "{}",
        stderr(&replayed)
    );
    assert_eq!(shown(&scene, job).await["state"], "pending");
    let sql = "SELECT actor FROM audit_log WHERE action = 'job.replay'";
    let actor: String = scene.session.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(actor, "ctl:ada");
    let again = run(&scene, &["dead", "replay", &id]).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("job_not_dead"), "{}", stderr(&again));
}

#[tokio::test]
async fn a_dead_job_is_discarded() {
    let scene = Scene::set().await;
    let job = dead(&scene).await;
    let output = run(&scene, &["dead", "discard", &job.to_string()]).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(shown(&scene, job).await["state"], "done");
    let nobody = run(&scene, &["dead", "discard", &JobId::generate().to_string()]).await;
    assert_eq!(nobody.status.code(), Some(1));
    assert!(stderr(&nobody).contains("no job has this id"));
}

/// P2: who wants to replay a purchase that may have been made is sent to where it is settled.
#[tokio::test]
async fn a_purchase_that_may_have_been_made_is_not_replayed() {
    let scene = Scene::set().await;
    let (booking, _) = scene.lost().await;
    let dead = "UPDATE jobs SET state = 'dead' WHERE kind = 'booking' RETURNING id::text";
    let job: String = scene.session.query_one(dead, &[]).await.unwrap().get(0);
    let output = run(&scene, &["dead", "replay", &job]).await;
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(
        text.contains("purchase_may_be_made") && text.contains(&format!("unknown show {booking}")),
        "{text}"
    );
}
