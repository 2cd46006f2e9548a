//! Edits of one side only, in Terraform or in a spec: each is found, and its place named.

use loadsure_appspec::render;

use crate::tree::{ENVIRONMENTS, Tree};

const SETTINGS: &str = "infra/modules/settings/main.tf";
const APP: &str = "infra/modules/app/main.tf";
const ENV: &str = "infra/modules/app/env.tf";
const SPEC: &str = ".do/app.production.yaml";

/// What was edited, where, how, and the places that must be named for production.
type Edit = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

#[rustfmt::skip]
const EDITS: &[Edit] = &[
    // In Terraform.
    ("a count", SETTINGS, "instances = 2", "instances = 3", &["services[api].instance_count"]),
    ("a size", SETTINGS, r#"max = 5, size = "apps-s-1vcpu-1gb""#, r#"max = 5, size = "apps-s-1vcpu-2gb""#, &["workers[worker].instance_size_slug"]),
    ("a limit", SETTINGS, "max = 5", "max = 6", &["workers[queue-monitor].envs[MAX_WORKERS].value"]),
    ("a variable", ENV, "\"WORKER_DRAIN_MS\",", "\"WORKER_DRAIN_MS\",\n    \"PORT\",", &["workers[worker].envs[PORT]"]),
    ("a value", SETTINGS, "rate_limit_per_minute = 100", "rate_limit_per_minute = 10", &["services[api].envs[API_RATE_LIMIT_MAX_REQUESTS].value"]),
    ("a secret's type", ENV, r#"["LOADSURE_API_KEY", "#, "[", &["workers[worker].envs[LOADSURE_API_KEY].type"]),
    ("a secret's source", ENV, "var.secrets.loadsure_api_key", r#""plain-text-key""#, &["workers[worker].envs[LOADSURE_API_KEY].value"]),
    ("a health check", APP, "/health/ready", "/", &["services[api].health_check.http_path"]),
    ("a job's name", APP, r#""migrate""#, r#""migration""#, &["jobs[migrate]", "jobs[migration]"]),
    ("a job's command", APP, "\"PRE_DEPLOY\"\n", "\"PRE_DEPLOY\"\n      run_command        = \"loadsurectl migrate\"\n", &["jobs[migrate].run_command"]),
    ("an alert", APP, "    { rule = \"RESTART_COUNT\", value = var.alerts.restarts },\n", "", &["services[api].alerts[RESTART_COUNT]", "workers[worker].alerts[RESTART_COUNT]"]),
    ("a kind", APP, "worker {\n      name               = \"queue-monitor\"", "service {\n      name               = \"queue-monitor\"", &["services[queue-monitor]", "workers[queue-monitor]"]),
    ("a region", SETTINGS, r#"app_region  = "nyc""#, r#"app_region  = "fra""#, &["region"]),
    ("a domain", SETTINGS, r#"= "loadsure-api.example.com""#, r#"= "other.example.com""#, &["domains[loadsure-api.example.com]", "domains[other.example.com]"]),
    ("a grace period", SETTINGS, "grace_seconds        = 120", "grace_seconds        = 180", &["workers[worker].termination.grace_period_seconds", "workers[worker].envs[SHUTDOWN_GRACE_MS].value", "services[api].termination.grace_period_seconds"]),
    ("a drain", SETTINGS, "api_drain_seconds = 60", "api_drain_seconds = 70", &["services[api].termination.drain_seconds"]),
    ("a database's version", SETTINGS, r#"postgresql_version = "17""#, r#"postgresql_version = "16""#, &["databases[db].version"]),
    ("a cluster", SETTINGS, r#"cache = { size = "db-s-1vcpu-1gb", nodes = 1 }"#, "cache = null", &["databases[cache]", "services[api].envs[REDIS_CACHE_URL].value"]),
    ("a binding", ENV, "$${db.PASSWORD}", "$${db.PASSWORD_OLD}", &["jobs[migrate].envs[DATABASE_URL].value"]),
    ("a repository", APP, r#"repository    = "worker""#, r#"repository    = "workers""#, &["workers[worker].image.repository"]),
    ("a network", APP, "    vpc {\n      id = var.vpc_id\n    }\n", "", &["vpc"]),
    ("a variable file", "infra/envs/production/terraform.tfvars", "emails", "log_cluster = \"logs\"\nemails", &["services[api].log_destinations", "jobs[migrate].log_destinations"]),
    // In the spec.
    ("a count", SPEC, "instance_count: 2", "instance_count: 9", &["services[api].instance_count"]),
    ("a secret's scope", SPEC, "loadsure_api_key}\"\n        scope: RUN_TIME", "loadsure_api_key}\"\n        scope: RUN_AND_BUILD_TIME", &["workers[worker].envs[LOADSURE_API_KEY].scope"]),
    ("a variable more", SPEC, "    envs:\n", "    envs:\n      - key: DEBUG\n        value: \"1\"\n", &["jobs[migrate].envs[DEBUG]"]),
    ("a variable less", SPEC, "      - key: PORT\n        value: \"3000\"\n        scope: RUN_TIME\n        type: GENERAL\n", "", &["services[api].envs[PORT]"]),
    ("a job's kind", SPEC, "PRE_DEPLOY", "POST_DEPLOY", &["jobs[migrate].kind"]),
    ("an alert less", SPEC, "  - rule: DOMAIN_FAILED\n", "", &["alerts[DOMAIN_FAILED]"]),
    ("an alert's value", SPEC, "rule: CPU_UTILIZATION\n        operator: GREATER_THAN\n        value: 80", "rule: CPU_UTILIZATION\n        operator: GREATER_THAN\n        value: 99", &["services[api].alerts[CPU_UTILIZATION].value"]),
    ("a tag for a digest", SPEC, "digest: \"${var.image_digests.api}\"", "tag: latest", &["services[api].image.digest", "services[api].image.tag"]),
    ("a port", SPEC, "http_port: 3000", "http_port: 8080", &["services[api].http_port"]),
    ("a user", SPEC, "db_user: loadsure", "db_user: doadmin", &["databases[db].db_user"]),
    ("a route", SPEC, "prefix: \"/\"", "prefix: /api", &["ingress.rules[0].match.path.prefix"]),
    ("a type", SPEC, "instance_count: 2", "instance_count: \"2\"", &["services[api].instance_count"]),
    ("a cache at the edge", SPEC, "disable_edge_cache: true", "disable_edge_cache: false", &["disable_edge_cache"]),
    ("a comment", SPEC, "# Only the API", "# Not only the API", &["(layout)"]),
    ("the order", SPEC, "name: loadsure-production\nregion: nyc\n", "region: nyc\nname: loadsure-production\n", &["(layout)"]),
];

/// P66: the check fails on any drift, in either direction, and says where.
#[test]
fn every_edit_of_one_side_is_found_and_its_place_named() {
    for (what, file, from, to, places) in EDITS {
        let tree = Tree::copied();
        tree.replace(file, from, to);
        let spec = render(tree.root(), "production").unwrap();
        let drift = spec.drift(tree.root(), "production").unwrap();
        for place in *places {
            let named = drift.iter().any(|found| found.path == *place);
            assert!(named, "{what} in {file}: {place} is not among {drift:#?}");
        }
        // Rendering again is the cure.
        tree.write(SPEC, &spec.to_yaml("production"));
        assert_eq!(spec.drift(tree.root(), "production").unwrap(), []);
    }
    assert!(EDITS.len() >= 20);
}

#[test]
fn an_edit_of_one_environment_is_no_drift_of_the_other() {
    let tree = Tree::copied();
    tree.replace(SETTINGS, "instances = 1", "instances = 2");
    let drifted = ENVIRONMENTS.map(|environment| {
        let spec = render(tree.root(), environment).unwrap();
        !spec.drift(tree.root(), environment).unwrap().is_empty()
    });
    assert_eq!(drifted, [true, false]);
}

#[test]
fn a_spec_that_is_missing_or_no_yaml_is_an_error_and_not_clean() {
    let tree = Tree::copied();
    let spec = render(tree.root(), "production").unwrap();
    tree.write(SPEC, "name: [\n");
    let error = spec.drift(tree.root(), "production").unwrap_err().to_string();
    assert!(
        error.contains("app.production.yaml cannot be read as a spec"),
        "{error}"
    );
    std::fs::remove_file(tree.root().join(SPEC)).unwrap();
    let error = spec.drift(tree.root(), "production").unwrap_err().to_string();
    assert!(error.contains("cannot read"), "{error}");
}
