//! The structural difference of two JSON documents.

use serde_json::{Map, Value};

use crate::spec::escape;

/// JSON pointers (RFC 6901) of everything that differs between two documents, each as deep as it can be told. Numbers
/// are compared by their digits: `1` and `1.0` differ.
#[must_use]
pub fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(before, after, "", &mut found);
    found
}

fn compare(before: &Value, after: &Value, pointer: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => objects(before, after, pointer, found),
        (Value::Array(before), Value::Array(after)) => arrays(before, after, pointer, found),
        (before, after) if before == after => {}
        _ => found.push(pointer.to_owned()),
    }
}

fn objects(before: &Map<String, Value>, after: &Map<String, Value>, pointer: &str, found: &mut Vec<String>) {
    for (name, value) in before {
        let pointer = format!("{pointer}/{}", escape(name));
        match after.get(name) {
            Some(other) => compare(value, other, &pointer, found),
            None => found.push(pointer),
        }
    }
    let added = after.keys().filter(|name| !before.contains_key(*name));
    found.extend(added.map(|name| format!("{pointer}/{}", escape(name))));
}

fn arrays(before: &[Value], after: &[Value], pointer: &str, found: &mut Vec<String>) {
    let both = before.iter().zip(after);
    for (at, (before, after)) in both.enumerate() {
        compare(before, after, &format!("{pointer}/{at}"), found);
    }
    let (short, long) = (before.len().min(after.len()), before.len().max(after.len()));
    found.extend((short..long).map(|at| format!("{pointer}/{at}")));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn equal_documents_do_not_differ() {
        let document = json!({"a": [1, {"b": null}], "c": "d"});
        assert!(differences(&document, &document).is_empty());
    }

    #[test]
    fn every_kind_of_change_is_told_by_its_place() {
        let before =
            json!({"same": 1, "changed": [1, {"deep": true}], "gone": 1, "a/b~c": 1, "shrinks": [1, 2]});
        let after = json!({"same": 1, "changed": [2, {"deep": null}], "new": 1, "a/b~c": 2, "shrinks": [1]});
        let mut found = differences(&before, &after);
        found.sort();
        let expected = [
            "/a~1b~0c",
            "/changed/0",
            "/changed/1/deep",
            "/gone",
            "/new",
            "/shrinks/1",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_number_written_otherwise_differs() {
        for (before, after) in [
            ("1", "1.0"),
            ("1e3", "1000"),
            ("0.10", "0.1"),
            ("1", "true"),
            ("1", "\"1\""),
        ] {
            assert_eq!(
                differences(&parsed(before), &parsed(after)),
                [""],
                "{before} {after}"
            );
        }
        let long = "123456789012345678901234567890.12345678901234567890";
        assert!(differences(&parsed(long), &parsed(long)).is_empty());
    }

    #[test]
    fn null_and_absence_differ() {
        assert_eq!(differences(&json!({}), &json!({"a": null})), ["/a"]);
    }
}
