//! The insurer's reference ("support") data.

use serde_json::Value;

use crate::invalid::{FieldCode, Invalid};
use crate::reference::ReferenceIds;

/// One list of reference data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What may be carried.
    Commodities,
    /// What is not covered.
    CommodityExclusions,
    /// Kinds of equipment.
    EquipmentTypes,
    /// Kinds of load.
    LoadTypes,
    /// Freight classes.
    FreightClasses,
    /// Terms of sale.
    TermsOfSales,
}

impl Kind {
    /// All lists.
    pub const ALL: [Self; 6] = [
        Self::Commodities,
        Self::CommodityExclusions,
        Self::EquipmentTypes,
        Self::LoadTypes,
        Self::FreightClasses,
        Self::TermsOfSales,
    ];

    /// The name in this service's routes and database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commodities => "commodities",
            Self::CommodityExclusions => "commodity-exclusions",
            Self::EquipmentTypes => "equipment-types",
            Self::LoadTypes => "load-types",
            Self::FreightClasses => "freight-classes",
            Self::TermsOfSales => "terms-of-sales",
        }
    }

    /// Checks a list that the insurer answered, before it replaces the one that is in use.
    ///
    /// # Errors
    /// When the list is empty (P43: an empty answer must not wipe good data) or an item has no usable id.
    pub fn check(self, items: &[Value]) -> Result<(), Invalid> {
        if items.is_empty() {
            return Err(Invalid::new(FieldCode::Empty, "the list is empty"));
        }
        let well_formed = |item: &Value| match self {
            Self::TermsOfSales => item.as_str().is_some_and(|text| !text.trim().is_empty()),
            Self::Commodities | Self::EquipmentTypes => {
                item.get("id").is_some_and(|id| id.as_u64().is_some())
            }
            Self::CommodityExclusions | Self::LoadTypes | Self::FreightClasses => item
                .get("id")
                .and_then(Value::as_str)
                .is_some_and(|id| !id.is_empty()),
        };
        if items.iter().all(well_formed) {
            Ok(())
        } else {
            Err(Invalid::new(FieldCode::WrongType, "an item has no usable id"))
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Kind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| Invalid::new(FieldCode::NotOneOf, "is not a list of reference data"))
    }
}

impl ReferenceIds {
    /// Takes over the ids of one list.
    pub fn learn(&mut self, kind: Kind, items: &[Value]) {
        let numbers = || {
            items
                .iter()
                .filter_map(|item| item.get("id")?.as_u64()?.try_into().ok())
                .collect()
        };
        let texts = || {
            items
                .iter()
                .filter_map(|item| Some(item.get("id")?.as_str()?.to_owned()))
                .collect()
        };
        match kind {
            Kind::Commodities => self.commodities = numbers(),
            Kind::EquipmentTypes => self.equipment_types = numbers(),
            Kind::LoadTypes => self.load_types = texts(),
            Kind::FreightClasses => self.freight_classes = texts(),
            Kind::TermsOfSales => {
                let lines = items.iter().filter_map(Value::as_str);
                let both = lines.flat_map(|line| [Some(line), line.split_whitespace().next()]);
                self.terms_of_sale = both.flatten().map(str::to_owned).collect();
            }
            // Nothing in a request names an exclusion.
            Kind::CommodityExclusions => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// P43: an empty list, or one without ids, never replaces data that are in use.
    #[test]
    fn an_empty_or_shapeless_list_is_refused() {
        assert!(Kind::Commodities.check(&[]).is_err());
        assert!(Kind::Commodities.check(&[json!({"id": "1"})]).is_err());
        assert!(
            Kind::Commodities
                .check(&[json!({"id": 1, "name": "Misc"})])
                .is_ok()
        );
        assert!(Kind::TermsOfSales.check(&[json!("EXW - Ex Works")]).is_ok());
        assert!(Kind::TermsOfSales.check(&[json!({"id": 1})]).is_err());
    }

    #[test]
    fn terms_of_sale_are_known_by_code_and_by_line() {
        let mut ids = ReferenceIds::default();
        ids.learn(Kind::TermsOfSales, &[json!("EXW - Ex Works")]);
        assert!(ids.terms_of_sale.contains("EXW") && ids.terms_of_sale.contains("EXW - Ex Works"));
    }
}
