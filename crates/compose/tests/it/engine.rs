//! A real engine, where one is named: `LOADSURE_TEST_DOCKER_HOST` as `DOCKER_HOST` is written, and
//! `LOADSURE_TEST_DOCKER_IMAGE`, an image with `/bin/sh` and `sleep` that it has.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder};
use bollard::{API_DEFAULT_VERSION, Docker};
use loadsure_compose::{Error, Instance, Service, Settings, Step};

/// Ends at SIGTERM, as a worker does.
const WORK: &str = "trap 'exit 0' TERM; while :; do sleep 1 & wait; done";

/// What scaling up and down did to a service of one container.
struct Played {
    up: Vec<Step>,
    at_most: Vec<Instance>,
    down: Vec<Step>,
}

#[tokio::test]
async fn a_real_engine_scales_up_and_down_without_a_kill() {
    let (Ok(host), Ok(image)) = (
        std::env::var("LOADSURE_TEST_DOCKER_HOST"),
        std::env::var("LOADSURE_TEST_DOCKER_IMAGE"),
    ) else {
        println!("skipped: no engine is named");
        return;
    };
    let project = format!("loadsure-test-{}", std::process::id());
    let docker = docker(&host).await;
    create_first(&docker, &project, image).await;
    let service = Service::connect(&Settings {
        endpoint: host.parse().unwrap(),
        project,
        service: "worker".to_owned(),
        grace: Duration::from_secs(30),
        timeout: Duration::from_secs(60),
    })
    .await
    .unwrap();
    let played = play(&service).await;
    let left = service.instances().await.unwrap();
    let force = RemoveContainerOptionsBuilder::new().force(true).build();
    for instance in &left {
        docker
            .remove_container(&instance.id, Some(force.clone()))
            .await
            .unwrap();
    }
    let played = played.unwrap();
    assert_eq!((played.up.len(), played.at_most.len(), left.len()), (2, 3, 1));
    assert!(
        played.at_most.iter().all(|instance| instance.is_alive),
        "{:?}",
        played.at_most
    );
    let orderly = |step: &Step| matches!(step, Step::Stopped { killed: false, .. });
    assert!(
        played.down.len() == 2 && played.down.iter().all(orderly),
        "{:?}",
        played.down
    );
}

async fn play(service: &Service) -> Result<Played, Error> {
    let up = scale(service, 3).await?;
    let at_most = service.instances().await?;
    let down = scale(service, 1).await?;
    Ok(Played { up, at_most, down })
}

async fn scale(service: &Service, to: u32) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    loop {
        match service.step(to).await? {
            Step::Nothing => return Ok(steps),
            step => steps.push(step),
        }
    }
}

async fn docker(host: &str) -> Docker {
    let docker = if host.starts_with("unix://") {
        Docker::connect_with_unix(host, 60, API_DEFAULT_VERSION)
    } else {
        Docker::connect_with_http(host, 60, API_DEFAULT_VERSION)
    };
    docker.unwrap().negotiate_version().await.unwrap()
}

/// What compose brings up.
async fn create_first(docker: &Docker, project: &str, image: String) {
    let label = |name: &str, value: &str| (format!("com.docker.compose.{name}"), value.to_owned());
    let body = ContainerCreateBody {
        image: Some(image),
        cmd: Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), WORK.to_owned()]),
        labels: Some(HashMap::from([
            label("project", project),
            label("service", "worker"),
            label("container-number", "1"),
            label("oneoff", "False"),
        ])),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    };
    let name = format!("{project}-worker-1");
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    docker.create_container(Some(options), body).await.unwrap();
    docker.start_container(&name, None).await.unwrap();
}
