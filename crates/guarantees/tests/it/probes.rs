//! What the services ask of Redis while they are looked at.

use std::time::Duration;

use deadpool_redis::redis::{Value, cmd};
use loadsure_testkit::servers::free_port;
use serde_json::json;
use tokio::time::Instant;

use crate::stack::{BOOKINGS, DEADLINE, QUOTES, Stack, quote, send};

const PASSWORD: &str = "probes";

/// Waits until that place answers 200.
async fn answers(stack: &Stack, url: &str) {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let answer = stack.http.get(url).send().await;
        if answer.is_ok_and(|answer| answer.status() == 200) {
            return;
        }
        assert!(Instant::now() < deadline, "{url} does not answer 200");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// P51: neither a probe nor anything else walks through the keys of Redis: a user who may not do it notices nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_searches_redis_for_keys() {
    let stack = Stack::set().await;
    let user = format!("probes-{}", uuid::Uuid::now_v7());
    let mut admin = stack.redis_connection().await;
    let rules = [
        "on",
        &format!(">{PASSWORD}"),
        "~*",
        "&*",
        "+@all",
        "-keys",
        "-scan",
    ];
    let mut create = cmd("ACL");
    create.arg("SETUSER").arg(&user).arg(&rules);
    create.exec_async(&mut admin).await.unwrap();
    let redis = stack
        .redis_url()
        .replacen("://", &format!("://{user}:{PASSWORD}@"), 1);
    let ports = [free_port().unwrap(), free_port().unwrap()];
    let [worker_at, monitor_at] = ports.map(|port| format!("127.0.0.1:{port}"));
    let own = [("REDIS_URL", redis.as_str()), ("REDIS_CACHE_URL", redis.as_str())];
    let with = |at| [own[0], own[1], ("METRICS_ADDR", at)];

    let api = stack.api_with("20000", &own).await;
    let _worker = stack.worker(&with(&worker_at)).await;
    let _monitor = stack.monitor(&with(&monitor_at)).await;
    for host in [&worker_at, &monitor_at] {
        for path in ["health/ready", "health/live", "metrics"] {
            answers(&stack, &format!("http://{host}/{path}")).await;
        }
    }
    for path in ["health", "health/ready", "health/live"] {
        answers(&stack, &format!("{}/{path}", api.url)).await;
    }
    let (status, _, priced) = send(api.post(&stack.http, QUOTES, &quote())).await;
    assert_eq!(status, 201, "{priced}");
    let order = json!({"quoteId": priced["quote"]["quoteId"]});
    let (status, _, body) = send(api.post(&stack.http, BOOKINGS, &order)).await;
    assert_eq!(status, 201, "{body}");

    let log: Value = cmd("ACL").arg("LOG").query_async(&mut admin).await.unwrap();
    assert!(!format!("{log:?}").contains(&user), "{log:?}");
    let mut delete = cmd("ACL");
    delete.arg("DELUSER").arg(&user);
    delete.exec_async(&mut admin).await.unwrap();
}
