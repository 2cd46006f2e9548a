//! The eleven endpoints (loadsure-api.md section 2).

use loadsure_core::insurer::Operation;
use loadsure_core::support_data::Kind;
use reqwest::Method;

/// One endpoint of the insurer's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Prices a shipment.
    Quote,
    /// Buys cover.
    Purchase,
    /// Reads a certificate.
    Summary,
    /// Gets a link to a certificate's document.
    Document,
    /// Cancels a certificate.
    Cancel,
    /// Reads one list of reference data.
    List(Kind),
}

impl Endpoint {
    /// The path below the base URL.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Quote => "/api/insureLoad/quote",
            Self::Purchase => "/api/insureLoad/purchaseQuote",
            Self::Summary => "/api/insureLoad/certificateSummary",
            Self::Document => "/api/insureLoad/certificateUrl",
            Self::Cancel => "/api/insureLoad/cancelCertificate",
            Self::List(Kind::Commodities) => "/api/commodities",
            Self::List(Kind::CommodityExclusions) => "/api/commodityExclusions",
            Self::List(Kind::EquipmentTypes) => "/api/equipmentTypes",
            Self::List(Kind::LoadTypes) => "/api/loadTypes",
            Self::List(Kind::FreightClasses) => "/api/freightClasses",
            Self::List(Kind::TermsOfSales) => "/api/termsOfSales",
        }
    }

    /// Look-ups of certificates are POST too; only reference data are GET.
    pub(crate) const fn method(self) -> Method {
        match self {
            Self::List(_) => Method::GET,
            _ => Method::POST,
        }
    }

    /// What metrics call it.
    pub(crate) const fn operation(self) -> Operation {
        match self {
            Self::Quote => Operation::Quote,
            Self::Purchase => Operation::Purchase,
            Self::Summary => Operation::CertificateSummary,
            Self::Document => Operation::CertificateUrl,
            Self::Cancel => Operation::Cancel,
            Self::List(_) => Operation::SupportData,
        }
    }

    /// Whether it spends money, so that a call of it is never repeated on a guess.
    pub(crate) const fn buys(self) -> bool {
        matches!(self, Self::Purchase)
    }
}
