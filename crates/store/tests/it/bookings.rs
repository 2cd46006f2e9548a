//! Buying at most once.

use std::time::Duration;

use loadsure_core::booking::{Conclusion, Status};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Ticket;
use loadsure_core::ports::Bookings as _;
use loadsure_core::retry::Backoff;
use loadsure_core::{certificate, quote};
use loadsure_store::{Acceptance, JobState};
use tokio::task::JoinSet;

use crate::support::*;

/// P2: of sixteen requests for one quote, one buys; the others learn which.
#[tokio::test]
async fn one_quote_has_one_booking() {
    let setup = std::sync::Arc::new(Setup::new().await);
    let quote = setup.active_quote().await;
    let mut requests = JoinSet::new();
    for number in 0..16 {
        let setup = std::sync::Arc::clone(&setup);
        requests.spawn(async move {
            let own = key(&format!("k{number}"), 1);
            setup.book(quote, (number % 2 == 0).then_some(&own)).await
        });
    }
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    while let Some(answer) = requests.join_next().await {
        match answer.unwrap() {
            Acceptance::Accepted((booking, _)) => accepted.push(booking.as_uuid()),
            Acceptance::Refused(ErrorCode::QuoteAlreadyBooked, id) => refused.push(id.unwrap()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((accepted.len(), refused.len()), (1, 15));
    assert!(refused.iter().all(|id| *id == accepted[0]));
    assert_eq!(setup.count("bookings").await, 1);
    assert_eq!(setup.count("jobs WHERE kind = 'booking'").await, 1);
}

/// P2: of workers that got the same job, one starts to buy.
#[tokio::test]
async fn a_purchase_is_started_once() {
    let setup = Setup::new().await;
    let (_, booking, ticket) = setup.booking().await;
    let start = || setup.store.start_purchase(ticket, booking);
    let started = tokio::join!(start(), start(), start());
    let started = [started.0, started.1, started.2].map(Result::unwrap);
    assert_eq!(started.iter().flatten().count(), 1);
    assert_eq!(setup.count("booking_attempts").await, 1);
    assert_eq!(setup.booking_status(booking).await, Status::Purchasing);
    let work = setup.store.purchase_work(ticket).await.unwrap().unwrap();
    assert_eq!(work.status, Status::Purchasing);
    assert!(work.purchasing_for.is_some());
}

/// P8: not even a purchase that was accepted in time is sent too late.
#[tokio::test]
async fn an_expired_quote_is_not_bought() {
    let setup = Setup::new().await;
    let (_, booking, ticket) = setup.booking().await;
    setup
        .run("UPDATE quotes SET expires_at = now() - interval '1 ms'")
        .await;
    assert_eq!(setup.store.start_purchase(ticket, booking).await.unwrap(), None);
    let work = setup.store.purchase_work(ticket).await.unwrap().unwrap();
    assert_eq!(work.quote_status, quote::Status::Expired);
}

/// P3, P15: the certificate, the booking, the quote and the job change together, and only once.
#[tokio::test]
async fn a_purchase_is_concluded_once() {
    let setup = Setup::new().await;
    let (quote, booking, ticket) = setup.booking().await;
    setup.store.start_purchase(ticket, booking).await.unwrap();
    for _ in 0..2 {
        setup
            .store
            .conclude_purchase(ticket, attempt(booking, 1), &bought("c-1"))
            .await
            .unwrap();
    }
    assert!(setup.store.purchase_work(ticket).await.unwrap().is_none());
    assert_eq!(setup.quote_status(quote).await, quote::Status::Booked);
    let found = setup.store.booking(setup.tenant, booking).await.unwrap().unwrap();
    assert_eq!(found.status, Status::Active);
    let certificate = found.certificate.unwrap();
    assert_eq!(certificate.facts.status, certificate::Status::Active);
    assert_eq!(
        certificate.facts.currency.as_deref(),
        Some("USD"),
        "from the quote"
    );
    assert_eq!(setup.count("certificates").await, 1);
    assert_eq!(setup.count("audit_log").await, 0);
    let job = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(job.state, JobState::Done);
    let again = setup.book(quote, None).await;
    let refused = matches!(again, Acceptance::Refused(ErrorCode::QuoteAlreadyBooked, Some(id)) if id == booking.as_uuid());
    assert!(refused, "{again:?}");
}

/// P1: what was lost from sight is neither bought nor free to be bought.
#[tokio::test]
async fn an_unknown_outcome_blocks_the_quote() {
    let setup = Setup::new().await;
    let (quote, booking, ticket) = setup.booking().await;
    setup.store.start_purchase(ticket, booking).await.unwrap();
    let lost = Conclusion::LostSight("no answer in time".to_owned());
    setup
        .store
        .conclude_purchase(ticket, attempt(booking, 1), &lost)
        .await
        .unwrap();
    assert_eq!(setup.booking_status(booking).await, Status::OutcomeUnknown);
    assert_eq!(setup.store.start_purchase(ticket, booking).await.unwrap(), None);
    let refused = setup.book(quote, None).await;
    assert!(
        matches!(refused, Acceptance::Refused(ErrorCode::QuoteAlreadyBooked, _)),
        "{refused:?}"
    );

    // The answer that came late after all.
    setup
        .store
        .conclude_purchase(ticket, attempt(booking, 1), &bought("c-1"))
        .await
        .unwrap();
    assert_eq!(setup.booking_status(booking).await, Status::Active);
}

/// P4: a second certificate for a booking is a case for a person, and never forgotten.
#[tokio::test]
async fn a_second_certificate_is_audited() {
    let setup = Setup::new().await;
    let booking = setup.certificate("c-1").await;
    let ticket = first(loadsure_core::id::JobId::generate());
    setup
        .store
        .conclude_purchase(ticket, attempt(booking, 1), &bought("c-2"))
        .await
        .unwrap();
    let found = setup.store.booking(setup.tenant, booking).await.unwrap().unwrap();
    assert_eq!(found.certificate.unwrap().facts.number.as_str(), "c-1");
    let kept: String = setup
        .value(
            "SELECT after ->> 'certificateNumber' FROM audit_log WHERE action = 'booking.second_certificate'",
        )
        .await;
    assert_eq!(kept, "c-2");
}

/// P4, P37: what the insurer says beside the number must not cost the certificate.
#[tokio::test]
async fn facts_that_cannot_be_stored_do_not_cost_the_certificate() {
    let strange: [fn(&mut certificate::Facts); 4] = [
        |facts| facts.status = certificate::Status::from_insurer(""),
        |facts| facts.premium = Some(rust_decimal::Decimal::MAX),
        |facts| facts.product_name = Some("nul \0 byte".to_owned()),
        |facts| facts.status = certificate::Status::Other("nul \0 byte".to_owned()),
    ];
    let setup = Setup::new().await;
    for (index, spoil) in strange.iter().enumerate() {
        let (_, booking, ticket) = setup.booking().await;
        setup.store.start_purchase(ticket, booking).await.unwrap();
        let mut facts = facts(&format!("c-{index}"));
        spoil(&mut facts);
        let bought = Conclusion::Bought(Box::new(facts));
        setup
            .store
            .conclude_purchase(ticket, attempt(booking, 1), &bought)
            .await
            .unwrap();
        let found = setup.store.booking(setup.tenant, booking).await.unwrap().unwrap();
        assert_eq!(found.status, Status::Active, "{index}");
        assert_eq!(
            found.certificate.unwrap().facts.number.as_str(),
            format!("c-{index}")
        );
    }
}

#[tokio::test]
async fn a_postponed_purchase_comes_back_as_the_next_attempt() {
    let setup = Setup::new().await;
    let (_, booking, ticket) = setup.booking().await;
    let attempt = setup
        .store
        .start_purchase(ticket, booking)
        .await
        .unwrap()
        .unwrap();
    let backoff = Backoff {
        at_least: Duration::from_secs(600),
        spread: Duration::ZERO,
        counts: true,
    };
    setup
        .store
        .postpone_purchase(ticket, attempt, backoff, "refused")
        .await
        .unwrap();
    assert!(
        setup.store.purchase_work(ticket).await.unwrap().is_none(),
        "P21: it is stale"
    );
    let next = Ticket { attempt: 2, ..ticket };
    let work = setup.store.purchase_work(next).await.unwrap().unwrap();
    assert_eq!((work.status, work.purchasing_for), (Status::Requested, None));
    let started = setup.store.start_purchase(next, booking).await.unwrap().unwrap();
    assert_eq!(started.number, 2);
    // The first attempt comes to life again.
    setup
        .store
        .postpone_purchase(ticket, attempt, backoff, "late")
        .await
        .unwrap();
    assert_eq!(setup.booking_status(booking).await, Status::Purchasing);
    let job = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(job.attempt, 2);
}

#[tokio::test]
async fn a_booking_that_failed_is_opened_again_not_made_twice() {
    let setup = Setup::new().await;
    let (quote, booking, ticket) = setup.booking().await;
    let given_up = Conclusion::GivenUp(ErrorCode::InsurerUnavailable);
    setup
        .store
        .conclude_purchase(ticket, attempt(booking, 0), &given_up)
        .await
        .unwrap();
    let failed = setup.store.booking(setup.tenant, booking).await.unwrap().unwrap();
    assert_eq!(failed.failure, Some(ErrorCode::InsurerUnavailable));
    assert_eq!(failed.status, Status::Failed);
    let job = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(job.state, JobState::Dead);
    let again = setup.book(quote, None).await;
    let reopened = matches!(again, Acceptance::Accepted((id, job)) if id == booking && job != ticket.job);
    assert!(reopened, "{again:?}");
    assert_eq!(setup.booking_status(booking).await, Status::Requested);
    assert_eq!(setup.count("bookings").await, 1);
}
