use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a cover costs, in major units of `currency` with at most two decimals.
/// To be paid: premium + service fee + tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// The most that is paid for a loss.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub limit: Decimal,
    /// What the assured bears of each loss.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub deductible: Decimal,
    /// The insurer's price.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub premium: Decimal,
    /// The insurer's fee.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub service_fee: Decimal,
    /// Tax on the premium.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub tax: Decimal,
    /// ISO 4217.
    pub currency: String,
}

impl Price {
    /// The fields as the insurer writes them: JavaScript numbers, so `25` and not `25.00`.
    pub(crate) fn fields(&self) -> [(&'static str, Value); 6] {
        [
            ("limit", number(self.limit)),
            ("deductible", number(self.deductible)),
            ("premium", number(self.premium)),
            ("serviceFee", number(self.service_fee)),
            ("tax", number(self.tax)),
            ("currency", Value::from(self.currency.as_str())),
        ]
    }
}

fn number(amount: Decimal) -> Value {
    // A normalised decimal is always a JSON number; null would be caught by every test of prices.
    amount
        .normalize()
        .to_string()
        .parse()
        .map_or(Value::Null, Value::Number)
}

/// The rules of pricing, from `data/tariff.json`. The figures are invented but believable.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Tariff {
    default_percent: Decimal,
    commodity_percent: BTreeMap<String, Decimal>,
    mode_factor: BTreeMap<String, Decimal>,
    minimum_premium: Decimal,
    service_fee: Decimal,
    tax_percent: Decimal,
    deductible_percent: Decimal,
    minimum_deductible: Decimal,
}

/// What the price depends on.
#[derive(Debug, Clone)]
pub(crate) struct Cover {
    pub(crate) limit: Decimal,
    pub(crate) currency: String,
    pub(crate) commodities: Vec<u64>,
    pub(crate) modes: Vec<String>,
}

impl Tariff {
    /// Reads the tariff built into the crate.
    ///
    /// # Errors
    /// When it is damaged.
    pub(crate) fn built_in() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("../data/tariff.json"))
    }

    /// The price of a cover; the same cover always costs the same.
    pub(crate) fn price(&self, cover: &Cover) -> Price {
        let commodity = cover.commodities.iter().map(|id| self.commodity(*id)).max();
        let mode = cover
            .modes
            .iter()
            .filter_map(|mode| self.mode_factor.get(mode))
            .max();
        let percent = commodity.unwrap_or(self.default_percent) * mode.copied().unwrap_or(Decimal::ONE);
        let premium = cents(percent_of(cover.limit, percent)).max(self.minimum_premium);
        let deductible = cents(percent_of(cover.limit, self.deductible_percent)).max(self.minimum_deductible);
        Price {
            limit: cover.limit,
            deductible: deductible.min(cover.limit),
            premium,
            service_fee: self.service_fee,
            tax: cents(percent_of(premium, self.tax_percent)),
            currency: cover.currency.clone(),
        }
    }

    fn commodity(&self, id: u64) -> Decimal {
        self.commodity_percent
            .get(&id.to_string())
            .copied()
            .unwrap_or(self.default_percent)
    }
}

fn percent_of(amount: Decimal, percent: Decimal) -> Decimal {
    amount * percent / Decimal::ONE_HUNDRED
}

/// Half a cent is rounded up, as on invoices.
fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cover(cents: i64, commodity: u64, modes: &[&str]) -> Cover {
        Cover {
            limit: Decimal::new(cents, 2),
            currency: "USD".to_owned(),
            commodities: vec![commodity],
            modes: modes.iter().map(|mode| (*mode).to_owned()).collect(),
        }
    }

    #[test]
    fn price_follows_commodity_mode_and_minimum() {
        let tariff = Tariff::built_in().unwrap();
        let premium = |cover: &Cover| tariff.price(cover).premium.to_string();
        assert_eq!(premium(&cover(5_000_000, 6, &["ROAD"])), "60.00");
        assert_eq!(premium(&cover(5_000_000, 8, &["ROAD"])), "120.00");
        assert_eq!(premium(&cover(5_000_000, 6, &["ROAD", "MARINE"])), "75.00");
        assert_eq!(premium(&cover(5_000_000, 6, &[])), "60.00");
        assert_eq!(premium(&cover(100, 6, &["ROAD"])), "25.00");
    }

    #[test]
    fn amounts_are_written_as_javascript_would() {
        assert_eq!(number(Decimal::new(2500, 2)).to_string(), "25");
        assert_eq!(number(Decimal::new(2550, 2)).to_string(), "25.5");
    }

    proptest! {
        /// P10: amounts are exact decimals, and what is written adds up to what was calculated.
        #[test]
        fn prices_are_not_negative_have_two_decimals_and_add_up(
            cents in 1_i64..200_000_000, commodity in 1_u64..49, mode in 0_usize..4
        ) {
            let mode = ["ROAD", "RAIL", "MARINE", "AIR"][mode];
            let price = Tariff::built_in().unwrap().price(&cover(cents, commodity, &[mode]));
            let amounts = [price.limit, price.deductible, price.premium, price.service_fee, price.tax];
            for amount in amounts {
                prop_assert!(amount >= Decimal::ZERO && amount.scale() <= 2, "{amount}");
            }
            prop_assert!(price.deductible <= price.limit);
            let written: Decimal = price.fields().iter()
                .filter(|(name, _)| ["premium", "serviceFee", "tax"].contains(name))
                .map(|(_, value)| value.to_string().parse::<Decimal>().unwrap())
                .sum();
            prop_assert_eq!(written, price.premium + price.service_fee + price.tax);
        }

        #[test]
        fn more_cover_never_costs_less(cents in 1_i64..100_000_000, more in 0_i64..100_000_000) {
            let tariff = Tariff::built_in().unwrap();
            let price = |cents| tariff.price(&cover(cents, 6, &["ROAD"])).premium;
            prop_assert!(price(cents) <= price(cents + more));
        }
    }
}
