use std::error::Error as _;

use loadsure_compose::{Endpoint, Error, Service, Settings, Step};
use loadsure_testkit::docker::State;

use crate::support::{World, body, settings};

#[tokio::test]
async fn a_container_that_cannot_be_started_is_taken_back() {
    let world = World::new(1).await;
    world.daemon.with(|engine| engine.fail_next("start", 500));
    let failed = world.service.step(2).await;
    let refused = Error::Refused {
        doing: "start a container",
        status: 500,
    };
    assert_eq!(failed.unwrap_err().to_string(), refused.to_string());
    assert_eq!(world.daemon.with(|engine| engine.containers().len()), 4);
    assert!(matches!(
        world.service.step(2).await.unwrap(),
        Step::Started { .. }
    ));
}

#[tokio::test]
async fn a_step_that_was_made_in_part_is_finished_by_the_next() {
    let world = World::new(1).await;
    world.daemon.with(|engine| {
        engine.fail_next("start", 500);
        engine.fail_next("remove", 500);
    });
    assert!(world.service.step(2).await.is_err());
    assert_eq!(world.container("loadsure-worker-2").state, State::Created);
    world.scale(2).await;
    assert_eq!(world.running(), ["loadsure-worker-1", "loadsure-worker-2"]);

    world.daemon.with(|engine| engine.fail_next("remove", 500));
    assert!(world.service.step(1).await.is_err());
    assert_eq!(world.service.alive().await.unwrap(), 1);
    assert_eq!(world.service.step(1).await.unwrap(), Step::Nothing);
}

#[tokio::test]
async fn a_service_that_never_was_has_nothing_to_copy() {
    let world = World::new(0).await;
    assert!(matches!(world.service.step(1).await, Err(Error::NoTemplate)));
}

#[tokio::test]
async fn a_name_that_somebody_else_took_is_a_refusal() {
    let world = World::new(1).await;
    world
        .daemon
        .with(|engine| engine.create("loadsure-worker-2", body("other", "x", 1)));
    let answer = world.service.step(2).await;
    assert!(
        matches!(answer, Err(Error::Refused { status: 409, .. })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_told_as_such() {
    let missing = Settings {
        endpoint: Endpoint::Socket("/nowhere/docker.sock".into()),
        ..settings("http://127.0.0.1:1")
    };
    assert!(Service::connect(&missing).await.is_err());
    let answer = Service::connect(&settings("http://127.0.0.1:1")).await;
    assert!(matches!(answer, Err(Error::Unreachable { .. })), "{answer:?}");
}

/// P30: an answer that cannot be read holds the environment of containers.
#[tokio::test]
async fn no_error_shows_what_is_in_an_answer() {
    let world = World::new(1).await;
    world.daemon.with(|engine| {
        let mut odd = body("loadsure", "worker", 2);
        *odd.get_mut("Cmd").unwrap() = "not a list, but very secret".into();
        engine.create("loadsure-worker-2", odd);
        engine.set_state("loadsure-worker-1", State::Exited { code: 0 });
        engine.set_state("loadsure-worker-2", State::Running);
    });
    let error = world.service.step(3).await;
    // The first one that ended is started; then the odd one is ended, which has to be read.
    assert!(matches!(error, Ok(Step::Started { .. })), "{error:?}");
    let error = world.service.step(1).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    let text = format!("{error} {error:?} {:?}", error.source());
    assert!(!text.contains("secret"), "{text}");
}
