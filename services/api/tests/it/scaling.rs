//! Scaling, as operations see and steer it.

use std::time::Duration;

use loadsure_config::MonitorServiceConfig;
use loadsure_queue_monitor::Monitor;
use loadsure_store::scaling::NewProposal;
use loadsure_telemetry::Metrics;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::openapi::assert_documented;
use crate::schema::{document, named, violations};
use crate::support::leader::Leader;
use crate::support::{Reply, Setup, TestApp, eventually};

const SCALING: &str = "/api/ops/scaling";

fn path(command: &str) -> String {
    format!("{SCALING}/{command}")
}

async fn start() -> (TestApp, Value) {
    (Setup::default().without_worker().start().await, document())
}

/// Sends a command and asserts that its answer is documented.
async fn command(app: &TestApp, document: &Value, name: &str, body: &Value) -> Reply {
    let reply = app.post(&path(name), body).await;
    assert_documented(document, ("post", &path(name)), &reply);
    reply
}

async fn scaling(app: &TestApp, document: &Value) -> Value {
    let reply = app.get(SCALING).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_documented(document, ("get", SCALING), &reply);
    reply.json()["scaling"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_once_the_monitor_has_applied_it() {
    let (app, document) = start().await;
    let _leader = Leader::begin(&app).await;
    let commands = [
        ("pause", json!({"reason": "insurer migrates"})),
        ("limits", json!({"min": 2, "max": 6})),
        ("pin", json!({"workers": 3})),
        ("mode", json!({"mode": "propose"})),
    ];
    for (name, body) in &commands {
        let reply = command(&app, &document, name, body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let said = &reply.json()["command"];
        assert_eq!(
            (&said["command"], &said["outcome"]),
            (&json!(name), &json!("applied"))
        );
    }
    let stands = scaling(&app, &document).await;
    assert_eq!(stands["steering"]["paused"]["reason"], "insurer migrates");
    assert!(
        stands["steering"]["paused"]["by"]
            .as_str()
            .unwrap()
            .starts_with("key ")
    );
    assert_eq!(stands["steering"]["limits"], json!({"min": 2, "max": 6}));
    assert_eq!(
        (&stands["steering"]["pin"], &stands["mode"]),
        (&json!(3), &json!("propose"))
    );
    assert_eq!(stands["leader"]["instance"], "monitor-a");

    let resumed = Reply::of(app.request(Method::POST, &path("resume"))).await;
    assert_documented(&document, ("post", &path("resume")), &resumed);
    let unpinned = command(&app, &document, "pin", &json!({"workers": "none"})).await;
    let expected = json!({"limits": {"min": 2, "max": 6}, "mode": "propose"});
    assert_eq!(unpinned.json()["steering"], expected);
}

/// The real monitor hears what the API sends, and the API shows what came of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_queue_monitor_obeys_and_its_decisions_are_seen() {
    let (mut app, document) = start().await;
    app.env.insert("CHECK_INTERVAL".to_owned(), "200".to_owned());
    let config = MonitorServiceConfig::from_env(&app.env).unwrap();
    let monitor = Monitor::start(config, Metrics::detached().unwrap())
        .await
        .unwrap();
    let paused = command(&app, &document, "pause", &json!({"reason": "a test"})).await;
    assert_eq!(paused.status, 200, "{}", paused.text);
    let stands = eventually(async || {
        let stands = scaling(&app, &document).await;
        (stands["lastDecision"]["record"]["snapshot"]["standDown"] == "paused").then_some(stands)
    })
    .await;
    assert_eq!(stands["lastDecision"]["rule"], "standDown");
    assert!(stands["workers"]["wanted"].is_u64(), "{stands}");
    monitor.stop().await;
    assert_eq!(scaling(&app, &document).await["leader"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_command_says_why() {
    let (app, document) = start().await;
    let _leader = Leader::begin(&app).await;
    let refused = command(&app, &document, "pin", &json!({"workers": 6})).await;
    let body = refused.problem(409, "scaling_refused");
    assert_eq!(body["errors"][0]["code"], "pin_outside_limits");
    assert_eq!(
        body["errors"][0]["message"],
        "the limits are 1 to 5 workers: change them first"
    );
    let nobody = json!({"proposal": Uuid::nil()});
    let refused = command(&app, &document, "confirm", &nobody).await;
    let body = refused.problem(409, "scaling_refused");
    assert_eq!(body["errors"][0]["code"], "not_proposing");
    let wrong = command(&app, &document, "limits", &json!({"min": 0, "most": 3})).await;
    wrong.problem(422, "validation_failed");
    let named = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    let expected = [
        named("min", "not_positive"),
        named("max", "required"),
        named("most", "unknown_field"),
    ];
    assert_eq!(wrong.errors(), expected);
}

/// What nobody confirmed is not called done, and a monitor that comes in time applies it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_monitor_a_command_is_pending_until_one_comes() {
    let (app, document) = start().await;
    let body = json!({"workers": 2});
    let header = ("prefer", "wait=0");
    let pending = app.post_with(&path("pin"), &body, header).await;
    assert_documented(&document, ("post", &path("pin")), &pending);
    assert_eq!((pending.status, pending.header("location")), (202, SCALING));
    assert_eq!(pending.json()["command"]["outcome"], "pending");
    assert_eq!(scaling(&app, &document).await["steering"], json!({}));
    let _leader = Leader::begin(&app).await;
    eventually(async || {
        let stands = scaling(&app, &document).await;
        (stands["steering"]["pin"] == 2).then_some(())
    })
    .await;
}

/// A key stands for one command: sent twice, applied once.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_command_is_applied_once() {
    let (app, document) = start().await;
    let ask = async |name: &str, body: &Value, key: &str, prefer: &str| {
        let request = app.request(Method::POST, &path(name)).json(body);
        Reply::of(request.header("idempotency-key", key).header("prefer", prefer)).await
    };
    let (pin, free) = (json!({"workers": 2}), json!({"workers": "none"}));
    let pending = ask("pin", &pin, "one", "respond-async").await;
    assert_eq!(pending.status, 202, "{}", pending.text);
    let again = ask("pin", &pin, "one", "respond-async").await;
    assert_eq!(again.json()["command"]["id"], pending.json()["command"]["id"]);
    let _leader = Leader::begin(&app).await;
    let applied = ask("pin", &pin, "one", "wait=20").await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    assert_eq!(applied.json()["command"]["id"], pending.json()["command"]["id"]);

    ask("pin", &free, "two", "wait=20").await;
    let replayed = ask("pin", &pin, "one", "wait=20").await;
    assert_eq!(
        (replayed.status, replayed.header("idempotency-replayed")),
        (200, "true")
    );
    let stands = scaling(&app, &document).await;
    assert_eq!(stands["steering"], json!({}), "the repeat did not pin anew");
    let other = ask("pin", &free, "one", "wait=20").await;
    other.problem(422, "idempotency_key_reused");

    let refused = ask("pin", &json!({"workers": 7}), "three", "wait=20").await;
    refused.problem(409, "scaling_refused");
    let replayed = ask("pin", &json!({"workers": 7}), "three", "wait=20").await;
    assert_eq!((replayed.status, replayed.json()), (409, refused.json()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_seen_and_confirmed() {
    let (app, document) = start().await;
    let leader = Leader::begin(&app).await;
    command(&app, &document, "mode", &json!({"mode": "propose"})).await;
    let (id, detail) = (Uuid::now_v7(), json!({"monthlyCost": 24}));
    let proposal = NewProposal {
        id,
        sequence: 1,
        from: 2,
        to: 3,
        valid_for: Duration::from_secs(600),
        detail: &detail,
    };
    app.store.propose(&leader.lead, &proposal).await.unwrap();
    let seen = scaling(&app, &document).await;
    assert_eq!(
        (&seen["proposal"]["id"], &seen["proposal"]["state"]),
        (&json!(id), &json!("open"))
    );
    let confirmed = command(&app, &document, "confirm", &json!({"proposal": id})).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    let again = command(&app, &document, "confirm", &json!({"proposal": id})).await;
    assert_eq!(
        again.problem(409, "scaling_refused")["errors"][0]["code"],
        "proposal_closed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_read_page_by_page() {
    let (app, document) = start().await;
    let leader = Leader::begin(&app).await;
    for sequence in 1..=5 {
        let record = leader.decision(sequence);
        app.store.record_decision(&leader.lead, &record).await.unwrap();
    }
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let reply = app.get(&format!("{SCALING}/history?limit=2{next}")).await;
        assert_documented(&document, ("get", &path("history")), &reply);
        let body = reply.json();
        let decisions = body["decisions"].as_array().unwrap().iter();
        found.extend(decisions.map(|one| one["sequence"].as_u64().unwrap()));
        match body["pagination"]["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(found, [5, 4, 3, 2, 1]);
    let changes = app.get(&format!("{SCALING}/history?changes=true")).await.json();
    assert_eq!(changes["decisions"].as_array().unwrap().len(), 3);
    let wrong = app.get(&format!("{SCALING}/history?changes=yes&since=now")).await;
    wrong.problem(422, "validation_failed");

    let stands = scaling(&app, &document).await;
    assert_eq!(stands["lastDecision"]["target"], 3);
    assert_eq!(stands["workers"], json!({"wanted": 2, "living": 0}));
    assert!(stands["lastDecision"]["record"]["policy"].is_object());
}

/// P17: what cannot be sent is not called accepted.
#[tokio::test(flavor = "multi_thread")]
async fn without_redis_no_command_is_taken() {
    let setup = Setup::default().without_worker().redis("redis://127.0.0.1:1");
    let app = setup.start().await;
    let refused = app.post(&path("mode"), &json!({"mode": "act"})).await;
    refused.problem(503, "queue_unavailable");
    assert_eq!(app.get(SCALING).await.json()["scaling"]["steering"], json!({}));
}

/// P41: whoever copies an example is understood.
#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_a_command_is_understood_and_fits_its_schema() {
    let (app, document) = start().await;
    let _leader = Leader::begin(&app).await;
    for name in ["pause", "pin", "limits", "mode", "confirm"] {
        let form = format!("{}{}Request", name[..1].to_uppercase(), &name[1..]);
        let schema = named(&document, &form);
        for example in schema["examples"].as_array().unwrap() {
            assert_eq!(violations(&document, schema, example), [""; 0], "{form}");
            let reply = command(&app, &document, name, example).await;
            assert!(matches!(reply.status, 200 | 409), "{form}: {}", reply.text);
        }
    }
}
