//! When work comes back that was put off, and what is known of it.

use std::time::Duration;

use loadsure_core::job::Ticket;
use loadsure_core::ports::Jobs as _;
use loadsure_core::retry::Backoff;

use crate::support::Setup;

/// Draws. Of 400 even ones, fewer than 50 in a given quarter is a thing of once in a hundred million runs.
const DRAWS: u32 = 400;

/// P19: the wait is drawn evenly from the whole back-off, so that what failed together does not come back together; it
/// is never shorter than what the insurer asked for, and the history tells of each attempt.
#[tokio::test]
async fn retries_are_spread_over_the_whole_back_off() {
    let setup = Setup::new().await;
    let (_, Ticket { job, .. }) = setup.quote().await;
    let backoff = Backoff {
        at_least: Duration::from_secs(10),
        spread: Duration::from_secs(8),
        counts: true,
    };
    let mut quarters = [0_u32; 4];
    for attempt in 1..=DRAWS {
        let why = format!("failure {attempt}");
        setup
            .store
            .retry(Ticket { job, attempt }, backoff, &why)
            .await
            .unwrap();
        // Both times are those of one statement.
        let sql = "SELECT extract(epoch FROM due_at - (errors -> -1 ->> 'at')::timestamptz)::float8,
            errors -> -1 ->> 'why', attempt FROM jobs WHERE id = $1";
        let row = setup.sql.query_one(sql, &[&job.as_uuid()]).await.unwrap();
        let wait: f64 = row.get(0);
        assert!((10.0..=18.0).contains(&wait), "{wait} s");
        assert_eq!(row.get::<_, &str>(1), why);
        assert_eq!(u32::try_from(row.get::<_, i32>(2)), Ok(attempt + 1));
        let quarter = [12.0, 14.0, 16.0].iter().filter(|end| wait >= **end).count();
        quarters[quarter] += 1;
    }
    assert!(quarters.iter().all(|count| *count >= DRAWS / 8), "{quarters:?}");
    let history = setup.store.job(job).await.unwrap().unwrap().errors;
    assert_eq!(history.as_array().map(Vec::len), usize::try_from(DRAWS).ok());
}

/// P19: what was only held back here has not failed.
#[tokio::test]
async fn an_attempt_that_was_held_back_does_not_count_among_those_that_failed() {
    let setup = Setup::new().await;
    let (_, Ticket { job, .. }) = setup.quote().await;
    for (attempt, counts) in [(1, false), (2, true), (3, false)] {
        let backoff = Backoff {
            at_least: Duration::ZERO,
            spread: Duration::ZERO,
            counts,
        };
        let ticket = Ticket { job, attempt };
        setup.store.retry(ticket, backoff, "a test").await.unwrap();
    }
    let view = setup.store.job(job).await.unwrap().unwrap();
    assert_eq!((view.attempt, view.failed), (4, 1));
    assert_eq!(view.errors[0]["attempt"], 2);
}
