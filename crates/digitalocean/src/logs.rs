//! Logs of a deployment, for telling why it failed.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client as Http, Url};
use serde_json::Value;

use crate::client::Client;
use crate::error::{Error, Trouble};
use crate::id::{AppId, DeploymentId};
use crate::message;
use crate::transport::Call;

/// Most that is read of one log.
const MOST_BYTES: usize = 4 << 20;
/// Time for fetching one log.
const TIMEOUT: Duration = Duration::from_secs(30);

impl Client {
    /// The last lines of what a deployment wrote while it was deployed, jobs before it included. Control characters and
    /// encrypted values are left out. Archived logs stand at addresses of another host, to which the token is not sent.
    ///
    /// # Errors
    /// When the platform does not tell where they are, or they cannot be read.
    pub async fn deployment_log(
        &self,
        app: AppId,
        deployment: DeploymentId,
        lines: usize,
    ) -> Result<Vec<String>, Error> {
        let path = [
            "apps",
            &app.to_string(),
            "deployments",
            &deployment.to_string(),
            "logs",
        ];
        let call = Call {
            path: &path,
            query: Some("type=DEPLOY"),
            what: "log",
            ..Call::default()
        };
        let answer = self.call(&call).await?;
        let addresses = answer.get("historic_urls").and_then(Value::as_array);
        let mut found = Vec::new();
        for address in addresses.into_iter().flatten().filter_map(Value::as_str) {
            found.extend(fetch(address).await?);
        }
        let surplus = found.len().saturating_sub(lines);
        Ok(found.split_off(surplus))
    }
}

async fn fetch(address: &str) -> Result<Vec<String>, Error> {
    let url: Url = address.parse().map_err(|_| Error::Unreadable("log address"))?;
    let unavailable = |error: reqwest::Error| Error::Unavailable {
        what: Trouble::Reset,
        source: Some(error.without_url()),
    };
    let http = Http::builder().timeout(TIMEOUT).redirect(Policy::none()).build();
    let mut response = http
        .map_err(unavailable)?
        .get(url)
        .send()
        .await
        .map_err(unavailable)?;
    if !response.status().is_success() {
        let status = response.status().as_u16();
        return Err(Error::Unavailable {
            what: Trouble::Status(status),
            source: None,
        });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&body)
        .lines()
        .map(message::clean)
        .collect())
}
