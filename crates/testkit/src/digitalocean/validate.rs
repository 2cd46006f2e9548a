use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{component, sizes};

/// Checks a spec as far as scaling is concerned.
pub(super) fn check(spec: &Value) -> Result<(), String> {
    if spec.get("name").and_then(Value::as_str).is_none() {
        return Err("name is required".to_owned());
    }
    let mut names = HashSet::new();
    for named in component::named(spec) {
        let name = component::name(named);
        if name.is_empty() || !names.insert(name) {
            return Err(format!("component name {name:?} is missing or not unique"));
        }
    }
    component::running(spec).try_for_each(running)
}

fn running(component: &Map<String, Value>) -> Result<(), String> {
    let name = component::name(component);
    let scales_itself = component.contains_key("autoscaling");
    if let Some(count) = component.get("instance_count") {
        if scales_itself {
            return Err(format!(
                "{name}: instance_count and autoscaling exclude each other"
            ));
        }
        if count.as_u64().is_none_or(|count| count == 0) {
            return Err(format!("{name}: instance_count must be a positive integer"));
        }
    }
    let size = component::size(component);
    if sizes::price(size).is_none() {
        return Err(format!("{name}: unknown instance size {size:?}"));
    }
    if sizes::is_single(size) && (component::count(component) > 1 || scales_itself) {
        return Err(format!("{name}: {size} allows one instance only"));
    }
    Ok(())
}

/// What an app costs, in USD per month.
pub(super) fn cost(spec: &Value) -> u64 {
    component::running(spec)
        .map(|component| sizes::price(component::size(component)).unwrap_or(0) * component::count(component))
        .sum()
}
