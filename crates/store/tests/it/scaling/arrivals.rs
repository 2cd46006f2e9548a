//! Arrivals, as the outbox knows them.

use loadsure_core::job::Kind;
use loadsure_store::scaling::ArrivalsFilter;

use super::*;

async fn all(setup: &Setup, filter: ArrivalsFilter) -> Vec<i64> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = setup.store.arrivals(&filter, after, 2).await.unwrap();
        found.extend(page.at_ms);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn every_job_arrived_once_and_when_it_was_accepted() {
    let setup = Setup::new().await;
    for _ in 0..3 {
        setup.quote().await;
    }
    setup.store.accept_refresh(&job(), None).await.unwrap();
    setup
        .run(
            "UPDATE jobs j SET attempt = 4, created_at = timestamptz '2026-05-20T10:00:00Z' + n * interval '1500 ms'
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM jobs) numbered WHERE numbered.id = j.id",
        )
        .await;
    let start = time::macros::datetime!(2026-05-20 10:00 UTC);
    let after = |ms: i64| start.unix_timestamp() * 1000 + ms;
    let everything = all(&setup, ArrivalsFilter::default()).await;
    assert_eq!(everything, [1500, 3000, 4500, 6000].map(after));
    let kind = Some(Kind::SupportData);
    let of_kind = ArrivalsFilter {
        kind,
        ..ArrivalsFilter::default()
    };
    assert_eq!(all(&setup, of_kind).await, [after(6000)]);
    let window = ArrivalsFilter {
        kind: None,
        since: Some(start + Duration::from_millis(3000)),
        until: Some(start + Duration::from_millis(6000)),
    };
    assert_eq!(all(&setup, window).await, [3000, 4500].map(after));
}
