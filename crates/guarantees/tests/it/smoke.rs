//! The smoke test of deployments, against the real service.

use loadsure_deploy::Smoke;
use loadsure_sandbox::Operation;
use tokio::time::{Instant, sleep};

use crate::stack::{DEADLINE, Stack};

/// P62: what a deployment is judged by is what the service really answers.
#[tokio::test]
async fn the_smoke_test_of_a_deployment_buys_and_gives_back_what_it_bought() {
    let stack = Stack::set().await;
    let api = stack.api("20000").await;
    let _worker = stack.worker(&[]).await;
    let list = format!("{}/api/support-data/freight-classes", api.url);
    let deadline = Instant::now() + DEADLINE;
    loop {
        let items: serde_json::Value = stack.http.get(&list).send().await.unwrap().json().await.unwrap();
        if items.as_array().is_some_and(|items| !items.is_empty()) {
            break;
        }
        assert!(Instant::now() < deadline, "no reference data: {items}");
        sleep(std::time::Duration::from_millis(50)).await;
    }
    let smoke = Smoke {
        base_url: api.url.parse().unwrap(),
        key: "a key that nobody asks for".to_owned().into(),
    };
    let mut said = Vec::new();
    smoke.run(&stack.store, |step| said.push(step)).await.unwrap();
    assert_eq!(said.last(), Some(&"queue drained"));
    for operation in [Operation::PurchaseQuote, Operation::CancelCertificate] {
        assert_eq!(stack.sandbox.requests(operation).len(), 1, "{operation:?}");
    }
}
