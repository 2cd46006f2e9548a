use std::fmt;

use actix_web::http::Method;
use serde::{Deserialize, Serialize};

/// One of the insurer's eleven operations (`loadsure-api.md`, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Prices a shipment and answers a token.
    Quote,
    /// Buys cover for a token.
    PurchaseQuote,
    /// Shows a certificate.
    CertificateSummary,
    /// Answers a fresh link to a certificate's document.
    CertificateUrl,
    /// Cancels a certificate.
    CancelCertificate,
    /// Lists commodities.
    Commodities,
    /// Lists commodity exclusions.
    CommodityExclusions,
    /// Lists equipment types.
    EquipmentTypes,
    /// Lists load types.
    LoadTypes,
    /// Lists freight classes.
    FreightClasses,
    /// Lists terms of sale.
    TermsOfSales,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 11] = [
        Self::Quote,
        Self::PurchaseQuote,
        Self::CertificateSummary,
        Self::CertificateUrl,
        Self::CancelCertificate,
        Self::Commodities,
        Self::CommodityExclusions,
        Self::EquipmentTypes,
        Self::LoadTypes,
        Self::FreightClasses,
        Self::TermsOfSales,
    ];

    /// The path it is served at.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Quote => "/api/insureLoad/quote",
            Self::PurchaseQuote => "/api/insureLoad/purchaseQuote",
            Self::CertificateSummary => "/api/insureLoad/certificateSummary",
            Self::CertificateUrl => "/api/insureLoad/certificateUrl",
            Self::CancelCertificate => "/api/insureLoad/cancelCertificate",
            Self::Commodities => "/api/commodities",
            Self::CommodityExclusions => "/api/commodityExclusions",
            Self::EquipmentTypes => "/api/equipmentTypes",
            Self::LoadTypes => "/api/loadTypes",
            Self::FreightClasses => "/api/freightClasses",
            Self::TermsOfSales => "/api/termsOfSales",
        }
    }

    /// Look-ups of reference data are GET, everything about a load is POST.
    pub(crate) fn method(self) -> Method {
        if self.path().starts_with("/api/insureLoad/") {
            Method::POST
        } else {
            Method::GET
        }
    }

    /// The name used in fault rules, which is the last part of the path.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// The operation of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_on_the_wire_is_the_last_part_of_the_path() {
        for operation in Operation::ALL {
            assert_eq!(serde_json::to_value(operation).unwrap(), operation.name());
            assert_eq!(Operation::named(operation.name()), Some(operation));
        }
    }
}
