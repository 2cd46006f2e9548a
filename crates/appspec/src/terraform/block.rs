//! Evaluates a block of a resource to the object that the platform's API takes.

use hcl::{Block, Body, Map, Structure, Value};

use super::module::attribute;
use super::scope::{Local, Scope};
use super::shape::{Fate, Nested, attribute_fate, nested};
use crate::error::{Result, unsupported};

/// The object of a block's body. What is null is left out, as Terraform does.
pub(super) fn object(
    scope: &Scope,
    locals: &[Local],
    name: &str,
    body: &Body,
    address: &str,
) -> Result<Value> {
    let mut object = Map::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let key = attribute.key();
                let value = scope.evaluate(attribute.expr(), locals, &format!("{address}.{key}"))?;
                let key = match attribute_fate(name, key) {
                    Fate::Same => key,
                    Fate::Renamed(key) => key,
                    Fate::Refused(reason) => return Err(unsupported(format!("{address}.{key}"), reason)),
                };
                if !value.is_null() {
                    object.insert(key.to_owned(), value);
                }
            }
            Structure::Block(block) if block.identifier() == "dynamic" => {
                dynamic(scope, locals, block, address, &mut object)?;
            }
            Structure::Block(block) => {
                add(
                    scope,
                    locals,
                    block.identifier(),
                    block.body(),
                    address,
                    &mut object,
                )?;
            }
        }
    }
    Ok(Value::Object(object))
}

fn dynamic(
    scope: &Scope,
    locals: &[Local],
    block: &Block,
    address: &str,
    into: &mut Map<String, Value>,
) -> Result<()> {
    let name = block
        .labels()
        .first()
        .map(|label| label.as_str())
        .unwrap_or_default();
    let address = format!("{address}.{name}");
    let content = block
        .body()
        .blocks()
        .find(|nested| nested.identifier() == "content");
    let (Some(collection), Some(content)) = (attribute(block.body(), "for_each"), content) else {
        return Err(unsupported(address, "a dynamic block needs for_each and content"));
    };
    let iterator = attribute(block.body(), "iterator").map_or_else(|| name.to_owned(), ToString::to_string);
    for (key, value) in entries(scope.evaluate(collection, locals, &address)?) {
        let each = Map::from_iter([("key".to_owned(), key), ("value".to_owned(), value)]);
        let mut locals = locals.to_vec();
        locals.push((iterator.clone(), Value::Object(each)));
        add(scope, &locals, name, content.body(), &address, into)?;
    }
    Ok(())
}

fn entries(collection: Value) -> Vec<(Value, Value)> {
    match collection {
        Value::Array(items) => (0_u64..).map(Value::from).zip(items).collect(),
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.into_iter().collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn add(
    scope: &Scope,
    locals: &[Local],
    name: &str,
    body: &Body,
    address: &str,
    into: &mut Map<String, Value>,
) -> Result<()> {
    let place = nested(name);
    if place == Nested::Outside {
        return Ok(());
    }
    let address = format!("{address}.{name}");
    let value = object(scope, locals, name, body, &address)?;
    match place {
        Nested::Outside => {}
        Nested::Many(list) => {
            let list = into
                .entry(list.to_owned())
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(items) = list {
                items.push(value);
            }
        }
        Nested::Same if value.as_object().is_some_and(Map::is_empty) => {}
        Nested::Same => {
            if into.insert(name.to_owned(), value).is_some() {
                return Err(unsupported(address, "is there more than once"));
            }
        }
    }
    Ok(())
}
