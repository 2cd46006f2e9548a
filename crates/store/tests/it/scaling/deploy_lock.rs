//! The deploy lock.

use super::*;

#[tokio::test]
async fn one_deployment_at_a_time_holds_the_lock_until_it_gives_it_back() {
    let setup = Setup::new().await;
    let store = &setup.store;
    assert!(!store.deploy_is_locked().await.unwrap());
    assert!(store.lock_deploy("run 1", LENGTH).await.unwrap());
    assert!(
        store.lock_deploy("run 1", LENGTH).await.unwrap(),
        "each step asks"
    );
    assert!(!store.lock_deploy("run 2", LENGTH).await.unwrap());
    assert!(!store.prolong_deploy_lock("run 2", LENGTH).await.unwrap());
    assert!(!store.unlock_deploy("run 2").await.unwrap());
    assert!(store.deploy_is_locked().await.unwrap());
    assert_eq!(store.deploy_holder().await.unwrap().as_deref(), Some("run 1"));
    assert!(store.unlock_deploy("run 1").await.unwrap());
    assert!(!store.deploy_is_locked().await.unwrap());
    assert!(store.lock_deploy("run 2", LENGTH).await.unwrap());
}

/// Whatever was done under a lock that has ended may have been done beside another deployment.
#[tokio::test]
async fn a_lock_that_has_ended_is_not_prolonged() {
    let setup = Setup::new().await;
    let store = &setup.store;
    assert!(store.lock_deploy("run 1", LENGTH).await.unwrap());
    let until = "SELECT until FROM leases WHERE name = 'deploy'";
    let first: OffsetDateTime = setup.value(until).await;
    assert!(store.prolong_deploy_lock("run 1", LENGTH * 2).await.unwrap());
    assert!(setup.value::<OffsetDateTime>(until).await > first);
    expire(&setup).await;
    assert!(!store.prolong_deploy_lock("run 1", LENGTH).await.unwrap());
    assert!(!store.unlock_deploy("run 1").await.unwrap());
    assert!(!store.deploy_is_locked().await.unwrap());
    assert_eq!(store.deploy_holder().await.unwrap(), None);
}
