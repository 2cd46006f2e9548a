//! Purchases, as those see them who settle unknown outcomes.

use loadsure_core::settlement::NOT_BOUGHT_AFTER;
use loadsure_store::{JournalEntry, Purchase};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Money;
use super::page::Pagination;

/// A purchase, with what is needed to find it in the insurer's books.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnknownOutcomeView {
    /// Id of the booking.
    booking_id: Uuid,
    /// `outcome_unknown`, or what it was settled as.
    status: &'static str,
    /// Whose it is.
    tenant_id: Uuid,
    /// What its owner is called.
    tenant_name: String,
    /// The quote that it buys.
    quote_id: Uuid,
    /// The load, as the insurer knows it.
    freight_id: String,
    /// The caller's order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    po_number: Option<String>,
    /// Limit of cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage_amount: Option<Money>,
    /// The premium.
    #[serde(skip_serializing_if = "Option::is_none")]
    premium: Option<Money>,
    /// ISO 4217 code of both amounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Until when the quote can be booked again.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    quote_expires_at: Option<OffsetDateTime>,
    /// How many attempts were made.
    attempts: u32,
    /// When the last one began.
    #[serde(with = "time::serde::rfc3339")]
    last_attempt_at: OffsetDateTime,
    /// From when on it may be settled as not bought.
    #[serde(with = "time::serde::rfc3339")]
    not_bought_from: OffsetDateTime,
    /// What was seen of the last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Number of the certificate, once it is settled as bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_number: Option<String>,
}

impl From<Purchase> for UnknownOutcomeView {
    fn from(purchase: Purchase) -> Self {
        Self {
            booking_id: purchase.booking.as_uuid(),
            status: purchase.status.name(),
            tenant_id: purchase.tenant.as_uuid(),
            tenant_name: purchase.tenant_name,
            quote_id: purchase.quote.as_uuid(),
            freight_id: purchase.freight_id,
            po_number: purchase.po_number,
            coverage_amount: purchase.coverage_amount.map(Money),
            premium: purchase.premium.map(Money),
            currency: purchase.currency,
            quote_expires_at: purchase.quote_expires_at,
            attempts: purchase.attempts,
            last_attempt_at: purchase.last_attempt_at,
            not_bought_from: purchase.last_attempt_at + NOT_BOUGHT_AFTER,
            detail: purchase.detail,
            certificate_number: purchase.certificate,
        }
    }
}

/// One attempt to buy.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttemptView {
    /// Which, from 1.
    attempt: u32,
    /// The job that made it.
    job_id: Uuid,
    /// When it was journalled, before anything was sent.
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    /// When it ended.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    ended_at: Option<OffsetDateTime>,
    /// `bought`, `declined`, `postponed`, `lost_sight` or `given_up`; absent while it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// What was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl From<JournalEntry> for AttemptView {
    fn from(entry: JournalEntry) -> Self {
        Self {
            attempt: entry.number,
            job_id: entry.job.as_uuid(),
            started_at: entry.started_at,
            ended_at: entry.ended_at,
            outcome: entry.outcome,
            detail: entry.detail,
        }
    }
}

/// Body of one purchase.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnknownOutcomeBody {
    /// `success`: the request was understood. How the purchase stands is said by `unknownOutcome.status`.
    status: &'static str,
    unknown_outcome: UnknownOutcomeView,
    /// Every attempt to buy.
    journal: Vec<AttemptView>,
}

impl From<(Purchase, Vec<JournalEntry>)> for UnknownOutcomeBody {
    fn from((purchase, journal): (Purchase, Vec<JournalEntry>)) -> Self {
        Self {
            status: "success",
            unknown_outcome: purchase.into(),
            journal: journal.into_iter().map(AttemptView::from).collect(),
        }
    }
}

/// Body of a page of purchases.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnknownOutcomesBody {
    /// `success`.
    status: &'static str,
    unknown_outcomes: Vec<UnknownOutcomeView>,
    pagination: Pagination,
}

impl UnknownOutcomesBody {
    pub(crate) fn new(purchases: Vec<Purchase>, pagination: Pagination) -> Self {
        Self {
            status: "success",
            unknown_outcomes: purchases.into_iter().map(UnknownOutcomeView::from).collect(),
            pagination,
        }
    }
}
