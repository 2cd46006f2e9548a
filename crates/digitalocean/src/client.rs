//! The client: one method per call of the API that is used.

use std::fmt;
use std::sync::Arc;

use reqwest::Method;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::app::App;
use crate::deployment::Deployment;
use crate::error::Error;
use crate::health::Replicas;
use crate::id::{AppId, DeploymentId};
use crate::settings::{BuildError, Settings};
use crate::spec::Spec;
use crate::transport::{Call, Transport};

/// The apps API of DigitalOcean. Cheap to clone; clones share connections and what is known of the rate limit.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// Builds a client. Nothing is sent.
    ///
    /// # Errors
    /// When a setting makes no sense.
    pub fn new(settings: &Settings) -> Result<Self, BuildError> {
        let transport = Arc::new(Transport::new(settings)?);
        Ok(Self { transport })
    }

    /// Reads an app.
    ///
    /// # Errors
    /// When the platform does not tell it.
    pub async fn app(&self, app: AppId) -> Result<App, Error> {
        let answer = self.get(&["apps", &app.to_string()], "app").await?;
        App::read(answer)
    }

    /// Lets the platform check a spec as a change of an app, and answers what the app would cost, in USD per month.
    /// Nothing changes.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the platform would refuse the spec.
    pub async fn propose(&self, app: AppId, spec: &Spec) -> Result<Decimal, Error> {
        let body = json!({"spec": spec.value(), "app_id": app});
        let answer = self
            .transport
            .call(&Call {
                method: Method::POST,
                path: &["apps", "propose"],
                body: Some(&body),
                what: "app",
                changes: false,
                ..Call::default()
            })
            .await?;
        cost(&answer).ok_or(Error::Unreadable("app_cost"))
    }

    /// Replaces the spec of an app, which starts a deployment: the answer's [`pending`](App::pending). Sources keep
    /// their versions. Every way to this call is guarded, so it is not public.
    pub(crate) async fn update(&self, app: AppId, spec: &Spec) -> Result<App, Error> {
        let body = json!({"spec": spec.value(), "update_all_source_versions": false});
        let answer = self
            .transport
            .call(&Call {
                method: Method::PUT,
                path: &["apps", &app.to_string()],
                body: Some(&body),
                what: "app",
                changes: true,
                ..Call::default()
            })
            .await?;
        App::read(answer)
    }

    /// Reads a deployment.
    ///
    /// # Errors
    /// When the platform does not tell it.
    pub async fn deployment(&self, app: AppId, deployment: DeploymentId) -> Result<Deployment, Error> {
        let path = ["apps", &app.to_string(), "deployments", &deployment.to_string()];
        let answer = self.get(&path, "deployment").await?;
        Deployment::read(answer.get("deployment").unwrap_or(&Value::Null))
    }

    /// How many instances of a component there should be and are ready.
    ///
    /// # Errors
    /// When the platform does not tell it.
    pub async fn replicas(&self, app: AppId, component: &str) -> Result<Replicas, Error> {
        let answer = self.get(&["apps", &app.to_string(), "health"], "app").await?;
        Replicas::read(&answer, component)
    }

    /// Whether an instance size, by its slug, allows one instance only.
    ///
    /// # Errors
    /// When the platform does not tell it.
    pub async fn is_single_instance(&self, size: &str) -> Result<bool, Error> {
        let path = ["apps", "tiers", "instance_sizes", size];
        let answer = self.get(&path, "instance size").await?;
        let size = answer.get("instance_size").filter(|size| size.is_object());
        let size = size.ok_or(Error::Unreadable("instance size"))?;
        // False may be left out.
        Ok(size.get("single_instance_only").and_then(Value::as_bool) == Some(true))
    }

    pub(crate) async fn get(&self, path: &[&str], what: &'static str) -> Result<Value, Error> {
        self.call(&Call {
            path,
            what,
            ..Call::default()
        })
        .await
    }

    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Value, Error> {
        self.transport.call(call).await
    }
}

/// The official description has an integer here, the official Go client a float.
fn cost(answer: &Value) -> Option<Decimal> {
    let cost = answer.get("app_cost")?.as_number()?.to_string();
    let exact = cost.parse().ok();
    let cost = exact.or_else(|| Decimal::from_scientific(&cost).ok())?;
    (!cost.is_sign_negative()).then_some(cost)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_read_exactly_or_not_at_all() {
        let read = |text: &str| cost(&serde_json::from_str(text).unwrap()).map(|cost| cost.to_string());
        assert_eq!(read(r#"{"app_cost": 24}"#).as_deref(), Some("24"));
        assert_eq!(read(r#"{"app_cost": 24.10}"#).as_deref(), Some("24.10"));
        assert_eq!(read(r#"{"app_cost": 2.4e1}"#).as_deref(), Some("24"));
        for none in [
            "{}",
            r#"{"app_cost": -1}"#,
            r#"{"app_cost": "24"}"#,
            r#"{"app_cost": 1e99}"#,
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
