//! Freight classes and how a shipment divides among them.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::invalid::{FieldCode, Invalid, Problems};
use crate::json::Node;
use crate::reference::Known;

/// Id of a freight class in the insurer's form, such as `class70` or `class77_5`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FreightClassId(String);

impl FreightClassId {
    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FreightClassId {
    type Err = Invalid;

    /// Accepts `class77_5` and the bare number `77.5`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix("class").unwrap_or(text);
        let is_number = !number.is_empty()
            && number.len() <= 8
            && number.starts_with(|c: char| c.is_ascii_digit())
            && number.ends_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '_');
        if is_number {
            Ok(Self(format!("class{}", number.replace('.', "_"))))
        } else {
            Err(Invalid::new(
                FieldCode::NotOneOf,
                "must be a freight class such as class70 or 77.5",
            ))
        }
    }
}

impl Serialize for FreightClassId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// The share of a shipment that belongs to one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreightClassShare {
    id: FreightClassId,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    percentage: Decimal,
}

impl FreightClassShare {
    /// The class.
    #[must_use]
    pub const fn id(&self) -> &FreightClassId {
        &self.id
    }

    /// Its share in percent.
    #[must_use]
    pub const fn percentage(&self) -> Decimal {
        self.percentage
    }
}

/// How a shipment divides among freight classes: no class at all, or shares that sum to exactly 100 %.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FreightClasses(Vec<FreightClassShare>);

/// There are 18 classes; more shares than that repeat one.
const MOST: usize = 18;

impl FreightClasses {
    /// The shares.
    #[must_use]
    pub fn shares(&self) -> &[FreightClassShare] {
        &self.0
    }

    /// Whether no class was given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the shares and checks their sum.
    pub fn read(node: &Node<'_>, known: &Known<'_>, problems: &mut Problems) -> Option<Self> {
        let shares = node.list(problems, MOST, |item, problems| read_share(item, known, problems))?;
        for (index, share) in shares.iter().enumerate() {
            if shares.iter().take(index).any(|earlier| earlier.id == share.id) {
                return node.refuse(problems, FieldCode::Duplicate, "names a freight class twice");
            }
        }
        let sum: Decimal = shares.iter().map(|share| share.percentage).sum();
        if !shares.is_empty() && sum != Decimal::ONE_HUNDRED {
            let message = "the percentages of all freight classes must sum to 100";
            return node.refuse(problems, FieldCode::PercentagesNot100, message);
        }
        Some(Self(shares))
    }
}

fn read_share(node: &Node<'_>, known: &Known<'_>, problems: &mut Problems) -> Option<FreightClassShare> {
    let mut fields = node.object(problems)?;
    let id = fields.required("id", problems, |node, problems| {
        known.freight_class(node, problems)
    });
    let percentage = fields.required("percentage", problems, read_percentage);
    fields.close(problems);
    Some(FreightClassShare {
        id: id?,
        percentage: percentage?,
    })
}

fn read_percentage(node: &Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let value = node.decimal(problems)?;
    if value <= Decimal::ZERO || value > Decimal::ONE_HUNDRED {
        return node.refuse(
            problems,
            FieldCode::OutOfRange,
            "must be more than 0 and at most 100",
        );
    }
    if value.normalize().scale() > 4 {
        return node.refuse(
            problems,
            FieldCode::TooManyDecimals,
            "must have at most four decimals",
        );
    }
    Some(value.normalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(value: &serde_json::Value) -> Result<FreightClasses, FieldCode> {
        let mut problems = Problems::default();
        let classes = FreightClasses::read(&Node::root(value), &Known::nothing(), &mut problems);
        classes.ok_or_else(|| problems.into_errors()[0].code)
    }

    #[test]
    fn a_bare_number_is_the_insurers_id() {
        for (given, id) in [
            ("77.5", "class77_5"),
            ("class77_5", "class77_5"),
            ("70", "class70"),
        ] {
            assert_eq!(given.parse::<FreightClassId>().unwrap().as_str(), id);
        }
        for bad in ["", "class", "seventy", "class_5", "7 0", "classclass70"] {
            assert!(bad.parse::<FreightClassId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn one_class_twice_is_refused() {
        let half = json!({"id": "class70", "percentage": 50});
        assert_eq!(read(&json!([half, half])), Err(FieldCode::Duplicate));
    }

    proptest! {
        #[test]
        fn shares_are_accepted_exactly_when_they_sum_to_100(first in 1_u32..100, second in 1_u32..100) {
            let shares = json!([
                {"id": "class70", "percentage": first},
                {"id": "class77_5", "percentage": second},
            ]);
            let expected = if first + second == 100 { None } else { Some(FieldCode::PercentagesNot100) };
            prop_assert_eq!(read(&shares).err(), expected);
        }
    }
}
