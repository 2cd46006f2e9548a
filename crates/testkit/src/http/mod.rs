//! What the stand-ins of HTTP platforms share: a server on a thread of its own that puts every request before one
//! function.

mod cut;
mod server;

use serde_json::Value;

pub(crate) use server::{Served, Server};

/// A request.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Segments of the path, percent-decoding aside.
    pub(crate) path: Vec<String>,
    /// The part after the question mark.
    #[cfg(feature = "docker")]
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
    /// The body, where it is JSON.
    pub(crate) body: Option<Value>,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Reply(Reply),
    /// Nothing, until the caller goes or the server stops.
    Silence,
    /// The connection breaks without a byte.
    Cut,
}

/// An answer that arrives.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Json(Value),
    Html(&'static str),
    Text(String),
    Empty,
}
