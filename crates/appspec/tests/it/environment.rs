//! What the components are told, against what the programs read.

use std::collections::{BTreeMap, BTreeSet};

use loadsure_appspec::{Spec, render};
use loadsure_config::{
    ApiConfig, CtlConfig, Errors, Fallback, MonitorServiceConfig, Service, WorkerServiceConfig, env_sample,
    variables,
};

use crate::tree::{ENVIRONMENTS, repository};

/// The components and the programs that they run.
const COMPONENTS: [(&str, &str, Service); 4] = [
    ("services", "api", Service::Api),
    ("workers", "worker", Service::Worker),
    ("workers", "queue-monitor", Service::QueueMonitor),
    ("jobs", "migrate", Service::Ctl),
];

/// Variables that no component is told, because what holds without them is right on the platform.
const LEFT_OUT: &[&str] = &[
    "INSTANCE_NAME",
    "DATABASE_CONNECT_TIMEOUT_MS",
    "DATABASE_STATEMENT_TIMEOUT_MS",
    "DATABASE_WAIT_TIMEOUT_MS",
    "REDIS_PREFIX",
    "REDIS_COMMAND_TIMEOUT_MS",
    "REDIS_POOL_SIZE",
    "LOADSURE_CONNECT_TIMEOUT_MS",
    "LOADSURE_REQUEST_TIMEOUT_MS",
    "LOADSURE_MAX_RESPONSE_BYTES",
    "LOADSURE_REPEAT_PURCHASE",
    "LOADSURE_SPELLINGS",
    "LOADSURE_MAX_CONCURRENCY",
    "LOADSURE_CIRCUIT_FAILURES",
    "LOADSURE_CIRCUIT_OPEN_MS",
    "LOADSURE_CIRCUIT_OPEN_MAX_MS",
    "LOADSURE_RATE_QUOTE",
    "LOADSURE_BURST_QUOTE",
    "LOADSURE_RATE_PURCHASE",
    "LOADSURE_BURST_PURCHASE",
    "LOADSURE_RATE_CERTIFICATE_SUMMARY",
    "LOADSURE_BURST_CERTIFICATE_SUMMARY",
    "LOADSURE_RATE_CERTIFICATE_URL",
    "LOADSURE_BURST_CERTIFICATE_URL",
    "LOADSURE_RATE_CANCEL",
    "LOADSURE_BURST_CANCEL",
    "LOADSURE_RATE_SUPPORT_DATA",
    "LOADSURE_BURST_SUPPORT_DATA",
    "BIND_ADDR",
    "HTTP_WORKERS",
    "CORS_ALLOWED_ORIGINS",
    "API_MAX_QUEUE_WAIT_MS",
    "AUTH_MODE",
    "WORKER_CONCURRENCY_MIN",
    "WORKER_CONCURRENCY_QUOTE",
    "WORKER_CONCURRENCY_BOOKING",
    "WORKER_CONCURRENCY_CANCELLATION",
    "WORKER_CONCURRENCY_CERTIFICATE",
    "WORKER_CONCURRENCY_SUPPORT_DATA",
    "WORKER_CONCURRENCY_WEBHOOK",
    "WORKER_CONCURRENCY_MAINTENANCE",
    "QUEUE_RECLAIM_IDLE_MS",
    "QUEUE_HEARTBEAT_MS",
    "QUEUE_MAX_DELIVERIES",
    "RELAY_INTERVAL_MS",
    "SWEEP_AFTER_MS",
    "WORKER_BINARY",
    "SCALING_LEASE_MS",
    "DIGITALOCEAN_API_URL",
    "DIGITALOCEAN_TIMEOUT_MS",
    "COMPOSE_PROJECT",
    "DOCKER_HOST",
    "LOG_FORMAT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_TRACES_SAMPLER_ARG",
];

/// What the job that migrates is not told: `loadsurectl migrate` needs PostgreSQL alone.
const NOT_FOR_MIGRATE: &[&str] = &[
    "REDIS_URL",
    "REDIS_CACHE_URL",
    "DIGITALOCEAN_TOKEN",
    "DIGITALOCEAN_API_URL",
    "DIGITALOCEAN_TIMEOUT_MS",
    "SMOKE_API_KEY",
    "DEPLOY_SECRETS",
    "DEPLOY_WEBHOOK_URL",
];

/// One variable as a component is told it.
struct Told {
    value: String,
    kind: String,
    scope: String,
}

fn told(spec: &Spec, list: &str, component: &str) -> BTreeMap<String, Told> {
    let envs = spec.get(&[list, component, "envs"]).unwrap().as_array().unwrap();
    let entries = envs.iter().map(|env| {
        let text = |key: &str| env.as_object().unwrap()[key].as_str().unwrap().to_owned();
        let told = Told {
            value: text("value"),
            kind: text("type"),
            scope: text("scope"),
        };
        (text("key"), told)
    });
    let told: BTreeMap<_, _> = entries.collect();
    assert_eq!(told.len(), envs.len(), "{component} is told something twice");
    told
}

fn each_component(mut look: impl FnMut(&str, &str, Service, &BTreeMap<String, Told>)) {
    for environment in ENVIRONMENTS {
        let spec = render(&repository(), environment).unwrap();
        for (list, component, service) in COMPONENTS {
            look(environment, component, service, &told(&spec, list, component));
        }
    }
}

/// P49: every variable that a program reads is injected under that name, unless its default is right, and nothing
/// else is.
#[test]
fn each_component_is_told_what_its_program_reads_and_nothing_else() {
    each_component(|environment, component, service, told| {
        let wanted: BTreeSet<&str> = variables()
            .filter(|var| var.read_by.contains(&service))
            .map(|var| var.name)
            .filter(|name| !LEFT_OUT.contains(name))
            .filter(|name| service != Service::Ctl || !NOT_FOR_MIGRATE.contains(name))
            .collect();
        let injected: BTreeSet<&str> = told.keys().map(String::as_str).collect();
        assert_eq!(injected, wanted, "{component} in {environment}");
    });
}

/// What is left out exists, and can be: no program insists on it, and no secret is among it.
#[test]
fn what_is_left_out_has_a_fitting_default() {
    for name in LEFT_OUT.iter().chain(NOT_FOR_MIGRATE) {
        let var = variables().find(|var| var.name == *name);
        let var = var.unwrap_or_else(|| panic!("{name} is read by no program any more"));
        let by_choice = NOT_FOR_MIGRATE.contains(name);
        assert!(by_choice || var.fallback != Fallback::Required, "{name}");
        assert!(by_choice || !var.secret, "{name}");
    }
}

#[test]
fn every_injected_variable_is_documented_in_the_sample() {
    let sample = env_sample();
    each_component(|_, component, _, told| {
        for name in told.keys() {
            assert!(sample.contains(&format!("\n{name}=")), "{name} of {component}");
        }
    });
}

/// P30: a secret is of type SECRET, unless its value is made of bindings, which hold none.
#[test]
fn secrets_are_kept_as_secrets() {
    each_component(|_, component, _, told| {
        for (name, told) in told {
            assert_eq!(told.scope, "RUN_TIME", "{name} of {component}");
            let secret = variables().any(|var| var.name == name && var.secret);
            let bound = told.value.contains(".PASSWORD}");
            let expected = if secret && !bound { "SECRET" } else { "GENERAL" };
            assert_eq!(told.kind, expected, "{name} of {component}");
            if told.kind == "SECRET" {
                assert!(
                    told.value.starts_with("${var.secrets."),
                    "{name} of {component} has a value"
                );
            }
        }
    });
}

/// The values as a container sees them: what the platform and a deployment fill in is filled in.
fn filled_in(told: &BTreeMap<String, Told>) -> Vec<(String, String)> {
    let fill = |value: &str| {
        let mut filled = value.replace(
            "${db.CA_CERT}",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        );
        while let Some((before, after)) = filled.split_once("${") {
            let (name, after) = after.split_once('}').unwrap();
            let value = match name {
                "APP_ID" => "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf",
                port if port.ends_with("PORT") => "25060",
                _ => "filled-in",
            };
            filled = format!("{before}{value}{after}");
        }
        filled
    };
    told.iter()
        .map(|(name, told)| (name.clone(), fill(&told.value)))
        .collect()
}

fn start(service: Service, env: &[(String, String)]) -> Result<(), Errors> {
    let env: BTreeMap<String, String> = env.iter().cloned().collect();
    match service {
        Service::Api => ApiConfig::from_env(&env).map(drop),
        Service::Worker => WorkerServiceConfig::from_env(&env).map(drop),
        Service::QueueMonitor => MonitorServiceConfig::from_env(&env).map(drop),
        Service::Ctl => CtlConfig::from_env(&env).map(drop),
    }
}

/// P62: also the command that migrates can start with what it is told.
#[test]
fn each_program_starts_with_what_it_is_told() {
    each_component(|environment, component, service, told| {
        let outcome = start(service, &filled_in(told));
        assert!(
            outcome.is_ok(),
            "{component} in {environment}: {}",
            outcome.unwrap_err()
        );
    });
}

/// What the platform waits for is what the program was told.
#[test]
fn platform_and_programs_know_the_same_times() {
    for environment in ENVIRONMENTS {
        let spec = render(&repository(), environment).unwrap();
        for (list, component, _) in COMPONENTS.iter().filter(|(list, ..)| *list != "jobs") {
            let told = told(&spec, list, component);
            let grace = spec.get(&[list, component, "termination", "grace_period_seconds"]);
            let grace = grace.unwrap().as_u64().unwrap() * 1000;
            assert_eq!(told["SHUTDOWN_GRACE_MS"].value, grace.to_string(), "{component}");
        }
    }
}

/// The queue monitor finds the number within its own limits when it looks first.
#[test]
fn the_first_number_of_workers_is_the_least() {
    for environment in ENVIRONMENTS {
        let spec = render(&repository(), environment).unwrap();
        let monitor = told(&spec, "workers", "queue-monitor");
        let count = spec.get(&["workers", "worker", "instance_count"]).unwrap();
        assert_eq!(count.to_string(), monitor["MIN_WORKERS"].value);
    }
}
