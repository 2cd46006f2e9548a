//! Certificates: the proof of cover, issued by the insurer, and their cancellation.

use std::str::FromStr;

use rust_decimal::Decimal;
use time::OffsetDateTime;

use crate::id::{BookingId, TenantId};
use crate::invalid::{FieldCode, Invalid};
use crate::state::Refused;

/// The insurer's number of a certificate. Real ones are UUIDs; any short text without spaces is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Number(String);

impl Number {
    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Number {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !text.is_empty() && text.len() <= 100 && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldCode::NotAnId, "must be a certificate number"))
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a certificate stands, by the insurer's word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not in force yet.
    Pending,
    /// In force.
    Active,
    /// Cancelled.
    Cancelled,
    /// Ended.
    Expired,
    /// A status that this service does not know, kept as it came (P15).
    Other(String),
}

impl Status {
    /// Reads the insurer's word; `CANCELED` and `CANCELLED` both mean cancelled.
    #[must_use]
    pub fn from_insurer(text: &str) -> Self {
        match text.to_ascii_uppercase().as_str() {
            "PENDING" => Self::Pending,
            "ACTIVE" => Self::Active,
            "CANCELED" | "CANCELLED" => Self::Cancelled,
            "EXPIRED" => Self::Expired,
            _ => Self::Other(text.to_owned()),
        }
    }

    /// The name used by callers and the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "PENDING",
            Self::Active => "ACTIVE",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
            Self::Other(text) => text,
        }
    }

    /// The status after an event.
    ///
    /// # Errors
    /// When the event is not possible in this status: an ended certificate never comes back to life, since an
    /// answer that says so is older than what is known.
    pub fn transition(&self, event: &Event) -> Result<Self, Refused> {
        match (self, event) {
            (Self::Cancelled, Event::Cancelled) => Err(self.refuse("cancelled")),
            (_, Event::Cancelled) => Ok(Self::Cancelled),
            (Self::Cancelled, Event::Reported(status)) if *status != Self::Cancelled => {
                Err(self.refuse("reported"))
            }
            (Self::Expired, Event::Reported(Self::Active | Self::Pending)) => Err(self.refuse("reported")),
            (_, Event::Reported(status)) => Ok(status.clone()),
        }
    }

    const fn refuse(&self, event: &'static str) -> Refused {
        let from = match self {
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
            Self::Pending => "PENDING",
            Self::Active => "ACTIVE",
            Self::Other(_) => "OTHER",
        };
        Refused { from, event }
    }
}

/// What can happen to a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was cancelled through us.
    Cancelled,
    /// The insurer reported a status.
    Reported(Status),
}

/// What the insurer says of a certificate. Only number and status are certain to be there.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Number.
    pub number: Number,
    /// Status.
    pub status: Status,
    /// Product id.
    pub product_id: Option<String>,
    /// Product name.
    pub product_name: Option<String>,
    /// Limit of cover.
    pub limit: Option<Decimal>,
    /// Deductible.
    pub deductible: Option<Decimal>,
    /// Premium.
    pub premium: Option<Decimal>,
    /// Service fee.
    pub service_fee: Option<Decimal>,
    /// Tax.
    pub tax: Option<Decimal>,
    /// Currency of all amounts.
    pub currency: Option<String>,
    /// Link to the document; may be short-lived.
    pub certificate_link: Option<String>,
    /// Link to file a claim.
    pub file_claim_link: Option<String>,
    /// Start of cover, as the insurer wrote it.
    pub valid_from: Option<String>,
    /// End of cover, as the insurer wrote it.
    pub valid_to: Option<String>,
    /// How it was cancelled.
    pub cancellation: Cancelled,
}

/// How a certificate was cancelled, by the insurer's word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Reason code.
    pub reason: Option<String>,
    /// Text beside the reason.
    pub additional_info: Option<String>,
    /// Who cancelled.
    pub by: Option<String>,
    /// When, as the insurer wrote it.
    pub date: Option<String>,
}

/// A certificate as its owner sees it.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Its owner.
    pub tenant: TenantId,
    /// The booking that bought it.
    pub booking: BookingId,
    /// What the insurer said last.
    pub facts: Facts,
    /// When the insurer said it.
    pub refreshed_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P15: both spellings mean the same, and a new word is kept instead of becoming a fault.
    #[test]
    fn the_insurers_words_are_understood_or_kept() {
        for text in ["CANCELED", "CANCELLED", "Canceled"] {
            assert_eq!(Status::from_insurer(text), Status::Cancelled);
        }
        assert_eq!(Status::from_insurer("ON_HOLD").as_str(), "ON_HOLD");
    }

    #[test]
    fn an_ended_certificate_never_comes_back_to_life() {
        assert!(
            Status::Cancelled
                .transition(&Event::Reported(Status::Active))
                .is_err()
        );
        assert!(
            Status::Expired
                .transition(&Event::Reported(Status::Active))
                .is_err()
        );
        assert_eq!(
            Status::Expired.transition(&Event::Reported(Status::Cancelled)),
            Ok(Status::Cancelled)
        );
        assert_eq!(
            Status::Cancelled.transition(&Event::Reported(Status::Cancelled)),
            Ok(Status::Cancelled)
        );
    }

    /// P15: cancelling twice is refused here, before anything is sent.
    #[test]
    fn a_certificate_is_cancelled_once() {
        assert_eq!(
            Status::Active.transition(&Event::Cancelled),
            Ok(Status::Cancelled)
        );
        assert!(Status::Cancelled.transition(&Event::Cancelled).is_err());
    }

    #[test]
    fn a_number_has_no_room_for_paths_or_spaces() {
        assert!("6f2c2a9e-0b0a-4d0e-9b52-0c5f8d1f6a77".parse::<Number>().is_ok());
        for bad in ["", "a b", "../x", "a/b", &"x".repeat(101)] {
            assert!(bad.parse::<Number>().is_err(), "{bad}");
        }
    }
}
