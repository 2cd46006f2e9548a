//! A fresh, migrated database per test.
//!
//! The migrations run once, into a template whose name carries their fingerprint; each test gets
//! a copy of its files, which takes about 20 ms.

mod admin;
mod error;
mod name;
mod sweep;
mod template;
mod test_db;

pub use error::Error;
pub use sweep::sweep;
pub use test_db::TestDb;

pub(crate) use admin::{ensure, remove};
pub(crate) use name::{hash, unique as unique_name};
