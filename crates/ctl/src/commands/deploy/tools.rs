//! The platform and the API, with their secrets from the environment: none stands on a command line.

use std::collections::BTreeMap;

use loadsure_config::{CtlConfig, DeployConfig};
use loadsure_deploy::Smoke;
use loadsure_digitalocean::{Client, Settings};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::DeployError;

pub(super) fn client(config: &DeployConfig) -> Result<Client, DeployError> {
    let token = config.token.clone();
    let settings = Settings {
        base_url: config.api_url.clone(),
        token: token.ok_or(DeployError::Missing("DIGITALOCEAN_TOKEN"))?,
        timeout: config.timeout,
    };
    Ok(Client::new(&settings)?)
}

pub(super) fn smoke(config: &CtlConfig, base_url: Url) -> Result<Smoke, DeployError> {
    let key = config.deploy.smoke_key.clone();
    Ok(Smoke {
        base_url,
        key: key.ok_or(DeployError::Missing("SMOKE_API_KEY"))?,
    })
}

/// Secrets that are set anew.
pub(super) fn secrets(config: &DeployConfig) -> Result<BTreeMap<String, SecretString>, DeployError> {
    let Some(text) = &config.secrets else {
        return Ok(BTreeMap::new());
    };
    // What a reader of JSON says of wrong text may repeat some of it.
    serde_json::from_str::<BTreeMap<String, String>>(text.expose_secret())
        .map(|all| {
            all.into_iter()
                .map(|(name, value)| (name, value.into()))
                .collect()
        })
        .map_err(|_| DeployError::Secrets)
}
