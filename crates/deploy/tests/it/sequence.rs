//! Whole deployments, from the plan to the end of the watch, and what is there afterwards.

use std::sync::Mutex;
use std::sync::atomic::Ordering;

use loadsure_deploy::{ApplyError, LockError, SchemaError, SmokeError, Verdict, WatchError, WindowError};
use loadsure_digitalocean::Phase;
use loadsure_testkit::digitalocean::{Ending, Route};

use crate::support::{Approval, End, Failure, NEW, State, World};

async fn deploy(world: &World, approval: Approval) -> (End, Vec<String>) {
    let said = Mutex::new(Vec::new());
    let end = world.deploy(approval, &said).await;
    (end, said.into_inner().unwrap())
}

#[tokio::test]
async fn a_good_release_serves_with_the_live_secrets_and_workers() {
    let world = World::staging().await;
    let (end, said) = deploy(&world, Approval::Granted).await;
    assert!(matches!(end, End::Serves), "{end:?}");
    assert_eq!(world.state(world.target()).await, State::GOOD);
    for step in ["Active", "bought", "cancelled", "queue drained"] {
        assert!(said.iter().any(|line| line == step), "{step}: {said:?}");
    }
    assert_eq!(world.platform.with(|cloud| cloud.writes().len()), 1);
}

#[tokio::test]
async fn a_good_release_moves_the_traffic_and_leaves_the_old_app_as_it_was() {
    let world = World::production().await;
    let (end, _) = deploy(&world, Approval::Granted).await;
    assert!(matches!(end, End::Serves), "{end:?}");
    assert_eq!(world.state(world.target()).await, State::GOOD);
    let old = State {
        has_domains: false,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.served()).await, old);
}

/// The spec of a failed deployment stays the app's: whoever scaled next would deploy it. So it is taken back too.
#[tokio::test]
async fn a_failed_deployment_is_told_with_its_log_and_its_spec_is_taken_back() {
    let world = World::staging().await;
    world.platform.with(|cloud| cloud.end_next([Ending::Error]));
    let (end, said) = deploy(&world, Approval::Granted).await;
    let End::Back(Failure::Watch(WatchError::Failed { phase, step })) = end else {
        panic!("{end:?}")
    };
    assert_eq!((phase, step.as_deref()), (Phase::Error, Some("deploy")));
    assert!(
        said.iter().any(|line| line == "migrate: it did not work"),
        "{said:?}"
    );
    assert_eq!(world.state(world.target()).await, State::BEFORE);
}

/// P62: new code never runs on a schema that it does not know.
#[tokio::test]
async fn a_failed_migration_leaves_the_old_version_on_the_old_schema() {
    let world = World::staging().await;
    // What the newest migration makes stands in its way.
    world
        .sql("DELETE FROM refinery_schema_history WHERE version = (SELECT max(version) FROM refinery_schema_history)")
        .await;
    world.platform.with(|cloud| cloud.end_next([Ending::Error]));
    let (end, _) = deploy(&world, Approval::Granted).await;
    assert!(matches!(end, End::Back(Failure::Watch(_))), "{end:?}");
    let expected = State {
        migrated: false,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.target()).await, expected);
}

/// P62: also when the platform calls a deployment good whose migration did nothing.
#[tokio::test]
async fn a_schema_that_was_not_reached_is_no_success() {
    let world = World::staging().await;
    world
        .sql("DELETE FROM refinery_schema_history WHERE version = (SELECT max(version) FROM refinery_schema_history)")
        .await;
    let (end, _) = deploy(&world, Approval::Granted).await;
    assert!(
        matches!(end, End::Back(Failure::Schema(SchemaError::Behind))),
        "{end:?}"
    );
    let expected = State {
        migrated: false,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.target()).await, expected);
}

#[tokio::test]
async fn a_failed_smoke_test_brings_the_old_version_back() {
    let world = World::staging().await;
    world.service.faults.booking.store(true, Ordering::SeqCst);
    let (end, _) = deploy(&world, Approval::Granted).await;
    let End::Back(Failure::Smoke(SmokeError::Answer { step, status, code })) = end else {
        panic!("{end:?}")
    };
    assert_eq!(
        (step, status, code.as_deref()),
        ("booking", 502, Some("insurer_unavailable"))
    );
    assert_eq!(world.state(world.target()).await, State::BEFORE);
}

#[tokio::test]
async fn what_the_smoke_test_bought_is_given_back_also_when_it_fails() {
    let world = World::staging().await;
    world.service.faults.certificate.store(true, Ordering::SeqCst);
    let (end, _) = deploy(&world, Approval::Granted).await;
    assert!(matches!(end, End::Back(Failure::Smoke(_))), "{end:?}");
    assert!(world.service.faults.cancelled.load(Ordering::SeqCst));
    assert_eq!(world.state(world.target()).await, State::BEFORE);
}

#[tokio::test]
async fn a_bad_watch_window_brings_the_old_version_back() {
    let world = World::staging().await;
    world.service.faults.ready.store(true, Ordering::SeqCst);
    let (end, _) = deploy(&world, Approval::Granted).await;
    let End::Back(Failure::Window(WindowError::Bad(Verdict::Errors { .. }))) = end else {
        panic!("{end:?}")
    };
    assert_eq!(world.state(world.target()).await, State::BEFORE);
}

/// With two apps the traffic goes back first, and then the version in the app that nobody calls any more: its workers would
/// go on taking jobs.
#[tokio::test]
async fn a_bad_watch_window_after_the_promotion_moves_the_traffic_back() {
    let world = World::production().await;
    world.service.faults.ready.store(true, Ordering::SeqCst);
    let (end, _) = deploy(&world, Approval::Granted).await;
    assert!(matches!(end, End::Back(Failure::Window(_))), "{end:?}");
    assert_eq!(world.state(world.served()).await, State::BEFORE);
    let idle = State {
        has_domains: false,
        workers: 1,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.target()).await, idle);
}

#[tokio::test]
async fn jobs_that_are_given_up_end_a_release() {
    let world = World::staging().await;
    let mut release = world.plan().await;
    world.apply(&mut release).await.unwrap();
    world
        .sql(
            "INSERT INTO jobs (id, tenant_id, kind, subject_id, state, due_at, finished_at)
            SELECT gen_random_uuid(), id, 'quote', gen_random_uuid(), 'dead', now(), now() FROM tenants LIMIT 1",
        )
        .await;
    let limits = loadsure_deploy::Limits::default();
    let watched = loadsure_deploy::observe(&world.lock, &world.smoke(), &release, &limits).await;
    assert!(
        matches!(watched, Err(WindowError::Bad(Verdict::Dead(1)))),
        "{watched:?}"
    );
}

/// P64: the final approval gates something. The version that was denied does not stay: its workers would go on taking jobs.
#[tokio::test]
async fn without_the_final_approval_no_traffic_moves() {
    let world = World::production().await;
    let (end, _) = deploy(&world, Approval::Denied).await;
    assert!(matches!(end, End::Denied), "{end:?}");
    assert_eq!(world.state(world.served()).await, State::BEFORE);
    let idle = State {
        has_domains: false,
        workers: 1,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.target()).await, idle);
    let touched = world.platform.with(|cloud| {
        let mut apps = cloud.writes().iter().map(|write| write.app);
        apps.any(|app| app == world.served().0)
    });
    assert!(!touched);
}

/// S8: a change of the number of workers between the read and the write is not undone.
#[tokio::test]
async fn a_scale_change_at_the_same_time_survives() {
    let world = World::staging().await;
    let app = world.target().0;
    let mut scaled = false;
    world.platform.between(move |route, cloud| {
        if route == Route::Propose && !std::mem::replace(&mut scaled, true) {
            let change = |spec: &mut serde_json::Value| spec["workers"][0]["instance_count"] = 2.into();
            cloud.edit(app, change).unwrap();
        }
    });
    let (end, _) = deploy(&world, Approval::Granted).await;
    assert!(matches!(end, End::Serves), "{end:?}");
    let expected = State {
        workers: 2,
        ..State::GOOD
    };
    assert_eq!(world.state(world.target()).await, expected);
    assert_eq!(world.platform.with(|cloud| cloud.writes().len()), 1);
}

/// S8: nor is one that came after the deployment undone by going back.
#[tokio::test]
async fn going_back_keeps_the_number_of_workers_of_now() {
    let world = World::staging().await;
    let mut release = world.plan().await;
    world.apply(&mut release).await.unwrap();
    let change = |spec: &mut serde_json::Value| spec["workers"][0]["instance_count"] = 2.into();
    world
        .platform
        .with(|cloud| cloud.edit(world.target().0, change))
        .unwrap();
    let returned = loadsure_deploy::roll_back(
        &world.client,
        &world.lock,
        &release,
        &world.template,
        World::patience(),
    )
    .await
    .unwrap();
    assert_eq!(returned, loadsure_deploy::Returned::To(release.previous.unwrap()));
    world.lock.release().await.unwrap();
    let expected = State {
        workers: 2,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.target()).await, expected);
}

#[tokio::test]
async fn a_second_deployment_while_one_runs_touches_nothing() {
    let world = World::staging().await;
    let other = loadsure_deploy::DeployLock::new(world.store.clone(), "run 2");
    other.hold().await.unwrap();
    let mut release = world.plan().await;
    let refused = world.apply(&mut release).await;
    assert!(
        matches!(refused, Err(ApplyError::Lock(LockError::Busy))),
        "{refused:?}"
    );
    assert!(world.platform.with(|cloud| cloud.writes().is_empty()));
    let locked = State {
        locked: true,
        ..State::BEFORE
    };
    assert_eq!(world.state(world.target()).await, locked);

    assert!(other.release().await.unwrap());
    world.apply(&mut release).await.unwrap();
    let again = world.apply(&mut release).await;
    assert!(matches!(again, Err(ApplyError::Already)), "{again:?}");
    assert_eq!(world.platform.with(|cloud| cloud.writes().len()), 1);
    assert_eq!(release.images, crate::support::images(NEW));
}

/// The lock that is lost between the last look and the write keeps the write from being sent.
#[tokio::test]
async fn a_lock_that_is_lost_in_the_last_moment_stops_the_write() {
    let world = World::staging().await;
    let url = world.db.url().to_owned();
    world.platform.between(move |route, _| {
        if route == Route::Propose {
            let url = url.clone();
            let thief = std::thread::spawn(move || steal(&url));
            thief.join().unwrap();
        }
    });
    let mut release = world.plan().await;
    let refused = world.apply(&mut release).await;
    assert!(
        matches!(refused, Err(ApplyError::Lock(LockError::Busy))),
        "{refused:?}"
    );
    assert!(world.platform.with(|cloud| cloud.writes().is_empty()));
}

fn steal(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let (session, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let driving = tokio::spawn(connection);
        let sql = "UPDATE leases SET holder = 'run 2' WHERE name = 'deploy'";
        session.batch_execute(sql).await.unwrap();
        driving.abort();
    });
}
