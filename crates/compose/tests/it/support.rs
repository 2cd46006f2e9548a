//! An engine with a compose project on it.

use std::time::Duration;

use loadsure_compose::{Service, Settings, Step};
use loadsure_testkit::docker::{Container, Daemon, State};
use serde_json::{Value, json};

pub(crate) struct World {
    pub(crate) daemon: Daemon,
    pub(crate) service: Service,
}

impl World {
    /// A project with so many workers, and with containers that are none.
    pub(crate) async fn new(workers: u32) -> Self {
        let daemon = Daemon::start().await.unwrap();
        daemon.with(|engine| {
            for number in 1..=workers {
                run(
                    engine,
                    &format!("loadsure-worker-{number}"),
                    body("loadsure", "worker", number),
                );
            }
            run(engine, "loadsure-api-1", body("loadsure", "api", 1));
            run(engine, "other-worker-1", body("other", "worker", 1));
            let mut one_off = body("loadsure", "worker", 9);
            *one_off.pointer_mut("/Labels/com.docker.compose.oneoff").unwrap() = "True".into();
            run(engine, "loadsure-worker-run-1", one_off);
        });
        let service = Service::connect(&settings(&daemon.base_url())).await.unwrap();
        Self { daemon, service }
    }

    /// Steps until nothing is left to do.
    pub(crate) async fn scale(&self, to: u32) -> Vec<Step> {
        let mut steps = Vec::new();
        loop {
            match self.service.step(to).await.unwrap() {
                Step::Nothing => return steps,
                step => steps.push(step),
            }
            assert!(steps.len() < 50, "{steps:?}");
        }
    }

    /// The names of the service's containers that live.
    pub(crate) fn running(&self) -> Vec<String> {
        self.daemon.with(|engine| {
            let ours = engine.containers().iter().filter(|one| is_ours(one));
            let running = ours.filter(|one| one.state == State::Running);
            running.map(|one| one.name.clone()).collect()
        })
    }

    pub(crate) fn container(&self, name: &str) -> Container {
        let find = |engine: &mut loadsure_testkit::docker::Engine| {
            engine.containers().iter().find(|one| one.name == name).cloned()
        };
        self.daemon.with(find).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Verbs and containers of all requests that change something.
    pub(crate) fn changes(&self) -> Vec<(&'static str, String)> {
        self.daemon.with(|engine| {
            let changes = engine.requests().iter();
            let changes = changes.filter(|one| !matches!(one.verb, "list" | "inspect" | "version"));
            changes.map(|one| (one.verb, one.container.clone())).collect()
        })
    }
}

fn is_ours(container: &Container) -> bool {
    let label = |name: &str| container.label(&format!("com.docker.compose.{name}"));
    (label("project"), label("service"), label("oneoff")) == (Some("loadsure"), Some("worker"), Some("False"))
}

pub(crate) fn settings(base_url: &str) -> Settings {
    Settings {
        endpoint: base_url.parse().unwrap(),
        project: "loadsure".to_owned(),
        service: "worker".to_owned(),
        grace: Duration::from_secs(45),
        timeout: Duration::from_secs(30),
    }
}

fn run(engine: &mut loadsure_testkit::docker::Engine, name: &str, body: Value) {
    engine.create(name, body).unwrap();
    engine.set_state(name, State::Running);
}

pub(crate) fn body(project: &str, service: &str, number: u32) -> Value {
    json!({
        "Image": "loadsure:local",
        "Cmd": ["worker"],
        "Env": ["LOADSURE_API_KEY=very secret", "RUST_LOG=info"],
        "User": "10001",
        "StopSignal": "SIGTERM",
        "ExposedPorts": {"9090/tcp": {}},
        "Healthcheck": {"Test": ["CMD", "worker", "health"], "Interval": 5_000_000_000_i64},
        "Labels": {
            "com.docker.compose.project": project,
            "com.docker.compose.service": service,
            "com.docker.compose.container-number": number.to_string(),
            "com.docker.compose.oneoff": "False",
            "com.docker.compose.config-hash": "abc",
            "com.docker.compose.replace": "an older one",
        },
        "HostConfig": {
            "NetworkMode": format!("{project}_default"),
            "RestartPolicy": {"Name": "unless-stopped"},
            "ReadonlyRootfs": true,
            "CapDrop": ["ALL"],
            "Memory": 268_435_456,
        },
        "NetworkingConfig": {"EndpointsConfig": {
            format!("{project}_default"): {"Aliases": [service, format!("{project}-{service}-{number}")]},
        }},
    })
}
