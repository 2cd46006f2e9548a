//! Workers as containers of a Compose service.

use loadsure_core::scaling::Command;
use loadsure_store::scaling::Ending;
use loadsure_testkit::docker::{Daemon, State};
use serde_json::json;

use crate::commands::give;
use crate::stand::{Ground, Stand, eventually};
use crate::worker::OBEDIENT;

/// The first worker, as compose makes it.
fn template(daemon: &Daemon) {
    let labels = json!({
        "com.docker.compose.project": "loadsure",
        "com.docker.compose.service": "worker",
        "com.docker.compose.container-number": "1",
        "com.docker.compose.oneoff": "False",
    });
    let body = json!({
        "Image": "loadsure/worker", "Labels": labels, "HostConfig": {"NetworkMode": "loadsure_inside"},
        "NetworkingConfig": {"EndpointsConfig": {"loadsure_inside": {}}},
    });
    daemon.with(|engine| {
        engine.create("loadsure-worker-1", body).unwrap();
        engine.set_state("loadsure-worker-1", State::Running);
    });
}

fn running(daemon: &Daemon) -> Vec<String> {
    daemon.with(|engine| {
        let running = engine
            .containers()
            .iter()
            .filter(|one| one.state == State::Running);
        running.map(|one| one.name.clone()).collect()
    })
}

#[tokio::test]
async fn containers_are_added_and_removed_until_there_are_as_many_as_asked_for() {
    let daemon = Daemon::start().await.unwrap();
    template(&daemon);
    let host = daemon.base_url().replace("http://", "tcp://");
    let variables = [
        ("SCALING_ACTUATOR", "compose"),
        ("COMPOSE_PROJECT", "loadsure"),
        ("DOCKER_HOST", &host),
        // A request to the engine takes 5 s at most, for which whoever asks must lead.
        ("SCALING_LEASE_MS", "12000"),
        ("CHECK_INTERVAL", "200"),
    ];
    let stand = Stand::start_on(Ground::prepare(OBEDIENT).await, &variables).await;
    stand
        .sampled("it is counted", |sample| sample.workers.living == 1)
        .await;
    assert_eq!(give(&stand, Command::Pin { workers: Some(3) }).await, "applied");
    stand
        .sampled("there are three", |sample| sample.workers.living == 3)
        .await;
    let names = ["loadsure-worker-1", "loadsure-worker-2", "loadsure-worker-3"];
    assert_eq!(running(&daemon), names);
    eventually("the change has ended", async || {
        let changes = stand.store.changes(1).await.unwrap();
        changes[0].ending == Some(Ending::Applied)
    })
    .await;
    assert_eq!(give(&stand, Command::Pin { workers: Some(1) }).await, "applied");
    stand
        .sampled("there is one", |sample| sample.workers.living == 1)
        .await;
    assert_eq!(running(&daemon), names[..1]);
}
