use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::model::{
    Attempt, Cancellation, Certificate, Email, Outcome, Quotes, Recipient, Snapshot, TokenTotals,
};
use super::{Purchase, Refusal};
use crate::clock::millis;
use crate::settings::DuplicatePurchase;
use crate::signer::KEY_BYTES;

/// What the books are made of; the journal is a list of these.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Event {
    SigningKey([u8; KEY_BYTES]),
    /// With the certificate when a new one was issued.
    Attempt(Box<(Attempt, Option<Certificate>)>),
    Answered(u64),
    Cancelled(Cancellation),
}

/// The books in memory. Only [`Books::apply`] changes them, live and when the journal is read again.
#[derive(Debug, Default)]
pub(super) struct Books {
    key: Option<[u8; KEY_BYTES]>,
    attempts: Vec<Attempt>,
    certificates: Vec<Certificate>,
    cancellations: Vec<Cancellation>,
    /// Place of a certificate by its number.
    by_number: HashMap<Uuid, usize>,
    /// Place of the first certificate of a quote.
    by_quote: HashMap<Uuid, usize>,
}

impl Books {
    pub(super) fn apply(&mut self, event: Event) {
        match event {
            Event::SigningKey(key) => self.key = Some(key),
            Event::Attempt(entry) => {
                let (attempt, issued) = *entry;
                self.attempts.push(attempt);
                if let Some(certificate) = issued {
                    let place = self.certificates.len();
                    self.by_number.insert(certificate.certificate_number, place);
                    self.by_quote.entry(certificate.quote_id).or_insert(place);
                    self.certificates.push(certificate);
                }
            }
            Event::Answered(number) => {
                let place = usize::try_from(number)
                    .ok()
                    .and_then(|number| number.checked_sub(1));
                if let Some(attempt) = place.and_then(|place| self.attempts.get_mut(place)) {
                    attempt.answered = true;
                }
            }
            Event::Cancelled(cancellation) => {
                let place = self.by_number.get(&cancellation.certificate_number);
                if let Some(found) = place.and_then(|place| self.certificates.get_mut(*place)) {
                    found.cancellation = Some(cancellation.clone());
                }
                self.cancellations.push(cancellation);
            }
        }
    }

    pub(super) const fn signing_key(&self) -> Option<[u8; KEY_BYTES]> {
        self.key
    }

    pub(super) fn certificate(&self, number: Uuid) -> Option<&Certificate> {
        self.certificates.get(*self.by_number.get(&number)?)
    }

    /// What a purchase comes to. A repeat is recognised also after the quote expired, except where
    /// every purchase stands for itself.
    pub(super) fn decide(&self, purchase: &Purchase<'_>) -> Result<(Outcome, Certificate), Refusal> {
        let claims = purchase.claims.ok_or(Refusal::UnknownToken)?;
        let earlier = self
            .by_quote
            .get(&claims.jti)
            .and_then(|place| self.certificates.get(*place));
        match (earlier, purchase.duplicates) {
            (Some(earlier), DuplicatePurchase::SameCertificate) => {
                return Ok((Outcome::Repeated, earlier.clone()));
            }
            (Some(_), DuplicatePurchase::Rejected) => return Err(Refusal::AlreadyPurchased),
            (None, _) | (_, DuplicatePurchase::NewCertificate) => {}
        }
        if millis(purchase.now) >= claims.expires_ms {
            return Err(Refusal::Expired);
        }
        let certificate = Certificate {
            certificate_number: Uuid::now_v7(),
            quote_id: claims.jti,
            user_id: claims.sub.clone(),
            product_id: claims.product.clone(),
            price: claims.price.clone(),
            issued_at: purchase.now,
            cancellation: None,
        };
        Ok((Outcome::Issued, certificate))
    }

    /// The entry for a purchase, and the certificate if it is a new one.
    pub(super) fn attempt(
        &self,
        purchase: Purchase<'_>,
        result: &Result<(Outcome, Certificate), Refusal>,
    ) -> (Attempt, Option<Certificate>) {
        let mut attempt = self.next_attempt(purchase.token, purchase.now);
        attempt.quote_id = purchase.claims.map(|claims| claims.jti);
        attempt.send_emails_to = purchase.send_emails_to;
        match result {
            Ok((outcome, certificate)) => {
                attempt.outcome = *outcome;
                attempt.committed = true;
                attempt.certificate_number = Some(certificate.certificate_number);
                (
                    attempt,
                    Some(certificate.clone()).filter(|_| *outcome == Outcome::Issued),
                )
            }
            Err(refusal) => {
                attempt.code = Some(refusal.code().to_owned());
                (attempt, None)
            }
        }
    }

    pub(super) fn unreached(&self, token: &str, fault: &str, answered: bool) -> Attempt {
        let attempt = self.next_attempt(token, OffsetDateTime::now_utc());
        Attempt {
            outcome: Outcome::NotReached,
            code: Some(fault.to_owned()),
            answered,
            ..attempt
        }
    }

    fn next_attempt(&self, token: &str, at: OffsetDateTime) -> Attempt {
        Attempt {
            number: u64::try_from(self.attempts.len()).map_or(u64::MAX, |count| count + 1),
            quote_token: token.to_owned(),
            quote_id: None,
            at,
            outcome: Outcome::Refused,
            code: None,
            committed: false,
            answered: false,
            certificate_number: None,
            send_emails_to: Vec::new(),
        }
    }

    pub(super) fn snapshot(&self, quotes: Quotes) -> Snapshot {
        Snapshot {
            quotes,
            attempts: self.attempts.clone(),
            tokens: totals(&self.attempts),
            certificates: self.certificates.clone(),
            cancellations: self.cancellations.clone(),
            emails: self.emails(),
        }
    }

    fn emails(&self) -> Vec<Email> {
        let mail = |to, about, certificate_number| Email {
            to,
            about,
            certificate_number,
        };
        let issued = self
            .attempts
            .iter()
            .filter(|attempt| attempt.outcome == Outcome::Issued);
        let purchases = issued.flat_map(|attempt| {
            let numbers = attempt.certificate_number.into_iter();
            numbers.flat_map(|number| {
                attempt
                    .send_emails_to
                    .iter()
                    .map(move |to| mail(*to, "purchase", number))
            })
        });
        let told = self
            .cancellations
            .iter()
            .filter(|cancellation| cancellation.email_assured);
        let cancelled = told.map(|c| mail(Recipient::Assured, "cancellation", c.certificate_number));
        purchases.chain(cancelled).collect()
    }
}

fn totals(attempts: &[Attempt]) -> BTreeMap<String, TokenTotals> {
    let mut tokens: BTreeMap<String, TokenTotals> = BTreeMap::new();
    for attempt in attempts {
        let totals = tokens.entry(attempt.quote_token.clone()).or_default();
        totals.attempts += 1;
        totals.committed += u64::from(attempt.committed);
        if attempt.outcome == Outcome::Issued {
            totals.certificates.extend(attempt.certificate_number);
        }
    }
    tokens
}
