//! Reading JSON into domain types while collecting every error instead of stopping at the first.
//!
//! serde stops at the first wrong field, and the libraries that do not (deserr) pass numbers through binary
//! floats; a caller of an insurance API deserves all errors at once and exact money (ADR 0002).

mod node;
mod object;

pub use node::Node;
pub use object::Object;
