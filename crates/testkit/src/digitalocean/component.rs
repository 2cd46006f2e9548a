use serde_json::{Map, Value};

use super::sizes;

/// Kinds of components that run as instances for as long as the app does.
const RUNNING: [&str; 2] = ["services", "workers"];

/// Kinds of components that bear names.
const NAMED: [&str; 6] = [
    "services",
    "workers",
    "jobs",
    "static_sites",
    "functions",
    "databases",
];

/// The components of a kind.
fn of<'a>(spec: &'a Value, kind: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    let components = spec.get(kind).and_then(Value::as_array);
    components.into_iter().flatten().filter_map(Value::as_object)
}

pub(super) fn running(spec: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    RUNNING.into_iter().flat_map(|kind| of(spec, kind))
}

pub(super) fn named(spec: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    NAMED.into_iter().flat_map(|kind| of(spec, kind))
}

pub(super) fn name(component: &Map<String, Value>) -> &str {
    component.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// How many instances a component has; what scales itself has its least.
pub(super) fn count(component: &Map<String, Value>) -> u64 {
    let least = |scaling: &Value| scaling.get("min_instance_count").and_then(Value::as_u64);
    let own = component.get("instance_count").and_then(Value::as_u64);
    own.or_else(|| component.get("autoscaling").and_then(least))
        .unwrap_or(1)
}

pub(super) fn size(component: &Map<String, Value>) -> &str {
    let size = component.get("instance_size_slug").and_then(Value::as_str);
    size.unwrap_or(sizes::DEFAULT)
}
