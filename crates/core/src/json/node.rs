//! One JSON value and the path that leads to it.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::Value;

use super::Object;
use crate::invalid::{FieldCode, Invalid, Problems};

/// A JSON value with its path. Readers return `None` after having noted what is wrong.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The top of a document.
    #[must_use]
    pub const fn root(value: &'a Value) -> Self {
        Self {
            path: String::new(),
            value,
        }
    }

    pub(super) const fn at(path: String, value: &'a Value) -> Self {
        Self { path, value }
    }

    /// A value below this one, for objects whose field names are the caller's own.
    #[must_use]
    pub fn child(&self, name: &str, value: &'a Value) -> Self {
        Self::at(
            if self.path.is_empty() {
                name.to_owned()
            } else {
                format!("{}.{name}", self.path)
            },
            value,
        )
    }

    /// The path of this value.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The value as it came.
    #[must_use]
    pub const fn value(&self) -> &'a Value {
        self.value
    }

    /// Notes an error at this value.
    pub fn refuse<T>(
        &self,
        problems: &mut Problems,
        code: FieldCode,
        message: impl Into<String>,
    ) -> Option<T> {
        problems.add(self.path.clone(), code, message);
        None
    }

    fn wrong_type<T>(&self, problems: &mut Problems, expected: &str) -> Option<T> {
        self.refuse(problems, FieldCode::WrongType, format!("must be {expected}"))
    }

    /// Notes the error of a parse that failed at this value.
    pub fn accept<T>(&self, problems: &mut Problems, parsed: Result<T, Invalid>) -> Option<T> {
        parsed
            .map_err(|invalid| problems.add(self.path.clone(), invalid.code, invalid.message))
            .ok()
    }

    /// An object whose fields are then read one by one.
    pub fn object(&self, problems: &mut Problems) -> Option<Object<'a>> {
        match self.value {
            Value::Object(map) => Some(Object::new(self.path.clone(), map)),
            _ => self.wrong_type(problems, "an object"),
        }
    }

    /// The items of a list.
    pub fn items(&self, problems: &mut Problems) -> Option<Vec<Self>> {
        let Value::Array(items) = self.value else {
            return self.wrong_type(problems, "a list");
        };
        let place = |(index, value)| Node::at(format!("{}[{index}]", self.path), value);
        Some(items.iter().enumerate().map(place).collect())
    }

    /// A list of at most `most` items, each read by `read`; all items are read even when one fails.
    pub fn list<T>(
        &self,
        problems: &mut Problems,
        most: usize,
        mut read: impl FnMut(&Self, &mut Problems) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.items(problems)?;
        if items.len() > most {
            return self.refuse(
                problems,
                FieldCode::TooLong,
                format!("must have at most {most} items"),
            );
        }
        let read: Vec<Option<T>> = items.iter().map(|item| read(item, problems)).collect();
        read.into_iter().collect()
    }

    /// Text as it came.
    pub fn text(&self, problems: &mut Problems) -> Option<&'a str> {
        match self.value {
            Value::String(text) => Some(text),
            _ => self.wrong_type(problems, "text"),
        }
    }

    /// Text parsed into a domain type.
    pub fn parse<T: FromStr<Err = Invalid>>(&self, problems: &mut Problems) -> Option<T> {
        let text = self.text(problems)?;
        self.accept(problems, text.parse())
    }

    /// `true` or `false`.
    pub fn boolean(&self, problems: &mut Problems) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(*value),
            _ => self.wrong_type(problems, "true or false"),
        }
    }

    /// A whole number that fits `u32`.
    pub fn whole(&self, problems: &mut Problems) -> Option<u32> {
        let number = self.value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.or_else(|| self.wrong_type(problems, "a whole number, zero or more"))
    }

    /// A number, exactly as written: never through a binary float.
    pub fn decimal(&self, problems: &mut Problems) -> Option<Decimal> {
        let Value::Number(number) = self.value else {
            return self.wrong_type(problems, "a number");
        };
        let text = number.as_str();
        let exact = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
        match exact {
            Ok(value) => Some(value),
            Err(_) => self.refuse(
                problems,
                FieldCode::OutOfRange,
                "has more digits than can be carried exactly",
            ),
        }
    }
}
