//! What came back of each request, repetitions included.

use std::time::Duration;

use crate::chaos::http::{Answer, Broken};
use crate::chaos::journal::Op;

/// One request that was sent, and what came back.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) op: Op,
    /// `host:port` of the api that was asked.
    pub(crate) host: String,
    /// Status, and the code of a problem.
    pub(crate) came: Result<(u16, String), Broken>,
    /// From the start of the run.
    pub(crate) sent: Duration,
    pub(crate) ended: Duration,
}

impl Heard {
    pub(super) fn came(answer: &Result<Answer, Broken>) -> Result<(u16, String), Broken> {
        match answer {
            Ok(answer) => Ok((answer.status, answer.code().to_owned())),
            Err(broken) => Err(*broken),
        }
    }

    pub(crate) fn words(&self) -> String {
        match &self.came {
            Ok((status, code)) if code.is_empty() => status.to_string(),
            Ok((status, code)) => format!("{status} {code}"),
            Err(broken) => broken.to_string(),
        }
    }
}
