//! Placeholders: what a deployment fills in, and what the platform does.

use serde_json::Value;

use super::{SpecError, Values};

/// Bindings of the platform that belong to no component.
const APP_WIDE: [&str; 5] = ["APP_ID", "APP_URL", "APP_DOMAIN", "PRIVATE_DOMAIN", "COMMIT_HASH"];

/// Kinds of components, by whose names bindings begin.
const COMPONENTS: [&str; 6] = [
    "databases",
    "services",
    "workers",
    "jobs",
    "static_sites",
    "functions",
];

/// Fills in all placeholders of a spec.
pub(super) fn all(spec: &mut Value, values: &Values<'_>) -> Result<(), SpecError> {
    let components = names(spec);
    let mut missing = Vec::new();
    let mut value_of = |name: &str| match value(name, values) {
        Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
        _ if is_known_binding(name, &components) => Some(format!("${{{name}}}")),
        _ => {
            missing.push(format!("${{{name}}}"));
            None
        }
    };
    walk(spec, &mut |text| replace(text, &mut value_of));
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort();
    missing.dedup();
    Err(SpecError::Unfilled(missing))
}

/// Whether the platform fills this in: a component's or its own.
fn is_known_binding(name: &str, components: &[String]) -> bool {
    let owner = name.split_once('.').map(|(owner, _)| owner);
    match owner {
        None => APP_WIDE.contains(&name),
        Some(owner) => owner == "_self" || components.iter().any(|component| component == owner),
    }
}

fn value<'a>(name: &str, values: &'a Values<'_>) -> Option<&'a str> {
    if let Some(output) = name.strip_prefix("output.") {
        return values.outputs.get(output).map(String::as_str);
    }
    let image = name.strip_prefix("var.image_digests.")?;
    let digest = values.images.digests.get(image)?;
    Some(digest.as_str())
}

fn names(spec: &Value) -> Vec<String> {
    COMPONENTS
        .iter()
        .filter_map(|kind| spec.get(kind)?.as_array())
        .flatten()
        .filter_map(|component| component.get("name")?.as_str().map(str::to_owned))
        .collect()
}

fn walk(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, change)),
        _ => {}
    }
}

fn replace(text: &mut String, value_of: &mut impl FnMut(&str) -> Option<String>) {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        filled.push_str(&value_of(name).unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    *text = filled;
}
