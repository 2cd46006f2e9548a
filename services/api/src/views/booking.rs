//! Bookings.

use loadsure_core::booking::{Booking, Status};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{BookingId, QuoteId};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Money;
use super::certificate::CertificateView;
use super::page::Pagination;
use crate::problem::ErrorItem;

/// What is said of a purchase whose answer was lost.
const UNKNOWN: &str = "The purchase was sent to the insurer and its answer was lost: cover may have been bought. \
    It will be settled, and this record shows how. Do not buy this load elsewhere before that.";

/// A booking. Policy number, amounts and certificate are there once it is `active`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BookingView {
    /// Id of the booking.
    booking_id: Uuid,
    /// The quote that it buys.
    quote_id: Uuid,
    /// `requested`, `purchasing`, `active`, `failed`, `outcome_unknown` or `cancelled`.
    status: &'static str,
    /// What the status means for the caller, where that needs words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
    /// Number of the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_number: Option<String>,
    /// Link to the certificate's document; may be short-lived.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_url: Option<String>,
    /// The premium.
    #[serde(skip_serializing_if = "Option::is_none")]
    premium: Option<Money>,
    /// Limit of cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage_amount: Option<Money>,
    /// ISO 4217 code of both amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Why it failed, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    /// The insurer's reasons when it refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ErrorItem>,
    /// When it last changed.
    #[serde(with = "time::serde::rfc3339")]
    timestamp: OffsetDateTime,
    /// The certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateView>,
}

impl BookingView {
    /// A booking that was accepted a moment ago.
    pub(crate) const fn pending(id: BookingId, quote: QuoteId, timestamp: OffsetDateTime) -> Self {
        Self {
            booking_id: id.as_uuid(),
            quote_id: quote.as_uuid(),
            status: Status::Requested.name(),
            detail: None,
            policy_number: None,
            certificate_url: None,
            premium: None,
            coverage_amount: None,
            currency: None,
            error_code: None,
            reasons: Vec::new(),
            timestamp,
            certificate: None,
        }
    }
}

impl From<Booking> for BookingView {
    fn from(booking: Booking) -> Self {
        let facts = booking.certificate.as_ref().map(|certificate| &certificate.facts);
        Self {
            status: booking.status.name(),
            detail: (booking.status == Status::OutcomeUnknown).then_some(UNKNOWN),
            policy_number: facts.map(|facts| facts.number.as_str().to_owned()),
            certificate_url: facts.and_then(|facts| facts.certificate_link.clone()),
            premium: facts.and_then(|facts| facts.premium).map(Money),
            coverage_amount: facts.and_then(|facts| facts.limit).map(Money),
            currency: facts.and_then(|facts| facts.currency.clone()),
            error_code: booking.failure.map(ErrorCode::as_str),
            reasons: booking.reasons.into_iter().map(ErrorItem::from).collect(),
            certificate: booking.certificate.map(CertificateView::from),
            ..Self::pending(booking.id, booking.quote, booking.updated_at)
        }
    }
}

/// Body of one booking.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingBody {
    /// `success`: the request was understood. Whether cover is bought is said by `booking.status`.
    status: &'static str,
    booking: BookingView,
}

impl BookingBody {
    pub(crate) const fn new(booking: BookingView) -> Self {
        Self {
            status: "success",
            booking,
        }
    }
}

/// Body of a page of bookings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingsBody {
    /// `success`.
    status: &'static str,
    bookings: Vec<BookingView>,
    pagination: Pagination,
}

impl BookingsBody {
    pub(crate) const fn new(bookings: Vec<BookingView>, pagination: Pagination) -> Self {
        Self {
            status: "success",
            bookings,
            pagination,
        }
    }
}
