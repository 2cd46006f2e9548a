//! Lists.

use loadsure_core::id::QuoteId;
use loadsure_core::quote::Quote;
use loadsure_store::{Filter, Page, Paging};
use time::Duration;

use crate::support::*;

async fn quotes(setup: &Setup, count: usize) -> Vec<QuoteId> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(setup.quote_of(setup.tenant, &format!("FR-{number}")).await.0);
    }
    ids.reverse();
    ids
}

fn ids(page: &Page<Quote>) -> Vec<QuoteId> {
    page.items.iter().map(|quote| quote.id).collect()
}

#[tokio::test]
async fn pages_by_cursor_are_stable_while_quotes_arrive() {
    let setup = Setup::new().await;
    let newest_first = quotes(&setup, 7).await;
    let mut filter = setup.everything(3);
    let mut seen = Vec::new();
    loop {
        let page = setup.store.quotes(&filter).await.unwrap();
        assert_eq!(page.total, None);
        seen.extend(ids(&page));
        setup.quote().await;
        match page.next {
            Some(cursor) => filter.paging = Paging::After(Some(cursor)),
            None => break,
        }
    }
    assert_eq!(seen, newest_first);
}

#[tokio::test]
async fn a_page_that_ends_the_list_has_no_next() {
    let setup = Setup::new().await;
    quotes(&setup, 3).await;
    let page = setup.store.quotes(&setup.everything(3)).await.unwrap();
    assert_eq!((page.items.len(), page.next), (3, None));
    assert!(
        setup
            .store
            .quotes(&setup.everything(2))
            .await
            .unwrap()
            .next
            .is_some()
    );
}

#[tokio::test]
async fn numbered_pages_know_the_total() {
    let setup = Setup::new().await;
    let newest_first = quotes(&setup, 5).await;
    let page = async |number| {
        let filter = Filter {
            paging: Paging::Number(number),
            ..setup.everything(2)
        };
        setup.store.quotes(&filter).await.unwrap()
    };
    for (number, expected) in [
        (1, &newest_first[..2]),
        (2, &newest_first[2..4]),
        (3, &newest_first[4..]),
        (4, &[]),
    ] {
        let page = page(number).await;
        assert_eq!(
            (ids(&page), page.total),
            (expected.to_vec(), Some(5)),
            "page {number}"
        );
    }
}

#[tokio::test]
async fn filters_narrow_a_list() {
    let setup = Setup::new().await;
    let all = quotes(&setup, 3).await;
    let expired = setup.active_quote().await;
    setup
        .run("UPDATE quotes SET expires_at = now(), po_number = 'PO-9' WHERE status = 'active'")
        .await;
    let found = async |narrow: fn(&mut Filter)| {
        let mut filter = setup.everything(10);
        narrow(&mut filter);
        let list = ids(&setup.store.quotes(&filter).await.unwrap());
        filter.paging = Paging::Number(1);
        let total = setup.store.quotes(&filter).await.unwrap().total;
        assert_eq!(
            total,
            i64::try_from(list.len()).ok(),
            "the count has the same conditions"
        );
        list
    };
    assert_eq!(
        found(|filter| filter.freight_id = Some("FR-2".to_owned())).await,
        [all[0]]
    );
    assert_eq!(
        found(|filter| filter.po_number = Some("PO-9".to_owned())).await,
        [expired]
    );
    // P8: by the clock here too.
    assert_eq!(
        found(|filter| filter.status = Some("expired".to_owned())).await,
        [expired]
    );
    assert!(
        found(|filter| filter.status = Some("active".to_owned()))
            .await
            .is_empty()
    );
    let now = setup.store.now().await.unwrap();
    let mut filter = setup.everything(10);
    filter.created_before = Some(now);
    filter.created_after = Some(now - Duration::hours(1));
    assert_eq!(setup.store.quotes(&filter).await.unwrap().items.len(), 4);
    filter.created_before = filter.created_after;
    assert!(setup.store.quotes(&filter).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn bookings_and_certificates_are_listed_alike() {
    let setup = Setup::new().await;
    let first = setup.certificate("c-1").await;
    let second = setup.certificate("c-2").await;
    let by_one = setup.everything(1);
    let page = setup.store.bookings(&by_one).await.unwrap();
    assert_eq!(page.items[0].id, second);
    assert_eq!(
        page.items[0].certificate.as_ref().unwrap().facts.number.as_str(),
        "c-2"
    );
    let rest = Filter {
        paging: Paging::After(page.next),
        ..by_one.clone()
    };
    let page = setup.store.bookings(&rest).await.unwrap();
    assert_eq!((page.items[0].id, page.next), (first, None));

    let page = setup.store.certificates(&by_one).await.unwrap();
    assert_eq!(page.items[0].facts.number.as_str(), "c-2");
    let rest = Filter {
        paging: Paging::After(page.next),
        status: Some("ACTIVE".to_owned()),
        freight_id: Some("FR-1".to_owned()),
        ..by_one
    };
    let page = setup.store.certificates(&rest).await.unwrap();
    assert_eq!((page.items[0].booking, page.next), (first, None));
}
