//! What is looked at after each deployment.

use loadsure_deploy::Images;
use loadsure_digitalocean::{AppId, Spec};
use loadsure_testkit::digitalocean::Cloud;
use serde_json::Value;

use super::{NEW, OLD, SECRET, World, images};

/// How an app stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// The version in the app's spec, by its digests.
    pub(crate) live: char,
    /// The version that serves.
    pub(crate) serving: char,
    /// The number of workers in the spec.
    pub(crate) workers: u64,
    pub(crate) pinned: bool,
    pub(crate) has_domains: bool,
    /// Whether the schema has all migrations.
    pub(crate) migrated: bool,
    /// Whether somebody holds the deploy lock.
    pub(crate) locked: bool,
}

impl State {
    /// After a deployment that went well: in place, or on the app that has the traffic.
    pub(crate) const GOOD: Self = Self {
        live: NEW,
        serving: NEW,
        workers: 3,
        pinned: false,
        has_domains: true,
        migrated: true,
        locked: false,
    };

    /// As if nothing had been.
    pub(crate) const BEFORE: Self = Self {
        live: OLD,
        serving: OLD,
        ..Self::GOOD
    };
}

impl World {
    /// How an app stands. Its secrets are always what they were.
    pub(crate) async fn state(&self, app: AppId) -> State {
        let migrated = loadsure_store::schema_is_current(&self.store).await.unwrap();
        let locked = self.store.deploy_is_locked().await.unwrap();
        self.platform.with(|cloud| {
            let secret = cloud.container_env(app.0, "worker", "LOADSURE_API_KEY");
            assert_eq!(secret.as_deref(), Some(SECRET), "a secret was lost");
            look(cloud, app, migrated, locked)
        })
    }
}

fn look(cloud: &Cloud, app: AppId, migrated: bool, locked: bool) -> State {
    let spec = cloud.spec(app.0).unwrap();
    let (_, serving) = cloud.serving(app.0).unwrap();
    State {
        live: version(&spec),
        serving: version(&serving),
        workers: spec["workers"][0]["instance_count"].as_u64().unwrap(),
        pinned: cloud.is_pinned(app.0),
        has_domains: spec.get("domains").is_some_and(|domains| !domains.is_null()),
        migrated,
        locked,
    }
}

/// The version of a spec in which all components have the same.
fn version(spec: &Value) -> char {
    let spec = Spec::new(spec.clone());
    let is = |images: &Images| images.strangers(&spec).is_empty();
    match (is(&images(OLD)), is(&images(NEW))) {
        (true, false) => OLD,
        (false, true) => NEW,
        _ => panic!("mixed versions"),
    }
}
