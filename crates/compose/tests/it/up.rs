use loadsure_compose::Step;
use loadsure_testkit::docker::State;
use serde_json::{Value, json};

use crate::support::{World, body};

fn started(number: u32) -> Step {
    Step::Started {
        name: format!("loadsure-worker-{number}"),
    }
}

#[tokio::test]
async fn only_the_services_own_living_containers_are_counted() {
    let world = World::new(3).await;
    world
        .daemon
        .with(|engine| engine.set_state("loadsure-worker-2", State::Exited { code: 1 }));
    assert_eq!(world.service.alive().await.unwrap(), 2);
}

#[tokio::test]
async fn missing_containers_are_added_one_by_one_under_the_numbers_that_are_free() {
    let world = World::new(1).await;
    assert_eq!(world.scale(3).await, [started(2), started(3)]);
    assert_eq!(world.service.alive().await.unwrap(), 3);
    let create = ("create", String::new());
    let start = |number: u32| ("start", format!("loadsure-worker-{number}"));
    assert_eq!(world.changes(), [create.clone(), start(2), create, start(3)]);
}

#[tokio::test]
async fn a_copy_is_the_template_but_for_what_only_one_can_have() {
    let world = World::new(1).await;
    world.scale(2).await;
    let (first, second) = (
        world.container("loadsure-worker-1"),
        world.container("loadsure-worker-2"),
    );
    let mut expected = first.body.clone();
    let labels = expected.get_mut("Labels").unwrap().as_object_mut().unwrap();
    labels.insert("com.docker.compose.container-number".to_owned(), "2".into());
    labels.remove("com.docker.compose.replace");
    // The image that the template runs, whatever its tag means by now.
    *expected.get_mut("Image").unwrap() = "sha256:of-loadsure:local".into();
    *expected
        .pointer_mut("/NetworkingConfig/EndpointsConfig/loadsure_default/Aliases")
        .unwrap() = json!(["worker"]);
    assert_eq!(without_defaults(second.body), without_defaults(expected));
    assert_ne!(first.id, second.id);
}

/// Drops what says nothing, so that absent, null and empty are the same.
fn without_defaults(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields
                .into_iter()
                .map(|(name, value)| (name, without_defaults(value)));
            Value::Object(
                kept.filter(|(_, value)| !matches!(value, Value::Null | Value::Bool(false)))
                    .collect(),
            )
        }
        value => value,
    }
}

/// P56: a worker is told from others by its host's name.
#[tokio::test]
async fn a_host_name_that_was_given_is_kept_and_one_that_was_not_is_not_copied() {
    for given in [None, Some("insurer-gateway")] {
        let world = World::new(0).await;
        let mut template = body("loadsure", "worker", 1);
        if let Some(given) = given {
            let fields = template.as_object_mut().unwrap();
            fields.insert("Hostname".to_owned(), given.into());
        }
        world.daemon.with(|engine| {
            engine.create("loadsure-worker-1", template).unwrap();
            engine.set_state("loadsure-worker-1", State::Running);
        });
        world.scale(2).await;
        let copied = world.container("loadsure-worker-2").body;
        assert_eq!(copied.get("Hostname").and_then(Value::as_str), given);
    }
}

#[tokio::test]
async fn a_gap_in_the_numbers_is_filled() {
    let world = World::new(3).await;
    world.daemon.with(|engine| engine.remove("loadsure-worker-2"));
    assert_eq!(world.scale(3).await, [started(2)]);
}

#[tokio::test]
async fn a_container_that_ended_and_is_still_there_is_started_and_not_copied() {
    let world = World::new(3).await;
    world
        .daemon
        .with(|engine| engine.set_state("loadsure-worker-2", State::Exited { code: 0 }));
    assert_eq!(world.scale(3).await, [started(2)]);
    assert_eq!(world.changes(), [("start", "loadsure-worker-2".to_owned())]);
}

#[tokio::test]
async fn there_is_nothing_to_do_when_as_many_live_as_should() {
    let world = World::new(2).await;
    assert!(world.scale(2).await.is_empty());
    assert!(world.changes().is_empty());
}
