use serde_json::Value;

/// A place in a body, present or not.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    path: String,
    value: Option<&'a Value>,
}

impl<'a> Field<'a> {
    /// The whole body.
    pub(crate) const fn root(body: &'a Value) -> Self {
        Self {
            path: String::new(),
            value: Some(body),
        }
    }

    /// The member `name` of an object.
    pub(crate) fn get(&self, name: &str) -> Self {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        Self {
            path,
            value: self.value.and_then(|value| value.get(name)),
        }
    }

    /// The elements of an array; none when this is not an array.
    pub(crate) fn items(&self) -> Vec<Self> {
        let items = self
            .value
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let place = |(index, value)| Self {
            path: format!("{}[{index}]", self.path),
            value: Some(value),
        };
        items.iter().enumerate().map(place).collect()
    }

    pub(crate) const fn value(&self) -> Option<&'a Value> {
        self.value
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}
