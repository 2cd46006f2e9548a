//! Jobs that died: seeing them, trying them once more, and being done with them. The row of the job is the truth; the
//! letter in Redis only shows it.

mod read;
mod reopen;
mod replay;

use loadsure_core::id::{JobId, TenantId};

pub use read::DeadJob;

use crate::idempotency::Key;

/// What a person does about a job that died.
#[derive(Debug, Clone, Copy)]
pub struct DeadOrder<'a> {
    /// Which job, of any tenant.
    pub job: JobId,
    /// Who says so, for the audit log: `key <id>` or `ctl:<user>`.
    pub actor: &'a str,
    /// The key that the request carries, with the tenant of whoever sent it.
    pub key: Option<(TenantId, &'a Key)>,
}
