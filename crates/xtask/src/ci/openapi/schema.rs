//! Schemas. What a client sends may only be asked to be less, and what it gets may only become more.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Break, resolve};

/// Who writes what the schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    /// The client: what it sends must still be accepted.
    Request,
    /// The service: what it sends must still be what the client expects.
    Response,
}

/// Two descriptions that are compared, and what was found.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) breaks: Vec<Break>,
    /// References that are being compared or have been: types may contain themselves.
    seen: HashSet<(String, String, Direction)>,
}

/// Limits of which a smaller one accepts less.
const UPPER: [&str; 5] = [
    "maximum",
    "exclusiveMaximum",
    "maxLength",
    "maxItems",
    "maxProperties",
];
/// Limits of which a greater one accepts less.
const LOWER: [&str; 5] = [
    "minimum",
    "exclusiveMinimum",
    "minLength",
    "minItems",
    "minProperties",
];
/// Keywords of which any other value may accept less.
const EXACT: [&str; 3] = ["pattern", "format", "multipleOf"];

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value) -> Self {
        Self {
            old,
            new,
            breaks: Vec::new(),
            seen: HashSet::new(),
        }
    }

    pub(super) fn found(&mut self, place: &str, what: &str) {
        let found = Break {
            place: place.to_owned(),
            what: what.to_owned(),
        };
        if !self.breaks.contains(&found) {
            self.breaks.push(found);
        }
    }

    /// Compares two schemas and all that is in them.
    pub(super) fn schemas(&mut self, place: &str, old: &Value, new: &Value, direction: Direction) {
        if let (Some(before), Some(now)) = (old["$ref"].as_str(), new["$ref"].as_str())
            && !self.seen.insert((before.to_owned(), now.to_owned(), direction))
        {
            return;
        }
        let (old, new) = (resolve(self.old, old), resolve(self.new, new));
        self.types(place, old, new, direction);
        self.values(place, old, new);
        if direction == Direction::Request {
            self.limits(place, old, new);
        }
        self.properties(place, old, new, direction);
        for list in ["oneOf", "anyOf", "allOf"] {
            self.alternatives(place, &old[list], &new[list], direction);
        }
        if let (before @ Value::Object(_), now @ Value::Object(_)) = (&old["items"], &new["items"]) {
            self.schemas(&format!("{place}[]"), before, now, direction);
        }
    }

    /// A client may send every type that it could, and gets no type that it could not get.
    fn types(&mut self, place: &str, old: &Value, new: &Value, direction: Direction) {
        let (before, now) = (types(&old["type"]), types(&new["type"]));
        let (must, may) = match direction {
            Direction::Request => (&before, &now),
            Direction::Response => (&now, &before),
        };
        // No type at all accepts any.
        let widest = may.is_empty() || (must.is_subset(may) && !must.is_empty());
        if !widest && before != now {
            self.found(
                place,
                &format!("the type was {} and is {}", said(&before), said(&now)),
            );
        }
    }

    /// New values are additions in both directions: clients are told to expect them.
    fn values(&mut self, place: &str, old: &Value, new: &Value) {
        let (before, now) = (old["enum"].as_array(), new["enum"].as_array());
        match (before, now) {
            (Some(before), Some(now)) => {
                for value in before.iter().filter(|value| !now.contains(value)) {
                    self.found(place, &format!("the value {value} is gone"));
                }
            }
            (None, Some(_)) if !old.is_null() => self.found(place, "only some values are left"),
            _ => {}
        }
    }

    fn limits(&mut self, place: &str, old: &Value, new: &Value) {
        for keyword in UPPER {
            self.limit(place, keyword, old, new, |now, before| now < before);
        }
        for keyword in LOWER {
            self.limit(place, keyword, old, new, |now, before| now > before);
        }
        for keyword in EXACT {
            if !new[keyword].is_null() && new[keyword] != old[keyword] {
                self.found(
                    place,
                    &format!("{keyword} is {}, and was {}", new[keyword], old[keyword]),
                );
            }
        }
    }

    fn limit(
        &mut self,
        place: &str,
        keyword: &str,
        old: &Value,
        new: &Value,
        narrower: fn(f64, f64) -> bool,
    ) {
        let narrowed = match (new[keyword].as_f64(), old[keyword].as_f64()) {
            (Some(now), Some(before)) => narrower(now, before),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if narrowed {
            self.found(
                place,
                &format!("{keyword} is {}, and was {}", new[keyword], old[keyword]),
            );
        }
    }

    fn properties(&mut self, place: &str, old: &Value, new: &Value, direction: Direction) {
        let (before, now) = (required(old), required(new));
        match direction {
            Direction::Request => {
                for name in now.difference(&before) {
                    self.found(&format!("{place}.{name}"), "the field is now required");
                }
            }
            Direction::Response => {
                for name in before.difference(&now) {
                    self.found(&format!("{place}.{name}"), "the field may now be missing");
                }
            }
        }
        for (name, property) in old["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            let now = &new["properties"][name];
            // A service that takes unknown fields still takes the one that it forgot.
            if now.is_null() && (direction == Direction::Response || new["additionalProperties"] == false) {
                self.found(&place, "the field is gone");
            } else if !now.is_null() {
                self.schemas(&place, property, now, direction);
            }
        }
        if direction == Direction::Request
            && new["additionalProperties"] == false
            && !old.is_null()
            && old["additionalProperties"] != false
        {
            self.found(place, "unknown fields are now refused");
        }
    }

    /// Alternatives that have a name are matched by it, the others by their place in the list.
    fn alternatives(&mut self, place: &str, old: &Value, new: &Value, direction: Direction) {
        let Some(before) = old.as_array() else { return };
        let now = new.as_array().map_or(&[][..], Vec::as_slice);
        for (index, alternative) in before.iter().enumerate() {
            let name = alternative["$ref"].as_str();
            let same = match name {
                Some(name) => now.iter().find(|now| now["$ref"] == name),
                None => now.get(index),
            };
            match same {
                Some(same) => self.schemas(place, alternative, same, direction),
                None => self.found(
                    place,
                    &format!("the alternative {} is gone", name.unwrap_or("at its place")),
                ),
            }
        }
    }
}

fn types(value: &Value) -> BTreeSet<&str> {
    let mut types: BTreeSet<&str> = match value {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    };
    // Every integer is a number.
    if types.contains("number") {
        types.insert("integer");
    }
    types
}

fn required(schema: &Value) -> BTreeSet<&str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str).collect()
}

fn said(types: &BTreeSet<&str>) -> String {
    if types.is_empty() {
        return "any".to_owned();
    }
    let types: Vec<_> = types.iter().copied().collect();
    types.join(" or ")
}
