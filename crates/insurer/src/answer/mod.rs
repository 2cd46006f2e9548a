//! What the insurer answers: strict in what is needed, lenient in the rest.

mod certificate;
mod fields;
mod list;
mod offer;
#[cfg(test)]
mod tests;

pub(crate) use certificate::{bought, cancelled, link, summary};
pub(crate) use fields::clean;
pub(crate) use list::list;
pub(crate) use offer::offer;
