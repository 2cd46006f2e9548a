//! Lists of reference data.

use loadsure_core::support_data::Kind;
use serde_json::Value;

use super::fields::Fields;
use crate::endpoint::Endpoint;
use crate::flaw::Flaw;

/// Reads a list: a bare array, or one in `data` or under the endpoint's own name.
pub(crate) fn list(answer: &Value, kind: Kind) -> Result<Vec<Value>, Flaw> {
    let name = Endpoint::List(kind).path().trim_start_matches("/api/");
    let wrapped = || {
        let fields = Fields::of(answer).ok()?;
        [name, "data"]
            .into_iter()
            .find_map(|name| fields.get(name)?.as_array())
    };
    let items = answer.as_array().or_else(wrapped).ok_or(Flaw::NotA("a list"))?;
    if !items.iter().all(is_storable) {
        return Err(Flaw::Unusable("an item"));
    }
    Ok(items.iter().cloned().map(|item| unified(item, kind)).collect())
}

/// One source calls the text of an exclusion `descriptions`, another `description`.
fn unified(mut item: Value, kind: Kind) -> Value {
    if kind == Kind::CommodityExclusions
        && let Some(fields) = item.as_object_mut()
        && !fields.contains_key("description")
        && let Some(text) = fields.remove("descriptions")
    {
        fields.insert("description".to_owned(), text);
    }
    item
}

/// PostgreSQL's `jsonb` has no place for a NUL.
fn is_storable(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(is_storable),
        Value::Object(map) => map
            .iter()
            .all(|(name, value)| !name.contains('\0') && is_storable(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}
