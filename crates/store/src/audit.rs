//! The audit log: who changed what, written in the transaction of the change.

use deadpool_postgres::GenericClient;
use loadsure_core::id::TenantId;
use loadsure_core::ports::Fault;
use serde_json::Value;

use crate::sql::Sql;

/// One change.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Whose record was changed.
    pub(crate) tenant: Option<TenantId>,
    /// Who changed it: `key:<id>`, `ctl`, `worker`.
    pub(crate) actor: String,
    /// What was done, such as `api_key.create`.
    pub(crate) action: &'static str,
    /// Id of what was changed.
    pub(crate) subject: String,
    /// What it was.
    pub(crate) before: Option<Value>,
    /// What it is.
    pub(crate) after: Option<Value>,
}

/// Writes an entry within the caller's transaction.
pub(crate) async fn record(client: &impl GenericClient, entry: &Entry) -> Result<(), Fault> {
    let sql = "INSERT INTO audit_log (tenant_id, actor, action, subject, before, after)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let tenant = entry.tenant.map(|tenant| tenant.as_uuid());
    client
        .run(
            "writing the audit log",
            sql,
            &[
                &tenant,
                &entry.actor,
                &entry.action,
                &entry.subject,
                &entry.before,
                &entry.after,
            ],
        )
        .await?;
    Ok(())
}
