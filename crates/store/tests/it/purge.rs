//! What is removed, and what is not.

use loadsure_core::id::QuoteId;
use loadsure_core::ports::{Bookings as _, Jobs as _};

use crate::support::*;

#[tokio::test]
async fn expired_keys_and_old_jobs_go_and_nothing_else_does() {
    let setup = Setup::new().await;
    let quote = setup.active_quote().await;
    setup.book(quote, Some(&key("old", 1))).await;
    let other = setup.active_quote().await;
    setup.book(other, Some(&key("new", 2))).await;
    setup
        .run("UPDATE idempotency_keys SET expires_at = now() WHERE key = 'old'")
        .await;
    let (_, ticket) = setup.quote().await;
    setup.store.finish(ticket, serde_json::json!({})).await.unwrap();
    let (_, _, bought) = setup.booking().await;
    setup.store.finish(bought, serde_json::json!({})).await.unwrap();
    setup
        .run(&format!(
            "INSERT INTO booking_attempts (booking_id, number, job_id)
            SELECT b.id, 7, j.id FROM jobs j JOIN bookings b ON b.id = j.subject_id WHERE j.id = '{}'",
            bought.job
        ))
        .await;
    let before = setup.count("jobs").await;
    let old: i64 = setup
        .value("SELECT count(*) FROM jobs WHERE state = 'done' AND id NOT IN (SELECT job_id FROM booking_attempts)")
        .await;
    assert_eq!(
        setup.store.purge().await.unwrap(),
        1,
        "the key alone: no job is old yet"
    );
    setup
        .run("UPDATE jobs SET finished_at = now() - interval '31 days' WHERE finished_at IS NOT NULL")
        .await;
    assert_eq!(i64::try_from(setup.store.purge().await.unwrap()).unwrap(), old);
    assert_eq!(
        setup.count("jobs").await,
        before - old,
        "the journal keeps its jobs"
    );
    let kept: String = setup.value("SELECT key FROM idempotency_keys").await;
    assert_eq!(kept, "new");
    assert_eq!(setup.store.purge().await.unwrap(), 0);
}

/// Applications name people, so those that led to nothing do not stay for ever.
#[tokio::test]
async fn a_quote_that_led_to_nothing_goes_after_ninety_days() {
    let setup = Setup::new().await;
    let (_, booking, ticket) = setup.booking().await;
    let attempt = setup
        .store
        .start_purchase(ticket, booking)
        .await
        .unwrap()
        .unwrap();
    let bought = setup
        .store
        .conclude_purchase(ticket, attempt, &bought("c-1"))
        .await;
    assert!(bought.unwrap());
    let tried = setup.active_quote().await;
    setup.book(tried, None).await;
    let [expired, active, young] = [
        setup.active_quote().await,
        setup.active_quote().await,
        setup.active_quote().await,
    ];
    let ids = |quotes: &[QuoteId]| {
        let ids: Vec<String> = quotes.iter().map(|id| format!("'{id}'")).collect();
        ids.join(", ")
    };
    let gone = ids(&[tried, expired, young]);
    setup
        .run(&format!(
            "UPDATE quotes SET status = 'expired' WHERE id IN ({gone})"
        ))
        .await;
    let young = ids(&[young]);
    setup
        .run(&format!(
            "UPDATE quotes SET created_at = now() - interval '91 days' WHERE id <> {young}"
        ))
        .await;
    let before = setup.count("quotes").await;

    assert_eq!(setup.store.purge().await.unwrap(), 1);

    assert_eq!(setup.count("quotes").await, before - 1);
    assert!(setup.store.quote(setup.tenant, expired).await.unwrap().is_none());
    assert!(setup.store.quote(setup.tenant, active).await.unwrap().is_some());
    assert_eq!(setup.store.purge().await.unwrap(), 0);
}

#[tokio::test]
async fn what_was_scaled_long_ago_goes_and_what_was_carried_out_stays() {
    let setup = Setup::new().await;
    for age in ["6 days", "8 days"] {
        setup
            .run(&format!(
                "INSERT INTO scaling_decisions (term, sequence, at, target, reason, mode, is_change, is_checkpoint, record)
                    SELECT 1, extract(days FROM interval '{age}'), now() - interval '{age}', 2, 'steady', 'act', false,
                        true, '{{}}';
                INSERT INTO scaling_commands (id, term, actor, command, given_at, applied_at)
                    SELECT gen_random_uuid(), 1, 'ctl', '{{}}', now(), now() - interval '{age}';
                INSERT INTO scaling_monitors (instance, seen_at) SELECT '{age}', now() - interval '{age}';
                WITH made AS (
                    INSERT INTO scaling_proposals (id, term, sequence, made_at, expires_at, from_workers, to_workers,
                        detail, state, decided_at)
                    SELECT gen_random_uuid(), 1, 1, now() - interval '{age}', now() - interval '{age}', 1, 2, '{{}}',
                        'confirmed', now() FROM generate_series(1, 2) RETURNING id)
                INSERT INTO scaling_changes (id, term, sequence, from_workers, to_workers, actuator, proposal_id)
                    SELECT gen_random_uuid(), 1, 1, 1, 2, 'dry-run', id FROM made LIMIT 1"
            ))
            .await;
    }
    let removed = setup.store.purge().await.unwrap();
    assert_eq!(removed, 5, "a decision, a command, a proposal, and both monitors");
    let expected = [
        ("decisions", 1),
        ("commands", 1),
        ("proposals", 3),
        ("changes", 2),
        ("monitors", 0),
    ];
    for (table, left) in expected {
        assert_eq!(setup.count(&format!("scaling_{table}")).await, left, "{table}");
    }
}

/// Each change that is refused or made leaves a row, and so does the proposal that it carried out.
#[tokio::test]
async fn changes_that_ended_go_after_a_year_and_what_they_carried_out_with_them() {
    let setup = Setup::new().await;
    let ages = [
        ("11 months", "now() - interval '11 months'", "'applied'"),
        ("13 months", "now() - interval '13 months'", "'failed'"),
        ("14 months", "NULL", "NULL"),
    ];
    for (age, ended, result) in ages {
        setup
            .run(&format!(
                "WITH made AS (
                    INSERT INTO scaling_proposals (id, term, sequence, made_at, expires_at, from_workers, to_workers,
                        detail, state, decided_at)
                    SELECT gen_random_uuid(), 1, 1, now() - interval '{age}', now() - interval '{age}', 1, 2, '{{}}',
                        'confirmed', now() RETURNING id)
                INSERT INTO scaling_changes (id, term, sequence, started_at, ended_at, from_workers, to_workers,
                    actuator, proposal_id, result)
                    SELECT gen_random_uuid(), 1, 1, now() - interval '{age}', {ended}, 1, 2, 'process', id, {result}
                    FROM made"
            ))
            .await;
    }
    assert_eq!(setup.store.purge().await.unwrap(), 2);
    for table in ["changes", "proposals"] {
        assert_eq!(setup.count(&format!("scaling_{table}")).await, 2, "{table}");
    }
    assert_eq!(setup.store.purge().await.unwrap(), 0);
}
