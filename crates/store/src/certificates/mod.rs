//! Certificates.

mod accept;
mod read;
pub(crate) mod record;

pub use accept::Found;
pub(crate) use read::{COLUMNS, certificate_of};
