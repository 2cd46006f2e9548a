//! The insurer's reference data.

use std::collections::BTreeMap;
use std::time::Duration;

use loadsure_core::id::JobId;
use loadsure_core::job::Ticket;
use loadsure_core::ports::SupportData as _;
use loadsure_core::support_data::Kind as List;
use loadsure_queue::Event;
use loadsure_sandbox::{Fault, Kind, Operation};
use loadsure_store::keys::Scope;
use loadsure_testkit::proxy::Proxy;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::support::bodies::{flat, with};
use crate::support::proxied::{host_of, through};
use crate::support::{QUOTES, Reply, Setup, TestApp, setup};

const BASE: &str = "/api/support-data";

const LISTS: [(&str, Operation); 6] = [
    ("commodities", Operation::Commodities),
    ("commodity-exclusions", Operation::CommodityExclusions),
    ("equipment-types", Operation::EquipmentTypes),
    ("load-types", Operation::LoadTypes),
    ("freight-classes", Operation::FreightClasses),
    ("terms-of-sales", Operation::TermsOfSales),
];

/// A service whose lists are loaded, in the database and in memory.
async fn loaded() -> TestApp {
    let app = TestApp::start().await;
    for (name, _) in LISTS {
        app.eventually(&format!("{BASE}/{name}"), |reply| reply.status == 200)
            .await;
    }
    app
}

async fn refresh(app: &TestApp) -> Value {
    let reply = app.post(&format!("{BASE}/refresh"), &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_are_those_of_the_insurer_as_bare_arrays() {
    let app = loaded().await;
    for (name, operation) in LISTS {
        let reply = app.get(&format!("{BASE}/{name}")).await;
        let url = format!("{}{}", app.sandbox.base_url(), operation.path());
        let original = Reply::of(
            app.http
                .get(url)
                .bearer_auth(app.sandbox.api_key().expose_secret()),
        )
        .await;
        assert_eq!((reply.status, reply.json()), (200, original.json()), "{name}");
        assert!(!reply.json().as_array().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_list_is_not_sent_it_again() {
    let app = loaded().await;
    let path = format!("{BASE}/commodities");
    let first = app.get(&path).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && first.header("cache-control").contains("max-age="));
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let request = app.request(Method::GET, &path).header("if-none-match", &known);
        let again = Reply::of(request).await;
        assert_eq!(
            (again.status, again.header("etag"), again.text.as_str()),
            (304, tag.as_str(), ""),
            "{known}"
        );
    }
    let request = app
        .request(Method::GET, &path)
        .header("if-none-match", "\"other\"");
    assert_eq!(Reply::of(request).await.status, 200);
}

/// The insurer is never asked while a caller waits for a list.
#[tokio::test(flavor = "multi_thread")]
async fn lists_that_were_never_loaded_are_a_503() {
    let app = Setup::default().without_worker().start().await;
    for (name, operation) in LISTS {
        app.get(&format!("{BASE}/{name}"))
            .await
            .problem(503, "support_data_unavailable");
        assert!(app.sandbox.requests(operation).is_empty());
    }
    app.get(&format!("{BASE}/health"))
        .await
        .problem(503, "support_data_unavailable");
    let status = app.get(&format!("{BASE}/status")).await.json();
    assert_eq!(
        (&status["dataAvailable"], &status["healthStatus"]),
        (&json!(false), &json!("unavailable"))
    );
    assert_eq!(status["lastUpdated"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_tells_which_lists_are_new() {
    let app = loaded().await;
    let body = refresh(&app).await;
    assert_eq!(body["refreshed"].as_array().unwrap().len(), 6, "{body}");
    assert_eq!(body["failed"], json!([]));
    let status = app.get(&format!("{BASE}/status")).await.json();
    assert_eq!(
        (&status["healthStatus"], &status["refreshActive"]),
        (&json!("healthy"), &json!(false))
    );
    assert_eq!(status["counts"]["freight-classes"], 18);
}

/// P42: a list that cannot be refreshed keeps its data and its time, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_list_stays_as_it_was() {
    let app = loaded().await;
    let before = app.get(&format!("{BASE}/status")).await.json();
    let fault = Kind::ServerErrorHtml {
        status: 500,
        commits: false,
    };
    app.sandbox
        .set_faults([Fault::always(Operation::LoadTypes, fault)]);
    let body = refresh(&app).await;
    assert_eq!(
        (&body["failed"], body["refreshed"].as_array().unwrap().len()),
        (&json!(["load-types"]), 5)
    );
    let status = app.get(&format!("{BASE}/status")).await.json();
    assert_eq!(status["healthStatus"], "degraded");
    let time = |status: &Value, name: &str| {
        let lists = status["lists"].as_array().unwrap();
        let list = lists.iter().find(|list| list["name"] == name).unwrap();
        (list["lastUpdated"].clone(), list["lastAttemptFailed"].clone())
    };
    assert_eq!(
        time(&status, "load-types"),
        (time(&before, "load-types").0, json!(true))
    );
    assert_ne!(time(&status, "commodities").0, time(&before, "commodities").0);
    assert_eq!(status["lastUpdated"], time(&before, "load-types").0);
    assert_eq!(app.get(&format!("{BASE}/load-types")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_is_not_waited_for_is_accepted() {
    let app = Setup::default().without_worker().start().await;
    let path = format!("{BASE}/refresh");
    let reply = app
        .post_with(&path, &json!({}), ("prefer", "respond-async"))
        .await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (202, "/api/support-data/status"),
        "{}",
        reply.text
    );
    assert_eq!(
        reply.json(),
        json!({"status": "accepted", "refreshed": [], "failed": []})
    );
}

/// P46: nothing is forgotten by the clock; a list in memory is replaced when a worker says that it has a new one.
#[tokio::test(flavor = "multi_thread")]
async fn every_instance_hears_of_a_refresh() {
    let mut app = loaded().await;
    app.stop_worker().await;
    let path = format!("{BASE}/load-types");
    let old = app.get(&path).await.json();
    let ticket = Ticket {
        job: JobId::generate(),
        attempt: 1,
    };
    let lease = app.store.lease(ticket, Duration::from_secs(60)).await;
    let lease = lease.unwrap().unwrap();
    let new = json!([{"id": "AIRSHIP_11", "name": "Airship"}]);
    assert!(
        app.store
            .save(lease, List::LoadTypes, new.as_array().unwrap())
            .await
            .unwrap()
    );
    assert_eq!(app.get(&path).await.json(), old);
    let event = Event {
        kind: "support_data.refreshed".to_owned(),
        tenant: None,
        subjects: BTreeMap::new(),
        job: None,
        at: OffsetDateTime::now_utc(),
    };
    app.queue.emit(&event).await.unwrap();
    app.eventually(&path, |reply| reply.json() == new).await;
    let body = with(flat(), "/loadTypeId", json!("AIRSHIP_11"));
    let reply = app.post_with(QUOTES, &body, ("prefer", "respond-async")).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
}

/// P46: a database that is away takes no list away that was loaded.
#[tokio::test(flavor = "multi_thread")]
async fn lists_in_memory_outlive_the_database() {
    let db = setup::database().await;
    let proxy = Proxy::start(host_of(db.url())).await.unwrap();
    let database = through(db.url(), &proxy);
    let open = Setup::default().env("AUTH_MODE", "open");
    let app = open.database(database).start().await;
    let path = format!("{BASE}/commodities");
    let list = app.eventually(&path, |reply| reply.status == 200).await;
    proxy.down().await.unwrap();
    app.eventually("/health", |reply| reply.status == 503).await;
    assert_eq!(app.get(&path).await.json(), list.json());
    let status = app.get(&format!("{BASE}/status")).await;
    status.problem(503, "database_unavailable");
}

/// P7, P37: an id that the insurer does not have is refused here, under the name of its field.
#[tokio::test(flavor = "multi_thread")]
async fn quotes_are_checked_against_the_lists() {
    let app = loaded().await;
    let body = with(
        with(flat(), "/commodityId", json!(999)),
        "/freightClass",
        json!("71"),
    );
    let reply = app.post(QUOTES, &body).await;
    reply.problem(422, "validation_failed");
    let unknown = |path: &str| (path.to_owned(), "unknown_id".to_owned());
    assert_eq!(reply.errors(), [unknown("commodityId"), unknown("freightClass")]);
}

/// P44: the schedule is kept where all workers read it, and is changed as often as one likes.
#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_is_kept_for_all_workers() {
    let app = loaded().await;
    let path = format!("{BASE}/schedule");
    for cron in ["15 3 * * *", "0 */6 * * MON-FRI"] {
        let reply = app.post(&path, &json!({"schedule": cron})).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.json()["refreshSchedule"], cron);
        let kept = app.store.schedule().await.unwrap().unwrap();
        assert_eq!(kept.cron, cron);
        assert!(kept.next_run_at > OffsetDateTime::now_utc());
        let status = app.get(&format!("{BASE}/status")).await.json();
        assert_eq!(
            (&status["refreshSchedule"], &status["nextRefresh"]),
            (&json!(cron), &reply.json()["nextRefresh"])
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_schedule_is_refused() {
    let app = Setup::default().without_worker().start().await;
    let path = format!("{BASE}/schedule");
    for (body, expected) in [
        (json!({"schedule": "daily"}), ("schedule", "not_a_cron")),
        (json!({"schedule": "0 0 30 2 *"}), ("schedule", "not_a_cron")),
        (json!({"schedule": 5}), ("schedule", "wrong_type")),
        (json!({}), ("schedule", "required")),
        (
            json!({"schedule": "0 0 * * *", "cron": "x"}),
            ("cron", "unknown_field"),
        ),
    ] {
        let reply = app.post(&path, &body).await;
        reply.problem(422, "validation_failed");
        assert_eq!(
            reply.errors(),
            [(expected.0.to_owned(), expected.1.to_owned())],
            "{body}"
        );
    }
    assert!(app.store.schedule().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_operations_may_refresh_and_schedule() {
    let app = Setup::default().without_worker().start().await;
    let key = app
        .new_key(app.tenant, &[Scope::Read, Scope::Quotes, Scope::Bookings])
        .await;
    for path in ["refresh", "schedule"] {
        let request = app
            .anonymous(Method::POST, &format!("{BASE}/{path}"))
            .bearer_auth(&key);
        Reply::of(request).await.problem(403, "forbidden");
    }
    let key = app.new_key(app.tenant, &[Scope::Ops]).await;
    let request = app
        .anonymous(Method::GET, &format!("{BASE}/commodities"))
        .bearer_auth(&key);
    Reply::of(request).await.problem(403, "forbidden");
}
