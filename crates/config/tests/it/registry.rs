//! The registry agrees with what is read.

use std::collections::BTreeSet;

use loadsure_config::{
    ApiConfig, CtlConfig, Errors, Fallback, MonitorServiceConfig, Service, WorkerServiceConfig, variables,
};

use crate::recording::Recording;

fn read(service: Service, env: &Recording) -> Result<(), Errors> {
    match service {
        Service::Api => ApiConfig::from_env(env).map(drop),
        Service::Worker => WorkerServiceConfig::from_env(env).map(drop),
        Service::QueueMonitor => MonitorServiceConfig::from_env(env).map(drop),
        Service::Ctl => CtlConfig::from_env(env).map(drop),
    }
}

fn registered(service: Service) -> BTreeSet<String> {
    let of_service = variables().filter(|var| var.read_by.contains(&service));
    of_service.map(|var| var.name.to_owned()).collect()
}

/// P49: no variable is read under a name that nobody documents or injects, nor documented and never read.
#[test]
fn each_service_reads_what_the_registry_says() {
    for service in Service::ALL {
        let env = Recording::minimal();
        read(service, &env).unwrap();
        assert_eq!(env.asked(), registered(service), "{service}");
    }
}

/// Also when much is wrong, every variable is looked at, so that every problem is reported.
#[test]
fn an_empty_environment_hides_no_problem() {
    for service in Service::ALL {
        let env = Recording::default();
        let errors = read(service, &env).unwrap_err();
        assert_eq!(env.asked(), registered(service), "{service}");
        let required = variables().filter(|var| var.fallback == Fallback::Required);
        let missing: BTreeSet<_> = required
            .filter(|var| var.read_by.contains(&service))
            .map(|var| var.name)
            .collect();
        let named: BTreeSet<_> = errors.problems().iter().map(|problem| problem.name).collect();
        let expected = if service == Service::Ctl {
            BTreeSet::from(["DATABASE_URL"])
        } else {
            missing
        };
        assert_eq!(named, expected, "{service}");
    }
}

/// P30: a secret that is not given is missing, everywhere.
#[test]
fn no_secret_has_a_default() {
    for var in variables().filter(|var| var.secret) {
        assert_eq!(var.default(), None, "{}", var.name);
    }
}

#[test]
fn each_variable_is_declared_once_and_described() {
    let mut names = BTreeSet::new();
    for var in variables() {
        assert!(names.insert(var.name), "{} is declared twice", var.name);
        assert!(
            var.description.len() > 10 && !var.read_by.is_empty(),
            "{}",
            var.name
        );
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        assert!(var.name.chars().all(plain), "{}", var.name);
    }
}
