//! Names places within a spec as people do: `workers[worker].envs[LOG_LEVEL].value`.

use hcl::{Map, Value};

/// What the element of a list is called by, in this order.
const NAMES: [&str; 4] = ["name", "key", "domain", "rule"];

/// The path of an entry of an object.
pub(crate) fn entry(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// The path of an element of a list.
pub(crate) fn element(path: &str, name: &str) -> String {
    format!("{path}[{name}]")
}

/// What an element is called, if it has a name.
pub(crate) fn name(item: &Value) -> Option<&str> {
    let object = item.as_object()?;
    NAMES
        .iter()
        .find_map(|key| object.get(*key).and_then(Value::as_str))
}

/// The elements by name, or by number where not each has a name of its own.
pub(crate) fn named(items: &[Value]) -> Map<String, &Value> {
    let by_name: Map<String, &Value> = items
        .iter()
        .filter_map(|item| Some((name(item)?.to_owned(), item)))
        .collect();
    if by_name.len() == items.len() {
        return by_name;
    }
    let numbered = items.iter().enumerate();
    numbered.map(|(index, item)| (index.to_string(), item)).collect()
}
