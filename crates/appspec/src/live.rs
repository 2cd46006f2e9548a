//! Compares the spec with what runs on the platform, which adds to it and whose values stand in place of ours.

use hcl::Value;

use crate::drift::{Difference, Visibility};
use crate::path;

/// The queue monitor owns it.
const OWNED: [&str; 1] = ["workers[worker].instance_count"];

/// All places at which the live spec says something else than Terraform.
pub(crate) fn differences(terraform: &Value, live: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(terraform, live, "", &mut found);
    found
}

fn compare(ours: &Value, live: &Value, path: &str, found: &mut Vec<Difference>) {
    let visibility = Visibility::Shown.within(ours, live);
    match (ours, live) {
        (Value::Object(our), Value::Object(their)) => {
            if visibility == Visibility::Secret {
                return compare_secret(ours, live, path, found);
            }
            for (key, value) in our {
                let path = path::entry(path, key);
                match their.get(key) {
                    _ if OWNED.contains(&path.as_str()) => {}
                    Some(their) => compare(value, their, &path, found),
                    None if is_default(&path, key, value) => {}
                    None => found.push(Difference::new(&path, Some(value), None, visibility)),
                }
            }
            for (key, value) in their.iter().filter(|(key, _)| !our.contains_key(*key)) {
                let path = path::entry(path, key);
                if !is_default(&path, key, value) {
                    found.push(Difference::new(&path, None, Some(value), visibility));
                }
            }
        }
        (Value::Array(our), Value::Array(their)) => compare_lists(our, their, path, found),
        (Value::String(our), Value::String(their)) if matches(our, their) => {}
        _ if ours == live => {}
        _ => found.push(Difference::new(path, Some(ours), Some(live), visibility)),
    }
}

fn compare_lists(ours: &[Value], live: &[Value], path: &str, found: &mut Vec<Difference>) {
    let (ours, theirs) = (path::named(ours), path::named(live));
    for (name, item) in &ours {
        let path = path::element(path, name);
        match theirs.get(name) {
            Some(their) => compare(item, their, &path, found),
            None => found.push(Difference::new(&path, Some(item), None, Visibility::Shown)),
        }
    }
    for (name, item) in theirs.iter().filter(|(name, _)| !ours.contains_key(*name)) {
        let visibility = Visibility::Shown.within(item, item);
        found.push(Difference::new(
            &path::element(path, name),
            None,
            Some(item),
            visibility,
        ));
    }
}

/// A secret must be one on both sides, have the same scope, and be there: the platform keeps an empty value without
/// a complaint, and gives the container an empty text.
fn compare_secret(ours: &Value, live: &Value, path: &str, found: &mut Vec<Difference>) {
    let text = |value: &Value, key: &str| {
        let entry = value.as_object().and_then(|entries| entries.get(key));
        entry.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for key in ["type", "scope"] {
        let (our, their) = (text(ours, key), text(live, key));
        if our != their {
            let path = path::entry(path, key);
            let (our, their) = (Value::from(our), Value::from(their));
            found.push(Difference::new(
                &path,
                Some(&our),
                Some(&their),
                Visibility::Shown,
            ));
        }
    }
    if !text(live, "value").starts_with("EV[") {
        let path = path::entry(path, "value");
        let expected = Value::from("an encrypted value, EV[…]");
        let state = if text(live, "value").is_empty() {
            "empty"
        } else {
            "not encrypted"
        };
        let state = Value::from(state);
        found.push(Difference::new(
            &path,
            Some(&expected),
            Some(&state),
            Visibility::Shown,
        ));
    }
}

/// Whether a live text is ours with its placeholders filled in.
fn matches(ours: &str, live: &str) -> bool {
    let mut literals = Vec::new();
    let mut rest = ours;
    while let Some((before, after)) = split_placeholder(rest) {
        literals.push(before);
        rest = after;
    }
    if literals.is_empty() {
        return ours == live;
    }
    let (Some(mut live), Some(first)) = (live.strip_suffix(rest), literals.first()) else {
        return false;
    };
    let Some(after) = live.strip_prefix(first) else {
        return false;
    };
    live = after;
    for literal in literals.iter().skip(1) {
        match live.split_once(literal) {
            Some((value, after)) if !value.is_empty() => live = after,
            _ => return false,
        }
    }
    !live.is_empty()
}

/// What is before the first placeholder that a deployment fills in, and what is after it.
fn split_placeholder(text: &str) -> Option<(&str, &str)> {
    let start = ["${output.", "${var."]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()?;
    let (before, from) = text.split_at(start);
    let (_, after) = from.split_once('}')?;
    Some((before, after))
}

/// Whether an entry says only what holds without it, so that the platform may add or omit it.
fn is_default(path: &str, key: &str, value: &Value) -> bool {
    if matches!(path, "features" | "vpc.egress_ips") {
        return true;
    }
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => matches!(
            (key, text.as_str()),
            (_, "")
                | ("type", "GENERAL" | "UNSPECIFIED" | "AUTOASSIGN")
                | ("scope", "RUN_AND_BUILD_TIME")
                | ("protocol", "HTTP")
                | ("operator", "UNSPECIFIED_OPERATOR")
                | ("window", "UNSPECIFIED_WINDOW")
        ),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries
            .iter()
            .all(|(key, value)| is_default(&path::entry(path, key), key, value)),
        Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_any_value_but_not_for_none() {
        let ours = "rediss://${queue.USERNAME}@${output.queue_private_host}:${queue.PORT}";
        assert!(matches(
            ours,
            "rediss://${queue.USERNAME}@private.example.com:${queue.PORT}"
        ));
        assert!(!matches(ours, "rediss://${queue.USERNAME}@:${queue.PORT}"));
        assert!(!matches(
            ours,
            "redis://${queue.USERNAME}@private.example.com:${queue.PORT}"
        ));
        assert!(matches("${var.image_digests.api}", "sha256:00"));
        assert!(!matches("${db.CA_CERT}", "anything"));
    }
}
