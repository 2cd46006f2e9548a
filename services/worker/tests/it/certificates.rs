//! Questions about certificates.

use loadsure_core::certificate::Status;
use loadsure_core::job::Kind;
use loadsure_core::ports::CertificateTask;
use loadsure_sandbox::Operation;
use loadsure_store::{Found, local_tenant};

use crate::support::Stage;

#[tokio::test]
async fn a_certificate_is_refreshed_and_gets_a_fresh_link() {
    let stage = Stage::set().await;
    let _worker = stage.worker().await;
    let (_, certificate) = stage.bought().await;
    for task in [CertificateTask::Refresh, CertificateTask::Document] {
        let job = stage.job();
        let found = stage
            .store
            .ask_about_certificate(local_tenant(), &certificate.facts.number, task, &job);
        assert_eq!(found.await.unwrap(), Found::Yes(job.id));
        assert_eq!(stage.done(Kind::Certificate, job.id).await, "done");
    }
    assert_eq!(stage.sandbox.requests(Operation::CertificateSummary).len(), 1);
    assert_eq!(stage.sandbox.requests(Operation::CertificateUrl).len(), 1);
    let known = stage
        .store
        .certificate(local_tenant(), &certificate.facts.number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(known.facts.status, Status::Active);
    assert!(known.facts.certificate_link.is_some());
}
