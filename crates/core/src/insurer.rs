//! What the insurer offers and how a call to it can fail.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::fee::Price;
use crate::money::Amount;

/// The insurer's token of a quote: a bearer capability to buy. Stored, never returned, never logged (P29).
#[derive(Debug, Clone)]
pub struct QuoteToken(SecretString);

impl QuoteToken {
    /// Wraps a token.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token.into())
    }

    /// The token itself, for storing it and sending it to the insurer.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The insurer's offer for a shipment.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Token to buy it with.
    pub token: QuoteToken,
    /// How long it is good, from when the insurer made it.
    pub expires_in: Duration,
    /// How the insurer is paid: `INVOICE` or `CREDIT_CARD`, or what else it says.
    pub payment_method_type: Option<String>,
    /// Product id.
    pub product_id: Option<String>,
    /// Product name.
    pub product_name: Option<String>,
    /// Product description.
    pub description: Option<String>,
    /// Limit of cover.
    pub limit: Option<Amount>,
    /// Deductible.
    pub deductible: Option<Amount>,
    /// Price.
    pub price: Price,
    /// Link to the terms.
    pub terms_and_conditions_link: Option<String>,
    /// Statement of fact.
    pub statement_of_fact: Option<String>,
    /// Commodities that are not covered.
    pub commodity_exclusions: Vec<String>,
}

/// One reason that the insurer gave for a refusal.
///
/// `Debug` leaves its words out, so that no log shows them by way of an error or a record.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// The insurer's code, if it gave one.
    pub code: Option<String>,
    /// Its words. May quote the application, so it belongs to the caller alone: never logged.
    pub message: String,
    /// Its path into the application, if it gave one.
    pub path: Option<String>,
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reason")
            .field("code", &self.code)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A boxed cause.
pub type Cause = Box<dyn Error + Send + Sync>;

/// How a call failed, in the four classes that decide what may be done next (design.md section 6).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The request certainly did not reach the insurer. Safe to send again.
    #[error("the request was not sent")]
    NotSent(#[source] Cause),
    /// The insurer turned the request away without looking at it. Safe to send again, after a while.
    #[error("the insurer turned the request away with status {status}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// How long the insurer asks to wait.
        retry_after: Option<Duration>,
    },
    /// The insurer looked at the request and said no.
    #[error("the insurer declined with status {status}")]
    Declined {
        /// HTTP status; 200 when it came with `errors`.
        status: u16,
        /// Why.
        reasons: Vec<Reason>,
    },
    /// The request was sent and no answer that can be relied on came back.
    #[error("the outcome is unknown: {what}")]
    Unknown {
        /// What was seen.
        what: Lost,
        /// The cause, where there is one.
        #[source]
        source: Option<Cause>,
    },
}

impl Failure {
    /// How long to wait before the same is tried again, where that is known: asked for by the insurer, or by what held
    /// the request back here.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::NotSent(_) => self.held_back().map(|held| held.retry_after),
            Self::Declined { .. } | Self::Unknown { .. } => None,
        }
    }

    /// What held the request back here, if that is why it was not sent.
    #[must_use]
    pub fn held_back(&self) -> Option<HeldBack> {
        match self {
            Self::NotSent(cause) => cause.downcast_ref::<HeldBack>().copied(),
            Self::Refused { .. } | Self::Declined { .. } | Self::Unknown { .. } => None,
        }
    }
}

/// Why a request was certainly not sent: it was held back on this side, to spare the insurer or a caller. The cause of
/// a [`Failure::NotSent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("held back here: {by}")]
pub struct HeldBack {
    /// By what.
    pub by: Hold,
    /// When it is worth another try.
    pub retry_after: Duration,
}

impl From<HeldBack> for Failure {
    fn from(held: HeldBack) -> Self {
        Self::NotSent(Box::new(held))
    }
}

/// What holds requests back on this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The circuit of the operation is open: the insurer failed several times in a row.
    Circuit,
    /// The insurer asked for a pause, of this process or of another.
    Pause,
    /// Too many calls are under way.
    Busy,
    /// The rate of the operation is used up.
    Rate,
}

impl Hold {
    /// The name used in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Circuit => "circuit",
            Self::Pause => "pause",
            Self::Busy => "busy",
            Self::Rate => "rate",
        }
    }

    /// Whether the insurer is fine, and it is only we who keep from calling it: for a purchase or a cancellation that is
    /// no failed attempt. A circuit is open because the insurer failed, so that work for it ends some day.
    #[must_use]
    pub const fn is_our_own(self) -> bool {
        match self {
            Self::Circuit => false,
            Self::Pause | Self::Busy | Self::Rate => true,
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Circuit => "the insurer failed several times in a row",
            Self::Pause => "the insurer asked for a pause",
            Self::Busy => "too many calls are under way",
            Self::Rate => "the rate of its operation is used up",
        })
    }
}

/// How sight of a request was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// No answer in time.
    Timeout,
    /// The connection broke.
    Reset,
    /// The answer was cut short, too large or no JSON of the known shape.
    Unreadable,
    /// A server error that does not say whether the request was carried out.
    ServerError(u16),
    /// The worker died or was stopped in mid-call.
    Interrupted,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time"),
            Self::Reset => f.write_str("the connection broke"),
            Self::Unreadable => f.write_str("the answer was not readable"),
            Self::ServerError(status) => write!(f, "server error {status}"),
            Self::Interrupted => f.write_str("the worker was interrupted"),
        }
    }
}

/// The operations of the insurer's API, for metrics, limits and circuit breakers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Price a shipment.
    Quote,
    /// Buy cover.
    Purchase,
    /// Read a certificate.
    CertificateSummary,
    /// Get a link to a certificate's document.
    CertificateUrl,
    /// Cancel a certificate.
    Cancel,
    /// Read reference data.
    SupportData,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 6] = [
        Self::Quote,
        Self::Purchase,
        Self::CertificateSummary,
        Self::CertificateUrl,
        Self::Cancel,
        Self::SupportData,
    ];

    /// The operation of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == name)
    }

    /// The name used in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quote => "quote",
            Self::Purchase => "purchase",
            Self::CertificateSummary => "certificate_summary",
            Self::CertificateUrl => "certificate_url",
            Self::Cancel => "cancel",
            Self::SupportData => "support_data",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_by_their_names() {
        for operation in Operation::ALL {
            assert_eq!(Operation::named(operation.as_str()), Some(operation));
        }
        assert_eq!(Operation::named("nonsense"), None);
    }

    #[test]
    fn what_was_held_back_says_for_how_long() {
        let held = HeldBack {
            by: Hold::Rate,
            retry_after: Duration::from_secs(7),
        };
        assert_eq!(Failure::from(held).retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(Failure::from(held).held_back(), Some(held));
        assert_eq!(Failure::NotSent("no route".into()).retry_after(), None);
        assert_eq!(Failure::NotSent("no route".into()).held_back(), None);
    }
}
