//! What may be deployed.

use loadsure_deploy::{Environment, PlanError, Slots, plan};

use crate::support::{NEW, OLD, World, images};

/// P65, P68: production takes only what staging runs, by its digests.
#[tokio::test]
async fn production_takes_only_what_staging_runs() {
    let world = World::production().await;
    assert!(world.plan().await.serving.is_some());
    let mut other = images(NEW);
    other
        .digests
        .insert("worker".to_owned(), images(OLD).digests["worker"].clone());
    let (commit, checks) = (images(NEW).commit, World::checks());
    let of = |images, staging| {
        let production = Environment::Production;
        plan(
            &world.client,
            production,
            (&commit, &checks),
            images,
            world.slots,
            staging,
        )
    };
    let refused = of(other, Some(world.staging)).await;
    let Err(PlanError::NotOnStaging(components)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(components, ["worker"]);
    let refused = of(images(NEW), None).await;
    assert!(matches!(refused, Err(PlanError::NoStaging)), "{refused:?}");
    let refused = of(images(OLD), Some(world.staging)).await;
    assert!(matches!(refused, Err(PlanError::OtherCommit(_))), "{refused:?}");
    let mut fewer = images(NEW);
    fewer.digests.remove("ctl");
    let refused = of(fewer, Some(world.staging)).await;
    assert!(matches!(refused, Err(PlanError::Images(_))), "{refused:?}");
}

#[tokio::test]
async fn the_app_without_traffic_is_deployed_to_and_an_unclear_state_is_refused() {
    let world = World::production().await;
    let release = world.plan().await;
    assert_eq!(
        (release.app, release.serving),
        (world.target(), Some(world.served()))
    );
    let change = |spec: &mut serde_json::Value| drop(spec.as_object_mut().unwrap().remove("domains"));
    let app = world.served().0;
    world.platform.with(|cloud| cloud.edit(app, change)).unwrap();
    let (commit, checks) = (images(NEW).commit, World::checks());
    let slots = Slots::Two(world.served(), world.target());
    let staging = Some(world.staging);
    let refused = plan(
        &world.client,
        Environment::Production,
        (&commit, &checks),
        images(NEW),
        slots,
        staging,
    )
    .await;
    assert!(matches!(refused, Err(PlanError::Domains(0))), "{refused:?}");
}
