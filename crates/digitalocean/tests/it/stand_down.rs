use std::time::Duration;

use loadsure_digitalocean::{ScaleError, StandDown};
use loadsure_testkit::digitalocean::Route;
use serde_json::json;

use crate::support::{World, spec};

/// The reason, told alike by the question and by the refusal, with nothing written.
async fn reason(world: &World) -> Option<StandDown> {
    let app = world.client.app(world.app).await.unwrap();
    let asked = world.client.stand_down(&app, "worker").await.unwrap();
    let before = world.writes();
    match world.scale(4).await {
        Ok(_) => assert_eq!(asked, None),
        Err(ScaleError::StandsDown(reason)) => {
            assert_eq!(asked, Some(reason));
            assert_eq!(world.writes(), before, "{reason}");
        }
        Err(other) => panic!("{other:?}"),
    }
    asked
}

#[tokio::test]
async fn an_app_at_rest_is_scaled() {
    let world = World::new().await;
    assert_eq!(reason(&world).await, None);
    assert_eq!(world.writes(), 1);
}

#[tokio::test]
async fn a_deployment_is_waited_for_while_it_waits_and_while_it_runs() {
    let world = World::new().await;
    world.edit(|_| ());
    assert_eq!(reason(&world).await, Some(StandDown::DeploymentRunning));
    world
        .platform
        .with(|cloud| cloud.advance(Duration::from_secs(60)));
    assert_eq!(reason(&world).await, Some(StandDown::DeploymentRunning));
    world.settle();
    assert_eq!(reason(&world).await, None);
}

#[tokio::test]
async fn a_deployment_that_begins_meanwhile_is_seen() {
    let world = World::new().await;
    let app = world.app.0;
    let mut struck = false;
    world.platform.between(move |route, cloud| {
        if route == Route::Propose && !std::mem::replace(&mut struck, true) {
            cloud.edit(app, |_| ()).unwrap();
        }
    });
    let answer = world.scale(3).await;
    let expected = matches!(answer, Err(ScaleError::StandsDown(StandDown::DeploymentRunning)));
    assert!(expected, "{answer:?}");
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn a_pinned_app_is_left_alone_until_somebody_commits() {
    let world = World::new().await;
    world.edit(|spec| *spec.pointer_mut("/services/0/instance_count").unwrap() = 3.into());
    world.settle();
    world.platform.with(|cloud| {
        let first = *cloud.deployments(world.app.0).first().unwrap();
        cloud.roll_back(world.app.0, first).unwrap();
    });
    world.settle();
    assert_eq!(reason(&world).await, Some(StandDown::Pinned));
}

#[tokio::test]
async fn archived_and_maintained_apps_are_left_alone() {
    for (maintenance, expected) in [
        (json!({"enabled": true}), StandDown::Maintenance),
        (json!({"enabled": true, "archive": true}), StandDown::Archived),
        (json!({"archive": true}), StandDown::Archived),
    ] {
        let mut spec = spec();
        spec.as_object_mut()
            .unwrap()
            .insert("maintenance".to_owned(), maintenance);
        assert_eq!(reason(&World::with(spec).await).await, Some(expected));
    }
}

#[tokio::test]
async fn an_app_that_nothing_serves_is_left_alone() {
    let world = World::new().await;
    world.platform.with(|cloud| cloud.break_app(world.app.0));
    assert_eq!(reason(&world).await, Some(StandDown::AppInError));
}

#[tokio::test]
async fn a_worker_that_the_platform_scales_is_left_to_it() {
    let mut spec = spec();
    let worker = spec.pointer_mut("/workers/1").unwrap().as_object_mut().unwrap();
    worker.remove("instance_count");
    worker.insert("instance_size_slug".to_owned(), json!("apps-d-1vcpu-1gb"));
    worker.insert(
        "autoscaling".to_owned(),
        json!({"min_instance_count": 1, "max_instance_count": 3, "metrics": {"cpu": {"percent": 80}}}),
    );
    let world = World::with(spec).await;
    assert_eq!(reason(&world).await, Some(StandDown::NativeAutoscaling));
}

#[tokio::test]
async fn a_worker_of_a_size_for_one_instance_is_left_alone() {
    let mut spec = spec();
    let worker = spec.pointer_mut("/workers/1").unwrap().as_object_mut().unwrap();
    worker.insert("instance_count".to_owned(), json!(1));
    worker.insert("instance_size_slug".to_owned(), json!("apps-s-1vcpu-0.5gb"));
    let world = World::with(spec).await;
    assert_eq!(reason(&world).await, Some(StandDown::SingleInstanceSize));
}
