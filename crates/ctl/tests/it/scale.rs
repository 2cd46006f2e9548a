//! `loadsurectl scale`.

use std::process::Output;
use std::time::Duration;

use loadsure_core::scaling::{
    History, Mode, Moment, Policy, Predictive, Reason, Record, Recorder, Rule, Snapshot,
};
use loadsure_store::scaling::NewProposal;
use loadsure_testkit::db::TestDb;
use loadsure_testkit::redis::TestRedis;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::leader::{Leader, configured};
use crate::purchase::store;
use crate::support::*;

struct Scene {
    db: TestDb,
    redis: TestRedis,
}

impl Scene {
    async fn set() -> Self {
        Self {
            db: migrated().await,
            redis: TestRedis::shared().await.unwrap(),
        }
    }

    async fn leader(&self) -> Leader {
        Leader::begin(store(self.db.url()), &self.redis).await
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        program(&[&["scale"], arguments].concat())
            .env("DATABASE_URL", self.db.url())
            .env("REDIS_URL", self.redis.url())
            .env("REDIS_PREFIX", self.redis.prefix())
            .env("USER", "ada")
            .output()
            .await
            .unwrap()
    }

    async fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output)
    }

    async fn status(&self) -> Value {
        serde_json::from_str(&self.ok(&["status", "--json"]).await).unwrap()
    }
}

/// Records a decision of two workers; the first one is to change the number, and 0 and 3 carry the memory.
async fn record(leader: &Leader, sequence: u64) {
    let limits = configured().limits;
    let policy = Policy::new(limits, Rule::Predictive(Predictive::default()));
    let (snapshot, mode) = (Snapshot::default(), Mode::Propose);
    let mut recorder = Recorder::new(leader.lead.term(), History::default());
    let mut record = recorder.decide(snapshot, &policy, mode, Moment(1));
    record.sequence = sequence;
    record.history = sequence.is_multiple_of(3).then(History::default);
    record.snapshot.fleet.wanted = if sequence == 1 { 1 } else { 2 };
    record.decision.target = 2;
    record.decision.reason = Reason::Steady { unfinished: 0 };
    leader.store.record_decision(&leader.lead, &record).await.unwrap();
}

#[tokio::test]
async fn operations_steer_the_monitor_and_see_that_it_obeyed() {
    let scene = Scene::set().await;
    let _leader = scene.leader().await;
    let commands: [&[&str]; 5] = [
        &["pause", "--reason", "insurer migrates"],
        &["limits", "2", "6"],
        &["pin", "3", "--actor", "grace"],
        &["mode", "propose"],
        &["resume"],
    ];
    for command in commands {
        assert_eq!(scene.ok(command).await, format!("applied: {}\n", command[0]));
    }
    let status = scene.status().await;
    let expected = json!({"paused": null, "pin": 3, "limits": {"min": 2, "max": 6}, "mode": "propose"});
    assert_eq!(status["steering"], expected);
    assert_eq!(status["leader"]["instance"], "monitor-a");
    scene.ok(&["pin", "none"]).await;
    assert_eq!(scene.status().await["steering"]["pin"], Value::Null);

    let session = session(&scene.db).await;
    let sql = "SELECT string_agg(actor || ' ' || action, ', ' ORDER BY id) FROM audit_log WHERE subject = 'workers'";
    let audit: String = session.query_one(sql, &[]).await.unwrap().get(0);
    let (ada, grace) = ("ctl:ada scaling.", "ctl:grace scaling.pin");
    assert_eq!(
        audit,
        format!("{ada}pause, {ada}limits, {grace}, {ada}mode, {ada}resume, {ada}pin")
    );
}

#[tokio::test]
async fn a_refused_command_says_why_and_fails() {
    let scene = Scene::set().await;
    let _leader = scene.leader().await;
    let refused = scene.run(&["pin", "7"]).await;
    assert_eq!(refused.status.code(), Some(1));
    let said = stderr(&refused);
    assert!(
        said.contains("1 to 5 workers") && said.contains("pin_outside_limits"),
        "{said}"
    );
    let nobody = Uuid::nil().to_string();
    let refused = scene.run(&["confirm", &nobody]).await;
    assert!(stderr(&refused).contains("not_proposing"), "{}", stderr(&refused));
}

/// What nobody confirmed is not called done.
#[tokio::test]
async fn without_a_monitor_nothing_is_said_to_be_done() {
    let scene = Scene::set().await;
    let output = scene.run(&["pin", "3", "--wait", "0"]).await;
    assert_eq!(output.status.code(), Some(75));
    assert!(
        stderr(&output).starts_with("not confirmed: no monitor answered"),
        "{}",
        stderr(&output)
    );
    let text = scene.ok(&["status"]).await;
    assert!(text.contains("none: no monitor runs"), "{text}");
    assert_eq!(scene.status().await["steering"]["pin"], Value::Null);
}

#[tokio::test]
async fn without_redis_the_variable_is_named() {
    let db = migrated().await;
    let output = ctl(db.url(), &["scale", "resume"]).await;
    assert_eq!(output.status.code(), Some(78));
    assert!(
        stderr(&output).starts_with("REDIS_URL is not set"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test]
async fn a_proposal_is_shown_with_the_way_to_confirm_it() {
    let scene = Scene::set().await;
    let leader = scene.leader().await;
    scene.ok(&["mode", "propose"]).await;
    let (id, detail) = (Uuid::now_v7(), json!({}));
    let proposal = NewProposal {
        id,
        sequence: 0,
        from: 1,
        to: 3,
        valid_for: Duration::from_secs(600),
        detail: &detail,
    };
    leader.store.propose(&leader.lead, &proposal).await.unwrap();
    let text = scene.ok(&["status"]).await;
    assert!(
        text.contains(&format!("loadsurectl scale confirm {id}")),
        "{text}"
    );
    scene.ok(&["confirm", &id.to_string()]).await;
    let text = scene.ok(&["status"]).await;
    assert!(text.contains("1 to 3 workers, confirmed by ctl:ada"), "{text}");
}

#[tokio::test]
async fn the_history_is_a_table_for_people_and_lines_of_json_for_a_replay() {
    let scene = Scene::set().await;
    let leader = scene.leader().await;
    for sequence in 0..5 {
        record(&leader, sequence).await;
    }
    let table = scene.ok(&["history", "--limit", "2"]).await;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].ends_with("propose  2 workers  steady (unfinished 0)"),
        "{table}"
    );
    let status = scene.ok(&["status"]).await;
    assert!(
        status.contains("workers      2 asked for, 0 there, nobody could listen"),
        "{status}"
    );
    let changes = scene.ok(&["history", "--changes"]).await;
    assert!(
        changes.lines().count() == 1 && changes.ends_with("change\n"),
        "{changes}"
    );
    let since = scene.ok(&["history", "--since", "2020-01-01T00:00:00Z"]).await;
    assert_eq!(since.lines().count(), 5);
    let later = scene.ok(&["history", "--since", "2999-01-01T00:00:00Z"]).await;
    assert_eq!(later, "");

    let sequences = |text: String| -> Vec<u64> {
        let records = text
            .lines()
            .map(|line| serde_json::from_str::<Record>(line).unwrap());
        records.map(|record| record.sequence).collect()
    };
    let last = scene.ok(&["history", "--json", "--limit", "1"]).await;
    assert_eq!(sequences(last), [3, 4], "back to what the monitor remembered");
    let all = scene
        .ok(&["history", "--json", "--since", "2020-01-01T00:00:00Z"])
        .await;
    assert_eq!(sequences(all), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn arrivals_are_exported_as_seconds_since_the_first() {
    let scene = Scene::set().await;
    assert_eq!(scene.ok(&["export-arrivals"]).await, "arrival_s\n");
    let session = session(&scene.db).await;
    let jobs = "INSERT INTO jobs (id, tenant_id, kind, subject_id, due_at, created_at)
        SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000000', k.kind, gen_random_uuid(), now(),
            timestamptz '2026-05-20T10:00:00Z' + k.after * interval '1 ms'
        FROM (VALUES ('quote', 2500), ('quote', 0), ('booking', 1005), ('quote', 70000)) AS k (kind, after)";
    session.batch_execute(jobs).await.unwrap();
    let all = scene.ok(&["export-arrivals"]).await;
    assert_eq!(all, "arrival_s\n0.000\n1.005\n2.500\n70.000\n");
    let until = [
        "export-arrivals",
        "--kind",
        "quote",
        "--until",
        "2026-05-20T10:01:00Z",
    ];
    assert_eq!(scene.ok(&until).await, "arrival_s\n0.000\n2.500\n");
}

#[tokio::test]
async fn a_command_that_makes_no_sense_is_a_usage_error() {
    let wrong: [&[&str]; 6] = [
        &["pause"],
        &["pause", "--reason", " "],
        &["pin", "0"],
        &["limits", "0", "3"],
        &["mode", "sometimes"],
        &["history", "--since", "yesterday"],
    ];
    for arguments in wrong {
        let output = program(&[&["scale"], arguments].concat()).output().await.unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

/// One deployment at a time, also among those that go by one name, and only the one that has the lock gives it back.
#[tokio::test]
async fn the_deploy_lock_has_one_holder() {
    let scene = Scene::set().await;
    let said = scene.ok(&["lock", "--holder", "ci", "--for", "600"]).await;
    let lock = said.trim();
    assert!(lock.starts_with("ci/"), "{said}");
    assert!(store(scene.db.url()).deploy_is_locked().await.unwrap());
    assert_eq!(scene.ok(&["prolong", lock, "--for", "900"]).await, said);
    let refused = scene.run(&["lock", "--holder", "ci"]).await;
    assert!(stderr(&refused).contains(lock), "{}", stderr(&refused));
    let others: [&[&str]; 3] = [&["lock", "--holder", "ci"], &["prolong", "ci"], &["unlock", "ci"]];
    for arguments in others {
        let output = scene.run(arguments).await;
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    }
    assert_eq!(scene.ok(&["unlock", lock]).await, "unlocked\n");
    assert!(!store(scene.db.url()).deploy_is_locked().await.unwrap());
}
