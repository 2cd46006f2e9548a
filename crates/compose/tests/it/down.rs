use loadsure_compose::{Error, Step};
use loadsure_testkit::docker::State;

use crate::support::World;

fn stopped(number: u32, killed: bool) -> Step {
    Step::Stopped {
        name: format!("loadsure-worker-{number}"),
        killed,
    }
}

#[tokio::test]
async fn the_newest_is_stopped_with_its_grace_and_then_removed_one_after_another() {
    let world = World::new(4).await;
    assert_eq!(world.scale(2).await, [stopped(4, false), stopped(3, false)]);
    assert_eq!(world.running(), ["loadsure-worker-1", "loadsure-worker-2"]);
    let order: Vec<_> = [("stop", 4), ("remove", 4), ("stop", 3), ("remove", 3)]
        .map(|(verb, number)| (verb, format!("loadsure-worker-{number}")))
        .into();
    assert_eq!(world.changes(), order);
    world.daemon.with(|engine| {
        let stops = engine.requests().iter().filter(|one| one.verb == "stop");
        assert!(stops.map(|one| one.query.as_str()).all(|query| query == "t=45"));
        let removes = engine.requests().iter().filter(|one| one.verb == "remove");
        assert!(
            removes
                .map(|one| one.query.as_str())
                .all(|query| !query.contains("force=true"))
        );
    });
}

#[tokio::test]
async fn a_container_that_had_to_be_killed_is_told_of() {
    let world = World::new(2).await;
    world
        .daemon
        .with(|engine| engine.ignore_sigterm("loadsure-worker-2"));
    assert_eq!(world.scale(1).await, [stopped(2, true)]);
}

#[tokio::test]
async fn nobody_else_is_touched() {
    let world = World::new(3).await;
    world.scale(1).await;
    for name in [
        "loadsure-api-1",
        "other-worker-1",
        "loadsure-worker-run-1",
        "loadsure-worker-1",
    ] {
        assert_eq!(world.container(name).state, State::Running, "{name}");
    }
}

/// S11: a service is not scaled away.
#[tokio::test]
async fn a_service_is_never_scaled_to_zero() {
    let world = World::new(2).await;
    assert!(matches!(world.service.step(0).await, Err(Error::Zero)));
    assert!(world.changes().is_empty());
}

#[tokio::test]
async fn what_ended_by_itself_meanwhile_is_only_removed() {
    let world = World::new(2).await;
    world.daemon.with(|engine| engine.fail_next("stop", 304));
    world.daemon.with(|engine| engine.fail_next("remove", 404));
    assert_eq!(world.service.step(1).await.unwrap(), stopped(2, false));
}
