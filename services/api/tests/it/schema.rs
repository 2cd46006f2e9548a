//! Checking values against the schemas of the API's own description: as much of JSON Schema as they use.

use serde_json::{Map, Value};

/// The description of the API.
pub(crate) fn document() -> Value {
    serde_json::from_str(&loadsure_api::openapi_json().unwrap()).unwrap()
}

/// Follows `$ref`.
pub(crate) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let target = document.pointer(reference.trim_start_matches('#'));
            resolve(
                document,
                target.unwrap_or_else(|| panic!("{reference} leads nowhere")),
            )
        }
        None => schema,
    }
}

/// The schema of that name.
pub(crate) fn named<'a>(document: &'a Value, name: &str) -> &'a Value {
    let schema = &document["components"]["schemas"][name];
    assert!(schema.is_object(), "no schema {name}");
    schema
}

/// Everything in `value` that `schema` does not allow. Members that are not described are not allowed anywhere.
pub(crate) fn violations(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let schema = resolve(document, schema);
    for combination in ["oneOf", "anyOf"] {
        if let Some(options) = schema[combination].as_array() {
            let fits = |option: &Value| violations(document, option, value).is_empty();
            if !options.iter().any(fits) {
                found.push(format!("{path}: fits none of {combination}"));
            }
            return;
        }
    }
    if !has_type(schema, value) {
        found.push(format!("{path}: {value} is not {}", schema["type"]));
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{path}: {value} is not in {words:?}"));
    }
    match value {
        Value::Object(members) => check_members(document, schema, members, path, found),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check(
                    document,
                    &schema["items"],
                    item,
                    &format!("{path}[{index}]"),
                    found,
                );
            }
        }
        _ => {}
    }
}

fn check_members(
    document: &Value,
    schema: &Value,
    members: &Map<String, Value>,
    path: &str,
    found: &mut Vec<String>,
) {
    for name in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            found.push(format!("{path}: {name} is missing"));
        }
    }
    for (name, value) in members {
        let path = format!("{path}.{name}");
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Null, Value::Object(_)) => {
                check(document, &schema["additionalProperties"], value, &path, found);
            }
            (Value::Null, Value::Bool(true)) => {}
            (Value::Null, _) => found.push(format!("{path}: is not described")),
            (property, _) => check(document, property, value, &path, found),
        }
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("unknown type {other}"),
    };
    match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        _ => true,
    }
}

/// A value with everything that `schema` describes, one item in each list.
pub(crate) fn sample(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    for combination in ["oneOf", "anyOf"] {
        if let Some(options) = schema[combination].as_array() {
            return sample(document, &options[0]);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    match schema["type"].as_str().unwrap_or_default() {
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let members = properties.map(|(name, property)| (name.clone(), sample(document, property)));
            Value::Object(members.collect())
        }
        "array" => Value::Array(vec![sample(document, &schema["items"])]),
        "boolean" => true.into(),
        "integer" | "number" => 1.into(),
        "string" => text(schema).into(),
        other => panic!("no sample of type {other}"),
    }
}

fn text(schema: &Value) -> &'static str {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date"), _) => "2026-06-01",
        (Some("email"), _) => "pat@broker.example",
        (Some("uri"), _) => "https://tms.broker.example/hook",
        (Some("uuid"), _) => "01932c5e-7a10-7c3e-9c1b-3f5d2a6b8c01",
        (_, Some(pattern)) if pattern.contains("class") => "class70",
        (_, Some(_)) => "USA",
        _ => "text",
    }
}
