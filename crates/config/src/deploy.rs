//! Deploying from the command line: the platform, the key of the smoke test, and who is told. The platform's variables are
//! the queue monitor's.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::monitor::{API_URL, TIMEOUT_MS, TOKEN};
use crate::{Env, Errors, Group, Reader, Service, Var};

const DEPLOY: &[Service] = &[Service::Ctl];

const SMOKE_API_KEY: Var = Var::optional(
    "SMOKE_API_KEY",
    DEPLOY,
    "API key of the smoke test's own tenant, with the scopes quotes, bookings and read. Needed by deploy smoke and observe.",
)
.secret();

const WEBHOOK_URL: Var = Var::optional(
    "DEPLOY_WEBHOOK_URL",
    DEPLOY,
    "Webhook that is told how a deployment ended, by {\"text\": …}, as Slack takes it. Empty: nobody is told.",
)
.secret();

const SECRETS: Var = Var::optional(
    "DEPLOY_SECRETS",
    DEPLOY,
    "Secrets of the app that deploy apply sets anew, as JSON: {\"loadsure_api_key\": \"…\"}. Empty: all stay as they are.",
)
.secret();

pub(crate) const GROUP: Group = Group {
    title: "Deployment, by loadsurectl deploy",
    vars: &[SMOKE_API_KEY, SECRETS, WEBHOOK_URL],
};

/// What deploying needs besides the database. Each step needs some of it only.
#[derive(Debug, Clone)]
pub struct DeployConfig {
    /// Token of the platform's API.
    pub token: Option<SecretString>,
    /// Address of the platform's API.
    pub api_url: Url,
    /// Time for one request to the platform.
    pub timeout: Duration,
    /// Key of the smoke test.
    pub smoke_key: Option<SecretString>,
    /// Secrets to be set anew, as JSON.
    pub secrets: Option<SecretString>,
    /// Address of the webhook.
    pub webhook: Option<SecretString>,
}

impl DeployConfig {
    /// Reads everything that deploying needs.
    ///
    /// # Errors
    /// All problems at once.
    pub fn from_env(env: &impl Env) -> Result<Self, Errors> {
        let mut reader = Reader::new(env);
        let config = Self::read(&mut reader);
        reader.finish(config)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let any = |_: &str| Ok(());
        let token = reader.optional(|reader| reader.secret(&TOKEN, any));
        let api_url = reader.http_url(&API_URL);
        let timeout = reader.millis(&TIMEOUT_MS);
        let smoke_key = reader.optional(|reader| reader.secret(&SMOKE_API_KEY, any));
        let secrets = reader.optional(|reader| reader.secret(&SECRETS, any));
        let webhook = reader.optional(|reader| reader.secret(&WEBHOOK_URL, any));
        Some(Self {
            token: token?,
            api_url: api_url?,
            timeout: timeout?,
            smoke_key: smoke_key?,
            secrets: secrets?,
            webhook: webhook?,
        })
    }
}
