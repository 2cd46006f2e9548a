//! Rules across variables, and what is shown of the whole.

use loadsure_config::{ApiConfig, AuthMode, CtlConfig, WorkerServiceConfig};

use crate::recording::Recording;

fn worker_error(pairs: &[(&str, &str)]) -> String {
    let env = pairs
        .iter()
        .fold(Recording::minimal(), |env, (name, value)| env.with(name, value));
    WorkerServiceConfig::from_env(&env).unwrap_err().to_string()
}

/// P21: a job is never taken over while its call to the insurer may still be answered.
#[test]
fn a_job_is_not_taken_over_while_the_insurer_may_answer() {
    let error = worker_error(&[
        ("QUEUE_RECLAIM_IDLE_MS", "40000"),
        ("QUEUE_HEARTBEAT_MS", "10000"),
    ]);
    assert!(
        error.starts_with("QUEUE_RECLAIM_IDLE_MS: 40000 ms must be more than LOADSURE_REQUEST_TIMEOUT_MS")
    );
    assert_eq!(error.lines().count(), 1, "{error}");
}

#[test]
fn signs_of_life_are_frequent_enough() {
    let error = worker_error(&[("QUEUE_HEARTBEAT_MS", "20000")]);
    assert!(
        error.starts_with("QUEUE_HEARTBEAT_MS: 20000 ms must be less than a third"),
        "{error}"
    );
}

#[test]
fn a_drain_fits_between_the_insurer_and_the_platform() {
    let long = worker_error(&[("WORKER_DRAIN_MS", "120000")]);
    assert!(
        long.starts_with("WORKER_DRAIN_MS: 120000 ms must be less than SHUTDOWN_GRACE_MS"),
        "{long}"
    );
    let short = worker_error(&[("WORKER_DRAIN_MS", "30000")]);
    assert!(
        short.starts_with("WORKER_DRAIN_MS: 30000 ms must be more than LOADSURE_REQUEST"),
        "{short}"
    );
}

#[test]
fn jobs_are_not_published_again_before_they_could_be_taken_over() {
    let error = worker_error(&[("SWEEP_AFTER_MS", "60000")]);
    assert!(
        error.starts_with("SWEEP_AFTER_MS: 60000 ms must be more than QUEUE_RECLAIM_IDLE_MS"),
        "{error}"
    );
}

#[test]
fn rules_and_missing_values_are_reported_together() {
    let error = worker_error(&[
        ("LOADSURE_API_KEY", ""),
        ("QUEUE_HEARTBEAT_MS", "20000"),
        ("LOG_LEVEL", "loud"),
    ]);
    let names: Vec<_> = error
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(names, ["LOADSURE_API_KEY", "QUEUE_HEARTBEAT_MS", "LOG_LEVEL"]);
}

/// P30: what a program prints of its configuration can go into a log.
#[test]
fn the_dump_shows_no_secret() {
    let env = Recording::minimal().with("REDIS_CACHE_URL", "redis://:cache-hunter2@localhost");
    let dump = format!(
        "{:?} {:?}",
        ApiConfig::from_env(&env).unwrap(),
        WorkerServiceConfig::from_env(&env).unwrap()
    );
    assert!(dump.contains("REDACTED") && dump.contains("3000"));
    assert!(!dump.contains("hunter2"), "{dump}");
}

#[test]
fn a_service_asks_for_authentication_by_default() {
    assert_eq!(
        ApiConfig::from_env(&Recording::minimal()).unwrap().auth.mode,
        AuthMode::ApiKey
    );
}

/// P62: the migrate command starts with nothing but a database.
#[test]
fn migrating_needs_only_the_database() {
    let env = Recording::default().with("DATABASE_URL", "postgresql://localhost/app");
    assert!(CtlConfig::from_env(&env).unwrap().redis.is_none());
}
