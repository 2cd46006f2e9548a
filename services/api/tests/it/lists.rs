//! Lists, their pages and filters.

use loadsure_store::keys::Scope;
use serde_json::{Value, json};

use crate::support::bodies::{flat, with};
use crate::support::{BOOKINGS, QUOTES, Setup, TestApp};

const NUMBERED: &str = "/api/insurance/quotes/list";

async fn with_quotes(count: usize) -> TestApp {
    let app = Setup::default().without_worker().start().await;
    for number in 1..=count {
        let body = with(flat(), "/freightId", json!(format!("FR-{number}")));
        let reply = app.post_with(QUOTES, &body, ("prefer", "respond-async")).await;
        assert_eq!(reply.status, 202, "{}", reply.text);
    }
    app
}

fn freight_ids(body: &Value) -> Vec<&str> {
    let quotes = body["quotes"].as_array().unwrap();
    quotes
        .iter()
        .map(|quote| quote["freightId"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_leads_through_all_pages_while_new_items_arrive() {
    let app = with_quotes(5).await;
    let first = app.get(&format!("{QUOTES}?limit=2")).await.json();
    assert_eq!(freight_ids(&first), ["FR-5", "FR-4"]);
    let late = with(flat(), "/freightId", json!("FR-late"));
    app.post_with(QUOTES, &late, ("prefer", "respond-async")).await;
    let next = |page: &Value| {
        let cursor = page["pagination"]["nextCursor"].as_str().unwrap();
        format!("{QUOTES}?limit=2&cursor={cursor}")
    };
    let second = app.get(&next(&first)).await.json();
    assert_eq!(freight_ids(&second), ["FR-3", "FR-2"]);
    let third = app.get(&next(&second)).await.json();
    assert_eq!(freight_ids(&third), ["FR-1"]);
    assert_eq!(third["pagination"], json!({"limit": 2}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_form_counts_pages() {
    let app = with_quotes(3).await;
    let page = app.get(&format!("{NUMBERED}?page=2&limit=2")).await.json();
    assert_eq!(page["status"], "success");
    assert_eq!(freight_ids(&page), ["FR-1"]);
    assert_eq!(
        page["pagination"],
        json!({"total": 3, "page": 2, "limit": 2, "pages": 2})
    );
    let first = app.get(NUMBERED).await.json();
    assert_eq!(
        first["pagination"],
        json!({"total": 3, "page": 1, "limit": 50, "pages": 1})
    );
}

/// P33: a wildcard is a character like any other.
#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_a_list() {
    let app = with_quotes(2).await;
    let listed = async |query: &str| {
        let reply = app.get(&format!("{QUOTES}?{query}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["quotes"].as_array().unwrap().len()
    };
    assert_eq!(listed("freightId=FR-1").await, 1);
    assert_eq!(listed("poNumber=PO-77").await, 2);
    assert_eq!(listed("status=requested").await, 2);
    assert_eq!(listed("status=active").await, 0);
    assert_eq!(listed("createdAfter=2020-01-01T00:00:00Z").await, 2);
    assert_eq!(listed("createdBefore=2020-01-01T00:00:00Z").await, 0);
    assert_eq!(listed("freightId=FR-%25").await, 0);
}

/// P40: a parameter that is not understood is refused, not ignored.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_parameters_are_listed_at_once() {
    let app = Setup::default().without_worker().start().await;
    let query = "limit=0&cursor=x&status=nice&createdAfter=yesterday&freightId=a&freightId=b&colour=red";
    let reply = app.get(&format!("{QUOTES}?{query}")).await;
    reply.problem(422, "validation_failed");
    let expected = [
        ("cursor", "not_an_id"),
        ("limit", "out_of_range"),
        ("status", "not_one_of"),
        ("createdAfter", "not_a_date"),
        ("freightId", "duplicate"),
        ("colour", "unknown_field"),
    ];
    assert_eq!(
        reply.errors(),
        expected.map(|(path, code)| (path.to_owned(), code.to_owned()))
    );
    for query in ["page=0", "page=x", "limit=201", "cursor=AAAA"] {
        let reply = app.get(&format!("{NUMBERED}?{query}")).await;
        reply.problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bookings_are_listed_with_their_certificates() {
    let app = TestApp::start().await;
    let order = TestApp::order(&app.quoted().await);
    let booked = app.post(BOOKINGS, &order).await.json();
    for path in [
        BOOKINGS,
        "/api/insurance/bookings/list",
        "/api/insurance/bookings?status=active&poNumber=PO-77",
    ] {
        let page = app.get(path).await.json();
        assert_eq!(page["bookings"], json!([booked["booking"]]), "{path}");
    }
    let other = app.store.create_tenant("other").await.unwrap();
    let key = app.new_key(other, &[Scope::Read]).await;
    let request = app.anonymous(reqwest::Method::GET, "/api/insurance/bookings/list");
    let page = crate::support::Reply::of(request.bearer_auth(key)).await.json();
    assert_eq!(page["pagination"]["total"], 0);
}
