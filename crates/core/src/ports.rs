//! The outside, as the use cases see it. Adapters implement these traits.

use std::future::Future;
use std::time::Duration;

use serde_json::Value;

use crate::cancellation;
use crate::certificate::{Cancelled, Facts, Number};
use crate::error_code::ErrorCode;
use crate::fee::Fee;
use crate::id::{BookingId, CancellationId, QuoteId};
use crate::insurer::{Cause, Failure, Offer, Operation, QuoteToken};
use crate::job::Ticket;
use crate::quote_request::QuoteRequest;
use crate::retry::Backoff;
use crate::settlement::{Promise, Refusal};
use crate::spelling::Recipient;
use crate::{booking, quote, support_data};

/// The insurer's API.
pub trait Insurer: Send + Sync {
    /// Waits until an operation in which money moves may be called: to be asked for before a purchase or a cancellation
    /// is committed as being sent, so that nobody waits in that state. The call itself waits for no turn. An insurer
    /// without a rate gives it at once.
    fn turn(&self, _operation: Operation) -> impl Future<Output = Result<(), Failure>> + Send {
        std::future::ready(Ok(()))
    }

    /// Prices a shipment.
    fn quote(&self, request: &QuoteRequest) -> impl Future<Output = Result<Offer, Failure>> + Send;

    /// Buys cover for a quote. Never called again for a token whose outcome is not known, unless operations have
    /// established what a repeat does (ADR 0006).
    fn purchase(
        &self,
        token: &QuoteToken,
        send_emails_to: &[Recipient],
    ) -> impl Future<Output = Result<Facts, Failure>> + Send;

    /// Reads a certificate.
    fn certificate(
        &self,
        user_id: &str,
        number: &Number,
    ) -> impl Future<Output = Result<Facts, Failure>> + Send;

    /// Gets a fresh link to a certificate's document.
    fn document(
        &self,
        user_id: &str,
        number: &Number,
    ) -> impl Future<Output = Result<String, Failure>> + Send;

    /// Cancels a certificate.
    fn cancel(&self, order: &cancellation::Order) -> impl Future<Output = Result<Cancelled, Failure>> + Send;

    /// Reads one list of reference data.
    fn support_data(
        &self,
        kind: support_data::Kind,
    ) -> impl Future<Output = Result<Vec<Value>, Failure>> + Send;
}

/// A fault of the storage. The work that met it is not acknowledged and comes back.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The storage is away; the same call may succeed later.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// What was read or asked makes no sense; repeating will not help.
    #[error("the database refused: {what}")]
    Refused {
        /// What was being done.
        what: &'static str,
        /// The cause, where there is one.
        #[source]
        source: Option<Cause>,
    },
}

/// What every kind of job needs of the storage.
pub trait Jobs: Send + Sync {
    /// Ends an attempt that will be tried again: the job comes back after `backoff`, as the next attempt.
    fn retry(
        &self,
        ticket: Ticket,
        backoff: Backoff,
        why: &str,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Ends a job, with a result for whoever waits for it.
    fn finish(&self, ticket: Ticket, result: Value) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Ends a job that could not be done.
    fn bury(
        &self,
        ticket: Ticket,
        code: ErrorCode,
        why: &str,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The work of a quote job.
#[derive(Debug)]
pub struct PricingWork {
    /// The quote.
    pub quote: QuoteId,
    /// The application.
    pub request: QuoteRequest,
    /// The caller's fee.
    pub fee: Option<Fee>,
}

/// What pricing needs of the storage.
pub trait Quotes: Jobs {
    /// The work of a job, or `None` when there is nothing left to do.
    fn pricing_work(&self, ticket: Ticket)
    -> impl Future<Output = Result<Option<PricingWork>, Fault>> + Send;

    /// Records how pricing ended, and ends the job, in one transaction.
    fn conclude_pricing(
        &self,
        ticket: Ticket,
        quote: QuoteId,
        conclusion: &quote::Conclusion,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The work of a booking job.
#[derive(Debug)]
pub struct PurchaseWork {
    /// The booking.
    pub booking: BookingId,
    /// Where it stands.
    pub status: booking::Status,
    /// Where its quote stands, by the database's clock.
    pub quote_status: quote::Status,
    /// The token to buy with.
    pub token: Option<QuoteToken>,
    /// Whom the insurer shall mail.
    pub send_emails_to: Vec<Recipient>,
    /// The number of the last attempt that was journalled, or zero.
    pub attempt: u32,
    /// How long ago the attempt that is under way was started, by the database's clock; nothing when none is.
    pub purchasing_for: Option<Duration>,
    /// Attempts of this job that ended without an answer.
    pub lost: u32,
    /// Attempts of this job that failed; those that were held back here are not among them.
    pub failed: u32,
    /// Attempts of earlier jobs of the same booking that ended without an answer, and that a person then settled.
    pub lost_before: u32,
}

/// One journalled attempt to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The booking.
    pub booking: BookingId,
    /// The attempt, from 1.
    pub number: u32,
}

/// How an attempt ended whose booking stays in `purchasing`, because sight of it or of one before it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It was sent, and no answer that can be relied on came back.
    LostSight,
    /// It certainly did nothing.
    Postponed,
}

/// What buying needs of the storage. Whatever names an attempt changes nothing, and says so, when that attempt is no
/// longer the last one or has ended: a worker that was stopped in mid-call comes back too late.
pub trait Bookings: Jobs {
    /// The work of a job, or `None` when there is nothing left to do.
    fn purchase_work(
        &self,
        ticket: Ticket,
    ) -> impl Future<Output = Result<Option<PurchaseWork>, Fault>> + Send;

    /// Commits state `purchasing` and the attempt, before anything is sent. `None` when another worker was faster
    /// or the quote can no longer be bought.
    fn start_purchase(
        &self,
        ticket: Ticket,
        booking: BookingId,
    ) -> impl Future<Output = Result<Option<Attempt>, Fault>> + Send;

    /// Takes an attempt back that certainly bought nothing; the job comes back after `backoff`. `false` when the
    /// attempt was no longer open.
    fn postpone_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        backoff: Backoff,
        why: &str,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Ends an attempt while the booking stays in `purchasing`; the job comes back after `backoff` to repeat it.
    /// `false` when the attempt was no longer open.
    fn await_repeat(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        end: Unanswered,
        backoff: Backoff,
        why: &str,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Commits a further attempt of a purchase of which sight was lost, before it is sent. An attempt that is still
    /// open was interrupted, and ends. `None` when another worker was faster.
    fn repeat_purchase(
        &self,
        ticket: Ticket,
        lost: Attempt,
    ) -> impl Future<Output = Result<Option<Attempt>, Fault>> + Send;

    /// Records how a purchase ended, and ends the job, in one transaction. Only a certificate is recorded whatever
    /// became of the booking meanwhile (P4): that is `false` when it is another booking's, so that the outcome of this
    /// purchase is unknown. Anything else is `false` when the attempt has been superseded.
    fn conclude_purchase(
        &self,
        ticket: Ticket,
        attempt: Attempt,
        conclusion: &booking::Conclusion,
    ) -> impl Future<Output = Result<bool, Fault>> + Send;
}

/// The work of a settlement job: an unknown outcome that is said to be a certificate.
#[derive(Debug)]
pub struct SettlementWork {
    /// The booking.
    pub booking: BookingId,
    /// Where it stands.
    pub status: booking::Status,
    /// The certificate that it is said to be.
    pub number: Number,
    /// Who says so.
    pub actor: String,
    /// The user id to ask the insurer with.
    pub user_id: String,
    /// What the quote promised.
    pub promise: Promise,
    /// Whether another booking has this certificate.
    pub taken: bool,
}

/// What settling needs of the storage.
pub trait Settlements: Jobs {
    /// The work of a job, or `None` when there is nothing left to do.
    fn settlement_work(
        &self,
        ticket: Ticket,
    ) -> impl Future<Output = Result<Option<SettlementWork>, Fault>> + Send;

    /// Records the certificate, the audit entry and the end of the job, in one transaction. A refusal when the
    /// outcome is no longer unknown or the certificate was taken meanwhile; nothing is recorded then.
    fn settle_bought(
        &self,
        ticket: Ticket,
        work: &SettlementWork,
        facts: &Facts,
    ) -> impl Future<Output = Result<Result<(), Refusal>, Fault>> + Send;
}

/// The work of a cancellation job.
#[derive(Debug)]
pub struct CancellationWork {
    /// The cancellation.
    pub id: CancellationId,
    /// Where it stands.
    pub status: cancellation::Status,
    /// What was ordered.
    pub order: cancellation::Order,
    /// Attempts of this job that failed; those that were held back here are not among them.
    pub failed: u32,
}

/// What cancelling needs of the storage.
pub trait Cancellations: Jobs {
    /// The work of a job, or `None` when there is nothing left to do.
    fn cancellation_work(
        &self,
        ticket: Ticket,
    ) -> impl Future<Output = Result<Option<CancellationWork>, Fault>> + Send;

    /// Commits that the cancellation is being sent, before it is.
    fn start_cancellation(&self, id: CancellationId) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Records how a cancellation ended, and ends the job, in one transaction. One that failed though it may have
    /// arrived leaves a job behind that asks the insurer later.
    fn conclude_cancellation(
        &self,
        ticket: Ticket,
        work: &CancellationWork,
        conclusion: &cancellation::Conclusion,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// What is wanted of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateTask {
    /// What the insurer says of it now.
    Refresh,
    /// A fresh link to its document.
    Document,
}

/// The work of a certificate job.
#[derive(Debug)]
pub struct CertificateWork {
    /// The certificate.
    pub number: Number,
    /// The user id to ask with.
    pub user_id: String,
    /// What is wanted.
    pub task: CertificateTask,
    /// Whether this is to find out if a cancellation arrived that was given up: nobody waits for it, and it is tried
    /// for longer.
    pub reconciles: bool,
}

/// What reading certificates needs of the storage.
pub trait Certificates: Jobs {
    /// The work of a job, or `None` when there is nothing left to do.
    fn certificate_work(
        &self,
        ticket: Ticket,
    ) -> impl Future<Output = Result<Option<CertificateWork>, Fault>> + Send;

    /// Records what the insurer says of a certificate, and ends the job, in one transaction. A cancelled certificate
    /// means a cancelled booking, and that a cancellation that was given up arrived.
    fn record_facts(&self, ticket: Ticket, facts: &Facts) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Records a fresh link, and ends the job, in one transaction.
    fn record_link(
        &self,
        ticket: Ticket,
        number: &Number,
        link: &str,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The right to refresh reference data: at most one worker holds it, and what an earlier holder still writes
/// is refused because its term is over (P45).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Grows with every holder.
    pub term: i64,
}

/// What refreshing reference data needs of the storage.
pub trait SupportData: Jobs {
    /// Whether a job is still to be done.
    fn refresh_is_due(&self, ticket: Ticket) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Takes the right to refresh for `length`, or `None` while another job has it. A job that has it already takes it
    /// over from the worker that began it, which writes nothing any more.
    fn lease(
        &self,
        ticket: Ticket,
        length: Duration,
    ) -> impl Future<Output = Result<Option<Lease>, Fault>> + Send;

    /// Gives the right back.
    fn release(&self, lease: Lease) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Replaces one list, with a new timestamp. `false` when the lease is over and nothing was written.
    fn save(
        &self,
        lease: Lease,
        kind: support_data::Kind,
        items: &[Value],
    ) -> impl Future<Output = Result<bool, Fault>> + Send;

    /// Notes that one list could not be refreshed; its data and its timestamp stay as they are (P42).
    fn note_failure(
        &self,
        lease: Lease,
        kind: support_data::Kind,
        why: &str,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}
