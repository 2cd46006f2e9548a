use loadsure_digitalocean::{Guard, Plan, ScaleError, Spec};
use loadsure_testkit::digitalocean::{Fault, Route};
use serde_json::Value;

use crate::support::{World, shown};

fn container(world: &World, key: &str) -> Option<String> {
    world
        .platform
        .with(|cloud| cloud.container_env(world.app.0, "worker", key))
}

#[tokio::test]
async fn secrets_reach_their_containers_after_a_change_as_before() {
    let world = World::new().await;
    world.scale(3).await.unwrap();
    world.settle();
    assert_eq!(container(&world, "API_KEY").as_deref(), Some("insurer key"));
    assert_eq!(
        container(&world, "DATABASE_URL").as_deref(),
        Some("postgres://shared")
    );
    assert_eq!(container(&world, "LOG").as_deref(), Some("info"));
}

/// The trap itself, so that the guard is known to guard against something.
#[tokio::test]
async fn a_secret_sent_without_a_value_is_blanked_and_looks_right() {
    let world = World::new().await;
    world.edit(|spec| {
        let secret = spec.pointer_mut("/workers/1/envs/0").unwrap();
        secret.as_object_mut().unwrap().remove("value");
    });
    world.settle();
    assert_eq!(container(&world, "API_KEY").as_deref(), Some(""));
    let app = world.client.app(world.app).await.unwrap();
    assert!(app.spec.unsealed_secrets().is_empty());
}

#[tokio::test]
async fn a_spec_with_a_secret_that_is_not_encrypted_is_not_sent() {
    let world = World::new().await;
    let mut app = world.client.app(world.app).await.unwrap();
    let mut spec = app.spec.value().clone();
    *spec.pointer_mut("/workers/1/envs/0/value").unwrap() = Value::String(String::new());
    app.spec = Spec::new(spec);
    let expected = Guard::UnsealedSecrets(vec!["/workers/1/envs/0".to_owned()]);
    assert_eq!(Plan::new(&app, "worker", 3), Err(expected));
}

/// P30: whatever goes wrong, neither the token nor a secret is shown.
#[tokio::test]
async fn no_error_and_no_debug_output_shows_a_token_or_a_secret() {
    let world = World::new().await;
    let token = world.platform.token();
    let mut texts = vec![
        format!("{:?}", world.client),
        format!("{:?}", world.client.app(world.app).await.unwrap()),
    ];
    for fault in [
        Fault::Status {
            status: 401,
            done: false,
        },
        Fault::Status {
            status: 400,
            done: false,
        },
        Fault::Status {
            status: 500,
            done: false,
        },
        Fault::Cut { done: true },
        Fault::RateLimited { retry_after_s: 1 },
    ] {
        world.settle();
        world
            .platform
            .with(|cloud| cloud.fail_next(Route::UpdateApp, fault));
        let error: ScaleError = world.scale(9).await.unwrap_err();
        texts.push(format!("{} {error:?}", shown(&error)));
    }
    for text in texts {
        for secret in [token, "insurer key", "EV[1", "postgres://"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
