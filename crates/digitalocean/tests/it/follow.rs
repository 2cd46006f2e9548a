use std::sync::{Arc, Mutex};
use std::time::Duration;

use loadsure_digitalocean::{Error, FollowError, Patience, Phase, Replicas};
use loadsure_testkit::digitalocean::{Ending, Fault, Route};

use crate::support::{PATIENCE, WORLD_STEP, World};

/// Moves the platform's clock with each question, so that waiting is what lets time pass.
fn time_passes_with_each_question(world: &World) {
    world.platform.between(|route, cloud| {
        if matches!(route, Route::GetDeployment | Route::Health) {
            cloud.advance(WORLD_STEP);
        }
    });
}

#[tokio::test]
async fn a_deployment_is_followed_through_its_phases_to_its_end() {
    let world = World::new().await;
    let scaled = world.scale(3).await.unwrap();
    time_passes_with_each_question(&world);
    let phases = Arc::new(Mutex::new(Vec::new()));
    let (client, app, told) = (world.client.clone(), world.app, phases.clone());
    let follow = async move {
        let seen = |phase| told.lock().unwrap().push(phase);
        client.follow(app, scaled.deployment, PATIENCE, seen).await
    };
    let ended = tokio::spawn(follow).await.unwrap().unwrap();
    assert_eq!((ended.phase, ended.failed_step), (Phase::Active, None));
    let expected = [
        Phase::PendingBuild,
        Phase::Building,
        Phase::PendingDeploy,
        Phase::Deploying,
        Phase::Active,
    ];
    assert_eq!(*phases.lock().unwrap(), expected);
    let replicas = world
        .client
        .await_ready(app, "worker", 3, PATIENCE)
        .await
        .unwrap();
    assert_eq!(replicas, Replicas { desired: 3, ready: 3 });
}

#[tokio::test]
async fn every_other_end_is_told_too() {
    for (ending, phase, step) in [
        (Ending::Error, Phase::Error, Some("deploy")),
        (Ending::Canceled, Phase::Canceled, None),
    ] {
        let world = World::new().await;
        world.platform.with(|cloud| cloud.end_next([ending]));
        let scaled = world.scale(3).await.unwrap();
        time_passes_with_each_question(&world);
        let ended = world
            .client
            .follow(world.app, scaled.deployment, PATIENCE, |_| ())
            .await
            .unwrap();
        assert_eq!((ended.phase, ended.failed_step.as_deref()), (phase, step));
        let app = world.client.app(world.app).await.unwrap();
        assert_eq!(app.stand_down("worker"), Ok(None));
    }
}

#[tokio::test]
async fn a_deployment_that_another_overtakes_ends_as_superseded() {
    let world = World::new().await;
    let scaled = world.scale(3).await.unwrap();
    world.edit(|_| ());
    let ended = world
        .client
        .follow(world.app, scaled.deployment, PATIENCE, |_| ())
        .await
        .unwrap();
    assert_eq!(ended.phase, Phase::Superseded);
}

#[tokio::test]
async fn failures_that_pass_are_waited_out_and_others_are_told() {
    let world = World::new().await;
    let scaled = world.scale(3).await.unwrap();
    world.platform.with(|cloud| {
        for fault in [
            Fault::Status {
                status: 524,
                done: false,
            },
            Fault::Cut { done: false },
            Fault::RateLimited { retry_after_s: 0 },
        ] {
            cloud.fail_next(Route::GetDeployment, fault);
        }
    });
    time_passes_with_each_question(&world);
    let ended = world
        .client
        .follow(world.app, scaled.deployment, PATIENCE, |_| ())
        .await
        .unwrap();
    assert_eq!(ended.phase, Phase::Active);

    let refused = Fault::Status {
        status: 403,
        done: false,
    };
    world
        .platform
        .with(|cloud| cloud.fail_next(Route::GetDeployment, refused));
    let answer = world
        .client
        .follow(world.app, scaled.deployment, PATIENCE, |_| ())
        .await;
    assert!(
        matches!(answer, Err(FollowError::Call(Error::Unauthorized { .. }))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn patience_ends() {
    let world = World::new().await;
    let scaled = world.scale(3).await.unwrap();
    let hasty = Patience {
        total: Duration::from_millis(100),
        ..PATIENCE
    };
    let answer = world
        .client
        .follow(world.app, scaled.deployment, hasty, |_| ())
        .await;
    assert!(matches!(answer, Err(FollowError::Impatient { .. })), "{answer:?}");
    let answer = world.client.await_ready(world.app, "worker", 3, hasty).await;
    assert!(matches!(answer, Err(FollowError::Impatient { .. })), "{answer:?}");
}

/// P54: the end of a deployment is not believed; instances are counted.
#[tokio::test]
async fn instances_that_are_not_ready_are_waited_for() {
    let world = World::new().await;
    let app = world.app.0;
    world
        .platform
        .with(|cloud| cloud.set_ready(app, "worker", Some(1)));
    let mut asked = 0;
    world.platform.between(move |route, cloud| {
        asked += u32::from(route == Route::Health);
        if asked == 3 {
            cloud.set_ready(app, "worker", None);
        }
    });
    let replicas = world
        .client
        .await_ready(world.app, "worker", 2, PATIENCE)
        .await
        .unwrap();
    assert_eq!(replicas, Replicas { desired: 2, ready: 2 });
    assert_eq!(world.platform.with(|cloud| cloud.exchanges().len()), 4);
}
