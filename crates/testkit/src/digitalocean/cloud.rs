use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::app::App;
use super::clock::Clock;
use super::component;
use super::deployment::{Ending, Timeline};
use super::faults::{Fault, Faults};
use super::ledger::{Exchange, Ledger, Write};
use super::route::Route;
use super::validate;
use super::vault::Vault;

/// Requests that an account has in an hour.
const QUOTA: u32 = 5000;

/// What the platform holds.
#[derive(Debug)]
pub struct Cloud {
    pub(super) apps: BTreeMap<Uuid, App>,
    pub(super) clock: Clock,
    pub(super) timeline: Timeline,
    pub(super) vault: Vault,
    pub(super) faults: Faults,
    pub(super) ledger: Ledger,
    pub(super) quota: u32,
    /// Where this is served, for addresses of logs.
    pub(super) address: String,
    pub(super) log: String,
    endings: VecDeque<Ending>,
}

impl Default for Cloud {
    fn default() -> Self {
        Self {
            apps: BTreeMap::new(),
            clock: Clock::default(),
            timeline: Timeline::default(),
            vault: Vault::default(),
            faults: Faults::default(),
            ledger: Ledger::default(),
            quota: QUOTA,
            address: String::new(),
            log: String::new(),
            endings: VecDeque::new(),
        }
    }
}

impl Cloud {
    /// Adds an app that serves. Its secrets are encrypted, as in a first submission.
    ///
    /// # Errors
    /// When the spec makes no sense.
    pub fn create_app(&mut self, mut spec: Value) -> Result<Uuid, String> {
        validate::check(&spec)?;
        self.vault.seal(&mut spec)?;
        let app = App::new(spec, self.clock.now());
        let id = app.id;
        self.apps.insert(id, app);
        Ok(id)
    }

    /// Forgets an app.
    pub fn delete_app(&mut self, app: Uuid) {
        self.apps.remove(&app);
    }

    /// The live spec of an app.
    #[must_use]
    pub fn spec(&self, app: Uuid) -> Option<Value> {
        self.apps.get(&app).map(|app| app.spec.clone())
    }

    /// Changes the spec of an app as another writer does, past all faults and books: with a deployment of its own.
    ///
    /// # Errors
    /// When there is no such app or the changed spec is refused.
    pub fn edit(&mut self, app: Uuid, change: impl FnOnce(&mut Value)) -> Result<Uuid, String> {
        let mut spec = self.spec(app).ok_or("there is no such app")?;
        change(&mut spec);
        self.write(app, spec, "manual")
    }

    /// Whether a spec would be taken.
    pub(super) fn check(&mut self, spec: &Value) -> Result<(), String> {
        validate::check(spec)?;
        self.vault.seal(&mut spec.clone())
    }

    /// Writes a spec, whoever does.
    pub(super) fn write(&mut self, app: Uuid, mut spec: Value, cause: &'static str) -> Result<Uuid, String> {
        validate::check(&spec)?;
        self.vault.seal(&mut spec)?;
        let ending = self.endings.pop_front().unwrap_or_default();
        let now = self.clock.now();
        let app = self.apps.get_mut(&app).ok_or("there is no such app")?;
        Ok(app.deploy(spec, cause, now, ending))
    }

    /// Rolls an app back to one of its deployments, which pins it.
    ///
    /// # Errors
    /// When the platform would refuse.
    pub fn roll_back(&mut self, app: Uuid, to: Uuid) -> Result<Uuid, String> {
        let now = self.clock.now();
        let app = self.apps.get_mut(&app).ok_or("there is no such app")?;
        app.roll_back(to, false, now)
    }

    /// Leaves an app without a deployment that serves.
    pub fn break_app(&mut self, app: Uuid) {
        if let Some(app) = self.apps.get_mut(&app) {
            app.active = None;
        }
    }

    /// All deployments of an app, oldest first.
    #[must_use]
    pub fn deployments(&self, app: Uuid) -> Vec<Uuid> {
        let app = self.apps.get(&app);
        app.map(|app| app.deployments.iter().map(|deployment| deployment.id).collect())
            .unwrap_or_default()
    }

    /// What a container of a component finds in a variable, by the deployment that serves. A secret that was written
    /// without a value is an empty string here, and looks like any other in the spec.
    #[must_use]
    pub fn container_env(&self, app: Uuid, component: &str, key: &str) -> Option<String> {
        let spec = self.apps.get(&app)?.serving()?;
        let own = component::named(spec).find(|named| component::name(named) == component)?;
        let places = [own.get("envs"), spec.get("envs")];
        let mut variables = places.into_iter().flatten().filter_map(Value::as_array).flatten();
        let variable = variables.find(|variable| variable.get("key").and_then(Value::as_str) == Some(key))?;
        let value = variable.get("value").and_then(Value::as_str).unwrap_or_default();
        Some(self.vault.open(value))
    }

    /// Moves the clock, and with it the deployments.
    pub fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
        self.settle();
    }

    /// Lets the clock run, so many times faster than the machine's own.
    pub fn run_clock(&mut self, speed: u32) {
        self.clock.run(speed);
    }

    /// How long deployments take from now on.
    pub fn set_timeline(&mut self, timeline: Timeline) {
        self.timeline = timeline;
    }

    /// How the next deployments end that begin without having been told; [`Ending::Active`] after these.
    pub fn end_next(&mut self, endings: impl IntoIterator<Item = Ending>) {
        self.endings.extend(endings);
    }

    /// What the log of every deployment says.
    pub fn set_log(&mut self, log: &str) {
        log.clone_into(&mut self.log);
    }

    /// The deployment that serves, with its spec.
    #[must_use]
    pub fn serving(&self, app: Uuid) -> Option<(Uuid, Value)> {
        let app = self.apps.get(&app)?;
        Some((app.active?, app.serving()?.clone()))
    }

    /// Whether a rollback pins an app.
    #[must_use]
    pub fn is_pinned(&self, app: Uuid) -> bool {
        self.apps.get(&app).is_some_and(|app| app.pinned.is_some())
    }

    /// Lets another number of a component's instances be ready than there should be; `None`: as it should be.
    pub fn set_ready(&mut self, app: Uuid, component: &str, ready: Option<u64>) {
        if let Some(app) = self.apps.get_mut(&app) {
            match ready {
                Some(ready) => app.ready.insert(component.to_owned(), ready),
                None => app.ready.remove(component),
            };
        }
    }

    /// Lets one request of a kind go wrong: the next one, after those that were to go wrong before.
    pub fn fail_next(&mut self, route: Route, fault: Fault) {
        self.faults.push(route, fault);
    }

    /// Lets all requests of a kind go wrong until told otherwise.
    pub fn fail_always(&mut self, route: Route, fault: Option<Fault>) {
        self.faults.set(route, fault);
    }

    /// How many requests the account has left.
    pub fn set_quota(&mut self, left: u32) {
        self.quota = left;
    }

    /// All requests so far, oldest first.
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.ledger.exchanges
    }

    /// All changes of a spec that requests made, oldest first.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.ledger.writes
    }

    /// Forgets all requests and changes.
    pub fn clear_ledger(&mut self) {
        self.ledger = Ledger::default();
    }

    /// Brings all apps to where they are by now.
    pub(super) fn settle(&mut self) {
        let now = self.clock.now();
        for app in self.apps.values_mut() {
            app.settle(&self.timeline, now);
        }
    }
}
