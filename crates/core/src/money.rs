//! Money: exact decimals with a currency, and every rounding by name.

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

use crate::invalid::{FieldCode, Invalid};

/// Decimals that an amount carries.
const SCALE: u32 = 2;

/// Largest amount, in major units: the width of the database's `numeric(15, 2)`.
const MAX: Decimal = Decimal::from_parts(1_316_134_911, 2328, 0, false, 0); // 9,999,999,999,999

/// How an amount with more than two decimals becomes one with two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest cent, a half away from zero: how a percentage fee is rounded.
    HalfUp,
}

/// A non-negative amount with two decimals, in the major unit of its currency (dollars, not cents).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// An amount that has at most two decimals already.
    ///
    /// # Errors
    /// When it is negative, too large, or has more than two decimals.
    pub fn exact(value: Decimal) -> Result<Self, Invalid> {
        if value.normalize().scale() > SCALE {
            return Err(Invalid::new(
                FieldCode::TooManyDecimals,
                "must have at most two decimals",
            ));
        }
        Self::rounded(value, Rounding::HalfUp)
    }

    /// An amount rounded to two decimals.
    ///
    /// # Errors
    /// When it is negative or too large.
    pub fn rounded(value: Decimal, rounding: Rounding) -> Result<Self, Invalid> {
        let Rounding::HalfUp = rounding;
        let mut value = value.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointAwayFromZero);
        if value < Decimal::ZERO || value > MAX {
            return Err(Invalid::new(
                FieldCode::OutOfRange,
                format!("must lie between 0 and {MAX}"),
            ));
        }
        value.rescale(SCALE);
        Ok(Self(value))
    }

    /// The amount as a decimal with exactly two decimals.
    #[must_use]
    pub const fn as_decimal(self) -> Decimal {
        self.0
    }

    /// Whether this is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The sum.
    ///
    /// # Errors
    /// When the sum is too large to carry.
    pub fn plus(self, other: Self) -> Result<Self, Invalid> {
        Self::exact(self.0 + other.0)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Serialized as a JSON number with exactly two decimals.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        rust_decimal::serde::arbitrary_precision::serialize(&self.0, serializer)
    }
}

/// An ISO 4217 currency code. Source of the list: the `iso_currency` crate.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// United States dollar, what the flat form assumes when no currency is given.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        iso_currency::Currency::from_code(text).map(Self).ok_or_else(|| {
            Invalid::new(
                FieldCode::NotACurrency,
                "must be an ISO 4217 currency code such as USD",
            )
        })
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// An amount of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub currency: Currency,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_amount_is_what_the_database_column_holds() {
        assert_eq!(MAX, Decimal::from(9_999_999_999_999_u64));
    }

    #[test]
    fn an_amount_is_written_as_a_json_number_with_two_decimals() {
        let amount = Amount::exact("1234.5".parse().unwrap()).unwrap();
        assert_eq!(serde_json::to_string(&amount).unwrap(), "1234.50");
    }

    #[test]
    fn only_iso_4217_codes_are_currencies() {
        assert_eq!("CAD".parse::<Currency>().unwrap().code(), "CAD");
        for bad in ["usd", "US", "XYZ", "DOLLAR", ""] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }

    proptest! {
        /// P10: what was written in JSON comes back digit by digit.
        #[test]
        fn json_text_survives_the_way_through_an_amount(cents in 0_u64..=999_999_999_999_999) {
            let text = format!("{}.{:02}", cents / 100, cents % 100);
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let mut problems = crate::invalid::Problems::default();
            let read = crate::json::Node::root(&value).decimal(&mut problems).unwrap();
            let amount = Amount::exact(read).unwrap();
            prop_assert_eq!(serde_json::to_string(&amount).unwrap(), text);
        }

        #[test]
        fn rounding_moves_an_amount_by_at_most_half_a_cent(units in 0_i64..1_000_000_000_000, scale in 0_u32..9) {
            let value = Decimal::new(units, scale);
            let rounded = Amount::rounded(value, Rounding::HalfUp).unwrap().as_decimal();
            prop_assert!((rounded - value).abs() <= Decimal::new(5, 3));
        }

        #[test]
        fn more_than_two_decimals_are_refused_and_never_rounded_in_silence(units in 0_i64..1_000_000) {
            let value = Decimal::new(units * 10 + 1, 3);
            prop_assert_eq!(Amount::exact(value).unwrap_err().code, FieldCode::TooManyDecimals);
        }

        #[test]
        fn addition_is_exact(a in 0_i64..1_000_000_000, b in 0_i64..1_000_000_000) {
            let amount = |cents| Amount::exact(Decimal::new(cents, 2)).unwrap();
            prop_assert_eq!(amount(a).plus(amount(b)).unwrap(), amount(a + b));
        }
    }
}
