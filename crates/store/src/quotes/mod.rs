//! Quotes.

mod accept;
mod expire;
mod price;
mod read;

pub use accept::NewQuote;
pub(crate) use read::EFFECTIVE_STATUS;
