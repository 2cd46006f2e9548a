//! The documents that links in answers lead to.

mod link;
mod pdf;
mod routes;

pub(crate) use link::{Document, claim_link, link, terms_link};
pub(crate) use routes::configure;
