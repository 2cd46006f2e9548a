//! The caller's own fee on top of the premium, and the one place where a total is computed.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::invalid::{FieldCode, Invalid};
use crate::money::{Amount, Currency, Rounding};

/// The caller's integration fee. It is the caller's business and never sent to the insurer (P11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fee {
    /// A fraction of the premium: 0.1 is 10 %.
    Percentage(Fraction),
    /// An amount in the currency of the premium.
    Fixed(Amount),
}

/// A fraction from 0 to 1 with at most six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction(Decimal);

impl Fraction {
    /// Checks a fraction.
    ///
    /// # Errors
    /// When it lies outside 0 to 1 or has more than six decimals.
    pub fn new(value: Decimal) -> Result<Self, Invalid> {
        if value < Decimal::ZERO || value > Decimal::ONE {
            let message = "must be a fraction of the premium from 0 to 1 (0.1 is 10 %)";
            return Err(Invalid::new(FieldCode::OutOfRange, message));
        }
        if value.normalize().scale() > 6 {
            return Err(Invalid::new(
                FieldCode::TooManyDecimals,
                "must have at most six decimals",
            ));
        }
        Ok(Self(value.normalize()))
    }
}

impl Fee {
    /// Builds the fee from the two fields that carry it: `percentage` or `fixed`, and its value.
    ///
    /// # Errors
    /// When the kind is neither, or the value does not fit it.
    pub fn new(kind: FeeKind, value: Decimal) -> Result<Self, Invalid> {
        match kind {
            FeeKind::Percentage => Fraction::new(value).map(Self::Percentage),
            FeeKind::Fixed => Amount::exact(value).map(Self::Fixed),
        }
    }

    /// Which kind of fee this is.
    #[must_use]
    pub const fn kind(&self) -> FeeKind {
        match self {
            Self::Percentage(_) => FeeKind::Percentage,
            Self::Fixed(_) => FeeKind::Fixed,
        }
    }

    /// The value as the caller gave it.
    #[must_use]
    pub const fn value(&self) -> Decimal {
        match self {
            Self::Percentage(Fraction(fraction)) => *fraction,
            Self::Fixed(amount) => amount.as_decimal(),
        }
    }

    /// What the fee amounts to on a premium, rounded half up to the cent.
    ///
    /// # Errors
    /// When the amount is too large to carry.
    pub fn amount_on(&self, premium: Amount) -> Result<Amount, Invalid> {
        match self {
            Self::Percentage(Fraction(fraction)) => {
                Amount::rounded(premium.as_decimal() * fraction, Rounding::HalfUp)
            }
            Self::Fixed(amount) => Ok(*amount),
        }
    }
}

/// How the value of a fee is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeeKind {
    /// A fraction of the premium.
    Percentage,
    /// An amount.
    Fixed,
}

impl FeeKind {
    /// The name used by callers and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Percentage => "percentage",
            Self::Fixed => "fixed",
        }
    }
}

impl std::str::FromStr for FeeKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "percentage" => Ok(Self::Percentage),
            "fixed" => Ok(Self::Fixed),
            _ => Err(Invalid::new(FieldCode::NotOneOf, "must be percentage or fixed")),
        }
    }
}

/// What the insurer asks for a quote, all in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The premium.
    pub premium: Amount,
    /// The insurer's service fee.
    pub service_fee: Amount,
    /// The tax.
    pub tax: Amount,
    /// The currency of all of them.
    pub currency: Currency,
}

impl Price {
    /// What the buyer pays: premium + service fee + tax + the caller's own fee. The only place where it is summed (P9).
    ///
    /// # Errors
    /// When the sum is too large to carry.
    pub fn total_with(&self, fee_amount: Amount) -> Result<Amount, Invalid> {
        self.premium
            .plus(self.service_fee)?
            .plus(self.tax)?
            .plus(fee_amount)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(cents: i64) -> Amount {
        Amount::exact(Decimal::new(cents, 2)).unwrap()
    }

    /// P9: a percentage is a fraction of the premium, not an amount of 0.1.
    #[test]
    fn ten_percent_of_fifty_is_five() {
        let fee = Fee::new(FeeKind::Percentage, Decimal::new(1, 1)).unwrap();
        assert_eq!(fee.amount_on(amount(5_000)).unwrap(), amount(500));
    }

    #[test]
    fn half_a_cent_is_rounded_up() {
        let fee = Fee::new(FeeKind::Percentage, Decimal::new(1, 1)).unwrap();
        assert_eq!(fee.amount_on(amount(105)).unwrap(), amount(11));
    }

    #[test]
    fn a_fraction_above_one_is_refused() {
        assert_eq!(
            Fee::new(FeeKind::Percentage, Decimal::TEN).unwrap_err().code,
            FieldCode::OutOfRange
        );
        assert_eq!(
            Fee::new(FeeKind::Fixed, Decimal::NEGATIVE_ONE).unwrap_err().code,
            FieldCode::OutOfRange
        );
    }

    proptest! {
        #[test]
        fn a_percentage_never_exceeds_the_premium(premium in 0_i64..1_000_000_000, fraction in 0_i64..=1_000_000) {
            let fee = Fee::new(FeeKind::Percentage, Decimal::new(fraction, 6)).unwrap();
            prop_assert!(fee.amount_on(amount(premium)).unwrap() <= amount(premium));
        }

        #[test]
        fn a_percentage_is_within_half_a_cent_of_the_exact_product(premium in 0_i64..1_000_000_000, fraction in 0_i64..=1_000_000) {
            let fee = Fee::new(FeeKind::Percentage, Decimal::new(fraction, 6)).unwrap();
            let exact = Decimal::new(premium, 2) * Decimal::new(fraction, 6);
            prop_assert!((fee.amount_on(amount(premium)).unwrap().as_decimal() - exact).abs() <= Decimal::new(5, 3));
        }

        #[test]
        fn a_fixed_fee_does_not_depend_on_the_premium(premium in 0_i64..1_000_000, fixed in 0_i64..1_000_000) {
            let fee = Fee::new(FeeKind::Fixed, Decimal::new(fixed, 2)).unwrap();
            prop_assert_eq!(fee.amount_on(amount(premium)).unwrap(), amount(fixed));
        }

        #[test]
        fn the_total_is_the_sum_of_its_parts(parts in prop::array::uniform4(0_i64..1_000_000_000)) {
            let price = Price { premium: amount(parts[0]), service_fee: amount(parts[1]), tax: amount(parts[2]), currency: Currency::USD };
            prop_assert_eq!(price.total_with(amount(parts[3])).unwrap(), amount(parts.iter().sum()));
        }
    }
}
