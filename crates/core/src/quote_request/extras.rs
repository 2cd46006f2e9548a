//! The top-level fields of a request beside user, assured and shipment.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::invalid::{FieldCode, Problems};
use crate::json::Node;
use crate::money::{Amount, Money};
use crate::text::Text;

/// A value of the caller's own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomValue {
    /// Text.
    Text(Text<1000>),
    /// A number.
    Number(Decimal),
}

impl Serialize for CustomValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Number(number) => rust_decimal::serde::arbitrary_precision::serialize(number, serializer),
        }
    }
}

/// At most so many fields of the caller's own.
const MOST_CUSTOM_FIELDS: usize = 50;

pub(super) fn read_custom_fields(
    node: &Node<'_>,
    problems: &mut Problems,
) -> Option<Vec<(String, CustomValue)>> {
    let Value::Object(map) = node.value() else {
        return node.refuse(problems, FieldCode::WrongType, "must be an object");
    };
    if map.len() > MOST_CUSTOM_FIELDS {
        return node.refuse(problems, FieldCode::TooLong, "must have at most 50 fields");
    }
    let fields: Vec<Option<_>> = map
        .iter()
        .map(|(name, value)| read_custom(node, name, value, problems))
        .collect();
    fields.into_iter().collect()
}

fn read_custom(
    parent: &Node<'_>,
    name: &str,
    value: &Value,
    problems: &mut Problems,
) -> Option<(String, CustomValue)> {
    let node = parent.child(name, value);
    if name.chars().count() > 100 {
        return node.refuse(
            problems,
            FieldCode::TooLong,
            "the name must have at most 100 characters",
        );
    }
    let value = match value {
        Value::String(_) => CustomValue::Text(node.parse(problems)?),
        Value::Number(_) => CustomValue::Number(node.decimal(problems)?),
        _ => return node.refuse(problems, FieldCode::WrongType, "must be text or a number"),
    };
    Some((name.to_owned(), value))
}

pub(super) fn read_metadata(node: &Node<'_>, problems: &mut Problems) -> Option<Map<String, Value>> {
    match node.value() {
        Value::Object(map) => Some(map.clone()),
        _ => node.refuse(problems, FieldCode::WrongType, "must be an object"),
    }
}

pub(super) fn read_limit(node: &Node<'_>, problems: &mut Problems) -> Option<Money> {
    let mut fields = node.object(problems)?;
    let currency = fields.required("currency", problems, Node::parse);
    let amount = fields.required("value", problems, |node, problems| {
        node.decimal(problems)
            .and_then(|value| node.accept(problems, Amount::exact(value)))
    });
    fields.close(problems);
    Some(Money {
        amount: amount?,
        currency: currency?,
    })
}

/// An address that we will call: `https`, or `http` to this machine for development.
pub fn read_callback(node: &Node<'_>, problems: &mut Problems) -> Option<url::Url> {
    let url = url::Url::parse(node.text(problems)?)
        .ok()
        .filter(|url| url.has_host() && url.as_str().len() <= 2000);
    let is_local = |url: &url::Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url {
        Some(url) if url.scheme() == "https" || (url.scheme() == "http" && is_local(&url)) => Some(url),
        _ => node.refuse(problems, FieldCode::NotAUrl, "must be an https address"),
    }
}
