use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::operation::Operation;

const COMMODITIES: &str = include_str!("../data/commodities.json");
const COMMODITY_EXCLUSIONS: &str = include_str!("../data/commodity-exclusions.json");
const EQUIPMENT_TYPES: &str = include_str!("../data/equipment-types.json");
const LOAD_TYPES: &str = include_str!("../data/load-types.json");
const FREIGHT_CLASSES: &str = include_str!("../data/freight-classes.json");
const TERMS_OF_SALES: &str = include_str!("../data/terms-of-sales.json");

/// The ids that a quote may name, from snapshots of the live lists of 2025-04
/// (`loadsure-api.md`, section 8).
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) commodities: HashSet<u64>,
    pub(crate) commodity_exclusions: Vec<String>,
    pub(crate) equipment_types: HashSet<u64>,
    pub(crate) load_types: HashSet<String>,
    pub(crate) freight_classes: HashSet<String>,
    pub(crate) terms_of_sale: HashSet<String>,
}

#[derive(Deserialize)]
struct Entry<T> {
    id: T,
}

impl Reference {
    /// Reads the lists built into the crate.
    ///
    /// # Errors
    /// When one is damaged.
    pub(crate) fn built_in() -> Result<Self, serde_json::Error> {
        Ok(Self {
            commodities: ids(COMMODITIES)?,
            commodity_exclusions: ids(COMMODITY_EXCLUSIONS)?,
            equipment_types: ids(EQUIPMENT_TYPES)?,
            load_types: ids(LOAD_TYPES)?,
            freight_classes: ids(FREIGHT_CLASSES)?,
            terms_of_sale: serde_json::from_str(TERMS_OF_SALES)?,
        })
    }
}

fn ids<T: DeserializeOwned, C: FromIterator<T>>(json: &str) -> Result<C, serde_json::Error> {
    let entries: Vec<Entry<T>> = serde_json::from_str(json)?;
    Ok(entries.into_iter().map(|entry| entry.id).collect())
}

/// The list that an operation answers, if it is one of the six look-ups.
pub(crate) const fn list(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::Commodities => Some(COMMODITIES),
        Operation::CommodityExclusions => Some(COMMODITY_EXCLUSIONS),
        Operation::EquipmentTypes => Some(EQUIPMENT_TYPES),
        Operation::LoadTypes => Some(LOAD_TYPES),
        Operation::FreightClasses => Some(FREIGHT_CLASSES),
        Operation::TermsOfSales => Some(TERMS_OF_SALES),
        Operation::Quote
        | Operation::PurchaseQuote
        | Operation::CertificateSummary
        | Operation::CertificateUrl
        | Operation::CancelCertificate => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_hold_exactly_the_known_ids() {
        let reference = Reference::built_in().unwrap();
        let commodities = (1..=34).chain(36..=43).chain(45..=48).collect();
        assert_eq!(reference.commodities, commodities);
        assert_eq!(reference.equipment_types, (1..=6).collect());
        assert_eq!(reference.commodity_exclusions.len(), 10);
        assert_eq!(reference.load_types.len(), 10);
        assert_eq!(reference.freight_classes.len(), 18);
        assert_eq!(reference.terms_of_sale.len(), 13);
        assert!(reference.freight_classes.contains("class77_5"));
    }
}
