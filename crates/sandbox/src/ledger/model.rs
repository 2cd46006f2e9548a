use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::price::Price;
use crate::token::Claims;

/// Whom the insurer sends mail to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Recipient {
    /// The user who quoted.
    User,
    /// The assured.
    Assured,
}

/// What an attempt to purchase came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A new certificate.
    Issued,
    /// The certificate of an earlier purchase of the token.
    Repeated,
    /// Refused by a rule; `code` says which.
    Refused,
    /// A fault kept it from being looked at; `code` says which.
    NotReached,
}

/// One call of purchaseQuote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Counts from 1.
    pub number: u64,
    /// The token as it was sent.
    pub quote_token: String,
    /// The quote, when the token was made here.
    pub quote_id: Option<Uuid>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Result.
    pub outcome: Outcome,
    /// The insurer's error code, or the kind of the fault.
    pub code: Option<String>,
    /// Whether there is cover after it.
    pub committed: bool,
    /// Whether the caller was told the true result; false when the answer was lost or spoilt.
    pub answered: bool,
    /// The certificate answered.
    pub certificate_number: Option<Uuid>,
    /// Whom to send mail to.
    pub send_emails_to: Vec<Recipient>,
}

/// A certificate of insurance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Its number.
    pub certificate_number: Uuid,
    /// The quote it was bought for.
    pub quote_id: Uuid,
    /// `user.id` of the quote.
    pub user_id: String,
    /// The product.
    pub product_id: String,
    /// Its price.
    pub price: Price,
    /// When it was bought.
    #[serde(with = "time::serde::rfc3339")]
    pub issued_at: OffsetDateTime,
    /// Set once it is cancelled.
    pub cancellation: Option<Cancellation>,
}

/// The cancelling of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// The certificate.
    pub certificate_number: Uuid,
    /// One of the nine codes.
    pub reason: String,
    /// In the caller's words.
    pub additional_info: Option<String>,
    /// Whether the assured is told by mail.
    pub email_assured: bool,
    /// Who asked for it.
    pub canceled_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A mail that the insurer would have sent. Addresses are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Email {
    /// To whom.
    pub to: Recipient,
    /// `purchase` or `cancellation`.
    pub about: &'static str,
    /// The certificate.
    pub certificate_number: Uuid,
}

/// A quote given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteEntry {
    /// The quote.
    pub quote_id: Uuid,
    /// `user.id`.
    pub user_id: String,
    /// Its price.
    pub price: Price,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl QuoteEntry {
    pub(crate) fn new(claims: &Claims, at: OffsetDateTime) -> Self {
        Self {
            quote_id: claims.jti,
            user_id: claims.sub.clone(),
            price: claims.price.clone(),
            at,
        }
    }
}

/// The quotes given since the start of the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quotes {
    /// How many.
    pub issued: u64,
    /// The latest, oldest first.
    pub recent: Vec<QuoteEntry>,
}

/// The attempts for one token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenTotals {
    /// Calls of purchaseQuote.
    pub attempts: u64,
    /// Calls after which there was cover.
    pub committed: u64,
    /// Certificates issued: more than one is a double purchase.
    pub certificates: Vec<Uuid>,
}

/// A copy of all books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Quotes given.
    pub quotes: Quotes,
    /// Every attempt to purchase, in order.
    pub attempts: Vec<Attempt>,
    /// The same by token.
    pub tokens: BTreeMap<String, TokenTotals>,
    /// Every certificate, in order of issue.
    pub certificates: Vec<Certificate>,
    /// Every cancellation, in order.
    pub cancellations: Vec<Cancellation>,
    /// Every mail.
    pub emails: Vec<Email>,
}

impl Snapshot {
    /// The attempts for one token; none for a token never sent.
    #[must_use]
    pub fn token(&self, token: &str) -> TokenTotals {
        self.tokens.get(token).cloned().unwrap_or_default()
    }

    /// The certificate of that number.
    #[must_use]
    pub fn certificate(&self, number: Uuid) -> Option<&Certificate> {
        self.certificates
            .iter()
            .find(|certificate| certificate.certificate_number == number)
    }
}
