//! Jobs that died, as operations see them.

use loadsure_store::DeadJob;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::Pagination;

/// A job that died, or was dead once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLetterView {
    /// Id of the job.
    job_id: Uuid,
    /// What it does, such as `quote` or `cancellation`.
    kind: &'static str,
    /// `dead`; `pending` or `published` once it was replayed; `done` once it ended or was discarded.
    state: String,
    /// Whose it is.
    tenant_id: Uuid,
    /// The record that it works on.
    subject_id: Uuid,
    /// Its last attempt, or the next one.
    attempt: u32,
    /// Why it died: a code of the errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    /// When it was accepted.
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When it died or ended.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    finished_at: Option<OffsetDateTime>,
    /// Every attempt that failed.
    history: Vec<FailedAttempt>,
}

/// An attempt that failed, as its worker noted it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FailedAttempt {
    /// Which, from 1.
    attempt: u32,
    /// When (RFC 3339).
    at: String,
    /// What was seen.
    why: String,
}

impl From<DeadJob> for DeadLetterView {
    fn from(job: DeadJob) -> Self {
        Self {
            job_id: job.id.as_uuid(),
            kind: job.kind.as_str(),
            state: job.state,
            tenant_id: job.tenant.as_uuid(),
            subject_id: job.subject,
            attempt: job.attempt,
            error_code: job.failure.map(|code| code.as_str()),
            created_at: job.created_at,
            finished_at: job.finished_at,
            // A list must never fail because of one of its jobs.
            history: serde_json::from_value(job.errors).unwrap_or_default(),
        }
    }
}

/// Body of one job that died.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLetterBody {
    /// `success`: the request was understood. How the job stands is said by `deadLetter.state`.
    status: &'static str,
    dead_letter: DeadLetterView,
}

impl From<DeadJob> for DeadLetterBody {
    fn from(job: DeadJob) -> Self {
        Self {
            status: "success",
            dead_letter: job.into(),
        }
    }
}

/// Body of a page of jobs that died.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLettersBody {
    /// `success`.
    status: &'static str,
    dead_letters: Vec<DeadLetterView>,
    pagination: Pagination,
}

impl DeadLettersBody {
    pub(crate) fn new(jobs: Vec<DeadJob>, pagination: Pagination) -> Self {
        Self {
            status: "success",
            dead_letters: jobs.into_iter().map(DeadLetterView::from).collect(),
            pagination,
        }
    }
}
