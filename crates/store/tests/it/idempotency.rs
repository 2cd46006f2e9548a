//! Idempotency keys.

use loadsure_core::cancellation::Order;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{JobId, QuoteId};
use loadsure_store::{Acceptance, Answer, Key, NewQuote, Replay};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::*;

async fn quote_with(setup: &Setup, key: &Key) -> (Acceptance<JobId>, QuoteId) {
    let request = request("FR-1");
    let id = QuoteId::generate();
    let new = NewQuote {
        id,
        tenant: setup.tenant,
        request: &request,
        job: job(),
    };
    (setup.store.accept_quote(&new, Some(key)).await.unwrap(), id)
}

/// P2: a repeated request does nothing new; another request under the same key is refused.
#[tokio::test]
async fn a_key_stands_for_one_request() {
    let setup = Setup::new().await;
    let (accepted, id) = quote_with(&setup, &key("k", 1)).await;
    let Acceptance::Accepted(job) = accepted else {
        panic!("{accepted:?}")
    };
    let (again, _) = quote_with(&setup, &key("k", 1)).await;
    let expected = Replay::Accepted {
        job,
        subject: id.as_uuid(),
    };
    assert!(matches!(again, Acceptance::Replayed(replay) if replay == expected));
    let (other, _) = quote_with(&setup, &key("k", 2)).await;
    assert!(matches!(other, Acceptance::Replayed(Replay::Reused)), "{other:?}");

    let answer = Answer {
        status: 201,
        location: Some("/api/insurance/quotes/1".to_owned()),
        body: json!({"status": "success"}),
    };
    setup
        .store
        .store_answer(setup.tenant, &key("k", 1), &answer)
        .await
        .unwrap();
    let later = Answer {
        status: 500,
        ..answer.clone()
    };
    setup
        .store
        .store_answer(setup.tenant, &key("k", 1), &later)
        .await
        .unwrap();
    let (answered, _) = quote_with(&setup, &key("k", 1)).await;
    assert!(matches!(answered, Acceptance::Replayed(Replay::Answered(found)) if found == answer));
    assert_eq!((setup.count("quotes").await, setup.count("jobs").await), (1, 1));
}

#[tokio::test]
async fn a_key_is_free_again_after_its_time() {
    let setup = Setup::new().await;
    quote_with(&setup, &key("k", 1)).await;
    setup
        .run("UPDATE idempotency_keys SET expires_at = now(), status = 201, body = '{}'")
        .await;
    let found = setup.store.find_replay(setup.tenant, &key("k", 1)).await.unwrap();
    assert_eq!(found, None);
    let (accepted, id) = quote_with(&setup, &key("k", 2)).await;
    let Acceptance::Accepted(job) = accepted else {
        panic!("{accepted:?}")
    };
    let found = setup.store.find_replay(setup.tenant, &key("k", 2)).await.unwrap();
    let subject = id.as_uuid();
    assert_eq!(
        found,
        Some(Replay::Accepted { job, subject }),
        "nothing of the old answer"
    );
}

/// P2: of concurrent requests under one key, one is accepted.
#[tokio::test]
async fn concurrent_requests_under_one_key_are_one() {
    let setup = std::sync::Arc::new(Setup::new().await);
    let mut requests = JoinSet::new();
    for _ in 0..16 {
        let setup = std::sync::Arc::clone(&setup);
        requests.spawn(async move { quote_with(&setup, &key("k", 1)).await.0 });
    }
    let answers = requests.join_all().await;
    let accepted = answers
        .iter()
        .filter(|one| matches!(one, Acceptance::Accepted(_)))
        .count();
    let replayed = answers
        .iter()
        .filter(|one| matches!(one, Acceptance::Replayed(Replay::Accepted { .. })))
        .count();
    assert_eq!((accepted, replayed), (1, 15));
    for table in ["quotes", "jobs", "idempotency_keys"] {
        assert_eq!(setup.count(table).await, 1, "{table}");
    }
}

/// P2: the repeated purchase finds its own booking in the way, and is answered with it.
#[tokio::test]
async fn a_repeated_purchase_is_the_same_one() {
    let setup = Setup::new().await;
    let quote = setup.active_quote().await;
    let accepted = setup.book(quote, Some(&key("k", 1))).await;
    let Acceptance::Accepted((booking, job)) = accepted else {
        panic!("{accepted:?}")
    };
    let again = setup.book(quote, Some(&key("k", 1))).await;
    let expected = Replay::Accepted {
        job,
        subject: booking.as_uuid(),
    };
    assert!(matches!(again, Acceptance::Replayed(replay) if replay == expected));
    let other = setup.book(quote, Some(&key("k", 2))).await;
    assert!(matches!(other, Acceptance::Replayed(Replay::Reused)), "{other:?}");
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let setup = Setup::new().await;
    let (quote, ticket) = setup.quote().await;
    let refused = setup.book(quote, Some(&key("k", 1))).await;
    assert!(
        matches!(refused, Acceptance::Refused(ErrorCode::QuoteNotReady, None)),
        "{refused:?}"
    );
    use loadsure_core::ports::Quotes as _;
    setup
        .store
        .conclude_pricing(ticket, quote, &priced("t"))
        .await
        .unwrap();
    let accepted = setup.book(quote, Some(&key("k", 1))).await;
    assert!(matches!(accepted, Acceptance::Accepted(_)), "{accepted:?}");
}

#[tokio::test]
async fn a_repeated_cancellation_is_the_same_one() {
    let setup = Setup::new().await;
    setup.certificate("c-1").await;
    let body = json!({"userId": "u-1", "reason": "CANNLN"});
    let order = Order::parse("c-1".parse().unwrap(), &body).unwrap();
    let one = key("k", 1);
    let cancel = async || {
        let accepted = setup
            .store
            .accept_cancellation(setup.tenant, &order, &job(), Some(&one))
            .await;
        accepted.unwrap()
    };
    let accepted = cancel().await;
    let Acceptance::Accepted((id, job)) = accepted else {
        panic!("{accepted:?}")
    };
    let expected = Replay::Accepted {
        job,
        subject: id.as_uuid(),
    };
    assert!(matches!(cancel().await, Acceptance::Replayed(replay) if replay == expected));
    assert_eq!(setup.count("cancellations").await, 1);
    assert_eq!(setup.count("jobs WHERE kind = 'cancellation'").await, 1);
}
