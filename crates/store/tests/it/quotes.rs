//! Accepting and pricing quotes.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::QuoteId;
use loadsure_core::insurer::Reason;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Jobs as _, Quotes as _};
use loadsure_core::quote::{Conclusion, Status};
use loadsure_core::retry::Backoff;
use loadsure_store::{Acceptance, JobState, NewQuote};
use rust_decimal::Decimal;
use std::time::Duration;

use crate::support::*;

#[tokio::test]
async fn a_quote_comes_with_its_job_and_its_key() {
    let setup = Setup::new().await;
    let (id, job, request) = (QuoteId::generate(), job(), request("FR-9"));
    let new = NewQuote {
        id,
        tenant: setup.tenant,
        request: &request,
        job: job.clone(),
    };
    let accepted = setup.store.accept_quote(&new, Some(&key("k", 1))).await.unwrap();
    assert!(matches!(accepted, Acceptance::Accepted(found) if found == job.id));
    let quote = setup.store.quote(setup.tenant, id).await.unwrap().unwrap();
    assert_eq!(
        (quote.status, quote.freight_id.as_str()),
        (Status::Requested, "FR-9")
    );
    let view = setup.store.job(job.id).await.unwrap().unwrap();
    assert_eq!((view.state, view.attempt), (JobState::Pending, 1));
    assert_eq!(setup.count("idempotency_keys").await, 1);

    let work = setup.store.pricing_work(first(job.id)).await.unwrap().unwrap();
    assert_eq!(work.request, request, "P6: what was asked is what is priced");
}

/// A part that fails takes the others with it.
#[tokio::test]
async fn a_quote_without_its_job_does_not_exist() {
    let setup = Setup::new().await;
    setup.run("ALTER TABLE jobs ADD CHECK (kind <> 'quote')").await;
    let request = request("FR-1");
    let new = NewQuote {
        id: QuoteId::generate(),
        tenant: setup.tenant,
        request: &request,
        job: job(),
    };
    setup
        .store
        .accept_quote(&new, Some(&key("k", 1)))
        .await
        .unwrap_err();
    for table in ["quotes", "jobs", "idempotency_keys"] {
        assert_eq!(setup.count(table).await, 0, "{table}");
    }
}

/// P28, P29: PostgreSQL quotes the row that it refuses; what is logged must not.
#[tokio::test]
async fn an_error_of_the_database_shows_no_row() {
    let setup = Setup::new().await;
    setup
        .run("ALTER TABLE quotes ADD CONSTRAINT refuse_all CHECK (freight_id <> 'FR-1')")
        .await;
    let request = request("FR-1");
    let new = NewQuote {
        id: QuoteId::generate(),
        tenant: setup.tenant,
        request: &request,
        job: job(),
    };
    let error = setup.store.accept_quote(&new, None).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.contains("refuse_all") && source.contains("23514"),
        "{source}"
    );
    let shown = format!("{error} {source} {error:?}");
    for personal in ["Ada", "ada@example.com", "Dock", "u-1"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

/// P9, P10: the total is the exact sum, fee included.
#[tokio::test]
async fn a_price_is_kept_to_the_cent() {
    let setup = Setup::new().await;
    let quote = setup.active_quote().await;
    let quote = setup.store.quote(setup.tenant, quote).await.unwrap().unwrap();
    let priced = quote.priced.unwrap();
    assert_eq!(quote.status, Status::Active);
    assert_eq!(priced.fee_amount, Decimal::new(500, 2));
    assert_eq!(priced.total_cost, Decimal::new(5_700, 2));
    assert_eq!(priced.commodity_exclusions, ["Glass"]);
}

/// P38: a token has no length that a column could be too short for.
#[tokio::test]
async fn a_long_token_is_kept_whole() {
    let setup = Setup::new().await;
    let token = "x".repeat(5_000);
    let (id, ticket) = setup.quote().await;
    setup
        .store
        .conclude_pricing(ticket, id, &priced(&token))
        .await
        .unwrap();
    let Acceptance::Accepted((_, job)) = setup.book(id, None).await else {
        panic!("not accepted")
    };
    use loadsure_core::ports::Bookings as _;
    let work = setup.store.purchase_work(first(job)).await.unwrap().unwrap();
    assert_eq!(work.token.unwrap().expose(), token);
}

/// P21: a redelivered job finds that it has ended, and its second result changes nothing.
#[tokio::test]
async fn pricing_is_concluded_once() {
    let setup = Setup::new().await;
    let (id, ticket) = setup.quote().await;
    setup
        .store
        .conclude_pricing(ticket, id, &priced("first"))
        .await
        .unwrap();
    assert!(setup.store.pricing_work(ticket).await.unwrap().is_none());
    let failed = Conclusion::Failed(ErrorCode::InsurerTimeout);
    for again in [priced("second"), failed] {
        setup.store.conclude_pricing(ticket, id, &again).await.unwrap();
    }
    let token: String = setup.value("SELECT quote_token FROM quotes").await;
    assert_eq!(token, "first");
    assert_eq!(setup.quote_status(id).await, Status::Active);
    let job = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!((job.state, job.failure), (JobState::Done, None));
}

/// P21, P22: a message of an earlier attempt finds nothing to do.
#[tokio::test]
async fn a_stale_attempt_finds_nothing() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    let backoff = Backoff {
        at_least: Duration::ZERO,
        spread: Duration::ZERO,
        counts: true,
    };
    setup.store.retry(ticket, backoff, "away").await.unwrap();
    assert!(setup.store.pricing_work(ticket).await.unwrap().is_none());
    setup.store.retry(ticket, backoff, "away").await.unwrap();
    let next = Ticket { attempt: 2, ..ticket };
    assert!(setup.store.pricing_work(next).await.unwrap().is_some());
    let view = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(view.attempt, 2, "the stale retry did not count");
    assert_eq!(view.errors.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_keeps_the_insurers_reasons() {
    let setup = Setup::new().await;
    let (id, ticket) = setup.quote().await;
    let reason = Reason {
        code: Some("LIMIT".to_owned()),
        message: "too much".to_owned(),
        path: None,
    };
    let declined = Conclusion::Declined(vec![reason.clone()]);
    setup.store.conclude_pricing(ticket, id, &declined).await.unwrap();
    let quote = setup.store.quote(setup.tenant, id).await.unwrap().unwrap();
    assert_eq!((quote.status, quote.reasons), (Status::Declined, vec![reason]));
    let view = setup.store.job(ticket.job).await.unwrap().unwrap();
    assert_eq!(view.state, JobState::Done, "a refusal is an answer");
}

/// P8: the clock decides, not the sweep that marks quotes now and then.
#[tokio::test]
async fn a_quote_expires_by_the_clock() {
    let setup = Setup::new().await;
    let id = setup.active_quote().await;
    setup
        .run("UPDATE quotes SET expires_at = now() - interval '1 ms'")
        .await;
    let stored: String = setup.value("SELECT status FROM quotes").await;
    assert_eq!(stored, "active");
    assert_eq!(setup.quote_status(id).await, Status::Expired);
    let refused = setup.book(id, None).await;
    assert!(
        matches!(refused, Acceptance::Refused(ErrorCode::QuoteExpired, None)),
        "{refused:?}"
    );
    assert_eq!(setup.count("bookings").await, 0);
    assert_eq!(setup.store.expire_quotes().await.unwrap(), 1);
    assert_eq!(setup.store.expire_quotes().await.unwrap(), 0);
}

#[tokio::test]
async fn a_quote_that_is_being_bought_is_not_swept() {
    let setup = Setup::new().await;
    setup.booking().await;
    setup
        .run("UPDATE quotes SET expires_at = now() - interval '1 ms'")
        .await;
    assert_eq!(setup.store.expire_quotes().await.unwrap(), 0);
}
