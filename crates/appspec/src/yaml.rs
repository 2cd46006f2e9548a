//! Writes a spec as YAML: in the order of the Terraform, with comments.

use std::fmt::Write as _;

use hcl::Value;

use crate::comments::comment;
use crate::path;

/// Words that YAML reads as something else than a text, in one version of it or another.
const RESERVED: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"];

/// The text of a spec.
pub(crate) fn write(spec: &Value, head: &str) -> String {
    let mut text = String::new();
    write_comment(&mut text, head, 0);
    let mut writer = Writer { text };
    writer.value(spec, "", 0);
    writer.text
}

struct Writer {
    text: String,
}

impl Writer {
    fn value(&mut self, value: &Value, path: &str, indent: usize) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let path = path::entry(path, key);
                    self.comment(&path, indent);
                    self.line(indent, key);
                    self.after_key(value, &path, indent);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let number = index.to_string();
                    let path = path::element(path, path::name(item).unwrap_or(&number));
                    self.comment(&path, indent);
                    self.element(item, &path, indent);
                }
            }
            plain => {
                let text = scalar(plain);
                self.line(indent, &text);
                self.text.push('\n');
            }
        }
    }

    fn after_key(&mut self, value: &Value, path: &str, indent: usize) {
        if is_nested(value) {
            self.text.push_str(":\n");
            self.value(value, path, indent + 2);
        } else {
            self.text.push_str(": ");
            self.text.push_str(&scalar(value));
            self.text.push('\n');
        }
    }

    /// An element begins with a hyphen in the place of its own first indentation.
    fn element(&mut self, item: &Value, path: &str, indent: usize) {
        let mut inner = Self { text: String::new() };
        inner.value(item, path, indent + 2);
        let mut hyphen = " ".repeat(indent);
        hyphen.push_str("- ");
        self.text
            .push_str(&inner.text.replacen(&" ".repeat(indent + 2), &hyphen, 1));
    }

    fn comment(&mut self, path: &str, indent: usize) {
        if let Some(text) = comment(path) {
            write_comment(&mut self.text, text, indent);
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
    }
}

fn write_comment(text: &mut String, comment: &str, indent: usize) {
    for line in comment.lines() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:indent$}# {line}", "");
    }
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(entries) => !entries.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::Object(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
    }
}

/// Whether a text can stand without quotation marks and be read as a text by everyone.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|first| first.is_ascii_alphabetic() || first == '/')
        && text.len() > 1
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-'))
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_could_be_read_as_something_else_are_quoted() {
        for plain in ["nyc", "/health/live", "apps-s-1vcpu-0.5gb", "PRE_DEPLOY"] {
            assert_eq!(scalar(&plain.into()), plain);
        }
        for quoted in [
            "",
            "yes",
            "No",
            "1",
            "0.5",
            "a: b",
            "${db.CA_CERT}",
            "0 0 * * *",
            "n",
            "# x",
        ] {
            assert_eq!(scalar(&quoted.into()), format!("{quoted:?}"));
        }
    }
}
