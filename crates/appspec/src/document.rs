//! Reads specs that are written down: YAML files of ours, JSON of the platform.

use std::fs;
use std::path::Path;

use hcl::{Map, Number, Value};

use crate::error::{Error, Result};

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_path_buf(),
        source,
    })
}

fn unreadable(path: &Path, reason: impl ToString) -> Error {
    Error::Document {
        path: path.to_path_buf(),
        reason: reason.to_string(),
    }
}

/// A spec in YAML, with its text.
pub(crate) fn yaml(path: &Path) -> Result<(String, Value)> {
    let text = read(path)?;
    let spec = serde_saphyr::from_str(&text).map_err(|error| unreadable(path, error))?;
    Ok((text, spec))
}

/// The spec in what the platform's API or `doctl apps get --output json` answers, or the spec itself.
pub(crate) fn live_json(path: &Path) -> Result<Value> {
    let json: serde_json::Value =
        serde_json::from_str(&read(path)?).map_err(|error| unreadable(path, error))?;
    let app = json.get("app").or_else(|| json.get(0)).unwrap_or(&json);
    let spec = app.get("spec").unwrap_or(app);
    if spec.get("name").is_none() {
        return Err(unreadable(path, "there is no spec in it"));
    }
    Ok(from_json(spec))
}

/// By hand: `serde_json` hands numbers to other types in a form of its own when it keeps their digits.
pub(crate) fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => {
            let whole = number.as_u64().map(Number::from);
            let whole = whole.or_else(|| number.as_i64().map(Number::from));
            let any = whole.or_else(|| number.as_f64().and_then(Number::from_f64));
            any.map_or(Value::Null, Value::Number)
        }
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect(),
        serde_json::Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), from_json(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
