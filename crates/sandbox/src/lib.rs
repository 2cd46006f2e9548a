#![doc = include_str!("../README.md")]

mod app;
mod certificate;
mod check;
mod clock;
mod config;
mod control;
mod documents;
mod error;
mod faults;
pub mod health;
mod ledger;
mod operation;
mod pipeline;
mod price;
mod purchase;
mod quote;
mod reference;
mod reply;
mod requests;
mod sandbox;
mod server;
mod settings;
mod signer;
mod sync;
mod token;
mod wire;

pub use config::{Config, EnvError};
pub use error::Error;
pub use faults::{Active, Fault, Kind, RuleError, RuleState, Rules, Target};
pub use ledger::{
    Attempt, Cancellation, Certificate, Email, JournalError, Outcome, QuoteEntry, Quotes, Recipient,
    Snapshot, TokenTotals,
};
pub use operation::Operation;
pub use price::Price;
pub use requests::Recorded;
pub use sandbox::Sandbox;
pub use settings::{AdditionalInfoName, CancelledSpelling, DuplicatePurchase, Settings};
