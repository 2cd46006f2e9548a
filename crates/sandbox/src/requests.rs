use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::operation::Operation;
use crate::sync::lock;

/// How many requests of each operation are kept.
const KEPT: usize = 200;

/// A request as it arrived, before it was judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recorded {
    /// Which operation.
    pub operation: Operation,
    /// Headers in lower case, without `authorization`.
    pub headers: BTreeMap<String, String>,
    /// The body; null when there was none, text when it was no JSON.
    pub body: Value,
}

/// The last requests of each operation.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<BTreeMap<Operation, VecDeque<Raw>>>);

/// Kept as it came; it is made readable when somebody asks.
struct Raw {
    headers: Vec<(String, Vec<u8>)>,
    body: Bytes,
}

impl Recorder {
    pub(crate) fn record(&self, operation: Operation, request: &HttpRequest, body: &Bytes) {
        let headers = request.headers().iter();
        let shown = headers.filter(|(name, _)| **name != AUTHORIZATION);
        let raw = Raw {
            headers: shown
                .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
                .collect(),
            body: body.clone(),
        };
        let mut all = lock(&self.0);
        let kept = all.entry(operation).or_default();
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(raw);
    }

    /// The requests of one operation, oldest first.
    pub(crate) fn of(&self, operation: Operation) -> Vec<Recorded> {
        let all = lock(&self.0);
        all.get(&operation)
            .into_iter()
            .flatten()
            .map(|raw| raw.readable(operation))
            .collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

impl Raw {
    fn readable(&self, operation: Operation) -> Recorded {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        let body = if self.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&self.body).unwrap_or_else(|_| Value::from(text(&self.body)))
        };
        Recorded {
            operation,
            headers,
            body,
        }
    }
}
