//! The spec against what runs.

use loadsure_appspec::{Difference, Spec, render};
use serde_json::{Value, json};

use crate::tree::{Tree, repository};

/// A place, and what somebody did there.
type Edit = (&'static str, fn(&mut Value));

/// What the platform answers after a deployment of production.
fn live() -> Value {
    let mut text = serde_json::to_string(spec().get(&[]).unwrap()).unwrap();
    let digest = format!("sha256:{}", "a".repeat(64));
    while let Some(start) = text.find("${var.").or_else(|| text.find("${output.")) {
        let end = start + text[start..].find('}').unwrap();
        let value = match &text[start..end] {
            secret if secret.starts_with("${var.secrets.") => "EV[1:c2FsdA==:Y2lwaGVy]",
            image if image.starts_with("${var.") => &digest,
            _ => "private.example.com",
        };
        text = format!("{}{value}{}", &text[..start], &text[end + 1..]);
    }
    let mut live: Value = serde_json::from_str(&text).unwrap();
    // What the platform adds, and what the queue monitor did.
    live["features"] = json!(["buildpack-stack=ubuntu-22"]);
    live["egress"] = json!({ "type": "AUTOASSIGN" });
    live["vpc"]["egress_ips"] = json!([{ "ip": "203.0.113.1" }]);
    live["services"][0]["image"]["deploy_on_push"] = json!({});
    live["services"][0]["protocol"] = json!("HTTP");
    live["workers"][0]["instance_count"] = json!(4);
    live["services"][0]["envs"][0]
        .as_object_mut()
        .unwrap()
        .remove("type");
    live
}

fn spec() -> Spec {
    render(&repository(), "production").unwrap()
}

fn drift(live: &Value) -> Vec<Difference> {
    let tree = Tree::empty();
    tree.write("live.json", &live.to_string());
    spec().live_drift(&tree.root().join("live.json")).unwrap()
}

/// S8: the number of workers belongs to the queue monitor, and is no drift.
#[test]
fn what_the_platform_adds_and_the_monitor_owns_is_no_drift() {
    let live = live();
    assert_eq!(drift(&live), []);
    assert_eq!(drift(&json!({ "app": { "id": "x", "spec": live } })), []);
    assert_eq!(drift(&json!([{ "id": "x", "spec": live }])), []);
}

#[test]
fn what_somebody_changed_by_hand_is_found() {
    let edits: [Edit; 9] = [
        ("services[api].instance_count", |live| {
            live["services"][0]["instance_count"] = json!(1)
        }),
        ("workers[queue-monitor].instance_count", |live| {
            live["workers"][1]["instance_count"] = json!(2)
        }),
        ("services[api].envs[DEBUG]", |live| {
            live["services"][0]["envs"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "key": "DEBUG", "value": "1" }));
        }),
        ("workers[extra]", |live| {
            live["workers"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "name": "extra" }));
        }),
        ("maintenance", |live| {
            live["maintenance"] = json!({ "enabled": true })
        }),
        ("jobs", |live| drop(live.as_object_mut().unwrap().remove("jobs"))),
        ("vpc", |live| drop(live.as_object_mut().unwrap().remove("vpc"))),
        ("services[api].image.tag", |live| {
            live["services"][0]["image"]["tag"] = json!("latest")
        }),
        ("services[api].health_check.http_path", |live| {
            live["services"][0]["health_check"]["http_path"] = json!("/");
        }),
    ];
    for (path, edit) in edits {
        let mut live = live();
        edit(&mut live);
        let paths: Vec<String> = drift(&live).into_iter().map(|found| found.path).collect();
        assert_eq!(paths, [path]);
    }
}

fn api_key(live: &mut Value) -> &mut Value {
    let envs = live["workers"][0]["envs"].as_array_mut().unwrap();
    envs.iter_mut()
        .find(|env| env["key"] == "LOADSURE_API_KEY")
        .unwrap()
}

/// The platform keeps a secret without a value, and gives the container an empty text.
#[test]
fn a_secret_that_is_empty_or_not_encrypted_is_found_and_not_shown() {
    for value in ["", "hunter2"] {
        let mut live = live();
        api_key(&mut live)["value"] = json!(value);
        let found = drift(&live);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "workers[worker].envs[LOADSURE_API_KEY].value");
        assert!(!found[0].to_string().contains("hunter2"), "{}", found[0]);
    }
    let mut live = live();
    api_key(&mut live)["type"] = json!("GENERAL");
    assert_eq!(
        drift(&live)[0].path,
        "workers[worker].envs[LOADSURE_API_KEY].type"
    );
}

#[test]
fn an_answer_without_a_spec_is_an_error() {
    let tree = Tree::empty();
    tree.write("live.json", r#"{ "id": "unauthorized", "message": "no" }"#);
    let error = spec().live_drift(&tree.root().join("live.json")).unwrap_err();
    assert!(error.to_string().contains("there is no spec in it"), "{error}");
}

/// What Terraform prints: every block is a list, and what is not a part of the spec is there as well.
#[test]
fn the_spec_that_terraform_evaluated_is_read() {
    let spec = json!({
        "name": "app",
        "region": null,
        "domain": [{ "name": "example.com", "zone": null }],
        "vpc": [{ "id": "v" }],
        "alert": [{ "rule": "DEPLOYMENT_FAILED", "destinations": [{ "emails": ["a@example.com"] }] }],
        "worker": [{ "name": "worker", "instance_count": 2, "log_destination": [], "env": [{ "key": "K" }] }],
    });
    let app = json!({ "type": "digitalocean_app", "values": { "spec": [spec] } });
    let child =
        json!({ "resources": [{ "type": "digitalocean_vpc" }], "child_modules": [{ "resources": [app] }] });
    let message =
        json!({ "type": "test_state", "test_state": { "root_module": { "child_modules": [child] } } });
    let output = format!("{{\"type\":\"version\"}}\n{message}\nnot json\n");

    let spec = Spec::from_test_output(&output).unwrap();
    let read = serde_json::to_value(spec.get(&[]).unwrap()).unwrap();
    let expected = json!({
        "name": "app",
        "domains": [{ "domain": "example.com" }],
        "vpc": { "id": "v" },
        "alerts": [{ "rule": "DEPLOYMENT_FAILED" }],
        "workers": [{ "name": "worker", "instance_count": 2, "envs": [{ "key": "K" }] }],
    });
    assert_eq!(read, expected);
    assert!(Spec::from_test_output("").is_none());
}
