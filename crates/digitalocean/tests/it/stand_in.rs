//! What the stand-in is trusted for elsewhere.

use std::time::Duration;

use loadsure_digitalocean::{DeploymentId, Phase, StandDown};
use serde_json::json;

use crate::support::World;

async fn phase(world: &World, deployment: uuid::Uuid) -> Phase {
    let deployment = DeploymentId(deployment);
    world
        .client
        .deployment(world.app, deployment)
        .await
        .unwrap()
        .phase
}

async fn post(world: &World, path: &str) -> u16 {
    let url = format!(
        "{}/v2/apps/{}/rollback/{path}",
        world.platform.base_url(),
        world.app
    );
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(world.platform.token());
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn deployments_run_one_at_a_time_and_of_those_that_wait_the_newest_survives() {
    let world = World::new().await;
    let edit = |world: &World| {
        world
            .platform
            .with(|cloud| cloud.edit(world.app.0, |_| ()))
            .unwrap()
    };
    let first = edit(&world);
    world
        .platform
        .with(|cloud| cloud.advance(Duration::from_secs(20)));
    let (second, third) = (edit(&world), edit(&world));
    world
        .platform
        .with(|cloud| cloud.advance(Duration::from_secs(20)));
    assert_eq!(phase(&world, first).await, Phase::Building);
    assert_eq!(phase(&world, second).await, Phase::Superseded);
    assert_eq!(phase(&world, third).await, Phase::PendingBuild);
    world
        .platform
        .with(|cloud| cloud.advance(Duration::from_secs(120)));
    assert_eq!(phase(&world, first).await, Phase::Active);
    assert_eq!(phase(&world, third).await, Phase::Building);
    world
        .platform
        .with(|cloud| cloud.advance(Duration::from_secs(150)));
    assert_eq!(phase(&world, first).await, Phase::Superseded);
    assert_eq!(phase(&world, third).await, Phase::Active);
}

#[tokio::test]
async fn a_rollback_pins_until_it_is_committed_or_reverted() {
    for (end, count) in [("commit", 2), ("revert", 4)] {
        let world = World::new().await;
        world.scale(4).await.unwrap();
        world.settle();
        world.platform.with(|cloud| {
            let first = cloud.deployments(world.app.0).first().copied().unwrap();
            cloud.roll_back(world.app.0, first).unwrap();
        });
        world.settle();
        let app = world.client.app(world.app).await.unwrap();
        assert_eq!(app.stand_down("worker"), Ok(Some(StandDown::Pinned)));
        assert_eq!(app.spec.instance_count("worker"), Ok(2));
        assert_eq!(post(&world, end).await, 200);
        world.settle();
        let app = world.client.app(world.app).await.unwrap();
        assert_eq!(app.stand_down("worker"), Ok(None));
        assert_eq!(app.spec.instance_count("worker"), Ok(count));
        assert_eq!(post(&world, end).await, 409);
    }
}

/// P54: a change of the spec is not yet a change of the fleet.
#[tokio::test]
async fn instances_are_counted_by_what_serves_and_not_by_what_is_wanted() {
    let world = World::new().await;
    world.scale(4).await.unwrap();
    let replicas = world.client.replicas(world.app, "worker").await.unwrap();
    assert_eq!((replicas.desired, replicas.ready), (2, 2));
    world.settle();
    let replicas = world.client.replicas(world.app, "worker").await.unwrap();
    assert_eq!((replicas.desired, replicas.ready), (4, 4));
}

#[tokio::test]
async fn the_platform_refuses_what_it_is_known_to_refuse() {
    let world = World::new().await;
    let refusals = [
        ("/workers/1/instance_count", json!(0)),
        ("/workers/1/instance_size_slug", json!("apps-s-1vcpu-0.5gb")),
        ("/workers/1/instance_size_slug", json!("apps-x")),
        ("/workers/1/name", json!("api")),
        ("/workers/1/envs/0/value", json!("EV[1:somebody:else's]")),
    ];
    for (pointer, value) in refusals {
        let edit = world.platform.with(|cloud| {
            cloud.edit(world.app.0, |spec| {
                *spec.pointer_mut(pointer).unwrap() = value.clone()
            })
        });
        assert!(edit.is_err(), "{pointer} {value}");
    }
}

/// The call that must not be relied on: it does not end where there are many.
#[tokio::test]
async fn many_deployments_are_not_listed_in_any_time() {
    let world = World::new().await;
    for _ in 0..60 {
        world.edit(|_| ());
    }
    let url = format!("{}/v2/apps/{}/deployments", world.platform.base_url(), world.app);
    let request = reqwest::Client::new()
        .get(url)
        .bearer_auth(world.platform.token());
    let answer = request.timeout(Duration::from_millis(300)).send().await;
    assert!(answer.is_err_and(|error| error.is_timeout()));
}
