//! Workers on App Platform.

mod count;
mod follow;
mod send;

use std::time::Duration;

use loadsure_config::DigitalOceanConfig;
use loadsure_digitalocean::{AppId, Client, Settings};
use rust_decimal::Decimal;
use serde_json::Value;

use super::pause::Pause;
use super::{Count, Follower, Order};
use crate::error::StartError;

use send::DEPLOYMENT;

pub(crate) use send::{DigitalOceanTask, Sent};

/// Workers on App Platform.
#[derive(Debug)]
pub(crate) struct DigitalOcean {
    target: Target,
    pause: Pause,
    /// What was counted last, for as long as the platform does not answer.
    last: Count,
    /// Whether the size of the instances, by its slug, allows one only. Sizes do not change.
    single: Option<(String, bool)>,
    /// Whether it was said that the platform does not answer.
    is_complaining: bool,
}

/// What is scaled, and how it is reached.
#[derive(Debug, Clone)]
struct Target {
    client: Client,
    app: AppId,
    worker: String,
    ceiling: Decimal,
    timeout: Duration,
}

impl DigitalOcean {
    /// Prepares. Nothing is sent.
    pub(super) fn new(config: &DigitalOceanConfig) -> Result<Self, StartError> {
        let settings = Settings {
            base_url: config.api_url.clone(),
            token: config.token.clone(),
            timeout: config.timeout,
        };
        let target = Target {
            client: Client::new(&settings).map_err(StartError::Platform)?,
            app: AppId(config.app_id),
            worker: config.component.clone(),
            ceiling: config
                .cost_ceiling_usd
                .map_or(Decimal::MAX, |most| most.get().into()),
            timeout: config.timeout,
        };
        Ok(Self {
            target,
            pause: Pause::default(),
            last: Count::default(),
            single: None,
            is_complaining: false,
        })
    }

    pub(super) const fn request_takes(&self) -> Duration {
        self.target.timeout
    }

    pub(super) fn task(&self) -> DigitalOceanTask {
        DigitalOceanTask::new(self.target.clone())
    }

    /// What follows a change of which this is written down, if the deployment that carries it is.
    pub(super) fn follower(&self, detail: &Value) -> Option<Follower> {
        let deployment = detail.get(DEPLOYMENT)?.as_str()?.parse().ok()?;
        Some(Follower::new(self.task(), deployment))
    }
}

impl Target {
    fn order(&self, order: Order) -> loadsure_digitalocean::Order {
        loadsure_digitalocean::Order {
            app: self.app,
            worker: self.worker.clone(),
            from: order.from,
            to: order.to,
            ceiling: self.ceiling,
        }
    }
}
