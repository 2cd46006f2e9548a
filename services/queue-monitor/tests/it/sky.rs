//! App Platform as the stand-in plays it, and monitors that scale an app on it.

use std::num::NonZeroU32;
use std::ops::Deref;
use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_core::scaling::{
    Fleet, History, KindSample, Lag, Limits, Mode, Moment, Policy, Predictive, Record, Recorder, Rule,
    Snapshot,
};
use loadsure_store::scaling::Decided;
use loadsure_testkit::digitalocean::{Platform, Route, Timeline, Write};
use loadsure_testkit::process::{Process, Program};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::stand::{DEADLINE, Ground};
use crate::work::{Work, publish};
use crate::worker::OBEDIENT;

/// A size that allows any number of instances.
pub(crate) const SIZE: &str = "apps-s-1vcpu-1gb";

/// Jobs that the workers of the stand-in's app would need far too long for.
const BACKLOG: usize = 2_000;

/// An app on a platform, and what its monitors stand on.
pub(crate) struct Sky {
    pub(crate) platform: Platform,
    pub(crate) app: Uuid,
    ground: Ground,
}

impl Deref for Sky {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.ground
    }
}

fn spec(workers: u32) -> Value {
    json!({
        "name": "loadsure",
        "services": [{"name": "api", "instance_count": 2, "instance_size_slug": SIZE}],
        "workers": [
            {"name": "queue-monitor", "instance_count": 1, "instance_size_slug": SIZE},
            {"name": "worker", "instance_count": workers, "instance_size_slug": SIZE,
             "envs": [{"key": "LOADSURE_API_KEY", "type": "SECRET", "value": "hunter2"}]},
        ],
    })
}

impl Sky {
    /// An app with two workers, on which deployments take no time.
    pub(crate) async fn new() -> Self {
        Self::with(2).await
    }

    pub(crate) async fn with(workers: u32) -> Self {
        Self::above(Ground::prepare(OBEDIENT).await, workers).await
    }

    pub(crate) async fn above(ground: Ground, workers: u32) -> Self {
        let platform = Platform::start().await.unwrap();
        let app = platform.with(|cloud| {
            cloud.set_timeline(Timeline {
                waits: Duration::ZERO,
                builds: Duration::ZERO,
                waits_again: Duration::ZERO,
                deploys: Duration::ZERO,
            });
            cloud.create_app(spec(workers)).unwrap()
        });
        Self {
            platform,
            app,
            ground,
        }
    }

    /// The program of a monitor that acts on the app.
    pub(crate) fn program(&self, instance: &str) -> Program {
        self.ground
            .program(instance)
            .env("SCALING_ACTUATOR", "digitalocean")
            .env("SCALING_POLICY", "predictive")
            .env("SCALING_MODE", "act")
            .env("DIGITALOCEAN_API_URL", self.platform.base_url())
            .env("DIGITALOCEAN_TOKEN", self.platform.token())
            .env("DIGITALOCEAN_APP_ID", self.app.to_string())
            .env("DIGITALOCEAN_TIMEOUT_MS", "1000")
            .env("CHECK_INTERVAL", "100")
            .env("MAX_WORKERS", "5")
    }

    pub(crate) async fn monitor(&self, variables: &[(&str, &str)]) -> Process {
        let program = self.program("monitor").envs(variables.iter().copied());
        program.start().await.unwrap()
    }

    /// More work than two workers can do in time: in Redis, and in the outbox.
    pub(crate) async fn backlog(&self) -> Work {
        self.outbox(BACKLOG).await;
        let work = Work::hold(&self.queue, Kind::Quote, 4).await;
        publish(&self.queue, Kind::Quote, BACKLOG).await;
        work
    }

    /// Lets somebody else run a statement once, after the platform has carried out a request and before it has answered.
    pub(crate) fn meanwhile(&self, request: Route, sql: &'static str) {
        let url = self.database.url().to_owned();
        let mut is_due = true;
        self.platform.between(move |route, _| {
            if route == request && std::mem::take(&mut is_due) {
                let url = url.clone();
                std::thread::spawn(move || execute(&url, sql)).join().unwrap();
            }
        });
    }

    /// Jobs that the outbox knows as published.
    pub(crate) async fn outbox(&self, jobs: usize) {
        let insert = format!(
            "WITH made AS (
                INSERT INTO jobs (id, tenant_id, kind, subject_id, state, due_at, published_at)
                SELECT gen_random_uuid(), id, 'quote', gen_random_uuid(), 'published', now(), now()
                FROM tenants, generate_series(1, {jobs}) RETURNING 1)
            SELECT count(*)::text FROM made"
        );
        self.texts(&insert).await;
    }

    /// More than half an hour in which one worker would have been enough, as an earlier monitor remembers it.
    pub(crate) async fn long_calm(&self, workers: u32) {
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let now = Moment(u64::try_from(now).unwrap());
        let nonzero = |number| NonZeroU32::new(number).unwrap();
        let limits = Limits::new(nonzero(1), nonzero(5));
        let policy = Policy::new(limits, Rule::Predictive(Predictive::default()));
        let mut history = History::default();
        for step in 0..70 {
            let at = now.minus((70 - step) * 30_000);
            history.step(&quiet(workers, at, step + 1), &policy, at);
        }
        let before = now.minus(1);
        self.remember(history, quiet(workers, before, 71), &policy, before)
            .await;
    }

    /// Leaves a history to the next monitor.
    pub(crate) async fn remember(&self, history: History, last: Snapshot, policy: &Policy, at: Moment) {
        let lead = self.store.take_lead("earlier", DEADLINE).await.unwrap().unwrap();
        let mut recorder = Recorder::new(lead.term(), history);
        let record = recorder.decide(last, policy, Mode::Act, at);
        self.store.record_decision(&lead, &record).await.unwrap();
        self.store.release_lead(lead).await.unwrap();
    }

    /// Changes of the spec that were asked for.
    pub(crate) fn writes(&self) -> Vec<Write> {
        self.platform.with(|cloud| cloud.writes().to_vec())
    }

    /// The number of workers before and after each change, none of which may touch anything else.
    pub(crate) fn changes(&self) -> Vec<(u64, u64)> {
        self.writes().iter().map(change).collect()
    }

    /// Waits for the newest decision of a monitor to fit.
    pub(crate) async fn decided(&self, what: &str, fits: impl Fn(&Record) -> bool) -> Record {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let newest = self.newest().await;
            match newest {
                Some(record) if fits(&record) => return record,
                last => assert!(Instant::now() < deadline, "never: {what}; last {last:#?}"),
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a monitor has decided so often again.
    pub(crate) async fn looked(&self, times: u64) -> Record {
        let before = self.newest().await.map_or(0, |record| record.snapshot.sequence);
        self.decided("more looks", |record| record.snapshot.sequence >= before + times)
            .await
    }

    async fn newest(&self) -> Option<Record> {
        let page = self.store.decisions(1, None, false).await.unwrap();
        page.items.into_iter().next().map(record)
    }

    /// Waits until a change was asked for.
    pub(crate) async fn changed(&self, times: usize) {
        let deadline = Instant::now() + DEADLINE;
        while self.writes().len() < times {
            if Instant::now() >= deadline {
                let reason = self
                    .newest()
                    .await
                    .map(|record| (record.decision, record.snapshot.fleet, record.at));
                panic!("never: change {times}; last {reason:?}");
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}

fn record(decided: Decided) -> Record {
    serde_json::from_value(decided.record).unwrap()
}

/// Runs a statement on a thread that has no runtime.
fn execute(url: &str, sql: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        let driving = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
        driving.abort();
    });
}

/// A look at a fleet that has nothing to do.
pub(crate) fn quiet(workers: u32, taken: Moment, sequence: u64) -> Snapshot {
    let idle = KindSample {
        unread: Lag::Known(0),
        slots: u64::from(workers) * 4,
        slots_max: u64::from(workers) * 4,
        service_ms: Some(2_500.0),
        ..KindSample::default()
    };
    Snapshot {
        taken,
        sequence,
        fleet: Fleet {
            wanted: workers,
            living: workers,
            heard: Some(workers),
        },
        kinds: Kind::ALL.into_iter().map(|kind| (kind, idle)).collect(),
        ..Snapshot::default()
    }
}

/// What a write did to the number of workers. It may do nothing else, and no secret may be blank.
fn change(write: &Write) -> (u64, u64) {
    let number = |spec: &Value| {
        spec.pointer("/workers/1/instance_count")
            .unwrap()
            .as_u64()
            .unwrap()
    };
    let (before, after) = (number(&write.before), number(&write.after));
    let mut undone = write.after.clone();
    *undone.pointer_mut("/workers/1/instance_count").unwrap() = before.into();
    assert_eq!(undone, write.before, "one integer is changed and nothing else");
    let secret = write.body.pointer("/spec/workers/1/envs/0/value").unwrap();
    assert!(secret.as_str().unwrap().starts_with("EV["), "{secret}");
    (before, after)
}
