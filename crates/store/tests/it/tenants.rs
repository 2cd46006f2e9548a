//! Tenants see their own records and keys.

use loadsure_core::booking::Order;
use loadsure_core::cancellation;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::ports::CertificateTask;
use loadsure_store::keys::{Scope, hash};
use loadsure_store::{Acceptance, Filter, Found, NewBooking};
use serde_json::json;

use crate::support::*;

/// P28: another tenant's record is not there, whatever is asked of it.
#[tokio::test]
async fn another_tenants_records_are_not_there() {
    let setup = Setup::new().await;
    let store = &setup.store;
    let booking = setup.certificate("c-1").await;
    let quote = setup.active_quote().await;
    let number = "c-1".parse().unwrap();
    let other = store.create_tenant("other").await.unwrap();
    assert!(store.quote(other, quote).await.unwrap().is_none());
    assert!(store.booking(other, booking).await.unwrap().is_none());
    assert!(store.certificate(other, &number).await.unwrap().is_none());
    let filter = Filter {
        tenant: other,
        ..setup.everything(10)
    };
    assert!(store.quotes(&filter).await.unwrap().items.is_empty());
    assert!(store.bookings(&filter).await.unwrap().items.is_empty());
    assert!(store.certificates(&filter).await.unwrap().items.is_empty());

    let order = Order {
        quote,
        send_emails_to: Vec::new(),
        callback_url: None,
    };
    let new = NewBooking {
        tenant: other,
        order: &order,
        job: job(),
    };
    let booked = store.accept_booking(&new, None).await.unwrap();
    assert!(
        matches!(booked, Acceptance::Refused(ErrorCode::QuoteNotFound, None)),
        "{booked:?}"
    );
    let body = json!({"userId": "u-1", "reason": "CANNLN"});
    let order = cancellation::Order::parse("c-1".parse().unwrap(), &body).unwrap();
    let cancelled = store
        .accept_cancellation(other, &order, &job(), None)
        .await
        .unwrap();
    assert!(
        matches!(
            cancelled,
            Acceptance::Refused(ErrorCode::CertificateNotFound, None)
        ),
        "{cancelled:?}"
    );
    let task = CertificateTask::Refresh;
    let asked = store
        .ask_about_certificate(other, &number, task, &job())
        .await
        .unwrap();
    assert_eq!(asked, Found::No);
}

/// P28: the same key of another tenant is another key.
#[tokio::test]
async fn an_idempotency_key_belongs_to_its_tenant() {
    let setup = Setup::new().await;
    let quote = setup.active_quote().await;
    setup.book(quote, Some(&key("k", 1))).await;
    let other = setup.store.create_tenant("other").await.unwrap();
    assert_eq!(setup.store.find_replay(other, &key("k", 1)).await.unwrap(), None);
}

/// P30: a revoked key opens nothing, and no key is stored.
#[tokio::test]
async fn a_revoked_key_is_not_found() {
    let setup = Setup::new().await;
    use secrecy::ExposeSecret as _;
    let created = setup
        .store
        .create_key(setup.tenant, "shop", &Scope::ALL, "test")
        .await
        .unwrap();
    let hashed = hash(created.key.expose_secret());
    let found = setup.store.key_by_hash(&hashed).await.unwrap().unwrap();
    assert_eq!((found.id, found.scopes), (created.record.id, Scope::ALL.to_vec()));
    assert!(setup.store.revoke_key(found.id, "test").await.unwrap());
    assert!(!setup.store.revoke_key(found.id, "test").await.unwrap());
    assert!(setup.store.key_by_hash(&hashed).await.unwrap().is_none());
    assert!(setup.store.key_by_hash(&[0; 32]).await.unwrap().is_none());
}
