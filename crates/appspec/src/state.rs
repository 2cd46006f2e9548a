//! The spec as Terraform itself evaluated it, out of what `terraform test -json -verbose` prints. It shows whether this
//! crate and Terraform read the same configuration alike.

use hcl::{Map, Value};
use serde_json::Value as Json;

use crate::document::from_json;
use crate::spec::Spec;
use crate::terraform::{Fate, Nested, attribute_fate, nested};

impl Spec {
    /// The spec of the app in the last state that a test printed; `None` if there is no app in it.
    #[must_use]
    pub fn from_test_output(output: &str) -> Option<Self> {
        let mut states = output
            .lines()
            .rev()
            .filter_map(|line| serde_json::from_str::<Json>(line).ok())
            .filter_map(|message| message.pointer("/test_state/root_module").cloned());
        let spec = app(&states.next()?)?.pointer("/values/spec/0").cloned()?;
        Some(Self(object(&spec, "spec")))
    }
}

/// The app in a module or in one that it calls.
fn app(module: &Json) -> Option<&Json> {
    let list = |key: &str| module.get(key).and_then(Json::as_array).into_iter().flatten();
    let own = list("resources").find(|resource| resource["type"] == "digitalocean_app");
    own.or_else(|| list("child_modules").find_map(app))
}

/// A block: nested blocks are lists in the state, however often they may be there.
fn object(block: &Json, name: &str) -> Value {
    let mut object = Map::new();
    for (key, value) in block.as_object().into_iter().flatten() {
        let blocks: Option<Vec<&Json>> = value
            .as_array()
            .map(|items| items.iter().filter(|item| item.is_object()).collect());
        match (nested(key), blocks.as_deref()) {
            (Nested::Many(list), Some(blocks @ [_, ..])) => {
                let items = blocks.iter().map(|block| self::object(block, key));
                object.insert(list.to_owned(), items.collect());
            }
            (Nested::Same, Some([block, ..])) => {
                object.insert(key.clone(), self::object(block, key));
            }
            // No block, or one that is no part of the spec.
            (_, Some(_)) => {}
            (_, None) if value.is_null() => {}
            (_, None) => {
                let key = match attribute_fate(name, key) {
                    Fate::Renamed(renamed) => renamed,
                    Fate::Same | Fate::Refused(_) => key,
                };
                object.insert(key.to_owned(), from_json(value));
            }
        }
    }
    // A block that only has to be there says nothing.
    object.retain(|_, value| !value.as_object().is_some_and(Map::is_empty));
    Value::Object(object)
}
