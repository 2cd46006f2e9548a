//! What the platform says about a request that it refuses.

use serde_json::Value;

/// Longest message that is kept, in characters.
const LONGEST: usize = 300;

/// Encrypted values begin so.
pub(crate) const SEALED: &str = "EV[";

/// The message of an error answer, fit for a log: short, one line, without encrypted values.
pub(crate) fn of(body: &[u8]) -> String {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let message = answer.as_ref().and_then(|answer| answer.get("message")?.as_str());
    message.map_or_else(|| "without a message".to_owned(), clean)
}

/// One line, shortened, without encrypted values.
pub(crate) fn clean(message: &str) -> String {
    let mut parts = message.split(SEALED);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once(']').map_or("", |(_, rest)| rest);
        text.push_str("EV[…]");
        text.push_str(rest);
    }
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(printable).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_kept_without_encrypted_values_and_bounded() {
        let body = br#"{"id":"x","message":"bad EV[1:abc:def] and\nEV[1:no end"}"#;
        assert_eq!(of(body), "bad EV[…] and EV[…]");
        assert_eq!(of(b"<html>"), "without a message");
        let long = serde_json::json!({"id": "x", "message": "é".repeat(1000)}).to_string();
        assert_eq!(of(long.as_bytes()).chars().count(), LONGEST);
    }
}
