//! An object whose fields are asked for one by one, and which then names those nobody asked for.

use serde_json::{Map, Value};

use super::Node;
use crate::invalid::{FieldCode, Problems};

/// A JSON object being read. `null` counts as not given.
#[derive(Debug)]
pub struct Object<'a> {
    path: String,
    map: &'a Map<String, Value>,
    asked: Vec<&'static str>,
}

impl<'a> Object<'a> {
    pub(super) const fn new(path: String, map: &'a Map<String, Value>) -> Self {
        Self {
            path,
            map,
            asked: Vec::new(),
        }
    }

    /// The path of a field of this object.
    #[must_use]
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// The field if it was given and is not `null`; from now on it counts as known.
    pub fn get(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.asked.push(name);
        let value = self.map.get(name).filter(|value| !value.is_null())?;
        Some(Node::at(self.path_of(name), value))
    }

    /// A field that must be given.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        problems: &mut Problems,
        read: impl FnOnce(&Node<'a>, &mut Problems) -> Option<T>,
    ) -> Option<T> {
        match self.get(name) {
            Some(node) => read(&node, problems),
            None => {
                problems.add(self.path_of(name), FieldCode::Required, "is required");
                None
            }
        }
    }

    /// A field that may be left out. The outer `None` means that it was given and is wrong.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        problems: &mut Problems,
        read: impl FnOnce(&Node<'a>, &mut Problems) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.get(name) {
            Some(node) => read(&node, problems).map(Some),
            None => Some(None),
        }
    }

    /// Names every field that nobody asked for: a typo in an insurance application must not be dropped in silence.
    pub fn close(self, problems: &mut Problems) {
        for name in self
            .map
            .keys()
            .filter(|name| !self.asked.contains(&name.as_str()))
        {
            problems.add(
                self.path_of(name),
                FieldCode::UnknownField,
                "is not a known field",
            );
        }
    }
}
