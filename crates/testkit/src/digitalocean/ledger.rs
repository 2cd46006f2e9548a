use serde_json::Value;
use uuid::Uuid;

use super::route::Route;

/// A request and what was answered.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The call, where there is such a call.
    pub route: Option<Route>,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The body of the request, where it was JSON.
    pub request: Option<Value>,
    /// The status, unless no answer was sent.
    pub status: Option<u16>,
    /// The body of the answer, where it was JSON.
    pub response: Option<Value>,
}

/// A change of an app's spec that a request made.
#[derive(Debug, Clone)]
pub struct Write {
    /// The app.
    pub app: Uuid,
    /// The live spec in the instant before.
    pub before: Value,
    /// The body of the request.
    pub body: Value,
    /// The live spec afterwards.
    pub after: Value,
}

/// Everything that was asked.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) exchanges: Vec<Exchange>,
    pub(super) writes: Vec<Write>,
}
