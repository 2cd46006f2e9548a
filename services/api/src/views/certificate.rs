//! Certificates.

use loadsure_core::certificate::Certificate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Money;
use super::page::Pagination;

/// A certificate, by the insurer's last word.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CertificateView {
    /// The insurer's number.
    certificate_number: String,
    /// The booking that bought it.
    booking_id: Uuid,
    /// `ACTIVE`, `CANCELLED`, `EXPIRED`, `PENDING`, or another word of the insurer.
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage_amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deductible: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    premium: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_fee: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<Money>,
    /// ISO 4217 code of all amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Link to the document; may be short-lived.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_link: Option<String>,
    /// Where to file a claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_claim_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_additional_info: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_date: Option<String>,
}

impl From<Certificate> for CertificateView {
    fn from(certificate: Certificate) -> Self {
        let facts = certificate.facts;
        Self {
            certificate_number: facts.number.as_str().to_owned(),
            booking_id: certificate.booking.as_uuid(),
            status: facts.status.as_str().to_owned(),
            product_name: facts.product_name,
            product_id: facts.product_id,
            coverage_amount: facts.limit.map(Money),
            deductible: facts.deductible.map(Money),
            premium: facts.premium.map(Money),
            service_fee: facts.service_fee.map(Money),
            tax: facts.tax.map(Money),
            currency: facts.currency,
            certificate_link: facts.certificate_link,
            file_claim_link: facts.file_claim_link,
            valid_from: facts.valid_from,
            valid_to: facts.valid_to,
            cancellation_reason: facts.cancellation.reason,
            cancellation_additional_info: facts.cancellation.additional_info,
            canceled_by: facts.cancellation.by,
            canceled_date: facts.cancellation.date,
        }
    }
}

/// Body of one certificate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertificateBody {
    /// `success`.
    status: &'static str,
    certificate: CertificateView,
}

impl CertificateBody {
    pub(crate) const fn new(certificate: CertificateView) -> Self {
        Self {
            status: "success",
            certificate,
        }
    }
}

/// Body of a page of certificates.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertificatesBody {
    /// `success`.
    status: &'static str,
    certificates: Vec<CertificateView>,
    pagination: Pagination,
}

impl CertificatesBody {
    pub(crate) const fn new(certificates: Vec<CertificateView>, pagination: Pagination) -> Self {
        Self {
            status: "success",
            certificates,
            pagination,
        }
    }
}
