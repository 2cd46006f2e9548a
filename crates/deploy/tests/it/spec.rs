//! The spec that is sent.

use std::collections::BTreeMap;

use loadsure_deploy::{ApplyError, Inputs, SpecError, Template, apply};

use crate::support::{SECRET, World};

async fn refused(world: &World, template: &Template, outputs: &[(&str, &str)]) -> SpecError {
    let mut all = World::outputs();
    all.extend(
        outputs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let inputs = Inputs {
        template: template.clone(),
        outputs: all,
        secrets: BTreeMap::new(),
    };
    let mut release = world.plan().await;
    let refused = apply(
        &world.client,
        &world.lock,
        &mut release,
        &inputs,
        World::patience(),
    )
    .await;
    assert!(world.platform.with(|cloud| cloud.writes().is_empty()));
    match refused {
        Err(ApplyError::Spec(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_placeholder_without_a_value_is_named_and_nothing_is_sent() {
    let world = World::staging().await;
    let error = refused(
        &world,
        &world.template,
        &[("vpc_id", ""), ("queue_private_host", " ")],
    )
    .await;
    assert_eq!(
        error.to_string(),
        "nothing to fill in for ${output.queue_private_host}, ${output.vpc_id}"
    );
}

#[tokio::test]
async fn a_binding_of_no_component_is_taken_for_a_mistake() {
    let world = World::staging().await;
    let text = "name: x\nworkers:\n- name: worker\n  envs:\n  - {key: A, value: '${bd.PORT} ${worker.X} ${APP_URL}'}";
    let error = refused(&world, &Template::parse(text).unwrap(), &[]).await;
    assert_eq!(error.to_string(), "nothing to fill in for ${bd.PORT}");
}

#[tokio::test]
async fn a_secret_that_the_live_app_lacks_is_never_sent_empty() {
    let world = World::staging().await;
    let change = |spec: &mut serde_json::Value| {
        let envs = spec["workers"][0]["envs"].as_array_mut().unwrap();
        envs.retain(|variable| variable["key"] != "LOADSURE_API_KEY");
    };
    let app = world.target().0;
    world.platform.with(|cloud| cloud.edit(app, change)).unwrap();
    let error = refused(&world, &world.template, &[]).await;
    assert_eq!(
        error.to_string(),
        "the live app has no encrypted value for LOADSURE_API_KEY of worker"
    );
}

#[tokio::test]
async fn the_live_encrypted_value_is_sent_back_byte_for_byte() {
    let world = World::staging().await;
    let mut release = world.plan().await;
    world.apply(&mut release).await.unwrap();
    let text = world.platform.with(|cloud| {
        let write = cloud.writes().last().unwrap();
        let key = |spec: &serde_json::Value| {
            let envs = spec["workers"][0]["envs"].as_array().unwrap().clone();
            envs.into_iter()
                .find(|variable| variable["key"] == "LOADSURE_API_KEY")
        };
        assert_eq!(key(&write.before), key(&write.body["spec"]));
        format!("{:?}", cloud.exchanges())
    });
    assert!(!text.contains(SECRET));
}

#[tokio::test]
async fn a_secret_is_set_anew_where_one_is_given_and_never_blanked() {
    let world = World::staging().await;
    let mut inputs = Inputs {
        template: world.template.clone(),
        outputs: World::outputs(),
        secrets: BTreeMap::from([("loadsure_api_key".to_owned(), " ".to_owned().into())]),
    };
    let mut release = world.plan().await;
    let key = || {
        world.platform.with(|cloud| {
            let spec = cloud.spec(world.target().0).unwrap();
            let envs = spec["workers"][0]["envs"].as_array().unwrap().clone();
            let variable = envs
                .into_iter()
                .find(|variable| variable["key"] == "LOADSURE_API_KEY");
            variable.unwrap()["value"].clone()
        })
    };
    let before = key();
    let sent = apply(
        &world.client,
        &world.lock,
        &mut release,
        &inputs,
        World::patience(),
    )
    .await;
    sent.unwrap();
    assert_eq!(key(), before, "a blank one is none");

    inputs
        .secrets
        .insert("loadsure_api_key".to_owned(), "rotated".to_owned().into());
    assert!(!format!("{inputs:?}").contains("rotated"));
    let mut next = world.plan().await;
    let sent = apply(&world.client, &world.lock, &mut next, &inputs, World::patience()).await;
    sent.unwrap();
    loadsure_deploy::watch(&world.client, &world.lock, &next, World::patience(), drop)
        .await
        .unwrap();
    let told = world
        .platform
        .with(|cloud| cloud.container_env(world.target().0, "worker", "LOADSURE_API_KEY"));
    assert_eq!(told.as_deref(), Some("rotated"));
}
