//! `compose.yaml`, against what the programs read and what the platform runs.

use std::collections::BTreeSet;

use loadsure_appspec::render;
use loadsure_config::{Fallback, Service, variables};
use serde_json::Value;

use crate::tree::{ENVIRONMENTS, repository};

/// The services of the file that run our programs with the registry's variables.
const PROGRAMS: [(&str, Service); 5] = [
    ("api", Service::Api),
    ("worker", Service::Worker),
    ("queue-monitor", Service::QueueMonitor),
    ("migrate", Service::Ctl),
    ("ctl", Service::Ctl),
];

fn compose() -> Value {
    let text = std::fs::read_to_string(repository().join("compose.yaml")).unwrap();
    // Merge keys (`<<`) are YAML 1.1, which compose keeps.
    serde_saphyr::from_str(&text).unwrap()
}

fn services(compose: &Value) -> &serde_json::Map<String, Value> {
    compose["services"].as_object().unwrap()
}

/// What `docker compose up` starts without a profile publishes one port: the API's, to this machine.
#[test]
fn only_the_api_is_published() {
    let compose = compose();
    for (name, service) in services(&compose) {
        let ports = service
            .get("ports")
            .map_or(&[][..], |ports| ports.as_array().unwrap());
        let is_optional = service.get("profiles").is_some();
        assert_eq!(!ports.is_empty(), name == "api" || name == "grafana", "{name}");
        assert!(name == "api" || ports.is_empty() || is_optional, "{name}");
        for port in ports {
            assert!(port.as_str().unwrap().starts_with("127.0.0.1:"), "{name}: {port}");
        }
    }
    let inside = &compose["networks"]["inside"];
    assert_eq!(inside["internal"], true, "nobody outside reaches the databases");
}

/// Production and a laptop run the same major versions.
#[test]
fn the_databases_are_of_the_versions_of_the_platform() {
    let compose = compose();
    for environment in ENVIRONMENTS {
        let spec = render(&repository(), environment).unwrap();
        for (list, image, service) in [
            ("db", "library/postgres", "postgres"),
            ("queue", "valkey/valkey", "valkey"),
        ] {
            let version = spec.get(&["databases", list, "version"]).unwrap();
            let version = version.as_str().unwrap();
            let wanted = format!("docker.io/{image}:{version}-");
            let runs = services(&compose)[service]["image"].as_str().unwrap();
            assert!(
                runs.starts_with(&wanted),
                "{runs} is not {wanted}…, as {environment} runs"
            );
        }
    }
}

/// P49: no name that nobody reads, and none missing that a program insists on.
#[test]
fn each_program_is_told_what_it_insists_on_and_nothing_that_nobody_reads() {
    let compose = compose();
    for (name, service) in PROGRAMS {
        let told: BTreeSet<&str> = services(&compose)[name]["environment"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        for var in variables() {
            let insists = var.read_by.contains(&service) && var.fallback == Fallback::Required;
            assert!(
                !insists || told.contains(var.name),
                "{name} is not told {}",
                var.name
            );
        }
        let known: BTreeSet<&str> = variables().map(|var| var.name).collect();
        assert_eq!(told.difference(&known).next(), None, "{name}");
    }
}

/// Whatever runs our code runs it as it runs on the platform: unprivileged, and with nothing to write to.
#[test]
fn our_programs_may_do_nothing_but_their_work() {
    let compose = compose();
    for name in PROGRAMS.map(|(name, _)| name).into_iter().chain(["sandbox"]) {
        let service = &services(&compose)[name];
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert_eq!(
            service["security_opt"],
            serde_json::json!(["no-new-privileges:true"]),
            "{name}"
        );
    }
}

/// The socket of the engine is read through a proxy that only the monitor reaches, and only when asked for.
#[test]
fn the_engine_is_reached_through_a_proxy_that_is_off() {
    let compose = compose();
    for (name, service) in services(&compose) {
        let volumes = service.get("volumes").map_or_else(String::new, Value::to_string);
        assert_eq!(volumes.contains("docker.sock"), name == "docker-proxy", "{name}");
        let networks = service["networks"].to_string();
        let reaches = name == "docker-proxy" || name == "queue-monitor";
        assert_eq!(networks.contains("engine"), reaches, "{name}");
    }
    assert_eq!(
        services(&compose)["docker-proxy"]["profiles"],
        serde_json::json!(["autoscale"])
    );
    assert_eq!(compose["networks"]["engine"]["internal"], true);
}
