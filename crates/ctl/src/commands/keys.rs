//! `keys`.

use loadsure_config::CtlConfig;
use loadsure_core::id::TenantId;
use loadsure_store::keys::{ApiKey, Created};
use loadsure_store::{Store, local_tenant};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::arguments::{CreateKey, ListKeys};
use crate::context::migrated_store;
use crate::output::moment;
use crate::{Error, KeysCommand, output};

/// Who the audit log says it was.
const ACTOR: &str = "ctl";

pub(super) async fn execute(command: KeysCommand, config: &CtlConfig) -> Result<(), Error> {
    let store = migrated_store(config).await?;
    match command {
        KeysCommand::Create(arguments) => create(&store, &arguments).await,
        KeysCommand::List(arguments) => list(&store, &arguments).await,
        KeysCommand::Revoke { id } => {
            let revoked = store.revoke_key(id, ACTOR).await;
            if !revoked.map_err(Error::database("revoke the key"))? {
                return Err(Error::NoSuchKey);
            }
            output::line(&format!("revoked {id}"))
        }
    }
}

async fn create(store: &Store, arguments: &CreateKey) -> Result<(), Error> {
    let tenant = tenant_to_own(store, arguments.tenant.as_deref()).await?;
    let mut scopes = arguments.scopes.clone();
    scopes.sort_by_key(|scope| scope.as_str());
    scopes.dedup();
    let created = store
        .create_key(tenant, &arguments.name, &scopes, ACTOR)
        .await
        .map_err(Error::database("make the key"))?;
    if arguments.json {
        let mut document = as_json(&created.record);
        document["key"] = created.key.expose_secret().into();
        return output::line(&document.to_string());
    }
    output::line(&as_text(&created))
}

/// The tenant of a new key, made if need be.
async fn tenant_to_own(store: &Store, name: Option<&str>) -> Result<TenantId, Error> {
    let Some(name) = name else {
        return Ok(local_tenant());
    };
    let found = store.tenant_named(name).await;
    match found.map_err(Error::database("find the tenant"))? {
        Some(tenant) => Ok(tenant),
        None => store
            .create_tenant(name)
            .await
            .map_err(Error::database("make the tenant")),
    }
}

async fn list(store: &Store, arguments: &ListKeys) -> Result<(), Error> {
    let tenant = match &arguments.tenant {
        None => None,
        Some(name) => {
            let found = store.tenant_named(name).await;
            let found = found.map_err(Error::database("find the tenant"))?;
            Some(found.ok_or_else(|| Error::NoSuchTenant(name.clone()))?)
        }
    };
    let keys = store
        .list_keys(tenant)
        .await
        .map_err(Error::database("list keys"))?;
    if arguments.json {
        let keys: Vec<Value> = keys.iter().map(as_json).collect();
        return output::line(&Value::from(keys).to_string());
    }
    keys.iter().try_for_each(|key| output::line(&as_line(key)))
}

fn as_json(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "tenantId": key.tenant,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": names(key),
        "createdAt": moment(key.created_at),
        "revokedAt": key.revoked_at.map(moment),
    })
}

fn as_line(key: &ApiKey) -> String {
    let state = match key.revoked_at {
        Some(at) => format!("revoked {}", moment(at)),
        None => "in force".to_owned(),
    };
    let (id, tenant, prefix, name) = (key.id, key.tenant, &key.prefix, &key.name);
    let (created, scopes) = (moment(key.created_at), names(key).join(","));
    format!("{id}  tenant {tenant}  {prefix}…  {scopes}  made {created}  {state}  {name}")
}

fn as_text(created: &Created) -> String {
    let record = &created.record;
    format!(
        "id      {}\ntenant  {}\nscopes  {}\nkey     {}\n\nKeep the key now: it is stored only as a hash and cannot \
         be shown again.",
        record.id,
        record.tenant,
        names(record).join(","),
        created.key.expose_secret()
    )
}

fn names(key: &ApiKey) -> Vec<&'static str> {
    key.scopes.iter().map(|scope| scope.as_str()).collect()
}
