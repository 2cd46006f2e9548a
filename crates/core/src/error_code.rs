//! The one table of error codes: what callers branch on, and what becomes of each over HTTP.

/// Everything that the table says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The stable name, in `snake_case`.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Title for people.
    pub title: &'static str,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

/// Declares the codes and their table.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $retryable:literal, $title:literal;)+) => {
        /// What went wrong, as callers see it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ErrorCode { $($(#[$doc])* $variant),+ }

        impl ErrorCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What the table says of this code.
            #[must_use]
            pub const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry { name: $name, status: $status, title: $title, retryable: $retryable }),+
                }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = "malformed_json", 400, false, "The body is not valid JSON";
    /// The key of an idempotent request is not usable.
    InvalidIdempotencyKey = "invalid_idempotency_key", 400, false, "The Idempotency-Key is not usable";
    /// No usable API key.
    Unauthorized = "unauthorized", 401, false, "A valid API key is required";
    /// The API key lacks a scope.
    Forbidden = "forbidden", 403, false, "The API key does not allow this";
    /// No such route.
    NotFound = "not_found", 404, false, "There is nothing here";
    /// No such quote.
    QuoteNotFound = "quote_not_found", 404, false, "No such quote";
    /// No such booking.
    BookingNotFound = "booking_not_found", 404, false, "No such booking";
    /// No such certificate.
    CertificateNotFound = "certificate_not_found", 404, false, "No such certificate";
    /// No such job.
    JobNotFound = "job_not_found", 404, false, "No such job";
    /// The route exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, false, "The method is not allowed here";
    /// The job is not among the dead letters.
    JobNotDead = "job_not_dead", 409, false, "The job is not among the dead letters";
    /// The purchase of a dead job may have been made.
    PurchaseMayBeMade = "purchase_may_be_made", 409, false, "The purchase may have been made";
    /// What a dead job was for has moved on.
    JobSuperseded = "job_superseded", 409, false, "What the job was for has moved on";
    /// Jobs of this kind are not replayed.
    NotReplayable = "not_replayable", 409, false, "Jobs of this kind are not replayed";
    /// The quote has no price yet.
    QuoteNotReady = "quote_not_ready", 409, true, "The quote has no price yet";
    /// The quote was declined or failed.
    QuoteNotBookable = "quote_not_bookable", 409, false, "The quote cannot be bought";
    /// The quote's time ran out.
    QuoteExpired = "quote_expired", 409, false, "The quote has expired";
    /// There is a booking of this quote already.
    QuoteAlreadyBooked = "quote_already_booked", 409, false, "The quote has a booking already";
    /// The certificate is cancelled or expired already.
    CertificateNotActive = "certificate_not_active", 409, false, "The certificate is not in force";
    /// The booking is not one whose outcome is unknown, so there is nothing to settle.
    OutcomeNotUnknown = "outcome_not_unknown", 409, false, "The booking's outcome is not unknown";
    /// A purchase cannot be settled as not bought yet.
    SettlementTooEarly = "settlement_too_early", 409, true, "The purchase may still be under way";
    /// A settlement of this booking has not ended.
    SettlementInProgress = "settlement_in_progress", 409, true, "A settlement of this booking is under way";
    /// The certificate is another booking's.
    CertificateTaken = "certificate_taken", 409, false, "The certificate belongs to another booking";
    /// The queue monitor refused a command about scaling; the reason is in the list of errors.
    ScalingRefused = "scaling_refused", 409, false, "The queue monitor refused the command";
    /// A cancellation of this certificate is under way.
    CancellationInProgress = "cancellation_in_progress", 409, true, "The certificate is being cancelled";
    /// The first request with this key has not ended.
    IdempotencyInProgress = "idempotency_in_progress", 409, true, "The first request with this key has not ended";
    /// The body is too large.
    BodyTooLarge = "body_too_large", 413, false, "The body is too large";
    /// The body is not JSON by its content type.
    UnsupportedMediaType = "unsupported_media_type", 415, false, "The body must be application/json";
    /// Fields are wrong; all of them are listed.
    ValidationFailed = "validation_failed", 422, false, "The request has errors";
    /// The insurer will not cover the load.
    QuoteDeclined = "quote_declined", 422, false, "The insurer declined to quote";
    /// The insurer refused the purchase.
    BookingDeclined = "booking_declined", 422, false, "The insurer declined the purchase";
    /// The insurer refused to cancel.
    CancellationDeclined = "cancellation_declined", 422, false, "The insurer declined to cancel";
    /// The insurer does not know the certificate that a settlement names.
    CertificateNotConfirmed = "certificate_not_confirmed", 422, false, "The insurer does not confirm the certificate";
    /// The certificate that a settlement names cannot be the purchase of the quote.
    CertificateContradictsQuote = "certificate_contradicts_quote", 422, false, "The certificate contradicts the quote";
    /// The key was used for another request.
    IdempotencyKeyReused = "idempotency_key_reused", 422, false, "The Idempotency-Key was used for another request";
    /// Too many requests.
    RateLimited = "rate_limited", 429, true, "Too many requests";
    /// A fault of ours.
    Internal = "internal", 500, true, "Something went wrong here";
    /// The insurer could not be reached or turned us away, until we gave up.
    InsurerUnavailable = "insurer_unavailable", 502, true, "The insurer is not available";
    /// The insurer's answers were not usable, until we gave up.
    InsurerFault = "insurer_fault", 502, true, "The insurer did not answer properly";
    /// A purchase whose outcome was unknown turned out not to have been made.
    PurchaseNotMade = "purchase_not_made", 502, true, "The purchase was not made";
    /// The insurer did not answer in time.
    InsurerTimeout = "insurer_timeout", 504, true, "The insurer did not answer in time";
    /// The database is away.
    DatabaseUnavailable = "database_unavailable", 503, true, "The database is not available";
    /// Redis is away.
    QueueUnavailable = "queue_unavailable", 503, true, "The queue is not available";
    /// Reference data were not loaded yet.
    SupportDataUnavailable = "support_data_unavailable", 503, true, "The reference data are not loaded yet";
    /// More work is waiting than can be done in time.
    Overloaded = "overloaded", 503, true, "The service is overloaded";
}

impl ErrorCode {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.entry().name
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such error code")]
pub struct UnknownCode;

impl std::str::FromStr for ErrorCode {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_its_own_name_and_finds_its_way_back() {
        let names: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
    }

    #[test]
    fn every_code_is_explained_in_the_documentation() {
        let documentation = include_str!("../../../docs/ERRORS.md");
        for code in ErrorCode::ALL {
            let entry = code.entry();
            let row = format!("| `{}` | {} |", entry.name, entry.status);
            assert!(documentation.contains(&row), "docs/ERRORS.md lacks the row {row}");
        }
    }
}
