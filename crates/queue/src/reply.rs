//! What a worker tells the API instance that waits: that a job has an outcome, not what it is.

use loadsure_core::id::JobId;

use crate::entry::Entry;
use crate::message::{DecodeError, parsed, required};

/// The wake-up call for one job. The result itself is in PostgreSQL, so this holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The job.
    pub job: JobId,
    /// One word, such as the new state.
    pub outcome: String,
}

impl Reply {
    pub(crate) fn encode(&self) -> Vec<(&'static str, String)> {
        vec![("job", self.job.to_string()), ("outcome", self.outcome.clone())]
    }

    pub(crate) fn decode(entry: &Entry) -> Result<Self, DecodeError> {
        Ok(Self {
            job: parsed(entry, "job")?,
            outcome: required(entry, "outcome")?.to_owned(),
        })
    }
}
