//! The simulator as its users see it.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod acceptance;
mod document;
mod faults;
mod recording;

use std::num::NonZeroU64;

/// Few, so that the tests are quick. docs/SCALING.md has ten.
fn seeds() -> NonZeroU64 {
    NonZeroU64::new(3).unwrap()
}
