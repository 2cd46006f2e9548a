//! API keys: shown once, stored hashed, revoked at once.

use loadsure_core::id::{ApiKeyId, TenantId};
use loadsure_core::ports::Fault;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::Store;
use crate::audit;
use crate::fault::{corrupt, fault};
use crate::sql::{Parameters, Sql};

/// What a key allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Ask for quotes.
    Quotes,
    /// Buy and cancel.
    Bookings,
    /// Read records and reference data.
    Read,
    /// Manage webhooks.
    Webhooks,
    /// Operate the service.
    Ops,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 5] = [
        Self::Quotes,
        Self::Bookings,
        Self::Read,
        Self::Webhooks,
        Self::Ops,
    ];

    /// The name used by callers and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quotes => "quotes",
            Self::Bookings => "bookings",
            Self::Read => "read",
            Self::Webhooks => "webhooks",
            Self::Ops => "ops",
        }
    }
}

/// The text names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of quotes, bookings, read, webhooks, ops")]
pub struct UnknownScope;

impl std::str::FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or(UnknownScope)
    }
}

/// A key as it is listed.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What its owner calls it.
    pub name: String,
    /// Its first characters, to tell keys apart.
    pub prefix: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
}

/// A new key; the only moment at which the key itself is known.
#[derive(Debug)]
pub struct Created {
    /// Its record.
    pub record: ApiKey,
    /// The key.
    pub key: SecretString,
}

/// The hash under which a key is stored. The key has 256 random bits, so one round of SHA-256 is enough: there is
/// nothing to guess.
#[must_use]
pub fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

const COLUMNS: &str = "id, tenant_id, name, prefix, scopes, created_at, revoked_at";

impl Store {
    /// Makes a tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_tenant(&self, name: &str) -> Result<TenantId, Fault> {
        let id = TenantId::generate();
        let sql = "INSERT INTO tenants (id, name) VALUES ($1, $2)";
        self.client()
            .await?
            .run("making a tenant", sql, &[&id.as_uuid(), &name])
            .await?;
        Ok(id)
    }

    /// Finds a tenant by its name, the oldest if several have it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tenant_named(&self, name: &str) -> Result<Option<TenantId>, Fault> {
        let sql = "SELECT id FROM tenants WHERE name = $1 ORDER BY id LIMIT 1";
        let row = self
            .client()
            .await?
            .row("finding a tenant", sql, &[&name])
            .await?;
        Ok(row.map(|row| TenantId::from(row.get::<_, Uuid>(0))))
    }

    /// Makes a key.
    ///
    /// # Errors
    /// When the database fails, or the system has no random numbers.
    pub async fn create_key(
        &self,
        tenant: TenantId,
        name: &str,
        scopes: &[Scope],
        actor: &str,
    ) -> Result<Created, Fault> {
        let key = random_key()?;
        let prefix: String = key.expose_secret().chars().take(10).collect();
        let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let id = ApiKeyId::generate();
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to make a key", error))?;
        let sql = format!(
            "INSERT INTO api_keys (id, tenant_id, name, prefix, key_hash, scopes) VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING {COLUMNS}"
        );
        let hashed = hash(key.expose_secret());
        let parameters: Parameters<'_> = &[
            &id.as_uuid(),
            &tenant.as_uuid(),
            &name,
            &prefix,
            &&hashed[..],
            &names,
        ];
        let row = transaction
            .row("making a key", &sql, parameters)
            .await?
            .ok_or(corrupt("making a key"))?;
        let after = json!({"name": name, "scopes": names, "prefix": prefix});
        audit::record(
            &transaction,
            &entry(tenant, actor, "api_key.create", id, Some(after)),
        )
        .await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a key", error))?;
        Ok(Created {
            record: from_row(&row)?,
            key,
        })
    }

    /// The key of a hash, unless it was revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<ApiKey>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL");
        let row = self
            .client()
            .await?
            .row("looking up a key", &sql, &[&&hash[..]])
            .await?;
        row.as_ref().map(from_row).transpose()
    }

    /// All keys, or those of one tenant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_keys(&self, tenant: Option<TenantId>) -> Result<Vec<ApiKey>, Fault> {
        let sql =
            format!("SELECT {COLUMNS} FROM api_keys WHERE $1::uuid IS NULL OR tenant_id = $1 ORDER BY id");
        let tenant = tenant.map(|tenant| tenant.as_uuid());
        let rows = self
            .client()
            .await?
            .rows("listing keys", &sql, &[&tenant])
            .await?;
        rows.iter().map(from_row).collect()
    }

    /// Revokes a key. `false` when there is no such key in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(&self, id: ApiKeyId, actor: &str) -> Result<bool, Fault> {
        let sql =
            "UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING tenant_id";
        let mut client = self.client().await?;
        let transaction = client
            .transaction()
            .await
            .map_err(|error| fault("beginning to revoke", error))?;
        let Some(row) = transaction.row("revoking a key", sql, &[&id.as_uuid()]).await? else {
            return Ok(false);
        };
        let tenant = TenantId::from(row.get::<_, Uuid>(0));
        audit::record(&transaction, &entry(tenant, actor, "api_key.revoke", id, None)).await?;
        transaction
            .commit()
            .await
            .map_err(|error| fault("committing a revocation", error))?;
        Ok(true)
    }
}

fn entry(
    tenant: TenantId,
    actor: &str,
    action: &'static str,
    id: ApiKeyId,
    after: Option<serde_json::Value>,
) -> audit::Entry {
    let (tenant, actor, subject) = (Some(tenant), actor.to_owned(), id.to_string());
    audit::Entry {
        tenant,
        actor,
        action,
        subject,
        before: None,
        after,
    }
}

fn random_key() -> Result<SecretString, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Refused {
        what: "making random numbers",
        source: Some(error.to_string().into()),
    })?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("lsk_{hex}").into())
}

fn from_row(row: &Row) -> Result<ApiKey, Fault> {
    let scopes: Vec<&str> = row.get("scopes");
    Ok(ApiKey {
        id: ApiKeyId::from(row.get::<_, Uuid>("id")),
        tenant: TenantId::from(row.get::<_, Uuid>("tenant_id")),
        name: row.get("name"),
        prefix: row.get("prefix"),
        scopes: scopes
            .into_iter()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| corrupt("reading scopes"))?,
        created_at: row.get("created_at"),
        revoked_at: row.get("revoked_at"),
    })
}
