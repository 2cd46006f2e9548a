//! `loadsurectl keys`.

use loadsure_core::id::ApiKeyId;
use loadsure_store::{keys, local_tenant};
use loadsure_testkit::db::TestDb;
use serde_json::Value;

use crate::support::*;

async fn json(db: &TestDb, arguments: &[&str]) -> Value {
    let output = ctl(db.url(), arguments).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

async fn create(db: &TestDb, more: &[&str]) -> Value {
    let mut arguments = vec!["keys", "create", "--name", "shop", "--json"];
    arguments.extend(more);
    json(db, &arguments).await
}

/// P30: whoever reads the database learns no key.
#[tokio::test]
async fn a_key_is_shown_once_and_stored_as_a_hash() {
    let db = migrated().await;
    let created = create(&db, &["--scopes", "quotes,read,quotes"]).await;
    let key = created["key"].as_str().unwrap();
    assert!(key.starts_with("lsk_") && key.len() == 68);
    assert_eq!(created["tenantId"], local_tenant().to_string());
    assert_eq!(created["scopes"], serde_json::json!(["quotes", "read"]));

    let session = session(&db).await;
    let row = session
        .query_one("SELECT key_hash, api_keys::text FROM api_keys", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, Vec<u8>>(0), keys::hash(key));
    assert!(!row.get::<_, String>(1).contains(key));
    let dump = "SELECT string_agg(audit_log::text, '') FROM audit_log";
    let audit: String = session.query_one(dump, &[]).await.unwrap().get(0);
    assert!(audit.contains("api_key.create") && !audit.contains(key));
    for more in [&["--json"][..], &[]] {
        let listed = ctl(db.url(), &[&["keys", "list"][..], more].concat()).await;
        assert!(stdout(&listed).contains("shop") && !stdout(&listed).contains(key));
    }
}

#[tokio::test]
async fn a_tenant_is_made_when_it_is_new_and_found_when_it_is_not() {
    let db = migrated().await;
    let one = create(&db, &["--tenant", "acme", "--scopes", "ops"]).await;
    let two = create(&db, &["--tenant", "acme", "--scopes", "ops"]).await;
    let local = create(&db, &["--scopes", "ops"]).await;
    assert_eq!(one["tenantId"], two["tenantId"]);
    assert_ne!(one["tenantId"], local["tenantId"]);
    let ids = |listed: Value| -> Vec<Value> {
        let keys = listed.as_array().unwrap().clone();
        keys.iter().map(|key| key["id"].clone()).collect()
    };
    let of_tenant = json(&db, &["keys", "list", "--tenant", "acme", "--json"]).await;
    assert_eq!(ids(of_tenant), [one["id"].clone(), two["id"].clone()]);
    assert_eq!(ids(json(&db, &["keys", "list", "--json"]).await).len(), 3);
    let unknown = ctl(db.url(), &["keys", "list", "--tenant", "nobody"]).await;
    assert_eq!(unknown.status.code(), Some(1));
    assert_eq!(stderr(&unknown), "no tenant is called \"nobody\"\n");
}

#[tokio::test]
async fn a_key_is_revoked_once() {
    let db = migrated().await;
    let created = create(&db, &["--scopes", "ops"]).await;
    let id = created["id"].as_str().unwrap();
    let revoked = ctl(db.url(), &["keys", "revoke", id]).await;
    assert_eq!(revoked.status.code(), Some(0), "{}", stderr(&revoked));
    let listed = json(&db, &["keys", "list", "--json"]).await;
    assert!(listed[0]["revokedAt"].is_string());
    for gone in [id.to_owned(), ApiKeyId::generate().to_string()] {
        let output = ctl(db.url(), &["keys", "revoke", &gone]).await;
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).starts_with("no key in force"),
            "{}",
            stderr(&output)
        );
    }
}

#[tokio::test]
async fn people_get_the_key_with_a_word_of_warning() {
    let db = migrated().await;
    let output = ctl(
        db.url(),
        &["keys", "create", "--name", "mine", "--scopes", "read"],
    )
    .await;
    let said = stdout(&output);
    assert!(
        said.contains("key     lsk_") && said.contains("cannot be shown again"),
        "{said}"
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_a_usage_error() {
    let wrong: [&[&str]; 5] = [
        &["keys", "create", "--name", "a", "--scopes", "quotes,everything"],
        &["keys", "create", "--name", " ", "--scopes", "quotes"],
        &["keys", "create", "--name", "a"],
        &["keys", "revoke", "not-an-id"],
        &["frobnicate"],
    ];
    for arguments in wrong {
        let output = program(arguments).output().await.unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).starts_with("error:"), "{arguments:?}");
    }
    let output = program(wrong[0]).output().await.unwrap();
    assert!(stderr(&output).contains("must be one of quotes, bookings, read, webhooks, ops"));
}

#[tokio::test]
async fn without_migrations_the_way_out_is_named() {
    let db = empty().await;
    let output = ctl(db.url(), &["keys", "list"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("run `loadsurectl migrate` first"),
        "{}",
        stderr(&output)
    );
}
