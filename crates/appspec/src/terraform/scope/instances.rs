//! `count` and `for_each`, of resources and of module calls.

use hcl::{Body, Map, Value};

use super::{Local, Scope};
use crate::error::{Result, unsupported};
use crate::terraform::module::attribute;

/// How many there are of a resource or module call.
pub(super) enum Instances {
    /// Neither `count` nor `for_each`: there is one.
    One,
    /// By `count`.
    List(u64),
    /// By `for_each`: key and value of each.
    Keyed(Vec<(String, Value)>),
}

impl Instances {
    /// For each instance, what its address ends with, and the names that hold in it.
    pub(super) fn each(&self) -> Vec<(String, Vec<Local>)> {
        match self {
            Self::One => vec![(String::new(), Vec::new())],
            Self::List(count) => (0..*count)
                .map(|index| {
                    (
                        format!("[{index}]"),
                        vec![object("count", [("index", index.into())])],
                    )
                })
                .collect(),
            Self::Keyed(entries) => entries
                .iter()
                .map(|(key, value)| {
                    let each = object("each", [("key", key.clone().into()), ("value", value.clone())]);
                    (format!("[{key:?}]"), vec![each])
                })
                .collect(),
        }
    }

    /// The value that stands for all of them.
    pub(super) fn gather(&self, values: Vec<Value>) -> Value {
        match self {
            Self::One => values.into_iter().next().unwrap_or(Value::Null),
            Self::List(_) => Value::Array(values),
            Self::Keyed(entries) => {
                let keys = entries.iter().map(|(key, _)| key.clone());
                Value::Object(keys.zip(values).collect())
            }
        }
    }
}

fn object<const N: usize>(name: &str, entries: [(&str, Value); N]) -> Local {
    let entries = entries.map(|(key, value)| (key.to_owned(), value));
    (name.to_owned(), Value::Object(Map::from_iter(entries)))
}

impl Scope {
    /// What `count` or `for_each` of a body say.
    pub(super) fn instances(&self, body: &Body, address: &str) -> Result<Instances> {
        if let Some(count) = attribute(body, "count") {
            let count = self.evaluate(count, &[], address)?;
            return count
                .as_u64()
                .map(Instances::List)
                .ok_or_else(|| unsupported(address, "count is no whole number"));
        }
        let Some(collection) = attribute(body, "for_each") else {
            return Ok(Instances::One);
        };
        match self.evaluate(collection, &[], address)? {
            Value::Object(entries) => {
                let mut entries: Vec<_> = entries.into_iter().collect();
                entries.sort_by(|(one, _), (other, _)| one.cmp(other));
                Ok(Instances::Keyed(entries))
            }
            Value::Array(items) => items
                .into_iter()
                .map(|item| match item.as_str() {
                    Some(key) => Ok((key.to_owned(), item)),
                    None => Err(unsupported(address, "for_each holds something that is no text")),
                })
                .collect::<Result<_>>()
                .map(Instances::Keyed),
            _ => Err(unsupported(address, "for_each is neither an object nor a set")),
        }
    }
}
