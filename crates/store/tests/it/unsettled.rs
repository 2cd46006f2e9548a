//! What people see who settle unknown outcomes.

use loadsure_core::booking::Status;

use crate::scene::Scene;

#[tokio::test]
async fn an_unknown_outcome_is_listed_with_what_is_needed_to_find_it_at_the_insurers() {
    let scene = Scene::new().await;
    let unknown = scene.unknown().await;
    let listed = scene.store.unsettled(50, None).await.unwrap();
    let [purchase] = &listed.items[..] else {
        panic!("one is listed: {listed:?}");
    };
    assert_eq!(purchase.booking, unknown.booking);
    assert_eq!(purchase.status, Status::OutcomeUnknown);
    assert_eq!(purchase.tenant_name, "local");
    assert_eq!(purchase.freight_id, format!("FR-{}", unknown.quote));
    assert_eq!(purchase.premium, Some("125.50".parse().unwrap()));
    assert_eq!(purchase.attempts, 1);
    assert_eq!(purchase.detail.as_deref(), Some("no answer in time"));
    assert_eq!(purchase.certificate, None);
    assert_eq!(scene.store.unsettled_count().await.unwrap(), 1);
}

#[tokio::test]
async fn only_unknown_outcomes_are_listed_and_counted() {
    let scene = Scene::new().await;
    let (requested, ticket) = scene.book(scene.quote().await).await;
    assert_eq!(scene.store.unsettled_count().await.unwrap(), 0);
    scene.start(ticket, requested).await;
    assert!(scene.store.unsettled(50, None).await.unwrap().items.is_empty());
    let (shown, journal) = scene.store.purchase(requested).await.unwrap().unwrap();
    assert_eq!(shown.status, Status::Purchasing);
    assert_eq!(journal.len(), 1);
    assert_eq!(journal[0].job, ticket.job);
    assert_eq!(journal[0].ended_at, None);
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_from_the_oldest() {
    let scene = Scene::new().await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(scene.unknown().await.booking);
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = scene.store.unsettled(2, after).await.unwrap();
        seen.extend(page.items.iter().map(|purchase| purchase.booking));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_booking_that_does_not_exist_has_no_journal() {
    let scene = Scene::new().await;
    let nobody = loadsure_core::id::BookingId::generate();
    assert!(scene.store.purchase(nobody).await.unwrap().is_none());
}
