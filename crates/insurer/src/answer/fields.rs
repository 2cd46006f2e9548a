//! Fields of an answer.

use loadsure_core::money::{Amount, Rounding};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::flaw::Flaw;

/// Characters of a text that are kept: longer than any signed link that was seen.
const TEXT: usize = 4000;

/// The object of an answer.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(super) fn of(answer: &'a Value) -> Result<Self, Flaw> {
        answer.as_object().map(Self).ok_or(Flaw::NotA("an object"))
    }

    pub(super) fn object(self, name: &'static str) -> Result<Self, Flaw> {
        let inner = self.get(name).ok_or(Flaw::Lacks(name))?;
        inner.as_object().map(Self).ok_or(Flaw::Unusable(name))
    }

    /// A field that is there and not `null`.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text, or a number as text; anything else counts as absent.
    pub(super) fn text(self, name: &str) -> Option<String> {
        text_of(self.get(name)?)
    }

    /// The first of several names that is there.
    pub(super) fn text_under(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    /// A text that must be there, as it came: it is sent back later, so nothing of it may change.
    pub(super) fn exact(self, name: &'static str) -> Result<&'a str, Flaw> {
        let value = self.get(name).ok_or(Flaw::Lacks(name))?;
        let text = value.as_str().ok_or(Flaw::Unusable(name))?;
        if text.trim().is_empty() || text.contains(char::is_control) {
            return Err(Flaw::Unusable(name));
        }
        Ok(text)
    }

    /// An amount of money, rounded half up to the cent.
    ///
    /// The insurer writes JavaScript numbers, and a product of theirs can carry digits beyond the cent that nobody
    /// can pay. It counts in cents too, so the nearest one is what it means.
    pub(super) fn amount(self, name: &'static str) -> Result<Option<Amount>, Flaw> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let number = decimal(value).ok_or(Flaw::Unusable(name))?;
        let amount = Amount::rounded(number, Rounding::HalfUp).map_err(|_| Flaw::Unusable(name))?;
        Ok(Some(amount))
    }

    /// An amount that is good to have: what cannot be carried counts as absent.
    pub(super) fn amount_if_usable(self, name: &'static str) -> Option<Decimal> {
        self.amount(name).ok().flatten().map(Amount::as_decimal)
    }

    /// A number that must be there.
    pub(super) fn number(self, name: &'static str) -> Result<Decimal, Flaw> {
        let value = self.get(name).ok_or(Flaw::Lacks(name))?;
        decimal(value).ok_or(Flaw::Unusable(name))
    }
}

/// A text, or a number as text.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => clean(text, TEXT),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, or a number written as text, digit by digit: never through a binary float (P10).
fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.as_str(),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Text without control characters and blanks around it, cut to `most` characters; `None` when nothing is left.
///
/// PostgreSQL refuses a text with a NUL, and a purchase must never be lost over a byte in a product's name (P4).
pub(crate) fn clean(text: &str, most: usize) -> Option<String> {
    let kept: String = text.chars().filter(|c| !c.is_control()).collect();
    let kept: String = kept.trim().chars().take(most).collect();
    (!kept.is_empty()).then_some(kept)
}
