//! `.env.sample` is complete, in order, and free of other names.

use loadsure_config::{ApiConfig, MonitorServiceConfig, WorkerServiceConfig, env_sample, variables};

use crate::recording::Recording;

const SAMPLE: &str = include_str!("../../../../.env.sample");

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = SAMPLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once('=').expect("each line is a pair"))
}

#[test]
fn the_sample_file_is_what_the_registry_renders() {
    assert!(
        SAMPLE == env_sample(),
        "run: cargo run -p loadsure-config --example env-sample > .env.sample"
    );
}

#[test]
fn the_sample_file_names_every_variable_once_and_in_order() {
    let names: Vec<_> = pairs().map(|(name, _)| name).collect();
    let registered: Vec<_> = variables().map(|var| var.name).collect();
    assert_eq!(names, registered);
}

/// P30: the file can be shown to anyone.
#[test]
fn the_sample_file_holds_no_secret() {
    for var in variables().filter(|var| var.secret) {
        assert!(pairs().any(|pair| pair == (var.name, "")), "{}", var.name);
    }
}

#[test]
fn the_sample_file_works_once_the_secrets_are_filled_in() {
    let minimal = Recording::minimal;
    let filled = pairs().filter(|(_, value)| !value.is_empty());
    let env = filled.fold(minimal(), |env, (name, value)| {
        env.with(name, value.trim_matches('"'))
    });
    ApiConfig::from_env(&env).unwrap();
    WorkerServiceConfig::from_env(&env).unwrap();
    MonitorServiceConfig::from_env(&env).unwrap();
}
