//! Asking the insurer about a certificate.

use loadsure_core::booking;
use loadsure_core::certificate::Status;
use loadsure_core::ports::{CertificateTask, Certificates as _};
use loadsure_store::Found;

use crate::support::*;

/// P15: what the insurer says now replaces what was known; what it leaves out stays.
#[tokio::test]
async fn a_refresh_records_what_is_said_and_keeps_the_rest() {
    let setup = Setup::new().await;
    let booking = setup.certificate("c-1").await;
    let number = "c-1".parse().unwrap();
    for (word, expected) in [
        ("ON_HOLD", "ON_HOLD"),
        ("canceled", "CANCELLED"),
        ("ACTIVE", "CANCELLED"),
    ] {
        let job = job();
        let task = CertificateTask::Refresh;
        let found = setup
            .store
            .ask_about_certificate(setup.tenant, &number, task, &job)
            .await;
        assert_eq!(found.unwrap(), Found::Yes(job.id));
        let work = setup
            .store
            .certificate_work(first(job.id))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((work.user_id.as_str(), work.task), ("u-1", task));
        let mut facts = facts("c-1");
        facts.status = Status::from_insurer(word);
        facts.certificate_link = None;
        setup.store.record_facts(first(job.id), &facts).await.unwrap();
        assert!(
            setup
                .store
                .certificate_work(first(job.id))
                .await
                .unwrap()
                .is_none()
        );
        let known = setup
            .store
            .certificate(setup.tenant, &number)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(known.facts.status.as_str(), expected);
        assert_eq!(
            known.facts.certificate_link.as_deref(),
            Some("https://example.com/c.pdf")
        );
    }
    assert_eq!(setup.booking_status(booking).await, booking::Status::Cancelled);
}

#[tokio::test]
async fn a_fresh_link_is_kept() {
    let setup = Setup::new().await;
    setup.certificate("c-1").await;
    let (number, job) = ("c-1".parse().unwrap(), job());
    let task = CertificateTask::Document;
    setup
        .store
        .ask_about_certificate(setup.tenant, &number, task, &job)
        .await
        .unwrap();
    setup
        .store
        .record_link(first(job.id), &number, "https://example.com/new.pdf")
        .await
        .unwrap();
    let known = setup
        .store
        .certificate(setup.tenant, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        known.facts.certificate_link.as_deref(),
        Some("https://example.com/new.pdf")
    );
    assert!(
        setup
            .store
            .certificate_work(first(job.id))
            .await
            .unwrap()
            .is_none()
    );
}
