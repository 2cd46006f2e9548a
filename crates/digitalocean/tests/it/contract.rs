//! The stand-in and the client against the official description of the API.

use std::time::Duration;

use loadsure_testkit::digitalocean::{Ending, Exchange, Fault, Route};
use serde_json::{Value, json};

use crate::support::openapi::OpenApi;
use crate::support::{PATIENCE, World, spec};

const SKIPPED: &str = "skipped: the official description of the API is not beside this repository";

/// Has every call answered in every way that the stand-in knows.
async fn exchanges() -> Vec<Exchange> {
    let mut spec = spec();
    // The official description of a spec lacks what the official client has: variables of the whole app.
    spec.as_object_mut().unwrap().remove("envs");
    spec.pointer_mut("/workers/1")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("to_be_invented");
    let world = World::with(spec).await;
    world
        .platform
        .with(|cloud| cloud.end_next([Ending::Active, Ending::Error]));
    for to in [3, 4] {
        let scaled = world.scale(to).await.unwrap();
        for _ in 0..5 {
            world
                .client
                .deployment(world.app, scaled.deployment)
                .await
                .unwrap();
            world.client.app(world.app).await.unwrap();
            world
                .platform
                .with(|cloud| cloud.advance(Duration::from_secs(35)));
        }
        world
            .client
            .follow(world.app, scaled.deployment, PATIENCE, |_| ())
            .await
            .unwrap();
    }
    world.client.replicas(world.app, "worker").await.unwrap();
    for status in [401, 403, 404, 429, 500, 503] {
        let fault = Fault::Status { status, done: false };
        for route in [
            Route::GetApp,
            Route::UpdateApp,
            Route::Propose,
            Route::GetDeployment,
        ] {
            world.platform.with(|cloud| cloud.fail_next(route, fault));
        }
        world.client.app(world.app).await.unwrap_err();
    }
    others(&world).await;
    world.platform.with(|cloud| cloud.exchanges().to_vec())
}

/// The calls that the client does not make.
async fn others(world: &World) {
    let http = reqwest::Client::new();
    let (app, first) = world
        .platform
        .with(|cloud| (world.app.0, cloud.deployments(world.app.0)[0]));
    let target = json!({"deployment_id": first});
    for (method, path, body) in [
        ("GET", "/v2/apps".to_owned(), None),
        ("GET", format!("/v2/apps/{app}/deployments"), None),
        ("GET", "/v2/apps/tiers/instance_sizes".to_owned(), None),
        ("POST", format!("/v2/apps/{app}/rollback/commit"), None),
        ("POST", format!("/v2/apps/{app}/rollback/validate"), Some(&target)),
        ("POST", format!("/v2/apps/{app}/rollback"), Some(&target)),
        ("POST", format!("/v2/apps/{app}/rollback/validate"), Some(&target)),
        ("GET", format!("/v2/apps/{app}"), None),
        ("POST", format!("/v2/apps/{app}/rollback/revert"), None),
    ] {
        let url = format!("{}{path}", world.platform.base_url());
        let request = http
            .request(method.parse().unwrap(), url)
            .bearer_auth(world.platform.token());
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.unwrap();
    }
}

#[tokio::test]
async fn every_answer_of_the_stand_in_is_one_that_the_api_may_give() {
    let Some(mut api) = OpenApi::read("apps-openapi.yaml") else {
        println!("{SKIPPED}");
        return;
    };
    let exchanges = exchanges().await;
    let answered = exchanges
        .iter()
        .filter(|exchange| exchange.response.is_some())
        .count();
    assert!(answered > 40, "{answered}");
    for exchange in exchanges {
        let faults = api.response_faults(&exchange);
        assert!(faults.is_empty(), "{exchange:?}: {faults:?}");
    }
}

#[tokio::test]
async fn every_request_of_the_client_is_one_that_the_api_takes() {
    let Some(mut api) = OpenApi::read("apps-openapi-strict.yaml") else {
        println!("{SKIPPED}");
        return;
    };
    for exchange in exchanges().await {
        let faults = api.request_faults(&exchange);
        assert!(faults.is_empty(), "{exchange:?}: {faults:?}");
        if exchange.route == Some(Route::UpdateApp) {
            let faults = api.request_faults(&spoilt(exchange));
            assert!(!faults.is_empty(), "the description takes anything");
        }
    }
}

/// The same request with one wrong type in the depth of its spec.
fn spoilt(mut exchange: Exchange) -> Exchange {
    let grace = "/spec/workers/1/termination/grace_period_seconds";
    *exchange.request.as_mut().unwrap().pointer_mut(grace).unwrap() = Value::from("120");
    exchange
}
