//! The sandbox's books: what was bought, by which attempt, and what became of it.

mod books;
mod journal;
mod model;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Mutex;

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::settings::DuplicatePurchase;
use crate::signer::KEY_BYTES;
use crate::sync::lock;
use crate::token::Claims;

use books::{Books, Event};
use journal::Journal;
pub use journal::JournalError;
pub use model::{
    Attempt, Cancellation, Certificate, Email, Outcome, QuoteEntry, Quotes, Recipient, Snapshot, TokenTotals,
};

/// How many of the latest quotes are kept for show; tokens carry their own record.
const RECENT_QUOTES: usize = 200;

/// Why a purchase or cancellation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownToken,
    Expired,
    AlreadyPurchased,
    UnknownCertificate,
    AlreadyCancelled,
    /// The journal could not be written, so nothing was done.
    Storage,
}

impl Refusal {
    /// The `errorCode` on the wire.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::UnknownToken => "QUOTE_NOT_FOUND",
            Self::Expired => "QUOTE_EXPIRED",
            Self::AlreadyPurchased => "ALREADY_PURCHASED",
            Self::UnknownCertificate => "CERTIFICATE_NOT_FOUND",
            Self::AlreadyCancelled => "ALREADY_CANCELLED",
            Self::Storage => "SANDBOX_FAILURE",
        }
    }
}

/// One call of purchaseQuote.
#[derive(Debug)]
pub(crate) struct Purchase<'a> {
    pub(crate) token: &'a str,
    /// The claims, when the token was made here.
    pub(crate) claims: Option<&'a Claims>,
    pub(crate) send_emails_to: Vec<Recipient>,
    pub(crate) duplicates: DuplicatePurchase,
    pub(crate) now: OffsetDateTime,
}

/// The books behind one short lock, and their journal if there is one.
pub(crate) struct Ledger {
    books: Mutex<(Books, Option<Journal>)>,
    quotes: Mutex<(u64, VecDeque<QuoteEntry>)>,
}

impl Ledger {
    /// Opens the books and answers them with the signing key, which the journal keeps so that tokens
    /// and links survive a restart.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub(crate) fn open(
        file: Option<&Path>,
        fresh_key: [u8; KEY_BYTES],
    ) -> Result<(Self, [u8; KEY_BYTES]), JournalError> {
        let mut books = Books::default();
        let mut journal = file
            .map(|path| Journal::open(path, |event| books.apply(event)))
            .transpose()?;
        let key = match books.signing_key() {
            Some(key) => key,
            None => {
                if let Some(journal) = &mut journal {
                    journal.append(&Event::SigningKey(fresh_key))?;
                }
                fresh_key
            }
        };
        let ledger = Self {
            books: Mutex::new((books, journal)),
            quotes: Mutex::default(),
        };
        Ok((ledger, key))
    }

    pub(crate) fn quoted(&self, entry: QuoteEntry) {
        let mut quotes = lock(&self.quotes);
        quotes.0 += 1;
        if quotes.1.len() == RECENT_QUOTES {
            quotes.1.pop_front();
        }
        quotes.1.push_back(entry);
    }

    /// Buys, or refuses to. Answers the number of the attempt beside the result.
    pub(crate) fn purchase(&self, purchase: Purchase<'_>) -> (Option<u64>, Result<Certificate, Refusal>) {
        let mut guard = lock(&self.books);
        let (books, journal) = &mut *guard;
        let result = books.decide(&purchase);
        let (attempt, issued) = books.attempt(purchase, &result);
        let number = attempt.number;
        match record(books, journal, Event::Attempt(Box::new((attempt, issued)))) {
            Ok(()) => (Some(number), result.map(|(_, certificate)| certificate)),
            Err(refusal) => (None, Err(refusal)),
        }
    }

    /// Notes a purchase that a fault kept from being looked at.
    pub(crate) fn unreached(&self, token: &str, fault: &str, answered: bool) {
        let mut guard = lock(&self.books);
        let (books, journal) = &mut *guard;
        let attempt = books.unreached(token, fault, answered);
        // The caller gets its fault either way.
        let _ = record(books, journal, Event::Attempt(Box::new((attempt, None))));
    }

    /// Notes that the caller was told the result of an attempt.
    pub(crate) fn answered(&self, number: u64) {
        let mut guard = lock(&self.books);
        let (books, journal) = &mut *guard;
        // The answer is already on its way: a journal that cannot be written must not hold it up.
        let _ = record(books, journal, Event::Answered(number));
    }

    /// The certificate, for the user who quoted it only.
    pub(crate) fn certificate(&self, user_id: &str, number: Uuid) -> Option<Certificate> {
        lock(&self.books)
            .0
            .certificate(number)
            .filter(|found| found.user_id == user_id)
            .cloned()
    }

    /// The certificate, for whoever holds a link to it.
    pub(crate) fn find(&self, number: Uuid) -> Option<Certificate> {
        lock(&self.books).0.certificate(number).cloned()
    }

    pub(crate) fn cancel(&self, user_id: &str, cancellation: Cancellation) -> Result<Certificate, Refusal> {
        let mut guard = lock(&self.books);
        let (books, journal) = &mut *guard;
        let number = cancellation.certificate_number;
        let found = books.certificate(number).filter(|found| found.user_id == user_id);
        match found {
            None => return Err(Refusal::UnknownCertificate),
            Some(found) if found.cancellation.is_some() => return Err(Refusal::AlreadyCancelled),
            Some(_) => {}
        }
        record(books, journal, Event::Cancelled(cancellation))?;
        books
            .certificate(number)
            .cloned()
            .ok_or(Refusal::UnknownCertificate)
    }

    /// A copy of all books.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let quotes = {
            let quotes = lock(&self.quotes);
            Quotes {
                issued: quotes.0,
                recent: quotes.1.iter().cloned().collect(),
            }
        };
        lock(&self.books).0.snapshot(quotes)
    }
}

/// Journal first: what was answered is never missing after a kill.
fn record(books: &mut Books, journal: &mut Option<Journal>, event: Event) -> Result<(), Refusal> {
    if let Some(journal) = journal {
        journal.append(&event).map_err(|_| Refusal::Storage)?;
    }
    books.apply(event);
    Ok(())
}

/// The quote token of a purchase body that may be anything.
pub(crate) fn token_of(body: &Value) -> &str {
    body.get("quoteToken").and_then(Value::as_str).unwrap_or_default()
}
