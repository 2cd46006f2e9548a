//! The insurer's reasons, in every shape that was seen (loadsure-api.md 3.3).

use loadsure_core::insurer::Reason;
use serde_json::Value;

use crate::answer::clean;

/// At most so many reasons are kept; the form has fewer fields that can be wrong.
const MOST: usize = 100;

/// Characters of a message that are kept.
const MESSAGE: usize = 1000;

/// Characters of a code or path that are kept.
const NAME: usize = 200;

/// Characters that are kept of an answer that is plain text.
const TEXT: usize = 200;

/// Whether an answer with a good status is a refusal all the same (P13).
pub(crate) fn refuses(answer: &Value) -> bool {
    let lists_errors = match answer.get("errors") {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Bool(true) | Value::Number(_)) => true,
    };
    lists_errors || answer.get("success") == Some(&Value::Bool(false))
}

/// The reasons in a JSON answer.
pub(crate) fn of(answer: &Value) -> Vec<Reason> {
    let listed = answer.get("errors").map(listed).unwrap_or_default();
    if !listed.is_empty() {
        return listed;
    }
    let single = ["message", "error", "detail"]
        .into_iter()
        .find_map(|name| one(answer.get(name)?));
    single.into_iter().collect()
}

/// The reason in an answer that is plain text.
pub(crate) fn of_text(body: &[u8]) -> Vec<Reason> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    // What looks like JSON and is not was damaged; nobody wants to read its first half.
    let is_damaged = text.trim_start().starts_with(['{', '[']);
    let message = clean(text, TEXT).filter(|_| !is_damaged);
    message.map(bare).into_iter().collect()
}

fn listed(errors: &Value) -> Vec<Reason> {
    match errors {
        Value::Array(list) => list.iter().filter_map(one).take(MOST).collect(),
        // Some frameworks answer a map of field to messages.
        Value::Object(map) => map
            .iter()
            .flat_map(|(path, messages)| {
                let messages = messages
                    .as_array()
                    .map_or(std::slice::from_ref(messages), Vec::as_slice);
                messages.iter().filter_map(one).map(|reason| Reason {
                    path: reason.path.or_else(|| clean(path, NAME)),
                    ..reason
                })
            })
            .take(MOST)
            .collect(),
        other => one(other).into_iter().collect(),
    }
}

/// One reason: an object with a message or a code, or plain text.
fn one(value: &Value) -> Option<Reason> {
    let field = |names: &[&str], most| {
        let named = |name: &&str| clean(value.get(name)?.as_str()?, most);
        names.iter().find_map(named)
    };
    match value {
        Value::String(text) => clean(text, MESSAGE).map(bare),
        Value::Object(_) => {
            let code = field(&["errorCode", "code"], NAME);
            let message = field(&["message", "error", "detail"], MESSAGE).or_else(|| code.clone())?;
            Some(Reason {
                code,
                message,
                path: field(&["path", "field"], NAME),
            })
        }
        _ => None,
    }
}

const fn bare(message: String) -> Reason {
    Reason {
        code: None,
        message,
        path: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(answer: &Value) -> Vec<String> {
        of(answer).into_iter().map(|reason| reason.message).collect()
    }

    #[test]
    fn every_shape_of_reasons_is_read() {
        let full = json!({"errors": [{"errorCode": "E1", "message": "no", "path": "user.id"}]});
        let reason = Reason {
            code: Some("E1".to_owned()),
            message: "no".to_owned(),
            path: Some("user.id".to_owned()),
        };
        assert_eq!(of(&full), [reason]);
        assert_eq!(messages(&json!({"errors": ["one", "two"]})), ["one", "two"]);
        assert_eq!(messages(&json!({"errors": [{"errorCode": "E1"}]})), ["E1"]);
        assert_eq!(messages(&json!({"errors": "one"})), ["one"]);
        assert_eq!(messages(&json!({"message": "one"})), ["one"]);
        assert_eq!(messages(&json!({"error": "one"})), ["one"]);
        assert_eq!(messages(&json!({"error": {"message": "one"}})), ["one"]);
        assert_eq!(
            of(&json!({"errors": {"user.id": ["a"]}}))[0].path.as_deref(),
            Some("user.id")
        );
        assert!(of(&json!([1, null])).is_empty());
    }

    #[test]
    fn reasons_are_bounded_and_can_be_stored() {
        let many: Vec<Value> = (0..500).map(|_| json!("é\u{0}".repeat(5000))).collect();
        let reasons = of(&json!({"errors": many}));
        assert_eq!(reasons.len(), MOST);
        assert_eq!(reasons[0].message.chars().count(), MESSAGE);
        assert!(!reasons[0].message.contains('\u{0}'));
    }

    /// P13: a good status with errors is a refusal; empty or absent errors are not.
    #[test]
    fn errors_beside_a_good_status_refuse() {
        for answer in [
            json!({"errors": ["no"]}),
            json!({"success": false}),
            json!({"errors": {"a": "b"}}),
        ] {
            assert!(refuses(&answer), "{answer}");
        }
        for answer in [
            json!({"errors": []}),
            json!({"success": true, "errors": null}),
            json!([]),
        ] {
            assert!(!refuses(&answer), "{answer}");
        }
    }

    #[test]
    fn plain_text_is_a_reason_and_damaged_json_is_not() {
        assert_eq!(of_text(b"  Too far ahead\n")[0].message, "Too far ahead");
        assert!(of_text(b"").is_empty());
        assert!(of_text(b"{\"errors\":[").is_empty());
        assert!(of_text(&[0xff, 0xfe]).is_empty());
    }
}
