//! A platform with an app, and a client of it.

pub(crate) mod generated;
pub(crate) mod openapi;

use std::error::Error;
use std::fmt::Write;
use std::time::Duration;

use loadsure_digitalocean::{AppId, Client, Order, Patience, ScaleError, Scaled, Settings};
use loadsure_testkit::digitalocean::Platform;
use serde_json::{Value, json};

pub(crate) const WORKER: &str = "worker";

/// Polls as fast as a test likes, and gives up only when something is wrong.
pub(crate) const PATIENCE: Patience = Patience {
    first: Duration::from_millis(5),
    longest: Duration::from_millis(20),
    total: Duration::from_secs(60),
};

/// How far the platform's clock moves at a time: less than any phase lasts.
pub(crate) const WORLD_STEP: Duration = Duration::from_secs(4);

pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) client: Client,
    pub(crate) app: AppId,
}

/// How many workers a spec asks for.
pub(crate) fn count(spec: &Value) -> u32 {
    let count = spec.pointer(&generated::pointer(spec)).and_then(Value::as_u64);
    count.unwrap_or(1).try_into().unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(spec()).await
    }

    pub(crate) async fn with(spec: Value) -> Self {
        let platform = Platform::start().await.unwrap();
        let app = platform.with(|cloud| cloud.create_app(spec)).unwrap();
        let client = Client::new(&settings(&platform)).unwrap();
        Self {
            platform,
            client,
            app: AppId(app),
        }
    }

    /// From the live number, or from two where there is no app.
    pub(crate) fn order(&self, to: u32) -> Order {
        let spec = self.platform.with(|cloud| cloud.spec(self.app.0));
        Order {
            app: self.app,
            worker: WORKER.to_owned(),
            from: spec.as_ref().map_or(2, count),
            to,
            ceiling: 500.into(),
        }
    }

    pub(crate) async fn scale(&self, to: u32) -> Result<Scaled, ScaleError> {
        self.client.scale(&self.order(to), &async || true).await
    }

    pub(crate) fn spec(&self) -> Value {
        self.platform.with(|cloud| cloud.spec(self.app.0)).unwrap()
    }

    pub(crate) fn writes(&self) -> usize {
        self.platform.with(|cloud| cloud.writes().len())
    }

    pub(crate) fn edit(&self, change: impl FnOnce(&mut Value)) {
        self.platform
            .with(|cloud| cloud.edit(self.app.0, change))
            .unwrap();
    }

    /// Lets all deployments come to their ends.
    pub(crate) fn settle(&self) {
        self.platform
            .with(|cloud| cloud.advance(Duration::from_secs(3600)));
    }
}

pub(crate) fn settings(platform: &Platform) -> Settings {
    Settings {
        base_url: platform.base_url().parse().unwrap(),
        token: platform.token().into(),
        timeout: Duration::from_secs(30),
    }
}

pub(crate) fn spec() -> Value {
    json!({
        "name": "loadsure",
        "region": "nyc",
        "envs": [{"key": "DATABASE_URL", "type": "SECRET", "scope": "RUN_TIME", "value": "postgres://shared"}],
        "services": [{"name": "api", "instance_count": 2, "instance_size_slug": "apps-s-1vcpu-1gb"}],
        "workers": [
            {"name": "queue-monitor", "instance_count": 1, "instance_size_slug": "apps-s-1vcpu-1gb"},
            {
                "name": WORKER,
                "instance_count": 2,
                "instance_size_slug": "apps-s-1vcpu-2gb",
                "termination": {"grace_period_seconds": 120},
                "envs": [
                    {"key": "API_KEY", "type": "SECRET", "value": "insurer key"},
                    {"key": "LOG", "value": "info"},
                ],
                "to_be_invented": {"ratio": 0.10, "big": 12_345_678_901_234_567_890_u64, "none": null},
            },
        ],
        "jobs": [{"name": "migrate", "kind": "PRE_DEPLOY", "instance_size_slug": "apps-s-1vcpu-1gb"}],
    })
}

/// An error with everything below it.
pub(crate) fn shown(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        write!(text, ": {below}").unwrap();
        source = below.source();
    }
    text
}
