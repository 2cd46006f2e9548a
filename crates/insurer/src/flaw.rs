//! What makes an answer unreadable. None of the texts quotes the answer: it may be personal.

use loadsure_core::insurer::{Failure, Lost};

/// Why an answer cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Flaw {
    /// Longer than we are ready to read.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// Not JSON.
    #[error("the answer is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// A web page in place of the insurer's own refusal: written by something in front of it or behind it, which
    /// does not say whether the request was carried out.
    #[error("the answer with status {0} is a web page")]
    Page(u16),
    /// A status that the API has no meaning for, such as a redirection.
    #[error("status {0} means nothing here")]
    Status(u16),
    /// Another JSON type than the one that is documented.
    #[error("the answer is not {0}")]
    NotA(&'static str),
    /// A field that is needed is not there.
    #[error("the answer lacks {0}")]
    Lacks(&'static str),
    /// A field that is needed has no usable value.
    #[error("{0} of the answer is not usable")]
    Unusable(&'static str),
    /// A refusal to sell that names a certificate.
    #[error("the answer refuses and names a certificate")]
    Contradiction,
}

impl From<Flaw> for Failure {
    fn from(flaw: Flaw) -> Self {
        Self::Unknown {
            what: Lost::Unreadable,
            source: Some(Box::new(flaw)),
        }
    }
}
