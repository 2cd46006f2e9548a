//! Paths, operations, parameters, bodies and responses.

use serde_json::{Map, Value};

use super::schema::{Comparison, Direction};
use super::{Break, resolve};

/// The keys of a path that are operations.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

pub(super) fn compare(old: &Value, new: &Value) -> Vec<Break> {
    let mut comparison = Comparison::new(old, new);
    for (path, before) in entries(&old["paths"]) {
        let now = &new["paths"][path];
        if now.is_null() {
            comparison.found(path, "the path is gone");
            continue;
        }
        for method in METHODS {
            if before[method].is_null() {
                continue;
            }
            let place = format!("{} {path}", method.to_uppercase());
            if now[method].is_null() {
                comparison.found(&place, "the operation is gone");
                continue;
            }
            parameters(
                &mut comparison,
                &place,
                (before, &before[method]),
                (now, &now[method]),
            );
            body(
                &mut comparison,
                &place,
                &before[method]["requestBody"],
                &now[method]["requestBody"],
            );
            responses(
                &mut comparison,
                &place,
                &before[method]["responses"],
                &now[method]["responses"],
            );
        }
    }
    comparison.breaks
}

/// Parameters of the operation, and those that all operations of its path have.
fn parameters(comparison: &mut Comparison<'_>, place: &str, old: (&Value, &Value), new: (&Value, &Value)) {
    let before = all_parameters(comparison.old, old);
    for parameter in all_parameters(comparison.new, new) {
        let key = key(parameter);
        let place = format!("{place} {}", key.join(" "));
        let required = parameter["required"] == true;
        match before.iter().find(|before| self::key(before) == key) {
            None if required => comparison.found(&place, "a new parameter is required"),
            None => {}
            Some(before) => {
                if required && before["required"] != true {
                    comparison.found(&place, "the parameter is now required");
                }
                comparison.schemas(
                    &place,
                    &before["schema"],
                    &parameter["schema"],
                    Direction::Request,
                );
            }
        }
    }
}

fn all_parameters<'a>(document: &'a Value, (path, operation): (&'a Value, &'a Value)) -> Vec<&'a Value> {
    let lists = [&path["parameters"], &operation["parameters"]];
    lists
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .map(|parameter| resolve(document, parameter))
        .collect()
}

fn key(parameter: &Value) -> [&str; 2] {
    ["in", "name"].map(|field| parameter[field].as_str().unwrap_or_default())
}

fn body(comparison: &mut Comparison<'_>, place: &str, old: &Value, new: &Value) {
    let (old, new) = (resolve(comparison.old, old), resolve(comparison.new, new));
    let place = format!("{place} body");
    if new["required"] == true && old["required"] != true {
        comparison.found(&place, "a body is now required");
    }
    content(comparison, &place, old, new, Direction::Request);
}

fn responses(comparison: &mut Comparison<'_>, place: &str, old: &Value, new: &Value) {
    for (status, before) in entries(old) {
        let place = format!("{place} {status}");
        let now = &new[status];
        if now.is_null() {
            comparison.found(&place, "the response is gone");
            continue;
        }
        let (before, now) = (resolve(comparison.old, before), resolve(comparison.new, now));
        content(comparison, &place, before, now, Direction::Response);
    }
}

fn content(comparison: &mut Comparison<'_>, place: &str, old: &Value, new: &Value, direction: Direction) {
    for (media, before) in entries(&old["content"]) {
        let now = &new["content"][media];
        if now.is_null() {
            comparison.found(place, &format!("{media} is gone"));
        } else {
            comparison.schemas(place, &before["schema"], &now["schema"], direction);
        }
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
