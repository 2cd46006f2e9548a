//! What a deployment meets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use loadsure_deploy::{CheckRuns, DeployLock, Environment, Images, Slots, Smoke, Template};
use loadsure_digitalocean::{AppId, Client, Patience, Settings as Access};
use loadsure_store::{MIGRATIONS_FINGERPRINT, Settings, Store};
use loadsure_testkit::db::TestDb;
use loadsure_testkit::digitalocean::{Platform, Timeline};
use serde_json::{Value, json};

use super::Service;

/// The version that runs, and the one that is deployed.
pub(crate) const OLD: char = 'a';
pub(crate) const NEW: char = 'b';
/// A secret of the live app.
pub(crate) const SECRET: &str = "the-insurer's-key";

/// Nothing here takes long; a busy machine may.
const DEADLINE: Duration = Duration::from_secs(60);
/// The platform's time passes so many times faster: a deployment takes 0.15 s.
const SPEED: u32 = 1000;

pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) client: Client,
    pub(crate) store: Store,
    pub(crate) lock: DeployLock,
    pub(crate) template: Template,
    pub(crate) service: Service,
    pub(crate) environment: Environment,
    pub(crate) slots: Slots,
    pub(crate) staging: AppId,
    pub(crate) db: TestDb,
}

impl World {
    /// One app, with three workers.
    pub(crate) async fn staging() -> Self {
        Self::set(Environment::Staging).await
    }

    /// Two apps, of which the first has the traffic and three workers. Staging runs the new version.
    pub(crate) async fn production() -> Self {
        Self::set(Environment::Production).await
    }

    async fn set(environment: Environment) -> Self {
        let platform = Platform::start().await.unwrap();
        let (staging, slots) = platform.with(|cloud| {
            cloud.set_timeline(Timeline::default());
            cloud.run_clock(SPEED);
            cloud.set_log("migrate: connecting\nmigrate: it did not work");
            let mut app = |version, spec: Value| AppId(cloud.create_app(live(spec, version)).unwrap());
            if environment == Environment::Staging {
                let app = app(OLD, committed(environment));
                return (app, Slots::One(app));
            }
            let staging = app(NEW, committed(Environment::Staging));
            let blue = app(OLD, committed(environment));
            let mut idle = committed(environment);
            idle["name"] = "loadsure-production-2".into();
            idle.as_object_mut().unwrap().remove("domains");
            idle["workers"][0]["instance_count"] = 1.into();
            (staging, Slots::Two(blue, app(OLD, idle)))
        });
        let migrated = |url: String| async move { loadsure_store::migrate(&open(&url)).await.map(drop) };
        let db = TestDb::create(&MIGRATIONS_FINGERPRINT, migrated).await.unwrap();
        let store = open(db.url());
        Self {
            client: client(&platform),
            platform,
            lock: DeployLock::new(store.clone(), "run 1"),
            store,
            template: Template::read(&file(environment)).unwrap(),
            service: Service::start().await,
            environment,
            slots,
            staging,
            db,
        }
    }

    /// The app that is deployed to.
    pub(crate) const fn target(&self) -> AppId {
        match self.slots {
            Slots::One(app) | Slots::Two(_, app) => app,
        }
    }

    /// The app that has the traffic at first.
    pub(crate) const fn served(&self) -> AppId {
        match self.slots {
            Slots::One(app) | Slots::Two(app, _) => app,
        }
    }

    pub(crate) fn smoke(&self) -> Smoke {
        Smoke {
            base_url: self.service.url.parse().unwrap(),
            key: "key".to_owned().into(),
        }
    }

    /// Runs a statement.
    pub(crate) async fn sql(&self, sql: &str) {
        let (session, connection) = tokio_postgres::connect(self.db.url(), tokio_postgres::NoTls)
            .await
            .unwrap();
        let driving = tokio::spawn(connection);
        session.batch_execute(sql).await.unwrap();
        driving.abort();
    }

    pub(crate) fn checks() -> CheckRuns {
        let run = json!({"id": 1, "name": "ci-ok", "head_sha": images(NEW).commit.as_str(), "status": "completed",
            "conclusion": "success", "app": {"slug": "github-actions"}});
        serde_json::from_value(json!({"check_runs": [run]})).unwrap()
    }

    pub(crate) fn outputs() -> BTreeMap<String, String> {
        let names = [
            "vpc_id",
            "database_private_host",
            "queue_private_host",
            "cache_private_host",
        ];
        names
            .map(|name| (name.to_owned(), format!("{}.example.com", name.replace('_', "-"))))
            .into()
    }

    pub(crate) const fn patience() -> Patience {
        Patience {
            first: Duration::from_millis(2),
            longest: Duration::from_millis(20),
            total: DEADLINE,
        }
    }
}

pub(crate) fn images(version: char) -> Images {
    let digest = format!("sha256:{}", String::from(version).repeat(64));
    serde_json::from_value(json!({
        "commit": String::from(version).repeat(40),
        "digests": {"api": digest, "worker": digest, "queue_monitor": digest, "ctl": digest},
    }))
    .unwrap()
}

/// The committed spec of an environment.
pub(crate) fn file(environment: Environment) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../.do/app.{environment}.yaml"))
}

fn committed(environment: Environment) -> Value {
    serde_saphyr::from_str(&std::fs::read_to_string(file(environment)).unwrap()).unwrap()
}

/// A spec as it would be live: everything filled in by other means than those that are tested.
fn live(spec: Value, version: char) -> Value {
    let mut text = spec.to_string();
    for (name, value) in World::outputs() {
        text = text.replace(&format!("${{output.{name}}}"), &value);
    }
    for (name, digest) in images(version).digests {
        text = text.replace(&format!("${{var.image_digests.{name}}}"), digest.as_str());
    }
    for secret in ["loadsure_api_key", "digitalocean_token"] {
        text = text.replace(&format!("${{var.secrets.{secret}}}"), SECRET);
    }
    let mut spec: Value = serde_json::from_str(&text).unwrap();
    if spec["workers"][0]["instance_count"] != 1 || spec["name"] == "loadsure-staging" {
        spec["workers"][0]["instance_count"] = 3.into();
    }
    spec
}

fn client(platform: &Platform) -> Client {
    let access = Access {
        base_url: platform.base_url().parse().unwrap(),
        token: platform.token().to_owned().into(),
        timeout: DEADLINE,
    };
    Client::new(&access).unwrap()
}

pub(crate) fn open(url: &str) -> Store {
    let settings = Settings {
        url: url.to_owned().into(),
        application_name: "test".to_owned(),
        pool_size: 2,
        ca_certificate: None,
        connect_timeout: DEADLINE,
        statement_timeout: DEADLINE,
        wait_timeout: DEADLINE,
    };
    Store::new(&settings).unwrap()
}
