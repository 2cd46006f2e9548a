//! Amounts in JSON.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::openapi::schema::money;

/// Decimals of an amount.
const SCALE: u32 = 2;

/// An amount as a JSON number with two decimals, digit by digit as it is stored (P10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Money(pub(crate) Decimal);

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = self.0;
        // Only ever adds zeros: amounts are stored with two decimals.
        if value.scale() < SCALE {
            value.rescale(SCALE);
        }
        rust_decimal::serde::arbitrary_precision::serialize(&value, serializer)
    }
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        money("Exact, with two decimals: read it as a decimal, not as a binary float.")
            .examples([serde_json::json!(57.25)])
            .into()
    }
}

impl ToSchema for Money {}

#[cfg(test)]
mod tests {
    use super::*;

    /// P10: no amount passes through a binary float.
    #[test]
    fn an_amount_keeps_its_digits_and_has_two_decimals() {
        for (given, written) in [
            ("5", "5.00"),
            ("0.1", "0.10"),
            ("9007199254740993.37", "9007199254740993.37"),
        ] {
            let json = serde_json::to_value(Money(given.parse().unwrap())).unwrap();
            assert_eq!(json.to_string(), written);
        }
    }
}
