//! What metrics are told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use loadsure_core::insurer::Operation as Named;
use loadsure_core::ports::Insurer;
use loadsure_core::support_data;
use loadsure_insurer::{Client, Observer};
use loadsure_sandbox::{Kind, Operation};

use crate::support::{Insured, number, request, settings};

#[derive(Debug, Default)]
struct Notes(Mutex<Vec<(Named, &'static str, Duration)>>);

impl Observer for Notes {
    fn observed(&self, operation: Named, outcome: &'static str, took: Duration) {
        self.0.lock().unwrap().push((operation, outcome, took));
    }
}

impl Notes {
    fn taken(&self) -> Vec<(Named, &'static str)> {
        let taken = std::mem::take(&mut *self.0.lock().unwrap());
        taken
            .into_iter()
            .map(|(operation, outcome, _)| (operation, outcome))
            .collect()
    }
}

#[tokio::test]
async fn every_call_is_told_with_its_class() {
    let insured = Insured::start().await;
    let notes = Arc::new(Notes::default());
    let client = insured.client.clone().observed(notes.clone());
    let token = client.quote(&request()).await.unwrap().token;
    insured.spoil(
        Operation::PurchaseQuote,
        Kind::RateLimited { retry_after_s: None },
    );
    client.purchase(&token, &[]).await.unwrap_err();
    insured.spoil(Operation::PurchaseQuote, Kind::ResetAfter);
    client.purchase(&token, &[]).await.unwrap_err();
    client.certificate("u", &number("nobody")).await.unwrap_err();
    client.support_data(support_data::Kind::LoadTypes).await.unwrap();
    let expected = [
        (Named::Quote, "ok"),
        (Named::Purchase, "refused"),
        (Named::Purchase, "unknown"),
        (Named::CertificateSummary, "declined"),
        (Named::SupportData, "ok"),
    ];
    assert_eq!(notes.taken(), expected);
}

#[tokio::test]
async fn time_and_failures_to_send_are_told_too() {
    let insured = Insured::start().await;
    let notes = Arc::new(Notes::default());
    let client = insured.client.clone().observed(notes.clone());
    insured.spoil(
        Operation::Quote,
        Kind::Slow {
            ms: 50,
            commits: false,
        },
    );
    client.quote(&request()).await.unwrap();
    assert!(notes.0.lock().unwrap()[0].2 >= Duration::from_millis(50));
    notes.taken();
    let nowhere = Client::new(settings("http://insurer.invalid"))
        .unwrap()
        .observed(notes.clone());
    nowhere.quote(&request()).await.unwrap_err();
    assert_eq!(notes.taken(), [(Named::Quote, "not_sent")]);
}

#[tokio::test]
async fn headers_can_be_added_to_every_request() {
    let insured = Insured::start().await;
    let client = insured.client.clone().traced(|headers| {
        headers.insert("traceparent", "00-1-1-01".parse().unwrap());
    });
    client.quote(&request()).await.unwrap();
    let recorded = insured.sandbox.requests(Operation::Quote);
    assert_eq!(recorded[0].headers["traceparent"], "00-1-1-01");
}
